"""Of one file in a snapshot, the records that matter for some subjects, as if the file itself had been read. Pure; needs no numpy.

Rule: more records are looked at than are kept. Which are kept, the selector decides that reads whole files too, so that a snapshot
and the files that it was made from give the same extracts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zlib import decompressobj, error

from bgpcheck.errors import FormatError
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.extract import MEDIA_TYPE, Extract
from bgpcheck.evidence.select import Selector
from bgpcheck.formats.json_fields import decode
from bgpcheck.model import Prefix, Registration, parse_asn
from bgpcheck.table.forest import ASNS, IPV4, IPV6, Forest
from bgpcheck.table.words import token

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bgpcheck.evidence.extract import Line
    from bgpcheck.table.forest import Columns

MOST_CACHED = 64  # blocks kept unpacked
MOST_BLOCK = 64 << 20  # bytes of one block of text: a record and what else fits beside it
Span = tuple[int, int]  # first and last


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Texts:
    """The records' own words. ``columns`` gives the packed blocks by ``pieces``."""

    columns: Any
    name: str
    cache: dict[int, bytes] = field(default_factory=dict)

    def __getitem__(self, ordinal: int) -> tuple[int, str]:
        """Give a record's line and text; ``FormatError`` where the block is damaged."""
        start = self.columns.column(f"{self.name}/start")
        raw = self.columns.column(f"{self.name}/raw")
        block = bisect_right(raw, start[ordinal]) - 1
        text = self._block(block)[start[ordinal] - raw[block] : start[ordinal + 1] - raw[block]]
        return self.columns.column(f"{self.name}/line")[ordinal], text.decode("utf-8", "surrogatepass")

    def _block(self, number: int) -> bytes:
        """Unpack one block."""
        if number in self.cache:
            return self.cache[number]
        packed = self.columns.column(f"{self.name}/packed")
        data = self.columns.pieces(f"{self.name}/text")[packed[number] : packed[number + 1]]
        unpacker = decompressobj()
        try:
            found = unpacker.decompress(data, MOST_BLOCK)
        except error as fault:
            raise FormatError(f"is damaged: a block of {self.name}: {fault}") from fault
        if not unpacker.eof:
            raise FormatError(f"is damaged: a block of {self.name} has no end")
        if len(self.cache) >= MOST_CACHED:
            self.cache.pop(next(iter(self.cache)))
        self.cache[number] = found
        return found


