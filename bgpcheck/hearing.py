"""What a speaker says to a watch: what each line comes to, what can't be read, whose session is to be dropped. Waits for nothing.

Rule: every line is counted, and one that can't be read is told and says nothing; what an event means is decided by ``lab.state``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats.exabgp import event as read_event
from bgpcheck.formats.exabgp_events import Reply, Session, Shutdown, Update
from bgpcheck.lab import happenings
from bgpcheck.lab.state import Step
from bgpcheck.resync import SPEAKER
from bgpcheck.sources.base import Gap, GapReason
from bgpcheck.speaker.commands import teardown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from bgpcheck.lab.state import Lab
    from bgpcheck.resync import Resync

MOST_UNREADABLE = 1000  # lines that are told


@dataclass(slots=True)
class Hearing:
    """Takes lines in. ``enforce``: drop sessions as Microsoft's edge does; ``shut`` is called where the speaker says that it ends.

    ``applied``: lines looked at, of them ``malformed`` ones that could not be read.
    """

    lab: Lab
    resync: Resync
    clock: Callable[[], datetime]
    shut: Callable[[], object]
    enforce: bool = False
    applied: int = 0
    malformed: int = 0
    _dropping: dict[str, bool] = field(default_factory=dict)  # peers whose session is to be dropped → whether the speaker was told

    def steps(self, lines: Iterable[bytes]) -> Iterator[Step]:
        """Take lines in; gives what they come to."""
        return (step for line in lines if line.strip() for step in self._line(line))

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
            return self.resync.answer(line, self.clock())
        if isinstance(one, Shutdown):
            self.shut()
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
        return [self.gap(GapReason.MALFORMED, why)]

    def _enforce(self, one: Update, step: Step) -> None:
        """LIM-1: have a session dropped that announces more than the edge takes, once."""
        if not self.enforce or one.peer in self._dropping or self.lab.sessions[one.peer].state != "up":
            return
        over = self.lab.over(one.peer)
        if over:
            self._dropping[one.peer] = False
            step.told.append(happenings.dropped(one.peer, self.lab.role_of(one.peer), over, self.lab.edge.limit, one.at))

    def drop_sessions(self) -> None:
        """Drop the sessions that are to be, now that nothing in this slice says that they are gone already."""
        for peer, sent in list(self._dropping.items()):
            if not sent and self.resync.speak:
                self._dropping[peer] = True
                self.resync.speak(teardown(peer))

    def gap(self, reason: GapReason, detail: str, peer: str = "") -> Step:
        """Make what tells of something that the speaker did not say."""
        return Step(told=[happenings.gap(Gap(SPEAKER, reason, detail), self.clock(), peer=peer)])
