"""Fact *irr* of many routes: the marks that ``facts.irr_marks`` gives, as bits. Pure; needs numpy.

Two forests: (AS number, prefix) with the sources of such objects, and prefixes with the sources of any. From them come bits of
evidence; which values these make, ``facts.irr_lines`` says, once for each different evidence.
Rule: a row that bits can't tell of (objects with holes, objects that ROAs which nobody knows may hide) is named as such.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.columns.distinct import unique_rows
from bgpcheck.columns.runs import ZERO, Runs, against, fill, sizes
from bgpcheck.facts.irr import Question, Terms
from bgpcheck.facts.irr_lines import NO_TRAIT, Trait, values
from bgpcheck.facts.irr_marks import Mark, addable
from bgpcheck.model import Prefix
from bgpcheck.table.columnar import NOWHERE, Grove, array

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from bgpcheck.columns.rpki import Spans
    from bgpcheck.situation import IrrValue
    from bgpcheck.table.forest import Columns

    Bits = NDArray[np.uint64]
    Places = NDArray[np.intp]
    Looked = tuple[Places, Places]  # what ``Grove.look`` says

# Evidence: kind of mark and its trait, a bit each (``Mark.of``).
STRONG, WEAK = (Trait(authoritative=False, weak=weak, peer_only=False) for weak in (False, True))
_OWN = tuple(Trait(authoritative=True, weak=weak, peer_only=False) for weak in (False, True))
KINDS: tuple[tuple[str, Trait], ...] = (
    *(("counted exact", trait) for trait in (*_OWN, STRONG, WEAK)),
    *((kind, trait) for kind in ("counted covering", "counted parts", "hidden") for trait in (STRONG, WEAK)),
    *((f"elsewhere {fit}", STRONG) for fit in ("exact", "covering", "parts")),
    *((kind, NO_TRAIT) for kind in ("conflicting", "other-origin")),
)
BIT = {kind: 1 << number for number, kind in enumerate(KINDS)}
EXACT_OWN, EXACT_OWN_WEAK, EXACT, EXACT_WEAK = (BIT["counted exact", trait] for trait in (*_OWN, STRONG, WEAK))
COVERING, COVERING_WEAK = (BIT["counted covering", trait] for trait in (STRONG, WEAK))
PARTS, PARTS_WEAK = (BIT["counted parts", trait] for trait in (STRONG, WEAK))
HIDDEN, HIDDEN_WEAK = (BIT["hidden", trait] for trait in (STRONG, WEAK))
ELSEWHERE, ELSEWHERE_COVERING, ELSEWHERE_PARTS = (BIT[f"elsewhere {fit}", STRONG] for fit in ("exact", "covering", "parts"))
CONFLICTING, OTHER = BIT["conflicting", NO_TRAIT], BIT["other-origin", NO_TRAIT]
COUNTED_EXACT = EXACT_OWN | EXACT_OWN_WEAK | EXACT | EXACT_WEAK

NET, HOST = Prefix(4, 1 << 24, 24), Prefix(4, 1 << 24, 32)  # of silent sources it only matters whether a prefix can have parts
EVERY = (1 << 64) - 1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Masks:
    """Sets of sources as bits: those at hand that count, and what settings say of all that may matter. ``names``: source of each bit."""

    names: Sequence[str]
    live: int
    accepted: int
    weak: int
    filtering: int

    def bits(self, names: Any) -> int:  # noqa: ANN401 (any collection of words)
        """Give the bits of some sources."""
        return sum(1 << number for number, name in enumerate(self.names) if name in names)


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
        exact = (pair != NOWHERE) & (family.pairs.key[pair] == key) & (family.pairs.reach[pair] == reach)
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
    return np.where((at != NOWHERE) & (grove.key[at] == key) & (grove.reach[at] == reach), at, NOWHERE)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Asked:
    """What else the values hang on, a number a row; rows with equal ones and equal evidence have equal values.

    ``own``: bit of the source of the prefix's RIR, 0 for none; ``missing``: bits of required sources that are silent; ``coverable``
    and ``host``: ``Question.coverable``, and whether it is one address.
    """

    own: Bits
    missing: Bits
    coverable: NDArray[np.bool_]
    host: NDArray[np.bool_]

    def of(self, rows: NDArray[np.intp]) -> Asked:
        """Give some rows."""
        return Asked(self.own[rows], self.missing[rows], self.coverable[rows], self.host[rows])


@dataclass(slots=True, eq=False, repr=False)
class Values:
    """Values of the fact as bits of one number, and the number of each evidence that was met."""

    masks: Masks
    terms: Terms
    order: dict[IrrValue, int] = field(default_factory=dict)
    met: dict[tuple[int, ...], tuple[int, int]] = field(default_factory=dict)

    def values(self, number: int) -> frozenset[IrrValue]:
        """Give the values that a number stands for."""
        return frozenset(value for value, place in self.order.items() if number >> place & 1)

    def judge(self, evidence: NDArray[np.uint32], asked: Asked, weak_inside: NDArray[np.bool_], *, authorised: bool) -> tuple[Bits, Bits]:
        """Give, for each row, its values, and those of the objects seen alone (``World.at_hand``), as numbers."""
        flags = (
            asked.coverable.astype(np.uint64) | asked.host.astype(np.uint64) << np.uint64(1) | weak_inside.astype(np.uint64) << np.uint64(2)
        )
        different, _, which = unique_rows((evidence, asked.own, asked.missing, flags))
        found = [self._met((*row, int(authorised))) for row in different]
        both = np.array(found, np.uint64).reshape(-1, 2)[which]
        return both[:, 0], both[:, 1]

    def _met(self, key: tuple[int, ...]) -> tuple[int, int]:
        """Judge one evidence, remembering."""
        if key not in self.met:
            evidence, own, missing, flags, authorised = key
            marks = frozenset(decoded(evidence))
            extra = self._extra(own, missing, flags, authorised=bool(authorised)) if missing else frozenset()
            self.met[key] = self._number(values(marks, extra)), self._number(values(marks, frozenset()))
        return self.met[key]

    def _extra(self, own: int, missing: int, flags: int, *, authorised: bool) -> frozenset[tuple[str, Trait]]:
        """Give the marks that silent sources may add."""
        coverable, host, weak = (bool(flags >> place & 1) for place in range(3))
        silent = [name for number, name in enumerate(self.masks.names) if missing >> number & 1]
        terms = self.terms if authorised else Terms(frozenset(), 0, None, self.terms.accepted, self.terms.weak, self.terms.filtering)
        question = Question(HOST if host else NET, terms, frozenset(), None, not coverable, lambda _: None)
        at_hand = {"counted": frozenset({(False, False), (True, False)})} if weak else {}
        name = next((name for number, name in enumerate(self.masks.names) if own >> number & 1), None)
        return frozenset(mark.of(name) for mark in addable(question, silent, at_hand))

    def _number(self, found: frozenset[IrrValue]) -> int:
        """Give the number of some values."""
        number = 0
        for value in found:
            number |= 1 << self.order.setdefault(value, len(self.order))
        return number


def decoded(evidence: int) -> Iterator[tuple[str, Trait]]:
    """Give the marks that bits stand for; parts that one source fills, a peer ASN's objects fill too (``_part_marks``)."""
    for number, (kind, trait) in enumerate(KINDS):
        if evidence >> number & 1:
            yield kind, trait


