"""Rules about what the Internet sees beside the peering: PFX-4, ST-16, NET-1. Pure.

Rule: one table, or one session, proves what it shows and never that something is not there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.facts.special import special
from bgpcheck.model import Prefix, asplain, origin_as
from bgpcheck.peering import INTERNET
from bgpcheck.rules.base import MOST_NAMED, Finding, Severity, named, subject
from bgpcheck.table import PrefixIndex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.peering import Peering

Seen = tuple[Prefix, int | None, str]  # prefix, origin, and where it is seen, in words
NAT = "a NAT pool must not be on the Internet at all"


@dataclass(slots=True)
class _Beside:
    """What the Internet sees of one prefix, and of more specifics of it that no other prefix of ours is nearer to."""

    same: list[Seen] = field(default_factory=list)
    inside: list[Seen] = field(default_factory=list)


def check(peering: Peering) -> Iterator[Finding]:
    """Hold what goes over the peering against what the Internet sees."""
    ours = _ours(peering)
    for prefix, beside in _sorted_out(peering, ours).items():
        if beside.same:
            yield _same(prefix, beside.same, peering)
        if beside.inside:
            yield _inside(prefix, beside.inside, peering)
    yield from _unseen(peering, ours)
    yield from _one_edge(peering)


def _ours(peering: Peering) -> list[Prefix]:
    """Give what goes over the peering, or is to: announced, and listed where no part of it is announced; what is special is PFX-1's."""
    announced = dict.fromkeys(sorted({route.prefix for route in peering.towards_microsoft}))
    index = PrefixIndex((prefix, prefix) for prefix in announced)
    planned = [prefix for _, prefix in peering.listed if prefix not in announced and not index.inside(prefix)]
    return [prefix for prefix in (*planned, *announced) if special(prefix) is None]


def _seen(peering: Peering) -> Iterator[Seen]:
    """Give all that is seen, from the table and from sessions."""
    place = f"seen in {_table(peering)}"
    yield from ((one.prefix, one.origin, place) for one in peering.internet)
    roles = peering.roles()
    yield from (
        (route.prefix, origin_as(route.path), f"heard from {route.peer}") for route in peering.routes if roles[route.peer] == INTERNET
    )


def _table(peering: Peering) -> str:
    """Give the name of the table."""
    return peering.internet_from.partition(" sha256:")[0]


def _sorted_out(peering: Peering, ours: list[Prefix]) -> dict[Prefix, _Beside]:
    """Put what is seen to the narrowest prefix of ours that covers it; what is less specific than all of ours is as it should be."""
    index = PrefixIndex((prefix, prefix) for prefix in ours)
    found: dict[Prefix, _Beside] = defaultdict(_Beside)
    for one in dict.fromkeys(_seen(peering)):
        if covering := index.covering(one[0]):
            beside = found[covering[-1]]
            (beside.same if covering[-1] == one[0] else beside.inside).append(one)
    return {prefix: found[prefix] for prefix in sorted(found)}


def _same(prefix: Prefix, seen: list[Seen], peering: Peering) -> Finding:
    """PFX-4: the same route both ways."""
    message = f"{prefix} is on the Internet too, {_origins(seen, peering)}: the same route is not to go over both"
    return Finding("PFX-4", Severity.WARNING, str(prefix), message, f"announce a more specific one over ExpressRoute; {NAT}")


def _inside(prefix: Prefix, seen: list[Seen], peering: Peering) -> Finding:
    """PFX-4: a more specific one on the Internet takes the traffic."""
    inside = sorted({one for one, _, _ in seen})
    verb = "is" if len(inside) == 1 else "are"
    message = f"{named(inside)} inside {prefix} {verb} on the Internet, {_origins(seen, peering)}: "
    message += "the longest match sends that traffic over the Internet"
    remedy = f"announce over ExpressRoute what is more specific still, or stop announcing it to the Internet; {NAT}"
    return Finding("PFX-4", Severity.WARNING, str(prefix), message, remedy)


def _origins(seen: list[Seen], peering: Peering) -> str:
    """Say where it is seen, and from whom it comes."""
    asns = sorted({-1 if origin is None else origin for _, origin, _ in seen})
    customer_asn = peering.block(seen[0][0].family).customer_asn
    whose = [_whose(asn, peering.peer_asn, customer_asn) for asn in asns]
    places = list(dict.fromkeys(place for _, _, place in seen))
    return f"{_some(places)}, from {_some(whose)}"


def _some(words: Sequence[str]) -> str:
    """Name a few of some words."""
    return f"{', '.join(words[:MOST_NAMED])}{' …' if len(words) > MOST_NAMED else ''}"


def _whose(asn: int, peer_asn: int, customer_asn: int) -> str:
    """Say whose an origin is; -1 for NONE."""
    if asn < 0:
        return "no single AS number"
    if asn == peer_asn:
        return f"{asplain(asn)} (your peer ASN)"
    is_customers = asn == customer_asn != 0  # 0: none is set
    return f"{asplain(asn)} ({'your customer ASN' if is_customers else 'neither your peer nor your customer ASN'})"


def _unseen(peering: Peering, ours: list[Prefix]) -> Iterator[Finding]:
    """NET-1: the table shows nothing, which is no proof; a default route shows nothing of any prefix."""
    if not peering.internet_from:
        return
    name, index = _table(peering), PrefixIndex((one.prefix, one) for one in peering.internet if one.prefix.length)
    unseen = [prefix for prefix in ours if not index.overlapping(prefix)]
    if unseen:
        message = f"{name} shows no route of {named(unseen)}: one table is no proof that the Internet has none"
        yield Finding("NET-1", Severity.NOTE, subject(unseen, name), message, "look in other tables too, such as your provider's")


def _one_edge(peering: Peering) -> Iterator[Finding]:
    """ST-16: one AS number announces the same towards Microsoft and to the Internet, which may be one router."""
    roles = peering.roles()
    found: dict[tuple[int, bool], dict[Prefix, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    for route in peering.routes:
        if route.peer_asn is not None:
            found[route.peer_asn, roles[route.peer] == INTERNET][route.prefix][route.peer] = None
    for asn in sorted({asn for asn, outside in found if outside}):
        outside, towards = found[asn, True], found[asn, False]
        both = sorted(outside.keys() & towards.keys())
        if both:
            sides = (_some(sorted({peer for prefix in both for peer in side[prefix]})) for side in (towards, outside))
            message = "{1} announces {0} towards Microsoft ({2}) and to the Internet ({3}): if that is one edge, its routing is asymmetric"
            text = message.format(named(both), asplain(asn), *sides)
            yield Finding("ST-16", Severity.WARNING, asplain(asn), text, "use another router towards Microsoft than towards the Internet")
