"""Whois answers of ARIN and LACNIC, pages of JPNIC and KRNIC, as ipwhois reads them."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats.whois_networks import KEPT, LIMIT, is_whole, parse, reduced
from bgpcheck.model import AddressRange, AsnRange, Party, Prefix

DATA = Path(os.environ.get("BGPCHECK_DATA", "nowhere")) / "rdap" / "ipwhois"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there: real registry data are not part of the project")

THREE = b"".join(
    b"NetRange:       %b\nCIDR:           %b\nNetName:        %b\nNetHandle:      NET-%b\nParent:         UP (NET-UP-%b)\n"
    b"NetType:        %b\n\n"
    b"OrgName:        %b Corp.\nOrgId:          %b\n\n" % row
    for row in (
        (b"8.0.0.0 - 8.127.255.255", b"8.0.0.0/9", b"WIDE", b"A", b"A", b"Direct Allocation", b"Wide", b"WIDE-1"),
        (b"8.8.0.0 - 8.8.127.255", b"8.8.0.0/18, 8.8.64.0/18", b"MID", b"B", b"B", b"Reallocated", b"Mid", b"MID-1"),
        (b"8.8.8.0 - 8.8.8.255", b"8.8.8.0/24", b"NEAR", b"C", b"C", b"Reassigned", b"Near", b"NEAR-1"),
    )
)


def test_three_networks_each_with_its_own_holder() -> None:
    found = parse(THREE, "arin", file="f")
    spans = [Prefix.parse("8.0.0.0/9").range, Prefix.parse("8.8.0.0/17").range, Prefix.parse("8.8.8.0/24").range]
    assert [one.resource for one in found] == spans
    assert [one.holders for one in found] == [
        (Party("WIDE-1", "Wide Corp."),),
        (Party("MID-1", "Mid Corp."),),
        (Party("NEAR-1", "Near Corp."),),
    ]
    assert [(one.status, one.handle, one.parent_handle) for one in found] == [
        ("DIRECT ALLOCATION", "NET-A", "NET-UP-A"),
        ("REALLOCATED", "NET-B", "NET-UP-B"),
        ("REASSIGNED", "NET-C", "NET-UP-C"),
    ]


def test_as_numbers() -> None:
    (one,) = parse(
        b"\nASNumber:       15169\nASName:         GOOGLE\nASHandle:       AS15169\n\nOrgName: Google LLC\nOrgId: GOGL\n", "arin", file="f"
    )
    assert (one.resource, one.name, one.holders) == (AsnRange(15169, 15169), "GOOGLE", (Party("GOGL", "Google LLC"),))
    (block,) = parse(b"ASNumber:       100 - 199\nASName:         BLOCK\nASHandle: B\n", "arin", file="f")
    assert (block.resource, block.holders) == (AsnRange(100, 199), ())
    (lacnic,) = parse(b"aut-num:     AS28000\r\nowner:       LACNIC\r\nownerid:     UY-LACN-LACNIC\r\n", "lacnic", file="f")
    assert (lacnic.resource, lacnic.holders) == (AsnRange(28000, 28000), (Party("UY-LACN-LACNIC", "LACNIC"),))


@pytest.mark.parametrize(
    "text", [b"No match found for n + 8.8.8.8.\n", b"# No match found\n", b"% No match for 8.8.8.8\n", b"No match!!\n"]
)
def test_nothing(text: bytes) -> None:
    assert parse(text, "jpnic" if b"!!" in text else "arin", file="f") == ()


WRONG = [
    (b"", "arin", "names no network"),
    (b"<html>Welcome</html>", "lacnic", "names no network"),
    (b"NetRange: 8.0.0.0 - 8.0.0.255\n", "arin", "can't be read"),  # ARIN always writes CIDR too
    (b"NetRange: x\nCIDR: 8.0.0.0/24 (x)\nNetName: X\n", "arin", "can't be read"),
    (b"NetRange: x\nCIDR: 8.0.0.0/24\nCIDR: 9.0.0.0/24\n", "arin", "can't be read"),
    (b"NetRange: x\nCIDR: 8.0.0.0/24\n" * 65, "arin", "more than 64 networks"),
    (b"ASNumber: 9 - 8\n", "arin", "is no range"),
    (b"IPv4 Address : - a ( - a (" * 40, "krnic", "a line of more than 240"),
    (b"NetRange: x\nCIDR: 8.0.0.0/24, 9.0.0.0/24\nNetName: X\n", "arin", "no one range"),
    (b"x" * (LIMIT + 1), "arin", "more than"),
]


@pytest.mark.parametrize(("data", "registry", "message"), WRONG)
def test_what_is_no_answer(data: bytes, registry: str, message: str) -> None:
    with pytest.raises(FormatError, match=message):
        parse(data, registry, file="f")


@pytest.mark.parametrize("registry", KEPT)
@given(st.binary(max_size=300))
def test_any_bytes_are_an_answer_or_none(registry: str, data: bytes) -> None:
    for text in (data, b"inetnum: " + data + b"\nCIDR: " + data + b"\nIPv4 Address : " + data, reduced(data, registry)):
        with suppress(FormatError):
            parse(text, registry, file="f")


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("No match@example.org", "No match@example.org"),  # the registry's words, whoever's mailbox they seem
        ("Comment: bob@example.org +31 20 535 4444", "Comment: (mailbox left out) (telephone left out)"),
        ("  ", "  "),
        ("OrgTechEmail: bob@example.org", None),
    ],
)
def test_what_is_reduced_stays_so(line: str, kept: str | None) -> None:
    found = reduced(line.encode(), "arin")
    assert found.decode() == (kept or "")
    assert reduced(found, "arin") == found


@needs_data
def test_real_answers() -> None:
    table = json.loads((DATA / "whois.json").read_text())
    seen = 0
    for address, one in table.items():
        registry, data = one["asn_data"]["asn_registry"], one["response"].encode()
        if registry in {"arin", "lacnic"}:
            (network,) = parse(data, registry, file=address)
            assert isinstance(network.resource, AddressRange)
            assert network.resource.covers(Prefix.parse(f"{address}/{128 if ':' in address else 32}"))
            assert all(party.name and party.handle for party in network.holders)
            assert network.holders
            assert (network,) == parse(reduced(data, registry), registry, file=address)
            assert b"@" not in reduced(data, registry)
            seen += 1
    assert seen == 4


@needs_data
@pytest.mark.parametrize(("nir", "names"), [("jpnic", ["Osaka University"]), ("krnic", ["Korea Telecom", "KT"])])
def test_real_pages(nir: str, names: list[str]) -> None:
    for one in json.loads((DATA / f"{nir}.json").read_text()).values():
        data = one["response"].encode()
        found = parse(data, nir, file=nir)
        assert [party.name for network in found for party in network.holders] == names
        assert parse(reduced(data, nir), nir, file=nir) == found
        assert b"@" not in reduced(data, nir)


NET = b"NetRange:       8.8.8.0 - 8.8.8.255\nCIDR:           8.8.8.0/24\nNetName:        X\nNetType:        Reassigned\n%b\n"
CUSTOMER = b"CustName:       Foo\n"
NEIGHBOUR = b"\nNetRange:       8.8.9.0 - 8.8.9.255\nCIDR:           8.8.9.0/24\nOrgName: Google LLC\nOrgId: GOGL\n"
OTHERS = [
    (NET % b"CustName:       Foo OrgId: GOGL\n", (Party("", "Foo OrgId: GOGL"),)),
    (NET % (CUSTOMER + NEIGHBOUR), (Party("", "Foo"),)),
    (NET % (b"Comment:        peers with OrgId: GOGL\n" + CUSTOMER), (Party("", "Foo"),)),
    (NET % (b"ReferralOrgId:  GOGL\n" + CUSTOMER), (Party("", "Foo"),)),
    (NET % b"" + b"ASNumber: 1\nOrgId: GOGL\n", ()),
    (NET % b"OrgName:\nOrgId:          GOGL\n", (Party("GOGL", ""),)),
    (NET % b"OrgName: a@x.com\nOrgId: b@y.org\n", ()),  # masked alike, and not therefore alike
    (NET % b"OrgName: (mailbox left out)\nOrgId: X\n", (Party("X", ""),)),
]


@pytest.mark.parametrize(("text", "holders"), OTHERS)
def test_no_network_gets_what_is_said_of_another(text: bytes, holders: tuple[Party, ...]) -> None:
    assert parse(text, "arin", file="f")[0].holders == holders


def test_lacnics_networks_are_no_as_numbers() -> None:
    text = b"inetnum:     200.150.2.0/24\nstatus:      reassigned\naut-num:     AS28573\nowner:       Small\nownerid:     BR-SMALL-LACNIC\n"
    (one,) = parse(text, "lacnic", file="f")
    assert (one.resource, one.holders) == (Prefix.parse("200.150.2.0/24").range, (Party("BR-SMALL-LACNIC", "Small"),))
    (one,) = parse(b"aut-num: AS1\n\nperson: Jane\nowner: Jane\nownerid: X\n", "lacnic", file="f")
    assert one.holders == ()


@pytest.mark.parametrize("nir", ["jpnic", "krnic"])
def test_a_page_without_a_name(nir: str) -> None:
    text = {
        "jpnic": b'[Network Number]    <A HREF="x">133.1.0.0/16</A>\n',
        "krnic": b"IPv4 Address       : 115.0.0.0 - 115.0.0.255 (/24)\n",
    }[nir]
    (one,) = parse(text, nir, file="f")
    assert (one.holders, one.registry) == ((), "apnic")


WHOLE = [
    ("arin", b"NetRange: x\n\n#\n# terms\n#\n\n", True),
    ("arin", b"#\n# terms\n#\n\nNetRange: x\nOrgId: X\n", False),
    ("arin", b"No match found for n + 8.8.8.8.\n", True),
    ("arin", b"", False),
    ("arin", b"#\n# terms\n#\n\n# start\n\nNetRange: x\n\n# end\n", False),
    ("arin", b"#\n# terms\n#\n\n# start\n\nNetRange: x\n\n# end\n\n# start\n", False),
    ("arin", b"# start\n\nNetRange: x\n\n# end\n\n\n#\n# terms\n#\n\n", True),
    ("lacnic", b"inetnum: x\r\n\r\n% and AS numbers.\r\n\r\n", True),
    ("lacnic", b"% head\r\n\r\ninetnum: x\r\n", False),
]


@pytest.mark.parametrize(("registry", "data", "whole"), WHOLE)
def test_where_an_answer_ends(registry: str, data: bytes, *, whole: bool) -> None:
    assert is_whole(registry, data) == whole
