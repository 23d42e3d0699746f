"""The text of a support ticket (TKT-1, TKT-2): what is asked, for which prefixes, and why. Pure.

Rule: it says what the result says, and nothing that a reader could not check in the documents beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.circuit.standing import PREFIX_STATE
from bgpcheck.differences import difference
from bgpcheck.model import asplain
from bgpcheck.remedy import remedies
from bgpcheck.render import letter
from bgpcheck.render.appeal import OF_MICROSOFT, Ask, agrees_since, asked_of_microsoft, groups
from bgpcheck.render.attached import attached
from bgpcheck.render.cited import Papertrail
from bgpcheck.render.clean import markdown
from bgpcheck.render.said import about_asn, says
from bgpcheck.render.template import BLANKS, Field, Kind, blank
from bgpcheck.render.words import counts, named, plural
from bgpcheck.result import deciding_sources
from bgpcheck.rules.catalogue import CATALOGUE
from bgpcheck.shape import utc
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from bgpcheck.evidence.document import Document
    from bgpcheck.render.appeal import Group
    from bgpcheck.render.template import Template
    from bgpcheck.result import Result
    from bgpcheck.sources.base import Gap, Request

KIND = Kind(
    "ticket",
    "ticket.md",
    {
        "subject": Field("one line for the title of the request"),
        "circuit": Field("circuit, service key, who asks, peering, AS numbers and their holders, the lists", block=True),
        "asked": Field("what is asked of Microsoft, and what is not", block=True),
        "prefixes_table": Field("prefixes, AS number, state wanted, state today, what the registries let expect", block=True),
        "decided": Field("when, by what and from what it was decided"),
        "what_registries_say": Field("three lines for each prefix, or for prefixes that say the same: registration, route objects, ROAs", block=True),
        "attached": Field("members of the bundle, with what each proves", block=True),
        "circuit_name": Field("the circuit's name, or empty"),
        "circuit_id": Field("the circuit's resource id, or empty"),
        "peering_location": Field("the circuit's peering location, or empty"),
        "service_key": Field("the circuit's service key, or a blank"),
        "organisation": Field("organisation.name of the preflight file, or a blank"),
        "contact": Field("organisation.contact of the preflight file, or a blank"),
        "cloud": Field("public, usgov or china"),
        "peer_asn": Field("the peer ASN, such as AS3333"),
        "vlan_id": Field("the VLAN id, or not given"),
        "decided_at": Field("when the registries' answers were judged, UTC"),
        BLANKS: Field("every blank that the ticket has, as a list; nothing where it has none", block=True),
    },
)
MOST_NAMED_STEPS = 3


def ticket(
    result: Result,
    replies: Mapping[Request, tuple[Document, ...] | Gap],
    template: Template,
    beside: Collection[str] = (),
) -> str:
    """Write the ticket; ``beside``: names of further members of the bundle, such as a signature."""
    several, trail, peering = groups(result), Papertrail(replies), result.peering
    circuit = peering.circuit
    return template.fill(
        {
            "subject": _subject(result, several),
            "circuit": "\n".join(_circuit(result)),
            "asked": "\n".join(_asked(result, several)),
            "prefixes_table": "\n".join(_table(several)),
            "decided": _decided(result),
            "what_registries_say": "\n\n".join("\n".join((_heading(group), "", *says(group, trail))) for group in several),
            "attached": "\n".join(attached(result, letter.holders(result), beside)),
            "circuit_name": markdown(circuit.name) if circuit else "",
            "circuit_id": markdown(circuit.id) if circuit else "",
            "peering_location": markdown(circuit.location) if circuit else "",
            "service_key": markdown(peering.service_key) or blank("service key of the circuit"),
            "organisation": markdown(peering.organisation) or blank("your organisation"),
            "contact": markdown(peering.contact) or blank("your contact"),
            "cloud": peering.cloud,
            "peer_asn": asplain(peering.peer_asn),
            "vlan_id": str(peering.vlan_id or "not given"),
            "decided_at": utc(result.decided_at),
        }
    )


def _subject(result: Result, several: Sequence[Group]) -> str:
    """Title the request by what is asked."""
    total = len(result.assessments)
    of = plural(total, "prefix", "prefixes")
    counted = {kind: sum(len(group.inside) for group in several if group.ask is kind) for kind in OF_MICROSOFT}
    words = {Ask.BY_HAND: "manual validation", Ask.LOOK_AGAIN: "another look"}
    asked = [f"{words[kind]} of {of if count == total else f'{count} of {of}'}" for kind, count in counted.items() if count]
    return f"ExpressRoute Microsoft peering of {asplain(result.peering.peer_asn)}: {' and '.join(asked) or f'{of}, nothing asked yet'}"


# ── the circuit ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _circuit(result: Result) -> Iterator[str]:
    """Say which circuit, who asks, and what the peering is (TKT-2: the service key identifies it)."""
    peering, circuit = result.peering, result.peering.circuit
    if circuit:
        parts = {"": circuit.name, "resource id ": circuit.id, "peering location ": circuit.location, "provider ": circuit.provider}
        yield f"* Circuit: {'; '.join(f'{head}{markdown(text)}' for head, text in parts.items() if text) or 'not named'}"
    yield f"* Service key: {markdown(peering.service_key) or blank('service key of the circuit')}"
    yield f"* Organisation: {markdown(peering.organisation) or blank('your organisation')}"
    yield f"* Contact: {markdown(peering.contact) or blank('your contact')}"
    yield f"* Peering: Microsoft peering with AS12076, cloud {peering.cloud}, VLAN id {peering.vlan_id or 'not given'}"
    for asn in dict.fromkeys((peering.peer_asn, *(block.customer_asn for block, _ in result.blocks()))):
        like = next((one for one in result.assessments if asn in one.claim.asns), None)
        if like:
            yield f"* {'Peer' if asn == peering.peer_asn else 'Customer'} AS number {about_asn(like, asn)}"
    yield from _lists(result)
    yield from (f"* {markdown(one.message)}" for one in result.findings if one.rule == "REG-3")


def _lists(result: Result) -> Iterator[str]:
    """Say what each address family's list is, and what Azure says of it as a whole."""
    for block, inside in result.blocks():
        listed = plural(sum(one.claim.listed for one in inside), "prefix", "prefixes")
        customer = asplain(block.customer_asn) if block.customer_asn else "none"
        links = f", links {' and '.join(str(link.prefix) for _, link in block.links)}" if block.links else ""
        actual = result.peering.standing(block).actual
        today = f"; Azure's state of the list: {markdown(actual)}" if actual else ""
        yield f"* {block.family}: {listed}, customer ASN {customer}, routing registry {block.registry or 'not named'}{links}{today}"
    if result.peering.circuit_from:
        yield f"* What Azure says is as in {markdown(result.peering.circuit_from)}"


