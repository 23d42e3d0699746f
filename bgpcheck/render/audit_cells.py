"""Judged routes in the cells of pictures of the address space. Pure; needs numpy.

A picture has one or more blocks, each drawn as a square along a Hilbert curve, so that what is near in the address space is near in the
picture (all of a shorter prefix is one square or half of one). Rule: memory does not grow with the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bgpcheck.render.audit_counts import VERDICTS
from bgpcheck.table.forest import IPV4

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bgpcheck.routes import Routes

    Numbers = NDArray[np.int64]

WORST_FIRST = (2, 1, 3, 0)  # positions in VERDICTS
NOTABLE = 0.1  # share of a cell's routes that makes a verdict its own
WORD = 64  # bits of a block's address, and all of IPv6 that is looked at


@dataclass(frozen=True, slots=True)
class Block:
    """A block of addresses. ``start``: its first 64 bits (IPv4 stands in the upper 32); ``length``: of its prefix."""

    start: int
    length: int
    name: str


class Cells:
    """Counts routes by verdict in each cell of some blocks of a family.

    ``order``: a block has ``2**order`` cells a side; ``least``: shorter prefixes are not drawn, as they would hide all others.
    ``left_out``: routes that are not drawn, for that or because they are in none of the blocks.
    """

    def __init__(self, version: int, blocks: Sequence[Block], order: int, least: int = 0) -> None:
        """Begin with nothing counted."""
        self.version, self.blocks, self.order = version, tuple(blocks), order
        self.left_out = 0
        self._least = least
        self._edges = np.zeros((len(blocks), len(VERDICTS), (1 << 2 * order) + 1), np.int64)

    def add(self, routes: Routes, verdicts: NDArray[np.intp]) -> None:
        """Count routes, each in every cell that it touches; ``verdicts``: positions in ``VERDICTS``."""
        mine = np.flatnonzero(routes.version == self.version)
        routes, verdicts = routes.take(mine), verdicts[mine]
        start = routes.low << np.uint64(32) if self.version == IPV4 else routes.high
        length = routes.length.astype(np.int64)
        self.left_out += len(mine)
        for number, block in enumerate(self.blocks):
            inside = (length >= max(block.length, self._least)) & (start - np.uint64(block.start) <= np.uint64(_last(block)))
            self._count(number, start[inside], length[inside], verdicts[inside])
            self.left_out -= int(inside.sum())

    def _count(self, number: int, start: NDArray[np.uint64], length: Numbers, verdicts: NDArray[np.intp]) -> None:
        """Count routes of one block."""
        depth = 2 * self.order
        finest = self.blocks[number].length + depth
        first = (start >> np.uint64(WORD - finest)).astype(np.int64) & (1 << depth) - 1
        end = first + (1 << np.maximum(finest - length, 0))
        edges = self._edges[number]
        for verdict in range(len(VERDICTS)):
            these = verdicts == verdict
            edges[verdict] += np.bincount(first[these], minlength=edges.shape[1]) - np.bincount(end[these], minlength=edges.shape[1])

    def pictures(self) -> list[NDArray[np.uint8]]:
        """Give each block as a square of ``worst``, rows from top to bottom."""
        x, y = hilbert(self.order)
        found = []
        for edges in self._edges:
            square = np.zeros((1 << self.order, 1 << self.order), np.uint8)
            square[y, x] = worst(np.cumsum(edges[:, :-1], axis=1))
            found.append(square)
        return found


def _last(block: Block) -> int:
    """Give the last number within a block."""
    return (1 << WORD - block.length) - 1


def worst(cells: Numbers) -> NDArray[np.uint8]:
    """Choose each cell's verdict: the worst of those that at least ``NOTABLE`` of its routes have.

    ``cells``: a row of counts for each of ``VERDICTS``. Gives 0 for a cell without routes, else the verdict's position + 1.
    """
    totals = cells.sum(axis=0)
    found = np.zeros(cells.shape[1], np.uint8)
    for place in reversed(WORST_FIRST):
        found[(totals > 0) & (cells[place] >= totals * NOTABLE)] = place + 1
    return found


def hilbert(order: int) -> tuple[Numbers, Numbers]:
    """Give where the places on a Hilbert curve lie: x and y, from 0 to ``2**order - 1``. It begins in a corner, at 0, 0."""
    rest = np.arange(1 << 2 * order)
    x, y = np.zeros_like(rest), np.zeros_like(rest)
    for level in range(order):
        side = 1 << level
        right = rest >> 1 & 1
        up = (rest ^ right) & 1
        mirrored = (up == 0) & (right == 1)
        x, y = np.where(mirrored, side - 1 - x, x), np.where(mirrored, side - 1 - y, y)
        x, y = np.where(up == 0, y, x), np.where(up == 0, x, y)
        x, y = x + side * right, y + side * up
        rest = rest >> 2
    return x, y
