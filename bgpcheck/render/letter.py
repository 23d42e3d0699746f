"""The Letter of Authorization, drafted for each holder whose word is needed (TKT-1). Pure.

Rule: it is filled with what the registries say, and with nothing else: no person, no address, no claim; the rest is left blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.facts.asn import AsnKind
from bgpcheck.model import asplain
from bgpcheck.policy import Outcome
from bgpcheck.remedy import remedies
from bgpcheck.render.appeal import Ask, ask
from bgpcheck.render.clean import prose
from bgpcheck.render.contrary import contrary, is_rpki_invalid
from bgpcheck.render.holding import holding, is_own, tie
from bgpcheck.render.relation import Relation, asn_holders, to_asn, to_space
from bgpcheck.render.template import BLANKS, Field, Kind, blank
from bgpcheck.render.words import named
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.peering import Peering
    from bgpcheck.render.template import Template
    from bgpcheck.result import Result

KIND = Kind(
    "letter",
    "loa-draft.md",
    {
        "holder": Field("the holder of the direct allocation, as the registry names it, or a blank"),
        "holder_handle": Field("the holder's handle at the registry, or a blank"),
        "registry": Field("the regional registry of the address space, or a blank"),
        "organisation": Field("who is authorised: organisation.name of the preflight file, or a blank"),
        "service_key": Field("the circuit's service key, or a blank"),
        "peer_asn": Field("the peer ASN, such as AS3333"),
        "prefixes_table": Field("prefix, AS number, registered range, its handle, status and date", block=True),
        "scope": Field("which AS number originates what, and what stands where it is private (ASN-4)", block=True),
        "decided_at": Field("when the registries' answers were judged, UTC"),
        "check": Field("what stands in the way and what the documents do not show, to be cleared up before anybody signs", block=True),
        BLANKS: Field("every blank that this letter has, as a list", block=True),
    },
)
NONE = """\
# This is no letter: no Letter of Authorization is needed

Do not attach this file. No letter is drafted, for the registries' answers give no occasion for one:

"""
OPEN = """\
# This is no letter: no Letter of Authorization is drafted yet

Do not attach this file. Whether a letter is needed is not known of every prefix:

"""
UNTOLD = "whether it is the requesting organisation is not said: give organisation.name in the preflight file as it is registered"


def needs_letter(one: Assessment, organisation: str) -> bool:
    """Tell whether a letter can help: the space is somebody else's, or nobody knows whose (TKT-1).

    The user's own word is no letter: where the holder is called as his organisation, and no registry names another one for the AS
    number, the registration itself is the proof. Where it is called otherwise, that prefix and AS number have one holder proves
    nothing of the user.
    """
    if not one.claim.listed:
        return False
    if is_own(one, organisation) and one.holder.match != "different":
        return False
    if any(step.kind == "obtain-loa" for step in remedies(one)):
        return True
    return ask(one) is Ask.BY_HAND and (one.holder.match not in {"same", "similar"} or to_space(one, organisation) is Relation.OTHER)


def holders(result: Result) -> list[tuple[Assessment, ...]]:
    """Give the prefixes that need a letter, those of one holder together."""
    found: dict[tuple[str, str], list[Assessment]] = {}
    for one in result.assessments:
        if needs_letter(one, result.peering.organisation):
            found.setdefault(holding(one).who, []).append(one)
    return [tuple(inside) for inside in found.values()]


def letters(result: Result, template: Template) -> str:
    """Write a letter for each holder, or say why there is none."""
    written = [template.fill(_values(result, inside)) for inside in holders(result)]
    return "\n".join(written) if written else "\n".join(_why_none(result)) + "\n"


def _values(result: Result, inside: Sequence[Assessment]) -> Mapping[str, str]:
    """Give what stands for each field in the letter of one holder."""
    held, peering, notes = holding(inside[0]), result.peering, list(_check(result, inside))
    return {
        "holder": (held.reaches and prose(held.name or held.handle)) or blank("name of the holder of the direct allocation"),
        "holder_handle": (held.reaches and prose(held.handle)) or blank("handle of the holder at the registry"),
        "registry": prose(held.registry) or blank("regional registry of the address space"),
        "organisation": prose(peering.organisation) or blank("organisation that is authorised"),
        "service_key": prose(peering.service_key) or blank("service key of the circuit"),
        "peer_asn": asplain(peering.peer_asn),
        "prefixes_table": "\n".join(_table(inside)),
        "scope": "\n".join(_scope(inside, peering)),
        "decided_at": utc(result.decided_at),
        "check": "\n".join(("To be cleared up before anybody signs:", "", *notes)) if notes else "",
    }


def _table(inside: Sequence[Assessment]) -> Iterator[str]:
    """Write the prefixes with what is registered."""
    yield "| prefix | origin AS number | registered range | status | date in the registry's statistics |"
    yield "|---|---|---|---|---|"
    for one in inside:
        held = holding(one)
        span = f"{held.span}{f' ({prose(held.network)})' if held.network else ''}" if held.span else "not shown"
        yield f"| {one.claim.prefix} | {_origin(one)} | {span} | {prose(held.status)} | {held.day or 'not shown'} |"


def _is_private(one: Assessment, asn: int) -> bool:
    """Tell whether an AS number is private, so that no registry ties anything to it."""
    return one.asns[asn] is AsnKind.PRIVATE


def _authorised(one: Assessment) -> int:
    """Give the AS number that the holder authorises."""
    return one.claim.customer_asn or one.claim.peer_asn


def _origin(one: Assessment) -> str:
    """Name the AS number that the holder authorises: the customer's where set (ASN-5); a private one can't be anybody's."""
    asn = _authorised(one)
    return f"{asplain(asn)} (private)" if _is_private(one, asn) else asplain(asn)


