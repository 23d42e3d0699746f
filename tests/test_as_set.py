"""Expanded as-sets: what they hold, what is missing, and every way back to itself."""

from __future__ import annotations

from itertools import pairwise

import pytest

from bgpcheck.as_set import AsSet, lines
from bgpcheck.formats.as_set import Members


def expanded(cut: tuple[str, ...] = (), **sets: str | None) -> AsSet:
    """``A="1 2 B"``: A names AS1, AS2 and B."""
    found = {
        name: None
        if words is None
        else Members(tuple(int(one) for one in words.split() if one.isdigit()), tuple(one for one in words.split() if one.isalpha()))
        for name, words in sets.items()
    }
    return AsSet("A", found, cut)


def test_all_as_numbers_in_order() -> None:
    one = expanded(A="30 B C", B="2 C", C="30 1")
    assert (one.asns, one.whole, one.cycles, list(lines(one))) == ((1, 2, 30), True, (), [])


def test_what_is_not_there_makes_it_less_than_whole() -> None:
    one = expanded(("D",), A="1 B C", B=None, C="2 D")
    assert (one.asns, one.whole, one.missing) == ((1, 2), False, ("B",))
    assert list(lines(one)) == ["B: not found", "D: not asked for, there are too many"]
    odd = AsSet("A", {"A": Members((1,), (), ("RS-X",))})
    assert (odd.whole, odd.unread, list(lines(odd))) == (False, ("RS-X",), ["'RS-X': neither AS number nor as-set"])


CYCLES = [
    ({"A": "A"}, [("A", "A")]),
    ({"A": "B", "B": "A"}, [("A", "B", "A")]),
    ({"A": "B", "B": "C", "C": "B"}, [("B", "C", "B")]),
    ({"A": "B C", "B": "D", "C": "D", "D": "1"}, []),  # two ways to one set are no cycle
    ({"A": "B C", "B": "A", "C": "A"}, [("A", "B", "A"), ("A", "C", "A")]),
]


@pytest.mark.parametrize(("sets", "cycles"), CYCLES)
def test_cycles_are_named(sets: dict[str, str], cycles: list[tuple[str, ...]]) -> None:
    one = expanded(**sets)
    assert list(one.cycles) == cycles
    assert list(lines(one)) == [f"{' → '.join(cycle)}: leads back to itself" for cycle in cycles]
    assert one.whole


def test_a_long_chain_needs_no_stack() -> None:
    names = [f"S{number}" for number in range(20_000)]
    sets = {name: Members((), (below,)) for name, below in pairwise(names)}
    assert AsSet("S0", {**sets, names[-1]: Members((1,), ("S0",))}).cycles == ((*names, "S0"),)
