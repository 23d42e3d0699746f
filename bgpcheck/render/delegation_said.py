"""Who says what stands in a chain, in words, and who kept silent. Pure.

Rule: a level's documents are those that its records stand in, and no others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bgpcheck.model import BITS, AddressRange, Prefix, asplain
from bgpcheck.render.words import few

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bgpcheck.evidence.document import Document
    from bgpcheck.knowledge import Knowledge
    from bgpcheck.model import AsnRange, Party

KNOWN, INFERRED, UNKNOWN, REFUSED = "known", "inferred", "not known", "nobody's"  # how sure a level is
NAMES = {"ripencc": "RIPE NCC", "arin": "ARIN", "apnic": "APNIC", "afrinic": "AFRINIC", "lacnic": "LACNIC"}
MOST_SAYING = 2  # documents named in a line


def found_in(known: Knowledge, records: Iterable[Any]) -> list[Document]:
    """Give the documents that records stand in, each once, in the order of sources."""
    found = {document.id: document for record in records for document in known.cited.get(record, ())}
    return sorted(found.values(), key=lambda one: (one.source, one.uri))


def documents_of(known: Knowledge, records: Iterable[Any]) -> tuple[str, ...]:
    """Name the documents that records stand in, as results cite them."""
    return ids(found_in(known, records))


def ids(documents: Iterable[Document]) -> tuple[str, ...]:
    """Give how results cite documents."""
    return tuple(one.id for one in documents)


def spoken(known: Knowledge, records: Iterable[Any]) -> tuple[str, str, tuple[str, ...]]:
    """Give the last parts of a level that documents speak of: who says so, ``known``, which documents."""
    found = found_in(known, records)
    return by(found), KNOWN, ids(found)


def by(documents: Sequence[Document]) -> str:
    """Name who says so, and of when."""
    told = dict.fromkeys(f"{one.source}{_when(one)}" for one in documents)
    return f"said by {few(told, MOST_SAYING)}" if told else ""


def _when(one: Document) -> str:
    """Give the day of a document: its own, or that of the answer."""
    return f" of {one.dated:%Y-%m-%d}" if one.dated else f" on {one.fetched_at:%Y-%m-%d}" if one.fetched_at else ""


def silence(known: Knowledge, *starts: str, otherwise: str = "the answers at hand do not say") -> str:
    """Name who kept silent of those who could tell, and why."""
    told = dict.fromkeys(f"{gap.source} kept silent ({gap.reason})" for gap in known.gaps if gap.source.startswith(starts))
    return few(told, MOST_SAYING) if told else otherwise


def range_words(span: AddressRange | AsnRange) -> str:
    """Write a range as a prefix where it is one, else as it is."""
    if isinstance(span, AddressRange) and not span.size & (span.size - 1) and not span.first & (span.size - 1):
        return str(Prefix(span.version, span.first, BITS[span.version] - span.size.bit_length() + 1))
    return str(span) if isinstance(span, AddressRange) else f"{asplain(span.first)} to {asplain(span.last)}"


def party_words(party: Party) -> str:
    """Name a holder by name and handle."""
    return f"{party.name} ({party.handle})" if party.name and party.handle else party.name or party.handle
