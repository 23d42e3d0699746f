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
    """A forest's columns as arrays. ``name``: where payload columns of its nodes are found."""

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

    def locate(self, key: Keys, reach: Keys) -> NDArray[np.intp]:
        """Give for each range the narrowest node that holds all of it, ``NOWHERE`` where there is none."""
        at = np.searchsorted(self.key, key, side="right") - 1
        open_ = np.flatnonzero(at >= 0)
        while len(open_):
            short = self.reach[at[open_]] < reach[open_]
            open_ = open_[short]
            at[open_] = self.parent[at[open_]]
            open_ = open_[at[open_] >= 0]
        return at

    def inside(self, key: Keys, reach: Keys, at: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Give where the nodes inside each range, and not equal to it, begin and end; ``at``: what ``locate`` says of the ranges."""
        start = np.searchsorted(self.key, key, side="left")
        stop = np.searchsorted(self.key, reach, side="right")
        begins_alike = (at >= 0) & (at >= start)
        return np.where(begins_alike, at + 1, start), stop


def array(columns: Columns, name: str) -> NDArray[Any]:
    """Take a column of numbers, without a copy."""
    found = columns.column(name)
    return np.frombuffer(found, np.dtype(found.format))
