"""What one ExaBGP announces to another, judged: as recorded in every mode, and live. Needs loopback and Python packages only."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import program
import pytest
from integration.daemons import wait_until
from integration.sessions import CHECK, LOOPBACK, MICROSOFT, MODES, Judged, Neighbor, edge, judge, live, speaker

if TYPE_CHECKING:
    from pathlib import Path

    from integration.sessions import Edge, Speaker

ROUTER, EDGE = Neighbor(LOOPBACK, 3333), Neighbor(LOOPBACK, MICROSOFT)
ROUTES = [
    "193.0.0.0/21 next-hop 127.0.0.1",
    "193.0.10.0/24 next-hop 127.0.0.1 origin incomplete",
    "193.0.12.0/23 next-hop 127.0.0.1 as-path [ 3333 64512 65534 4200000001 ]",
    "193.0.14.0/23 next-hop 127.0.0.1 as-path [ 3333 25152 ]",
    "193.0.16.0/23 next-hop 127.0.0.1",
    "193.0.18.0/23 next-hop 127.0.0.1 as-path [ 3333 3333 3333 ] med 50 community [ 3333:100 12076:5060 ] large-community [ 3333:1:2 ]",
    "193.0.20.0/23 next-hop 127.0.0.1 as-path [ 3333 ] ( 1103 1104 )",
    "193.0.22.0/24 next-hop 127.0.0.1 as-path [ 3333 ] ( 64512 64513 )",
    "193.0.23.0/24 next-hop 127.0.0.1 as-path [ 3333 25152 ]",
    "198.18.0.0/15 next-hop 127.0.0.1",
    "2001:67c:2e8::/48 next-hop ::1",
    "2001:67c:2e8::/56 next-hop ::1",
    "2001:7fd:4::/48 next-hop ::1 as-path [ 3333 25152 ]",
]
CHANGES = [
    "announce route 193.0.23.0/24 next-hop 127.0.0.1 as-path [ 3333 ]",
    "withdraw route 193.0.16.0/23 next-hop 127.0.0.1",
    "withdraw route 2001:67c:2e8::/56 next-hop ::1",
]
BEFORE = {"193.0.23.0/24": [3333, 25152], "193.0.16.0/23": [3333], "2001:67c:2e8::/56": [3333]}
CONFIGURED, NEEDED = "configured", "validation-needed"
EXACT, COVERED, FOREIGN = "route-object-exact", "route-object-covering", "origin-not-authorised"
EXPECTED = {  # prefix: verdict, reason, AS_PATH as received, origin as Microsoft sees it (None is NONE)
    "193.0.0.0/21": (CONFIGURED, EXACT, [3333], 3333),
    "193.0.10.0/24": (CONFIGURED, COVERED, [3333], 3333),
    "193.0.12.0/23": (CONFIGURED, EXACT, [3333, 64512, 65534, 4200000001], 3333),
    "193.0.14.0/23": (NEEDED, FOREIGN, [3333, 25152], 25152),
    "193.0.18.0/23": (CONFIGURED, EXACT, [3333, 3333, 3333], 3333),
    "193.0.20.0/23": (NEEDED, FOREIGN, [3333, 1103, 1104], None),
    "193.0.22.0/24": (NEEDED, FOREIGN, [3333, 64512, 64513], None),
    "193.0.23.0/24": (CONFIGURED, COVERED, [3333], 3333),
    "198.18.0.0/15": (NEEDED, "ineligible-prefix", [3333], 3333),
    "2001:67c:2e8::/48": (CONFIGURED, EXACT, [3333], 3333),
    "2001:7fd:4::/48": (NEEDED, FOREIGN, [3333, 25152], 25152),
}
STANDING = {prefix: path for prefix, (_, _, path, _) in EXPECTED.items()}


def play(one: Edge, router: Speaker) -> None:
    """Announce, change and withdraw, each once what came before has been heard."""
    one.wait_for(STANDING | BEFORE)
    for command in CHANGES:
        router.tell(command)
    one.wait_for(STANDING)


@pytest.fixture(scope="module", params=MODES)
def recording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole recording: session up, routes, changes, session down, ExaBGP's end."""
    folder: Path = tmp_path_factory.mktemp("exabgp")
    with edge(folder, [ROUTER], mode=request.param) as one:
        with speaker(folder, ROUTER, EDGE, ROUTES, connect=one.port) as router:
            play(one, router)
        one.wait_for_text('"state": "down"')
    return one.events


