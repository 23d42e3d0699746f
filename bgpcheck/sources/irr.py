"""Source *irr*: one IRR database, with the registrations, organisations and maintainers that stand in it. Pure.

Rule: a second round asks only for what the first one named.
"""

from __future__ import annotations

from dataclasses import dataclass

from bgpcheck.model import AddressRange, Registration
from bgpcheck.sources.base import Answer, Inquiry, Library, Need, Request, Simple


@dataclass(frozen=True, slots=True)
class Irr:
    """One IRR source by name (``RIPE``)."""

    source: str

    @property
    def name(self) -> str:
        """Give the name in gaps and documents."""
        return f"irr/{self.source}"

    def ask(self, inquiry: Inquiry, library: Library) -> Answer | Need:
        """Ask for prefixes and AS numbers, then for the organisations and common maintainers that they name."""
        first = Simple(self.name).ask(inquiry, library)
        if isinstance(first, Need):
            return first
        records = [cited.record for cited in first.records if isinstance(cited.record, Registration)]
        follow = [Request(self.name, subject) for subject in sorted({*_organisations(records), *self._maintainers(records)})]
        missing = library.missing(follow)
        return Need(missing) if missing else library.answer(self.name, (*Simple(self.name).requests(inquiry), *follow))

    def _maintainers(self, records: list[Registration]) -> set[str]:
        """Give subjects for maintainers that both a prefix's and an AS number's registration have."""
        sides: tuple[set[str], set[str]] = (set(), set())
        for record in records:
            sides[isinstance(record.resource, AddressRange)].update(record.maintainers)
        return {f"mnt:{one}" for one in sides[0] & sides[1]}


def _organisations(records: list[Registration]) -> set[str]:
    """Give subjects for organisations named by handle only."""
    return {f"org:{party.handle}" for record in records for party in record.holders if party.handle and not party.name}
