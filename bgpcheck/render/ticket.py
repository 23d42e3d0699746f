"""The text of a support ticket (TKT-1, TKT-2): what is asked, for which prefixes, and why. Pure.

Rule: it says what the result says, and nothing that a reader could not check in the documents beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.circuit.standing import PREFIX_STATE
from bgpcheck.facts.asn import AsnKind
from bgpcheck.model import asplain
from bgpcheck.render import letter
from bgpcheck.render.appeal import OF_MICROSOFT, Ask, groups, listed
from bgpcheck.render.asking import asked, is_stopped
from bgpcheck.render.attached import attached
from bgpcheck.render.cited import Papertrail
from bgpcheck.render.clean import address, prose
from bgpcheck.render.said import WANTED, says
from bgpcheck.render.template import BLANKS, Field, Kind, blank
from bgpcheck.render.ticket_circuit import circuit_lines
from bgpcheck.render.words import by_verdict, is_assumed, named, plural
from bgpcheck.shape import utc
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.render.appeal import Group
    from bgpcheck.render.template import Template
    from bgpcheck.result import Result
    from bgpcheck.sources.base import Reply, Request

KIND = Kind(
    "ticket",
    "ticket.md",
    {
        "subject": Field("one line for the title of the request"),
        "circuit": Field("circuit, service key, who asks, peering, AS numbers and their holders, the lists", block=True),
        "asked": Field("what is asked of Microsoft, and what is not", block=True),
        "prefixes_table": Field("prefixes, AS number, state wanted, state today, what the registries let expect", block=True),
        "decided": Field("when, by what and from what it was decided"),
        "what_registries_say": Field("registration, route objects and ROAs of the prefixes that something is asked for", block=True),
        "attached": Field("members of the bundle, with what each proves, and what the numbers in brackets are", block=True),
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
MOST_STALE = 3  # documents named
ACTS = {
    Ask.BY_HAND: "Microsoft",
    Ask.LOOK_AGAIN: "Microsoft",
    Ask.OURS: "we",
    Ask.OPEN: "we",
    Ask.UPDATING: "nobody yet",
    Ask.NOTHING: "nobody",
}


def ticket(
    result: Result,
    replies: Mapping[Request, Reply],
    template: Template,
) -> str:
    """Write the ticket."""
    several, trail, peering = groups(result), Papertrail(replies), result.peering  # the trail counts its sources as the values name them
    circuit = peering.circuit
    return template.fill(
        {
            "subject": _subject(result, several),
            "circuit": "\n".join(circuit_lines(result, trail)),
            "asked": "\n".join(asked(result, several)),
            "prefixes_table": "\n".join(_table(several)),
            "decided": _decided(result),
            "what_registries_say": "\n\n".join(_said(result, several, trail)),
            "attached": "\n".join(attached(result, letter.holders(result), trail.sources)),
            "circuit_name": prose(circuit.name) if circuit else "",
            "circuit_id": prose(circuit.id) if circuit else "",
            "peering_location": prose(circuit.location) if circuit else "",
            "service_key": prose(peering.service_key) or blank("service key of the circuit"),
            "organisation": prose(peering.organisation) or blank("your organisation"),
            "contact": address(peering.contact) or blank("your contact"),
            "cloud": peering.cloud,
            "peer_asn": asplain(peering.peer_asn),
            "vlan_id": str(peering.vlan_id or "not given"),
            "decided_at": utc(result.decided_at),
        }
    )


def _subject(result: Result, several: Sequence[Group]) -> str:
    """Title the request by what is asked."""
    total = len(listed(result))
    of = plural(total, "prefix", "prefixes")
    if result.peering.nothing_validated:
        return "Not to be sent: ExpressRoute circuit without Microsoft peering: nothing asked"
    kinds = () if is_stopped(result) else OF_MICROSOFT
    counted = {kind: sum(len(group.inside) for group in several if group.ask is kind) for kind in kinds}
    words = {Ask.BY_HAND: "manual validation of", Ask.LOOK_AGAIN: "another look at"}
    wishes = [f"{words[kind]} {of if count == total else f'{count} of {of}'}" for kind, count in counted.items() if count]
    about = f"ExpressRoute Microsoft peering of {asplain(result.peering.peer_asn)}"
    return f"{about}: {' and '.join(wishes)}" if wishes else f"Not to be sent yet: {about}: {of}, nothing asked yet"


def _decided(result: Result) -> str:
    """Say when and by what it was decided, and that Azure's answer is only expected."""
    mine = listed(result)
    planned = " Planned objects are judged as if they were there; they are marked, and stand in no registry." if is_assumed(result) else ""
    return (
        f"As of {utc(result.decided_at)}, read by bgpcheck {__version__} under the policy {prose(result.policy.name)}:"
        f" {plural(len(mine), 'prefix', 'prefixes')}{f': {by_verdict(mine)}' if mine else ''}."
        f" What is expected of Azure is a prediction from these answers.{planned}{_stale(result)}"
    )


