"""Many (prefix, origin) pairs as columns, in their input order. Pure; needs numpy.

Rule: a column holds what was read; what a prefix or an AS number means is nobody's business here.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bgpcheck import padded
from bgpcheck.model import BITS, Prefix, address_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

NONE = -1  # an origin of NONE (RFC 6811 s2)
HALF = (1 << 64) - 1
COLUMNS = ("version", "high", "low", "length", "origin")  # of ``Routes``, in their order


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

    def numbers(self) -> Iterator[tuple[int, int, int, int]]:
        """Give the rows one by one as ``of_numbers`` takes them: (version, network, length, origin)."""
        for version, high, low, length, origin in zip(*(getattr(self, name).tolist() for name in COLUMNS), strict=True):
            yield version, high << 64 | low, length, origin

    def pairs(self) -> Iterator[tuple[Prefix, int | None]]:
        """Give the rows one by one as ``of`` takes them; None is an origin of NONE."""
        for version, network, length, origin in self.numbers():
            yield Prefix(version, network, length), None if origin == NONE else origin

    def prefixes(self) -> list[str]:
        """Spell every prefix as ``Prefix`` does (RFC 5952)."""
        return padded.joined(self.spelled(), b"\n").decode().split("\n")[:-1]

    def spelled(self) -> padded.Octets:
        """Spell every prefix, padded."""
        four, short = self.version == 4, (self.version == 6) & (self.low == 0)  # noqa: PLR2004 (IP versions)
        kinds = ((four, _ipv4), (short, _ipv6_short), (~four & ~short, _ipv6))
        parts = [(rows, speller(self.take(rows))) for which, speller in kinds if len(rows := np.flatnonzero(which))]
        if len(parts) == 1:
            return parts[0][1]
        found = np.zeros((len(self), max((part.shape[1] for _, part in parts), default=1)), np.uint8)
        for rows, part in parts:
            found[rows, : part.shape[1]] = part
        return found


def joined(parts: Sequence[Routes]) -> Routes:
    """Put tables one after the other."""
    if len(parts) == 1:
        return parts[0]
    return Routes(*(np.concatenate([getattr(one, name) for one in parts]) for name in COLUMNS)) if parts else Routes.of(())


def _ipv4(routes: Routes) -> padded.Octets:
    """Spell IPv4 prefixes."""
    octets = ((routes.low >> np.uint64(shift)).astype(np.uint8) for shift in (24, 16, 8, 0))
    return np.concatenate([*(end[octet] for end, octet in zip(_ENDED, octets, strict=True)), _LENGTH[routes.length]], axis=1)


def _ipv6_short(routes: Routes) -> padded.Octets:
    """Spell IPv6 prefixes whose last four groups are zero: no other run of zeros is as long (RFC 5952 s4.2.3)."""
    count = len(routes)
    found = np.zeros((count, 4, 5), np.uint8)  # groups of four digits, each with its colon
    left = np.zeros(count, bool)  # whether this group, or one after it, is not zero
    for place in (3, 2, 1, 0):
        group = routes.high >> np.uint64(48 - 16 * place) & np.uint64(0xFFFF)
        left |= group != 0
        found[:, place, :4] = padded.hexadecimal(group, 4)
        found[:, place, 4] = ord(":")
        found[~left, place] = 0
    ends = padded.picked([b":/", b"::/"], (routes.high == 0).astype(np.intp))
    return np.concatenate([found.reshape(count, 20), ends, _LENGTH[routes.length]], axis=1)


def _ipv6(routes: Routes) -> padded.Octets:
    """Spell any IPv6 prefixes."""
    columns = (routes.high.tolist(), routes.low.tolist(), routes.length.tolist())
    return padded.of([f"{_spell(high, low)}/{length}".encode() for high, low, length in zip(*columns, strict=True)])


_LENGTH = padded.of([b"%d" % number for number in range(256)])
_ENDED = [padded.of([b"%d%c" % (number, end) for number in range(256)]) for end in b".../"]  # octets with what follows them


def _spell(high: int, low: int) -> str:
    """Spell an IPv6 address; the system's own speller is quick, but has other words for what embeds an IPv4 address."""
    number = high << 64 | low
    return socket.inet_ntop(socket.AF_INET6, number.to_bytes(BITS[6] // 8, "big")) if high else address_text(6, number)
