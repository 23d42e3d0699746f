from __future__ import annotations

import json
import lzma
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats import exabgp
from bgpcheck.formats.exabgp import EndOfRib, Event, Notification, Open, Other, Refresh, Reply, Session, Shutdown, Update, event, events
from bgpcheck.formats.lines import lines
from bgpcheck.model import Prefix, Route, Segment, SegmentKind

FIXTURES = Path(__file__).parents[2] / "fixtures" / "events"
CAPTURES = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data")) / "bgp" / "exabgp"
AT = datetime(2026, 11, 22, 17, 40, 14, 500000, UTC)
PEER = "127.0.0.3"
SEQUENCE, SET = SegmentKind.SEQUENCE, SegmentKind.SET
COUNTS = {  # events by kind, prefixes announced, prefixes withdrawn
    "exabgp-4.2.22.jsonl.xz": (
        {"keepalive": 2, "negotiated": 1, "open": 1, "session": 3, "shutdown": 1, "signal": 1, "update": 673},
        633,
        40,
    ),
    "exabgp-5.0.15.jsonl.xz": (
        {"keepalive": 2, "negotiated": 1, "open": 1, "session": 3, "shutdown": 1, "signal": 1, "update": 673},
        633,
        40,
    ),
    "v4.2.21-debian-parsed.jsonl": (
        {"end-of-rib": 4, "fsm": 19, "keepalive": 3, "negotiated": 3, "open": 6, "refresh": 2}
        | {"session": 9, "shutdown": 1, "signal": 4, "update": 28},
        34,
        0,
    ),
    "v4.2.25-parsed.jsonl": (
        {"end-of-rib": 4, "fsm": 20, "keepalive": 4, "negotiated": 3, "notification": 1, "open": 6, "refresh": 2}
        | {"session": 9, "shutdown": 1, "signal": 4, "update": 31},
        39,
        1,
    ),
    "v5-consolidate.jsonl": ({"end-of-rib": 2, "open": 1, "session": 3, "shutdown": 1, "update": 10}, 14, 0),
    "v5-four-speakers-parsed.jsonl": (
        {"end-of-rib": 12, "fsm": 60, "keepalive": 64, "negotiated": 8, "notification": 4, "open": 16, "refresh": 8}
        | {"session": 24, "shutdown": 1, "signal": 4, "update": 79},
        97,
        2,
    ),
    "v5-malformed-peer.jsonl": ({"end-of-rib": 1, "session": 2, "shutdown": 1, "update": 2}, 2, 0),
    "v5-packets.jsonl": ({"end-of-rib": 2, "open": 2, "session": 6, "shutdown": 1, "update": 19}, 24, 0),
}


def capture(name: str) -> list[Event]:
    path = next((folder / name for folder in (FIXTURES, CAPTURES) if (folder / name).exists()), None)
    if not path:
        pytest.skip(f"{name} is not among the fixtures and {CAPTURES} is not there")
    content = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    return list(events(lines([content], file=name), file=name))


@pytest.mark.parametrize("name", COUNTS)
def test_every_event_of_a_capture_is_read(name: str) -> None:
    kinds, announced, withdrawn = COUNTS[name]
    found = capture(name)
    updates = [one for one in found if isinstance(one, Update)]
    assert Counter(one.kind for one in found) == kinds
    assert [one.line for one in found] == list(range(1, len(found) + 1))
    assert (sum(len(one.announced) for one in updates), sum(len(one.withdrawn) for one in updates)) == (announced, withdrawn)
    assert not any(one.notes for one in updates)


def placeless(route: Route) -> tuple[object, ...]:
    """A route as all dialects can tell it: ExaBGP 4 knows no place of a set, and sorts communities its own way."""
    sets = {asn for part in route.path or () if part.kind in {SET, SegmentKind.UNPLACED_SET} for asn in part.asns}
    rest = [asn for part in route.path or () if part.kind == SEQUENCE for asn in part.asns]
    return route.prefix, tuple(rest), frozenset(sets), frozenset(route.communities)


