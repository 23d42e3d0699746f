"""The RPKI-to-Router protocol, versions 0 and 1 (RFC 6810, RFC 8210): what a cache says, as a set of VRPs. Pure.

Rule: a transaction counts when its end has come, whole; until then what was known before stands.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from struct import Struct
from struct import error as StructError  # noqa: N812 (a class in all but name)
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.model import BITS, Prefix, Vrp

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSIONS = (1, 0)  # the best first
MAX_PDU = 1 << 16  # bytes; only error reports and router keys have no fixed size
MOST_VRPS = 20_000_000
ANNOUNCE = 1  # flag of a prefix: else it is withdrawn
_HEAD, _SERIAL = Struct(">BBHI"), Struct(">I")
_IPV4, _IPV6 = Struct(">BBBx4sI"), Struct(">BBBx16sI")

Payload = tuple[int, bytes, int, int, int]  # IP version, address, length, maxLength, AS number


class Pdu(IntEnum):
    """Types of PDUs (RFC 8210 s5)."""

    SERIAL_NOTIFY = 0
    SERIAL_QUERY = 1
    RESET_QUERY = 2
    CACHE_RESPONSE = 3
    IPV4 = 4
    IPV6 = 6
    END_OF_DATA = 7
    CACHE_RESET = 8
    ROUTER_KEY = 9
    ERROR = 10


SIZES = {
    Pdu.SERIAL_NOTIFY: (12, 12),
    Pdu.CACHE_RESPONSE: (8, 8),
    Pdu.IPV4: (20, 20),
    Pdu.IPV6: (32, 32),
    Pdu.END_OF_DATA: (12, 24),
    Pdu.CACHE_RESET: (8, 8),
}  # bytes in version 0 and 1


class ErrorCode(IntEnum):
    """Codes of error reports that are told apart (RFC 8210 s12)."""

    NO_DATA = 2
    UNSUPPORTED_VERSION = 4


class Told(IntEnum):
    """What a cache has told: that its data are whole; that it has newer ones; that we must begin anew, or in another version."""

    SYNCED = 1
    NEWER = 2
    RESET = 3
    VERSION = 4
    NO_DATA = 5


@dataclass(slots=True, eq=False, repr=False)
class Cache:
    """What is known of a cache. ``serial``: of the data in ``payloads``, None before the first whole transaction."""

    version: int = VERSIONS[0]
    session: int | None = None
    serial: int | None = None
    payloads: set[Payload] = field(default_factory=set)
    _staged: set[Payload] | None = None
    _rest: bytes = b""

    def query(self) -> bytes:
        """Ask for what has changed, or for all where nothing is known (RFC 8210 s8.1, s8.2)."""
        if self.session is None or self.serial is None:
            return _HEAD.pack(self.version, Pdu.RESET_QUERY, 0, 8)
        return _HEAD.pack(self.version, Pdu.SERIAL_QUERY, self.session, 12) + _SERIAL.pack(self.serial)

    def reconnected(self) -> None:
        """Begin with a new connection: what came of a transaction that was cut off is dropped, what is whole stands until there is more.

        All is asked for anew: a cache that was started again may have the session and the serial of before (StayRTR 0.5.1 has, against
        RFC 8210 s5.1), and other data.
        """
        self.session, self.serial, self._staged, self._rest = None, None, None, b""

    def feed(self, data: bytes) -> Iterator[Told]:
        """Take some bytes, cut anywhere; ``FormatError`` for what no cache may send."""
        data, at = self._rest + data, 0
        while len(data) - at >= _HEAD.size:
            version, kind, session, length = _HEAD.unpack_from(data, at)
            if not _HEAD.size <= length <= MAX_PDU:
                raise FormatError(f"not RTR: a PDU of {length} bytes")
            if len(data) - at < length:
                break
            told = self._take(version, kind, session, data[at : at + length])
            at += length
            if told:
                self._rest = data[at:]
                yield told
                if told in {Told.RESET, Told.VERSION}:
                    return  # what follows answers a question that is no more
                data, at = self._rest, 0
        self._rest = data[at:]

    def _take(self, version: int, kind: int, session: int, pdu: bytes) -> Told | None:
        """Take one PDU."""
        if kind == Pdu.ERROR:
            return self._error(version, session, pdu)
        if version != self.version:
            return self._other_version(version)
        if kind == Pdu.ROUTER_KEY and version:
            return None  # of BGPsec, which nobody asks about here
        if kind not in SIZES:
            raise FormatError(f"not RTR: a PDU of type {kind}")
        if len(pdu) != SIZES[Pdu(kind)][version]:
            raise FormatError(f"not RTR: {Pdu(kind).name} of {len(pdu)} bytes")
        return self._sized(Pdu(kind), session, pdu)

    def _sized(self, kind: Pdu, session: int, pdu: bytes) -> Told | None:
        """Take one PDU of the right size."""
        if kind in {Pdu.IPV4, Pdu.IPV6}:
            self._prefix(4 if kind == Pdu.IPV4 else 6, pdu)
            return None
        if kind == Pdu.CACHE_RESPONSE:
            return self._begin(session)
        if kind == Pdu.END_OF_DATA:
            return self._end(session, pdu)
        if kind == Pdu.SERIAL_NOTIFY and self.session in {None, session}:
            return Told.NEWER
        return self._anew(Told.RESET)  # a cache reset, or another session

    def _begin(self, session: int) -> Told | None:
        """Begin a transaction; another session's serials say nothing (RFC 8210 s5.1)."""
        if self.session not in {None, session}:
            return self._anew(Told.RESET)
        if self._staged is not None:
            raise FormatError("not RTR: a transaction begins within another")
        self.session = session
        self._staged = set(self.payloads) if self.serial is not None else set()
        return None

    def _end(self, session: int, pdu: bytes) -> Told:
        """End a transaction: now it counts."""
        if self._staged is None or session != self.session:
            raise FormatError("not RTR: the end of a transaction that has not begun")
        self.payloads, self._staged = self._staged, None
        self.serial = _SERIAL.unpack_from(pdu, 8)[0]
        return Told.SYNCED

    def _prefix(self, version: int, pdu: bytes) -> None:
        """Announce or withdraw a VRP (RFC 8210 s5.6, s5.7)."""
        if self._staged is None:
            raise FormatError("not RTR: a prefix outside of any transaction")
        flags, length, longest, address, asn = (_IPV4 if version == 4 else _IPV6).unpack_from(pdu, 8)  # noqa: PLR2004 (IPv4)
        if not length <= longest <= BITS[version]:
            raise FormatError(f"not RTR: a prefix of length {length} and maxLength {longest}")
        payload = version, address, length, longest, asn
        if flags & ANNOUNCE:
            if payload in self._staged:
                raise FormatError("the cache announces a VRP twice (RFC 8210 s12, code 7)")
            self._staged.add(payload)
        elif payload in self._staged:
            self._staged.remove(payload)
        else:
            raise FormatError("the cache withdraws a VRP that it has not announced (RFC 8210 s12, code 6)")
        if len(self._staged) > MOST_VRPS:
            raise FormatError(f"more than {MOST_VRPS} VRPs")

    def _error(self, version: int, code: int, pdu: bytes) -> Told:
        """Hear why the cache does not answer (RFC 8210 s5.10)."""
        if code == ErrorCode.UNSUPPORTED_VERSION and self.version:
            return self._other_version(min(version, self.version - 1))
        if code == ErrorCode.NO_DATA:
            return Told.NO_DATA
        raise FormatError(f"the cache reports error {code}{_words(pdu)}")

    def _other_version(self, version: int) -> Told:
        """Go down to a version that the cache speaks (RFC 8210 s7)."""
        if version >= self.version or version not in VERSIONS:
            raise FormatError(f"the cache speaks version {version} of RTR")
        self.version = version
        return self._anew(Told.VERSION)

    def _anew(self, told: Told) -> Told:
        """Forget the session; what is known stands until there is something newer."""
        self.session, self.serial, self._staged = None, None, None
        return told

    def vrps(self) -> Iterator[Vrp]:
        """Give the VRPs; host bits, which no ROA has, are an error.

        Raises:
            FormatError: one has host bits set.
        """
        for version, address, length, longest, asn in self.payloads:
            network = int.from_bytes(address, "big")
            free = BITS[version] - length
            if network & ((1 << free) - 1):
                raise FormatError(f"not RTR: a prefix of length {length} with host bits set")
            yield Vrp(Prefix(version, network, length), longest, asn)


def _words(pdu: bytes) -> str:
    """Give the words of an error report, where it has any."""
    try:
        inner = _SERIAL.unpack_from(pdu, 8)[0]
        size = _SERIAL.unpack_from(pdu, 12 + inner)[0]
        text = pdu[16 + inner : 16 + inner + size].decode("utf-8", "replace").strip()
    except StructError:  # shorter than it says
        return ""
    return f": {text[:160]}" if text else ""
