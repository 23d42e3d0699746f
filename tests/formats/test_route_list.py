"""Lists of routes: every spelling of a row, what is bad about bad ones, and both ways of reading against each other."""

from __future__ import annotations

import lzma
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats.route_list import LINE_LIMIT, batches
from bgpcheck.model import Prefix

if TYPE_CHECKING:
    from collections.abc import Iterable

DATA = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data")) / "routes/routes-1.1M.csv.xz"
Row = tuple[str, int | None]


def read(data: bytes | Iterable[bytes], rows: int = 1 << 16) -> tuple[list[tuple[int, Row]], list[tuple[int, str]], int]:
    """Give rows with their lines, bad ones with theirs, and how many were masked."""
    good: list[tuple[int, Row]] = []
    bad: list[tuple[int, str]] = []
    masked = 0
    for batch in batches([data] if isinstance(data, bytes) else data, file="f.csv", rows=rows):
        pairs = [(str(prefix), origin) for prefix, origin in batch.routes.pairs()]
        good += zip(batch.lines.tolist(), pairs, strict=True)
        bad += batch.bad
        masked += batch.masked
    return good, bad, masked


GOOD = [
    ("1.0.0.0/24,13335", ("1.0.0.0/24", 13335)),
    ("1.0.0.1/24,13335", ("1.0.0.0/24", 13335)),
    ("255.255.255.255/32,4294967295", ("255.255.255.255/32", 4294967295)),
    ("0.0.0.0/0,0", ("0.0.0.0/0", 0)),
    ("10.1.2.3/0,1", ("0.0.0.0/0", 1)),
    ("2606:4700::/32,13335", ("2606:4700::/32", 13335)),
    ("2606:4700::1/32,13335", ("2606:4700::/32", 13335)),
    ("2001:DB8::/32,AS64500", ("2001:db8::/32", 64500)),
    ("1.0.0.0/24,AS13335", ("1.0.0.0/24", 13335)),
    ("1.0.0.0/24,1.10", ("1.0.0.0/24", 65546)),
    ("1.0.0.0/24,0007", ("1.0.0.0/24", 7)),
    (" 1.0.0.0/24 , 13335 ", ("1.0.0.0/24", 13335)),
    ('"1.0.0.0/24","13335"', ("1.0.0.0/24", 13335)),
    ("1.0.0.0/24,", ("1.0.0.0/24", None)),
    ("1.0.0.0/24,{64500 64501}", ("1.0.0.0/24", None)),
    ('1.0.0.0/24,"{64500,64501}"', ("1.0.0.0/24", None)),
    ("1.0.0.0/24,{}", ("1.0.0.0/24", None)),
    ("1.0.0.0/24,13335,more,", ("1.0.0.0/24", 13335)),
    ("1.0.0.0/24,13335\r", ("1.0.0.0/24", 13335)),
]
BAD = [
    ("1.0.0.0/33,13335", "prefix: '1.0.0.0/33': the length must be 0 to 32"),
    ("1.0.0.0/024,13335", None),
    ("1.0.0/24,13335", "prefix: '1.0.0/24' is not an IPv4 or IPv6 prefix, such as 192.0.2.0/24"),
    ("01.0.0.0/24,13335", "prefix: '01.0.0.0/24' is not an IPv4 or IPv6 prefix, such as 192.0.2.0/24"),
    ("256.0.0.0/24,1", "prefix: '256.0.0.0/24' is not an IPv4 or IPv6 prefix, such as 192.0.2.0/24"),
    ("1.0.0.0,13335", "prefix: 1.0.0.0 has no length: for the one address write 1.0.0.0/32"),
    (",13335", "prefix: '' is not an IPv4 or IPv6 prefix, such as 192.0.2.0/24"),
    ("1.0.0.0/24", "1 cells in a row: the header has 2"),
    ("1.0.0.0/24,4294967296", "asn: 4294967296 is not an AS number: write 0 to 4294967295"),
    ("1.0.0.0/24,-1", "asn: '-1' is not an AS number: write 0 to 4294967295, with or without AS"),
    ("1.0.0.0/24,x", "asn: 'x' is not an AS number: write 0 to 4294967295, with or without AS"),
    ("1.0.0.0/24,{x}", "asn: 'x' is not an AS number: write 0 to 4294967295, with or without AS"),
    ("2001:db8::/129,1", "prefix: '2001:db8::/129': the length must be 0 to 128"),
    ('"1.0.0.0/24,13335', None),
    ("1.0.0.0/24,१", "asn: '१' is not an AS number: write 0 to 4294967295, with or without AS"),
    ("1..0.0/24,1", "prefix: '1..0.0/24' is not an IPv4 or IPv6 prefix, such as 192.0.2.0/24"),
    ("1.0.0.0/24/7,1", None),
    ("1.0.0.0/24,3,x\r2.0.0.0/24,4,y", "has a CR in its middle: end each row with LF or CRLF"),
    ("1.0.0.0/24\r,3", "has a CR in its middle: end each row with LF or CRLF"),
]
ODD = [
    "",
    " ",
    "1.0.0.0/24,13335",
    "2606:4700::/32,13335",
    "1.0.0.0/024,1",
    "a",
    "1,0.0.0/24.1",
    "1.0.0.0/24,99999999999",
    "1.0.0.0/24,9999999999",
]


@pytest.mark.parametrize(("line", "row"), GOOD)
def test_good_rows(line: str, row: Row) -> None:
    good, bad, _ = read(f"prefix,asn\n{line}\n".encode())
    assert (good, bad) == ([(2, row)], [])


