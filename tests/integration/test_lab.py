"""``bgpcheck lab`` with real routers: BIRD, Gobgp and FRR each get the same verdicts, whatever happens to their sessions."""

from __future__ import annotations

import os
import signal
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import program
import pytest
from integration.playing import EDGE, LISTED, PREFLIGHT, playing
from integration.routers import Bird, Frr, Gobgp, Session

if TYPE_CHECKING:
    from integration.playing import Playing
    from integration.routers import Router

pytestmark = pytest.mark.daemon
ROUTER = "127.0.2.2"
ANNOUNCED = {
    "193.0.0.0/21": [],  # listed, and registered to AS3333
    "193.0.18.0/23": [64512],  # the same, from a private AS number that the edge strips
    "2001:67c:2e8::/48": [],
    "193.0.14.0/23": [],  # not listed
    "10.0.0.0/8": [],  # not public
    "193.0.24.0/29": [],  # the link subnets
    "193.0.4.0/24": [15169],  # more specific than a listed one, of another origin
}
VERDICTS = {
    "193.0.0.0/21": ("configured", "route-object-exact", (3333,)),
    "193.0.18.0/23": ("configured", "route-object-exact", (3333, 64512)),
    "2001:67c:2e8::/48": ("configured", "route-object-exact", (3333,)),
    "193.0.14.0/23": ("validation-needed", "origin-mismatch", (3333,)),
    "10.0.0.0/8": ("validation-needed", "ineligible-prefix", (3333,)),
    "193.0.24.0/29": ("undetermined", "source-unavailable", (3333,)),
    "193.0.4.0/24": ("validation-needed", "origin-not-authorised", (3333, 15169)),
}
FINDINGS = {
    "PFX-1": {"10.0.0.0/8"},
    "PFX-5": {"193.0.14.0/23"},
    "PFX-7": {"193.0.24.0/29"},
    "ASN-6": {"193.0.18.0/23"},
    "LIST-5": {"193.0.0.0/21"},
}
OWN = dict.fromkeys(LISTED, ())  # what the list has, announced as it should be
FLAPS = 10


@pytest.fixture(params=[Bird, Gobgp, Frr], ids=lambda one: one.name)
def kind(request: pytest.FixtureRequest) -> type[Router]:
    """Each router."""
    return request.param


def at(lab: Playing, *, local: str = ROUTER, **more: str) -> Session:
    """Both ends of a session with the lab."""
    return Session(local, 3333, EDGE, lab.port, **more)


def test_every_router_gets_the_same_verdicts(tmp_path: Path, kind: type[Router]) -> None:
    with playing(tmp_path / "lab", [ROUTER], "--both-families") as lab, kind(tmp_path / "router", at(lab), ANNOUNCED) as router:
        lab.wait_for(set(ANNOUNCED))
        lab.wait(lambda: lab.findings() == FINDINGS, f"{FINDINGS}, not {lab.findings()}")
        assert lab.verdicts() == VERDICTS
        assert router.imported() == set()  # RF-1: without a route filter, and unasked, nothing is announced
        router.announce("193.0.18.0/23", [])
        router.announce("193.0.0.0/21", [64512, 15169])
        wanted = {"193.0.18.0/23": (3333,), "193.0.0.0/21": (3333, 64512, 15169)}
        lab.wait(lambda: {one: lab.verdicts()[one][2] for one in wanted} == wanted, f"{wanted}")
        assert lab.verdicts()["193.0.0.0/21"][:2] == ("validation-needed", "origin-not-authorised")
        router.withdraw("10.0.0.0/8")
        lab.wait_for(set(ANNOUNCED) - {"10.0.0.0/8"})
        lab.wait(lambda: "PFX-1" not in lab.findings(), "PFX-1 resolved")
        summary = lab.stop()
    assert summary["exitStatus"] == 3
    assert summary["unlisted"] == ["193.0.4.0/24", "193.0.14.0/23", "193.0.24.0/29"]
    assert (summary["counts"]["malformed"], summary["missing"]) == (0, [])


