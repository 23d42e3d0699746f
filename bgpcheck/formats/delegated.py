"""Extended delegation statistics of the RIRs and the NRO: who answers for which addresses and AS numbers. Pure.

Format: "RIR Statistics Exchange Format" 2 and 2.3 (https://ftp.ripe.net/pub/stats/ripencc/RIR-Statistics-Exchange-Format.txt) with the
opaque identifier as eighth field. Rule: a file counts only when as many rows came as its summary announces.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats.address import address
from bgpcheck.formats.lines import lines
from bgpcheck.model import BITS, MAX_ASN, AddressRange, AsnRange, Delegation, DelegationStatus, is_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LINE_LIMIT = 4096  # bytes; the longest seen has 120
RIRS = frozenset({"afrinic", "apnic", "arin", "lacnic", "ripencc"})
# The NRO's combined file also lists what IANA has not given to any RIR; "ietf" and "ianapool" occur there only.
_STATUSES = {str(status): status for status in DelegationStatus} | dict.fromkeys(("ietf", "ianapool"), DelegationStatus.RESERVED)
_VERSIONS = {"ipv4": 4, "ipv6": 6}
_FIELDS = 7  # up to the status; the opaque identifier and extensions follow
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Header:
    """First line of a file. ``registry`` is a statistics name or ``nro``; ``date`` is when its content was right, UTC.

    ``records`` is the total that the header states; it is not checked, as hand-cut files have it wrong and the summary lines say more.
    """

    registry: str
    date: datetime
    records: int


def scan(chunks: Iterable[bytes], *, file: str) -> tuple[Header, Iterator[tuple[int, str, Delegation]]]:
    """Read the header at once and give the rows as ``(line, text, record)``, as they come.

    Raises ``FormatError`` with ``file``, line and field, at the end also where rows are missing: only who has taken the last row knows
    that the file is whole.
    """
    end = _End(chunks)
    numbered = ((number, line) for number, line in lines(end, file=file, limit=LINE_LIMIT) if line.strip() and line[:1] != b"#")
    for number, line in numbered:
        try:
            header = _header(_text(line))
        except FormatError as error:
            raise error.at(file=file, line=number) from None
        return header, _rows(numbered, header.registry, end, file)
    raise FormatError("not delegation statistics: the file is empty", file=file)


def parse_row(text: str) -> Delegation:
    """Read one record row, such as ``ripencc|NL|ipv4|193.0.0.0|2048|19930901|assigned|…``; ``FormatError`` with the field.

    An IPv4 count is any positive number of addresses, an IPv6 value a prefix length, an AS number's value a count.
    """
    fields = text.split("|")
    if len(fields) < _FIELDS:
        raise FormatError(f"{len(fields)} fields: a row has {_FIELDS} or more, separated by '|'")
    registry, country, kind, start, value, day, status = fields[:_FIELDS]
    if registry not in RIRS and registry != "iana":
        raise FormatError(f"{registry[:40]!r} is none of {', '.join(sorted(RIRS))}, iana", field="registry")
    if country and not (len(country) == 2 and country.isalpha()):  # noqa: PLR2004 (ISO 3166 alpha-2)
        raise FormatError(f"{country[:40]!r} is not a country code of two letters", field="cc")
    if day and not (len(day) == 8 and is_digits(day)):  # noqa: PLR2004 (YYYYMMDD)
        raise FormatError(f"{day[:40]!r} is not a date: write YYYYMMDD", field="date")
    known = _STATUSES.get(status) or _STATUSES.get(status.lower())
    if known is None:
        raise FormatError(f"{status[:40]!r} is none of {', '.join(DelegationStatus)}", field="status")
    opaque = fields[_FIELDS] if len(fields) > _FIELDS else ""
    return Delegation(registry, country.upper(), _resource(kind, start, value), "" if day == "00000000" else day, known, opaque)


def _resource(kind: str, start: str, value: str) -> AddressRange | AsnRange:
    number = int(value) if is_digits(value) and len(value) <= 10 else 0  # noqa: PLR2004 (2^32 has ten digits)
    if not number:
        raise FormatError(f"{value[:40]!r} is not a positive number", field="value")
    if kind == "asn":
        first = int(start) if is_digits(start) and len(start) <= 10 else MAX_ASN + 1  # noqa: PLR2004 (the same)
        if first + number - 1 > MAX_ASN:
            raise FormatError(f"{start[:40]!r} with {number - 1} more: AS numbers are 0 to {MAX_ASN}", field="start")
        return AsnRange(first, first + number - 1)
    if kind not in _VERSIONS:
        raise FormatError(f"{kind[:40]!r} is none of asn, ipv4, ipv6", field="type")
    return _addresses(kind, start, number)


def _addresses(kind: str, start: str, number: int) -> AddressRange:
    try:
        version, first = address(start)
        if version != _VERSIONS[kind]:
            raise FormatError(f"{start} is not an {kind} address")
    except FormatError as error:
        raise error.at(field="start") from None
    if kind == "ipv4":
        if (last := first + number - 1) >> BITS[version]:
            raise FormatError(f"{start} with {number - 1} more: that is beyond the last address", field="value")
        return AddressRange(version, first, last)
    hosts = (1 << max(BITS[version] - number, 0)) - 1
    if number > BITS[version] or first & hosts:
        raise FormatError(f"{start}/{number} is no prefix: the length is 1 to 128, and no host bits are set", field="value")
    return AddressRange(version, first, first | hosts)


class _End:
    """Chunks as they come; remembers whether the last one ends in a newline."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.is_whole = True

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            if chunk:
                self.is_whole = chunk.endswith(b"\n")
            yield chunk


