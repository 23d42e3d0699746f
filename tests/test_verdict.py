"""The decision table walked whole, beside a restatement of verdicts.md that shares no line with the policy files."""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from itertools import chain, combinations, product
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from bgpcheck import policy as policies
from bgpcheck.policy import Outcome, Policy, Row
from bgpcheck.situation import DOMAIN, IrrValue, Situation, World
from bgpcheck.verdict import Decision, Verdict, decide, deciding_facts, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

FOLDER = Path(__file__).parents[1] / "configs" / "policies"
NAMES = ("microsoft-peering", "strict", "published-criterion")


def shipped(name: str) -> tuple[bytes, str]:
    return (FOLDER / f"{name}.yaml").read_bytes(), f"{name}.yaml"


@cache
def policy(name: str) -> Policy:
    data, file = shipped(name)
    return policies.load(data, file=file, find=shipped)


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")  # shown by pytest -rP


# ── verdicts.md, restated ───────────────────────────────────────────────────────────────────────────────────────────────────

Answer = tuple[str, str, str | None, int]  # verdict, reason, confidence, row: compares equal to a Decision
NOT_GIVEN_OUT = {"reserved", "available", "absent"}
NAMES_THIS_AS = {"valid", "invalid-length"}  # a covering VRP names one of the claim's ASNs
INVALID_ASN = {"invalid-asn", "as0"}  # only AS0 is invalid-asn too, with a reason of its own
INVALID = {"invalid-length", "invalid-asn", "as0"}
SIDE = {"covering", "parts"}
CONFIGURED, NEEDED, MANUAL, UNDETERMINED = "configured", "validation-needed", "manual-validation", "undetermined"
AZURE = {"configured": CONFIGURED, "manual-validation-needed": MANUAL, "updating": UNDETERMINED}
RESTS_ON_ROUTE_OBJECTS = {*range(7, 21), 24}
LEVELS = ("low", "medium", "high")


class Line(NamedTuple):
    row: int
    when: Callable[[Situation], bool]
    verdict: str | Callable[[Situation], str]
    reason: str | Callable[[Situation], str]
    confidence: str | Callable[[Situation], str]


def rpki_reason(s: Situation) -> str:
    return f"rpki-{s.rpki}"


def exact_confidence(s: Situation) -> str:
    return "medium" if s.rpki in INVALID or (not s.irr.authoritative and s.holder == "similar") else "high"


def exact(s: Situation) -> bool:
    return s.irr.match == "exact"


