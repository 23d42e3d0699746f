"""BOTH-1 to BOTH-3: the two links held against each other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pace import Pace
from peerings import PEER, block, peering, route, spell

from bgpcheck.model import Prefix, Route, Segment, SegmentKind
from bgpcheck.rules.both_links import check

if TYPE_CHECKING:
    from bgpcheck.peering import Peering

ONE, TWO, ONE6, TWO6 = "193.0.23.1", "193.0.23.5", "2001:67c:2e8:1::1", "2001:67c:2e8:1::5"
P, Q, P6 = "193.0.0.0/21", "193.0.8.0/24", "2001:67c:2e8::/48"
LINKS = (
    block("ipv4", P, Q, primary="193.0.23.0/30", secondary="193.0.23.4/30"),
    block("ipv6", P6, primary="2001:67c:2e8:1::/126", secondary="2001:67c:2e8:1::4/126"),
)


def heard(*said: tuple[str, str] | tuple[str, str, tuple[int, ...]]) -> Peering:
    """Make a peering of (peer, prefix, path)."""
    return peering(*LINKS, routes=[route(one[1], one[2] if len(one) > 2 else (3333,), peer=one[0]) for one in said])


ALIKE = (*((peer, prefix) for peer in (ONE, TWO) for prefix in (P, Q)), (ONE6, P6), (TWO6, P6))
CASES = [
    (heard(*ALIKE), []),
    (heard(), []),
    (heard((ONE, P), (ONE, Q)), []),  # nobody was heard on the other link
    (heard((ONE, P), (PEER, Q)), []),  # nor is it known who that is
    # BOTH-1
    (heard((ONE, P), (ONE, Q), (TWO, P)), [f"BOTH-1 warning {Q}"]),
    (heard((ONE, P), (TWO, Q)), [f"BOTH-1 warning {P}", f"BOTH-1 warning {Q}"]),
    (heard((TWO, P), (TWO, Q), (TWO6, P6), (ONE, "10.0.0.0/8"), (TWO, "10.0.0.0/8")), ["BOTH-1 warning secondary"]),
    (heard((ONE, P), (TWO, P), (ONE6, P6)), [f"BOTH-1 warning {P6}"]),
    (heard((ONE, P), (TWO, P), (PEER, Q)), []),
    # what is not public belongs on neither link (PFX-1), but who announces it is heard
    (heard(*ALIKE, (ONE, "10.0.0.0/8"), (TWO, "0.0.0.0/0")), []),
    (heard(*ALIKE, (ONE, "10.0.0.0/8"), (TWO, "10.0.0.0/8", (3333, 1103))), []),
    (heard((ONE, P), (TWO, "10.0.0.0/8")), [f"BOTH-1 warning {P}"]),
    # BOTH-2, BOTH-3
    (heard((ONE, P), (TWO, P, (3333, 1103))), [f"BOTH-2 warning {P}", f"BOTH-3 note {P}"]),
    (heard((ONE, P, (1103,)), (TWO, P)), [f"BOTH-2 warning {P}"]),
    (heard((ONE, P), (TWO, P, ())), [f"BOTH-2 warning {P}", f"BOTH-3 note {P}"]),
    (heard((ONE, P), (TWO, P, (3333, 3333))), [f"BOTH-3 note {P}"]),
    (heard((ONE, P), (TWO, P, (3333, 64512, 64512))), []),  # ASN-6: what is stripped makes no difference
    (heard((ONE, P), (TWO, P, (65003, 3333))), []),
    (heard(*((ONE, one, (3333, 3333)) for one in (P, Q)), *((TWO, one) for one in (P, Q))), ["BOTH-3 note the two links"]),
    (heard((ONE, P), (ONE, P, (3333, 3333)), (TWO, P)), []),  # the best of several paths counts
]


@pytest.mark.parametrize(("made", "findings"), CASES)
def test_both_links(made: Peering, findings: list[str]) -> None:
    assert spell(check(made)) == findings


def test_roles_may_be_given() -> None:
    made = peering(routes=[route(P, peer="a"), route(P, peer="b"), route(Q, peer="a"), route(P6, peer="c")])
    assert spell(check(made)) == []
    given = replace(made, peers=(("a", "secondary"), ("b", "primary"), ("c", "internet")))
    (found,) = check(given)
    assert spell([found]) == [f"BOTH-1 warning {Q}"]
    assert found.message.startswith(f"{Q} is announced on the secondary link only: ")
    assert found.remedy == "announce the same on the primary link"


def messages(made: Peering) -> list[str]:
    return [one.message for one in check(made)]


def test_messages_name_both_sides() -> None:
    origins, lengths = messages(heard((ONE, P), (TWO, P, (3333, 3333, 1103))))
    assert origins == f"{P}: the origin is AS3333 on the primary link and AS1103 on the secondary"
    assert lengths.startswith(f"{P}: the path is 1 long on the primary link and 3 on the secondary, private AS numbers stripped: ")
    assert lengths.endswith("Microsoft prefers the primary link; is that meant?")
    (lengths,) = messages(heard((ONE, P, (3333, 3333)), (TWO, P)))
    assert lengths.endswith("Microsoft prefers the secondary link; is that meant?")
    alone = messages(heard(*((ONE, f"193.0.{number}.0/24") for number in range(6)), (ONE, P), (TWO, P)))
    first = "193.0.0.0/24, 193.0.1.0/24, 193.0.2.0/24, 193.0.3.0/24 … (6 prefixes)"
    assert alone == [f"{first} are announced on the primary link only: when it fails nothing leads back, and the SLA wants both"]


def test_an_aggregate_has_no_origin() -> None:
    mixed = Segment(SegmentKind.SET, (1, 2))
    routes: list[Route] = [route(P, peer=ONE), replace(route(P, peer=TWO), path=(Segment(SegmentKind.SEQUENCE, ()), mixed))]
    assert messages(peering(*LINKS, routes=routes)) == [f"{P}: the origin is AS3333 on the primary link and none on the secondary"]
    none = [replace(route(P, peer=ONE), path=(mixed,)), route(P, peer=ONE), route(P, peer=TWO)]
    assert messages(peering(*LINKS, routes=none))[0] == f"{P}: the origin is AS3333, none on the primary link and AS3333 on the secondary"
    several = [route(P, (3333, 9), peer=ONE), route(P, (3333, 8), peer=ONE), route(P, (3333, 9), peer=TWO)]
    assert messages(peering(*LINKS, routes=several)) == [f"{P}: the origin is AS8, AS9 on the primary link and AS9 on the secondary"]


def test_many_routes_are_compared_in_seconds() -> None:
    one, two = route(P, peer=ONE), route(P, (3333, 1103), peer=TWO)
    spaced = [Prefix(4, 193 << 24 | number << 8, 24) for number in range(10_000)]
    routes = [replace(base, prefix=prefix) for base in (one, two) for prefix in spaced]
    with Pace() as pace:
        assert spell(check(peering(*LINKS, routes=routes))) == ["BOTH-2 warning the two links", "BOTH-3 note the two links"]
    assert pace.millions < 800  # 0.3 s on a quiet machine
