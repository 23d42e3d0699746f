"""Which documents of the bundle say something of a prefix, and how an engineer finds them there. Pure.

Rule: a document is named by a number; the list of them gives its server or file, its time, and the first digits of its digest,
which is its name in the bundle.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bgpcheck.render.clean import prose
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bgpcheck.assess import Assessment
    from bgpcheck.evidence.document import Document
    from bgpcheck.sources.base import Reply, Request

DIGITS = 12  # of a digest: enough to find a document, and to type
MOST_NAMED = 3  # documents of one place, and places, named at a line


class Sources:
    """Numbers for the documents that a paper names, in the order in which it names them; they are listed once, in its end."""

    def __init__(self) -> None:
        """Begin at 1."""
        self._named: dict[str, Document] = {}

    def cite(self, documents: Iterable[Document]) -> str:
        """Name the first few documents of the first few places by their numbers, such as `` [1, 2]``; empty where there is none."""
        places: dict[str, list[Document]] = {}
        for one in documents:
            places.setdefault(_place(one), []).append(one)
        named = [one for those in list(places.values())[:MOST_NAMED] for one in those[:MOST_NAMED]]
        for one in named:
            self._named.setdefault(one.sha256, one)
        numbers = [str(tuple(self._named).index(one.sha256) + 1) for one in named]
        left = sum(map(len, places.values())) - len(named)
        return f" [{', '.join(numbers)}{f' and {left} more' if left else ''}]" if named else ""

    def listed(self) -> Iterator[str]:
        """Write a line for each: place, time and digest."""
        for number, one in enumerate(self._named.values(), 1):
            yield f"* [{number}] {prose(f'{_place(one)}, {_when(one)}')}, document {digest(one)}"


@dataclass(frozen=True)
class Papertrail:
    """The replies to a check's questions, from which documents are found by what they say."""

    replies: Mapping[Request, Reply]
    sources: Sources = field(default_factory=Sources)

    def answers(self, one: Assessment, *starts: str) -> tuple[Document, ...]:
        """Give what sources whose name begins so answered about a prefix, whether it holds a record or shows that there is none."""
        found = self._by_subject.get(str(one.claim.prefix), {})
        return _each(document for source in sorted(found) if source.startswith(starts) for document in found[source])

    @cached_property
    def _by_subject(self) -> Mapping[str, Mapping[str, tuple[Document, ...]]]:
        """Documents by what they were asked about, and by source."""
        found: dict[str, dict[str, tuple[Document, ...]]] = defaultdict(dict)
        for request, reply in self.replies.items():
            if isinstance(reply, tuple):
                found[request.subject][request.source] = reply
        return found


def registration_documents(one: Assessment, trail: Papertrail) -> tuple[Document, ...]:
    """Give the documents that say whose a prefix is: registrations before statistics."""
    fact = one.registration
    held = _cited(one, [(record.resource, record.handle) for record in (*one.holder.prefix.records, *fact.records)])
    rows = _cited(one, list(fact.rows))
    return _each((*held, *rows)) or trail.answers(one, "delegated/", "rdap/ip", "nir/")


def route_documents(one: Assessment, trail: Papertrail) -> tuple[Document, ...]:
    """Give the documents that hold its route objects; where there is none, the answers that show it, the weightiest registries first."""
    found = _cited(one, list(one.irr.objects))
    answered = {f"irr/{source}" for source in one.knowledge.irr_answered(one.claim.prefix)}
    silent = [document for document in trail.answers(one, "irr/") if document.source in answered]
    weighty = {f"irr/{source}" for own in one.own_sources() for source in one.required_sources(own)}
    return found or tuple(sorted(silent, key=lambda document: (document.source not in weighty, document.source)))


def roa_documents(one: Assessment, trail: Papertrail) -> tuple[Document, ...]:
    """Give the documents that hold its VRPs, or show that there is none."""
    return _cited(one, list(one.published_rpki.covering if one.published_rpki else ())) or trail.answers(one, "vrps")


def asn_documents(one: Assessment, asn: int) -> tuple[Document, ...]:
    """Give the documents that say whose an AS number is."""
    known = one.knowledge
    records = [(record.resource, record.handle) for record in known.autnums(asn)]
    return _cited(one, [*records, *known.asn_rows(asn)])


def _cited(one: Assessment, records: list[Any]) -> tuple[Document, ...]:
    """Give for each record the first document that it stands in: one is enough to find it."""
    cited = one.knowledge.cited
    return _each(document for record in records for document in cited.get(record, ())[:1])


def _each(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Give each document once, in order."""
    return tuple({one.sha256: one for one in documents}.values())


def digest(one: Document) -> str:
    """Give the first digits of a document's name."""
    return one.sha256[:DIGITS]


def digests(documents: Iterable[Document]) -> str:
    """Name documents for a cell of a table, such as `` (411574f41ae3)``; empty where there is none."""
    found = [digest(one) for one in documents]
    return f" ({', '.join(found[:MOST_NAMED])}{' …' if len(found) > MOST_NAMED else ''})" if found else ""


def _place(one: Document) -> str:
    """Say where a document came from: its server, or the file that it is of."""
    scheme, remote, rest = one.uri.partition("://")
    return f"{one.source}, {rest.partition('/')[0] if remote and scheme else f'file {one.uri}'}"


def _when(one: Document) -> str:
    """Say when a document was fetched, or of when the file is."""
    if one.fetched_at:
        return f"fetched {utc(one.fetched_at)}"
    return f"dated {utc(one.dated)}" if one.dated else "undated"
