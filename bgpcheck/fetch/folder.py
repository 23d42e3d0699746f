"""A folder of registry files as a fetcher (interface.md, Registry data). Waits for the disk.

Rule: each file is read once a round, whatever is asked of it; what it holds about the subjects becomes a document.
"""

from __future__ import annotations

import errno
import re
import stat
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from bgpcheck.errors import UsageError
from bgpcheck.evidence import extract, reading
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.select import Selector
from bgpcheck.fetch import filed
from bgpcheck.fetch.files import MAX_BYTES, MAX_WHOLE, Reading, read_whole
from bgpcheck.formats import bulk, rdap
from bgpcheck.model import AsnRange, Party, Prefix, Registration, RouteObject, Vrp, parse_asn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from bgpcheck.sources.base import Reply, Request

PACKED = re.compile(r"\.(gz|bz2|xz)$", re.IGNORECASE)
MAX_FILES = 20_000
NOTHING = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})  # what a path that leads nowhere gives
MAX_RDAP = 4 << 20  # bytes of one RDAP answer
LIMITS = {"vrps": MAX_WHOLE, "slurm": 16 << 20}  # bytes of content, of what must be held whole
FOLDERS = frozenset({"rdap", "rdap/ip", "rdap/autnum", "rdap/entity"})
# What a file's name says, without a suffix of packing: the kind of source, and its name in parentheses.
NAMES = {
    "delegated": re.compile(r"delegated-(afrinic|apnic|arin|lacnic|ripencc)(?:-[a-z0-9-]+)?(?:\.txt)?"),
    "irr": re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]*)\.(?:db|rpsl)", re.IGNORECASE),
    "vrps": re.compile(r"vrps.*\.(?:json|csv)"),
    "slurm": re.compile(r"slurm.*\.json"),
    "rdap": re.compile(r"rdap/(ip|autnum|entity)/.+\.json"),
}
# What to do is said without the folder's own name: it is nobody's business whom a bundle is given to, and changes no byte of it.
HELP = {
    "delegated": "put delegated-{name}-extended-latest into the folder of registry data",
    "irr": "put {name}.db into the folder of registry data",
    "vrps": "put a VRP export, vrps.json or vrps.csv, into the folder of registry data",
    "rdap": "put recorded RDAP answers into rdap/{name} in the folder of registry data",
}


def _silent(_: str) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class FolderFetcher:
    """Answers from files. ``notes``: names of files that say nothing about their content. ``tell``: hears what is being read."""

    folder: Path
    tell: Callable[[str], None] = _silent
    notes: list[str] = field(default_factory=list)
    _files: dict[str, list[tuple[str, Path]]] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path, tell: Callable[[str], None] = _silent, *, start: str = "") -> FolderFetcher:
        """List a folder; ``UsageError`` where it is none. ``start``: what its files' names would begin with in a whole one (``rdap/``)."""
        made = cls(folder, tell)
        try:
            if not _is(folder, stat.S_ISDIR):
                raise UsageError(f"{folder}: there is no such folder of registry data")
            for number, (name, path) in enumerate(islice(_listing(folder, start), MAX_FILES + 1)):
                if number == MAX_FILES:
                    raise UsageError(f"{folder}: holds more than {MAX_FILES} files")
                source = source_of(name) if _is(path, stat.S_ISREG) else None
                if source:
                    made._files.setdefault(source, []).append((name, path))
                else:
                    made.notes.append(name)
        except OSError as error:
            raise UsageError(f"{folder}: {error.strerror}") from error
        return made

    @property
    def files(self) -> Iterator[tuple[str, str, Path]]:
        """Every file that says what it holds: (source, name below the folder, path)."""
        for source, files in self._files.items():
            for name, path in files:
                yield source, name, path

    @property
    def irr_sources(self) -> tuple[str, ...]:
        """IRR sources that the folder has a dump of."""
        return filed.irr_sources(self._files)

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Read what is there; what is not is a gap ``missing``. A damaged file is the user's to mend: ``FormatError``."""
        return filed.replies(requests, self._rdap, self._bulk, HELP)

    def _bulk(self, source: str, subjects: set[str]) -> tuple[Document, ...] | None:
        """Answer for one source: a document for each of its files."""
        files = self._files.get(source)
        return tuple(self._extract(source, name, path, sorted(subjects)) for name, path in files) if files else None

    def _extract(self, source: str, name: str, path: Path, subjects: Iterable[str]) -> Document:
        """Read one bulk file and keep what concerns the subjects."""
        self.tell(f"reading {name}")
        whole = Reading(path, name, LIMITS.get(source, MAX_BYTES))
        return extracted(bulk.Scan(whole.chunks(), name, source), subjects, lambda: (whole.sha256, whole.size))

    def _rdap(self, source: str, asked: Sequence[Request]) -> dict[Request, list[Document]]:
        """Give the recorded RDAP answers that cover each subject."""
        subjects = [(request, subject_of(request.subject)) for request in asked]
        found: dict[Request, list[Document]] = {request: [] for request in asked}
        for name, path in self._files.get(source, []):
            document = Document(source, name, reading.RDAP_TYPE, rdap.spared(read_whole(path, name, limit=MAX_RDAP), file=name))
            for record in reading.records(document):
                for request, subject in subjects:
                    if _concerns(record, subject):
                        found[request].append(document)
        return found


