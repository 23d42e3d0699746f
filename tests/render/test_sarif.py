from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import judged
import pytest
from hostile import TEXTS, acting
from markdown_it import MarkdownIt

from bgpcheck.formats.preflight_places import read
from bgpcheck.model import Prefix
from bgpcheck.render.sarif import LOCAL, as_sarif
from bgpcheck.render.sarif_rules import NOTIFICATIONS, driver, gap_id, quoted, rule
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.rules.catalogue import CATALOGUE, REASONS
from bgpcheck.sources.base import Gap, GapReason

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bgpcheck import api
    from bgpcheck.result import Result


def run_of(text: str) -> dict[str, Any]:
    """The one run of a log."""
    assert text.isascii()
    log = json.loads(text)
    assert [*log] == ["$schema", "version", "runs"]  # SARIF 3.13.2: the version comes early
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return run


def texts(value: object) -> Iterator[str]:
    """Every string of a JSON value, keys too."""
    if isinstance(value, str):
        yield value
    for child in value.items() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ():
        yield from texts(child)


def prints(run: dict[str, Any]) -> list[str]:
    return [one["partialFingerprints"]["bgpcheckSubject/v1"] for one in run["results"]]


def line(result: dict[str, Any]) -> int | None:
    """Where a result stands."""
    return result["locations"][0]["physicalLocation"]["region"]["startLine"] if result["locations"] else None


def test_every_prefix_and_finding_is_a_result(tour: api.Outcomes) -> None:
    run = run_of(as_sarif([tour.result], [judged.of_tour(tour)]))
    assert [(one["ruleId"], one["kind"], one["level"], line(one)) for one in run["results"]] == [
        ("route-object-exact", "pass", "none", 15),
        ("route-object-covering", "pass", "none", 16),
        ("origin-mismatch", "fail", "error", 17),
        ("other-holder", "fail", "error", 18),
        ("source-unavailable", "open", "none", 19),
        ("route-object-exact", "pass", "none", 23),
        ("DATA-6", "fail", "note", 19),
    ]
    mismatch = run["results"][2]
    assert mismatch["message"]["text"].startswith("193.0.14.0/23: validation-needed. A route object for exactly this prefix names another")
    assert "\n3. create-route-object, by the maintainer" in mismatch["message"]["text"]
    assert mismatch["properties"]["facts"] == {"RPKI": "invalid-asn", "IRR": "conflicting", "holder": "same", "registration": "allocated"}
    assert run["properties"]["peerings"][0]["verdict"] == "manual-validation"


def test_a_place_is_named_from_the_checkout(tour: api.Outcomes) -> None:
    run = run_of(as_sarif([tour.result], [judged.of_tour(tour)]))
    place = {"uri": "configs/preflight/tour.yaml", "uriBaseId": "%SRCROOT%"}
    assert [one["location"] for one in run["artifacts"]] == [place]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {**place, "index": 0}
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]


@pytest.mark.parametrize(
    ("name", "uri"), [("a b.yaml", "a%20b.yaml"), ("x:1.yaml", "x%3A1.yaml"), ("é/\udcff.yaml", "%C3%A9/%FF.yaml"), ("#?%", "%23%3F%25")]
)
def test_a_name_is_a_uri(name: str, uri: str, ready: Result) -> None:
    run = run_of(as_sarif([ready], [read(b"peering:\n", file=name)]))
    assert run["artifacts"][0]["location"]["uri"] == uri


def test_without_a_file_there_is_no_place(tour: api.Outcomes) -> None:
    run = run_of(as_sarif([tour.result]))
    assert run["artifacts"] == []
    assert {line(one) for one in run["results"]} == {None}


def test_rules_are_those_that_occur_with_the_catalogues_words(tour: api.Outcomes) -> None:
    run = run_of(as_sarif([tour.result]))
    rules = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules] == sorted({one["ruleId"] for one in run["results"]})
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    levels = {one["id"]: one["defaultConfiguration"]["level"] for one in rules}
    assert levels == {
        "DATA-6": "note",
        "origin-mismatch": "error",
        "other-holder": "error",
        "route-object-covering": "none",
        "route-object-exact": "none",
        "source-unavailable": "none",
    }


