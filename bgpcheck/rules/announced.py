"""Rules about what a router announced, held against the list: PFX-5, LIM-1, LIST-3, LIST-5. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bgpcheck.facts.special import special
from bgpcheck.model import BITS
from bgpcheck.rules.base import Finding, Severity, named
from bgpcheck.table import PrefixIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.model import Prefix
    from bgpcheck.peering import Peering

MOST_ROUTES = 200  # LIM-1: a session and address family on Microsoft peering


def check(peering: Peering) -> Iterator[Finding]:
    """Compare list and announcements."""
    yield from _limit(peering)
    if peering.listened:
        yield from _missing(peering)
        yield from _unlisted(peering)
        yield from _inside(peering)


def _limit(peering: Peering) -> Iterator[Finding]:
    """LIM-1: 200 routes a session; announced ones drop it, listed ones only may."""
    for family in ("ipv4", "ipv6"):
        sessions: dict[str, set[object]] = {}
        for route in peering.towards_microsoft:
            if route.prefix.family == family:
                sessions.setdefault(route.peer, set()).add(route.prefix)
        for peer, prefixes in sessions.items():
            if len(prefixes) > MOST_ROUTES:
                message = f"{peer} announces {len(prefixes)} {family} routes: Microsoft drops the session at {MOST_ROUTES + 1}"
                yield Finding("LIM-1", Severity.BLOCKER, f"{peer} {family}", message, "aggregate, or filter the export")
        listed = sum(prefix.family == family for _, prefix in peering.listed)
        if listed > MOST_ROUTES:
            message = f"{listed} {family} prefixes are listed: a session that announces more than {MOST_ROUTES} is dropped"
            yield Finding("LIM-1", Severity.WARNING, family, message, "aggregate the list, or announce fewer routes")


def _missing(peering: Peering) -> Iterator[Finding]:
    """LIST-3: listed, but never announced."""
    announced = {route.prefix for route in peering.towards_microsoft}
    for _, prefix in peering.listed:
        if prefix not in announced:
            message = f"{prefix} is listed, but was not announced"
            yield Finding("LIST-3", Severity.WARNING, str(prefix), message, "announce it, or take it out of the list")


def _unlisted(peering: Peering) -> Iterator[Finding]:
    """PFX-5: announced, but covered by nothing in the list. To list it would be wrong where PFX-1 or PFX-7 forbids it."""
    listed = peering.listed
    index = PrefixIndex((prefix, prefix) for _, prefix in listed)
    links = {link.prefix for block in peering.blocks for _, link in block.links}
    for prefix in sorted({route.prefix for route in peering.towards_microsoft} if listed else ()):
        if not index.covering(prefix) and not _linking(prefix, links) and special(prefix) is None:
            message = f"{prefix} is announced, but no listed prefix covers it: Microsoft's routers drop it"
            yield Finding("PFX-5", Severity.WARNING, str(prefix), message, "list it, or stop announcing it")


def _linking(prefix: Prefix, links: set[Prefix]) -> bool:
    """Tell whether a prefix has addresses of link subnets only: it lies inside one, or both together make it."""
    parts = sum(1 << BITS[link.version] - link.length for link in links if prefix.covers(link))
    return any(link.covers(prefix) for link in links) or parts == 1 << BITS[prefix.version] - prefix.length


def _inside(peering: Peering) -> Iterator[Finding]:
    """LIST-5: announced inside a listed prefix, without being listed (PFX-2, REG-5)."""
    listed = [prefix for _, prefix in peering.listed]
    index, announced = PrefixIndex((prefix, prefix) for prefix in listed), {route.prefix for route in peering.towards_microsoft}
    parts: dict[Prefix, list[Prefix]] = defaultdict(list)
    for prefix in sorted(announced.difference(listed)):
        if wider := index.covering(prefix):
            parts[wider[-1]].append(prefix)
    for block, inside in parts.items():
        verb, too = "is" if len(inside) == 1 else "are", "is announced too" if block in announced else "is not announced itself"
        message = f"{named(inside)} {verb} announced inside {block}, which is listed and {too}: any length is taken (PFX-2), "
        message += "and parts of a validated block are known to work (inferred)"
        yield Finding("LIST-5", Severity.NOTE, str(block), message, f"list what is announced, or announce {block} itself, if in doubt")