TABLE = (
    Line(1, lambda s: s.azure != "none", lambda s: AZURE.get(s.azure, NEEDED), lambda s: f"azure-{s.azure}", "high"),
    Line(2, lambda s: s.special, NEEDED, "ineligible-prefix", "high"),
    Line(3, lambda s: s.asn != "public", MANUAL, "private-asn", lambda s: "medium" if s.asn == "private-with-customer" else "high"),
    Line(
        4,
        lambda s: s.registration in NOT_GIVEN_OUT,
        lambda s: UNDETERMINED if s.rpki == "valid" else NEEDED,
        lambda s: "sources-disagree" if s.rpki == "valid" else "unallocated-space",
        "high",
    ),
    Line(5, lambda s: s.announcement == "not-authorised", NEEDED, "origin-not-authorised", "high"),
    Line(6, lambda s: s.signature == "verified", CONFIGURED, "signed-prefix", "medium"),
    Line(7, lambda s: exact(s) and s.holder == "different" and s.rpki in INVALID_ASN, MANUAL, "other-holder", "medium"),
    Line(
        8,
        lambda s: exact(s) and (s.irr.authoritative or s.holder in {"same", "similar"}),
        CONFIGURED,
        "route-object-exact",
        exact_confidence,
    ),
    Line(9, lambda s: exact(s) and s.rpki in NAMES_THIS_AS, CONFIGURED, "route-object-exact", "medium"),
    Line(10, lambda s: exact(s) and s.rpki in INVALID_ASN, NEEDED, rpki_reason, "medium"),
    Line(11, lambda s: exact(s) and s.holder == "different", MANUAL, "third-party-object", "medium"),
    Line(12, exact, CONFIGURED, "route-object-exact", "medium"),
    Line(13, lambda s: s.irr.match == "other-registry", NEEDED, "name-registry", "medium"),
    Line(14, lambda s: s.irr.match == "hidden", NEEDED, "route-object-hidden", "high"),
    Line(
        15,
        lambda s: s.irr.match == "conflicting" and s.holder == "different" and s.rpki != "valid",
        MANUAL,
        "other-holder",
        "high",
    ),
    Line(16, lambda s: s.irr.match == "conflicting", NEEDED, "origin-mismatch", "high"),
    Line(
        17,
        lambda s: s.irr.match in SIDE and s.rpki in INVALID_ASN and not (s.rpki == "as0" and s.holder == "same"),
        NEEDED,
        rpki_reason,
        "medium",
    ),
    Line(
        18,
        lambda s: s.irr.match in SIDE and (s.rpki in NAMES_THIS_AS or s.holder in {"same", "similar"}),
        CONFIGURED,
        "route-object-covering",
        "medium",
    ),
    Line(19, lambda s: s.irr.match in SIDE, NEEDED, "covering-only", "low"),
    Line(20, lambda s: s.irr.match == "elsewhere", NEEDED, "registry-not-accepted", "medium"),
    Line(21, lambda s: s.rpki == "valid", NEEDED, "roa-only", "low"),
    Line(22, lambda s: s.holder == "different", MANUAL, "other-holder", "high"),
    Line(23, lambda s: s.rpki in INVALID, NEEDED, rpki_reason, "medium"),
    Line(24, lambda s: s.irr.match == "other-origin", NEEDED, "origin-mismatch", "high"),
    Line(25, lambda s: s.holder == "same", NEEDED, "same-holder", "low"),
    Line(26, lambda s: s.registration == "legacy", NEEDED, "legacy-space", "medium"),
    Line(27, lambda _: True, NEEDED, "no-registry-match", "high"),
)
# What the other two policies say differently, by row; `test_exactly_one_row_is_first` shows that there is nothing else.
CHANGES: dict[str, dict[int, dict[str, Any]]] = {
    "microsoft-peering": {},
    "strict": {row: {"verdict": NEEDED, "reason": "not-strict", "confidence": "low"} for row in (9, 12, 18)},
    "published-criterion": {
        25: {
            "verdict": lambda s: CONFIGURED if s.named_is_rir else NEEDED,
            "confidence": lambda s: "medium" if s.named_is_rir else "low",
        }
    },
}
TABLES = {name: tuple(line._replace(**CHANGES[name].get(line.row, {})) for line in TABLE) for name in NAMES}


def of(value: str | Callable[[Situation], str], s: Situation) -> str:
    return value if isinstance(value, str) else value(s)


def restated(s: Situation, table: tuple[Line, ...] = TABLE) -> Answer:
    """Apply the first line, the cap, one confidence lower, and the rule that configured is never low."""
    row, _, verdict, reason, confidence = next(line for line in table if line.when(s))
    verdict, reason, level = of(verdict, s), of(reason, s), LEVELS.index(of(confidence, s))
    if verdict == UNDETERMINED:
        return verdict, reason, None, row
    if row in RESTS_ON_ROUTE_OBJECTS:
        level = min(level, 1) if s.irr.peer_only else level
        level = max(level - 1, 0) if s.irr.weak else level
    if verdict == CONFIGURED and level == 0:
        return NEEDED, "weak-source", "low", row
    return verdict, reason, LEVELS[level], row


# ── every combination ───────────────────────────────────────────────────────────────────────────────────────────────────────

BOTH = (False, True)
WITH_OBJECT = ("exact", "other-registry", "covering", "parts", "hidden", "elsewhere")  # an authorised object: it has a source and an ASN
# Only an exact object is authoritative; what rests on no authorised object is neither weak nor the peer ASN's.
IRR = tuple(
    IrrValue(str(match), *traits)
    for match in DOMAIN["irr"]
    for traits in product(BOTH, BOTH, BOTH)
    if (match == "exact" or not traits[0]) and (match in WITH_OBJECT or not any(traits))
)
FIELDS = ("azure", "special", "asn", "registration", "announcement", "signature", "irr", "holder", "rpki", "named_is_rir")
NAMED = {"irr": "irr", "named_is_rir": "namedIsRir"}
ALL: dict[str, tuple[Any, ...]] = {
    field: IRR if field == "irr" else DOMAIN["namedIsRir" if field == "named_is_rir" else field] for field in FIELDS
}


