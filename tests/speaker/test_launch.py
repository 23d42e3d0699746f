"""What happens where ExaBGP does not come up: packages that look like it, in its place."""

from __future__ import annotations

import asyncio
import os
import socket
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from speaker.fakes import fake

from bgpcheck.errors import FetchError, UsageError
from bgpcheck.speaker.config import Neighbor, SpeakerPlan
from bgpcheck.speaker.launch import Speaker, _ended

if TYPE_CHECKING:
    from collections.abc import Callable

LAB, ROUTER = "127.0.1.1", "127.0.1.2"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Put a fake in ExaBGP's place; gives the folder in which temporary files go."""

    def put(**what: str) -> Path:
        folder = tmp_path / "t"
        folder.mkdir()
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(fake(tmp_path, **what)), str(Path(__file__).parents[2])]))
        monkeypatch.setenv("TMPDIR", str(folder))
        monkeypatch.setattr(tempfile, "tempdir", None)
        return folder

    return put


def plan() -> SpeakerPlan:
    with socket.socket() as sock:
        sock.bind((LAB, 0))
        port: int = sock.getsockname()[1]
    return SpeakerPlan((Neighbor(ROUTER, 3333, LAB, ("ipv4",)),), port, LAB)


FAULTY = "print('error: password SECRET1 is wrong', file=sys.stderr); return 1"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"release": "5.1.0"}, "ExaBGP can't be started: ExaBGP 5.1.0 is not one that bgpcheck knows how to run: pip install"),
        ({"main": FAULTY}, "ExaBGP can't be started: error: password *** is wrong"),
        ({"main": "'validate' in sys.argv and time.sleep(600)"}, "ExaBGP did not read its configuration in 20 s: ran ['validate', "),
        ({"main": "os.close(1); os._exit(3)"}, "ExaBGP can't be started: ran ['validate', "),
        ({"main": "return 'server' in sys.argv and print('no room') or 0"}, "ExaBGP ended as soon as it was started: ran ['server', "),
        ({"main": "'server' in sys.argv and time.sleep(600)"}, "ExaBGP started, but its helper did not come up in 2 s: ran ['server', "),
    ],
)
async def test_it_is_one_clear_error(install: Callable[..., Path], what: dict[str, str], words: str) -> None:
    folder = install(**what)
    with pytest.raises(FetchError) as caught:
        async with Speaker.start(plan(), md5={ROUTER: "SECRET1"}, seconds=2):
            pass
    assert words in str(caught.value)
    assert "SECRET1" not in str(caught.value)
    assert list(folder.iterdir()) == []


KEPT = "print(sorted(k for k, v in os.environ.items() if v in {'SECRET' + '1', 'SECRET' + '12'}), file=sys.stderr); return 1"


async def test_no_key_is_in_the_environment(install: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    install(main=KEPT)
    for name, value in (("EDGE_KEY", "SECRET1"), ("COPY_OF_IT", "SECRET1"), ("ANOTHER", "SECRET12")):
        monkeypatch.setenv(name, value)
    with pytest.raises(FetchError, match=r"can't be started: \['ANOTHER'\]$"):
        async with Speaker.start(plan(), md5={ROUTER: "SECRET1"}):
            pass


async def test_a_start_that_is_given_up_leaves_nothing(install: Callable[..., Path], tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    folder = install(main=f"'server' in sys.argv and (open({str(mark)!r}, 'w').write(str(os.getpid())), time.sleep(600))")

    async def start() -> None:
        async with Speaker.start(plan(), seconds=600):
            pass

    task = asyncio.create_task(start())
    while not mark.exists() or not mark.read_text():  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(folder.iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(mark.read_text()), 0)


def test_commands_are_lines_that_show_no_key() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        speaker = Speaker((), None, None, ours)  # type: ignore[arg-type]
        for text in ("show neighbor configuration", "a\nb", "é", "", "\x1b[", "x" * 100_000):
            if text:
                with pytest.raises(UsageError, match="is no command"):
                    speaker.command(text)
        speaker.command("show neighbor json")
        speaker.command("neighbor 192.0.2.1 teardown 1")
        theirs.settimeout(60)
        with theirs.makefile("rb") as lines:
            assert [lines.readline(), lines.readline()] == [b"show neighbor json\n", b"neighbor 192.0.2.1 teardown 1\n"]
        speaker._commands.put("")  # noqa: SLF001 (as stop does)
    os.close(speaker.fileno())


@pytest.mark.parametrize(
    ("status", "lines", "words"),
    [
        (0, ("x",), "ExaBGP ended"),
        (1, ("one", "two"), "ExaBGP ended with status 1: two"),
        (70, ("bgpcheck: why",), "ExaBGP ended with status 70: why"),
        (1, (), "ExaBGP ended with status 1: it said nothing"),
        (-9, (), "ExaBGP was ended by signal 9 (SIGKILL)"),
        (-11, ("x",), "ExaBGP was ended by signal 11 (SIGSEGV)"),
    ],
)
def test_how_it_ended_in_words(status: int, lines: tuple[str, ...], words: str) -> None:
    ended = _ended(status, lines)
    assert (ended.status, ended.words, ended.lines) == (status, words, lines)
