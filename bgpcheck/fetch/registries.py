"""The live registries of the settings, put together for one check. Waits for the network."""

from __future__ import annotations

from contextlib import asynccontextmanager
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
from bgpcheck.fetch.rdap_live import Rdap
from bgpcheck.fetch.validators import RTR
from bgpcheck.fetch.whois import place
from bgpcheck.formats import bootstrap

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from bgpcheck.gather import Fetcher
    from bgpcheck.settings import Settings

BOOTSTRAP = Path(__file__).resolve().parent.parent / "iana" / "rdap.json"  # IANA's files of 2019-06-07, 2019-11-06 and 2021-12-07
LIMIT = 1 << 20  # bytes of it


@asynccontextmanager
async def live(settings: Settings, below: Fetcher, now: datetime, *, seconds: float, refresh: bool) -> AsyncIterator[LiveFetcher]:
    """Give a fetcher that asks the registries of the settings; ``below`` answers for what they are not asked about.

    ``now``: the verdict's; ``seconds``: for all questions of a round; ``refresh``: take no answer from the cache.
    """
    guard = Guard.of(_named(settings))
    async with Http(guard) as http:
        servers = bootstrap.parse(read_whole(BOOTSTRAP, BOOTSTRAP.name, limit=LIMIT), file=BOOTSTRAP.name)
        cache = Cache(usual_folder(), settings.cache_hours, refresh)
        doubts = Doubts(now, strict=True, settings=settings)
        yield LiveFetcher(settings, guard, Rdap(http, servers, settings, seconds, cache), below, seconds, cache, doubts)


def _named(settings: Settings) -> list[str]:
    """List the hosts that the settings, or whoever set a proxy, name."""
    web = [rir.rdap for rir in settings.rirs.values()] + list(getproxies().values())
    whois = [one.server for one in settings.irr.values()] + [rir.whois for rir in settings.rirs.values()]
    web += [url for url in settings.validators if not url.startswith(RTR)]
    whois += [url.removeprefix(RTR) for url in settings.validators if url.startswith(RTR)]
    return [*(urlsplit(url if "//" in url else f"//{url}").hostname or "" for url in web), *(place(server)[0] for server in whois)]
