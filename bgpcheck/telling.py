"""Everything that a watch tells: to the journal first, then as lines, and as pictures to those who look. Waits for whoever listens.

Rule: what is told was kept before, and nothing is told twice: a verdict or a finding only where it is another than before.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from bgpcheck.fetch.aside import aside
from bgpcheck.lab import happenings, picture
from bgpcheck.resync import SPEAKER
from bgpcheck.sinks.lines import ReaderGone
from bgpcheck.sources.base import Gap, GapReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bgpcheck.lab.happenings import Happening
    from bgpcheck.lab.state import Lab, Step
    from bgpcheck.lab.view import View
    from bgpcheck.model import Prefix, Route
    from bgpcheck.rules.base import Finding
    from bgpcheck.sources.base import Answer

REVIEW = 0.5  # seconds between reviews of all findings at least; ten times what one takes where that is more
LEAST = 0.1  # seconds that a sink has for one happening, also when time is up
MANY = 2000  # routes of which a review is done in a thread
MOST_NOTED = 20  # gaps of the speaker's that are shown
MOST_TOLD = 1000  # findings of one rule that are told


class Sink(Protocol):
    """Where happenings go."""

    async def put(self, happening: Mapping[str, Any]) -> None:
        """Write one; waits where it must, and loses none. ``ReaderGone`` where nobody will ever read it."""


class Viewer(Protocol):
    """Who looks."""

    def show(self, view: View) -> None:
        """Take the latest picture; never waits."""


class Journal(Protocol):
    """What outlives a crash."""

    def commit(
        self,
        announced: Sequence[tuple[Route, str]],
        withdrawn: Sequence[tuple[str, Prefix, str]],
        happenings: Sequence[Mapping[str, Any]],
    ) -> None:
        """Keep one slice, whole or not at all."""

    def ended(self) -> None:
        """Take note of a plain end."""


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where it all goes."""

    sinks: Sequence[Sink] = ()
    viewers: Sequence[Viewer] = ()
    journal: Journal | None = None


