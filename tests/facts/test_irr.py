"""The irr fact: verdicts.md line by line, and against a brute-force reading of the same page for everything that is not known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, combinations, product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pace import Pace

from bgpcheck.facts.irr import MAX_OPEN, IrrFact, Question, Terms, irr
from bgpcheck.facts.irr_marks import addable
from bgpcheck.model import AddressRange, Prefix, RouteObject
from bgpcheck.situation import DOMAIN, IrrValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ACCEPTED = frozenset({"RIPE", "RIPE-NONAUTH", "ARIN", "APNIC", "AFRINIC", "LACNIC", "RADB", "ALTDB", "LEVEL3"})
WEAK = frozenset({"RIPE-NONAUTH", "LEVEL3"})
NAMES = {None: None, "RIPENCC": ("RIPE", "RIPE-NONAUTH"), "RADB": ("RADB",), "ALTDB": ("ALTDB",), "LEVEL3": ("LEVEL3",), "ARIN": ("ARIN",)}
EVERYWHERE = frozenset({*ACCEPTED, "NTTCOM", "TC"})
PREFIX = Prefix.parse("193.0.0.0/21")
PEER, CUSTOMER, OTHER = 3333, 2121, 1103
ALLOCATION, NONE_SINGLE, NOT_KNOWN = "193.0.0.0/16", "spans", "?"


def obj(text: str) -> RouteObject:
    """Read ``RIPE 193.0.0.0/21 3333``, with holes behind it."""
    source, prefix, origin, *holes = text.split()
    return RouteObject(source, Prefix.parse(prefix), int(origin), holes=tuple(Prefix.parse(hole) for hole in holes))


@dataclass(frozen=True)
class Case:
    """A claim for one prefix, and what is known beside the route objects."""

    named: str | None = None
    customer: int = 0
    own: tuple[str | None, ...] = ("RIPE",)
    direct: str = ALLOCATION  # a prefix, NONE_SINGLE or NOT_KNOWN
    silent: frozenset[str] = frozenset()
    invalid: frozenset[tuple[Prefix, int]] | None = frozenset()  # what RPKI makes invalid; None: not known
    filtering: frozenset[str] = frozenset({"RADB"})
    prefix: Prefix = PREFIX

    @property
    def authorised(self) -> frozenset[int]:
        return frozenset({PEER, self.customer} - {0})

    @property
    def counted(self) -> frozenset[str]:
        return frozenset(NAMES[self.named] or ACCEPTED)

    def required(self, own: str | None) -> frozenset[str]:
        first = (NAMES[self.named] or (None,))[0]
        return frozenset({first, own, "RADB"} - {None})

    def is_invalid(self, one: RouteObject) -> bool | None:
        return None if self.invalid is None else (one.prefix, one.origin) in self.invalid

    def judge(self, objects: Iterable[RouteObject]) -> IrrFact:
        named = NAMES[self.named]
        terms = Terms(self.authorised, self.customer, None if named is None else frozenset(named), ACCEPTED, WEAK, self.filtering)
        known = self.direct not in {NONE_SINGLE, NOT_KNOWN}
        direct = Prefix.parse(self.direct).range if known else None
        question = Question(self.prefix, terms, frozenset(self.own), direct, self.direct == NONE_SINGLE, self.is_invalid)
        return irr(question, objects, self.required, EVERYWHERE - self.silent)


def spell(values: Iterable[IrrValue]) -> set[str]:
    """Spell values as ``exact`` with ``+`` for authoritative, ``~`` for weak and ``!`` for peer only."""
    return {f"{one.match}{'+' * one.authoritative}{'~' * one.weak}{'!' * one.peer_only}" for one in values}


# ── the lines of verdicts.md ────────────────────────────────────────────────────────────────────────────────────────────────

EXACT, OWN, WIDER = "193.0.0.0/21 3333", "RIPE 193.0.0.0/21 3333", "193.0.0.0/20 3333"
HALVES = ("193.0.0.0/22 3333", "193.0.4.0/22 3333")
NAMED = Case(named="RIPENCC")
LINES = [
    # exact: in the named registry, or any accepted one
    (Case(), [OWN], {"exact+"}),
    (Case(), [f"RADB {EXACT}"], {"exact"}),
    (Case(), [f"ALTDB {EXACT}", OWN], {"exact+"}),
    (Case(), [f"ARIN {EXACT}"], {"exact"}),  # a regional registry, not the prefix's own
    (Case(own=("ARIN",)), [OWN], {"exact"}),
    (Case(own=(None,)), [OWN], {"exact"}),
    (Case(own=("RIPE", "ARIN")), [OWN], {"exact+", "exact"}),
    (NAMED, [OWN], {"exact+"}),
    (NAMED, [OWN, f"RADB {EXACT}", f"RIPE {WIDER}"], {"exact+"}),
    (Case(named="RADB"), [f"RADB {EXACT}"], {"exact"}),
    (Case(named="RADB"), [f"RADB {EXACT}", OWN], {"exact"}),  # its own RIR's object is not in the named registry
    (Case(), [OWN, "RIPE 193.0.0.0/21 1103"], {"exact+"}),  # beside another AS's object
    # weak sources, and an AS that only the peer has
    (Case(), [f"RIPE-NONAUTH {EXACT}"], {"exact~"}),
    (Case(), [f"LEVEL3 {EXACT}"], {"exact~"}),
    (Case(), [f"RIPE-NONAUTH {EXACT}", f"RADB {EXACT}"], {"exact"}),
    (NAMED, [f"RIPE-NONAUTH {EXACT}"], {"exact~"}),
    (Case(customer=CUSTOMER), [OWN], {"exact+!"}),
    (Case(customer=CUSTOMER), ["RIPE 193.0.0.0/21 2121"], {"exact+"}),
    (Case(customer=CUSTOMER), ["RADB 193.0.0.0/21 2121", f"RADB {EXACT}"], {"exact"}),
    (Case(customer=CUSTOMER), [f"LEVEL3 {EXACT}"], {"exact~!"}),
    # other-registry: exact, covering or parts elsewhere among the accepted ones, none of these in the named one
    (NAMED, [f"RADB {EXACT}"], {"other-registry"}),
    (NAMED, [f"RADB {WIDER}"], {"other-registry"}),
    (NAMED, [f"RADB {one}" for one in HALVES], {"other-registry"}),
    (NAMED, [f"LEVEL3 {EXACT}"], {"other-registry~"}),
    (Case(named="ALTDB"), [OWN], {"other-registry"}),
    (Case(named="ALTDB", customer=CUSTOMER), [OWN], {"other-registry!"}),
    (NAMED, [f"RADB {EXACT}", f"RIPE {WIDER}"], {"covering"}),
    (NAMED, [f"RADB {EXACT}", *(f"RIPE {one}" for one in HALVES)], {"parts"}),
    (NAMED, [f"RADB {EXACT}", f"RIPE {HALVES[0]}"], {"other-registry"}),  # half of the parts is none
    (NAMED, [f"RADB {EXACT}", "RIPE 193.0.0.0/21 1103"], {"other-registry"}),  # before conflicting
    (NAMED, [f"NTTCOM {EXACT}"], {"elsewhere"}),
    # conflicting: the own registry's exact object names another AS
    (Case(), ["RIPE 193.0.0.0/21 1103"], {"conflicting"}),
    (Case(), ["RIPE 193.0.0.0/21 1103", f"RIPE {WIDER}", f"NTTCOM {EXACT}"], {"conflicting"}),
    (NAMED, ["RIPE 193.0.0.0/21 1103", f"RADB {EXACT}", f"RIPE {WIDER}"], {"conflicting"}),  # covering keeps other-registry off
    (Case(named="RADB"), ["RIPE 193.0.0.0/21 1103"], {"conflicting"}),  # whatever registry is named
    (Case(), ["RIPE 193.0.0.0/21 0"], {"conflicting"}),
    (Case(own=("ARIN",)), ["RIPE 193.0.0.0/21 1103"], {"other-origin"}),
    (Case(own=("RIPE", "ARIN")), ["RIPE 193.0.0.0/21 1103"], {"conflicting", "other-origin"}),
    (Case(), ["RIPE 193.0.0.0/20 1103", "RIPE 193.0.0.0/22 1103"], {"absent"}),  # other AS numbers' wider and narrower objects
    # covering: inside the direct allocation
    (Case(), [f"RIPE {WIDER}"], {"covering"}),
    (Case(), [f"RADB {WIDER}"], {"covering"}),
    (Case(), ["RIPE 193.0.0.0/16 3333"], {"covering"}),
    (Case(), ["RIPE 193.0.0.0/15 3333"], {"absent"}),
    (Case(direct="193.0.0.0/21"), [f"RIPE {WIDER}"], {"absent"}),
    (Case(direct=NONE_SINGLE), [f"RIPE {WIDER}"], {"absent"}),
    (Case(direct=NOT_KNOWN), [f"RIPE {WIDER}"], {"covering", "absent"}),
    (Case(direct=NOT_KNOWN), [f"RIPE {WIDER}", "LEVEL3 193.0.0.0/16 3333"], {"covering", "absent"}),
    (Case(direct=NOT_KNOWN), [f"LEVEL3 {WIDER}", "RIPE 193.0.0.0/16 3333"], {"covering", "covering~", "absent"}),
    (Case(direct=NOT_KNOWN), [f"RIPE {WIDER}", "ALTDB 193.0.0.0/21 1103"], {"covering", "other-origin"}),
    (Case(direct=NOT_KNOWN), [f"RIPE {WIDER}", OWN], {"exact+"}),
    (Case(direct=NOT_KNOWN), [f"RIPE {WIDER}", *(f"RIPE {one}" for one in HALVES)], {"covering", "parts"}),
    (replace(NAMED, direct=NOT_KNOWN), [f"RADB {WIDER}"], {"other-registry", "absent"}),
    (Case(direct=NOT_KNOWN), [f"NTTCOM {WIDER}"], {"elsewhere", "absent"}),
    (Case(), [f"LEVEL3 {WIDER}"], {"covering~"}),
    (Case(customer=CUSTOMER), [f"RIPE {WIDER}"], {"covering!"}),
    (Case(), [f"RIPE {WIDER}", "ALTDB 193.0.0.0/21 1103"], {"covering"}),  # peers.md 8: a third party's exact object takes nothing away
    # holes (RFC 2622 s4): not spoken for
    (Case(), [f"RIPE {WIDER} 193.0.0.0/21"], {"absent"}),
    (Case(), [f"RIPE {WIDER} 193.0.7.0/24"], {"absent"}),
    (Case(), [f"RIPE {WIDER} 193.0.8.0/24"], {"covering"}),
    (Case(), [f"{OWN} 193.0.7.0/24"], {"exact+"}),
    (Case(), [f"RIPE {HALVES[0]}", f"RIPE {HALVES[1]} 193.0.7.0/24"], {"absent"}),
    (Case(), [f"RIPE {HALVES[0]}", f"RIPE {HALVES[1]} 193.0.7.0/24", "RIPE 193.0.7.0/24 3333"], {"parts"}),
    (Case(), [f"RIPE {HALVES[0]} 193.0.0.0/24 193.0.2.0/24", f"RIPE {HALVES[1]}", "RIPE 193.0.0.0/23 3333"], {"absent"}),
    (Case(), [f"RIPE {HALVES[0]} 193.0.0.0/16", f"RIPE {HALVES[1]}"], {"absent"}),
    (
        Case(prefix=Prefix.parse("193.0.0.0/30")),
        ["RIPE 193.0.0.0/31 3333", "RIPE 193.0.0.2/31 3333 193.0.0.2/32", "RIPE 193.0.0.2/32 3333"],
        {"parts"},
    ),  # a hole that leaves one address
    # parts: more specifics that fill it
    (Case(), [f"RIPE {one}" for one in HALVES], {"parts"}),
    (Case(), [f"RIPE {HALVES[0]}", f"RADB {HALVES[1]}"], {"parts"}),  # any accepted registry, none is named
    (NAMED, [f"RIPE {HALVES[0]}", f"RADB {HALVES[1]}"], {"absent"}),
    (NAMED, [f"RIPE {HALVES[0]}", f"RIPE-NONAUTH {HALVES[1]}"], {"parts~"}),  # rests on a weak source
    (Case(), [*(f"RIPE {one}" for one in HALVES), f"LEVEL3 {HALVES[0]}"], {"parts"}),
    (Case(), [f"LEVEL3 {one}" for one in HALVES], {"parts~"}),
    (Case(customer=CUSTOMER), [f"RIPE {HALVES[0]}", "RIPE 193.0.4.0/22 2121"], {"parts!"}),
    (Case(customer=CUSTOMER), [f"RIPE {HALVES[0]}", "RIPE 193.0.4.0/22 2121", "RIPE 193.0.0.0/22 2121"], {"parts"}),
    (Case(), [f"RIPE {HALVES[0]}", "RIPE 193.0.4.0/23 3333"], {"absent"}),
    (Case(), ["RIPE 193.0.1.0/24 3333", "RIPE 193.0.2.0/23 3333", f"RIPE {HALVES[1]}"], {"absent"}),  # the first /24 is missing
    (Case(), [f"RIPE {HALVES[0]}", "RIPE 193.0.4.0/22 1103"], {"absent"}),
    (Case(), [f"RIPE 193.0.{third}.0/24 3333" for third in range(8)], {"parts"}),
    (Case(), [*(f"RIPE {one}" for one in HALVES), f"RIPE {WIDER}"], {"covering"}),
    (Case(direct=NONE_SINGLE), [f"RIPE {one}" for one in HALVES], {"parts"}),
    # hidden: a filtering server keeps it back
    (Case(invalid=frozenset({(PREFIX, PEER)})), [f"RADB {EXACT}"], {"hidden"}),
    (Case(invalid=frozenset({(PREFIX, PEER)})), [f"ALTDB {EXACT}"], {"exact"}),  # its server hides nothing
    (Case(invalid=frozenset({(PREFIX, PEER)})), [f"RADB {EXACT}", f"NTTCOM {EXACT}"], {"hidden"}),
    (Case(invalid=frozenset({(PREFIX, PEER)})), [f"RADB {EXACT}", f"RIPE {WIDER}"], {"covering"}),
    (Case(invalid=frozenset({(PREFIX, PEER)}), customer=CUSTOMER), [f"RADB {EXACT}"], {"hidden!"}),
    (replace(NAMED, invalid=frozenset({(PREFIX, PEER)})), [f"RADB {EXACT}"], {"hidden"}),
    (Case(invalid=frozenset({(PREFIX, OTHER)})), ["RADB 193.0.0.0/21 1103"], {"absent"}),  # another AS's
    (Case(invalid=frozenset({(Prefix.parse("193.0.0.0/20"), PEER)})), [f"RADB {WIDER}"], {"hidden"}),
    (Case(invalid=frozenset({(Prefix.parse("193.0.0.0/20"), PEER)}), direct="193.0.0.0/21"), [f"RADB {WIDER}"], {"absent"}),
    (Case(invalid=frozenset({(PREFIX, PEER)}), filtering=frozenset({"NTTCOM"})), [f"NTTCOM {EXACT}"], {"absent"}),  # not accepted
    (Case(invalid=None), [f"RADB {EXACT}"], {"exact", "hidden"}),
    (Case(invalid=None), [f"RADB {EXACT}", OWN], {"exact+"}),
    (Case(invalid=None), ["RADB 193.0.0.0/21 1103"], {"other-origin", "absent"}),
    (Case(invalid=None), [f"RADB {one}" for one in HALVES], {"parts", "absent"}),
    # elsewhere, other-origin, absent
    (Case(), [f"NTTCOM {EXACT}"], {"elsewhere"}),
    (Case(), [f"TC {WIDER}"], {"elsewhere"}),
    (Case(), [f"TC {one}" for one in HALVES], {"elsewhere"}),
    (Case(), [f"NTTCOM {EXACT}", "RADB 193.0.0.0/21 1103"], {"elsewhere"}),
    (Case(customer=CUSTOMER), [f"NTTCOM {EXACT}"], {"elsewhere!"}),
    (Case(), ["RADB 193.0.0.0/21 1103"], {"other-origin"}),
    (Case(), ["RIPE-NONAUTH 193.0.0.0/21 1103"], {"other-origin"}),  # not the own registry's authoritative source
    (Case(), ["NTTCOM 193.0.0.0/21 1103"], {"other-origin"}),
    (Case(), [], {"absent"}),
    (Case(), ["RIPE 193.0.8.0/21 3333", "RIPE 2001:67c:2e8::/48 3333"], {"absent"}),  # neighbours and the other family
    # a ROA served as an object is none
    (Case(), [f"RPKI {EXACT}"], {"absent"}),
    (Case(), ["RPKI 193.0.0.0/21 1103"], {"absent"}),
    (Case(invalid=None), [f"RPKI {EXACT}", "RADB 193.0.0.0/22 3333"], {"absent"}),
]


@pytest.mark.parametrize(("case", "objects", "values"), LINES)
def test_line_of_the_definition(case: Case, objects: list[str], values: set[str]) -> None:
    fact = case.judge(map(obj, objects))
    assert spell(fact.values) == values
    matches = {value.rstrip("+~!") for value in values}
    assert fact.match == (matches.pop() if len(matches) == 1 else "unknown")
    assert fact.silent == frozenset()


@pytest.mark.parametrize(
    ("objects", "authoritative"),
    [([OWN], True), ([f"RADB {EXACT}"], False), ([], False)],
)
def test_authoritative_where_the_registry_is_known(objects: list[str], authoritative: bool) -> None:  # noqa: FBT001 (a table's column)
    assert Case().judge(map(obj, objects)).authoritative is authoritative


def test_authoritative_is_open_where_two_registries_may_answer() -> None:
    assert Case(own=("RIPE", "ARIN")).judge([obj(OWN)]).authoritative is None


def test_no_authorised_asn_leaves_only_other_origins() -> None:
    question = Question(
        PREFIX, Terms(frozenset(), 0, None, ACCEPTED, WEAK, frozenset()), frozenset({"RIPE"}), None, spans=False, invalid=lambda _: False
    )
    assert spell(irr(question, [obj(OWN)], lambda _: frozenset({"RADB"}), frozenset()).values) == {"conflicting"}


def test_evidence_is_what_overlaps_exact_first_and_what_is_hidden() -> None:
    near = [OWN, f"RADB {EXACT}", "RIPE 193.0.0.0/16 1103", f"RIPE {HALVES[0]}"]
    fact = Case(invalid=frozenset({(PREFIX, PEER)})).judge(map(obj, [*reversed(near), OWN, "RIPE 193.0.8.0/24 3333", f"RPKI {EXACT}"]))
    assert [f"{one.source} {one.prefix} {one.origin}" for one in fact.objects] == [near[1], near[0], near[2], near[3]]
    assert fact.hidden == (obj(f"RADB {EXACT}"),)


# ── silence ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

ANY_OF_RADB = {"exact", "covering", "parts", "hidden", "other-origin", "absent"}
SILENCE = [
    (Case(silent=frozenset({"RADB"})), [], ANY_OF_RADB),
    (Case(silent=frozenset({"ALTDB", "LEVEL3", "NTTCOM", "ARIN", "RIPE-NONAUTH"})), [], {"absent"}),  # gaps that decide nothing
    (Case(silent=frozenset({"RADB"})), [OWN], {"exact+"}),  # an exact object already seen stays
    (Case(silent=frozenset({"RIPE"})), [f"RADB {EXACT}"], {"exact", "exact+"}),
    (Case(silent=frozenset({"RADB"})), [f"RIPE {WIDER}"], {"exact", "covering"}),
    (Case(silent=frozenset({"RIPE"})), [f"RADB {WIDER}"], {"exact+", "conflicting", "covering"}),
    (Case(silent=frozenset({"RADB"})), ["RIPE 193.0.0.0/21 1103"], {"exact", "conflicting"}),
    (replace(NAMED, silent=frozenset({"RADB"})), [], {"other-registry", "hidden", "other-origin", "absent"}),
    (replace(NAMED, silent=frozenset({"RADB"})), [f"RIPE {WIDER}"], {"covering"}),  # nothing in RADB matters any more
    (replace(NAMED, silent=frozenset({"RIPE"})), [f"RADB {EXACT}"], {"exact+", "other-registry", "conflicting", "covering", "parts"}),
    (Case(named="ALTDB", silent=frozenset({"ALTDB"})), [OWN], {"exact", "other-registry", "covering", "parts"}),
    (Case(named="LEVEL3", silent=frozenset({"LEVEL3"})), [OWN], {"exact~", "other-registry", "covering~", "parts~"}),
    (Case(silent=frozenset({"RADB"}), direct="193.0.0.0/21"), [], ANY_OF_RADB - {"covering"}),  # nothing wider is in the allocation
    (Case(silent=frozenset({"RADB"}), direct=NONE_SINGLE), [], ANY_OF_RADB - {"covering"}),
    (Case(silent=frozenset({"RADB"}), direct=NOT_KNOWN), [], ANY_OF_RADB),
    (Case(silent=frozenset({"RADB"}), prefix=Prefix.parse("193.0.0.1/32")), [], ANY_OF_RADB - {"parts"}),
    (Case(silent=frozenset({"RADB"}), prefix=Prefix.parse("0.0.0.0/0"), direct=NOT_KNOWN), [], ANY_OF_RADB - {"covering"}),
    (Case(silent=frozenset({"RADB"}), customer=CUSTOMER), ["RIPE 193.0.0.0/21 2121"], {"exact+"}),
    (Case(silent=frozenset({"RADB"}), customer=CUSTOMER), [OWN], {"exact+!", "exact+"}),
    (Case(silent=frozenset({"RADB"})), [f"LEVEL3 {EXACT}"], {"exact~", "exact"}),
    # what a silent source has may complete what is at hand: then the parts rest on both
    (Case(silent=frozenset({"RADB"})), [f"LEVEL3 {HALVES[0]}"], ANY_OF_RADB | {"parts~"}),
    # the own registry is not known, so its IRR may be any that is silent
    (Case(silent=frozenset({"ARIN"}), own=("RIPE", "ARIN", None)), [OWN], {"exact+", "exact"}),
    (Case(silent=frozenset({"ARIN"}), own=("RIPE", None)), [], {"absent"}),
]


@pytest.mark.parametrize(("case", "objects", "values"), SILENCE)
def test_silence_of_a_required_source(case: Case, objects: list[str], values: set[str]) -> None:
    fact = case.judge(map(obj, objects))
    assert spell(fact.values) == values
    assert fact.silent == case.silent & frozenset().union(*(case.required(own) for own in case.own))


# ── brute force ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def halves(prefix: Prefix) -> tuple[Prefix, Prefix]:
    middle = 1 << (prefix.bits - prefix.length - 1)
    return Prefix(4, prefix.network, prefix.length + 1), Prefix(4, prefix.network + middle, prefix.length + 1)


PARENT = Prefix.parse("193.0.0.0/20")
PARTS = halves(PREFIX)
SPANS = frozenset(PARTS)


@dataclass(frozen=True)
class World:
    """One full state of affairs: what the servers show and keep back, whose the prefix is, how far the allocation reaches."""

    shown: frozenset[RouteObject]
    hidden: frozenset[RouteObject]
    own: str | None
    shortest: int  # length of the shortest prefix inside the direct allocation

    def value(self, case: Case) -> IrrValue:
        """Read verdicts.md, fact irr, from top to bottom."""
        for match in DOMAIN["irr"]:
            if self.holds(str(match), case, self.shown | self.hidden):
                break
        strong = frozenset(one for one in self.shown | self.hidden if one.source not in WEAK)
        of_customer = frozenset(one for one in self.shown | self.hidden if not case.customer or one.origin == case.customer)
        rests = match not in {"absent", "conflicting", "other-origin"}
        return IrrValue(
            str(match),
            match == "exact" and any(one.source == self.own and one.source in case.counted for one in self.exact(case, self.shown)),
            rests and not self.evidence(str(match), case, strong),
            rests and not self.evidence(str(match), case, of_customer),
        )

    def exact(self, case: Case, objects: Iterable[RouteObject]) -> list[RouteObject]:
        return [one for one in objects if one.prefix == PREFIX and one.origin in case.authorised]

    def covering(self, case: Case, objects: Iterable[RouteObject]) -> list[RouteObject]:
        wider = (one for one in objects if one.prefix.covers(PREFIX) and one.prefix != PREFIX and one.origin in case.authorised)
        return [one for one in wider if one.prefix.length >= self.shortest]

    def parts(self, case: Case, objects: Iterable[RouteObject]) -> bool:
        return {one.prefix for one in objects if one.prefix in SPANS and one.origin in case.authorised} == SPANS

    def any_fit(self, case: Case, objects: Iterable[RouteObject]) -> bool:
        kept = list(objects)
        return bool(self.exact(case, kept) or self.covering(case, kept) or self.parts(case, kept))

    def evidence(self, match: str, case: Case, objects: frozenset[RouteObject]) -> bool:
        """Tell whether ``objects`` hold what makes ``match``, whatever else there is."""
        shown, hidden = objects & self.shown, objects & self.hidden
        counted = [one for one in shown if one.source in case.counted]
        if match == "exact":
            return bool(self.exact(case, counted))
        if match == "other-registry":
            return self.any_fit(case, (one for one in shown if one.source in ACCEPTED - case.counted))
        if match == "covering":
            return bool(self.covering(case, counted))
        if match == "parts":
            return self.parts(case, counted)
        if match == "hidden":
            kept_back = [one for one in hidden if one.source in ACCEPTED]
            return bool(self.exact(case, kept_back) or self.covering(case, kept_back))
        assert match == "elsewhere"
        return self.any_fit(case, (one for one in shown if one.source not in ACCEPTED))

    def holds(self, match: str, case: Case, objects: frozenset[RouteObject]) -> bool:
        others = [one for one in self.shown if one.prefix == PREFIX and one.origin not in case.authorised]
        if match == "conflicting":
            return any(one.source == self.own for one in others)
        if match == "other-origin":
            return bool(others)
        if match == "absent":
            return True
        if match == "other-registry" and self.any_fit(case, (one for one in self.shown if one.source in case.counted)):
            return False
        return self.evidence(match, case, objects)


value_of = lru_cache(maxsize=None)(World.value)


def subsets(items: Iterable[RouteObject], most: int) -> Iterator[frozenset[RouteObject]]:
    kept = list(items)
    return map(frozenset, chain.from_iterable(combinations(kept, size) for size in range(min(most, len(kept)) + 1)))


def possible(source: str, asns: Iterable[int]) -> list[RouteObject]:
    """Give everything that one source can hold about the prefix."""
    right = [RouteObject(source, prefix, asn) for prefix in (PREFIX, PARENT, *PARTS) for asn in asns]
    return [*right, RouteObject(source, PREFIX, OTHER)]


def readings(case: Case, objects: frozenset[RouteObject]) -> Iterator[tuple[frozenset[RouteObject], frozenset[RouteObject]]]:
    """Split objects into shown and hidden: every way in which RPKI may look at pairs of prefix and origin."""
    filtered = {one for one in objects if one.source in case.filtering}
    pairs = sorted({(one.prefix, one.origin) for one in filtered})
    ways = [case.invalid] if case.invalid is not None else subsets_of(pairs)
    for invalid in ways:
        hidden = frozenset(one for one in filtered if (one.prefix, one.origin) in invalid)
        yield objects - hidden, hidden


def subsets_of(pairs: list[tuple[Prefix, int]]) -> Iterator[frozenset[tuple[Prefix, int]]]:
    return map(frozenset, chain.from_iterable(combinations(pairs, size) for size in range(len(pairs) + 1)))


def allocations(case: Case) -> Iterable[int]:
    if case.direct == NONE_SINGLE:
        return [PREFIX.length]
    return range(PREFIX.length + 1) if case.direct == NOT_KNOWN else [Prefix.parse(case.direct).length]


def brute_force(case: Case, objects: frozenset[RouteObject], most: int = 9) -> set[IrrValue]:
    """Give the value in every world that fits what is known."""
    found = set()
    for own in case.own:
        silent = sorted(case.required(own) & case.silent)
        added = [list(subsets(possible(source, case.authorised), most)) for source in silent]
        kept = [list(subsets((RouteObject(source, PREFIX, asn) for asn in case.authorised), 2)) for source in silent]
        for more, back in product(product(*added), product(*kept)):
            for shown, hidden in readings(case, objects):
                for shortest in allocations(case):
                    world = World(shown.union(*more), hidden.union(*back), own, shortest)
                    found.add(value_of(world, case))
    return found


KNOWN = [RouteObject(source, PREFIX, asn) for source in ("RIPE", "RADB", "RIPE-NONAUTH", "NTTCOM") for asn in (PEER, CUSTOMER, OTHER)]
KNOWN += [RouteObject(source, PARENT, PEER) for source in ("RIPE", "RADB", "LEVEL3", "NTTCOM")]
KNOWN += [RouteObject(source, part, asn) for source in ("RIPE", "RADB", "LEVEL3") for part in PARTS for asn in (PEER, CUSTOMER)]
EXHAUSTIVE = [
    Case(),
    Case(customer=CUSTOMER),
    replace(NAMED, customer=CUSTOMER),
    Case(named="RADB", own=("RIPE", "ARIN", None)),
    Case(named="LEVEL3", direct=NOT_KNOWN),
    replace(NAMED, direct=NOT_KNOWN, invalid=None),
    Case(customer=CUSTOMER, invalid=None),
    Case(direct=NONE_SINGLE, invalid=frozenset({(PREFIX, PEER), (PARENT, PEER), (PARTS[0], PEER)})),
]


@pytest.mark.parametrize("case", EXHAUSTIVE)
def test_every_pair_of_objects_is_judged_as_the_page_says(case: Case) -> None:
    for objects in subsets(KNOWN, 2):
        assert case.judge(objects).values == brute_force(case, objects), objects


SILENT_CASES = [
    (Case(silent=frozenset({"RADB"})), 9),
    (Case(silent=frozenset({"RADB"}), own=("RIPE", None)), 9),
    (Case(silent=frozenset({"RIPE"})), 9),
    (replace(NAMED, silent=frozenset({"RIPE"})), 9),
    (replace(NAMED, silent=frozenset({"RADB"}), direct="193.0.0.0/21"), 9),
    (Case(named="LEVEL3", silent=frozenset({"LEVEL3"})), 9),
    (Case(silent=frozenset({"ARIN"}), own=("RIPE", "ARIN", None)), 9),
    (Case(silent=frozenset({"RIPE", "RADB"}), direct=NONE_SINGLE), 2),
    (Case(silent=frozenset({"RADB"}), customer=CUSTOMER), 3),  # three objects at most make a difference
    (Case(named="LEVEL3", silent=frozenset({"LEVEL3"}), customer=CUSTOMER), 3),
]


@pytest.mark.parametrize(("case", "most"), SILENT_CASES)
def test_a_silent_source_may_hold_anything(case: Case, most: int) -> None:
    known = [one for one in KNOWN if one.source not in case.silent and one.origin in {*case.authorised, OTHER}]
    for objects in subsets(known, 1):
        assert case.judge(objects).values == brute_force(case, objects, most), objects


AT_HAND = [
    (Case(), [OWN], {"exact+"}),
    (Case(own=("RIPE", "ARIN")), [OWN], {"exact+", "exact"}),
    (Case(silent=frozenset({"RADB"})), [f"RIPE {WIDER}"], {"covering"}),
    (Case(silent=frozenset({"RADB", "RIPE"})), [], {"absent"}),
]


@pytest.mark.parametrize(("case", "texts", "found"), AT_HAND)
def test_values_at_hand_are_those_of_the_objects_seen(case: Case, texts: list[str], found: set[str]) -> None:
    fact = case.judge(map(obj, texts))
    assert (fact.prefix, spell(fact.at_hand)) == (PREFIX, found)
    assert fact.at_hand <= fact.values


@pytest.mark.parametrize(
    ("prefix", "direct", "wider"),
    [
        ("193.0.24.0/21", "193.0.16.0/20", True),
        ("193.0.0.0/21", "193.0.0.0/20", True),
        ("193.0.24.0/21", "193.0.24.0/21", False),
        ("193.0.24.0/21", NOT_KNOWN, True),
        ("193.0.24.0/21", NONE_SINGLE, False),
        ("128.0.0.0/1", NOT_KNOWN, True),
        ("0.0.0.0/0", NOT_KNOWN, False),
    ],
)
def test_a_silent_source_may_hold_what_covers_the_prefix_inside_its_allocation(prefix: str, direct: str, wider: bool) -> None:  # noqa: FBT001
    case = Case(prefix=Prefix.parse(prefix), direct=direct, silent=frozenset({"RIPE"}))
    assert ("covering" in {one.match for one in case.judge([]).values}) is wider


FIFTH = ("ALTDB", "ARIN", "APNIC", "LACNIC")
OPEN = [
    ([f"{source} 193.0.0.0/21 1103" for source in FIFTH[:3]], {"exact", "hidden"}),
    ([f"{source} 193.0.0.0/21 1103" for source in FIFTH], {"exact", "hidden", "absent", "other-origin"}),
    ([f"ALTDB 193.0.0.0/21 {asn}" for asn in range(1103, 1110)], {"exact", "hidden"}),  # one group: there is one, or none
    ([*(f"{source} 193.0.0.0/21 1103" for source in FIFTH), f"RIPE {WIDER}"], {"exact", "covering"}),
]


@pytest.mark.parametrize(("texts", "found"), OPEN)
def test_up_to_four_groups_of_open_visibility_are_tried_one_by_one(texts: list[str], found: set[str]) -> None:
    """Seen or hidden, an object is there: with a fifth group that it is one of the two is no longer followed."""
    fact = Case(invalid=None, filtering=EVERYWHERE - {"RIPE"}).judge(map(obj, [f"RADB {EXACT}", *texts]))
    assert spell(fact.values) == found


SMALL = [
    (["193.0.0.0/31", "193.0.0.2/31"], True),
    (["193.0.0.0/31", "193.0.0.0/32", "193.0.0.2/31"], True),
    (["193.0.0.0/32", "193.0.0.2/31"], False),  # one address is missing
    (["193.0.0.0/31", "193.0.0.2/32"], False),
    (["193.0.0.1/32", "193.0.0.2/31"], False),
    (["193.0.0.0/31 3333 193.0.0.0/32", "193.0.0.2/31"], False),  # or in a hole
    (["193.0.0.0/31 3333 193.0.0.1/32", "193.0.0.2/31"], False),
    (["193.0.0.0/31", "193.0.0.2/31 3333 193.0.0.3/32"], False),
    (["193.0.0.0/31 3333 193.0.0.1/32", "193.0.0.1/32", "193.0.0.2/31"], True),
]


@pytest.mark.parametrize(("parts", "fill"), SMALL)
def test_parts_hold_every_address(parts: list[str], fill: bool) -> None:  # noqa: FBT001 (a table's column)
    texts = [f"RIPE {one}" if " " in one else f"RIPE {one} 3333" for one in parts]
    assert spell(Case(prefix=Prefix.parse("193.0.0.0/30")).judge(map(obj, texts)).values) == ({"parts"} if fill else {"absent"})


def test_a_hole_inside_a_part() -> None:
    case = Case(prefix=Prefix.parse("193.0.0.0/29"))
    whole, holed = "RIPE 193.0.0.0/30 3333", "RIPE 193.0.0.0/30 3333 193.0.0.1/32"
    for part, found in ((whole, {"parts"}), (holed, {"absent"})):
        assert spell(case.judge(map(obj, [part, "RIPE 193.0.0.4/30 3333"])).values) == found


def test_what_is_hidden_in_a_weak_source_is_weak() -> None:
    case = Case(filtering=frozenset({"LEVEL3"}), invalid=frozenset({(PREFIX, PEER)}))
    assert spell(case.judge([obj(f"LEVEL3 {EXACT}")]).values) == {"hidden~"}


def test_a_source_that_is_not_accepted_hides_nothing_that_counts() -> None:
    terms = Terms(frozenset({PEER}), 0, None, ACCEPTED, WEAK, frozenset())
    question = Question(PREFIX, terms, frozenset({"RIPE"}), None, spans=False, invalid=lambda _: False)
    for source, kinds in (("RADB", {"counted", "hidden", "other"}), ("NTTCOM", {"elsewhere", "other"})):
        assert {mark.kind.split()[0] for mark in addable(question, [source], {})} == kinds


# ── knowing more never adds a value ─────────────────────────────────────────────────────────────────────────────────────────

ANYTHING = [
    RouteObject(source, Prefix.parse(text), asn, holes=holes)
    for source in ("RIPE", "RADB", "RIPE-NONAUTH", "ARIN", "ALTDB", "LEVEL3", "NTTCOM", "RPKI")
    for text in ("193.0.0.0/21", "193.0.0.0/20", "193.0.0.0/16", "193.0.0.0/22", "193.0.4.0/22", "193.0.4.0/23", "193.0.6.0/23")
    for asn in (PEER, CUSTOMER, OTHER)
    for holes in ((), (Prefix.parse("193.0.6.0/23"),))
]
PAIRS = sorted({(one.prefix, one.origin) for one in ANYTHING})


@st.composite
def knowing(draw: st.DrawFn) -> tuple[Case, Case, list[RouteObject]]:
    """Draw a state of affairs fully known, and the same with something not known."""
    full = Case(
        named=draw(st.sampled_from(sorted(NAMES, key=str))),
        customer=draw(st.sampled_from([0, CUSTOMER])),
        own=(draw(st.sampled_from(["RIPE", "ARIN", None])),),
        direct=draw(st.sampled_from(["193.0.0.0/21", "193.0.0.0/20", "193.0.0.0/8", NONE_SINGLE])),
        invalid=frozenset(draw(st.lists(st.sampled_from(PAIRS), max_size=8))),
        filtering=draw(st.sampled_from([frozenset({"RADB"}), frozenset({"RADB", "ALTDB", "NTTCOM"})])),
    )
    less = full
    if draw(st.booleans()):
        less = replace(less, own=("RIPE", "ARIN", "APNIC", None))
    if draw(st.booleans()):
        less = replace(less, direct=NOT_KNOWN)
    if draw(st.booleans()):
        less = replace(less, invalid=None)
    less = replace(less, silent=frozenset(draw(st.lists(st.sampled_from(["RIPE", "RADB", "ARIN", "ALTDB", "LEVEL3"]), max_size=3))))
    return full, less, draw(st.lists(st.sampled_from(ANYTHING), max_size=9))


@settings(max_examples=400)
@given(knowing())
def test_knowing_more_never_adds_a_value(drawn: tuple[Case, Case, list[RouteObject]]) -> None:
    full, less, objects = drawn
    required = frozenset().union(*(full.required(own) for own in full.own))
    heard = [one for one in objects if one.source not in less.silent or one.source not in required]
    truth = full.judge(objects).values
    assert len(truth) == 1
    assert truth <= less.judge(heard).values


@settings(max_examples=200)
@given(knowing(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(drawn: tuple[Case, Case, list[RouteObject]], rnd: object) -> None:
    _, case, objects = drawn
    shuffled = [*objects, *objects]
    rnd.shuffle(shuffled)  # type: ignore[attr-defined]
    assert case.judge(shuffled) == case.judge(objects)


@given(knowing())
def test_many_objects_of_open_visibility_keep_every_value(drawn: tuple[Case, Case, list[RouteObject]]) -> None:
    _, case, objects = drawn
    case = replace(case, invalid=None, filtering=EVERYWHERE)
    pairs = sorted({(one.prefix, one.origin) for one in objects})[: MAX_OPEN + 2]
    one_by_one = (replace(case, invalid=invalid).judge(objects).values for invalid in subsets_of(pairs))
    assert frozenset().union(*one_by_one) <= case.judge(objects).values


def test_nothing_known_costs_little() -> None:
    case = Case(own=("RIPE", "ARIN", "APNIC", "AFRINIC", "LACNIC", None), direct=NOT_KNOWN, invalid=None, customer=CUSTOMER)
    case = replace(case, silent=EVERYWHERE)
    objects = [RouteObject("RADB", Prefix.parse(f"193.0.{third}.0/24"), PEER) for third in range(8)]
    objects += [obj(f"RADB {WIDER}"), obj("RADB 193.0.0.0/16 2121")]
    case.judge(objects)
    with Pace() as pace:
        for _ in range(20):
            case.judge(objects)
    assert pace.millions < 20  # 0.8 ms on a quiet machine


def test_direct_allocation_need_not_be_a_prefix() -> None:
    terms = Terms(frozenset({PEER}), 0, None, ACCEPTED, WEAK, frozenset())
    span = AddressRange(4, PARENT.network, PARENT.last + 256)
    question = Question(PREFIX, terms, frozenset({"RIPE"}), span, spans=False, invalid=lambda _: False)
    for text, match in ((f"RIPE {WIDER}", "covering"), ("RIPE 193.0.0.0/19 3333", "absent")):
        assert irr(question, [obj(text)], lambda _: frozenset(), frozenset()).match == match
