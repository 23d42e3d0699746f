"""The links: their subnets, the VLAN id, the MD5 key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peerings import block, peering, spell

from bgpcheck.rules.links import check, key_faults

if TYPE_CHECKING:
    from bgpcheck.peering import Block

A, B = "193.0.8.0/30", "193.0.8.4/30"
A6, B6 = "2001:67c:2e8::/126", "2001:67c:2e8::4/126"
SUBNETS = [
    (block("ipv4", primary=A, secondary=B), []),
    (block("ipv6", primary=A6, secondary=B6), []),
    (block("ipv4"), []),
    (block("ipv4", primary=A), []),
    (block("ipv4", secondary=B), []),
    # the right length
    (block("ipv4", primary="193.0.8.0/29"), ["LNK-1 blocker ipv4.primary"]),
    (block("ipv4", secondary="193.0.8.0/31"), ["LNK-1 blocker ipv4.secondary"]),
    (block("ipv4", primary="193.0.8.1/32"), ["LNK-1 blocker ipv4.primary"]),
    (block("ipv6", primary="2001:67c:2e8::/125"), ["LNK-1 blocker ipv6.primary"]),
    (block("ipv6", primary="2001:67c:2e8::/127"), ["LNK-1 blocker ipv6.primary"]),
    (block("ipv6", primary="2001:67c:2e8::/64"), ["LNK-1 blocker ipv6.primary"]),
    # the right family; nothing more is said of a wrong one
    (block("ipv4", primary="2001:db8::/126"), ["LNK-1 blocker ipv4.primary"]),
    (block("ipv6", primary="10.0.0.0/30"), ["LNK-1 blocker ipv6.primary"]),
    # an address in the place of the subnet
    (block("ipv4", primary="193.0.8.1/30"), ["LNK-1 warning ipv4.primary"]),
    (block("ipv6", secondary="2001:67c:2e8::1/126"), ["LNK-1 warning ipv6.secondary"]),
    (block("ipv4", primary="193.0.8.1/29"), ["LNK-1 blocker ipv4.primary"]),
    # public
    (block("ipv4", primary="192.168.0.0/30"), ["LNK-1 blocker ipv4.primary"]),
    (block("ipv4", primary="169.254.0.0/30"), ["LNK-1 blocker ipv4.primary"]),
    (block("ipv4", primary="100.64.0.0/30"), ["LNK-1 blocker ipv4.primary"]),
    (block("ipv6", primary="fd00::/126"), ["LNK-1 blocker ipv6.primary"]),
    (block("ipv6", primary="2001:db8::/126"), ["LNK-1 blocker ipv6.primary"]),
    (block("ipv4", primary="10.0.0.0/29"), ["LNK-1 blocker ipv4.primary", "LNK-1 blocker ipv4.primary"]),
    (block("ipv4", primary="192.168.0.1/30"), ["LNK-1 warning ipv4.primary", "LNK-1 blocker ipv4.primary"]),
    # distinct
    (block("ipv4", primary=A, secondary=A), ["LNK-1 blocker ipv4.secondary"]),
    (block("ipv4", primary=A, secondary="193.0.8.2/30"), ["LNK-1 warning ipv4.secondary", "LNK-1 blocker ipv4.secondary"]),
    (block("ipv4", primary="193.0.8.0/29", secondary=B), ["LNK-1 blocker ipv4.primary", "LNK-1 blocker ipv4.secondary"]),
    (block("ipv4", primary=A, secondary=B6), ["LNK-1 blocker ipv4.secondary"]),
]


@pytest.mark.parametrize(("part", "findings"), SUBNETS)
def test_link_subnets(part: Block, findings: list[str]) -> None:
    assert spell(check(peering(part))) == findings


def test_families_are_judged_apart() -> None:
    both = peering(block("ipv4", primary=A, secondary=B), block("ipv6", primary=A6, secondary=A6))
    assert spell(check(both)) == ["LNK-1 blocker ipv6.secondary"]


@pytest.mark.parametrize(
    ("vlan", "exists"),
    [(None, True), (0, False), (1, True), (2, True), (4094, True), (4095, False), (4096, False), (9999999999, False)],
)
def test_vlan_id(vlan: int | None, exists: bool) -> None:  # noqa: FBT001 (a table's column)
    assert spell(check(replace(peering(), vlan_id=vlan))) == ([] if exists else ["LNK-2 blocker vlanId"])


LONG, ODD = "the MD5 key has {} characters: at most 25, and not none", "the MD5 key has characters other than letters and digits"
KEYS = [
    ("a", []),
    ("Abc123", []),
    ("x" * 25, []),
    ("x" * 26, [LONG.format(26)]),
    ("", [LONG.format(0)]),
    ("with space", [ODD]),
    ("under_score", [ODD]),
    ("semi;colon", [ODD]),
    ("new\nline", [ODD]),
    ("trailing\n", [ODD]),
    ("schlüssel", [ODD]),
    ("x²", [ODD]),
    ("٣", [ODD]),
    ("x-" * 13, [LONG.format(26), ODD]),
]


@pytest.mark.parametrize(("key", "faults"), KEYS)
def test_md5_key(key: str, faults: list[str]) -> None:
    assert list(key_faults(key)) == faults
    assert spell(check(replace(peering(), secret_faults=key_faults(key)))) == ["LNK-3 blocker MD5 key"] * len(faults)


@given(st.text(st.characters(), min_size=1, max_size=40))
def test_the_key_is_never_repeated(key: str) -> None:
    secret = f"Qq{key}Qq"
    made = replace(peering(), secret_faults=key_faults(secret))
    shown = " ".join(f"{one.subject} {one.message} {one.remedy}" for one in check(made))
    assert secret not in shown
    assert "Qq" not in shown
    assert secret not in repr(made)
