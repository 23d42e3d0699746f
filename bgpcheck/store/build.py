"""A snapshot from registry files: each is read once, its words and columns written as they come, then what all say together. Waits.

Rule: a snapshot appears whole or not at all, and says of every file what it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from bgpcheck.errors import UsageError
from bgpcheck.evidence import extract, reading
from bgpcheck.evidence.document import Document
from bgpcheck.fetch.files import MAX_BYTES, Reading, read_whole
from bgpcheck.fetch.folder import LIMITS, MAX_RDAP
from bgpcheck.formats import bulk
from bgpcheck.model import BITS, Registration
from bgpcheck.store.atomic import replacing
from bgpcheck.store.snapshot import Writer
from bgpcheck.table import layers
from bgpcheck.table.collect import Collector, space_of
from bgpcheck.table.forest import SPACES
from bgpcheck.table.growing import Ranges, Texts
from bgpcheck.table.pick import counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from bgpcheck.formats.slurm import Slurm


Facts = Mapping[str, Any]  # what the header says of a file


class Tell(Protocol):
    """Hears how far the work is."""

    def __call__(self, name: str, share: float, size: int) -> object:
        """Hear a file's name, the share of it that was read (0 to 1), and its content's size so far in bytes."""


class Fetched(NamedTuple):
    """What is known of a file that was downloaded, times in ISO 8601.

    When the server last said that this is what it has; of when the content is, where that does not say so itself; when it last could
    not be renewed, and why: empty where it could.
    """

    at: str
    dated: str
    failed: str = ""
    reason: str = ""


class Input(NamedTuple):
    """A file of registry data: whose it is (``irr/RADB``), where it lies, and what it is called in messages and evidence."""

    source: str
    path: Path
    name: str
    fetched: Fetched | None = None


@dataclass(slots=True)
class _Read:
    """One file that was read."""

    source: str
    collector: Collector
    slurm: list[Slurm]
    facts: dict[str, Any]


@dataclass(slots=True)
class Builder:
    """Reads files into a writer. ``tell`` hears a file's name, which share of it was read, and how many bytes that made."""

    writer: Writer
    tell: Tell
    files: list[_Read] = field(default_factory=list)
    answers: dict[int, Ranges] = field(default_factory=lambda: {space: Ranges.empty(space) for space in SPACES})

    def read(self, one: Input) -> None:
        """Read a bulk file; ``FormatError`` where it is damaged."""
        number = len(self.files)
        whole = Reading(one.path, one.name, LIMITS.get(one.source, MAX_BYTES))
        scan = bulk.Scan(self._told(whole, _size(one.path)), one.name, one.source)
        slurm: list[Slurm] = []
        with self.writer.begin(f"file/{number}/text", "B") as column:
            collector = Collector(one.source, column.write)
            add = collector.add
            for line, text, record in scan.records():
                add(line, text, record)
                if scan.keep_all:
                    slurm.append(record)
            ended = list(collector.texts.sections())
        for name, kind, data in (*ended, *collector.sections()):
            self.writer.add(f"file/{number}/{name}", kind, data)
        facts = {
            "source": one.source,
            "file": one.name,
            "sha256": whole.sha256,
            "size": whole.size,
            "format": scan.format,
            "dated": scan.dated.astimezone(UTC).isoformat() if scan.dated else one.fetched.dated if one.fetched else None,
            "rows": scan.rows,
            "routes": scan.routes,
            "families": list(collector.families),
            "notes": list(scan.notes),
            "anchors": dict(sorted(collector.anchors.items())),
            "lapsed": layers.lapsed(collector, scan.dated),
            "words": {name: list(getattr(collector, name).numbers) for name in ("registries", "countries")},
            **({"fetched": {"at": one.fetched.at, "failed": one.fetched.failed, "reason": one.fetched.reason}} if one.fetched else {}),
        }
        self.files.append(_Read(one.source, collector, slurm, facts))

    def _told(self, whole: Reading, size: int) -> Iterator[bytes]:
        """Give a file's content, telling how much of it was read."""
        done = 0
        for chunk in whole.chunks():
            done += len(chunk)
            self.tell(whole.name, whole.size / size if size else 0.0, done)
            yield chunk

    def join(self) -> dict[str, Any]:
        """Write what all files say together; gives what the header must say of it."""
        exports = [one.collector for one in self.files if one.source == "vrps"]
        found = layers.views(exports, [slurm for one in self.files for slurm in one.slurm])
        self._add(layers.rpki_sections(found))
        irr = [(one.source.removeprefix("irr/"), one.collector) for one in self.files if one.source.startswith("irr/")]
        self._add(layers.irr_sections(irr, found))
        for space in SPACES:
            registered = [(0, one.registrations[space]) for _, one in irr]
            self._add(layers.forest(f"registered/{space}", space, [*registered, (0, self.answers[space])]))
        return {"views": found.facts(), "irr": layers.source_names(irr)}

    def _add(self, sections: Iterable[tuple[str, str, Any]]) -> None:
        """Write columns."""
        for name, kind, data in sections:
            self.writer.add(name, kind, data)

    def rdap(self, answers: Sequence[Input]) -> None:
        """Keep recorded RDAP answers whole, with an index of what each is about."""
        index = list[list[Any]]()
        with self.writer.begin("rdap/text", "B") as column:
            texts = Texts(column.write)
            for one in answers:
                document = Document(one.source, one.name, reading.RDAP_TYPE, read_whole(one.path, one.name, limit=MAX_RDAP))
                texts.add(0, document.content.decode("utf-8", "surrogateescape"))
                records = reading.records(document)
                for record in records:
                    if isinstance(record, Registration):
                        self.answers[space_of(record.resource)].add(len(index), record.resource.first, record.resource.last)
                index.append([one.source, one.name, [_about(record) for record in records]])
            ended = list(texts.sections())
        self._add((f"rdap/{name}", kind, data) for name, kind, data in ended)
        self.writer.add("rdap/index", "B", json.dumps(index).encode())


