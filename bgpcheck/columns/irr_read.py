"""Fact *irr* of many routes in every reading of what is not known, as ``facts.irr`` has it for one. Pure; needs numpy.

Rule: objects are looked at once for each AS number that may count; which sources and allocations are whose is read afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from bgpcheck.columns import irr, irr_bits
from bgpcheck.columns.spaces import SpaceRows
from bgpcheck.errors import FormatError
from bgpcheck.facts.irr import Terms
from bgpcheck.model import BITS
from bgpcheck.table.columnar import NOWHERE, Grove

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bgpcheck.columns.known import Known
    from bgpcheck.columns.rpki import Spans
    from bgpcheck.columns.spaces import Space
    from bgpcheck.policy import Policy

MOST_BITS = 64  # sources, a bit each


@dataclass(frozen=True, eq=False, repr=False)
class IrrReader:
    """Reads route objects of a snapshot for rows, by a policy's required sources. Remembers evidence that was met."""

    known: Known
    policy: Policy

    @cached_property
    def masks(self) -> irr_bits.Masks:
        """Sources as bits.

        Raises:
            FormatError: there are more than ``MOST_BITS``.
        """
        settings, header = self.known.settings, self.known.header
        other = (*sorted(settings.accepted_sources), *(rir.irr for rir in settings.rirs.values()), *self.policy.required)
        names = tuple(dict.fromkeys((*header["irr"], *other)))
        if len(names) > MOST_BITS:
            raise FormatError(f"{len(names)} IRR sources, at hand or required: columns have room for {MOST_BITS}")
        made = irr_bits.Masks(names, 0, 0, 0, 0)
        hiding = [name for name, source in settings.irr.items() if source.filtering]
        sets = (self.known.dumps, settings.accepted_sources, settings.weak_sources, hiding)
        return irr_bits.Masks(names, *map(made.bits, sets))

    @cached_property
    def objects(self) -> irr.Objects:
        """Route objects."""
        return irr.Objects({space: irr.Family.of(self.known.columns, space) for space in BITS}, self.masks, self.known.heard)

    @cached_property
    def values(self) -> irr_bits.Values:
        """Values of fact *irr* that were met."""
        settings = self.known.settings
        filtering = frozenset(name for name, source in settings.irr.items() if source.filtering)
        terms = Terms(frozenset({1}), 0, None, settings.accepted_sources, settings.weak_sources, filtering)
        return irr_bits.Values(self.masks, terms)

    @cached_property
    def answering(self) -> int:
        """Bits of the IRR sources that answered."""
        return self.masks.bits(self.known.answering)

    @cached_property
    def _doubts(self) -> Mapping[int, Grove]:
        """Where objects can't be read, by family."""
        return {space: Grove.of(self.known.columns, f"doubt/{space}", space) for space in BITS}

    def values_of(
        self,
        part: Spans,
        space: tuple[Sequence[Space], NDArray[np.intp], NDArray[np.intp]],
        counting: NDArray[np.bool_],
        doubtful: NDArray[np.bool_],
        hard: NDArray[np.bool_],
    ) -> tuple[NDArray[np.uint64], ...]:
        """Give the numbers of the values with each row's AS number authorised, and with none; each with what is at hand.

        ``space``: what is known of spaces, which of them each row lies in, and its delegated row where that is its allocation. Rows that
        columns can't tell of are added to ``hard``.
        """
        hard |= self.objects.unknown_sight(part)
        found = [np.zeros(len(part.rows), np.uint64) for _ in range(4)]
        for authorised, rows, places in ((True, np.flatnonzero(counting), found[:2]), (False, np.flatnonzero(doubtful), found[2:])):
            some = part.take(rows)
            seen = self.objects.see(some) if authorised else self.objects.bare(some)
            hard[rows] |= seen.hard
            asked = SpaceRows.of(space[0], some, space[1][rows], space[2][rows], self.known.segments[part.space].rows)
            for column, values in zip(places, self._read(some, (seen, asked), self._answered(some), authorised=authorised), strict=True):
                column[rows] = values
        return tuple(found)

    def _answered(self, part: Spans) -> NDArray[np.uint64]:
        """Give the bits of the sources that answered about each row."""
        found = np.full(len(part.rows), self.answering, np.uint64)
        grove = self._doubts[part.space]
        for group in np.unique(grove.groups()).tolist():
            key, reach = part.keys(group)
            looked = grove.look(key, reach)
            start, stop = grove.inside(key, reach, looked)
            found &= ~np.where((looked[0] != NOWHERE) | (stop > start), np.uint64(1 << group), np.uint64(0))
        return found

    def _read(
        self, part: Spans, seen: tuple[irr.Seen, SpaceRows], answered: NDArray[np.uint64], *, authorised: bool
    ) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Give the values of each row in every reading of what is not known (``facts.irr._readings``)."""
        objects, asked = seen
        values, at_hand = np.zeros(len(part.rows), np.uint64), np.zeros(len(part.rows), np.uint64)
        for own, missing, there in asked.options:
            question = irr_bits.Asked(own, missing & ~answered, asked.coverable, part.length == BITS[part.space])
            exact = irr_bits.exact_bits(objects, own, self.masks)
            evidence = exact.copy()

            def note(rows: NDArray[np.intp], question: irr_bits.Asked = question, evidence: NDArray[np.uint32] = evidence) -> None:
                found = self.values.judge(evidence[rows], question.of(rows), objects.weak_inside[rows], authorised=authorised)
                values[rows] |= found[0]
                at_hand[rows] |= found[1]

            for rows, shown, hidden, node in objects.steps:
                inside = asked.reaches(part, self.objects.families[part.space].pairs, rows, node)
                evidence[rows] |= np.where(inside, irr_bits.covering_bits(shown, hidden, self.masks), np.uint32(0))
                every = rows[inside & asked.unknown[rows] & there[rows]]
                if len(every):
                    note(every)
            known = np.flatnonzero(there & ~asked.unknown)
            note(known)
            evidence[:] = exact
            note(np.flatnonzero(there & asked.unknown))
        return values, at_hand
