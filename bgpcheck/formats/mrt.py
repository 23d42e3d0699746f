"""MRT files (RFC 6396, RFC 8050): every announced prefix with its origin, as columns, in the file's order. Pure; needs numpy.

Rule: answer for every record, or say that it can't be read and where it is, or how many of its kind were left out.
Read are unicast routes of TABLE_DUMP, TABLE_DUMP_V2, BGP4MP and BGP4MP_ET; left out are multicast and RIB_GENERIC.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from bgpcheck.errors import FormatError
from bgpcheck.formats.bgp_update import NARROW, WIDE
from bgpcheck.formats.mrt_attributes import Origins
from bgpcheck.formats.mrt_block import blocks
from bgpcheck.formats.mrt_message import messages, tables
from bgpcheck.formats.mrt_rib import rib
from bgpcheck.formats.mrt_single import Messages, Table
from bgpcheck.routes import Routes, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bgpcheck.formats.mrt_block import Kinds, Records
    from bgpcheck.formats.mrt_message import Part

TABLE_DUMP, TABLE_DUMP_V2, BGP4MP, BGP4MP_ET = 12, 13, 16, 17  # RFC 6396 s4
MICROSECONDS = 4  # octets before a BGP4MP_ET record (RFC 6396 s3)
RIBS = {2: (4, False), 4: (6, False), 8: (4, True), 10: (6, True)}  # subtype → IP version, whether with path identifiers
MESSAGES = {1: (NARROW, False), 4: (WIDE, False), 6: (NARROW, False), 7: (WIDE, False)}  # and their twins of RFC 8050, local or not
MESSAGES |= {8: (NARROW, True), 9: (WIDE, True), 10: (NARROW, True), 11: (WIDE, True)}
ROUTELESS = {(TABLE_DUMP_V2, 1), *((kind, subtype) for kind in (BGP4MP, BGP4MP_ET) for subtype in (0, 5))}  # peers, state changes
NAMES = {
    (TABLE_DUMP_V2, 3): "RIB_IPV4_MULTICAST",
    (TABLE_DUMP_V2, 5): "RIB_IPV6_MULTICAST",
    (TABLE_DUMP_V2, 6): "RIB_GENERIC",
    (TABLE_DUMP_V2, 9): "RIB_IPV4_MULTICAST_ADDPATH",
    (TABLE_DUMP_V2, 11): "RIB_IPV6_MULTICAST_ADDPATH",
    (TABLE_DUMP_V2, 12): "RIB_GENERIC_ADDPATH",
}
ROWS = 1 << 16
MOST_KINDS = 32  # that are told apart when left out
MOST_DAMAGED = 1000  # records of one file; a file with more of them is no MRT file


def batches(
    chunks: Iterable[bytes],
    *,
    file: str,
    rows: int = ROWS,
    note: Callable[[str], None] | None = None,
    bad: Callable[[FormatError], None] | None = None,
) -> Iterator[Routes]:
    """Give every announced prefix with its origin, in the file's order and not deduplicated, in batches of ``rows`` (the last: fewer).

    Chunks may be cut anywhere. ``note`` hears at the end what was left out, with counts. ``bad`` hears of each record whose content
    is damaged, which is then left out whole, as a router does with such an UPDATE (RFC 7606 s2, treat-as-withdraw). ``FormatError``
    with ``file``, and the offset of the damaged record as ``field``, where nobody hears, where there are too many, and where the end
    of a record can't be told; rows before it that have not filled a batch are not given.
    """

    def tell(error: FormatError) -> None:
        if bad is None or reader.damaged > MOST_DAMAGED:
            raise error
        bad(error.at(file=file))

    reader = _Reader(tell)
    try:
        yield from _cut(map(reader.routes, blocks(chunks)), rows)
    except FormatError as error:
        raise error.at(file=file) from None
    if note:
        for what, count in reader.skipped.items():
            note(f"left out: {count} {what}")


class _Reader:
    """Reads blocks; ``skipped`` counts what was left out; ``damaged`` counts records that ``tell`` has heard of."""

    def __init__(self, tell: Callable[[FormatError], None]) -> None:
        self.skipped = Counter[str]()
        self.damaged = 0
        self._tell = tell
        self._origins = Origins(WIDE)
        self._tables = {(TABLE_DUMP, 1): Table(4), (TABLE_DUMP, 2): Table(6)}
        self._messages = {
            (kind, subtype): Messages(octets, self._skip, before=before, with_id=with_id)
            for kind, before in ((BGP4MP, 0), (BGP4MP_ET, MICROSECONDS))
            for subtype, (octets, with_id) in MESSAGES.items()
        }

    def routes(self, kinds: Kinds) -> Routes:
        """Give the rows of a block in the order of its records."""
        parts = [part for kind, records in kinds.items() for part in self._sound(kind, records) if len(part[0])]
        at = np.concatenate([at for at, _ in parts]) if parts else np.array([], np.int64)
        found = joined([routes for _, routes in parts])
        return found if (at[1:] >= at[:-1]).all() else found.take(at.argsort(kind="stable"))

    def _sound(self, kind: tuple[int, int], records: Records) -> list[Part]:
        """Read the records of one kind but for damaged ones, which halving finds."""
        skipped, half = self.skipped.copy(), len(records.starts) // 2
        try:
            return list(self._parts(kind, records))
        except FormatError as error:
            if not half:
                self.damaged += 1
                self._tell(error)
                return []
        self.skipped.clear()
        self.skipped.update(skipped)  # both halves are read again
        return [*self._sound(kind, records.of(slice(half))), *self._sound(kind, records.of(slice(half, None)))]

    def _parts(self, kind: tuple[int, int], records: Records) -> Iterator[Part]:
        """Read the records of one kind, if that is read."""
        if kind[0] == TABLE_DUMP_V2 and kind[1] in RIBS:
            version, with_id = RIBS[kind[1]]
            yield rib(records, self._origins, version=version, with_id=with_id)
        elif kind in self._messages:
            yield from messages(records, self._messages[kind])
        elif kind in self._tables:
            yield from tables(records, self._tables[kind])
        elif kind not in ROUTELESS:
            self._skip(f"records of {NAMES.get(kind) or f'MRT type {kind[0]} subtype {kind[1]}'}", len(records.starts))

    def _skip(self, what: str, count: int = 1) -> None:
        known = what in self.skipped or len(self.skipped) < MOST_KINDS
        self.skipped[what if known else "records of other kinds"] += count


def _cut(parts: Iterable[Routes], rows: int) -> Iterator[Routes]:
    """Give the rows of all parts in batches of ``rows``."""
    held, count = list[Routes](), 0
    for part in parts:
        held.append(part)
        count += len(part)
        if count >= rows:
            whole = joined(held)
            for at in range(0, count - rows + 1, rows):
                yield whole.take(slice(at, at + rows))
            held, count = [whole.take(slice(count - count % rows, count))], count % rows
    if count:
        yield joined(held)
