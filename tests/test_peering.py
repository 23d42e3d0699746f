"""A peering's list, its announcements, and the claims that follow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import Pace
from peerings import PEER, block, peering, route

from bgpcheck.claim import Claim
from bgpcheck.model import Prefix
from bgpcheck.peering import Block, Listed, Peering

P, Q, P6 = "193.0.0.0/21", "193.0.8.0/24", "2001:67c:2e8::/48"
OTHER = "198.51.100.6"


def prefixes(claims: tuple[Claim, ...]) -> list[tuple[str, bool]]:
    return [(str(claim.prefix), claim.listed) for claim in claims]


def test_listed_prefixes_come_once_in_their_order() -> None:
    made = peering(block("ipv4", Q, P, "193.0.0.9/21"), block("ipv6", P6, P))
    assert [(part.family, str(prefix)) for part, prefix in made.listed] == [("ipv4", Q), ("ipv4", P), ("ipv6", P6)]
    assert prefixes(made.claims()) == [(Q, True), (P, True), (P6, True)]


def test_a_claim_says_what_its_block_says() -> None:
    parts = (block("ipv4", P, customer=1103, registry="RIPENCC"), block("ipv6", P6, customer=2121))
    first, second = replace(peering(*parts), cloud="usgov").claims()
    assert first == Claim(Prefix.parse(P), 3333, 1103, "RIPENCC", "ipv4", "usgov")
    assert second == Claim(Prefix.parse(P6), 3333, 2121, None, "ipv6", "usgov")
    assert first.asns == (1103, 3333)


def test_a_prefix_in_the_wrong_list_is_judged_by_that_list() -> None:
    (claim,) = peering(block("ipv4"), block("ipv6", P, customer=1103)).claims()
    assert (claim.block, claim.customer_asn) == ("ipv6", 1103)


def test_announcements_stand_with_their_prefix() -> None:
    routes = [route(P), route("193.0.0.0/22"), route(P, peer=OTHER)]
    listed, extra = peering(block("ipv4", P), routes=routes).claims()
    assert listed.routes == (routes[0], routes[2])
    assert (str(extra.prefix), extra.listed, extra.routes) == ("193.0.0.0/22", False, (routes[1],))


def test_what_is_announced_and_not_listed_comes_last_in_address_order() -> None:
    made = peering(block("ipv4", P), routes=[route(P6), route(Q), route("10.0.0.0/8"), route(P)])
    assert prefixes(made.claims()) == [(P, True), ("10.0.0.0/8", False), (Q, False), (P6, False)]


def test_without_a_list_every_announced_prefix_counts_as_listed() -> None:
    made = peering(block("ipv4", customer=1103), routes=[route(Q), route(P6)])
    assert prefixes(made.claims()) == [(Q, True), (P6, True)]
    assert [claim.customer_asn for claim in made.claims()] == [1103, 0]


def test_a_family_that_is_not_configured_has_an_empty_block() -> None:
    made = peering(block("ipv4", P))
    assert made.block("ipv6") == Block("ipv6")
    assert made.block("ipv4") is made.blocks[0]


def test_links_that_are_given() -> None:
    part = block("ipv4", primary="193.0.8.0/30")
    assert part.links == (("primary", Listed(Prefix.parse("193.0.8.0/30"), "193.0.8.0/30")),)
    assert block("ipv4").links == ()
    assert [name for name, _ in replace(part, secondary=part.primary).links] == ["primary", "secondary"]


def test_routes_are_not_shown_with_a_peering() -> None:
    assert PEER not in repr(peering(routes=[route(P)]))


LINKS = (
    block("ipv4", P, primary="193.0.8.0/30", secondary="193.0.8.4/30"),
    block("ipv6", primary="2001:67c:2e8:1::/126", secondary="2001:67c:2e8:1::4/126"),
)
GIVEN = (("193.0.8.2", "internet"), ("lab", "secondary"), ("198.51.100.9", "internet"))
ROLES = [
    ((), "193.0.8.1", "primary"),
    ((), "193.0.8.5", "secondary"),
    ((), "2001:67c:2e8:1::1", "primary"),
    ((), "2001:67c:2e8:1::6", "secondary"),
    ((), "193.0.8.8", ""),
    ((), "2001:67c:2e8:1::8", ""),
    ((), "fe80::1%eth0", ""),
    ((), "", ""),
    ((), "a router\n", ""),
    ((), "193.0.8.1/8", ""),
    (GIVEN, "193.0.8.1", "primary"),
    (GIVEN, "193.0.8.2", "internet"),  # what is given counts, wherever the address lies
    (GIVEN, "lab", "secondary"),
    (GIVEN, "198.51.100.9", "internet"),
    (GIVEN, "198.51.100.10", ""),
]


@pytest.mark.parametrize(("peers", "address", "role"), ROLES)
def test_what_a_peer_is(peers: tuple[tuple[str, str], ...], address: str, role: str) -> None:
    assert replace(peering(*LINKS), peers=peers).role_of(address) == role


def test_what_an_internet_session_says_is_nothing_that_is_claimed() -> None:
    heard = [route(P, peer="198.51.100.9"), route(Q, peer="198.51.100.9"), route(P, peer="193.0.8.1"), route(P6)]
    made = replace(peering(*LINKS, routes=heard), peers=GIVEN)
    assert made.roles() == {"198.51.100.9": "internet", "193.0.8.1": "primary", PEER: ""}
    assert made.towards_microsoft == tuple(heard[2:])
    assert prefixes(made.claims()) == [(P, True), (P6, False)]
    assert made.claims()[0].routes == (heard[2],)
    assert peering(*LINKS, routes=heard).towards_microsoft == tuple(heard)


SMALL = st.builds(
    lambda number, length: Prefix(4, number >> (32 - length) << (32 - length), length), st.integers(0, 3), st.integers(30, 32)
)


@given(st.lists(SMALL, max_size=6), st.lists(SMALL, max_size=6))
def test_every_prefix_has_one_claim_and_every_announcement_one_place(listed: list[Prefix], announced: list[Prefix]) -> None:
    part = Block("ipv4", prefixes=tuple(Listed(one, str(one)) for one in listed))
    made = Peering(3333, (part,), routes=tuple(route(str(one)) for one in announced))
    claims = made.claims()
    assert sorted(claim.prefix for claim in claims) == sorted({*listed, *announced})
    assert sorted(one.prefix for claim in claims for one in claim.routes) == sorted(announced)
    assert all(one.prefix == claim.prefix for claim in claims for one in claim.routes)
    assert {claim.prefix for claim in claims if claim.listed} == (set(listed) or set(announced))


def test_many_prefixes_and_many_routes_are_put_together_in_seconds() -> None:
    spaced = [Prefix(4, 193 << 24 | number << 8, 24) for number in range(20_000)]
    base = route(P)
    part = Block("ipv4", prefixes=tuple(Listed(one, "") for one in spaced))
    made = Peering(3333, (part,), routes=tuple(replace(base, prefix=one) for one in spaced))
    with Pace() as pace:
        assert len(made.claims()) == 20_000
    assert pace.millions < 400  # 0.1 s on a quiet machine
