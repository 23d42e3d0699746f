"""A disk that is full at any operation, files that may not grow, folders that may not be written, outputs that are no files.

Every command ends with the status of the contract and lines that name the file and say what to do, and leaves the old file.
"""

from __future__ import annotations

import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bundles import NOW, PREFLIGHT, REGISTRY, checked
from forking import Forks, forking
from program import command, environment
from signers import ed25519_key, private_pem

if TYPE_CHECKING:
    from collections.abc import Iterator

CLAIM = ("--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--registry", "RIPENCC", "--registry-data", "data", "--now", NOW)
KEY = ("--asn", "3333", "--prefix", "193.0.0.0/21", "--organisation", "x", "--bits", "2048", "--force")
# Commands, and what each writes.
COMMANDS: dict[str, tuple[tuple[str, ...], str]] = {
    "check": (("check", *CLAIM, "--format", "json", "--output", "out"), "out"),
    "check --evidence": (("check", *CLAIM, "--evidence", "out"), "out"),
    "registry build": (("registry", "build", "--from", "data", "--out", "out", "--now", NOW), "out"),
    "audit": (("audit", "routes.csv", "--registry-data", "snapshot", "--now", NOW, "--output", "out"), "out"),
    "evidence sign": (("evidence", "sign", "old.zip", "--key", "key.pem", "--now", NOW, "--output", "out"), "out"),
    "evidence show --redact": (("evidence", "show", "old.zip", "--redact", "--output", "out"), "out"),
    "sign keygen": (("sign", "keygen", *KEY, "--out", "out"), "out"),
}
REMEDY = re.compile(r"^bgpcheck: (?:\S*/)?out: cannot be written: .*: (?:make room|raise the limit|name a)", re.MULTILINE)


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with forking(environment()) as made:
        yield made


@pytest.fixture(scope="module")
def place(forks: Forks) -> Iterator[Path]:
    """A folder where everybody may read what commands want, and write."""
    with tempfile.TemporaryDirectory() as name:
        made = Path(name)
        made.chmod(0o755)
        (made / "data").mkdir()
        for file in ("RIPE.db", "vrps.json"):
            (made / "data" / file).write_bytes((REGISTRY / file).read_bytes())
        (made / "old.zip").write_bytes(checked(preflight=str(PREFLIGHT / "ready.yaml")).bundle())
        (made / "key.pem").write_bytes(private_pem(ed25519_key()))
        (made / "routes.csv").write_text("prefix,asn\n" + "193.0.0.0/21,3333\n" * 5000)
        ran = forks.run(("registry", "build", "--from", "data", "--out", "snapshot", "--now", NOW), made)
        assert ran.status == 0, ran.stderr
        yield made


@pytest.fixture
def out(place: Path) -> Path:
    """What the command writes to: an old file, and nothing else that it could have left."""
    for one in place.iterdir():
        if one.name not in {"data", "old.zip", "key.pem", "routes.csv", "snapshot"}:
            one.unlink()
    (place / "out").write_bytes(b"old")
    return place / "out"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_disk_that_is_full_at_any_operation(name: str, forks: Forks, place: Path, out: Path) -> None:
    """What is there afterwards is the old file, or the new one where all of it had been taken; nothing half lies about."""
    words, _ = COMMANDS[name]
    before, number, refused = sorted(one.name for one in place.iterdir()), 0, 0
    while number < 400:
        number += 1 if number < 12 else 60
        out.write_bytes(b"old")
        ran = forks.run(words, place, fail=number)
        assert "Traceback" not in ran.stderr
        assert sorted(one.name for one in place.iterdir()) == before
        if "cannot be written" in ran.stderr:
            refused += 1
            assert (ran.status, out.read_bytes()) == (2, b"old"), ran.stderr
            assert REMEDY.search(ran.stderr), ran.stderr
        elif number > len(ran.operations):
            break
    assert refused >= 4
    print(f"{name}: {refused} of {number}")  # noqa: T201 (for the record)


