"""Commands of ExaBGP's API, as texts. Pure.

Rule: an address goes in only in its one spelling, so that a command is always one line about one neighbour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.speaker.config import address_of

if TYPE_CHECKING:
    from bgpcheck.model import Family

MOST_PREFIXES = 1  # RFC 4486 s3: the subcode of Cease for too many routes
SHOW_NEIGHBORS = "show neighbor json"  # one line, a JSON array; no other form of it: those print the MD5 key


def teardown(neighbor: str) -> str:
    """End a session with the Cease for too many routes (LIM-1); it may come back at once. Only for a session that is up."""
    return f"neighbor {address_of(neighbor)} teardown {MOST_PREFIXES}"


def refresh(neighbor: str, family: Family) -> str:
    """Ask a peer for all its routes of a family again (RFC 2918). Only for a session that is up."""
    return f"neighbor {address_of(neighbor)} announce route-refresh {'ipv6' if family == 'ipv6' else 'ipv4'} unicast"
