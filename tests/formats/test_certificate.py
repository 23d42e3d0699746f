"""Certificates in remarks: found however a registry or a person has treated the lines, and in time whatever stands there."""

from __future__ import annotations

import base64
import textwrap

import pytest
from certificates import usual
from hypothesis import given
from hypothesis import strategies as st
from pace import Pace

from bgpcheck.errors import FormatError
from bgpcheck.formats import certificate, der
from bgpcheck.formats.certificate import LIMIT, MOST, begins, find, one_line, pem

ONE, TWO = usual(), usual(owner="next")
LINE = one_line(ONE)
BODY = base64.b64encode(ONE).decode()
PEM = pem(ONE).decode().splitlines()
FORMS: dict[str, list[str]] = {
    "the published form": [LINE],
    "PEM": PEM,
    "folded at 60": textwrap.wrap(LINE, 60),
    "folded in the armour's words": [LINE[:8], LINE[8:20], LINE[20:40], LINE[40:-20], LINE[-20:]],
    "folded at one letter": list(LINE),
    "remarks": [f"remarks:        {row}" for row in PEM],
    "comments": [f"Comment:        {row}" for row in PEM],
    "descr": [f"descr: {row}" for row in textwrap.wrap(LINE, 70)],
    "quoted": [f"> {row}" for row in PEM],
    "quoted twice": [f">> > {row}" for row in PEM],
    "numbered": [f"{number}: {row}" for number, row in enumerate(PEM)],
    "numbered otherwise": [f"{number:02d}) {row}" for number, row in enumerate(PEM)],
    "named and numbered": [f"remarks: cert-{number}: {row}" for number, row in enumerate(PEM)],
    "an RPSL continuation": [PEM[0], *(f"+       {row}" for row in PEM[1:])],
    "no armour": textwrap.wrap(BODY, 64),
    "no armour, one line": [BODY],
    "no armour, after other words": ["Our certificate for Microsoft: see https://example.net/", BODY],
    "armour without dashes": [f"BEGIN CERTIFICATE {BODY} END CERTIFICATE"],
    "armour glued": [LINE.replace(" ", "")],
    "padding trimmed": [one_line(ONE).replace("=", "")],
    "blanks between": [" ".join(textwrap.wrap(LINE, 40))],
    "blanks of other kinds": ["\u00a0".join(textwrap.wrap(LINE, 40)), "\u200b\ufeff"],
    "a newline written out": ["\\n".join(PEM)],
    "a carriage return and newline written out": ["\\r\\n".join(PEM)],
    "real newlines in one text": ["\r\n".join(PEM)],
    "empty lines between": [row for each in PEM for row in (each, "", "   ")],
    "in quotes": [f'"{row}",' for row in PEM],
    "bars": [f"| {row} |" for row in PEM],
    "in upper-case dashes of a word processor": [LINE.replace("-----", "\u2014\u2014")],
    "words before, between and after": ["Peering: see www.example.net", *PEM, "abuse: call us"],
}


@pytest.mark.parametrize("form", FORMS)
def test_found(form: str) -> None:
    assert find(FORMS[form]) == (ONE,)


def test_two_stand_there_while_keys_are_changed() -> None:
    assert find([LINE, one_line(TWO)]) == (ONE, TWO)
    assert find([*PEM, LINE, *pem(TWO).decode().splitlines()]) == (ONE, TWO)
    assert find([LINE + one_line(TWO)]) == (ONE, TWO)
    assert len(find([one_line(ONE[:-1] + bytes((number,))) for number in range(MOST + 3)])) == MOST


NONE: dict[str, list[str]] = {
    "nothing": [],
    "words": ["please mail us", "MII is no certificate"],
    "cut": [LINE[:-100].removesuffix("-")],
    "a letter missing in the middle": [LINE[:300] + LINE[301:]],
    "only the armour": ["-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"],
    "too short a one": [one_line(der.put(0x30, der.put(0x30, b"x" * 300), der.put(0x30), der.put(3, b"y")))],
    "too long a one": [one_line(der.put(0x30, b"x" * 9000))],
    "another shape": [one_line(der.put(0x30, der.put(0x30, b"x" * 500), der.put(0x30)))],
    "a value that reaches too far": [one_line(ONE[:4] + b"\x30\x82\xff\xff" + ONE[8:])],
    "a length that is no length": ["MIIAEAAA" * 100],
    "beyond what is looked at": ["x" * LIMIT, LINE],
    "after too many that are none": ["MII " * 64, LINE],
    "Base64 for addresses": [LINE.replace("+", "-").replace("/", "_")],
}


@pytest.mark.parametrize("form", NONE)
def test_not_found(form: str) -> None:
    assert find(NONE[form]) == ()


def test_one_that_begins_can_be_told_from_none() -> None:
    assert [begins(NONE[form]) for form in ("nothing", "words", "cut", "only the armour")] == [False, False, True, True]
    assert begins(["remarks: -----BEGIN CERTIF", "remarks: ICATE-----"])


@given(st.lists(st.text(max_size=200), max_size=10), st.integers(20, 90), st.sampled_from(["", "remarks:  ", "> ", "7: "]))
def test_what_stands_around_does_not_matter(around: list[str], width: int, prefix: str) -> None:
    folded = [prefix + row for row in textwrap.wrap(LINE, width)]
    quiet = [text for text in around if "MI" not in text and "I" not in text]
    assert find([*quiet, *folded, *quiet]) == (ONE,)


@given(st.lists(st.text(max_size=300)))
def test_any_text_has_an_answer(lines: list[str]) -> None:
    assert find(lines) == ()


@pytest.mark.parametrize(
    "text", [" " * LIMIT, "MII" * LIMIT, "MIIgAAAA" * LIMIT, ":" * LIMIT, "a: " * LIMIT, "\\n" * LIMIT, "\n" * LIMIT, "a" * LIMIT]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    with Pace() as pace:
        assert find([text] * 3) == ()
        begins([text])
    assert pace.millions < 160


def test_what_is_written_is_read() -> None:
    assert "\n" not in LINE
    assert LINE.startswith("-----BEGIN CERTIFICATE-----MII")
    assert max(map(len, PEM)) == 64
    assert find(pem(ONE).decode().splitlines()) == (ONE,)
    assert certificate.LEAST < len(ONE) < certificate.LONGEST


BAD_DER = [b"", b"\x30", b"\x30\x80", b"\x30\x83\x01\x00\x00", b"\x30\x81", b"\x30\x81\x7f", b"\x30\x82\x00\xff", b"\x30\x82\x01"]


@pytest.mark.parametrize("data", BAD_DER)
def test_headers_that_can_not_be_read(data: bytes) -> None:
    with pytest.raises(FormatError):
        der.header(data)


@pytest.mark.parametrize("size", [0, 1, 127, 128, 255, 256, 65535])
def test_der_is_read_as_written(size: int) -> None:
    assert list(der.parts(der.put(4, b"x" * size) + der.put(5))) == [(4, b"x" * size), (5, b"")]


def test_der_that_is_cut() -> None:
    with pytest.raises(FormatError, match="ends within a value"):
        list(der.parts(der.put(4, b"xx")[:-1]))
