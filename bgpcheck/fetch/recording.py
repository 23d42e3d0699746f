"""A recorded ExaBGP log as events, keeping the lines that a verdict rests on. Waits for the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.evidence.document import Document
from bgpcheck.evidence.statement import EVENTS
from bgpcheck.formats.credentials import fit_json
from bgpcheck.formats.exabgp import event
from bgpcheck.formats.exabgp_events import Update
from bgpcheck.formats.lines import lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.fetch.files import Reading
    from bgpcheck.formats.exabgp_events import Event
    from bgpcheck.model import Route

MAX_KEPT = 64 << 20  # bytes of lines kept as evidence; beyond it the recording's digest stands for them


@dataclass(slots=True)
class Recorder:
    """One pass over a recording. ``most``: bytes of lines that are kept."""

    reading: Reading
    most: int = MAX_KEPT
    _lines: dict[Route, bytes] = field(default_factory=dict)
    _size: int = 0

    def events(self) -> Iterator[Event]:
        """Give every event; ``FormatError`` names file and line."""
        name = self.reading.name
        for number, line in lines(self.reading.chunks(), file=name):
            one = event(line, file=name, number=number)
            if isinstance(one, Update) and one.announced and self._size < self.most:
                self._size += len(line)
                self._lines.update(dict.fromkeys(one.announced, line))
            yield one

    def document(self, routes: Iterable[Route]) -> Document:
        """Give the lines that announced what stands at the end, as they were recorded, but for people and secrets."""
        kept = dict.fromkeys(self._lines[route] for route in routes if route in self._lines)
        uri = f"{Path(self.reading.name).name} sha256:{self.reading.sha256}"
        return Document(EVENTS, uri, "application/x-ndjson", b"".join(fit_json(line) + b"\n" for line in kept))
