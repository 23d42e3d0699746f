from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats.lines import lines

SPLITS = [
    ("nothing at all", [], []),
    ("only empty chunks", [b"", b""], []),
    ("one line", [b"a\n"], [(1, b"a")]),
    ("last line without newline", [b"a\nb"], [(1, b"a"), (2, b"b")]),
    ("empty lines keep their numbers", [b"\n\nc\n"], [(1, b""), (2, b""), (3, b"c")]),
    ("CRLF", [b"a\r\nb\r\n"], [(1, b"a"), (2, b"b")]),
    ("CRLF broken between chunks", [b"a\r", b"\nb\r", b"\n"], [(1, b"a"), (2, b"b")]),
    ("a line over many chunks", [b"a", b"b", b"", b"c\nd"], [(1, b"abc"), (2, b"d")]),
    ("only the CR of the ending goes", [b"a\rb\r\r\n"], [(1, b"a\rb\r")]),
    ("ends in a lone CR", [b"a\r"], [(1, b"a")]),
    ("NUL and high bytes are data", [b"\x00\xff\x85\n"], [(1, b"\x00\xff\x85")]),
    ("exactly at the limit", [b"12345678\r\n12345678"], [(1, b"12345678"), (2, b"12345678")]),
]
TOO_LONG = [
    ("within a chunk", [b"a\n123456789\nb\n"], 2),
    ("without its end in sight", iter([b"a\nb\n", *[b"12345"] * 2]), 3),
    ("as the last line", [b"123456789"], 1),
    ("one chunk far too big", [b"1" * 100], 1),
    ("a CR does not excuse", [b"123456789\r\n"], 1),
]


@pytest.mark.parametrize(("chunks", "expected"), [row[1:] for row in SPLITS], ids=[row[0] for row in SPLITS])
def test_splits(chunks: list[bytes], expected: list[tuple[int, bytes]]) -> None:
    assert list(lines(chunks, file="f", limit=8)) == expected


@pytest.mark.parametrize(("chunks", "line"), [row[1:] for row in TOO_LONG], ids=[row[0] for row in TOO_LONG])
def test_refuses_a_line_beyond_the_limit(chunks: list[bytes], line: int) -> None:
    with pytest.raises(FormatError) as caught:
        list(lines(chunks, file="peers.jsonl", limit=8))
    assert str(caught.value) == f"peers.jsonl:{line}: line longer than 8 bytes"


def test_lines_before_the_long_one_are_given() -> None:
    reader = lines([b"a\n123456789"], file="f", limit=8)
    assert next(reader) == (1, b"a")
    with pytest.raises(FormatError):
        next(reader)


def test_stops_reading_where_a_line_is_too_long() -> None:
    read = []

    def endless() -> object:
        while True:
            read.append(1)
            yield b"x" * 1000

    with pytest.raises(FormatError):
        list(lines(endless(), file="f", limit=10_000))  # type: ignore[arg-type]
    assert len(read) == 11


@given(st.lists(st.binary(max_size=12)))
def test_chunking_makes_no_difference(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    found = list(lines(chunks, file="f"))
    assert found == list(lines([whole], file="f"))
    assert [line for _, line in found] == [line.removesuffix(b"\r") for line in whole.split(b"\n")][: len(found)]
    assert [number for number, _ in found] == list(range(1, whole.count(b"\n") + (not whole.endswith(b"\n") and bool(whole)) + 1))
