"""Plain records read the short way: the same as by the readers that know every spelling, or not at all."""

from __future__ import annotations

import dataclasses
import json
import pickle
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats import bulk, rpsl, rpsl_plain, vrps, vrps_plain
from bgpcheck.formats.jsonscan import Walk
from bgpcheck.formats.quick import TwinPrefix, TwinRoute, TwinVrp, become
from bgpcheck.model import Prefix, RouteObject, Vrp

NET = Prefix.parse("193.0.0.0/21")
TWINS = [
    (TwinPrefix, NET, (4, 0xC1000000, 21)),
    (TwinVrp, Vrp(NET, 24, 3333, "ripe", 7), (NET, 24, 3333, "ripe", 7)),
    (TwinRoute, RouteObject("RIPE", NET, 3333, ("A-MNT",), (), "2020"), ("RIPE", NET, 3333, ("A-MNT",), (), "2020")),
]


@pytest.mark.parametrize(("twin", "record", "values"), TWINS)
def test_nobody_can_tell_a_twin(twin: type[Any], record: Prefix | Vrp | RouteObject, values: tuple[Any, ...]) -> None:
    made = become(type(record), twin(*values))
    assert type(made) is type(record)
    assert (made, hash(made), repr(made), pickle.dumps(made)) == (record, hash(record), repr(record), pickle.dumps(record))
    assert dataclasses.astuple(made) == dataclasses.astuple(record)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(made, dataclasses.fields(record)[0].name, 0)


# ── route objects ───────────────────────────────────────────────────────────────────────────────────────────────────────────

ROUTE = "route:          193.0.0.0/21\ndescr:          RIPE-NCC\norigin:         AS3333\nmnt-by:         RIPE-NCC-MNT\nsource:         RIPE"
ROUTES = [
    (ROUTE, True),
    (ROUTE.replace("AS3333", "AS03333"), True),
    (ROUTE.replace("mnt-by:         RIPE-NCC-MNT", "mnt-by: A-MNT, b-mnt\nmnt-by:C-MNT"), True),
    (ROUTE.replace("mnt-by:         RIPE-NCC-MNT\n", ""), True),
    (ROUTE + "\nlast-modified:  2020-01-01T00:00:00Z", True),
    (ROUTE.replace("\nsource", "\nlast-modified: 2020\nremarks: ünder # x\nsource"), True),
    (ROUTE.replace("route:", "route6:").replace("193.0.0.0/21", "2001:67c:2e8::/48"), True),
    (ROUTE + "\ndescr:\n", False),
    (ROUTE.replace("route:", "Route:"), False),
    (ROUTE.replace("AS3333", "AS3333 # ours"), False),
    (ROUTE.replace("AS3333", "AS4294967296"), False),
    (ROUTE.replace("AS3333", "3333"), False),
    (ROUTE.replace("193.0.0.0/21", "193.0.0.1/21"), False),
    (ROUTE.replace("193.0.0.0/21", "2001:67c:2e8::/48"), False),
    (ROUTE.replace("RIPE-NCC\n", "RIPE-NCC\n  and # more\n+\n\torigin: AS1\n"), True),
    (ROUTE.replace("/21\n", "/21\n  and more\n"), False),
    (ROUTE.replace("AS3333\n", "AS3333\n  # ours\n"), False),
    (ROUTE.replace("MNT\n", "MNT,\n  B-MNT\n"), False),
    (ROUTE + "\n+", False),
    (ROUTE + "\nholes: 193.0.1.0/24", False),
    (ROUTE + "\norigin: AS1", False),
    (ROUTE + "\nsource: RADB", False),
    ("origin: AS1\nroute: 193.0.0.0/21", False),
    ("", False),
]


@pytest.mark.parametrize(("text", "plain"), ROUTES)
def test_route_objects(text: str, *, plain: bool) -> None:
    found = rpsl_plain.route(text)
    assert (found is not None) is plain
    assert found is None or found == rpsl.route_object(rpsl.RpslObject(1, text))


