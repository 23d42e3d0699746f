"""What everybody shares who waits for hours: how to wait, a clock, somebody to tell, and every line told once. Waits as its clock does.

Rule: time passes through ``Clock`` alone, so that a test of two days takes no time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is (aware UTC), and how time is let pass."""

    now: Callable[[], datetime] = _now
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep


@dataclass(frozen=True, slots=True)
class Tell:
    """Where to say something: ``line`` is there to stay, ``progress`` until the next, ``seldom`` once an hour at most."""

    line: Callable[[str], Any]
    progress: Callable[[str], Any]
    seldom: Callable[[str], Any] = str


@dataclass(frozen=True, slots=True)
class Waiting:
    """How to wait. ``seconds``: at most; ``stop``: ends it, once set; ``circuit``: asks Azure, gives its answer, the id, and when."""

    seconds: float
    tell: Tell
    clock: Clock = field(default_factory=Clock)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    circuit: Callable[[], tuple[bytes, str, datetime]] | None = None

    def now(self) -> datetime:
        """Give the time, in whole seconds as results have it."""
        return self.clock.now().replace(microsecond=0)


@dataclass(slots=True)
class Log:
    """Says lines with the time, and what does not change only once."""

    tell: Tell
    clock: Clock
    _said: set[str] = field(default_factory=set)

    def say(self, text: str) -> None:
        """Say a line with the time."""
        self.tell.progress("")
        self.tell.line(f"{self.clock.now():%Y-%m-%dT%H:%M:%SZ} {text}")

    def say_once(self, text: str) -> None:
        """Say what is said again only when something has changed since."""
        if text not in self._said:
            self._said.add(text)
            self.say(text)

    def forget(self) -> None:
        """Something has changed: say again what still holds."""
        self._said.clear()
