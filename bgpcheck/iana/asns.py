"""AS numbers that nobody can be given, from IANA's registries, and Microsoft's own. Pure data.

Rule: only what a registry takes out of use stands here; AS112 (RFC 7534), listed as special-purpose by IANA, is in public use.
"""

from __future__ import annotations

from dataclasses import dataclass

from bgpcheck.model import AsnRange

REGISTRY = "IANA Autonomous System (AS) Numbers and Special-Purpose AS Numbers"
AMENDED = "2026-06-01"  # "AS Numbers"; both compared with IANA's files of 2026-09-19: nothing newer

MICROSOFT_ASN = 12076  # rule ASN-1
RESERVED_BY_MICROSOFT = AsnRange(65515, 65520)  # rule ASN-2: no peer ASN (all of them private-use ASNs)


@dataclass(frozen=True, slots=True)
class SpecialAsns:
    """AS numbers kept out of use: for private use, or else reserved. ``rfc`` is empty where IANA names none."""

    range: AsnRange
    private: bool
    purpose: str
    rfc: str


SPECIAL_ASNS = (
    SpecialAsns(AsnRange(0, 0), private=False, purpose="Reserved", rfc="RFC 7607"),
    SpecialAsns(AsnRange(23456, 23456), private=False, purpose="AS_TRANS", rfc="RFC 6793"),
    SpecialAsns(AsnRange(64496, 64511), private=False, purpose="Documentation and sample code", rfc="RFC 5398"),
    SpecialAsns(AsnRange(64512, 65534), private=True, purpose="Private use", rfc="RFC 6996"),
    SpecialAsns(AsnRange(65535, 65535), private=False, purpose="Reserved", rfc="RFC 7300"),
    SpecialAsns(AsnRange(65536, 65551), private=False, purpose="Documentation and sample code", rfc="RFC 5398"),
    SpecialAsns(AsnRange(65552, 131071), private=False, purpose="Reserved", rfc=""),
    SpecialAsns(AsnRange(4200000000, 4294967294), private=True, purpose="Private use", rfc="RFC 6996"),
    SpecialAsns(AsnRange(4294967295, 4294967295), private=False, purpose="Reserved", rfc="RFC 7300"),
)


def special_asns(asn: int) -> SpecialAsns | None:
    """Find the row that holds ``asn`` (0 to 4294967295), or None: it may be allocated to somebody."""
    return next((row for row in SPECIAL_ASNS if row.range.holds(asn)), None)
