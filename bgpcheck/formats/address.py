"""Addresses and prefixes as bulk files spell them, read several times as fast as ``ipaddress`` reads them. Pure.

Rule: the short cut answers or gives way to the model's own reader, so that both accept the same and refuse in the same words.
"""

from __future__ import annotations

import ipaddress

from bgpcheck.errors import FormatError
from bgpcheck.formats.quick import TwinPrefix, become
from bgpcheck.model import Prefix

_OCTETS = {str(number): number for number in range(256)}  # no leading zeros: some read them as octal
_FIRST, _SECOND, _THIRD = ({word: number << shift for word, number in _OCTETS.items()} for shift in (24, 16, 8))
_LENGTHS4 = {str(length): (length, (1 << (32 - length)) - 1) for length in range(33)}
_LENGTHS6 = {str(length): (length, (1 << (128 - length)) - 1) for length in range(129)}
_ENDS = dict[str, tuple[int, int, int]]()  # last octet and length, as they are met: their number, the length, and the host bits' mask
_HEX = "0123456789abcdefABCDEF:"


def address(text: str) -> tuple[int, int]:
    """Read one address as ``(version, integer)``; ``FormatError`` where it is none (a zone is refused)."""
    try:
        if ":" in text:
            return 6, _hextets(text)
        a, b, c, d = text.split(".")
        return 4, _FIRST[a] | _SECOND[b] | _THIRD[c] | _OCTETS[d]
    except (KeyError, ValueError):
        return _address(text)


def prefix(text: str) -> Prefix:
    """Read a prefix exactly as ``Prefix.parse`` does: host bits are refused."""
    try:
        if ":" in text:
            word, _, length = text.partition("/")
            network, (bits, hosts) = _hextets(word), _LENGTHS6[length]
            if not network & hosts:
                return become(Prefix, TwinPrefix(6, network, bits))
        else:
            a, b, c, rest = text.split(".")
            d, bits, hosts = _ENDS.get(rest) or _end(rest)
            network = _FIRST[a] | _SECOND[b] | _THIRD[c] | d
            if not network & hosts:
                return become(Prefix, TwinPrefix(4, network, bits))
    except (KeyError, ValueError):
        pass
    return Prefix.parse(text)


def _end(text: str) -> tuple[int, int, int]:
    """Fill in one of ``_ENDS``; ``KeyError`` for what is none, so that they are never more than 8,448."""
    octet, _, length = text.partition("/")
    bits, hosts = _LENGTHS4[length]
    found = _ENDS[text] = (_OCTETS[octet], bits, hosts)
    return found


def _address(text: str) -> tuple[int, int]:
    """Read any spelling, or say that it is none."""
    try:
        if "%" in text:  # a zone is not part of an address (RFC 4007 s11)
            raise ValueError(text)
        ip = ipaddress.ip_address(text.strip())
    except ValueError as error:
        raise FormatError(f"{text.strip()[:60]!r} is not an IPv4 or IPv6 address, such as 192.0.2.1") from error
    return ip.version, int(ip)


def _hextets(text: str) -> int:
    """Read an IPv6 address without a dotted quad in it (RFC 4291 s2.2, forms 1 and 2); ``ValueError`` for the rest."""
    if text.strip(_HEX):
        raise ValueError(text)
    head, gap, tail = text.partition("::")
    high = head.split(":") if head else []
    low = tail.split(":") if tail else []
    left_out = 8 - len(high) - len(low)
    if left_out < 1 if gap else left_out:
        raise ValueError(text)
    number = _joined(0, high) << 16 * left_out
    return _joined(number, low) if low else number


def _joined(number: int, words: list[str]) -> int:
    for word in words:
        if len(word) > 4:  # noqa: PLR2004 (hex digits of a group)
            raise ValueError(word)
        number = number << 16 | int(word, 16)
    return number