@pytest.mark.parametrize(("line", "why"), BAD)
def test_bad_rows(line: str, why: str | None) -> None:
    good, bad, _ = read(f"prefix,asn\n1.0.0.0/24,1\n{line}\n1.0.0.0/24,2\n".encode())
    if why is None and not bad:  # leading zeros of a length are let pass
        assert [place for place, _ in good] == [2, 3, 4]
        return
    assert [place for place, _ in good] == [2, 4]
    assert [place for place, _ in bad] == [3]
    assert why is None or bad[0][1] == why


def test_host_bits_are_cleared_and_counted() -> None:
    assert read(b"prefix,asn\n1.0.0.1/24,1\n1.0.0.0/24,1\n2001:db8::1/32,1\n10.0.0.1/8,x\n")[2] == 2


def test_rows_of_nothing_are_passed_over() -> None:
    assert read(b"prefix,asn\n\n  \n1.0.0.0/24,1\n\t\n\n")[:2] == ([(4, ("1.0.0.0/24", 1))], [])


HEADERS = [
    ("prefix,asn", "1.0.0.0/24,7"),
    ("Prefix, ASN", "1.0.0.0/24,7"),
    ("\ufeffprefix,asn", "1.0.0.0/24,7"),
    ("asn,prefix", "7,1.0.0.0/24"),
    ("time,network,peer,origin", "x,1.0.0.0/24,y,7"),
    ('"prefix","origin_asn"', "1.0.0.0/24,7"),
    ("prefix,asn\r", "1.0.0.0/24,7\r"),
]


@pytest.mark.parametrize(("header", "row"), HEADERS)
def test_headers(header: str, row: str) -> None:
    assert read(f"{header}\n{row}\n\n{row}".encode())[0] == [(2, ("1.0.0.0/24", 7)), (4, ("1.0.0.0/24", 7))]


@pytest.mark.parametrize(
    "text", ["", "\n", "1.0.0.0/24,13335\n", "prefix\n", "asn\n", "prefix,asn,asn\n", "prefix,network,asn\n", '"prefix,asn\n']
)
def test_what_is_no_list(text: str) -> None:
    with pytest.raises(FormatError) as error:
        read(text.encode())
    assert str(error.value).startswith("f.csv")


def test_what_is_no_text() -> None:
    with pytest.raises(FormatError, match="not UTF-8"):
        read(b"prefix,asn\xff\n")
    assert read(b"prefix,asn\n1.0.0.0/24,\xff\n1.0.0.0/24,1\n")[1] == [(2, "not a list of routes: it is not UTF-8")]


@pytest.mark.parametrize("end", [b"\n", b"", b"\r\n"])
def test_a_line_has_a_limit(end: bytes) -> None:
    fits = b"1.0.0.0/24,1,".ljust(LINE_LIMIT, b"x")
    assert len(read(b"prefix,asn\n" + fits + end)[0]) == 1
    with pytest.raises(FormatError, match=r"f.csv:3: line longer than 4096 bytes"):
        read(b"prefix,asn\n1.0.0.0/24,1\n" + fits + b"xx" + end)
    with pytest.raises(FormatError, match="line longer"):
        read(b"x" for _ in range(LINE_LIMIT + 3))


LINES = st.one_of(
    st.sampled_from([line for line, _ in (*GOOD, *BAD) if "\r" not in line] + ODD),
    st.text(st.sampled_from("0123456789./,:af{} "), max_size=24),
    st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 33), st.integers(0, 2**32)).map(lambda one: f"{_v4(one[0])}/{one[1]},{one[2]}"),
)


def _v4(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


@given(st.lists(LINES, max_size=20), st.integers(1, 30), st.integers(1, 9), st.sampled_from(["\n", "\r\n"]))
@example(["1.0.0.0/24,1"] * 3 + ["x"], 5, 2, "\r\n")
def test_both_ways_say_the_same(rows: list[str], size: int, many: int, end: str) -> None:
    """With a column more, no row is plain."""
    text = end.join(["prefix,asn", *rows])
    chunks = [text.encode()[at : at + size] for at in range(0, len(text.encode()), size)]
    quick = read(chunks, many)
    long_way = read(end.join(["prefix,asn,", *(f"{row}," if row.strip() else row for row in rows)]).encode())
    told = [(line, why.replace("header has 3", "header has 2").replace("2 cells", "1 cells")) for line, why in long_way[1]]
    assert (quick[0], [line for line, _ in quick[1]], quick[2]) == (long_way[0], [line for line, _ in told], long_way[2])
    one_by_one = [_alone(row) for row in rows]
    assert [row for _, row in quick[0]] == [row for row in one_by_one if row]


def _alone(line: str) -> Row | None:
    good = read(f"prefix,asn\n{line}\n".encode())[0]
    return good[0][1] if good else None


@pytest.mark.skipif(not DATA.is_file(), reason=f"{DATA} is not there: real routes are not part of the project")
def test_a_whole_table() -> None:
    text = lzma.decompress(DATA.read_bytes())
    good, bad, masked = read(text[at : at + (1 << 18)] for at in range(0, len(text), 1 << 18))
    assert (bad, masked) == ([], 0)
    assert [line for line, _ in good] == list(range(2, 1146276))
    spelled = "".join(f"{prefix},{'' if origin is None else origin}\n" for _, (prefix, origin) in good)
    assert f"prefix,asn\n{spelled}".encode() == text
    assert str(Prefix.parse(good[0][1][0])) == good[0][1][0]
