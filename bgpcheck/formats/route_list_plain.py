"""Plain rows of a list of routes, many at once. Pure; needs numpy.

Plain: a prefix, a comma, an AS number, with no sign more. IPv4 in four numbers; IPv6 in lower case, its last groups left out as ``::``.
Rule: what is not plain is left to ``route_list``, so that both ways accept the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.model import BITS, MAX_ASN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Places = NDArray[np.intp]
    Numbers = NDArray[np.int64]
    Halves = NDArray[np.uint64]
    Mask = NDArray[np.bool_]

NOWHERE = -1
SEPARATOR, DIGIT, LETTER = 1, 2, 3  # kinds of octets; 0: any other
_KIND = np.zeros(256, np.uint8)
_KIND[list(b".:/,\n")] = SEPARATOR
_KIND[list(b"0123456789")] = DIGIT
_KIND[list(b"abcdef")] = LETTER
_VALUE = np.zeros(256, np.int64)
_VALUE[list(b"0123456789abcdef")] = range(16)
_PATTERN = np.frombuffer(b".../,\n", np.uint8)  # separators of an IPv4 row, in order
_COLON, _SLASH, _COMMA = b":/,"
_OCTET, _GROUP, _LENGTH, _ASN = 3, 4, 3, 10  # signs of a number, at most
_BEHIND = 4  # separators of an IPv6 row beside one for each group
_GROUPS = 7  # before ``::``, which stands for one at least
_HALF = 4  # groups


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Plain:
    """Rows that are plain, by their place among all; networks as halves, with host bits cleared in ``masked`` of them."""

    version: int
    rows: Places
    high: Halves
    low: Halves
    length: Numbers
    origin: Numbers
    masked: int


class Lines:
    """Whole lines, with their separators found. ``ends``: where each line's LF stands."""

    def __init__(self, data: bytes, ends: Places) -> None:
        """Look at every octet once."""
        self.octets = np.frombuffer(data, np.uint8)
        self.starts, self.ends = np.append(0, ends[:-1] + 1), ends
        kind = _KIND[self.octets]
        self.separators = np.flatnonzero(kind == SEPARATOR)
        self.last = np.flatnonzero(self.octets[self.separators] == ord("\n"))  # the separator that ends each line
        self.first = np.append(0, self.last[:-1] + 1)
        self.odd = np.zeros(len(ends), bool)  # whether a line has signs that no plain one has
        self.odd[np.searchsorted(ends, np.flatnonzero(kind == 0))] = True
        letters = np.flatnonzero(kind == LETTER)
        self.letter = np.full(len(ends), NOWHERE)  # where the last letter of each line stands
        self.letter[np.searchsorted(ends, letters)] = letters

    def decimal(self, begins: Places, ends: Places, most: int) -> tuple[Numbers, Mask]:
        """Read numbers in which every sign is a digit, and tell which are written as one writes them."""
        widths = ends - begins
        fits = (widths >= 1) & (widths <= most) & ((self.octets[begins] != ord("0")) | (widths == 1))
        return self._number(ends, widths, most, 10), fits

    def hexadecimal(self, begins: Places, ends: Places) -> tuple[Numbers, Mask]:
        """Read groups of an IPv6 address, and tell which are any."""
        widths = ends - begins
        return self._number(ends, widths, _GROUP, 16), (widths >= 1) & (widths <= _GROUP)

    def _number(self, ends: Places, widths: Places, most: int, base: int) -> Numbers:
        """Add the signs up from the last one on."""
        found = _VALUE[self.octets[ends - 1]]
        for place in range(1, most):
            some = np.flatnonzero(widths > place)
            if not len(some):
                break
            found[some] += _VALUE[self.octets[ends[some] - 1 - place]] * base**place
        return found


def plain(lines: Lines) -> tuple[Plain, Plain]:
    """Read the plain rows of both families."""
    return _ipv4(lines), _ipv6(lines)


