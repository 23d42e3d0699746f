"""Lists of routes as CSV with a header line: ``prefix,asn``, any other columns beside them (interface.md, Audit). Pure; needs numpy.

Plain rows, an IPv4 prefix and a number, are read many at once; all others one by one.
Rule: both ways accept the same and say the same; a row that can't be read is given with its line, never left out in silence.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.errors import FormatError
from bgpcheck.formats.address import prefix as quick_prefix
from bgpcheck.model import MAX_ASN, Prefix, is_digits, parse_asn
from bgpcheck.routes import HALF, NONE, Routes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

LINE_LIMIT = 4096  # bytes
PREFIX, ASN = "prefix", "asn"
PLAIN_HEADER = (PREFIX, ASN)
ALSO = {"origin": ASN, "origin_asn": ASN, "originas": ASN, "network": PREFIX}  # what other tools call the two
_SEPARATORS = b"...,/\n"
_PATTERN = np.frombuffer(b".../,\n", np.uint8)  # of a plain row, in order
_KIND = np.zeros(256, np.uint8)  # 1: separator, 2: digit
_KIND[list(_SEPARATORS)] = 1
_KIND[list(b"0123456789")] = 2
_LONGEST = 10  # digits of an AS number
_OCTET = 3  # digits


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
    numbered = _blocks(chunks, file, rows)
    number, first = next(numbered, (1, [b""]))
    try:
        columns = _header(_text(first[0].removeprefix(b"\xef\xbb\xbf")))
    except FormatError as error:
        raise error.at(file=file, line=1) from None
    rest = first[1:]
    if rest:
        yield _batch(number + 1, rest, columns)
    for number, part in numbered:
        yield _batch(number, part, columns)


def _blocks(chunks: Iterable[bytes], file: str, rows: int) -> Iterator[tuple[int, list[bytes]]]:
    """Give some lines at a time, without their ends, with the number of their first."""
    number, held = 1, list[bytes]()
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        if max(map(len, (*whole, rest))) > LINE_LIMIT + 1:  # the one byte more may be a CR
            wrong = next(place for place, line in enumerate((*whole, rest)) if len(line) > LINE_LIMIT + 1)
            raise FormatError(f"line longer than {LINE_LIMIT} bytes", file=file, line=number + len(held) + wrong)
        held += whole
        while len(held) >= rows:
            yield number, _ended(held[:rows])
            number += rows
            held = held[rows:]
    if rest:
        held.append(rest)
    if held:
        yield number, _ended(held)


def _ended(part: list[bytes]) -> list[bytes]:
    """Take the CR of CRLF away."""
    return [line.removesuffix(b"\r") for line in part] if part[0].endswith(b"\r") or part[-1].endswith(b"\r") else part


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


def _batch(number: int, part: Sequence[bytes], columns: tuple[str, ...]) -> Batch:
    """Read some rows."""
    plain, found = _plain(part) if columns == PLAIN_HEADER else (np.zeros(len(part), bool), None)
    values: list[tuple[int, int, int, int]] = []
    places: list[int] = []
    bad: list[tuple[int, str]] = []
    masked = 0
    for row in np.flatnonzero(~plain).tolist():
        if not part[row].strip():
            continue
        try:
            text = _text(part[row])
            one, cleared = (columns == PLAIN_HEADER and _quick(text)) or _careful(text, columns)
        except FormatError as error:
            bad.append((number + row, str(error)))
        else:
            values.append(one)
            places.append(row)
            masked += cleared
    routes, at = _merged(found, plain, values, places)
    return Batch(routes, at + number, tuple(bad), masked + (int(found[4]) if found else 0))


def _quick(text: str) -> tuple[tuple[int, int, int, int], bool] | None:
    """Read one row that is a prefix and a number and nothing else; None where it is not."""
    word, _, digits = text.partition(",")
    if not (is_digits(digits) and len(digits) <= _LONGEST and int(digits) <= MAX_ASN):
        return None
    try:
        prefix = quick_prefix(word)
    except FormatError:
        return None
    return (prefix.version, prefix.network, prefix.length, int(digits)), False


def _careful(text: str, columns: tuple[str, ...]) -> tuple[tuple[int, int, int, int], bool]:
    """Read one row: version, network, length and origin, and whether host bits were cleared."""
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


Found = tuple[Any, Any, Any, Any, int]  # rows, networks, lengths, origins, how many had host bits set


def _plain(part: Sequence[bytes]) -> tuple[NDArray[np.bool_], Found]:
    """Read the rows that are an IPv4 prefix and a number, many at once; tells which these are."""
    data = np.frombuffer(b"\n".join(part) + b"\n", np.uint8)
    kind = _KIND[data]
    ends = np.flatnonzero(data == ord("\n"))
    starts = np.append(0, ends[:-1] + 1)
    separators = np.flatnonzero(kind == 1)
    before = np.searchsorted(separators, starts)  # separators before each row
    count = np.searchsorted(separators, ends) - before + 1
    digits = np.append(0, np.cumsum(kind == 2))  # noqa: PLR2004 (see _KIND)
    size = len(_PATTERN)
    rows = np.flatnonzero((count == size) & (digits[ends] - digits[starts] + size - 1 == ends - starts))
    places = separators[before[rows, None] + np.arange(size)]
    rows, places = _kept(rows, places, (data[places] == _PATTERN).all(axis=1))
    begins = np.concatenate([starts[rows, None], places[:, :-1] + 1], axis=1)
    widths = places - begins
    fits = (widths >= 1).all(axis=1) & (widths[:, :5] <= _OCTET).all(axis=1) & (widths[:, 5] <= _LONGEST)
    fits &= ~((data[begins] == ord("0")) & (widths > 1)).any(axis=1)  # leading zeros are for the careful way
    rows, places, widths = (one[fits] for one in (rows, places, widths))
    numbers = [_numbers(data, places[:, column], widths[:, column], _OCTET if column < 5 else _LONGEST) for column in range(size)]  # noqa: PLR2004 (the AS number)
    a, b, c, d, length, origin = numbers
    good = (np.maximum.reduce([a, b, c, d]) <= 255) & (length <= 32) & (origin <= MAX_ASN)  # noqa: PLR2004 (IPv4)
    rows, length, origin = rows[good], length[good], origin[good]
    address = (a << 24 | b << 16 | c << 8 | d)[good]
    network = address >> (32 - length) << (32 - length)
    plain = np.zeros(len(part), bool)
    plain[rows] = True
    return plain, (rows, network, length, origin, int((network != address).sum()))


def _kept(rows: NDArray[Any], places: NDArray[Any], kept: NDArray[np.bool_]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Keep some rows."""
    return rows[kept], places[kept]


