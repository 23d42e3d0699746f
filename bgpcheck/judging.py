"""What a watch judges by, and its verdicts: what changed is looked up where it must be, and judged when it is known. Waits for look-ups.

Rule: a look-up runs beside everything else, and judging goes on for no longer than a blink; what is decided is decided by ``lab.judge``.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bgpcheck import conclude
from bgpcheck.lab.judge import judge, know
from bgpcheck.lookups import BATCH, Lookups

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
    from datetime import datetime

    from bgpcheck.bulk.internet import Table
    from bgpcheck.case import Case
    from bgpcheck.claim import Claim
    from bgpcheck.lab.happenings import Happening
    from bgpcheck.lab.state import Lab, Step
    from bgpcheck.lookups import Ask
    from bgpcheck.model import Prefix
    from bgpcheck.policy import Policy
    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Answer
    from bgpcheck.telling import Telling

BLINK = 0.02  # seconds of work before others go on
LOOK_EVERY = 2.0  # seconds between readings of the Internet's table at least; ten times what one takes where that is more


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
class Verdicts:
    """The verdicts of one watch. ``wake`` has its loop look what there is to do; ``leaving``: no look-up follows upon another any more."""

    lab: Lab
    judging: Judging
    telling: Telling
    wake: Callable[[], object]
    leaving: bool = False
    lookups: Lookups = field(init=False)
    _changed: dict[Prefix, str] = field(default_factory=dict)  # to be judged → peer
    _group: asyncio.TaskGroup | None = None
    _look_at: float = 0.0  # monotonic seconds: not before

    def __post_init__(self) -> None:
        """Know nothing yet."""
        self.lookups = Lookups(self.judging.ask, self._claim, self._found, self.judging.together)

    @property
    def due(self) -> bool:
        """Tell whether anything is to be judged."""
        return bool(self._changed)

    @property
    def settled(self) -> bool:
        """Tell whether all that changed is judged, as far as there are answers."""
        return not self._changed and not self.lookups.waiting

    def begin(self, group: asyncio.TaskGroup) -> None:
        """Judge all that is listed or remembered; look-ups run in ``group``."""
        self._group = group
        self._changed.update(dict.fromkeys(self.lab.prefixes(), ""))

    def take(self, steps: Iterable[Step]) -> None:
        """Take note of what events changed."""
        for step in steps:
            self._changed.update(step.changed)
            for _, prefix, _ in step.withdrawn:
                if not self.lab.concerns(prefix):
                    self.lookups.settle(prefix)

    def look_up(self) -> None:
        """Begin as many look-ups as may run."""
        if self._group:
            self.lookups.start(self._group, time.monotonic())

    def _claim(self, prefix: Prefix) -> Claim | None:
        """Give the claim of a prefix that still matters."""
        return self.lab.claim(prefix) if self.lab.concerns(prefix) else None

    async def judge(self) -> None:
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
        self.wake()
        if self.judging.case:
            self.lab.read(conclude.about_documents(self.judging.case, answers, self.judging.settings))
        await self.telling.tell(self.telling.silent(answers))
        if not self.leaving:
            self.look_up()

    async def look_around(self, *, at_once: bool = False) -> None:
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
