"""The list of prefixes: public, in the right family, spelled canonically, once, and not the links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from netaddr import IPNetwork, IPSet
from pace import Pace
from peerings import block, peering, route, spell

from bgpcheck.model import Prefix
from bgpcheck.peering import Block, Listed
from bgpcheck.rules.prefixes import check

P, P6 = "193.0.0.0/21", "2001:67c:2e8::/48"
SINGLE = [  # as listed in the IPv4 list, or the IPv6 list where it has a colon
    (P, []),
    (P6, []),
    ("193.0.0.1/32", []),  # PFX-2: any length
    ("2001:67c:2e8::1/128", []),
    # PFX-1: special-purpose space and the default routes
    ("10.0.0.0/8", ["PFX-1 blocker 10.0.0.0/8"]),
    ("172.16.5.0/24", ["PFX-1 blocker 172.16.5.0/24"]),
    ("192.168.0.0/16", ["PFX-1 blocker 192.168.0.0/16"]),
    ("100.64.0.0/10", ["PFX-1 blocker 100.64.0.0/10"]),
    ("192.0.2.0/24", ["PFX-1 blocker 192.0.2.0/24"]),
    ("0.0.0.0/0", ["PFX-1 blocker 0.0.0.0/0"]),
    ("::/0", ["PFX-1 blocker ::/0"]),
    ("2001:db8::/32", ["PFX-1 blocker 2001:db8::/32"]),
    ("3fff::/24", ["PFX-1 blocker 3fff::/24"]),
    ("fd00::/8", ["PFX-1 blocker fd00::/8"]),
    ("8.0.0.0/6", ["PFX-1 blocker 8.0.0.0/6"]),  # contains 10/8
    # PFX-8: host bits, and other spellings
    ("193.0.0.1/21", [f"PFX-8 warning {P}"]),
    ("2001:67c:2e8::1/48", [f"PFX-8 warning {P6}"]),
    ("2001:067C:02E8::/48", [f"PFX-8 note {P6}"]),
    ("2001:67c:2e8:0::/48", [f"PFX-8 note {P6}"]),
    ("193.0.0.0/021", [f"PFX-8 note {P}"]),
    ("10.1.2.3/8", ["PFX-8 warning 10.0.0.0/8", "PFX-1 blocker 10.0.0.0/8"]),
]


@pytest.mark.parametrize(("text", "findings"), SINGLE)
def test_one_prefix(text: str, findings: list[str]) -> None:
    assert spell(check(peering(block("ipv6" if ":" in text else "ipv4", text)))) == findings


def test_default_route_is_called_by_its_name() -> None:
    assert [one.message for one in check(peering(block("ipv4", "0.0.0.0/0")))] == ["0.0.0.0/0 is not public: default route, 0.0.0.0/0"]
    assert [one.message for one in check(peering(block("ipv4", "10.1.0.0/16")))] == [
        "10.1.0.0/16 is not public: Private-Use, 10.0.0.0/8 (RFC 1918)"
    ]


FAMILIES = [
    ((block("ipv4", P6),), [f"PFX-3 blocker {P6}"]),
    ((block("ipv6", P),), [f"PFX-3 blocker {P}"]),
    ((block("ipv4", P), block("ipv6", P6)), []),
    ((block("ipv4", P, P6), block("ipv6", P6)), [f"PFX-3 blocker {P6}", f"LIST-1 warning {P6}"]),
    ((block("ipv4", P6), block("ipv6", P)), [f"PFX-3 blocker {P6}", f"PFX-3 blocker {P}"]),
]


@pytest.mark.parametrize(("blocks", "findings"), FAMILIES)
def test_each_family_has_its_own_list(blocks: tuple[Block, ...], findings: list[str]) -> None:
    assert spell(check(peering(*blocks))) == findings


LISTS = [
    # LIST-1: twice is once
    ((P, P), [f"LIST-1 warning {P}"]),
    ((P, "193.0.0.9/21", P), [f"PFX-8 warning {P}", f"LIST-1 warning {P}"]),
    (("10.0.0.0/8", "10.0.0.0/8"), ["PFX-1 blocker 10.0.0.0/8", "LIST-1 warning 10.0.0.0/8"]),
    # LIST-2: nested, adjacent
    ((P, "193.0.4.0/24"), ["LIST-2 note 193.0.4.0/24"]),
    (("193.0.4.0/24", P), ["LIST-2 note 193.0.4.0/24"]),
    ((P, "193.0.4.0/22", "193.0.4.0/24"), ["LIST-2 note 193.0.4.0/22", "LIST-2 note 193.0.4.0/24"]),
    (("193.0.0.0/22", "193.0.4.0/22"), [f"LIST-2 note {P}"]),
    (("193.0.0.0/22", "193.0.4.0/23", "193.0.6.0/23"), [f"LIST-2 note {P}"]),
    (("193.0.0.0/22", "193.0.4.0/22", P), ["LIST-2 note 193.0.0.0/22", "LIST-2 note 193.0.4.0/22"]),
    (("193.0.2.0/23", "193.0.4.0/23"), []),  # adjacent, but no block
    ((P, "193.0.8.0/22"), []),
    ((P,), []),
    ((), []),
]


@pytest.mark.parametrize(("prefixes", "findings"), LISTS)
def test_the_list_as_a_whole(prefixes: tuple[str, ...], findings: list[str]) -> None:
    assert spell(check(peering(block("ipv4", *prefixes)))) == findings


def test_nested_names_the_nearest_wider_one_and_joined_names_the_parts() -> None:
    texts = [P, "193.0.4.0/22", "193.0.4.0/24", *(f"193.0.{third}.0/24" for third in range(16, 24))]
    messages = [one.message for one in check(peering(block("ipv4", *texts)))]
    assert messages == [
        "193.0.4.0/22 lies inside 193.0.0.0/21, which is listed too",
        "193.0.4.0/24 lies inside 193.0.4.0/22, which is listed too",
        "193.0.16.0/24, 193.0.17.0/24, 193.0.18.0/24, 193.0.19.0/24 … together make 193.0.16.0/21",
    ]


LINK, LINK6 = "193.0.8.0/30", "2001:67c:2e8::/126"
LINKS = [
    (block("ipv4", P, primary=LINK), [], []),
    (block("ipv4", "193.0.8.0/24", primary=LINK), [], ["PFX-7 warning 193.0.8.0/24"]),
    (block("ipv4", LINK, primary=LINK), [], ["PFX-7 warning 193.0.8.0/30"]),
    (block("ipv4", "193.0.8.1/32", secondary=LINK), [], ["PFX-7 warning 193.0.8.1/32"]),
    (block("ipv6", P6, primary=LINK6), [], [f"PFX-7 warning {P6}"]),
    (block("ipv4", "193.0.8.0/24", primary=LINK, secondary="193.0.8.4/30"), [], ["PFX-7 warning 193.0.8.0/24"] * 2),
    # special space around a link is PFX-1's alone
    (block("ipv4", P, primary=LINK), ["0.0.0.0/0"], ["PFX-1 blocker 0.0.0.0/0"]),
    (block("ipv4", "10.0.0.0/8", primary="10.9.9.0/30"), [], ["PFX-1 blocker 10.0.0.0/8"]),
    (block("ipv4", P, primary="10.9.9.0/30"), ["10.9.9.0/30"], ["PFX-1 blocker 10.9.9.0/30", "PFX-7 warning 10.9.9.0/30"]),
    # announced, though not listed
    (block("ipv4", P, primary=LINK), [LINK, P], ["PFX-7 warning 193.0.8.0/30"]),
    (block("ipv4", "193.0.8.0/24", primary=LINK), ["193.0.8.0/24"], ["PFX-7 warning 193.0.8.0/24"]),
]


@pytest.mark.parametrize(("part", "announced", "findings"), LINKS)
def test_link_subnets_stay_out(part: Block, announced: list[str], findings: list[str]) -> None:
    assert spell(check(peering(part, routes=map(route, announced)))) == findings


@pytest.mark.parametrize(
    ("prefix", "says"),
    [
        (LINK, f"{LINK} is the primary link subnet {LINK}"),
        ("193.0.8.1/32", f"193.0.8.1/32 lies inside the primary link subnet {LINK}"),
        ("193.0.8.0/24", f"193.0.8.0/24 contains the primary link subnet {LINK}"),
    ],
)
def test_how_a_link_subnet_is_met_is_said(prefix: str, says: str) -> None:
    (found,) = check(peering(block("ipv4", P, primary=LINK), routes=[route(prefix)]))
    assert found.message == says
    assert found.remedy.startswith("do not advertise the link subnets")


@pytest.mark.parametrize("blocks", [(), (block("ipv4", P),)])
def test_what_is_announced_must_be_public_too(blocks: tuple[Block, ...]) -> None:
    routes = [route("10.0.0.0/8"), route(P), route("0.0.0.0/0"), route("10.0.0.0/8", peer="198.51.100.6")]
    assert spell(check(peering(*blocks, routes=routes))) == ["PFX-1 blocker 10.0.0.0/8", "PFX-1 blocker 0.0.0.0/0"]


PREFIXES = st.builds(
    lambda number, length: Prefix(4, (193 << 24 | number << 8) >> (32 - length) << (32 - length), length),
    st.integers(0, 15),
    st.integers(18, 26),
)


@given(st.lists(PREFIXES, max_size=12))
def test_notes_lead_to_the_fewest_prefixes(prefixes: list[Prefix]) -> None:
    part = Block("ipv4", prefixes=tuple(Listed(one, str(one)) for one in prefixes))
    notes = {Prefix.parse(one.subject) for one in check(peering(part)) if one.rule == "LIST-2"}
    nested = {one for one in prefixes if any(other.covers(one) and other != one for other in prefixes)}
    fewest = {Prefix.parse(str(net)) for net in IPSet(IPNetwork(str(one)) for one in prefixes).iter_cidrs()}
    assert notes == nested | (fewest - set(prefixes))


def test_a_long_list_is_compared_in_seconds() -> None:
    first = Prefix.parse("193.0.0.0/32").network
    pairs = (Prefix(4, first + 3 * 256 * n // 2, 32) for n in range(20_000))
    part = Block("ipv4", prefixes=tuple(Listed(one, str(one)) for one in pairs))
    with Pace() as pace:
        assert len(list(check(peering(part)))) == 0
    assert pace.millions < 1600  # 2 s on a quiet machine