@dataclass(slots=True)
class Telling:
    """What is told of a lab. ``clock`` gives the time of what is decided; ``gone`` is called where nobody reads any more."""

    lab: Lab
    outlets: Outlets
    clock: Callable[[], datetime]
    gone: Callable[[], object]
    findings: tuple[Finding, ...] = ()
    fresh: bool = True  # something changed since the last picture
    dirty: bool = True  # something changed since the last review
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    until: float = 0.0  # monotonic seconds that are left for telling, once it is leaving
    lost: int = 0  # happenings that nobody took before the end
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # what is kept first is told first
    _dead: set[int] = field(default_factory=set)  # sinks that took nothing in their time
    _leaving_task: asyncio.Task[bool] | None = None
    _verdicts: dict[Prefix, int] = field(default_factory=dict)  # → hash of the verdict told last
    _gaps: dict[str, tuple[Gap, ...]] = field(default_factory=dict)  # by source
    _begun: datetime = field(default_factory=lambda: datetime.now(UTC))
    _cost: float = 0.0  # seconds that the last review took
    _reviewed: float = 0.0  # monotonic seconds
    _drawn: float = 0.0

    @property
    def current(self) -> bool:
        """Tell whether the findings are of what stands now."""
        return not self.dirty

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Sources that did not answer when they were asked last."""
        return tuple(dict.fromkeys(gap for some in self._gaps.values() for gap in some))

    # ── happenings ──────────────────────────────────────────────────────────────────────────────────────────────────────

    async def steps(self, steps: Sequence[Step]) -> None:
        """Keep and tell what events came to, in one piece."""
        told = [one for step in steps for one in step.told]
        for step in steps:
            for _, prefix, _ in step.withdrawn:
                self._verdicts.pop(prefix, None)  # who was told that it is gone is told again what it is when it comes back
        self._note(told)
        async with self._turn:
            await self._keep(*_outcome(steps), told)
            self.dirty = self.fresh = True
            await self._put(told)

    async def tell(self, told: Sequence[Happening]) -> None:
        """Keep and tell what else there is."""
        async with self._turn:
            await self._keep((), (), told)
            self.fresh = self.fresh or bool(told)
            await self._put(told)

    async def _keep(
        self, announced: Sequence[tuple[Route, str]], withdrawn: Sequence[tuple[str, Prefix, str]], told: Sequence[Happening]
    ) -> None:
        """Keep a slice."""
        journal = self.outlets.journal
        if journal and (announced or withdrawn or told):
            await aside(lambda: journal.commit(announced, withdrawn, told))

    def _note(self, told: Iterable[Happening]) -> None:
        """Keep what the speaker did not say, so that those who look see it too: the last few."""
        own = [Gap(one["source"], GapReason(one["reason"]), one["detail"]) for one in told if one.get("source") == SPEAKER]
        if own:
            before = [gap for gap in self._gaps.get(SPEAKER, ()) if gap not in own]
            self._gaps[SPEAKER] = tuple([*before, *own][-MOST_NOTED:])

    async def _put(self, told: Iterable[Happening]) -> None:
        """Tell those who listen. One who went away is no error, but there is nothing left to do then (as for other commands)."""
        for one in told:
            for sink in self.outlets.sinks:
                await self._give(sink, one)

    async def _give(self, sink: Sink, one: Happening) -> None:
        """Give one happening to a sink; whoever does not take it cannot keep a run from ending."""
        if id(sink) in self._dead:
            self.lost += 1
            return
        put = asyncio.ensure_future(sink.put(one))
        try:
            await asyncio.wait({put, self._leave()}, return_when=asyncio.FIRST_COMPLETED)
            if not put.done():
                await asyncio.wait({put}, timeout=max(LEAST, self.until - time.monotonic()))
            if put.done():
                put.result()
            else:
                self._dead.add(id(sink))
                self.lost += 1
        except ReaderGone:
            self.gone()
        finally:
            put.cancel()

    def _leave(self) -> asyncio.Task[bool]:
        """Give what is done when the run is to end."""
        if self._leaving_task is None:
            self._leaving_task = asyncio.ensure_future(self.leaving.wait())
        return self._leaving_task

    def leave(self, seconds: float) -> None:
        """Say that the run is to end: who does not take what is told has so many seconds more."""
        if not self.leaving.is_set():
            self.until = time.monotonic() + seconds
            self.leaving.set()

    def close(self) -> None:
        """Wait for nothing more."""
        if self._leaving_task:
            self._leaving_task.cancel()

    def verdict(self, prefix: Prefix, peer: str, element: Mapping[str, Any], at: datetime) -> list[Happening]:
        """Give a verdict to tell, where it says something else than the last on its prefix; when it was announced does not count."""
        self.fresh = True
        announced = element["announced"]
        element = {**element, "heard": picture.heard_json(self.lab, prefix)}
        digest = hash(json.dumps({**element, "announced": announced and {**announced, "at": ""}}, sort_keys=True))
        if self._verdicts.get(prefix) == digest:
            return []
        self._verdicts[prefix] = digest
        return [happenings.verdict(element, peer or (announced or {}).get("peer", ""), at)]

    def forget(self, prefix: Prefix) -> None:
        """Forget what was told of a prefix that is gone."""
        self._verdicts.pop(prefix, None)

    def silent(self, answers: Mapping[str, Answer]) -> list[Happening]:
        """Keep which sources were silent when they were asked last; gives what is new."""
        before = set(self.gaps)
        for source, answer in answers.items():
            self._gaps[source] = answer.gaps
        return [happenings.gap(gap, self.clock()) for gap in self.gaps if gap not in before]

    # ── findings and pictures ───────────────────────────────────────────────────────────────────────────────────────────

    async def review(self, *, within: float | None = None) -> None:
        """See which findings are new and which are not there any more; ``within``: not if it may take more seconds."""
        if within is not None and self._cost > within:
            return
        begun, self.dirty = time.monotonic(), False
        compute = self.lab.snapshot()
        found = _limited(await aside(compute) if len(self.lab.heard) > MANY else compute())
        now, before, after = self.clock(), set(self.findings), set(found)
        told = [happenings.finding(one, now, resolved=False) for one in found if one not in before]
        told += [happenings.finding(one, now, resolved=True) for one in self.findings if one not in after]
        self.findings = found
        self._reviewed = time.monotonic()
        self._cost = self._reviewed - begun
        await self.tell(told)

    async def look(self, counts: Callable[[], Mapping[str, int]]) -> None:
        """Review and draw where it is time to; ``counts`` gives what was counted."""
        now = time.monotonic()
        if self.dirty and now >= self._reviewed + max(REVIEW, 10 * self._cost):
            await self.review()
        if self.fresh or now >= self._drawn + 1:
            self.draw(counts())

    def view(self, counts: Mapping[str, int]) -> View:
        """Draw everything as it stands: as of this moment, whatever the verdicts' time is."""
        return picture.draw(self.lab, self.findings, self.gaps, counts, (self._begun, datetime.now(UTC)))

    def draw(self, counts: Mapping[str, int]) -> None:
        """Show everything to those who look."""
        if self.outlets.viewers:
            view = self.view(counts)
            for viewer in self.outlets.viewers:
                viewer.show(view)
        self._drawn, self.fresh = time.monotonic(), False


def _outcome(steps: Iterable[Step]) -> tuple[list[tuple[Route, str]], list[tuple[str, Prefix, str]]]:
    """Give what steps come to, one after the other: the routes that stand at their end, and the places that are empty then."""
    places: dict[tuple[str, Prefix, str], Route | None] = {}
    for step in steps:  # within a step nothing is both: the announcement counts (RFC 4271 s4.3)
        places.update(dict.fromkeys(step.withdrawn))
        places.update({(route.peer, route.prefix, path_id): route for route, path_id in step.announced})
    announced = [(route, place[2]) for place, route in places.items() if route]
    return announced, [place for place, route in places.items() if not route]


def _limited(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Leave out what is beyond ``MOST_TOLD`` of one rule."""
    seen: dict[str, int] = {}
    kept = []
    for one in findings:
        seen[one.rule] = seen.get(one.rule, 0) + 1
        if seen[one.rule] <= MOST_TOLD:
            kept.append(one)
    return tuple(kept)
