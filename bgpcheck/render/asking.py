"""What a ticket asks of Microsoft, in sentences, and what it says of the rest. Pure.

Rule: each sentence names the prefixes, why, and the proof; what is not asked is said not to be asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.explain import OWN
from bgpcheck.facts.asn import AsnKind
from bgpcheck.policy import Outcome
from bgpcheck.remedy import remedies
from bgpcheck.render import letter
from bgpcheck.render.appeal import OF_MICROSOFT, Ask, agrees_since, asked_of_microsoft, listed
from bgpcheck.render.clean import prose
from bgpcheck.render.holding import holding, is_own, tie
from bgpcheck.render.said import WANTED, unlookable
from bgpcheck.render.template import blank
from bgpcheck.render.words import capital, is_assumed, named
from bgpcheck.result import deciding_sources
from bgpcheck.rules.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.render.appeal import Group
    from bgpcheck.result import Result
    from bgpcheck.rules.base import Finding
    from bgpcheck.steps import Remedy

STOP = "NOT TO BE SENT AS IT IS"
OF_A_TICKET = ("open-ticket", "obtain-loa")
STEPS = {
    "create-route-object": "create a route object{at}",
    "delete-route-object": "have the stale route object{at} deleted",
    "create-roa": "create a ROA{at}",
    "fix-roa": "correct the ROA{at}",
    "set-customer-asn": "name AS{values} as the customer ASN of the peering, if it is ours",
    "name-registry": "name {values} as the routing registry of the peering",
    "list-registered-block": "list the registered block {values} in its place",
    "list-parts": "list the registered parts {values} in its place",
    "remove-prefix": "take it out of the list",
    "fix-announcement": "announce it from the AS number of the peering",
    "publish-certificate": "publish the certificate of the signing key{at}",
    "sign-again": "sign the validation id again",
    "retry": "submit the list again",
}
MOST_STEPS = 3  # that a sentence names


def asked(result: Result, several: Sequence[Group]) -> Iterator[str]:
    """Say what is asked, then what is not; nothing is asked by what is only planned."""
    if result.peering.nothing_validated:
        yield "* Nothing: the circuit has no Microsoft peering, so no prefix is validated."
        return
    yield from _stops(result)
    if is_assumed(result):
        return
    if not (asked_of_microsoft(several) or result.blockers):
        yield f"* {_nothing(result)}"
    for group in several:
        if words := ASKING.get(group.ask):
            later = "Only when that is mended: " if result.blockers and group.ask in OF_MICROSOFT else ""
            yield f"* {later}{words(result, group)}"


def is_stopped(result: Result) -> bool:
    """Tell whether a ticket makes no sense as things stand."""
    return is_assumed(result) or bool(result.blockers)


def _stops(result: Result) -> Iterator[str]:
    """Say what has to be mended before a ticket makes sense."""
    for one in result.findings:
        if one.rule == "DATA-8":
            yield f"* {STOP}: {prose(one.message)}, where Microsoft cannot see them. {prose(_sentence(one.remedy))}"
    rules: dict[str, list[Finding]] = {}
    for one in result.blockers:
        rules.setdefault(one.rule, []).append(one)
    for rule, found in rules.items():
        told = ". ".join(prose(one.message) for one in found[:MOST_STEPS])
        more = f" (and {len(found) - MOST_STEPS} more, see report.html)" if len(found) > MOST_STEPS else ""
        yield f"* {STOP} ({rule}): {told}{more}. {prose(_sentence(found[0].remedy))}"


def _sentence(text: str) -> str:
    """Make a sentence of a remedy."""
    return f"{capital(text).rstrip('.')}."


def _nothing(result: Result) -> str:
    """Say that nothing is asked."""
    if listed(result) and all(one.claim.actual == WANTED for one in listed(result)):
        return "Nothing: Azure says that every prefix is Configured."
    cloud = " This cloud has been reported to validate every prefix by hand." if result.peering.cloud != "public" else ""  # REG-6
    return f"Nothing, as things stand. Should Azure answer otherwise than is expected below, this is what the registries say.{cloud}"


def _by_hand(result: Result, group: Group) -> str:
    """Ask for manual validation, and name the proof (ST-11, TKT-1)."""
    return f"Please validate {_name(group)} by hand and set the state to {WANTED}. {_why(group.like)} {_proof(result, group)}"


def _why(one: Assessment) -> str:
    """Say why automatic validation does not do."""
    if one.asns[one.claim.peer_asn] is AsnKind.PRIVATE:  # ASN-4
        return unlookable(one)
    if one.prediction.outcome is not Outcome.MANUAL_VALIDATION:
        return f"Azure's state is {prose(one.claim.actual or '')}, which asks for it."
    if one.prediction.reason == "private-asn":
        return unlookable(one)
    return f"{prose(CATALOGUE.get(one.prediction.reason, OWN).meaning.rstrip('.'))}."


def _proof(result: Result, group: Group) -> str:
    """Say what shows that the space is ours to use."""
    organisation, held = result.peering.organisation, holding(group.like)
    if letter.needs_letter(group.like, organisation):
        return "The letter of the holder of the space is named under what is attached."
    if is_own(group.like, organisation):
        return f"The registered holder is {prose(held.name)}, which is our organisation."
    relates = blank(f"how your organisation relates to the holder of {named(group.inside)}, with proof")
    return f"{_sentence(tie(group.like))} How we relate to it: {relates}."


def _look_again(_: Result, group: Group) -> str:
    """Ask why Azure has not found what the registries show."""
    one, since = group.like, [agrees_since(each) for each in group.inside]
    when = f" since {max(since)}, by the last-modified of the route objects" if all(since) else "; since when, no document shows"
    return (
        f"Please look again at {_name(group)}: Azure says {prose(one.claim.actual or '')}, though the registries tie"
        f" {'it' if len(group.inside) == 1 else 'each'} to the AS number{when}. Azure is understood to look when a list is submitted"
        f" (inferred); we submitted this list last on {blank('date of the last submission of the list')}. If the state stays, please say"
        " which registry query found no match."
    )


def _ours(_: Result, group: Group) -> str:
    """Say that what is needed is our own work, and which."""
    found = (step for one in group.inside for step in remedies(one) if step.kind not in OF_A_TICKET)
    steps = list(dict.fromkeys(_step(step) for step in found))
    more = " and more" if len(steps) > MOST_STEPS else ""
    return f"Not asked: {_name(group)}. Validation is needed, and it is ours to put right: {'; '.join(steps[:MOST_STEPS])}{more}."


def _step(step: Remedy) -> str:
    """Name a step in plain words, with what it sets and where."""
    words = STEPS.get(step.kind, step.kind.replace("-", " "))
    return prose(words.format(values=", ".join(step.values), at=f" at {step.registry}" if step.registry else ""))


def _open(result: Result, group: Group) -> str:
    """Say who kept silent, and claim nothing."""
    silent = sorted({source for one in group.inside for source in deciding_sources(one, result.gaps)})
    who = f"no answer came from {', '.join(map(prose, silent))}" if silent else "the sources do not settle it"
    return f"Not asked: {_name(group)}. There is no verdict, for {who}; nothing is claimed of it."


def _updating(_: Result, group: Group) -> str:
    """Say that Azure is at work (ST-12)."""
    return f"Not asked: {_name(group)}. Azure is still working on the last change, or it did not succeed."


ASKING = {Ask.BY_HAND: _by_hand, Ask.LOOK_AGAIN: _look_again, Ask.OURS: _ours, Ask.OPEN: _open, Ask.UPDATING: _updating}


def _name(group: Group) -> str:
    """Name the prefixes of a group in a sentence."""
    return f"{named(group.inside)} (group {group.number})"
