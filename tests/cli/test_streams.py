from __future__ import annotations

import io
import json
import os
import socket
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hostile import acting

from bgpcheck.cli import main, streams
from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


class Failing(io.StringIO):
    """A stream whose reader went away, or whose disk is full; it lies on a real file so that it can be put aside."""

    def __init__(self, error: OSError, path: Path, *, terminal: bool = False) -> None:
        super().__init__()
        self.error, self.terminal = error, terminal
        self.below = path.open("w")

    def flush(self) -> None:
        raise self.error

    def isatty(self) -> bool:
        return self.terminal

    def fileno(self) -> int:
        return self.below.fileno()


@pytest.fixture
def nowhere(tmp_path: Path) -> Path:
    return tmp_path / "below"


def test_say_writes_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    streams.say("✔ done\n")
    assert capsys.readouterr().out == "✔ done\n"


def test_a_closed_stream_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    streams.say("x")
    streams.complain("x")
    streams.progress("x")


def test_a_reader_that_went_away_is_no_error(monkeypatch: pytest.MonkeyPatch, nowhere: Path) -> None:
    stream = Failing(BrokenPipeError(), nowhere)
    monkeypatch.setattr(sys, "stdout", stream)
    streams.say("x")
    os.write(stream.fileno(), b"y")
    assert nowhere.read_bytes() == b""  # it goes nowhere now
    stream.below.close()


def test_a_full_disk_is_an_error(monkeypatch: pytest.MonkeyPatch, nowhere: Path) -> None:
    stream = Failing(OSError(28, "No space left on device"), nowhere)
    monkeypatch.setattr(sys, "stdout", stream)
    with pytest.raises(UsageError, match=r"^standard output: No space left on device$"):
        streams.say("x")
    stream.below.close()


def test_complaints_that_nobody_can_read_are_dropped(monkeypatch: pytest.MonkeyPatch, nowhere: Path) -> None:
    stream = Failing(OSError(28, "No space left on device"), nowhere)
    monkeypatch.setattr(sys, "stderr", stream)
    streams.complain("x")
    assert main(["nonsense"]) == 2
    stream.below.close()


@pytest.mark.parametrize(
    ("text", "encoding", "written"),
    [
        ("✔ é → …", "utf-8", "✔ é → …"),
        ("✔ ✘ → … ─", "ascii", "+ x -> ... -"),
        ("é 株", "latin-1", "é \\u682a"),
        ("plain", "ascii", "plain"),
    ],
)
def test_fitting(text: str, encoding: str, written: str) -> None:
    assert streams.fitting(text, encoding) == written


