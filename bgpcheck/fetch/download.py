"""Files from the servers of registries, a few at once, with patience and no more than is polite. Waits for the network.

Rule: what was downloaded is whole, and is what its digest says where the registry publishes one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from bgpcheck.errors import FetchError, FormatError
from bgpcheck.fetch import ftp, web_file
from bgpcheck.fetch.aside import aside
from bgpcheck.fetch.web_file import BusyError
from bgpcheck.fetch.whois import in_time
from bgpcheck.formats import transfer
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from pathlib import Path

    from bgpcheck.fetch.guard import Guard
    from bgpcheck.fetch.http import Http
    from bgpcheck.fetch.part import Order, Part
    from bgpcheck.formats.transfer import Version

AT_ONCE, PER_HOST = 6, 2  # downloads
TRIES = 3  # of a download that breaks off and can be gone on with
PATIENCE = 30.0  # seconds that a server may ask for before it counts as busy
MAX_DIGEST = 1 << 16  # bytes of a file of digests
SECONDS_FOR_DIGEST = 60.0
CHUNK = 1 << 20
BROKEN_OFF = frozenset({GapReason.UNREACHABLE, GapReason.TIMEOUT})


@dataclass(slots=True)
class Downloader:
    """Downloads files; one for all of an update."""

    guard: Guard
    http: Http
    _all: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _hosts: dict[str, asyncio.Semaphore] = field(default_factory=lambda: defaultdict(lambda: asyncio.Semaphore(PER_HOST)))

    async def renew(self, url: str, order: Order, *, digest: bool) -> Version | None:
        """Bring a file into its part; None where the server still has the known version. ``FetchError`` where it can't be had.

        ``digest``: the registry may publish an MD5 beside it, which must agree.
        """
        host = urlsplit(url).hostname or ""
        async with self._hosts[host], self._all, in_time(host, order.limits.seconds):
            found = await self._patiently(url, order)
            if found and digest and not url.startswith("ftp:"):
                await self._check_digest(url, order.part)
            return found

    async def _patiently(self, url: str, order: Order) -> Version | None:
        """Try again where a server asks for a moment, or breaks off and more has come than before."""
        waited, part = False, order.part
        for left in reversed(range(TRIES)):
            before = part.version, part.have
            try:
                return await self._once(url, order)
            except BusyError as error:
                if waited or error.wait is None or error.wait > PATIENCE:
                    raise
                waited = True
                await asyncio.sleep(error.wait)
            except FetchError as error:
                if not left or error.reason not in BROKEN_OFF or before == (part.version, part.have) or not part.have:
                    raise
        raise FetchError("wants to be left alone", GapReason.RATE_LIMITED)

    async def _once(self, url: str, order: Order) -> Version | None:
        """Try once."""
        if url.startswith("ftp:"):
            return await ftp.renew(self.guard, url, order)
        return await web_file.renew(self.http, url, order)

    async def _check_digest(self, url: str, part: Part) -> None:
        """Compare with the MD5 beside a file. It finds accidents; who may change the file may change the MD5 too."""
        where = urlsplit(url)
        page = await self.http.get(urlunsplit(where._replace(path=f"{where.path}.md5")), limit=MAX_DIGEST, seconds=SECONDS_FOR_DIGEST)
        if page.status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            return
        if page.status != HTTPStatus.OK:
            raise FetchError(f"its MD5 can't be had: the server answers {page.status}", GapReason.UNREACHABLE)
        try:
            wanted = transfer.md5_of(page.body.decode("latin-1"), where.path.rpartition("/")[2])
        except FormatError as error:
            raise FetchError(f"the .md5 beside it {error}", GapReason.MALFORMED) from error
        if await aside(lambda: _md5(part.path)) != wanted:
            part.drop()
            raise FetchError("has another MD5 than the registry says", GapReason.MALFORMED)


def _md5(path: Path) -> str:
    """Give a file's MD5."""
    digest = hashlib.md5(usedforsecurity=False)
    with path.open("rb") as stream:
        while block := stream.read(CHUNK):
            digest.update(block)
    return digest.hexdigest()
