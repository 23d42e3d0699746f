from __future__ import annotations

import gzip
import lzma
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats import rpsl
from bgpcheck.formats.rpsl import RpslObject, objects, parse_text, route_object, route_prefix
from bgpcheck.model import Prefix, RouteObject

DATA = Path(os.environ.get("BGPCHECK_DATA", "/work/shared/data")) / "irr"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"{DATA} is not there: real registry data are not part of the project")

ROUTE = "route: 193.0.0.0/21\norigin: AS3333\nmnt-by: RIPE-NCC-MNT\nsource: RIPE"
SPLITS = [
    ("nothing", "", []),
    ("comments only", "% no entries found\n#\n\n% end\n", []),
    ("no blank line at the end", "route: a\n\nroute: b", [(1, "route: a"), (3, "route: b")]),
    ("many blank lines", "\n\n\nroute: a\n\n\n\nroute: b\n\n\n", [(4, "route: a"), (8, "route: b")]),
    ("CRLF", "route: a\r\norigin: b\r\n\r\nroute: c\r\n", [(1, "route: a\norigin: b"), (4, "route: c")]),
    ("blank means white, too", "route: a\n \t\nroute: b\n \n\n", [(1, "route: a"), (3, "route: b")]),
    ("a plus keeps an object together", "route: a\n+\n b\n+ c\n", [(1, "route: a\n+\n b\n+ c")]),
    ("comments before an object are not its own", "# x\n% y\nroute: a\n# z\norigin: b\n", [(3, "route: a\n# z\norigin: b")]),
    ("comment after an object", "route: a\n\n% tags\n\nroute: b\n", [(1, "route: a"), (5, "route: b")]),
    ("any case, struck out", "ROUTE: a\n\n*xxroute: b\n", [(1, "ROUTE: a"), (3, "*xxroute: b")]),
    ("high bytes are latin-1", "descr: \xfc\x85\n", [(1, "descr: \xfc\x85")]),
    ("escape sequences of ISO-2022-JP are text", "descr: \x1b$B\n", [(1, "descr: \x1b$B")]),
]


def found(text: str, size: int = 1 << 20, **options: object) -> list[RpslObject]:
    data = text.encode("latin-1")
    return list(objects([data[at : at + size] for at in range(0, len(data), size)], file="a.db", **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 20])
@pytest.mark.parametrize(("text", "expected"), [row[1:] for row in SPLITS], ids=[row[0] for row in SPLITS])
def test_objects_of_a_dump(text: str, expected: list[tuple[int, str]], size: int) -> None:
    assert [(one.line, one.text) for one in found(text, size)] == expected


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("<!DOCTYPE html>\n<p>", 1, "not an RPSL file"),
        ("route: a\n\n origin: b\n", 3, "not an RPSL file"),
        ("route: a\n\n<a href=http://b>\n", 3, "not an RPSL file"),
        ("# x\n\x1f\x8b\x08\x00", 2, "still compressed"),
        ("route: a\n\nroute: b\ndescr: \x00\n", 3, "binary"),
        ("route: a\n\n# c\n\nroute: " + "b" * 50, 5, "longer than 40 bytes"),
        ("route: a\n\nroute: b\n" + "c: d\n" * 50, 3, "longer than 40 bytes"),
    ],
)
@pytest.mark.parametrize("size", [7, 1 << 20])
def test_what_is_no_rpsl_is_refused_with_its_line(text: str, line: int, says: str, size: int) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        found(text, size, limit=40)
    assert (caught.value.file, caught.value.line) == ("a.db", line)


def test_an_endless_object_is_not_waited_for() -> None:
    endless = iter([b"route: a\n", *[b"descr: x\n" * 100] * 3, None])
    with pytest.raises(FormatError, match="longer than 1000 bytes"):
        list(objects(endless, file="a.db", limit=1000))  # type: ignore[arg-type]


def test_only_the_classes_asked_for() -> None:
    text = "person: a\nrubbish\n\nROUTE: b\n\nroute6: c\n\n*xxroute: d\n"
    assert [one.text for one in found(text, classes=frozenset({"route", "route6"}))] == ["ROUTE: b", "route6: c"]


ATTRIBUTES = [
    ("route: a\norigin:b\nsource:\t c \t", (("route", "a"), ("origin", "b"), ("source", "c"))),
    ("ROUTE:a # b\nSource: RIPE # Filtered", (("route", "a"), ("source", "RIPE"))),
    ("descr: a\n b # c\n\td\n+ e\n+\n+#\nsource: f", (("descr", "a b d e"), ("source", "f"))),
    ("descr:\n a\n% b\n# c\n d", (("descr", "a d"),)),
    ("descr: http://a", (("descr", "http://a"),)),
]


