"""Peers made to say all again: after a restart, after what was lost, after a session came up. Waits for nothing; the engine asks it.

Rule: what a peer did not say again is withdrawn only when it is through (``lab.quiet``), and where it never answers that is said.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.formats.exabgp_events import Session, Update
from bgpcheck.lab import neighbors
from bgpcheck.lab.quiet import Quiet
from bgpcheck.speaker.commands import SHOW_NEIGHBORS, refresh

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bgpcheck.formats.exabgp_events import Event
    from bgpcheck.lab.state import Lab

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

    def begin(self) -> None:
        """Ask the speaker who its neighbors are; its answer has every session that is up say all again.

        An answer may be lost where ExaBGP has just started its helper anew: it is asked until it has answered.
        """
        if self.speak and not self._answered and time.monotonic() - self._asked_at >= ANSWERED_IN:
            self._asked_at = time.monotonic()
            self.speak(SHOW_NEIGHBORS)

    def answer(self, line: bytes) -> None:
        """Take an answer of the speaker's in; only the first that says who its neighbors are counts."""
        found = neighbors.read(line.decode("utf-8", "replace").strip()) if not self._answered else None
        self._answered = self._answered or found is not None
        for one in found or ():
            if one.up:
                self._refresh(one.peer)

    def follow(self, one: Event) -> None:
        """See what an event means for who is through."""
        now = time.monotonic()
        if isinstance(one, Update):
            self._quiet.spoke(one.peer, now)
        elif isinstance(one, Session) and one.state == "up":
            self._quiet.begin(one.peer, now)
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

    def due(self) -> list[tuple[str, bool]]:
        """Give the peers that are through now; False beside one that was asked and has never answered."""
        return self._quiet.due(time.monotonic())

    def _refresh(self, peer: str) -> None:
        """Have a peer say all again: what it has withdrawn in the meantime is not known."""
        self.lab.heard.mark(peer)
        self._quiet.begin(peer, time.monotonic(), asked=True)
        if self.speak:
            self.speak(refresh(peer, "ipv4"))
            self.speak(refresh(peer, "ipv6"))
