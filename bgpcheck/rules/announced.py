"""Rules about what a router announced, held against the list: PFX-5, LIM-1, and what the recording itself shows. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.rules.base import Finding, Severity
from bgpcheck.table import PrefixIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.peering import Peering

MOST_ROUTES = 200  # LIM-1: a session and address family on Microsoft peering


def check(peering: Peering) -> Iterator[Finding]:
    """Compare list and announcements."""
    yield from _limit(peering)
    if peering.listened:
        yield from _missing(peering)
        yield from _unlisted(peering)


def _limit(peering: Peering) -> Iterator[Finding]:
    """LIM-1: 200 routes a session; announced ones drop it, listed ones only may."""
    for family in ("ipv4", "ipv6"):
        sessions: dict[str, set[object]] = {}
        for route in peering.routes:
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
    announced = {route.prefix for route in peering.routes}
    for _, prefix in peering.listed:
        if prefix not in announced:
            message = f"{prefix} is listed, but was not announced"
            yield Finding("LIST-3", Severity.WARNING, str(prefix), message, "announce it, or take it out of the list")


def _unlisted(peering: Peering) -> Iterator[Finding]:
    """PFX-5: announced, but covered by nothing in the list."""
    listed = peering.listed
    index = PrefixIndex((prefix, prefix) for _, prefix in listed)
    for prefix in sorted({route.prefix for route in peering.routes} if listed else ()):
        if not index.covering(prefix):
            message = f"{prefix} is announced, but no listed prefix covers it: Microsoft's routers drop it"
            yield Finding("PFX-5", Severity.WARNING, str(prefix), message, "list it, or stop announcing it")
