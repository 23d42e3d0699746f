"""Fact *registration*: has a regional registry given this space to somebody? Pure.

Rule: a row's presence speaks for itself; its absence speaks only when all five registries were heard on one date.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

from bgpcheck.iana.legacy import is_legacy_slash8
from bgpcheck.model import BITS, AddressRange, DelegationStatus
from bgpcheck.situation import DOMAIN, NOT_ALLOCATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bgpcheck.model import Delegation, Prefix, Registration

HELD = frozenset({DelegationStatus.ALLOCATED, DelegationStatus.ASSIGNED})
RIRS = frozenset({"afrinic", "apnic", "arin", "lacnic", "ripencc"})
FILES_APART = timedelta(hours=48)
ANY = frozenset(str(value) for value in DOMAIN["registration"])
WORST_FIRST = ("absent", "available", "reserved", "assigned", "allocated")
ARIN_SINCE = "19971222"  # verdicts.md: what is older in a LEGACY /8 was not given by ARIN

# A registry's words for what it gave out directly, by RDAP ``type`` or RPSL ``status:``; the holder's letter is needed (TKT-1).
DIRECT = frozenset(
    {
        *("ALLOCATED PA", "ALLOCATED-ASSIGNED PA", "ALLOCATED PI", "ASSIGNED PI", "ASSIGNED ANYCAST", "LEGACY", "ALLOCATED-BY-RIR"),
        *("ALLOCATED PORTABLE", "ASSIGNED PORTABLE", "DIRECT ALLOCATION", "DIRECT ASSIGNMENT"),
    }
)
LACNICS = frozenset({"ALLOCATED", "ASSIGNED"})  # LACNIC's words; in RIPE's IPv6 space ASSIGNED is what an LIR gave out
# First words of what IANA gave to a registry: RIPE's word, and ARIN's for the /8 blocks of others ("ALLOCATED TO APNIC").
PLACEHOLDER_STATUS = ("ALLOCATED UNSPECIFIED", "ALLOCATED TO ", "EARLY REGISTRATION", "IANA")
NOT_HELD = {"RESERVED": "reserved", "AVAILABLE": "available", "UNALLOCATED": "available", "UNASSIGNED": "available"}
WIDEST = {4: 8, 6: 12}  # IANA gives /8 and /12 to registries; some holders have a whole /8, nobody has a /12 of IPv6


def files_complete(dates: Mapping[str, datetime]) -> bool:
    """Tell whether the files of all five RIRs are there, within 48 hours of each other; keys are statistics names."""
    found = [dates[rir] for rir in RIRS if rir in dates]
    return len(found) == len(RIRS) and max(found) - min(found) <= FILES_APART


def is_direct(record: Registration) -> bool:
    """Tell whether the registry itself gave this range to its holder."""
    return record.status in DIRECT or (record.registry == "lacnic" and record.status in LACNICS)


def is_placeholder(record: Registration, names: Iterable[str]) -> bool:
    """Tell whether a record stands for space that the registry has not given out; ``names`` may end in ``*``."""
    if record.status.startswith(PLACEHOLDER_STATUS):
        return True
    if isinstance(record.resource, AddressRange) and _is_a_registrys(record.resource, direct=is_direct(record)):
        return True
    word = record.name.upper()
    return any(word == name or (name.endswith("*") and word.startswith(name[:-1])) for name in names)


def _is_a_registrys(span: AddressRange, *, direct: bool) -> bool:
    """Tell whether a range is what IANA gives to a registry, and no registry says that it gave it to a holder."""
    widest = 1 << (BITS[span.version] - WIDEST[span.version])
    return span.size > widest or (span.size == widest and (span.version == 6 or not direct))  # noqa: PLR2004 (IPv6)


@dataclass(frozen=True)
class RegistrationFact:
    """What the registries say about a prefix.

    ``rows``: delegated-extended rows that overlap it. ``records``: registrations that cover it, placeholders left out, the most
    specific first. ``complete``: whether the rows' absence may be believed. ``missing``: RDAP answered that there is none.
    """

    prefix: Prefix
    rows: tuple[Delegation, ...]
    records: tuple[Registration, ...]
    complete: bool
    missing: bool

    @cached_property
    def values(self) -> frozenset[str]:
        """Every status that the prefix may have; one where it is known."""
        delegated = min(self._parts, key=WORST_FIRST.index)  # a part that no file at hand accounts for is absent
        if delegated not in NOT_ALLOCATED or self.complete:
            return frozenset({self._or_legacy(delegated), *self._contrary})  # of one address two registries say two things: open
        if self.records and not self.missing:  # RDAP or whois of the registry that answers for it
            return frozenset({self._or_legacy(self._word())})
        return frozenset({"absent"}) if self.missing and not self.records else ANY

    @property
    def status(self) -> str:
        """The one status, or ``unknown``."""
        return next(iter(self.values)) if len(self.values) == 1 else "unknown"

    @property
    def holding(self) -> tuple[Delegation, ...]:
        """Rows that together say who holds the whole prefix; none where a part of it is nobody's, or in no file at hand."""
        return self._held if NOT_ALLOCATED.isdisjoint(self._parts) else ()

    @property
    def registries(self) -> frozenset[str]:
        """Statistics names of the registries that may answer for it: one where known, empty where there is none."""
        rows = self.rows if self._contrary else self._held  # who says the contrary may be the one that answers for it
        held = RIRS & {row.registry for row in rows} if self._accounted else frozenset()
        found = held or RIRS & {record.registry for record in self.records}
        return found or (frozenset() if self.status in NOT_ALLOCATED else RIRS)

    @property
    def registry(self) -> str | None:
        """The one registry, or None where none or several may answer."""
        return next(iter(self.registries)) if len(self.registries) == 1 else None

    @property
    def direct(self) -> AddressRange | None:
        """The range of the direct allocation or assignment that the whole prefix lies in, where known.

        During a transfer two registries may list it: then the narrower range is the one that is sure.
        """
        ranges = [row.resource for row in self._held if isinstance(row.resource, AddressRange) and row.resource.covers(self.prefix)]
        if ranges:
            return min(ranges, key=lambda one: one.size)
        direct = (record.resource for record in self.records if is_direct(record))
        return max((one for one in direct if isinstance(one, AddressRange)), key=lambda one: one.size, default=None)

    @property
    def spans(self) -> bool:
        """Tell whether the prefix is known to lie in no single direct allocation."""
        return self.direct is None and len(self._parts) > 1

    @property
    def mixed(self) -> bool:
        """Tell whether its parts have different statuses: the worst counts."""
        return self._accounted and len(set(self._parts)) > 1

    @property
    def legacy(self) -> bool:
        """Tell whether the space was given out before the registries (RIPE says so, ARIN's is inferred)."""
        return any(record.status == "LEGACY" for record in self.records) or self.legacy_inferred

    @property
    def legacy_inferred(self) -> bool:
        """Tell whether *legacy* follows only from an ARIN row of before 22 December 1997 in an IANA LEGACY /8."""
        old = any(row.registry == "arin" and row.day and row.day < ARIN_SINCE for row in self._held)
        return old and is_legacy_slash8(self.prefix)

    @property
    def _held(self) -> tuple[Delegation, ...]:
        """Rows that say that somebody has it."""
        return tuple(row for row in self.rows if row.status in HELD)

    @property
    def _accounted(self) -> bool:
        """Tell whether every part of the prefix is accounted for: by a row, or by its absence from all five files."""
        return self.complete or "absent" not in self._parts

    @cached_property
    def _parts(self) -> tuple[str, ...]:
        """Status of each part of the prefix, in address order, the best where rows differ; a part without a row is ``absent``."""
        return self._walk(tuple(reversed(WORST_FIRST)))

    @cached_property
    def _lowest(self) -> tuple[str, ...]:
        """The same, the worst where rows differ: during a transfer two registries may list it."""
        return self._walk(WORST_FIRST)

    @property
    def _contrary(self) -> frozenset[str]:
        """What other rows say of addresses that some row says are somebody's: that they are nobody's."""
        return NOT_ALLOCATED.intersection(self._lowest) if NOT_ALLOCATED.isdisjoint(self._parts) else frozenset()

    def _walk(self, order: tuple[str, ...]) -> tuple[str, ...]:
        """Give the status of each part, the first in ``order`` of the rows there."""
        low, high = self.prefix.network, self.prefix.last
        changes: dict[int, list[tuple[str, int]]] = defaultdict(list, {low: []})
        for span, status in [(row.resource, str(row.status)) for row in self.rows if isinstance(row.resource, AddressRange)]:
            changes[max(span.first, low)].append((status, 1))
            changes[span.last + 1].append((status, -1))
        listed = Counter[str]()
        parts = []
        for address in sorted(one for one in changes if one <= high):
            for status, step in changes[address]:
                listed[status] += step
            parts.append(next((status for status in order if listed[status]), "absent"))
        return tuple(parts)

    def _word(self) -> str:
        """Status by the most specific record's own word."""
        words = self.records[0].status.replace("-", " ").split()
        held = "assigned" if any("ASSIGN" in word for word in words) else "allocated"
        return next((NOT_HELD[word] for word in words if word in NOT_HELD), held)

    def _or_legacy(self, status: str) -> str:
        """Give ``legacy`` in the place of what somebody has, where it is that."""
        return "legacy" if status not in NOT_ALLOCATED and self.legacy else status


def registration(
    prefix: Prefix,
    *,
    rows: Iterable[Delegation],
    dates: Mapping[str, datetime],
    records: Iterable[Registration],
    placeholders: Iterable[str],
) -> RegistrationFact:
    """Gather what concerns ``prefix``: ``rows`` and ``records`` may hold anything, ``dates`` the delegated files that answered.

    That RDAP knows no registration of a wider range says nothing about this one.
    """
    names = tuple(placeholders)
    near = tuple(row for row in rows if isinstance(row.resource, AddressRange) and row.resource.overlaps(prefix))
    responsible = {row.registry for row in RegistrationFact(prefix, near, (), files_complete(dates), missing=False).holding}
    covering = [one for one in records if isinstance(one.resource, AddressRange) and one.resource.covers(prefix)]
    found = [one for one in covering if not one.missing and not is_placeholder(one, names)]
    # After a transfer the old registry may still answer.
    found = [one for one in found if not responsible or one.registry in responsible]
    return RegistrationFact(
        prefix,
        rows=near,
        records=tuple(sorted(found, key=attrgetter("resource.size", "handle", "status"))),
        complete=files_complete(dates),
        missing=any(one.missing and one.resource == prefix.range for one in covering),
    )
