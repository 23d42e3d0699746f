"""What is told, in the contract's words."""

from __future__ import annotations

from datetime import UTC, datetime

import exabgp_lines as lines
import pytest

from bgpcheck.formats.exabgp import event
from bgpcheck.lab import happenings
from bgpcheck.lab.sessions import SessionFacts, hear
from bgpcheck.model import Prefix
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.sources.base import Gap, GapReason

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVERY = {"type", "at", "peer"}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (lines.state("up"), {"event": "up", "reason": "", "state": "up", "role": "primary", "peerAsn": 3333, "flaps": 0}),
        (lines.opened(hold_time=9), {"event": "open", "asn": 3333, "holdTime": 9, "families": ["ipv4 unicast", "ipv6 unicast"]}),
        (lines.notification(4, 0), {"event": "notification", "code": 4, "subcode": 0, "words": "received: hold timer expired (4/0)"}),
        (lines.end_of_rib("ipv6"), {"event": "end-of-rib", "family": "ipv6 unicast"}),
        (lines.refresh("begin"), {"event": "refresh", "direction": "receive", "family": "ipv4 unicast", "subtype": "begin"}),
    ],
)
def test_sessions(line: bytes, told: dict[str, object]) -> None:
    one = event(line)
    found = happenings.session(hear(SessionFacts(lines.PEER), one), "primary", one)
    assert found["type"] == "session"
    assert found.keys() > EVERY
    assert {key: found[key] for key in told} == told


def test_what_is_no_session_s() -> None:
    assert happenings.session(SessionFacts(lines.PEER), "", event(lines.update(["193.0.0.0/21"]))) is None


def test_the_others() -> None:
    finding = Finding("PFX-5", Severity.WARNING, "10.0.0.0/8", "m", "r")
    gap = Gap("exabgp", GapReason.MALFORMED, "d")
    made = [
        happenings.dropped("a", "primary", ("ipv4", 201), 200, NOW),
        happenings.verdict({"prefix": "193.0.0.0/21"}, "a", NOW),
        happenings.withdrawn(Prefix.parse("193.0.0.0/21"), "a", "withdrawn", NOW, listed=True),
        happenings.finding(finding, NOW, resolved=True),
        happenings.gap(gap, NOW, peer="a"),
    ]
    assert [one["type"] for one in made] == ["session", "verdict", "withdrawn", "finding", "gap"]
    assert all(one.keys() > EVERY and one["at"] == "2026-01-01T00:00:00Z" for one in made)
    assert made[0]["words"] == "201 ipv4 routes: Microsoft drops the session at 201; announce 200 at most, then it comes back"
    assert (made[3]["rule"], made[3]["resolved"], made[4]["reason"], made[4]["peer"]) == ("PFX-5", True, "malformed", "a")
