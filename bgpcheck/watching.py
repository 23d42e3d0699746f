"""The engine of ``watch`` and ``lab``: a speaker's events in, verdicts out, for as long as it speaks. Waits.

Rule: the reader only reads, look-ups run beside, and nothing here works for longer than a blink without letting others go on; what
is decided is decided by the pure ``lab``.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.errors import BgpcheckError
from bgpcheck.hearing import Hearing
from bgpcheck.judging import BLINK, Verdicts
from bgpcheck.lab.quiet import QUIET
from bgpcheck.resync import Resync
from bgpcheck.sources.base import GapReason
from bgpcheck.telling import Outlets, Telling

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bgpcheck.judging import Judging
    from bgpcheck.lab.state import Lab, Step
    from bgpcheck.lab.view import View
    from bgpcheck.speaker.inbox import Inbox

SLICE = 500  # lines taken at once
TICK = 0.25  # seconds between looks at what is due
SETTLING = 2.0  # seconds that look-ups are waited for where the user ends it
HURRY = 0.2  # seconds that they, or a last review, may take under ExaBGP, which kills its processes 2 s after it ends


@dataclass(slots=True)
class Watching:
    """One watch. ``speak`` sends a command to the speaker, where there is one; ``enforce``: drop sessions as Microsoft's edge does.

    ``until``: end when this says so, ``seconds``: after so long, beside ``stop`` and the end of the speaker; ``hurry``: there is little
    time at the end.
    ``ended``: why the speaker ended, where it did, empty for a plain end; ``quiet_since``: monotonic seconds of the last line.
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
    quiet_since: float = 0.0
    telling: Telling = field(init=False)
    verdicts: Verdicts = field(init=False)
    resync: Resync = field(init=False)
    hearing: Hearing = field(init=False)
    _notices: deque[str] = field(default_factory=deque)
    _work: asyncio.Event = field(default_factory=asyncio.Event)
    _loop: asyncio.AbstractEventLoop | None = None

    def __post_init__(self) -> None:
        """Put the parts together."""
        self.telling = Telling(self.lab, self.outlets, self.judging.clock, self.stop)
        self.verdicts = Verdicts(self.lab, self.judging, self.telling, self._work.set)
        self.resync = Resync(self.lab, self.speak)
        self.hearing = Hearing(self.lab, self.resync, self.judging.clock, self._shut, self.enforce)

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
        self.interrupted = self.verdicts.leaving = True
        self.telling.leave(self._patience)
        self._work.set()

    def _shut(self) -> None:
        """Take note that the speaker says that it ends; where there is time, the end of what it says tells."""
        self.ended = "" if self.hurry else self.ended

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
        return not len(self.inbox) and self.verdicts.settled

    def through(self, now: float) -> bool:
        """Tell whether every session that is awaited was up, all have been quiet, and all is judged; ``now``: monotonic seconds."""
        sessions = self.lab.awaited()
        quiet = now - self.quiet_since >= QUIET
        return bool(sessions) and all(one.ups for one in sessions) and quiet and self.settled

    def counts(self) -> dict[str, int]:
        """Give what there is to count."""
        box, lookups = self.inbox, self.verdicts.lookups
        return {
            "events": box.read,
            "updates": box.updates,
            "applied": self.hearing.applied,
            "malformed": self.hearing.malformed,
            "coalesced": box.coalesced,
            "queued": len(box),
            "queuedBytes": box.size,
            "deepestBytes": box.deepest,
            "shed": self.resync.shed,
            "routes": len(self.lab.heard),
            "lookups": lookups.done,
            "waiting": lookups.waiting,
            "open": lookups.open,
        }

    def view(self) -> View:
        """Draw everything as it stands."""
        return self.telling.view(self.counts())

    # ── the loop ────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Go on until the speaker ends or ``stop`` is called. Raises what a sink or the user's own files make impossible."""
        self._loop = asyncio.get_running_loop()
        timer = self._loop.call_later(self.seconds, self.stop) if self.seconds else None
        try:
            async with asyncio.TaskGroup() as group:
                self.verdicts.begin(group)
                ticking = group.create_task(self._tick())
                await self._listen()
                await self._settle()
                ticking.cancel()
                self.verdicts.lookups.stop()
        except BaseExceptionGroup as failed:  # before Python 3.11.4 except* makes another group (python/cpython#103590)
            ours, others = failed.split(BgpcheckError)
            if ours is None or others:
                raise
            raise _first(ours) from None
        finally:
            if timer:
                timer.cancel()
        now = self.judging.clock()
        remembered = [one.peer for one in self.lab.sessions.values() if one.remembered and self.lab.heard.speaks(one.peer)]
        await self.telling.steps([self.resync.unanswered(peer, now) for peer in remembered])
        if not self.hurry:
            await self.verdicts.look_around(at_once=True)
        await self.telling.review(within=HURRY if self.hurry else None)
        self.telling.draw(self.counts())

    async def _listen(self) -> None:
        """Take in what is heard until the end."""
        while not self.interrupted:
            if await self._take():
                await asyncio.sleep(0)
            elif self.verdicts.due:
                await self.verdicts.judge()
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
            await self._apply(list(self.hearing.steps(taken.lines)))
            self.hearing.drop_sessions()
        return bool(taken.lines)

    async def _settle(self) -> None:
        """Take in what was said by now, and wait for look-ups: for all where the speaker ended, a moment where the user wants to leave."""
        end = time.monotonic() + self._patience
        while not self.settled and not ((self.interrupted or self.hurry) and time.monotonic() > end):
            if not await self._take():
                await self.verdicts.judge()
                await asyncio.sleep(BLINK)

    async def _tick(self) -> None:
        """Look again and again at what is due."""
        while True:
            if not len(self.inbox):  # else what a peer said again may still wait there
                await self._apply(self.resync.due(self.judging.clock()))
                self.resync.ask_the_lost()
            while self._notices:
                await self.lament(self._notices.popleft())
            self.verdicts.look_up()
            await self.verdicts.look_around()
            await self.telling.look(self.counts)
            self.resync.begin()
            self._work.set()
            await asyncio.sleep(TICK)

    # ── events ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _apply(self, steps: Sequence[Step]) -> None:
        """Keep and tell what events came to, and have judged what changed."""
        self.verdicts.take(steps)
        await self.telling.steps(steps)

    async def lament(self, why: str) -> None:
        """Tell that the speaker does not do what it should."""
        await self._apply([self.hearing.gap(GapReason.UNREACHABLE, why)])


def _first(failed: BaseExceptionGroup[BaseException]) -> BaseException:
    """Give the first failure of several."""
    first = failed.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
