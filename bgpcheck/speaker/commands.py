"""Commands of ExaBGP's API, as texts. Pure.

Rule: an address goes in only in its one spelling, so that a command is always one line about one neighbour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.speaker.config import address_of

if TYPE_CHECKING:
    from bgpcheck.model import Family

# RFC 4486 s3, subcodes of Cease.
MOST_PREFIXES, SHUTDOWN, DECONFIGURED, RESET = 1, 2, 3, 4
SHOW_NEIGHBORS = "show neighbor json"  # one line, a JSON array; no other form of it: those print the MD5 key


def teardown(neighbor: str, subcode: int = MOST_PREFIXES) -> str:
    """End a session with a Cease; it may come back at once. Only for a session that is up."""
    return f"neighbor {address_of(neighbor)} teardown {int(subcode)}"


def refresh(neighbor: str, family: Family) -> str:
    """Ask a peer for all its routes of a family again (RFC 2918). Only for a session that is up."""
    return f"neighbor {address_of(neighbor)} announce route-refresh {'ipv6' if family == 'ipv6' else 'ipv4'} unicast"
