"""Attributes, prefixes and NLRI of many records of an MRT block, read in step. Pure; needs numpy.

Rule: step k reads the k-th item of every list at once. What is not plain is said to be so, and left to the readers of single records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bgpcheck.formats.bgp_update import AS_PATH, EXTENDED_LENGTH, MP_REACH, MP_UNREACH, NARROW
from bgpcheck.formats.mrt_attributes import AS4_PATH, SEQUENCE
from bgpcheck.formats.mrt_block import number
from bgpcheck.model import BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bgpcheck.formats.mrt_block import Mask, Octets, Places

    Numbers = NDArray[np.uint64]

FEW = 16  # lists not worth a step
STEPS = 24  # attributes of a plain entry; a dozen are common
PATH, REACH, UNREACH, FOUR = 1, 2, 4, 8
_BIT = np.zeros(256, np.uint8)
_BIT[[AS_PATH, MP_REACH, MP_UNREACH, AS4_PATH]] = PATH, REACH, UNREACH, FOUR
_MASKS = {  # bits of an address → by prefix length, the octets of a netmask
    bits: (0xFF00 >> (np.arange(bits + 1)[:, None] - np.arange(0, bits, 8)).clip(0, 8)).astype(np.uint8) for bits in BITS.values()
}


@dataclass(frozen=True, slots=True, eq=False)
class Attributes:
    """Of each entry: whether it is plain, the origin that its AS_PATH gives (``UNKNOWN`` without a plain one), and its MP_REACH_NLRI.

    ``reach`` and ``reach_end`` are where the value begins and ends, both 0 without one.
    """

    plain: Mask
    origin: Places
    reach: Places
    reach_end: Places


UNKNOWN = -2  # no origin, not even NONE


def attributes(octets: Octets, begin: Places, end: Places, width: int, *, whole: bool = True) -> Attributes:
    """Read path attributes, AS numbers having ``width`` octets; unless ``whole``, nothing after AS_PATH is looked at.

    Not plain: what does not fit, comes twice, is longer than some, or has an AS4_PATH to be merged.
    """
    origin, reach, reach_end = np.full(len(begin), UNKNOWN, np.int64), np.zeros_like(begin), np.zeros_like(begin)
    plain, seen = np.ones(len(begin), np.bool_), np.zeros(len(begin), np.uint8)
    left = np.flatnonzero(begin != end)
    at, stop = begin[left], end[left]
    for _ in range(STEPS):
        if not len(left):
            break
        value, after = _attribute(octets, at)
        bit = _BIT[octets[at + 1]]
        good = (after <= stop) & (seen[left] & bit == 0)
        seen[left] |= bit
        plain[left[~good]] = False
        path = good & (bit == PATH)
        origin[left[path]] = _last(octets, value[path], after[path], width)
        here = good & (bit == REACH)
        reach[left[here]], reach_end[left[here]] = value[here], after[here]
        on = np.flatnonzero(good & (after < stop) & (whole | ~path))
        left, at, stop = left[on], after[on], stop[on]
    plain[left] = False
    if width == NARROW:
        plain &= seen & FOUR == 0
    return Attributes(plain, origin, reach, reach_end)


def _attribute(octets: Octets, at: Places) -> tuple[Places, Places]:
    """Find where the value of an attribute begins and ends (RFC 4271 s4.3)."""
    long = (octets[at] & EXTENDED_LENGTH) > 0
    size = octets[at + 2].astype(np.int64)
    size = np.where(long, size << 8 | octets[at + 3], size)
    value = at + 3 + long
    return value, value + size


def _last(octets: Octets, value: Places, after: Places, width: int) -> Places:
    """Give the last AS of AS_PATHs that are one AS_SEQUENCE."""
    count = octets[value + 1].astype(np.int64)
    plain = (octets[value] == SEQUENCE) & (count > 0) & (after - value == 2 + width * count)
    return np.where(plain, number(octets, after - width, width), UNKNOWN)


def networks(octets: Octets, at: Places, length: Octets, bits: int) -> tuple[Numbers, Numbers]:
    """Read the halves of network addresses of which only as many octets count as their length needs; host bits are masked."""
    size = bits // 8
    address = np.zeros((len(at), 16), np.uint8)
    address[:, -size:] = octets[at[:, None] + np.arange(size)] & _MASKS[bits][length]
    halves = address.view(">u8").astype(np.uint64)
    return halves[:, 0], halves[:, 1]


def nlri(octets: Octets, begin: Places, end: Places, bits: int, skip: int) -> tuple[Places, Places, Mask]:
    """Find the NLRI (RFC 4271 s4.3) in each list: ``(list, offset of the length)`` of each, those of a list in their order; which are bad.

    ``skip``: octets of path identifiers (RFC 7911 s3) before the length.
    """
    bad = np.zeros(len(begin), np.bool_)
    left = np.flatnonzero(begin != end)
    at = begin[left]
    owners, places = [left[:0]], [at[:0]]
    while len(left) > FEW:
        at = at + skip
        length = octets[at].astype(np.int64)
        after = at + 1 + (length + 7 >> 3)
        good = (after <= end[left]) & (length <= bits)
        bad[left[~good]] = True
        owners.append(left)
        places.append(at)
        on = np.flatnonzero(good & (after < end[left]))
        left, at = left[on], after[on]
    for one, place in zip(left.tolist(), at.tolist(), strict=True):
        marks, bad[one] = _rest(octets, place, int(end[one]), bits, skip)
        owners.append(np.full(len(marks), one))
        places.append(marks)
    return np.concatenate(owners), np.concatenate(places), bad


def _rest(octets: Octets, at: int, end: int, bits: int, skip: int) -> tuple[Places, bool]:
    """Find the NLRI of one list."""
    data, start, marks = octets[at : end + skip + 1].tobytes(), at, list[int]()
    at, end = 0, end - start
    while at < end:
        at += skip
        marks.append(at)
        if data[at] > bits:
            at = end + 1
        else:
            at += 1 + (data[at] + 7 >> 3)
    return np.array(marks, np.int64) + start, at > end