def test_what_stands_announced_is_judged_and_a_lost_session_withdraws_nothing(recording: Path) -> None:
    judged = judge(recording)
    assert judged.table == EXPECTED
    assert (judged.status, judged.result["verdict"], judged.stderr) == (3, NEEDED, "")
    assert recording.read_text(encoding="utf-8").rstrip().endswith('"notification": "shutdown" }')
    assert {one["listed"] for one in judged.prefixes.values()} == {True}
    assert {one["announced"]["peer"] for one in judged.prefixes.values()} == {LOOPBACK}


def test_an_origin_that_is_the_customers_is_authorised(recording: Path) -> None:
    table = judge(recording, "--customer-asn", "25152").table
    changed = {prefix: row for prefix, row in table.items() if row != EXPECTED[prefix]}
    assert changed == {
        "193.0.14.0/23": (CONFIGURED, EXACT, [3333, 25152], 25152),
        "2001:7fd:4::/48": (CONFIGURED, COVERED, [3333, 25152], 25152),
    }


def test_a_list_is_held_against_what_is_announced(recording: Path) -> None:
    judged = judge(recording, "--prefix", "193.0.0.0/21", "--prefix", "193.0.16.0/23")
    assert {prefix for prefix, one in judged.prefixes.items() if one["listed"]} == {"193.0.0.0/21", "193.0.16.0/23"}
    assert set(judged.prefixes) == {*EXPECTED, "193.0.16.0/23"}
    assert judged.prefixes["193.0.16.0/23"]["announced"] is None
    said = {(one["rule"], one["subject"]) for one in judged.result["findings"]}
    assert ("LIST-3", "193.0.16.0/23") in said
    assert {subject for rule, subject in said if rule == "PFX-5"} == set(EXPECTED) - {"193.0.0.0/21", "198.18.0.0/15"}


def test_evidence_of_a_recording_can_be_judged_again(recording: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "evidence.zip"
    judged = judge(recording, "--evidence", str(bundle))
    with zipfile.ZipFile(bundle) as members:
        documents = [members.read(name) for name in members.namelist() if name.startswith("documents/")]
    case = next(found for one in documents if one.startswith(b"{") and (found := as_json(one)).get("schema") == "bgpcheck/case/v1")
    communities = {one["prefix"]["length"]: one["communities"] for one in case["peering"]["routes"] if one["communities"]}
    assert communities == {23: ["3333:100", "12076:5060", "3333:1:2"]}
    for command, status in (("verify", 0), ("replay", judged.status)):
        done = program.run("evidence", command, str(bundle))
        assert done.status == status, (command, done)


def as_json(data: bytes) -> dict[str, object]:
    try:
        return json.loads(data)
    except ValueError:
        return {}


def test_events_are_read_live_until_exabgp_stops(tmp_path: Path) -> None:
    with live(tmp_path, [ROUTER]) as now, speaker(tmp_path, ROUTER, EDGE, ROUTES, connect=now.edge.port) as router:
        play(now.edge, router)
        assert now.waits
        judged = now.stop()  # while the session is up
    assert (judged.table, judged.status, judged.stderr) == (EXPECTED, 3, "")


def test_bgpcheck_as_exabgps_own_process_judges_when_exabgp_crashes(tmp_path: Path) -> None:
    written = tmp_path / "result.json"
    check = program.command(*CHECK, "--events", "-", "--format", "json", "--output", str(written))
    with edge(tmp_path, [ROUTER], also={"check": check}) as one, speaker(tmp_path, ROUTER, EDGE, ROUTES, connect=one.port) as router:
        play(one, router)
        assert not written.exists()
        one.process.kill()
        wait_until(written.exists, what=f"{written}, see {tmp_path}")
    assert Judged(3, json.loads(written.read_text(encoding="utf-8"))).table == EXPECTED
