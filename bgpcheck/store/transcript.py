"""Everything that a speaker said, as it came, for a bundle. Waits for the disk.

Rule: the bytes are kept as they are, in a file that has no name; where there are more than ``MOST``, the transcript says where it ends.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from threading import Lock
from typing import IO, TYPE_CHECKING

from bgpcheck.errors import UsageError
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.statement import EVENTS

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
        """Make one that is gone afterwards."""
        try:
            stream = tempfile.TemporaryFile(prefix="bgpcheck-")  # noqa: SIM115 (entered below, where its errors are not ours)
        except OSError as error:
            raise UsageError(f"--evidence: no temporary file for the transcript: {error.strerror}: set TMPDIR") from error
        with stream:
            yield cls(stream)

    def keep(self, chunk: bytes) -> None:
        """Keep what came."""
        with self._lock:
            if self.size < MOST and not self.failed:
                try:
                    self._stream.write(chunk[: MOST - self.size])
                except OSError as error:
                    self.failed = error.strerror or "not written"
            self.size += len(chunk)

    def documents(self) -> tuple[Document, ...]:
        """Give what was kept, whole lines only; the name says how much there was, and why not all of it is there."""
        with self._lock:
            self._stream.flush()
            self._stream.seek(0)
            content = self._stream.read()
        whole = content[: content.rfind(b"\n") + 1]
        why = f", then {self.failed}" if self.failed else ""
        cut = f" (the first {len(whole)} of {self.size} bytes{why})" if len(whole) < self.size else ""
        return (Document(EVENTS, f"{NAME}{cut}", MEDIA_TYPE, whole),) if whole else ()