@pytest.mark.parametrize("most", [0, 1, 1000])
@pytest.mark.parametrize("name", COMMANDS)
def test_files_that_may_not_grow(name: str, most: int, forks: Forks, place: Path, out: Path) -> None:
    ran = forks.run(COMMANDS[name][0], place, most=most)
    assert (ran.status, out.read_bytes()) == (2, b"old"), ran.stderr
    assert REMEDY.search(ran.stderr), ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(list(place.iterdir())) == 6


@pytest.mark.parametrize("name", COMMANDS)
def test_folders_that_may_not_be_written(name: str, forks: Forks, place: Path, out: Path) -> None:
    """Root would have no difficulty, so it is without its powers that it tries."""
    place.chmod(0o555)
    try:
        ran = forks.run(COMMANDS[name][0], place, powerless=True)
    finally:
        place.chmod(0o755)
    assert (ran.status, out.read_bytes()) == (2, b"old"), ran.stderr
    assert re.search(r"^bgpcheck: (?:\S*/)?out: cannot be written: Permission denied: name another folder$", ran.stderr, re.MULTILINE)
    assert "Traceback" not in ran.stderr


def dangling(out: Path) -> None:
    out.symlink_to("target")


def circle(out: Path) -> None:
    out.symlink_to("out")


UNFIT = r"^bgpcheck: .*\b(?:out|no/file)\b.*: (?:name |there is no folder|is there already)"
OTHERS = {
    "a folder": Path.mkdir,
    "a link in a circle": circle,
    "a link to a folder that is not there": lambda out: out.symlink_to("no/file"),
}


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("name", COMMANDS)
def test_outputs_that_can_not_be(name: str, kind: str, forks: Forks, place: Path, out: Path) -> None:
    out.unlink()
    OTHERS[kind](out)
    try:
        ran = forks.run(COMMANDS[name][0], place)
        assert ran.status == 2, ran.stderr
        assert re.search(r"^bgpcheck: .*\b(?:out|no/file)\b.*: (?:name |there is no folder|is there already)", ran.stderr, re.MULTILINE), (
            ran.stderr
        )
        assert "Traceback" not in ran.stderr
    finally:
        out.rmdir() if kind == "a folder" else out.unlink()


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "sign keygen"])
def test_a_link_to_nothing_makes_what_it_points_to(name: str, forks: Forks, place: Path, out: Path) -> None:
    out.unlink()
    dangling(out)
    ran = forks.run(COMMANDS[name][0], place)
    assert ran.status == 0, ran.stderr
    assert out.is_symlink()
    assert len((place / "target").read_bytes()) > 100


@pytest.mark.parametrize("name", ["registry build", "sign keygen"])
@pytest.mark.parametrize("make", [os.mkfifo, lambda out: out.symlink_to("/dev/null")], ids=["a pipe", "a link to a device"])
def test_what_must_be_a_file_is_not_written_elsewhere(name: str, make: object, forks: Forks, place: Path, out: Path) -> None:
    out.unlink()
    make(out)  # type: ignore[operator]
    before = out.lstat()
    ran = forks.run(COMMANDS[name][0], place)
    assert ran.status == 2, ran.stderr
    assert (out.lstat().st_ino, out.lstat().st_mode) == (before.st_ino, before.st_mode)
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert re.search(r"^bgpcheck: .*out: .*name a", ran.stderr), ran.stderr


