"""The engine of ``watch`` and ``lab``: a speaker's events in, verdicts out, for as long as it speaks. Waits.

Rule: the reader only reads, look-ups run beside, and nothing here works for longer than a blink without letting others go on; what
is decided is decided by the pure ``lab``.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bgpcheck import conclude
from bgpcheck.errors import BgpcheckError, FormatError
from bgpcheck.formats.exabgp import event as read_event
from bgpcheck.formats.exabgp_events import Reply, Session, Shutdown, Update
from bgpcheck.lab import happenings
from bgpcheck.lab.judge import judge, know
from bgpcheck.lab.quiet import QUIET
from bgpcheck.lab.state import Step
from bgpcheck.lookups import BATCH, Lookups
from bgpcheck.resync import SPEAKER, Resync
from bgpcheck.sources.base import Gap, GapReason
from bgpcheck.speaker.commands import teardown
from bgpcheck.telling import Outlets, Telling

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
    from datetime import datetime

    from bgpcheck.bulk.internet import Table
    from bgpcheck.case import Case
    from bgpcheck.claim import Claim
    from bgpcheck.lab.happenings import Happening
    from bgpcheck.lab.state import Lab
    from bgpcheck.lab.view import View
    from bgpcheck.lookups import Ask
    from bgpcheck.model import Prefix
    from bgpcheck.policy import Policy
    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Answer
    from bgpcheck.speaker.inbox import Inbox

SLICE = 500  # lines taken at once
BLINK = 0.02  # seconds of work before others go on
TICK = 0.25  # seconds between looks at what is due
SETTLING = 2.0  # seconds that look-ups are waited for where the user ends it
HURRY = 0.2  # seconds that they, or a last review, may take under ExaBGP, which kills its processes 2 s after it ends
LOOK_EVERY = 2.0  # seconds between readings of the Internet's table at least; ten times what one takes where that is more
MOST_UNREADABLE = 1000  # lines that are told


@dataclass(frozen=True, slots=True)
class Judging:
    """How is judged.

    ``planned``: (file name, text) of assumed objects; ``clock`` gives the verdict's now; ``together``: prefixes of one look-up at most;
    ``look`` reads what the Internet sees of prefixes, where there is a table; ``case``: what findings about documents go by.
    """

    policy: Policy
    settings: Settings
    ask: Ask
    clock: Callable[[], datetime]
    planned: tuple[tuple[str, str], ...] = ()
    together: int = BATCH
    look: Callable[[Collection[Prefix]], Awaitable[Table]] | None = None
    case: Case | None = None


@dataclass(slots=True)
class Watching:
    """One watch. ``speak`` sends a command to the speaker, where there is one; ``enforce``: drop sessions as Microsoft's edge does.

    ``until``: end when this says so, ``seconds``: after so long, beside ``stop`` and the end of the speaker; ``hurry``: there is little
    time at the end.
    ``ended``: why the speaker ended, where it did, empty for a plain end; ``applied``: lines looked at, of them ``malformed`` ones that
    could not be read; ``quiet_since``: monotonic seconds of the last one.
    """

    lab: Lab
    inbox: Inbox
    judging: Judging
    outlets: Outlets = field(default_factory=Outlets)
    speak: Callable[[str], object] | None = None
    enforce: bool = False
    until: Callable[[Watching], bool] | None = None
    seconds: float | None = None
    hurry: bool = False
    ended: str | None = None
    interrupted: bool = False
    applied: int = 0
    malformed: int = 0
    quiet_since: float = 0.0
    telling: Telling = field(init=False)
    lookups: Lookups = field(init=False)
    resync: Resync = field(init=False)
    _changed: dict[Prefix, str] = field(default_factory=dict)  # to be judged → peer
    _dropping: dict[str, bool] = field(default_factory=dict)  # peers whose session is to be dropped → whether the speaker was told
    _notices: deque[str] = field(default_factory=deque)
    _work: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None
    _group: asyncio.TaskGroup | None = None
    _look_at: float = 0.0  # monotonic seconds: not before

    def __post_init__(self) -> None:
        """Put the parts together."""
        self.telling = Telling(self.lab, self.outlets, self.judging.clock, self.stop)
        self.lookups = Lookups(self.judging.ask, self._claim, self._found, self.judging.together)
        self.resync = Resync(self.lab, self.speak)

    # ── from outside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def connect(self, speak: Callable[[str], object]) -> None:
        """Take what sends commands to the speaker, once that is there."""
        self.speak = self.resync.speak = speak

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
        self.telling.leave(self._patience)
        self._work.set()

    @property
    def _patience(self) -> float:
        """Seconds that the end may take."""
        return HURRY if self.hurry else SETTLING

    def _wake(self) -> None:
        """Have the engine look; nothing where its loop is over already."""
        loop = self._loop
        if loop and not loop.is_closed():
            loop.call_soon_threadsafe(self._work.set)

    @property
    def settled(self) -> bool:
        """Tell whether all that was heard is judged, as far as there are answers."""
        return not len(self.inbox) and not self._changed and not self.lookups.waiting

    def through(self, now: float) -> bool:
        """Tell whether every session that is awaited was up, all have been quiet, and all is judged; ``now``: monotonic seconds."""
        sessions = self.lab.awaited()
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
            "shed": self.resync.shed,
            "routes": len(self.lab.heard),
            "lookups": self.lookups.done,
            "waiting": self.lookups.waiting,
            "open": self.lookups.open,
        }

    def view(self) -> View:
        """Draw everything as it stands."""
        return self.telling.view(self.counts())

    # ── the loop ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Go on until the speaker ends or ``stop`` is called. Raises what a sink or the user's own files make impossible."""
        self._loop = asyncio.get_running_loop()
        timer = self._loop.call_later(self.seconds, self.stop) if self.seconds else None
        self._changed.update(dict.fromkeys(self.lab.prefixes(), ""))
        try:
            async with asyncio.TaskGroup() as group:
                self._group = group
                ticking = group.create_task(self._tick(group))
                await self._listen()
                await self._settle()
                ticking.cancel()
                self.lookups.stop()
        except* BgpcheckError as failed:
            raise _first(failed) from None
        finally:
            if timer:
                timer.cancel()
        now = self.judging.clock()
        remembered = [one.peer for one in self.lab.sessions.values() if one.remembered and self.lab.heard.speaks(one.peer)]
        await self.telling.steps([self.resync.unanswered(peer, now) for peer in remembered])
        if not self.hurry:
            await self._look_around(at_once=True)
        await self.telling.review(within=HURRY if self.hurry else None)
        self.telling.draw(self.counts())

    async def _listen(self) -> None:
        """Take in what is heard until the end."""
        while not self.interrupted:
            if await self._take():
                await asyncio.sleep(0)
            elif self._changed:
                await self._judge_changed()
            elif self.ended is not None and not len(self.inbox):
                return
            elif self.until and self.until(self):
                self.stop()
            else:
                await self._work.wait()
                self._work.clear()

    async def _take(self) -> bool:
        """Take a slice of what is in the inbox; tells whether there was any."""
        taken = self.inbox.take(SLICE)
        self.resync.lose(taken.shed)
        if taken.lines:
            self.quiet_since = time.monotonic()
            await self._apply([step for line in taken.lines if line.strip() for step in self._line(line)])
            self._drop_sessions()
        return bool(taken.lines)

    async def _settle(self) -> None:
        """Take in what was said by now, and wait for look-ups: for all where the speaker ended, a moment where the user wants to leave."""
        end = time.monotonic() + self._patience
        while not self.settled and not ((self.interrupted or self.hurry) and time.monotonic() > end):
            if not await self._take():
                await self._judge_changed()
                await asyncio.sleep(BLINK)

    async def _tick(self, group: asyncio.TaskGroup) -> None:
        """Look again and again at what is due."""
        while True:
            if not len(self.inbox):  # else what a peer said again may still wait there
                await self._apply(self.resync.due(self.judging.clock()))
                self.resync.ask_the_lost()
            while self._notices:
                await self.lament(self._notices.popleft())
            self.lookups.start(group, time.monotonic())
            await self._look_around()
            await self.telling.look(self.counts)
            self.resync.begin()
            self._work.set()
            await asyncio.sleep(TICK)

    # ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _apply(self, steps: Sequence[Step]) -> None:
        """Keep and tell what events came to, and have judged what changed."""
        for step in steps:
            self._changed.update(step.changed)
            for _, prefix, _ in step.withdrawn:
                if not self.lab.concerns(prefix):
                    self.lookups.settle(prefix)
        await self.telling.steps(steps)

    def _line(self, line: bytes) -> list[Step]:
        """Take one line in."""
        self.applied += 1
        try:
            one = read_event(line, file=SPEAKER)
        except FormatError as error:
            return self._unreadable(str(error))
        if isinstance(one, Reply) and one.text.startswith("{"):
            return self._unreadable("begins like JSON and is no event of ExaBGP")
        if isinstance(one, Reply):
            return self.resync.answer(line, self.judging.clock())
        if isinstance(one, Shutdown):
            self.ended = "" if self.hurry else self.ended  # else the end of what it says tells
            return []
        step = self.lab.hear(one)
        self.resync.follow(one)
        if isinstance(one, Session) and one.state != "connected":
            self._dropping.pop(one.peer, None)
        elif isinstance(one, Update):
            self._enforce(one, step)
        return [step]

    def _unreadable(self, why: str) -> list[Step]:
        """Take note of a line that can't be read; of very many the first are told."""
        self.malformed += 1
        if self.malformed > MOST_UNREADABLE:
            return []
        self.lab.note(SPEAKER, f"a line could not be read, and says nothing: {why}")
        return [self._gap(GapReason.MALFORMED, why)]

    def _enforce(self, one: Update, step: Step) -> None:
        """LIM-1: have a session dropped that announces more than the edge takes, once."""
        if not self.enforce or one.peer in self._dropping or self.lab.sessions[one.peer].state != "up":
            return
        over = self.lab.over(one.peer)
        if over:
            self._dropping[one.peer] = False
            step.told.append(happenings.dropped(one.peer, self.lab.role_of(one.peer), over, self.lab.edge.limit, one.at))

    def _drop_sessions(self) -> None:
        """Drop the sessions that are to be, now that nothing in this slice says that they are gone already."""
        for peer, sent in list(self._dropping.items()):
            if not sent and self.speak:
                self._dropping[peer] = True
                self.speak(teardown(peer))

    def _gap(self, reason: GapReason, detail: str, peer: str = "") -> Step:
        """Make what tells of something that the speaker did not say."""
        return Step(told=[happenings.gap(Gap(SPEAKER, reason, detail), self.judging.clock(), peer=peer)])

    async def lament(self, why: str) -> None:
        """Tell that the speaker does not do what it should."""
        await self._apply([self._gap(GapReason.UNREACHABLE, why)])

    # ── verdicts ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _claim(self, prefix: Prefix) -> Claim | None:
        """Give the claim of a prefix that still matters."""
        return self.lab.claim(prefix) if self.lab.concerns(prefix) else None

    async def _judge_changed(self) -> None:
        """Judge what changed and is known; have the rest looked up. A blink's worth, then others go on."""
        end, told = time.monotonic() + BLINK, list[Any]()
        while self._changed and time.monotonic() < end:
            prefix = next(iter(self._changed))
            peer = self._changed.pop(prefix)
            knowledge = self.lookups.known(prefix)
            if knowledge is not None:
                told += self._judge(prefix, peer, knowledge)
            elif self.lab.concerns(prefix):
                self.lookups.want(prefix)
            else:
                self.lookups.settle(prefix)
        await self.telling.tell(told)
        await asyncio.sleep(0)

    async def _found(self, batch: list[Prefix], answers: Mapping[str, Answer]) -> None:
        """Have judged what a look-up was about."""
        knowledge = know(answers, self.judging.settings, self.judging.planned)
        for prefix in batch:
            self.lookups.keep(prefix, knowledge)
            self._changed.setdefault(prefix, "")
        self._work.set()
        if self.judging.case:
            self.lab.read(conclude.about_documents(self.judging.case, answers, self.judging.settings))
        await self.telling.tell(self.telling.silent(answers))
        if self._group and not self.interrupted:
            self.lookups.start(self._group, time.monotonic())

    async def _look_around(self, *, at_once: bool = False) -> None:
        """Have the table of what the Internet sees read for what was not known when it was read last (PFX-4)."""
        look = self.judging.look
        if look is None or (time.monotonic() < self._look_at and not at_once):
            return
        unseen = self.lab.unseen()
        if not unseen:
            return
        wanted = self.lab.looked | unseen
        begun = time.monotonic()
        self.lab.see(wanted, await look(wanted))
        self._look_at = time.monotonic() + max(LOOK_EVERY, 10 * (time.monotonic() - begun))
        self.telling.dirty = True

    def _judge(self, prefix: Prefix, peer: str, knowledge: Any) -> list[Happening]:  # noqa: ANN401 (what ``know`` gave)
        """Judge one prefix as it stands; gives what is to be told. What nobody lists or announces any more is forgotten."""
        if not self.lab.concerns(prefix):
            self.telling.forget(prefix)
            self.lookups.settle(prefix)
            return []
        now = self.judging.clock()
        found, element = judge(self.lab.claim(prefix), knowledge, self.judging.policy, now)
        self.lab.judged[prefix] = found
        if found.waits:
            self.lookups.leave_open(prefix, time.monotonic())
        else:
            self.lookups.settle(prefix)
        return self.telling.verdict(prefix, peer, element, now)


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    """Give the first failure of several."""
    first = failed.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
