"""The indexes against a walk over every record, by the standard library's arithmetic."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import Pace

from bgpcheck.model import BITS, AddressRange, Prefix
from bgpcheck.table import PrefixIndex, RangeIndex

Net = ipaddress.IPv4Network | ipaddress.IPv6Network


def prefix(version: int, address: int, length: int) -> Prefix:
    shift = BITS[version] - length
    return Prefix(version, address >> shift << shift, length)


def nets(one: Prefix) -> Net:
    return ipaddress.ip_network(str(one))


# Addresses at the ends and in a few places close together, so that prefixes often nest and touch.
def addresses(version: int) -> st.SearchStrategy[int]:
    top = (1 << BITS[version]) - 1
    return st.sampled_from([0, 1, 255, 256, top >> 1, (top >> 1) + 1, top - 256, top - 1, top])


VERSIONS = st.sampled_from([4, 6])
PREFIXES = VERSIONS.flatmap(
    lambda version: st.builds(
        prefix,
        st.just(version),
        addresses(version),
        st.one_of(st.integers(0, BITS[version]), st.sampled_from([0, 1, BITS[version] - 1, BITS[version]])),
    )
)
RANGES = VERSIONS.flatmap(
    lambda version: st.tuples(addresses(version), addresses(version)).map(lambda pair: AddressRange(version, min(pair), max(pair)))
)
RECORDS = st.lists(PREFIXES, max_size=20).map(lambda found: list(zip(found, range(20), strict=False)))


def covers(wide: Prefix, narrow: Prefix) -> bool:
    one, other = nets(wide), nets(narrow)
    return one.version == other.version and other.subnet_of(one)  # type: ignore[arg-type]


@given(RECORDS, PREFIXES)
def test_prefix_index_finds_what_a_walk_finds(records: list[tuple[Prefix, int]], asked: Prefix) -> None:
    index = PrefixIndex(records)
    covering = [(one, number) for one, number in records if covers(one, asked)]
    inside = [(one, number) for one, number in records if covers(asked, one) and one != asked]
    assert index.covering(asked) == [number for _, number in sorted(covering, key=lambda pair: pair[0].length)]
    assert index.inside(asked) == [number for _, number in sorted(inside, key=lambda pair: pair[0])]
    assert index.overlapping(asked) == index.covering(asked) + index.inside(asked)
    assert sorted(index.overlapping(asked)) == sorted(number for one, number in records if nets(one).overlaps(nets(asked)))


@given(st.lists(RANGES, max_size=20), PREFIXES)
def test_range_index_finds_what_a_walk_finds(ranges: list[AddressRange], asked: Prefix) -> None:
    records = list(zip(ranges, range(20), strict=False))
    net = nets(asked)
    low, high = int(net[0]), int(net[-1])
    expected = [(one, number) for one, number in records if one.version == net.version and one.first <= high and one.last >= low]
    assert RangeIndex(records).overlapping(asked) == [number for _, number in sorted(expected, key=lambda pair: pair[0])]


EVERYTHING = ["0.0.0.0/0", "128.0.0.0/1", "193.0.0.0/20", "193.0.0.0/21", "193.0.0.0/22", "193.0.4.0/22", "193.0.7.255/32", "193.0.8.0/21"]
EVERYTHING += ["255.255.255.255/32", "::/0", "2001:67c:2e8::/48", "2001:67c:2e8::/49", "2001:67c:2e8::1/128", "ffff::/16"]
ASKED = [
    ("193.0.0.0/21", ["0.0.0.0/0", "128.0.0.0/1", "193.0.0.0/20", "193.0.0.0/21"], ["193.0.0.0/22", "193.0.4.0/22", "193.0.7.255/32"]),
    ("193.0.7.255/32", ["0.0.0.0/0", "128.0.0.0/1", "193.0.0.0/20", "193.0.0.0/21", "193.0.4.0/22", "193.0.7.255/32"], []),
    ("0.0.0.0/0", ["0.0.0.0/0"], EVERYTHING[1:9]),
    ("::/0", ["::/0"], EVERYTHING[10:]),
    ("255.255.255.255/32", ["0.0.0.0/0", "128.0.0.0/1", "255.255.255.255/32"], []),
    ("2001:67c:2e8::/48", ["::/0", "2001:67c:2e8::/48"], ["2001:67c:2e8::/49", "2001:67c:2e8::1/128"]),
    ("2001:67c:2e8::1/128", ["::/0", "2001:67c:2e8::/48", "2001:67c:2e8::/49", "2001:67c:2e8::1/128"], []),
    ("10.0.0.0/8", ["0.0.0.0/0"], []),
]


@pytest.mark.parametrize(("asked", "covering", "inside"), ASKED)
def test_nested_prefixes(asked: str, covering: list[str], inside: list[str]) -> None:
    index = PrefixIndex((Prefix.parse(text), text) for text in EVERYTHING)
    assert index.covering(Prefix.parse(asked)) == covering
    assert sorted(index.inside(Prefix.parse(asked))) == sorted(inside)


@pytest.mark.parametrize(("asked", "covering", "inside"), ASKED)
def test_nested_ranges(asked: str, covering: list[str], inside: list[str]) -> None:
    index = RangeIndex((Prefix.parse(text).range, text) for text in EVERYTHING)
    assert sorted(index.overlapping(Prefix.parse(asked))) == sorted(covering + inside)


def test_several_records_of_one_prefix_keep_their_order() -> None:
    here = Prefix.parse("193.0.0.0/21")
    assert PrefixIndex([(here, "b"), (here, "a"), (here, "b")]).covering(here) == ["b", "a", "b"]


def test_nothing_is_found_in_nothing() -> None:
    asked = Prefix.parse("193.0.0.0/21")
    assert PrefixIndex[str]([]).overlapping(asked) == []
    assert RangeIndex[str]([]).overlapping(asked) == []


def test_one_wide_record_does_not_make_every_look_up_a_walk() -> None:
    spans = [(AddressRange(4, n << 8, (n << 8) + 255), n) for n in range(50_000)]
    index = RangeIndex([(Prefix.parse("0.0.0.0/0").range, -1), *spans])
    with Pace() as pace:
        for n in range(49_000, 49_200):
            assert index.overlapping(Prefix(4, n << 8, 24)) == [-1, n]
    assert pace.millions < 80  # a few milliseconds on a quiet machine
