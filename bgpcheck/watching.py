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

from bgpcheck.errors import BgpcheckError, FormatError
from bgpcheck.formats.exabgp import event as read_event
from bgpcheck.formats.exabgp_events import Reply, Session, Shutdown, Update
from bgpcheck.lab import happenings
from bgpcheck.lab import judge as judging
from bgpcheck.lab.quiet import QUIET
from bgpcheck.lab.state import Step
from bgpcheck.lookups import BATCH, Lookups
from bgpcheck.resync import Resync
from bgpcheck.sources.base import Gap, GapReason
from bgpcheck.speaker.commands import teardown
from bgpcheck.telling import Outlets, Telling

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bgpcheck.claim import Claim
    from bgpcheck.lab.happenings import Happening
    from bgpcheck.lab.state import Lab
    from bgpcheck.lookups import Ask
    from bgpcheck.model import Prefix
    from bgpcheck.policy import Policy
    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Answer
    from bgpcheck.speaker.inbox import Inbox

SPEAKER = "exabgp"  # the source of gaps that are the speaker's
SLICE = 500  # lines taken at once
BLINK = 0.02  # seconds of work before others go on
TICK = 0.25  # seconds between looks at what is due
SETTLING = 2.0  # seconds that look-ups are waited for where the user ends it
HURRY = 0.2  # seconds that they, or a last review, may take under ExaBGP, which kills its processes 2 s after it ends
MOST_UNREADABLE = 1000  # lines that are told


@dataclass(frozen=True, slots=True)
class Judging:
    """How is judged.

    ``planned``: (file name, text) of assumed objects; ``clock`` gives the verdict's now; ``together``: prefixes of one look-up at most.
    """

    policy: Policy
    settings: Settings
    ask: Ask
    clock: Callable[[], datetime]
    planned: tuple[tuple[str, str], ...] = ()
    together: int = BATCH


@dataclass(slots=True)
class Watching:
    """One watch. ``speak`` sends a command to the speaker, where there is one; ``enforce``: drop sessions as Microsoft's edge does.

    ``until``: end when this says so, beside ``stop`` and the end of the speaker; ``hurry``: there is little time at the end.
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
    _dropping: set[str] = field(default_factory=set)  # peers whose session is being dropped
    _notices: deque[str] = field(default_factory=deque)
    _work: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None

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
        self._work.set()

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
            "shed": self.resync.shed,
            "routes": len(self.lab.heard),
            "lookups": self.lookups.done,
            "waiting": self.lookups.waiting,
        }

    # ── the loop ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Go on until the speaker ends or ``stop`` is called. Raises what a sink or the user's own files make impossible."""
        self._loop = asyncio.get_running_loop()
        self._changed.update(dict.fromkeys(self.lab.prefixes(), ""))
        try:
            async with asyncio.TaskGroup() as group:
                ticking = group.create_task(self._tick(group))
                await self._listen()
                await self._settle()
                ticking.cancel()
                self.lookups.stop()
        except* BgpcheckError as failed:
            raise _first(failed) from None
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
                self.interrupted = True
            else:
                await self._work.wait()
                self._work.clear()

    async def _take(self) -> bool:
        """Take a slice of what is in the inbox; tells whether there was any."""
        taken = self.inbox.take(SLICE)
        self.resync.lose(taken.shed)
        if taken.lines:
            self.quiet_since = time.monotonic()
            await self._apply([step for line in taken.lines if line.strip() and (step := self._line(line))])
        return bool(taken.lines)

    async def _settle(self) -> None:
        """Take in what was said by now, and wait for look-ups: for all where the speaker ended, a moment where the user wants to leave."""
        end = time.monotonic() + (HURRY if self.hurry else SETTLING)
        while not self.settled and not ((self.interrupted or self.hurry) and time.monotonic() > end):
            if not await self._take():
                await self._judge_changed()
                await asyncio.sleep(BLINK)

    async def _tick(self, group: asyncio.TaskGroup) -> None:
        """Look again and again at what is due."""
        while True:
            for peer, through in self.resync.due():
                await self._through(peer, through=through)
            while self._notices:
                await self.lament(self._notices.popleft())
            self.lookups.start(group, time.monotonic())
            await self.telling.look(self.counts)
            if not len(self.inbox):
                self.resync.ask_the_lost()
            self.resync.begin()
            self._work.set()
            await asyncio.sleep(TICK)

    # ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _apply(self, steps: Sequence[Step]) -> None:
        """Keep and tell what events came to, and have judged what changed."""
        for step in steps:
            self._changed.update(step.changed)
        await self.telling.steps(steps)

    def _line(self, line: bytes) -> Step | None:
        """Take one line in."""
        self.applied += 1
        try:
            one = read_event(line, file=SPEAKER)
        except FormatError as error:
            self.malformed += 1
            return self._gap(GapReason.MALFORMED, str(error)) if self.malformed <= MOST_UNREADABLE else None
        if isinstance(one, Reply):
            self.resync.answer(line)
            return None
        if isinstance(one, Shutdown):
            self.ended = ""
            return None
        step = self.lab.hear(one)
        self.resync.follow(one)
        if isinstance(one, Session):
            self._dropping.discard(one.peer)
        elif isinstance(one, Update):
            self._enforce(one, step)
        return step

    def _enforce(self, one: Update, step: Step) -> None:
        """LIM-1: drop a session that announces more than the edge takes, once."""
        if not self.enforce or self.speak is None or one.peer in self._dropping or self.lab.sessions[one.peer].state != "up":
            return
        over = self.lab.over(one.peer)
        if over:
            self._dropping.add(one.peer)
            self.speak(teardown(one.peer))
            step.told.append(happenings.dropped(one.peer, self.lab.role_of(one.peer), over, self.lab.edge.limit, one.at))

    def _gap(self, reason: GapReason, detail: str, peer: str = "") -> Step:
        """Make what tells of something that the speaker did not say."""
        return Step(told=[happenings.gap(Gap(SPEAKER, reason, detail), self.judging.clock(), peer=peer)])

    async def lament(self, why: str) -> None:
        """Tell that the speaker does not do what it should."""
        await self._apply([self._gap(GapReason.UNREACHABLE, why)])

    async def _through(self, peer: str, *, through: bool) -> None:
        """Take note that a peer is through, so that what it did not say again is gone; or that it never answered."""
        detail = f"{peer} did not answer a route refresh: what it withdrew meanwhile is not known; restart its session"
        step = self.lab.sweep(peer, self.judging.clock()) if through else self._gap(GapReason.TIMEOUT, detail, peer)
        await self._apply([step])

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
        await self.telling.tell(told)
        await asyncio.sleep(0)

    async def _found(self, batch: list[Prefix], answers: Mapping[str, Answer]) -> None:
        """Have judged what a look-up was about."""
        knowledge = judging.know(answers, self.judging.settings, self.judging.planned)
        for prefix in batch:
            self.lookups.keep(prefix, knowledge)
            self._changed.setdefault(prefix, "")
        self._work.set()
        await self.telling.tell(self.telling.silent(answers))

    def _judge(self, prefix: Prefix, peer: str, knowledge: Any) -> list[Happening]:  # noqa: ANN401 (what ``know`` gave)
        """Judge one prefix as it stands; gives what is to be told. What nobody lists or announces any more is forgotten."""
        if not self.lab.concerns(prefix):
            self.telling.forget(prefix)
            return []
        now = self.judging.clock()
        found, element = judging.judge(self.lab.claim(prefix), knowledge, self.judging.policy, now)
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
