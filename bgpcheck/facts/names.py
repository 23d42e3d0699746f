"""Whom a certificate names: address ranges and AS numbers in its subject, alternative names and RFC 3779 extensions (SIG-2). Pure.

Rule: which fields Microsoft reads is said nowhere, so every place counts; an address without a length is that one address; and what
looks like an AS number or a range and can't be read is told apart, since it may name another.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.model import AddressRange, AsnRange, Prefix, parse_asn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.model import Certificate

# "AS64500", "ASN-64500", "AS 1.10", not the end of a word; each bounded, so that time is in proportion to the text.
_ASN = re.compile(r"(?<![A-Za-z0-9])ASN?[ :#=-]{0,2}(\d{1,10}(?:\.\d{1,5})?)(?![A-Za-z0-9])", re.IGNORECASE | re.ASCII)
_ADDRESS = r"[0-9A-Fa-f.:]{2,45}"
_RANGE = re.compile(rf"(?<![\w.:])({_ADDRESS})(?:/(\d{{1,3}})|[ ]{{0,2}}-[ ]{{0,2}}({_ADDRESS}))?(?![\w:])")
# What is left once all that can be read is taken away, and still looks like an AS number, an address or a prefix.
_LIKE_ASN = r"(?<![A-Za-z])A[ .]?S[ .]?N?(?:(?:[^A-Za-z0-9]|no|num|number){0,8})\d\w*|(?:autonomous[ -]?system|autnum)\D{0,12}\d\w*"
_LIKE_RANGE = "[0-9A-Fa-f]{1,4}(?:[.,:\u3002][0-9A-Fa-f*]{1,4}){2,}(?:/\\d+)?|[0-9A-Fa-f.:]{1,45}/\\d{1,3}|::[0-9A-Fa-f]"
_LIKE = re.compile(f"{_LIKE_ASN}|{_LIKE_RANGE}", re.IGNORECASE)
LARGEST = {4: 1 << 24, 6: 1 << 116}  # addresses: a /8 and a /12; more than that is nobody's
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
    found = dict.fromkeys(word for text in map(_plain, certificate.texts) for word in _LIKE.findall(_left(text)))
    ranges, _ = named(certificate)
    return (*found, *(str(one) for one in ranges if one.size > LARGEST[one.version]))


def _left(text: str) -> str:
    """Take away what can be read."""
    without = _ASN.sub(lambda found: " " if list(_asns(found[0])) else found[0], text)
    return _RANGE.sub(lambda found: " " if list(_ranges(found[0])) else found[0], without)


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
