"""Rules about what Azure's edge shows of a circuit: ARP tables, summaries and route tables, against its peerings. Pure.

Rule: a table belongs to the peering on whose links its addresses lie; where they lie on none, that is said and no more. Masked words
say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.model import asplain
from bgpcheck.rules import edge_arp, edge_routes, edge_sessions
from bgpcheck.rules.asns import MAX_INT32
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.rules.edge_links import Links

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.circuit.model import Seen


def check(seen: Seen) -> Iterator[Finding]:
    """Judge the tables, each thing once, and the AS numbers that Azure's data can't carry."""
    yield from _narrow(seen)
    links = Links.of(seen.circuit)
    if seen.tables and not links.all:
        message = "no link subnet of the circuit is known, so the tables are judged by themselves"
        yield Finding("EDGE-6", Severity.NOTE, "tables", message, "give the data of the peering that the tables are of")
    found = (*edge_arp.check(seen, links), *edge_sessions.check(seen, links), *edge_routes.check(seen, links))
    yield from dict.fromkeys(found)


def _narrow(seen: Seen) -> Iterator[Finding]:
    """ASN-3: the customer ASN is a signed 32-bit number in the API, and comes back negative above."""
    for peering in seen.circuit.peerings:
        for session in peering.sessions:
            asn = session.config.customer_asn if session.config else 0
            if peering.is_microsoft and asn > MAX_INT32:
                message = (
                    f"the API can't express customer ASN {asn}: its largest is {MAX_INT32}, and it shows this one as {asn - (1 << 32)}"
                )
                subject = f"{session.family} {asplain(asn)}"
                yield Finding("ASN-3", Severity.BLOCKER, subject, message, "use the peer ASN, or another public AS number")