def conditions(row: Row) -> Iterator[tuple[str, frozenset[str | bool]]]:
    yield from chain(row.when, *row.any_of, row.unless or (), *(condition for condition, _ in row.lower))


def mark(field: str, value: str | bool, name: str) -> tuple[object, ...]:  # noqa: FBT001 (a field's value may be a bool)
    """Give all that a policy can see of a value: which conditions hold, and the value itself where a reason names it."""
    rows = policy(name).rows
    seen = tuple(value in allowed for row in rows for one, allowed in conditions(row) if one == field)
    return (*seen, value) if any(f"{{{field}}}" in row.reason for row in rows) else seen


@cache
def classes(name: str) -> dict[str, dict[Any, Any]]:
    """Map each value of each policy field to the first value that the policy can't tell from it."""
    found: dict[str, dict[Any, Any]] = {}
    for field, values in DOMAIN.items():
        first: dict[object, object] = {}
        found[field] = {value: first.setdefault(mark(field, value, name), value) for value in values}
    return found


def stand_in(field: str, value: Any, name: str) -> Any:  # noqa: ANN401 (of whatever type the field is)
    """Give the value that stands for its class; an irr value keeps its traits."""
    known = classes(name)
    if field == "irr":
        return value._replace(match=known["irr"][value.match])
    return known["namedIsRir" if field == "named_is_rir" else field][value]


@cache
def few(name: str, **chosen: tuple[Any, ...]) -> dict[str, tuple[Any, ...]]:
    """Give the values of each field without those that another one stands for; Azure's state is none."""
    own = {field: tuple(dict.fromkeys(stand_in(field, value, name) for value in values)) for field, values in ALL.items()}
    return own | {"azure": ("none",)} | chosen


def every(values: dict[str, tuple[Any, ...]]) -> Iterator[Situation]:
    return (Situation(*one) for one in product(*(values[field] for field in FIELDS)))


ALIKE = {
    "azure": [],
    "special": [],
    "asn": [{"private", "none"}],
    "registration": [{"allocated", "assigned"}, {"reserved", "available", "absent"}],
    "announcement": [{"none", "authorised"}],
    "signature": [{"none", "certificate-missing", "encoding-invalid", "signature-invalid"}],
    "irr": [{"covering", "parts"}],
    "authoritative": [],
    "holder": [],
    "rpki": [],
    "namedIsRir": [{True, False}],
}


@pytest.mark.parametrize("field", DOMAIN)
def test_values_that_the_table_can_not_tell_apart_are_these(field: str) -> None:
    groups: dict[Any, set[Any]] = {}
    for value, first in classes("microsoft-peering")[field].items():
        groups.setdefault(first, set()).add(value)
    assert [group for group in groups.values() if len(group) > 1] == ALIKE[field]
    for row in policy("microsoft-peering").rows:  # the proof: no condition, and no reason, sees a difference
        for one, allowed in conditions(row):
            assert one != field or all(group <= allowed or not group & allowed for group in groups.values())
        assert f"{{{field}}}" not in row.reason or all(len(group) == 1 for group in groups.values())


def test_every_combination_without_azure_is_judged_as_verdicts_md_says() -> None:
    name = "microsoft-peering"
    full = ALL | {"azure": ("none",)}
    thin = {field: tuple(stand_in(field, value, name) for value in values) for field, values in full.items()}
    judged: dict[Situation, Decision] = {}
    count: Counter[int] = Counter()
    for number, (situation, other) in enumerate(zip(every(full), every(thin), strict=True)):
        decision = judged.get(other)
        if decision is None:
            decision = judged[other] = judge(other, policy(name))
        assert decision == restated(situation), situation
        if number % 97 == 0:  # a sample of the collapse that `test_values_that…` proves
            assert judge(situation, policy(name)) == decision
        count[decision.row] += 1
    say(f"{count.total()} combinations, {len(judged)} that the table tells apart; by row {dict(sorted(count.items()))}")
    assert (count.total(), len(judged)) == (892_800, 38_880)
    assert count.keys() == set(range(2, 28))


