"""Many (prefix, origin) pairs as columns, in their input order. Pure; needs numpy.

Rule: a column holds what was read; what a prefix or an AS number means is nobody's business here.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bgpcheck.model import BITS, Prefix, address_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

NONE = -1  # an origin of NONE (RFC 6811 s2)
HALF = (1 << 64) - 1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Routes:
    """Equally long columns, one row a pair.

    ``version`` uint8, 4 or 6; ``high`` and ``low`` uint64, the halves of the network address (IPv4: all of it in ``low``); ``length``
    uint8; ``origin`` int64, ``NONE`` for an origin of NONE. No host bits are set.
    """

    version: NDArray[np.uint8]
    high: NDArray[np.uint64]
    low: NDArray[np.uint64]
    length: NDArray[np.uint8]
    origin: NDArray[np.int64]

    @classmethod
    def of(cls, pairs: Iterable[tuple[Prefix, int | None]]) -> Routes:
        """Put pairs into columns; None is an origin of NONE."""
        return cls.of_numbers((one.version, one.network, one.length, NONE if asn is None else asn) for one, asn in pairs)

    @classmethod
    def of_numbers(cls, rows: Iterable[tuple[int, int, int, int]]) -> Routes:
        """Put (version, network, length, origin) into columns."""
        found = list(rows)
        version, network, length, origin = zip(*found, strict=True) if found else ((), (), (), ())
        return cls(
            version=np.array(version, np.uint8),
            high=np.array([one >> 64 for one in network], np.uint64),
            low=np.array([one & HALF for one in network], np.uint64),
            length=np.array(length, np.uint8),
            origin=np.array(origin, np.int64),
        )

    def __len__(self) -> int:
        """Count of rows."""
        return len(self.version)

    def take(self, rows: NDArray[np.intp] | slice) -> Routes:
        """Give some rows."""
        return Routes(self.version[rows], self.high[rows], self.low[rows], self.length[rows], self.origin[rows])

    def pairs(self) -> Iterator[tuple[Prefix, int | None]]:
        """Give the rows one by one."""
        columns = (self.version, self.high, self.low, self.length, self.origin)
        for version, high, low, length, origin in zip(*(column.tolist() for column in columns), strict=True):
            yield Prefix(version, high << 64 | low, length), None if origin == NONE else origin

    def prefixes(self) -> list[str]:
        """Spell every prefix as ``Prefix`` does (RFC 5952)."""
        found = [""] * len(self)
        for version, speller in ((4, _ipv4), (6, _ipv6)):
            rows = np.flatnonzero(self.version == version)
            words = speller(self.take(rows))
            if len(words) == len(found):
                return words
            for row, word in zip(rows.tolist(), words, strict=True):
                found[row] = word
        return found


def _ipv4(routes: Routes) -> list[str]:
    """Spell IPv4 prefixes in two pieces, most of which come again and again."""
    heads = (routes.low >> np.uint64(16)).tolist()
    tails = ((routes.low & np.uint64(0xFFFF)) << np.uint64(6) | routes.length).tolist()
    return [_HEAD[head] + _TAIL[tail] for head, tail in zip(heads, tails, strict=True)]


def _ipv6(routes: Routes) -> list[str]:
    """Spell IPv6 prefixes."""
    columns = (routes.high.tolist(), routes.low.tolist(), routes.length.tolist())
    return [f"{_spell(high, low)}/{length}" for high, low, length in zip(*columns, strict=True)]


class _Pieces(dict[int, str]):
    """Pieces of spellings, made when they are met, and forgotten when they are too many."""

    def __init__(self, make: Callable[[int], str]) -> None:
        """Take how a piece is made."""
        super().__init__()
        self._make = make

    def __missing__(self, number: int) -> str:
        """Make a piece."""
        if len(self) >= MOST_PIECES:
            self.clear()
        self[number] = self._make(number)
        return self[number]


MOST_PIECES = 1 << 17
_HEAD = _Pieces(lambda number: f"{number >> 8}.{number & 255}.")
_TAIL = _Pieces(lambda number: f"{number >> 14}.{number >> 6 & 255}/{number & 63}")


def _spell(high: int, low: int) -> str:
    """Spell an IPv6 address; the system's own speller is quick, but has other words for what embeds an IPv4 address."""
    number = high << 64 | low
    return socket.inet_ntop(socket.AF_INET6, number.to_bytes(BITS[6] // 8, "big")) if high else address_text(6, number)
