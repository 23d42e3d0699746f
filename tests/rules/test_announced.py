"""What was announced, held against the list and the limit of routes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pace import Pace
from peerings import PEER, block, peering, route, spell

from bgpcheck.model import Prefix, Route
from bgpcheck.peering import Block, Listed, Peering
from bgpcheck.rules.announced import MOST_ROUTES, check

P, P6 = "193.0.0.0/21", "2001:67c:2e8::/48"
OTHER = "198.51.100.6"
LINK = "193.0.23.0/30"


def many(count: int, *, version: int = 4, first: str | None = None) -> list[str]:
    """Give that many /32 or /128 prefixes side by side."""
    start = Prefix.parse(first or {4: "193.0.0.0/32", 6: "2001:67c:2e8::/128"}[version])
    return [str(Prefix(version, start.network + number, start.bits)) for number in range(count)]


def spoken(prefixes: list[str], peer: str = PEER) -> list[Route]:
    return [route(prefix, peer=peer) for prefix in prefixes]


LIMITS = [
    (spoken(many(200)), []),
    (spoken(many(201)), [f"LIM-1 blocker {PEER} ipv4"]),
    (spoken(many(201, version=6)), [f"LIM-1 blocker {PEER} ipv6"]),
    (spoken(many(200)) + spoken(many(200, version=6)), []),  # each family has its own session
    (spoken(many(200)) + spoken(many(200), OTHER), []),  # and each peer
    (spoken(many(100)) + spoken(many(101, first="193.0.4.0/32"), OTHER), []),
    (spoken(many(201)) + spoken(many(201), OTHER), [f"LIM-1 blocker {PEER} ipv4", f"LIM-1 blocker {OTHER} ipv4"]),
    (spoken(many(200)) + spoken(many(200)), []),  # the same again is no further route
    (spoken(many(201)) + spoken(many(201, version=6)), [f"LIM-1 blocker {PEER} ipv4", f"LIM-1 blocker {PEER} ipv6"]),
]


@pytest.mark.parametrize(("routes", "findings"), LIMITS)
def test_announced_routes_are_limited_a_session(routes: list[Route], findings: list[str]) -> None:
    assert spell(check(peering(routes=routes))) == findings


LISTS = [
    ((block("ipv4", *many(200)),), []),
    ((block("ipv4", *many(201)),), ["LIM-1 warning ipv4"]),
    ((block("ipv6", *many(201, version=6)),), ["LIM-1 warning ipv6"]),
    ((block("ipv4", *many(200)), block("ipv6", *many(200, version=6))), []),
    ((block("ipv4", *many(200), *many(200)),), []),
    ((block("ipv4", *many(201)), block("ipv6", *many(201, version=6))), ["LIM-1 warning ipv4", "LIM-1 warning ipv6"]),
]


@pytest.mark.parametrize(("blocks", "findings"), LISTS)
def test_a_long_list_is_a_warning_only(blocks: tuple[Block, ...], findings: list[str]) -> None:
    assert spell(check(peering(*blocks))) == findings


def test_the_limit_names_its_number() -> None:
    messages = [one.message for one in check(peering(routes=spoken(many(MOST_ROUTES + 1))))]
    assert messages == [f"{PEER} announces 201 ipv4 routes: Microsoft drops the session at 201"]


TWO = ["193.0.8.0/24", "193.0.9.0/24"]
HELD_AGAINST = [
    (peering(block("ipv4", P), routes=spoken([P])), []),
    (peering(block("ipv4", P), routes=spoken([P]) + spoken([P], OTHER)), []),
    # LIST-3: listed, never announced
    (peering(block("ipv4", P), listened=True), [f"LIST-3 warning {P}"]),
    (peering(block("ipv4", P)), []),  # nobody listened
    (peering(block("ipv4", P), routes=spoken(["193.0.0.0/22"])), [f"LIST-3 warning {P}", f"LIST-5 note {P}"]),  # only a part of it
    (peering(block("ipv4", P), block("ipv6", P6), routes=spoken([P])), [f"LIST-3 warning {P6}"]),
    # PFX-5: announced, covered by nothing
    (peering(block("ipv4", P), routes=spoken([P, "193.0.8.0/24"])), ["PFX-5 warning 193.0.8.0/24"]),
    (peering(block("ipv4", P), routes=spoken([P, "193.0.0.0/20"])), ["PFX-5 warning 193.0.0.0/20"]),  # wider than listed
    (peering(block("ipv4", P), routes=spoken([P, "193.0.7.255/32", "193.0.0.0/22"])), [f"LIST-5 note {P}"]),  # REG-5: parts of it
    (peering(block("ipv4", P), routes=spoken([P, P6])), [f"PFX-5 warning {P6}"]),
    (peering(block("ipv4", P), routes=spoken([P, *TWO[::-1]]) + spoken(TWO[:1], OTHER)), [f"PFX-5 warning {one}" for one in TWO]),
    (peering(routes=spoken([P])), []),  # without a list, what is announced is meant
    (peering(block("ipv4", "193.0.0.1/21"), routes=spoken([P])), []),
    # PFX-1 and PFX-7 speak of what should not be announced at all: "list it" would be wrong advice
    (peering(block("ipv4", P), routes=spoken([P, "10.0.0.0/8", "0.0.0.0/0", "192.0.2.0/24", "8.0.0.0/6"])), []),
    (peering(block("ipv4", P, primary=LINK), routes=spoken([P, LINK, "193.0.23.1/32"])), []),
    (
        peering(block("ipv4", P, secondary=LINK), routes=spoken([P, "193.0.23.0/29"])),
        ["PFX-5 warning 193.0.23.0/29"],
    ),  # it only contains it
    (peering(block("ipv4", P, primary=LINK, secondary="193.0.23.4/30"), routes=spoken([P, "193.0.23.0/29"])), []),  # nothing but links
]


@pytest.mark.parametrize(("made", "findings"), HELD_AGAINST)
def test_list_and_announcements(made: Peering, findings: list[str]) -> None:
    assert spell(check(made)) == findings


SOUTH = [f"193.0.{number}.0/24" for number in range(8)]
PARTS = [
    ((P,), SOUTH[:1], f"193.0.0.0/24 is announced inside {P}, which is listed and is not announced itself: "),
    ((P,), [P, *SOUTH[:2]], f"193.0.0.0/24, 193.0.1.0/24 are announced inside {P}, which is listed and is announced too: "),
    ((P,), SOUTH[::-1], f"{', '.join(SOUTH[:4])} … (8 prefixes) are announced inside {P}, "),
    ((P, "193.0.0.0/22"), SOUTH[1:2], "193.0.1.0/24 is announced inside 193.0.0.0/22, "),  # the narrowest counts
    ((P, SOUTH[0]), SOUTH[:1], None),  # listed itself: LIST-2 speaks of it
    ((P,), [P], None),
    ((P,), ["193.0.8.0/24"], None),
    ((), SOUTH, None),
]


@pytest.mark.parametrize(("listed", "announced", "says"), PARTS)
def test_parts_of_what_is_listed_are_grouped_by_it(listed: tuple[str, ...], announced: list[str], says: str | None) -> None:
    found = [one for one in check(peering(block("ipv4", *listed), routes=spoken(announced))) if one.rule == "LIST-5"]
    assert len(found) == (says is not None)
    if says:
        assert found[0].message.startswith(says)
        assert "(PFX-2)" in found[0].message
        assert "(inferred)" in found[0].message


def test_what_an_internet_session_says_is_not_announced() -> None:
    heard = spoken(many(201), OTHER) + spoken(["193.0.64.0/24"], OTHER)
    made = replace(peering(block("ipv4", P), routes=[*spoken([P]), *heard]), peers=((OTHER, "internet"),))
    assert spell(check(made)) == []
    assert "LIST-3 warning 193.0.0.0/21" in spell(check(replace(made, routes=tuple(heard))))


def test_many_parts_are_grouped_in_seconds() -> None:
    listed = tuple(Listed(Prefix(4, 10 + number << 24, 8), "") for number in range(100))
    base = route(P)
    routes = [replace(base, prefix=Prefix(4, (10 + number % 100 << 24) + (number // 100 << 8), 24)) for number in range(20_000)]
    with Pace() as pace:
        found = [one for one in check(peering(Block("ipv4", prefixes=listed), routes=routes)) if one.rule == "LIST-5"]
        assert len(found) == 100
    assert pace.millions < 800  # 0.2 s on a quiet machine


def test_a_leaked_table_is_held_against_a_long_list_in_seconds() -> None:
    listed = tuple(Listed(Prefix(4, 193 << 24 | number << 8, 24), "") for number in range(2_000))
    base = route(P)
    leaked = [replace(base, prefix=Prefix(4, 194 << 24 | number << 8, 24)) for number in range(20_000)]
    with Pace() as pace:
        assert len(list(check(peering(Block("ipv4", prefixes=listed), routes=leaked)))) == 2 + 2_000 + 20_000
    assert pace.millions < 800  # 0.3 s on a quiet machine
