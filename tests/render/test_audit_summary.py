"""The summary of an audit: the answer first, every count, what is not exact said so."""

from __future__ import annotations

import json
import pickle

import pytest
from render.test_audit import MISS, OPEN, PASS, ROWS, Row, judged_of, written

from bgpcheck.render import audit_counts, audit_space
from bgpcheck.render.audit_summary import Summary, share
from bgpcheck.rules.catalogue import CATALOGUE

WHOLE = """\
8 routes: 2 (25.0%) would pass as they are
  4 (50.0%) would not, 2 (25.0%) have no verdict
  6 IPv4, 2 IPv6

What to do about the others, by reason (bgpcheck explain REASON says more)
           2  no-registry-match: Make a route object.
           2  source-unavailable: Put the missing sources into the snapshot (bgpcheck registry
              build), then audit again.
           1  other-holder: Get a letter of authorization from the holder, then open a ticket.
           1  roa-only: Make a route object.

  verdict                                     routes   share       IPv4 /24s           IPv6 /48s
                configured                         2   25.0%               8                   1
                validation-needed                  3   37.5%               1      68,719,476,736
                manual-validation                  1   12.5%      16,777,216                   0
                undetermined                       2   25.0%               2                   0
                Space is counted once a verdict, whoever shares it; a longer prefix counts as one /24 or /48.

  confidence    high                               5   62.5%
                low                                1   12.5%
                none                               2   25.0%

  RPKI          not-found                          3   37.5%
                valid                              3   37.5%
                unknown                            2   25.0%
"""
REST = """\
  registry      none                               2   25.0%
                arin                               2   25.0%
                ripencc                            2   25.0%
                apnic                              1   12.5%
                lacnic                             1   12.5%

  reason        no-registry-match                  2   25.0%
                route-object-exact                 2   25.0%
                source-unavailable                 2   25.0%
                other-holder                       1   12.5%
                roa-only                           1   12.5%

Most routes that would not pass, or have no verdict
  origin            routes  most common reason
  AS15169                2  no-registry-match (2)
  no origin              1  source-unavailable (1)
  AS0                    1  other-holder (1)
  AS64500                1  source-unavailable (1)
  AS4294967295           1  roa-only (1)

Would pass as they are: IPv4
  193.0.0.0/21         AS3333

Would pass as they are: IPv6
  2001:67c:2e8::/48    AS3333

Registry data
  vrps: 3 of 2026-01-01
"""


def text(rows: list[Row], *sources: str) -> str:
    return written("summary", [judged_of(rows)], sources=sources).decode()


def test_the_text() -> None:
    found = text(ROWS, "vrps: 3 of 2026-01-01")
    assert found.startswith(WHOLE)
    assert found.endswith(REST)


def test_nothing_judged() -> None:
    assert text([]) == "0 routes: nothing was judged\n"


def test_all_pass() -> None:
    found = text([ROWS[0]])
    assert found.startswith("1 route: 1 (100.0%) would pass as they are\n")
    assert "What to do" not in found
    assert "Most routes" not in found
    assert found.endswith("  193.0.0.0/21         AS3333\n")


def test_many_examples_are_counted() -> None:
    found = text([(f"193.0.{number}.0/24", 3333, PASS) for number in range(25)])
    assert "Would pass as they are: IPv4, the first 10 of 25\n" in found


def test_of_many_reasons_the_most_common() -> None:
    reasons = ("no-registry-match", "roa-only", "origin-mismatch", "other-holder", "private-asn", "weak-source", "own")
    rows: list[Row] = [("193.0.0.0/21", 1, MISS._replace(reason=reason)) for place, reason in enumerate(reasons) for _ in range(9 - place)]
    found = text(rows).split("\n\n")[1]
    assert [line.split()[1] for line in found.splitlines()[1:-1]] == [f"{reason}:" for reason in reasons[:5]]
    assert CATALOGUE["private-asn"].remedy in found
    assert found.splitlines()[-1].split() == ["7", "with", "other", "reasons,", "which", "the", "table", "below", "counts"]


def test_a_reason_of_ones_own() -> None:
    found = text([("193.0.0.0/21", 1, MISS._replace(reason="own\x1b[31m\nreason"))], "a\x1b[2J")
    assert "own\\x1b[31m\\x0areason: See the policy file." in " ".join(found.split())
    assert "\x1b" not in found
    assert found.endswith("  a\\x1b[2J\n")


def test_what_is_not_exact_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_counts, "MOST_ASNS", 2)
    monkeypatch.setattr(audit_space, "MOST", 1)
    rows: list[Row] = [(f"193.0.{2 * number}.0/24", number // 2, OPEN) for number in range(10)]
    found = text(rows)
    assert "More AS numbers than can be counted one by one: each count here may be up to 2 too low." in found
    assert ">=1 " in found
    summary = Summary()
    summary.add(judged_of(rows))
    assert summary.to_json()["offendersMissing"] == 2
    assert summary.to_json()["families"]["ipv4"]["spaceComplete"] is False


def test_merged_after_a_journey() -> None:
    whole, first, rest = Summary(), Summary(), Summary()
    whole.add(judged_of(ROWS))
    first.add(judged_of(ROWS[:3]))
    rest.add(judged_of(ROWS[3:]))
    first.merge(pickle.loads(pickle.dumps(rest)))  # noqa: S301 (our own bytes)
    assert first.end() == whole.end()
    assert first.to_json() == whole.to_json()


def test_json() -> None:
    summary = Summary(("vrps: 3",))
    summary.add(judged_of(ROWS))
    found = json.loads(json.dumps(summary.to_json()))
    assert (found["schema"], found["routes"], found["sources"]) == ("bgpcheck/audit-summary/v1", 8, ["vrps: 3"])
    for field in ("verdict", "confidence", "rpki", "irr", "holder", "registration", "registry", "reason"):
        assert sum(found[field].values()) == 8
    assert (found["confidence"]["none"], found["registry"]["none"]) == (2, 2)
    assert found["offenders"][:2] == [
        {"asn": 15169, "routes": 2, "reason": "no-registry-match", "reasonRoutes": 2},
        {"asn": None, "routes": 1, "reason": "source-unavailable", "reasonRoutes": 1},
    ]
    assert found["families"]["ipv6"] == {
        "routes": 2,
        "wouldPass": 1,
        "examples": [{"prefix": "2001:67c:2e8::/48", "asn": 3333}],
        "space": {"configured": 1, "validation-needed": 1 << 36, "manual-validation": 0, "undetermined": 0},
        "spaceUnit": 48,
        "spaceComplete": True,
    }


SHARES = [(0, 10, "0.0%"), (1, 10, "10.0%"), (10, 10, "100.0%"), (1, 100000, "<0.1%"), (99999, 100000, ">99.9%"), (999, 1000, "99.9%")]


@pytest.mark.parametrize(("count", "total", "written_as"), SHARES)
def test_shares(count: int, total: int, written_as: str) -> None:
    assert share(count, total) == written_as
