"""ASN-1 to ASN-7, number by number at every edge."""

from __future__ import annotations

from dataclasses import replace

import pytest
from circuits import circuit, private
from peerings import PEER, block, peering, route, spell

from bgpcheck.model import MAX_ASN, Prefix, Route, Segment, SegmentKind
from bgpcheck.rules.asns import check

PEERS = [
    (3333, []),
    (1, []),
    (12076, ["ASN-1 warning AS12076"]),  # Microsoft's own
    # ASN-3, ASN-7: 0 is in no range that the API takes
    (0, ["ASN-3 blocker AS0", "ASN-7 blocker AS0"]),
    (23455, []),
    (23456, ["ASN-7 blocker AS23456"]),
    (23457, []),
    # ASN-7: documentation and reserved numbers
    (64495, []),
    (64496, ["ASN-7 blocker AS64496"]),
    (64511, ["ASN-7 blocker AS64511"]),
    (65535, ["ASN-7 blocker AS65535"]),
    (65536, ["ASN-7 blocker AS65536"]),
    (65551, ["ASN-7 blocker AS65551"]),
    (65552, ["ASN-7 blocker AS65552"]),
    (131071, ["ASN-7 blocker AS131071"]),
    (131072, []),
    (MAX_ASN, ["ASN-7 blocker AS4294967295"]),
    # ASN-4: private numbers are allowed; ASN-2: but not Microsoft's
    (64512, ["ASN-4 warning AS64512"]),
    (65514, ["ASN-4 warning AS65514"]),
    (65515, ["ASN-2 blocker AS65515", "ASN-4 warning AS65515"]),
    (65520, ["ASN-2 blocker AS65520", "ASN-4 warning AS65520"]),
    (65521, ["ASN-4 warning AS65521"]),
    (65534, ["ASN-4 warning AS65534"]),
    (4199999999, []),
    (4200000000, ["ASN-4 warning AS4200000000"]),
    (4294967294, ["ASN-4 warning AS4294967294"]),
]


@pytest.mark.parametrize(("asn", "findings"), PEERS)
def test_peer_asn(asn: int, findings: list[str]) -> None:
    assert spell(check(peering(asn=asn))) == findings


def test_a_circuit_without_microsoft_peering_has_no_peer_asn() -> None:
    assert spell(check(replace(peering(asn=0), circuit=circuit(private())))) == []


CUSTOMERS = [
    (0, []),  # not set
    (1, []),
    (1103, []),
    (12076, []),
    (23456, ["ASN-5 blocker AS23456"]),
    (64511, ["ASN-5 blocker AS64511"]),
    (64512, ["ASN-5 blocker AS64512"]),
    (65515, ["ASN-5 blocker AS65515"]),
    (65535, ["ASN-5 blocker AS65535"]),
    (131072, []),
    # ASN-3: an int32 in the API
    (2147483647, []),
    (2147483648, ["ASN-3 blocker AS2147483648"]),
    (4200000000, ["ASN-3 blocker AS4200000000", "ASN-5 blocker AS4200000000"]),
    (MAX_ASN, ["ASN-3 blocker AS4294967295", "ASN-5 blocker AS4294967295"]),
]


@pytest.mark.parametrize(("asn", "findings"), CUSTOMERS)
def test_customer_asn(asn: int, findings: list[str]) -> None:
    assert spell(check(peering(block(customer=asn)))) == findings


def test_each_family_has_its_own_customer_asn() -> None:
    both = peering(block("ipv4", customer=64512), block("ipv6", customer=1103))
    assert spell(check(both)) == ["ASN-5 blocker AS64512"]


P = "193.0.0.0/21"
PATHS = [
    ((3333,), []),
    ((3333, 1103, 3333), []),
    ((3333, 64512), [f"ASN-6 note {P}"]),  # stripped
    ((3333, 64512, 65000, 64512), [f"ASN-6 note {P}"]),
    ((3333, 4200000000), [f"ASN-6 note {P}"]),
    ((64495, 3333), []),
    ((64496, 3333), [f"ASN-6 warning {P}"]),  # not allowed in a path
    ((3333, 64511, 64511), [f"ASN-6 warning {P}"]),
    ((3333, 64500, 64501), [f"ASN-6 warning {P}", f"ASN-6 warning {P}"]),
    ((3333, 64512, 64500), [f"ASN-6 note {P}", f"ASN-6 warning {P}"]),
    ((3333, 65535, 65536), []),
    ((), []),
]


@pytest.mark.parametrize(("path", "findings"), PATHS)
def test_announced_path(path: tuple[int, ...], findings: list[str]) -> None:
    assert spell(check(peering(routes=[route(P, path)]))) == findings


def test_a_route_without_as_path_says_nothing() -> None:
    bare = Route(PEER, Prefix.parse(P), None, route(P).observed_at)
    assert spell(check(peering(routes=[bare]))) == []


def test_a_long_private_path_is_cut_short() -> None:
    note = next(iter(check(peering(routes=[route(P, range(64512, 64600))]))))
    assert "AS64512, AS64513, AS64514, AS64515 … from" in note.message
    assert "AS64516" not in note.message


def test_each_peers_path_is_named() -> None:
    found = list(check(peering(routes=[route(P, (64496, 3333)), route(P, (64496, 3333), peer="198.51.100.6")])))
    assert [one.message.split(":")[0] for one in found] == [f"{P} from {PEER}", f"{P} from 198.51.100.6"]


STRIPPED = [
    (
        (3333, 64512, 64512, 64512),
        "AS64512",
        "3333 64512 64512 64512, which leaves 3333: its length is 1 instead of 4, so these prepends do",
    ),
    ((65003, 65003, 3333), "AS65003", "65003 65003 3333, which leaves 3333: its length is 1 instead of 3, so these prepends do nothing"),
    ((3333, 64512), "AS64512", "3333 64512, which leaves 3333: its length is 1 instead of 2, so prepending with private AS numbers does"),
    ((3333, 3333, 64512), "AS64512", "3333 3333 64512, which leaves 3333 3333: its length is 2 instead of 3, so prepending with private"),
    ((64512,), "AS64512", "64512, which leaves no AS number: its length is 0 instead of 1"),
]


@pytest.mark.parametrize(("path", "stripped", "says"), STRIPPED)
def test_what_stripping_does_to_a_path(path: tuple[int, ...], stripped: str, says: str) -> None:
    (note,) = check(peering(routes=[route(P, path)]))
    assert note.message.startswith(f"{P} from {PEER}: Microsoft strips {stripped} from the path {says}")


def test_stripping_a_set_leaves_the_length() -> None:
    base = route(P)
    path = (Segment(SegmentKind.SEQUENCE, (3333,)), Segment(SegmentKind.SET, (64512, 64512)))
    (note,) = check(peering(routes=[replace(base, path=path)]))
    assert note.message.endswith("strips AS64512 from the path 3333 {64512 64512}, which leaves 3333 {}; its length stays 2")


def test_documentation_numbers_are_refused_and_an_internet_session_is_not_judged() -> None:
    made = peering(routes=[route(P, (3333, 64500))])
    (found,) = check(made)
    assert "AS64500 is for documentation and not allowed in a path towards Microsoft: the route is refused" in found.message
    assert list(check(replace(made, peers=((PEER, "internet"),)))) == []
