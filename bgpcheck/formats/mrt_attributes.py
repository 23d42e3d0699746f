"""Of the path attributes in an MRT file: which AS originates, and which NLRI are announced. Pure.

Rule: the short way answers or gives way to the reader in ``bgp_update``, so that both accept the same and refuse in the same words.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import bgp_update
from bgpcheck.formats.bgp_update import AS_PATH, AS_TRANS, EXTENDED_LENGTH, MP_REACH, MP_UNREACH, NARROW, WIDE, as_path
from bgpcheck.model import BITS, SegmentKind
from bgpcheck.routes import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bgpcheck.model import AsPath

Row = tuple[int, int, int, int]  # IP version, network, length, origin
SEQUENCE = 2  # RFC 4271 s4.3 b): the segment's type code
AGGREGATOR, AS4_PATH, AS4_AGGREGATOR = 7, 17, 18  # attribute type codes
READ = frozenset({AS_PATH, AGGREGATOR, MP_REACH, MP_UNREACH, AS4_PATH, AS4_AGGREGATOR})
CONFED = {SegmentKind.CONFED_SEQUENCE, SegmentKind.CONFED_SET}
LONGEST_KEY = 512  # octets of attributes worth remembering
MOST_KEYS = 1 << 16


def attributes(data: bytes, at: int, end: int) -> dict[int, bytes]:
    """Read those path attributes of ``data[at:end]`` that matter here, by type code; ``FormatError`` where any is malformed."""
    start, found = at, dict[int, bytes]()
    while at + 2 < end:
        kind, size = data[at + 1], data[at + 2]
        value = at + 3
        if data[at] & EXTENDED_LENGTH:
            if value == end:
                break
            size = size << 8 | data[value]
            value += 1
        at = value + size
        if kind in READ:
            if kind in found:
                return bgp_update.attributes(data[start:end])
            found[kind] = data[value:at]
    return found if at == end else bgp_update.attributes(data[start:end])


def origin(found: Mapping[int, bytes], octets: int) -> int:
    """Give the origin AS that attributes tell, whose AS_PATH has AS numbers of 4 ``octets`` or 2.

    RFC 6811 s2: the last AS of a final AS_SEQUENCE; ``NONE`` where the path is empty or ends otherwise.
    """
    path = found.get(AS_PATH, b"")
    if octets == NARROW and AS4_PATH in found:
        return _last(_merged(as_path(path, NARROW), found))
    if len(path) > octets and path[0] == SEQUENCE and len(path) == 2 + path[1] * octets:
        return int.from_bytes(path[-octets:], "big")
    return _last(as_path(path, octets))


def _last(way: AsPath) -> int:
    return way[-1].asns[-1] if way and way[-1].kind is SegmentKind.SEQUENCE else NONE


def _merged(way: AsPath, found: Mapping[int, bytes]) -> AsPath:
    """RFC 6793 s4.2.3: give the path whose end counts, which is AS4_PATH unless that is to be ignored."""
    if AS4_AGGREGATOR in found and AGGREGATOR in found and int.from_bytes(found[AGGREGATOR][:NARROW], "big") != AS_TRANS:
        return way
    try:
        real = tuple(segment for segment in as_path(found[AS4_PATH], WIDE) if segment.kind not in CONFED)
    except FormatError:  # RFC 6793 s6: a malformed AS4_PATH is discarded
        return way
    return real if real and _hops(way) >= _hops(real) else way


def _hops(way: AsPath) -> int:
    """RFC 4271 s9.1.2.2, RFC 5065 s5.3: a set counts one, confederation segments nothing."""
    return sum(1 if segment.kind is SegmentKind.SET else len(segment.asns) for segment in way if segment.kind not in CONFED)


class Origins:
    """Origins by attributes, remembered: in a table dump the same attributes come with many prefixes."""

    def __init__(self, octets: int) -> None:
        """Take the octets of an AS number in AS_PATH."""
        self._octets = octets
        self._known = dict[bytes, int]()

    def of(self, data: bytes) -> int:
        """Give the origin that all the path attributes of one entry tell."""
        known = self._known.get(data)
        if known is not None:
            return known
        found = origin(attributes(data, 0, len(data)), self._octets)
        if len(data) <= LONGEST_KEY:
            if len(self._known) >= MOST_KEYS:
                self._known.clear()
            self._known[data] = found
        return found


def reach(value: bytes) -> tuple[str, bytes]:
    """Split an MP_REACH_NLRI attribute (RFC 4760 s3) into its family, such as ``ipv6 unicast``, and the NLRI.

    Raises:
        FormatError: it is shorter than it says.
    """
    start = 5 + value[3] if len(value) > 3 else 5  # noqa: PLR2004 (AFI, SAFI, length of next hop; next hop; reserved octet)
    if len(value) < start:
        raise FormatError(f"MP_REACH_NLRI: {start} octets announced, {len(value)} there")
    afi, safi = value[0] << 8 | value[1], value[2]
    return bgp_update.FAMILIES.get((afi, safi), f"afi {afi} safi {safi}"), value[start:]


def announce(rows: list[Row], data: bytes, version: int, found: int, *, skip: int) -> None:
    """Add a row for each of the NLRI in ``data``, all originated by ``found``. Host bits are masked.

    ``skip``: octets of a path identifier (RFC 7911 s3) before each.
    """
    at, end, bits = 0, len(data), BITS[version]
    while at + skip < end:
        length = data[at + skip]
        if length > bits:
            break
        start, at = at + skip + 1, at + skip + 1 + (length + 7 >> 3)
        rows.append((version, int.from_bytes(data[start:at], "big") >> (-length & 7) << bits - length, length, found))
    if at != end:
        deque(bgp_update.prefixes(data, version, with_id=skip > 0), 0)
