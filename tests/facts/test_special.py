"""The special-purpose fact against a definition that walks every address where anything can change."""

from __future__ import annotations

import ipaddress
from itertools import product

import pytest

from bgpcheck.facts.special import special
from bgpcheck.iana.special import BESIDE_ROWS, IPV4_ROWS, IPV6_ROWS, special_blocks
from bgpcheck.model import BITS, Prefix

NAMED = [  # prefix, the block that is named (None: not special)
    ("0.0.0.0/0", "0.0.0.0/0"),
    ("::/0", "::/0"),
    ("10.1.0.0/16", "10.0.0.0/8"),
    ("8.0.0.0/6", "10.0.0.0/8"),  # contains it
    ("8.8.8.0/24", None),
    ("100.64.0.1/32", "100.64.0.0/10"),  # peers.md 10: taken for public by ipwhois
    ("100.63.255.255/32", None),
    ("100.128.0.0/9", None),
    ("172.15.0.0/16", None),
    ("172.16.0.0/12", "172.16.0.0/12"),
    ("172.32.0.0/11", None),
    ("192.0.0.0/24", "192.0.0.0/24"),
    ("192.0.0.8/32", "192.0.0.8/32"),
    ("192.0.0.9/32", None),  # globally reachable, inside 192.0.0.0/24
    ("192.0.0.10/32", None),
    ("192.0.0.8/31", "192.0.0.8/32"),  # 192.0.0.9 is reachable, its neighbour is not
    ("192.0.0.10/31", "192.0.0.0/24"),  # 192.0.0.11 has no row of its own
    ("192.0.0.171/32", "192.0.0.171/32"),
    ("192.0.0.0/16", "192.0.0.0/24"),  # the first of those inside
    ("192.0.1.0/24", None),
    ("192.0.3.0/24", None),
    ("192.31.196.0/24", None),
    ("192.88.99.0/24", "192.88.99.0/24"),  # reachability left empty
    ("192.88.99.2/32", "192.88.99.2/32"),
    ("198.18.0.0/15", "198.18.0.0/15"),
    ("198.20.0.0/15", None),
    ("203.0.113.128/25", "203.0.113.0/24"),
    ("223.255.255.0/24", None),
    ("224.0.0.0/24", "224.0.0.0/4"),
    ("239.255.255.255/32", "224.0.0.0/4"),
    ("224.0.0.0/3", "224.0.0.0/4"),
    ("240.0.0.0/4", "240.0.0.0/4"),
    ("255.255.255.255/32", "255.255.255.255/32"),
    ("::1/128", "::1/128"),
    ("::2/128", "::/3"),
    ("64:ff9b::/96", None),  # its own row is reachable, although outside 2000::/3
    ("64:ff9b::808:808/128", None),
    ("64:ff9b::/95", "::/3"),
    ("64:ff9b:1::/48", "64:ff9b:1::/48"),
    ("100:0:0:1::/64", "100:0:0:1::/64"),
    ("1fff:ffff::/32", "::/3"),
    ("2000::/16", None),
    ("2000::/3", "2001::/23"),
    ("2001::/32", "2001::/32"),  # N/A is not "reachable"
    ("2001:1::3/128", None),  # RFC 9665
    ("2001:1::4/128", "2001::/23"),
    ("2001:10::/28", "2001:10::/28"),
    ("2001:20::/28", None),
    ("2001:30::/28", None),
    ("2001:200::/23", None),
    ("2001:db8::/32", "2001:db8::/32"),
    ("2001:db9::/32", None),
    ("2002::/16", "2002::/16"),
    ("2620:4f:8000::/48", None),
    ("3fff::/20", "3fff::/20"),  # peers.md 10: missing from older tables
    ("3fff:1000::/20", None),
    ("3ffe::/16", None),
    ("4000::/16", "4000::/2"),
    ("5f00::/16", "5f00::/16"),
    ("8000::/1", "8000::/1"),
    ("fd00::/8", "fc00::/7"),
    ("fe80::/64", "fe80::/10"),
    ("fec0::/10", "8000::/1"),
    ("ff02::/16", "ff00::/8"),
]


@pytest.mark.parametrize(("prefix", "named"), NAMED)
def test_named_block(prefix: str, named: str | None) -> None:
    block = special(Prefix.parse(prefix))
    assert (block and str(block.prefix)) == named


def test_default_route_is_in_no_registry() -> None:
    block = special(Prefix.parse("::/0"))
    assert block is not None
    assert (block.name, block.rfc, block.globally_reachable) == ("default route", "", False)


def rows(version: int) -> list[tuple[int, int, bool]]:
    """First and last address of each row and whether it is reachable, by the standard library's arithmetic."""
    nets = [(ipaddress.ip_network(text), bool(reachable)) for text, _, _, reachable in (*IPV4_ROWS, *IPV6_ROWS, *BESIDE_ROWS)]
    return [(int(net[0]), int(net[-1]), reachable) for net, reachable in nets if net.version == version]


def reachable_at(address: int, table: list[tuple[int, int, bool]]) -> bool:
    """Tell whether the narrowest row that holds ``address`` is reachable; an address in no row is."""
    return min(((last - first, yes) for first, last, yes in table if first <= address <= last), default=(0, True))[1]


def edges(version: int) -> list[int]:
    """Every first and last address of a row, and the addresses beside them."""
    near = {edge for first, last, _ in rows(version) for edge in (first - 1, first, last, last + 1)}
    return sorted(edge for edge in near if 0 <= edge < 1 << BITS[version])


@pytest.mark.parametrize("version", [4, 6])
def test_every_length_at_every_boundary(version: int) -> None:
    table, bits, near = rows(version), BITS[version], edges(version)
    answer = {edge: reachable_at(edge, table) for edge in near}
    prefixes = {Prefix(version, edge >> (bits - n) << (bits - n), n) for edge, n in product(near, range(1, bits + 1))}
    for prefix in prefixes:
        ends = (reachable_at(prefix.network, table), reachable_at(prefix.last, table))
        inside = (answer[edge] for edge in near if prefix.network <= edge <= prefix.last)
        assert (special(prefix) is None) == (all(ends) and all(inside)), str(prefix)
    assert len(prefixes) > {4: 800, 6: 4000}[version]


@pytest.mark.parametrize("version", [4, 6])
def test_named_block_is_never_reachable_and_always_touches(version: int) -> None:
    bits = BITS[version]
    for edge, n in product(edges(version), range(1, bits + 1)):
        prefix = Prefix(version, edge >> (bits - n) << (bits - n), n)
        block = special(prefix)
        if block is not None:
            assert block in special_blocks(version)
            assert not block.globally_reachable
            assert block.prefix.overlaps(prefix)
