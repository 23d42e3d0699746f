"""Columns that grow, a record at a time: texts, ranges, prefixes, delegated rows, words. Pure; needs numpy at the end.

Rule: a column holds what was read, in the order of reading; what it is sorted by, ``collect`` says.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import compress

import numpy as np

from bgpcheck.table.forest import IPV6
from bgpcheck.table.plant import HALF, narrow, wide
from bgpcheck.table.words import STATUSES, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from bgpcheck.model import Delegation, Prefix
    from bgpcheck.table.plant import Keys

    Section = tuple[str, str, Any]  # name, type of its numbers, data

BLOCK = 1 << 16  # bytes of text that are packed together


class Texts:
    """The records' own words, packed in blocks, with the line of each in its file."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        """Take where packed blocks go."""
        self._write = write
        self._open: list[bytes] = []
        self._size = 0
        self._lines, self._starts = array("I"), array("Q")
        self._raw, self._packed = array("Q", [0]), array("Q", [0])

    def __len__(self) -> int:
        """Count of records."""
        return len(self._lines)

    def add(self, line: int, text: str) -> None:
        """Keep one record."""
        data = text.encode("utf-8", "surrogatepass")
        self._lines.append(min(line, 0xFFFFFFFF))
        self._starts.append(self._raw[-1] + self._size)
        self._open.append(data)
        self._size += len(data)
        if self._size >= BLOCK:
            self._flush()

    def _flush(self) -> None:
        """Pack what is open."""
        packed = compress(b"".join(self._open), 1)
        self._write(packed)
        self._raw.append(self._raw[-1] + self._size)
        self._packed.append(self._packed[-1] + len(packed))
        self._open, self._size = [], 0

    def sections(self) -> Iterator[Section]:
        """End, and give the columns by which a record's text is found."""
        if self._open:
            self._flush()
        self._starts.append(self._raw[-1])
        yield "line", "I", self._lines
        yield "start", "Q", self._starts
        yield "raw", "Q", self._raw
        yield "packed", "Q", self._packed


@dataclass(slots=True)
class Ranges:
    """Ranges of one space with the ordinal of each one's record, as they come."""

    space: int
    ordinal: Any
    first: Any
    last: Any
    first_high: Any
    last_high: Any

    @classmethod
    def empty(cls, space: int) -> Ranges:
        """Begin with none."""
        return cls(space, array("I"), array("Q"), array("Q"), array("Q"), array("Q"))

    def add(self, ordinal: int, first: int, last: int) -> None:
        """Take one."""
        self.ordinal.append(ordinal)
        if self.space == IPV6:
            self.first_high.append(first >> 64)
            self.last_high.append(last >> 64)
            self.first.append(first & HALF)
            self.last.append(last & HALF)
        else:
            self.first.append(first)
            self.last.append(last)

    def __len__(self) -> int:
        """Count of ranges."""
        return len(self.ordinal)

    def keys(self, group: NDArray[Any] | int = 0) -> tuple[Keys, Keys]:
        """Give the keys of the firsts and the lasts."""
        if self.space == IPV6:
            firsts, lasts = ((self.first_high, self.first), (self.last_high, self.last))
            return wide(group, *map(numbers, firsts)), wide(group, *map(numbers, lasts))
        return narrow(group, numbers(self.first)), narrow(group, numbers(self.last))


def numbers(column: Any) -> NDArray[Any]:  # noqa: ANN401 (array.array is generic in stubs only)
    """See an array as numpy does, without a copy."""
    return np.frombuffer(column, np.dtype(column.typecode)) if len(column) else np.empty(0, np.dtype(column.typecode))


@dataclass(slots=True)
class Prefixes:
    """Prefixes of one family with an AS number and one more number each: maxLength of a VRP, flags of a route object."""

    ranges: Ranges
    asn: Any
    extra: Any

    @classmethod
    def empty(cls, space: int) -> Prefixes:
        """Begin with none."""
        return cls(Ranges.empty(space), array("I"), array("B"))

    def add(self, ordinal: int, prefix: Prefix, asn: int, extra: int) -> None:
        """Take one."""
        network = prefix.network
        ranges = self.ranges
        ranges.ordinal.append(ordinal)
        if ranges.space == IPV6:
            last = network | (1 << 128 - prefix.length) - 1
            ranges.first_high.append(network >> 64)
            ranges.last_high.append(last >> 64)
            ranges.first.append(network & HALF)
            ranges.last.append(last & HALF)
        else:
            ranges.first.append(network)
            ranges.last.append(network | (1 << 32 - prefix.length) - 1)
        self.asn.append(asn)
        self.extra.append(extra)


class Rows:
    """Delegations of one space: columns beside their ranges."""

    def __init__(self, space: int) -> None:
        """Begin with none."""
        self.ranges = Ranges.empty(space)
        self.registry, self.status, self.country, self.opaque = array("B"), array("B"), array("H"), array("Q")
        self.day = array("I")  # YYYYMMDD, 0 for none

    def add(self, ordinal: int, one: Delegation, words: tuple[int, int, int]) -> None:
        """Take one; ``words`` are the positions of registry and country, and the token of its opaque id, 0 for none."""
        self.ranges.add(ordinal, one.resource.first, one.resource.last)
        registry, country, opaque = words
        self.registry.append(registry)
        self.country.append(country)
        self.opaque.append(opaque)
        self.status.append(STATUSES.index(one.status))
        self.day.append(int(one.day or 0))

    def sections(self) -> Iterator[Section]:
        """Give the columns."""
        for name in ("registry", "status", "country", "opaque", "day"):
            column = getattr(self, name)
            yield name, column.typecode, column
        for name in ("first", "last", "first_high", "last_high"):
            yield name, "Q", getattr(self.ranges, name)


class Words:
    """Different words, numbered as they come."""

    def __init__(self) -> None:
        """Begin with none."""
        self.numbers: dict[str, int] = {}

    def __call__(self, word: str) -> int:
        """Give a word's number."""
        return self.numbers.setdefault(word, len(self.numbers))


class Index:
    """Ordinals by word."""

    def __init__(self) -> None:
        """Begin with none."""
        self._tokens, self._ordinals = array("Q"), array("I")
        self._known = dict[str, int]()

    def add(self, word: str, ordinal: int) -> None:
        """Take one."""
        if word not in self._known:
            self._known[word] = token(word)
        self._tokens.append(self._known[word])
        self._ordinals.append(ordinal)

    def sections(self, name: str) -> Iterator[Section]:
        """Give the columns."""
        tokens, ordinals = numbers(self._tokens), numbers(self._ordinals)
        order = np.lexsort((ordinals, tokens))
        yield f"{name}/key", "Q", tokens[order]
        yield f"{name}/record", "I", ordinals[order]
