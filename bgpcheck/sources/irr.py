"""Source *irr*: one IRR database, with the registrations, organisations and maintainers that stand in it. Pure.

Rule: a second round asks only for what the first one named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bgpcheck.evidence.extract import speaks_of_routes
from bgpcheck.model import Registration, Unreadable
from bgpcheck.sources.base import Answer, Gap, GapReason, Inquiry, Library, Need, Request, Simple

if TYPE_CHECKING:
    from collections.abc import Collection

    from bgpcheck.model import Prefix


@dataclass(frozen=True, slots=True)
class Irr:
    """One IRR source by name (``RIPE``)."""

    source: str

    @property
    def name(self) -> str:
        """Give the name in gaps and documents."""
        return f"irr/{self.source}"

    def ask(self, inquiry: Inquiry, library: Library) -> Answer | Need:
        """Ask for prefixes and AS numbers, then for the organisations that their registrations name."""
        plain = Simple(self.name, maintainers=True)
        first = plain.ask(inquiry, library)
        if isinstance(first, Need):
            return first
        records = [cited.record for cited in first.records if isinstance(cited.record, Registration)]
        follow = [Request(self.name, subject) for subject in sorted(_organisations(records))]
        missing = library.missing(follow)
        if missing:
            return Need(missing)
        return _believed(library.answer(self.name, (*plain.requests(inquiry), *follow)), inquiry.prefixes)


def _believed(answer: Answer, prefixes: Collection[Prefix]) -> Answer:
    """Take an answer for what it can say: a dump without route objects, or with an unreadable one, is silent about them."""
    if answer.documents and not any(map(speaks_of_routes, answer.documents)):
        names = ", ".join(dict.fromkeys(one.uri for one in answer.documents))
        gap = Gap(answer.source, GapReason.MALFORMED, f"{names} holds no route object of this source: is it another file, or cut off?")
        return replace(answer, answered=frozenset(), gaps=(*answer.gaps, gap))
    faults = [cited for cited in answer.records if isinstance(cited.record, Unreadable)]
    met = [fault for fault in faults if any(fault.record.prefix.overlaps(prefix) for prefix in prefixes)]
    silent = {str(prefix) for prefix in prefixes if any(fault.record.prefix.overlaps(prefix) for fault in met)}
    gaps = (Gap(answer.source, GapReason.MALFORMED, f"{one.document.uri}: the object of {one.record.prefix} can't be read") for one in met)
    return replace(answer, answered=answer.answered - silent, gaps=tuple(dict.fromkeys((*answer.gaps, *gaps))))


def _organisations(records: list[Registration]) -> set[str]:
    """Give subjects for organisations named by handle only."""
    return {f"org:{party.handle}" for record in records for party in record.holders if party.handle and not party.name}