def _rows(numbered: Iterable[tuple[int, bytes]], registry: str, end: _End, file: str) -> Iterator[tuple[int, str, Delegation]]:
    stated: dict[str, int] = {}
    found: Counter[str] = Counter()
    for number, line in numbered:
        try:
            text = _text(line)
            fields = text.split("|", 3)
            if text.endswith("|summary"):
                _summary(text, registry, stated)
                continue
            if fields[0] != registry != "nro":
                raise FormatError(f"{fields[0][:40]!r} in the file of {registry}", field="registry")
            record = parse_row(text)
        except FormatError as error:
            raise error.at(file=file, line=number) from None
        found[fields[2]] += 1
        yield number, text, record
    if not stated:
        raise FormatError("has no summary line: the file is truncated or damaged", file=file)
    for kind in sorted({*stated, *found}):
        if found[kind] != stated.get(kind, 0):
            raise FormatError(
                f"{found[kind]} {kind} rows, the summary says {stated.get(kind, 0)}: the file is truncated or damaged", file=file
            )
    if not end.is_whole:
        raise FormatError("the last line has no end: the file is truncated", file=file)


def _summary(text: str, registry: str, stated: dict[str, int]) -> None:
    fields = text.split("|")
    if len(fields) != 6 or fields[0] != registry or fields[2] in stated or not is_digits(fields[4]) or len(fields[4]) > 10:  # noqa: PLR2004 (see the text)
        raise FormatError(f"a summary line reads '{registry}|*|TYPE|*|COUNT|summary', once for a type")
    stated[fields[2]] = int(fields[4])


def _header(text: str) -> Header:
    """Read ``version|registry|serial|records|startdate|enddate|UTCoffset``."""
    fields = text.split("|")
    if len(fields) != 7 or fields[0].partition(".")[0] != "2":  # noqa: PLR2004 (see above)
        raise FormatError("not delegation statistics: the first line reads '2|registry|serial|records|startdate|enddate|UTCoffset'")
    _, registry, serial, records, _, end, offset = fields
    if registry not in RIRS and registry != "nro":
        raise FormatError(f"{registry[:40]!r} is none of {', '.join(sorted(RIRS))}, nro", field="registry")
    if not is_digits(records) or len(records) > 10:  # noqa: PLR2004 (2^32 has ten digits)
        raise FormatError(f"{records[:40]!r} is not a number of records", field="records")
    zone = _offset(offset)
    dates = [date for date in (_moment(serial, zone), _moment(end, zone)) if date]
    if not dates:
        raise FormatError(f"neither serial {serial[:40]!r} nor end date {end[:40]!r} is a date", field="enddate")
    return Header(registry, max(dates), int(records))  # LACNIC's end date lags days behind its serial


def _moment(text: str, zone: timedelta) -> datetime | None:
    """Read ``YYYYMMDD`` (its first moment in ``zone``), Unix seconds or Unix milliseconds; None where it is none of these."""
    if not is_digits(text) or len(text) not in {8, 10, 13}:
        return None
    try:
        if len(text) == 8:  # noqa: PLR2004 (YYYYMMDD)
            found = datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC) - zone
        else:
            found = datetime.fromtimestamp(int(text) // (1000 if len(text) == 13 else 1), UTC)  # noqa: PLR2004 (milliseconds)
    except ValueError:
        return None
    return found if _EARLIEST <= found <= _LATEST else None


def _offset(text: str) -> timedelta:
    """Read ``+hhmm``; AFRINIC writes ``00000``."""
    digits = text.lstrip("+-")
    if len(text) - len(digits) > 1 or not is_digits(digits) or len(digits) > 5 or int(digits) > 1400:  # noqa: PLR2004 (Kiribati)
        raise FormatError(f"{text[:40]!r} is not an offset from UTC: write +hhmm", field="UTCoffset")
    minutes = int(digits) // 100 * 60 + int(digits) % 100
    return timedelta(minutes=-minutes if text[0] == "-" else minutes)


def _text(line: bytes) -> str:
    try:
        return line.decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise FormatError("not delegation statistics: the line is not ASCII") from error
