"""MRT records (RFC 6396 s2), a block of some megabytes at a time. Pure; needs numpy.

Rule: no length is believed before it is checked, and never more is held than a block, a record and a chunk.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from struct import Struct
from typing import TYPE_CHECKING

import numpy as np

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Octets = NDArray[np.uint8]
    Places = NDArray[np.int64]  # offsets in a block, or counts
    Mask = NDArray[np.bool_]

BLOCK = 1 << 22  # bytes read before a block is made
MAX_RECORD = 1 << 24  # bytes; RFC 6396 has no limit: a prefix heard from 1,000 peers takes a few hundred thousand
TOO_LONG = f"a record has at most {MAX_RECORD} bytes"
HEADER = 12  # octets: time, type, subtype, length of what follows
PAD = bytes(128)  # the head of any record can be read before it is known to fit
_length = Struct(">8xI").unpack_from


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Whole records. ``data`` ends in ``PAD``; ``base`` is its offset in the file; ``octets`` are the same data."""

    data: bytes
    base: int
    octets: Octets

    def damage(self, body: int, error: FormatError) -> FormatError:
        """Give the error with its place: the record whose body begins at this offset."""
        return error.at(field=f"record at byte {self.base + body - HEADER}")

    def refuse(self, bodies: Places, bad: Mask, message: str) -> None:
        """Raise ``FormatError`` for the first of the records that is bad."""
        if bad.any():
            raise self.damage(int(bodies[bad.argmax()]), FormatError(message))


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Records of one kind in a block: where their bodies start and end."""

    block: Block
    starts: Places
    ends: Places

    def of(self, some: Places | slice) -> Records:
        """Give some of them."""
        return Records(self.block, self.starts[some], self.ends[some])


Kinds = dict[tuple[int, int], Records]  # by type and subtype


def number(octets: Octets, at: Places, size: int = 2) -> Places:
    """Read numbers of ``size`` octets."""
    found = octets[at].astype(np.int64)
    for step in range(1, size):
        found = found << 8 | octets[at + step]
    return found


def blocks(chunks: Iterable[bytes]) -> Iterator[Kinds]:
    """Split a file, which comes in chunks of any size; ``FormatError`` after the records before what is damaged."""
    base, held, size = 0, list[bytes](), 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= BLOCK:
            found, rest = _block(held, base)
            yield found
            base += size - len(rest)
            _allow(rest, base)
            held, size = [rest], len(rest)
    found, rest = _block(held, base)
    yield found
    if rest:
        _allow(rest, base + size - len(rest))
        wanted = HEADER + _length(rest)[0] if len(rest) >= HEADER else HEADER
        raise _damage(base + size - len(rest), f"truncated: {wanted} bytes announced, {len(rest)} there")


def _block(held: list[bytes], base: int) -> tuple[Kinds, bytes]:
    """Find the whole records, and what is left after the last of them."""
    data = b"".join([*held, PAD])
    at, last = 0, len(data) - len(PAD) - HEADER
    marks = list[int]()
    while at <= last:
        marks.append(at)
        at += HEADER + _length(data, at)[0]
    if at > last + HEADER:
        at = marks.pop()
    marks.append(at)
    return _sorted(Block(data, base, np.frombuffer(data, np.uint8)), np.array(marks, np.int64)), data[at : -len(PAD)]


def _sorted(block: Block, marks: Places) -> Kinds:
    """Tell records by their kinds; a hostile block has as many kinds as records."""
    starts, ends = marks[:-1] + HEADER, marks[1:]
    block.refuse(starts, ends - starts > MAX_RECORD, TOO_LONG)
    kinds = number(block.octets, marks[:-1] + 4, 4)
    order = kinds.argsort(kind="stable")
    kinds = kinds[order]
    bounds = [0, *(np.flatnonzero(kinds[1:] != kinds[:-1]) + 1).tolist(), len(kinds)]
    groups = {int(kinds[first]): order[first:last] for first, last in pairwise(bounds) if first < last}
    return {(kind >> 16, kind & 0xFFFF): Records(block, starts[group], ends[group]) for kind, group in groups.items()}


def _allow(rest: bytes, at: int) -> None:
    """Refuse to wait for the end of a record that is too long."""
    if len(rest) >= HEADER and _length(rest)[0] > MAX_RECORD:
        raise _damage(at, TOO_LONG)


def _damage(at: int, message: str) -> FormatError:
    return FormatError(message, field=f"record at byte {at}")
