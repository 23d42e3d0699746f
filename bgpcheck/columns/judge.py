"""Many routes judged as ``check`` judges one: each a claim of that peer AS number with no named registry. Pure; needs numpy.

Columns sort rows into cases: rows of one case have equal facts in every reading. A case is put before the one decision table once.
What columns can't tell apart is assessed row by row. Rule: both ways give the same words; a test shows it on generated tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.assess import COUNTING, Assessment, kind_of
from bgpcheck.claim import Claim
from bgpcheck.columns import rpki
from bgpcheck.columns.delegated import NO_ID
from bgpcheck.columns.distinct import unique, unique_rows
from bgpcheck.columns.irr_read import IrrReader
from bgpcheck.columns.judged import Judged, Words
from bgpcheck.columns.rpki import Spans, spans
from bgpcheck.columns.segments import NO_ROW, Under
from bgpcheck.columns.spaces import Space, legacy_slash8, special
from bgpcheck.facts.asn import AsnKind
from bgpcheck.facts.holder import ANY as ANY_HOLDER
from bgpcheck.iana.asns import SPECIAL_ASNS
from bgpcheck.model import BITS, Prefix
from bgpcheck.situation import DOMAIN, World
from bgpcheck.table.columnar import NOWHERE, Grove
from bgpcheck.table.forest import ASNS
from bgpcheck.table.plant import halves
from bgpcheck.verdict import decide

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bgpcheck.columns.known import Known
    from bgpcheck.policy import Policy
    from bgpcheck.routes import Routes

KINDS = tuple(AsnKind)
MOST_REMEMBERED = 1 << 17  # spaces, pairs of holders, kinds
_EDGES = np.array([edge for row in SPECIAL_ASNS for edge in (row.range.first, row.range.last + 1)], np.int64)  # of IANA's table
UNHEARD = 255  # a state of RPKI that nobody told


@dataclass(eq=False, repr=False)
class Judge:
    """Judges routes from a snapshot. Remembers cases, so that the next chunk costs less."""

    known: Known
    policy: Policy
    _spaces: dict[tuple[int, ...], int] = field(default_factory=dict)
    _space: list[Space] = field(default_factory=list)
    _kinds: dict[tuple[int, ...], int] = field(default_factory=dict)
    _holders: dict[tuple[int, int], int] = field(default_factory=dict)
    _holder_values: dict[frozenset[str], int] = field(default_factory=dict)
    _cases: dict[tuple[int, ...], Words] = field(default_factory=dict)
    _holder_list: list[frozenset[str]] = field(default_factory=list)
    _value_ids: list[int] = field(default_factory=list)
    _value_numbers: dict[tuple[object, ...], int] = field(default_factory=dict)
    _value_list: list[Space] = field(default_factory=list)
    _fresh: dict[int, Assessment] = field(default_factory=dict)  # of spaces that were learned of with these rows

    # ── what is fixed ───────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def irr(self) -> IrrReader:
        """What reads route objects."""
        return IrrReader(self.known, self.policy)

    @cached_property
    def views(self) -> Mapping[int, Mapping[int, rpki.Family]]:
        """Every way to see the VRPs, by family and by the number that the header gives it; none where no validator answered."""
        names = dict.fromkeys(self._order)
        return {space: {one: rpki.Family.of(self.known.columns, f"rpki/{one}/{space}") for one in names} for space in BITS}

    @cached_property
    def _order(self) -> tuple[int, ...]:
        """Numbers of the views; the one that is shown stands last."""
        told = self.known.header["views"]
        return (*told["each"], told["shown"]) if self.known.heard else ()

    @cached_property
    def _registered(self) -> Mapping[int, Grove]:
        """Where there are registrations."""
        return {space: self.known.registered.grove(space) for space in (ASNS, *BITS)}

    # ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def judge(self, routes: Routes) -> Judged:
        """Judge routes, in their order."""
        if max(len(self._space), len(self._holders), len(self._kinds)) > MOST_REMEMBERED:
            self._forget()
        words: dict[Words, int] = {}
        case = np.zeros(len(routes), np.intp)
        for part in spans(routes):
            keys, hard = self._keys(part)
            different, _, which = unique_rows(keys)
            found = [self._case(key) for key in different]
            numbers = np.array([words.setdefault(one, len(words)) for one in found], np.intp)
            case[part.rows] = numbers[which]
            for row in np.flatnonzero(hard).tolist():
                case[part.rows[row]] = words.setdefault(self._one(part, row), len(words))
        return Judged(routes, case, tuple(words))

    def _keys(self, part: Spans) -> tuple[tuple[NDArray[Any], ...], NDArray[np.bool_]]:
        """Give each row's case as columns of numbers, and which rows must be assessed one by one."""
        kind, own_id, registered = self._numbers(part)
        under, node = self.known.segments[part.space].under(part), self._node(part)
        hard = self._crossing(part) | self._doubted(part)
        space = self._space_numbers(part, under, node, hard)
        if self.known.silent_anchors:
            hard |= np.array([one.anchor_silent for one in self._space], bool)[space]
        counting = np.isin(kind, [KINDS.index(one) for one in COUNTING])
        doubtful = kind != KINDS.index(AsnKind.ALLOCATED)
        values = self.irr.values_of(part, (self._space, space, under.direct), counting, doubtful, hard)
        holder = self._holder(part, (space, under.opaque, node), (own_id, registered), counting)
        self._fresh.clear()
        columns = (
            np.full(len(kind), part.space),
            kind,
            special(part),
            np.array([self._value_ids[one] for one in range(len(self._space))], np.int64)[space],
            holder,
            *values,
            *self._rpki(part),
        )
        return columns, hard

    def _forget(self) -> None:
        """Begin anew, so that memory has a limit however many registrations there are."""
        for one in fields(self):
            if one.name.startswith("_"):
                getattr(self, one.name).clear()

    def _case(self, key: tuple[int, ...]) -> Words:
        """Judge a case, remembering."""
        if key not in self._cases:
            self._cases[key] = self._words(key)
        return self._cases[key]

    def _words(self, key: tuple[int, ...]) -> Words:
        """Put a case before the decision table."""
        _, kind, special, space_id, holder, alone, alone_at_hand, none, none_at_hand, *states = key
        asn, space = KINDS[kind], self._value_list[space_id]
        heard = states[0] != UNHEARD
        known = frozenset(rpki.STATES[state] for state in states[:-1]) if heard else frozenset(map(str, DOMAIN["rpki"]))
        readings = [(self._holder_list[holder], alone, alone_at_hand)] if asn in COUNTING else []
        if asn is not AsnKind.ALLOCATED:
            readings.append((frozenset({"unlisted"}), none, none_at_hand))
        worlds = tuple(
            World(
                azure="none",
                special=bool(special),
                asn="public" if asn in COUNTING and number == 0 else "private" if asn is AsnKind.PRIVATE else "none",
                registration=space.values,
                announcement="none",
                signature="none",
                irr=self.irr.values.values(objects),
                holder=holders,
                rpki=known,
                named_is_rir=frozenset({True}),
                at_hand=self.irr.values.values(at_hand),
            )
            for number, (holders, objects, at_hand) in enumerate(readings)
        )
        verdict = decide(worlds, self.policy)
        matches = {value.match for world in worlds for value in world.irr}
        holders = readings[0][0]
        return Words(
            verdict=str(verdict.outcome),
            confidence=str(verdict.confidence or ""),
            rpki=_shown(rpki.STATES[states[-1]]) if heard else "unknown",
            irr=_one(matches),
            holder=_one(holders),
            registration=space.status,
            reason=verdict.reason,
            registry=space.registry,
        )

    def _one(self, part: Spans, row: int) -> Words:
        """Assess one row as ``check`` does."""
        one = self._assessment(part, row, int(part.asn[row]))
        return Words(
            verdict=str(one.verdict.outcome),
            confidence=str(one.verdict.confidence or ""),
            rpki=str(one.rpki.state) if one.rpki else "unknown",
            irr=one.irr.match,
            holder=one.holder.match,
            registration=one.registration.status,
            reason=one.verdict.reason,
            registry=one.registration.registry or "",
        )

    def _assessment(self, part: Spans, row: int, asn: int) -> Assessment:
        """Make the claim of a row."""
        high, low = (int(half[row]) for half in part.network)
        return self._about(Prefix(part.space, high << 64 | low, int(part.length[row])), asn)

    def _about(self, prefix: Prefix, asn: int) -> Assessment:
        """Make a claim."""
        return Assessment(Claim(prefix, asn, block=prefix.family), self.known, self.policy)  # type: ignore[arg-type]

    # ── AS numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _numbers(self, part: Spans) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Give each row's AS number's kind, opaque id and whether it is registered."""
        first, which = unique(part.asn)
        different = part.asn[first]
        under = self.known.segments[ASNS].at(different)
        key = different.astype(np.uint64)
        registered = self._registered[ASNS].locate(key, key) != NOWHERE
        if self.known.registered.odd(ASNS):
            registered[:] = True
        table = np.searchsorted(_EDGES, different, side="right")
        each = np.where(registered, different + 1, 0)  # a registration is of one AS number, or of few
        cases, first, of = unique_rows((table, self.known.origins.named(different), under.best, each))
        kinds = np.array([self._kind(case, int(different[at])) for case, at in zip(cases, first.tolist(), strict=True)], np.int64)
        return kinds[of][which], under.opaque[which], registered[which]

    def _kind(self, case: tuple[int, ...], asn: int) -> int:
        """Give the kind of an AS number that stands for all of its case, remembering."""
        if case not in self._kinds:
            self._kinds[case] = KINDS.index(kind_of(asn, self.known))  # type: ignore[arg-type]
        return self._kinds[case]

    # ── registrations ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _node(self, part: Spans) -> NDArray[np.intp]:
        """Give the narrowest registered range around each row."""
        grove = self._registered[part.space]
        return grove.locate(*part.keys(0)) if len(grove) else np.full(len(part.rows), NOWHERE)

    def _crossing(self, part: Spans) -> NDArray[np.bool_]:
        """Tell which rows lie where registered ranges cross each other."""
        found = np.zeros(len(part.rows), bool)
        key, reach = part.keys(0)
        for low, high in self.known.registered.odd(part.space):
            found |= (key <= high) & (reach >= low)
        return found

    def _doubted(self, part: Spans) -> NDArray[np.bool_]:
        """Tell which rows overlap a VRP of which it is open that it is there; it may hide a route object too."""
        found = np.zeros(len(part.rows), bool)
        key, reach = part.keys(0)
        for space, *span in self.known.doubted:
            if space == part.space:
                low, high = (rpki.keys(space, 0, *halves([one]))[0] for one in span)
                found |= (key <= high) & (reach >= low)
        return found

    def _space_numbers(self, part: Spans, under: Under, node: NDArray[np.intp], hard: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Give the number of what the registries say of each row; a ``hard`` one stands for none but itself."""
        grove = self._registered[part.space]
        key, reach = part.keys(0)
        old = under.old.astype(bool) & legacy_slash8(part)
        given = np.where(node == NOWHERE, under.direct != NO_ROW, under.direct + 1)  # with it, records of less count
        columns = (np.full(len(node), part.space), *under[:5], old, node + 1, grove.same(node, key, reach), given, hard)
        different, first, which = unique_rows(columns)
        numbers = np.zeros(len(different), np.intp)
        for place, found in enumerate(different):
            if found not in self._spaces:
                self._spaces[found] = len(self._space)
                one = self._fresh[len(self._space)] = self._assessment(part, int(first[place]), 0)
                self._learn(one)
            numbers[place] = self._spaces[found]
        return numbers[which]

    def _learn(self, one: Assessment) -> None:
        """Keep what the registries say of a row that stands for all of its kind."""
        fact = one.registration
        own = sorted(one.own_sources(), key=str)
        direct = (fact.direct.first, fact.direct.last) if fact.direct else None
        bits = [self.irr.masks.bits({source} - {None}) for source in own]
        required = [self.irr.masks.bits(one.required_sources(source)) for source in own]
        space = Space(
            fact.values,
            fact.status,
            fact.registry or "",
            tuple(bits),
            tuple(required),
            direct,
            fact.spans,
            bool(fact.holding),
            one.anchor_silent,
            one.claim.prefix,
        )
        self._space.append(space)
        said = (space.values, space.status, space.registry)
        self._value_ids.append(self._value_numbers.setdefault(said, len(self._value_numbers)))
        if len(self._value_list) < len(self._value_numbers):
            self._value_list.append(space)

    # ── holder ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _holder(
        self,
        part: Spans,
        prefix: tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.intp]],
        asn: tuple[NDArray[Any], NDArray[Any]],
        counting: NDArray[np.bool_],
    ) -> NDArray[np.int64]:
        """Give the number of the values that the holder may have, with each row's AS number authorised.

        Where no registration is known of one of the two, only equal opaque ids tell anything (``facts.holder.compare``).
        """
        space, opaque, node = prefix
        opaque_id, registered = asn
        same, any_of = self._holder_number(frozenset({"same"})), self._holder_number(ANY_HOLDER)
        held = np.array([one.held for one in self._space], bool)[space]
        found = np.where((opaque != NO_ID) & (opaque == opaque_id) & held, same, any_of).astype(np.int64)
        rows = np.flatnonzero((node != NOWHERE) & registered & counting & (found != same))
        different, _, which = unique_rows((space[rows], part.asn[rows]))
        numbers = np.array([self._compared(*key) for key in different], np.int64)
        found[rows] = numbers[which]
        return found

    def _compared(self, space: int, asn: int) -> int:
        """Compare the registrants of a prefix and an AS number whose opaque ids are not equal, remembering."""
        key = space, asn
        if key not in self._holders:
            fact = (self._fresh.get(space) or self._about(self._space[space].example, 0)).holder_of((asn,))
            rows = tuple(replace(row, opaque_id="") for row in fact.prefix.rows)  # those of the example are not those of all in its space
            self._holders[key] = self._holder_number(replace(fact, prefix=replace(fact.prefix, rows=rows)).values)
        return self._holders[key]

    def _holder_number(self, values: frozenset[str]) -> int:
        """Number values of the fact."""
        if values not in self._holder_values:
            self._holder_values[values] = len(self._holder_list)
            self._holder_list.append(values)
        return self._holder_values[values]

    # ── RPKI ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _rpki(self, part: Spans) -> list[NDArray[np.uint8]]:
        """Give each row's state in every view of the VRPs; the one that is shown stands last."""
        if not self._order:
            return [np.full(len(part.rows), UNHEARD, np.uint8)] * 2
        states = {one: rpki.states(view, part) for one, view in self.views[part.space].items()}
        return [states[one] for one in self._order]


def _shown(state: str) -> str:
    """Give the word for a state: that of AS0 is invalid-asn too."""
    return "invalid-asn" if state == "as0" else state


def _one(values: Any) -> str:  # noqa: ANN401 (a set of words)
    """Give the one value, or ``unknown``."""
    return next(iter(values)) if len(values) == 1 else "unknown"
