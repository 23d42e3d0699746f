"""The embedded tables: well-formed, and the same as IANA's files where these are at hand."""

from __future__ import annotations

import os
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bgpcheck.iana import asns, legacy, special
from bgpcheck.model import MAX_ASN, Prefix

DATA = Path(os.environ.get("BGPCHECK_DATA", "data")) / "iana"  # IANA's XML files as of 2023
IANA = "{http://www.iana.org/assignments}"
LATER = {  # rows that came after those files
    "192.88.99.2/32",
    "100:0:0:1::/64",
    "2001:1::3/128",
    "3fff::/20",
    "5f00::/16",
}
ROWS = (*special.IPV4_ROWS, *special.IPV6_ROWS, *special.BESIDE_ROWS)
RFC = re.compile(r"RFC \d+( s[\d.]+)?(, RFC \d+( s[\d.]+)?)?")


def records(name: str) -> list[ET.Element]:
    """Read the records of one of IANA's files, or skip."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"needs IANA's {name} in $BGPCHECK_DATA/iana")
    return list(ET.parse(path).iter(f"{IANA}record"))  # noqa: S314 (a file that whoever runs the tests put there)


def text(record: ET.Element, tag: str) -> str:
    return (record.findtext(f"{IANA}{tag}") or "").strip()


def test_special_rows_are_well_formed() -> None:
    assert (len(special.IPV4_ROWS), len(special.IPV6_ROWS)) == (26, 25)  # as in IANA's files of 2026-09-19
    assert len({row[0] for row in ROWS}) == len(ROWS)
    for prefix, name, rfc, _ in ROWS:
        assert str(Prefix.parse(prefix)) == prefix
        assert name
        assert RFC.fullmatch(rfc), rfc
    blocks = (*special.special_blocks(4), *special.special_blocks(6))
    assert sorted(str(block.prefix) for block in blocks) == sorted(row[0] for row in ROWS)


@pytest.mark.parametrize(("family", "rows"), [("ipv4", special.IPV4_ROWS), ("ipv6", special.IPV6_ROWS)])
def test_special_rows_are_those_of_iana(family: str, rows: tuple[tuple[str, str, str, bool | None], ...]) -> None:
    words = {"True": True, "False": False, "N/A": None, "": None}
    theirs = {
        address.strip(): (text(record, "name").strip('"'), words[text(record, "global")])
        for record in records(f"iana-{family}-special-registry.xml")
        for address in text(record, "address").split(",")
    }
    ours = {prefix: (name, reachable) for prefix, name, _, reachable in rows if prefix not in LATER}
    assert ours == theirs


def test_special_rfcs_are_those_of_iana() -> None:
    ours = {prefix: re.findall(r"RFC (\d+)", rfc) for prefix, _, rfc, _ in ROWS}
    for family in ("ipv4", "ipv6"):
        for record in records(f"iana-{family}-special-registry.xml"):
            rfcs = [ref.attrib["data"].removeprefix("rfc") for ref in record.iter(f"{IANA}xref") if ref.attrib["type"] == "rfc"]
            for address in text(record, "address").split(","):
                assert ours[address.strip()] == rfcs[: len(ours[address.strip()])]


def test_asn_rows_are_disjoint_and_in_order() -> None:
    ranges = [row.range for row in asns.SPECIAL_ASNS]
    assert all(one.last < two.first for one, two in pairwise(ranges))
    assert all(one.first <= one.last for one in ranges)
    assert (ranges[0].first, ranges[-1].last) == (0, MAX_ASN)
    assert all(row.purpose and (row.rfc == "" or RFC.fullmatch(row.rfc)) for row in asns.SPECIAL_ASNS)
    assert [row.range.first for row in asns.SPECIAL_ASNS if not row.rfc] == [65552]


def test_microsofts_numbers() -> None:
    reserved = asns.RESERVED_BY_MICROSOFT
    assert [asns.special_asns(asn) for asn in (reserved.first, reserved.last)] == [asns.special_asns(64512)] * 2
    assert asns.special_asns(asns.MICROSOFT_ASN) is None


@pytest.mark.parametrize(
    ("prefix", "answer"),
    [
        ("3.0.0.0/8", True),
        ("53.1.2.0/24", True),
        ("8.0.0.0/7", True),  # 8 and 9
        ("10.0.0.0/7", False),  # 11 is, 10 is not
        ("2.0.0.0/7", False),  # 3 is, 2 is not
        ("128.0.0.0/6", True),
        ("0.0.0.0/0", False),
        ("1.1.1.0/24", False),
        ("255.255.255.255/32", False),
        ("300::/8", False),  # its first octet is 3
        ("::/0", False),
    ],
)
def test_legacy(prefix: str, answer: bool) -> None:  # noqa: FBT001 (a table's column)
    assert legacy.is_legacy_slash8(Prefix.parse(prefix)) is answer


def test_legacy_blocks_are_those_of_iana() -> None:
    rows = records("ipv4-address-space.xml")
    theirs = {int(text(row, "prefix")[:3]): text(row, "whois") for row in rows if text(row, "status") == "LEGACY"}
    assert theirs == legacy.LEGACY_SLASH8