def test_two_versions_report_the_same_session_alike() -> None:
    old, new = ([one for one in capture(name) if isinstance(one, Update)] for name in list(COUNTS)[:2])
    assert [one.withdrawn for one in old] == [one.withdrawn for one in new]
    assert [[placeless(route) for route in one.announced] for one in old] == [[placeless(route) for route in one.announced] for one in new]
    kinds = Counter(part.kind for one in new for route in one.announced for part in route.path or ())
    assert kinds == {SEQUENCE: 633, SET: 5}


@pytest.mark.parametrize(
    ("name", "peer", "prefixes"),
    [
        ("v4.2.21-debian-parsed.jsonl", PEER, 14),
        ("v4.2.25-parsed.jsonl", PEER, 14),
        ("v5-consolidate.jsonl", PEER, 14),
        ("v5-packets.jsonl", PEER, 14),
        ("v4.2.21-debian-parsed.jsonl", "127.0.0.4", 10),
    ],
)
def test_dialects_agree_on_what_one_speaker_announces(name: str, peer: str, prefixes: int) -> None:
    def announced(source: str) -> set[tuple[object, ...]]:
        updates = (one for one in capture(source) if isinstance(one, Update) and one.peer == peer)
        return {placeless(route) for one in updates for route in one.announced}

    assert len(announced(name)) == prefixes
    assert announced(name) == announced("v5-four-speakers-parsed.jsonl" if CAPTURES.exists() else "v5-consolidate.jsonl")


def written(kind: str, neighbor: dict[str, object] | None = None, **more: object) -> dict[str, object]:
    head = {"exabgp": "5.0.0", "time": 1795369214.5, "host": "vm", "pid": 1, "ppid": 1, "counter": 1, "type": kind}
    address = {"address": {"local": "127.0.0.1", "peer": PEER}, "asn": {"local": 65000, "peer": 65003}, "router-id": "127.0.0.1"}
    return head | {"neighbor": address | {"direction": "receive"} | (neighbor or {})} | more


def saying(update: dict[str, object], **neighbor: object) -> dict[str, object]:
    return written("update", {"message": {"update": update}} | neighbor)


def announcing(attribute: dict[str, object], *nlri: object, family: str = "ipv4 unicast") -> dict[str, object]:
    return saying({"attribute": attribute, "announce": {family: {PEER: list(nlri)}}})


def typed(*parts: tuple[str, list[int]]) -> dict[str, object]:
    return {"as-path": {str(at): {"element": element, "value": value} for at, (element, value) in enumerate(parts)}}


def read(found: object) -> Event:
    return event(json.dumps(found).encode(), number=7)


def update(*routes: tuple[str, object], withdrawn: tuple[str, ...] = (), notes: tuple[str, ...] = (), **more: tuple[str, ...]) -> Update:
    """An Update of PEER: routes as (prefix, path), and what else is the matter."""
    communities = more.pop("communities", ())
    given = tuple(Route(PEER, Prefix.parse(prefix), path, AT, 65003, communities) for prefix, path in routes)  # type: ignore[arg-type]
    ids = {"announced_ids": ("",) * len(routes), "withdrawn_ids": ("",) * len(withdrawn)} | more
    return Update(PEER, 65003, AT, given, tuple(map(Prefix.parse, withdrawn)), notes, **ids, line=7)