def test_a_router_comes_and_goes(tmp_path: Path, kind: type[Router]) -> None:
    with playing(tmp_path / "lab", [ROUTER], "--both-families") as lab, kind(tmp_path / "router", at(lab), OWN) as router:
        lab.wait_for(set(LISTED))
        before = lab.verdicts()
        router.shut()
        lab.wait(lambda: lab.sessions("down") == 1, "the session down")
        told = lab.events("session", event="notification", direction="receive")
        assert (told[-1]["code"], told[-1]["subcode"]) == (6, 2)
        assert "administrative shutdown" in told[-1]["words"]
        router.open()
        lab.wait(lambda: lab.sessions("up") == 2, "the session up again")
        router.restart()
        lab.wait(lambda: lab.sessions("up") == 3, "the session up after a restart")
        for count in range(FLAPS):
            ups = lab.sessions("up")
            router.flap()
            lab.wait(lambda ups=ups: lab.sessions("up") > ups, f"the session up after flap {count + 1}")
        router.withdraw("193.0.18.0/23")
        lab.wait_for(set(LISTED) - {"193.0.18.0/23"})
        router.announce("193.0.18.0/23")
        lab.wait_for(set(LISTED))
        assert lab.verdicts() == before
        summary = lab.stop()
    assert summary["sessions"][0]["flaps"] >= FLAPS + 2
    assert summary["prefixes"] == {"configured": 3}
    assert (summary["exitStatus"], summary["missing"], summary["unlisted"]) == (0, [], [])


def hosts(count: int) -> dict[str, tuple[()]]:
    """So many routes inside a listed prefix."""
    return {f"193.0.{number >> 8}.{number & 255}/32": () for number in range(count)}


def test_at_route_201_the_session_is_dropped_until_one_is_withdrawn(tmp_path: Path, kind: type[Router]) -> None:
    six = {f"2001:67c:2e8:{number:x}::/64": () for number in range(200)}  # counted apart
    with (
        playing(tmp_path / "lab", [ROUTER], "--both-families") as lab,
        kind(tmp_path / "router", at(lab), {**hosts(200), **six}) as router,
    ):
        lab.wait(lambda: len(lab.announced()) == 400, "200 routes of each family")
        assert lab.sessions("down") == 0
        router.announce("193.0.7.0/32")
        lab.wait(lambda: lab.sessions("dropped") >= 1 and lab.sessions("down") >= 1, "the session dropped")
        sent = lab.events("session", event="notification", direction="send")
        assert {(one["code"], one["subcode"]) for one in sent} == {(6, 1)}
        dropped = lab.events("session", event="dropped")[0]
        assert (dropped["rule"], dropped["family"], dropped["routes"], dropped["limit"]) == ("LIM-1", "ipv4", 201, 200)
        assert "200" in dropped["words"]
        lab.wait(lambda: "LIM-1" in lab.findings(), "LIM-1")
        router.withdraw("193.0.7.0/32")
        lab.wait(lambda: lab.events("session")[-1]["state"] == "up" and "LIM-1" not in lab.findings(), "the session back, LIM-1 resolved")
        assert len(lab.announced()) == 400
        summary = lab.stop()
    assert summary["sessions"][0]["routes"] == {"ipv4": 200, "ipv6": 200}


def test_two_links_are_compared(tmp_path: Path) -> None:
    first, second = "127.0.2.3", "127.0.2.4"
    with (
        playing(tmp_path / "lab", [first, second], "--both-families") as lab,
        Bird(tmp_path / "primary", at(lab, local=first), {**OWN, "193.0.18.0/23": [64512]}),
        Bird(tmp_path / "secondary", at(lab, local=second), {"193.0.0.0/21": [3333, 3333], "193.0.18.0/23": []}) as other,
    ):
        lab.wait(lambda: lab.findings().get("BOTH-1") and lab.findings().get("BOTH-3"), "findings about both links")
        assert any("2001:67c:2e8::/48" in one["message"] for one in lab.events("finding", rule="BOTH-1", resolved=False))
        assert any("193.0.0.0/21" in one["message"] for one in lab.events("finding", rule="BOTH-3", resolved=False))
        other.announce("193.0.0.0/21", [])
        other.announce("2001:67c:2e8::/48", [])
        lab.wait(lambda: not {"BOTH-1", "BOTH-3"} & lab.findings().keys(), "both links alike")
        summary = lab.stop()
    assert [(one["peer"], one["role"]) for one in summary["sessions"]] == [(first, "primary"), (second, "secondary")]
    assert summary["exitStatus"] == 0


OUTSIDE = {"193.0.0.0/21": (), "193.0.18.0/24": (), "2001:67c::/32": ()}  # the same as in the list, a more and a less specific one


