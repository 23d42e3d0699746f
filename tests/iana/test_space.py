"""Which /8s IANA gave to whom: well-formed, in step with the table of LEGACY blocks, and the same as IANA's file where it is at hand."""

from __future__ import annotations

import ast
import os
import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

import bgpcheck
from bgpcheck.iana.legacy import AMENDED, LEGACY_SLASH8
from bgpcheck.iana.space import ROWS, given, slash8s
from bgpcheck.model import Prefix

FILE = Path(os.environ.get("BGPCHECK_DATA", "data")) / "iana" / "ipv4-address-space.xml"
IANA = "{http://www.iana.org/assignments}"
WHOIS = {"ripencc": "ripe"}  # where a whois server's address has another name than the statistics
KEPT = {0, 10, 127, *range(224, 256)}  # status RESERVED


def test_every_slash8_stands_there_once() -> None:
    assert list(slash8s()) == [octet for octet in range(256) if octet not in KEPT]
    runs = [run for text in ROWS.values() for run in text.split()]
    assert all(re.fullmatch(r"\d+(-\d+)?:(19[89]\d|20[01]\d)-(0[1-9]|1[0-2])", run) for run in runs)
    assert sum(int(last or first) - int(first) + 1 for first, last in (re.match(r"(\d+)-?(\d*)", run).groups() for run in runs)) == 221  # type: ignore[union-attr]


def test_runs_are_in_order_and_merged() -> None:
    for text in ROWS.values():
        runs = [(int(first), int(last or first), month) for first, last, month in re.findall(r"(\d+)(?:-(\d+))?:(\S+)", text)]
        assert all(first <= last for first, last, _ in runs)
        assert all(one[1] + 1 < two[0] or (one[1] < two[0] and one[2] != two[2]) for one, two in pairwise(runs))


def test_legacy_blocks_are_those_of_the_other_table() -> None:
    ours = {one.octet: f"whois.{WHOIS.get(one.registry, one.registry)}.net" for one in slash8s().values() if one.status == "LEGACY"}
    assert ours == LEGACY_SLASH8
    assert {one.status for one in slash8s().values()} == {"LEGACY", "ALLOCATED"}


@pytest.mark.parametrize(
    ("prefix", "found"),
    [
        ("193.0.0.0/21", ["193.0.0.0/8 ripencc ALLOCATED 1993-05"]),
        ("193.0.0.0/8", ["193.0.0.0/8 ripencc ALLOCATED 1993-05"]),
        ("17.1.2.3/32", ["17.0.0.0/8 arin LEGACY 1992-07"]),
        ("24.0.0.0/7", ["24.0.0.0/8 arin ALLOCATED 2001-05", "25.0.0.0/8 ripencc LEGACY 1995-01"]),
        ("10.0.0.0/7", ["11.0.0.0/8 arin LEGACY 1993-05"]),  # 10 is kept
        ("10.0.0.0/8", []),
        ("224.0.0.0/3", []),
        ("c100::/16", []),  # its first octet is 193
    ],
)
def test_given(prefix: str, found: list[str]) -> None:
    assert [f"{one} {one.registry} {one.status} {one.month}" for one in given(Prefix.parse(prefix))] == found
    assert len(given(Prefix.parse("0.0.0.0/0"))) == 221


def test_every_row_of_iana_is_ours() -> None:
    if not FILE.exists():
        pytest.skip("needs IANA's ipv4-address-space.xml in $BGPCHECK_DATA/iana")
    file = ET.parse(FILE)  # noqa: S314 (a file that whoever runs the tests put there)
    rows = [
        [(row.findtext(f"{IANA}{tag}") or "").strip() for tag in ("prefix", "status", "whois", "date")]
        for row in file.iter(f"{IANA}record")
    ]
    assert (len(rows), file.findtext(f"{IANA}updated")) == (256, AMENDED)
    assert {int(prefix.removesuffix("/8")) for prefix, status, *_ in rows if status == "RESERVED"} == KEPT
    theirs = {int(prefix.removesuffix("/8")): (status, whois, month) for prefix, status, whois, month in rows if status != "RESERVED"}
    ours = {one.octet: (one.status, f"whois.{WHOIS.get(one.registry, one.registry)}.net", one.month) for one in slash8s().values()}
    assert ours == theirs


def test_who_iana_names_holder_of_allocated_space_is_the_registry_of_its_whois() -> None:
    if not FILE.exists():
        pytest.skip("needs IANA's ipv4-address-space.xml in $BGPCHECK_DATA/iana")
    names = {"AFRINIC": "afrinic", "APNIC": "apnic", "ARIN": "arin", "LACNIC": "lacnic", "RIPE NCC": "ripencc"}
    for row in ET.parse(FILE).iter(f"{IANA}record"):  # noqa: S314 (the same)
        if row.findtext(f"{IANA}status") == "ALLOCATED":
            octet = int((row.findtext(f"{IANA}prefix") or "").removesuffix("/8"))
            assert names[(row.findtext(f"{IANA}designation") or "").strip()] == slash8s()[octet].registry


def test_only_the_picture_uses_it() -> None:
    package = Path(bgpcheck.__file__).parent
    users = {path.relative_to(package).as_posix() for path in package.rglob("*.py") if imported(path) & {"bgpcheck.iana.space"}}
    assert users == {"render/delegation_iana.py"}


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    froms = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    named = {f"{node.module}.{one.name}" for node in froms for one in node.names} | {f"{node.module}" for node in froms}
    return named | {one.name for node in nodes if isinstance(node, ast.Import) for one in node.names}
