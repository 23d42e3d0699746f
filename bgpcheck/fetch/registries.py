"""The live registries of the settings, put together. Waits for the network."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bgpcheck.asked import Tally
from bgpcheck.doubts import Doubts
from bgpcheck.fetch import proxies
from bgpcheck.fetch.cache import Cache
from bgpcheck.fetch.guard import Guard
from bgpcheck.fetch.http import Http
from bgpcheck.fetch.live import LiveFetcher
from bgpcheck.fetch.politeness import Politeness
from bgpcheck.fetch.rdap_live import Rdap
from bgpcheck.fetch.servers import servers
from bgpcheck.fetch.session import Session
from bgpcheck.fetch.together import end
from bgpcheck.recheck import LEAST
from bgpcheck.store import iana
from bgpcheck.store.places import default_answers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from bgpcheck.formats.bootstrap import Bootstrap
    from bgpcheck.gather import Fetcher
    from bgpcheck.settings import Settings


@dataclass(frozen=True, slots=True)
class Asking:
    """How to ask. ``seconds``: for all questions; ``refresh``: take no answer from the cache; ``tell`` hears what is waited for.

    ``keep_contacts``: keep answers with the people whom they name as contacts; ``lasting``: this is no check but a run of days, in which
    a server may be asked as much again whenever ``recheckMinutes`` are over.
    """

    seconds: float
    refresh: bool = False
    keep_contacts: bool = False
    tell: Callable[[str], None] | None = None
    lasting: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class Network:
    """The way to the registries of the settings, open while ``network`` is."""

    settings: Settings
    guard: Guard
    http: Http
    politeness: Politeness
    cache: Cache
    bootstrap: Bootstrap
    asking: Asking
    begun: float  # monotonic seconds
    tasks: set[asyncio.Task[Any]]

    def tally(self) -> Tally:
        """Say what was asked since the beginning."""
        return Tally(dict(self.politeness.asked), dict(self.politeness.kept), time.monotonic() - self.begun)

    def session(self) -> Session:
        """Begin to count the time for one check."""
        seconds, deadline = self.asking.seconds, asyncio.get_running_loop().time() + self.asking.seconds
        return Session(
            self.settings, self.guard, self.http, self.politeness, self.cache, seconds, deadline, self.asking.keep_contacts, self.tasks
        )

    def fetcher(self, below: Fetcher, now: datetime) -> LiveFetcher:
        """Give one check's fetcher. ``below`` answers for what registries are not asked about; ``now``: the verdict's."""
        session = self.session()
        return LiveFetcher(session, Rdap(session, self.bootstrap), below, Doubts(now, strict=True, settings=self.settings))


@asynccontextmanager
async def network(settings: Settings, asking: Asking) -> AsyncIterator[Network]:
    """Open the way to the registries of the settings."""
    guard = Guard.of([*(one.place for one in servers(settings)), *proxies.servers()])
    politeness = Politeness(settings.limits, asking.tell, renewed=_renewed(settings) if asking.lasting else {})
    async with Http(guard, politeness) as http:
        cache = Cache(default_answers(), settings.cache_hours, asking.refresh)
        tasks: set[asyncio.Task[Any]] = set()
        try:
            yield Network(settings, guard, http, politeness, cache, iana.servers(settings), asking, time.monotonic(), tasks)
        finally:
            await end(tasks)


def _renewed(settings: Settings) -> dict[str, float]:
    """Say after how many seconds a server may be asked as much again: the longest time of the kinds that it serves."""
    found: dict[str, float] = {}
    for one in servers(settings):
        seconds = max(60.0 * settings.recheck_minutes[one.kind], LEAST.total_seconds())
        found[f"{one.host}:{one.port}"] = max(seconds, found.get(f"{one.host}:{one.port}", 0.0))
    return found
