"""Address space counted once, against sets of units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from render.test_audit import prefix_of

from bgpcheck.render import audit_space
from bgpcheck.render.audit_space import Space, blocks
from bgpcheck.routes import Routes

BLOCKS = [
    ("0.0.0.0/0", 0, 1 << 24),
    ("193.0.0.0/21", 0xC10000, 8),
    ("193.0.1.0/24", 0xC10001, 1),
    ("193.0.1.128/25", 0xC10001, 1),
    ("255.255.255.255/32", 0xFFFFFF, 1),
    ("::/0", 0, 1 << 48),
    ("2001:db8::/32", 0x20010DB80000, 1 << 16),
    ("2001:db8:1::/48", 0x20010DB80001, 1),
    ("2001:db8:1:2::/64", 0x20010DB80001, 1),
    ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 0xFFFFFFFFFFFF, 1),
]


@pytest.mark.parametrize(("prefix", "begins", "units"), BLOCKS)
def test_blocks(prefix: str, begins: int, units: int) -> None:
    one = prefix_of(prefix)
    first, end = blocks(Routes.of([(one, 1)]), one.version)
    assert (first.tolist(), end.tolist()) == ([begins], [begins + units])


STRETCHES = st.lists(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=8), max_size=5)


def filled(parts: list[list[tuple[int, int]]]) -> Space:
    made = Space()
    for part in parts:
        first = np.array([one for one, _ in part], np.int64)
        made.add(first, first + np.array([width for _, width in part], np.int64))
    return made


def union(parts: list[list[tuple[int, int]]]) -> int:
    return len({unit for part in parts for first, width in part for unit in range(first, first + width)})


@given(parts=STRETCHES, others=STRETCHES, waiting=st.integers(1, 20))
def test_each_unit_once(parts: list[list[tuple[int, int]]], others: list[list[tuple[int, int]]], waiting: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit_space, "MOST_WAITING", waiting)
        space = filled(parts)
        assert space.size() == union(parts)
        space.merge(filled(others))
        assert space.size() == union(parts + others)
    assert space.complete


@given(parts=STRETCHES, others=STRETCHES)
def test_past_the_limit_it_is_at_least_so_much(parts: list[list[tuple[int, int]]], others: list[list[tuple[int, int]]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit_space, "MOST", 2)
        space, other = filled(parts), filled(others)
        other.size()
        space.merge(other)
        size, expected = space.size(), union(parts + others)
    assert size <= expected
    assert size == expected or not space.complete


def test_the_widest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_space, "MOST", 2)
    space = filled([[(0, 1), (10, 5), (20, 2), (30, 9)]])
    assert (space.size(), space.complete) == (14, False)
    space.merge(filled([[(12, 4)]]))
    assert (space.size(), space.complete) == (15, False)
    fresh = filled([[(0, 1)]])
    fresh.merge(space)
    assert not fresh.complete
