"""The very lines of an answer: those that gave a record, or where there is none, those that show its absence. Pure.

Rule: lines are shown as they stand in the document; an RDAP answer, which often is one line, is shown by its members that matter.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.evidence import extract, reading
from bgpcheck.formats import bulk, json_fields, rpsl
from bgpcheck.model import AsnRange, Prefix, Registration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bgpcheck.evidence.document import Document

    Span = tuple[int, int, int]  # kind of space (4, 6, or 0 for AS numbers), first and last

MOST_LINES = 40  # of one excerpt
MOST_TEXT = 4000  # characters of one excerpt
# Members of an RDAP answer that say what it is about and whose it is (RFC 9083 s5.4, s5.5), or that there is none (s6).
MEMBERS = (
    *("objectClassName", "handle", "name", "type", "status", "startAddress", "endAddress", "startAutnum", "endAutnum"),
    *("parentHandle", "country", "errorCode", "title"),
)
ASNS = 0


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a document. ``found``: they are what was looked for; else they show that it is not there, or are its beginning.

    ``lines``: (1-based line number of the file or answer, or 0 where it has none; text). ``cut``: how many more there are.
    """

    document: Document
    found: bool
    lines: tuple[tuple[int, str], ...]
    cut: int = 0


@dataclass(frozen=True, slots=True)
class _Index:
    """A document's pieces: by the record that each gives, and in the order of what they are about."""

    by_record: Mapping[Any, Sequence[tuple[int, str]]]
    ordered: Sequence[tuple[Span, tuple[int, str]]]
    beginning: Sequence[tuple[int, str]]


class Reader:
    """Finds lines; each document is read once."""

    def __init__(self) -> None:
        """Begin with none read."""
        self._index = lru_cache(maxsize=None)(_indexed)

    def excerpts(self, document: Document, records: Iterable[Any], subject: str) -> Excerpt:
        """Find the lines of a document that gave ``records``; where none did, those nearest to ``subject`` (a prefix, ``AS3333``)."""
        index = self._index(document)
        found = [piece for one in dict.fromkeys(map(reading.identity, records)) for piece in index.by_record.get(one, ())]
        if found:
            return _cut(document, sorted(dict.fromkeys(found)), found=True)
        near = _nearest(index.ordered, _span_of(subject))
        return _cut(document, near or index.beginning, found=False)


def _cut(document: Document, pieces: Sequence[tuple[int, str]], *, found: bool) -> Excerpt:
    """Keep what can be shown."""
    lines = [(start and start + row, text) for start, piece in pieces for row, text in enumerate(piece.splitlines() or [""])]
    kept: list[tuple[int, str]] = []
    room = MOST_TEXT
    for number, text in lines[:MOST_LINES]:
        if room <= 0:
            break
        kept.append((number, text if len(text) <= room else text[:room] + " …"))
        room -= len(text)
    return Excerpt(document, found, tuple(kept), len(lines) - len(kept))


def _indexed(document: Document) -> _Index:
    """Take a document apart."""
    by_record: dict[Any, list[tuple[int, str]]] = defaultdict(list)
    ordered: list[tuple[Span, tuple[int, str]]] = []
    for record, piece in _pieces(document):
        by_record[reading.identity(record)].append(piece)
        span = _span(record)
        if span:
            ordered.append((span, piece))
    return _Index(by_record, sorted(ordered), _beginning(document))


def _pieces(document: Document) -> Iterator[tuple[Any, tuple[int, str]]]:
    """Give each record of a document with its words."""
    if document.media_type == extract.MEDIA_TYPE:
        part = extract.decode(document.content)
        for line, text in part.records:
            yield bulk.parse(part.format, line, text, file=part.file), (line, _readable(text) if part.format == "rpsl" else text)
    elif document.media_type == reading.WHOIS_TYPE:
        for line, _, text in rpsl.texts([document.content], file=document.uri, classes=bulk.CLASSES):
            try:
                yield bulk.parse("rpsl", line, text, file=document.uri), (line, _readable(text))
            except FormatError:
                continue  # a malformed registration gave no record either
    else:
        for record in reading.records(document):
            yield record, (0, "\n".join(_members(document)) if document.media_type == reading.RDAP_TYPE else _text(document))


def _readable(text: str) -> str:
    """Give RPSL as it was meant: its reader takes each byte for a letter, so that it can give the bytes back."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _text(document: Document) -> str:
    """Give a document's text."""
    return document.content.decode("utf-8", "replace")


def _beginning(document: Document) -> list[tuple[int, str]]:
    """Give how an answer begins, which says that it has nothing; of a file's extract, that it has no line near."""
    if document.media_type == extract.MEDIA_TYPE:
        return []
    if document.media_type == reading.RDAP_TYPE:
        return [(0, "\n".join(_members(document)))]
    return [(1, _text(document).strip("\n"))] if document.content.strip() else []


def _members(document: Document) -> Iterator[str]:
    """Give the members of an RDAP answer that matter, a line each."""
    body: Any = json_fields.decode(document.content.decode())  # which was read as RDAP before
    yield from (f"{json.dumps(name)}: {json.dumps(body[name], ensure_ascii=False)}" for name in MEMBERS if name in body)
    entities = body.get("entities")
    for entity in entities if isinstance(entities, list) else ():
        if not isinstance(entity, dict):  # beside an error code nobody has looked at them
            continue
        said = {name: entity[name] for name in ("handle", "roles") if name in entity}
        name = _full_name(entity.get("vcardArray"))
        yield f'"entities": {json.dumps(said | ({"fn": name} if name else {}), ensure_ascii=False)}'


def _full_name(card: object) -> str:
    """Read the ``fn`` of a jCard (RFC 7095 s3.3); empty where there is none."""
    try:
        rows = card[1]  # type: ignore[index]
        return next((str(row[3]) for row in rows if row[0] == "fn"), "")
    except (TypeError, LookupError):
        return ""


def _span(record: Any) -> Span | None:  # noqa: ANN401 (any record)
    """Say what a record is about; None where that is no address or AS number."""
    about = getattr(record, "resource", None) or getattr(record, "prefix", None)
    if isinstance(about, Prefix):
        return about.version, about.network, about.last
    if isinstance(about, AsnRange):
        return ASNS, about.first, about.last
    return (about.version, about.first, about.last) if about and not (isinstance(record, Registration) and record.missing) else None


def _span_of(subject: str) -> Span:
    """Read what was asked about; ``*``, a whole file, is about nothing near."""
    if subject == "*":
        return ASNS, 0, 0
    if subject.startswith("AS"):
        return ASNS, int(subject[2:]), int(subject[2:])
    prefix = Prefix.parse(subject)
    return prefix.version, prefix.network, prefix.last


def _nearest(ordered: Sequence[tuple[Span, tuple[int, str]]], wanted: Span) -> list[tuple[int, str]]:
    """Give the pieces before and after the place where a record would stand."""
    same = [one for one in ordered if one[0][0] == wanted[0]]
    before = [piece for span, piece in same if span[1] <= wanted[1]][-1:]
    after = [piece for span, piece in same if span[1] > wanted[1]][:1]
    return sorted({*before, *after})
