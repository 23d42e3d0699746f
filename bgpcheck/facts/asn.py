"""Fact *asn*: what kind of AS number is it? Pure.

Rule: IANA's table always wins; a registry's silence never makes an AS number allocated, and registries that contradict each
other make it unknown, because an AS number wrongly taken for allocated could end as ``configured``.
"""

from __future__ import annotations

from enum import StrEnum

from bgpcheck.iana.asns import special_asns


class AsnKind(StrEnum):
    """What an AS number is, as far as the sources asked can tell."""

    PRIVATE = "private"
    RESERVED = "reserved"
    ALLOCATED = "allocated"
    UNALLOCATED = "unallocated"
    UNKNOWN = "unknown"


_HELD = {"allocated", "assigned"}
_FREE = {None, "reserved", "available"}

# (a registry says that it is held, a VRP or route object names it, how many registry sources say that it is not held)
_KINDS = {
    (False, False, 0): AsnKind.UNKNOWN,
    (False, False, 1): AsnKind.UNALLOCATED,
    (False, False, 2): AsnKind.UNALLOCATED,
    (False, True, 0): AsnKind.ALLOCATED,
    (False, True, 1): AsnKind.ALLOCATED,  # its use settles a registry's lag (verdicts.md, asn)
    (False, True, 2): AsnKind.UNKNOWN,  # RDAP and all five files agree that it is nobody's: not settled by use alone
    (True, False, 0): AsnKind.ALLOCATED,
    (True, False, 1): AsnKind.UNKNOWN,  # transfers: two registries may list it, or neither
    (True, False, 2): AsnKind.UNKNOWN,
    (True, True, 0): AsnKind.ALLOCATED,
    (True, True, 1): AsnKind.ALLOCATED,  # the origin's use settles a registry's lag
    (True, True, 2): AsnKind.UNKNOWN,  # RDAP answered both ways
}


def registry_kind(asn: int) -> AsnKind | None:
    """Tell ``private`` or ``reserved`` from IANA's table (0 to 4294967295), or None where others must decide."""
    row = special_asns(asn)
    return None if row is None else AsnKind.PRIVATE if row.private else AsnKind.RESERVED


def asn_kind(  # noqa: PLR0913 (one keyword a source: nothing to group)
    asn: int,
    *,
    named_as_origin: bool,
    rdap_missing: bool,
    rdap_found: bool,
    delegated: str | None,
    delegated_complete: bool,
) -> AsnKind:
    """Judge ``asn`` from what the sources said; a source that was not asked or kept silent says nothing (False, None).

    ``named_as_origin``: a VRP or an accepted route object names it. ``rdap_missing``: RDAP answered 404. ``delegated``: status
    in delegated-extended, None for no row. ``delegated_complete``: the files of all five RIRs are there and of one date.
    """
    if (kind := registry_kind(asn)) is not None:
        return kind
    held = rdap_found or delegated in _HELD
    free = rdap_missing + (delegated_complete and delegated in _FREE)
    return _KINDS[held, named_as_origin, free]
