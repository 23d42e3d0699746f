"""The folder of downloaded registry files: each with a record of where it is from, which version it is, and what it holds. Waits.

Rule: the record is what counts. A file's name has its digest, so that the record's appearing, all at once, is what replaces it.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bgpcheck.errors import UsageError
from bgpcheck.evidence import plain
from bgpcheck.evidence.plain import just, maybe
from bgpcheck.fetch.part import Part
from bgpcheck.formats.transfer import Version
from bgpcheck.store import atomic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SCHEMA = "bgpcheck/download/v1"
MAX_RECORD = 1 << 20  # bytes
FACTS = {"source": str, "file": str, "sha256": str, "size": int, "rows": int, "routes": int, "families": list, "anchors": dict}
UNSAFE = re.compile(r"[^A-Za-z0-9.-]")
LONGEST = 80  # characters of an address in a file's name


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept. ``facts``: what it holds, for each source that it is a file of, as a snapshot's header says it.

    Times are UTC. ``fetched``: when the server last said that this is what it has; ``failed``: when it last could not be asked, and why.
    """

    url: str
    file: str
    version: Version
    fetched: datetime
    facts: Mapping[str, Mapping[str, Any]]
    failed: datetime | None = None
    reason: str = ""

    def dated(self, source: str) -> datetime:
        """Of when the content is: as it says itself, else the server, else of when it was fetched."""
        own = self.facts[source]["dated"] if source in self.facts else None
        return datetime.fromisoformat(own) if own else self.version.moment or self.fetched


@dataclass(frozen=True, slots=True)
class Downloads:
    """The folder."""

    folder: Path

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep it for this process alone; ``UsageError`` where another one has it."""
        import fcntl  # noqa: PLC0415 (only where files are downloaded)

        atomic.make_folder(self.folder)
        try:
            lock = (self.folder / "lock").open("a+", encoding="utf-8")
        except OSError as error:
            raise atomic.fault(self.folder / "lock", error) from error
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                lock.seek(0)
                holder = lock.read(20).strip() or "that has just begun"
                raise UsageError(f"{self.folder}: is being updated by process {holder}: wait for its end") from error
            with suppress(OSError):  # the number is a help, no more
                os.truncate(lock.fileno(), 0)
                os.write(lock.fileno(), b"%d\n" % os.getpid())
            atomic.clear(self.folder)  # what updates that were killed had begun
            yield

    def part(self, url: str) -> Part:
        """Where a file comes in."""
        return Part(self.folder / f"{_key(url)}.part")

    def path(self, kept: Kept) -> Path:
        """Where a kept file lies."""
        return self.folder / kept.file

    def kept(self, url: str) -> Kept | None:
        """Find what is kept of an address; None where there is nothing, or nothing whole."""
        try:
            found = plain.load(self._record(url).read_bytes()[:MAX_RECORD])
            kept = _read(found)
            ours = found["schema"] == SCHEMA and kept.url == url and kept.file == Path(kept.file).name
            return kept if ours and self.path(kept).stat().st_size == kept.version.size else None
        except (OSError, *plain.FAULTS):
            return None

    def accept(self, url: str, version: Version, facts: Mapping[str, Mapping[str, Any]], now: datetime) -> Kept:
        """Take what came in for the file, and forget the one of before.

        Raises:
            UsageError: it can't be written.
        """
        digest = next(iter(facts.values()))["sha256"]
        name = f"{_key(url)}-{digest[:16]}-{UNSAFE.sub('_', urlsplit(url).path.rpartition('/')[2])[-LONGEST:]}"
        kept, part = Kept(url, name, version, now, facts), self.part(url)
        try:
            with part.path.open("rb") as stream:
                os.fsync(stream.fileno())
            part.path.replace(self.folder / name)
            self.note(kept)
        except OSError as error:
            raise atomic.fault(self.folder / name, error) from error
        part.drop()
        return kept

    def note(self, kept: Kept) -> None:
        """Write a file's record, and forget other files of its address, which an update that was killed may have left too."""
        told = {**asdict(kept), "schema": SCHEMA, "fetched": kept.fetched.isoformat(), "failed": kept.failed and kept.failed.isoformat()}
        atomic.write(self._record(kept.url), json.dumps(told, sort_keys=True).encode())
        for one in self.folder.glob(f"{_key(kept.url)}-*"):
            if one.name != kept.file:
                with suppress(OSError):
                    one.unlink()

    def _record(self, url: str) -> Path:
        """Where the record lies."""
        return self.folder / f"{_key(url)}.json"


def unchanged(kept: Kept, now: datetime) -> Kept:
    """Say that a file is what the server has."""
    return replace(kept, fetched=now, failed=None, reason="")


def failed(kept: Kept, now: datetime, reason: str) -> Kept:
    """Say that a file could not be renewed."""
    return replace(kept, failed=now, reason=reason[:500])


def _key(url: str) -> str:
    """Name an address in a way that no folder misunderstands, and that no other address has."""
    return f"{UNSAFE.sub('_', urlsplit(url).hostname or '')[:LONGEST]}-{sha256(url.encode()).hexdigest()[:16]}"


def _read(told: Mapping[str, Any]) -> Kept:
    """Read a record."""
    url, file, reason = (just(str, told[name]) for name in ("url", "file", "reason"))
    fetched, failed = plain.moment(told["fetched"]), maybe(plain.moment, told["failed"] or None)
    facts = {just(str, source): _facts(one) for source, one in just(dict, told["facts"]).items()}
    return Kept(url, file, plain.record(Version, told["version"]), fetched, facts, failed, reason)


def _facts(one: object) -> Mapping[str, Any]:
    """Read what a file holds, as ``store.vet`` found it."""
    found = just(dict, one)
    for name, kind in FACTS.items():
        just(kind, found[name])
    for count in found["anchors"].values():
        just(int, count)
    maybe(plain.moment, found["dated"])
    return found
