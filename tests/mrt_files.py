"""Bytes of MRT files (RFC 6396, RFC 8050), built from what they say."""

from __future__ import annotations

import ipaddress
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SET, SEQUENCE, CONFED_SEQUENCE, CONFED_SET = 1, 2, 3, 4
ORIGIN, AS_PATH, NEXT_HOP, AGGREGATOR, MP_REACH, MP_UNREACH, AS4_PATH, AS4_AGGREGATOR = 1, 2, 3, 7, 14, 15, 17, 18
MARKER = b"\xff" * 16


def record(kind: int, subtype: int, body: bytes, *, microseconds: int | None = None) -> bytes:
    """A record (s2), of an _ET type (s3) if it has microseconds."""
    body = body if microseconds is None else struct.pack(">I", microseconds) + body
    return struct.pack(">IHHI", 1_700_000_000, kind, subtype, len(body)) + body


def attribute(kind: int, value: bytes, *, long: bool = False) -> bytes:
    """A path attribute, its length in two octets if it is ``long`` or has to be."""
    if long or len(value) > 255:
        return struct.pack(">BBH", 0x50, kind, len(value)) + value
    return struct.pack(">BBB", 0x40, kind, len(value)) + value


def segments(*parts: tuple[int, list[int]], octets: int = 4) -> bytes:
    """The value of an AS_PATH of (type, AS numbers)."""
    return b"".join(bytes([kind, len(asns)]) + b"".join(asn.to_bytes(octets, "big") for asn in asns) for kind, asns in parts)


def attributes(*asns: int, octets: int = 4, more: bytes = b"") -> bytes:
    """ORIGIN, an AS_PATH of one AS_SEQUENCE, NEXT_HOP, and ``more`` attributes."""
    path = attribute(AS_PATH, segments((SEQUENCE, list(asns)), octets=octets))
    return attribute(ORIGIN, b"\0") + path + attribute(NEXT_HOP, bytes([192, 0, 2, 1])) + more


def nlri(*prefixes: str, path_id: int | None = None) -> bytes:
    """Prefixes as NLRI (RFC 4271 s4.3), with a path identifier (RFC 7911 s3) if there is one. Host bits stay."""
    found = b""
    for text in prefixes:
        address, _, length = text.partition("/")
        octets = ipaddress.ip_address(address).packed[: (int(length) + 7) // 8]
        found += (b"" if path_id is None else struct.pack(">I", path_id)) + bytes([int(length)]) + octets
    return found


def reach(data: bytes, *, afi: int = 2, safi: int = 1, hop: bytes = bytes(16)) -> bytes:
    """An MP_REACH_NLRI attribute (RFC 4760 s3)."""
    return attribute(MP_REACH, struct.pack(">HBB", afi, safi, len(hop)) + hop + b"\0" + data)


def short_reach(hop: bytes = bytes(16)) -> bytes:
    """MP_REACH_NLRI as TABLE_DUMP_V2 abbreviates it: next hop only (RFC 6396 s4.3.4)."""
    return attribute(MP_REACH, bytes([len(hop)]) + hop)


def update(found: bytes = b"", announced: bytes = b"", withdrawn: bytes = b"") -> bytes:
    """The body of an UPDATE message."""
    return struct.pack(">H", len(withdrawn)) + withdrawn + struct.pack(">H", len(found)) + found + announced


def message(body: bytes, *, octets: int = 4, afi: int = 1, kind: int = 2) -> bytes:
    """The body of a BGP4MP record (s4.4.2): a BGP message of some kind, 2 being an UPDATE."""
    peers = (64500).to_bytes(octets, "big") + (64501).to_bytes(octets, "big") + struct.pack(">HH", 0, afi) + bytes(32 if afi == 2 else 8)
    return peers + MARKER + struct.pack(">HB", 19 + len(body), kind) + body


def peers() -> bytes:
    """A PEER_INDEX_TABLE (s4.3.1) of one peer."""
    return record(13, 1, bytes(4) + struct.pack(">HH", 0, 1) + b"\2" + bytes(8) + struct.pack(">I", 64500))


def rib(subtype: int, prefix: str, entries: Iterable[bytes]) -> bytes:
    """A RIB record (s4.3.2, RFC 8050 s4.1) whose entries have these attributes."""
    found, path_id = list(entries), struct.pack(">I", 7) if subtype in {8, 10} else b""
    body = struct.pack(">I", 1) + nlri(prefix) + struct.pack(">H", len(found))
    return record(13, subtype, body + b"".join(bytes(6) + path_id + struct.pack(">H", len(one)) + one for one in found))


def table(prefix: str, found: bytes) -> bytes:
    """A TABLE_DUMP record (s4.2)."""
    address, _, length = prefix.partition("/")
    octets = ipaddress.ip_address(address).packed
    head = bytes(4) + octets + bytes([int(length), 1]) + bytes(4) + bytes(len(octets)) + struct.pack(">HH", 64500, len(found))
    return record(12, 1 if len(octets) == 4 else 2, head + found)