def _ipv4(lines: Lines) -> Plain:
    """Read IPv4 rows."""
    size = len(_PATTERN)
    rows = np.flatnonzero(lines.last - lines.first == size - 1)
    places = lines.separators[lines.first[rows, None] + np.arange(size)]
    good = (lines.octets[places] == _PATTERN).all(axis=1) & ~lines.odd[rows] & (lines.letter[rows] == NOWHERE)
    rows, places = rows[good], places[good]
    begins = [lines.starts[rows], *(places[:, place] + 1 for place in range(size - 1))]
    most = (_OCTET, _OCTET, _OCTET, _OCTET, _LENGTH, _ASN)
    read = [lines.decimal(begin, places[:, column], most[column]) for column, begin in enumerate(begins)]
    (a, b, c, d, length, origin), fits = (list(one) for one in zip(*read, strict=True))
    good = np.logical_and.reduce(fits) & (np.maximum.reduce([a, b, c, d]) <= 255)  # noqa: PLR2004 (an octet)
    address = (a << 24 | b << 16 | c << 8 | d).astype(np.uint64)
    return _made(4, rows, (np.zeros(len(rows), np.uint64), address), (length, origin), good)


def _ipv6(lines: Lines) -> Plain:
    """Read IPv6 rows: as many groups as there are separators beside ``::``, slash, comma and end."""
    groups = lines.last - lines.first + 1 - _BEHIND
    rows = np.flatnonzero((groups >= 1) & (groups <= _GROUPS) & (lines.octets[lines.separators[lines.first]] == _COLON))
    rows = rows[~lines.odd[rows]]
    colon, slash, comma = (lines.separators[lines.last[rows] - before] for before in (3, 2, 1))
    good = (colon == slash - 1) & (lines.octets[slash - 2] == _COLON) & (lines.octets[colon] == _COLON)
    good &= (lines.octets[slash] == _SLASH) & (lines.octets[comma] == _COMMA) & (lines.letter[rows] < slash)
    rows, slash, comma, groups = rows[good], slash[good], comma[good], groups[rows[good]]
    high, low, good = np.zeros(len(rows), np.uint64), np.zeros(len(rows), np.uint64), np.ones(len(rows), bool)
    begins = lines.starts[rows]
    for group in range(_GROUPS):
        some = np.flatnonzero(groups > group)
        ends = lines.separators[lines.first[rows[some]] + group]
        values, fits = lines.hexadecimal(begins[some], ends)
        good[some] &= fits & (lines.octets[ends] == _COLON)
        half = high if group < _HALF else low
        half[some] |= values.astype(np.uint64) << np.uint64(48 - 16 * (group % _HALF))
        begins[some] = ends + 1
    length, fits = lines.decimal(slash + 1, comma, _LENGTH)
    origin, also = lines.decimal(comma + 1, lines.ends[rows], _ASN)
    return _made(6, rows, (high, low), (length, origin), good & fits & also)


def _made(version: int, rows: Places, halves: tuple[Halves, Halves], numbers: tuple[Numbers, Numbers], good: Mask) -> Plain:
    """Keep the rows that are good, and clear host bits."""
    good = good & (numbers[0] <= BITS[version]) & (numbers[1] <= MAX_ASN)
    high, low = (one[good] for one in halves)
    length, origin = (one[good] for one in numbers)
    free = BITS[version] - length
    network = high & _cleared(free - 64), low & _cleared(free)
    masked = int(((network[0] != high) | (network[1] != low)).sum())
    return Plain(version, rows[good], *network, length, origin, masked)


def _cleared(count: Numbers) -> NDArray[Any]:
    """Give halves of ones but for their last ``count``, which may be less than none and more than all."""
    shift = np.clip(count, 0, 63).astype(np.uint64)
    return np.where(count > 63, np.uint64(0), np.uint64(0xFFFFFFFFFFFFFFFF) << shift)  # noqa: PLR2004 (bits of a half, less one)
