"""A table of what the Internet sees, read for what it says of a peering's prefixes (PFX-4). Waits for the file.

Rule: of the table only what overlaps a prefix of ours is held; what was left out or could not be read is told.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.bulk.inputs import Inputs
from bgpcheck.columns.near import Near
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.statement import INTERNET
from bgpcheck.peering import Sighting
from bgpcheck.routes import joined

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bgpcheck.model import Prefix
    from bgpcheck.routes import Routes

    Note = tuple[str, str, str]  # rule, subject, text

MOST_KEPT = 5000  # rows; more where there are more prefixes of ours than a third of that
MOST_HELD = 1 << 20  # rows before what is too much is left out
MOST_NOTES = 8  # about kinds of records that were left out
LONGEST = 300  # characters of a note
STDIN = "standard input"


@dataclass(frozen=True, slots=True)
class Table:
    """What a table says. ``source``: its name and digest; ``document``: the rows that are kept, in the words of ``prefix,asn``."""

    sightings: tuple[Sighting, ...]
    source: str
    notes: tuple[Note, ...]
    document: Document


@dataclass(slots=True)
class _Heard:
    """What the reader complains of: the first row that could not be read, and notes on what it left out."""

    bad: int = 0
    first: str = ""
    notes: list[str] = field(default_factory=list)

    def take(self, text: str, bad: int) -> None:
        """Take a complaint; ``bad``: how many rows could not be read up to now."""
        if bad > self.bad:
            self.first = self.first or text[:LONGEST]
        elif len(self.notes) < MOST_NOTES:
            self.notes.append(text[:LONGEST])
        self.bad = bad


def read_table(name: str, ours: Iterable[Prefix], tell: Callable[[str], object] | None = None, *, most: int = MOST_KEPT) -> Table:
    """Read a table (CSV with header ``prefix,asn``, MRT, ExaBGP events, any compression; ``-`` is standard input).

    ``ours``: prefixes that it is read for; ``tell`` hears how far it is. ``UsageError`` and ``FormatError`` where it can't be read.
    """
    heard, near = _Heard(), Near(ours)
    called = STDIN if name == "-" else Path(name).name

    def progress(_: str, share: float, done: int) -> None:
        if tell:
            tell(f"reading {called} {f'{share:.0%}' if share else f'{done >> 20} MB'}")

    inputs = Inputs((name,), tell=lambda text: heard.take(text, inputs.bad), progress=progress, only=near.only)
    rows, left = _gathered(inputs.chunks(), near, most)
    (reading,) = inputs.readings
    source = f"{called} sha256:{reading.sha256}"
    return Table(
        tuple(Sighting(prefix, origin) for prefix, origin in rows.pairs()),
        source,
        tuple(_notes(called, heard, inputs, left, len(rows))),
        Document(INTERNET, source, "text/csv", _written(rows)),
    )


def _gathered(chunks: Iterable[Routes], near: Near, most: int) -> tuple[Routes, int]:
    """Put together what is worth keeping of all chunks, never holding much more."""
    held: list[Routes] = []
    count = left = 0
    for chunk in chunks:
        held.append(chunk)
        count += len(chunk)
        if count > MOST_HELD:
            rows, more = near.select(joined(held), most)
            held, count, left = [rows], len(rows), left + more
    rows, more = near.select(joined(held), most)
    return rows, left + more


def _notes(name: str, heard: _Heard, inputs: Inputs, left: int, kept: int) -> Iterable[Note]:
    """Say what there is to know about how the table was read."""
    if heard.bad:
        yield "DATA-2", name, f"{name}: {heard.bad} rows or records could not be read and were left out; the first: {heard.first}"
    yield from (("DATA-2", name, note) for note in heard.notes)
    if inputs.masked:
        yield "NET-2", name, f"{name}: {inputs.masked} prefixes had host bits set, which were cleared"
    if left:
        yield "NET-2", name, f"{name}: {kept} rows about the prefixes are kept, some for each of them; {left} more like these are not"


def _written(rows: Routes) -> bytes:
    """Write rows as a list of routes."""
    lines = (f"{prefix},{'' if origin is None else origin}\n" for prefix, origin in rows.pairs())
    return "".join(("prefix,asn\n", *lines)).encode()