@pytest.mark.parametrize("name", ["check", "check --evidence", "audit", "evidence sign", "evidence show --redact"])
def test_outputs_that_are_streams(name: str, forks: Forks, place: Path, out: Path) -> None:
    """Standard output by its name, a pipe and the null device get what a file gets."""
    words = COMMANDS[name][0]
    assert forks.run(words, place).status == 0
    wanted = out.read_bytes()
    streamed = [word if word != "out" else "/dev/stdout" for word in words]
    done = subprocess.run(command(*streamed), cwd=place, env=environment(), capture_output=True, check=False)
    assert (done.returncode, wanted in done.stdout) == (0, True), done.stderr
    assert forks.run([word if word != "out" else "/dev/null" for word in words], place).status == 0
    ran = forks.run([word if word != "out" else "/dev/full" for word in words], place)
    assert ran.status == 2
    assert "bgpcheck: /dev/full: cannot be written: No space left on device: make room, or name another folder\n" in ran.stderr
    assert stat.S_ISCHR(Path("/dev/full").stat().st_mode)


# ── two at once ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["check --evidence", "registry build", "audit"])
def test_two_at_once_leave_a_whole_file(name: str, forks: Forks, place: Path, out: Path) -> None:
    """Whoever reads meanwhile has the old file or a new one, whole; both writers succeed, and nothing is left of either."""
    words = COMMANDS[name][0]
    assert forks.run(words, place).status == 0
    ready = {out.read_bytes()}
    assert forks.run(words, place).status == 0
    ready.add(out.read_bytes())
    out.write_bytes(b"old")
    started = [subprocess.Popen(command(*words), cwd=place, env=environment(), stdout=-3, stderr=subprocess.PIPE) for _ in range(3)]
    while any(one.poll() is None for one in started):
        assert out.read_bytes() in {b"old", *ready}
    said = [one.communicate()[1] for one in started]
    assert [one.returncode for one in started] == [0, 0, 0], said
    assert out.read_bytes() in ready
    assert len(list(place.iterdir())) == 6


READING = """
import sys
from pathlib import Path
from bgpcheck.store.snapshot import Snapshot
print("ready", flush=True)
seen = set()
while not sys.stdin.closed and len(seen) < 12:
    snapshot = Snapshot.open(Path(sys.argv[1]))
    for name in snapshot.header["sections"]:
        bytes(snapshot.pieces(name)) if name.endswith("/text") or name == "rdap/text" else snapshot.column(name)
    seen.add(snapshot.header["builtAt"])
print(len(seen))
"""


def test_a_snapshot_that_is_replaced_under_its_reader(forks: Forks, place: Path, out: Path) -> None:
    """It is mapped while another one takes its name: every one that is opened is whole, checksums and all."""
    build = ("registry", "build", "--from", "data", "--out", "out", "--now")
    assert forks.run((*build, NOW), place).status == 0
    words = [sys.executable, "-c", READING, str(out)]
    with subprocess.Popen(words, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout
        assert reader.stdout.readline() == "ready\n"
        number = 0
        while reader.poll() is None and number < 500:
            number += 1
            assert forks.run((*build, f"2026-11-02T00:{number % 60:02}:{number // 60:02}Z"), place).status == 0
        assert reader.stdout.read() == "12\n"
    assert reader.returncode == 0


def test_a_lock_names_who_has_it_and_a_dead_one_s_holds_nobody_up(forks: Forks, tmp_path: Path) -> None:
    """Two watchers of one journal; then the first is killed."""
    words = ("watch", *CLAIM[:-4], "--registry-data", str(REGISTRY), "--journal", "j", "--once", "--for", "1s")
    waiting = [word for word in words if word not in {"--once", "--for", "1s"}]
    with subprocess.Popen(
        command(*waiting), cwd=tmp_path, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as first:
        while not (tmp_path / "j").exists() or not (tmp_path / "j.lock").read_bytes():
            assert first.poll() is None
        second = forks.run(words, tmp_path)
        assert second.status == 2
        assert (
            second.stderr
            == f"bgpcheck: j: another bgpcheck (process {first.pid}) writes this journal: end that one, or name another journal\n"
        )
        first.send_signal(signal.SIGKILL)
        first.communicate()
    third = forks.run(words, tmp_path)
    assert "another bgpcheck" not in third.stderr
    assert third.status != 2, third.stderr
