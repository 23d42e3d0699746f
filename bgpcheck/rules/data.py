"""Findings about the data that a verdict rests on: DATA-3 to DATA-8, DATA-10, DATA-11, LIST-4 for a recording, REG-3. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bgpcheck.claim import Claim
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.situation import NOT_ALLOCATED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.case import Case
    from bgpcheck.knowledge import Knowledge
    from bgpcheck.model import Prefix

NOTE_REMEDY = {
    "DATA-3": "see --registry-data in the README for the names that are understood",
    "LIST-4": "look at the router's export",
}


def findings(case: Case, knowledge: Knowledge, assessments: Sequence[Assessment]) -> tuple[Finding, ...]:
    """Give everything to know about the data that is not said of one document."""
    prefixes = {one.claim.prefix for one in assessments}
    return (*noted(case.notes), *_mirrored(knowledge, prefixes), *_assumed(case), *_prefixes(assessments), *_links(case, assessments))


def noted(notes: Iterable[tuple[str, str, str]]) -> Iterator[Finding]:
    """Pass on what reading the input noticed: (rule, subject, text)."""
    for rule, subject, text in notes:
        yield Finding(rule, Severity.NOTE, subject, text, NOTE_REMEDY.get(rule, "look at the file"))


def _mirrored(knowledge: Knowledge, prefixes: Collection[Prefix]) -> Iterator[Finding]:
    """DATA-4: objects that only a mirror showed do not count."""
    for mirror, one in knowledge.mirrored:
        if not any(one.prefix.overlaps(prefix) for prefix in prefixes):
            continue  # a neighbour, kept to show an absence
        message = f"{one.prefix} AS{one.origin} of {one.source} was seen in {mirror}'s data only: not counted"
        yield Finding("DATA-4", Severity.NOTE, str(one.prefix), message, f"ask {one.source} itself")


def _assumed(case: Case) -> Iterator[Finding]:
    """DATA-8: the verdict holds only once the planned objects are there."""
    for name, _ in case.assumed:
        yield Finding(
            "DATA-8", Severity.WARNING, name, f"planned objects of {name} are assumed to be there", "create them, then check again"
        )


def _links(case: Case, assessments: Sequence[Assessment]) -> Iterator[Finding]:
    """REG-3: whose the link subnets are, as far as the registries tell; their silence says nothing."""
    for link in case.peering.public_links():  # none where nothing is listed
        block = next(block for block in case.peering.blocks for _, one in block.links if one.prefix == link)
        one = replace(assessments[0], claim=Claim(link, case.peering.peer_asn, block.customer_asn))
        if one.registration.status in NOT_ALLOCATED:
            message = f"link subnet {link}: the registries say that nobody has this space ({one.registration.status})"
            yield Finding("REG-3", Severity.WARNING, str(link), message, "give a subnet that is registered to you or your provider")
        elif one.holder.match == "different":
            message = f"link subnet {link} is registered to {one.holder.direct_holder}, not to the AS number's holder"
            yield Finding("REG-3", Severity.NOTE, str(link), message, "see that it is your provider's, else give one that is yours")


def _prefixes(assessments: Iterable[Assessment]) -> Iterator[Finding]:
    """DATA-5 to DATA-7, DATA-10, DATA-11: what is particular about the facts of a prefix."""
    for one in assessments:
        subject, fact = str(one.claim.prefix), one.registration
        if fact.mixed and not one.special:
            message = f"parts of {subject} have different registration statuses: {fact.status} counts"
            yield Finding("DATA-5", Severity.WARNING, subject, message, "list the parts apart")
        if one.rpki and one.published_rpki and one.rpki.state != one.published_rpki.state:
            message = (
                f"local exceptions make {subject} {one.rpki.state}, the world sees {one.published_rpki.state}: Microsoft does not see yours"
            )
            yield Finding("DATA-7", Severity.WARNING, subject, message, "check again without the SLURM file")
        if one.anchor_silent and not one.special:
            names = ", ".join(sorted(one.knowledge.silent_anchors & fact.registries))
            message = f"the VRPs hold nothing of the trust anchor of {names}: what ROAs say of {subject} is not known"
            yield Finding("DATA-11", Severity.WARNING, subject, message, "look whether the validator reaches that trust anchor")
        elif len(set(one.rpki_by_export.values())) > 1:
            states = "; ".join(f"{name} gives {state}" for name, state in sorted(one.rpki_by_export.items()))
            message = f"validators do not agree about {subject}: {states}"
            yield Finding(
                "DATA-10", Severity.WARNING, subject, message, "ask again in an hour; one of them is behind, or was told otherwise"
            )
        yield from _lapsed(one)
        if fact.legacy_inferred:
            message = f"{subject} is taken for legacy space: its ARIN row is older than ARIN (inferred)"
            yield Finding("DATA-6", Severity.NOTE, subject, message, "check at ARIN whether an agreement is needed to make route objects")


def _lapsed(one: Assessment) -> Iterator[Finding]:
    """DATA-10: an export that does not agree with itself: VRPs that had expired when it was made. Whether they are there is open."""
    subject = str(one.claim.prefix)
    for vrp in one.lapsed:
        when = f"{datetime.fromtimestamp(vrp.expires or 0, UTC):%Y-%m-%dT%H:%M:%SZ}"
        message = f"{vrp} expired at {when}, before its export was made: {subject} is judged with and without it"
        remedy = "fetch a newer export; if it is there again, look at the validator's clock and cache"
        yield Finding("DATA-10", Severity.WARNING, subject, message, remedy)
