"""Registrations from the registries' RDAP servers (RFC 9082): of AS numbers, and of prefixes up to the direct allocation. Waits.

Rule: which registry answers for what, IANA's bootstrap says; an answer is kept but for the people it names as contacts, and one that
is none is a failure.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from bgpcheck.errors import FetchError, FormatError
from bgpcheck.evidence import reading
from bgpcheck.evidence.document import Document
from bgpcheck.formats import rdap
from bgpcheck.model import Registration
from bgpcheck.sources.base import GapReason
from bgpcheck.sources.chain import further

if TYPE_CHECKING:
    from bgpcheck.fetch.cache import Cache
    from bgpcheck.fetch.http import Http, Page
    from bgpcheck.formats.bootstrap import Bootstrap
    from bgpcheck.model import AddressRange, AsnRange, Prefix
    from bgpcheck.settings import Settings

LIMIT = 1 << 20  # bytes of an answer
MOST_LINKS = 6  # registrations from the most specific one up
MOST_TRIES = 3
LONGEST_WAIT = 10.0  # seconds that a server may ask us to wait before it is a gap
IN_DISGUISE = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS})
NOTICE = ("limit", "exceeded", "too many", "throttl", "quota")


@dataclass(eq=False)
class Rdap:
    """Asks; equal questions once. ``seconds``: for one answer."""

    http: Http
    bootstrap: Bootstrap
    settings: Settings
    seconds: float
    cache: Cache
    _asked: dict[str, asyncio.Task[Document]] = field(default_factory=dict)

    async def of_asn(self, asn: int) -> tuple[Document, ...]:
        """Ask about an AS number; ``FetchError`` where there is no answer."""
        base = self._base(self.bootstrap.of_asn(asn), f"AS{asn}")
        return (await self._once("rdap/autnum", f"{base}autnum/{asn}"),)

    async def of_prefix(self, prefix: Prefix) -> tuple[Document, ...]:
        """Ask about a prefix, then about what lies around each registration, until the registry's own; ``FetchError`` as above."""
        base = self._base(self.bootstrap.of_prefix(prefix), str(prefix))
        found: dict[str, Document] = {}
        asked: Prefix | None = prefix
        while asked is not None and len(found) < MOST_LINKS:
            document = await self._once("rdap/ip", f"{base}ip/{asked}")
            if document.uri in found:
                break
            found[document.uri] = document
            (record,) = reading.records(document)
            asked = further(record, self.settings.holders.placeholder_networks)
        return tuple(found.values())

    def _base(self, server: str | None, what: str) -> str:
        """Give the address of the registry that IANA names: that of the settings."""
        name = reading.registry_of(server) if server else ""
        if name not in self.settings.rirs:
            raise FetchError(f"IANA's list names no registry for {what}", GapReason.MISSING)
        return self.settings.rirs[name].rdap

    async def _once(self, source: str, url: str) -> Document:
        """Ask a question, or wait for who asked it before."""
        if url not in self._asked:
            self._asked[url] = asyncio.create_task(self._ask(source, url))
        return await asyncio.shield(self._asked[url])

    async def _ask(self, source: str, url: str) -> Document:
        """Ask until there is an answer, or a reason to give up."""
        if kept := self.cache.find(source, url):
            return Document(source, url, reading.RDAP_TYPE, kept.content, fetched_at=kept.at)
        for last in (*[False] * (MOST_TRIES - 1), True):
            page = await self.http.get(url, limit=LIMIT, seconds=self.seconds, headers={"Accept": reading.RDAP_TYPE})
            wait = _wait(page)
            if wait is None:
                document = _read(source, url, page)
                self.cache.keep(source, url, document.content, page.at)
                return document
            if last or wait > LONGEST_WAIT:
                break
            await asyncio.sleep(wait)
        raise FetchError(f"{page.url} answers {page.status}: it has had enough of us; ask again later", GapReason.RATE_LIMITED)


def _wait(page: Page) -> float | None:
    """Give the seconds after which to ask again; None where this is an answer, or one that will not change."""
    if page.status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return page.wait if page.wait is not None else LONGEST_WAIT + 1
    return None


def _read(source: str, url: str, page: Page) -> Document:
    """Take a page for an answer, or say what it is instead."""
    if page.status in IN_DISGUISE:
        raise FetchError(f"{url} answers {page.status}: most likely it has had enough of us", GapReason.RATE_LIMITED)
    if page.status not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
        raise FetchError(
            f"{url} answers {page.status}",
            GapReason.UNREACHABLE if page.status >= HTTPStatus.INTERNAL_SERVER_ERROR else GapReason.MALFORMED,
        )
    document = Document(source, url, reading.RDAP_TYPE, rdap.without_contacts(page.body), fetched_at=page.at)
    try:
        (record,) = reading.records(document)
    except FormatError as error:
        words = str(error).lower()
        reason = GapReason.RATE_LIMITED if any(word in words for word in NOTICE) else GapReason.MALFORMED
        raise FetchError(str(error), reason) from error
    if isinstance(record, Registration) and record.missing != (page.status == HTTPStatus.NOT_FOUND):
        raise FetchError(f"{url} answers {page.status} and says the contrary", GapReason.MALFORMED)
    if isinstance(record, Registration) and not _holds(record.resource, reading.subject_of(url)):
        raise FetchError(f"{url} answers about something else", GapReason.MALFORMED)
    return document


def _holds(range_: AddressRange | AsnRange, asked: AddressRange | AsnRange | None) -> bool:
    """Tell whether a registration is of all that was asked about."""
    same_kind = type(range_) is type(asked) and getattr(range_, "version", 0) == getattr(asked, "version", 0)
    return asked is not None and same_kind and range_.first <= asked.first and asked.last <= range_.last
