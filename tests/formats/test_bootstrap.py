"""RDAP bootstrap files: the one that comes with bgpcheck, and those that are none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bgpcheck.errors import FormatError
from bgpcheck.formats.bootstrap import parse
from bgpcheck.model import Prefix
from bgpcheck.store.iana import EMBEDDED

OURS = parse(EMBEDDED.read_bytes(), file="rdap.json")
ARIN, RIPE = "https://rdap.arin.net/registry/", "https://rdap.db.ripe.net/"


@pytest.mark.parametrize(
    ("prefix", "server"),
    [
        ("193.0.0.0/21", RIPE),
        ("8.8.8.0/24", ARIN),
        ("1.1.1.0/24", "https://rdap.apnic.net/"),
        ("200.3.12.0/22", "https://rdap.lacnic.net/rdap/"),
        ("196.216.2.0/23", "https://rdap.afrinic.net/rdap/"),
        ("2001:67c:2e8::/48", RIPE),
        ("2606:4700::/32", ARIN),
        ("10.0.0.0/8", None),
        ("0.0.0.0/0", None),
    ],
)
def test_whose_a_prefix_is(prefix: str, server: str | None) -> None:
    assert OURS.of_prefix(Prefix.parse(prefix)) == server


@pytest.mark.parametrize(("asn", "server"), [(3333, RIPE), (15169, ARIN), (64500, None), (4294967295, None)])
def test_whose_an_as_number_is(asn: int, server: str | None) -> None:
    assert OURS.of_asn(asn) == server


def bootstrap(**parts: Any) -> bytes:  # noqa: ANN401 (JSON)
    return json.dumps({kind: {"services": parts.get(kind, [])} for kind in ("ipv4", "ipv6", "asn")}).encode()


def test_the_narrowest_decides_and_only_https_counts() -> None:
    services = [
        [["193.0.0.0/8"], ["http://a.example/", "https://a.example"]],
        [["193.0.0.0/16"], ["https://b.example/"]],
        [["1.0.0.0/8"], ["http://c.example/"]],
    ]
    found = parse(bootstrap(ipv4=services, asn=[[["1-10", "5"], ["https://a.example/"]], [["7"], ["https://b.example/"]]]), file="f")
    assert [found.of_prefix(Prefix.parse(one)) for one in ("193.0.0.0/21", "193.1.0.0/21", "1.0.0.0/24")] == [
        "https://b.example/",
        "https://a.example/",
        None,
    ]
    assert [found.of_asn(asn) for asn in (5, 7, 11)] == ["https://a.example/", "https://b.example/", None]


WRONG = [
    b"",
    b"[]",
    b"{}",
    b"\xff",
    bootstrap(ipv4=[1]),
    bootstrap(ipv4=[[["x"], ["https://a.example/"]]]),
    bootstrap(asn=[[["9-1"], ["https://a.example/"]]]),
]


@pytest.mark.parametrize("data", WRONG)
def test_what_is_none(data: bytes) -> None:
    with pytest.raises(FormatError) as caught:
        parse(data, file="f.json")
    assert str(caught.value).startswith("f.json")
