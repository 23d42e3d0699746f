"""Routes from files: lists as CSV, recorded ExaBGP events, MRT; told apart by what they hold, not by their names. Waits for the disk.

Rule: what can't be read is told with file and line, and counted; nothing is left out in silence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bgpcheck.errors import FormatError
from bgpcheck.fetch.files import Reading
from bgpcheck.formats import route_list
from bgpcheck.formats.lines import lines
from bgpcheck.model import origin_as
from bgpcheck.routes import NONE, Routes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

ROWS = 1 << 16  # of a chunk: its columns fit into a processor's cache
UTF16 = (b"\xff\xfe", b"\xfe\xff")  # marks of byte order
HEADER = 12  # bytes of an MRT record's header
TEXT = frozenset(b"\t\n\r\x1b") | frozenset(range(32, 256))


def _silent(*_: object) -> None:
    """Tell nobody."""


def _all(routes: Routes) -> Routes:
    """Leave nothing out."""
    return routes


@dataclass(slots=True)
class Inputs:
    """Files of routes, read one after the other. ``tell`` hears what can't be read, ``progress`` a file's name and how far it is.

    ``only`` gives the rows of a chunk that are wanted. After the last chunk ``bad`` and ``masked`` count rows that could not be read, and
    prefixes whose host bits were cleared; ``readings`` say of each file how it was read.
    """

    names: tuple[str, ...]
    tell: Callable[[str], object] = _silent
    progress: Callable[[str, float, int], object] = _silent
    rows: int = ROWS
    bad: int = 0
    masked: int = 0
    only: Callable[[Routes], Routes] = _all
    readings: list[Reading] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)

    def refuse(self) -> None:
        """Open what is to be read later than the first file, so that a wrong name is told before work is done; pipes are left alone.

        Raises:
            UsageError: it can't be opened.
            FormatError: it is packed, and damaged from the beginning.
        """
        for name in self.names[1:]:
            path = Path(name)
            if not (name == "-" or path.is_fifo() or path.is_char_device()):
                next(Reading(path, name).chunks(), b"")

    def chunks(self) -> Iterator[Routes]:
        """Give the routes of all files; ``FormatError`` and ``UsageError`` where one can't be read on."""
        for name in self.names:
            reading = Reading(Path(name), "standard input" if name == "-" else name)
            self.readings.append(reading)
            size = Path(name).stat().st_size if name != "-" and Path(name).is_file() else 0
            chunks = self._watched(reading, size)
            first = next(chunks, b"")
            yield from self._read(first, chain([first], chunks), reading.name)

    def _watched(self, reading: Reading, size: int) -> Iterator[bytes]:
        """Give a file's content, telling how far it is."""
        done = 0
        for chunk in reading.chunks():
            done += len(chunk)
            self.progress(reading.name, reading.size / size if size else 0.0, done)
            yield chunk

    def _read(self, first: bytes, chunks: Iterable[bytes], name: str) -> Iterator[Routes]:
        """Read a file as what it is."""
        if first.startswith(UTF16):
            raise FormatError("is UTF-16: save it as UTF-8", file=name)
        if any(byte not in TEXT for byte in first[:HEADER]):
            from bgpcheck.formats import mrt  # noqa: PLC0415 (only for those who have such files)

            told = {"note": self._noter(name), "bad": lambda error: self._complain(str(error))}
            yield from self._distinct(mrt.batches(chunks, file=name, rows=self.rows, **told))
        elif first.lstrip()[:1] == b"{":
            yield from self._distinct(self._events(chunks, name))
        else:
            yield from self._list(chunks, name)

    def _noter(self, name: str) -> Callable[[str], None]:
        """Make what hears what a reader left out of a file."""

        def note(text: str) -> None:
            self.tell(f"{name}: {text}")

        return note

    def _list(self, chunks: Iterable[bytes], name: str) -> Iterator[Routes]:
        """Read a list of routes."""
        for batch in route_list.batches(chunks, file=name, rows=self.rows):
            for line, why in batch.bad:
                self._complain(f"{name}:{line}: {why}")
            self.masked += batch.masked
            yield self.only(batch.routes)

    def _events(self, chunks: Iterable[bytes], name: str) -> Iterator[Routes]:
        """Read recorded events: every announcement there was."""
        found = self._announced(chunks, name)
        while rows := list(islice(found, self.rows)):
            yield Routes.of_numbers(rows)

    def _announced(self, chunks: Iterable[bytes], name: str) -> Iterator[tuple[int, int, int, int]]:
        """Give every announced prefix with its origin as received (RFC 6811 s2)."""
        from bgpcheck.formats.exabgp import event  # noqa: PLC0415 (only for those who have such files)
        from bgpcheck.formats.exabgp_events import Reply, Update  # noqa: PLC0415 (as above)

        for number, line in lines(chunks, file=name):
            try:
                one = event(line, file=name, number=number) if line.strip() else None
            except FormatError as error:
                self._complain(str(error))
                continue
            if isinstance(one, Reply) and one.text.startswith("{"):
                self._complain(f"{name}:{number}: begins like JSON and is no event of ExaBGP")
            for route in one.announced if isinstance(one, Update) else ():
                origin = origin_as(route.path)
                yield route.prefix.version, route.prefix.network, route.prefix.length, NONE if origin is None else origin

    def _distinct(self, batches: Iterable[Routes]) -> Iterator[Routes]:
        """Leave out pairs that came before (interface.md, Audit CSV): about 100 bytes of memory for each different one."""
        for batch in batches:
            routes = self.only(batch)
            kept = [row for row, key in enumerate(_pairs(routes)) if not (key in self._seen or self._seen.add(key))]  # type: ignore[func-returns-value]
            yield routes.take(np.array(kept, np.intp))

    def _complain(self, text: str) -> None:
        """Tell of something that can't be read."""
        self.bad += 1
        self.tell(text)


def _pairs(routes: Routes) -> Iterator[int]:
    """Give one number for each (prefix, origin) pair."""
    for version, network, length, origin in routes.numbers():
        yield ((network << 8 | length) << 33 | origin + 1) << 1 | (version == 6)  # noqa: PLR2004
