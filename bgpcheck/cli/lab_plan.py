"""What ``bgpcheck lab`` shall play: options and preflight file made into ExaBGP's plan. Asks the system for a way to the router.

Rule: every session has a role, an address of ours and an address of the router's that fit, or one line names the option to change.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.cli import streams
from bgpcheck.cli.reading import port
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.iana.asns import MICROSOFT_ASN
from bgpcheck.model import parse_asn
from bgpcheck.peering import INTERNET
from bgpcheck.speaker.config import Neighbor, SpeakerPlan
from bgpcheck.speaker.samples import allowed

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from bgpcheck.model import Family
    from bgpcheck.peering import Peering
    from bgpcheck.plan import Plan
    from bgpcheck.speaker.config import Sample

ROLES = ("primary", "secondary")
INTERNET_ASN = 64511  # RFC 5398: for documentation, so that it is nobody's
NAMES: dict[Family, str] = {"ipv4": "IPv4", "ipv6": "IPv6"}


@dataclass(frozen=True, slots=True)
class _Router:
    """A neighbor's address, and the option that it comes from."""

    option: str
    address: str

    @property
    def family(self) -> Family:
        """Its address family."""
        return _family(self.address)


def plan_of(args: argparse.Namespace, made: Plan) -> SpeakerPlan:
    """Make ExaBGP's plan from options and preflight file; ``UsageError`` names the option that does not fit."""
    _refuse_asn(made.peering.peer_asn)
    routers = [_Router("--neighbor", _address("--neighbor", text)) for text in args.neighbor]
    outside = [_Router("--internet-neighbor", _address("--internet-neighbor", text)) for text in filter(None, [args.internet_neighbor])]
    everyone = [*routers, *outside]
    _refuse_twice(everyone)
    roles = [*_roles(routers, made.peering), *(INTERNET for _ in outside)]
    locals_ = _locals([_address("--local", text) for text in args.local], everyone)
    asn = made.peering.peer_asn
    neighbors = tuple(_neighbor(args, *one, asn) for one in zip(everyone, locals_, roles, strict=True))
    router_id = next((one.local for one in neighbors if ":" not in one.local), "192.0.2.12")  # RFC 6286: any number; RFC 5737: nobody's
    return SpeakerPlan(neighbors, port("--port", args.port), router_id, samples=_samples(args, made))


def _neighbor(args: argparse.Namespace, router: _Router, local: str, role: str, peer_asn: int) -> Neighbor:
    """Describe one session."""
    if local == router.address:
        raise UsageError(f"{router.option} {local} is our own address too: give the router's, or another of ours with --local")
    connect = port("--connect", args.connect) if args.connect is not None else None
    return Neighbor(
        address=router.address,
        peer_asn=peer_asn,
        local=local,
        families=("ipv4", "ipv6") if args.both_families else (router.family,),
        passive=connect is None,
        port=connect,
        role=role,
        asn=_provider(args) if role == INTERNET else None,
    )


def _refuse_asn(asn: int) -> None:
    """Refuse a peer ASN that no session can have (ASN-3; ASN-1)."""
    if asn == 0:
        raise UsageError("the peer ASN is 0, which no router can have: give your router's (peering.peerAsn, or --peer-asn)")
    if asn == MICROSOFT_ASN:
        raise UsageError(f"the peer ASN is {asn}: {asn} is Microsoft's own side: give your router's (peering.peerAsn, or --peer-asn)")


def _provider(args: argparse.Namespace) -> int:
    """Read the AS number that we have as the router's Internet provider."""
    try:
        return parse_asn(args.internet_asn or INTERNET_ASN)
    except FormatError as error:
        raise UsageError(f"--internet-asn: {error}") from error


# ── addresses ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _family(address: str) -> Family:
    """Give the family of an address."""
    return "ipv6" if ":" in address else "ipv4"


def _address(option: str, text: str) -> str:
    """Read an address that one end of a session can have."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError as error:
        raise UsageError(f"{option} {text[:60]!r} is not an IPv4 or IPv6 address") from error
    if fault := _unfit(address):
        raise UsageError(f"{option} {str(address)[:60]} {fault}")
    return str(address)


def _unfit(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Say why no end of a session can have an address; empty where one can."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id:
            return "has a zone, which ExaBGP does not take: give the link's global address"
        if address.ipv4_mapped:
            return f"is an IPv4 address in IPv6 form: write {address.ipv4_mapped}"
    if address.is_unspecified:
        return "stands for no machine: give the address itself"
    if address.is_multicast:
        return "is a multicast address, and a session has two ends: give the address of one machine"
    return ""


def _refuse_twice(routers: Sequence[_Router]) -> None:
    """Refuse an address that is given twice."""
    seen: set[str] = set()
    for one in routers:
        if one.address in seen:
            raise UsageError(f"{one.option} {one.address} is given twice: a session needs a neighbor address of its own")
        seen.add(one.address)


def _locals(given: Sequence[str], routers: Sequence[_Router]) -> list[str]:
    """Choose our address for each session: in order where there are as many, else by family, else the one that the system would take."""
    for one in given:
        if all(router.family != _family(one) for router in routers):
            raise UsageError(f"--local {one}: no neighbor has an {NAMES[_family(one)]} address: leave it out, or add that neighbor")
    if [*map(_family, given)] == [router.family for router in routers]:
        return [*given]
    chosen: dict[Family, str] = {}
    for one in given:
        if chosen.setdefault(_family(one), one) != one:
            raise UsageError(f"--local {one}: no neighbor uses it: give one address a family, or one for each neighbor, in their order")
    return [chosen.get(router.family) or _nearest(router) for router in routers]


def _nearest(router: _Router) -> str:
    """Give the address from which this machine reaches the router."""
    kind = socket.AF_INET6 if router.family == "ipv6" else socket.AF_INET
    try:
        with socket.socket(kind, socket.SOCK_DGRAM) as probe:
            probe.connect((router.address, 9))  # sends nothing: the system only chooses a route
            return str(ipaddress.ip_address(probe.getsockname()[0].partition("%")[0]))
    except OSError as error:
        raise UsageError(f"{router.option} {router.address}: this machine has no way to it ({error.strerror}): give --local") from error


# ── roles ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _roles(routers: Sequence[_Router], peering: Peering) -> list[str]:
    """Say which session is which: by the link subnet that an address lies in, then the roles that are left of its family, in order."""
    found = [peering.role_of(one.address) for one in routers]
    for family in NAMES:
        places = [place for place, one in enumerate(routers) if one.family == family]
        if len(places) > len(ROLES):
            extra = routers[places[len(ROLES)]].address
            raise UsageError(f"--neighbor {extra}: two sessions of a family are all that a peering has, primary and secondary")
        named = [found[place] for place in places if found[place]]
        if len(named) > len(set(named)):
            first, second = (routers[place].address for place in places)
            raise UsageError(f"--neighbor {second} lies in the {named[0]} link subnet as {first} does: each link has one session a family")
        left = iter([role for role in ROLES if role not in named])
        for place in places:
            found[place] = found[place] or next(left)
    return found


def _samples(args: argparse.Namespace, made: Plan) -> tuple[Sample, ...]:
    """Choose what is announced: samples that the route filter allows, and nothing without one (RF-1)."""
    if not args.announce:
        return ()
    if not made.route_filter:
        streams.complain(
            "nothing is announced: the preflight file has no peering.routeFilter, and without one Microsoft sends no routes (RF-1)"
        )
        return ()
    found = allowed(made.route_filter)
    streams.complain(f"announcing {len(found)} sample prefixes of Microsoft's: see that the router does not pass them on")
    return found
