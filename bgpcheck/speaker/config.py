"""The configuration that makes ExaBGP 5 a copy of Microsoft's edge. Pure: a plan in, text out.

Rule: nothing reaches the text that was not parsed or matched here first, so a plan can't smuggle a section of its own into the file.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.errors import UsageError
from bgpcheck.iana.asns import MICROSOFT_ASN
from bgpcheck.model import FAMILIES, MAX_ASN, address_text
from bgpcheck.peering import INTERNET
from bgpcheck.rules.links import key_faults

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bgpcheck.model import Family, Prefix

HOLD = 180  # seconds; LNK-4: Microsoft's side, with keepalives every 60
BGP_PORT = 179  # RFC 4271 s8.2.1
MOST_16, LEAST_HOLD = (1 << 16) - 1, 3  # of a port, a hold time, half a community; seconds (RFC 4271 s4.2)
PROCESS = "events"
COMMUNITY = re.compile(r"(\d{1,5}):(\d{1,5})", re.ASCII)
WORD = re.compile(r"[A-Za-z0-9/._+@%=~-]+", re.ASCII)  # of a command line: ExaBGP splits it at blanks and knows no quotes
# parsed, and whole as it came: only the bytes tell a confederation's segment from a plain one. What ExaBGP itself sends is told too.
API = (
    f"api {{ processes [ {PROCESS} ]; neighbor-changes;\n"
    "    receive { parsed; packets; consolidate; open; update; notification; refresh; }\n"
    "    send { parsed; packets; consolidate; open; notification; } }"
)
# Without graceful restart: with it ExaBGP closes a session without a word, and Microsoft's edge says why it does.
CAPABILITY = "capability { asn4 enable; route-refresh enable; graceful-restart disable; extended-message disable; add-path disable; }"


@dataclass(frozen=True, slots=True)
class Neighbor:
    """The router at the other end of a session. ``local``: our address; ``families``: what the session carries.

    ``passive``: it connects to us, at the plan's port; otherwise we connect to its ``port`` (None: 179). ``role``: ``primary``,
    ``secondary``, ``internet`` (which gets no samples) or empty; ``asn``: ours in this session, where it is not the plan's.
    """

    address: str
    peer_asn: int
    local: str
    families: tuple[Family, ...]
    passive: bool = True
    port: int | None = None
    role: str = ""
    asn: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """A prefix that the edge announces, with its communities such as ``12076:51004`` (RF-3)."""

    prefix: Prefix
    communities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpeakerPlan:
    """What ExaBGP shall be. ``port``: where it listens for passive neighbours; ``hold_time``: seconds; ``router_id``: an IPv4 address."""

    neighbors: tuple[Neighbor, ...]
    port: int
    router_id: str
    local_asn: int = MICROSOFT_ASN
    hold_time: int = HOLD
    samples: tuple[Sample, ...] = ()


def configuration(plan: SpeakerPlan, relay: Sequence[str], md5: Mapping[str, str] | None = None) -> str:
    """Write the file. ``relay``: command line of the process that gets the events; ``md5``: key by the neighbour's address (LNK-3).

    ``UsageError`` says what in the plan can't be written; it never repeats a key.
    """
    if not plan.neighbors:
        raise UsageError("no neighbour is given: name the router's address with --neighbor")
    keys = {address_of(address): key for address, key in (md5 or {}).items()}
    seen: set[str] = set()
    for neighbor in plan.neighbors:
        address = address_of(neighbor.address)
        if address in seen:
            raise UsageError(f"{address} is given twice: a session needs a neighbour address of its own")
        seen.add(address)
    if unused := sorted(set(keys) - seen):
        raise UsageError(f"there is an MD5 key for {unused[0]}, which is no neighbour")
    sections = [_neighbor(plan, neighbor, keys.get(address_of(neighbor.address))) for neighbor in plan.neighbors]
    return "\n".join([f"process {PROCESS} {{ run {' '.join(map(_word, relay))}; encoder json; }}", *sections])


def address_of(text: str) -> str:
    """Give an address in its one spelling; a name, a zone or anything else is a ``UsageError``."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise UsageError(f"{text[:60]!r} is no IP address") from None
    if getattr(address, "scope_id", None):
        raise UsageError(f"{text[:60]!r} has a zone, which ExaBGP does not take: give the link's global address")
    return address_text(address.version, int(address))


