"""Rules that hold the two links against each other, where a router was heard on both: BOTH-1 to BOTH-3. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bgpcheck.facts.announcement import length, origin, strip_private
from bgpcheck.facts.special import special
from bgpcheck.model import asplain
from bgpcheck.peering import PRIMARY, SECONDARY
from bgpcheck.rules.base import Finding, Severity, named, subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.model import Prefix, Route
    from bgpcheck.peering import Peering

    Heard = dict[Prefix, list[Route]]

OTHER = {PRIMARY: SECONDARY, SECONDARY: PRIMARY}
BOTH = "the two links"


def check(peering: Peering) -> Iterator[Finding]:
    """Compare what was heard on the two links, if something was on both."""
    everything = _by_link(peering)
    if not all(everything.values()):
        return
    heard = {link: _public(some) for link, some in everything.items()}
    for link, other in OTHER.items():
        yield from _alone(link, sorted(heard[link].keys() - heard[other].keys()), other)
    both = sorted(heard[PRIMARY].keys() & heard[SECONDARY].keys())
    yield from _origins(both, heard)
    yield from _lengths(both, heard)


def _by_link(peering: Peering) -> dict[str, Heard]:
    """Sort the routes by the link that they were heard on."""
    roles = peering.roles()
    heard: dict[str, Heard] = {PRIMARY: defaultdict(list), SECONDARY: defaultdict(list)}
    for route in peering.routes:
        if roles[route.peer] in heard:
            heard[roles[route.peer]][route.prefix].append(route)
    return heard


def _public(heard: Heard) -> Heard:
    """Leave out what should not be announced on any link (PFX-1)."""
    return {prefix: routes for prefix, routes in heard.items() if special(prefix) is None}


def _alone(link: str, prefixes: list[Prefix], other: str) -> Iterator[Finding]:
    """BOTH-1: announced on one link only. LNK-4: the SLA wants both."""
    if prefixes:
        verb = "is" if len(prefixes) == 1 else "are"
        message = f"{named(prefixes)} {verb} announced on the {link} link only: when it fails nothing leads back, and the SLA wants both"
        yield Finding("BOTH-1", Severity.WARNING, subject(prefixes, link), message, f"announce the same on the {other} link")


def _origins(prefixes: Iterable[Prefix], heard: dict[str, Heard]) -> Iterator[Finding]:
    """BOTH-2: another origin on the one link than on the other, as Microsoft sees them."""
    found: dict[tuple[str, str], list[Prefix]] = defaultdict(list)
    for prefix in prefixes:
        primary, secondary = (_seen(heard[link][prefix]) for link in OTHER)
        if primary != secondary:
            found[primary, secondary].append(prefix)
    for (primary, secondary), some in found.items():
        message = f"{named(some)}: the origin is {primary} on the primary link and {secondary} on the secondary"
        remedy = "originate it from the same AS number on both links"
        yield Finding("BOTH-2", Severity.WARNING, subject(some, BOTH), message, remedy)


def _seen(routes: Iterable[Route]) -> str:
    """Spell the origins of routes, private AS numbers stripped."""
    found = {origin(route.path) for route in routes}
    return ", ".join((*map(asplain, sorted(one for one in found if one is not None)), *(["none"] if None in found else [])))


def _lengths(prefixes: Iterable[Prefix], heard: dict[str, Heard]) -> Iterator[Finding]:
    """BOTH-3: PFX-6: the shorter path is preferred. A link's best path counts; private AS numbers do not."""
    found: dict[tuple[int, int], list[Prefix]] = defaultdict(list)
    for prefix in prefixes:
        primary, secondary = (min(length(strip_private(one.path or ())) for one in heard[link][prefix]) for link in OTHER)
        if primary != secondary:
            found[primary, secondary].append(prefix)
    for (primary, secondary), some in found.items():
        link = PRIMARY if primary < secondary else SECONDARY
        message = f"{named(some)}: the path is {primary} long on the primary link and {secondary} on the secondary, private AS numbers "
        message += f"stripped: Microsoft prefers the {link} link; is that meant?"
        remedy = f"prepend alike on both links, or leave it if the {OTHER[link]} one is to stand by"
        yield Finding("BOTH-3", Severity.NOTE, subject(some, BOTH), message, remedy)
