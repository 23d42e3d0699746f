"""Real daemons for the integration tests: found or skipped, on loopback and free ports, ended by pid, output to a file."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

PACKAGES = {
    "bird": "bird2", "birdc": "bird2", "gobgpd": "gobgpd", "gobgp": "gobgpd", "rpki-rov": "rtr-tools", "rtrclient": "rtr-tools",
    "initdb": "postgresql", "postgres": "postgresql", "psql": "postgresql", "setpriv": "util-linux",
    "openssl": "openssl", "bgpd": "frr", "vtysh": "frr", "chromium": "chromium", "node": "nodejs",
}  # fmt: skip
ELSEWHERE = dict.fromkeys(["irrd", "irrd_database_upgrade"], "$BGPCHECK_IRRD, the bin folder of a venv with pip install 'irrd>=4.5,<4.6'")
ELSEWHERE |= dict.fromkeys(
    ["rov", "rpki-ov-checker"], "$BGPCHECK_PEERS, the bin folder of a venv with pip install rov==0.6.0 rpki-ov-checker==0.0.6"
)


def daemon(name: str, *folders: str) -> str:
    """Path of a program, first in ``folders``, also where Debian keeps daemons; skips without it, or fails if $BGPCHECK_NO_SKIP is 1."""
    if path := shutil.which(name, path=os.pathsep.join([*filter(None, folders), os.environ.get("PATH", os.defpath), "/usr/sbin"])):
        return path
    reason = f"needs {name} from {ELSEWHERE.get(name) or f'Debian: apt-get install {PACKAGES.get(name, name)}'}"
    if os.environ.get("BGPCHECK_NO_SKIP") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def node_package(name: str) -> Path:
    """Folder of an npm package in $BGPCHECK_NODE; skips without it, or fails if $BGPCHECK_NO_SKIP is 1."""
    place = Path(os.environ.get("BGPCHECK_NODE") or "nowhere") / "node_modules" / name
    if place.is_dir():
        return place
    reason = f"needs {name} from npm: npm install {name} in a folder, which $BGPCHECK_NODE names"
    if os.environ.get("BGPCHECK_NO_SKIP") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def free_port(host: str = "127.0.0.1") -> int:
    """Find a TCP port of ``host`` that nobody listens on just now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as sock:
        sock.bind((host, 0))
        port: int = sock.getsockname()[1]
    return port


def listening(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether a TCP connection to ``host`` and ``port`` is accepted."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until(condition: Callable[[], object], *, seconds: float = 20, what: str = "the condition") -> None:
    """Poll until ``condition`` is true; after ``seconds`` fail, naming ``what`` was waited for."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain for {what}"
        time.sleep(0.02)


class Process:
    """A child process in a ``with`` block: there once ``ready`` is true, ended by its pid at the end of the block.

    It leads a process group of its own, so that what it started ends with it. ``stdin`` is a file descriptor, by default empty.
    """

    def __init__(  # noqa: PLR0913 (what subprocess needs)
        self,
        argv: Sequence[str],
        *,
        log: Path,
        ready: Callable[[], object] = lambda: True,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        stdin: int = subprocess.DEVNULL,
        seconds: float = 20,
    ) -> None:
        self.argv, self.log, self.ready, self.env, self.cwd, self.stdin, self.seconds = argv, log, ready, env, cwd, stdin, seconds

    def __enter__(self) -> Self:
        with self.log.open("wb") as out:
            streams = {"stdin": self.stdin, "stdout": out, "stderr": subprocess.STDOUT}
            self.child = subprocess.Popen(self.argv, **streams, env=self.env, cwd=self.cwd, start_new_session=True)
        try:
            wait_until(self._started, seconds=self.seconds, what=self.argv[0])
        except BaseException as error:
            error.add_note(f"{self.log}:\n{self.output()[-2000:]}")
            self.end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.end()

    def _started(self) -> bool:
        assert self.child.poll() is None, f"{self.argv[0]} ended with {self.child.returncode}"
        return bool(self.ready())

    def output(self) -> str:
        """What it has written so far, to stdout and stderr."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def end(self, seconds: float = 5) -> int:
        """Ask it to end (SIGTERM), make it end after ``seconds``, and return its exit status."""
        self._signal(signal.SIGTERM)
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            return self.kill()

    def kill(self) -> int:
        """End it at once, as a crash would, and return its exit status."""
        self._signal(signal.SIGKILL)
        return self.child.wait()

    def _signal(self, number: int) -> None:
        """Signal its group while it is there: until it has been waited for, its number is nobody else's."""
        if self.child.poll() is None:
            os.killpg(self.child.pid, number)


def birdc(control: Path, commands: Iterable[str]) -> list[str]:
    """Give commands to BIRD over its control socket and return each one's last line (code, space, text)."""
    replies = []
    with socket.socket(socket.AF_UNIX) as sock, sock.makefile("r", encoding="utf-8") as lines:
        sock.settimeout(20)
        sock.connect(str(control))
        next(answers := _answers(lines))  # the greeting
        for command in commands:  # one at a time: BIRD 2.0.12 hangs up on many sent at once
            sock.sendall(f"{command}\n".encode())
            replies.append(next(answers))
    return replies


def _answers(lines: Iterable[str]) -> Iterator[str]:
    """Last line of each answer: ``0023 TRUE``; lines before it read ``1007-text`` or begin with a space."""
    return (line.rstrip("\n") for line in lines if line[:4].isdigit() and line[4:5] == " ")


@contextlib.contextmanager
def bird(folder: Path, config: str) -> Iterator[Path]:
    """Run BIRD with ``config`` and files in ``folder``; gives the path of its control socket."""
    conf, control = folder / "bird.conf", folder / "bird.ctl"
    conf.write_text(config, encoding="ascii")
    argv = [daemon("bird"), "-f", "-c", str(conf), "-s", str(control), "-P", str(folder / "bird.pid")]
    with Process(argv, log=folder / "bird.log", ready=lambda: _answers_at(control)):
        yield control


def _answers_at(control: Path) -> bool:
    """BIRD answers once its configuration, and so every static route, is in place."""
    try:
        return birdc(control, ["show status"]) == ["0013 Daemon is up and running"]
    except OSError:
        return False
