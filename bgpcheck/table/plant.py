"""Columns of a forest, made of ranges in any order. Pure; needs numpy.

Rule: ranges that overlap without one holding the other are told apart, so that a look-up may climb from the one to the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.table.forest import IPV6, WIDE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Keys = NDArray[Any]  # uint64, or S20 for IPv6


HALF = (1 << 64) - 1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Planted:
    """A forest's columns. ``order``: the given ranges, by position, as the records of the nodes stand; ``odd``: those left out."""

    key: Keys
    reach: Keys
    parent: NDArray[np.int32]
    span: NDArray[np.uint32]
    order: NDArray[np.intp]
    odd: NDArray[np.intp]

    def columns(self) -> Iterator[tuple[str, str, NDArray[Any]]]:
        """Give the columns to be stored, as (name, type, data)."""
        wide = self.key.dtype.kind == "S"
        yield "key", "B" if wide else "Q", self.key.view(np.uint8) if wide else self.key
        yield "reach", "B" if wide else "Q", self.reach.view(np.uint8) if wide else self.reach
        yield "parent", "i", self.parent
        yield "span", "I", self.span


def narrow(group: NDArray[Any] | int, number: NDArray[Any]) -> Keys:
    """Make keys of AS numbers or IPv4 addresses; both parts below 2**32."""
    return np.asarray(group, np.uint64) << np.uint64(32) | np.asarray(number, np.uint64)


def wide(group: NDArray[Any] | int, high: NDArray[Any], low: NDArray[Any]) -> Keys:
    """Make keys of IPv6 addresses, given as two halves."""
    made = np.empty(len(high), np.dtype([("group", ">u4"), ("high", ">u8"), ("low", ">u8")]))
    made["group"], made["high"], made["low"] = group, high, low
    return made.view(f"S{WIDE}")


def halves(numbers: Sequence[int]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Cut numbers of 128 bits in two, the upper half first."""
    return np.array([one >> 64 for one in numbers], np.uint64), np.array([one & HALF for one in numbers], np.uint64)


def no_keys(space: int) -> Keys:
    """Give the keys of nothing."""
    return np.empty(0, f"S{WIDE}" if space == IPV6 else np.uint64)


def different(values: NDArray[Any]) -> NDArray[Any]:
    """Give the different values, sorted; by sorting, which for many is quicker than what numpy does."""
    found = np.sort(values, kind="stable")  # mostly runs that are sorted already
    return found[np.append(True, found[1:] != found[:-1])] if len(found) else found


def ranks(values: Keys) -> NDArray[np.int64]:
    """Number values in their order; equal ones have one number."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64).reshape(-1)


def plant(key: Keys, reach: Keys) -> Planted:
    """Make a forest of ranges, given as keys of their firsts and lasts (``narrow`` or ``wide``)."""
    both = ranks(np.concatenate([key, reach]))
    first, last = both[: len(key)], both[len(key) :]
    kept = np.arange(len(key))
    odd: list[NDArray[np.intp]] = []
    while True:
        order = kept[np.lexsort((-last[kept], first[kept]))]
        new = np.ones(len(order), bool)
        new[1:] = (first[order[1:]] != first[order[:-1]]) | (last[order[1:]] != last[order[:-1]])
        starts = np.flatnonzero(new)
        nodes = order[starts]
        parent, crossing = _parents(first[nodes], last[nodes])
        if not crossing.any():
            break
        out = np.repeat(crossing, np.diff(np.append(starts, len(order))))
        odd.append(order[out])
        kept = order[~out]
    span = np.append(starts, len(order)).astype(np.uint32)
    left = np.sort(np.concatenate(odd)) if odd else np.empty(0, np.intp)
    return Planted(np.ascontiguousarray(key[nodes]), np.ascontiguousarray(reach[nodes]), parent.astype(np.int32), span, order, left)


def _parents(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Give, of sorted ranges, the position of the narrowest one around each, and whether it crosses one that began before it."""
    parent = np.arange(-1, len(first) - 1)
    crossing = np.zeros(len(first), bool)
    open_ = np.arange(1, len(first))
    while len(open_):  # whoever ends earlier is passed over, with all that it passed over itself
        at = parent[open_]
        short = (at >= 0) & (last[at] < last[open_])
        open_ = open_[short]
        at = at[short]
        crossing[open_[last[at] >= first[open_]]] = True
        parent[open_] = parent[at]
    return parent, crossing
