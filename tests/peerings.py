"""Peerings in a few words, for the tests of rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bgpcheck.formats.preflight import listed
from bgpcheck.model import Prefix, Route, Segment, SegmentKind
from bgpcheck.peering import Block, Peering

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.model import Family
    from bgpcheck.rules.base import Finding

PEER = "198.51.100.2"


def block(family: Family = "ipv4", *prefixes: str, primary: str = "", secondary: str = "", customer: int = 0, registry: str = "") -> Block:
    """Make one family's part; ``registry`` is written as it is called."""
    links = [listed(link) if link else None for link in (primary, secondary)]
    return Block(family, customer, registry or None, registry, tuple(map(listed, prefixes)), links[0], links[1])


def route(prefix: str, path: Iterable[int] = (3333,), peer: str = PEER) -> Route:
    """Make an announcement; an empty ``path`` has no segment."""
    asns = tuple(path)
    segments = (Segment(SegmentKind.SEQUENCE, asns),) if asns else ()
    return Route(peer, Prefix.parse(prefix), segments, datetime(2026, 11, 1, tzinfo=UTC))


def peering(*blocks: Block, asn: int = 3333, routes: Iterable[Route] = (), listened: bool | None = None) -> Peering:
    """Make a peering; somebody listened where there are routes."""
    heard = tuple(routes)
    return Peering(asn, blocks, routes=heard, listened=bool(heard) if listened is None else listened)


def spell(findings: Iterable[Finding]) -> list[str]:
    """Spell findings as ``PFX-1 blocker 10.0.0.0/8``, in order."""
    return [f"{one.rule} {one.severity} {one.subject}" for one in findings]
