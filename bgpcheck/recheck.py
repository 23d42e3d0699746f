"""What is to be asked again, and when, while somebody waits for a verdict: a schedule computed from what was asked when. Pure.

Rule: a server is visited once in its interval (``recheckMinutes``), less often when it keeps silent, and never before it wants to be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.asked import SPENT
from bgpcheck.facts.asn import AsnKind
from bgpcheck.model import asplain
from bgpcheck.policy import Outcome
from bgpcheck.says import AZURE, Place, serves, unasked
from bgpcheck.sources.base import Gap, Request

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from bgpcheck.assess import Assessment
    from bgpcheck.result import Result
    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Reply

LEAST = timedelta(seconds=5)  # between two visits, whatever the settings say
MOST_SLOWER = 8  # times the interval, after silence upon silence
MOST_TOLD = 3  # open prefixes
MOST_NAMED = 2  # sources, in a line of 70 characters
GOOD = frozenset({"same", "similar"})
HELD = frozenset({"allocated", "assigned", "legacy"})


class Group(NamedTuple):
    """Whoever is visited at once: an IRR server with all databases that it has, or all servers of another kind."""

    kind: str
    server: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """The last visit: when, how many in a row brought no answer, and until when the server wants to be left alone."""

    at: datetime
    silences: int = 0
    leave: datetime | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How often is asked, by the settings."""

    settings: Settings

    def group(self, source: str) -> Group:
        """Give whoever is visited when a source is asked."""
        kind, _, name = source.partition("/")
        return Group(kind, self.settings.irr[name].server) if kind == "irr" and name in self.settings.irr else Group(kind)

    def interval(self, group: Group) -> timedelta:
        """Give the time between two visits."""
        return max(timedelta(minutes=self.settings.recheck_minutes.get(group.kind, 0)), LEAST)

    def due(self, group: Group, visit: Visit) -> datetime:
        """Say when a group may be visited again: after its interval, which is doubled by each silence after the first."""
        slower = min(1 << max(visit.silences - 1, 0), MOST_SLOWER)
        usual = visit.at + self.interval(group) * slower
        return max(usual, visit.leave) if visit.leave else usual

    def good(self, source: str) -> timedelta:
        """Say how long an answer is taken for what a source says now; ``check --live`` takes it for as long from its cache."""
        hours = self.settings.cache_hours.get(source.partition("/")[0], 0)
        return max(timedelta(hours=hours), self.interval(self.group(source)))

    def open_now(self, visits: Mapping[Group, Visit], now: datetime, end: datetime) -> frozenset[Group]:
        """Give the groups that may be visited now. Those that could not be again before the end are left to the end."""
        return frozenset(
            group for group, visit in visits.items() if self.due(group, visit) <= now and (now >= end or now + self.interval(group) <= end)
        )

    def next_look(self, visits: Mapping[Group, Visit], times: Iterable[tuple[Group, datetime]], end: datetime) -> datetime | None:
        """Say when to look again: at the first of ``times`` (when something is wanted of a group) at which its group may be visited.

        What would be too near the end is left to it. None: nobody may be asked before the end.
        """
        found = ((group, max(at, self.due(group, visits[group]))) for group, at in times)
        return min((at if at + self.interval(group) <= end else end for group, at in found if at <= end), default=None)

    def whole_at(self, visits: Mapping[Group, Visit], answered: Collection[Group], end: datetime) -> datetime | None:
        """Say when everybody may be asked at once of whom an answer is known; what would be too near the end is left to it.

        ``answered``: who answered some question last time, be he silent about others. None: there is nobody, or not before the end.
        """
        groups = [group for group in visits if group in answered]
        at = max((self.due(group, visits[group]) for group in groups), default=None)
        if at is None or at > end:
            return None
        return end if any(at + self.interval(group) > end for group in groups) else at


def pending(result: Result) -> tuple[Assessment, ...]:
    """Give the prefixes that are not yet as they should be."""
    return tuple(one for one in result.assessments if one.verdict.outcome is not Outcome.CONFIGURED)


def wanted(result: Result, words: Mapping[Place, str]) -> frozenset[Place]:
    """Give what an open prefix waits for: whose answer about what could make it right. ``words``: what was answered last."""
    quiet = {gap.source for gap in result.deciding_gaps}
    return frozenset(place for one in pending(result) for place in (*_lacking(one, words), *_silent(one, quiet)))


def _lacking(one: Assessment, words: Mapping[Place, str]) -> Iterator[Place]:
    """Name the sources whose answers are not yet good enough."""
    name, claim = str(one.claim.prefix), one.claim
    if claim.azure != "none":
        yield Place(AZURE, name)
    if not (one.irr.match == "exact" and one.irr.authoritative):
        settings = one.knowledge.settings
        named = settings.registries[claim.registry].irr if claim.registry else settings.accepted_sources
        places = {Place(f"irr/{source}", name) for source in {*named, *one.own_sources()} if source}
        yield from (place for place in places if not serves(words.get(place, ""), claim.asns))
    if one.rpki_values != {"valid"}:
        yield Place("vrps", name)
    if one.holder.match not in GOOD or one.registration.status not in HELD or one.signature:
        yield from _of_registration(one)


