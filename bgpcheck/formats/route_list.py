"""Lists of routes as CSV with a header line: ``prefix,asn``, any other columns beside them (interface.md, Audit). Pure; needs numpy.

Plain rows are read many at once (``route_list_plain``), all others one by one.
Rule: both ways accept the same and say the same; a row that can't be read is given with its line, never left out in silence.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.errors import FormatError
from bgpcheck.formats.route_list_plain import Lines, plain
from bgpcheck.model import Prefix, parse_asn
from bgpcheck.routes import COLUMNS, HALF, NONE, Routes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from bgpcheck.formats.route_list_plain import Places

    Block = tuple[int, bytes, Places]  # the number of the first of some whole lines, the lines, where their ends stand

LINE_LIMIT = 4096  # bytes
PREFIX, ASN = "prefix", "asn"
PLAIN_HEADER = (PREFIX, ASN)
ALSO = {"origin": ASN, "origin_asn": ASN, "originas": ASN, "network": PREFIX}  # what other tools call the two


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Batch:
    """Some rows. ``lines``: where in the file each of ``routes`` stands; ``bad``: (line, why) of those that can't be read.

    ``masked``: how many prefixes had host bits set, which were cleared.
    """

    routes: Routes
    lines: NDArray[np.int64]
    bad: tuple[tuple[int, str], ...]
    masked: int


def batches(chunks: Iterable[bytes], *, file: str, rows: int = 1 << 16) -> Iterator[Batch]:
    """Read a list of routes, about ``rows`` at a time; ``FormatError`` with file and line for what is no such list at all."""
    blocks = _blocks(chunks, file, rows)
    number, data, ends = next(blocks, (1, b"\n", np.zeros(1, np.intp)))
    head = int(ends[0])
    try:
        columns = _header(_text(data[:head].removeprefix(b"\xef\xbb\xbf")))
    except FormatError as error:
        raise error.at(file=file, line=1) from None
    if len(ends) > 1:
        yield _batch((number + 1, data[head + 1 :], ends[1:] - head - 1), columns)
    for block in blocks:
        yield _batch(block, columns)


def _blocks(chunks: Iterable[bytes], file: str, rows: int) -> Iterator[Block]:
    """Give ``rows`` lines at a time, the CR of CRLF taken away, the last ended too."""
    number, held, waiting, tail = 1, list[bytes](), 0, 0
    for chunk in chunks:
        held.append(chunk)
        found = chunk.count(b"\n")
        waiting += found
        tail = len(chunk) - chunk.rfind(b"\n") - 1 if found else tail + len(chunk)
        if tail > LINE_LIMIT + 1:  # the one byte more may be a CR
            raise _too_long(file, number + waiting)
        if waiting >= rows:
            rest = b""
            for block, rest in _cut(b"".join(held), number, file, rows):  # noqa: B007 (the last one is wanted)
                yield block
            number += waiting // rows * rows
            held, waiting = [rest], waiting % rows
    data = b"".join(held)
    if data:
        yield next(_cut(data if data.endswith(b"\n") else data + b"\n", number, file, waiting + 1))[0]


def _cut(data: bytes, number: int, file: str, rows: int) -> Iterator[tuple[Block, bytes]]:
    """Cut whole lines, ``rows`` at a time, as far as there are so many or none before; each with what is left after it."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
    long = np.diff(ends, prepend=-1) > LINE_LIMIT + 1
    if long.any():
        raise _too_long(file, number + int(long.argmax()))
    begin = 0
    for first in range(0, max(len(ends) - rows + 1, 1), rows):
        some = ends[first : first + rows]
        after = int(some[-1]) + 1
        yield (number + first, data[begin:after], some - begin), data[after:]
        begin = after


def _too_long(file: str, line: int) -> FormatError:
    return FormatError(f"line longer than {LINE_LIMIT} bytes", file=file, line=line)


