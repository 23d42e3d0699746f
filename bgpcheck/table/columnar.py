"""Forests looked up for many ranges at once. Pure; needs numpy. The same columns and the same rule as ``table.forest``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.table.forest import IPV6, WIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bgpcheck.table.forest import Columns
    from bgpcheck.table.plant import Keys

NOWHERE = -1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Grove:
    """A forest's columns as arrays; what else is known of its nodes stands in columns of the same length elsewhere."""

    key: Keys
    reach: Keys
    parent: NDArray[np.int32]
    span: NDArray[np.uint32]

    @classmethod
    def of(cls, columns: Columns, name: str, space: int) -> Grove:
        """Take the columns ``name/key`` and so on, without a copy."""
        kind = np.dtype(f"S{WIDE}" if space == IPV6 else np.uint64)
        key, reach = (np.frombuffer(columns.column(f"{name}/{one}"), kind) for one in ("key", "reach"))
        parent, span = array(columns, f"{name}/parent"), array(columns, f"{name}/span")
        return cls(key, reach, parent, span)

    def __len__(self) -> int:
        """Count of nodes."""
        return len(self.key)

    def groups(self) -> NDArray[np.uint32]:
        """Give the group of each node."""
        if self.key.dtype.kind == "S":
            return np.ascontiguousarray(self.key).view(np.uint8).reshape(-1, WIDE)[:, :4].copy().view(">u4").reshape(-1).astype(np.uint32)
        return (self.key >> np.uint64(32)).astype(np.uint32)

    def locate(self, key: Keys, reach: Keys) -> NDArray[np.intp]:
        """Give for each range the narrowest node that holds all of it, ``NOWHERE`` where there is none."""
        return self.look(key, reach)[0]

    def same(self, at: NDArray[np.intp], key: Keys, reach: Keys) -> NDArray[np.bool_]:
        """Tell which of the nodes ``at`` are exactly their ranges; none where ``at`` is ``NOWHERE``."""
        if not len(self.key):
            return np.zeros(len(at), bool)
        found: NDArray[np.bool_] = (at != NOWHERE) & (self.key[at] == key) & (self.reach[at] == reach)
        return found

    def look(self, key: Keys, reach: Keys) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Give for each range what ``locate`` gives, and the first node that begins after it does."""
        after = np.searchsorted(self.key, key, side="right")
        at = after - 1
        if not len(self.key):
            return at, after
        short = np.flatnonzero((self.reach[at] < reach) & (at >= 0))  # their node ends before they do: they climb
        while len(short):
            at[short] = above = self.parent[at[short]]
            short = short[above >= 0]
            short = short[self.reach[at[short]] < reach[short]]
        return at, after

    def inside(
        self, key: Keys, reach: Keys, looked: tuple[NDArray[np.intp], NDArray[np.intp]]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Give where the nodes inside each range, and not equal to it, begin and end; ``looked``: what ``look`` says of the ranges."""
        at, after = looked
        start, stop = after.copy(), after.copy()
        if not len(self.key):
            return start, stop
        further = np.flatnonzero((after < len(self.key)) & (self.key[np.minimum(after, len(self.key) - 1)] <= reach))
        stop[further] = np.searchsorted(self.key, reach[further], side="right")
        alike = np.flatnonzero((after > 0) & (self.key[after - 1] == key))  # nodes that begin where the range does
        around = (at[alike] >= 0) & (self.key[at[alike]] == key[alike])  # the widest of them hold it
        start[alike] = np.where(around, at[alike] + 1, np.searchsorted(self.key, key[alike], side="left"))
        return start, stop


def array(columns: Columns, name: str) -> NDArray[Any]:
    """Take a column of numbers, without a copy."""
    found = columns.column(name)
    return np.frombuffer(found, np.dtype(found.format))
