"""Route objects from the registries' own servers: IRRd's commands on one connection, or plain whois as RIPE's servers speak it. Waits.

Prefixes near each other are asked about together: by what lies around their block, and by all that lies in it.
Rule: IRRd is asked with its filters off, so that what it hides is seen; whether ROAs make it hide something, the facts say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from bgpcheck.errors import FetchError, FormatError
from bgpcheck.evidence import reading
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.reading import WHOIS_TYPE
from bgpcheck.fetch.together import together
from bgpcheck.fetch.whois import Irrd, place, plain, ripe_is_whole, whois_uri
from bgpcheck.formats import irrd_status, rpsl, rpsl_contacts
from bgpcheck.model import BITS, Prefix
from bgpcheck.sources.base import GapReason
from bgpcheck.sources.irrd import distrust

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence

    from bgpcheck.fetch.session import Session
    from bgpcheck.settings import IrrSource

LIMIT = 4 << 20  # bytes of an answer
NEAR = {4: 16, 6: 32}  # prefixes that share so many bits are asked about together
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")  # RFC 2622 s2
WORTH_ONE = 8  # questions that are worth a connection
FILTERS = ("rpki-filter", "scope-filter", "route-preference-filter")


def blocks(prefixes: Iterable[Prefix]) -> Mapping[Prefix, tuple[Prefix, ...]]:
    """Put prefixes that are near each other together, each group under the narrowest prefix around all of it."""
    found: dict[Prefix, tuple[Prefix, ...]] = {}
    for (version, _), group in groupby(sorted(set(prefixes)), _neighbourhood):
        members = tuple(group)
        found[_around(version, members)] = members
    return found


def _neighbourhood(prefix: Prefix) -> tuple[int, int]:
    """Name the neighbourhood of a prefix; one that is wider than a neighbourhood has its own."""
    near = NEAR[prefix.version]
    shift = BITS[prefix.version] - near
    return prefix.version, prefix.network >> shift if prefix.length >= near else ~(prefix.network << 8 | prefix.length)


def _around(version: int, members: Sequence[Prefix]) -> Prefix:
    """Give the narrowest prefix that covers all."""
    first, last = min(one.network for one in members), max(one.last for one in members)
    free = max((first ^ last).bit_length(), *(BITS[version] - one.length for one in members))
    return Prefix(version, first >> free << free, BITS[version] - free)


async def ask_plain(session: Session, server: str, query: str, whole: Callable[[bytes], bool] = ripe_is_whole) -> bytes:
    """Ask a server one question when it is our turn; arguments and errors as for ``plain``."""
    host, port = place(server)
    async with session.politeness.turn(host, port):
        session.politeness.count(host, port)
        try:
            return await plain(session.guard, server, query, limit=LIMIT, seconds=session.seconds_for(host), whole=whole)
        except FetchError as error:
            if error.reason == GapReason.RATE_LIMITED:
                session.politeness.close(host, port, None)
            raise


@dataclass(frozen=True, slots=True)
class Irr:
    """Asks one registry's server; what the cache has is not asked."""

    session: Session
    source: IrrSource

    def questions(self, prefixes: Iterable[Prefix]) -> list[str]:
        """Give the names of the questions that prefixes need."""
        return [self._uri(query) for block in blocks(prefixes) for query in self._queries(block)]

    async def about(self, prefixes: Iterable[Prefix]) -> dict[Prefix, tuple[Document, ...]]:
        """Ask about prefixes: the answers about each. ``FetchError`` where the registry does not answer."""
        wanted = blocks(prefixes)
        queries = {block: self._queries(block) for block in wanted}
        found = await self._answers([query for several in queries.values() for query in several])
        return {prefix: tuple(found[query] for query in queries[block]) for block, members in wanted.items() for prefix in members}

    async def maintained(self, maintainer: str) -> Document:
        """Ask a regional registry's whois server what a maintainer maintains; ``FetchError`` where that is too much, or not answered."""
        if not NAME.fullmatch(maintainer):
            raise FetchError(f"{maintainer[:80]!r} is no maintainer's name", GapReason.MALFORMED)
        query = f"-r -s {self.source.name} -T inetnum,inet6num,aut-num -i mnt-by {maintainer}"
        return (await self._answers([query]))[query]

    async def raw(self, queries: Mapping[str, str]) -> dict[str, bytes]:
        """Put questions of the server's own kind, by name; ``FetchError`` where one is not answered. No cache."""
        ask = self._irrd if self.source.protocol == "irrd" else self._ripe
        found = {query: answer async for query, answer in ask(list(dict.fromkeys(queries.values())))}
        return {name: found[query] for name, query in queries.items()}

    def _queries(self, block: Prefix) -> tuple[str, ...]:
        """Ask for what lies around a block, itself included, and for what lies in it."""
        if self.source.protocol == "irrd":
            return f"!r{block},L", f"!r{block},M"
        kind = "route6" if block.version == 6 else "route"  # noqa: PLR2004 (IPv6)
        return tuple(f"-r -s {self.source.name} -T {kind} {flag} {block}" for flag in ("-L", "-M"))  # no recursion, this source alone

    async def _answers(self, queries: Sequence[str]) -> dict[str, Document]:
        """Give the answers to questions, from the cache as far as it has them."""
        known = ((query, self.session.kept(self._name, self._uri(query))) for query in dict.fromkeys(queries))
        found = {query: self._document(query, one.content, one.at) for query, one in known if one}
        ask = self._irrd if self.source.protocol == "irrd" else self._ripe
        async for query, answer in ask([query for query in dict.fromkeys(queries) if query not in found]):
            at = datetime.now(UTC).replace(microsecond=0)
            kept = answer if self.session.keep_contacts else rpsl_contacts.without(answer)
            found[query] = self._document(query, kept, at)
            self.session.keep(self._name, self._uri(query), kept, at)
        return found

    @property
    def _name(self) -> str:
        return f"irr/{self.source.name}"

    async def _irrd(self, queries: Sequence[str]) -> AsyncIterator[tuple[str, bytes]]:
        """Ask an IRRd server, on as many connections as are worth opening."""
        most = self.session.politeness.limit(place(self.source.server)[0]).at_once
        count = min(most, -(-len(queries) // WORTH_ONE))
        for answers in await together(self._on_one(queries[number::count]) for number in range(count)):
            for answer in answers:
                yield answer

    async def _on_one(self, queries: Sequence[str]) -> list[tuple[str, bytes]]:
        """Ask an IRRd server on one connection."""
        session, (host, port) = self.session, place(self.source.server)
        async with (
            session.politeness.turn(host, port),
            Irrd(session.guard, self.source.server, seconds=session.seconds_for(host)) as wire,
        ):
            await wire.begin(self.source.name)
            self._believe(*await wire.together([f"!J{self.source.name}", *(f"!fno-{name}" for name in FILTERS)], limit=LIMIT))
            found = []
            for query in queries:
                session.politeness.count(host, port)
                found.append((query, await wire.query(query, limit=LIMIT)))
            return found

    def _believe(self, said: bytes | FetchError, rpki: bytes | FetchError, *_: bytes | FetchError) -> None:
        """Take a server's word for how new its data are, and that it shows all of them; ``FetchError`` where it does not."""
        host = place(self.source.server)[0]
        try:
            status = irrd_status.Status() if isinstance(said, FetchError) else irrd_status.parse(said or b"{}", self.source.name)
        except FormatError as error:
            raise FetchError(f"{host}: status of {self.source.name}: {error}", GapReason.MALFORMED) from error
        hours = self.session.settings.stale_after_hours["irr"]
        unfiltered = not isinstance(rpki, FetchError)
        if gap := distrust(status, self.source, unfiltered=unfiltered, now=datetime.now(UTC), hours=hours):
            raise FetchError(f"{host}: {gap.detail}", gap.reason)

    async def _ripe(self, queries: Sequence[str]) -> AsyncIterator[tuple[str, bytes]]:
        """Ask a server that speaks as RIPE's does, a few questions at a time."""

        async def one(query: str) -> tuple[str, bytes]:
            return query, await ask_plain(self.session, self.source.server, query)

        for answer in await together(map(one, queries)):
            yield answer

    def _uri(self, query: str) -> str:
        """Name a question and whom it was put to."""
        return whois_uri(self.source.server, query)

    def _document(self, query: str, answer: bytes, at: datetime) -> Document:
        """Keep an answer as it came; ``FetchError`` where it is none."""
        document = Document(self._name, self._uri(query), WHOIS_TYPE, answer, fetched_at=at)
        try:
            silent = bool(answer) and not any(True for _ in rpsl.texts([answer], file=document.uri))
            reading.records(document)
        except FormatError as error:
            raise FetchError(str(error), GapReason.MALFORMED) from error
        if silent:
            raise FetchError(f"{place(self.source.server)[0]} answers with neither objects nor that there are none", GapReason.MALFORMED)
        return document
