"""Peers made to say all again: after a restart, after what was lost, after a session came up. Waits for nothing; the engine asks it.

Rule: what a peer did not say again is withdrawn only when it is through (``lab.quiet``), and where it never answers that is said.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.formats.exabgp_events import Refresh, Session, Update
from bgpcheck.lab import happenings, neighbors
from bgpcheck.lab.quiet import Quiet
from bgpcheck.lab.state import Step
from bgpcheck.model import FAMILIES
from bgpcheck.sources.base import Gap, GapReason
from bgpcheck.speaker.commands import SHOW_NEIGHBORS, refresh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bgpcheck.formats.exabgp_events import Event
    from bgpcheck.lab.state import Lab
    from bgpcheck.model import Family

SPEAKER = "exabgp"  # the source of gaps that are the speaker's
ANSWERED_IN = 5.0  # seconds in which the speaker answers, else it is asked again


@dataclass(slots=True)
class Resync:
    """Who has to say all again. ``speak`` sends a command to the speaker, where there is one; ``shed``: updates that were lost."""

    lab: Lab
    speak: Callable[[str], object] | None = None
    shed: int = 0
    _quiet: Quiet = field(default_factory=Quiet)
    _lost: set[str] = field(default_factory=set)  # peers of which updates were shed
    _asked_at: float = 0.0
    _answered: bool = False  # the speaker has said who its neighbors are
    _families: dict[str, tuple[Family, ...]] = field(default_factory=dict)  # what the speaker's sessions carry

    def begin(self) -> None:
        """Ask the speaker who its neighbors are; its answer has every session that is up say all again.

        An answer may be lost where ExaBGP has just started its helper anew: it is asked until it has answered.
        """
        if self.speak and not self._answered and time.monotonic() - self._asked_at >= ANSWERED_IN:
            self._asked_at = time.monotonic()
            self.speak(SHOW_NEIGHBORS)

    def answer(self, line: bytes, at: datetime) -> list[Step]:
        """Take an answer of the speaker's in; only the first that says who its neighbors are counts. Gives what it came to."""
        found = neighbors.read(line.decode("utf-8", "replace").strip()) if not self._answered else None
        if found is None:
            return []
        self._answered = True
        self._families = {one.peer: one.families for one in found}
        for one in found:
            if one.up:
                self.lab.known(one.peer, one.asn, at)
        gone = set(self.lab.heard.peers()) - {one.peer for one in found}
        steps = [self.lab.leave(peer, at) for peer in sorted(gone)]
        deaf = [one.peer for one in found if one.up and one.refreshes is False and self.lab.heard.speaks(one.peer)]
        for one in found:
            if one.up and one.refreshes is not False:
                self._refresh(one.peer)
        return [*steps, *(self.unanswered(peer, at) for peer in deaf)]

    def unanswered(self, peer: str, at: datetime) -> Step:
        """Say that nobody knows what a peer has withdrawn while nobody listened."""
        detail = f"{peer} does not say its routes again: what it withdrew meanwhile is not known; restart its session"
        return Step(told=[happenings.gap(Gap(SPEAKER, GapReason.TIMEOUT, detail), at, peer=peer)])

    def follow(self, one: Event) -> None:
        """See what an event means for who is through."""
        now = time.monotonic()
        if isinstance(one, Update):
            self._quiet.spoke(one.peer, now)
        elif isinstance(one, Refresh) and one.subtype == "end":
            for family in FAMILIES:
                if one.family == f"{family} unicast" and not self.lab.heard.stale(one.peer, family):
                    self._quiet.end(one.peer, family)
        elif isinstance(one, Session) and one.state == "up":
            for family in FAMILIES:
                self._quiet.begin(one.peer, family, now)
        elif isinstance(one, Session) and one.state == "down":
            self._quiet.end(one.peer)

    def lose(self, shed: Mapping[str, int]) -> None:
        """Take note of updates that there was no room for, by peer."""
        self.shed += sum(shed.values())
        self._lost.update(shed)

    def ask_the_lost(self) -> None:
        """Ask the peers of which updates were shed for all they have."""
        for peer in self._lost:
            self._refresh(peer)
        self._lost.clear()

    def due(self, at: datetime) -> list[Step]:
        """Give what is withdrawn by peers that are through now, and what is to be told of those that never answered."""
        found = self._quiet.due(time.monotonic(), self.lab.heard.answered)
        return [self.lab.sweep(peer, family, at) if through else self.unanswered(peer, at) for peer, family, through in found]

    def _refresh(self, peer: str) -> None:
        """Have a peer say all again: what it has withdrawn in the meantime is not known."""
        for family in self._families.get(peer, FAMILIES):
            self.lab.heard.mark(peer, family)
            self._quiet.begin(peer, family, time.monotonic(), asked=True)
            if self.speak:
                self.speak(refresh(peer, family))
