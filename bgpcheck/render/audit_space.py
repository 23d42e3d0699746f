"""How much address space routes cover, space that several share counted once. Pure; needs numpy.

Rule: memory does not grow with the rows. Past ``MOST`` separate stretches the narrowest are left out, and ``complete`` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bgpcheck.table.forest import IPV4

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bgpcheck.routes import Routes

    Places = NDArray[np.int64]

UNIT = {4: 24, 6: 48}  # prefix length of what is counted
HELD = {4: 32, 6: 64}  # bits of the column that has these: IPv6 is counted by its upper half
MOST = 1 << 20  # stretches; a whole table has about 200,000
MOST_WAITING = 1 << 18  # routes that are not yet folded in


def blocks(routes: Routes, version: int) -> tuple[Places, Places]:
    """Give the first unit of each route and the one after its last; a route longer than a unit counts as a whole one.

    All ``routes`` are of ``version``.
    """
    unit = UNIT[version]
    column = routes.low if version == IPV4 else routes.high
    first = (column >> np.uint64(HELD[version] - unit)).astype(np.int64)
    return first, first + (1 << np.maximum(unit - routes.length.astype(np.int64), 0))


class Space:
    """Stretches of units."""

    def __init__(self) -> None:
        """Begin empty."""
        self._whole = True
        self._first = self._end = np.empty(0, np.int64)
        self._waiting: list[tuple[Places, Places]] = []
        self._count = 0

    def add(self, first: Places, end: Places) -> None:
        """Add stretches; ``end`` is the unit after each."""
        self._waiting.append((first, end))
        self._count += len(first)
        if self._count >= MOST_WAITING:
            self._fold()

    def merge(self, other: Space) -> None:
        """Add all that another has."""
        other._fold()
        self.add(other._first, other._end)
        self._whole &= other._whole

    @property
    def complete(self) -> bool:
        """Tell whether no stretch was left out."""
        self._fold()
        return self._whole

    def size(self) -> int:
        """Count units; at least so many where it is not ``complete``."""
        self._fold()
        return int((self._end - self._first).sum())

    def _fold(self) -> None:
        """Join stretches that touch or overlap."""
        if not self._waiting:
            return
        first, end = (np.concatenate(parts) for parts in zip((self._first, self._end), *self._waiting, strict=True))
        self._waiting, self._count = [], 0
        order = np.argsort(first, kind="stable")
        first, end = first[order], np.maximum.accumulate(end[order])
        begins = np.ones(len(first), bool)
        begins[1:] = first[1:] > end[:-1]
        self._first, self._end = first[begins], end[np.roll(begins, -1)]
        if len(self._first) > MOST:
            widest = np.sort(np.argsort(self._first - self._end, kind="stable")[:MOST])
            self._first, self._end, self._whole = self._first[widest], self._end[widest], False
