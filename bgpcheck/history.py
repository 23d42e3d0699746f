"""What happened while somebody waited for a verdict: what each source said before and after each change, and when that was seen. Pure.

Rule: a change is seen at a look and may have come at any time since the look before; both ends are kept, with the documents of both.
How it is written into a bundle and held against the documents beside it is in ``evidence/past.py``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from bgpcheck import says
from bgpcheck.evidence.plain import maybe
from bgpcheck.says import Place
from bgpcheck.shape import utc
from bgpcheck.sources.base import Gap, Request

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from bgpcheck.claim import Claim
    from bgpcheck.evidence.document import Document
    from bgpcheck.result import Result
    from bgpcheck.says import Reply

CONFIGURED = "configured"
UNASKED = "not all were asked again at once"
MOST_CHANGES = 1000  # of which the documents are kept: the newest


class Ref(NamedTuple):
    """A document by what names it in a bundle."""

    sha256: str
    uri: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A change that a look brought: what a source said before, empty where nothing was known, and what it says now.

    ``not_before``: the look that last had the old word, None where there was none; ``at``: the look that had the new one first.
    ``old`` and ``new``: the answers that the words are computed from; Azure's are not kept.
    """

    source: str
    subject: str
    before: str
    after: str
    not_before: datetime | None
    at: datetime
    old: tuple[Ref, ...] = ()
    new: tuple[Ref, ...] = ()

    @property
    def place(self) -> Place:
        """Who says it of what."""
        return Place(self.source, self.subject)


@dataclass(frozen=True, slots=True)
class First:
    """The first result: when, of what IRR sources, what it came to, and for each prefix verdict and reason.

    ``replies``: all that it rests on, as in ``documents.json``.
    """

    at: datetime
    irr: tuple[str, ...]
    verdict: str
    prefixes: tuple[tuple[str, str, str], ...]
    replies: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A source that was waited for: what was awaited of it, and when it was asked last.

    ``before``: what it said at first, where its first change is not kept any more (``MOST_CHANGES``).
    """

    source: str
    subject: str
    last_checked: datetime
    before: str | None = None

    @property
    def place(self) -> Place:
        """Who is waited for about what."""
        return Place(self.source, self.subject)


@dataclass(frozen=True, slots=True)
class History:
    """All of it. ``looks``: how often was looked; ``first`` is None where Azure's circuit, and with it the claim, changed since.

    ``doubts``: why the answers of the last look may not be taken together; nothing is ready by them.
    """

    since: datetime
    looks: int
    rows: tuple[Row, ...]
    changes: tuple[Seen, ...]
    first: First | None
    doubts: tuple[str, ...] = ()

    def refs(self) -> set[tuple[str, str, str]]:
        """Name the documents that changes rest on: digest, source and URI of each."""
        return {(ref.sha256, one.source, ref.uri) for one in self.changes for ref in (*one.old, *one.new)}


# ── as it goes on ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Look:
    """What one look brought: when, what sources said that answered, and the replies. ``asked``: when each place was asked last."""

    at: datetime
    words: Mapping[Place, str]
    replies: Mapping[Request, Reply]
    asked: Mapping[Place, datetime]


def since(before: Look | None, now: Look) -> tuple[Seen, ...]:
    """Give what changed since the look before, by what was answered last; nothing at the first look. Silence is no change."""
    if before is None:
        return ()
    return tuple(_seen(place, before, now) for place, word in now.words.items() if before.words.get(place, "") != word)


def _seen(place: Place, before: Look, now: Look) -> Seen:
    """Put one change together."""
    known = place in before.words
    return Seen(
        *place,
        before=before.words.get(place, ""),
        after=now.words[place],
        not_before=before.asked.get(place, before.at) if known else None,
        at=now.at,
        old=_refs(before.replies.get(Request(*place))) if known else (),
        new=_refs(now.replies.get(Request(*place))),
    )


def _refs(reply: Reply | None) -> tuple[Ref, ...]:
    """Name the documents of a reply."""
    return () if reply is None or isinstance(reply, Gap) else tuple(Ref(one.sha256, one.uri) for one in reply)


def later(before: Look | None, now: Look) -> Look:
    """Keep what was answered last, whoever is silent now."""
    if before is None:
        return now
    answers = {request: reply for request, reply in now.replies.items() if not isinstance(reply, Gap)}
    return replace(
        now,
        words={**before.words, **now.words},
        replies={**before.replies, **answers},
        asked={**before.asked, **now.asked},
    )


# ── in a result ─────────────────────────────────────────────────────────────────────────────────────────────────────────


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
    words = says.answered(_claims(result), replies)
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
    files = [one for one in documents_of([replies]) if one.fetched_at is None]
    days = sorted({f"{one.dated:%Y-%m-%d}" for one in files if one.dated})
    dated = [f"files of {' to '.join(dict.fromkeys((days[0], days[-1])))}"] if days else []
    undated = ["files without a date of their own"] if any(one.dated is None for one in files) else []
    named = " and ".join(dated + undated)
    if not files:
        return "by answers that were all asked for then"
    return f"by answers asked for then, and by {named}" if any(one.fetched_at for one in documents_of([replies])) else f"by {named}"


def brief(result: Result) -> tuple[Any, ...]:
    """Give verdict, then prefix, verdict and reason of each prefix."""
    return (str(result.verdict), *((str(one.claim.prefix), str(one.verdict.outcome), one.verdict.reason) for one in result.assessments))


def _claims(result: Result) -> Sequence[Claim]:
    """Give the claims of a result."""
    return [one.claim for one in result.assessments]


def _waited(row: Row, changes: Sequence[Seen], words: Mapping[Place, str], idle: Collection[Place]) -> Waited:
    """Say of one place how it came to what it says now."""
    word, last = words.get(row.place, ""), changes[-1] if changes else None
    before = changes[0].before if changes else word
    before = before if row.before is None else row.before
    shown = last if last and word in {last.after, ""} else None
    found = Waited(*row.place, before, word, None, None, row.last_checked, row.place not in idle)
    return replace(found, not_before=shown.not_before, first_seen=shown.at) if shown else found


def documents_of(looks: Iterable[Mapping[Request, Reply]]) -> Iterator[Document]:
    """Give all documents of replies."""
    return (one for replies in looks for reply in replies.values() if not isinstance(reply, Gap) for one in reply)
