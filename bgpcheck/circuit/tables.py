"""Tables of Azure's edge, row by row: ARP, route table summary, route table, octet counters. Pure.

Rule: a row is known by its columns, whichever tool wrote it; a row without a network or address says that the table is empty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.circuit.seen import ArpEntry, Counters, RouteEntry, SummaryEntry, Tables
from bgpcheck.model import is_digits

if TYPE_CHECKING:
    from bgpcheck.circuit.loose import Part

MOST_DIGITS = 12
# Columns by which a row is known: all of one of the groups.
ARP = (("macAddress", "ipAddress"), ("interface", "ipAddress"), ("interfaceProperty", "ipAddress"))
SUMMARY = (("neighbor", "statePfxRcd"), ("neighbor", "upDown"), ("neighbor", "stateOrPrefixesReceived"))
ROUTES = (("network", "nextHop"),)
COUNTERS = (("primaryBytesIn",), ("secondaryBytesIn",), ("primaryBytesOut",), ("secondaryBytesOut",))


def row(part: Part) -> Tables | None:
    """Read a row as a table of one; None where it is no row of any. ``FormatError`` names the column that is wrong."""
    for columns, reader in ((ARP, _arp), (SUMMARY, _summary), (ROUTES, _route), (COUNTERS, _counters)):
        if any(all(name in part.fields for name in group) for group in columns):
            return reader(part)
    return None


def _arp(part: Part) -> Tables:
    """Read a row of an ARP table."""
    address, side = part.text("ipAddress"), part.text("interface") or part.text("interfaceProperty")
    if not address and not side:
        return Tables(arp=())
    return Tables(arp=(ArpEntry(side, address, part.text("macAddress"), part.count("age")),))


def _summary(part: Part) -> Tables:
    """Read a row of a summary; ``statePfxRcd`` is a state's name or a count."""
    neighbor = part.text("neighbor")
    if not neighbor:
        return Tables(summary=())
    key = "statePfxRcd" if "statePfxRcd" in part else "stateOrPrefixesReceived"
    state = part.word(key)
    count = int(state) if is_digits(state) and len(state) <= MOST_DIGITS else None
    asn = part.asn("as" if "as" in part else "asProperty")
    shown = "" if count is not None or not state.strip("#*") else state
    return Tables(summary=(SummaryEntry(neighbor, asn, part.word("upDown"), shown, count),))


def _route(part: Part) -> Tables:
    """Read a row of a route table."""
    network = part.text("network")
    return Tables(routes=(RouteEntry(network, part.text("nextHop"), part.word("path")),) if network else ())


def _counters(part: Part) -> Tables:
    """Read the octet counters; one that is missing has counted nothing."""
    names = ("primaryBytesIn", "primaryBytesOut", "secondaryBytesIn", "secondaryBytesOut")
    return Tables(counters=(Counters(*(part.count(name) or 0 for name in names)),))
