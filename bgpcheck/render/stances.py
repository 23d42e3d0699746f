"""What each source says of a prefix: does it agree with the claim, disagree, have nothing, or keep silent? Pure.

Rule: a stance follows from the facts that the verdict used; silence is never shown as having nothing, and no stance decides anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bgpcheck.assess import COUNTING
from bgpcheck.facts.rpki import RpkiState
from bgpcheck.formats.slurm import Slurm
from bgpcheck.knowledge import DELEGATED, IRR
from bgpcheck.model import asplain
from bgpcheck.render.delegation_links import evidence
from bgpcheck.render.words import few, is_planned
from bgpcheck.situation import NOT_ALLOCATED
from bgpcheck.sources.base import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.facts.holder import HolderFact
    from bgpcheck.model import RouteObject

REGISTRATION, HOLDER, RPKI, HEARD, AZURE = "registration", "holder", "RPKI", "announced", "Azure"
FIRST, LAST = (REGISTRATION, HOLDER, RPKI), (HEARD, AZURE)
BY_STATE = {
    RpkiState.VALID: "agrees",
    RpkiState.NOT_FOUND: "nothing",
    RpkiState.INVALID_ASN: "disagrees",
    RpkiState.INVALID_LENGTH: "disagrees",
}
BY_MATCH = {"same": "agrees", "similar": "agrees", "different": "disagrees", "unlisted": "nothing"}
BY_ROUTE = {"authorised": "agrees", "not-authorised": "disagrees"}


class Stance(StrEnum):
    """What a source says of a claim.

    ``nothing``: it answered, and has nothing that speaks for or against it. ``silent``: no answer, or none that can be relied on.
    """

    AGREES = "agrees"
    DISAGREES = "disagrees"
    NOTHING = "nothing"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Cell:
    """One source's word on one prefix.

    ``says``: a few words. ``records``: what it rests on, as ``reading.records`` gives them. ``asked``: the questions whose answers it
    follows from. ``decides``: whether another word of this source could matter; a registry that is not required may keep silent.
    """

    stance: Stance
    says: str
    records: tuple[Any, ...] = ()
    asked: tuple[Request, ...] = ()
    decides: bool = True


def columns(assessments: Sequence[Assessment]) -> tuple[str, ...]:
    """Name the sources that matter to any of these: registries whose silence could decide, and those that hold an object."""
    wanted = set[str]().union(*map(_registries, assessments))
    order = dict.fromkeys(name.removeprefix(IRR) for one in assessments[:1] for name in one.knowledge.answers if name.startswith(IRR))
    present = {
        HEARD: any(one.claim.routes for one in assessments),
        AZURE: any(one.claim.actual for one in assessments),
    }
    irr = [*(name for name in order if name in wanted), *sorted(wanted - order.keys())]
    return (*FIRST, *irr, *(name for name in LAST if present[name]))


def _registries(one: Assessment) -> set[str]:
    """Name the routing registries that matter to a prefix."""
    return _required(one) | {route.source for route in one.irr.objects}


def _required(one: Assessment) -> set[str]:
    """Name the routing registries whose silence could decide."""
    return set[str]().union(*(one.required_sources(own) for own in one.own_sources()))


def cell(one: Assessment, column: str) -> Cell:
    """Say what a source says of a prefix; ``column`` as ``columns`` names it."""
    how = {REGISTRATION: _registration, HOLDER: _holder, RPKI: _rpki, HEARD: _heard, AZURE: _azure}.get(column)
    return how(one) if how else _irr(one, column)


def _registration(one: Assessment) -> Cell:
    """Is the space somebody's?"""
    fact, subject = one.registration, str(one.claim.prefix)
    heard = [name for name in one.knowledge.answers if name.startswith(DELEGATED)]
    from_rows = bool(fact.rows) or fact.complete
    records = fact.rows if from_rows else fact.records[:1]
    asked = tuple(Request(name, subject) for name in (heard if from_rows else ("rdap/ip",)))
    if fact.status == "unknown":
        why = (
            "two registries say two things" if fact.rows and fact.complete else "not every registry's file was there, and RDAP did not say"
        )
        return Cell(Stance.SILENT, why, records, asked)
    stance = Stance.DISAGREES if fact.status in NOT_ALLOCATED else Stance.AGREES
    return Cell(stance, f"{fact.status} at {fact.registry or 'no single registry'}", records, asked)


def _holder(one: Assessment) -> Cell:
    """Do prefix and AS number have one holder?"""
    fact = one.holder
    asns = [asn for asn, _ in fact.asns]
    asked = (Request("rdap/ip", str(one.claim.prefix)), *(Request("rdap/autnum", asplain(asn)) for asn in asns))
    ours: tuple[Any, ...] = one.registration.records or one.registration.rows
    theirs = [record for _, side in fact.asns for record in (side.records or side.rows)]
    records = (*ours, *theirs)
    if fact.match not in BY_MATCH:
        return Cell(Stance.SILENT, "not known: a registry that could name the holders gave no answer", records, asked)
    return Cell(Stance(BY_MATCH[fact.match]), f"{fact.match}: {_link(fact)}", records, asked)


