"""Forests against what a plain walk over all ranges finds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.table.columnar import NOWHERE, Grove
from bgpcheck.table.forest import ASNS, IPV4, IPV6, Forest, key
from bgpcheck.table.plant import narrow, no_keys, plant, wide

if TYPE_CHECKING:
    from bgpcheck.table.plant import Keys

Range = tuple[int, int, int]  # group, first, last
SHIFT = {ASNS: 0, IPV4: 20, IPV6: 100}  # small numbers, moved to where they use both halves of an address


@dataclass
class Columns:
    held: dict[str, Any]

    def column(self, name: str) -> memoryview:
        return memoryview(self.held[name])


def keys(space: int, ranges: list[Range], end: int) -> Keys:
    groups, numbers = [one[0] for one in ranges], [one[end] << SHIFT[space] for one in ranges]
    if space == IPV6:
        return wide(
            np.array(groups, np.uint32), np.array([n >> 64 for n in numbers], np.uint64), np.array([n % 2**64 for n in numbers], np.uint64)
        )
    return narrow(np.array(groups, np.uint64), np.array(numbers, np.uint64))


def grown(space: int, ranges: list[Range]) -> tuple[Forest, Grove, list[Range], list[int]]:
    """Give a forest of ranges both ways, its nodes, and the positions of those that were left out."""
    planted = plant(keys(space, ranges, 1), keys(space, ranges, 2))
    columns = Columns({f"x/{name}": data for name, _, data in planted.columns()})
    nodes = [ranges[planted.order[start]] for start in planted.span[:-1].tolist()]
    for number, node in enumerate(nodes):
        together = planted.order[planted.span[number] : planted.span[number + 1]].tolist()
        assert [ranges[one] for one in together] == [node] * len(together)
        assert together == sorted(together)
    return Forest.of(columns, "x", space), Grove.of(columns, "x", space), nodes, planted.odd.tolist()


def covers(one: Range, other: Range) -> bool:
    return one[0] == other[0] and one[1] <= other[1] and other[2] <= one[2]


def overlaps(one: Range, other: Range) -> bool:
    return one[0] == other[0] and one[1] <= other[2] and other[1] <= one[2]


@st.composite
def prefixes(draw: st.DrawFn) -> Range:
    length = draw(st.integers(0, 6))
    first = draw(st.integers(0, (1 << length) - 1)) << (6 - length)
    return draw(st.integers(0, 2)), first, first + (1 << (6 - length)) - 1


@st.composite
def spans(draw: st.DrawFn) -> Range:
    first = draw(st.integers(0, 63))
    return 0, first, draw(st.integers(first, 63))


SPACES = st.sampled_from([ASNS, IPV4, IPV6])
MOST = st.integers(0, 24)


@given(SPACES, st.lists(prefixes(), max_size=24), prefixes())
def test_prefixes(space: int, ranges: list[Range], asked: Range) -> None:
    forest, grove, nodes, odd = grown(space, ranges)
    assert not odd  # prefixes nest or stand apart
    assert sorted(set(ranges)) == sorted(nodes)
    group, first, last = asked[0], asked[1] << SHIFT[space], asked[2] << SHIFT[space]
    found = [nodes[one] for one in forest.covering(first, last, group)]
    assert found == sorted((one for one in nodes if covers(one, asked)), key=lambda one: one[1] - one[2], reverse=True)
    met = [nodes[one] for one in forest.overlapping(first, last, group)]
    assert sorted(met) == sorted(one for one in nodes if overlaps(one, asked))
    both = keys(space, [asked], 1), keys(space, [asked], 2)
    looked = grove.look(*both)
    at = looked[0]
    assert (at[0] == NOWHERE and not found) or nodes[at[0]] == found[0]
    start, stop = grove.inside(*both, looked)
    inside = sorted(one for one in nodes if covers(asked, one) and one != asked)
    assert sorted(nodes[start[0] : max(stop[0], start[0])]) == inside


@pytest.mark.parametrize("space", [ASNS, IPV4, IPV6])
def test_a_forest_that_grows_in_circles_is_refused(space: int) -> None:
    forest = replace(grown(space, [(0, 0, 63), (0, 0, 31), (0, 0, 15)])[0], parent=[2, 0, 1])
    for walk in (forest.covering, forest.overlapping, forest.beside):
        with pytest.raises(FormatError, match="above itself"):
            list(walk(20 << SHIFT[space], 21 << SHIFT[space]))


@given(SPACES, st.lists(spans(), max_size=24), spans())
def test_ranges_that_cross_stand_apart(space: int, ranges: list[Range], asked: Range) -> None:
    forest, _, nodes, odd = grown(space, ranges)
    assert not any(overlaps(one, two) and not covers(one, two) and not covers(two, one) for one in nodes for two in nodes)
    assert sorted([*nodes, *{ranges[one] for one in odd}]) == sorted(set(ranges))
    found = {nodes[one] for one in forest.covering(asked[1] << SHIFT[space], asked[2] << SHIFT[space])}
    assert found == {one for one in nodes if covers(one, asked)}


@given(SPACES, st.lists(prefixes(), min_size=1, max_size=24), prefixes())
def test_the_nearest_are_beside(space: int, ranges: list[Range], asked: Range) -> None:
    """All that end last below a range, and all that begin first above it, are there."""
    forest, _, nodes, _ = grown(space, ranges)
    group, first, last = asked
    assume(not any(overlaps(one, asked) for one in nodes))  # else nobody asks
    beside = {nodes[one] for one in forest.beside(first << SHIFT[space], last << SHIFT[space], group)}
    below = [one for one in nodes if one[0] == group and one[2] < first]
    above = [one for one in nodes if one[0] == group and one[1] > last]
    assert {one for one in below if one[2] == max(two[2] for two in below)} <= beside
    assert {one for one in above if one[1] == min(two[1] for two in above)} <= beside


@pytest.mark.parametrize("space", [ASNS, IPV4, IPV6])
def test_nothing(space: int) -> None:
    planted = plant(no_keys(space), no_keys(space))
    grove = Grove.of(Columns({f"x/{name}": data for name, _, data in planted.columns()}), "x", space)
    assert len(grove) == 0
    assert grove.locate(keys(space, [(0, 1, 2)], 1), keys(space, [(0, 1, 2)], 2)).tolist() == [NOWHERE]


def test_keys_are_in_the_order_of_groups_and_numbers() -> None:
    for space in (IPV4, IPV6):
        ordered = [key(space, group, number) for group in (0, 1, 255, 65536) for number in (0, 1, 255, 256, 2**32 - 1)]
        assert ordered == sorted(ordered)  # type: ignore[type-var]
