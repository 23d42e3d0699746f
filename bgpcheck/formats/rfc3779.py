"""Address ranges and AS numbers that a certificate names in the extensions of RFC 3779. Pure.

Rule: what can't be read whole is a ``FormatError``, never a part of it; ``inherit`` names nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import der
from bgpcheck.model import BITS, MAX_ASN, AddressRange, AsnRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.model import Prefix

ADDRESSES, ASNS = "1.3.6.1.5.5.7.1.7", "1.3.6.1.5.5.7.1.8"  # id-pe-ipAddrBlocks, id-pe-autonomousSysIds
AFI = {1: 4, 2: 6}  # IANA address family numbers → IP version
_FAMILIES = {version: bytes((0, afi)) for afi, version in AFI.items()}
_ASNUM = 0xA0  # RFC 3779 s3.2.3: asnum [0]; rdi [1] names routing domains, not AS numbers
MOST = 256  # ranges of one certificate


def addresses(data: bytes) -> tuple[AddressRange, ...]:
    """Read the value of id-pe-ipAddrBlocks (RFC 3779 s2.2.3); ``FormatError`` where it is none."""
    found = list[AddressRange]()
    for _, family in _inside(data):
        (tag, afi), (choice, content) = _two(family)
        version = AFI.get(int.from_bytes(afi[:2], "big")) if tag == der.OCTET_STRING else None
        if version is None:
            raise FormatError("names addresses of a family that is neither IPv4 nor IPv6")
        if choice != der.NULL:  # inherit, which a self-signed certificate can't
            found += [_range(version, kind, one) for kind, one in _few(content)]
    return tuple(found)


def asns(data: bytes) -> tuple[AsnRange, ...]:
    """Read the value of id-pe-autonomousSysIds (RFC 3779 s3.2.3); ``FormatError`` where it is none."""
    found = list[AsnRange]()
    for tag, content in _inside(data):
        for choice, ids in der.parts(content) if tag == _ASNUM else ():
            if choice != der.NULL:
                found += [_asns(kind, one) for kind, one in _few(ids)]
    return tuple(found)


def encode_addresses(prefixes: Iterable[Prefix]) -> bytes:
    """Write id-pe-ipAddrBlocks for prefixes that do not overlap; families and prefixes come in order (RFC 3779 s2.2.3.3, s2.2.3.6)."""
    ordered = sorted(prefixes)
    blocks = [
        der.put(
            der.SEQUENCE,
            der.put(der.OCTET_STRING, _FAMILIES[version]),
            der.put(der.SEQUENCE, *(_bits(one) for one in ordered if one.version == version)),
        )
        for version in sorted({one.version for one in ordered})
    ]
    return der.put(der.SEQUENCE, *blocks)


def encode_asn(asn: int) -> bytes:
    """Write id-pe-autonomousSysIds for one AS number."""
    number = asn.to_bytes(asn.bit_length() // 8 + 1, "big")  # a zero bit in front: DER integers have a sign
    return der.put(der.SEQUENCE, der.put(_ASNUM, der.put(der.SEQUENCE, der.put(der.INTEGER, number))))


def _inside(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the parts of the one sequence that a value is."""
    whole = list(der.parts(data))
    if [tag for tag, _ in whole] != [der.SEQUENCE]:
        raise FormatError("is not one sequence")
    return der.parts(whole[0][1])


def _few(data: bytes) -> list[tuple[int, bytes]]:
    """Give the parts of a list, which are not too many."""
    found = list(der.parts(data))
    if len(found) > MOST:
        raise FormatError(f"names more than {MOST} ranges")
    return found


def _two(data: bytes) -> tuple[tuple[int, bytes], tuple[int, bytes]]:
    """Give the two parts of a sequence."""
    found = list(der.parts(data))
    if len(found) != 2:  # noqa: PLR2004 (a family and its addresses, or two ends)
        raise FormatError(f"has {len(found)} parts where there are two")
    return found[0], found[1]


def _range(version: int, tag: int, content: bytes) -> AddressRange:
    """Read one IPAddressOrRange (RFC 3779 s2.2.3.7)."""
    if tag == der.BIT_STRING:
        return AddressRange(version, _end(version, content, 0), _end(version, content, 1))
    if tag != der.SEQUENCE:
        raise FormatError("names addresses that are neither a prefix nor a range")
    (_, low), (_, high) = _two(content)
    found = AddressRange(version, _end(version, low, 0), _end(version, high, 1))
    if found.first > found.last:
        raise FormatError("names a range whose end is before its start")
    return found


def _end(version: int, content: bytes, fill: int) -> int:
    """Read one end of a range: the bits that are given, the others all ``fill`` (RFC 3779 s2.2.3.8)."""
    unused, digits = (content[0], content[1:]) if content else (8, b"")
    given = len(digits) * 8 - unused
    if not 0 <= unused < 8 or not 0 <= given <= BITS[version]:  # noqa: PLR2004 (bits of a byte)
        raise FormatError("names an address that can't be read")
    missing = BITS[version] - given
    return (int.from_bytes(digits, "big") >> unused) << missing | (((1 << missing) - 1) * fill)


def _bits(prefix: Prefix) -> bytes:
    """Write a prefix as the bit string of its length."""
    size = -(-prefix.length // 8)
    unused = size * 8 - prefix.length
    number = prefix.network >> (prefix.bits - prefix.length) << unused
    return der.put(der.BIT_STRING, bytes((unused,)), number.to_bytes(size, "big"))


def _asns(tag: int, content: bytes) -> AsnRange:
    """Read one ASIdOrRange (RFC 3779 s3.2.3.6)."""
    if tag == der.INTEGER:
        first = last = int.from_bytes(content, "big", signed=True)
    elif tag == der.SEQUENCE:
        (_, low), (_, high) = _two(content)
        first, last = (int.from_bytes(one, "big", signed=True) for one in (low, high))
    else:
        raise FormatError("names AS numbers that are neither one nor a range")
    if not 0 <= first <= last <= MAX_ASN:
        raise FormatError("names an AS number that can't be one")
    return AsnRange(first, last)
