"""The picture of a lab, and its sum."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import exabgp_lines as lines
import pytest
from lab_builders import FIRST, LISTED, OUTSIDE, SECOND, hear, judged, lab

if TYPE_CHECKING:
    from bgpcheck.lab.view import View

from bgpcheck.lab import picture, summary
from bgpcheck.model import Prefix
from bgpcheck.peering import Peering
from bgpcheck.rules.base import Finding, Severity

BEGUN, NOW = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 1, tzinfo=UTC)
UP = lines.state("up")
SAYS = "the router says {}, and the peering is planned for AS3333: change the one or the other"
BLOCKER = Finding("PFX-1", Severity.BLOCKER, "x", "m", "r")


def draw(one: object, *findings: Finding) -> View:
    """The picture with these findings."""
    return picture.draw(one, findings, (), {"events": 7}, (BEGUN, NOW))


def test_before_anything_was_heard() -> None:
    view = draw(lab())
    assert (view.title, view.verdict, view.answer) == ("ams", None, "no verdict yet: 2 prefixes wait for the registries' answers")
    assert [(row.prefix, row.standing, row.verdict) for row in view.prefixes] == [(prefix, "missing", None) for prefix in LISTED]
    assert view.sessions[0].explanation.startswith("no connection yet")
    assert (view.counts, view.tally) == ({"events": 7, "prefixes": 2, "pending": 2}, (("pending", "missing", 2),))


def test_without_a_list_and_without_a_word() -> None:
    one = lab()
    one.listed.clear()
    one.peering = Peering(3333, ())
    view = draw(one)
    assert (view.title, view.answer) == ("peering of AS3333", "nothing is listed and nothing was announced yet")


def test_what_is_judged_but_not_announced() -> None:
    one = lab()
    one.judged.update({Prefix.parse(prefix): judged() for prefix in LISTED})
    assert draw(one).answer == "Azure is expected to accept every prefix; not every session came up yet"
    hear(one, UP)
    assert (draw(one).answer, draw(one).next) == ("Azure is expected to accept every prefix", "nothing to do: request the peering")
    assert draw(one, replace(BLOCKER, severity=Severity.WARNING)).next == "read the warnings below, then request the peering"
    assert draw(one, BLOCKER).answer == "Microsoft would refuse or drop this peering, whatever the registries say"


def test_rows() -> None:
    one = lab(roles={FIRST: "primary", SECOND: "secondary", OUTSIDE: "internet"})
    said = [(12076, 5010), (65535, 65281), (64512, 1)]
    hear(one, UP, lines.update([LISTED[0], "10.0.0.0/8"], path=[3333, 64512], communities=said), lines.update([LISTED[0]], peer=OUTSIDE))
    one.judged[Prefix.parse(LISTED[0])] = judged("validation-needed")
    rows = {row.prefix: row for row in draw(one).prefixes}
    first, outside = rows[LISTED[0]].heard
    assert (first.path, first.stripped, first.origin, first.accepted) == ("3333 64512", "3333", 3333, True)
    assert first.communities == ("12076:5010 (Exchange Online)", "65535:65281 (NO_EXPORT)", "64512:1")
    assert (outside.role, outside.accepted, outside.rule) == ("internet", True, "")
    assert [(rows[prefix].standing, rows[prefix].verdict) for prefix in (*LISTED, "10.0.0.0/8")] == [
        ("announced", "validation-needed"),
        ("missing", None),
        ("unlisted", None),
    ]
    assert [(one.accepted, one.rule) for one in rows["10.0.0.0/8"].heard] == [(False, "PFX-1")]
    [told] = picture.heard_json(one, Prefix.parse("10.0.0.0/8"))
    assert (told["strippedPath"], told["accepted"], told["rule"]) == ("3333", False, "PFX-1")
    hear(one, lines.update(["193.0.4.0/24"]))
    assert {row.prefix: row.standing for row in draw(one).prefixes}["193.0.4.0/24"] == "inside"


@pytest.mark.parametrize(
    ("some", "explanation"),
    [
        ((UP,), ""),
        ((lines.state("up", asn=15169),), SAYS.format("AS15169")),
        ((UP, lines.update(LISTED), UP), "2 routes from before are not announced again yet"),
        (
            (UP, lines.notification(6, 1, direction="send"), lines.state("down")),
            "dropped as Microsoft does at route 201 (LIM-1): announce 200 a family at most, and it comes back",
        ),
        ((UP, lines.state("down")), ""),
        ((UP, lines.update(LISTED), lines.state("down")), "its routes are those of the session that ended"),
        ((lines.state("connected"), lines.state("down")), "no connection yet"),
        (
            (lines.opened(asn=65001), lines.state("down")),
            SAYS.format("AS65001"),
        ),
    ],
)
def test_what_a_session_s_state_means(some: tuple[bytes, ...], explanation: str) -> None:
    one = lab()
    hear(one, *some)
    assert draw(one).sessions[0].explanation == explanation


def test_what_a_journal_remembered_is_told_as_such() -> None:
    one, before = lab(), lab()
    hear(before, UP, lines.update(LISTED))
    one.heard.remember([(route, "") for route in before.heard.routes()])
    assert draw(one).sessions[0].explanation.endswith("; 2 routes from before are not announced again yet")


def test_of_very_many_the_most_urgent_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MOST_ROWS", 3)
    one = lab()
    others = [f"193.0.{number}.0/24" for number in range(32, 36)]
    hear(one, UP, lines.update(others))
    one.judged.update({Prefix.parse(prefix): judged() for prefix in (*LISTED, *others[:3])})
    one.judged[Prefix.parse(others[1])] = judged("manual-validation")
    view = draw(one)
    assert [row.prefix for row in view.prefixes] == [others[1], LISTED[0], LISTED[1]]
    assert (view.left_out, view.counts["prefixes"], view.counts["pending"]) == (3, 6, 1)
    assert sum(count for _, _, count in view.tally) == 6


def test_the_sum() -> None:
    one = lab()
    hear(one, UP, lines.update([LISTED[0], "193.0.14.0/23"]))
    one.judged[Prefix.parse(LISTED[0])] = judged()
    told = summary.of(one, (BLOCKER, replace(BLOCKER, severity=Severity.NOTE)), {"events": 3}, NOW)
    assert told["sessions"][0] | {"last": ""} == {
        "peer": FIRST, "role": "primary", "peerAsn": 3333, "state": "up", "flaps": 0, "last": "", "explanation": "",
        "routes": {"ipv4": 2, "ipv6": 0},
    }  # fmt: skip
    assert (told["prefixes"], told["missing"], told["unlisted"]) == ({"configured": 1, "open": 2}, [LISTED[1]], ["193.0.14.0/23"])
    assert (told["findings"], told["counts"], told["at"]) == ({"blocker": 1, "note": 1}, {"events": 3}, "2026-01-01T00:01:00Z")
