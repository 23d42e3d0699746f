"""What a journal keeps, as rows of its tables and back. Pure.

Rule: a route comes back equal, typed segments, microseconds and unprintable characters included.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bgpcheck.formats.json_text import dumps
from bgpcheck.model import Prefix, Route, Segment, SegmentKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bgpcheck.model import AsPath

Place = tuple[str, Prefix, str]  # peer, prefix, path identifier (empty where there is none)
Text = str | bytes  # bytes: what UTF-8 has no spelling for, a lone surrogate
LONGEST = 2000  # characters of a session's last words, and of a text in the history
PARTS = (dict, list, tuple)


@dataclass(frozen=True, slots=True)
class SessionSeen:
    """How a session stood. ``since``: when it came to its ``state``, aware UTC; ``last``: why it went down, or empty."""

    peer: str
    role: str
    peer_asn: int | None
    state: str
    since: datetime
    flaps: int
    last: str


@dataclass(frozen=True, slots=True)
class VerdictSeen:
    """The last verdict on a prefix. ``reason``: its code; ``at``: when it was told, aware UTC."""

    prefix: Prefix
    verdict: str
    confidence: str | None
    reason: str
    listed: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Remembered:
    """What stood after the last commit. ``ended``: whoever wrote it came to its end in peace, or nobody ever wrote."""

    routes: Mapping[Place, Route]
    sessions: Mapping[str, SessionSeen]
    verdicts: Mapping[Prefix, VerdictSeen]
    ended: bool


def kept(text: str) -> Text:
    """Write a text so that any comes back."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def given(value: Text) -> str:
    """Read a text."""
    return value if isinstance(value, str) else value.decode("utf-8", "surrogatepass")


def route_row(route: Route, path_id: str) -> tuple[Any, ...]:
    """Write a route: prefix, peer, path identifier, peer's AS number, path, communities, when it was observed."""
    told = json.dumps(route.communities) if route.communities else "[]"
    at = route.observed_at.isoformat()
    return str(route.prefix), kept(route.peer), kept(path_id), route.peer_asn, _path_text(route.path), told, at


def route_of(row: tuple[Any, ...]) -> tuple[Place, Route]:
    """Read a route."""
    prefix, peer, path_id, peer_asn, path, communities, at = row
    route = Route(given(peer), Prefix.parse(prefix), _path_of(path), datetime.fromisoformat(at), peer_asn, tuple(json.loads(communities)))
    return (route.peer, route.prefix, given(path_id)), route


def _path_text(path: AsPath | None) -> str | None:
    """Write a path with the kinds of its segments."""
    return None if path is None else json.dumps([[segment.kind, segment.asns] for segment in path], separators=(",", ":"))


def _path_of(text: str | None) -> AsPath | None:
    """Read a path."""
    return None if text is None else tuple(Segment(SegmentKind(kind), tuple(asns)) for kind, asns in json.loads(text))


def session_row(happening: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Write how a session stands after a happening: peer, role, AS number, state, at, flaps, last; None where it does not say."""
    if happening["type"] != "session" or "state" not in happening:
        return None
    last = str(happening.get("words") or happening.get("reason") or "")[:LONGEST]
    who = kept(happening["peer"]), kept(happening.get("role", "")), happening.get("peerAsn")
    return *who, happening["state"], happening["at"], happening.get("flaps", 0), kept(last)


def session_of(row: tuple[Any, ...]) -> SessionSeen:
    """Read how a session stood."""
    peer, role, peer_asn, state, since, flaps, last = row
    return SessionSeen(given(peer), given(role), peer_asn, state, datetime.fromisoformat(since), flaps, given(last))


def happening_row(happening: Mapping[str, Any]) -> tuple[Any, ...]:
    """Write a happening for the history: at, type, peer, and what of it is a plain value; the facts of a verdict are in JSON Lines."""
    plain = {key: value[:LONGEST] if isinstance(value, str) else value for key, value in happening.items() if not isinstance(value, PARTS)}
    if happening["type"] == "verdict":
        plain["reason"] = _reason(happening)
    return happening["at"], happening["type"], kept(happening.get("peer", "")), dumps(plain)


def _reason(happening: Mapping[str, Any]) -> str:
    """Give the code of a verdict's reason."""
    return next((str(one["code"]) for one in happening.get("reasons", ())), "")


def verdict_row(happening: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """Write a verdict: prefix, verdict, confidence, reason, listed, at; None where the happening is none."""
    if happening["type"] != "verdict":
        return None
    told = happening["prefix"], str(happening["verdict"]), happening.get("confidence"), _reason(happening)
    return *told, int(happening.get("listed", True)), happening["at"]


def verdict_of(row: tuple[Any, ...]) -> VerdictSeen:
    """Read a verdict."""
    prefix, verdict, confidence, reason, listed, at = row
    return VerdictSeen(Prefix.parse(prefix), verdict, confidence, reason, bool(listed), datetime.fromisoformat(at))
