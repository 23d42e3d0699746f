"""What waiting came to, as a result tells it: one line for each source that was waited for, and whether all is ready. Pure.

Rule: all of it is computed from the history, the result and the answers that the result rests on; what was not asked makes nothing ready.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bgpcheck import says
from bgpcheck.evidence.plain import maybe
from bgpcheck.history import CONFIGURED, documents_of
from bgpcheck.says import Place
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from bgpcheck.history import History, Row, Seen
    from bgpcheck.result import Result
    from bgpcheck.sources.base import Reply, Request

UNASKED = "not all were asked again at once"


@dataclass(frozen=True, slots=True)
class Waited:
    """One line of what was waited for. ``before``: what the source said at first; ``after``: what it says now, empty where nothing was had.

    ``first_seen``: the look that first had what is said now, None where nothing changed; ``not_before``: the look that had it not yet;
    ``asked``: False where it said nothing since the last look did not ask it.
    """

    source: str
    subject: str
    before: str
    after: str
    not_before: datetime | None
    first_seen: datetime | None
    last_checked: datetime
    asked: bool = True

    def to_json(self) -> dict[str, Any]:
        """Give it as in a result."""
        return {
            "source": self.source,
            "waitedFor": self.subject,
            "before": self.before or None,
            "after": self.after or None,
            "notSeenAt": maybe(utc, self.not_before),
            "firstSeen": maybe(utc, self.first_seen),
            "lastChecked": utc(self.last_checked),
        }


@dataclass(frozen=True, slots=True)
class Until:
    """How waiting ended: ``ready_at`` is the time of the last check, None where that does not say what was wanted, or did not ask all.

    ``basis``: in words, what it rests on, or why that is no base.
    """

    since: datetime
    rounds: int
    sources: tuple[Waited, ...]
    ready_at: datetime | None
    basis: str

    def to_json(self) -> dict[str, Any]:
        """Give it as in a result."""
        return {
            "wanted": CONFIGURED,
            "reached": self.ready_at is not None,
            "readyAt": maybe(utc, self.ready_at),
            "since": utc(self.since),
            "rounds": self.rounds,
            "sources": [one.to_json() for one in self.sources],
        }


def told(history: History, result: Result, replies: Mapping[Request, Reply]) -> Result:
    """Give a result with what waiting for it came to, all of it computed from the history, the result and what it rests on."""
    words = says.answered([one.claim for one in result.assessments], replies)
    idle = {Place(*request) for request in unasked(replies)}
    rows = tuple(_waited(row, [one for one in history.changes if one.place == row.place], words, idle) for row in history.rows)
    ready = result.decided_at if result.verdict == CONFIGURED and not idle and not history.doubts else None
    return replace(
        result,
        until=Until(
            history.since, history.looks, rows, ready, "; ".join((*history.doubts, *([UNASKED] if idle else ()))) or basis(replies)
        ),
    )


def unasked(replies: Mapping[Request, Reply]) -> list[Request]:
    """Give what was not asked in the look that a result is of: it may be otherwise by now, and nothing is ready by it."""
    return [request for request, reply in replies.items() if says.unasked(reply)]


def basis(replies: Mapping[Request, Reply]) -> str:
    """Say what a whole check rests on: answers that were asked for, files, which are of their own day, or both."""
    documents = list(documents_of([replies]))
    files = [one for one in documents if one.fetched_at is None]
    days = sorted({f"{one.dated:%Y-%m-%d}" for one in files if one.dated})
    dated = [f"files of {' to '.join(dict.fromkeys((days[0], days[-1])))}"] if days else []
    undated = ["files without a date of their own"] if any(one.dated is None for one in files) else []
    named = " and ".join(dated + undated)
    if not files:
        return "by answers that were all asked for then"
    return f"by answers asked for then, and by {named}" if len(files) < len(documents) else f"by {named}"


def _waited(row: Row, changes: Sequence[Seen], words: Mapping[Place, str], idle: Collection[Place]) -> Waited:
    """Say of one place how it came to what it says now."""
    word, last = words.get(row.place, ""), changes[-1] if changes else None
    before = changes[0].before if changes else word
    before = before if row.before is None else row.before
    shown = last if last and word in {last.after, ""} else None
    found = Waited(*row.place, before, word, None, None, row.last_checked, row.place not in idle)
    return replace(found, not_before=shown.not_before, first_seen=shown.at) if shown else found
