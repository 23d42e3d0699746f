"""A folder of registry files as a fetcher (interface.md, Registry data). Waits for the disk.

Rule: each file is read once a round, whatever is asked of it; what it holds about the subjects becomes a document.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.evidence import extract
from bgpcheck.evidence.document import Document
from bgpcheck.fetch.files import Reading
from bgpcheck.formats import bulk, rdap
from bgpcheck.model import AddressRange, AsnRange, Party, Prefix, Registration, parse_asn
from bgpcheck.sources.base import Gap, GapReason, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

PACKED = re.compile(r"\.(gz|bz2|xz)$", re.IGNORECASE)
MAX_RDAP = 4 << 20  # bytes of one RDAP answer
MAX_FILES = 100_000
IRR_FILE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9_-]*)\.(db|rpsl)$", re.IGNORECASE)
DELEGATED_FILE = re.compile(r"^delegated-(afrinic|apnic|arin|lacnic|ripencc)(?![a-z])")
OPTIONAL = frozenset({"slurm"})  # nobody has to have these: no file means no exceptions
HELP = {
    "delegated": "put delegated-{name}-extended-latest into {folder}",
    "irr": "put {name}.db into {folder}",
    "vrps": "put a VRP export, vrps.json or vrps.csv, into {folder}",
    "rdap": "put recorded RDAP answers into {folder}/rdap/{name}",
}


def _silent(_: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class _Rdap:
    """A recorded RDAP answer: what it is about, and its document."""

    record: Registration | Party
    document: Document


@dataclass(slots=True)
class FolderFetcher:
    """Answers from files. ``notes``: names of files that say nothing about their content. ``tell``: hears what is being read."""

    folder: Path
    tell: Callable[[str], None] = _silent
    notes: list[str] = field(default_factory=list)
    _files: dict[str, list[tuple[str, Path]]] = field(default_factory=dict)
    _recorded: dict[str, list[_Rdap]] | None = None

    @classmethod
    def open(cls, folder: Path, tell: Callable[[str], None] = _silent) -> FolderFetcher:
        """List a folder; ``UsageError`` where it is none."""
        if not folder.is_dir():
            raise UsageError(f"{folder}: there is no such folder of registry data")
        made = cls(folder, tell)
        for path in sorted(folder.iterdir())[:MAX_FILES]:
            made._sort(path)
        return made

    @property
    def irr_sources(self) -> tuple[str, ...]:
        """IRR sources that the folder has a dump of."""
        return tuple(name.removeprefix("irr/") for name in self._files if name.startswith("irr/"))

    def _sort(self, path: Path) -> None:
        """Tell from its name what a file holds."""
        plain = PACKED.sub("", path.name)
        if path.is_dir() and path.name == "rdap":
            return
        if (found := DELEGATED_FILE.match(plain)) and path.is_file():
            source = f"delegated/{found[1]}"
        elif (found := IRR_FILE.match(plain)) and path.is_file():
            source = f"irr/{found[1].upper()}"
        elif re.fullmatch(r"vrps.*\.(json|csv)", plain) and path.is_file():
            source = "vrps"
        elif re.fullmatch(r"slurm.*\.json", plain) and path.is_file():
            source = "slurm"
        else:
            self.notes.append(path.name)
            return
        self._files.setdefault(source, []).append((path.name, path))

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, tuple[Document, ...] | Gap]:
        """Read what is there; what is not is a gap ``missing``. A damaged file is the user's to mend: ``FormatError``."""
        by_source: dict[str, list[Request]] = defaultdict(list)
        for request in requests:
            by_source[request.source].append(request)
        replies: dict[Request, tuple[Document, ...] | Gap] = {}
        for source, asked in by_source.items():
            if source.startswith("rdap/"):
                replies.update({request: self._rdap(request) for request in asked})
            else:
                replies.update(dict.fromkeys(asked, self._bulk(source, asked)))
        return replies

    def _bulk(self, source: str, asked: Iterable[Request]) -> tuple[Document, ...] | Gap:
        """Answer for one source: a document for each of its files."""
        files = self._files.get(source, [])
        if not files and source not in OPTIONAL:
            return self._missing(source)
        subjects = sorted({request.subject for request in asked if request.subject != "*"})
        documents = []
        for name, path in files:
            self.tell(f"reading {name}")
            documents.append(_extract(source, name, path, subjects))
        return tuple(documents)

    def _missing(self, source: str) -> Gap:
        """Say what would fill the gap."""
        kind, _, name = source.partition("/")
        return Gap(source, GapReason.MISSING, HELP[kind].format(name=name, folder=self.folder))

    def _rdap(self, request: Request) -> tuple[Document, ...] | Gap:
        """Answer from recorded RDAP answers: all that overlap the subject, with a gap where none covers it."""
        kind = request.source.removeprefix("rdap/")
        if self._recorded is None:
            self._recorded = {name: list(_read_rdap(self.folder / "rdap" / name, name)) for name in ("ip", "autnum", "entity")}
        found = [one for one in self._recorded.get(kind, []) if _concerns(one.record, request.subject)]
        if not found:
            return self._missing(request.source)
        return tuple(one.document for one in found)


def _extract(source: str, name: str, path: Path, subjects: Iterable[str]) -> Document:
    """Read one bulk file and keep what concerns the subjects."""
    reading = Reading(path, name)
    scan = bulk.Scan(reading.chunks(), name, source)
    selector = extract.Selector(subjects)
    for line, text, record in scan.records():
        selector.offer(line, text, record, always=scan.keep_all)
    part = extract.Extract(
        file=name,
        sha256=reading.sha256,
        size=reading.size,
        format=scan.format,
        dated=scan.dated.isoformat() if scan.dated else None,
        rows=scan.rows,
        notes=tuple(scan.notes),
        records=selector.lines,
    )
    return Document(source, name, extract.MEDIA_TYPE, part.encode(), dated=scan.dated)


def _read_rdap(folder: Path, kind: str) -> Iterable[_Rdap]:
    """Read the recorded answers of one kind; the file name says what an error answer was about."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir())[:MAX_FILES]:
        name = f"rdap/{kind}/{path.name}"
        content = b"".join(Reading(path, name, MAX_RDAP).chunks())
        record = rdap.parse(content, file=name, subject=_subject(PACKED.sub("", path.name), kind))
        yield _Rdap(record, Document(f"rdap/{kind}", name, "application/rdap+json", content))


def _subject(name: str, kind: str) -> AddressRange | AsnRange | None:
    """Read what an answer is about from its file name: ``193.0.0.0_21.json``, ``3333.json``; None where it does not say."""
    stem = name.removesuffix(".json")
    try:
        if kind == "autnum":
            asn = parse_asn(stem)
            return AsnRange(asn, asn)
        return Prefix.parse(stem.replace("_", "/")).range if kind == "ip" else None
    except FormatError:
        return None


def _concerns(record: Registration | Party, subject: str) -> bool:
    """Tell whether an answer is about a subject."""
    if isinstance(record, Party):
        return subject == f"org:{record.handle}"
    if isinstance(record.resource, AsnRange):
        return subject[:2] == "AS" and record.resource.holds(parse_asn(subject))
    return "/" in subject and record.resource.covers(Prefix.parse(subject))
