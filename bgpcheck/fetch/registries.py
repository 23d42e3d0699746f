"""The live registries of the settings, put together for one check. Waits for the network."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies

from bgpcheck.doubts import Doubts
from bgpcheck.fetch.cache import Cache, usual_folder
from bgpcheck.fetch.files import read_whole
from bgpcheck.fetch.guard import Guard
from bgpcheck.fetch.http import Http
from bgpcheck.fetch.live import LiveFetcher
from bgpcheck.fetch.politeness import Politeness
from bgpcheck.fetch.rdap_live import Rdap
from bgpcheck.fetch.session import Session
from bgpcheck.fetch.validators import RTR
from bgpcheck.fetch.whois import place
from bgpcheck.formats import bootstrap

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from bgpcheck.gather import Fetcher
    from bgpcheck.settings import Settings


@dataclass(frozen=True, slots=True)
class Asking:
    """How to ask. ``seconds``: for all questions; ``refresh``: take no answer from the cache; ``tell`` hears what is waited for."""

    seconds: float
    refresh: bool = False
    tell: Callable[[str], None] | None = None


BOOTSTRAP = Path(__file__).resolve().parent.parent / "iana" / "rdap.json"  # IANA's files of 2019-06-07, 2019-11-06 and 2021-12-07
LIMIT = 1 << 20  # bytes of it


@asynccontextmanager
async def live(settings: Settings, below: Fetcher, now: datetime, asking: Asking) -> AsyncIterator[LiveFetcher]:
    """Give a fetcher that asks the registries of the settings. ``below`` answers for the rest; ``now``: the verdict's."""
    guard, politeness = Guard.of(_named(settings)), Politeness(settings.limits, asking.tell)
    async with Http(guard, politeness) as http:
        servers = bootstrap.parse(read_whole(BOOTSTRAP, BOOTSTRAP.name, limit=LIMIT), file=BOOTSTRAP.name)
        cache = Cache(usual_folder(), settings.cache_hours, asking.refresh)
        deadline = asyncio.get_running_loop().time() + asking.seconds
        session = Session(settings, guard, http, politeness, cache, asking.seconds, deadline)
        yield LiveFetcher(session, Rdap(session, servers), below, Doubts(now, strict=True, settings=settings))


def _named(settings: Settings) -> list[str]:
    """List the hosts that the settings, or whoever set a proxy, name."""
    web = [rir.rdap for rir in settings.rirs.values()] + list(getproxies().values())
    whois = [one.server for one in settings.irr.values()] + [rir.whois for rir in settings.rirs.values()]
    web += [url for url in settings.validators if not url.startswith(RTR)]
    whois += [url.removeprefix(RTR) for url in settings.validators if url.startswith(RTR)]
    return [*(urlsplit(url if "//" in url else f"//{url}").hostname or "" for url in web), *(place(server)[0] for server in whois)]