@pytest.mark.parametrize(("text", "expected"), ATTRIBUTES)
def test_attributes(text: str, expected: tuple[tuple[str, str], ...]) -> None:
    one = RpslObject(1, text)
    assert one.attributes == expected
    assert (one.kind, one.key) == expected[0]
    assert one.values("source") == tuple(value for name, value in expected if name == "source")


def test_a_row_that_is_no_attribute() -> None:
    for row in ("rubbish", "rubb#ish: a"):
        with pytest.raises(FormatError, match="no attribute") as caught:
            _ = RpslObject(5, f"route: a\n{row}").attributes
        assert caught.value.line == 6


@pytest.mark.parametrize(
    ("text", "says"), [("", "0 objects"), ("a: b\n\nc: d", "2 objects"), ("descr: \u20ac", "latin-1"), ("x", "not an RPSL")]
)
def test_replay_takes_exactly_one_object(text: str, says: str) -> None:
    with pytest.raises(FormatError, match=says):
        parse_text(text, file="b.db")


ROUTES = [
    (ROUTE, RouteObject("RIPE", Prefix.parse("193.0.0.0/21"), 3333, ("RIPE-NCC-MNT",))),
    ("route6: 2001:67c::/32 # x\norigin: as3333 # y\nsource: ripe # Filtered", RouteObject("RIPE", Prefix.parse("2001:67c::/32"), 3333)),
    (
        "Route:\n 193.0.0.0/21\nOrigin:\n+AS3333\nmnt-by: a-mnt, b-mnt\nmnt-by: C-MNT\nsource: X",
        RouteObject("X", Prefix.parse("193.0.0.0/21"), 3333, ("A-MNT", "B-MNT", "C-MNT")),
    ),
    (
        "route: 193.0.0.0/21\norigin: 3333\nholes: 193.0.1.0/24,193.0.2.0/24\nholes: 193.0.4.0/24\nlast-modified: 2009\nsource: X",
        RouteObject(
            "X",
            Prefix.parse("193.0.0.0/21"),
            3333,
            (),
            (Prefix.parse("193.0.1.0/24"), Prefix.parse("193.0.2.0/24"), Prefix.parse("193.0.4.0/24")),
            "2009",
        ),
    ),
]
BAD_ROUTES = [
    ("person: a", "person", 1, "its class is route or route6"),
    ("route: \norigin: AS1\nsource: X", "route", 1, "not an IPv4 or IPv6 prefix"),
    ("route: 193.0.0.1/21\norigin: AS1\nsource: X", "route", 1, "host bits"),
    ("route: 2001:67c::/32\norigin: AS1\nsource: X", "route", 1, "other family"),
    ("route6: 193.0.0.0/21\norigin: AS1\nsource: X", "route6", 1, "other family"),
    ("route: 193.0.0.0/21\nsource: X", "origin", 1, "0 attributes origin"),
    ("route: 193.0.0.0/21\norigin:\nsource: X", "origin", 2, "with a value"),
    ("route: 193.0.0.0/21\norigin: AS1 AS2\nsource: X", "origin", 2, "not an AS number"),
    ("route: 193.0.0.0/21\ndescr: x\n  y\nOrigin: AS1\norigin: AS2\nsource: X", "origin", 4, "2 attributes origin"),
    ("route: 193.0.0.0/21\norigin: AS1", "source", 1, "0 attributes source"),
    ("route: 193.0.0.0/21\norigin: AS1\nsource: # X", "source", 3, "with a value"),
    ("route: 193.0.0.0/21\norigin: AS1\nsource: X\nsource: Y", "source", 3, "2 attributes source"),
    ("route: 193.0.0.0/21\norigin: AS1\nsource: X\nholes: 193.0.0.0/", "holes", 4, "length must be"),
]


@pytest.mark.parametrize(("text", "expected"), ROUTES)
def test_route_objects(text: str, expected: RouteObject) -> None:
    one = parse_text(text)
    assert route_object(one) == expected
    assert route_prefix(one) == expected.prefix


