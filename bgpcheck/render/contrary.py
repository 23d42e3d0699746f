"""What is registered for a prefix and names other AS numbers than the claim: to be told to who authorises. Pure.

Rule: only objects and VRPs that cover the prefix, and only where none of them names an AS number of the claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.facts.rpki import RpkiState
from bgpcheck.model import asplain
from bgpcheck.render.clean import prose
from bgpcheck.render.words import few

if TYPE_CHECKING:
    from bgpcheck.assess import Assessment

MOST = 3  # records named


def contrary(one: Assessment) -> str:
    """Name route objects and ROAs that name other AS numbers; empty where there are none, or where others agree."""
    parts = (("route object", _routes(one)), ("ROA", _vrps(one)))
    return "; ".join(f"{what}{'s' if len(found) > 1 else ''} {few(found, MOST)}" for what, found in parts if found)


def is_rpki_invalid(one: Assessment) -> bool:
    """Tell whether ROAs, as published, make an announcement from every AS number of the claim invalid (RFC 6811 s2)."""
    return one.published_rpki is not None and one.published_rpki.state is RpkiState.INVALID_ASN


def _routes(one: Assessment) -> list[str]:
    """Write the route objects."""
    covering = [route for route in one.irr.objects if route.prefix.covers(one.claim.prefix)]
    if any(route.origin in one.claim.asns for route in covering):
        return []
    return [f"{prose(route.source)} {route.prefix} {asplain(route.origin)}" for route in covering]


def _vrps(one: Assessment) -> list[str]:
    """Write the VRPs."""
    return [str(vrp) for vrp in one.published_rpki.covering] if one.published_rpki and is_rpki_invalid(one) else []
