"""Runs of nodes of a forest, such as the parts of a prefix: how many addresses they have, and whether they fill it. Pure; needs numpy.

Rule: sizes are exact for both families: halves of 128 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.model import BITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from bgpcheck.columns.rpki import Spans

    Bits = NDArray[np.uint64]
    Places = NDArray[np.intp]

ZERO = np.uint64(0)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Runs:
    """What holds for runs of nodes, as sums over the nodes before each.

    ``weak``: how many a weak source shows. ``high``, ``low``: halves of the count of their addresses, modulo 2**128. ``changes``: how many
    are not like the one before them, that is beside it, in the same sources, both without holes. ``shown``: sources that show each, no sum.
    """

    weak: NDArray[np.int32]
    high: Bits
    low: Bits
    shown: Bits
    changes: NDArray[np.int32]

    def alike(self, start: Places, stop: Places) -> NDArray[np.bool_]:
        """Tell which runs have two nodes or more, all alike."""
        found: NDArray[np.bool_] = (stop > start + 1) & (self.changes[stop] == self.changes[np.minimum(start + 1, stop)])
        return found

    def size(self, start: Places, stop: Places) -> tuple[Bits, Bits]:
        """Give the halves of the sizes of runs."""
        low = self.low[stop] - self.low[start]
        return self.high[stop] - self.high[start] - (self.low[stop] < self.low[start]), low


def _halves(keys: Any) -> tuple[Bits, Bits]:  # noqa: ANN401 (keys of either kind)
    """Give the halves of the addresses of keys; of IPv4 with their group above them."""
    if keys.dtype.kind != "S":
        return np.zeros(len(keys), np.uint64), keys
    parts = np.ascontiguousarray(keys).view(np.dtype([("group", ">u4"), ("high", ">u8"), ("low", ">u8")]))
    return parts["high"].astype(np.uint64), parts["low"].astype(np.uint64)


def sizes(key: Any, reach: Any) -> tuple[Bits, Bits]:  # noqa: ANN401 (as above)
    """Sum the sizes of the nodes before each: halves, modulo 2**128, in which a run of nodes inside a prefix always fits."""
    (first_high, first), (last_high, last) = _halves(key), _halves(reach)
    low = last - first + np.uint64(1)
    high = last_high - first_high - (last < first) + (low == ZERO)  # the one more may carry
    total = np.append(ZERO, np.cumsum(low))
    return np.append(ZERO, np.cumsum(high + (total[1:] < low))), total


def against(size: tuple[Bits, Bits], routes: Spans, rows: Places) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell which runs have as many addresses as their prefixes or more, and which have as many."""
    free = BITS[routes.space] - routes.length[rows].astype(np.int64)
    high, low = (
        np.where((free >= least) & (free < least + 64), np.uint64(1) << (np.clip(free - least, 0, 63)).astype(np.uint64), ZERO)
        for least in (64, 0)
    )
    exact = (size[0] == high) & (size[1] == low)
    return exact | (size[0] > high) | ((size[0] == high) & (size[1] > low)) | (routes.length[rows] == 0), exact


def fill(first: Any, last: Any, spans: Iterable[tuple[Any, Any]]) -> bool:  # noqa: ANN401 (keys of either kind)
    """Tell whether ranges of keys, sorted by their firsts, hold every number from first to last (``irr_marks._fill``)."""
    reached = _number(first)
    for low, high in spans:
        if _number(low) > reached:
            return False
        reached = max(reached, _number(high) + 1)
    return reached > _number(last)


def _number(key: Any) -> int:  # noqa: ANN401 (as above)
    """See a key as one number."""
    return int.from_bytes(bytes(key).ljust(20, b"\0"), "big") if isinstance(key, bytes) else int(key)
