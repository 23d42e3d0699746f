"""PATH-1 to PATH-4: what an RFC says of a path."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pace import Pace
from peerings import PEER, peering, route, spell

from bgpcheck.model import AsPath, Prefix, Route, Segment, SegmentKind
from bgpcheck.rules.paths import check

P, Q = "193.0.0.0/21", "193.0.8.0/24"
OTHER = "198.51.100.6"
KINDS = {
    "": SegmentKind.SEQUENCE,
    "set": SegmentKind.SET,
    "confed": SegmentKind.CONFED_SEQUENCE,
    "confed-set": SegmentKind.CONFED_SET,
    "unplaced": SegmentKind.UNPLACED_SET,
    "ambiguous": SegmentKind.AMBIGUOUS,
}


def path(*parts: tuple[int, ...] | tuple[str, tuple[int, ...]]) -> AsPath:
    """Make a path: ``(1, 2)`` is a sequence, ``("set", (1, 2))`` names its kind."""
    named = ((part[0], part[1]) if part and isinstance(part[0], str) else ("", part) for part in parts)
    return tuple(Segment(KINDS[kind], asns) for kind, asns in named)  # type: ignore[arg-type]


def heard(way: AsPath | None, prefix: str = P, peer: str = PEER, asn: int | None = 3333) -> Route:
    return replace(route(prefix), path=way, peer=peer, peer_asn=asn)


PATHS: list[tuple[AsPath | None, list[str]]] = [
    (path((3333,)), []),
    (path((3333, 3333, 1103)), []),
    # PATH-1
    (path((3333,), ("set", (1103, 2121))), ["PATH-1"]),
    (path((3333,), ("unplaced", (1103,))), ["PATH-1"]),
    (path(("set", (1103,))), ["PATH-1"]),  # how far its AS numbers are from here cannot be told
    (path((3333,), ("confed-set", (65001,))), ["PATH-1", "PATH-4"]),
    # PATH-2
    (path((3333, 12076)), ["PATH-2"]),
    (path((3333,), ("set", (8075, 12076))), ["PATH-1", "PATH-2"]),
    (path((12076,)), ["PATH-2", "PATH-3"]),
    (path((3333, 8075)), []),
    # PATH-3
    (path((1103, 3333)), ["PATH-3"]),
    (path(("ambiguous", (1103,)), ("ambiguous", (3333,))), []),  # which of them is a confederation's cannot be told
    # PATH-4
    (None, ["PATH-4"]),
    ((), ["PATH-4"]),
    (path(()), ["PATH-4"]),
    (path((3333,), ("set", ())), ["PATH-1", "PATH-4"]),
    (path(("ambiguous", ())), ["PATH-4"]),
    (path(("confed", (65001,)), (3333,)), ["PATH-4"]),
    (path((3333, 0)), ["PATH-4"]),
    (path((3333, 0, 1103)), ["PATH-4"]),
    (path((0,)), ["PATH-3", "PATH-4"]),
    (path((3333,), ("set", (1103, 0))), ["PATH-1", "PATH-4"]),
]


@pytest.mark.parametrize(("way", "rules"), PATHS)
def test_path(way: AsPath | None, rules: list[str]) -> None:
    assert spell(check(peering(routes=[heard(way)]))) == [f"{rule} warning {P}" for rule in rules]


def test_the_first_as_is_held_against_a_peer_whose_as_is_known() -> None:
    assert spell(check(peering(routes=[heard(path((1103,)), asn=None)]))) == []
    assert spell(check(peering(asn=65003, routes=[heard(path((65003, 3333)), asn=65003)]))) == []


def test_what_is_wrong_with_a_whole_session_is_said_once() -> None:
    many = [f"193.0.{number}.0/24" for number in range(20)]
    routes = [heard(way, prefix, peer) for way in (path((1103,)), None) for prefix in many for peer in (PEER, OTHER)]
    found = list(check(peering(routes=[*routes, heard(path((2121,)), Q)])))
    assert spell(found) == [
        f"PATH-3 warning {PEER}",
        f"PATH-3 warning {OTHER}",
        f"PATH-3 warning {Q}",
        f"PATH-4 warning {PEER}",
        f"PATH-4 warning {OTHER}",
    ]
    first = "193.0.0.0/24, 193.0.1.0/24, 193.0.2.0/24, 193.0.3.0/24 … (20 prefixes)"
    assert found[0].message.startswith(f"{first} from {PEER}: the path begins with AS1103, and the session is with AS3333: ")
    assert found[3].message.startswith(f"{first} from {PEER}: there is no AS_PATH: ")


@pytest.mark.parametrize(
    ("way", "says"),
    [
        (path((3333,), ("set", (1103, 2121))), "the path 3333 {1103 2121} has an AS_SET"),
        (path((3333,), ("confed-set", (65001,))), "the path 3333 [65001] has an AS_CONFED_SET"),
        (path((3333, 12076)), "the path 3333 12076 contains Microsoft's own AS12076"),
        ((), "the AS_PATH is empty"),
        (path(()), "the AS_PATH has an empty segment"),
        (path(("confed", (65001,)), (3333,)), "the AS_PATH has segments of a confederation"),
        (path((3333, 0)), "the AS_PATH contains AS 0, which nobody may announce (RFC 7607 s2): it is malformed"),
    ],
)
def test_messages_say_what_was_seen_and_that_it_is_inferred(way: AsPath, says: str) -> None:
    messages = [one.message for one in check(peering(routes=[heard(way)]))]
    assert any(says in message for message in messages)
    assert all("inferred" in message for message in messages)


def test_an_internet_session_is_not_judged() -> None:
    routes = [heard(way, peer=OTHER) for way, _ in PATHS]
    assert spell(check(replace(peering(routes=routes), peers=((OTHER, "internet"),)))) == []


def test_many_routes_are_judged_in_seconds() -> None:
    base = heard(path((1103,), ("set", (12076,))))
    routes = [replace(base, prefix=Prefix(4, 193 << 24 | number << 8, 24)) for number in range(20_000)]
    with Pace() as pace:
        assert len(list(check(peering(routes=routes)))) == 40_001
    assert pace.millions < 800  # 0.3 s on a quiet machine