@dataclass(frozen=True, eq=False, repr=False)
class File:
    """One file in a snapshot: ``facts`` from the header, ``name`` of its columns."""

    columns: Any
    name: str
    facts: Mapping[str, Any]

    @cached_property
    def texts(self) -> Texts:
        """The records' words."""
        return Texts(self.columns, self.name)

    @cached_property
    def document(self) -> Document:
        """The file as the document that a fetcher makes of it, without records."""
        return self._as_document(())

    def extract(self, subjects: Iterable[str]) -> Document:
        """Keep what concerns the subjects."""
        wanted, facts = sorted(subjects), self.facts
        selector = Selector(wanted)
        always = facts["source"] == "slurm"
        for ordinal in range(facts["rows"]) if always else sorted(self._candidates(wanted)):
            line, text, record = self.record(ordinal)
            selector.offer(line, text, record, always=always)
        return self._as_document(selector.lines)

    def _as_document(self, records: tuple[Line, ...]) -> Document:
        """Say what file it is, and give some of its records."""
        facts = self.facts
        words = {word: facts[word] for word in ("file", "sha256", "size", "format", "dated", "rows", "routes")}
        part = Extract(**words, families=tuple(facts["families"]), notes=tuple(facts["notes"]), records=records, anchors=facts["anchors"])
        dated = datetime.fromisoformat(facts["dated"]) if facts["dated"] else None
        return Document(facts["source"], facts["file"], MEDIA_TYPE, part.encode(), dated=dated)

    def record(self, ordinal: int) -> tuple[int, str, Any]:
        """Give a record with its line and text."""
        from bgpcheck.formats import bulk  # noqa: PLC0415 (who only asks what files there are needs no parser)

        line, text = self.texts[ordinal]
        return line, text, bulk.parse(self.facts["format"], line, text, file=self.facts["file"])

    def over(self, prefix: Prefix, *, inside: bool) -> Iterator[Any]:
        """Give the records of prefixes, which never cross each other, that cover a prefix; ``inside``: and those inside it."""
        name = f"{self.name}/near/{prefix.version}"
        forest, records = Forest.of(self.columns, name, prefix.version), self.columns.column(f"{name}/record")
        look_up = forest.overlapping if inside else forest.covering
        for node in look_up(prefix.network, prefix.last):
            for position in forest.records(node):
                yield self.record(records[position])[2]

    def registered(self, space: int, first: int, last: int) -> Iterator[Registration]:
        """Give the registrations that hold a range."""
        name = f"{self.name}/registered/{space}"
        forest, records = Forest.of(self.columns, name, space), self.columns.column(f"{name}/record")
        ordinals = [records[place] for node in forest.covering(first, last) for place in forest.records(node)]
        for ordinal in (*ordinals, *self.columns.column(f"{name}/odd")):
            one = self.record(ordinal)[2]
            if isinstance(one, Registration) and one.resource.first <= first and last <= one.resource.last:
                yield one

    def listed(self, index: str, key: int) -> Iterator[Any]:
        """Give the records that stand under a number in an index."""
        for ordinal in self._listed(index, key):
            yield self.record(ordinal)[2]

    def _candidates(self, subjects: Sequence[str]) -> set[int]:
        """Give the ordinals of all records that may concern a subject or be its neighbours."""
        found = set[int]()
        spans: dict[int, list[Span]] = {ASNS: [], IPV4: [], IPV6: []}
        for subject in subjects:
            kind, _, rest = subject.partition(":")
            if subject[:2] == "AS":
                asn = parse_asn(subject)
                spans[ASNS].append((asn, asn))
                found.update(self._listed("asn", asn))
            elif kind in {"org", "mnt"}:
                found.update(self._listed(kind, token(rest)))
            elif "/" in subject:
                prefix = Prefix.parse(subject)
                spans[prefix.version].append((prefix.network, prefix.last))
        for space, wanted in spans.items():
            found.update(self._near(space, wanted))
        return found

    def _listed(self, index: str, key: int) -> Iterator[int]:
        """Give the ordinals that stand under a number in an index."""
        keys, records = (self.columns.column(f"{self.name}/{index}/{one}") for one in ("key", "record"))
        yield from records[bisect_left(keys, key) : bisect_right(keys, key)]

    def _near(self, space: int, wanted: Iterable[Span]) -> Iterator[int]:
        """Give the ordinals of what overlaps ranges of numbers, or is nearest to them."""
        spans = sorted(wanted)
        after = [later for _, later in pairwise((*(first for first, _ in spans), None))]
        for kind in ("near", "registered") if spans else ():
            name = f"{self.name}/{kind}/{space}"
            forest, records = Forest.of(self.columns, name, space), self.columns.column(f"{name}/record")
            nodes = set[int]()
            for (first, last), until in zip(spans, after, strict=True):
                if kind == "registered":
                    nodes.update(forest.covering(first, last))
                else:
                    nodes.update(forest.overlapping(first, last), forest.beside(first, last, until=until))
            for node in nodes:
                yield from records[forest.span[node] : forest.span[node + 1]]
            yield from self.columns.column(f"{name}/odd")


def files(columns: Columns, header: Mapping[str, Any]) -> Mapping[str, tuple[File, ...]]:
    """Give the files of a snapshot by source, in their order."""
    found: dict[str, list[File]] = {}
    for number, facts in enumerate(header["files"]):
        found.setdefault(facts["source"], []).append(File(columns, f"file/{number}", facts))
    return {source: tuple(parts) for source, parts in found.items()}


def rdap_index(columns: Columns) -> list[Any]:
    """Give of each recorded RDAP answer (source, name, what its records are about); ``FormatError`` where that can't be read."""
    try:
        found = decode(bytes(columns.column("rdap/index")).decode())
    except (FormatError, UnicodeDecodeError) as fault:
        raise FormatError(f"is damaged: the index of RDAP answers can't be read: {str(fault)[:80]}") from fault
    if not isinstance(found, list):
        raise FormatError("is damaged: the index of RDAP answers is no list")
    return found


def newest(parts: Iterable[File]) -> list[File]:
    """Give the newest of a registry's files: what older ones say is over."""
    dated = [(one.document.dated, one) for one in parts]
    latest = max((date for date, _ in dated if date), default=None)
    return [one for date, one in dated if date == latest]


def counts(files: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Count rows by source, and VRPs by trust anchor (``vrps ripe``)."""
    found = Counter[str]()
    for facts in files:
        found[facts["source"]] += facts["rows"]
        for anchor, number in facts["anchors"].items():
            found[f"{facts['source']} {anchor}"] += number
    return found