def _of_registration(one: Assessment) -> Iterator[Place]:
    """Name who says whose a prefix and its AS numbers are."""
    name, settings = str(one.claim.prefix), one.knowledge.settings
    yield from (Place(source, name) for source in ("rdap/ip", *(f"nir/{nir}" for nir in settings.national)))
    if one.registration.status not in HELD:
        yield from (Place(f"delegated/{rir}", name) for rir in one.registration.registries or settings.rirs)
    yield from (Place("rdap/autnum", asplain(asn)) for asn in one.claim.asns)


def _silent(one: Assessment, sources: Collection[str]) -> Iterator[Place]:
    """Name the silent sources that could decide."""
    subjects = (str(one.claim.prefix), *map(asplain, one.claim.asns))
    return (Place(source, subject) for source in sources for subject in subjects)


def awaited(result: Result, words: Mapping[Place, str], replies: Mapping[Request, Reply]) -> str:
    """Name the sources that are waited for: those first whose silence decides, then those that people write to; the rest is counted."""
    quiet = {place.source for place in silent(result, replies)}
    sources = quiet | {place.source for place in wanted(result, words) if place in words}
    first = sorted(sources, key=lambda source: (source not in quiet, not source.startswith(("irr/", "vrps", AZURE)), source))
    more = f" and {len(first) - MOST_NAMED} more" if len(first) > MOST_NAMED else ""
    return ", ".join(first[:MOST_NAMED]) + more


def silent(result: Result, replies: Mapping[Request, Reply]) -> frozenset[Place]:
    """Give the open questions whose answer could decide and was not had."""
    sources = {gap.source for gap in result.deciding_gaps}
    places = (place for one in pending(result) for place in _silent(one, sources) if _nothing(replies, place))
    return frozenset(place for place in places if not (place.subject[:2] == "AS" and place.source.startswith(("irr/", "vrps"))))


def missing(result: Result, words: Mapping[Place, str], replies: Mapping[Request, Reply]) -> str:
    """Say what is still missing and where, of the first open prefixes: the silence that decides, else what is said and not enough."""
    left, quiet = pending(result), silent(result, replies)
    if not left:
        return "nothing is missing"
    told = "; ".join(_missing(one, _said(one, words, replies, quiet)) for one in left[:MOST_TOLD])
    more = f"; and {len(left) - MOST_TOLD} more" if len(left) > MOST_TOLD else ""
    return f"{len(left)} of {len(result.assessments)} prefixes not yet: {told}{more}"


def _said(one: Assessment, words: Mapping[Place, str], replies: Mapping[Request, Reply], quiet: Collection[Place]) -> dict[Place, str]:
    """Give what matters of what is said of a prefix."""
    if one.verdict.outcome is Outcome.UNDETERMINED:
        subjects = {str(one.claim.prefix), *map(asplain, one.claim.asns)}
        if mine := sorted(place for place in quiet if place.subject in subjects):
            return {place: _nothing(replies, place) for place in mine}
    places = sorted(place for place in set(_lacking(one, words)) if place in words and place.subject == str(one.claim.prefix))
    return {place: _nothing(replies, place) or words[place] for place in places}


def _nothing(replies: Mapping[Request, Reply], place: Place) -> str:
    """Say that there is no answer; empty where there is one, or no such question."""
    reply = replies.get(Request(*place))
    return ("not asked again" if unasked(reply) else "no answer") if isinstance(reply, Gap) else ""


def _missing(one: Assessment, said: Mapping[Place, str]) -> str:
    """Say of one prefix who says what that is not enough, equal words together."""
    by_word: dict[str, list[str]] = {}
    for place, word in said.items():
        by_word.setdefault(word, []).append(place.source if place.subject == str(one.claim.prefix) else str(place))
    told = ", ".join(f"{word} ({' '.join(sources)})" for word, sources in by_word.items())
    return f"{one.claim.prefix} {one.verdict.outcome}, {one.verdict.reason}{': ' if told else ''}{told}"


def stuck(result: Result, *, circuit_moves: bool) -> str:
    """Say why no registry can make it right any more; empty where one may. ``circuit_moves``: Azure is asked for the circuit again."""
    if circuit_moves:
        return ""
    if result.blockers:
        first = result.blockers[0]
        return f"{first.rule} {first.subject}: {first.message}: no registry changes that, mend the request"
    if spent := min((gap for gap in result.deciding_gaps if SPENT in gap.detail), default=None):
        return f"{spent.source}: {spent.detail}: judge fewer prefixes at a time, or raise the limit"
    for one in pending(result):
        if one.verdict.reason.startswith("azure-"):
            return f"{one.claim.prefix}: Azure's state decides, and the file with it does not change: give --azure ID instead of --circuit"
        private = one.verdict.reason == "private-asn" and one.asns[one.claim.peer_asn] is AsnKind.PRIVATE
        if private or one.verdict.reason in {"ineligible-prefix", "origin-not-authorised"}:
            return f"{one.claim.prefix}: {one.verdict.reason}: no registry changes that, mend the request"
    return ""
