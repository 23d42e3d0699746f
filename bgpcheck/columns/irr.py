"""Fact *irr* of many routes: which sources have which objects for, around and inside each prefix. Pure; needs numpy.

Two forests: (AS number, prefix) with the sources of such objects, and prefixes with the sources of any. The evidence that this is, and
the values that it makes, are in ``columns.irr_bits``.
Rule: a row that bits can't tell of (objects with holes, objects that ROAs which nobody knows may hide) is named as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.columns.irr_bits import ELSEWHERE_PARTS, PARTS, PARTS_WEAK
from bgpcheck.columns.runs import ZERO, Runs, against, fill, sizes
from bgpcheck.table.columnar import NOWHERE, Grove, array

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bgpcheck.columns.irr_bits import Masks
    from bgpcheck.columns.rpki import Spans
    from bgpcheck.table.forest import Columns

    Bits = NDArray[np.uint64]
    Places = NDArray[np.intp]
    Looked = tuple[Places, Places]  # what ``Grove.look`` says

EVERY = (1 << 64) - 1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Family:
    """One family's route objects."""

    prefixes: Grove
    any: Bits
    several: Bits
    any_good: Bits
    several_good: Bits
    pairs: Grove
    mask: Bits
    invalid: NDArray[np.bool_]
    holes: NDArray[np.bool_]

    @classmethod
    def of(cls, columns: Columns, space: int) -> Family:
        """Take the columns that ``layers.irr_sections`` gave."""
        name = f"irr/{space}"
        return cls(
            prefixes=Grove.of(columns, name, space),
            any=array(columns, f"{name}/any"),
            several=array(columns, f"{name}/several"),
            any_good=array(columns, f"{name}/any_good"),
            several_good=array(columns, f"{name}/several_good"),
            pairs=Grove.of(columns, f"{name}/pair", space),
            mask=array(columns, f"{name}/pair/mask"),
            invalid=array(columns, f"{name}/pair/invalid").astype(bool),
            holes=array(columns, f"{name}/pair/holes").astype(bool),
        )


@dataclass(slots=True, eq=False, repr=False)
class Seen:
    """What objects say of each row, for one reading of its AS number, before it is known whose sources are whose.

    ``auth``, ``hidden``, ``other``: sources with an exact object that is authorised and shown, authorised and hidden, of another AS.
    ``steps``: for each less specific authorised prefix, nearest first: rows, sources that show it, sources that hide it, its node.
    ``parts``: bits of evidence that parts make. ``weak_inside``: whether a weak source has a part. ``hard``: what bits can't tell.
    """

    auth: Bits
    hidden: Bits
    other: Bits
    steps: list[tuple[NDArray[np.intp], Bits, Bits, NDArray[np.intp]]]
    parts: NDArray[np.uint32]
    weak_inside: NDArray[np.bool_]
    hard: NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False)
