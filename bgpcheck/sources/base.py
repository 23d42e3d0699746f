"""The seam between deciding and waiting: what a source may ask for, and what it may get. Pure.

Rule: a source is given all that has been fetched so far, and either answers or says what it still needs. An expected failure is
a ``Gap``, a value among the replies.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from bgpcheck.formats.credentials import without_credentials, without_homes
from bgpcheck.model import asplain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bgpcheck.evidence.document import Document, Key
    from bgpcheck.model import Prefix


class GapReason(StrEnum):
    """Why a source said nothing (interface.md)."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    RATE_LIMITED = "rate-limited"
    MALFORMED = "malformed"
    STALE = "stale"
    DISABLED = "disabled"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A source that did not answer. ``detail`` says what to do about it."""

    source: str
    reason: GapReason
    detail: str

    def __post_init__(self) -> None:
        """Keep the detail as it is fit to be: it may quote an address with a password, or a path through somebody's home."""
        object.__setattr__(self, "detail", without_homes(without_credentials(self.detail)))


Reply: TypeAlias = "tuple[Document, ...] | Gap"  # to one request


class Request(NamedTuple):
    """One question. ``source``: whom (``irr/RIPE``, ``vrps``); ``subject``: a prefix, ``AS3333``, ``org:…`` or ``mnt:…``."""

    source: str
    subject: str


def by_source(requests: Iterable[Request]) -> dict[str, list[Request]]:
    """Put the questions to one source together, in their order."""
    found: dict[str, list[Request]] = defaultdict(list)
    for request in requests:
        found[request.source].append(request)
    return found


@dataclass(frozen=True)
class Inquiry:
    """What is asked about: prefixes, AS numbers (0 left out), and maintainers whose other registrations matter."""

    prefixes: tuple[Prefix, ...]
    asns: tuple[int, ...]
    maintainers: tuple[str, ...] = ()

    @cached_property
    def about_prefixes(self) -> tuple[str, ...]:
        """The prefixes as subjects of requests."""
        return tuple(map(str, self.prefixes))

    @cached_property
    def about_asns(self) -> tuple[str, ...]:
        """The AS numbers as subjects of requests."""
        return tuple(map(asplain, self.asns))


@dataclass(frozen=True, slots=True)
class Need:
    """Requests that must be answered before the source can."""

    requests: tuple[Request, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A record and the document that it stands in."""

    record: Any
    document: Document


@dataclass(frozen=True, slots=True)
class Answer:
    """All that one source says: its documents and the records in them, which may be none.

    ``answered``: subjects that were answered; ``refused``: those that were not, explained by ``gaps``.
    """

    source: str
    documents: tuple[Document, ...]
    records: tuple[Cited, ...]
    answered: frozenset[str]
    gaps: tuple[Gap, ...]
    refused: frozenset[str] = frozenset()


class Library:
    """Replies so far, and each document's records, parsed once. ``read`` turns a document into records."""

    def __init__(self, read: Callable[[Document], tuple[Any, ...]]) -> None:
        """Start empty."""
        self._read = read
        self._replies: dict[Request, Reply] = {}
        self._records: dict[Key, tuple[Any, ...]] = {}

    def add(self, replies: Mapping[Request, Reply]) -> None:
        """Keep what was fetched."""
        self._replies.update(replies)

    @property
    def replies(self) -> Mapping[Request, Reply]:
        """Everything that was asked and what came back."""
        return self._replies

    def missing(self, requests: Iterable[Request]) -> tuple[Request, ...]:
        """Give the requests that nobody has answered or refused yet."""
        return tuple(request for request in requests if request not in self._replies)

    def records(self, document: Document) -> tuple[Any, ...]:
        """Give the records of a document."""
        if document.key not in self._records:
            self._records[document.key] = self._read(document)
        return self._records[document.key]

    def answer(self, source: str, requests: Iterable[Request]) -> Answer:
        """Put the replies to ``requests``, all of them there, together."""
        replies = {request: self._replies[request] for request in requests}
        distinct = {id(reply): reply for reply in replies.values()}.values()  # most requests share a reply
        gaps = dict.fromkeys(reply for reply in distinct if isinstance(reply, Gap))
        documents = {(one.sha256, one.uri): one for reply in distinct if not isinstance(reply, Gap) for one in reply}
        records = tuple(Cited(record, one) for one in documents.values() for record in self.records(one))
        answered = frozenset(request.subject for request, reply in replies.items() if not isinstance(reply, Gap))
        return Answer(
            source, tuple(documents.values()), records, answered, tuple(gaps), frozenset(request.subject for request in replies) - answered
        )


class Source(Protocol):
    """One place that can be asked. ``name`` is unique; ``ask`` is pure and may be called again with a fuller library."""

    @property
    def name(self) -> str:
        """Name in gaps and documents."""

    def ask(self, inquiry: Inquiry, library: Library) -> Answer | Need:
        """Answer, or say what is needed first."""


@dataclass(frozen=True, slots=True)
class Simple:
    """A source that needs one round: each prefix, each AS number, or where it is about neither, just itself (``*``)."""

    name: str
    prefixes: bool = field(default=True)
    asns: bool = field(default=True)
    maintainers: bool = field(default=False)

    def requests(self, inquiry: Inquiry) -> tuple[Request, ...]:
        """Give the questions for an inquiry."""
        subjects = (*(inquiry.about_prefixes if self.prefixes else ()), *(inquiry.about_asns if self.asns else ()))
        if self.maintainers:
            subjects += tuple(f"mnt:{one}" for one in inquiry.maintainers)
        return tuple(Request(self.name, subject) for subject in (subjects if self.prefixes or self.asns else ("*",)))

    def ask(self, inquiry: Inquiry, library: Library) -> Answer | Need:
        """Ask for everything at once."""
        requests = self.requests(inquiry)
        missing = library.missing(requests)
        return Need(missing) if missing else library.answer(self.name, requests)