@pytest.mark.parametrize(("text", "field", "line", "says"), BAD_ROUTES)
def test_route_objects_that_are_refused(text: str, field: str, line: int, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        route_object(RpslObject(11, text))
    assert (caught.value.field, caught.value.line) == (field, 10 + line)


ROWS = [
    *("route: 193.0.0.0/21", "Route6:2001:67c::/32", "route: 193.0.0.0/", "origin: AS3333", "ORIGIN: as1.2 # x", "source: RIPE", "source:"),
    *("mnt-by: a, b", "holes: x", "holes: 193.0.1.0/24", "last-modified: 2009", "% x", "# y", " z", "+", "\t# q", "", " ", "rubbish"),
    *("descr: \xdf\xff\x1b", "a#b: c", "\r", "\x00"),
]
rows = st.lists(st.sampled_from(ROWS) | st.text(st.characters(max_codepoint=255), max_size=20), max_size=10)


@given(rows, st.integers(1, 30))
@example(["route: 193.0.0.0/21", "origin: AS1", "source: a", "+ b"], 5)
@example(["", " ", "route: 193.0.0.0/21"], 1)
@example(["a: b", "", " ", "", "\t", "c: d", " "], 1)
def test_it_answers_or_raises_a_format_error_and_replays_alike(lines: list[str], size: int) -> None:
    text = "\n".join(lines)
    try:
        whole = found(text)
    except FormatError:
        with pytest.raises(FormatError):
            found(text, size)
        return
    assert found(text, size) == whole
    for one in whole:
        assert parse_text(one.text) == RpslObject(1, one.text)
        try:
            record = route_object(one)
        except FormatError as error:
            assert error.line is not None  # noqa: PT017 (both outcomes are right)
            with pytest.raises(FormatError):
                route_object(parse_text(one.text))
        else:
            assert route_object(parse_text(one.text)) == record
            assert record.prefix == route_prefix(one)


@given(rows)
def test_the_short_way_to_the_fields_leads_where_the_long_one_does(lines: list[str]) -> None:
    one = RpslObject(1, "\n".join(["route: 193.0.0.0/21", *(line for line in "\n".join(lines).split("\n") if line)]))
    try:
        attributes = one.attributes
    except FormatError:
        with pytest.raises(FormatError):
            rpsl._fields(one)
        return
    for name, values in rpsl._fields(one).items():
        assert values == [value.upper() for key, value in attributes if key.upper() == name]


@needs_data
def test_the_whole_of_dn42() -> None:
    data = lzma.decompress((DATA / "dn42-20231022.rpsl.xz").read_bytes())
    whole = list(objects([data], file="dn42"))
    kinds = Counter(one.kind for one in whole)
    assert kinds == Counter(
        {"aut-num": 2981, "mntner": 2791, "inetnum": 2682, "route": 2311, "inet6num": 2241, "route6": 2132, "organisation": 419}
        | {"as-set": 92, "as-block": 9, "route-set": 2, "person": 1}
    )
    routes, refused = 0, Counter[str | None]()
    for one in objects([data], file="dn42", classes=frozenset({"route", "route6"})):
        try:
            record = route_object(one)
        except FormatError as error:
            refused[error.field] += 1
            continue
        routes += 1
        assert route_object(parse_text(one.text)) == record
    assert (routes, refused) == (4339, {"origin": 104})  # DN42 has routes with several origins, RPSL has not
    sizes = Counter(one.text for one in objects([data[at : at + 65536] for at in range(0, len(data), 65536)], file="dn42"))
    assert sizes == Counter(one.text for one in whole)


@needs_data
def test_ripe_samples() -> None:
    for name, kind in (("ripe-db-route.txt", "route"), ("ripe-db-route6.txt", "route6")):
        whole = list(objects([(DATA / "ripe-samples" / name).read_bytes()], file=name))
        assert (len(whole), {one.kind for one in whole}) == (62, {kind})
        assert {route_object(one).source for one in whole} == {"RIPE"}


@needs_data
def test_dumps_of_several_registries() -> None:
    counts = {}
    for path in sorted((DATA / "grs-dumps").iterdir()):
        if path.suffix == ".zip":
            continue
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        counts[path.name.split(".")[0]] = Counter(one.kind for one in objects([data], file=path.name))
    assert counts == {
        "afrinic": {"as-block": 3, "inetnum": 2},
        "apnic": {"as-block": 2},
        "jpirr": {"route": 1, "*xxset": 1, "as-set": 1},
        "lacnic": {"aut-num": 1, "inetnum": 2},
        "radb": {"aut-num": 1, "*xxte": 1, "route": 1},
        "ripe": {"as-block": 2},
    }


@needs_data
def test_an_aut_num_of_nine_thousand_lines() -> None:
    (one,) = objects([lzma.decompress((DATA / "AS3257.autnum.rpsl.xz").read_bytes())], file="AS3257")
    assert (one.kind, one.key, len(one.attributes), one.text.count("\n")) == ("aut-num", "AS3257", 9567, 9566)