NET = {"nlri": "192.0.2.0/24"}
WAY = (Segment(SEQUENCE, (65003, 3333)),)
PLAIN = typed(("as-sequence", [65003, 3333]))
ONE_NET = [("192.0.2.0/24", WAY)]
FULL = list(range(1, 256))
AMBIGUOUS = "192.0.2.0/24: ExaBGP spells confederation segments as sequences: which of this AS_PATH's are cannot be told"
UPDATES = [
    ("nothing said", saying({}), update()),
    ("as IPv6", announcing(PLAIN, {"nlri": "2001:db8::/32"}, family="ipv6 unicast"), update(("2001:db8::/32", WAY))),
    ("compact", announcing(PLAIN, "192.0.2.0/24", "192.0.2.0/24"), update(*ONE_NET)),
    ("withdrawn, compact", saying({"withdraw": {"ipv4 unicast": ["192.0.2.0/24", NET]}}), update(withdrawn=("192.0.2.0/24",))),
    (
        "withdrawn and announced",
        saying({"attribute": PLAIN, "announce": {"ipv4 unicast": {"null": [NET]}}, "withdraw": {"ipv6 unicast": ["::/0"]}}),
        update(*ONE_NET, withdrawn=("::/0",)),
    ),
    (
        "host bits, then the same again",
        announcing(PLAIN, {"nlri": "192.0.2.255/24"}, NET),
        update(*ONE_NET, notes=("192.0.2.255/24 has host bits set: read as 192.0.2.0/24",)),
    ),
    (
        "path identifiers",
        announcing(PLAIN, NET | {"path-information": "0.0.0.1"}, NET | {"path-information": "0.0.0.2"}),
        update(*ONE_NET * 2, announced_ids=("0.0.0.1", "0.0.0.2")),
    ),
    (
        "other families",
        saying({"announce": {"ipv4 flow": {"no-nexthop": [{"x": 1}]}}, "withdraw": {"l2vpn evpn": []}}),
        update(notes=tuple(f"{name} left out: only ipv4 unicast and ipv6 unicast are judged" for name in ("l2vpn evpn", "ipv4 flow"))),
    ),
    ("no AS_PATH", announcing({"origin": "igp"}, NET), update(("192.0.2.0/24", None))),
    ("no attributes", saying({"announce": {"ipv4 unicast": {PEER: [NET]}}}), update(("192.0.2.0/24", None))),
    ("an empty AS_PATH", announcing({"as-path": {}}, NET), update(("192.0.2.0/24", ()))),
    (
        "an empty segment",
        announcing(typed(("as-set", [])), NET),
        update(
            ("192.0.2.0/24", (Segment(SegmentKind.AMBIGUOUS, ()),)),
            notes=("192.0.2.0/24: the AS_PATH has an empty segment: it is malformed (RFC 7606)",),
        ),
    ),
    (
        "segments in the order of their numbers",
        announcing({"as-path": {str(at): {"element": "as-set", "value": [at + 1]} for at in (10, 2, 0)}}, NET),
        update(("192.0.2.0/24", tuple(Segment(SET, (asn,)) for asn in (1, 3, 11)))),
    ),
    (
        "communities",
        announcing(PLAIN | {"community": [[65003, 666], [0, 65535]], "large-community": [[4294967295, 1, 2]]}, NET),
        update(*ONE_NET, communities=("65003:666", "0:65535", "4294967295:1:2")),
    ),
    (
        "two sequences where one would do",
        announcing(typed(("as-sequence", [65100]), ("as-sequence", [65003, 3333]), ("as-set", [5])), NET),
        update(
            (
                "192.0.2.0/24",
                (Segment(SegmentKind.AMBIGUOUS, (65100,)), Segment(SegmentKind.AMBIGUOUS, (65003, 3333)), Segment(SET, (5,))),
            ),
            notes=(AMBIGUOUS,),
        ),
    ),
    (
        "two sequences because one is full",
        announcing(typed(("as-sequence", FULL), ("as-sequence", [3333])), NET),
        update(("192.0.2.0/24", (Segment(SEQUENCE, tuple(FULL)), Segment(SEQUENCE, (3333,))))),
    ),
    (
        "AS_TRANS last, for two prefixes",
        announcing(typed(("as-sequence", [23456])), NET, "198.51.100.0/24"),
        update(
            ("192.0.2.0/24", (Segment(SEQUENCE, (23456,)),)),
            ("198.51.100.0/24", (Segment(SEQUENCE, (23456,)),)),
            notes=("192.0.2.0/24 and 1 more: AS_PATH ends in AS23456 (AS_TRANS), which stands for an AS number that is not shown",),
        ),
    ),
    (
        "ExaBGP 4: flat, sets apart",
        announcing({"as-path": [65003, 3333], "as-set": [5, 6], "confederation-path": [65100], "confederation-set": [65101]}, NET),
        update(
            (
                "192.0.2.0/24",
                (
                    Segment(SegmentKind.CONFED_SEQUENCE, (65100,)),
                    Segment(SegmentKind.CONFED_SET, (65101,)),
                    *WAY,
                    Segment(SegmentKind.UNPLACED_SET, (5, 6)),
                ),
            )
        ),
    ),
    ("ExaBGP 4: empty", announcing({"as-path": [], "confederation-path": []}, NET), update(("192.0.2.0/24", ()))),
    (
        "malformed, as a session reports it",
        saying({"attribute": {"error": "treat-as-withdraw"}, "withdraw": {"ipv4 unicast": [NET]}}),
        update(withdrawn=("192.0.2.0/24",), notes=("ExaBGP found the update malformed: treat-as-withdraw",)),
    ),
    (
        "malformed, as 'exabgp decode' reports it",
        announcing({"error": "treat-as-withdraw due to as-path"}, NET),
        update(withdrawn=("192.0.2.0/24",), notes=("ExaBGP found the update malformed: treat-as-withdraw due to as-path",)),
    ),
    (
        "an attribute discarded",
        announcing(PLAIN | {"error": "discard due to aggregator"}, NET),
        update(*ONE_NET, notes=("ExaBGP found the update malformed: discard due to aggregator",)),
    ),
]


