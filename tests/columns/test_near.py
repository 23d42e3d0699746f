"""Rows of a table that have to do with some prefixes, held against the definition of overlapping."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.columns.near import Near, distinct
from bgpcheck.model import Prefix
from bgpcheck.routes import Routes, joined

Pair = tuple[Prefix, int | None]


def pairs(*rows: str) -> list[Pair]:
    """Read ``193.0.0.0/21 3333`` or ``193.0.0.0/21``."""
    return [(Prefix.parse(row.split()[0]), int(row.split()[1]) if " " in row else None) for row in rows]


def spell(routes: Routes) -> list[str]:
    return [f"{prefix} {origin}" if origin is not None else str(prefix) for prefix, origin in routes.pairs()]


def near(*ours: str) -> Near:
    return Near(map(Prefix.parse, ours))


OURS = ("193.0.0.0/21", "193.0.0.0/24", "2001:67c:2e8::/48")
ROWS = [
    *("0.0.0.0/0 1", "193.0.0.0/20 1", "193.0.0.0/21 1", "193.0.0.0/22", "193.0.7.255/32 1", "193.0.8.0/24 1", "192.255.255.0/24 1"),
    *("::/0 1", "2001:67c:2e8::/48 1", "2001:67c:2e8:8000::/49 1", "2001:67c:2e9::/48 1", "2001:67c:2e8::1/128 1", "c100::/8 1"),
]
KEPT = [row for row in ROWS if row.split()[0] not in {"193.0.8.0/24", "192.255.255.0/24", "2001:67c:2e9::/48", "c100::/8"}]


def test_what_overlaps_is_kept_in_its_order() -> None:
    assert spell(near(*OURS).only(Routes.of(pairs(*ROWS)))) == KEPT
    assert spell(near(*OURS).only(Routes.of(pairs(*ROWS[::-1], *ROWS)))) == [*KEPT[::-1], *KEPT]


@pytest.mark.parametrize("ours", [(), ("193.0.0.0/21",), ("2001:67c:2e8::/48",)])
def test_a_family_that_is_not_ours(ours: tuple[str, ...]) -> None:
    version = {"193.0.0.0/21": 4, "2001:67c:2e8::/48": 6}.get(ours[0]) if ours else None
    found = near(*ours).only(Routes.of(pairs(*ROWS)))
    assert {prefix.version for prefix, _ in found.pairs()} == ({version} if version else set())
    assert len(near(*ours).only(Routes.of(()))) == 0


def test_different_rows_are_sorted_and_come_once() -> None:
    rows = ("2001:67c::/32 1", "193.0.0.0/21 2", "193.0.0.0/21", "193.0.0.0/21 2", "193.0.0.0/16 2", "10.0.0.0/8 3", "193.0.0.0/21 1")
    wanted = ["10.0.0.0/8 3", "193.0.0.0/16 2", "193.0.0.0/21", "193.0.0.0/21 1", "193.0.0.0/21 2", "2001:67c::/32 1"]
    assert spell(distinct(Routes.of(pairs(*rows)))) == wanted
    assert spell(joined([Routes.of(pairs(one)) for one in rows])) == list(rows)
    assert len(distinct(Routes.of(()))) == len(joined([])) == 0


def select(ours: tuple[str, ...], rows: tuple[str, ...], most: int) -> tuple[list[str], int]:
    one = near(*ours)
    found, left = one.select(one.only(Routes.of(pairs(*rows))), most)
    return spell(found), left


MANY = tuple(f"193.0.{number}.0/24 1" for number in range(8))
SELECTED = [
    (("193.0.0.0/21",), (), 5, [], 0),
    (("193.0.0.0/21",), MANY, 8, list(MANY), 0),
    (("193.0.0.0/21",), MANY, 3, list(MANY[:3]), 5),
    (("193.0.0.0/21",), (*MANY, *MANY), 8, list(MANY), 0),
    # each thing that can be said is, whatever the limit: there itself, a part of it, something around it, the nearest
    (("193.0.0.0/21",), (*MANY, "193.0.0.0/21 1", "193.0.0.0/20 1", "193.0.0.0/16 1"), 0, ["193.0.0.0/20 1", "193.0.0.0/21 1", MANY[0]], 8),
    (("193.0.0.0/21", "193.0.4.0/22"), MANY, 0, [MANY[0], MANY[4]], 6),
    (("193.0.0.0/21", "193.0.7.0/25"), MANY, 0, [MANY[0], MANY[7]], 6),  # around the one, a part of the other
    # rows around come last, and parts of one prefix after the first of another
    (("193.0.0.0/21",), ("193.0.0.0/16 1", "193.0.0.0/17 1", "193.0.0.0/24 1", "193.0.1.0/24 1"), 3,
     ["193.0.0.0/17 1", "193.0.0.0/24 1", "193.0.1.0/24 1"], 1),
    (("193.0.0.0/22", "193.0.4.0/22", "2001:67c::/32"), (*MANY, "2001:67c:1::/48 1"), 5,
     ["193.0.0.0/24 1", "193.0.1.0/24 1", "193.0.4.0/24 1", "193.0.5.0/24 1", "2001:67c:1::/48 1"], 4),
]  # fmt: skip


@pytest.mark.parametrize(("ours", "rows", "most", "kept", "left"), SELECTED)
def test_what_is_kept_where_not_all_can_be(ours: tuple[str, ...], rows: tuple[str, ...], most: int, kept: list[str], left: int) -> None:
    assert select(ours, rows, most) == (kept, left)


def corner(version: int, bits: int) -> st.SearchStrategy[Prefix]:
    return st.builds(
        lambda number, length: Prefix(version, number >> (bits - length) << (bits - length), length),
        st.integers(0, 15),
        st.integers(bits - 5, bits),
    )


SMALL = corner(4, 32) | corner(6, 128)
TABLES = st.lists(st.tuples(SMALL, st.none() | st.integers(0, 2)), max_size=12)


def said(ours: list[Prefix], rows: list[Pair]) -> list[tuple[bool, bool, bool]]:
    """Tell of each prefix whether it is there, whether a part of it is, and whether something is around it."""
    seen = [prefix for prefix, _ in rows]
    return [(one in seen, any(one != row and one.covers(row) for row in seen), any(one != row and row.covers(one) for row in seen))
            for one in ours]  # fmt: skip


@given(st.lists(SMALL, max_size=5), TABLES, st.integers(0, 12))
def test_what_is_kept_says_of_each_prefix_what_all_say(ours: list[Prefix], rows: list[Pair], most: int) -> None:
    one = Near(ours)
    overlapping = [row for row in rows if any(row[0].overlaps(prefix) for prefix in ours)]
    only = one.only(Routes.of(rows))
    assert list(only.pairs()) == overlapping
    found, left = one.select(only, most)
    kept = list(found.pairs())
    assert len(kept) + left == len(set(overlapping))
    assert set(kept) <= set(overlapping)
    assert len(kept) <= max(most, 3 * len(set(ours)))
    assert said(ours, kept) == said(ours, rows)
    assert kept == list(distinct(found).pairs())
    if most >= len(set(overlapping)):
        assert set(kept) == set(overlapping)


@given(st.lists(SMALL, max_size=4), TABLES, TABLES, st.integers(0, 4))
def test_selecting_piece_by_piece_loses_nothing_that_can_be_said(
    ours: list[Prefix], first: list[Pair], then: list[Pair], most: int
) -> None:
    one = Near(ours)
    held, _ = one.select(one.only(Routes.of(first)), most)
    found, _ = one.select(joined([held, one.only(Routes.of(then))]), most)
    assert said(ours, list(found.pairs())) == said(ours, [*first, *then])
