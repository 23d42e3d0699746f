"""Sessions as their events tell them: state, since when, how often down, and why. Pure.

Rule: only ``down`` after ``up`` is a flap; a notification explains the ``down`` that follows it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bgpcheck.formats.exabgp_events import Notification, Open, Session
from bgpcheck.lab.notices import MAXIMUM, words

if TYPE_CHECKING:
    from datetime import datetime

    from bgpcheck.formats.exabgp_events import Event
    from bgpcheck.lab.view import SessionState

MOST_REASON = 300  # characters


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What is known about the session with ``peer``; ``offered`` and ``asked`` are the peer's OPEN and ours."""

    peer: str
    peer_asn: int | None = None
    state: SessionState = "waiting"
    since: datetime | None = None
    ups: int = 0
    flaps: int = 0
    last: str = ""
    told: str = ""  # a notification that no ``down`` has followed yet
    full: bool = False  # the last one ended because of too many routes (LIM-1)
    offered: Open | None = None
    asked: Open | None = None
    remembered: bool = False  # only a journal knows of it

    @property
    def hold_time(self) -> int | None:
        """The negotiated hold time in seconds: the smaller of both (RFC 4271 s4.2); None while one is not known."""
        both = [one.hold_time for one in (self.offered, self.asked) if one and one.hold_time is not None]
        return min(both) if len(both) == 2 else None  # noqa: PLR2004 (ours and theirs)

    @property
    def families(self) -> tuple[str, ...]:
        """Address families that the peer offers."""
        return self.offered.families if self.offered else ()


def hear(facts: SessionFacts, event: Event) -> SessionFacts:
    """Take an event of this peer in."""
    facts = replace(facts, remembered=False)
    if isinstance(event, Session):
        return _state(facts, event)
    if isinstance(event, Notification):
        return replace(facts, told=words(event), last=words(event), full=(event.code, event.subcode) == MAXIMUM)
    if isinstance(event, Open):
        return replace(facts, asked=event) if event.direction == "send" else replace(facts, offered=event)
    return facts


def _state(facts: SessionFacts, event: Session) -> SessionFacts:
    """Take a change of state in."""
    known = replace(facts, peer_asn=event.peer_asn, state=event.state, since=event.at)
    if event.state == "up":
        return replace(known, ups=facts.ups + 1, told="")
    if event.state == "connected":
        return replace(known, told="")
    return replace(
        known,
        flaps=facts.flaps + (facts.state == "up"),
        last=facts.told or event.reason[:MOST_REASON] or "the connection ended without a notification",
        told="",
        full=facts.full and bool(facts.told),
    )