@pytest.mark.parametrize("code", [*CATALOGUE, "my-own-reason"])
def test_a_rule_is_described(code: str) -> None:
    entry, made = CATALOGUE.get(code), rule(code, "error")
    assert made["id"] == code
    assert ("name" in made) == (code in REASONS or entry is None)
    assert re.fullmatch(r"([A-Z][a-z0-9]*)+", made.get("name", "X"))
    meaning = made["fullDescription"]["text"]
    assert meaning.startswith(made["shortDescription"]["text"])
    if entry:
        assert meaning == quoted(entry.meaning)
        assert made["properties"] == {"basis": entry.basis, "source": entry.source, "tags": ["bgp", "expressroute"]}
        for form in ("text", "markdown"):
            assert all(word in made["help"][form] for word in map(quoted, (entry.meaning, entry.remedy, entry.basis, entry.source)))


def test_every_gap_has_its_notification() -> None:
    assert {gap_id(reason) for reason in GapReason} < NOTIFICATIONS.keys()
    made = driver({}, NOTIFICATIONS)["notifications"]
    assert [one["id"] for one in made] == [*NOTIFICATIONS]
    assert all(one["help"]["text"] == f"{one['fullDescription']['text']}\nTo do: {NOTIFICATIONS[one['id']][1]}" for one in made)


def test_gaps_are_notifications_each_once(tour: api.Outcomes) -> None:
    run = run_of(as_sarif([tour.result, tour.result]))
    (invocation,) = run["invocations"]
    told = invocation["toolExecutionNotifications"]
    assert invocation["executionSuccessful"] is True
    assert [(one["properties"]["source"], one["level"]) for one in told] == [
        ("rdap/ip", "warning"),
        ("rdap/autnum", "warning"),
        ("irr/ARIN", "warning"),
        ("irr/LEVEL3", "note"),
        ("irr/RIPE-NONAUTH", "note"),
    ]
    described = run["tool"]["driver"]["notifications"]
    assert all(described[one["descriptor"]["index"]]["id"] == one["descriptor"]["id"] == "gap-missing" for one in told)


def test_what_could_not_be_judged_is_no_success(ready: Result) -> None:
    run = run_of(as_sarif([ready], faults=judged.faults()))
    (invocation,) = run["invocations"]
    told = invocation["toolConfigurationNotifications"]
    assert invocation["executionSuccessful"] is False
    assert [one["level"] for one in told] == ["error"] * 3
    places = [[one["physicalLocation"] for one in fault.get("locations", [])] for fault in told]
    assert places[0][0]["region"] == {"startLine": 3}
    assert (places[1][0]["artifactLocation"]["uri"], "region" in places[1][0], places[2]) == ("nowhere.yaml", False, [])
    assert [one["location"]["uri"] for one in run["artifacts"]] == ["a%20b/p%2C1.yaml", "nowhere.yaml"]


def test_a_fingerprint_stays_when_lines_and_reasons_change(tmp_path: Path) -> None:
    before = judged.outcomes(tmp_path / "a.yaml", "peering:\n  peerAsn: 3333\n  ipv4: {prefixes: [193.0.0.0/21, 193.0.14.0/23]}\n")
    after = judged.outcomes(
        tmp_path / "b.yaml",
        "peering:\n  peerAsn: 3333\n  ipv4:\n    customerAsn: 25152\n    prefixes:\n    - 193.0.14.0/23\n    - 193.0.0.0/21\n",
    )
    runs = [run_of(as_sarif([one.result], [judged.of_tour(one)])) for one in (before, after)]
    assert set(prints(runs[0])) == set(prints(runs[1]))
    assert [one["ruleId"] for one in runs[0]["results"]] != [one["ruleId"] for one in runs[1]["results"]]


def test_fingerprints_are_unique(tour: api.Outcomes, tmp_path: Path) -> None:
    result, places = judged.blocked(tmp_path)
    run = run_of(as_sarif([result, tour.result, tour.result], [places, judged.of_tour(tour), judged.of_tour(tour)]))
    assert Counter(prints(run)).most_common(1)[0][1] == 1
    assert [one["level"] for one in run["results"] if one["ruleId"] == "LNK-1"] == ["error", "error", "warning"]


