"""Rules about ARP tables: LNK-1, EDGE-1 to EDGE-4. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from bgpcheck.rules.base import Finding, Severity
from bgpcheck.rules.edge_links import address, spell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.circuit.seen import ArpEntry, Seen
    from bgpcheck.rules.edge_links import Link, Links

HEX = re.compile(r"[0-9a-f]{12}")
GROUP = 1  # IEEE 802: the lowest bit of the first octet marks addresses of more than one station
VLAN_TAGS = "with your provider, compare the VLAN tags of both ends and see that your router has the first address of the subnet"


def check(seen: Seen, links: Links) -> Iterator[Finding]:
    """Judge an ARP table link by link, and its MAC addresses whatever link they are of."""
    table = seen.tables.arp
    if table is None:
        return
    if not table:
        message = "Azure shows no ARP entry at all: its side has a fault, or there is no such peering"
        remedy = "open a ticket with Microsoft for layer 2; where the provider does layer 3, refresh the circuit in the portal first"
        yield Finding("EDGE-2", Severity.WARNING, "ARP table", message, remedy)
    by_link: dict[Link, list[ArpEntry]] = defaultdict(list)
    unplaced: list[ArpEntry] = []
    for entry in table:
        place = address(entry.address)
        link = links.holding(place) if place else None
        (by_link[link] if link else unplaced).append(entry)
        if place and not link and links.all:
            yield from _nowhere(entry, links)
    for link, entries in by_link.items():
        yield from _sides(str(link), entries, unplaced)
        yield from _places(link, entries)
    if unplaced and not by_link:
        yield from _sides("ARP table", unplaced, [])
    yield from _macs(table)


def mac(text: str) -> str | None:
    """Read a MAC address as twelve hexadecimal digits; empty where nothing has answered, None where it is masked or unreadable."""
    word = re.sub(r"[.:-]", "", text.strip().lower())
    if word == "incomplete" or not word.strip("0"):
        return ""
    return word if HEX.fullmatch(word) else None


def on_premises(entry: ArpEntry) -> bool:
    """Tell whether a row is of your side."""
    return entry.side.lower().startswith("on")


def _nowhere(entry: ArpEntry, links: Links) -> Iterator[Finding]:
    """LNK-1: an address that is on no link; of a circuit of which not all peerings are known, only said."""
    severity = Severity.WARNING if links.whole else Severity.NOTE
    message = f"the {entry.side[:20]} address {entry.address} lies on no link of the peerings that are described"
    remedy = "compare it with the link subnets; give the data of the peering that the table is of"
    yield Finding("LNK-1", severity, entry.address, message, remedy)


def _sides(where: str, entries: list[ArpEntry], unplaced: list[ArpEntry]) -> Iterator[Finding]:
    """EDGE-1, EDGE-3: what is missing or did not answer; a side that has rows of which the place is not known may have it there."""
    yours = [entry for entry in entries if on_premises(entry)]
    resolved = {entry.address for entry in yours if mac(entry.mac) != ""}
    silent = [entry.address for entry in yours if entry.address not in resolved]
    sides = {on_premises(entry) for entry in (*entries, *unplaced)}
    if silent or True not in sides:
        shown = f"entry {silent[0]} is not resolved (Incomplete)" if silent else "entry is missing"
        message = f"{where}: the On-Prem {shown}: your side or your provider's does not answer"
        yield Finding("EDGE-1", Severity.WARNING, where, message, VLAN_TAGS)
    if False not in sides:
        message = f"{where}: no entry of Microsoft's side; some of its hardware shows only the On-Prem one"
        yield Finding("EDGE-3", Severity.NOTE, where, message, "nothing, where the session is up")


def _places(link: Link, entries: list[ArpEntry]) -> Iterator[Finding]:
    """LNK-1: yours is the first host address, Microsoft's the second."""
    wrong = [entry for entry in entries if address(entry.address) != (link.yours if on_premises(entry) else link.microsofts)]
    remedy = f"give your router {spell(link.yours)}"
    places = {(on_premises(entry), address(entry.address)) for entry in wrong}
    if {(True, link.microsofts), (False, link.yours)} <= places:
        yield Finding("LNK-1", Severity.WARNING, str(link), f"{link}: the two sides have each other's address", remedy)
        return
    for entry in wrong:
        if on_premises(entry):
            message = f"{link}: your side has {entry.address}, not the first host address {spell(link.yours)}"
        else:
            message = f"{link}: Microsoft's side has {entry.address}, not the second host address {spell(link.microsofts)}"
        yield Finding("LNK-1", Severity.WARNING, str(link), message, remedy)


def _macs(table: tuple[ArpEntry, ...]) -> Iterator[Finding]:
    """EDGE-4: MAC addresses that can't be those of two routers on a link."""
    owners: dict[str, set[str]] = defaultdict(set)
    sides: dict[str, set[bool]] = defaultdict(set)
    for entry in table:
        found = mac(entry.mac)
        if not found:
            continue
        if int(found[:2], 16) & GROUP:
            message = f"{entry.address}: {entry.mac[:40]} is a broadcast or multicast MAC address, which no interface has (inferred)"
            yield Finding("EDGE-4", Severity.WARNING, entry.address, message, "look for a wrong static ARP entry")
        if address(entry.address):  # two masked ones need not be the same
            owners[entry.address].add(found)
        sides[found].add(on_premises(entry))
    for place, several in owners.items():
        if len(several) > 1:
            message = f"{place} has {len(several)} MAC addresses: two devices use it, or one was just exchanged (inferred)"
            yield Finding("EDGE-4", Severity.WARNING, place, message, "look which devices have the address")
    for found, both in sides.items():
        if len(both) > 1:
            message = f"both sides have the MAC address {found}: Azure sees its own frames, as in a loop (inferred)"
            yield Finding("EDGE-4", Severity.WARNING, found, message, "look for a loop, or a wrong cross-connect, with your provider")
