"""What happens to sessions and announcements over time: a lane a session, a lane a prefix, bounded however long it is. Pure.

Rule: a route stands until its peer withdraws it or its session goes down (RFC 4271 s8.2.2 deletes its routes then); of what is cut, it is
said how much; where only some lines were kept, nothing is said about the others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.facts.announcement import origin, spelled
from bgpcheck.formats.exabgp_events import Notification, Session, Update
from bgpcheck.lab.notices import words
from bgpcheck.model import asplain

if TYPE_CHECKING:
    from datetime import datetime

    from bgpcheck.formats.exabgp_events import Event
    from bgpcheck.model import AsPath, Prefix, Route

MOST_KEPT = 24  # spans and marks of a lane, each
MOST_LANES = 4_000  # prefixes followed that are not of the result
MOST_SESSIONS = 200  # peers followed
MOST_WORD = 200  # characters of a mark
OURS, OTHERS = (
    "origin",
    "other origin",
)  # what begins the state of a route whose origin is one of the claim's AS numbers, or is none of them


class Span(NamedTuple):
    """From ``start`` to ``end`` (None: to the end of what was read) a ``state`` held: of a session its own, of a route its origin's."""

    peer: str
    start: datetime
    end: datetime | None
    state: str


class Mark(NamedTuple):
    """Something that happened at a moment, in words (raw)."""

    at: datetime
    peer: str
    kind: str
    words: str


@dataclass(slots=True)
class Lane:
    """A session or a prefix over time. ``more``: changes beyond those that are kept; ``since``: when they began."""

    spans: list[Span] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    changes: int = 0  # of a session: flaps; of a prefix: withdrawals and new paths
    more: int = 0
    since: datetime | None = None
    _open: dict[str, Span] = field(default_factory=dict)

    def begin(self, key: str, span: Span) -> None:
        """Begin a span; the one of the same key ends."""
        self.finish(key, span.start)
        self._open[key] = span

    def finish(self, key: str, at: datetime) -> None:
        """End the span of a key, if there is one."""
        span = self._open.pop(key, None)
        if span is not None and len(self.spans) < MOST_KEPT:
            self.spans.append(span._replace(end=max(at, span.start)))
        elif span is not None:
            self._over(span.start)

    def state(self, key: str) -> str:
        """Give the state of what stands by a key; empty where nothing does."""
        return self._open[key].state if key in self._open else ""

    def mark(self, one: Mark) -> None:
        """Keep a mark, or count it."""
        if len(self.marks) < MOST_KEPT:
            self.marks.append(one._replace(words=one.words[:MOST_WORD]))
        else:
            self._over(one.at)

    def _over(self, at: datetime) -> None:
        """Count what is not kept."""
        self.more += 1
        self.since = self.since or at

    def whole(self) -> list[Span]:
        """Give every span, those that stand at the end with no end of their own."""
        return [*self.spans, *self._open.values()]


@dataclass(slots=True)
class Story:
    """All that was read, by peer and by prefix. ``notes``: what it does not tell.

    ``whole``: it holds sessions and withdrawals too; ``cut``: more happened after what was read.
    """

    whole: bool = True
    cut: bool = False
    sessions: dict[str, Lane] = field(default_factory=dict)
    prefixes: dict[Prefix, Lane] = field(default_factory=dict)
    first: datetime | None = None
    last: datetime | None = None
    read: int = 0  # lines or events, also those that are none
    notes: list[str] = field(default_factory=list)
    other_prefixes: set[Prefix] = field(default_factory=set)  # announced, not followed
    other_peers: set[str] = field(default_factory=set)
    asns: dict[str, int] = field(default_factory=dict)  # of peers
    _standing: dict[str, dict[tuple[Prefix, str], None]] = field(default_factory=dict)  # by peer: what it announces

    def hear(self, one: Event, ours: dict[Prefix, frozenset[int]]) -> None:
        """Take one event in; ``ours``: the AS numbers of each prefix of the result."""
        if not isinstance(one, Session | Notification | Update):
            return
        self.see(one.at)
        if isinstance(one, Update):
            self._update(one, ours)
        else:
            self._session(one)

    def see(self, at: datetime) -> None:
        """Take note of a moment."""
        self.first, self.last = min(self.first or at, at), max(self.last or at, at)

    def _session(self, one: Session | Notification) -> None:
        """Take a change of a session in; one that goes down takes its routes along."""
        if one.peer not in self.sessions and len(self.sessions) >= MOST_SESSIONS:
            self.other_peers.add(one.peer)
            return
        lane = self.sessions.setdefault(one.peer, Lane())
        if isinstance(one, Notification):
            lane.mark(Mark(one.at, one.peer, "notification", words(one)))
            return
        self.asns[one.peer] = one.peer_asn
        if one.state == "down":
            lane.changes += lane.state(one.peer) == "up"
            lane.mark(Mark(one.at, one.peer, "down", one.reason))
            for prefix, key in self._standing.pop(one.peer, ()):
                self._finish(prefix, key, Mark(one.at, one.peer, "withdrawn", f"gone with the session of {one.peer}"))
        lane.begin(one.peer, Span(one.peer, one.at, None, one.state))

    def _update(self, one: Update, ours: dict[Prefix, frozenset[int]]) -> None:
        """Take what is withdrawn and announced in, in this order (RFC 4271 s4.3)."""
        standing = self._standing.setdefault(one.peer, {})
        for prefix, path_id in zip(one.withdrawn, one.withdrawn_ids or [""] * len(one.withdrawn), strict=True):
            key = f"{one.peer} {path_id}"
            if (prefix, key) in standing:
                del standing[prefix, key]
                self._finish(prefix, key, Mark(one.at, one.peer, "withdrawn", f"withdrawn by {one.peer}"))
        for route, path_id in zip(one.announced, one.announced_ids or [""] * len(one.announced), strict=True):
            if self.announce(route, path_id, ours.get(route.prefix)):
                standing[route.prefix, f"{one.peer} {path_id}"] = None

    def _finish(self, prefix: Prefix, key: str, mark: Mark) -> None:
        """End what a peer announced."""
        lane = self.prefixes[prefix]
        lane.finish(key, mark.at)
        lane.changes += 1
        lane.mark(mark)

    def announce(self, route: Route, path_id: str, asns: frozenset[int] | None) -> bool:
        """Take a route in, the same again changes nothing; False where its prefix is none of the result's and too many are followed."""
        if route.prefix not in self.prefixes and asns is None and len(self.prefixes) >= MOST_LANES:
            self.other_prefixes.add(route.prefix)
            return False
        lane, key, state = (
            self.prefixes.setdefault(route.prefix, Lane()),
            f"{route.peer} {path_id}",
            _state(route.path, asns or frozenset()),
        )
        before = lane.state(key)
        if before and before != state:
            kind = "path" if before.partition(",")[0] == state.partition(",")[0] else "origin"
            lane.changes += 1
            lane.mark(Mark(route.observed_at, route.peer, kind, f"{kind} changed by {route.peer}: {state}"))
        if before != state:
            lane.begin(key, Span(route.peer, route.observed_at, None, state))
        return True


def _state(path: AsPath | None, asns: frozenset[int]) -> str:
    """Say a route's origin as Microsoft would see it, whether it is one of the claim's AS numbers, and its path."""
    found = origin(path)
    name = "NONE" if found is None else asplain(found)
    return f"{OURS if found in asns else OTHERS} {name}, path {spelled(path or ()) or 'empty'}"
