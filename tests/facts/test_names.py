from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import Pace

from bgpcheck.facts.names import named, unread
from bgpcheck.model import AddressRange, AsnRange, Certificate, Prefix

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def names(*texts: str) -> tuple[list[str], list[int]]:
    ranges, asns = named(Certificate(b"", "", MOMENT, MOMENT, 2048, self_signed=True, texts=texts))
    assert all(one.first == one.last for one in asns)
    return [str(one) for one in ranges], [one.first for one in asns]


NAMES = [
    ("AS3333", [], [3333]),
    ("ASN-3333", [], [3333]),
    ("ASN 3333, AS: 3334", [], [3333, 3334]),
    ("as3333.example.net", [], [3333]),
    ("AS1.10", [], [65546]),
    ("AS4294967296", [], []),
    ("AS4294967296, AS3333", [], [3333]),
    ("AS99999999999", [], []),
    ("BASS 7, ASIA 7, AS, AS-SET", [], []),
    ("AS3333x", [], []),
    ("193.0.0.0/21", ["193.0.0.0 - 193.0.7.255"], []),
    ("193.0.1.0/21", ["193.0.0.0 - 193.0.7.255"], []),
    ("193.0.0.0-193.0.7.255", ["193.0.0.0 - 193.0.7.255"], []),
    ("193.0.0.0 - 193.0.7.255", ["193.0.0.0 - 193.0.7.255"], []),
    ("193.0.7.255 - 193.0.0.0", [], []),
    ("193.0.0.0 - 2001:67c::", [], []),
    ("193.0.0.1", ["193.0.0.1 - 193.0.0.1"], []),
    ("193.0.0.1.", ["193.0.0.1 - 193.0.0.1"], []),
    ("2001:67c:2e8::/48", ["2001:67c:2e8:: - 2001:67c:2e8:ffff:ffff:ffff:ffff:ffff"], []),
    ("2001:67c::1", ["2001:67c::1 - 2001:67c::1"], []),
    ("193.0.0.0/33, 300.1.1.1, 1.2.3, fade, 12:30", [], []),
    ("RIPE NCC (AS3333) 193.0.0.0/21, 193.0.18.0/23", ["193.0.0.0 - 193.0.7.255", "193.0.18.0 - 193.0.19.255"], [3333]),
    ("193.0.0.0/33, 193.0.0.0/21; AS99999999999, AS3333", ["193.0.0.0 - 193.0.7.255"], [3333]),
    ("Example Ltd", [], []),
]


@pytest.mark.parametrize(("text", "ranges", "asns"), NAMES)
def test_names_in_text(text: str, ranges: list[str], asns: list[int]) -> None:
    assert names(text) == (ranges, asns)


def test_each_is_given_once_with_what_extensions_name() -> None:
    span, asn = Prefix.parse("193.0.0.0/21").range, AsnRange(3333, 3333)
    one = Certificate(b"", "", MOMENT, MOMENT, 2048, self_signed=True, texts=("AS3333 193.0.0.0/21", "AS1"), ranges=(span,), asns=(asn,))
    assert named(one) == ((span,), (asn, AsnRange(1, 1)))


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    ranges, asns = named(Certificate(b"", "", MOMENT, MOMENT, 0, self_signed=False, texts=(text,)))
    assert all(isinstance(one, AddressRange) for one in ranges)
    assert all(isinstance(one, AsnRange) for one in asns)


def test_long_texts_take_no_time() -> None:
    with Pace() as pace:
        for text in ("1." * 50_000, ":" * 100_000, "AS" * 50_000, "1.1.1.1 - " * 10_000, "a" * 100_000):
            names(text)
    assert pace.millions < 400


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("AS3333, 193.0.0.0/21", []),
        ("as3333.example.net", []),
        ("Example Ltd, Suite 7/9", ["7/9"]),  # for all that one can tell
        ("Example Ltd, 2026-11-02, +31 20 535 4444", []),
        ("IP:193.0.8.0/21", [":193.0.8.0/21"]),
        ("net193.0.8.0/21", ["193.0.8.0/21"]),
        ("193.0.8.*", ["193.0.8.*"]),
        ("193,0,8,0/21", ["193,0,8,0/21"]),
        ("AS No. 99", ["AS No. 99"]),
        ("Autonomous System 99", ["Autonomous System 99"]),
        ("AUTNUM99", ["AUTNUM99"]),
        ("A S 99", ["A S 99"]),
        ("128.0.0.0/1", ["128.0.0.0 - 255.255.255.255"]),
        ("AS3333x", ["AS3333x"]),
        ("AS4294967296", ["AS4294967296"]),
        ("10/8", ["10/8"]),
        ("193.0.0.0/33", ["193.0.0.0/33"]),
        ("8.0.0.0/8, 2000::/12", []),  # the widest that somebody may have
        ("8.0.0.0/7", ["8.0.0.0 - 9.255.255.255"]),
        ("2000::/11", ["2000:: - 201f:ffff:ffff:ffff:ffff:ffff:ffff:ffff"]),
        ("0.0.0.0/0", ["0.0.0.0 - 255.255.255.255"]),
        ("AS: AS3333, 1103", ["AS:  , 1103"]),  # what is read leaves a gap, and the list goes on
        ("AS (193.0.0.0/21) 1103", ["AS ( ) 1103"]),
    ],
)
def test_what_looks_like_a_name_and_is_none_is_told_apart(text: str, doubtful: list[str]) -> None:
    assert list(unread(Certificate(b"", "", MOMENT, MOMENT, 2048, self_signed=True, texts=(text,)))) == doubtful


@pytest.mark.parametrize("text", ["AS_1", "ASN:   1", "AS\uff11", "_AS1_"])
def test_other_spellings_are_the_same_number(text: str) -> None:
    assert names(text)[1] == [1]
