"""Exports of validated ROA payloads: the JSON and CSV of rpki-client, Routinator and their kin. Pure.

Rule: one record's verbatim text, with the export's dialect, gives the same record again (``parse_record``).
"""

from __future__ import annotations

import csv
import re
from array import array
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from sys import intern
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import vrps_plain
from bgpcheck.formats.address import prefix
from bgpcheck.formats.jsonscan import LONGEST, Path, Run, Walk, decode
from bgpcheck.formats.vrps_plain import LATEST
from bgpcheck.model import BITS, MAX_ASN, Aspa, Vrp, is_digits, parse_asn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Record = tuple[int, str, Vrp | Aspa]
ROAS, ASPAS, METADATA = ("roas",), ("aspas",), ("metadata",)
MOST_ASPAS = 500_000  # one for an AS number that is in use, of which there are some 80,000
LONGEST_HEADER = 4096  # characters
CSV = "csv:"  # a CSV dialect is this and the header line: columns come in any order
_JSON = re.compile(r"\s*+[{\[]").match
_COLUMNS = {"asn": "asn", "ipprefix": "prefix", "maxlength": "maxLength", "trustanchor": "ta", "expires": "expires"}
_asn = lru_cache(maxsize=65536)(parse_asn)


@dataclass(slots=True)
class VrpExport:
    """An export as it is read. ``dialect`` is what ``parse_record`` needs: ``json``, or ``csv:`` and the header line.

    The rest is whole once ``records`` has been taken to its end. ``built_at``: when the validator ran, UTC, or None where it does not say.
    ``expiries``: when the VRPs expire that do, Unix seconds.
    """

    text: str
    file: str
    dialect: str
    built_at: datetime | None = None
    metadata: Mapping[str, object] = field(default_factory=dict)
    expiries: array[int] = field(default_factory=lambda: array("Q"))

    def records(self) -> Iterator[Record]:
        """Give ``(line, verbatim text, record)``: VRPs and ASPAs, in the file's order.

        An empty array of VRPs is legal, a missing one not; every line of a CSV has an end. ``FormatError`` with file, line and field,
        after the records before it.
        """
        return self._csv() if self.dialect.startswith(CSV) else self._json()

    def _json(self) -> Iterator[Record]:
        runs: dict[Path, Run] = {ROAS: vrps_plain.elements(self.expiries.append).run}
        walk = Walk(self.text, ROAS, ASPAS, file=self.file, runs=runs, wanted=frozenset({METADATA}))
        text, aspas, line = self.text, 0, 1
        try:
            for path, line, start, end, value in walk:
                if path == ROAS:
                    yield from value if isinstance(value, tuple) else (self._noted(line, text[start:end], _vrp(value)),)
                elif path == ASPAS:
                    aspas += 1
                    if aspas > MOST_ASPAS:
                        raise FormatError(f"an export has no more than {MOST_ASPAS} ASPAs", field="aspas")
                    yield line, text[start:end], _aspa(value)
                elif path == METADATA:
                    self.metadata = _object(value)
            self.built_at = _built_at(self.metadata)
        except FormatError as error:
            raise error.at(file=self.file, line=line) from None
        walk.require(ROAS)

    def _csv(self) -> Iterator[Record]:
        text, line = self.text, 1
        try:
            columns = _columns(self.dialect.removeprefix(CSV))
            run = vrps_plain.rows(columns, self.expiries.append).run
            start, line = _next_row(text, 0), 2
            while start < len(text):
                made, start, line = run(text, start, line)
                yield from made
                if not made:
                    after = _next_row(text, start)
                    if row := text[start:after].strip():
                        yield self._noted(line, text[start:after].rstrip("\r\n"), _vrp(_row(row, columns)))
                    start, line = after, line + 1
            if not text.endswith("\n"):  # of 3333 there may be 333
                raise FormatError("the last line has no end: the file is truncated", line=text.count("\n") + 1)
        except FormatError as error:
            raise error.at(file=self.file, line=line) from None

    def _noted(self, line: int, text: str, vrp: Vrp) -> Record:
        """Note when a VRP expires."""
        if vrp.expires is not None:
            self.expiries.append(vrp.expires)
        return line, text, vrp


def _next_row(text: str, start: int) -> int:
    """Give where the row after the one that begins here begins."""
    return text.find("\n", start) + 1 or len(text)


def scan(data: bytes, *, file: str) -> VrpExport:
    """Begin to read an export; ``FormatError`` with file and line for what is no text."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError("not a VRP export: it is not UTF-8", file=file, line=data.count(b"\n", 0, error.start) + 1) from error
    if _JSON(text):
        return VrpExport(text, file, "json")
    return VrpExport(text, file, CSV + text[:LONGEST_HEADER].partition("\n")[0].strip())  # a longer first line names no known columns


def parse_record(text: str, dialect: str) -> Vrp | Aspa:
    """Read one record's verbatim text, of an export in ``dialect``; ``FormatError`` with the field."""
    if dialect.startswith(CSV):
        return _vrp(_row(text, _columns(dialect.removeprefix(CSV))))
    entry = _object(decode(text))
    return _aspa(entry) if "providers" in entry else _vrp(entry)


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise FormatError(f"an object is wanted, not {type(value).__name__}")
    return value


