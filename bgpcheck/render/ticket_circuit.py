"""Which circuit a ticket is about, who asks, and what the peering is. Pure.

Rule: what Azure says of the circuit is told as read; whose an AS number is, is told with its documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.model import asplain
from bgpcheck.render.appeal import listed
from bgpcheck.render.clean import address, prose
from bgpcheck.render.letter import holders
from bgpcheck.render.relation import unlike
from bgpcheck.render.said import about_asn
from bgpcheck.render.template import blank
from bgpcheck.render.words import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.render.cited import Papertrail
    from bgpcheck.result import Result


def circuit_lines(result: Result, trail: Papertrail) -> Iterator[str]:
    """Say which circuit, who asks, and what the peering is (TKT-2: the service key identifies it)."""
    peering, circuit = result.peering, result.peering.circuit
    if circuit:
        parts = {"": circuit.name, "resource id ": circuit.id, "peering location ": circuit.location, "provider ": circuit.provider}
        yield f"* Circuit: {'; '.join(f'{head}{prose(text)}' for head, text in parts.items() if text) or 'not named'}"
    yield f"* Service key: {prose(peering.service_key) or blank('service key of the circuit')}"
    yield f"* Organisation: {prose(peering.organisation) or blank('your organisation')}"
    yield f"* Contact: {address(peering.contact) or blank('your contact')}"
    if peering.nothing_validated:
        return
    yield f"* Peering: Microsoft peering with AS12076, cloud {peering.cloud}, VLAN id {peering.vlan_id or 'not given'}"
    for asn in dict.fromkeys((peering.peer_asn, *(block.customer_asn for block, _ in result.blocks()))):
        like = next((one for one in result.assessments if asn in one.claim.asns), None)
        if like:
            yield f"* {'Peer' if asn == peering.peer_asn else 'Customer'} AS number {about_asn(like, asn, trail)}"
    yield from _lists(result)
    yield from (f"* {prose(one.message)}" for one in result.findings if one.rule == "REG-3")
    lettered = {one for inside in holders(result) for one in inside}
    yield from unlike(listed(result), peering.organisation, lettered)


def _lists(result: Result) -> Iterator[str]:
    """Say what each address family's list is, and what Azure says of it as a whole."""
    for block, inside in result.blocks():
        count = plural(sum(one.claim.listed for one in inside), "prefix", "prefixes")
        customer = asplain(block.customer_asn) if block.customer_asn else "none"
        links = f", links {' and '.join(str(link.prefix) for _, link in block.links)}" if block.links else ""
        actual = result.peering.standing(block).actual
        today = f"; Azure's state of the list: {prose(actual)}" if actual else ""
        yield f"* {block.family}: {count}, customer ASN {customer}, routing registry {block.registry or 'not named'}{links}{today}"
    if extra := len(result.assessments) - len(listed(result)):
        yield f"* {plural(extra, 'prefix', 'prefixes')} more announced and not listed, and so no part of this request (report.html)"
    if result.peering.circuit_from:
        yield f"* Azure's states are as read from {prose(result.peering.circuit_from)}"
