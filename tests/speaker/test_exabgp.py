"""The launcher refuses an ExaBGP that it does not know, and mends the one that it does."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import program
import pytest

from bgpcheck.speaker.exabgp import REFUSED, Poller

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = select.POLLIN | select.POLLNVAL | select.POLLHUP | select.POLLERR
LOOP = """
class Reactor:
    def __init__(self):
        self.{name} = 1
    def _wait_for_io(self):
        return self.{name}
    def shutdown(self):
        pass
"""
PROCESSES = "class Processes:\n    def notification(self):\n        pass\n"


def fake(
    folder: Path, release: str = "5.0.99", loop: str = LOOP.format(name="_poller"), processes: str = PROCESSES, main: str = ""
) -> Path:
    """Write a package that looks like ExaBGP."""
    files = {
        "__init__": "", "reactor/__init__": "", "reactor/api/__init__": "", "application/__init__": "",
        "version": f"release = {release!r}\n", "reactor/loop": loop, "reactor/api/processes": processes,
        "application/main": f"import os, sys\ndef main():\n    print('ran', sys.argv[1:], flush=True)\n    {main or 'return 0'}\n",
    }  # fmt: skip
    for name, text in files.items():
        path = folder / "exabgp" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def launch(folder: Path | None, *words: str) -> subprocess.CompletedProcess[str]:
    env = program.environment()
    if folder:
        env["PYTHONPATH"] = os.pathsep.join([str(folder), env["PYTHONPATH"]])
    argv = [sys.executable, "-m", "bgpcheck.speaker.exabgp", *words]
    with subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stderr
        out, err = process.stdout.read(), process.stderr.read()  # its input stays open: the end of it is its own
        assert process.stdin
        status = process.wait(60)
        process.stdin.close()
    return subprocess.CompletedProcess(argv, status, out, err)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"release": "5.1.0"}, "ExaBGP 5.1.0 is not one that bgpcheck knows how to run: pip install 'exabgp>=5.0.9,<5.1'"),
        ({"release": "4.2.25"}, "ExaBGP 4.2.25 is not one"),
        ({"release": "5.0.1.dev1"}, "ExaBGP 5.0.1.dev1 is not one"),
        ({"loop": LOOP.format(name="_selector")}, "ExaBGP 5.0.99 is built in an unknown way"),
        ({"loop": LOOP.format(name="_poller").replace("shutdown", "stop")}, "built in an unknown way"),
        ({"loop": "class Reactor:\n    pass\n"}, "built in an unknown way"),
        ({"loop": ""}, "built in an unknown way"),
        ({"processes": "class Processes:\n    pass\n"}, "built in an unknown way"),
        ({"processes": "import nowhere_to_be_found"}, "ExaBGP can't be used (No module named 'nowhere_to_be_found')"),
    ],
)
def test_it_refuses_what_it_does_not_know(tmp_path: Path, change: dict[str, str], words: str) -> None:
    done = launch(fake(tmp_path, **change), "server", "x")
    assert (done.returncode, done.stdout) == (REFUSED, "")
    assert done.stderr.startswith("bgpcheck: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


def test_it_runs_what_it_knows(tmp_path: Path) -> None:
    done = launch(fake(tmp_path, main="return 7"), "server", "x")
    assert (done.returncode, done.stdout, done.stderr) == (7, "ran ['server', 'x']\n", "")


def test_it_runs_the_real_one() -> None:
    done = launch(None, "version")
    assert done.returncode == 0, done.stderr
    assert "5.0." in done.stdout


@pytest.mark.parametrize("stubborn", [False, True])
def test_it_ends_with_its_standard_input(tmp_path: Path, stubborn: bool) -> None:  # noqa: FBT001
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)" if stubborn else "import time"
    folder = fake(tmp_path, main=f"{deaf}; print('deaf', flush=True); time.sleep(600)")
    env = program.environment() | {"PYTHONPATH": os.pathsep.join([str(folder), str(program.ROOT)])}
    argv = [sys.executable, "-m", "bgpcheck.speaker.exabgp", "server"]
    with subprocess.Popen(argv, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == b"ran ['server']\n"
        assert process.stdout.readline() == b"deaf\n"
        process.stdin.close()
        assert process.wait(60) == (-9 if stubborn else -15)


def test_a_closed_descriptor_is_forgotten_once_it_was_seen() -> None:
    poller = Poller()
    one, other = socket.socketpair()
    gone, peer = socket.socketpair()
    with one, other, peer:
        number = gone.fileno()
        poller.register(one.fileno(), EVENTS)
        poller.register(number, EVENTS)
        gone.close()
        assert poller.poll(0) == []
        assert poller._poll.poll(0) == []  # noqa: SLF001 (select.poll itself would find it for ever)
        other.send(b"x")
        assert poller.poll(60_000) == [(one.fileno(), select.POLLIN)]
        poller.unregister(number)  # as ExaBGP may
        poller.unregister(one.fileno())
        assert poller.poll(0) == []