@pytest.mark.parametrize("name", NAMES)
def test_azure_s_state_decides_alone(name: str) -> None:
    values = few(name, azure=ALL["azure"][1:], irr=(IrrValue("absent"), IrrValue("exact", authoritative=True, weak=True)))
    count = 0
    for situation in every(values):
        assert judge(situation, policy(name)) == restated(situation)
        count += 1
    say(f"{count} combinations with Azure's state")
    assert count == 11 * 2 * 3 * 3 * 2 * 2 * 2 * 4 * 5 * len(values["named_is_rir"])


@pytest.mark.parametrize(
    ("name", "count_of_combinations", "configuring"),
    [
        ("microsoft-peering", 38_880, {6, 8, 9, 12, 18}),
        ("strict", 38_880, {6, 8}),  # and row 1: Azure's own word
        ("published-criterion", 77_760, {6, 8, 9, 12, 18, 25}),
    ],
)
def test_exactly_one_row_is_first(name: str, count_of_combinations: int, configuring: set[int]) -> None:
    rows, count, reached = policy(name).rows, 0, set()
    for situation in every(few(name)):
        applying = [row.number for row in rows if row.applies(situation)]
        decision = judge(situation, policy(name))
        assert decision == restated(situation, TABLES[name]), situation
        assert decision.row == applying[0] == min(applying)
        assert (decision.verdict, decision.confidence) != ("configured", "low")
        assert (decision.confidence is None) == (decision.verdict is Outcome.UNDETERMINED)
        reached.add((decision.row, decision.verdict is Outcome.CONFIGURED))
        count += 1
    assert count == count_of_combinations
    assert {row for row, _ in reached} == set(range(2, 28))
    assert {row for row, configured in reached if configured} == configuring


# ── improving one fact ──────────────────────────────────────────────────────────────────────────────────────────────────────


def better_irr(worse: IrrValue, better: IrrValue) -> bool:
    """Tell whether ``better`` is above ``worse``: of match, authoritative, weak and peer ASN one is better and none worse."""
    above = {("elsewhere", "absent"), *product(SIDE, ("elsewhere", "absent"))}
    match = better.match in {worse.match, "exact"} or (better.match, worse.match) in above
    gains = better.authoritative >= worse.authoritative and better.weak <= worse.weak and better.peer_only <= worse.peer_only
    return worse != better and match and gains


BETTER: dict[str, set[tuple[Any, Any]]] = {
    "irr": {pair for pair in product(IRR, IRR) if better_irr(*pair)},
    "rpki": {("not-found", "valid"), ("invalid-length", "valid"), *product(INVALID_ASN, ("valid", "not-found", "invalid-length"))},
    "holder": set(combinations(("different", "unlisted", "similar", "same"), 2)),
    "registration": {*product(NOT_GIVEN_OUT, ("legacy", "allocated", "assigned")), *product(("legacy",), ("allocated", "assigned"))},
    "announcement": {("not-authorised", "none"), ("not-authorised", "authorised"), ("none", "authorised")},
    "signature": {(worse, "verified") for worse in ALL["signature"] if worse != "verified"},
    "asn": {(worse, "public") for worse in ALL["asn"] if worse != "public"},
    "special": {(True, False)},
}


def worsened(name: str) -> Counter[tuple[str, int, int]]:
    """Count improvements that end a configured, by field and rows before and after."""
    found: Counter[tuple[str, int, int]] = Counter()
    better = {
        field: {value: {stand_in(field, up, name) for down, up in pairs if down == value} for value in few(name)[field]}
        for field, pairs in BETTER.items()
    }
    for situation in every(few(name)):
        now = judge(situation, policy(name))
        if now.verdict is Outcome.CONFIGURED:
            for field, above in better.items():
                for value in above[getattr(situation, field)]:
                    then = judge(situation._replace(**{field: value}), policy(name))
                    if then.verdict is not Outcome.CONFIGURED:
                        found[field, now.row, then.row] += 1
    return found


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("microsoft-peering", set()),
        ("strict", set()),
        # Read literally, the criterion is met by the holder alone; rows 20 and 21 stand above it, whatever the holder.
        ("published-criterion", {("irr", 25, 20), ("rpki", 25, 21)}),
    ],
)
def test_improving_one_fact_never_ends_configured(name: str, rows: set[tuple[str, int, int]]) -> None:
    assert worsened(name).keys() == rows