NAMES = st.sampled_from(
    ["route", "route6", "origin", "mnt-by", "source", "last-modified", "holes", "descr", "Origin", "mnt-routes", "", "+", " "]
)
VALUES = st.sampled_from(
    [
        "193.0.0.0/21",
        "193.0.0.1/21",
        "origin: AS1",
        "2001:67c:2e8::/48",
        "AS3333",
        "as1",
        "AS1 # x",
        "A-MNT, B-MNT",
        "RIPE",
        "ripe RADB",
        "",
        "é",
        "{10.0.0.0/8}",
    ]
)
GAPS = st.sampled_from(["", " ", "\t", "   "])


@given(st.lists(st.tuples(NAMES, GAPS, VALUES, GAPS), max_size=7), st.booleans())
@example([("mnt-by", "", "A-MNT", ""), ("holes", " ", "193.0.0.0/24", "")], True)
def test_the_short_way_gives_what_the_long_one_gives(rows: list[tuple[str, str, str, str]], begun: bool) -> None:  # noqa: FBT001 (drawn)
    start = ROUTE if begun else "route: 193.0.0.0/21\norigin: AS3333"
    text = start + "".join(f"\n{name}{':' if name.strip('+ ') else ''}{gap}{value}{end}" for name, gap, value, end in rows)
    found = rpsl_plain.route(text)
    if found is not None:
        assert found == rpsl.route_object(rpsl.RpslObject(1, text))


@given(
    st.lists(
        st.sampled_from([ROUTE, ROUTE.replace("origin", "Origin"), "person: x\nnic-hdl: y", "# comment", "aut-num: AS1\nsource: RIPE", ""]),
        max_size=9,
    )
)
def test_a_dump_is_read_alike(objects: list[str]) -> None:
    """Whichever way each object is read: with names in capitals, none is plain."""
    text = "\n\n".join([*objects, ROUTE])
    both = []
    for spelled in (text, text.replace("origin:", "ORIGIN:")):
        scan = bulk.Scan([spelled.encode()], "f", "irr/RIPE")
        records = [(line, record) for line, _, record in scan.records()]
        both.append((records, scan.rows, scan.routes, scan.notes))
    assert both[0] == both[1]


# ── VRPs ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

ELEMENTS = [
    '{ "asn": 13335, "prefix": "1.0.0.0/24", "maxLength": 24, "ta": "apnic", "expires": 1753021234 }',
    '{"asn":"AS13335","prefix":"1.0.0.0/24","maxLength":24,"ta":"apnic"}',
    '{"prefix": "1.0.0.0/24", "asn": 5, "maxLength": 32}',
    '{"asn": 5, "prefix": "2606:4700::/32", "maxLength": 48, "ta": "", "expires": 0}',
    '{"asn": 5, "prefix": "1.0.0.0/24", "maxLength": 24, "ta": "a\\u0041"}',
    '{"asn": 4294967296, "prefix": "1.0.0.0/24", "maxLength": 24, "ta": "x"}',
    '{"asn": 5, "prefix": "1.0.0.1/24", "maxLength": 24, "ta": "x"}',
    '{"asn": 5, "prefix": "1.0.0.0/24", "maxLength": 23, "ta": "x"}',
    '{"asn": 5, "prefix": "1.0.0.0/24", "maxLength": 24, "ta": "x", "expires": 999999999999}',
    '{"asn": 5, "prefix": "1.0.0.0/24", "maxLength": 24, "ta": "x", "ta": "y"}',
]


def careful(text: str) -> tuple[list[tuple[int, str, object]], str]:
    """Read element by element, the long way; gives what came and the error that ended it."""
    found: list[tuple[int, str, object]] = []
    line = 1
    try:
        for path, line, start, end, _ in Walk(text, ("roas",), file="f"):
            if path == ("roas",):
                found.append((line, text[start:end], vrps.parse_record(text[start:end], "json")))
    except FormatError as error:
        return found, str(error.at(file="f", line=line))
    return found, ""


