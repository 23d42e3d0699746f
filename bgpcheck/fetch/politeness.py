"""How often and by how many connections each server is asked in one check, and the count of what was asked. Waits for its turn.

Rule: a server is asked no more than its limits say, whoever in bgpcheck asks; beyond them nothing is sent and the source is a gap.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.asked import SPENT
from bgpcheck.errors import FetchError
from bgpcheck.settings import Limits
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

LONGEST_WAIT = 10.0  # seconds that a server may ask us to wait before it is a gap


@dataclass(eq=False, repr=False)
class Politeness:
    """Counts for one check. ``limits``: by host in lower case, and ``default``; ``tell`` hears what is waited for.

    ``renewed``: seconds after which a run that is longer than a check counts anew, and asks again who has had enough, by ``host:port``;
    of other servers a check's budget is for all of the run. ``asked``: questions by ``host:port``; ``kept``: answers that the cache had,
    by kind of source.
    """

    limits: Mapping[str, Limits]
    tell: Callable[[str], None] | None = None
    asked: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    renewed: Mapping[str, float] = field(default_factory=dict)
    _spent: Counter[str] = field(default_factory=Counter)  # questions since the last renewal
    _since: dict[str, float] = field(default_factory=dict)  # when that was, monotonic seconds
    _waiting: Counter[str] = field(default_factory=Counter)
    _gates: dict[str, asyncio.Semaphore] = field(default_factory=dict)
    _closed: dict[str, float] = field(default_factory=dict)  # until when, event loop's time

    def limit(self, host: str) -> Limits:
        """Give a host's limits."""
        return self.limits.get(host.lower().rstrip("."), self.limits.get("default", Limits()))

    def count(self, host: str, port: int) -> None:
        """Count a question before it is sent; ``FetchError`` where the budget of this check is used up."""
        server, most, now = f"{host}:{port}", self.limit(host).queries, time.monotonic()
        if now - self._since.setdefault(server, now) >= self._renewal(server):
            self._since[server], self._spent[server] = now, 0
        if self._spent[server] >= most:
            raise FetchError(f"{host}: {most} {SPENT}", GapReason.RATE_LIMITED)
        self._spent[server] += 1
        self.asked[server] += 1

    def _renewal(self, server: str) -> float:
        """Give the seconds after which a server is counted anew."""
        return self.renewed.get(server, float("inf"))

    @asynccontextmanager
    async def turn(self, host: str, port: int) -> AsyncIterator[None]:
        """Wait until one connection more may be open to a server, and have it until the end of the block."""
        server = f"{host}:{port}"
        gate = self._gates.setdefault(server, asyncio.Semaphore(self.limit(host).at_once))
        self._waiting[host] += 1
        self._tell()
        try:
            async with gate:
                await self._open(host, port)
                yield
        finally:
            self._waiting[host] -= 1
            self._tell()

    def close(self, host: str, port: int, wait: float | None) -> None:
        """Leave a server alone that has had enough: for ``wait`` seconds, or where it does not say how long, for all of this check."""
        now = asyncio.get_running_loop().time()
        until = now + (self._renewal(f"{host}:{port}") if wait is None else wait)
        self._closed[f"{host}:{port}"] = max(until, self._closed.get(f"{host}:{port}", until))

    def wishes(self) -> dict[str, float]:
        """Give the seconds for which servers (``host:port``) said that they want to be left alone."""
        now = asyncio.get_running_loop().time()
        return {server: until - now for server, until in self._closed.items() if now < until < float("inf")}

    async def _open(self, host: str, port: int) -> None:
        """Wait until a server may be asked again; ``FetchError`` where that is too long."""
        wait = self._closed.get(f"{host}:{port}", 0.0) - asyncio.get_running_loop().time()
        if wait > LONGEST_WAIT:
            raise FetchError(f"{host} has had enough of us; ask again later", GapReason.RATE_LIMITED)
        await asyncio.sleep(max(wait, 0.0))

    def _tell(self) -> None:
        """Say how many questions are out, and whom they are put to."""
        if self.tell:
            waiting = {host: count for host, count in self._waiting.items() if count > 0}
            hosts = ", ".join(sorted(waiting, key=lambda host: (-waiting[host], host))[:3])
            self.tell(f"{self.asked.total()} questions asked, {sum(waiting.values())} open: {hosts}" if waiting else "")
