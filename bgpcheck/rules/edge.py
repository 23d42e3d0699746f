"""Rules about what Azure's edge shows of a circuit: ARP tables, summaries and route tables, against its peerings. Pure.

Rule: a table belongs to the peering on whose links its addresses lie; where they lie on none, that is said and no more. Masked words
say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.rules import edge_arp, edge_routes, edge_sessions
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.rules.edge_links import Links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.circuit.seen import Seen


def check(seen: Seen) -> Iterator[Finding]:
    """Judge the tables, each thing once."""
    links = Links.of(seen.circuit)
    if seen.tables and not links.all:
        message = "no link subnet of the circuit is known, so the tables are judged by themselves"
        yield Finding("EDGE-6", Severity.NOTE, "tables", message, "give the data of the peering that the tables are of")
    found = (*edge_arp.check(seen, links), *edge_sessions.check(seen, links), *edge_routes.check(seen, links))
    yield from dict.fromkeys(found)
