"""A file that is being downloaded: what has come so far, and of which version it is a part. Waits for the disk.

Rule: bytes of two versions never stand in one file; what is written down of a version is written before its first byte.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol

from bgpcheck.evidence import plain
from bgpcheck.formats.transfer import Version
from bgpcheck.store.atomic import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


class Came(Protocol):
    """Hears how much of a file has come."""

    def __call__(self, have: int, of: int | None) -> object:
        """Hear the bytes so far, and of how many, None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one file: ``most`` bytes, ``seconds`` for all of it, and seconds of ``silence`` between two pieces."""

    most: int = 4 << 30
    seconds: float = 3600
    silence: float = 30


@dataclass(frozen=True, slots=True)
class Part:
    """The file ``path``, with its version beside it. Raises ``UsageError`` where the disk refuses."""

    path: Path

    @property
    def _told(self) -> Path:
        """Where the version is written down."""
        return self.path.with_name(f"{self.path.name}.json")

    @property
    def have(self) -> int:
        """Bytes that have come."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    @property
    def version(self) -> Version:
        """Of which version they are; of an unknown one where that can't be read."""
        try:
            return plain.record(Version, plain.load(self._told.read_bytes()))
        except (OSError, *plain.FAULTS):
            return Version()

    def begin(self, version: Version) -> None:
        """Forget what has come, and begin with a version."""
        self.drop()
        with self._on_disk():
            self._told.write_text(json.dumps(asdict(version)), encoding="utf-8")

    @contextmanager
    def writing(self) -> Iterator[Callable[[bytes], None]]:
        """Give what writes the next bytes."""
        with self._on_disk():
            stream = self.path.open("ab")

        def write(data: bytes) -> None:
            with self._on_disk():
                stream.write(data)

        try:
            yield write
        finally:
            with self._on_disk():
                stream.close()

    def drop(self) -> None:
        """Forget what has come."""
        with self._on_disk():
            self.path.unlink(missing_ok=True)
            self._told.unlink(missing_ok=True)

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        """Say of what fails here that the disk is to blame, and not the server."""
        try:
            yield
        except OSError as error:
            raise fault(self.path, error) from error


@dataclass(frozen=True, slots=True)
class Order:
    """What to download: into which ``part``, unless the server still has the ``known`` version. ``came`` hears how far it is."""

    part: Part
    known: Version
    limits: Limits
    came: Came
