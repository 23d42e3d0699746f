"""Prefix look-ups over records in memory. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Generic, TypeVar

from bgpcheck.model import AddressRange, Prefix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

T = TypeVar("T")


class PrefixIndex(Generic[T]):
    """Records by prefix: finding what covers or lies inside a prefix costs one look-up for each length there is."""

    def __init__(self, items: Iterable[tuple[Prefix, T]]) -> None:
        """Index ``(prefix, record)`` pairs; several records may share a prefix."""
        self._by_prefix: dict[Prefix, list[T]] = defaultdict(list)
        for prefix, item in items:
            self._by_prefix[prefix].append(item)
        self._sorted = sorted(self._by_prefix)
        self._lengths = sorted({(prefix.version, prefix.length) for prefix in self._by_prefix})

    def covering(self, prefix: Prefix) -> list[T]:
        """Records of ``prefix`` itself and of everything less specific, least specific first."""
        found: list[T] = []
        for version, length in self._lengths:
            if version == prefix.version and length <= prefix.length:
                shift = prefix.bits - length
                found += self._by_prefix.get(Prefix(version, prefix.network >> shift << shift, length), ())
        return found

    def inside(self, prefix: Prefix) -> list[T]:
        """Records of everything more specific than ``prefix``, in address order."""
        low = bisect_left(self._sorted, Prefix(prefix.version, prefix.network, 0))
        high = bisect_right(self._sorted, Prefix(prefix.version, prefix.last, prefix.bits))
        return [item for one in self._sorted[low:high] if one.length > prefix.length for item in self._by_prefix[one]]

    def overlapping(self, prefix: Prefix) -> list[T]:
        """Records whose prefix shares any address with ``prefix``."""
        return self.covering(prefix) + self.inside(prefix)


class RangeIndex(Generic[T]):
    """Records by address range; ranges may nest and overlap, and need not be CIDR blocks."""

    def __init__(self, items: Iterable[tuple[AddressRange, T]]) -> None:
        """Index ``(range, record)`` pairs: sorted by first address, with a tree of how far each run of them reaches."""
        self._items = sorted(items, key=lambda pair: (pair[0].version, pair[0].first, pair[0].last))
        self._firsts = [_key(span.version, span.first) for span, _ in self._items]
        self._leaves = 1 << max(len(self._items) - 1, 0).bit_length()
        self._reach = [-1] * (2 * self._leaves)  # node n has the children 2n and 2n + 1
        for number, (span, _) in enumerate(self._items):
            self._reach[self._leaves + number] = _key(span.version, span.last)
        for node in range(self._leaves - 1, 0, -1):
            self._reach[node] = max(self._reach[2 * node], self._reach[2 * node + 1])

    def overlapping(self, prefix: Prefix) -> list[T]:
        """Records whose range shares any address with ``prefix``, in address order."""
        low = bisect_left(self._firsts, _key(prefix.version, prefix.network))
        high = bisect_right(self._firsts, _key(prefix.version, prefix.last))
        return [self._items[number][1] for number in (*self._reaching(prefix, low), *range(low, high))]

    def _reaching(self, prefix: Prefix, stop: int) -> Iterator[int]:
        """Give the positions before ``stop`` of ranges that reach the first address of ``prefix``, without walking the others."""
        address, nodes = _key(prefix.version, prefix.network), [(1, 0, self._leaves)]
        while nodes:
            node, start, width = nodes.pop()
            if start >= stop or self._reach[node] < address:
                continue
            if width == 1:
                yield start
            else:
                nodes += [(2 * node + 1, start + width // 2, width // 2), (2 * node, start, width // 2)]


def _key(version: int, address: int) -> int:
    """Put both families into one order: IPv4, then IPv6."""
    return version << 128 | address
