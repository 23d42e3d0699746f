from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.errors import FormatError
from bgpcheck.formats.assume import parse
from bgpcheck.model import Prefix, RouteObject, Vrp

ROUTE = "route: 193.0.0.0/21\norigin: AS3333\nmnt-by: RIPE-NCC-MNT\nsource: RIPE\n"
OBJECT = RouteObject("RIPE", Prefix.parse("193.0.0.0/21"), 3333, ("RIPE-NCC-MNT",))
ROUTE6 = "route6:2001:67c:2e8::/48\norigin:as3333\nsource:ripe\n"
OBJECT6 = RouteObject("RIPE", Prefix.parse("2001:67c:2e8::/48"), 3333)


def vrp(prefix: str, longest: int, asn: int = 3333) -> Vrp:
    return Vrp(Prefix.parse(prefix), longest, asn, "planned")


GOOD: list[tuple[str, list[RouteObject | Vrp]]] = [
    (ROUTE, [OBJECT]),
    (ROUTE.rstrip(), [OBJECT]),
    (f"{ROUTE}\n{ROUTE6}", [OBJECT, OBJECT6]),
    (f"# planned\n% by whom\n\n\n{ROUTE6}\n\n# the end", [OBJECT6]),
    ("193.0.0.0/21 => AS3333", [vrp("193.0.0.0/21", 21)]),
    ("193.0.0.0/21-24 => AS3333\n", [vrp("193.0.0.0/21", 24)]),
    ("193.0.0.0/21-24=>3333", [vrp("193.0.0.0/21", 24)]),
    ("  193.0.0.0/21\t=> 0.3333  ", [vrp("193.0.0.0/21", 21)]),
    ("2001:67C:2e8::/48-128 => as0\r\nfd00::/8 => 1\r\n", [vrp("2001:67c:2e8::/48", 128, 0), vrp("fd00::/8", 8, 1)]),
    (f"193.0.0.0/21 => AS3333\n{ROUTE}\n193.0.8.0/21 => AS3333", [vrp("193.0.0.0/21", 21), vrp("193.0.8.0/21", 21), OBJECT]),
    (f"193.0.0.0/21 => AS3333\n# 193.0.8.0/21 => AS3333\n{ROUTE6}", [vrp("193.0.0.0/21", 21), OBJECT6]),
    (ROUTE + "remarks: 193.0.0.0/21 => AS3333\n", [OBJECT]),
    (ROUTE + "remarks:more\n+ 193.0.0.0 => AS3333\n  see => there\n# and => here\n", [OBJECT]),
    (ROUTE + "remarks: one line\x0cfor all that \x85 follow\n", [OBJECT]),
    (ROUTE + "remarks: Zürich, Łódź\n", [OBJECT]),
    ("193.0.0.0/21 => AS3333\n193.0.0.0/21 => AS3333", [vrp("193.0.0.0/21", 21), vrp("193.0.0.0/21", 21)]),
]


@pytest.mark.parametrize(("text", "expected"), GOOD)
def test_planned_objects(text: str, expected: list[RouteObject | Vrp]) -> None:
    assert parse(text, file="p.rpsl") == tuple(expected)


BAD = [
    ("", "p.rpsl: holds no planned object: write RPSL, or a VRP such as"),
    ("\n\n# nothing\n", "p.rpsl: holds no planned object"),
    ("193.0.0.0/33 => AS3333", "p.rpsl:1: '193.0.0.0/33': the length"),
    ("\n193.0.0.1/24 => AS3333", "p.rpsl:2: 193.0.0.1/24 has host bits set"),
    ("193.0.0.0/24-23 => AS3333", "p.rpsl:1: maxLength must be 24 to 32"),
    ("193.0.0.0/24-33 => AS3333", "p.rpsl:1: maxLength must be 24 to 32"),
    ("193.0.0.0/24-\u00b2 => AS3333", "p.rpsl:1: maxLength must be 24 to 32"),
    ("193.0.0.0/24-0024 => AS3333", "p.rpsl:1: maxLength must be 24 to 32"),
    ("193.0.0.0/24- => AS3333", "p.rpsl:1: not a VRP: write PREFIX"),
    ("193.0.0.0/24 => AS", "p.rpsl:1: 'AS' is not an AS number"),
    ("193.0.0.0/24 => 4294967296", "p.rpsl:1: 4294967296 is not an AS number"),
    ("193.0.0.0/24 => AS1 => AS2", "p.rpsl:1: not a VRP"),
    ("193.0.0.0/24 =>", "p.rpsl:1: not a VRP"),
    ("193.0.0.0 => AS1", "p.rpsl:1: not a VRP"),
    ("banana => AS1", "p.rpsl:1: not a VRP"),
    ("=>", "p.rpsl:1: not a VRP"),
    ("193.0.0.0/24 AS1", "p.rpsl:1: not an RPSL file"),
    (f"{ROUTE}\nmntner: A-MNT\nsource: RIPE\n", "p.rpsl:6: mntner objects can't be assumed: write route or route6"),
    (f"{ROUTE}\nroute: 193.0.0.0/24\norigin: AS3333\n", "p.rpsl:6: source: 0 attributes source"),
    (ROUTE.replace("AS3333", "ASX"), "p.rpsl:2: origin: 'ASX' is not an AS number"),
    (ROUTE.replace("/21", "/20-24"), "p.rpsl:1: route: "),
    (ROUTE.replace("route:", "route6:"), "p.rpsl:1: route6: "),
    (ROUTE + "\x00", "p.rpsl:1: not an RPSL file: it has binary"),
]


@pytest.mark.parametrize(("text", "says"), BAD)
def test_a_complaint_names_file_and_line(text: str, says: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse(text, file="p.rpsl")
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


@given(st.text(st.sampled_from(" \n\t:=>-/.#%+ASas0123456789route源\x0c\r"), max_size=60))
def test_whatever_is_assumed_is_read_or_refused(text: str) -> None:
    with suppress(FormatError):
        assert parse(text, file="p.rpsl")


def test_an_endless_line_of_arrows_takes_no_time() -> None:
    with pytest.raises(FormatError, match="not a VRP"):
        parse("193.0.0.0/24-" + "=>" * 200_000 + " x y", file="p.rpsl")
    with pytest.raises(FormatError, match=r"not a(n AS number| VRP)"):
        parse("193.0.0.0/24-" + " " * 100_000 + "=>" + " " * 100_000 + "x", file="p.rpsl")
