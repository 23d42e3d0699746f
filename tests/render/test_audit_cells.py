"""Routes in the cells of a picture, against counting address by address."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from render.test_audit import prefix_of

from bgpcheck.render.audit_cells import WORST_FIRST, Block, Cells, hilbert, worst
from bgpcheck.render.audit_counts import VERDICTS
from bgpcheck.routes import Routes

PASSES, NEEDED, BY_HAND, OPEN = range(4)  # positions in VERDICTS


def routes_of(*prefixes: str) -> Routes:
    return Routes.of((prefix_of(one), 1) for one in prefixes)


def along(cells: Cells, number: int = 0) -> list[int]:
    """Give a block's cells in the order of their addresses."""
    x, y = hilbert(cells.order)
    found: list[int] = cells.pictures()[number][y, x].tolist()
    return found


@pytest.mark.parametrize("order", [0, 1, 2, 5])
def test_the_curve_meets_every_cell_and_never_jumps(order: int) -> None:
    places = list(zip(*(one.tolist() for one in hilbert(order)), strict=True))
    side = 1 << order
    assert places[0] == (0, 0)
    assert sorted(places) == [(x, y) for x in range(side) for y in range(side)]
    assert all(abs(a - c) + abs(b - d) == 1 for (a, b), (c, d) in pairwise(places))


@pytest.mark.parametrize("bits", [2, 4, 6])
def test_a_shorter_prefix_is_a_square(bits: int) -> None:
    x, y = hilbert(5)
    size = 1 << 10 - bits
    for first in range(0, 1 << 10, size):
        for one in (x, y):
            assert one[first : first + size].max() - one[first : first + size].min() == (1 << 5 - bits // 2) - 1


WORST = [
    ((0, 0, 0, 0), 0),
    ((5, 0, 0, 0), PASSES + 1),
    ((9, 1, 0, 0), NEEDED + 1),
    ((10, 1, 0, 0), PASSES + 1),  # less than a tenth
    ((0, 5, 5, 0), BY_HAND + 1),
    ((5, 0, 0, 5), OPEN + 1),
    ((0, 5, 0, 5), NEEDED + 1),
]


@pytest.mark.parametrize(("counts", "expected"), WORST)
def test_worst(counts: tuple[int, ...], expected: int) -> None:
    assert worst(np.array(counts, np.int64).reshape(4, 1)).tolist() == [expected]


def test_worst_first_names_every_verdict() -> None:
    assert [VERDICTS[place] for place in WORST_FIRST] == ["manual-validation", "validation-needed", "undetermined", "configured"]


LENGTHS = st.integers(0, 12)
PLACED = st.lists(st.tuples(st.integers(0, (1 << 12) - 1), LENGTHS, st.integers(0, 3)), max_size=15)


@given(rows=PLACED, version=st.sampled_from([4, 6]))
def test_every_cell_of_a_block(rows: list[tuple[int, int, int]], version: int) -> None:
    """Routes in the first 12 bits; the block is 4 bits long and has 64 cells of 10 bits."""
    bits = 32 if version == 4 else 128
    masked = [(place >> 12 - length << 12 - length, length, verdict) for place, length, verdict in rows]
    routes = Routes.of_numbers((version, place << bits - 12, length, 1) for place, length, _ in masked)
    cells = Cells(version, [Block(0xA << 60, 4, "")], 3)
    for half in (slice(0, 7), slice(7, None)):
        cells.add(routes.take(half), np.array([verdict for _, _, verdict in masked], np.intp)[half])
    expected: list[Counter[int]] = [Counter() for _ in range(64)]
    drawn = 0
    for place, length, verdict in masked:
        if length >= 4 and place >> 8 == 0xA:
            drawn += 1
            for cell in {address >> 2 & 63 for address in range(place, place + (1 << 12 - length))}:
                expected[cell][verdict] += 1
    counts = np.array([[one[verdict] for one in expected] for verdict in range(4)], np.int64)
    assert along(cells) == worst(counts).tolist()
    assert cells.left_out == len(rows) - drawn


def test_all_of_ipv4() -> None:
    cells = Cells(4, [Block(0, 0, "")], 4, least=8)  # a cell is a /8
    cells.add(
        routes_of("0.0.0.0/0", "192.0.0.0/7", "10.0.0.0/8", "193.0.0.0/21", "255.255.255.255/32", "2001:67c::/32"),
        np.array([BY_HAND, BY_HAND, NEEDED, PASSES, OPEN, BY_HAND]),
    )
    assert {octet: kind for octet, kind in enumerate(along(cells)) if kind} == {10: NEEDED + 1, 193: PASSES + 1, 255: OPEN + 1}
    assert cells.left_out == 2


def test_several_blocks() -> None:
    cells = Cells(6, [Block(0x2001 << 48, 16, ""), Block(0xFFFF << 48, 16, "")], 2)  # cells are /20
    cells.add(
        routes_of("2001::/16", "ffff:f000::/20", "ffff:ffff::/128", "2002::/16", "2000::/3", "1.0.0.0/8"),
        np.array([PASSES, NEEDED, NEEDED, BY_HAND, BY_HAND, BY_HAND]),
    )
    assert along(cells, 0) == [PASSES + 1] * 16
    assert along(cells, 1) == [0] * 15 + [NEEDED + 1]
    assert cells.left_out == 2