def test_private_peering_is_not_applicable(tmp_path: Path) -> None:
    (one,) = run_of(as_sarif([judged.private(tmp_path)]))["results"]
    assert (one["ruleId"], one["kind"], one["level"]) == ("ST-13", "notApplicable", "none")


def test_no_folder_of_the_machine_is_named(ready: Result, tmp_path: Path) -> None:
    home = tmp_path.as_posix()
    gap = Gap("irr/ARIN", GapReason.MISSING, f"put ARIN.db into {home}/data/registry")
    finding = Finding(
        "DATA-2", Severity.NOTE, f"{home}/x", f"file://{home}/RIPE.db: torn", "fetch it again from https://ftp.ripe.net/a/b/c"
    )
    made = replace(ready, gaps=(gap,), findings=(finding,))
    written = as_sarif([made], faults=[judged.Fault(f"--policy {home}/own/p.yaml: No such file or directory")])
    assert home not in written
    assert tmp_path.name not in written
    said = [*texts(json.loads(written))]
    assert "irr/ARIN gave no answer: missing; put ARIN.db into registry." in said
    assert "RIPE.db: torn; fetch it again from https://ftp.ripe.net/a/b/c." in said
    assert "--policy p.yaml: No such file or directory." in said


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/home/me/x.yaml: no", "x.yaml: no"),
        ("see '/home/me/x'", "see 'x'"),
        (r"C:\Users\me\x.yaml", "x.yaml"),
        ("fixtures/registry/a", "fixtures/registry/a"),
        ("193.0.0.0/21 and ::/0", "193.0.0.0/21 and ::/0"),
        ("https://a/b/c", "https://a/b/c"),
        ("a/b/c /d", "a/b/c /d"),
        ("file:///srv/a", "a"),
        ("../../x/y", "../../x/y"),
    ],
)
def test_folders_from_the_root_are_left_out(text: str, left: str) -> None:
    assert LOCAL.sub("", text) == left


# ── hostile text ────────────────────────────────────────────────────────────────────────────────────────────────────────────

PLACEHOLDER = re.compile(r"(?<!\{)(?:\{\{)*\{(?!\{)[^}]*\}")
LINK = re.compile(r"\[[^\]]*\]\(")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_message_has_neither_placeholders_nor_links(text: str) -> None:
    made = quoted(text)
    assert made.replace("{{", "{").replace("}}", "}").replace("] (", "](") == text.replace("] (", "](")
    assert not LINK.search(made)
    assert not PLACEHOLDER.search(made)


def test_hostile_text_is_text(dangerous: tuple[str, api.Outcomes], calm: api.Outcomes) -> None:
    text, outcomes = dangerous
    places = judged.of_tour(outcomes)
    run = run_of(as_sarif([outcomes.result], [places], [judged.Fault(text, "p.yaml", 1)]))
    assert not [one for one in texts(run) if acting(one)]
    said = [one["message"] for one in (*run["results"], *run["invocations"][0]["toolConfigurationNotifications"])]
    assert not [one for message in said for one in message.values() if PLACEHOLDER.search(one)]
    assert not [message for message in said if LINK.search(message["text"])]
    calm_run = run_of(as_sarif([calm.result], [judged.of_tour(calm)], [judged.Fault("x", "p.yaml", 1)]))
    assert [one["ruleId"] for one in run["results"]] == [one["ruleId"] for one in calm_run["results"]]


def test_hostile_markdown_has_our_marks_only(dangerous: tuple[str, api.Outcomes]) -> None:
    for one in run_of(as_sarif([dangerous[1].result]))["results"]:
        plain = one["message"].get("markdown", "").replace("{{", "{").replace("}}", "}")
        tokens = [inner for token in MarkdownIt("commonmark").parse(plain) for inner in (token, *(token.children or ()))]
        types = {token.type for token in tokens}
        assert types <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special", "strong_open", "strong_close", "fence"}


def test_a_long_text_is_cut(tmp_path: Path) -> None:
    result, _ = judged.blocked(tmp_path)
    long = replace(result, findings=(Finding("PFX-1", Severity.BLOCKER, "x" * 10**5, "y" * 10**5, "z" * 10**5),))
    assert len(as_sarif([long])) < 20_000
    assert Prefix.parse("193.0.0.0/21") in [one.claim.prefix for one in result.assessments]