def test_the_routers_internet_session_shows_what_goes_both_ways(tmp_path: Path) -> None:
    outside = "127.0.2.5"
    with (
        playing(tmp_path / "lab", [ROUTER], "--both-families", "--internet-neighbor", outside, "--internet-asn", "64496") as lab,
        Bird(tmp_path / "router", at(lab), OWN),
        Bird(
            tmp_path / "outside", at(lab, local=outside, peer_asn=64496), {"193.0.0.0/21": [], "193.0.18.0/24": [], "2001:67c::/32": []}
        ) as upstream,
    ):
        lab.wait(lambda: lab.findings().get("PFX-4") and lab.findings().get("ST-16"), "PFX-4 and ST-16")
        assert lab.findings()["PFX-4"] == {
            "193.0.0.0/21",
            "193.0.18.0/23",
        }  # the same, and a more specific one; a less specific one is right
        assert lab.announced() == set(LISTED)
        upstream.withdraw("193.0.0.0/21")
        upstream.withdraw("193.0.18.0/24")
        lab.wait(lambda: not {"PFX-4", "ST-16"} & lab.findings().keys(), "nothing goes both ways")
        assert lab.stop()["exitStatus"] == 0


def test_a_key_from_the_environment(tmp_path: Path) -> None:
    key, file = "sT0nehenge", PREFLIGHT.replace("peerAsn:", "md5KeyVariable: LAB_KEY\n  peerAsn:")
    with (
        playing(tmp_path / "lab", [ROUTER], "--both-families", preflight=file, LAB_KEY=key) as lab,
        Bird(tmp_path / "router", at(lab, md5=key), OWN),
    ):
        lab.wait_for(set(LISTED))
        assert lab.stop()["exitStatus"] == 0
    written = [path for path in (tmp_path / "lab").rglob("*") if path.is_file()]
    assert not [path for path in written if key.encode() in path.read_bytes()]


def test_samples_of_microsofts_routes_are_announced_where_a_filter_allows_them(tmp_path: Path, kind: type[Router]) -> None:
    with playing(tmp_path / "lab", [ROUTER], "--both-families", "--announce") as lab, kind(tmp_path / "router", at(lab), OWN) as router:
        lab.wait_for(set(LISTED))
        lab.wait(lambda: "40.96.0.0/13" in router.imported(), "Exchange Online's prefix at the router")
        assert "52.104.0.0/14" not in router.imported()  # SharePoint Online: not in the filter
        lab.stop()
    without = PREFLIGHT.replace("  routeFilter: [12076:5010, 12076:51004]\n", "")
    with playing(tmp_path / "none", [ROUTER], "--announce", preflight=without) as lab, kind(tmp_path / "again", at(lab), OWN) as router:
        lab.wait(lambda: lab.sessions("up") and lab.announced(), "a session")
        assert router.imported() == set()
        assert "RF-1" in lab.process.output()


def test_an_exabgp_that_dies_is_one_event_and_no_crash(tmp_path: Path) -> None:
    with playing(tmp_path / "lab", [ROUTER], "--both-families") as lab, Bird(tmp_path / "router", at(lab), OWN):
        lab.wait_for(set(LISTED))
        os.kill(child_of(lab.process.child.pid), signal.SIGKILL)
        assert lab.process.child.wait(60) == 5
        assert [(one["source"], one["reason"]) for one in lab.events("gap") if one["source"] == "exabgp"] == [("exabgp", "unreachable")]
        assert "signal 9" in lab.events("summary")[-1]["speaker"]
        assert lab.events("summary")[-1]["verdict"] == "configured"  # what it knew; its status says that it was cut short


def child_of(pid: int) -> int:
    """The one process that another has started."""
    found = [int(one) for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]
    assert len(found) == 1
    return found[0]


def test_a_stranger_is_refused_and_told(tmp_path: Path) -> None:
    with playing(tmp_path / "lab", ["127.0.2.9"], "--both-families") as lab, Bird(tmp_path / "router", at(lab), OWN):
        lab.wait(lambda: any(ROUTER in one["detail"] for one in lab.events("gap")), "a word about the stranger")
        assert lab.sessions("up") == 0
        summary = lab.stop()
    assert summary["missing"] == list(LISTED)


def test_once_with_evidence_that_verifies_and_replays(tmp_path: Path) -> None:
    bundle = tmp_path / "lab.zip"
    with (
        playing(tmp_path / "lab", [ROUTER], "--both-families", "--once", "--evidence", str(bundle)) as lab,
        Bird(tmp_path / "router", at(lab), {**OWN, "193.0.18.0/23": [64512]}) as router,
    ):
        lab.wait_for(set(LISTED))
        router.withdraw("193.0.18.0/23")
        assert lab.process.child.wait(90) == 0
    for word in ("verify", "replay"):
        ran = program.run("evidence", word, str(bundle))
        assert ran.status == 0, ran.stderr
    with zipfile.ZipFile(bundle) as found:
        texts = [found.read(name) for name in found.namelist() if name.startswith("documents/")]
        said = next(text for text in texts if b'"type": "open"' in text)
    assert all(f'"{word}": ' in said.decode() for word in ("announce", "withdraw", "hold_time", "capabilities"))
