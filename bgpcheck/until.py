"""Waiting until a peering is as wanted: looks again when sources may be asked again or files were renewed, tells what changed. Waits.

Rule: an answer that was not had ends nothing; time passes through ``Clock`` alone.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bgpcheck import recheck, waited
from bgpcheck.asked import Tally
from bgpcheck.errors import BgpcheckError, FetchError
from bgpcheck.history import CONFIGURED
from bgpcheck.keeping import Keeping, lines
from bgpcheck.look import CIRCUIT, Looking
from bgpcheck.plan import tied
from bgpcheck.recheck import LEAST
from bgpcheck.says import Place
from bgpcheck.sources.base import Gap
from bgpcheck.waiting import Log

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping
    from datetime import datetime

    from bgpcheck.api import Options, Outcomes
    from bgpcheck.recheck import Group
    from bgpcheck.result import Result
    from bgpcheck.sources.base import Reply, Request
    from bgpcheck.waiting import Waiting

POLL = 30.0  # seconds between two looks at names, sizes and times of files
SELDOM = timedelta(hours=1)
INTERRUPTED, OVER, NOBODY = "interrupted", "time is over", "nobody may be asked again before time is over"


@dataclass(frozen=True, slots=True)
class Ended:
    """How it ended. ``why``: empty where it is as wanted, else in words."""

    outcomes: Outcomes
    why: str


async def until(options: Options, waiting: Waiting) -> Ended:
    """Check again and again until the verdict is ``configured``, or time is over.

    Errors are those of ``api.check`` at the first look; later ones are told, and end nothing. ``KeyboardInterrupt``: it was stopped
    before there was any result.
    """
    patience = Patience(tied(options), waiting)
    why = await patience.run()
    return Ended(patience.outcomes(), why)


class Patience:
    """One waiting, from the first look to the last."""

    def __init__(self, options: Options, waiting: Waiting) -> None:
        """Begin now."""
        self._waiting, self._looking, self._log = waiting, Looking(options, waiting), Log(waiting.tell, waiting.clock)
        self._keeping = Keeping(waiting.now())
        self._end = self._keeping.begin + timedelta(seconds=waiting.seconds)
        self._last: Outcomes | None = None
        self._whole = True  # everything is asked at the next look
        self._silent: frozenset[str] = frozenset()
        self._told: datetime | None = None  # when the next look was told to somebody without a terminal

    async def run(self) -> str:
        """Wait; gives why it ended, empty where it is as wanted."""
        while True:
            if not await self._unless_stopped(self._look):
                break
            if self._last and (why := self._settled(self._last)) is not None:
                return why
            if self._keeping.looks == 1:
                self._log.say_once(self._looking.waits_for(self._end))
            if self._waiting.now() >= self._end:
                return f"{OVER}: {self._missing()}"
            at = self._next()
            if at is None:
                return f"{NOBODY}: {self._missing()}"
            if not await self._rest(at):
                break
        if self._last is None:
            raise KeyboardInterrupt
        return f"{INTERRUPTED}: {self._missing()}"

    def outcomes(self) -> Outcomes:
        """Give the last result, with its history; ``FetchError`` where there is none."""
        if self._last is None:
            raise FetchError("there is no result yet")
        written, checked = self._keeping.history(), self._last.checked
        result = waited.told(written, checked.result, checked.replies)
        seconds = (self._waiting.now() - self._keeping.begin).total_seconds()
        tally = Tally(self._looking.asked, {}, seconds) if self._looking.options.live else None
        return replace(self._last, checked=replace(checked, result=result), past=self._keeping.documents(written), tally=tally)

    # ── when ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _next(self) -> datetime | None:
        """Say when to look again; None: no source may be asked, and no file is there that could be renewed."""
        if self._last is None:
            return None
        pace, visits = self._looking.pace, self._looking.memory.visits
        at = self._whole_at() if self._whole else pace.next_look(visits, self._times(self._last.result), self._end)
        at = at or (self._end if self._looking.mark() else None)
        return at and min(max(at, self._waiting.now() + LEAST), self._end)

    def _whole_at(self) -> datetime | None:
        """Say when all may be asked at once."""
        pace, memory = self._looking.pace, self._looking.memory
        answered = {pace.group(one.source) for one, reply in memory.replies.items() if not isinstance(reply, Gap)}
        return pace.whole_at(memory.visits, {CIRCUIT, *answered}, self._end)

    def _times(self, result: Result) -> Iterator[tuple[Group, datetime]]:
        """Give when something is wanted of each group that was visited."""
        pace, memory, places = self._looking.pace, self._looking.memory, recheck.wanted(result, self._keeping.words)
        for request, reply in memory.replies.items():
            group, at = pace.group(request.source), memory.at[request]
            if group in memory.visits:
                yield group, at if isinstance(reply, Gap) or Place(*request) in places else at + pace.good(request.source)
        yield from ((group, memory.visits[group].at) for group in {pace.group(request.source) for request in memory.left})
        if CIRCUIT in memory.visits:
            yield CIRCUIT, memory.visits[CIRCUIT].at

    async def _rest(self, at: datetime) -> bool:
        """Let time pass until then, or until files were renewed and have come to rest; False where it was stopped."""
        self._say_next(at)
        before = self._looking.taken
        while (left := (at - self._waiting.now()).total_seconds()) > 0:
            if not await self._unless_stopped(partial(self._waiting.clock.sleep, min(left, POLL) if before else left)):
                return False
            found = self._looking.mark()
            if found == before and found != self._looking.taken:
                return True
            before = found
        return True

    def _say_next(self, at: datetime) -> None:
        """Say when is looked next, and whom that is for."""
        last, now = self._last, self._waiting.now()
        whom = recheck.awaited(last.result, self._keeping.words, last.checked.replies) if last else ""
        words = f"next look at {at:%H:%M:%S}Z{whom and f'; waiting for {whom}'}"
        self._waiting.tell.progress(words)
        if self._told is None or now - self._told >= SELDOM:
            self._told = now
            self._waiting.tell.seldom(words)

    async def _unless_stopped(self, work: Callable[[], Awaitable[object]]) -> bool:
        """Do something unless the end comes first; tells which."""
        if self._waiting.stop.is_set():
            return False
        task, stop = asyncio.ensure_future(work()), asyncio.ensure_future(self._waiting.stop.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                return False
            task.result()
        finally:
            for one in (task, stop):
                one.cancel()
                with suppress(asyncio.CancelledError, BgpcheckError):
                    await one
        return True

    # ── one look, and what it brought ───────────────────────────────────────────────────────────────────────────────────

    async def _look(self) -> None:
        """Look once; what went wrong ends nothing but the first look."""
        now, looking = self._waiting.now(), self._looking
        may = looking.pace.open_now(looking.memory.visits, now, self._end)
        if self._last and not may and looking.mark() == looking.taken:
            return  # there is nobody to ask, and nothing to read
        part = self._last is not None and not self._whole and now < self._end
        wanted = recheck.wanted(self._last.result, self._keeping.words) if self._last and part else None
        try:
            outcomes = await looking.look(may, wanted)
        except BgpcheckError as error:
            if self._last is None:
                raise
            self._log.say_once(str(error))
            return
        if looking.fault:
            self._log.say_once(looking.fault)
        doubts = looking.doubts(outcomes) if outcomes.result.verdict == CONFIGURED else []
        for doubt in doubts:
            self._log.say_once(f"not taken for ready: {doubt}")
        if not doubts or self._last is None:
            self._keeping.doubts = tuple(doubts)
            self._heed(outcomes)
        self._whole |= bool(doubts)

    def _heed(self, outcomes: Outcomes) -> None:
        """Keep a result, and tell what changed."""
        replies, memory = outcomes.checked.replies, self._looking.memory
        self._whole = self._looking.whole and bool(waited.unasked(replies))
        azure = memory.visits[CIRCUIT].at if CIRCUIT in memory.visits else None
        changes = self._keeping.add(outcomes.result, replies, memory.at, azure)
        self._last = outcomes
        for line in lines(changes):
            self._log.say(line)
        self._say_who_is_silent({one.source: reply for one, reply in memory.replies.items() if isinstance(reply, Gap) and one in replies})
        if changes:
            self._log.forget()
        if outcomes.result.verdict != CONFIGURED:
            self._log.say_once(self._missing())

    def _say_who_is_silent(self, gaps: dict[str, Gap]) -> None:
        """Tell who fell silent and who speaks again; who never spoke stands in the result."""
        alike: dict[str, list[str]] = {}
        for source in sorted(gaps.keys() - self._silent) if self._keeping.looks > 1 else ():
            alike.setdefault(f"no answer any more ({gaps[source].reason}: {gaps[source].detail})", []).append(source)
        if back := sorted(self._silent - gaps.keys()):
            alike["answers again"] = back
        for words, sources in alike.items():
            self._log.say(f"{', '.join(sources)}: {words}")
        self._silent = frozenset(gaps)

    # ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _settled(self, last: Outcomes) -> str | None:
        """Say why there is nothing more to wait for; empty: it is as wanted; None: there is."""
        if last.result.verdict == CONFIGURED:
            if not self._whole:
                self._log.say(self._ready(last.checked.replies))
                return ""
            if at := self._whole_at():
                self._log.say_once(f"{CONFIGURED} by what could be asked in this look; all are asked at {at:%H:%M:%SZ}, to make sure")
            return None
        return recheck.stuck(last.result, circuit_moves=self._waiting.circuit is not None) or None

    def _ready(self, replies: Mapping[Request, Reply]) -> str:
        """Say since when it is ready, as far as that is known."""
        last = self._keeping.changes[-1] if self._keeping.changes else None
        when = f"; the last change was seen at {last.at:%H:%M:%SZ}" if last else ""
        when += f", and came some time after {last.not_before:%H:%M:%SZ}" if last and last.not_before else ""
        return f"ready: {CONFIGURED}, {waited.basis(replies)}{when}"

    def _missing(self) -> str:
        """Say what is missing."""
        if self._last is None:
            return "there is no result yet"
        if self._last.result.verdict == CONFIGURED:
            sources = sorted({one.source for one in waited.unasked(self._last.checked.replies)})
            why = "; ".join(self._keeping.doubts) or f"{', '.join(sources)} could not be asked again in time"
            return f"{CONFIGURED}, not confirmed: {why}"
        return recheck.missing(self._last.result, self._keeping.words, self._last.checked.replies)
