"""What is kept while somebody waits, so that it can be proved at the end: see ``history``. Pure.

Rule: of all looks the first result is kept whole, and of every change the answers before and after it; the rest is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck import history, recheck, says
from bgpcheck.evidence import past, statement
from bgpcheck.history import First, History, Look, Row, Seen
from bgpcheck.sources.base import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from bgpcheck.evidence.document import Document
    from bgpcheck.result import Result
    from bgpcheck.says import Place
    from bgpcheck.sources.base import Reply

    Key = tuple[str, str, str]  # digest, source and URI of a document


@dataclass(slots=True)
class Keeping:
    """What is known so far. ``looks``: how often was looked; ``changes``: the newest of them, in order; ``doubts``: those of the last."""

    begin: datetime
    looks: int = 0
    doubts: tuple[str, ...] = ()
    changes: list[Seen] = field(default_factory=list)
    _seen: Look | None = None
    _awaited: set[Place] = field(default_factory=set)
    _documents: dict[Key, Document] = field(default_factory=dict)
    _dropped: dict[Place, str] = field(default_factory=dict)  # what was said before the first change that is not kept any more
    _first: First | None = None
    _first_peering: object = None

    @property
    def words(self) -> Mapping[Place, str]:
        """What was answered last."""
        return self._seen.words if self._seen else {}

    def add(
        self, result: Result, replies: Mapping[Request, Reply], asked: Mapping[Request, datetime], azure: datetime | None = None
    ) -> tuple[Seen, ...]:
        """Take in what a look brought; gives the changes. ``asked``: when each question was put last; ``azure``: when Azure was asked."""
        words = says.answered([one.claim for one in result.assessments], replies)
        quiet = recheck.silent(result, replies)
        times = {place: asked.get(Request(*place), azure or self.begin) for place in (*words, *quiet)}
        look = Look(result.decided_at, words, replies, times)
        before, self._seen = self._seen, history.later(self._seen, look)
        changes = history.since(before, look)
        wanted = history.refs(changes)
        self._keep(one for one in history.documents_of([replies, before.replies if before else {}]) if _key(one) in wanted)
        self.keep_changes(changes)
        self._awaited |= quiet | {place for place in recheck.wanted(result, self.words) if place in self.words}
        self.looks += 1
        if before is None:
            self._begin(result, replies)
        elif result.peering != self._first_peering:
            self._first = None  # Azure's circuit, and with it the claim, is another one
        return changes

    def keep_changes(self, changes: Iterable[Seen]) -> None:
        """Keep the newest changes, and of those that are dropped what was said before the first."""
        self.changes.extend(changes)
        for one in self.changes[: -history.MOST_CHANGES]:
            self._dropped.setdefault(one.place, one.before)
        del self.changes[: -history.MOST_CHANGES]

    def _begin(self, result: Result, replies: Mapping[Request, Reply]) -> None:
        """Keep the first result."""
        verdict, *prefixes = history.brief(result)
        irr = tuple(dict.fromkeys(one.source.partition("/")[2] for one in replies if one.source.startswith("irr/")))
        self._first = First(result.decided_at, irr, verdict, tuple(prefixes), tuple(statement.replies_json(replies)))
        self._first_peering = result.peering
        self._keep(history.documents_of([replies]))

    def _keep(self, documents: Iterable[Document]) -> None:
        """Keep documents, each once, as they came first."""
        for one in documents:
            self._documents.setdefault(_key(one), one)

    def history(self) -> History:
        """Write it all down."""
        places = sorted(self._awaited | self._dropped.keys() | {one.place for one in self.changes})
        at = self._seen.asked if self._seen else {}
        rows = tuple(Row(*place, at[place], self._dropped.get(place)) for place in places)
        return History(self.begin, self.looks, rows, tuple(self.changes), self._first, self.doubts)

    def documents(self, written: History) -> tuple[Document, ...]:
        """Give a history as a document, with all that it speaks of and no more."""
        spoken = written.refs() | set(_first_keys(written.first))
        return (past.document(written), *(one for key, one in sorted(self._documents.items()) if key in spoken))


def _key(one: Document) -> Key:
    """Name a document."""
    return one.sha256, one.source, one.uri


def _first_keys(first: First | None) -> Iterator[Key]:
    """Name the documents of the first result."""
    for row in first.replies if first else ():
        yield from ((one["sha256"], row["source"], one["uri"]) for one in row.get("documents", ()))


def lines(changes: Iterable[Seen]) -> Iterator[str]:
    """Write a line for equal changes of a source."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for one in changes:
        alike.setdefault((one.source, one.before, one.after), []).append(one.subject)
    for (source, before, after), subjects in alike.items():
        more = f" and {len(subjects) - 1} more" if len(subjects) > 1 else ""
        yield f"{source} {subjects[0]}{more}: {before or 'no answer'} → {after}"