# ── facts that are not known ────────────────────────────────────────────────────────────────────────────────────────────────

OPEN = ("registration", "irr", "holder", "rpki")
Sets = dict[str, frozenset[Any]]


def world(
    asn: str = "public", *, special: bool = False, announcement: str = "none", signature: str = "none", **facts: Iterable[Any]
) -> World:
    """Make a world in which the facts that are not named have any value."""
    sets = {field: frozenset(facts.get(field, ALL[field])) for field in OPEN}
    named = frozenset(facts.get("named_is_rir", (True,)))
    return World("none", special=special, asn=asn, announcement=announcement, signature=signature, named_is_rir=named, **sets)


def registered(fact: str, value: Any) -> bool:  # noqa: ANN401 (of whatever type the fact is)
    """Tell whether a value means that registration is not reserved, available or absent."""
    if fact == "irr":
        return value.match == "exact" and value.authoritative
    return value in {"rpki": ("valid", "invalid-length"), "holder": ("same", "similar", "different")}[fact]


def free(status: str) -> bool:
    return status in NOT_GIVEN_OUT


def together(one: Situation, among: World) -> bool:
    """Tell whether values go together (verdicts.md, Unknown facts); what is known of two facts does, whatever it is."""
    if free(one.registration):
        surely_free = all(map(free, among.registration))
        for fact in ("rpki", "irr", "holder"):
            surely_registered = all(registered(fact, value) for value in getattr(among, fact))
            if registered(fact, getattr(one, fact)) and not (surely_free and surely_registered):
                return False
    if one.irr.match == "hidden" and one.rpki not in INVALID:
        return all(value.match == "hidden" for value in among.irr) and not INVALID & among.rpki
    return True


remembered = cache(restated)


def answers(one: World, table: tuple[Line, ...] = TABLE) -> dict[Situation, Answer]:
    """Judge every consistent completion by the restated table."""
    found = {}
    for registration, irr, holder, rpki, named in product(one.registration, one.irr, one.holder, one.rpki, one.named_is_rir):
        values = (one.azure, one.special, one.asn, registration, one.announcement, one.signature, irr, holder, rpki, named)
        if together(situation := Situation(*values), one):
            found[situation] = remembered(situation, table)
    return found


Expected = tuple[str, set[str], str | None, set[str]]  # verdict, reasons it may have, confidence, possible verdicts


def expected(given: Iterable[Answer]) -> Expected:
    """Give what all completions agree on, or that they do not."""
    found = set(given)
    verdicts = {verdict for verdict, *_ in found}
    if len(verdicts) > 1:
        return UNDETERMINED, {"source-unavailable"}, None, verdicts
    last = max(row for *_, row in found)
    levels = [level for _, _, level, _ in found if level]
    return verdicts.pop(), {reason for _, reason, _, row in found if row == last}, min(levels, key=LEVELS.index, default=None), set()


def check(verdict: Verdict, wanted: Expected) -> None:
    outcome, reasons, confidence, possible = wanted
    assert (verdict.outcome, verdict.confidence) == (outcome, confidence)
    assert {verdict.reason} == reasons  # in what sources leave open, the row furthest down never has two
    assert set(verdict.possible or ()) == possible


def known_or_open(field: str) -> list[frozenset[Any]]:
    return [*(frozenset({value}) for value in few("microsoft-peering")[field]), frozenset(ALL[field])]


ASNS = few("microsoft-peering")["asn"]
READINGS = [one for size in range(1, len(ASNS) + 1) for one in combinations(ASNS, size)]


CONTEXTS: list[dict[str, Any]] = [
    {},
    {"signature": "verified"},
    {"announcement": "not-authorised"},
    {"signature": "verified", "announcement": "not-authorised"},
    {"special": True},
]


