"""The schedule of whoever waits: tables over what was asked when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from bundles import checked
from cloud.arm_server import circuit, peering

from bgpcheck.recheck import LEAST, Group, Pace, Visit, missing, pending, stuck, wanted
from bgpcheck.says import Place, answered
from bgpcheck.store import configs

if TYPE_CHECKING:
    from pathlib import Path

BEGIN = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
SETTINGS = configs.settings()
PACE = Pace(SETTINGS)
RIPE, RADB, VRPS, RDAP = (PACE.group(one) for one in ("irr/RIPE", "irr/RADB", "vrps", "rdap/ip"))


def at(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def test_databases_of_one_server_are_visited_together() -> None:
    assert PACE.group("irr/RIPE-NONAUTH") == RIPE == Group("irr", "whois.ripe.net")
    assert PACE.group("rdap/autnum") == RDAP == Group("rdap")
    assert PACE.group("irr/NOBODYS") == Group("irr")


DUE = [
    (Visit(BEGIN), 10),
    (Visit(BEGIN, 1), 10),
    (Visit(BEGIN, 2), 20),
    (Visit(BEGIN, 3), 40),
    (Visit(BEGIN, 4), 80),
    (Visit(BEGIN, 40), 80),
    (Visit(BEGIN, 0, at(300)), 300),
    (Visit(BEGIN, 0, at(3)), 10),
]


@pytest.mark.parametrize(("visit", "minutes"), DUE)
def test_when_a_server_may_be_visited_again(visit: Visit, minutes: int) -> None:
    assert PACE.due(RADB, visit) == at(minutes)


def test_an_interval_is_never_nothing() -> None:
    pace = Pace(replace(SETTINGS, recheck_minutes={"irr": 0}, cache_hours={}))
    assert (pace.interval(RADB), pace.interval(Group("other")), pace.good("irr/RADB")) == (LEAST, LEAST, LEAST)
    assert (PACE.good("irr/RADB"), PACE.good("rdap/ip"), PACE.good("nir/jpnic")) == (
        timedelta(hours=1),
        timedelta(hours=24),
        timedelta(hours=24),
    )


OPEN = [
    (5, 600, set()),
    (10, 600, {RADB, RIPE}),
    (20, 600, {RADB, RIPE, VRPS}),
    (30, 600, {RADB, RIPE, VRPS, RDAP}),
    (30, 45, {RADB, RIPE}),  # the others could not be asked again before the end
    (45, 45, {RADB, RIPE, VRPS, RDAP}),
    (15, 15, {RADB, RIPE}),
]


@pytest.mark.parametrize(("now", "end", "groups"), OPEN)
def test_who_may_be_visited_now(now: int, end: int, groups: set[Group]) -> None:
    visits = {group: Visit(BEGIN) for group in (RADB, RIPE, VRPS, RDAP)}
    assert PACE.open_now(visits, at(now), at(end)) == groups


NEXT = [
    ([(RADB, 0)], 600, 10),
    ([(RADB, 0), (VRPS, 0)], 600, 10),
    ([(VRPS, 0), (RDAP, 0)], 600, 20),
    ([(RADB, 60)], 600, 60),
    ([(RADB, 0)], 15, 15),
    ([(RADB, 0)], 20, 10),
    ([(RADB, 0)], 9, None),
    ([], 600, None),
]


@pytest.mark.parametrize(("times", "end", "minutes"), NEXT)
def test_when_to_look_next(times: list[tuple[Group, int]], end: int, minutes: int | None) -> None:
    visits = {group: Visit(BEGIN) for group in (RADB, RIPE, VRPS, RDAP)}
    found = PACE.next_look(visits, ((group, at(one)) for group, one in times), at(end))
    assert found == (None if minutes is None else at(minutes))


WHOLE = [
    ({RADB: Visit(BEGIN), RDAP: Visit(BEGIN)}, 600, 30),
    ({RADB: Visit(at(25)), RDAP: Visit(BEGIN)}, 600, 35),
    ({RADB: Visit(BEGIN), VRPS: Visit(BEGIN, 3)}, 600, 10),  # who is silent is not waited for
    ({RADB: Visit(BEGIN), RDAP: Visit(BEGIN, 3)}, 600, 120),  # who is silent about some questions alone is
    ({RADB: Visit(BEGIN), RDAP: Visit(BEGIN)}, 50, 50),
    ({RADB: Visit(BEGIN), RDAP: Visit(BEGIN)}, 20, None),
    ({}, 600, None),
]


@pytest.mark.parametrize(("visits", "end", "minutes"), WHOLE)
def test_when_all_may_be_asked_at_once(visits: dict[Group, Visit], end: int, minutes: int | None) -> None:
    assert PACE.whole_at(visits, {RADB, RDAP}, at(end)) == (None if minutes is None else at(minutes))


# ── what is waited for ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_configured_prefix_waits_for_nothing() -> None:
    result = checked(prefixes=["193.0.0.0/21"], peer_asn=3333).result
    assert (pending(result), wanted(result, {})) == ((), frozenset())


def test_an_open_prefix_waits_for_what_could_mend_it() -> None:
    outcomes = checked(prefixes=["193.0.0.0/21", "84.205.64.0/19"], peer_asn=3333, registry="RIPENCC")
    result = outcomes.result
    words = answered([one.claim for one in result.assessments], outcomes.checked.replies)
    places = wanted(result, words)
    assert {place.subject for place in places} <= {"84.205.64.0/19", "AS3333"}
    assert Place("irr/RIPE", "84.205.64.0/19") in places
    assert Place("irr/ARIN", "84.205.64.0/19") not in places
    assert missing(result, words, outcomes.checked.replies).startswith("1 of 2 prefixes not yet: 84.205.64.0/19 validation-needed")


def test_the_first_of_many_are_named() -> None:
    result = checked(prefixes=[f"193.0.{number}.0/24" for number in range(32, 40)], peer_asn=3333).result
    assert missing(result, {}, {}).endswith(f"; and {len(pending(result)) - 3} more")


def test_silence_that_decides_is_waited_for() -> None:
    result = checked(prefixes=["193.0.0.0/21"], peer_asn=3333, registry_data="").result
    assert {"irr/RADB", "vrps", "rdap/ip"} <= {place.source for place in wanted(result, {})}


def test_only_azure_is_waited_for_where_the_registries_agree(tmp_path: Path) -> None:
    one = peering("ValidationNeeded")
    one["properties"]["peerASN"] = 3333
    one["properties"]["microsoftPeeringConfig"] |= {"customerASN": 0, "routingRegistryName": "RIPENCC"}
    (tmp_path / "c.json").write_text(json.dumps(circuit(one)))
    result = checked(circuit=str(tmp_path / "c.json")).result
    assert wanted(result, {}) == {Place("azure", "193.0.0.0/21")}


STUCK = [
    ({"prefixes": ["10.0.0.0/8"], "peer_asn": 3333}, "PFX-1 10.0.0.0/8"),
    ({"prefixes": ["193.0.0.0/21"], "peer_asn": 64512}, "193.0.0.0/21: private-asn: no registry changes that"),
    ({"prefixes": ["84.205.64.0/19"], "peer_asn": 3333}, ""),
    ({"prefixes": ["193.0.0.0/21"], "peer_asn": 3333}, ""),
    ({"circuit": "fixtures/circuits/er-ams.json"}, "Azure's state decides"),
]


@pytest.mark.parametrize(("options", "words"), STUCK)
def test_what_no_registry_can_mend(options: dict[str, object], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(configs.folder().parent)
    result = checked(**options).result
    said = stuck(result, circuit_moves=False)
    assert words in said
    assert bool(words) == bool(said)
    assert stuck(result, circuit_moves=True) == ""


def test_what_is_missing_where_nothing_is_and_where_nobody_is_to_blame() -> None:
    good = checked(prefixes=["193.0.0.0/21"], peer_asn=3333).result
    assert missing(good, {}, {}) == "nothing is missing"
    open_ = checked(prefixes=["192.149.252.0/24"], peer_asn=3333)
    words = answered([one.claim for one in open_.result.assessments], open_.checked.replies)
    assert "irr/ARIN" in missing(open_.result, words, open_.checked.replies)
    assert "irr/ARIN" not in missing(open_.result, words, {})