def _vrp(value: object) -> Vrp:
    """Read a VRP as JSON has it; RFC 6811 s2, with the spellings of all exporters."""
    entry = value if type(value) is dict else _object(value)
    asn, word = entry.get("asn"), entry.get("prefix")
    if type(asn) is not int or not 0 <= asn <= MAX_ASN:
        asn = _number(asn)
    try:
        found = prefix(word if type(word) is str else "")
    except FormatError as error:
        raise error.at(field="prefix") from None
    longest = entry.get("maxLength", found.length)
    if type(longest) is not int:
        longest = int(longest) if isinstance(longest, str) and is_digits(longest) and len(longest) <= 3 else -1  # noqa: PLR2004 (128 has three)
    if not found.length <= longest <= BITS[found.version]:
        raise FormatError(f"{entry.get('maxLength')!r:.40}: for {found} write {found.length} to {found.bits}", field="maxLength")
    if "source" in entry and "ta" not in entry:
        return Vrp(found, longest, asn, *_source(entry["source"]))
    return Vrp(found, longest, asn, _anchor(entry.get("ta", "")), _expiry(entry.get("expires")))


def _aspa(value: object) -> Aspa:
    """Read an ASPA as rpki-client (``customer_asid``) or Routinator (``customer``) has it."""
    entry = _object(value)
    providers = entry.get("providers")
    if not isinstance(providers, list):
        raise FormatError("a list of AS numbers is wanted", field="providers")
    customer = _number(entry.get("customer_asid", entry.get("customer")), "customer")
    return Aspa(customer, tuple(_number(one, "providers") for one in providers), _expiry(entry.get("expires")))


def _number(value: object, field: str = "asn") -> int:
    if type(value) is int and 0 <= value <= MAX_ASN:
        return value
    try:
        if type(value) is not str:
            raise FormatError(f"{value!r:.40} is not an AS number: write 0 to {MAX_ASN}, with or without AS")
        return _asn(value)
    except FormatError as error:
        raise error.at(field=field) from None


def _anchor(value: object) -> str:
    if type(value) is not str or not value.isprintable():
        raise FormatError(f"{value!r:.40} is not a trust anchor's name", field="ta")
    return intern(value)


def _expiry(value: object) -> int | None:
    if value is None:
        return None
    number = int(value) if isinstance(value, str) and is_digits(value) and len(value) < 20 else value  # noqa: PLR2004 (2^63 has 19 digits)
    if type(number) is not int or not 0 <= number <= LATEST:
        raise FormatError(f"{value!r:.40} is not a time in Unix seconds", field="expires")
    return number


def _source(value: object) -> tuple[str, int | None]:
    """Read what Routinator's jsonext tells of the objects that a VRP stands in: trust anchor, and when the last becomes stale."""
    if not isinstance(value, list):
        raise FormatError("a list is wanted", field="source")
    anchors, ends = list[str](), list[int]()
    for one in map(_object, value):
        if "tal" in one:
            anchors.append(_anchor(one["tal"]))
        times = [one["stale"]] if "stale" in one else []
        if "chainValidity" in one:
            times.append(_object(one["chainValidity"]).get("notAfter"))
        if times:
            ends.append(_expiry(min(int(_moment(time, "source").timestamp()) for time in times)) or 0)
    return min(anchors, default=""), max(ends, default=None)


def _built_at(metadata: Mapping[str, object]) -> datetime | None:
    for key in ("buildtime", "generatedTime"):
        if key in metadata:
            return _moment(metadata[key], f"metadata.{key}")
    if "generated" in metadata:
        seconds = _expiry(metadata["generated"])
        return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
    return None


def _moment(value: object, field: str) -> datetime:
    try:
        found = datetime.fromisoformat(value if isinstance(value, str) else "")
        if found.tzinfo is None:
            raise ValueError(value)
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise FormatError(f"{value!r:.40} is not a time: write 2025-07-20T09:31:33Z", field=field) from error


@lru_cache(maxsize=64)
def _columns(header: str) -> tuple[str, ...]:
    """Name the columns by their header, as JSON would; empty for those that do not matter."""
    names = tuple(_COLUMNS.get("".join(filter(str.isalnum, name)).lower(), "") for name in header.split(","))
    if any(names.count(name) != 1 for name in ("asn", "prefix")) or any(names.count(name) > 1 for name in names if name):
        raise FormatError("not a VRP export: write JSON, or CSV whose first line names the columns ASN, IP Prefix and Max Length")
    return names


def _row(text: str, columns: tuple[str, ...]) -> dict[str, object]:
    if len(text) > LONGEST:
        raise FormatError(f"a row has more than {LONGEST} characters")
    try:
        cells = next(csv.reader([text], strict=True)) if '"' in text else text.split(",")
    except csv.Error as error:
        raise FormatError(f"not CSV: {error}") from error
    if len(cells) != len(columns):
        raise FormatError(f"{len(cells)} cells in a row: the header has {len(columns)}")
    return {name: cell.strip() for name, cell in zip(columns, cells, strict=True) if name and cell.strip()}
