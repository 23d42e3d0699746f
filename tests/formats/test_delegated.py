from __future__ import annotations

import lzma
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats.delegated import Header, parse_row, scan
from bgpcheck.model import AddressRange, AsnRange, Delegation, DelegationStatus, Prefix

DATA = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data"))
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there: real registry data are not part of the project")

FILE = """2|ripencc|1490050799|3|19830705|20170320|+0100
ripencc|*|ipv4|*|1|summary
ripencc|*|asn|*|1|summary
ripencc|*|ipv6|*|1|summary
ripencc|NL|ipv4|193.0.0.0|2048|19930901|assigned|id-1
ripencc|NL|asn|3333|1|19930901|allocated|id-1
ripencc||ipv6|2a0c::|14||available
"""
NET = "ripencc|NL|ipv4|193.0.0.0|2048|19930901|assigned|id-1"
ROWS = [
    (NET, Delegation("ripencc", "NL", Prefix.parse("193.0.0.0/21").range, "19930901", DelegationStatus.ASSIGNED, "id-1")),
    (
        "arin|us|ipv4|24.0.8.0|3072|00000000|Allocated||more|fields",
        Delegation("arin", "US", AddressRange(4, 0x18000800, 0x180013FF), "", DelegationStatus.ALLOCATED, ""),
    ),
    (
        "arin||ipv4|255.255.255.255|1||reserved",
        Delegation("arin", "", AddressRange(4, 2**32 - 1, 2**32 - 1), "", DelegationStatus.RESERVED, ""),
    ),
    (
        "apnic||ipv4|0.0.0.0|4294967296||available",
        Delegation("apnic", "", AddressRange(4, 0, 2**32 - 1), "", DelegationStatus.AVAILABLE, ""),
    ),
    ("lacnic||asn|4294967294|2||available", Delegation("lacnic", "", AsnRange(2**32 - 2, 2**32 - 1), "", DelegationStatus.AVAILABLE, "")),
    ("afrinic|ZZ|ipv6|::|128||reserved|", Delegation("afrinic", "ZZ", AddressRange(6, 0, 0), "", DelegationStatus.RESERVED, "")),
    ("iana|ZZ|asn|0|1|19920101|ietf|ietf|iana", Delegation("iana", "ZZ", AsnRange(0, 0), "19920101", DelegationStatus.RESERVED, "ietf")),
]
BAD_ROWS = [
    ("ripencc|NL|ipv4|193.0.0.0|2048|19930901", None, "6 fields"),
    ("Ripe|NL|ipv4|193.0.0.0|2048|19930901|assigned", "registry", "none of"),
    ("ripencc|NLD|ipv4|193.0.0.0|2048|19930901|assigned", "cc", "two letters"),
    ("ripencc|*1|ipv4|193.0.0.0|2048|19930901|assigned", "cc", "two letters"),
    ("ripencc|NL|ipv5|193.0.0.0|2048|19930901|assigned", "type", "none of"),
    ("ripencc|NL|ipv4|193.0.0.0|2048|1993-09-01|assigned", "date", "YYYYMMDD"),
    ("ripencc|NL|ipv4|193.0.0.0|2048|1993090\u00b2|assigned", "date", "YYYYMMDD"),
    ("ripencc|NL|ipv4|193.0.0.0|2048|19930901|assig", "status", "none of"),
    ("ripencc|NL|ipv4|193.0.0.0|0|19930901|assigned", "value", "positive"),
    ("ripencc|NL|ipv4|193.0.0.0|+1|19930901|assigned", "value", "positive"),
    ("ripencc|NL|ipv4|193.0.0.0|11111111111|19930901|assigned", "value", "positive"),
    ("ripencc|NL|ipv4|193.0.0|1|19930901|assigned", "start", "not an IPv4"),
    ("ripencc|NL|ipv4|2a0c::|14|19930901|assigned", "start", "not an ipv4"),
    ("ripencc|NL|ipv6|193.0.0.0|14|19930901|assigned", "start", "not an ipv6"),
    ("ripencc|NL|ipv4|255.255.255.0|257|19930901|assigned", "value", "beyond"),
    ("ripencc|NL|ipv6|2a0c::|129|19930901|assigned", "value", "no prefix"),
    ("ripencc|NL|ipv6|2a0c::1|127|19930901|assigned", "value", "no prefix"),
    ("ripencc|NL|asn|4294967295|2|19930901|assigned", "start", "AS numbers"),
    ("ripencc|NL|asn|AS1|2|19930901|assigned", "start", "AS numbers"),
]


@pytest.mark.parametrize(("text", "expected"), ROWS)
def test_rows(text: str, expected: Delegation) -> None:
    assert parse_row(text) == expected


