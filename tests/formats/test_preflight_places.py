from __future__ import annotations

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.formats import preflight
from bgpcheck.formats.preflight_places import NOWHERE, Places, read
from bgpcheck.model import Prefix
from bgpcheck.store import configs

TEXT = b"""\
# a comment
name: mine
peering:
  peerAsn: AS3333
  md5KeyVariable: KEY
  serviceKey:
  ipv4:
    primary: 193.0.23.0/30
    secondary: 193.0.23.5/30
    customerAsn: 0
    routingRegistryName: ripencc
    prefixes:
      - 193.0.0.0/021   # zeros in front
      - '193.0.1.7/24'
      - 193.0.0.0/21

      - 2001:67c:2e8::/48
  ipv6:
    customerAsn: 1.10
    prefixes: [2001:067C:02E8::/48,
      "3FFF:0000::/20", 2001:67c:2e8:0:0:0:0:0/48]
organisation: {name: us}
registryData: ../registry
"""
LISTED = [
    ("193.0.0.0/21", [13, 15]),
    ("193.0.1.0/24", [14]),
    ("2001:67c:2e8::/48", [17, 20, 21]),
    ("3fff::/20", [21]),
    ("193.0.23.0/30", [8]),  # a link subnet
    ("193.0.23.4/30", [9]),
    ("193.0.0.0/22", []),
]
FIELDS = {
    "name": 2, "peering": 3, "peerAsn": 4, "md5KeyVariable": 5, "ipv4": 7, "ipv4.primary": 8, "ipv4.secondary": 9, "ipv4.customerAsn": 10,
    "ipv4.routingRegistryName": 11, "ipv4.prefixes": 12, "ipv6": 18, "ipv6.customerAsn": 19, "ipv6.prefixes": 20,
    "organisation": 22, "organisation.name": 22, "registryData": 23,
}  # fmt: skip


@pytest.fixture
def places() -> Places:
    preflight.parse(TEXT, configs.settings(), file="p.yaml")  # it is one
    return read(TEXT, file="p.yaml")


def test_every_field_has_its_line(places: Places) -> None:
    assert dict(places.lines) == FIELDS  # an empty one stands nowhere
    assert (places.file, places.replaced) == ("p.yaml", frozenset())
    assert dict(places.asns) == {"peerAsn": 3333, "ipv4.customerAsn": 0, "ipv6.customerAsn": (1 << 16) + 10}


@pytest.mark.parametrize(("prefix", "lines"), LISTED, ids=[prefix for prefix, _ in LISTED])
def test_a_prefix_is_found_however_it_is_spelled(prefix: str, lines: list[int], places: Places) -> None:
    assert [item.line for item in places.of(Prefix.parse(prefix))] == lines


def test_a_listed_link_subnet_is_found_in_the_list() -> None:
    text = b"peering:\n  peerAsn: 1\n  ipv4:\n    primary: 193.0.23.0/30\n    prefixes:\n    - 193.0.23.0/30\n"
    (found,) = read(text, file="p").of(Prefix.parse("193.0.23.0/30"))
    assert (found.field, found.line) == ("ipv4.prefixes", 6)


@pytest.mark.parametrize(
    ("names", "gone"),
    [
        ({"prefixes"}, {"ipv4.prefixes", "ipv6.prefixes"}),
        ({"peerAsn"}, {"peerAsn"}),
        ({"customerAsn", "registryData"}, {"ipv4.customerAsn", "ipv6.customerAsn", "registryData"}),
        (set(), set()),
    ],
    ids=str,
)
def test_what_an_option_replaced_stands_nowhere(names: set[str], gone: set[str], places: Places) -> None:
    left = places.without(names)
    assert FIELDS.keys() - left.lines.keys() == gone
    assert left.asns.keys() == places.asns.keys() - gone
    assert left.items == (() if "prefixes" in names else places.items)
    assert left.replaced == names
    assert left.without(["layer"]).replaced == {*names, "layer"}


@pytest.mark.parametrize("word", ["''", "~", ""])
def test_what_the_parser_takes_for_nothing_stands_nowhere(word: str) -> None:
    text = TEXT.replace(b"193.0.23.0/30", word.encode()).replace(b"ripencc", word.encode())
    assert preflight.parse(text, configs.settings(), file="p.yaml").peering.blocks[0].primary is None
    found = read(text, file="p.yaml")
    assert FIELDS.keys() - found.lines.keys() == {"ipv4.primary", "ipv4.routingRegistryName"}
    assert [link.field for link in found.links] == ["ipv4.secondary"]


def test_without_a_file_there_are_no_places() -> None:
    assert (NOWHERE.file, dict(NOWHERE.lines), NOWHERE.of(Prefix.parse("193.0.0.0/21"))) == ("", {}, ())


def test_what_is_no_preflight_file_is_an_error_with_its_place() -> None:
    with pytest.raises(FormatError, match=r"^p:3: peering.ipv4.prefixes\[0\]: 'x' is not an IPv4 or IPv6 prefix"):
        read(b"peering:\n  ipv4:\n    prefixes: [x]\n", file="p")