@pytest.mark.parametrize(("found", "expected"), [row[1:] for row in UPDATES], ids=[row[0] for row in UPDATES])
def test_updates(found: dict[str, object], expected: Update) -> None:
    assert read(found) == expected


CONFED = "0000001E40010100400210" + "0301" + "0000FE4C" + "0202" + "0000FDEB" + "00000D05" + "4003047F00000318C00002"
NARROW = "0000001440010100400206" + "0202" + "FDEB" + "5BA0" + "4003047F00000318C00002"
IDS = "00000000" + "0000000118C00002"
CONFED_WAY = (Segment(SegmentKind.CONFED_SEQUENCE, (65100,)), *WAY)
TWO_PARTS = typed(("as-sequence", [65100]), ("as-sequence", [65003, 3333]))
TERMS = {"asn4": True, "add_path": {"send": [], "receive": []}}


def packet(octets: str, **more: object) -> dict[str, object]:
    header = "FF" * 16 + f"{19 + len(octets) // 2:04X}02"
    return {"header": f"0x{header}", "body": f"0x{octets}"} | more


RAW = [
    ("packets", written("update", {"message": packet(CONFED, category=2)}), update(("192.0.2.0/24", CONFED_WAY))),
    ("packets, no header", written("update", {"message": {"body": f"0x{CONFED}"}}), update(("192.0.2.0/24", CONFED_WAY))),
    (
        "packets, terms known",
        written("update", {"message": packet(IDS), "negotiated": {"asn4": False, "add_path": {"receive": ["ipv4 unicast"]}}}),
        update(("192.0.2.0/24", None), announced_ids=("0.0.0.1",)),
    ),
    ("packets, end of RIB", written("update", {"message": packet("00000000")}), EndOfRib(PEER, "ipv4 unicast", AT, 7)),
    (
        "consolidate: the raw path knows its kinds",
        announcing(TWO_PARTS, NET) | packet(CONFED),
        update(("192.0.2.0/24", CONFED_WAY)),
    ),
    (
        "consolidate within the message, terms known",
        written(
            "update",
            {"message": packet(CONFED, update={"attribute": TWO_PARTS, "announce": {"ipv4 unicast": {PEER: [NET]}}}), "negotiated": TERMS},
        ),
        update(("192.0.2.0/24", CONFED_WAY)),
    ),
    (
        "consolidate of two octets: ExaBGP has merged AS4_PATH",
        announcing(typed(("as-sequence", [65003, 4200000001])), NET) | packet(NARROW),
        update(("192.0.2.0/24", (Segment(SEQUENCE, (65003, 4200000001)),))),
    ),
    (
        "consolidate, no AS_PATH",
        announcing({}, NET) | packet("0000" + "0004" + "40010100" + "18C00002"),
        update(("192.0.2.0/24", None)),
    ),
    (
        "consolidate, withdrawing: the raw body does not matter",
        saying({"withdraw": {"ipv4 unicast": [NET]}}) | {"body": "0x"},
        update(withdrawn=("192.0.2.0/24",)),
    ),
]


