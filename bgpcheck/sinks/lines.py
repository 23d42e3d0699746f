"""What happens, as JSON Lines to standard output or to the end of a file, each at once. Waits for the reader and the disk, in a thread.

Rule: nothing is lost and nothing waits in the event loop: who puts more than the buffer holds waits for room. What cannot be written ends
in one ``UsageError``, which every later ``put`` raises again.
"""

from __future__ import annotations

import asyncio
import os
import select
import sys
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

from bgpcheck.errors import UsageError
from bgpcheck.formats.json_text import dumps

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MOST = 10_000  # lines that wait
AT_ONCE = 500  # lines that go in one write
STDOUT = "standard output"


class ReaderGone(UsageError):  # noqa: N818 (an end, not a fault)
    """Whoever read the lines went away; there is nobody to write for."""


class Lines:
    """An open stream of lines. ``put``, ``close`` belong to the event loop in which the first of them was called."""

    def __init__(self, handle: int, name: str, *, most: int = MOST) -> None:
        """Write to a file descriptor, which is closed at the end; ``name`` is for messages. At most ``most`` lines wait."""
        self._handle, self._name = handle, name
        self._room = asyncio.Semaphore(most)
        self._lines: SimpleQueue[bytes | None] = SimpleQueue()
        self._fault: UsageError | None = None
        self._over: asyncio.Future[None] | None = None
        self._closing = False

    @classmethod
    def to_stdout(cls, *, most: int = MOST) -> Self:
        """Write to standard output; to nobody where whoever started us has closed it."""
        stream: Any = sys.stdout
        if stream is None:
            return cls(os.open(os.devnull, os.O_WRONLY), STDOUT, most=most)
        stream.flush()
        return cls(os.dup(stream.fileno()), STDOUT, most=most)

    @classmethod
    def append(cls, path: str | Path, *, most: int = MOST) -> Self:
        """Write to the end of a file, which is made where it is not there; a last line that was cut is ended first.

        Raises:
            UsageError: it can't be written.
        """
        try:
            handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror}: name another file") from error
        made = cls(handle, str(path), most=most)
        with suppress(OSError):  # a device or a pipe has no end to look at
            size = os.fstat(handle).st_size
            if size and os.pread(handle, 1, size - 1) != b"\n":
                made._lines.put(b"\n")
        return made

    async def put(self, happening: Mapping[str, Any]) -> None:
        """Write one line; waits where too many wait already. Raises what kept earlier lines from being written.

        Who is cancelled while waiting has written nothing, and leaves the room to the next.
        """
        line = f"{dumps(happening)}\n".encode()
        over = self._start()
        await self._room.acquire()
        if over.done() or self._closing:  # what came behind the end would be lost
            self._room.release()  # for the next who waits
            raise self._fault or UsageError(f"{self._name}: is closed")
        self._lines.put(line)

    async def close(self) -> None:
        """Wait until all is written; raises what kept it from being written. May be called again.

        Who is cancelled while waiting leaves the thread behind, which writes on as long as the process lasts.
        """
        over, self._closing = self._start(), True
        self._lines.put(None)
        await asyncio.shield(over)
        if self._fault:
            raise self._fault

    def _start(self) -> asyncio.Future[None]:
        """Begin to write, in a thread that nobody waits for: a reader that never reads keeps no process from leaving."""
        if self._over is None:
            loop = asyncio.get_running_loop()
            self._over = loop.create_future()
            Thread(target=self._run, args=(loop,), name="bgpcheck-lines", daemon=True).start()
        return self._over

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        """Write until the end or a fault."""
        fault: UsageError | None = None
        try:
            while batch := self._next():
                _write(self._handle, b"".join(batch))
                _tell(loop, self._written, len(batch))
        except BrokenPipeError:
            fault = ReaderGone(f"{self._name}: nobody reads it any more")
        except OSError as error:
            fault = UsageError(f"{self._name}: cannot be written: {error.strerror}: make room, or write elsewhere")
        os.close(self._handle)  # here: the event loop may be gone
        _tell(loop, self._ended, fault)

    def _next(self) -> list[bytes]:
        """Wait for a line; give it and what waits behind it. Nothing at the end."""
        found = []
        with suppress(Empty):
            line = self._lines.get()
            while line is not None:
                found.append(line)
                if len(found) >= AT_ONCE:
                    return found
                line = self._lines.get_nowait()
            if found:
                self._lines.put(None)  # the end is met again
        return found

    def _written(self, count: int) -> None:
        """Make room for as many lines, in the event loop."""
        for _ in range(count):
            self._room.release()

    def _ended(self, fault: UsageError | None) -> None:
        """Take note of the end, in the event loop."""
        self._fault = fault
        self._room.release()  # who waits for room learns of the fault, one after the other
        if self._over and not self._over.done():
            self._over.set_result(None)


def _tell(loop: asyncio.AbstractEventLoop, what: Any, value: object) -> None:  # noqa: ANN401 (a method)
    """Call in the event loop, if it is still there."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(what, value)


def _write(handle: int, data: bytes) -> None:
    """Write all bytes; a pipe that somebody else made non-blocking is waited for."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(handle, rest) :]
        except BlockingIOError:
            waiting = select.poll()
            waiting.register(handle, select.POLLOUT)
            waiting.poll()
