"""A registry snapshot as a fetcher: the documents that the folder of its files would give. Waits for the disk.

Rule: what the snapshot has no file of is a gap, as in a folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.evidence import reading
from bgpcheck.evidence.document import Document
from bgpcheck.fetch import filed
from bgpcheck.fetch.folder import subject_of
from bgpcheck.formats import rdap
from bgpcheck.store.snapshot import Snapshot, fitting, registry_data
from bgpcheck.table import pick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bgpcheck.model import Prefix
    from bgpcheck.sources.base import Reply, Request

HELP = {
    "delegated": "build the snapshot with --delegated delegated-{name}-extended-latest",
    "irr": "build the snapshot with --irr {name}=FILE",
    "vrps": "build the snapshot with --vrps vrps.json",
    "rdap": "build the snapshot with --rdap FOLDER of recorded answers",
}


@dataclass(frozen=True, eq=False, repr=False)
class SnapshotFetcher:
    """Answers from a snapshot."""

    snapshot: Snapshot

    @classmethod
    def open(cls, path: Path) -> SnapshotFetcher:
        """Open a snapshot file; ``UsageError`` or ``FormatError`` where it is none."""
        return cls(registry_data(path))

    @property
    def irr_sources(self) -> tuple[str, ...]:
        """IRR sources that the snapshot has a dump of."""
        return filed.irr_sources(self._files)

    @cached_property
    def _files(self) -> Mapping[str, tuple[pick.File, ...]]:
        try:
            return pick.files(self.snapshot, self.snapshot.header)
        except (KeyError, TypeError, AttributeError) as error:
            raise FormatError("is damaged: its header does not say what it holds", file=self.snapshot.name) from error

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Give what is there; what is not is a gap ``missing``."""
        return self.reply(requests)

    def reply(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Answer without waiting."""
        with fitting(self.snapshot.name):
            return filed.replies(requests, self._rdap, self._bulk, HELP)

    def _bulk(self, source: str, subjects: set[str]) -> tuple[Document, ...] | None:
        """Answer for one source: a document for each of its files."""
        files = self._files.get(source)
        try:
            return tuple(file.extract(subjects) for file in files) if files else None
        except FormatError as error:
            raise error.at(file=self.snapshot.name) from error

    def _rdap(self, source: str, asked: Sequence[Request]) -> dict[Request, list[Document]]:
        """Give the recorded RDAP answers that cover each subject."""
        subjects = [(request, subject_of(request.subject)) for request in asked]
        found: dict[Request, list[Document]] = {request: [] for request in asked}
        for ordinal, (whose, name, about) in enumerate(self._index):
            met = [request for request, subject in subjects if whose == source and any(_concerns(one, subject) for one in about)]
            if met:
                text = pick.Texts(self.snapshot, "rdap")[ordinal][1]
                document = Document(source, name, reading.RDAP_TYPE, rdap.spared(text.encode("utf-8", "surrogateescape"), file=name))
                for request in met:
                    found[request].append(document)
        return found

    @cached_property
    def _index(self) -> list[Any]:
        """What each RDAP answer is about."""
        try:
            return pick.rdap_index(self.snapshot)
        except FormatError as error:
            raise error.at(file=self.snapshot.name) from error


def _concerns(about: Sequence[Any], subject: Prefix | int | str) -> bool:
    """Tell whether an answer is about a subject, as ``folder`` does."""
    if len(about) == 1:
        return subject == f"org:{about[0]}"
    space, first, last, maintainers = about[:4]
    if isinstance(subject, str):
        return subject.startswith("mnt:") and subject.removeprefix("mnt:") in maintainers
    if isinstance(subject, int):
        return space == 0 and bool(first <= subject <= last)
    return space == subject.version and bool(first <= subject.network and subject.last <= last)