def _text(line: bytes) -> str:
    """Decode a line."""
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise FormatError("not a list of routes: it is not UTF-8") from error


def _header(text: str) -> tuple[str, ...]:
    """Read which column is which; others have no name."""
    cells = [cell.strip().lower() for cell in _cells(text)]
    names = tuple(ALSO.get(cell, cell) for cell in cells)
    if names.count(PREFIX) != 1 or names.count(ASN) != 1:
        raise FormatError("not a list of routes: the first line must name the columns, as prefix,asn")
    return names


def _batch(block: Block, columns: tuple[str, ...]) -> Batch:
    """Read some rows."""
    number, data, ends = block
    lines = Lines(data, ends)
    rows = _Rows(len(ends))
    if columns == PLAIN_HEADER:
        for one in plain(lines):
            rows.set(one.rows, (one.version, one.high, one.low, one.length, one.origin))
            rows.masked += one.masked
    bad = list[tuple[int, str]]()
    places, values = list[int](), list[tuple[int, int, int, int, int]]()
    for row in np.flatnonzero(~rows.read & (lines.starts < ends)).tolist():
        line = data[lines.starts[row] : ends[row]]
        if not line.strip():
            continue
        try:
            (version, network, length, origin), masked = _careful(_text(line), columns)
        except FormatError as error:
            bad.append((number + row, str(error)))
        else:
            places.append(row)
            values.append((version, network >> 64, network & HALF, length, origin))
            rows.masked += masked
    if places:
        rows.set(np.array(places), tuple(np.array(column, kind) for column, kind in zip(zip(*values, strict=True), KINDS, strict=True)))
    kept = np.flatnonzero(rows.read)
    return Batch(rows.routes.take(kept), kept + number, tuple(bad), rows.masked)


KINDS = (np.uint8, np.uint64, np.uint64, np.uint8, np.int64)  # of the columns of ``Routes``


class _Rows:
    """Columns for all rows of a block, filled in whatever order they are read. ``read``: which rows are."""

    def __init__(self, count: int) -> None:
        columns: list[Any] = [np.zeros(count, kind) for kind in KINDS]
        self.routes = Routes(*columns)
        self.read = np.zeros(count, bool)
        self.masked = 0

    def set(self, rows: Places, columns: tuple[Any, ...]) -> None:
        """Fill some rows."""
        own: Any = self.routes
        for name, values in zip(COLUMNS, columns, strict=True):
            getattr(own, name)[rows] = values
        self.read[rows] = True


def _careful(text: str, columns: tuple[str, ...]) -> tuple[tuple[int, int, int, int], bool]:
    """Read one row: version, network, length and origin, and whether host bits were cleared."""
    if "\r" in text:
        raise FormatError("has a CR in its middle: end each row with LF or CRLF")
    cells = _cells(text)
    if len(cells) < len(columns):
        raise FormatError(f"{len(cells)} cells in a row: the header has {len(columns)}")
    row = dict(zip(columns, cells, strict=False))
    try:
        prefix, masked = Prefix.parse_masking(row[PREFIX])
    except FormatError as error:
        raise error.at(field=PREFIX) from None
    try:
        origin = _origin(row[ASN].strip())
    except FormatError as error:
        raise error.at(field=ASN) from None
    return (prefix.version, prefix.network, prefix.length, origin), masked


def _origin(text: str) -> int:
    """Read an origin: none where the cell is empty, or holds an AS_SET in braces (RFC 6811 s2)."""
    if not text:
        return NONE
    if text[0] == "{" and text[-1] == "}":
        for one in text[1:-1].replace(",", " ").split():
            parse_asn(one)
        return NONE
    return parse_asn(text)


def _cells(text: str) -> list[str]:
    """Cut a row into cells (RFC 4180)."""
    try:
        return next(csv.reader([text], strict=True), [""]) if '"' in text else text.split(",")
    except csv.Error as error:
        raise FormatError(f"not CSV: {error}") from error