def extracted(scan: bulk.Scan, subjects: Iterable[str], whole: Callable[[], tuple[str, int]]) -> Document:
    """Read a bulk file and keep what concerns the subjects; ``whole`` gives its digest and size once it is read."""
    selector = Selector(subjects)
    families, anchors = set[int](), Counter[str]()
    for line, text, record in scan.records():
        selector.offer(line, text, record, always=scan.keep_all)
        if isinstance(record, RouteObject) and scan.source == f"irr/{record.source}":
            families.add(record.prefix.version)
        if isinstance(record, Vrp):
            anchors[record.trust_anchor] += 1
    sha256, size = whole()
    part = extract.Extract(
        file=scan.file,
        sha256=sha256,
        size=size,
        format=scan.format,
        dated=scan.dated.isoformat() if scan.dated else None,
        rows=scan.rows,
        routes=scan.routes,
        families=tuple(sorted(families)),
        notes=tuple(scan.notes),
        records=selector.lines,
        anchors=dict(sorted(anchors.items())),
    )
    return Document(scan.source, scan.file, extract.MEDIA_TYPE, part.encode(), dated=scan.dated)


def _listing(folder: Path, start: str = "") -> Iterator[tuple[str, Path]]:
    """Give every file by its name below the folder, sorted; of folders, only those that are known are entered."""
    for path in sorted(folder.iterdir()):
        name = start + path.name
        if name in FOLDERS and _is(path, stat.S_ISDIR):
            yield from _listing(path, f"{name}/")
        else:
            yield name, path


def _is(path: Path, kind: Callable[[int], bool]) -> bool:
    """Tell whether a path leads to that kind; ``OSError`` where that may not be known, which pathlib calls no since Python 3.14."""
    try:
        return kind(path.stat().st_mode)
    except OSError as error:
        if error.errno in NOTHING:
            return False
        raise
    except ValueError:  # a null character
        return False


def source_of(name: str) -> str | None:
    """Tell from its name what a file holds, None where it does not say."""
    plain = PACKED.sub("", name)
    for kind, pattern in NAMES.items():
        if found := pattern.fullmatch(plain):
            source = "/".join((kind, *found.groups()))
            return f"irr/{found[1].upper()}" if kind == "irr" else source
    return None


def subject_of(text: str) -> Prefix | int | str:
    """Read what a request is about: a prefix, an AS number, or as it stands."""
    if text.startswith(("org:", "mnt:")):
        return text
    return parse_asn(text) if text[:2] == "AS" else Prefix.parse(text)


def _concerns(record: Registration | Party, subject: Prefix | int | str) -> bool:
    """Tell whether an answer is about a subject."""
    if isinstance(subject, str) and subject.startswith("mnt:"):
        return isinstance(record, Registration) and subject.removeprefix("mnt:") in record.maintainers
    if isinstance(record, Party):
        return subject == f"org:{record.handle}"
    if isinstance(record.resource, AsnRange):
        return isinstance(subject, int) and record.resource.holds(subject)
    return isinstance(subject, Prefix) and record.resource.covers(subject)
