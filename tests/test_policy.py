"""Policy files: the shipped ones, what a file may say, and that each mistake is named with its place."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.policy import Confidence, Outcome, Policy, load, unknown_policy
from bgpcheck.situation import DOMAIN, IrrValue, Situation
from bgpcheck.verdict import judge

FOLDER = Path(__file__).parents[1] / "configs" / "policies"
LAST = "- {row: 9, when: {}, verdict: validation-needed, reason: none, confidence: high}"
BASE = f"""name: base
title: The base
required: [RADB]
facts: [irr, rpki]
caps: {{peerOnly: high}}
weakReason: thin
rows:
{LAST}"""
SITUATION = Situation(
    azure="none",
    special=False,
    asn="public",
    registration="allocated",
    announcement="none",
    signature="none",
    irr=IrrValue("exact", weak=True),
    holder="similar",
    rpki="as0",
    named_is_rir=True,
)


def find(name: str) -> tuple[bytes, str]:
    """Find a base policy, as a folder of policies would."""
    files = {
        "base": BASE,
        "chain": f"extends: base\nname: chain\nreplace:\n{LAST}",  # its first line, so that no line break comes before it
        "flow": "{name: flow, extends: base}",
        "broken": "name: broken\nrows: 5",
    }
    if name not in files:
        raise unknown_policy(name, tuple(files))
    return files[name].encode(), f"{name}.yaml"


def compiled(text: str) -> Policy:
    return load(text.encode(), file="mine.yaml", find=find)


def rows(*lines: str) -> str:
    """Make a policy whose rows begin at line 3."""
    return "\n".join(("name: mine", "rows:", *lines, LAST))


def row(
    when: str = "{}", verdict: str = "validation-needed", reason: str = "r", confidence: str = ", confidence: low", more: str = ""
) -> str:
    return rows(f"- {{row: 1, when: {when}, verdict: {verdict}, reason: {reason}{confidence}{more}}}")


ROW = "- {row: 1, when: {}, verdict: configured, reason: a, confidence: high}"
FACTS = ", ".join(sorted(DOMAIN))
KEYS = "name, title, extends, required, facts, caps, weakReason, rows, replace"
ROW_KEYS = "row, when, any, unless, verdict, reason, confidence, lower"
HOLDERS = "same, similar, different, unlisted"
ALWAYS = "the last row must apply always: when: {}"
WRONG: list[tuple[str, str, str]] = [
    # the file
    ("no YAML", "name: [", "mine.yaml:1: not YAML: expected the node content, but found '<stream end>'"),
    ("no mapping", "[]", f"mine.yaml:1: must be a mapping with {KEYS}"),
    ("no name", f"rows:\n{LAST}", "mine.yaml:1: name is missing"),
    (
        "an unknown key",
        f"name: mine\nrow: 1\nrows:\n{LAST}",
        f"mine.yaml:2: row: unknown key 'row': known are {KEYS}; did you mean rows?",
    ),
    ("a key twice", f"name: mine\nname: yours\nrows:\n{LAST}", "mine.yaml:2: key 'name' is there twice"),
    ("a name that is none", f"name: true\nrows:\n{LAST}", "mine.yaml:1: name: must be text"),
    ("no rows", "name: mine", "mine.yaml:1: rows is missing"),
    ("rows that are none", "name: mine\nrows: 5", "mine.yaml:2: rows: must be a list, such as [a, b]"),
    ("an empty table", "name: mine\nrows: []", f"mine.yaml:2: rows: {ALWAYS}"),
    ("required that is none", f"name: mine\nrequired: RADB\nrows:\n{LAST}", "mine.yaml:2: required: must be a list, such as [a, b]"),
    (
        "an unknown cap",
        f"name: mine\ncaps: {{peer: low}}\nrows:\n{LAST}",
        "mine.yaml:2: caps.peer: unknown key 'peer': known are peerOnly, weakSource",
    ),
    (
        "a bad cap",
        f"name: mine\ncaps:\n  peerOnly: none\nrows:\n{LAST}",
        "mine.yaml:3: caps.peerOnly: 'none' is not one of low, medium, high",
    ),
    (
        "a bad weak cap",
        f"name: mine\ncaps: {{weakSource: low}}\nrows:\n{LAST}",
        "mine.yaml:2: caps.weakSource: 'low' is not one of one-lower",
    ),
    ("an unknown fact", f"name: mine\nfacts: [irr, age]\nrows:\n{LAST}", f"mine.yaml:2: facts[1]: 'age' is not one of {', '.join(DOMAIN)}"),
    (
        "replacing nothing",
        f"name: mine\nreplace:\n{LAST}",
        "mine.yaml:2: replace: unknown key 'replace': known are name, title, extends, required, facts, caps, weakReason, rows",
    ),
    # extending
    ("itself", "name: mine\nextends: mine", "mine.yaml:2: extends: a policy can't extend itself"),
    (
        "nothing",
        "name: mine\nextends: ''",
        "mine.yaml:2: extends: there is no policy '': known are base, chain, flow, broken, or give a file",
    ),
    (
        "an unknown one",
        "name: mine\nextends: yours",
        "mine.yaml:2: extends: there is no policy 'yours': known are base, chain, flow, broken, or give a file",
    ),
    ("a chain", "name: mine\nextends: chain", "mine.yaml:2: extends: chain extends another policy itself: name that one"),
    ("a chain on one line", "name: mine\nextends: flow", "mine.yaml:2: extends: flow extends another policy itself: name that one"),
    ("a broken one", "name: mine\nextends: broken", "broken.yaml:2: rows: must be a list, such as [a, b]"),
    (
        "its rows beside one's own",
        f"name: mine\nextends: base\nrows:\n{LAST}",
        "mine.yaml:3: rows: unknown key 'rows': known are name, title, extends, required, facts, caps, weakReason, replace",
    ),
    (
        "its last row by less",
        f"name: mine\nextends: base\nreplace:\n{ROW.replace('1', '9').replace('{}', '{irr: exact}')}",
        f"mine.yaml:3: replace: {ALWAYS}",
    ),
    (
        "it by a row below the last",
        f"name: mine\nextends: base\nreplace:\n{ROW.replace('1', '10').replace('{}', '{irr: exact}')}",
        f"mine.yaml:3: replace: {ALWAYS}",
    ),
    (
        "a fact that it leaves out",
        f"name: mine\nextends: base\nreplace:\n{row(when='{holder: same}').splitlines()[2]}",
        "mine.yaml:4: replace[0].when.holder: unknown key 'holder': known are irr, rpki",
    ),
    # rows
    ("a row that is none", rows("- 5"), f"mine.yaml:3: rows[0]: must be a mapping with {ROW_KEYS}"),
    ("an unknown key in a row", row(more=", note: n"), f"mine.yaml:3: rows[0].note: unknown key 'note': known are {ROW_KEYS}"),
    (
        "a row without number",
        rows("- {when: {}, verdict: configured, reason: a, confidence: high}"),
        "mine.yaml:3: rows[0]: row is missing",
    ),
    (
        "a row without condition",
        rows("- {row: 1, verdict: configured, reason: a, confidence: high}"),
        "mine.yaml:3: rows[0]: when is missing",
    ),
    ("a row without verdict", rows("- {row: 1, when: {}, reason: a, confidence: high}"), "mine.yaml:3: rows[0]: verdict is missing"),
    (
        "a row without reason",
        rows("- {row: 1, when: {}, verdict: configured, confidence: high}"),
        "mine.yaml:3: rows[0]: reason is missing",
    ),
    ("a row without confidence", row(confidence=""), "mine.yaml:3: rows[0]: confidence is missing"),
    ("a number that is none", rows(ROW.replace("1", "one")), "mine.yaml:3: rows[0].row: 'one' is not a number from 0 to 999"),
    ("an endless number", rows(ROW.replace("1", "1" * 5000)), f"mine.yaml:3: rows[0].row: '{'1' * 60}' is not a number from 0 to 999"),
    (
        "rows out of order",
        rows(ROW.replace("1", "3"), ROW.replace("1", "2")),
        "mine.yaml:4: rows[1]: row 2 stands after row 3: rows stand in the order of their numbers",
    ),
    (
        "an unknown verdict",
        row(verdict="refused"),
        "mine.yaml:3: rows[0].verdict: 'refused' is not one of configured, validation-needed, manual-validation, undetermined",
    ),
    ("a bad confidence", row(confidence=", confidence: 90%"), "mine.yaml:3: rows[0].confidence: '90%' is not one of low, medium, high"),
    (
        "configured at low",
        row(verdict="configured"),
        "mine.yaml:3: rows[0].confidence: configured never has low confidence: say validation-needed",
    ),
    ("undetermined with confidence", row(verdict="undetermined"), "mine.yaml:3: rows[0].confidence: undetermined has no confidence"),
    ("a reason with an unknown field", row(reason="'rpki-{roa}'"), f"mine.yaml:3: rows[0].reason: 'roa' is not one of {FACTS}"),
    (
        "a last row with a condition",
        rows()[: -len(LAST)] + LAST.replace("when: {}", "when: {special: true}"),
        f"mine.yaml:2: rows: {ALWAYS}",
    ),
    (
        "a last row with a choice",
        rows()[: -len(LAST)] + LAST.replace("when: {}", "when: {}, any: [{special: true}]"),
        f"mine.yaml:2: rows: {ALWAYS}",
    ),
    (
        "a last row with an exception",
        rows()[: -len(LAST)] + LAST.replace("when: {}", "when: {}, unless: {special: true}"),
        f"mine.yaml:2: rows: {ALWAYS}",
    ),
    # conditions
    ("a condition that is none", row(when="exact"), f"mine.yaml:3: rows[0].when: must be a mapping with {FACTS}"),
    ("an unknown field", row(when="{roa: valid}"), f"mine.yaml:3: rows[0].when.roa: unknown key 'roa': known are {FACTS}"),
    ("an unknown value", row(when="{holder: me}"), f"mine.yaml:3: rows[0].when.holder: 'me' is not a value of holder: {HOLDERS}"),
    (
        "an unknown value in a list",
        row(when="{holder: [same, me]}"),
        f"mine.yaml:3: rows[0].when.holder[1]: 'me' is not a value of holder: {HOLDERS}",
    ),
    (
        "a long value",
        row(when=f"{{holder: {'x' * 99}}}"),
        f"mine.yaml:3: rows[0].when.holder: '{'x' * 60}' is not a value of holder: {HOLDERS}",
    ),
    (
        "a word for a flag",
        row(when="{special: 'true'}"),
        "mine.yaml:3: rows[0].when.special: 'true' is not a value of special: false, true",
    ),
    ("a flag for a word", row(when="{holder: true}"), f"mine.yaml:3: rows[0].when.holder: 'True' is not a value of holder: {HOLDERS}"),
    ("null", row(when="{holder: ~}"), "mine.yaml:3: rows[0].when.holder: must be text"),
    ("a list in a list", row(when="{holder: [[same]]}"), "mine.yaml:3: rows[0].when.holder[0]: must be text"),
    ("no value", row(when="{holder: []}"), "mine.yaml:3: rows[0].when.holder: must name at least one value"),
    (
        "not, misspelled",
        row(when="{holder: {no: same}}"),
        "mine.yaml:3: rows[0].when.holder.no: unknown key 'no': known are not; did you mean not?",
    ),
    ("not nothing", row(when="{holder: {}}"), "mine.yaml:3: rows[0].when.holder: not is missing"),
    (
        "not an unknown value",
        row(when="{holder: {not: me}}"),
        f"mine.yaml:3: rows[0].when.holder.not: 'me' is not a value of holder: {HOLDERS}",
    ),
    ("any that is no list", row(more=", any: {holder: same}"), "mine.yaml:3: rows[0].any: must be a list, such as [a, b]"),
    ("a wrong choice", row(more=", any: [{holder: me}]"), f"mine.yaml:3: rows[0].any[0].holder: 'me' is not a value of holder: {HOLDERS}"),
    ("a wrong exception", row(more=", unless: [holder]"), f"mine.yaml:3: rows[0].unless: must be a mapping with {FACTS}"),
    ("lower without to", row(more=", lower: [{when: {}}]"), "mine.yaml:3: rows[0].lower[0]: to is missing"),
    (
        "lower to nothing known",
        row(more=", lower: [{when: {}, to: least}]"),
        "mine.yaml:3: rows[0].lower[0].to: 'least' is not one of low, medium, high",
    ),
    (
        "a field beyond the facts",
        rows(ROW.replace("{}", "{irr: exact}")).replace("rows:", "facts: [rpki]\nrows:"),
        "mine.yaml:4: rows[0].when.irr: unknown key 'irr': known are rpki",
    ),
]


@pytest.mark.parametrize(("text", "message"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG])
def test_a_mistake_is_named_with_file_line_and_field(text: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        compiled(text)
    assert str(caught.value) == message


def test_inherited_rows_read_no_fact_that_a_policy_leaves_out() -> None:
    base = rows(
        ROW.replace("{}", "{irr: exact}"), ROW.replace("{}", "{}, unless: {special: true}, lower: [{when: {rpki: valid}, to: low}]")
    )
    with pytest.raises(FormatError) as caught:
        load(b"name: mine\nextends: mine2\nfacts: [holder]", file="mine.yaml", find=lambda _: (base.encode(), "mine2.yaml"))
    assert str(caught.value) == "mine.yaml:3: facts: rows read more than these facts: irr, rpki, special"


CONDITIONS = [
    ("{irr: exact}", True),
    ("{irr: absent}", False),
    ("{irr: [absent, exact], holder: similar}", True),
    ("{irr: exact, holder: same}", False),
    ("{irr: {not: absent}}", True),
    ("{irr: {not: [absent, exact]}}", False),
    ("{irr: {not: {not: exact}}}", True),
    ("{authoritative: false, namedIsRir: true}", True),
    ("{special: [true, false]}", True),
    ("{}, any: [{holder: same}, {rpki: as0}]", True),
    ("{}, any: [{holder: same}, {rpki: valid}]", False),
    ("{}, unless: {holder: similar, rpki: as0}", False),
    ("{}, unless: {holder: similar, rpki: valid}", True),
]


@pytest.mark.parametrize(("when", "applies"), CONDITIONS)
def test_a_row_applies_where_its_condition_holds(when: str, applies: bool) -> None:  # noqa: FBT001 (a row of the table)
    policy = compiled(row(when=when))
    assert policy.rows[0].applies(SITUATION) is applies
    assert policy.row_for(SITUATION) is policy.rows[0 if applies else 1]


JUDGED = [
    # what a row says of SITUATION, whose only object stands in a weak source
    (row(verdict="configured", confidence=", confidence: high"), ("configured", "r", "high")),
    (row("{irr: exact}", "configured", confidence=", confidence: high"), ("configured", "r", "medium")),
    (row("{irr: exact}", "configured", confidence=", confidence: medium"), ("validation-needed", "weak-source", "low")),
    (row("{authoritative: false}", "configured", confidence=", confidence: high"), ("configured", "r", "medium")),
    (
        row("{irr: exact}", "configured", confidence=", confidence: medium").replace("rows:", "weakReason: thin\nrows:"),
        ("validation-needed", "thin", "low"),
    ),
    (row("{irr: exact}", confidence=", confidence: low"), ("validation-needed", "r", "low")),
    (row(verdict="undetermined", confidence=""), ("undetermined", "r", None)),
    (row(confidence=", confidence: high, lower: [{when: {rpki: as0}, to: medium}]"), ("validation-needed", "r", "medium")),
    (row(confidence=", confidence: high, lower: [{when: {rpki: valid}, to: medium}]"), ("validation-needed", "r", "high")),
    (row(confidence=", confidence: low, lower: [{when: {rpki: as0}, to: high}]"), ("validation-needed", "r", "low")),
    (row(reason="'{rpki}-{holder}-{special}-{irr}'"), ("validation-needed", "as0-similar-false-exact", "low")),
]


@pytest.mark.parametrize(("text", "said"), JUDGED)
def test_a_row_says_its_verdict_with_caps_and_exceptions(text: str, said: tuple[str, str, str | None]) -> None:
    assert judge(SITUATION, compiled(text)) == (*said, 1)


@pytest.mark.parametrize(("cap", "confidence"), [("high", "high"), ("medium", "medium"), ("low", "low")])
def test_the_peer_s_asn_alone_caps_the_confidence(cap: str, confidence: str) -> None:
    text = row("{irr: exact}", confidence=", confidence: high").replace("rows:", f"caps: {{peerOnly: {cap}, weakSource: one-lower}}\nrows:")
    assert judge(SITUATION._replace(irr=IrrValue("exact", peer_only=True)), compiled(text)).confidence == confidence


def test_a_policy_that_extends_another_has_all_that_it_does_not_say() -> None:
    base = load(BASE.encode(), file="base.yaml", find=find)
    mine = compiled("name: mine\nextends: base")
    assert (mine.name, mine.title, mine.required, mine.facts) == ("mine", "", ("RADB",), {"irr", "rpki"})
    assert (mine.peer_only_cap, mine.weak_reason, mine.rows) == (Confidence.HIGH, "thin", base.rows)


def test_a_policy_that_extends_another_keeps_what_it_says() -> None:
    text = "name: mine\nextends: base\ntitle: Mine\nrequired: [named]\nfacts: [irr]\ncaps: {peerOnly: low}\nweakReason: mine\nreplace:\n"
    mine = compiled(text + ROW + "\n" + ROW)
    assert (mine.title, mine.required, mine.facts) == ("Mine", ("named",), {"irr"})
    assert (mine.peer_only_cap, mine.weak_reason, [one.number for one in mine.rows]) == (Confidence.LOW, "mine", [1, 1, 9])


def test_a_policy_alone_starts_from_nothing() -> None:
    mine = compiled(rows())
    assert (mine.required, mine.facts, mine.peer_only_cap, mine.weak_reason) == ((), set(DOMAIN), Confidence.MEDIUM, "weak-source")


def test_the_digest_covers_what_is_extended() -> None:
    alone, extending = rows().encode(), b"name: mine\nextends: base"
    base = hashlib.sha256(find("base")[0])
    assert load(alone, file="", find=find).sha256 == hashlib.sha256(alone).hexdigest()
    assert load(extending, file="", find=find).sha256 == hashlib.sha256(extending + base.digest()).hexdigest()


@pytest.mark.parametrize("name", ["microsoft-peering", "strict", "published-criterion"])
def test_shipped_policies_have_their_rows(name: str) -> None:
    policy = load((FOLDER / f"{name}.yaml").read_bytes(), file=name, find=lambda base: ((FOLDER / f"{base}.yaml").read_bytes(), base))
    assert (policy.name, policy.required) == (name, ("named", "rir", "RADB"))
    assert {row.number for row in policy.rows} == set(range(1, 28))
    assert all(row.verdict is not Outcome.CONFIGURED or row.confidence is not Confidence.LOW for row in policy.rows)


def test_an_unknown_policy_is_the_caller_s_mistake() -> None:
    with pytest.raises(UsageError, match=r"^there is no policy 'x': known are a, b, or give a file$"):
        raise unknown_policy("x", ("a", "b"))