class Objects:
    """All route objects, and who may hide which. ``heard``: whether ROAs are known, by which a server hides."""

    families: Mapping[int, Family]
    masks: Masks
    heard: bool

    def others(self, routes: Spans) -> Bits:
        """Give the sources that show an exact object of any AS number."""
        family = self.families[routes.space]
        if not len(family.prefixes):
            return np.zeros(len(routes.rows), np.uint64)
        node = _equal(family.prefixes, *routes.keys(0))
        filtering = np.uint64(self.masks.filtering)
        shown = (family.any[node] & ~filtering) | (family.any_good[node] & filtering)
        return np.where(node == NOWHERE, ZERO, shown & np.uint64(self.masks.live))

    def unknown_sight(self, routes: Spans) -> NDArray[np.bool_]:
        """Tell which rows have an exact object that may be hidden, nobody knows."""
        if self.heard or not self.masks.filtering & self.masks.live or not len(self.families[routes.space].prefixes):
            return np.zeros(len(routes.rows), bool)
        family = self.families[routes.space]
        node = _equal(family.prefixes, *routes.keys(0))
        hiding = (family.any[node] & np.uint64(self.masks.filtering & self.masks.live)) != ZERO
        found: NDArray[np.bool_] = (node != NOWHERE) & hiding
        return found

    def bare(self, routes: Spans) -> Seen:
        """Look at the objects with no AS number authorised."""
        zeros, no = np.zeros(len(routes.rows), np.uint64), np.zeros(len(routes.rows), bool)
        return Seen(zeros, zeros, self.others(routes), [], zeros.astype(np.uint32), no, no)

    def see(self, routes: Spans) -> Seen:
        """Look at the objects with each row's own AS number authorised."""
        family, masks = self.families[routes.space], self.masks
        live, filtering = np.uint64(masks.live), np.uint64(masks.filtering)
        count = len(routes.rows)
        if not len(family.pairs):
            return self.bare(routes)
        key, reach = routes.keys(routes.asn)
        pair, after = family.pairs.look(key, reach)
        exact = family.pairs.same(pair, key, reach)
        mask: Bits = np.where(exact, family.mask[pair] & live, ZERO)
        bad = exact & family.invalid[pair]
        out: Bits = np.where(bad, filtering, ZERO)
        seen = Seen(
            auth=mask & ~out,
            hidden=mask & out,
            other=self._others(family, routes, mask, np.where(bad, ZERO, mask)),
            steps=[],
            parts=np.zeros(count, np.uint32),
            weak_inside=np.zeros(count, bool),
            hard=np.zeros(count, bool),
        )
        self._climb(family, seen, np.where(exact, family.pairs.parent[pair], pair))
        self._inside(family, routes, seen, (key, reach, (pair, after)))
        if not self.heard:
            seen.hard |= (mask & filtering) != ZERO
        return seen

    def _others(self, family: Family, routes: Spans, mask: Bits, good: Bits) -> Bits:
        """Give the sources that show an exact object of another AS; ``mask``: those with one of this AS, ``good``: with one not invalid."""
        node = _equal(family.prefixes, *routes.keys(0))
        filtering, live = np.uint64(self.masks.filtering), np.uint64(self.masks.live)
        all_of = family.several[node] | (family.any[node] & ~mask)
        good_ones = family.several_good[node] | (family.any_good[node] & ~good)
        return np.where(node == NOWHERE, ZERO, ((all_of & ~filtering) | (good_ones & filtering)) & live)

    def _climb(self, family: Family, seen: Seen, at: NDArray[np.intp]) -> None:
        """Note every less specific prefix of the same AS number."""
        live, filtering = np.uint64(self.masks.live), np.uint64(self.masks.filtering)
        rows = np.flatnonzero(at != NOWHERE)
        while len(rows):
            node = at[rows]
            mask = family.mask[node] & live
            out = np.where(family.invalid[node], filtering, ZERO)
            there = mask != ZERO
            seen.hard[rows[family.holes[node] & there]] = True
            if not self.heard:
                seen.hard[rows[(mask & filtering) != ZERO]] = True
            seen.steps.append((rows[there], (mask & ~out)[there], (mask & out)[there], node[there]))
            at[rows] = family.pairs.parent[node]
            rows = rows[at[rows] != NOWHERE]

    def _inside(self, family: Family, routes: Spans, seen: Seen, looked: tuple[Any, Any, Looked]) -> None:
        """Note what more specific prefixes of the same AS number make together."""
        wanted = (seen.auth & np.uint64(self.masks.accepted)) == ZERO  # beside a counted exact object, parts say nothing
        unsure = not self.heard and bool(self.masks.filtering & self.masks.live)
        all_matter = unsure or bool(self.masks.weak & self.masks.live)
        rows = np.arange(len(wanted)) if all_matter else np.flatnonzero(wanted)
        key, reach, (at, after) = looked
        start, stop = family.pairs.inside(key[rows], reach[rows], (at[rows], after[rows]))
        some = np.flatnonzero(stop > start)
        rows, start, stop = rows[some], start[some], stop[some]
        sums = self.sums[routes.space]
        seen.weak_inside[rows] = sums.weak[stop] > sums.weak[start]
        if unsure:
            seen.hard[rows] = True
            return
        size = sums.size(start, stop)
        wide, exact = against(size, routes, rows)
        enough = np.flatnonzero(wanted[rows] & wide)
        rows, start, stop, exact = rows[enough], start[enough], stop[enough], exact[enough]
        alike = sums.alike(start, stop)
        seen.parts[rows[alike]] = self._same_parts(np.where(exact, sums.shown[start], ZERO)[alike])
        for row, first, last in zip(rows[~alike].tolist(), start[~alike].tolist(), stop[~alike].tolist(), strict=True):
            masks = sums.shown[first:last]
            if (family.holes[first:last] & (masks != ZERO)).any():
                seen.hard[row] = True
                continue
            spans = zip(masks.tolist(), family.pairs.key[first:last].tolist(), family.pairs.reach[first:last].tolist(), strict=True)
            seen.parts[row] = self._parts(list(spans), (key[row], reach[row]))

    def _same_parts(self, shown: Bits) -> NDArray[np.uint32]:
        """Give the bits of parts that stand side by side in the same sources, and have the size of their prefix: so they fill it."""
        found = np.zeros(len(shown), np.uint32)
        for bit, sources in self._kinds_of_parts:
            found |= np.where((shown & np.uint64(sources)) != ZERO, np.uint32(bit), np.uint32(0))
        return found

    @property
    def _kinds_of_parts(self) -> tuple[tuple[int, int], ...]:
        """Bits of parts, and the sources that may make them."""
        accepted, weak = self.masks.accepted, self.masks.weak
        return (PARTS, accepted & ~weak), (PARTS_WEAK, accepted), (ELSEWHERE_PARTS, EVERY & ~accepted)

    def _parts(self, spans: Sequence[tuple[int, Any, Any]], whole: tuple[Any, Any]) -> int:
        """Give the bits that the parts of one prefix make; ``spans``: sources, first and last key of each part, in order."""
        found = 0
        for bit, sources in self._kinds_of_parts:
            found |= bit if fill(*whole, ((low, high) for mask, low, high in spans if mask & sources)) else 0
        return found

    @cached_property
    def sums(self) -> Mapping[int, Runs]:
        """What holds for runs of nodes, by family."""
        return {space: self._summed(family) for space, family in self.families.items()}

    def _summed(self, family: Family) -> Runs:
        """Count what is needed of the nodes before each."""
        out = np.where(family.invalid, np.uint64(self.masks.filtering), ZERO)
        shown = family.mask & ~out & np.uint64(self.masks.live)
        key, reach, parent, holes = family.pairs.key, family.pairs.reach, family.pairs.parent, family.holes
        weak = np.append(0, np.cumsum((shown & np.uint64(self.masks.weak)) != ZERO, dtype=np.int32))
        changes = (parent[1:] != parent[:-1]) | (shown[1:] != shown[:-1]) | holes[1:] | holes[:-1]
        return Runs(weak, *sizes(key, reach), shown, np.append([0, 0], np.cumsum(changes, dtype=np.int32))[: len(key) + 1])


def _equal(grove: Grove, key: Any, reach: Any) -> NDArray[np.intp]:  # noqa: ANN401 (keys of either kind)
    """Give the node that is equal to each range, ``NOWHERE`` where there is none."""
    at = grove.locate(key, reach)
    return np.where(grove.same(at, key, reach), at, NOWHERE)
