"""Rules about route table summaries, which show BGP sessions: LIM-1, EDGE-5 to EDGE-9. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.model import asplain
from bgpcheck.rules.announced import MOST_ROUTES
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.rules.edge_links import address, spell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.circuit.model import Circuit
    from bgpcheck.circuit.seen import Seen, SummaryEntry
    from bgpcheck.rules.edge_links import Link, Links

AS_TRANS, MAX_16 = 23456, 65535  # RFC 6793 s4.2.3: what an old speaker sees instead of a four-octet AS number
NEAR = 0.9
PRIVATE4, PREMIUM4, PRIVATE6 = 4000, 10_000, 100  # LIM-1
COMPARE = "compare link subnets, VLAN id, AS numbers and MD5 key of both ends"
# RFC 4271 s8.2.2: what each state means, seen from Microsoft's router. (words, what to do, whether the troubleshooting page names it)
STATES = {
    "idle": ("Microsoft's router does not try to connect", COMPARE, True),
    "active": ("Microsoft's router gets no answer on the BGP port", COMPARE, True),
    "connect": ("a TCP connection is being made and not there yet", "see that TCP port 179 is open and your router has the session", False),
    "opensent": ("Microsoft's router has sent its OPEN and got none", "see what your router says: mostly AS number or MD5 key", False),
    "openconfirm": ("the OPENs were exchanged and the first KEEPALIVE is missing", "look again in a minute, then at your router", False),
    "closing": ("the session is being closed", "look again in a minute", False),
}
ADMIN, LIMIT = "(admin)", "(pfxct)"
UP = "established"


def check(seen: Seen, links: Links) -> Iterator[Finding]:
    """Judge every session of a summary."""
    if seen.tables.summary == ():
        message = "the summary has no session: the peering is not configured on Azure's edge (inferred)"
        yield Finding("EDGE-5", Severity.WARNING, "route table summary", message, "see that the peering exists and is enabled")
    for entry in seen.tables.summary or ():
        place = address(entry.neighbor)
        link = links.holding(place) if place else None
        if link and place:
            if place != link.yours:
                message = f"{link}: the neighbor is {entry.neighbor}, not your side's first host address {spell(link.yours)}"
                yield Finding("LNK-1", Severity.WARNING, str(link), message, f"give your router {spell(link.yours)}")
            yield from _asn(entry, link)
            yield from _count(entry, link, seen.circuit)
        elif place and links.all:
            severity = Severity.WARNING if links.whole else Severity.NOTE
            message = f"the neighbor {entry.neighbor} lies on no link of the peerings that are described: only its state is judged"
            yield Finding("EDGE-6", severity, entry.neighbor, message, "give the data of the peering that the table is of")
        yield from _state(entry, link)


def _asn(entry: SummaryEntry, link: Link) -> Iterator[Finding]:
    """EDGE-7: the session's AS number is the peering's peer ASN."""
    wanted, shown = link.peering.peer_asn, entry.asn
    if wanted is None or shown is None or shown == wanted or (shown == AS_TRANS and wanted > MAX_16):
        return
    message = f"{link}: the session is with {asplain(shown)}, the peering says {asplain(wanted)}"
    yield Finding("EDGE-7", Severity.WARNING, str(link), message, "set the peer ASN to what your router uses")


def _state(entry: SummaryEntry, link: Link | None) -> Iterator[Finding]:
    """EDGE-8, EDGE-9: what a state other than up means, and who acts."""
    word = entry.state.strip().lower()
    if not word or word == UP:
        return
    where = str(link) if link else entry.neighbor
    name = word.split()[0]
    if LIMIT in word:  # LIM-1
        message = f"{where}: {entry.state[:40]}: too many routes were announced, and the session was dropped"
        yield Finding("LIM-1", Severity.WARNING, where, message, "announce fewer routes")
    elif ADMIN in word:
        message = f"{where}: {entry.state[:40]}: the session is shut down on Microsoft's side (inferred)"
        yield Finding("EDGE-9", Severity.WARNING, where, message, "enable the peering; see the state of its prefixes")
    elif name in STATES:
        meaning, remedy, named = STATES[name]
        message = f"{where}: {entry.state[:40]}: {meaning}{_because(link)}{'' if named else ' (inferred)'}"
        yield Finding("EDGE-8" if named else "EDGE-9", Severity.WARNING, where, message, remedy)
    else:
        yield Finding(
            "EDGE-9", Severity.NOTE, where, f"{where}: {entry.state[:40]!r} is no state that bgpcheck knows", "look at the router"
        )


def _because(link: Link | None) -> str:
    """Say what Azure's own data give as the reason."""
    if link is None:
        return ""
    if "disabled" in (link.peering.state.lower(), link.session.state.lower()):
        return "; the peering is disabled (ST-8)"
    config = link.session.config
    if link.peering.is_microsoft and config and config.state and config.state.lower() != "configured":
        return f"; its prefixes are {config.state[:40]}, and the session comes up only when they are Configured (ST-11)"
    return ""


def _count(entry: SummaryEntry, link: Link, circuit: Circuit) -> Iterator[Finding]:
    """LIM-1 and EDGE-10: how many prefixes your side announces."""
    if entry.received is None:
        return
    if entry.received == 0:
        message = f"{link}: the session is up and your side announces nothing, so nothing comes back to you over it (inferred)"
        yield Finding("EDGE-10", Severity.WARNING, str(link), message, "look at your router's export")
    most = _most(link, circuit)
    if most is None or entry.received < most * NEAR:
        return
    over = entry.received > most
    said = f"Microsoft drops the session above {most}" if over else f"near the limit of {most}, above which the session is dropped"
    message = f"{link}: {entry.received} routes: {said}"
    yield Finding("LIM-1", Severity.WARNING, str(link), message, "aggregate, or filter the export")


def _most(link: Link, circuit: Circuit) -> int | None:
    """Give the routes that a session may have; None where no limit is known."""
    if link.peering.is_microsoft:
        return MOST_ROUTES
    if not link.peering.is_private:
        return None
    return PRIVATE6 if link.session.family == "ipv6" else PREMIUM4 if circuit.tier.lower() == "premium" else PRIVATE4
