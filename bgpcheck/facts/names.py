"""Whom a certificate names: address ranges and AS numbers in its subject, alternative names and RFC 3779 extensions (SIG-2). Pure.

Rule: which fields Microsoft reads is said nowhere, so every place counts; an address without a length is that one address; and what
looks like an AS number or a range and can't be read is told apart, since it may name another.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.model import BITS as MOST_BITS
from bgpcheck.model import AddressRange, AsnRange, Prefix, parse_asn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.model import Certificate

# "AS64500", "ASN-64500", "AS 1.10", not the end of a word; each bounded, so that time is in proportion to the text.
_ASN = re.compile(r"(?<![A-Za-z0-9])ASN?[ :#=-]{0,2}(\d{1,10}(?:\.\d{1,5})?)(?![A-Za-z0-9])", re.IGNORECASE | re.ASCII)
_ADDRESS = r"[0-9A-Fa-f.:]{2,45}"
_RANGE = re.compile(rf"(?<![\w.:])({_ADDRESS})(?:/(\d{{1,3}})|[ ]{{0,2}}-[ ]{{0,2}}({_ADDRESS}))?(?![\w:])")
_LIKE_ASN = re.compile(r"(?<![A-Za-z0-9])ASN?[^A-Za-z0-9]{0,6}\d\w*(?:\.\d+)?", re.IGNORECASE | re.ASCII)
# Anything with a dot or colon before a length, and the short way to write a whole /8, /16 or /24.
_LIKE_RANGE = re.compile(r"(?<![\w.:/])(?:[0-9A-Fa-f]{0,4}[.:][0-9A-Fa-f.:]{0,44}/\d{1,3}|\d{1,3}/(?:8|16|24))(?!\w)", re.ASCII)
BITS = {".": 32, ":": 128}


def named(certificate: Certificate) -> tuple[tuple[AddressRange, ...], tuple[AsnRange, ...]]:
    """Give the address ranges and the AS numbers that a certificate names, each once."""
    ranges, asns = dict.fromkeys(certificate.ranges), dict.fromkeys(certificate.asns)
    for text in map(_plain, certificate.texts):
        ranges |= dict.fromkeys(_ranges(text))
        asns |= dict.fromkeys(_asns(text))
    return tuple(ranges), tuple(asns)


def unread(certificate: Certificate) -> tuple[str, ...]:
    """Give the words that look like an AS number or a prefix and are none that can be read, each once, and ranges of everything."""
    found: dict[str, None] = {}
    for text in map(_plain, certificate.texts):
        found |= dict.fromkeys(word for word in _LIKE_ASN.findall(text) if not _ASN.fullmatch(word) or not list(_asns(word)))
        found |= dict.fromkeys(word for word in _LIKE_RANGE.findall(text) if not list(_ranges(word)))
    ranges, _ = named(certificate)
    return (*found, *(str(one) for one in ranges if one.first == 0 and one.size >= 1 << MOST_BITS[one.version]))


def _plain(text: str) -> str:
    """Spell letters, figures and blanks the plain way (NFKC), with one blank for several and for underlines."""
    return " ".join(unicodedata.normalize("NFKC", text).replace("_", " ").split())


def _asns(text: str) -> Iterator[AsnRange]:
    """Find AS numbers."""
    for found in _ASN.findall(text):
        try:
            asn = parse_asn(found)
        except FormatError:
            continue
        yield AsnRange(asn, asn)


def _ranges(text: str) -> Iterator[AddressRange]:
    """Find prefixes, ranges and single addresses."""
    for low, length, high in _RANGE.findall(text):
        try:
            first = _read(low, length)
            last = _read(high, "") if high else first
        except FormatError:
            continue
        if first.version == last.version and first.first <= last.last:
            yield AddressRange(first.version, first.first, last.last)


def _read(address: str, length: str) -> AddressRange:
    """Read a prefix, host bits or not, or one address."""
    kind = ":" if ":" in address else "."
    found, _ = Prefix.parse_masking(f"{address.rstrip('.')}/{length or BITS[kind]}")
    return found.range
