"""BGP messages (RFC 6396 s4.4, RFC 8050 s3) and the old table dump (RFC 6396 s4.2), read by many records at once. Pure; needs numpy.

Rule: what is plain is read here; every other record is left, whole, to its reader in ``mrt_single``, so that both accept the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bgpcheck.errors import FormatError
from bgpcheck.formats.bgp_update import NARROW
from bgpcheck.formats.mrt_block import number
from bgpcheck.formats.mrt_single import ADDRESSES, MARKER, MESSAGE_HEAD, UPDATE
from bgpcheck.formats.mrt_steps import UNKNOWN, attributes, networks, nlri
from bgpcheck.model import BITS
from bgpcheck.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.formats.mrt_attributes import Row
    from bgpcheck.formats.mrt_block import Mask, Octets, Places, Records
    from bgpcheck.formats.mrt_single import Messages, Table

    Part = tuple[Places, Routes]  # the record of each row, and the row


def tables(records: Records, reader: Table) -> Iterator[Part]:
    """Read TABLE_DUMP records."""
    octets, starts, ends, bits = records.block.octets, records.starts, records.ends, BITS[reader.version]
    size = bits // 8
    length = octets[starts + 4 + size]
    begin = starts + 14 + 2 * size
    plain = (begin + number(octets, begin - 2) == ends) & (length <= bits)
    found = attributes(octets, begin, np.where(plain, ends, begin), NARROW)
    plain &= found.plain & (found.origin != UNKNOWN)
    yield starts[plain], _rows(octets, starts[plain] + 4, length[plain], found.origin[plain], reader.version)
    yield _singly(records, ~plain, reader)


def messages(records: Records, reader: Messages) -> Iterator[Part]:
    """Read BGP4MP records."""
    octets, starts, ends = records.block.octets, records.starts, records.ends
    family = number(octets, starts + reader.head - 2)
    start = starts + reader.head + MESSAGE_HEAD + np.where(family == 1, ADDRESSES[1], ADDRESSES[2])
    plain = ((family == 1) | (family == 2)) & (start - MESSAGE_HEAD + number(octets, start - 3) == ends) & (start <= ends)  # noqa: PLR2004 (AFI)
    plain &= (octets[start[:, None] + np.arange(-MESSAGE_HEAD, len(MARKER) - MESSAGE_HEAD)] == MARKER[0]).all(axis=1)
    yield _singly(records, ~plain, reader)
    some = np.flatnonzero(plain & (octets[start - 1] == UPDATE))
    yield from _updates(records.of(some), start[some], reader)


def _updates(records: Records, start: Places, reader: Messages) -> Iterator[Part]:
    """Read UPDATE messages whose bodies begin at ``start``."""
    octets, ends = records.block.octets, records.ends
    begin = start + 4 + number(octets, start)
    plain = begin <= ends
    begin = np.where(plain, begin, ends)
    end = begin + number(octets, begin - 2)
    plain &= end <= ends
    end = np.where(plain, end, begin)
    found = attributes(octets, begin, end, reader.octets)
    version, more = _reach(octets, found.reach, found.reach_end)
    plain &= found.plain & (more <= found.reach_end)
    plain &= (found.origin != UNKNOWN) | ((end == ends) & (version == 0))
    plain &= (version != 0) | (found.reach == 0)
    lists = [(4, np.flatnonzero(plain), end, ends)]
    lists += [(one, np.flatnonzero(plain & (version == one)), more, found.reach_end) for one in (4, 6)]
    read = []
    for one, some, first, last in lists:
        owner, at, bad = nlri(octets, first[some], last[some], BITS[one], reader.skip)
        plain[some[bad]] = False
        read.append((one, some[owner], at))
    for one, owner, at in read:
        good = plain[owner]
        rows, place = owner[good], at[good]
        yield records.starts[rows], _rows(octets, place + 1, octets[place], found.origin[rows], one)
    yield _singly(records, ~plain, reader)


def _reach(octets: Octets, at: Places, end: Places) -> tuple[Places, Places]:
    """Read the heads of MP_REACH_NLRI (RFC 4760 s3): IP version of the NLRI, 0 if they are not unicast; where they begin."""
    afi = number(octets, at)
    version = np.where((octets[at + 2] == 1) & (end > at), np.where(afi == 1, 4, np.where(afi == 2, 6, 0)), 0)  # noqa: PLR2004 (AFI)
    return version, np.where(end > at, at + 5 + octets[at + 3], 0)


def _rows(octets: Octets, at: Places, length: Octets, origin: Places, version: int) -> Routes:
    high, low = networks(octets, at, length, BITS[version])
    return Routes(np.full(len(at), version, np.uint8), high, low, length, origin)


def _singly(records: Records, which: Mask, reader: Messages | Table) -> Part:
    """Read records one by one."""
    rows: list[Row] = []
    counts, data, some = list[int](), records.block.data, np.flatnonzero(which)
    for start, end in zip(records.starts[some].tolist(), records.ends[some].tolist(), strict=True):
        before = len(rows)
        try:
            reader.read(data, start, end, rows)
        except FormatError as error:
            raise records.block.damage(start, error) from None
        counts.append(len(rows) - before)
    return np.repeat(records.starts[some], np.array(counts, np.int64)), Routes.of_numbers(rows)
