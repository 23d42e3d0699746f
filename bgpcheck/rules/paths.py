"""Rules about the AS_PATHs that a router announces to Microsoft: PATH-1 to PATH-4. Pure.

Rule: what an RFC demands of whoever receives a route is inferred to hold of Microsoft's routers; no page of theirs says so.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bgpcheck.facts.announcement import spelled
from bgpcheck.iana.asns import MICROSOFT_ASN
from bgpcheck.model import SegmentKind, asplain
from bgpcheck.rules.base import Finding, Severity, named, subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.model import AsPath, Prefix, Route
    from bgpcheck.peering import Peering

SETS = frozenset({SegmentKind.SET, SegmentKind.UNPLACED_SET, SegmentKind.CONFED_SET})
CONFEDERATION = frozenset({SegmentKind.CONFED_SEQUENCE, SegmentKind.CONFED_SET})
MALFORMED = "it is malformed, and whoever receives it takes it for withdrawn (inferred, RFC 7606 s7.2)"
ZERO = "the AS_PATH contains AS 0, which nobody may announce (RFC 7607 s2)"


def check(peering: Peering) -> Iterator[Finding]:
    """Judge the path of every route towards Microsoft."""
    routes = peering.towards_microsoft
    for route in routes:
        yield from _set(route)
        yield from _loop(route)
    yield from _first(routes)
    yield from _malformed(routes)


def _set(route: Route) -> Iterator[Finding]:
    """PATH-1: RFC 9774: no AS_SET and no AS_CONFED_SET is announced any more, and received ones are treated as withdrawn."""
    kinds = {segment.kind for segment in route.path or ()} & SETS
    if not kinds:
        return
    what = "an AS_CONFED_SET" if kinds == {SegmentKind.CONFED_SET} else "an AS_SET"
    message = f"{route.prefix} from {route.peer}: the path {spelled(route.path or ())} has {what}, which must not be announced: "
    message += "the receiver takes the route for withdrawn (inferred, RFC 9774)"
    remedy = "aggregate without an AS_SET, from your own AS number, or announce the parts"
    yield Finding("PATH-1", Severity.WARNING, str(route.prefix), message, remedy)


def _loop(route: Route) -> Iterator[Finding]:
    """PATH-2: RFC 4271 s9.1.2: a route whose path contains the receiver's AS number is left out."""
    if not any(MICROSOFT_ASN in segment.asns for segment in route.path or ()):
        return
    message = f"{route.prefix} from {route.peer}: the path {spelled(route.path or ())} contains Microsoft's own "
    message += f"{asplain(MICROSOFT_ASN)}: it is taken for a loop and left out (inferred, RFC 4271 s9.1.2)"
    remedy = "do not announce Microsoft's routes back, and do not prepend 12076"
    yield Finding("PATH-2", Severity.WARNING, str(route.prefix), message, remedy)


def _first(routes: Iterable[Route]) -> Iterator[Finding]:
    """PATH-3: RFC 4271 s6.3: the leftmost AS number is that of the peer; where the peer's is not known, nothing is said."""
    found: dict[tuple[str, int, int], dict[Prefix, None]] = defaultdict(dict)
    for route in routes:
        first = _leftmost(route.path)
        if first is not None and route.peer_asn is not None and first != route.peer_asn:
            found[route.peer, route.peer_asn, first][route.prefix] = None
    for (peer, own, first), prefixes in found.items():
        message = f"{named([*prefixes])} from {peer}: the path begins with {asplain(first)}, and the session is with {asplain(own)}: "
        message += "routers that enforce the first AS number refuse that (inferred, RFC 4271 s6.3)"
        yield Finding(
            "PATH-3", Severity.WARNING, subject([*prefixes], peer), message, f"let the router put its own {asplain(own)} in front"
        )


def _leftmost(path: AsPath | None) -> int | None:
    """Give the first AS number of a path that begins with an AS_SEQUENCE, else None."""
    return path[0].asns[0] if path and path[0].kind is SegmentKind.SEQUENCE and path[0].asns else None


def _malformed(routes: Iterable[Route]) -> Iterator[Finding]:
    """PATH-4: what no path over eBGP can be."""
    found: dict[tuple[str, str], dict[Prefix, None]] = defaultdict(dict)
    for route in routes:
        if fault := _fault(route.path):
            found[route.peer, fault][route.prefix] = None
    for (peer, fault), prefixes in found.items():
        message = f"{named([*prefixes])} from {peer}: {fault}: {MALFORMED}"
        remedy = "see that the session is eBGP, and that the router puts its own AS number in front"
        if fault == ZERO:
            remedy = "take 0 out of the path: see what the router prepends, and from whom it has the route"
        yield Finding("PATH-4", Severity.WARNING, subject([*prefixes], peer), message, remedy)


def _fault(path: AsPath | None) -> str:
    """Say what is wrong with a path over eBGP; empty where nothing is."""
    if path is None:
        return "there is no AS_PATH"
    if not path:
        return "the AS_PATH is empty"
    if any(not segment.asns for segment in path):
        return "the AS_PATH has an empty segment"
    if any(segment.kind in CONFEDERATION for segment in path):  # RFC 5065 s5: not from a neighbour outside the confederation
        return "the AS_PATH has segments of a confederation, which end at its border"
    if any(0 in segment.asns for segment in path):  # RFC 7607 s2: malformed, handled as RFC 7606 says
        return ZERO
    return ""
