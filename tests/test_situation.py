"""Situations and worlds: what fits together, and what is taken as it is."""

from __future__ import annotations

from itertools import product

import pytest

from bgpcheck.situation import DOMAIN, NOT_ALLOCATED, RPKI_INVALID, IrrValue, Situation, World

Values = set[str | IrrValue]
OWN, HIDDEN, GONE = IrrValue("exact", authoritative=True), IrrValue("hidden"), IrrValue("absent")
ANY_IRR: Values = {IrrValue(str(match)) for match in DOMAIN["irr"]} | {OWN}
SITUATION = Situation(
    azure="updating",
    special=True,
    asn="private",
    registration="legacy",
    announcement="authorised",
    signature="verified",
    irr=OWN,
    holder="similar",
    rpki="as0",
    named_is_rir=False,
)


def world(**facts: Values) -> World:
    """Make a world with any value for each fact that is not named."""
    values = {
        fact: frozenset(facts.get(fact, ANY_IRR if fact == "irr" else DOMAIN[fact])) for fact in ("registration", "irr", "holder", "rpki")
    }
    return World("none", special=False, asn="public", announcement="none", signature="none", named_is_rir=frozenset({True}), **values)  # type: ignore[arg-type]


def kept(one: World, fact: str) -> set[str | IrrValue]:
    return {getattr(situation, fact) for situation in one.completions()}


FIELDS = [
    ("azure", "updating"),
    ("special", True),
    ("asn", "private"),
    ("registration", "legacy"),
    ("announcement", "authorised"),
    ("signature", "verified"),
    ("irr", "exact"),
    ("authoritative", True),
    ("holder", "similar"),
    ("rpki", "as0"),
    ("namedIsRir", False),
]


@pytest.mark.parametrize(("name", "value"), FIELDS)
def test_every_policy_field_is_read_from_its_fact(name: str, value: str | bool) -> None:  # noqa: FBT001 (fields are words or flags)
    assert SITUATION.field(name) == value
    assert value in DOMAIN[name]


def test_no_policy_field_is_left_out() -> None:
    assert [name for name, _ in FIELDS] == list(DOMAIN)


GIVEN_OUT = {"allocated", "assigned", "legacy"}
ANY = set(DOMAIN["registration"])
FITS = [
    # What means that registration is not reserved, available or absent (verdicts.md, Unknown facts).
    ("a ROA for one of the ASNs", {"rpki": {"valid"}}, "registration", GIVEN_OUT),
    ("a ROA of another length", {"rpki": {"invalid-length"}}, "registration", GIVEN_OUT),
    ("an authoritative exact object", {"irr": {OWN}}, "registration", GIVEN_OUT),
    ("the same holder", {"holder": {"same"}}, "registration", GIVEN_OUT),
    ("a similar holder", {"holder": {"similar"}}, "registration", GIVEN_OUT),
    ("another holder", {"holder": {"different"}}, "registration", GIVEN_OUT),
    # What does not.
    ("somebody else's ROA", {"rpki": {"invalid-asn"}}, "registration", ANY),
    ("AS0", {"rpki": {"as0"}}, "registration", ANY),
    ("no ROA", {"rpki": {"not-found"}}, "registration", ANY),
    ("a third-party object", {"irr": {IrrValue("exact")}}, "registration", ANY),
    ("no holder", {"holder": {"unlisted"}}, "registration", ANY),
    # The other way round.
    ("absent space has no ROA", {"registration": {"absent"}}, "rpki", {"invalid-asn", "as0", "not-found"}),
    ("reserved space has no own object", {"registration": {"reserved"}}, "irr", ANY_IRR - {OWN}),
    ("available space has no holder", {"registration": {"available"}}, "holder", {"unlisted"}),
    ("allocated space may have any", {"registration": {"allocated"}}, "holder", set(DOMAIN["holder"])),
    # Hidden needs an invalid rpki.
    ("a hidden object", {"irr": {HIDDEN}}, "rpki", set(RPKI_INVALID)),
    ("a valid ROA hides nothing", {"rpki": {"valid"}}, "irr", ANY_IRR - {HIDDEN}),
    ("nor does none", {"rpki": {"not-found"}}, "irr", ANY_IRR - {HIDDEN}),
    ("an invalid one may", {"rpki": {"as0"}}, "irr", ANY_IRR),
    # Known in part.
    ("part of a fact fits", {"registration": {"absent", "legacy"}, "holder": {"same"}}, "registration", {"legacy"}),
    ("surely not given out, partly held", {"registration": {"absent", "reserved"}, "holder": {"same", "unlisted"}}, "holder", {"unlisted"}),
    # Two known facts are taken as they are; a third has to fit both.
    ("both known", {"registration": {"absent"}, "holder": {"same"}}, "registration", {"absent"}),
    ("both known, a third open", {"registration": {"absent"}, "holder": {"same"}}, "rpki", {"invalid-asn", "as0", "not-found"}),
    ("known whichever it is", {"registration": {"absent", "reserved"}, "holder": {"same"}}, "registration", {"absent", "reserved"}),
    ("hidden and valid", {"irr": {HIDDEN}, "rpki": {"valid"}, "registration": {"legacy"}}, "irr", {HIDDEN}),
    ("hidden twice and valid", {"irr": {HIDDEN, IrrValue("hidden", weak=True)}, "rpki": {"valid"}}, "registration", GIVEN_OUT),
    # Nothing is left.
    ("contradiction", {"registration": {"absent"}, "irr": {HIDDEN, OWN}, "rpki": {"not-found"}}, "irr", set()),
]


@pytest.mark.parametrize(("facts", "fact", "values"), [row[1:] for row in FITS], ids=[row[0] for row in FITS])
def test_open_facts_keep_the_values_that_fit(facts: dict[str, Values], fact: str, values: Values) -> None:
    assert kept(world(**facts), fact) == values


def test_completions_are_all_assignments_but_the_inconsistent() -> None:
    one = world()
    assert len(list(one.all_completions())) == 6 * len(ANY_IRR) * 4 * 5
    pairs = {(situation.registration, situation.holder) for situation in one.completions()}
    assert pairs == set(product(DOMAIN["registration"], DOMAIN["holder"])) - set(product(NOT_ALLOCATED, {"same", "similar", "different"}))


def test_which_registry_is_the_prefix_s_is_open_too() -> None:
    one = World(
        azure="none",
        special=False,
        asn="public",
        registration=frozenset({"absent"}),
        announcement="none",
        signature="none",
        irr=frozenset({GONE}),
        holder=frozenset({"unlisted"}),
        rpki=frozenset({"not-found"}),
        named_is_rir=frozenset({True, False}),
    )
    assert sorted(situation.named_is_rir for situation in one.completions()) == [False, True]