def _scope(inside: Sequence[Assessment], peering: Peering) -> Iterator[str]:
    """Say from which AS numbers it is advertised."""
    one = inside[0]
    customers = sorted({each.claim.customer_asn for each in inside} - {0, peering.peer_asn})
    yield f"* Peer AS number of the BGP sessions with Microsoft: {asplain(peering.peer_asn)}"
    if customers:
        yield f"* Customer AS number, under which the prefixes are registered: {', '.join(map(asplain, customers))}"
    if not _is_private(one, peering.peer_asn):
        return
    if all(each.claim.customer_asn for each in inside):
        yield f"* {asplain(peering.peer_asn)} is private: no registry can assign it, so this letter authorises the customer AS number."
    else:
        yield (
            f"* {asplain(peering.peer_asn)} is private and no customer AS number is set: no registry can tie a prefix to it. This letter"
            f" authorises {prose(peering.organisation) or 'the organisation named above'}, in whose network the number is used."
        )


def _check(result: Result, inside: Sequence[Assessment]) -> Iterator[str]:
    """Say what stands in the way, and what the documents do not show."""
    for one in result.blockers:
        yield f"* Microsoft would refuse or drop the peering as it is ({one.rule}): {prose(one.message)}."
    helds = {(held.name, held.handle, held.reaches, held.stands_for): held for held in map(holding, inside)}
    for held in helds.values():
        if held.stands_for:
            yield f"* The registry names {prose(held.stands_for)}, which stands for many holders: find out who holds the space."
        elif not held.known:
            yield "* No answer at hand names the holder: ask the regional registry before anybody signs."
        elif not held.reaches:
            yield (
                f"* Who holds the direct allocation: the highest registration at hand is that of {prose(held.name or held.handle)}. Ask"
                " the regional registry."
            )
    yield from _asn_notes(inside, result.peering.organisation)
    yield from _contrary_notes(inside)
    if any(one.registration.legacy_inferred for one in inside):
        yield "* That the space is legacy space is inferred from the date in ARIN's statistics."


def _asn_notes(inside: Sequence[Assessment], organisation: str) -> Iterator[str]:
    """Say whose the authorised AS numbers are, where that is not, or not known to be, who is authorised."""
    who, seen = prose(organisation), set()
    for one in inside:
        asn = _authorised(one)
        names = asn_holders(one, asn)
        if asn in seen or not names or to_asn(one, asn, organisation) is Relation.OWN:
            continue
        seen.add(asn)
        if who:
            yield (
                f"* {asplain(asn)} is registered to {prose(names[0])}, and {who} is authorised here: the AS number's holder has to agree"
                " that it is used so, or the letter has to say how the two relate."
            )
        else:
            yield f"* {asplain(asn)} is registered to {prose(names[0])}: unless that is who is authorised, it has to agree as well."


def _contrary_notes(inside: Sequence[Assessment]) -> Iterator[str]:
    """Say what the holder has registered for other AS numbers, prefixes with the same records together."""
    found: dict[tuple[str, str, bool], list[Assessment]] = {}
    for one in inside:
        if words := contrary(one):
            invalid = is_rpki_invalid(one) and not _is_private(one, _authorised(one))
            found.setdefault((words, _origin(one), invalid), []).append(one)
    for (words, origin, invalid), those in found.items():
        until = f" Until there is a ROA for {origin} too, announcing it from there is RPKI-invalid." if invalid else ""
        yield f"* {named(those)}: what is registered names another AS number than {origin}: {words}.{until}"


def _why_none(result: Result) -> Iterator[str]:
    """Say why no letter is needed, prefixes with the same reason together."""
    if result.peering.nothing_validated:
        yield f"{NONE}* The circuit has no Microsoft peering, so no prefix is validated."
        return
    reasons: dict[str, list[Assessment]] = {}
    for one in result.assessments:
        reasons.setdefault(_no_letter(one, result.peering.organisation), []).append(one)
    is_open = any(_is_open(one, result.peering.organisation) for one in result.assessments)
    lines = [f"* {named(inside)}: {why}." for why, inside in reasons.items()]
    yield (OPEN if is_open else NONE) + "\n".join(lines or ["* No prefix is listed."])


def _is_open(one: Assessment, organisation: str) -> bool:
    """Tell whether nobody knows yet if a letter is needed: no verdict, or nobody says who asks."""
    unsaid = ask(one) is Ask.BY_HAND and not is_own(one, organisation)
    return one.claim.listed and (unsaid or one.verdict.outcome is Outcome.UNDETERMINED)


def _no_letter(one: Assessment, organisation: str) -> str:
    """Say why one prefix needs none."""
    if not one.claim.listed:
        return "announced, but not in the list"
    if one.verdict.reason == "azure-updating":
        return "Azure has no settled answer yet"
    if ask(one) is Ask.LOOK_AGAIN:
        return "the registries tie prefix and AS number together without anybody's letter"
    if ask(one) is Ask.BY_HAND:
        if is_own(one, organisation):
            who = prose(holding(one).name)
            return f"registered to {who}, which is what the requesting organisation calls itself: the registration is the proof"
        return f"{tie(one)}; this proves nothing of anybody else, and {UNTOLD}"
    is_others = one.verdict.outcome is Outcome.CONFIGURED and to_space(one, organisation) is Relation.OTHER
    leave = f"; that {prose(holding(one).name)} lets {prose(organisation)} use it, no document here shows" if is_others else ""
    return {
        Outcome.CONFIGURED: f"Azure is expected to accept it by what is registered, without a letter{leave}",
        Outcome.VALIDATION_NEEDED: "what is missing can be put right at a registry or in the list, without a letter to Microsoft",
        Outcome.UNDETERMINED: "a source that could decide gave no answer",
    }[one.verdict.outcome]
