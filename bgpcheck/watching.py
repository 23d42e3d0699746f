"""The engine of ``watch`` and ``lab``: a speaker's events in, verdicts out, for as long as it speaks. Waits.

Rule: the reader only reads, look-ups run beside, and nothing here works for longer than a blink without letting others go on; what
is decided is decided by the pure ``lab``.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from bgpcheck.errors import BgpcheckError, FormatError
from bgpcheck.fetch.aside import aside
from bgpcheck.formats.exabgp import event as read_event
from bgpcheck.formats.exabgp_events import Reply, Session, Shutdown, Update
from bgpcheck.lab import happenings, neighbors, picture
from bgpcheck.lab import judge as judging
from bgpcheck.lab.quiet import QUIET, Quiet
from bgpcheck.lookups import Lookups
from bgpcheck.sources.base import Gap, GapReason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bgpcheck.claim import Claim
    from bgpcheck.formats.exabgp_events import Event
    from bgpcheck.lab.happenings import Happening
    from bgpcheck.lab.state import Lab, Step
    from bgpcheck.lab.view import View
    from bgpcheck.lookups import Ask
    from bgpcheck.model import Prefix, Route
    from bgpcheck.policy import Policy
    from bgpcheck.rules.base import Finding
    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Answer
    from bgpcheck.speaker.inbox import Inbox

SLICE = 500  # lines taken at once
BLINK = 0.02  # seconds of work before others go on
TICK = 0.25  # seconds between looks at what is due
REVIEW = 0.5  # seconds between reviews of all findings at least; ten times what one takes where that is more
ANSWERED_IN = 5.0  # seconds in which the speaker answers, else it is asked again
MOST_TOLD = 1000  # findings of one rule, and lines that can't be read, that are told
SETTLING = 2.0  # seconds that look-ups are waited for where the user ends it
HURRY = 0.2  # seconds that they, or a last review, may take under ExaBGP, which kills its processes 2 s after it ends
FAMILIES = ("ipv4 unicast", "ipv6 unicast")


class Sink(Protocol):
    """Where happenings go."""

    async def put(self, happening: Mapping[str, Any]) -> None:
        """Write one; waits where it must, and loses none."""


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
class Judging:
    """How is judged. ``planned``: (file name, text) of assumed objects; ``clock`` gives the verdict's now."""

    policy: Policy
    settings: Settings
    ask: Ask
    clock: Callable[[], datetime]
    planned: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outlets:
    """Where it all goes."""

    sinks: Sequence[Sink] = ()
    viewers: Sequence[Viewer] = ()
    journal: Journal | None = None


