"""What a watch or a lab tells, as the contract's JSON Lines (interface.md, Watch and lab events). Pure.

Rule: every one has ``type``, ``at`` and ``peer`` (empty where it is about no one session); texts from outside are cut, JSON escapes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bgpcheck.formats.exabgp_events import EndOfRib, Notification, Open, Refresh, Session
from bgpcheck.lab.notices import words
from bgpcheck.shape import finding_json, gap_json, utc

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bgpcheck.formats.exabgp_events import Event
    from bgpcheck.lab.sessions import SessionFacts
    from bgpcheck.model import Prefix
    from bgpcheck.rules.base import Finding
    from bgpcheck.sources.base import Gap

Happening = dict[str, Any]


def session(facts: SessionFacts, role: str, event: Event) -> Happening | None:
    """Tell of an event of a session; None where it says nothing about it."""
    told = _detail(event)
    if told is None or not isinstance(event, Session | Notification | Open | EndOfRib | Refresh):
        return None
    known = {"role": role, "state": facts.state, "peerAsn": facts.peer_asn, "flaps": facts.flaps}
    return {"type": "session", "at": utc(event.at), "peer": event.peer, **known, **told}


def _detail(event: Event) -> Mapping[str, Any] | None:
    """Give what is particular to an event."""
    if isinstance(event, Session):
        return {"event": event.state, "reason": event.reason}
    if isinstance(event, Notification):
        return {"event": "notification", "direction": event.direction, "code": event.code, "subcode": event.subcode, "words": words(event)}
    if isinstance(event, Open):
        able = {"asn": event.asn, "holdTime": event.hold_time, "families": list(event.families)}
        return {"event": "open", "direction": event.direction, **able}
    if isinstance(event, EndOfRib):
        return {"event": "end-of-rib", "family": event.family}
    if isinstance(event, Refresh):
        return {"event": "refresh", "direction": event.direction, "family": event.family, "subtype": event.subtype}
    return None


def dropped(peer: str, role: str, over: tuple[str, int], limit: int, at: datetime) -> Happening:
    """Tell that the edge drops a session that has ``over`` (family, count) more than ``limit`` routes (LIM-1)."""
    family, count = over
    told = f"{count} {family} routes: Microsoft drops the session at {limit + 1}; announce {limit} at most, then it comes back"
    body = {"event": "dropped", "rule": "LIM-1", "family": family, "routes": count, "limit": limit, "words": told}
    return {"type": "session", "at": utc(at), "peer": peer, "role": role, **body}


def verdict(element: Mapping[str, Any], peer: str, at: datetime) -> Happening:
    """Tell a verdict: an element of ``prefixes[]``."""
    return {"type": "verdict", "at": utc(at), "peer": peer, **element}


def withdrawn(prefix: Prefix, peer: str, why: str, at: datetime, *, listed: bool) -> Happening:
    """Tell that a peer does not announce a prefix any more."""
    return {"type": "withdrawn", "at": utc(at), "peer": peer, "prefix": str(prefix), "family": prefix.family, "listed": listed, "why": why}


def finding(one: Finding, at: datetime, *, resolved: bool) -> Happening:
    """Tell that a finding is there, or not any more."""
    return {"type": "finding", "at": utc(at), "peer": "", **finding_json(one), "resolved": resolved}


def gap(one: Gap, at: datetime, *, peer: str = "") -> Happening:
    """Tell that a source, or the speaker, did not say what it should."""
    return {"type": "gap", "at": utc(at), "peer": peer, **gap_json(one, deciding=False)}
