"""What a ticket asks of Microsoft, and what it does not ask, prefix by prefix. Pure.

Rule: only what Microsoft alone can do is asked; what the customer can put right himself is his work, and silence is no claim (ST-11).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bgpcheck.policy import Outcome
from bgpcheck.remedy import SIGNED_WRONGLY
from bgpcheck.render.holding import holding
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.assess import Assessment
    from bgpcheck.model import RouteObject
    from bgpcheck.result import Result


class Ask(StrEnum):
    """What becomes of a prefix, in the order in which a ticket tells it."""

    BY_HAND = "validate by hand"
    LOOK_AGAIN = "look again"
    OURS = "our work"
    OPEN = "no verdict"
    UPDATING = "Azure is at work"
    NOTHING = "nothing"


TIME = re.compile(r"\d{4}-\d\d-\d\d(T[\d:]{8}Z)?", re.ASCII)  # RPSL last-modified
OF_MICROSOFT = (Ask.BY_HAND, Ask.LOOK_AGAIN)
OPEN_IN_AZURE = frozenset({"none", "not-configured"})  # Azure has not looked, so it has not refused


def ask(one: Assessment) -> Ask:
    """Say what becomes of one prefix."""
    outcome, azure, prediction = one.verdict.outcome, one.claim.azure, one.prediction.outcome
    if outcome is Outcome.CONFIGURED:
        return Ask.NOTHING
    if outcome is Outcome.UNDETERMINED:
        return Ask.UPDATING if one.verdict.reason == "azure-updating" else Ask.OPEN
    if outcome is Outcome.MANUAL_VALIDATION:
        return Ask.BY_HAND
    if azure in OPEN_IN_AZURE or azure in SIGNED_WRONGLY:
        return Ask.OURS
    return {Outcome.MANUAL_VALIDATION: Ask.BY_HAND, Outcome.CONFIGURED: Ask.LOOK_AGAIN}.get(prediction, Ask.OURS)


def agrees_since(one: Assessment) -> str:
    """Give the time, by the registry's own word, since which an object has tied the prefix to an AS number of the claim; or nothing.

    Only objects that make what the registries let expect count: in a registry that does, shown, exact where one is, neither planned nor
    dated later than the verdict.
    """
    settings, named = one.knowledge.settings, one.claim.registry
    counted = frozenset(settings.registries[named].irr) if named else settings.accepted_sources
    fits = [route for route in one.irr.objects if route.source in counted and route.origin in one.claim.asns and _stands(one, route)]
    exact = [route for route in fits if route.prefix == one.claim.prefix] or fits
    latest = utc(one.now) if one.now else ""
    dates = (route.last_modified for route in exact if TIME.fullmatch(route.last_modified))
    return min((date for date in dates if date <= latest), default="")


def _stands(one: Assessment, route: RouteObject) -> bool:
    """Tell whether an object is in an answer, is shown, and is exact or covers the prefix inside its allocation."""
    prefix, direct = one.claim.prefix, one.registration.direct
    near = route.prefix == prefix or (direct is not None and direct.covers(route.prefix) and route.prefix.covers(prefix))
    return near and route in one.knowledge.cited and route not in one.irr.hidden


@dataclass(frozen=True, eq=False)
class Group:
    """Prefixes of which the same is to be said: one holder, one verdict, one reason. ``number``: as the ticket counts it, from 1."""

    number: int
    inside: tuple[Assessment, ...]

    @property
    def like(self) -> Assessment:
        """One of them, for what they share."""
        return self.inside[0]

    @property
    def ask(self) -> Ask:
        """What becomes of them."""
        return ask(self.like)


def listed(result: Result) -> list[Assessment]:
    """Give the prefixes of the list, or of what is announced where there is no list."""
    return [one for one in result.assessments if one.claim.listed]


def groups(result: Result) -> tuple[Group, ...]:
    """Put listed prefixes together of which the same is to be said, what is asked of Microsoft first; the user's order within.

    What is announced and not listed is no part of a request.
    """
    found: dict[object, list[Assessment]] = {}
    for one in listed(result):
        found.setdefault(_alike(one), []).append(one)
    ordered = sorted(found.values(), key=lambda inside: tuple(Ask).index(ask(inside[0])))
    return tuple(Group(number, tuple(inside)) for number, inside in enumerate(ordered, 1))


def _alike(one: Assessment) -> object:
    """Give what prefixes of one group share."""
    held, claim, signature = holding(one), one.claim, one.signature
    facts = (one.registration.status, one.irr.match, one.rpki.state if one.rpki else None, signature.value if signature else None)
    verdict = (one.verdict.outcome, one.verdict.reason, one.prediction.reason)
    return (ask(one), claim.block, claim.asns, claim.actual, held.who, held.status, held.reaches, verdict, facts)


def asked_of_microsoft(several: Iterable[Group]) -> bool:
    """Tell whether anything is asked."""
    return any(group.ask in OF_MICROSOFT for group in several)
