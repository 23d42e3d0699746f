"""What changed, as it is drawn: worst first, harmless, and with an end."""

from __future__ import annotations

import json
from dataclasses import replace

import hostile
import pytest
from program import ROOT

from bgpcheck import earlier
from bgpcheck.changes import ASSUMED
from bgpcheck.earlier import Earlier, Noted, Said, Silent
from bgpcheck.matching import Matched, match
from bgpcheck.render import changes as draw

OLD = earlier.read((ROOT / "fixtures" / "results" / "tour-earlier.json").read_bytes(), file="old.json")[0]


def matched(before: Earlier, after: Earlier) -> Matched:
    return match([before], [after], file="old.json")


def moved(one: Earlier, count: int) -> Earlier:
    """A result of many prefixes; half of them with facts of their own."""
    made = [f"10.{number}.0.0/16" for number in range(count)]
    whole = {
        prefix: Said(prefix, "validation-needed", {"irr.match": str(number) if number % 2 else "absent"}, frozenset())
        for number, prefix in enumerate(made)
    }
    return replace(one, prefixes=whole)


def test_nothing() -> None:
    found = matched(OLD, OLD)
    assert draw.as_table(found) == "Nothing changed since 2026-10-01T00:00:00Z\n\n"
    assert draw.as_markdown(found) == "## Nothing changed since 2026-10-01T00:00:00Z\n\n"


def test_nothing_but_the_documents() -> None:
    newer = replace(OLD, prefixes={prefix: replace(one, documents=frozenset({"sha256:x"})) for prefix, one in OLD.prefixes.items()})
    found = matched(OLD, newer)
    head, line, *_ = draw.as_table(found).splitlines()
    assert head == "Nothing changed since 2026-10-01T00:00:00Z"
    assert line.startswith("  Of the registries' data that count, 0 documents are the same, ")


def test_an_earlier_result_that_is_later_is_told() -> None:
    assert "was decided later than this one (2026-09-01T00:00:00Z)" in draw.as_table(
        matched(OLD, replace(OLD, decided_at="2026-09-01T00:00:00Z"))
    )


def test_a_verdict_that_there_is_none_of() -> None:
    assert "The whole: validation-needed → no verdict." in draw.as_markdown(matched(OLD, replace(OLD, verdict=None)))


def test_the_whole_with_the_same_verdict_and_what_is_asked() -> None:
    states, claim = {**OLD.states, "actualAzureState": "Configured"}, {**OLD.claim, "claim.peerAsn": "7"}
    lines = draw.as_markdown(matched(OLD, replace(OLD, states=states, claim=claim))).splitlines()
    assert {"Of the whole: Azure none → Configured.", "Asked otherwise: peer ASN 3333 → 7."} <= set(lines)


def test_several_have_their_names() -> None:
    one, two, three = (replace(OLD, name=name, peer_asn=number) for number, name in enumerate(("one", "two", "thr*ee"), 1))
    found = match([one, three], [replace(one, verdict=None), two], file="x")
    heads = [line for line in draw.as_markdown(found).splitlines() if line.startswith("## ")]
    assert heads == ["## one: what changed since 2026-10-01T00:00:00Z", "## two: was not checked then: all of it is new"]
    assert draw.as_markdown(found).endswith("\nthr\\*ee was checked then, and is not now.\n\n")
    assert "thr*ee was checked then, and is not now.\n\n" in draw.as_table(found)
    written = json.loads(draw.as_json([{"a": 1}, {"a": 2}], found))
    assert [one["a"] for one in written] == [1, 2]
    assert (written[0]["changes"]["verdict"], written[1]["changes"]) == ({"from": "validation-needed", "to": None}, None)


def test_many_alike_stand_in_one_line_and_a_screen_has_an_end() -> None:
    before = replace(OLD, prefixes={prefix: replace(one, verdict="configured") for prefix, one in moved(OLD, 90).prefixes.items()})
    found = matched(before, moved(OLD, 90))
    text = draw.as_table(found, width=120)
    assert "10.0.0.0/16, 10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16 … (90 prefixes): configured → validation-needed\n" in text
    old = replace(OLD, prefixes={prefix: replace(one, facts={"irr.match": "x"}) for prefix, one in moved(OLD, 90).prefixes.items()})
    text = draw.as_table(matched(old, moved(OLD, 90)))
    assert "… and 26 more (--format json has all)" in text  # 45 of their own, and one line for all others
    assert "more (--format json" not in draw.as_markdown(matched(old, moved(OLD, 90)))