@pytest.mark.parametrize(("found", "expected"), [row[1:] for row in RAW], ids=[row[0] for row in RAW])
def test_raw_updates(found: dict[str, object], expected: Event) -> None:
    assert read(found) == expected


MULTI = {"name": "multiprotocol", "families": ["ipv4/unicast", "ipv6/unicast"]}
OFFER = {"version": 4, "asn": 23456, "hold_time": 90, "router_id": "127.0.0.3"}
OTHERS = [
    ("connected", written("state", {"state": "connected"}), Session(PEER, "127.0.0.1", 65003, "connected", "", AT, 7)),
    ("down", written("state", {"state": "down", "reason": "stop"}), Session(PEER, "127.0.0.1", 65003, "down", "stop", AT, 7)),
    (
        "addresses in one spelling",
        written("state", {"state": "up", "address": {"local": "2001:DB8:0::1", "peer": "2001:db8::0002"}}),
        Session("2001:db8::2", "2001:db8::1", 65003, "up", "", AT, 7),
    ),
    (
        "end of RIB",
        written("update", {"message": {"eor": {"afi": "ipv6", "safi": "unicast"}}}),
        EndOfRib(PEER, "ipv6 unicast", AT, 7),
    ),
    ("as 'exabgp decode' spells directions", saying({}, direction="in"), update()),
    ("sent update", announcing(PLAIN, NET) | {"neighbor": {"direction": "send"}}, None),
    (
        "open received",
        written("open", {"open": OFFER | {"capabilities": {"1": MULTI, "65": {"name": "asn4", "asn4": 4200000001}}}}),
        Open(PEER, "receive", 4200000001, 90, ("ipv4 unicast", "ipv6 unicast"), AT, 7),
    ),
    (
        "open sent, old and odd",
        written("open", {"direction": "send", "open": OFFER | {"asn": 65000, "capabilities": {"route-refresh": "x"}}}),
        Open(PEER, "send", 65000, 90, (), AT, 7),
    ),
    ("open, packets", written("open", {"message": packet("04")}), Open(PEER, "receive", None, None, (), AT, 7)),
    (
        "notification",
        written("notification", {"notification": {"code": 6, "subcode": 4, "data": "0x", "message": ""}}),
        Notification(PEER, "receive", 6, 4, "", AT, 7),
    ),
    (
        "notification, packets",
        written("notification", {"message": {"category": 3, "header": "0x" + "FF" * 16 + "001703", "body": "0x0602C3A9"}}),
        Notification(PEER, "receive", 6, 2, "é", AT, 7),
    ),
    ("fsm", written("fsm", {"state": "IDLE"}), Other("fsm", 7)),
    ("refresh, packets", written("route-refresh", {"message": {}}), Other("route-refresh", 7)),
    ("shutdown", {"exabgp": "5.0.0", "time": 1795369214.5, "type": "notification", "notification": "shutdown"}, Shutdown(AT, 7)),
]


