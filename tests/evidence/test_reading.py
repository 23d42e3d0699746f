from __future__ import annotations

import json

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.evidence import extract
from bgpcheck.evidence.document import Document
from bgpcheck.evidence.extract import Extract
from bgpcheck.evidence.reading import RDAP_TYPE, records, subject_of
from bgpcheck.model import AddressRange, AsnRange, Party, Prefix, Registration, RouteObject, Vrp

NET = Prefix.parse("193.0.0.0/21")
ERROR = json.dumps({"errorCode": 404}).encode()


def part(form: str, *texts: str) -> Document:
    found = Extract("a.file", "0" * 64, 1, form, None, 9, 1, (4,), (), tuple((number, text) for number, text in enumerate(texts, 7)))
    return Document("x", "a.file", extract.MEDIA_TYPE, found.encode())


def test_an_extract_holds_records() -> None:
    assert records(part("rpsl")) == ()
    assert records(part("rpsl", "route: 193.0.0.0/21\norigin: AS1\nsource: RIPE", "organisation: ORG-A")) == (
        RouteObject("RIPE", NET, 1),
        Party("ORG-A", ""),
    )
    assert records(part("vrps/json", '{"asn": 1, "prefix": "193.0.0.0/21"}')) == (Vrp(NET, 21, 1),)


def test_an_extract_that_holds_something_else() -> None:
    with pytest.raises(FormatError, match=r"^a.file:8: 1 fields"):
        records(part("delegated", "ripencc|NL|ipv4|193.0.0.0|2048|19930901|assigned", "x"))
    with pytest.raises(FormatError, match=r"^a.file:7: 'xml' is no format of records"):
        records(part("xml", ""))
    with pytest.raises(FormatError, match=r"^a.file: not a readable extract: "):
        records(Document("x", "a.file", extract.MEDIA_TYPE, b"{}"))


def test_an_rdap_answer_is_one_record() -> None:
    answer = {"objectClassName": "autnum", "startAutnum": 3333, "endAutnum": 3333}
    document = Document("rdap/autnum", "rdap/autnum/x.json", RDAP_TYPE, json.dumps(answer).encode())
    assert records(document) == (Registration("", AsnRange(3333, 3333), "", "", "", ""),)
    with pytest.raises(FormatError, match=r"^rdap/ip/x.json: not JSON"):
        records(Document("rdap/ip", "rdap/ip/x.json", RDAP_TYPE, b"{"))


SUBJECTS: list[tuple[str, AddressRange | AsnRange | None]] = [
    ("rdap/ip/193.0.0.0_21.json", NET.range),
    ("rdap/ip/193.0.0.0_21.json.gz", NET.range),
    ("ip/2001:67c:2e8::_48.json", Prefix.parse("2001:67c:2e8::/48").range),
    ("rdap/autnum/3333.json", AsnRange(3333, 3333)),
    ("rdap/autnum/AS3333.json.xz", AsnRange(3333, 3333)),
    ("https://rdap.db.ripe.net/ip/193.0.0.0/21", Prefix.parse("193.0.0.0/21").range),
    ("https://rdap.arin.net/registry/autnum/3333", AsnRange(3333, 3333)),
    # what does not say what it is about
    ("https://rdap.db.ripe.net/ip/193.0.0.1/21", None),
    ("https://rdap.db.ripe.net/entity/ORG-A", None),
    ("rdap/ip/193.0.0.0.json", None),
    ("rdap/ip/193.0.0.1_21.json", None),
    ("rdap/ip/3333.json", None),
    ("rdap/ip/x.json", None),
    ("rdap/autnum/x.json", None),
    ("rdap/autnum/193.0.0.0_21.json", None),
    ("rdap/entity/ORG-A.json", None),
    ("193.0.0.0_21.json", None),
    ("", None),
]


@pytest.mark.parametrize(("uri", "expected"), SUBJECTS)
def test_what_an_error_answer_is_about(uri: str, expected: AddressRange | AsnRange | None) -> None:
    assert subject_of(uri) == expected
    document = Document("rdap/autnum" if "autnum" in uri else "rdap/ip", uri, RDAP_TYPE, ERROR)
    if expected is None:
        with pytest.raises(FormatError, match="nothing says what was asked for"):
            records(document)
    else:
        assert records(document) == (Registration("", expected, "", "", "", "", missing=True),)