@pytest.mark.parametrize(("text", "field", "says"), BAD_ROWS)
def test_rows_that_are_refused(text: str, field: str | None, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        parse_row(text)
    assert caught.value.field == field


def read(text: str, size: int = 1 << 16) -> tuple[Header, list[tuple[int, str, Delegation]]]:
    data = text.encode()
    header, rows = scan([data[at : at + size] for at in range(0, len(data), size)], file="f")
    return header, list(rows)


@pytest.mark.parametrize("size", [1, 5, 1 << 16])
@pytest.mark.parametrize(
    "text", [FILE, "\n# notes \u00e9\n \n" + FILE + "#end\n", FILE.replace("\n", "\r\n"), FILE.replace("2|", "2.3|", 1)]
)
def test_a_file(text: str, size: int) -> None:
    header, rows = read(text, size)
    assert header == Header("ripencc", datetime(2017, 3, 20, 22, 59, 59, tzinfo=UTC), 3)
    assert [row[2] for row in rows] == [parse_row(row[1]) for row in rows]
    lines = text.splitlines()
    assert [lines[row[0] - 1] for row in rows] == [row[1] for row in rows] == FILE.splitlines()[4:]


HEADERS = [
    ("2|ripencc|1490050799|3|19830705|20170320|+0100", "2017-03-20T22:59:59"),
    ("2.3|arin|1490072890268|3|19700101|20170321|-0400", "2017-03-21T05:08:10"),
    ("2.3|lacnic|20170320|3|19870101|20170317|-0300", "2017-03-20T03:00:00"),
    ("2.3|apnic|20170322|3||20170321|+1000", "2017-03-21T14:00:00"),
    ("2|afrinic|20170321|3|00000000|20170321|00000", "2017-03-21T00:00:00"),
    ("2|nro|1|3|00000000|20170321|+0530", "2017-03-20T18:30:00"),
    ("2|nro|20170321|3||99999999|0000", "2017-03-21T00:00:00"),
]
BAD_HEADERS = [
    ("", "empty"),
    ("\n# only notes\n", "empty"),
    (NET, "first line reads"),
    ("1|ripencc|20170320|3|19830705|20170320|+0100", "first line reads"),
    ("2|ripencc|20170320|3|19830705|20170320", "first line reads"),
    ("<html>\u00e9", "not ASCII"),
    ("2|ripe|20170320|3|19830705|20170320|+0100", "registry: 'ripe' is none of"),
    ("2|ripencc|20170320|x|19830705|20170320|+0100", "records"),
    ("2|ripencc|20170320|33333333333|19830705|20170320|+0100", "records"),
    ("2|ripencc|20171320|3|19830705|0|+0100", "enddate"),
    ("2|ripencc|9999999999|3|19830705|19000101|+0100", "enddate"),
    ("2|ripencc|20170320|3|19830705|20170320|", "UTCoffset"),
    ("2|ripencc|20170320|3|19830705|20170320|+-100", "UTCoffset"),
    ("2|ripencc|20170320|3|19830705|20170320|+2500", "UTCoffset"),
    ("2|ripencc|20170320|3|19830705|20170320|+000000", "UTCoffset"),
    ("2|ripencc|20170320|3|19830705|20170320|CET", "UTCoffset"),
]


@pytest.mark.parametrize(("text", "date"), HEADERS)
def test_when_a_file_was_right(text: str, date: str) -> None:
    header, _ = scan([text.encode()], file="f")
    assert header == Header(text.split("|")[1], datetime.fromisoformat(date + "+00:00"), 3)


@pytest.mark.parametrize(("text", "says"), BAD_HEADERS)
def test_what_is_no_such_file(text: str, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        scan([text.encode()], file="f")
    assert caught.value.file == "f"


DAMAGED = [
    ("cut after a row", FILE[: FILE.index("ripencc||")], None, "0 ipv6 rows, the summary says 1"),
    ("cut within a field that may be short", FILE.replace("|available\n", "|available|abc"), None, "no end"),
    ("cut within the status", FILE[:-4], 7, "status"),
    ("a row too many", FILE + NET + "\n", None, "2 ipv4 rows, the summary says 1"),
    ("a summary is missing", FILE.replace("ripencc|*|asn|*|1|summary\n", ""), None, "1 asn rows, the summary says 0"),
    ("a summary comes twice", FILE.replace("|*|asn|", "|*|ipv4|"), 3, "once for a type"),
    ("a summary of others", FILE.replace("ripencc|*|asn", "arin|*|asn"), 3, "once for a type"),
    ("a summary with fewer fields", FILE.replace("ripencc|*|asn|*", "ripencc|*|asn"), 3, "a summary line reads"),
    ("a summary without count", FILE.replace("asn|*|1|", "asn|*|x|"), 3, "a summary line reads"),
    ("a summary that counts too far", FILE.replace("asn|*|1|", "asn|*|11111111111|"), 3, "a summary line reads"),
    ("a row of another RIR", FILE.replace("ripencc|NL|asn", "arin|NL|asn"), 6, "registry: 'arin' in the file of ripencc"),
    ("a bad row", FILE.replace("3333|1", "3333|0"), 6, "value"),
    ("another encoding", FILE.replace("NL|asn", "\u00e9\u00e9|asn"), 6, "ASCII"),
    ("a line without end", FILE + "x" * 5000, 8, "longer than"),
]


@pytest.mark.parametrize(("text", "line", "says"), [row[1:] for row in DAMAGED], ids=[row[0] for row in DAMAGED])
def test_damaged_files(text: str, line: int | None, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        read(text)
    assert (caught.value.file, caught.value.line) == ("f", line)


def test_the_combined_file_has_rows_of_all() -> None:
    text = FILE.replace("ripencc|*", "nro|*").replace("2|ripencc", "2|nro").replace("ripencc|NL|asn|3333|1", "arin|US|asn|1|1")
    header, rows = read(text)
    assert (header.registry, [row[2].registry for row in rows]) == ("nro", ["ripencc", "arin", "ripencc"])


WORDS = [
    *("ripencc", "arin", "nro", "iana", "*", "NL", "", "asn", "ipv4", "ipv6", "1", "193.0.0.0", "2a0c::", "64", "20170320", "+0100"),
    *("allocated", "summary", "2", "2.3", "0"),
]
fields = st.sampled_from(WORDS)
lines = st.lists(fields | st.text(max_size=5), min_size=1, max_size=9).map("|".join)


@given(st.lists(lines, max_size=5).map("\n".join) | st.tuples(lines, st.integers(0, 200)).map(lambda pair: FILE[: pair[1]] + pair[0]))
def test_it_answers_or_raises_a_format_error(text: str) -> None:
    try:
        read(text)
    except FormatError as error:
        assert error.file == "f"  # noqa: PT017 (both outcomes are right)


@needs_data
def test_the_five_files_of_one_day() -> None:
    rows = Counter[str]()
    odd, replayed = 0, 0
    for path in sorted((DATA / "rir").glob("delegated-*-20170321.txt.xz")):
        header, found = scan([lzma.decompress(path.read_bytes())], file=path.name)
        assert datetime(2017, 3, 20, tzinfo=UTC) < header.date < datetime(2017, 3, 22, tzinfo=UTC)
        for line, text, record in found:
            rows[header.registry] += 1
            if line % 97 == 0:
                replayed += parse_row(text) == record
            odd += isinstance(record.resource, AddressRange) and record.resource.size & (record.resource.size - 1) != 0
        assert rows[header.registry] == header.records
    assert rows == {"afrinic": 8318, "apnic": 93022, "arin": 130311, "lacnic": 44221, "ripencc": 166233}
    assert (odd, replayed) == (1151, 4555)  # 577 of them allocated or assigned


@needs_data
def test_a_newer_file() -> None:
    header, rows = scan([lzma.decompress((DATA / "rir/delegated-afrinic-extended-20250720.txt.xz").read_bytes())], file="f")
    assert (header.date, len(list(rows))) == (datetime(2025, 7, 20, tzinfo=UTC), 17287)


@needs_data
def test_small_samples() -> None:
    counts = {}
    for path in sorted((DATA / "rir").glob("*.txt")):
        try:
            header, rows = scan([path.read_bytes()], file=path.name)
            counts[header.registry] = len(list(rows))
        except FormatError as error:
            assert error.field == "registry"  # noqa: PT017 (a made-up combination calls itself "afriaprin")
    assert counts == dict.fromkeys(("afrinic", "apnic", "arin", "lacnic", "ripencc"), 300)


@needs_data
def test_a_cut_sample_of_the_combined_file() -> None:
    path = DATA / "irr/ripe-samples/extended-delegated-stats.txt"
    header, rows = scan([path.read_bytes()], file=path.name)
    assert header.registry == "nro"
    found = []
    with pytest.raises(FormatError, match="4 asn rows, the summary says 74480"):
        found.extend(row[2].registry for row in rows)
    header, rows = scan([path.read_bytes()], file=path.name)
    assert [record.registry for _, (_, _, record) in zip(range(3), rows, strict=False)] == ["iana", "arin", "ripencc"]
