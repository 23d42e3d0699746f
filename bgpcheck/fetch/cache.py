"""Answers kept on the disk, so that a registry is not asked twice in an hour. Waits for the disk.

Rule: only whole answers are kept, each in a file of its own that appears at once; a file that can't be read is as good as none.
Several processes may use it at the same time.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bgpcheck.evidence import plain
from bgpcheck.store.atomic import begun

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = "bgpcheck/answer/v1"
LONGEST_HEAD = 1 << 16  # bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, and when it was given."""

    content: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of answers. ``hours``: how long those of a kind of source (``rdap``, ``irr``, ``vrps``) are good; ``refresh``: take none."""

    folder: Path
    hours: Mapping[str, float]
    refresh: bool = False

    def find(self, source: str, question: str) -> Kept | None:
        """Give an answer that is young enough."""
        hours = self.hours.get(source.partition("/")[0], 0)
        if self.refresh or hours <= 0:
            return None
        try:
            data = self._path(source, question).read_bytes()
            head, _, content = data.partition(b"\n")
            told = plain.load(head[:LONGEST_HEAD])
            at = plain.moment(told["at"])
            good = told["schema"] == SCHEMA and (told["source"], told["question"]) == (source, question)
            good = good and told["sha256"] == hashlib.sha256(content).hexdigest()
            age = datetime.now(UTC) - at
        except (OSError, *plain.FAULTS):
            return None
        return Kept(content, at) if good and timedelta(0) <= age <= timedelta(hours=hours) else None

    def keep(self, source: str, question: str, content: bytes, at: datetime) -> None:
        """Keep an answer; where that can't be done, the next check asks again."""
        if self.hours.get(source.partition("/")[0], 0) <= 0:
            return
        head: dict[str, Any] = {"schema": SCHEMA, "source": source, "question": question, "at": at.isoformat()}
        head["sha256"] = hashlib.sha256(content).hexdigest()
        path = self._path(source, question)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with begun(path.parent) as (stream, beside):  # readable by its owner alone
                stream.write(json.dumps(head, sort_keys=True).encode() + b"\n" + content)
                stream.flush()
                beside.replace(path)
        except OSError:
            return

    def _path(self, source: str, question: str) -> Path:
        """Name the file of a question."""
        name = hashlib.sha256(f"{source}\n{question}".encode()).hexdigest()
        return self.folder / source.partition("/")[0] / name[:2] / name