@dataclass(slots=True)
class Watching:
    """One watch. ``speak`` sends a command to the speaker, where there is one; ``enforce``: drop sessions as Microsoft's edge does.

    ``until``: end when this says so, beside ``stop`` and the end of the speaker; ``hurry``: there is little time at the end.
    """

    lab: Lab
    inbox: Inbox
    judging: Judging
    outlets: Outlets = field(default_factory=Outlets)
    speak: Callable[[str], object] | None = None
    enforce: bool = False
    until: Callable[[Watching], bool] | None = None
    hurry: bool = False
    findings: tuple[Finding, ...] = ()
    ended: str | None = None  # why the speaker ended, where it did; empty for a plain end
    interrupted: bool = False
    applied: int = 0
    malformed: int = 0
    shed: int = 0
    quiet_since: float = 0.0  # monotonic seconds of the last event
    _told: dict[Prefix, int] = field(default_factory=dict)  # → hash of the verdict told last
    _changed: dict[Prefix, str] = field(default_factory=dict)  # to be judged → peer
    _gaps: dict[str, tuple[Gap, ...]] = field(default_factory=dict)  # by source
    _dropping: set[str] = field(default_factory=set)  # peers whose session is being dropped
    _lost: set[str] = field(default_factory=set)  # peers of which updates were shed
    _quiet: Quiet = field(default_factory=Quiet)
    _begun: datetime | None = None
    _asked_at: float = 0.0
    _answered: bool = False  # the speaker has said who its neighbors are
    _reviewed: float = 0.0
    _review_at: float = 0.0
    _drawn_at: float = 0.0
    _dirty: bool = True  # something changed since the last review
    _fresh: bool = True  # something changed since the last picture
    _notices: deque[str] = field(default_factory=deque)
    _work: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _lookups: Lookups | None = None

    # ── from outside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def heard(self) -> None:
        """Say that lines are in the inbox. For any thread."""
        self._wake()

    def over(self, why: str) -> None:
        """Say that the speaker has ended, and why, empty for a plain end. For any thread."""
        self.ended = why
        self._wake()

    def notice(self, words: str) -> None:
        """Take note of something that only the speaker's log says. For any thread."""
        self._notices.append(words)
        self._wake()

    def stop(self) -> None:
        """End it."""
        self.interrupted = True
        self._work.set()

    def _wake(self) -> None:
        """Have the engine look; nothing where its loop is over already."""
        loop = self._loop
        if loop and not loop.is_closed():
            loop.call_soon_threadsafe(self._work.set)

    @property
    def lookups(self) -> Lookups:
        """The look-ups, once it runs."""
        if self._lookups is None:
            self._lookups = Lookups(self.judging.ask, self._claim, self._found)
        return self._lookups

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Sources that did not answer when they were asked last."""
        return tuple(dict.fromkeys(gap for some in self._gaps.values() for gap in some))

    @property
    def settled(self) -> bool:
        """Tell whether all that was heard is judged, as far as there are answers."""
        return not len(self.inbox) and not self._changed and not self.lookups.waiting

    def through(self, now: float) -> bool:
        """Tell whether every session that is awaited was up, all have been quiet, and all is judged; ``now``: monotonic seconds."""
        sessions = self.lab.sessions.values()
        quiet = now - self.quiet_since >= QUIET
        return bool(sessions) and all(one.ups for one in sessions) and quiet and self.settled

    def counts(self) -> dict[str, int]:
        """Give what there is to count."""
        box = self.inbox
        return {
            "events": box.read,
            "updates": box.updates,
            "applied": self.applied,
            "malformed": self.malformed,
            "coalesced": box.coalesced,
            "queued": len(box),
            "queuedBytes": box.size,
            "deepestBytes": box.deepest,
            "shed": self.shed,
            "routes": len(self.lab.heard),
            "lookups": self.lookups.done,
            "waiting": self.lookups.waiting,
        }

    # ── the loop ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Go on until the speaker ends or ``stop`` is called. Raises what a sink or the user's own files make impossible."""
        self._loop, self._begun = asyncio.get_running_loop(), datetime.now(UTC)
        for prefix in self.lab.listed:
            self._changed[prefix] = ""
        try:
            async with asyncio.TaskGroup() as group:
                ticking = group.create_task(self._tick(group))
                await self._listen()
                await self._settle()
                ticking.cancel()
                self.lookups.stop()
        except* BgpcheckError as failed:
            raise _first(failed) from None
        if not (self.hurry and self._review_at - self._reviewed > 10 * HURRY):
            await self._review()
        self._draw()

    def resynchronise(self) -> None:
        """Ask the speaker who its neighbors are; the answer has every session that is up say all again.

        An answer may be lost where ExaBGP has just started its helper anew: it is asked until it has answered.
        """
        if self.speak and not self._answered:
            self._asked_at = time.monotonic()
            self.speak("show neighbor json")

    async def _listen(self) -> None:
        """Take in what is heard until the end."""
        while not self.interrupted:
            taken = self.inbox.take(SLICE)
            self._lose(taken.shed)
            if taken.lines:
                await self._apply(taken.lines)
                await asyncio.sleep(0)
            elif self._changed:
                await self._judge_changed()
            elif self.ended is not None and not len(self.inbox):
                return
            elif self.until and self.until(self):
                self.interrupted = True
            else:
                await self._work.wait()
                self._work.clear()

    async def _settle(self) -> None:
        """Wait for look-ups that are under way: all of them where the speaker ended by itself, a moment where the user wants to leave."""
        end = time.monotonic() + (HURRY if self.hurry else SETTLING)
        while not self.settled and not ((self.interrupted or self.hurry) and time.monotonic() > end):
            await self._judge_changed()
            await asyncio.sleep(BLINK)

    async def _tick(self, group: asyncio.TaskGroup) -> None:
        """Look again and again at what is due."""
        while True:
            now = time.monotonic()
            for peer, through in self._quiet.due(now):
                await self._through(peer, through=through)
            self.lookups.start(group, now)
            if self._dirty and now >= self._review_at:
                await self._review()
            if self.outlets.viewers and (self._fresh or now - self._drawn_at >= 1):
                self._draw()
            while self._notices:
                await self._keep([self._gap("exabgp", GapReason.UNREACHABLE, self._notices.popleft())])
            if self._lost and not len(self.inbox):
                self._ask_again()
            if now - self._asked_at >= ANSWERED_IN:
                self.resynchronise()
            self._work.set()
            await asyncio.sleep(TICK)

    # ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _apply(self, lines: Sequence[bytes]) -> None:
        """Take lines in, keep what they changed, then tell."""
        steps = [step for line in lines if line.strip() and (step := self._line(line))]
        self.quiet_since = time.monotonic()
        await self._keep(steps)

    async def _keep(self, steps: Sequence[Step]) -> None:
        """Keep and tell what events came to."""
        told = [one for step in steps for one in step.told]
        for step in steps:
            self._changed.update(step.changed)
        journal = self.outlets.journal
        announced, withdrawn = _outcome(steps)
        if journal and (announced or withdrawn or told):
            await aside(lambda: journal.commit(announced, withdrawn, told))
        self._dirty = self._fresh = True
        await self.tell(told, kept=True)

    def _line(self, line: bytes) -> Step | None:
        """Take one line in."""
        self.applied += 1
        try:
            one = read_event(line, file="exabgp")
        except FormatError as error:
            return self._unreadable(str(error))
        if isinstance(one, Reply):
            return self._reply(one.text, line)
        if isinstance(one, Shutdown):
            self.ended = ""
            return None
        step = self.lab.hear(one)
        self._follow(one, step)
        return step

    def _follow(self, one: Event, step: Step) -> None:
        """See what an event means for who is through, and for the edge."""
        now = time.monotonic()
        if isinstance(one, Update):
            self._quiet.spoke(one.peer, now)
            self._enforce(one.peer, one.at, step)
        elif isinstance(one, Session):
            self._dropping.discard(one.peer)
            if one.state == "up":
                self._quiet.begin(one.peer, now)
            elif one.state == "down":
                self._quiet.end(one.peer)

    def _enforce(self, peer: str, at: datetime, step: Step) -> None:
        """LIM-1: drop a session that announces more than the edge takes."""
        if not self.enforce or self.speak is None or peer in self._dropping:
            return
        over = self.lab.over(peer)
        if over:
            self._dropping.add(peer)
            self.speak(f"neighbor {peer} teardown 1")  # RFC 4486 s4: Maximum Number of Prefixes Reached
            step.told.append(happenings.dropped(peer, self.lab.role_of(peer), over, self.lab.edge.limit, at))

    def _unreadable(self, why: str) -> Step | None:
        """Tell of an event that can't be read, of very many the first."""
        self.malformed += 1
        return self._gap("exabgp", GapReason.MALFORMED, why) if self.malformed <= MOST_TOLD else None

    def _gap(self, source: str, reason: GapReason, detail: str, peer: str = "") -> Step:
        """Make what tells of a gap."""
        from bgpcheck.lab.state import Step  # noqa: PLC0415 (a type elsewhere)

        step = Step()
        step.told.append(happenings.gap(Gap(source, reason, detail), self.judging.clock(), peer=peer))
        return step

    def _reply(self, text: str, line: bytes) -> Step | None:
        """Take an answer to a command in: of interest is who is up, so that he can be asked for all he has."""
        found = neighbors.read(line.decode("utf-8", "replace").strip()) if text.startswith("[") else None
        for one in (found or ()) if not self._answered else ():
            if one.up and self.speak:
                self._refresh(one.peer)
        self._answered = self._answered or found is not None
        return None

    def _refresh(self, peer: str) -> None:
        """Have a peer say all again: what it has withdrawn in the meantime is not known."""
        self.lab.heard.mark(peer)
        self._quiet.begin(peer, time.monotonic(), asked=True)
        for family in FAMILIES if self.speak else ():
            self.speak(f"neighbor {peer} announce route-refresh {family}")  # type: ignore[misc]

    async def _through(self, peer: str, *, through: bool) -> None:
        """Take note that a peer is through, so that what it did not say again is gone; or that it never answered."""
        if through:
            await self._keep([self.lab.sweep(peer, self.judging.clock())])
        else:
            detail = f"{peer} did not answer a route refresh: what it withdrew meanwhile is not known; restart its session"
            await self._keep([self._gap("exabgp", GapReason.TIMEOUT, detail, peer)])

    def _lose(self, shed: Mapping[str, int]) -> None:
        """Take note of updates that there was no room for."""
        if shed:
            self.shed += sum(shed.values())
            self._lost.update(shed)

    def _ask_again(self) -> None:
        """Ask the peers of which updates were shed for all they have."""
        for peer in self._lost:
            self._refresh(peer)
        self._lost.clear()

    async def lament(self, source: str, why: str) -> None:
        """Tell that the speaker has ended before its time."""
        await self._keep([self._gap(source, GapReason.UNREACHABLE, why)])

    # ── verdicts ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _claim(self, prefix: Prefix) -> Claim | None:
        """Give the claim of a prefix that still matters."""
        return self.lab.claim(prefix) if self.lab.concerns(prefix) else None

    async def _judge_changed(self) -> None:
        """Judge what changed and is known; have the rest looked up. A blink's worth, then others go on."""
        end, told = time.monotonic() + BLINK, []
        while self._changed and time.monotonic() < end:
            prefix = next(iter(self._changed))
            peer = self._changed.pop(prefix)
            if not self.lab.concerns(prefix):
                continue
            knowledge = self.lookups.known(prefix)
            if knowledge is None:
                self.lookups.want(prefix)
            elif one := self._judge(prefix, peer, knowledge):
                told.append(one)
        await self.tell(told)
        await asyncio.sleep(0)

    async def _found(self, batch: list[Prefix], answers: Mapping[str, Answer]) -> None:
        """Judge what a look-up was about."""
        knowledge = judging.know(answers, self.judging.settings, self.judging.planned)
        told = self._new_gaps(answers)
        for prefix in batch:
            self.lookups.keep(prefix, knowledge)
            if one := self._judge(prefix, "", knowledge):
                told.append(one)
        await self.tell(told)
        self._work.set()

    def _new_gaps(self, answers: Mapping[str, Answer]) -> list[Happening]:
        """Keep which sources were silent when they were asked last; gives what is new."""
        before = set(self.gaps)
        for source, answer in answers.items():
            self._gaps[source] = answer.gaps
        now = self.judging.clock()
        return [happenings.gap(gap, now) for gap in self.gaps if gap not in before]

    def _judge(self, prefix: Prefix, peer: str, knowledge: Any) -> Happening | None:  # noqa: ANN401 (what ``know`` gave)
        """Judge one prefix; gives what is to be told, where it is something else than before."""
        now = self.judging.clock()
        found, element = judging.judge(self.lab.claim(prefix), knowledge, self.judging.policy, now)
        self.lab.judged[prefix] = found
        if found.waits:
            self.lookups.leave_open(prefix, time.monotonic())
        else:
            self.lookups.settle(prefix)
        self._fresh = True
        announced = element["announced"]
        digest = hash(json.dumps({**element, "announced": announced and {**announced, "at": ""}}, sort_keys=True))
        if self._told.get(prefix) == digest:
            return None
        self._told[prefix] = digest
        return happenings.verdict(element, peer or (announced or {}).get("peer", ""), now)

    # ── what is told ────────────────────────────────────────────────────────────────────────────────────────────────────

    async def tell(self, told: Iterable[Happening], *, kept: bool = False) -> None:
        """Tell those who listen; ``kept``: the journal has them already."""
        some = list(told)
        journal = self.outlets.journal
        if journal and some and not kept:
            await aside(lambda: journal.commit((), (), some))
        for one in some:
            for sink in self.outlets.sinks:
                await sink.put(one)
        self._fresh = self._fresh or bool(some)

    async def _review(self) -> None:
        """See which findings are new, and which are not there any more."""
        begun, self._dirty = time.monotonic(), False
        found = _limited(self.lab.findings())
        self._reviewed = time.monotonic()
        self._review_at = self._reviewed + max(REVIEW, 10 * (self._reviewed - begun))
        now, before = self.judging.clock(), set(self.findings)
        told = [happenings.finding(one, now, resolved=False) for one in found if one not in before]
        told += [happenings.finding(one, now, resolved=True) for one in self.findings if one not in set(found)]
        self.findings = found
        await self.tell(told)

    def picture(self) -> View:
        """Draw everything as it stands."""
        now = datetime.now(UTC)  # what one sees is of this moment, whatever the verdicts' time is
        return picture.draw(self.lab, self.findings, self.gaps, self.counts(), (self._begun or now, now))

    def _draw(self) -> None:
        """Show everything as it stands to those who look."""
        if self.outlets.viewers:
            view = self.picture()
            for viewer in self.outlets.viewers:
                viewer.show(view)
        self._drawn_at, self._fresh = time.monotonic(), False


def _outcome(steps: Iterable[Step]) -> tuple[list[tuple[Route, str]], list[tuple[str, Prefix, str]]]:
    """Give what steps come to, one after the other: the routes that stand at their end, and the places that are empty then."""
    places: dict[tuple[str, Prefix, str], Route | None] = {}
    for step in steps:  # within a step nothing is both: the announcement counts (RFC 4271 s4.3)
        places.update(dict.fromkeys(step.withdrawn))
        places.update({(route.peer, route.prefix, path_id): route for route, path_id in step.announced})
    announced = [(route, place[2]) for place, route in places.items() if route]
    return announced, [place for place, route in places.items() if not route]


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    """Give the first failure of several."""
    found: deque[BaseException] = deque(failed.exceptions)
    while isinstance(found[0], BaseExceptionGroup):
        found.extendleft(reversed(found.popleft().exceptions))  # type: ignore[attr-defined]
    return found[0]


def _limited(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Leave out what is beyond ``MOST_TOLD`` of one rule."""
    seen: dict[str, int] = {}
    kept = []
    for one in findings:
        seen[one.rule] = seen.get(one.rule, 0) + 1
        if seen[one.rule] <= MOST_TOLD:
            kept.append(one)
    return tuple(kept)