def _numbers(data: NDArray[np.uint8], ends: NDArray[np.intp], widths: NDArray[np.intp], most: int) -> NDArray[np.int64]:
    """Read the digits before each end."""
    found = np.zeros(len(ends), np.int64)
    for place in range(most):
        there = widths > place
        if not there.any():
            break
        digit = data[np.maximum(ends - 1 - place, 0)].astype(np.int64) - ord("0")
        found += np.where(there, digit * 10**place, 0)
    return found


def _merged(
    found: Found | None, plain: NDArray[np.bool_], values: list[tuple[int, int, int, int]], places: list[int]
) -> tuple[Routes, NDArray[np.int64]]:
    """Put rows that were read either way back into their order."""
    count = int(plain.sum()) + len(values)
    wide, narrow = np.zeros((2, count), np.uint64), np.zeros((2, count), np.uint8)
    routes = Routes(narrow[0], wide[0], wide[1], narrow[1], np.zeros(count, np.int64))
    at = np.concatenate([found[0] if found else np.empty(0, np.int64), np.array(places, np.int64)])
    order = np.argsort(at, kind="stable")
    place = np.empty(count, np.intp)
    place[order] = np.arange(count)
    split = count - len(values)
    if found:
        quick = place[:split]
        routes.version[quick], routes.low[quick], routes.length[quick], routes.origin[quick] = 4, *found[1:4]
    slow = place[split:]
    if values:
        version, network, length, origin = zip(*values, strict=True)
        routes.version[slow], routes.length[slow], routes.origin[slow] = version, length, origin
        routes.high[slow] = np.array([one >> 64 for one in network], np.uint64)
        routes.low[slow] = np.array([one & HALF for one in network], np.uint64)
    return routes, at[order]
