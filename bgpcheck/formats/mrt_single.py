"""Single records of MRT files: BGP messages (RFC 6396 s4.4, RFC 8050 s3) and the old table dump (RFC 6396 s4.2). Pure.

Rule: each reader gives rows for what one record announces, or a ``FormatError`` without a place. ``mrt_message`` reads what is plain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import bgp_update
from bgpcheck.formats.bgp_update import MP_REACH, NARROW, UNICAST
from bgpcheck.formats.mrt_attributes import Origins, announce, attributes, origin, reach
from bgpcheck.model import BITS

if TYPE_CHECKING:
    from collections.abc import Callable

    from bgpcheck.formats.mrt_attributes import Row

MARKER = b"\xff" * 16  # RFC 4271 s4.1
UPDATE, MESSAGE_HEAD = 2, 19
PATH_ID = 4  # octets, RFC 7911 s3
ADDRESSES = {1: 8, 2: 32}  # AFI → octets of the peer's and the local address


class Messages:
    """Reads BGP4MP records whose AS numbers have 4 ``octets`` or 2.

    ``head``: octets before the addresses: AS numbers of peer and collector, interface, AFI. ``skip``: octets of a path identifier.
    """

    def __init__(self, octets: int, skipped: Callable[[str], None], *, before: int = 0, with_id: bool = False) -> None:
        """``skipped`` hears of what is not read; ``before``: octets before the record; ``with_id``: NLRI are as in RFC 7911."""
        self.octets, self.head, self.skip = octets, before + 2 * octets + 4, PATH_ID if with_id else 0
        self._skipped = skipped

    def read(self, data: bytes, at: int, end: int, rows: list[Row]) -> None:
        """Read the record ``data[at:end]``, adding rows.

        Raises:
            FormatError: the record is too short, or holds no BGP message.
        """
        at += self.head
        if at > end:
            raise FormatError("AS numbers, interface and AFI do not fit into the record")
        family = data[at - 2] << 8 | data[at - 1]
        if family not in ADDRESSES:
            self._skipped(f"records of BGP4MP with peers of AFI {family}")
            return
        at += ADDRESSES[family]
        start = at + MESSAGE_HEAD
        if start > end or data[at : at + 16] != MARKER or data[at + 16] << 8 | data[at + 17] != end - at:
            raise FormatError("not a BGP message: it has a marker of sixteen octets of 255, and its length is that of what is left")
        if data[at + 18] != UPDATE:
            return
        first = start + 4 + (data[start] << 8 | data[start + 1])
        nlri = first + (data[first - 2] << 8 | data[first - 1]) if first <= end else first
        if nlri > end:
            bgp_update.sections(data[start:end])
        found = attributes(data, first, nlri)
        if nlri == end and MP_REACH not in found:
            return
        source = origin(found, self.octets)
        announce(rows, data[nlri:end], 4, source, skip=self.skip)
        if MP_REACH in found:
            name, more = reach(found[MP_REACH])
            if name in UNICAST:
                announce(rows, more, UNICAST[name], source, skip=self.skip)
            else:
                self._skipped(f"announcements of {name}")


class Table:
    """Reads TABLE_DUMP records of one IP ``version``: one entry each, with AS numbers of two octets."""

    def __init__(self, version: int) -> None:
        """Begin with no origins known."""
        self.version = version
        self._origins = Origins(NARROW)

    def read(self, data: bytes, at: int, end: int, rows: list[Row]) -> None:
        """Read the record ``data[at:end]``, adding a row.

        Raises:
            FormatError: a length is wrong.
        """
        size, bits = BITS[self.version] // 8, BITS[self.version]
        length = data[at + 4 + size]
        first = at + 14 + 2 * size
        if first > end or data[first - 2] << 8 | data[first - 1] != end - first:
            raise FormatError("the length of the attributes is not that of what is left of the record")
        if length > bits:
            raise FormatError(f"prefix length must be 0 to {bits}")
        network = int.from_bytes(data[at + 4 : at + 4 + size], "big") >> bits - length << bits - length
        rows.append((self.version, network, length, self._origins.of(data[first:end])))
