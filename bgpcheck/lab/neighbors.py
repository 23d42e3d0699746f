"""What ExaBGP answers to ``show neighbor json``: which sessions are up when nobody was there to hear them come up. Pure.

Rule: read what is needed and nothing else: other forms of that answer hold the MD5 key.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats.json_fields import Fields, decode
from bgpcheck.model import FAMILIES, address_text

if TYPE_CHECKING:
    from bgpcheck.model import Family

MOST = 10_000  # neighbors


@dataclass(frozen=True, slots=True)
class Known:
    """A neighbor: address, AS number, whether its session is up, and whether it takes a ROUTE-REFRESH (RFC 2918); None: not known.

    ``families``: those that our side has configured for it.
    """

    peer: str
    asn: int | None
    up: bool
    refreshes: bool | None
    families: tuple[Family, ...] = FAMILIES


def read(text: str) -> tuple[Known, ...] | None:
    """Read an answer; None where the text is none."""
    if not text.startswith("["):
        return None
    try:
        found = decode(text)
        rows = found[:MOST] if isinstance(found, list) else []
        return tuple(_known(Fields.of(row, "neighbor")) for row in rows)
    except (FormatError, ValueError):
        return None


def _known(row: Fields) -> Known:
    """Read one neighbor."""
    peer = row.table("peer")
    address = ipaddress.ip_address(peer.text("address"))
    refresh = peer.table("capabilities").values.get("route-refresh")
    asn = peer.values.get("as")
    return Known(
        address_text(address.version, int(address)),
        asn if isinstance(asn, int) else None,
        row.text("fsm") == "ESTABLISHED",  # its "state" says down for a while after the session came up
        refresh if isinstance(refresh, bool) else None,
        _families(row),
    )


def _families(row: Fields) -> tuple[Family, ...]:
    """Read which families a session carries; both where it is not said."""
    ours = row.values.get("local")
    said = ours.get("families") if isinstance(ours, dict) else None
    return tuple(family for family in FAMILIES if said.get(f"{family} unicast")) if isinstance(said, dict) else FAMILIES
