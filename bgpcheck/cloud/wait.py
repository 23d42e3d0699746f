"""Waiting for a circuit: asked politely until what is awaited is there, every change told once. Waits, for hours if need be.

Rule: an answer that was not had ends nothing, a refusal that only the user can mend does; time passes through ``Clock`` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bgpcheck.circuit.changes import Progress, changes, hindrance, reached
from bgpcheck.circuit.read import read as read_circuits
from bgpcheck.cloud.faults import LaterError
from bgpcheck.errors import FetchError, FormatError
from bgpcheck.waiting import Clock, Log

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bgpcheck.circuit.changes import Want
    from bgpcheck.circuit.model import Circuit
    from bgpcheck.cloud.places import Document
    from bgpcheck.waiting import Tell

FIRST, SLOWER, LONGEST = 15.0, 1.5, 180.0  # seconds; after a change it begins again at FIRST (ST-12: states move within a minute)
READ, LEAST = 60.0, 10.0  # seconds for one reading; the last one may go beyond the end by LEAST


@dataclass(frozen=True, slots=True)
class Waited:
    """How waiting ended: the last document, its circuit, and whether what was awaited is there (else time ran out)."""

    document: Document
    circuit: Circuit
    reached: bool


async def wait(read: Callable[[float], Awaitable[Document]], want: Want, limit: float, tell: Tell, clock: Clock | None = None) -> Waited:
    """Read a circuit again and again until ``want`` is reached or ``limit`` seconds are over.

    ``read`` takes the seconds that it may need. ``FetchError``: there never was an answer; ``UsageError``: as ``read``.
    """
    return await _Watch(read, want, tell, clock or Clock(), limit).run()


class _Watch:
    """One waiting."""

    def __init__(self, read: Callable[[float], Awaitable[Document]], want: Want, tell: Tell, clock: Clock, limit: float) -> None:
        self._read, self._want, self._tell, self._clock = read, want, tell, clock
        self._end = clock.now() + timedelta(seconds=limit)
        self._pace, self._log = FIRST, Log(tell, clock)
        self._last: Waited | None = None

    async def run(self) -> Waited:
        """Wait."""
        while True:
            least, fault = await self._once()
            if self._last and self._last.reached:
                return self._last
            left = self._left()
            if left <= 0 or least > left:
                if self._last is None:
                    raise fault or FetchError("there was no time to ask")
                return self._last
            pause = min(max(self._pace, least), left)
            self._tell.progress(f"waiting for {self._want}: asking again in {pause:.0f} s, {left / 60:.0f} min left")
            await self._clock.sleep(pause)
            self._pace = min(self._pace * SLOWER, LONGEST)

    def _left(self) -> float:
        """Give the seconds that are left."""
        return (self._end - self._clock.now()).total_seconds()

    async def _once(self) -> tuple[float, FetchError | None]:
        """Read once; gives how many seconds Azure wants to be left alone, and what went wrong."""
        self._tell.progress(f"waiting for {self._want}: asking Azure")
        try:
            document = await self._read(max(LEAST, min(READ, self._left())))
            self._heed(document, _circuit(document))
        except LaterError as error:
            self._log.say_once(str(error))
            return error.wait, error
        except FetchError as error:
            self._log.say_once(str(error))
            return 0.0, error
        except FormatError as error:
            self._log.say_once(str(error))
            return 0.0, FetchError(str(error))
        return 0.0, None

    def _heed(self, document: Document, circuit: Circuit) -> None:
        """Tell what a reading brings."""
        found = changes(self._last.circuit, circuit) if self._last else ()
        for change in found:
            self._log.say(str(change))
        if found:
            self._pace = FIRST
            self._log.forget()
        standing = reached(circuit, self._want)
        if standing is Progress.STUCK:
            self._log.say_once(f"nothing changes by itself now; {hindrance(circuit, self._want)}")
        self._last = Waited(document, circuit, standing is Progress.REACHED)


def _circuit(document: Document) -> Circuit:
    """Read the one circuit of a document."""
    data, name = document
    found = read_circuits(data, file=name).circuits
    if len(found) != 1:
        raise FormatError(f"{len(found)} circuits where one was asked for", file=name)
    return found[0]
