"""Tables in MRT files, TABLE_DUMP_V2 (RFC 6396 s4.3, RFC 8050 s4), read by many records at once. Pure; needs numpy.

Rule: entries must fill their records to the octet. After an AS_PATH that is plain, nothing of an entry is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bgpcheck.errors import FormatError
from bgpcheck.formats.bgp_update import WIDE
from bgpcheck.formats.mrt_block import number
from bgpcheck.formats.mrt_steps import FEW, UNKNOWN, attributes, networks
from bgpcheck.model import BITS
from bgpcheck.routes import Routes

if TYPE_CHECKING:
    from bgpcheck.formats.mrt_attributes import Origins
    from bgpcheck.formats.mrt_block import Places, Records

HEAD = 5  # octets before a prefix: sequence number, length of the prefix
ENTRY, PATH_ID = 8, 4  # octets before attributes: peer index, time, length of the attributes; a path identifier before that length
TOO_LONG = "the entries do not fit into the record"


def rib(records: Records, origins: Origins, *, version: int, with_id: bool) -> tuple[Places, Routes]:
    """Read RIB records: the record of each entry, and its row. ``with_id``: entries have path identifiers (RFC 8050 s4.1)."""
    block, octets, starts = records.block, records.block.octets, records.starts
    length = octets[starts + HEAD - 1]
    block.refuse(starts, length > BITS[version], f"the prefix length must be 0 to {BITS[version]}")
    at = starts + HEAD + (length + np.int64(7) >> 3)
    block.refuse(starts, at + 2 > records.ends, "prefix and count of entries do not fit into the record")
    counts = number(octets, at)
    begin, end = _entries(records, at + 2, counts, ENTRY + PATH_ID if with_id else ENTRY)
    high, low = networks(octets, starts + HEAD, length, BITS[version])
    owner = np.repeat(starts, counts)
    return owner, Routes(
        version=np.full(len(owner), version, np.uint8),
        high=np.repeat(high, counts),
        low=np.repeat(low, counts),
        length=np.repeat(length, counts),
        origin=_origins(records, owner, begin, end, origins),
    )


def _entries(records: Records, at: Places, counts: Places, head: int) -> tuple[Places, Places]:
    """Find begin and end of the attributes of all entries, of which each record has ``counts`` from ``at`` on."""
    block, octets, starts, ends = records.block, records.block.octets, records.starts, records.ends
    block.refuse(starts, counts * head > ends - at, TOO_LONG)
    begin = np.empty(counts.sum(), np.int64)
    end = np.empty_like(begin)
    first = counts.cumsum() - counts
    step, left = 0, np.flatnonzero(counts)
    while len(left) > FEW:
        here = at[left] + head
        after = here + number(octets, here - 2)
        block.refuse(starts[left], after > ends[left], TOO_LONG)
        begin[first[left] + step], end[first[left] + step], at[left] = here, after, after
        step += 1
        left = left[counts[left] > step]
    for one in left.tolist():
        marks = _walk(block.data, int(at[one]), int(ends[one]), int(counts[one]) - step, head)
        block.refuse(starts[one : one + 1], np.array([marks[-1] > ends[one]]), TOO_LONG)
        rows = slice(first[one] + step, first[one] + counts[one])
        begin[rows], end[rows], at[one] = np.array(marks[:-1]) + head, marks[1:], marks[-1]
    block.refuse(starts, at != ends, "there are octets after the last entry")
    return begin, end


def _walk(data: bytes, at: int, end: int, count: int, head: int) -> list[int]:
    """Find where each of the next entries of one record begins, and where the last of them ends; stop beyond the record."""
    marks = [at]
    for _ in range(count):
        at += head + (data[at + head - 2] << 8 | data[at + head - 1])
        marks.append(at)
        if at > end:
            break
    return marks


def _origins(records: Records, owner: Places, begin: Places, end: Places, origins: Origins) -> Places:
    """Give the origin of each entry; ``origins`` reads what is not plain."""
    found = attributes(records.block.octets, begin, end, WIDE, whole=False)
    data, origin = records.block.data, found.origin
    for one in np.flatnonzero(origin == UNKNOWN).tolist():
        try:
            origin[one] = origins.of(data[begin[one] : end[one]])
        except FormatError as error:
            raise records.block.damage(int(owner[one]), error) from None
    return origin
