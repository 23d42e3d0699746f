"""What ExaBGP writes to its log, drained by a thread of its own: the last lines are kept, useful ones told. Waits for the pipe.

Rule: it is always read, since ExaBGP waits where it can't write; no MD5 key survives in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING

from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

KEPT = 200  # lines
LONGEST = 4096  # bytes of a line


def masked(text: str, secrets: Collection[str]) -> str:
    """Give a text without the secrets in it."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


@dataclass(slots=True)
class Log:
    """The log that comes from ``source`` (a file descriptor, closed at its end). ``told`` hears every line, in the thread that reads."""

    source: int
    secrets: Collection[str]
    told: Callable[[str], object]
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT))
    _ended: Future[None] = field(default_factory=Future)

    def start(self) -> None:
        """Begin to read."""
        Thread(target=self._run, name="bgpcheck-exabgp-log", daemon=True).start()

    async def finished(self, seconds: float = 2) -> None:
        """Wait until everything was read, which is when the last process that writes to it has ended; ``seconds`` at most."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(self._ended)), seconds)

    def _run(self) -> None:
        """Read to the end."""
        try:
            with os.fdopen(self.source, "rb") as stream:
                while line := stream.readline(LONGEST):
                    self._take(line)
        finally:
            self._ended.set_result(None)

    def _take(self, line: bytes) -> None:
        """Keep a line and tell it."""
        text = visible(masked(line.decode("utf-8", "replace").strip(), self.secrets))
        if text:
            self.lines.append(text)
            self.told(text)
