from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bgpcheck.formats.preflight_places import NOWHERE, read
from bgpcheck.model import Prefix
from bgpcheck.render.places import line_of_finding, line_of_peering, line_of_prefix, paired
from bgpcheck.rules.base import Finding, Severity

if TYPE_CHECKING:
    from bgpcheck.result import Result

TEXT = b"""\
peering:
  cloud: usgov
  peerAsn: 65515
  md5KeyVariable: KEY
  vlanId: 5000
  ipv4:
    primary: 193.0.23.0/30
    customerAsn: 0
    routingRegistryName: RIPE
    prefixes:
    - 193.0.0.9/21
    - 193.0.0.0/21
    - 193.0.0.1/21
    - 2001:67c:2e8::/48
  ipv6:
    customerAsn: 65515
    prefixes:
    - 2001:67c:2e8::/48
    - 2001:67C:2e8::/48
registryData: ../data
"""
PLACES = read(TEXT, file="p.yaml")
V4, V6 = "193.0.0.0/21", "2001:67c:2e8::/48"
FINDINGS = [  # rule, subject, message, line
    ("PFX-5", V4, "", 11),
    ("PFX-8", V4, "193.0.0.9/21 has host bits set", 11),
    ("PFX-8", V4, "193.0.0.1/21 has host bits set", 13),
    ("PFX-8", V6, "2001:67C:2e8::/48 is not the canonical spelling", 19),
    ("PFX-8", V4, "Azure spells it another way", 11),
    ("PFX-3", V6, "", 14),
    ("LIST-1", V4, "", 12),
    ("REG-3", "193.0.23.0/30", "", 7),
    ("LIST-2", "193.0.0.0/20", "", 10),  # what the list comes down to
    ("DATA-6", V4, "", 11),
    ("DATA-1", "irr/RIPE", "", 20),
    ("ASN-2", "AS65515", "", 3),
    ("ASN-5", "AS65515", "", 16),
    ("ASN-3", "AS0", "", 3),
    ("ASN-4", "AS64512", "", 3),
    ("LNK-1", "ipv4.primary", "", 7),
    ("LNK-1", "ipv6.primary", "", 1),  # not in the file
    ("LNK-2", "vlanId", "", 5),
    ("LNK-3", "MD5 key", "", 4),
    ("REG-2", "ipv4.routingRegistryName", "", 9),
    ("REG-6", "cloud", "", 2),
    ("LIM-1", "ipv6", "", 17),
    ("LIM-1", "192.0.2.1 ipv4", "", 1),
    ("ST-16", "AS65515", "", 3),
    ("ST-3", "provisioningState", "", 1),
]


def finding(rule: str, subject: str, message: str = "") -> Finding:
    return Finding(rule, Severity.NOTE, subject, message, "")


@pytest.mark.parametrize(("rule", "subject", "message", "line"), FINDINGS, ids=[f"{rule} {subject}" for rule, subject, *_ in FINDINGS])
def test_a_finding_stands_at_what_is_to_be_changed(rule: str, subject: str, message: str, line: int) -> None:
    assert line_of_finding(finding(rule, subject, message), PLACES) == line
    assert line_of_finding(finding(rule, subject, message), NOWHERE) is None


@pytest.mark.parametrize(
    ("name", "rule", "subject"),
    [
        ("prefixes", "PFX-1", V4),
        ("prefixes", "LIST-2", "193.0.0.0/20"),
        ("prefixes", "LIM-1", "ipv6"),
        ("peerAsn", "ASN-4", "AS64512"),
        ("customerAsn", "ASN-5", "AS65515"),
        ("routingRegistryName", "REG-2", "ipv4.routingRegistryName"),
        ("registryData", "DATA-1", "vrps"),
    ],
)
def test_what_comes_from_the_command_line_has_no_line(name: str, rule: str, subject: str) -> None:
    assert line_of_finding(finding(rule, subject), PLACES.without([name])) is None
    assert line_of_finding(finding("ST-3", "provisioningState"), PLACES.without([name])) == 1


@pytest.mark.parametrize(
    ("prefix", "line"),
    [(V4, 11), (V6, 14), ("193.0.20.0/24", 10), ("2001:67c::/32", 17)],
    ids=["spelled otherwise", "IPv6", "announced", "6"],
)
def test_a_prefix_stands_where_it_is_listed_first_or_could_be(prefix: str, line: int) -> None:
    assert line_of_prefix(Prefix.parse(prefix), PLACES) == line
    assert line_of_prefix(Prefix.parse(prefix), PLACES.without(["prefixes"])) is None


def test_a_family_without_a_list_is_shown_at_the_peering() -> None:
    places = read(b"name: x\npeering:\n  peerAsn: 1\n", file="p")
    assert line_of_prefix(Prefix.parse(V4), places) == line_of_peering(places) == 2


def test_each_result_has_its_places(ready: Result) -> None:
    assert [*paired([ready, ready], [PLACES, NOWHERE])] == [(ready, PLACES), (ready, NOWHERE)]
    assert [*paired([ready, ready], ())] == [(ready, NOWHERE), (ready, NOWHERE)]
    with pytest.raises(ValueError, match="zip"):
        list(paired([ready, ready], [PLACES]))
