"""Prefix look-ups over records in memory. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING, Generic, TypeVar

from bgpcheck.model import AddressRange, Prefix

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    """Records by address range; ranges may nest, and need not be CIDR blocks."""

    def __init__(self, items: Iterable[tuple[AddressRange, T]]) -> None:
        """Index ``(range, record)`` pairs."""
        self._items = sorted(items, key=lambda pair: pair[0])
        self._firsts = [(span.version, span.first) for span, _ in self._items]
        self._reach: list[tuple[int, int]] = []  # the furthest address that any range so far has reached
        for span, _ in self._items:
            self._reach.append(max(self._reach[-1], (span.version, span.last)) if self._reach else (span.version, span.last))

    def overlapping(self, prefix: Prefix) -> list[T]:
        """Records whose range shares any address with ``prefix``, in address order."""
        low = bisect_left(self._reach, (prefix.version, prefix.network))
        high = bisect_right(self._firsts, (prefix.version, prefix.last))
        return [item for span, item in self._items[low:high] if span.overlaps(prefix)]