@pytest.mark.parametrize(("found", "expected"), [row[1:] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_other_events(found: dict[str, object], expected: Event | None) -> None:
    assert read(found) == (expected or Other("sent update", 7))


START = '{ "exabgp": "4.0.1", "time": 1795369214.5, "type": '
NEIGHBOR = '"neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.3" }, "asn": { "local": 65000, "peer": 65003 } , '
TOLD = NEIGHBOR + '"direction": "receive", "notification": { "code": 6, "subcode": 2, "data": "0x5361793A20226E6F22", "message": '
SAID = Notification(PEER, "receive", 6, 2, 'Say: "no"', AT, 7)
MENDED = [
    (
        "a refresh that quotes twice",
        START + '"refresh", ' + NEIGHBOR + '"direction": "receive", "route-refresh": '
        '{ "afi": ""ipv4"", "safi": ""unicast"", "subtype": ""query"" } } }',
        Refresh(PEER, "receive", "ipv4 unicast", "query", AT, 7),
    ),
    ("a notification unescaped", START + '"notification", ' + TOLD + '"Say: "no"" }  } }', SAID),
    ("a notification unquoted", START + '"notification", ' + TOLD + "Say: [no] }  } }", SAID),
    ("a peer that forges a field", START + '"notification", ' + TOLD + '"Say: ", "code": 0, "x": "" }  } }', SAID),
    (
        "a peer that forges an event",
        START + '"notification", ' + TOLD + '"" } }, "type": "state", "neighbor": { "state": "down", "x": { "y": "" }  } }',
        SAID,
    ),
    ("a byte order mark", "\ufeff" + START + '"notification", ' + TOLD + '"" }  } }', SAID),
]


@pytest.mark.parametrize(("line", "expected"), [row[1:] for row in MENDED], ids=[row[0] for row in MENDED])
def test_known_faults_are_mended(line: str, expected: Event) -> None:
    assert event(line.encode(), number=7) == expected


@pytest.mark.parametrize(
    "line",
    ["", "done", "error", "[ ]", '[ {"exabgp": 1} ]', '{ "peer": {"exabgp": "5.0.0"} }', '{ "peer": "up" }', "{ rubbish", "  text"],
)
def test_replies(line: str) -> None:
    assert event(line.encode(), number=7) == Reply(line, 7)


def test_replies_are_bounded_and_can_be_printed() -> None:
    found = event(b"\xff\x1b[2J" + b"x" * 100_000)
    assert isinstance(found, Reply)
    assert len(found.text) == 1001
    assert found.text.startswith("\ufffd\x1b[2J")


def notified(**more: object) -> dict[str, object]:
    return written("notification", {"notification": {"code": 6, "subcode": 2, "data": "0x"} | more})


WRONG = [
    ("version of another make", written("fsm") | {"exabgp": "3.4.8"}, "exabgp", "'3.4.8' is not known"),
    ("version as a number", written("fsm") | {"exabgp": 5}, "exabgp", "must be a string, not int"),
    ("kind", written("updat"), "type", "'updat' is none of state, update, "),
    ("no kind", {"exabgp": "5.0.0"}, "type", "missing"),
    ("no neighbor", {"exabgp": "5.0.0", "type": "update"}, "neighbor", "missing"),
    ("neighbor a list", written("update") | {"neighbor": []}, "neighbor", "must be an object, not list"),
    ("time as a text", written("state", {"state": "up"}, time="1"), "time", "must be Unix seconds"),
    ("time true", written("state", {"state": "up"}, time=True), "time", "must be Unix seconds"),
    ("time before 1970", written("state", {"state": "up"}, time=-1), "time", "must be Unix seconds"),
    ("time without end", written("state", {"state": "up"}, time=10**400), "time", "must be Unix seconds"),
    ("state", written("state", {"state": "asleep"}), "neighbor.state", "'asleep' is none of connected, up, down"),
    ("direction", saying({}, direction="up"), "neighbor.direction", "'up' is none of receive, in, send, out"),
    (
        "peer",
        saying({}, address={"peer": "localhost"}),
        "neighbor.address.peer",
        "must be an IPv4 or IPv6 address",
    ),
    ("peer in a zone", saying({}, address={"peer": "fe80::1%<b>"}), "neighbor.address.peer", "must be an IPv4 or IPv6 address"),
    ("peer AS as a text", saying({}, asn={"peer": "65003"}), "neighbor.asn.peer", "must be an integer, not str"),
    ("peer AS true", saying({}, asn={"peer": True}), "neighbor.asn.peer", "must be an integer, not bool"),
    ("peer AS of 33 bits", saying({}, asn={"peer": 1 << 32}), "neighbor.asn.peer", "must be 0 to 4294967295"),
    ("negative peer AS", saying({}, asn={"peer": -1}), "neighbor.asn.peer", "must be 0 to 4294967295"),
    ("no message", written("update"), "neighbor.message", "missing"),
    ("empty message", written("update", {"message": {}}), "neighbor.message.body", "missing"),
    ("announce a list", saying({"announce": []}), "neighbor.message.update.announce", "must be an object, not list"),
    (
        "withdraw an object",
        saying({"withdraw": {"ipv4 unicast": {}}}),
        "neighbor.message.update.withdraw.ipv4 unicast",
        "must be a list, not dict",
    ),
    ("NLRI a number", announcing({}, 5), "neighbor.message.update.announce.ipv4 unicast", "must be an object, not int"),
    (
        "NLRI no prefix",
        announcing({}, "default"),
        "neighbor.message.update.announce.ipv4 unicast",
        "'default' is not an IPv4 or IPv6 prefix",
    ),
    ("NLRI of the other family", announcing({}, "::/0"), "neighbor.message.update.announce.ipv4 unicast", "::/0 is of another family"),
    (
        "AS number as a text",
        announcing({"as-path": ["3333"]}, NET),
        "neighbor.message.update.attribute.as-path",
        "must be an integer, not str",
    ),
    ("AS_PATH a text", announcing({"as-path": "3333"}, NET), "neighbor.message.update.attribute.as-path", "must be a list, not str"),
    (
        "segment without a number",
        announcing({"as-path": {"²": {}}}, NET),
        "neighbor.message.update.attribute.as-path",
        "segments must be numbered from 0",
    ),
    (
        "segment with a number too long",
        announcing({"as-path": {"1" * 5000: {}}}, NET),
        "neighbor.message.update.attribute.as-path",
        "segments must be numbered from 0",
    ),
    (
        "segment of another kind",
        announcing(typed(("as-heap", [1])), NET),
        "neighbor.message.update.attribute.as-path.0.element",
        "'as-heap' is none of as-sequence, as-set",
    ),
    (
        "community of three",
        announcing({"community": [[1, 2, 3]]}, NET),
        "neighbor.message.update.attribute.community",
        "must be groups of 2 numbers",
    ),
    (
        "community too great",
        announcing({"community": [[65536, 0]]}, NET),
        "neighbor.message.update.attribute.community",
        "must be 0 to 65535",
    ),
    ("body not hexadecimal", written("update", {"message": {"body": "0x0 "}}), "neighbor.message.body", "must be 0x and at most 65516"),
    (
        "body too long",
        written("update", {"message": {"body": "0x" + "00" * 65517}}),
        "neighbor.message.body",
        "must be 0x and at most 65516 octets",
    ),
    ("body cut", written("update", {"message": packet("0000")}), "neighbor.message.body", "path attributes: 2 octets announced, 0 there"),
    (
        "header of another length",
        written("update", {"message": packet("00000000", header="0x" + "FF" * 16 + "001802")}),
        "neighbor.message.header",
        "must be the header of a message of type 2 and 4 octets",
    ),
    ("body cut, consolidate", announcing(PLAIN, NET) | packet("0000"), "body", "path attributes: 2 octets announced, 0 there"),
    (
        "terms not told",
        written("update", {"message": packet("00000000"), "negotiated": TERMS | {"asn4": "yes"}}),
        "neighbor.negotiated.asn4",
        "must be true or false",
    ),
    ("notification code", notified(code=256), "neighbor.notification.code", "must be 0 to 255"),
    ("notification data", notified(data="Say"), "neighbor.notification.data", "must be 0x and at most"),
    (
        "notification too short",
        written("notification", {"message": {"body": "0x06"}}),
        "neighbor.message.body",
        "must have a code and a subcode",
    ),
    (
        "shutdown of another kind",
        {"exabgp": "5.0.0", "type": "notification", "notification": "x"},
        "notification",
        "'x' is none of shutdown",
    ),
]


@pytest.mark.parametrize(("found", "field", "message"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_wrong_shapes_name_file_line_and_field(found: dict[str, object], field: str, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        list(events([(3, json.dumps(found).encode())], file="peers.jsonl"))
    assert (caught.value.file, caught.value.line, caught.value.field) == ("peers.jsonl", 3, field)
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{ "exabgp": "5.0.0", "time": 1795', "not JSON: "),
        (b'{ "exabgp": "5.0.0", "time": NaN }', "not JSON: NaN"),
        (b'{ "time": 1, "exabgp": ', "not JSON: "),
        (b'{ "exabgp": "\xff" }', "not UTF-8 (octet 14)"),
        (b'{ "exabgp": ' + b"[" * 100_000, "not readable: nested too deep"),
        (b'{ "exabgp": ' + b"9" * 5000 + b" }", "not readable: a number is too long"),
        ((START + '"notification", ' + TOLD + '"Say: "no').encode(), "not JSON: "),
        ((START + '"refresh", ' + NEIGHBOR).encode(), "not JSON: "),
    ],
)
def test_what_begins_like_an_event_must_be_one(line: bytes, message: str) -> None:
    with pytest.raises(FormatError) as caught:
        event(line, file="peers.jsonl", number=9)
    assert str(caught.value).startswith(f"peers.jsonl:9: {message}")


REAL = [line for path in sorted(FIXTURES.glob("*.jsonl")) for line in path.read_bytes().splitlines() if line]
PIECES = st.sampled_from(
    [b'"', b"{", b"}", b"[", b"]", b",", b":", b"null", b"-1", b"1e999", b"true", b"99999999999", b"\\ud800", b"\xff", b"0x"]
)


def outcome(line: bytes) -> Event | FormatError:
    try:
        return event(line, file="f", number=7)
    except FormatError as error:
        return error


def is_event_or_placed(found: Event | FormatError) -> bool:
    return isinstance(found, get_args(exabgp.Event)) or (isinstance(found, FormatError) and (found.file, found.line) == ("f", 7))


@settings(max_examples=400)
@given(st.data())
def test_mutated_lines_are_events_or_format_errors(data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(REAL))
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(line)))
        until = data.draw(st.integers(at, min(len(line), at + 12)))
        line = line[:at] + data.draw(st.one_of(PIECES, st.binary(max_size=4))) + line[until:]
    assert is_event_or_placed(outcome(line[: data.draw(st.integers(0, 2 * len(line)))]))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 70), 1 << 70),
    st.floats(),
    st.text(max_size=5),
    st.just([]),
    st.just({}),
    st.just([[1]]),
    st.just({"0": {"element": "as-set", "value": [0]}}),
)


def paths(found: object, at: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    inner = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    return [at, *(path for key, value in inner for path in paths(value, (*at, key)))]


@settings(max_examples=400)
@given(st.data())
def test_any_value_in_any_place_is_an_event_or_a_format_error(data: st.DataObject) -> None:
    found = data.draw(st.sampled_from([row[1] for row in (*UPDATES, *RAW, *OTHERS)]))
    whole = {"line": json.loads(json.dumps(found))}
    *way, last = data.draw(st.sampled_from(paths(whole)[2:]))
    place = whole
    for key in way:
        place = place[key]
    place[last] = data.draw(VALUES)
    assert is_event_or_placed(outcome(json.dumps(whole["line"]).encode()))