def _about(record: Any) -> list[Any]:  # noqa: ANN401 (any of the model's records)
    """Say what an RDAP answer is about: (address family or 0, first, last, maintainers, registry, holders' handles) or (handle)."""
    if not isinstance(record, Registration):
        return [record.handle]
    handles = [party.handle for party in record.holders if party.handle]
    return [space_of(record.resource), record.resource.first, record.resource.last, list(record.maintainers), record.registry, handles]


def build(  # noqa: PLR0913 (each has a name of its own)
    out: Path,
    inputs: Sequence[Input],
    rdap: Sequence[Input],
    *,
    now: datetime,
    before: Sequence[Facts] = (),
    check: Callable[[Sequence[Facts], Mapping[str, int]], object] = lambda *_: None,
    tell: Tell = lambda *_: None,
) -> None:
    """Write a snapshot.

    ``before``: what the last one said of its files. ``check`` may refuse what was read, before it is kept: it is told what the files
    are, and the counts of the last ones.
    """
    with replacing(out) as stream:
        writer = Writer(stream)
        builder = Builder(writer, tell)
        for one in inputs:
            builder.read(one)
        files = [one.facts for one in builder.files]
        refuse_doubled(files)
        previous = dict(sorted(counts(before).items()))
        check(files, previous)
        builder.rdap(rdap)
        joined = builder.join()
        writer.close({"builtAt": now.isoformat(), "files": files, "before": previous, "rdap": len(rdap), **joined})


def _size(path: Path) -> int:
    """Give a file's size, 0 where it can't be known."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def refuse_doubled(files: Sequence[Facts]) -> None:
    """Refuse two files of one source that both speak of its route objects of a family: which of them would be right?

    A file that has none of its own, of either family, says that there are none (``Knowledge._seen``).

    Raises:
        UsageError: names both files.
    """
    seen: dict[tuple[str, int], str] = {}
    for facts in files:
        speaks = facts["source"].startswith("irr/") and extract.speaks(facts["routes"], facts["rows"], facts["size"])
        for family in (facts["families"] or BITS) if speaks else ():
            other = seen.setdefault((facts["source"], family), facts["file"])
            if other != facts["file"]:
                name = facts["source"].removeprefix("irr/")
                raise UsageError(f"{name}: both {other} and {facts['file']} say what IPv{family} route objects it has: give one of them")
