"""What a summary counts of judged chunks; counts made apart can be merged. Pure; needs numpy.

Rule: counts of rows are exact, but memory does not grow with the rows. Past ``MOST_ASNS`` AS numbers those with the fewest rows are
forgotten, and ``missing`` says by how much the count of any may be too low for that.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bgpcheck.render.audit_space import Space, blocks
from bgpcheck.routes import NONE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from bgpcheck.columns.judged import Judged, Words

    Numbers = NDArray[np.int64]

VERDICTS = ("configured", "validation-needed", "manual-validation", "undetermined")
PASSES = "configured"
FAMILIES = {4: "ipv4", 6: "ipv6"}
EXAMPLES = 10  # of each family
MOST_ASNS = 1 << 18
MOST_WAITING = 1 << 18  # pairs that are not yet folded in
REASON_BITS = 20  # of a key; the rest is the AS number + 1, so that NONE is 0


class Offender(NamedTuple):
    """An AS number (None: NONE), its rows that would not pass or have no verdict, and the most common reason with its rows."""

    asn: int | None
    routes: int
    reason: str
    reason_routes: int


class Offences:
    """Rows by AS number and reason. ``missing``: rows that an AS number may have more than are counted."""

    def __init__(self) -> None:
        """Begin with none."""
        self.missing = 0
        self._keys = self._counts = np.empty(0, np.int64)
        self._reasons: dict[str, int] = {}
        self._waiting: list[tuple[Numbers, Numbers]] = []
        self._held = 0

    def add(self, origins: Numbers, cases: NDArray[np.intp], reasons: Iterable[str]) -> None:
        """Count rows: an origin each, and the place of its reason in ``reasons``."""
        self._put(origins - NONE << REASON_BITS | self._numbers(reasons)[cases], np.ones(len(origins), np.int64))

    def merge(self, other: Offences) -> None:
        """Add what another counted."""
        other._fold()
        self.missing += other.missing
        reason = self._numbers(other._reasons)[other._keys & (1 << REASON_BITS) - 1]
        self._put(other._keys >> REASON_BITS << REASON_BITS | reason, other._counts)

    def top(self, most: int) -> list[Offender]:
        """Give those with most rows; the lower AS number first where they have as many."""
        self._fold()
        asns, totals = self._totals()
        names = list(self._reasons)
        found = []
        for place in np.lexsort((asns, -totals))[:most].tolist():
            mine = self._keys >> REASON_BITS == asns[place]
            pairs = zip(self._counts[mine].tolist(), (self._keys[mine] & (1 << REASON_BITS) - 1).tolist(), strict=True)
            count, reason = min((-count, names[number]) for count, number in pairs)
            asn = int(asns[place]) + NONE
            found.append(Offender(None if asn == NONE else asn, int(totals[place]), reason, -count))
        return found

    def _numbers(self, reasons: Iterable[str]) -> Numbers:
        """Give each reason's number, a new one where it is met first."""
        return np.array([self._reasons.setdefault(reason, len(self._reasons)) for reason in reasons], np.int64)

    def _put(self, keys: Numbers, counts: Numbers) -> None:
        """Add counts by key."""
        self._waiting.append((keys, counts))
        self._held += len(keys)
        if self._held >= MOST_WAITING:
            self._fold()

    def _fold(self) -> None:
        """Count what waits, and forget the least where there are too many."""
        keys, counts = (np.concatenate(parts) for parts in zip((self._keys, self._counts), *self._waiting, strict=True))
        self._waiting, self._held = [], 0
        self._keys, which = np.unique(keys, return_inverse=True)
        self._counts = np.bincount(which.reshape(-1), counts, len(self._keys)).astype(np.int64)
        asns, totals = self._totals()
        if len(asns) > MOST_ASNS:
            order = np.lexsort((asns, -totals))
            self.missing += int(totals[order[MOST_ASNS]])
            kept = np.isin(self._keys >> REASON_BITS, asns[order[:MOST_ASNS]])
            self._keys, self._counts = self._keys[kept], self._counts[kept]

    def _totals(self) -> tuple[Numbers, Numbers]:
        """Give each AS number + 1, and its rows."""
        asns, which = np.unique(self._keys >> REASON_BITS, return_inverse=True)
        return asns, np.bincount(which.reshape(-1), self._counts, len(asns)).astype(np.int64)


class Counts:
    """All that is counted. ``cases``: rows by family and words; ``space``: by family and verdict; ``examples``: of what passes."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self.cases = Counter[tuple[int, "Words"]]()
        self.offences = Offences()
        self.space = {(version, verdict): Space() for version in FAMILIES for verdict in VERDICTS}
        self.examples: dict[int, list[tuple[str, int | None]]] = {version: [] for version in FAMILIES}

    def add(self, judged: Judged) -> None:
        """Count a chunk."""
        verdicts = np.array([VERDICTS.index(case.verdict) for case in judged.cases], np.intp)[judged.case]
        failing = np.flatnonzero(verdicts != VERDICTS.index(PASSES))
        self.offences.add(judged.routes.origin[failing], judged.case[failing], [case.reason for case in judged.cases])
        for version in FAMILIES:
            rows = np.flatnonzero(judged.routes.version == version)
            for place, count in enumerate(np.bincount(judged.case[rows]).tolist()):
                if count:
                    self.cases[version, judged.cases[place]] += count
            first, end = blocks(judged.routes.take(rows), version)
            for number, verdict in enumerate(VERDICTS):
                mine = verdicts[rows] == number
                self.space[version, verdict].add(first[mine], end[mine])
            self._collect(judged, version, rows[verdicts[rows] == VERDICTS.index(PASSES)])

    def _collect(self, judged: Judged, version: int, passing: NDArray[np.intp]) -> None:
        """Keep the first routes that pass."""
        kept = self.examples[version]
        some = judged.routes.take(passing[: EXAMPLES - len(kept)])
        origins = (None if asn == NONE else asn for asn in some.origin.tolist())
        kept += zip(some.prefixes(), origins, strict=True)

    def merge(self, other: Counts) -> None:
        """Add what another counted, of rows that come later."""
        self.cases.update(other.cases)
        self.offences.merge(other.offences)
        for key, space in self.space.items():
            space.merge(other.space[key])
        for version in FAMILIES:
            self.examples[version] = (self.examples[version] + other.examples[version])[:EXAMPLES]

    def by(self, name: str, *, failing: bool = False) -> Counter[str]:
        """Count rows by a word of ``Words``; ``failing``: only those that would not pass or have no verdict."""
        found = Counter[str]()
        for (_, case), count in self.cases.items():
            if not (failing and case.verdict == PASSES):
                found[getattr(case, name)] += count
        return found

    def family(self, version: int) -> tuple[int, int]:
        """Count a family's rows, and those of them that pass."""
        mine = [(case.verdict == PASSES, count) for (of, case), count in self.cases.items() if of == version]
        return sum(count for _, count in mine), sum(count for passes, count in mine if passes)
