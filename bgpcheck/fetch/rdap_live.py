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
from bgpcheck.fetch.answers import LATER
from bgpcheck.fetch.session import server_of
from bgpcheck.formats import rdap
from bgpcheck.model import Prefix, Registration, asplain
from bgpcheck.sources.base import GapReason
from bgpcheck.sources.chain import further

if TYPE_CHECKING:
    from bgpcheck.fetch.answers import Page
    from bgpcheck.fetch.session import Session
    from bgpcheck.formats.bootstrap import Bootstrap
    from bgpcheck.model import AddressRange, AsnRange
    from bgpcheck.settings import Rir

LIMIT = 1 << 20  # bytes of an answer
MOST_LINKS = 6  # registrations from the most specific one up
MOST_TRIES = 3
IN_DISGUISE = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS})
NOTICE = ("limit", "exceeded", "too many", "throttl", "quota")


@dataclass(eq=False)
class Rdap:
    """Asks; equal questions once."""

    session: Session
    bootstrap: Bootstrap
    _asked: dict[str, asyncio.Task[Document]] = field(default_factory=dict)

    def question(self, one: Prefix | int) -> str:
        """Name the first question about a prefix or an AS number; empty where no registry answers for it."""
        try:
            return self._asn_url(one) if isinstance(one, int) else f"{self._ip_base(one)}{one}"
        except FetchError:
            return ""

    async def of_asn(self, asn: int) -> tuple[Document, ...]:
        """Ask about an AS number; ``FetchError`` where there is no answer."""
        return (await self._once("rdap/autnum", self._asn_url(asn)),)

    async def of_prefix(self, prefix: Prefix) -> tuple[Document, ...]:
        """Ask about a prefix, then about what lies around each registration, until the registry's own; ``FetchError`` as above."""
        base = self._ip_base(prefix)
        found: dict[str, Document] = {}
        asked: Prefix | None = prefix
        while asked is not None and len(found) < MOST_LINKS:
            document = await self._once("rdap/ip", f"{base}{asked}")
            if document.uri in found:
                break
            found[document.uri] = document
            (record,) = reading.records(document)
            asked = further(record, self.session.settings.holders.placeholder_networks)
        return tuple(found.values())

    def _asn_url(self, asn: int) -> str:
        return f"{self.registry(asn).rdap}autnum/{asn}"

    def _ip_base(self, prefix: Prefix) -> str:
        return f"{self.registry(prefix).rdap}ip/"

    def registry(self, one: Prefix | int) -> Rir:
        """Give the registry that IANA names for a prefix or an AS number; ``FetchError`` where it names none."""
        server = self.bootstrap.of_prefix(one) if isinstance(one, Prefix) else self.bootstrap.of_asn(one)
        name = reading.registry_of(server) if server else ""
        if name not in self.session.settings.rirs:
            what = one if isinstance(one, Prefix) else asplain(one)
            raise FetchError(f"IANA's list names no registry for {what}", GapReason.MISSING)
        return self.session.settings.rirs[name]

    async def _once(self, source: str, url: str) -> Document:
        """Ask a question, or wait for who asked it before."""
        if url not in self._asked:
            self._asked[url] = self.session.begin(self._ask(source, url))
        return await asyncio.shield(self._asked[url])

    async def _ask(self, source: str, url: str) -> Document:
        """Ask until there is an answer, or a reason to give up."""
        if kept := self.session.kept(source, url):
            return Document(source, url, reading.RDAP_TYPE, kept.content, fetched_at=kept.at)
        for _ in range(MOST_TRIES):
            seconds = self.session.seconds_for(server_of(url)[0])
            page = await self.session.http.get(url, limit=LIMIT, seconds=seconds, headers={"Accept": reading.RDAP_TYPE})
            if page.status not in LATER:
                document = self._read(source, url, page)
                self.session.keep(source, url, document.content, page.at)
                return document
        raise FetchError(f"{page.url} answers {page.status}: it has had enough of us; ask again later", GapReason.RATE_LIMITED)

    def _read(self, source: str, url: str, page: Page) -> Document:
        """Take a page for an answer, or say what it is instead."""
        if page.status in IN_DISGUISE:
            raise FetchError(f"{url} answers {page.status}: most likely it has had enough of us", GapReason.RATE_LIMITED)
        if page.status not in {HTTPStatus.OK, HTTPStatus.NOT_FOUND}:
            raise FetchError(
                f"{url} answers {page.status}",
                GapReason.UNREACHABLE if page.status >= HTTPStatus.INTERNAL_SERVER_ERROR else GapReason.MALFORMED,
            )
        body = page.body if self.session.keep_contacts else rdap.without_contacts(page.body)
        document = Document(source, url, reading.RDAP_TYPE, body, fetched_at=page.at)
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