def _stale(result: Result) -> str:
    """Say which data is older than its limit (DATA-1)."""
    old = [one.message for one in result.findings if one.rule == "DATA-1"]
    more = f"; and {len(old) - MOST_STALE} more (report.html)" if len(old) > MOST_STALE else ""
    return f" STALE: {'; '.join(map(prose, old[:MOST_STALE]))}{more}." if old else ""


def _said(result: Result, several: Sequence[Group], trail: Papertrail) -> Iterator[str]:
    """Tell the groups that something is asked for; where nothing is asked, all of them."""
    about = [] if is_stopped(result) else [group for group in several if group.ask in OF_MICROSOFT]
    for group in about or several:
        yield "\n".join((_heading(group), "", *says(group, trail)))
    if about and len(about) < len(several):
        yield "Of the other prefixes nothing is asked; report.html tells what is registered for them."


def _heading(group: Group) -> str:
    """Head what is said of a group."""
    one = group.like
    what = str(one.claim.prefix) if len(group.inside) == 1 else plural(len(group.inside), "prefix", "prefixes")
    return f"### Group {group.number}: {what}, expected {_expected(group)}"


def _expected(group: Group) -> str:
    """Say what the registries' answers let expect, in Azure's words."""
    return PREFIX_STATE[group.like.prediction.outcome] or "no verdict"


def _table(several: Sequence[Group]) -> Iterator[str]:
    """Write the prefixes with the state wanted; where Azure's own state is known, beside it."""
    azure = any(one.claim.actual for group in several for one in group.inside)
    state = ("state in Azure",) if azure else ()
    heads = ("group", "prefixes", "AS number", "state wanted", *state, "expected from the registries", "who acts")
    if not several:
        yield "No prefix is judged."
        return
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"
    rows: dict[object, list[Group]] = {}
    for group in several:  # of what nobody acts on, one row
        claim = group.like.claim
        alike = (claim.asns, claim.actual, _expected(group)) if group.ask is Ask.NOTHING else group.number
        rows.setdefault(alike, []).append(group)
    for those in rows.values():
        one, inside = those[0].like, [each for group in those for each in group.inside]
        actual = (prose(one.claim.actual or "not known"),) if azure else ()
        numbers = ", ".join(str(group.number) for group in those)
        yield f"| {' | '.join((numbers, named(inside), _origins(one), WANTED, *actual, _expected(those[0]), ACTS[those[0].ask]))} |"


def _origins(one: Assessment) -> str:
    """Name the AS number that the prefix is to be registered under, and the peer's beside it (ASN-5)."""
    claim = one.claim
    private = " (private)" if one.asns[claim.peer_asn] is AsnKind.PRIVATE else ""
    beside = claim.customer_asn and claim.customer_asn != claim.peer_asn
    return f"{asplain(claim.customer_asn)}, peer {asplain(claim.peer_asn)}{private}" if beside else f"{asplain(claim.peer_asn)}{private}"
