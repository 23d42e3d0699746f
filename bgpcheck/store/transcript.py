"""Everything that a speaker said, as it came, for a bundle. Waits for the disk.

Rule: the bytes are kept as they are, in a file that has no name, and people and secrets masked for the bundle; where there are more
than ``MOST``, the transcript says where it ends.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from threading import Lock
from typing import IO, TYPE_CHECKING

from bgpcheck.errors import UsageError
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.statement import EVENTS
from bgpcheck.formats.credentials import fit_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST = 64 << 20  # bytes
NAME = "transcript of the sessions"
MEDIA_TYPE = "application/x-ndjson"


class Transcript:
    """A growing file of ExaBGP's lines. Written by the thread that reads."""

    def __init__(self, stream: IO[bytes]) -> None:
        """Begin with nothing."""
        self._stream, self._lock = stream, Lock()
        self.size = 0  # bytes that came, kept or not
        self.failed = ""

    @classmethod
    @contextmanager
    def begin(cls) -> Iterator[Transcript]:
        """Make one that is gone afterwards.

        Raises:
            UsageError: there is no room for temporary files.
        """
        try:
            stream = tempfile.TemporaryFile(prefix="bgpcheck-", buffering=0)  # noqa: SIM115 (entered below, where its errors are not ours)
        except OSError as error:
            raise UsageError(f"--evidence: no temporary file for the transcript: {error.strerror}: set TMPDIR") from error
        made = cls(stream)
        try:
            yield made
        finally:
            made.close()

    def close(self) -> None:
        """Let all go; what comes later is not kept."""
        with self._lock:
            self._stream.close()

    def keep(self, chunk: bytes) -> None:
        """Keep what came; nothing once it is closed, since the thread that reads may last longer."""
        with self._lock:
            if self._stream.closed:
                return
            if self.size < MOST and not self.failed:
                self._write(memoryview(chunk)[: MOST - self.size])
            self.size += len(chunk)

    def _write(self, rest: memoryview) -> None:
        """Write, as far as the disk obeys."""
        try:
            while rest:
                rest = rest[self._stream.write(rest) :]
        except OSError as error:
            self.failed = error.strerror or "not written"

    def documents(self) -> tuple[Document, ...]:
        """Give what was kept: all, or where it is not all whole lines only; then the name says how much there was, and why."""
        with self._lock:
            self._stream.seek(0)
            content = self._stream.read()
        whole = content[: content.rfind(b"\n") + 1] if self.size > MOST or self.failed else content
        why = f", then {self.failed}" if self.failed else ""
        cut = f" (the first {len(whole)} of {self.size} bytes{why})" if len(whole) < self.size else ""
        return (Document(EVENTS, f"{NAME}{cut}", MEDIA_TYPE, fit_lines(whole)),) if whole else ()
