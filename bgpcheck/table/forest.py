"""Ranges that nest, looked up one by one in sorted columns. Pure; needs no numpy.

A forest holds ranges of numbers in groups: addresses of one family, or AS numbers. A node is a range; its records stand together.
Columns: ``key`` (group and first) and ``reach`` (group and last) in sorted order, wider ranges first where they begin alike;
``parent`` (position of the narrowest range around it, -1 for none); ``span`` (where a node's records begin, one more than nodes).
For AS numbers and IPv4 a key is the integer ``group << 32 | number``; for IPv6 it is 20 bytes, the same in big-endian order.
Rule: a range covers another where its key is not greater and its reach not less.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

SPACES = ASNS, IPV4, IPV6 = 0, 4, 6  # what a forest's ranges are of; the addresses' version
WIDE = 20  # bytes of an IPv6 key
Key = int | bytes


class Columns(Protocol):
    """Where columns are had by name."""

    def column(self, name: str) -> memoryview:
        """Give a column's numbers."""


def key(space: int, group: int, number: int) -> Key:
    """Put a group and an address or AS number into the order of a forest of that space."""
    return group.to_bytes(4, "big") + number.to_bytes(16, "big") if space == IPV6 else group << 32 | number


class _Wide:
    """A column of IPv6 keys as a sequence of bytes, which compare in the order of numbers."""

    def __init__(self, data: memoryview) -> None:
        self._data = data

    def __len__(self) -> int:
        return len(self._data) // WIDE

    def __getitem__(self, position: int) -> bytes:
        return bytes(self._data[position * WIDE : position * WIDE + WIDE])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Forest:
    """A forest of one space (``ASNS``, ``IPV4`` or ``IPV6``)."""

    space: int
    key: Sequence[Key]
    reach: Sequence[Key]
    parent: Sequence[int]
    span: Sequence[int]

    @classmethod
    def of(cls, columns: Columns, name: str, space: int) -> Forest:
        """Take the columns ``name/key`` and so on."""
        wrap: Callable[[memoryview], Sequence[Key]] = _Wide if space == IPV6 else lambda data: data  # type: ignore[assignment]
        keys, reaches = (wrap(columns.column(f"{name}/{one}")) for one in ("key", "reach"))
        return cls(space, keys, reaches, columns.column(f"{name}/parent"), columns.column(f"{name}/span"))

    def covering(self, first: int, last: int, group: int = 0) -> Iterator[int]:
        """Give the nodes that hold all of a range, the narrowest first."""
        low, high = key(self.space, group, first), key(self.space, group, last)
        node = bisect_right(self.key, low) - 1
        while node >= 0:
            if self.reach[node] >= high:  # type: ignore[operator]
                yield node
            node = self._above(node)

    def overlapping(self, first: int, last: int, group: int = 0) -> Iterator[int]:
        """Give the nodes that share a number with a range, in no particular order, each once."""
        low, high = key(self.space, group, first), key(self.space, group, last)
        start, stop = bisect_left(self.key, low), bisect_right(self.key, high)
        yield from range(start, stop)
        node = start - 1
        while node >= 0:
            if self.reach[node] >= low:  # type: ignore[operator]
                yield node
            node = self._above(node)

    def beside(self, first: int, last: int, group: int = 0, *, until: int | None = None) -> Iterator[int]:
        """Give the nodes among which are the nearest below and above a range: all that tie, some may overlap it.

        ``until``: where the next range begins that is looked at, if there is one: what reaches it is no neighbour above.
        """
        low, high = key(self.space, group, first), key(self.space, group, last)
        node = bisect_left(self.key, low) - 1
        while node >= 0:
            yield node
            node = self._above(node)
        above = bisect_right(self.key, high)
        end = None if until is None else key(self.space, group, until)
        while end is not None and above < len(self.key) and self.key[above] < end <= self.reach[above]:  # type: ignore[operator]
            above += 1
        for node in range(above, len(self.key)):
            if self.key[node] != self.key[above]:
                break
            yield node

    def _above(self, node: int) -> int:
        """Give the node above, which stands before; a file that says otherwise would be walked for ever."""
        found = self.parent[node]
        if found >= node:
            raise FormatError("is damaged: a node of a forest stands above itself")
        return found

    def records(self, node: int) -> range:
        """Give the positions of a node's records."""
        return range(self.span[node], self.span[node + 1])
