from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bgpcheck import padded

MOST = 999_999_999_999
NUMBERS = st.integers(0, MOST) | st.sampled_from([0, 1, 9, 10, 999, 1000, 1001, 999_999, 1_000_000, 1_000_000_000, 4294967295, MOST])


def rows(columns: padded.Octets) -> list[bytes]:
    return padded.joined(columns, b"\n").split(b"\n")[:-1]


@given(st.lists(NUMBERS, max_size=30))
@example([0, 7, 1000, 1_000_000, 4294967295])
def test_decimal(numbers: list[int]) -> None:
    assert rows(padded.decimal(np.array(numbers, np.int64))) == [b"%d" % one for one in numbers]


@given(st.lists(st.integers(0, 0xFFFF), max_size=30))
@example([0, 1, 15, 16, 255, 256, 4095, 4096, 65535])
def test_hexadecimal(numbers: list[int]) -> None:
    assert rows(padded.hexadecimal(np.array(numbers, np.uint64), 4)) == [b"%x" % one for one in numbers]


@given(st.lists(st.binary(max_size=9).map(lambda one: one.replace(b"\0", b"").replace(b"\n", b"")), min_size=1, max_size=9))
def test_texts(texts: list[bytes]) -> None:
    assert rows(padded.of(texts)) == texts
    assert rows(padded.picked(texts, np.array([0, len(texts) - 1, 0]))) == [texts[0], texts[-1], texts[0]]


@pytest.mark.parametrize("columns", [(padded.of([]), b"x"), (b"x", padded.picked([], np.array([], np.intp)))])
def test_nothing(columns: tuple[padded.Octets | bytes, ...]) -> None:
    assert padded.joined(*columns) == b""