def _link(fact: HolderFact) -> str:
    """Say what prefix and AS number have in common, or who holds each where that is nothing."""
    common = (f"{words} ({asplain(asn)})" for asn, side in fact.asns for words in evidence(fact.prefix, side, fact.yardstick))
    named = next((name for _, side in fact.asns for name in side.chain), None)
    apart = f"prefix {fact.direct_holder or 'without a name'}, AS number {named or 'without a name'}"
    return next(common, apart)


def _rpki(one: Assessment) -> Cell:
    """Do ROAs name one of the AS numbers?"""
    asked = (Request("vrps", str(one.claim.prefix)),)
    if one.rpki is None:
        silent = "has nothing of this registry's trust anchor" if one.anchor_silent else "no validator answered"
        return Cell(Stance.SILENT, silent, (), asked)
    covering = one.rpki.covering
    local = tuple(record for record in one.knowledge.cited if isinstance(record, Slurm))
    if local and one.published_rpki and one.published_rpki.state != one.rpki.state:
        states = f"published {one.published_rpki.state}, with your local exceptions {one.rpki.state}"
        return Cell(Stance.SILENT, f"{states}; Microsoft does not see these", (*local, *covering), (*asked, Request("slurm", "*")))
    if len(one.rpki_values) > 1:
        return Cell(Stance.SILENT, f"validators do not agree: {', '.join(sorted(one.rpki_values))}", covering, asked)
    named = few(str(vrp) for vrp in (one.rpki.matched or covering))
    return Cell(Stance(BY_STATE[one.rpki.state]), f"{one.rpki.state}{f': {named}' if named else ''}", covering, asked)


def _irr(one: Assessment, source: str) -> Cell:
    """Is there a route object of an authorised AS number?"""
    asked = (Request(f"{IRR}{source}", str(one.claim.prefix)),)
    planned = [route for route in one.irr.objects if route.source == source and is_planned(one, route)]
    there = [route for route in one.irr.objects if route.source == source and route not in planned]
    stance, says, records = _objects(one, source, there)
    if planned:
        says = f"{says}; planned, not there yet: {few(map(_spelled, planned))}"
    if source not in one.knowledge.settings.accepted_sources:
        says = f"{says} (Azure does not accept this registry)"
    idle = stance is Stance.SILENT and source not in _required(one)
    return Cell(stance, f"{says}; that does not decide here" if idle else says, records, asked, not idle)


def _objects(one: Assessment, source: str, there: Sequence[RouteObject]) -> tuple[Stance, str, tuple[RouteObject, ...]]:
    """Judge the objects that stand in a registry: those that speak for the claim, then those that speak against it."""
    hidden = [route for route in there if route in one.irr.hidden]
    shown = [route for route in there if route not in hidden]
    authorised = {asn for asn, kind in one.asns.items() if kind in COUNTING}
    exact = [route for route in shown if route.prefix == one.claim.prefix]
    for stance, word, found in (
        (Stance.AGREES, "", [route for route in shown if route.origin in authorised and _speaks(one, route)]),
        (Stance.DISAGREES, "names another AS: ", [route for route in exact if route.origin not in one.claim.asns]),
        (Stance.NOTHING, f"names an AS number of yours that does not count ({_kinds(one)}): ", exact),
        (Stance.DISAGREES, "its server hides, since ROAs make it invalid: ", [route for route in hidden if route.origin in authorised]),
        (Stance.NOTHING, "nothing that speaks for this prefix, only ", there),
    ):
        if found and (stance is not Stance.NOTHING or source in one.knowledge.irr_answered(one.claim.prefix)):
            return stance, word + few(map(_spelled, found)), tuple(found)
    if source in one.knowledge.irr_answered(one.claim.prefix):
        return Stance.NOTHING, "answered: no route object", ()
    return Stance.SILENT, "no answer" if not there else f"no whole answer, only {few(map(_spelled, there))}", tuple(there)


def _kinds(one: Assessment) -> str:
    """Say what is wrong with the AS numbers that do not count."""
    return ", ".join(f"{asplain(asn)}: {kind}" for asn, kind in one.asns.items() if kind not in COUNTING)


def _speaks(one: Assessment, route: RouteObject) -> bool:
    """Tell whether an authorised object speaks for a prefix: exact, covering inside the allocation, or one of parts that fill it."""
    prefix, direct = one.claim.prefix, one.registration.direct
    if route.prefix == prefix:
        return True
    if prefix.covers(route.prefix):
        return one.irr.match == "parts"
    return direct is not None and direct.covers(route.prefix) and not any(hole.overlaps(prefix) for hole in route.holes)  # RFC 2622 s4


def _heard(one: Assessment) -> Cell:
    """Would Microsoft see an authorised origin?"""
    state = one.announcement.state({asn for asn, kind in one.asns.items() if kind in COUNTING})
    if state not in BY_ROUTE:
        return Cell(Stance.NOTHING, "not announced")
    origins = few("NONE" if asn is None else asplain(asn) for asn in sorted(one.announcement.origins, key=str))
    return Cell(Stance(BY_ROUTE[state]), f"origin {origins}")


def _azure(one: Assessment) -> Cell:
    """What has Azure settled?"""
    if one.claim.actual is None:
        return Cell(Stance.SILENT, "nothing settled about this very claim")
    return Cell(Stance.AGREES if one.claim.azure == "configured" else Stance.DISAGREES, one.claim.actual)


def _spelled(route: RouteObject) -> str:
    """Spell an object in short."""
    return f"{route.prefix} {asplain(route.origin)}"
