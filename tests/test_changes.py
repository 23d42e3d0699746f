"""What changed from one result to another."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from program import NOW, ROOT, run
from schemas import broken
from schemas import result as schema

from bgpcheck import earlier
from bgpcheck.changes import ASSUMED, BETTER, DIRECTIONS, LOST, SAME, SETTLED, WORSE, Changes, direction
from bgpcheck.earlier import Earlier, Noted, Said, Silent
from bgpcheck.policy import Outcome
from bgpcheck.render.changes_json import changes_json
from bgpcheck.sources.base import GapReason

C, V, M, U = (str(one) for one in Outcome)
BASIS = {"tool.version": "1", "policy.name": "p", "policy.sha256": "0"}
SCHEMA = Draft202012Validator({"$ref": "#/$defs/changes", "$defs": {**schema.WHOLE["$defs"], "changes": schema.CHANGES}})


def said(prefix: str, verdict: str = C, *, documents: str = "", **facts: str) -> Said:
    return Said(prefix, verdict, {"rpki": "valid", "irr": "exact", **facts}, frozenset(documents.split()))


def whole(*prefixes: Said, name: str = "a", asn: int = 3333, **more: object) -> Earlier:
    prefixed = {one.prefix: one for one in prefixes}
    made = Earlier(name, asn, "2026-01-01T00:00:00Z", C, BASIS, {"claim.peerAsn": str(asn)}, prefixed, (), (), {"reason": ""})
    return replace(made, **more)  # type: ignore[arg-type]


def noted(rule: str = "PFX-5", severity: str = "warning", subject: str = "s", message: str = "m") -> Noted:
    return Noted(rule, severity, subject, message, "r", "documented")


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        *((one, one, SAME) for one in (C, V, M, U)),
        *((C, V, WORSE), (C, M, WORSE), (V, M, WORSE)),
        *((V, C, BETTER), (M, C, BETTER), (M, V, BETTER)),
        *((one, U, LOST) for one in (C, V, M)),  # silence is no improvement
        *((U, one, SETTLED) for one in (C, V, M)),
    ],
)
def test_where_a_verdict_went(before: str, after: str, way: str) -> None:
    assert direction(before, after) == way


def test_prefixes() -> None:
    before = whole(said("10/8"), said("11/8", V), said("12/8", M), said("13/8"), said("14/8", U), said("15/8", documents="a b"))
    after = whole(
        said("11/8", C),
        said("12/8", U),
        said("13/8", V, irr="absent"),
        said("14/8", C),
        said("15/8", rpki="x", documents="b c d"),
        said("16/8"),
    )
    found = Changes(before, after)
    assert [(one.after.prefix, one.direction) for one in found.verdicts] == [
        ("13/8", WORSE),
        ("12/8", LOST),
        ("14/8", SETTLED),
        ("11/8", BETTER),
    ]
    assert [str(one) for one in found.verdicts[0].changed] == ["irr: exact → absent"]
    assert [one.after.prefix for one in found.facts] == ["15/8"]
    assert ([one.prefix for one in found.added], [one.prefix for one in found.removed]) == (["16/8"], ["10/8"])
    assert found.documents == (1, 1, 2)


def test_what_it_rests_on_and_what_is_asked() -> None:
    before = whole(claim={"claim.peerAsn": "1", "ipv4.customerAsn": "5", "ipv6.customerAsn": "0"})
    after = whole(claim={"claim.peerAsn": "2", "ipv4.customerAsn": "6"}, basis={**BASIS, "policy.name": "q"}, verdict=None)
    found = Changes(before, after)
    assert [str(one) for one in found.claim] == ["claim.peerAsn: 1 → 2", "ipv4.customerAsn: 5 → 6"]
    assert [str(one) for one in found.basis] == ["policy.name: p → q"]
    assert found.verdict == (C, None)


AZURE, ANNOUNCED = {"actualAzureState": "ValidationNeeded"}, {"announced.origin": "25152"}
FELL_AWAY: list[tuple[str, Earlier, Earlier]] = [
    # what fell away, the earlier result, the new one
    ("Azure's state of the prefix", whole(said("10/8", V, **AZURE)), whole(said("10/8", actualAzureState=""))),
    ("Azure's state", whole(said("10/8", V), findings=(noted("ST-11"),)), whole(said("10/8"))),
    ("what was announced", whole(said("10/8", V, **ANNOUNCED)), whole(said("10/8", **{"announced.origin": ""}))),
    ("what other prefixes were announced", whole(said("10/8", V), findings=(noted("LIST-3"),)), whole(said("10/8"))),
    ("the Internet", whole(said("10/8", V), findings=(noted("PFX-4"),)), whole(said("10/8"))),
    ("a fact", whole(said("10/8", V, **{"rpki.state": "valid"})), whole(said("10/8", **{"rpki.state": "unknown"}))),
    ("a source", whole(said("10/8", V)), whole(said("10/8"), gaps=(Silent("irr/RADB", "missing", deciding=False, detail=""),))),
]


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in FELL_AWAY], ids=[row[0] for row in FELL_AWAY])
def test_what_is_better_for_want_of_evidence_is_not_better(before: Earlier, after: Earlier) -> None:
    found = Changes(before, after)
    assert [one.direction for one in found.verdicts] == [LOST]
    assert found.resolved == ()
    assert found.unseen == before.findings
    assert [one.direction for one in Changes(after, before).verdicts] == [WORSE]
    assert [
        one.direction
        for one in Changes(before, replace(before, prefixes=whole(replace(before.prefixes["10/8"], verdict=C)).prefixes)).verdicts
    ] == [BETTER]


PLAN, OTHER_PLAN = noted("DATA-8", subject="plan.rpsl"), noted("DATA-8", subject="more.rpsl")


@pytest.mark.parametrize(
    ("then", "now", "ways"),
    [
        # planned objects that were assumed then, and now; what V → C, U → C and C → V are then
        ((), (PLAN,), [WORSE, ASSUMED, ASSUMED]),
        ((PLAN,), (PLAN, OTHER_PLAN), [WORSE, ASSUMED, ASSUMED]),
        ((OTHER_PLAN,), (PLAN,), [WORSE, ASSUMED, ASSUMED]),
        ((PLAN,), (PLAN,), [WORSE, SETTLED, BETTER]),
        ((PLAN,), (), [WORSE, SETTLED, BETTER]),
    ],
)
def test_what_is_planned_is_no_improvement(then: tuple[Noted, ...], now: tuple[Noted, ...], ways: list[str]) -> None:
    before = whole(said("10/8", V), said("11/8", U), said("12/8", C), findings=then)
    found = Changes(before, whole(said("10/8", C), said("11/8", C), said("12/8", V), findings=now))
    assert sorted(one.direction for one in found.verdicts) == sorted(ways)
    named = [(one.before, one.after) for one in found.basis if one.where == "evidence.assumed"]
    assert named == ([] if then == now else [tuple(", ".join(sorted(one.subject for one in each)) for each in (then, now))])


OLD_DATA, TOO_OLD = noted("DATA-1", subject="irr/RIPE"), Silent("irr/RIPE", "stale", deciding=False, detail="")
EMPTY, TOO_EMPTY = noted("DATA-9", subject="vrps"), Silent("vrps", "malformed", deciding=False, detail="")


@pytest.mark.parametrize(("taken", "refused"), [(OLD_DATA, TOO_OLD), (EMPTY, TOO_EMPTY)], ids=["old", "empty"])
def test_whether_doubtful_data_are_taken_is_named(taken: Noted, refused: Silent) -> None:
    one, other = whole(findings=(taken,)), whole(gaps=(refused,))
    assert [str(each) for each in Changes(one, other).basis] == [f"evidence.data/{refused.source}: taken → refused"]
    assert [str(each) for each in Changes(other, one).basis] == [f"evidence.data/{refused.source}: refused → taken"]
    missing = whole(gaps=(replace(refused, reason="missing"),))
    assert Changes(one, missing).basis == Changes(one, whole()).basis == Changes(whole(), other).basis == ()


def test_what_is_not_told_any_more_is_named() -> None:
    before = whole(said("10/8", **AZURE, **ANNOUNCED), findings=(noted("NET-1"),))
    found = Changes(before, whole(said("10/8", actualAzureState="", **{"announced.origin": ""})))
    words = ["evidence.azure: told → nothing", "evidence.announced: told → nothing", "evidence.internet: told → nothing"]
    assert [str(one) for one in found.basis] == words
    assert changes_json(found)["findings"]["lost"][0]["rule"] == "NET-1"


def test_findings() -> None:
    kept, twice = noted(), noted("PFX-4", message="once")
    old = (kept, twice, noted("DATA-1", message="3 days old"), noted("PFX-3"), noted("PFX-8", "note"))
    new = (
        kept,
        twice,
        noted("PFX-4", message="again"),
        noted("DATA-1", message="4 days old"),
        noted("PFX-3", "note"),
        noted("PFX-1", "blocker"),
    )
    found = Changes(whole(findings=old), whole(findings=new))
    assert [(one.severity, one.rule, one.message) for one in found.new_findings] == [
        ("blocker", "PFX-1", "m"),
        ("warning", "PFX-4", "again"),  # the one that was there is still there
        ("note", "PFX-3", "m"),
    ]
    assert [(one.severity, one.rule) for one in found.resolved] == [("warning", "PFX-3"), ("note", "PFX-8")]
    assert [(one.before.message, one.after.message) for one in found.reworded] == [("3 days old", "4 days old")]


def test_gaps() -> None:
    one, two, three = (
        Silent(source, "missing", deciding, "d") for source, deciding in (("vrps", False), ("irr/RIPE", True), ("irr/RADB", False))
    )
    found = Changes(whole(gaps=(one, three)), whole(gaps=(replace(three, reason="timeout"), two)))
    assert (found.new_gaps, found.filled) == ((two,), (one,))
    assert [str(each) for each in found.other_gaps] == ["irr/RADB: missing → timeout"]


RADB = Silent("irr/RADB", "missing", deciding=False, detail="d")


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ((replace(RADB, reason="stale"),), "missing → stale"),
        ((replace(RADB, deciding=True),), "missing → missing (deciding)"),
        ((RADB, replace(RADB, reason="stale")), "missing → missing, stale"),
        ((replace(RADB, detail="other words"),), None),
        ((RADB, RADB), None),
    ],
)
def test_a_gap_that_is_another(now: tuple[Silent, ...], says: str | None) -> None:
    found = Changes(whole(gaps=(RADB,)), whole(gaps=now))
    assert [str(each) for each in found.other_gaps] == ([f"irr/RADB: {says}"] if says else [])
    assert (found.changed, found.new_gaps, found.filled) == (says is not None, (), ())


@pytest.mark.parametrize(
    ("place", "value", "what"),
    [
        (("gaps", 0, "reason"), "stale", "rdap/ip: missing (deciding) → stale (deciding)"),
        (("gaps", 0, "deciding"), False, "rdap/ip: missing (deciding) → missing"),
        (("prefixes", 0, "possibleVerdicts"), [C, M], "possibleVerdicts: nothing → configured, manual-validation"),
        (("prefixes", 0, "predictedAzureState"), "ValidationNeeded", "predictedAzureState: Configured → ValidationNeeded"),
        (("prefixes", 0, "confidence"), "low", "confidence: high → low"),
        (("prefixes", 3, "remedies", 0, "text"), "x", "remedies: "),
        (("prefixes", 3, "remedies", 0, "kind"), "x", "remedies: "),
        (("prefixes", 3, "remedies", 0, "who"), "x", "remedies: "),
        (("prefixes", 3, "remedies", 0, "registry"), "x", "remedies: "),
        (("predictedAzureState",), "Configured", "predictedAzureState: ValidationNeeded → Configured"),
        (("actualAzureState",), "Configured", "actualAzureState: nothing → Configured"),
        (("reason",), "blocker", "reason: nothing → blocker"),
        (("blocks", 0, "actualAzureState"), "Configured", "ipv4.actualAzureState: nothing → Configured"),
        (("blocks", 0, "predictedAzureState"), "Configured", "ipv4.predictedAzureState: ValidationNeeded → Configured"),
        (("blocks", 0, "verdict"), "configured", "ipv4.verdict: manual-validation → configured"),
    ],
)  # fmt: skip
def test_all_that_is_judged_is_compared(place: tuple[str | int, ...], value: object, what: str) -> None:
    result = json.loads((ROOT / "tests/golden/check-tour.json").read_text())
    found = Changes(earlier.of(result), earlier.of(broken.changed(result, place, value)))
    assert found.changed
    told = [str(one) for one in (*found.states, *found.other_gaps, *(each for one in found.facts for each in one.changed))]
    assert len(told) == 1
    assert told[0].startswith(what)


def test_other_documents_behind_the_same_facts_are_no_change() -> None:
    found = Changes(whole(said("10/8", documents="a")), whole(said("10/8", documents="b")))
    assert not found.changed
    assert found.documents == (0, 1, 1)


CHANGED: list[dict[str, object]] = [
    {"basis": {**BASIS, "tool.version": "2"}},
    {"claim": {"claim.peerAsn": "1"}},
    {"verdict": V},
    {"prefixes": {}},
    {"prefixes": {"10/8": said("10/8", V)}},
    {"prefixes": {"10/8": said("10/8", rpki="x")}},
    {"prefixes": {"10/8": said("10/8"), "11/8": said("11/8")}},
    {"findings": (noted(),)},
    {"gaps": (Silent("vrps", "missing", deciding=False, detail=""),)},
    {"states": {"reason": "blocker"}},
]


@pytest.mark.parametrize("more", CHANGED, ids=[next(iter(one)) for one in CHANGED])
def test_every_change_is_one(more: dict[str, object]) -> None:
    one = whole(said("10/8"))
    assert Changes(one, replace(one, **more)).changed  # type: ignore[arg-type]
    assert Changes(replace(one, **more), one).changed  # type: ignore[arg-type]


# ── whatever the results ────────────────────────────────────────────────────────────────────────────────────────────────────

WORDS = st.sampled_from(["a", "b"])
MAYBE = st.sampled_from(["", "a"])
FACTS = st.fixed_dictionaries(
    {"rpki.state": st.sampled_from(["valid", "unknown"]), "irr.match": WORDS, "reasons[0].code": WORDS}
    | {"actualAzureState": MAYBE, "announced.origin": MAYBE}
)
PREFIXES = st.sampled_from([f"10.{number}.0.0/16" for number in range(6)])
SAIDS = st.builds(Said, PREFIXES, st.sampled_from([C, V, M, U]), FACTS, st.frozensets(WORDS))
RULES = st.builds(
    noted,
    st.sampled_from(["PFX-1", "PFX-5", "ST-11", "LIST-3", "NET-1", "DATA-1", "DATA-8"]),
    st.sampled_from(["blocker", "warning", "note"]),
    WORDS,
    WORDS,
)
GAPS = st.builds(Silent, WORDS, st.sampled_from([str(one) for one in GapReason]), st.booleans(), WORDS)
RESULTS = st.builds(
    lambda saids, findings, gaps, verdict, version: whole(
        *saids, findings=tuple(findings), gaps=tuple(gaps), verdict=verdict, basis={**BASIS, "tool.version": version}
    ),
    st.lists(SAIDS, max_size=6, unique_by=lambda one: one.prefix),
    st.lists(RULES, max_size=5),
    st.lists(GAPS, max_size=3),
    st.sampled_from([C, V, M, U, None]),
    WORDS,
)


@given(RESULTS)
def test_nothing_changed_from_a_result_to_itself(one: Earlier) -> None:
    found = Changes(one, one)
    assert not found.changed
    written = changes_json(found)
    lists = [
        *(written[key] for key in ("basis", "claim", "added", "removed", "verdicts", "facts")),
        *written["findings"].values(),
        *written["gaps"].values(),
    ]
    assert (any(lists), written["verdict"], written["changed"]) == (False, None, False)


@given(RESULTS, RESULTS)
def test_every_prefix_whose_verdict_differs_is_named_and_no_other(before: Earlier, after: Earlier) -> None:
    found = Changes(before, after)
    old, new = ({prefix: one.verdict for prefix, one in each.prefixes.items()} for each in (before, after))
    both = old.keys() & new.keys()
    assert sorted(one.after.prefix for one in found.verdicts) == sorted(prefix for prefix in both if old[prefix] != new[prefix])
    assert {one.after.prefix for one in found.facts} == {
        prefix for prefix in both if old[prefix] == new[prefix] and before.prefixes[prefix].facts != after.prefixes[prefix].facts
    }
    assert {one.prefix for one in found.added} == new.keys() - old.keys()
    assert {one.prefix for one in found.removed} == old.keys() - new.keys()
    order = [DIRECTIONS.index(one.direction) for one in found.verdicts]
    assert order == sorted(order)
    back = Changes(after, before)
    gone = [len(one.resolved) + len(one.unseen) for one in (found, back)]
    assert (len(found.new_findings), gone[0]) == (gone[1], len(back.new_findings))
    assert len(after.findings) - len(before.findings) == len(found.new_findings) - gone[0]
    assert found.changed != _alike(before, after)


def _alike(one: Earlier, other: Earlier) -> bool:
    """Tell whether two results differ only in what is no change: documents, orders, the words of gaps."""
    facts = [{prefix: (said.verdict, said.facts) for prefix, said in each.prefixes.items()} for each in (one, other)]
    sources = [{(gap.source, gap.reason, gap.deciding) for gap in each.gaps} for each in (one, other)]
    findings = [sorted(each.findings) for each in (one, other)]
    return (facts[0], sources[0], findings[0], one.verdict, one.basis) == (facts[1], sources[1], findings[1], other.verdict, other.basis)


def _evidence(one: Earlier, prefix: str) -> set[str]:
    """Name what a result, and what it says of a prefix, rest on, as far as it says so."""
    rules, facts = {each.rule for each in one.findings}, one.prefixes[prefix].facts
    everywhere = {key for said in one.prefixes.values() for key in ("actualAzureState", "announced.origin") if said.facts[key]}
    known = {f"of it: {key}" for key in ("rpki.state", "actualAzureState", "announced.origin") if facts[key] not in ("", "unknown")}
    of_rules = {("actualAzureState", "ST-11"), ("announced.origin", "LIST-3"), ("internet", "NET-1")}
    return everywhere | known | {kind for kind, rule in of_rules if rule in rules}


def _assumed(one: Earlier) -> set[str]:
    """Name the files of planned objects."""
    return {each.subject for each in one.findings if each.rule == "DATA-8"}


@given(RESULTS, RESULTS)
def test_better_has_no_less_evidence_and_no_more_assumptions(before: Earlier, after: Earlier) -> None:
    for one in Changes(before, after).verdicts:
        if one.direction == BETTER:
            assert _evidence(before, one.after.prefix) <= _evidence(after, one.after.prefix)
            assert {gap.source for gap in after.gaps} <= {gap.source for gap in before.gaps}
        if one.direction in (BETTER, SETTLED):
            assert _assumed(after) <= _assumed(before)


@given(RESULTS, RESULTS)
def test_what_is_written_follows_the_schema(before: Earlier, after: Earlier) -> None:
    written = json.loads(json.dumps(changes_json(Changes(before, after))))
    assert [error.message for error in SCHEMA.iter_errors(written)] == []


def test_a_real_result_and_itself() -> None:
    text = run("check", "configs/preflight/tour.yaml", "--now", NOW, "--format", "json").stdout
    one = earlier.of(json.loads(text))
    assert earlier.read(text.encode(), file="x") == (one,)
    assert not Changes(one, one).changed
    old = earlier.read((ROOT / "fixtures/results/tour-earlier.json").read_bytes(), file="x")[0]
    assert {one.direction for one in Changes(old, one).verdicts} == {WORSE, LOST, SETTLED, BETTER}