@pytest.mark.parametrize(
    ("terminal", "term", "text", "written"),
    [
        (True, "xterm", "reading x", "\r\x1b[Kreading x"),
        (True, "xterm", "", "\r\x1b[K"),
        (True, "xterm", "\x1b[2J" + "x" * 100, "\r\x1b[K\\x1b[2J" + "x" * 63),
        (True, "dumb", "reading x", ""),
        (False, "xterm", "reading x", ""),
    ],
)
def test_progress(terminal: bool, term: str, text: str, written: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: FBT001 (of the table)
    stream = io.StringIO()
    stream.isatty = lambda: terminal  # type: ignore[method-assign]
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", term)
    streams.progress(text)
    assert stream.getvalue() == written


def test_complaints_act_on_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    streams.complain("a\nb\x1b[31m\u202e")
    assert capsys.readouterr().err == "bgpcheck: a\\x0ab\\x1b[31m\\u202e\n"


@pytest.mark.parametrize(
    ("where", "written"),
    [("true", "bgpcheck: a #\\x23[group]b\n\\x3a:error::c\nd::\n"), ("", "bgpcheck: a ##[group]b\n::error::c\nd::\n")],
)
def test_githubs_runner_takes_no_command_from_what_is_said_aside(
    where: str, written: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", where)
    streams.complain("a ##[group]b")
    streams.tell("::error::c\nd::")
    assert capsys.readouterr().err == written


def test_json_aside_is_whole_and_acts_on_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever its length: who reads events beside ExaBGP's commands can read every line."""
    value = {"a": "x" * 5000, "b": "\x1b[31m\x7f\u202e##[error]\n::error::"}
    streams.tell_json(value)
    said = capsys.readouterr().err
    assert json.loads(said) == value
    assert (said.count("\n"), acting(said), "##[" in said) == (1, [], False)


def test_put(tmp_path: Path) -> None:
    link, real = tmp_path / "link", tmp_path / "real"
    link.symlink_to(real)
    streams.put(str(link), b"x")
    assert link.is_symlink()
    assert real.read_bytes() == b"x"
    streams.put("/dev/null", b"x")
    with pytest.raises(UsageError, match=r"^/dev/full: cannot be written: No space left on device: make room, or name another folder$"):
        streams.put("/dev/full", b"x")


def test_put_into_a_pipe_whose_reader_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pathlib import Path as Real  # noqa: PLC0415 (the class whose method stands for a pipe)

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def leave(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(Real, "write_bytes", leave)
    streams.put(str(pipe), b"x")


def test_check_targets(tmp_path: Path) -> None:
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    streams.check_targets([("--output", one), ("--evidence", two)], ["three"])
    streams.check_targets([("--output", "/dev/null"), ("--evidence", "/dev/null")], [])
    with pytest.raises(UsageError, match=r"^--evidence .*one: would overwrite .*one: name another file$"):
        streams.check_targets([("--output", one), ("--evidence", one)], [])
    (tmp_path / "link").symlink_to(two)
    with pytest.raises(UsageError, match="would overwrite"):
        streams.check_targets([("--output", str(tmp_path / "link"))], [two])


def test_help_and_version_go_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["-h"], ["--version"], ["check", "--help"]):
        with pytest.raises(SystemExit) as end:
            main(words)
        assert end.value.code == 0
        told = capsys.readouterr()
        assert told.out
        assert told.err == ""


def test_an_interrupt_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("bgpcheck.cli.explain.run", interrupt)
    assert main(["explain"]) == 130


def test_what_the_system_refuses_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(_: object) -> int:
        raise OSError(36, "File name too long", "\x1b[31mx")

    monkeypatch.setattr("bgpcheck.cli.explain.run", refuse)
    assert main(["explain"]) == 2
    assert capsys.readouterr().err == "bgpcheck: File name too long: \\x1b[31mx\n"


def test_the_command_line_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["bgpcheck", "explain", "PFX-1"])
    assert main() == 0
    assert capsys.readouterr().out.startswith("PFX-1 (rule)")


READ = [
    "vrps.json",
    "RIPE.db",
    "ripe.rpsl.gz",
    "delegated-arin-extended-latest",
    "rdap/ip/1.json",
    "ip/1.json",
    "entity/x.json",
    "ticket.md",
]


@pytest.mark.parametrize("name", READ)
def test_nothing_is_written_among_files_that_are_read(name: str, tmp_path: Path) -> None:
    """Whether it would overwrite one of them, or be read as one the next time; by whatever way the folder is named."""
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to("data")
    for folder, target in (("data", "link"), ("link", "data"), ("data/../data", "data")):
        with pytest.raises(UsageError, match=rf"^--output .*{name}: would stand among the files that are read in .*: name another file$"):
            streams.check_targets([("--output", str(tmp_path / target / name))], ["x", str(tmp_path / folder)])
    (tmp_path / "rdap" / "ip").mkdir(parents=True)
    for other in ("result.json", "../vrps.json", "a.csv", "registry.snapshot"):
        streams.check_targets([("--output", str(tmp_path / "data" / other))], [str(tmp_path / "data")])


OVER = [
    ("check", "--registry-data", "DATA", "--output", "DATA/vrps.json"),
    ("check", "--registry-data", "SNAPSHOT", "--evidence", "SNAPSHOT"),
    ("check", "--registry-data", "DATA", "--sources", "SNAPSHOT", "--output", "SNAPSHOT"),
    ("circuit", "DATA/vrps.json", "--registry-data", "SNAPSHOT", "--output", "SNAPSHOT"),
    ("watch", "--registry-data", "DATA", "--journal", "DATA/vrps.json"),
    ("lab", "--neighbor", "192.0.2.1", "--local", "192.0.2.2", "--registry-data", "DATA", "--output", "DATA/vrps.json"),
    ("registry", "build", "--from", "DATA", "--out", "DATA/vrps.json"),
    ("registry", "update", "--sources", "SNAPSHOT", "--out", "SNAPSHOT"),
    ("audit", "DATA/vrps.json", "--registry-data", "DATA/vrps.json", "--policy", "SNAPSHOT", "--output", "SNAPSHOT"),
]


@pytest.mark.parametrize("words", OVER, ids=" ".join)
def test_no_command_writes_over_what_it_reads(words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").mkdir()
    files = {tmp_path / "snapshot": b"one", tmp_path / "data" / "vrps.json": b"two"}
    for path, data in files.items():
        path.write_bytes(data)
    claim = () if words[0] not in {"check", "watch", "lab"} else ("--peer-asn", "3333", "--prefix", "193.0.0.0/21")
    named = [word.replace("DATA", str(tmp_path / "data")).replace("SNAPSHOT", str(tmp_path / "snapshot")) for word in words]
    assert main([*named, *claim]) == 2
    assert "name another file" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in files} == files


def test_pieces_to_a_device(tmp_path: Path) -> None:
    """A device that takes nothing is named, and so is one that can't be opened; a pipe gets every byte."""
    says = r"^/dev/full: cannot be written: No space left on device: make room, or name another folder$"
    with pytest.raises(UsageError, match=says), streams.stream_to("/dev/full") as write:
        write(b"x")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "socket"))
        with pytest.raises(UsageError, match=r"socket: cannot be written: "), streams.stream_to(str(tmp_path / "socket")):
            pass
    pipe, data = tmp_path / "pipe", bytes(range(256)) * 2000
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as pool:
        reading = pool.submit(pipe.read_bytes)
        with streams.stream_to(str(pipe)) as write:
            write(data)
            write(b"end")
        assert reading.result() == data + b"end"


def test_pieces_to_a_pipe_whose_reader_left(tmp_path: Path) -> None:
    """It ends the work, and is no fault, as with standard output."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with streams.stream_to(str(pipe)) as write:
        os.close(reader)
        with pytest.raises(SystemExit) as end:
            write(b"x")
    assert end.value.code == 0


@pytest.mark.parametrize(("error", "says"), [(OSError(28, "No space left on device"), "No space left on device"), (OSError("odd"), "odd")])
def test_what_the_system_refuses_of_no_file(
    error: OSError, says: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: object) -> int:
        raise error

    monkeypatch.setattr("bgpcheck.cli.explain.run", refuse)
    assert main(["explain"]) == 2
    assert capsys.readouterr().err == f"bgpcheck: {says}\n"