def test_what_got_worse_comes_first() -> None:
    order = [heading for way, heading in draw.HEADINGS.items() if way != ASSUMED]
    assert order[0] == "Worse"
    ways = [("manual-validation", "configured"), ("undetermined", "configured"), ("configured", "undetermined")]
    ways.append(("configured", "validation-needed"))
    before, after = (
        replace(OLD, prefixes={str(number): Said(str(number), way[side], {}, frozenset()) for number, way in enumerate(ways)})
        for side in (0, 1)
    )
    found = [line.strip() for line in draw.as_table(matched(before, after)).splitlines()]
    assert [line for line in found if line in order] == order[:4]
    assert found[1] == "Prefixes: 1 worse, 1 lost (no verdict now, or less to go by), 1 with a verdict now, 1 better."


def test_what_keeps_like_from_being_compared_with_like_comes_first() -> None:
    said = Said("193.0.0.0/21", "validation-needed", {"actualAzureState": "ValidationNeeded"}, frozenset())
    azure, plan = (
        Noted(rule, "warning", subject, f"{rule} says", "r", "inferred") for rule, subject in (("ST-11", "l"), ("DATA-8", "plan"))
    )
    before = replace(OLD, prefixes={said.prefix: said}, findings=(azure, replace(azure, rule="DATA-1", subject="vrps")), gaps=())
    now = replace(said, verdict="configured", facts={"actualAzureState": ""})
    gap = Silent("vrps", "stale", deciding=False, detail="")
    lines = draw.as_markdown(matched(before, replace(before, prefixes={said.prefix: now}, findings=(plan,), gaps=(gap,)))).split("\n\n")
    assert lines[1:4] == [
        (
            "Not like with like: Azure's own state told → none, planned objects that are assumed (DATA-8) none → plan, "
            "old or empty data of vrps taken → refused. What follows may come from that alone."
        ),
        "Prefixes: 1 lost (no verdict now, or less to go by).",
        "**Lost: no verdict any more, or not all that the earlier one rested on**",
    ]
    assert "**Findings that are not seen any more: there is less to see them by**" in lines
    assert not [line for line in lines if "etter" in line or "resolved" in line]
    found = draw.as_table(
        matched(
            replace(before, findings=()),
            replace(before, prefixes={said.prefix: replace(said, verdict="configured")}, findings=(azure, plan)),
        )
    )
    assert "  If the planned objects were there\n    193.0.0.0/21: validation-needed → configured\n" in found


def test_colour_is_only_for_those_who_want_it() -> None:
    found = matched(OLD, moved(OLD, 3))
    assert "\x1b[" in draw.as_table(found, color=True)
    assert "\x1b[" not in draw.as_table(found)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_it_fits(width: int) -> None:
    text = draw.as_table(matched(OLD, moved(OLD, 30)), width=width)
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("name", hostile.TEXTS)
def test_nothing_from_a_file_acts(name: str) -> None:
    """Whatever the earlier file says, and wherever."""
    word = json.loads(json.dumps(hostile.TEXTS[name]))
    said = Said("193.0.0.0/21", "configured", {"holder.prefixHolder": word}, frozenset())
    gap, finding = Silent(word, "missing", deciding=True, detail=word), Noted(word, "blocker", word, word, word, word)
    after = replace(OLD, name="x", prefixes={"193.0.0.0/21": replace(said, facts={"holder.prefixHolder": "a"})})
    before = replace(
        after, name=word, prefixes={"193.0.0.0/21": said}, gaps=(gap,), findings=(finding,), basis={**OLD.basis, "policy.name": word}
    )
    idle = replace(before, name=f"{word}2", peer_asn=7)
    found = match([before, idle], [after], file="x")
    for text in (draw.as_table(found), draw.as_markdown(found)):
        assert hostile.acting(text) == []
    assert "<script" not in draw.as_markdown(found).replace("\\<", "")
    assert json.loads(draw.as_json([{}], found))["changes"]["findings"]["lost"][0]["message"] == word
