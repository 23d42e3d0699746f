"""The papers of a bundle: the report, the ticket and the letter's draft. Pure.

Rule: they say what the result says, and nothing that a reader could not check in the documents beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.explain import explain
from bgpcheck.model import asplain
from bgpcheck.policy import Outcome
from bgpcheck.remedy import remedies
from bgpcheck.render.clean import markdown
from bgpcheck.render.report import Told, report
from bgpcheck.render.words import answer, counts, plural, urgent_first
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bgpcheck.assess import Assessment
    from bgpcheck.evidence.document import Document
    from bgpcheck.peering import Peering
    from bgpcheck.result import Result
    from bgpcheck.sources.base import Gap, Request

BLANK = "________"
ASKED = {
    True: "Please validate by hand the prefixes that are marked manual-validation below, and set their state to Configured.",
    False: "Nothing yet: no prefix is expected to need Microsoft. Should Azure answer otherwise, this is what the registries say.",
}


def members(result: Result, replies: Mapping[Request, tuple[Document, ...] | Gap], others: tuple[Document, ...] = ()) -> dict[str, bytes]:
    """Give the papers by member name; ``others``: recorded events, tables and the like that the user put in."""
    papers = {
        "report.html": report(Told(result, replies, others)),
        "ticket.md": "\n".join(_ticket(result)) + "\n",
        "loa-draft.md": "\n".join(_letter(result)) + "\n",
    }
    return {name: text.encode("utf-8", "backslashreplace") for name, text in papers.items()}


def _or_blank(text: str) -> str:
    """Give a text of the user's or a registry's, or a line to write it on."""
    return markdown(text) or BLANK


def _ticket(result: Result) -> Iterator[str]:
    """Write the text of a support ticket (TKT-1, TKT-2)."""
    peering, prefixes = result.peering, plural(len(result.assessments), "prefix", "prefixes")
    yield f"# ExpressRoute Microsoft peering: validation of {prefixes} of {asplain(peering.peer_asn)}"
    yield ""
    yield from _particulars(peering)
    for block, inside in result.blocks():
        customer = asplain(block.customer_asn) if block.customer_asn else "none"
        listed = plural(len(inside), "prefix", "prefixes")
        yield f"* {block.family}: {listed}, customer ASN {customer}, routing registry {block.registry or 'not named'}"
    yield ""
    yield "## What we ask"
    yield ""
    yield ASKED[any(one.verdict.outcome is Outcome.MANUAL_VALIDATION for one in result.assessments)]
    yield ""
    yield "## What the registries say"
    for one in urgent_first(result.assessments):
        yield from ("", f"### {one.claim.prefix}: {one.verdict.outcome}", "", *_says(one))
    yield ""
    yield "## What is attached"
    yield ""
    yield "The bundle with every registry answer as received and its digests (MANIFEST.sha256); and, where the space is registered"
    yield "to somebody else, the letter of its holder."
    yield ""
    yield f"Collected at {utc(result.decided_at)}. {counts(result)}. In short: {answer(result, markdown)}."


def _particulars(peering: Peering) -> Iterator[str]:
    """Say who asks, for which circuit."""
    yield f"* Service key: {_or_blank(peering.service_key)}"
    yield f"* Organisation: {_or_blank(peering.organisation)}"
    yield f"* Contact: {_or_blank(peering.contact)}"
    yield f"* Cloud: {peering.cloud}; peer ASN {asplain(peering.peer_asn)}; VLAN id {peering.vlan_id or 'not given'}"


def _says(one: Assessment) -> Iterator[str]:
    """Say in three lines what the registries say of a prefix, in one more what was submitted for it, and in the last what follows."""
    holder, fact = one.holder.direct_holder, one.registration
    yield f"* registration: {fact.status} at {fact.registry or 'no single registry'}, holder {markdown(holder or '') or 'not known'}"
    objects = [f"{route.source} {route.prefix} {asplain(route.origin)}" for route in one.irr.objects[:3]]
    yield f"* route objects: {one.irr.match}; {markdown(', '.join(objects)) or 'none known'}"
    vrps = [str(vrp) for vrp in (one.rpki.covering[:3] if one.rpki else ())]
    yield f"* ROAs: {one.rpki.state if one.rpki else 'unknown'}; {markdown(', '.join(vrps)) or 'none known'}"
    if one.signature:
        why = "; ".join(fault.message for fault in one.signature.why)
        yield f"* signature: {one.signature.value}; {markdown(why) or 'nothing to mend'}"
    yield f"* so: {markdown(explain(one))}"


def _needs_letter(one: Assessment) -> bool:
    """Tell whether a letter can help: the space is somebody else's, or nobody knows whose (TKT-1)."""
    if any(step.kind == "obtain-loa" for step in remedies(one)):
        return True
    return one.verdict.outcome is Outcome.MANUAL_VALIDATION and one.holder.match not in {"same", "similar"}


def _letter(result: Result) -> Iterator[str]:
    """Draft a Letter of Authorization for each holder that is not the user; blanks are marked."""
    groups: dict[str, list[Assessment]] = {}
    for one in result.assessments:
        if _needs_letter(one):
            groups.setdefault(one.holder.direct_holder or "", []).append(one)
    yield "# Letter of Authorization (draft)"
    if not groups:
        yield ""
        yield "No letter is needed, as far as the registries tell: no prefix waits for the word of another holder."
    for holder, inside in groups.items():
        name = markdown(holder) or f"{BLANK} (the holder that the regional registry names)"
        yield ""
        yield f"To: Microsoft Corporation, ExpressRoute. Date: {BLANK}"
        yield ""
        yield f"{name} is the registered holder of the address space below and authorises {_or_blank(result.peering.organisation)}"
        yield "to announce it to Microsoft over ExpressRoute with the AS number named beside it."
        yield ""
        yield "| prefix | origin | registry |"
        yield "|---|---|---|"
        for one in inside:
            asn = one.claim.customer_asn or one.claim.peer_asn
            yield f"| {one.claim.prefix} | {asplain(asn)} | {_or_blank(one.registration.registry or '')} |"
        yield ""
        yield f"Name, position, signature of the holder's officer: {BLANK}"
