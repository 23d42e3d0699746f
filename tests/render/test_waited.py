"""What waiting came to, in lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bundles import checked

from bgpcheck.render import render
from bgpcheck.render.waited import MOST, lines
from bgpcheck.waited import UNASKED, Until, Waited

BEGIN = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
LATER = BEGIN + timedelta(minutes=20)
RESULT = checked(prefixes=["193.0.0.0/21"], peer_asn=3333).result
OPEN = checked(prefixes=["84.205.64.0/19"], peer_asn=3333).result
ROWS = (
    Waited("irr/RADB", "193.0.0.0/21", "no route object", "route object for AS3333", BEGIN, LATER, LATER),
    Waited("irr/RIPE", "193.0.0.0/21", "", "route object for AS3333", None, LATER, LATER),
    Waited("irr/ARIN", "193.0.0.0/21", "no route object", "", BEGIN, LATER, LATER),
    Waited("vrps", "193.0.0.0/21", "not-found", "not-found", None, None, LATER),
    Waited("rdap/ip", "193.0.0.0/21", "", "", None, None, LATER),
)


def test_what_cannot_be_proved_is_said() -> None:
    row = replace(ROWS[0], source="azure", before="ValidationNeeded", after="Configured")
    (line,) = list(lines(replace(RESULT, until=Until(BEGIN, 2, (row,), LATER, ""))))[1:]
    assert line.endswith("; what Azure said before is not kept, and cannot be proved")


def test_nobody_waited() -> None:
    assert list(lines(RESULT)) == []


RADB = (
    "irr/RADB 193.0.0.0/21: no route object → route object for AS3333, first seen at 2026-11-02T13:20:00Z, came after 2026-11-02T13:00:00Z"
)


def test_ready() -> None:
    assert list(lines(replace(RESULT, until=Until(BEGIN, 3, ROWS, LATER, "by answers that were all asked for then")))) == [
        "ready at 2026-11-02T13:20:00Z, by answers that were all asked for then; waited since 2026-11-02T13:00:00Z, 3 looks",
        RADB,
        "irr/RIPE 193.0.0.0/21: no answer → route object for AS3333, first seen at 2026-11-02T13:20:00Z, when it came is not known",
        "irr/ARIN 193.0.0.0/21: no route object → no answer now, first seen at 2026-11-02T13:20:00Z, came after 2026-11-02T13:00:00Z",
        "vrps 193.0.0.0/21: still not-found, last asked at 2026-11-02T13:20:00Z",
        "rdap/ip 193.0.0.0/21: no answer, last asked at 2026-11-02T13:20:00Z",
    ]


def test_configured_by_less_than_all() -> None:
    row = replace(ROWS[4], asked=False)
    assert list(lines(replace(RESULT, until=Until(BEGIN, 2, (row,), None, UNASKED)))) == [
        "configured, not confirmed by 2026-11-02T00:00:00Z: not all were asked again at once; waited since 2026-11-02T13:00:00Z, 2 looks",
        "rdap/ip 193.0.0.0/21: not asked again, last asked at 2026-11-02T13:20:00Z",
    ]


def test_not_ready_and_very_many_sources() -> None:
    found = list(lines(replace(OPEN, until=Until(BEGIN, 1, ROWS * 10, None, ""))))
    assert found[0] == "not ready by 2026-11-02T00:00:00Z; waited since 2026-11-02T13:00:00Z, 1 look"
    assert (len(found), found[-1]) == (MOST + 2, "and 30 more: --format json has all")


def test_what_registries_say_acts_on_nothing() -> None:
    row = replace(ROWS[0], after="\x1b[31m<script>| holder")
    result = replace(RESULT, until=Until(BEGIN, 1, (row,), None, ""))
    assert "\x1b" not in render([result], "table")
    assert "<script>" not in render([result], "markdown")
