"""What is signed and what is submitted: byte by byte, with nothing forgiven."""

from __future__ import annotations

import re

import pytest
from certificates import ID, SERVICE_KEY, P, signature
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.facts.validation_id import decode, make_id, parse_id
from bgpcheck.model import MAX_ASN, Prefix


def test_microsofts_own_example() -> None:
    text = "Azure-SKEY|7c44c70b-9c62-4a89-a6b2-d281b6ce7a49|123.1.0.0/24|ASN-23"
    about = parse_id(text)
    assert (about.service_key, about.prefix, about.asn) == (SERVICE_KEY, Prefix.parse("123.1.0.0/24"), 23)
    assert str(about) == text


def test_a_spelling_that_is_not_canonical_is_signed_as_it_stands() -> None:
    text = f"Azure-SKEY|{SERVICE_KEY}|123:1::0/64|ASN-23"  # as in the PowerShell help
    assert parse_id(text).prefix == Prefix.parse("123:1::/64")
    assert str(parse_id(text)) == text


@given(st.uuids(), st.sampled_from([P, "2001:67c:2e8::/48", "0.0.0.0/0"]), st.integers(1, MAX_ASN))
def test_read_as_made(key: object, prefix: str, asn: int) -> None:
    made = make_id(str(key), Prefix.parse(prefix), asn)
    assert parse_id(str(made)) == made


BAD_IDS = [
    (ID + "\n", "^has a blank or newline at an end: it is part of what is signed, and breaks it .SIG-3.$"),
    (" " + ID, "blank or newline at an end"),
    ("\ufeff" + ID, "^begins with a byte order mark: it is part of what is signed, and breaks it .SIG-3.$"),
    (ID + "\x00", "is not one"),
    (ID.replace("|", "\n", 1), "is not one"),
    (ID.replace("SKEY", "skey"), "is not one"),
    (ID.replace(SERVICE_KEY, "7c44c70b"), "is not one"),
    (ID.replace("ASN-", "AS"), "is not one"),
    (ID.replace("ASN-3333", "ASN-03333"), "is not one"),
    (ID.replace("ASN-3333", "ASN-0"), "is not one"),
    (ID.replace("3333", "\u0663"), "is not one"),
    (ID + "|more", "is not one"),
    (ID + "0" * 200, "is not one"),
    ("", "is not one"),
    (ID.replace("ASN-3333", "ASN-4294967296"), "ASN-4294967296 is not an AS number"),
    (ID.replace("/21", "/20").replace("193.0.0", "193.0.1"), "host bits set"),
    (ID.replace("/21", "/33"), "0 to 32"),
]


@pytest.mark.parametrize(("text", "says"), BAD_IDS)
def test_what_is_no_validation_id(text: str, says: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_id(text)
    assert re.search(says, caught.value.message)
    assert caught.value.field == "validation id"


NOT_IN_ONE = [
    ("mine", 1, "service key", "the service key is a GUID, such as 7c44c70b-9c62-4a89-a6b2-d281b6ce7a49"),
    (SERVICE_KEY + "\n", 1, "service key", "the service key is a GUID, such as 7c44c70b-9c62-4a89-a6b2-d281b6ce7a49"),
    (SERVICE_KEY, 0, "ASN", "0 is not an AS number that can announce a prefix"),
    (SERVICE_KEY, -1, "ASN", "-1 is not an AS number that can announce a prefix"),
    (SERVICE_KEY, MAX_ASN + 1, "ASN", "4294967296 is not an AS number that can announce a prefix"),
]


@pytest.mark.parametrize(("key", "asn", "field", "says"), NOT_IN_ONE)
def test_what_can_not_be_in_one(key: str, asn: int, field: str, says: str) -> None:
    with pytest.raises(FormatError) as caught:
        make_id(key, Prefix.parse(P), asn)
    assert (caught.value.field, caught.value.message) == (field, says)


def test_a_long_text_is_shown_in_part() -> None:
    text = "".join(f"{number:02}." for number in range(100))
    with pytest.raises(FormatError) as caught:
        parse_id(text)
    shape = "Azure-SKEY|<service key>|<prefix>|ASN-<number>"
    assert caught.value.message == f"{text[:80]!r} is not one: write {shape}, without a character more (SIG-1)"


def test_the_longest_signature() -> None:
    assert len(decode("A" * 4096)) == 3072
    for count in (4097, 4100):
        with pytest.raises(FormatError, match="it has more than 4096 characters"):
            decode("A" * count)


BAD_SIGNATURES = [
    ("", "it is empty"),
    ("\ufeff" + signature(), "it begins with a byte order mark"),
    (signature() + "\n", "it has line breaks: Base64 on one line is wanted (base64 -w0)"),
    (signature()[:64] + "\r\n" + signature()[64:], "it has line breaks: Base64 on one line is wanted (base64 -w0)"),
    (signature()[:64] + " " + signature()[64:], "it has blanks"),
    (signature() + "\u00a0", "it has blanks"),
    (signature()[:-8] + "-_" + signature()[-6:], "it has - or _, the letters of Base64 for addresses: + and / are wanted"),
    (signature()[:-2], "it is cut: Base64 comes in groups of four letters, filled up with ="),
    (signature() + "====", "it has characters that are not of Base64"),
    ("'" + signature() + "'", "it has characters that are not of Base64"),
    ("\u0661" * 4, "it has characters that are not of Base64"),
    ("=" * 4, "it has characters that are not of Base64"),
    ("QUJ=", "its last letter has bits that mean nothing: Base64 that was cut or changed"),
]


@pytest.mark.parametrize(("text", "says"), BAD_SIGNATURES)
def test_what_is_not_one_line_of_base64(text: str, says: str) -> None:
    with pytest.raises(FormatError) as caught:
        decode(text)
    assert (caught.value.field, caught.value.message) == ("signature", says)


def test_a_signature_is_decoded() -> None:
    assert len(decode(signature())) == 256
    assert decode("QUI=") == b"AB"


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (decode, parse_id):
        try:
            read(text)
        except FormatError:
            continue
