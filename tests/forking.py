"""Command lines run in children of one warm process, each of which is killed, or refused by the disk, at its n-th file operation.

``Forks`` is for tests; this file run as a program is the warm process. An operation is a call of the interpreter's that can change a
file, a folder or a database; which ones a command makes is counted in the command itself, so that no point is left out.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import importlib
import io
import json
import os
import posix
import resource
import selectors
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

HERE = Path(__file__).resolve().parent
OF_SYSTEM = ("open", "write", "fsync", "replace", "rename", "link", "symlink", "unlink", "remove", "rmdir", "mkdir", "chmod", "fchmod")
OF_SYSTEM += ("truncate", "ftruncate")
CALLS = {getattr(posix, name): name for name in OF_SYSTEM} | {fcntl.flock: "flock"}
OF_STREAMS = frozenset({"write", "flush", "truncate", "close"})
OF_DATABASES = frozenset({"execute", "executemany", "executescript", "close"})
STREAMS = (io.BufferedWriter, io.BufferedRandom, io.FileIO)
BEGINS = frozenset({"fcntl.flock", "sqlite3.connect", "os.mkdir", "os.rename", "os.remove", "os.link", "os.scandir"})
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
LONG = frozenset({"bgpcheck", "matplotlib", "pyarrow"})  # to import: once a child had need of them, all have them
NEEDS_ROOM = frozenset({"open", "write", "flush", "fsync", "mkdir", "link", "replace"})  # what a full disk refuses


# ── for tests ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Ended:
    """What came of a child: its status, -9 where it was killed; what it said; and its operations as far as it came."""

    status: int
    stdout: str
    stderr: str
    operations: tuple[str, ...]


@dataclass
class Forks:
    """The warm process."""

    process: subprocess.Popen[str]

    def run(self, words: Sequence[str], cwd: Path, **order: Any) -> Ended:  # noqa: ANN401 (JSON)
        """Run a command line, or the function ``call`` (``module:name``), with ``words``.

        ``kill``: the operation at which it is killed; ``fail``: the operation that needs room at which the disk is full; ``most``: bytes
        of a file; ``powerless``: rights on files bind it, root or not; ``given``: standard input; ``env``: more of it; ``umask``.
        """
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{json.dumps({'words': list(words), 'cwd': str(cwd), **order})}\n")
        self.process.stdin.flush()
        found = json.loads(self.process.stdout.readline())
        return Ended(found["status"], found["stdout"], found["stderr"], tuple(found["operations"]))


@contextmanager
def forking(env: dict[str, str]) -> Iterator[Forks]:
    """Start the warm process."""
    words = [sys.executable, "-W", "error", __file__]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env) as process:
        yield Forks(process)
        assert process.stdin
        process.stdin.close()


# ── the warm process ────────────────────────────────────────────────────────────────────────────────────────────────────


class Counter:
    """Hears of every call, and acts at one of those that it counts."""

    def __init__(self, order: dict[str, Any], log: int) -> None:
        self.kill, self.fail, self.log = order.get("kill", 0), order.get("fail", 0), log
        self.count, self.lock = 0, threading.Lock()
        self.ours = {id(one) for one in (sys.stdout, sys.stdout.buffer, sys.stderr, sys.stderr.buffer)}

    def hear(self, event: str, told: tuple[Any, ...]) -> None:
        """Begin to count the calls of a thread with the first thing that it writes: to hear of them all takes long."""
        if event in BEGINS or (event == "open" and told[2] & WRITES):
            sys.setprofile(self.act)

    def act(self, _: object, event: str, what: Any) -> None:  # noqa: ANN401 (any built-in function)
        """Hear of a call."""
        if event != "c_call" or not (name := self.named(what)):
            return
        with self.lock:
            self.count += not self.fail or name in NEEDS_ROOM
            number = self.count
            REAL_WRITE(self.log, f"{name}\n".encode())
        if number == self.kill:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == self.fail and name in NEEDS_ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def named(self, what: Any) -> str:  # noqa: ANN401 (as above)
        """Name an operation; empty for any other call."""
        with suppress(TypeError):  # what has no hash
            if what in CALLS:
                return CALLS[what]
        of, name = getattr(what, "__self__", None), getattr(what, "__name__", "")
        if isinstance(of, STREAMS) and name in OF_STREAMS and id(of) not in self.ours:
            return name
        return f"sql {name}" if isinstance(of, sqlite3.Connection) and name in OF_DATABASES else ""


REAL_WRITE = posix.write


def called(order: dict[str, Any]) -> int:
    """Do what is ordered; gives its status."""
    try:
        if "call" in order:
            module, _, name = order["call"].partition(":")
            getattr(importlib.import_module(module), name)(*order["words"])
            return 0
        from bgpcheck.cli import main  # noqa: PLC0415 (when the path is set)

        sys.argv = ["bgpcheck", *order["words"]]
        return main()
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:  # noqa: BLE001 (what the interpreter would do)
        traceback.print_exc()
        return 1


def powerless() -> None:
    """Give up root's capabilities (capset(2), version 3), so that rights on files bind; whoever is not root has none."""
    capset = ctypes.CDLL(None, use_errno=True).capset
    if capset((ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()):
        raise OSError(ctypes.get_errno(), "capset")


def child(order: dict[str, Any], pipes: Sequence[tuple[int, int]]) -> NoReturn:
    """Become the command."""
    status = 1
    try:
        out, err, log, modules = (write for _, write in pipes)
        with tempfile.TemporaryFile() as given:
            given.write(order.get("given", "").encode())
            given.seek(0)
            os.dup2(given.fileno(), 0)
        os.dup2(out, 1)
        os.dup2(err, 2)
        os.environ.update(order.get("env", {}))
        os.chdir(order["cwd"])
        os.umask(order.get("umask", 0o022))
        if "most" in order:
            resource.setrlimit(resource.RLIMIT_FSIZE, (order["most"], resource.RLIM_INFINITY))
        if order.get("powerless"):
            powerless()
        sys.addaudithook(Counter(order, log).hear)
        status = called(order)
        sys.setprofile(None)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        REAL_WRITE(modules, "\n".join(name for name in sys.modules if name.partition(".")[0] in LONG).encode())
    finally:
        os._exit(status)


def serve(order: dict[str, Any]) -> dict[str, Any]:
    """Run a child, and tell what came of it; what it has loaded the next one has already."""
    pipes = [os.pipe() for _ in range(4)]  # no files: these may be limited
    number = os.fork()
    if not number:
        child(order, pipes)
    with selectors.DefaultSelector() as open_:
        said = {read: b"" for read, _ in pipes}
        for read, write in pipes:
            os.close(write)
            open_.register(read, selectors.EVENT_READ)
        while open_.get_map():
            for key, _ in open_.select():
                said[key.fd] += (chunk := os.read(key.fd, 1 << 16))
                if not chunk:
                    open_.unregister(key.fd)
                    os.close(key.fd)
    status = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    out, err, log, modules = (said[read].decode(errors="replace") for read, _ in pipes)
    for name in modules.split():
        importlib.import_module(name)
    if "bgpcheck.store.configs" in sys.modules:
        sys.modules["bgpcheck.store.configs"].settings()  # keeps them
    return {"status": status, "stdout": out, "stderr": err, "operations": log.split("\n")[:-1]}


def work() -> None:
    """Take orders until there are no more."""
    sys.dont_write_bytecode = True
    sys.path[:0] = [str(HERE.parent), str(HERE)]
    with os.fdopen(os.dup(0)) as orders, os.fdopen(os.dup(1), "w") as answers:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        for line in orders:
            answers.write(f"{json.dumps(serve(json.loads(line)))}\n")
            answers.flush()


if __name__ == "__main__":
    work()
