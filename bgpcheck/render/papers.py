"""The papers of a bundle: the report, the ticket and the letter's draft. Pure.

Rule: they say what the result says, and nothing that a reader could not check in the documents beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.model import asplain
from bgpcheck.render.clean import markdown, visible
from bgpcheck.render.report import report
from bgpcheck.render.words import answer, counts
from bgpcheck.result import explain, utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bgpcheck.assess import Assessment
    from bgpcheck.evidence.document import Document
    from bgpcheck.result import Result
    from bgpcheck.sources.base import Gap, Request


def members(result: Result, replies: Mapping[Request, tuple[Document, ...] | Gap]) -> dict[str, bytes]:
    """Give the papers by member name."""
    documents = {one.sha256: one for reply in replies.values() if isinstance(reply, tuple) for one in reply}
    papers = {
        "report.html": report(result, sorted(documents.values(), key=lambda one: (one.source, one.uri))),
        "ticket.md": "\n".join(_ticket(result)) + "\n",
        "loa-draft.md": "\n".join(_letter(result)) + "\n",
    }
    return {name: text.encode("utf-8", "backslashreplace") for name, text in papers.items()}


def _ticket(result: Result) -> Iterator[str]:
    """Write the text of a support ticket (TKT-1, TKT-2)."""
    peering = result.peering
    yield f"# ExpressRoute Microsoft peering: validation of {len(result.assessments)} prefixes of {asplain(peering.peer_asn)}"
    yield ""
    yield f"* Service key: {markdown(peering.service_key) if peering.service_key else '________'}"
    yield f"* Organisation: {markdown(peering.organisation) if peering.organisation else '________'}"
    yield f"* Contact: {markdown(peering.contact) if peering.contact else '________'}"
    yield f"* Cloud: {peering.cloud}; peer ASN {asplain(peering.peer_asn)}; VLAN id {peering.vlan_id or 'not given'}"
    for block, inside in result.blocks():
        customer = asplain(block.customer_asn) if block.customer_asn else "none"
        yield f"* {block.family}: {len(inside)} prefixes, customer ASN {customer}, routing registry {block.registry or 'not named'}"
    yield ""
    yield "## What we ask"
    yield ""
    yield "Please set the state of these advertised prefixes to Configured. What the public registries say of each stands below."
    for one in result.assessments:
        yield ""
        yield f"### {one.claim.prefix}"
        yield ""
        yield from _says(one)
    yield ""
    yield "## What is attached"
    yield ""
    yield "The bundle with every registry answer as received, its digests (MANIFEST.sha256), and the letter of the address holder where"
    yield "the space is registered to somebody else."
    yield ""
    yield f"Collected at {utc(result.decided_at)}: {answer(result)} ({counts(result)})."


def _says(one: Assessment) -> Iterator[str]:
    """Say in three lines what the registries say of a prefix."""
    holder, fact = one.holder.direct_holder, one.registration
    yield f"* registration: {fact.status} at {fact.registry or 'no single registry'}, holder {markdown(holder) if holder else 'not known'}"
    objects = [f"{route.source} {route.prefix} {asplain(route.origin)}" for route in one.irr.objects[:3]]
    vrps = [str(vrp) for vrp in (one.rpki.covering[:3] if one.rpki else ())]
    yield f"* route objects: {one.irr.match} ({markdown(', '.join(objects)) or 'none'}); ROAs: {markdown(', '.join(vrps)) or 'none known'}"
    yield f"* expected: {one.verdict.outcome}; {markdown(explain(one))}"


def _letter(result: Result) -> Iterator[str]:
    """Draft a Letter of Authorization for each holder that is not the user; blanks are marked."""
    groups: dict[str, list[Assessment]] = {}
    for one in result.assessments:
        if one.verdict.outcome != "configured":
            groups.setdefault(one.holder.direct_holder or "", []).append(one)
    yield "# Letter of Authorization (draft)"
    if not groups:
        yield ""
        yield "No letter is needed: every prefix is expected to be validated automatically."
    for holder, inside in groups.items():
        yield ""
        yield "To: Microsoft Corporation, ExpressRoute. Date: ________"
        yield ""
        name = markdown(holder) if holder else "________ (the holder that the regional registry names)"
        organisation = markdown(result.peering.organisation) if result.peering.organisation else "________"
        yield f"{name} is the registered holder of the address space below and authorises {organisation}"
        yield "to announce it to Microsoft over ExpressRoute with the AS number named beside it."
        yield ""
        yield "| prefix | origin | registry |"
        yield "|---|---|---|"
        for one in inside:
            asn = one.claim.customer_asn or one.claim.peer_asn
            yield f"| {one.claim.prefix} | {asplain(asn)} | {visible(one.registration.registry or '________')} |"
        yield ""
        yield "Name, position, signature of the holder's officer: ________"
