"""What happened while somebody waited for a verdict: what each source said before and after each change, and when that was seen. Pure.

Rule: a change is seen at a look and may have come at any time since the look before; both ends are kept, with the documents of both.
How it is written into a bundle and held against the documents beside it is in ``evidence/past.py``; what it comes to in a result, in
``waited``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from bgpcheck.says import Place
from bgpcheck.sources.base import Gap, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from bgpcheck.evidence.document import Document
    from bgpcheck.result import Result
    from bgpcheck.sources.base import Reply

CONFIGURED = "configured"
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
        return refs(self.changes)


def refs(changes: Iterable[Seen]) -> set[tuple[str, str, str]]:
    """Name the documents that changes rest on: digest, source and URI of each."""
    return {(ref.sha256, one.source, ref.uri) for one in changes for ref in (*one.old, *one.new)}


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


def brief(result: Result) -> tuple[Any, ...]:
    """Give verdict, then prefix, verdict and reason of each prefix."""
    return (str(result.verdict), *((str(one.claim.prefix), str(one.verdict.outcome), one.verdict.reason) for one in result.assessments))


def documents_of(looks: Iterable[Mapping[Request, Reply]]) -> Iterator[Document]:
    """Give all documents of replies."""
    return (one for replies in looks for reply in replies.values() if not isinstance(reply, Gap) for one in reply)