@pytest.mark.parametrize("context", CONTEXTS)
def test_what_is_not_known_could_be_anything_that_fits(context: dict[str, Any]) -> None:
    """Every subset of open facts, every value of the others, every reading of open AS numbers."""
    count, outcomes = 0, Counter[Outcome]()
    for sets in product(*map(known_or_open, OPEN)):
        facts = dict(zip(OPEN, sets, strict=True))
        worlds = {asn: world(asn, **context, **facts) for asn in ASNS}
        wanted = {asn: frozenset(answers(one).values()) for asn, one in worlds.items()}
        for reading in READINGS:
            verdict = decide([worlds[asn] for asn in reading], policy("microsoft-peering"))
            check(verdict, expected(chain.from_iterable(wanted[asn] for asn in reading)))
            outcomes[verdict.outcome] += 1
            count += 1
    say(f"{count} worlds: {dict(outcomes)}")
    assert count == 4 * 28 * 5 * 6 * 7


EXACT, OWN, WEAK = IrrValue("exact"), IrrValue("exact", authoritative=True), IrrValue("exact", weak=True)
ASIDE, HIDDEN, GONE = IrrValue("covering"), IrrValue("hidden"), IrrValue("absent")
SOME_IRR = [  # what silent registries, unknown allocations and unknown visibility leave open
    {ASIDE, GONE},
    {EXACT, ASIDE},
    {EXACT, GONE},
    {OWN, IrrValue("conflicting")},
    {OWN, OWN._replace(peer_only=True)},
    {WEAK, ASIDE, GONE},
    {HIDDEN, IrrValue("hidden", weak=True)},
    {HIDDEN, OWN},
    {HIDDEN, EXACT, IrrValue("elsewhere")},
    {IrrValue("other-registry"), IrrValue("other-origin")},
]


def subsets(values: Iterable[Any]) -> list[frozenset[Any]]:
    whole = tuple(values)
    return [frozenset(one) for size in range(1, len(whole) + 1) for one in combinations(whole, size)]


def part_worlds() -> Iterator[World]:
    """Give worlds of which facts are known in part."""
    registrations = ({"allocated"}, {"absent"}, {"reserved", "absent"}, {"legacy", "absent"}, {"allocated", "legacy", "reserved"})
    rpki_sets = [one for one in subsets(ALL["rpki"]) if len(one) in {1, 2, 5}]
    for registration, irr, holder, rpki in product(registrations, SOME_IRR, subsets(ALL["holder"]), rpki_sets):
        yield world(registration=registration, irr=irr, holder=holder, rpki=rpki)


def test_a_fact_known_in_part_could_have_any_of_its_values() -> None:
    count = contradictions = 0
    for one in part_worlds():
        known = answers(one)
        if not known:  # what is known contradicts everything that is open
            contradictions += 1
            assert set(one.completions()) == set()
            known = {situation: restated(situation) for situation in one.all_completions()}
        outcome, reasons, confidence, possible = expected(known.values())
        verdict = decide([one], policy("microsoft-peering"))
        assert (verdict.outcome, verdict.confidence, set(verdict.possible or ())) == (outcome, confidence, possible)
        assert verdict.reason in reasons
        count += 1
    say(f"{count} worlds, {contradictions} of them contradictions")
    assert (count, contradictions) == (5 * 10 * 15 * 16, 150)


LEFT_OPEN = ("undetermined", "source-unavailable", None)
ROUTE_OBJECT = ("configured", "route-object-exact", "medium")
SAID: list[tuple[str, dict[str, Any], tuple[str, str, str | None], set[str]]] = [
    # verdicts.md: a third-party object and a valid ROA give configured with every RDAP server down
    ("RDAP down, a ROA", {"irr": {EXACT}, "rpki": {"valid"}}, ROUTE_OBJECT, set()),
    ("RDAP down, a ROA that names the AS", {"irr": {EXACT}, "rpki": {"invalid-length"}}, ROUTE_OBJECT, set()),
    ("RDAP down, no ROA", {"irr": {EXACT}, "rpki": {"not-found"}}, LEFT_OPEN, {"registration", "holder"}),
    ("only the own registry answered", {"irr": {OWN}}, LEFT_OPEN, {"holder", "rpki"}),
    ("the own registry and a holder unlisted", {"irr": {OWN}, "holder": {"unlisted"}}, ROUTE_OBJECT, set()),
    ("the own registry and one holder", {"irr": {OWN}, "holder": {"same"}}, ROUTE_OBJECT, set()),
    ("the own registry, one holder, a ROA", {"irr": {OWN}, "holder": {"same"}, "rpki": {"valid"}}, (*ROUTE_OBJECT[:2], "high"), set()),
    ("allocation not known", {"irr": {ASIDE, GONE}, "holder": {"same"}, "rpki": {"not-found"}}, LEFT_OPEN, {"irr"}),
    ("nothing answered", {}, LEFT_OPEN, {"registration", "irr", "holder", "rpki"}),
    ("a hidden object", {"irr": {HIDDEN}, "registration": {"legacy"}}, ("validation-needed", "route-object-hidden", "high"), set()),
    ("a signature", {"signature": "verified", "registration": {"legacy"}}, ("configured", "signed-prefix", "medium"), set()),
    ("absent space with a ROA", {"registration": {"absent"}, "rpki": {"valid"}}, ("undetermined", "sources-disagree", None), set()),
    ("absent space", {"registration": {"absent"}}, ("validation-needed", "unallocated-space", "high"), set()),
]