def scanned(text: str) -> tuple[list[tuple[int, str, object]], str]:
    """Read as a scan does."""
    export = vrps.scan(text.encode(), file="f")
    found: list[tuple[int, str, object]] = []
    try:
        found.extend(export.records())
    except FormatError as error:
        return found, str(error)
    assert sorted(export.expiries) == sorted(one.expires for _, _, one in found if isinstance(one, Vrp) and one.expires is not None)
    return found, ""


@given(st.lists(st.tuples(st.sampled_from(ELEMENTS), st.sampled_from([",", ", ", ",\n", "\n,\r\n"])), max_size=8))
@example([(ELEMENTS[0], ",\n")] * 600)
def test_json(elements: list[tuple[str, str]]) -> None:
    body = "".join(f"{one}{gap}" for one, gap in elements).rstrip(", \r\n")
    text = f'{{"metadata": {{}},\n"roas": [{body}]}}'
    long_way, quick = careful(text), scanned(text)
    assert quick == long_way


HEADERS = ["ASN,IP Prefix,Max Length,Trust Anchor,Expires", "ASN,IP Prefix,Max Length,Trust Anchor", "IP Prefix,ASN", "x,ASN,IP Prefix"]
HEADERS += ["ASN,IP Prefix,Trust Anchor", "ASN,IP Prefix,Max Length,Expires", "ASN,IP Prefix,x,Expires"]
CELLS = st.sampled_from(
    ["AS13335", "5", "1.0.0.0/24", "1.0.0.1/24", "2606:4700::/32", "24", "48", "apnic", '"apnic"', "", "1753021234", "99999999999999"]
)


@given(
    st.sampled_from(HEADERS), st.lists(st.lists(CELLS, min_size=1, max_size=5), max_size=6), st.sampled_from(["\n", "\r\n"]), st.booleans()
)
@example(HEADERS[0], [["AS13335", "1.0.0.0/24", "24", "apnic", "1753021234"]] * 600, "\n", True)
@example(HEADERS[3], [["apnic", "AS5", "1.0.0.0/24"], ["", "5", "1.0.0.1/24"]], "\r\n", False)
@example(HEADERS[4], [["AS5", "1.0.0.0/24", "apnic"]], "\n", True)
@example(HEADERS[5], [["AS5", "1.0.0.0/24", "24", "1753021234"]], "\n", True)
@example(HEADERS[6], [["AS5", "1.0.0.0/24", "apnic", "1753021234"]], "\n", True)
def test_csv(header: str, rows: list[list[str]], end: str, whole: bool) -> None:  # noqa: FBT001 (drawn)
    text = end.join([header, *(",".join(row) for row in rows)]) + (end if whole else "")
    found, error = scanned(text)
    line = 1
    expected: list[tuple[int, str, object]] = []
    try:
        for line, row in enumerate(text.split("\n")[1:], 2):
            if row.strip():
                expected.append((line, row.rstrip("\r"), vrps.parse_record(row.strip(), f"csv:{header}")))
        wrong = "" if whole else f"f:{text.count(chr(10)) + 1}: the last line has no end: the file is truncated"
    except FormatError as fault:
        wrong = str(fault.at(file="f", line=line))
    assert (found, error) == (expected, wrong)


def test_plain_rows_are_only_those_of_known_columns() -> None:
    """Else nothing would be gained, and no test would notice."""
    noted: list[int] = []
    row = "AS1,1.0.0.0/24,24,apnic,5\n"
    assert len(vrps_plain.rows(("asn", "prefix", "maxLength", "ta", "expires"), noted.append).run(row, 0, 2)[0]) == 1
    assert len(vrps_plain.rows(("prefix", "asn", "maxLength", "ta", "expires"), noted.append).run(row, 0, 2)[0]) == 0
    assert (
        len(
            vrps_plain.elements(noted.append).run(json.dumps({"asn": 1, "prefix": "1.0.0.0/24", "maxLength": 24, "ta": "x"}) + ", ", 0, 1)[
                0
            ]
        )
        == 1
    )
    assert noted == [5]
