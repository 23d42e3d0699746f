"""Mailboxes, telephones and addresses in what others wrote; everything else as it was."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.formats.masks import ADDRESS, MAIL, MOST_PASSES, PHONE, settled, unmasked, without_people, without_us

PEOPLE = [
    ("mail jane.doe+x@example.co.uk now", f"mail {MAIL} now"),
    ("<jane@localhost>", f"<{MAIL}>"),
    ("a@b@c, a@b.@c, a@b'x@c", f"{MAIL}, {MAIL}, {MAIL}"),
    (f"a@{'b' * 70}@c", MAIL),
    (f"a(at){'b' * 70}.c(at)d.e", MAIL),
    ("+31 20 " + "5 " * 40 + "5+31 20 535 4444", PHONE),
    ("call +31 20 535 4444.", f"call {PHONE}."),
    ("+49(30)123-4567", PHONE),
    ("AS3333 193.0.0.0/21 2001:db8::/32 2020-01-01 12:30:45", None),
    ("call: +31205354444.", f"call: {PHONE}."),
    ("a+31205354444", None),  # it may be Base64
    (" +31205354444/x", None),
    ('"john doe"@x.com, o\'brien@x.com, a@[1.2.3.4]', f"{MAIL}, {MAIL}, {MAIL}"),
    ("x" * 100 + "@x.com", MAIL),
    ("@ a@ @b", None),
    ("ask john (at) example.org, jane%40example.org or joe[at]mail[dot]example (dot) org.", f"ask {MAIL}, {MAIL} or {MAIL}."),
    ("look (at) this, meet <at> noon", None),
]


@pytest.mark.parametrize(("before", "after"), PEOPLE)
def test_people(before: str, after: str | None) -> None:
    assert without_people(before) == (before if after is None else after)


PARTS = ("a", "1", "@", ".", "+31 20 535", " 44", "(at)", "[dot]", "%40", "'", '"', " ", "b" * 64)

US = [
    ("denied for 203.0.113.7.", f"denied for {ADDRESS}"),
    ("[2001:db8::7]", f"[{ADDRESS}]"),
    ("IP:1.2.3.4 from:2001:db8::1 at 1.2.3.4:43", f"IP{ADDRESS} from{ADDRESS} at {ADDRESS}"),
    ("call::c+31 20 535 4444", f"call{ADDRESS}{PHONE}"),
    ("::1 and ::ffff:192.0.2.1", f"{ADDRESS} and {ADDRESS}"),
    ("12:30:45 on 1.2.3 at AS64500, error 201: dead:beef", None),
]


@pytest.mark.parametrize(("before", "after"), US)
def test_us(before: str, after: str | None) -> None:
    assert without_us(before).rstrip(".") == (before if after is None else after)


def test_what_is_masked_alike_is_not_alike() -> None:
    assert [unmasked(one) for one in ("Example Ltd", "a@x.com", MAIL, "ORG-X")] == ["Example Ltd", "", "", "ORG-X"]


@given(st.binary(max_size=4000))
def test_certificates_stay(data: bytes) -> None:
    text = base64.b64encode(data).decode()
    assert without_people(text) == text


@given(st.text(max_size=300) | st.text("a1@.+'\"()[]{}<>% \n-4", max_size=80) | st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_once_is_enough(text: str) -> None:
    for mask in (without_people, without_us):
        assert mask(mask(text)) == mask(text)


def test_a_mask_that_never_settles_is_left_after_some_looks() -> None:
    assert settled("", lambda text: text + "x") == "x" * MOST_PASSES
