"""Fact *registration*: has a regional registry given this space to somebody? Pure.

Rule: a row's presence speaks for itself; its absence speaks only when all five registries were heard on one date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bgpcheck.iana.legacy import is_legacy_slash8
from bgpcheck.model import AddressRange, DelegationStatus
from bgpcheck.situation import DOMAIN, NOT_ALLOCATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bgpcheck.model import Delegation, Prefix, Registration

RIRS = frozenset({"afrinic", "apnic", "arin", "lacnic", "ripencc"})
FILES_APART = timedelta(hours=48)
ANY = frozenset(str(value) for value in DOMAIN["registration"])
WORST_FIRST = ("absent", "available", "reserved", "legacy", "assigned", "allocated")
ARIN_SINCE = "19971222"  # verdicts.md: what is older in a LEGACY /8 was not given by ARIN

# A registry's words for what it gave out directly, by RDAP ``type`` or RPSL ``status:``; the holder's letter is needed (TKT-1).
DIRECT = frozenset(
    {
        *("ALLOCATED PA", "ALLOCATED-ASSIGNED PA", "ALLOCATED PI", "ASSIGNED PI", "ASSIGNED ANYCAST", "LEGACY", "ALLOCATED-BY-RIR"),
        *("ALLOCATED PORTABLE", "ASSIGNED PORTABLE", "DIRECT ALLOCATION", "DIRECT ASSIGNMENT", "ALLOCATED", "ASSIGNED"),
    }
)
PLACEHOLDER_STATUS = frozenset({"ALLOCATED UNSPECIFIED", "IANA"})
WIDEST = {4: 8, 6: 12}  # IANA gives /8 and /12 to registries: a record as wide is not a holder's


def files_complete(dates: Mapping[str, datetime]) -> bool:
    """Tell whether the files of all five RIRs are there, within 48 hours of each other; keys are statistics names."""
    return dates.keys() >= RIRS and max(dates.values()) - min(dates.values()) <= FILES_APART


def is_placeholder(record: Registration, names: Iterable[str]) -> bool:
    """Tell whether a record stands for space that the registry has not given out; ``names`` may end in ``*``."""
    if record.status in PLACEHOLDER_STATUS:
        return True
    if isinstance(record.resource, AddressRange):
        bits = 32 if record.resource.version == 4 else 128  # noqa: PLR2004 (the IP version)
        if record.resource.size > 1 << (bits - WIDEST[record.resource.version]):
            return True
    word = record.name.upper()
    return any(word == name or (name.endswith("*") and word.startswith(name[:-1])) for name in names)


@dataclass(frozen=True, slots=True)
class RegistrationFact:
    """What the registries say about a prefix.

    ``rows``: delegated-extended rows that overlap it. ``records``: registrations that cover it, placeholders left out.
    ``complete``: whether the rows' absence may be believed. ``missing``: RDAP answered that there is none.
    """

    prefix: Prefix
    rows: tuple[Delegation, ...]
    records: tuple[Registration, ...]
    complete: bool
    missing: bool

    @property
    def values(self) -> frozenset[str]:
        """Every status that the prefix may have; one where it is known."""
        delegated = self._delegated()
        if delegated is not None and (delegated not in NOT_ALLOCATED or self.complete):
            return frozenset({"legacy" if self.legacy and delegated not in NOT_ALLOCATED else delegated})
        if self.records:  # RDAP or whois of the registry that answers for it
            return frozenset({"legacy" if self.legacy else self._word()})
        return frozenset({"absent"}) if self.missing else ANY

    @property
    def status(self) -> str:
        """The one status, or ``unknown``."""
        return next(iter(self.values)) if len(self.values) == 1 else "unknown"

    @property
    def registries(self) -> frozenset[str]:
        """Statistics names of the registries that may answer for it: one where known, empty where there is none."""
        held = {row.registry for row in self.rows if row.status in {DelegationStatus.ALLOCATED, DelegationStatus.ASSIGNED}}
        found = held & RIRS or {record.registry for record in self.records} & RIRS
        return frozenset(found or (() if self.status in NOT_ALLOCATED else RIRS))

    @property
    def registry(self) -> str | None:
        """The one registry, or None where none or several may answer."""
        return next(iter(self.registries)) if len(self.registries) == 1 else None

    @property
    def direct(self) -> AddressRange | None:
        """The range of the direct allocation or assignment that the whole prefix lies in, where known."""
        ranges = [row.resource for row in self.rows if isinstance(row.resource, AddressRange) and row.resource.covers(self.prefix)]
        if not ranges:
            ranges = [record.resource for record in self.records if record.status in DIRECT and isinstance(record.resource, AddressRange)]
        return max(ranges, key=lambda one: one.size, default=None)

    @property
    def spans(self) -> bool:
        """Tell whether the prefix is known to lie in no single direct allocation."""
        return self.direct is None and len(self._parts()) > 1

    @property
    def mixed(self) -> bool:
        """Tell whether its parts have different statuses: the worst counts."""
        return len(set(self._parts())) > 1

    @property
    def legacy(self) -> bool:
        """Tell whether the space was given out before the registries (RIPE says so, ARIN's is inferred)."""
        return any(record.status == "LEGACY" for record in self.records) or self.legacy_inferred

    @property
    def legacy_inferred(self) -> bool:
        """Tell whether *legacy* follows only from an ARIN row of before 22 December 1997 in an IANA LEGACY /8."""
        old = any(row.registry == "arin" and row.day and row.day < ARIN_SINCE for row in self.rows)
        return old and is_legacy_slash8(self.prefix)

    def _delegated(self) -> str | None:
        """Worst status of any part by delegated-extended; None where it can't be told."""
        parts = self._parts()
        if not parts or ("absent" in parts and not self.complete):
            return "absent" if not parts and self.complete else None
        return min(parts, key=WORST_FIRST.index)

    def _parts(self) -> tuple[str, ...]:
        """Status of each part of the prefix, in address order; a part without a row is ``absent``."""
        if not self.rows:
            return ()
        spans = [(row.resource, row.status) for row in self.rows if isinstance(row.resource, AddressRange)]
        low, high = self.prefix.network, self.prefix.last
        edges = sorted({low, *(edge for span, _ in spans for edge in (span.first, span.last + 1) if low < edge <= high)})
        return tuple(self._best([status for span, status in spans if span.first <= edge <= span.last]) for edge in edges)

    @staticmethod
    def _best(statuses: list[DelegationStatus]) -> str:
        """Pick the best of several rows for one address: during a transfer two registries may list it."""
        return max((str(status) for status in statuses), key=WORST_FIRST.index, default="absent")

    def _word(self) -> str:
        """``assigned`` where the most specific record says so, else ``allocated``."""
        return "assigned" if "ASSIGN" in self.records[0].status else "allocated"


def registration(
    prefix: Prefix,
    *,
    rows: Iterable[Delegation],
    dates: Mapping[str, datetime],
    records: Iterable[Registration],
    placeholders: Iterable[str],
) -> RegistrationFact:
    """Gather what concerns ``prefix``: ``rows`` and ``records`` may hold anything, ``dates`` the delegated files that answered."""
    names = tuple(placeholders)
    covering = [one for one in records if isinstance(one.resource, AddressRange) and one.resource.covers(prefix)]
    found = [one for one in covering if not one.missing and not is_placeholder(one, names)]
    return RegistrationFact(
        prefix,
        rows=tuple(row for row in rows if isinstance(row.resource, AddressRange) and row.resource.overlaps(prefix)),
        records=tuple(
            sorted(found, key=lambda one: (one.resource.size, one.handle) if isinstance(one.resource, AddressRange) else (0, ""))
        ),
        complete=files_complete(dates),
        missing=any(one.missing for one in covering),
    )