@pytest.mark.parametrize(("facts", "answer", "deciding"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_what_silence_leaves_of_a_verdict(facts: dict[str, Any], answer: tuple[str, str, str | None], deciding: set[str]) -> None:
    worlds = (world(**facts),)
    verdict = decide(worlds, policy("microsoft-peering"))
    assert (verdict.outcome, verdict.reason, verdict.confidence) == answer
    assert deciding_facts(worlds, policy("microsoft-peering")) == deciding
    assert (verdict.possible is None) == (verdict.reason != "source-unavailable")
    assert verdict.row == max(decision.row for decision in verdict.decisions)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_configured_because_a_source_kept_silent(name: str) -> None:
    """Whatever is true, hiding any of it leaves what is not configured so; unless what was said contradicted itself."""
    count, turned = 0, set()
    for truth in every(few(name, special=(False,), asn=("public",), announcement=("none",))):
        if (said := judge(truth, policy(name))).verdict is Outcome.CONFIGURED:
            continue
        known = {fact: {getattr(truth, fact)} for fact in OPEN}
        for silent in chain.from_iterable(combinations(OPEN, size) for size in range(1, 5)):
            left = {fact: value for fact, value in known.items() if fact not in silent}
            verdict = decide([world(signature=truth.signature, named_is_rir={truth.named_is_rir}, **left)], policy(name))
            count += 1
            if verdict.outcome is Outcome.CONFIGURED:
                assert not together(truth, world())
                turned.add((said.row, "registration" in silent))
    say(f"{count} silences")
    # Of two sources that contradict each other, the registry that says "nobody's" fell silent.
    assert turned == {(4, True)}


def outcomes_by(worlds: tuple[World, ...], facts: tuple[str, ...]) -> Iterator[set[str]]:
    """Give what is possible once ``facts`` are known in all worlds, for each way that they may turn out."""
    groups = []
    for one in worlds:
        by_value: dict[tuple[Any, ...], set[str]] = {}
        for situation, (verdict, *_) in answers(one).items():
            by_value.setdefault(tuple(getattr(situation, fact) for fact in facts), set()).add(verdict)
        groups.append({frozenset(group) for group in by_value.values()})
    return (set().union(*one) for one in product(*groups))


# Neither object, holder nor ROA settles this alone.
TANGLED = world(registration={"allocated"}, irr={EXACT, ASIDE}, holder={"same", "unlisted"}, rpki={"not-found", "invalid-asn"})


def some_worlds() -> Iterator[tuple[World, ...]]:
    """Give worlds of facts known or open, under each reading of the AS numbers; and facts known in part."""
    for sets in product(*map(known_or_open, OPEN)):
        facts = dict(zip(OPEN, sets, strict=True))
        if sum(len(values) > 1 for values in sets) < 4:  # the one without any known fact is in ``SAID``
            yield (world(**facts),)
            yield world("public", **facts), world("private", **facts)
    for number, one in enumerate(part_worlds()):
        if number % 13 == 0 and answers(one):
            yield (one,)
    yield (TANGLED,)


def test_facts_that_decide_are_those_that_could_rule_a_verdict_out() -> None:
    count = Counter[int]()
    for worlds in some_worlds():
        deciding = deciding_facts(worlds, policy("microsoft-peering"))
        now = {verdict for one in worlds for verdict, *_ in answers(one).values()}
        if len(now) == 1:
            assert deciding == set()
            continue
        wanted = {"asn"} if any({verdict for verdict, *_ in answers(one).values()} != now for one in worlds) else set()
        size = 0
        while size == 0 or not wanted:
            size += 1
            for facts in combinations(OPEN, size):
                wanted |= set(facts) if any(then != now for then in outcomes_by(worlds, facts)) else set()
        assert deciding == wanted
        count[size] += 1
    say(f"{count.total()} undetermined, by number of facts that decide together: {dict(sorted(count.items()))}")
    assert count == {1: 3993, 2: 2}


def test_facts_decide_sizewhere_none_does_alone() -> None:
    assert all(then == {CONFIGURED, NEEDED} for fact in OPEN for then in outcomes_by((TANGLED,), (fact,)))
    assert deciding_facts((TANGLED,), policy("microsoft-peering")) == {"irr", "holder", "rpki"}


def test_which_registry_is_the_prefix_s_is_learned_with_its_registration() -> None:
    one = world(registration={"allocated"}, irr={GONE}, holder={"same"}, rpki={"not-found"}, named_is_rir={True, False})
    assert decide([one], policy("published-criterion")).possible == ("configured", "validation-needed")
    assert deciding_facts((one,), policy("published-criterion")) == {"registration"}
    assert deciding_facts((one,), policy("microsoft-peering")) == set()


def test_decisions_stand_in_the_order_of_rows_reasons_and_confidence() -> None:
    one = world(registration={"allocated"}, irr={EXACT}, holder={"same", "different"}, rpki={"valid", "invalid-asn", "not-found"})
    assert decide([one], policy("microsoft-peering")).decisions == (
        ("manual-validation", "other-holder", "medium", 7),
        ("configured", "route-object-exact", "high", 8),
        ("configured", "route-object-exact", "medium", 8),
        ("configured", "route-object-exact", "medium", 9),
        ("manual-validation", "third-party-object", "medium", 11),
    )


def test_a_signature_of_which_it_is_not_known_whether_it_verifies_may_decide() -> None:
    """And not the AS number, where it is the same in both worlds."""
    facts: dict[str, Any] = {"registration": {"allocated"}, "irr": {GONE}, "holder": {"unlisted"}, "rpki": {"not-found"}}
    worlds = tuple(world(signature=signature, **facts) for signature in ("verified", "none"))
    assert decide(worlds, policy("microsoft-peering")).possible == ("configured", "validation-needed")
    assert deciding_facts(worlds, policy("microsoft-peering")) == {"signature"}
    apart = tuple(world("private", signature=signature, **facts) for signature in ("verified", "none"))
    assert deciding_facts((worlds[0], *apart), policy("microsoft-peering")) == {"asn", "signature"}


TWO_EACH = {
    "registration": ("allocated", "assigned"),
    "irr": ("exact", "covering"),
    "holder": ("same", "similar"),
    "rpki": ("valid", "not-found"),
    "namedIsRir": (True, False),
}


def test_all_facts_may_be_needed_together() -> None:
    """A policy that counts: configured with an even number of the second values. Only who knows all of them knows."""
    even = [ones for ones in product((0, 1), repeat=len(TWO_EACH)) if sum(ones) % 2 == 0]
    rows = [
        ", ".join(f"{fact}: {str(pair[one]).lower()}" for one, (fact, pair) in zip(ones, TWO_EACH.items(), strict=True)) for ones in even
    ]
    lines = [
        f"- {{row: {number}, when: {{{when}}}, verdict: configured, reason: r, confidence: high}}" for number, when in enumerate(rows, 1)
    ]
    last = "- {row: 99, when: {}, verdict: validation-needed, reason: s, confidence: high}"
    counting = policies.load("\n".join(["name: counting", "rows:", *lines, last]).encode(), file="counting.yaml", find=shipped)
    sets: dict[str, Any] = {fact: frozenset(pair) for fact, pair in TWO_EACH.items() if fact not in {"irr", "namedIsRir"}}
    one = world(irr=[EXACT, ASIDE], named_is_rir={True, False}, **sets)
    assert decide([one], counting).possible == ("configured", "validation-needed")
    assert deciding_facts((one,), counting) == set(OPEN)