def _decided(result: Result) -> str:
    """Say when and by what it was decided, and that Azure's answer is only expected."""
    return (
        f"As of {utc(result.decided_at)}, read by bgpcheck {__version__} under the policy {markdown(result.policy.name)}:"
        f" {counts(result)}. What is expected of Azure is a prediction from these answers; documents are named by the first digits of"
        " their SHA-256, which is their name in the bundle's folder documents/."
    )


# ── prefixes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _name(group: Group) -> str:
    """Name the prefixes of a group in a sentence."""
    return f"{named(group.inside)} (group {group.number})"


def _heading(group: Group) -> str:
    """Head what is said of a group."""
    one = group.like
    what = str(one.claim.prefix) if len(group.inside) == 1 else plural(len(group.inside), "prefix", "prefixes")
    return f"### Group {group.number}: {what}, {_expected(group)}"


def _expected(group: Group) -> str:
    """Say what the registries let expect, in Azure's words where there is one."""
    outcome = group.like.prediction.outcome
    return f"{outcome} ({PREFIX_STATE[outcome]})" if PREFIX_STATE[outcome] else f"{outcome} (nothing is claimed)"


def _table(several: Sequence[Group]) -> Iterator[str]:
    """Write the prefixes with the state wanted; where Azure's own state is known, beside it."""
    azure = any(one.claim.actual for group in several for one in group.inside)
    heads = ("group", "prefixes", "AS number", "state wanted", *(("state in Azure",) if azure else ()), "expected by the registries", "who acts")
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    for group in several:
        one = group.like
        wanted = "Configured" if one.claim.listed else "none: announced, not listed"
        actual = (markdown(one.claim.actual or "not known"),) if azure else ()
        asns = " or ".join(map(asplain, one.claim.asns))
        yield f"| {' | '.join((str(group.number), named(group.inside), asns, wanted, *actual, _expected(group), ACTS[group.ask]))} |"