def _neighbor(plan: SpeakerPlan, one: Neighbor, key: str | None) -> str:
    """Write the section of a neighbour."""
    address, local = address_of(one.address), address_of(one.local)
    if (":" in address) != (":" in local):
        raise UsageError(f"{address} can't be reached from {local}, which is of another family: give a --local address of its family")
    if not one.families:
        raise UsageError(f"no address family is given for {address}: ipv4, ipv6 or both")
    if plan.hold_time and plan.hold_time < LEAST_HOLD:
        raise UsageError(f"a hold time of {plan.hold_time} s is not allowed: 0, or at least {LEAST_HOLD}")  # RFC 4271 s4.2
    own = plan.local_asn if one.asn is None else one.asn
    lines = [
        f"neighbor {address} {{",
        f"router-id {_router_id(plan.router_id)}; local-address {local};",
        f"local-as {_number(own, MAX_ASN, 'AS number')}; peer-as {_number(one.peer_asn, MAX_ASN, 'AS number')};",
        f"hold-time {_number(plan.hold_time, MOST_16, 'hold time', 0)}; adj-rib-in false; adj-rib-out true; {_way(plan, one)}",
        *_md5(key),
        f"family {{ {' '.join(f'{_family(family)} unicast;' for family in one.families)} }}",
        CAPABILITY,
        API,
        *_samples(plan, one),
    ]
    return "\n  ".join(lines) + "\n}\n"


def _way(plan: SpeakerPlan, one: Neighbor) -> str:
    """Say who connects to whom."""
    if one.passive:
        return f"passive true; listen {_number(plan.port, MOST_16, 'port')};"
    return f"passive false; connect {_number(BGP_PORT if one.port is None else one.port, MOST_16, 'port')};"


def _md5(key: str | None) -> list[str]:
    """Write a key as it stands: ExaBGP would take one of hexadecimal digits for Base64 if it were left to guess."""
    if key is None:
        return []
    if faults := key_faults(key):
        raise UsageError(f"{faults[0]} (LNK-3)")
    return [f"md5-password {key}; md5-base64 false;"]


def _samples(plan: SpeakerPlan, one: Neighbor) -> list[str]:
    """Write what is announced: in each session the prefixes of its addresses' own family, as on the real links (PFX-3).

    Nothing of Microsoft's goes to a neighbour that stands for the Internet.
    """
    family = "ipv6" if ":" in one.local else "ipv4"
    fitting = [sample for sample in plan.samples if sample.prefix.family == family and family in one.families and one.role != INTERNET]
    if not fitting:
        return []
    routes = [f"  route {sample.prefix} next-hop self community [ {' '.join(map(_community, sample.communities))} ];" for sample in fitting]
    return ["static {", *routes, "}"]


def _community(text: str) -> str:
    """Check a community."""
    found = COMMUNITY.fullmatch(text)
    if found is None or any(int(half) > MOST_16 for half in found.groups()):
        raise UsageError(f"{text[:60]!r} is no BGP community, such as 12076:51004")
    return text


def _family(family: str) -> str:
    """Check a family's name."""
    if family not in FAMILIES:
        raise UsageError(f"{family[:60]!r} is no address family: ipv4 or ipv6")
    return family


def _number(value: int, most: int, what: str, least: int = 1) -> int:
    """Check a number."""
    if not least <= value <= most:
        raise UsageError(f"{value} is no {what}: {least} to {most}")
    return int(value)


def _router_id(text: str) -> str:
    """Check a BGP identifier (RFC 6286 s2: any but zero)."""
    address = address_of(text)
    if ":" in address or address == "0.0.0.0":  # noqa: S104 (nobody listens there)
        raise UsageError(f"{address} is no BGP identifier: give an IPv4 address")
    return address


def _word(text: str) -> str:
    """Check a word of a command line."""
    if not WORD.fullmatch(text):
        raise UsageError(f"ExaBGP can't run {text[:200]!r}: its path must be of letters, digits and /._+@%=~- only")
    return text