def exact_bits(seen: Seen, own: Bits, masks: Masks) -> NDArray[np.uint32]:
    """Give the evidence of exact objects and of parts, with these own sources."""
    accepted, weak = np.uint64(masks.accepted), np.uint64(masks.weak)
    evidence = seen.parts.copy()
    for bit, there in (
        (EXACT_OWN, seen.auth & accepted & own & ~weak),
        (EXACT_OWN_WEAK, seen.auth & accepted & own & weak),
        (EXACT, seen.auth & accepted & ~own & ~weak),
        (EXACT_WEAK, seen.auth & accepted & ~own & weak),
        (ELSEWHERE, seen.auth & ~accepted),
        (HIDDEN, seen.hidden & accepted & ~weak),
        (HIDDEN_WEAK, seen.hidden & accepted & weak),
        (CONFLICTING, seen.other & own),
        (OTHER, seen.other & ~own),
    ):
        evidence |= np.where(there != ZERO, np.uint32(bit), np.uint32(0))
    return evidence


def covering_bits(shown: Bits, hidden: Bits, masks: Masks) -> NDArray[np.uint32]:
    """Give the evidence of one less specific prefix."""
    accepted, weak = np.uint64(masks.accepted), np.uint64(masks.weak)
    evidence = np.zeros(len(shown), np.uint32)
    for bit, there in (
        (COVERING, shown & accepted & ~weak),
        (COVERING_WEAK, shown & accepted & weak),
        (ELSEWHERE_COVERING, shown & ~accepted),
        (HIDDEN, hidden & accepted & ~weak),
        (HIDDEN_WEAK, hidden & accepted & weak),
    ):
        evidence |= np.where(there != ZERO, np.uint32(bit), np.uint32(0))
    return evidence


__all__ = ["Asked", "Family", "Mark", "Masks", "Objects", "Seen", "Values", "covering_bits", "exact_bits"]
