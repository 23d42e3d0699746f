"""Registrations from a regional registry's whois server, for when its RDAP server keeps silent. Waits for the network.

Rule: whois says less than RDAP; what it does not say stays open. That it has no entry is not taken for absence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from bgpcheck.errors import FetchError, FormatError
from bgpcheck.evidence import reading
from bgpcheck.evidence.document import Document
from bgpcheck.fetch.irr_live import ask_plain
from bgpcheck.fetch.whois import place, ripe_is_whole, whois_uri
from bgpcheck.formats import rpsl_contacts, whois_networks
from bgpcheck.model import Prefix, address_text
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from bgpcheck.fetch.session import Session
    from bgpcheck.settings import Rir

CLASSES = {4: "inetnum", 6: "inet6num"}


@dataclass(frozen=True, slots=True)
class WhoisRir:
    """Asks one regional registry."""

    session: Session
    rir: Rir

    async def about(self, one: Prefix | int) -> tuple[Document, ...]:
        """Ask about a prefix or an AS number; ``FetchError`` where there is no answer."""
        source, query = ("rdap/ip" if isinstance(one, Prefix) else "rdap/autnum"), self._query(one)
        uri = whois_uri(self.rir.whois, query)
        if kept := self.session.kept(source, uri):
            return (self._document(source, uri, kept.content, kept.at),)
        whole = ripe_is_whole if self.rir.answers == "rpsl" else partial(whois_networks.is_whole, self.rir.answers)
        answer, at = await ask_plain(self.session, self.rir.whois, query, whole), datetime.now(UTC).replace(microsecond=0)
        document = self._document(source, uri, self._reduced(answer), at)
        self.session.keep(source, uri, document.content, at)
        return (document,)

    def _query(self, one: Prefix | int) -> str:
        """Write a question as the registry's server takes it: the chain where that can be had, else what holds the first address."""
        form = self.rir.answers
        if isinstance(one, int):
            return {"rpsl": f"-r -s {self.rir.irr} -T aut-num AS{one}", "arin": f"a + {one}", "lacnic": f"AS{one}"}[form]
        first = address_text(one.version, one.network)
        chain = f"-r -s {self.rir.irr} -T {CLASSES[one.version]} -L {one}"
        return {"rpsl": chain, "arin": f"n + {first}", "lacnic": first}[form]

    def _reduced(self, answer: bytes) -> bytes:
        """Leave out whom an answer names as contacts, unless they are wanted."""
        if self.session.keep_contacts:
            return answer
        return rpsl_contacts.without(answer) if self.rir.answers == "rpsl" else whois_networks.reduced(answer, self.rir.answers)

    def _document(self, source: str, uri: str, answer: bytes, at: datetime) -> Document:
        """Keep an answer; ``FetchError`` where it is none."""
        kind = reading.WHOIS_TYPE if self.rir.answers == "rpsl" else reading.networks_type(self.rir.answers)
        document = Document(source, uri, kind, answer, fetched_at=at)
        try:
            found = reading.records(document)
        except FormatError as error:
            raise FetchError(str(error), GapReason.MALFORMED) from error
        if not found:
            raise FetchError(f"{place(self.rir.whois)[0]} has no entry", GapReason.MISSING)
        return document