ACTS = {
    Ask.BY_HAND: "Microsoft",
    Ask.LOOK_AGAIN: "Microsoft",
    Ask.OURS: "we",
    Ask.OPEN: "we",
    Ask.UPDATING: "nobody yet",
    Ask.NOTHING: "nobody",
}


# ── what is asked ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _asked(result: Result, several: Sequence[Group]) -> Iterator[str]:
    """Say what is asked, then what is not."""
    yield from _stops(result)
    if not asked_of_microsoft(several):
        yield f"* {_nothing(result)}"
    for group in several:
        if words := ASKING.get(group.ask):
            yield f"* {words(result, group)}"


def _stops(result: Result) -> Iterator[str]:
    """Say what has to be mended before a ticket makes sense."""
    for one in result.findings:
        if one.rule == "DATA-8":
            yield f"* NOT TO BE SENT AS IT IS: {markdown(one.message)}, and Microsoft cannot see them there. {markdown(_sentence(one.remedy))}"
    for one in result.blockers:
        yield f"* NOT TO BE SENT AS IT IS ({one.rule}): {markdown(one.message)}. {markdown(_sentence(one.remedy))}"


def _sentence(text: str) -> str:
    """Make a sentence of a remedy."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _nothing(result: Result) -> str:
    """Say that nothing is asked."""
    if result.peering.nothing_validated:
        return "Nothing: the circuit has no Microsoft peering, so no prefix is validated."
    cloud = " This cloud has been reported to validate every prefix by hand." if result.peering.cloud != "public" else ""  # REG-6
    return f"Nothing, as things stand. Should Azure answer otherwise than is expected below, this is what the registries say.{cloud}"


def _by_hand(_: Result, group: Group) -> str:
    """Ask for manual validation (ST-11)."""
    why = CATALOGUE[group.like.prediction.reason].meaning if group.like.prediction.reason in CATALOGUE else group.like.prediction.reason
    if group.like.prediction.outcome != "manual-validation":
        why = f"Azure's state of it is {group.like.claim.actual}, though by the registries: {why[:1].lower()}{why[1:]}"
    return f"Please validate {_name(group)} by hand and set the state to Configured. {markdown(why.rstrip('.'))}."


def _look_again(_: Result, group: Group) -> str:
    """Ask why Azure has not found what the registries show."""
    one, since = group.like, sorted(filter(None, map(agrees_since, group.inside)))
    when = f" since {markdown(since[-1][:40])}, by the last-modified of the route objects" if since else "; since when, no document shows"
    return (
        f"Please look again at {_name(group)}: Azure says {markdown(one.claim.actual or '')}, though the registries tie"
        f" {'it' if len(group.inside) == 1 else 'each'} to the AS number{when}. Azure is understood to look when a list is submitted"
        f" (inferred); we submitted this list last on {blank('date of the last submission of the list')}. If the state stays, please say"
        " which registry query found no match."
    )


def _ours(_: Result, group: Group) -> str:
    """Say that what is needed is our own work, and which."""
    steps = list(dict.fromkeys(f"{step.kind}{f' ({step.registry})' if step.registry else ''}" for one in group.inside for step in remedies(one)))
    more = " and more" if len(steps) > MOST_NAMED_STEPS else ""
    return f"Not asked: {_name(group)}. Validation is needed, and it is ours to put right: {', '.join(steps[:MOST_NAMED_STEPS])}{more}."


def _open(result: Result, group: Group) -> str:
    """Say who kept silent, and claim nothing."""
    silent = sorted({source for one in group.inside for source in deciding_sources(one, result.gaps)})
    who = f"no answer came from {', '.join(map(markdown, silent))}" if silent else "the sources do not settle it"
    return f"Not asked: {_name(group)}. There is no verdict, for {who}; nothing is claimed of it."


def _updating(_: Result, group: Group) -> str:
    """Say that Azure is at work (ST-12)."""
    return f"Not asked: {_name(group)}. Azure is still working on the last change, or it did not succeed."


ASKING = {Ask.BY_HAND: _by_hand, Ask.LOOK_AGAIN: _look_again, Ask.OURS: _ours, Ask.OPEN: _open, Ask.UPDATING: _updating}
