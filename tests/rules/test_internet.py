"""PFX-4, ST-16 and NET-1: what goes over the peering, held against what the Internet sees."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import Pace
from peerings import PEER, block, peering, route, spell

from bgpcheck.model import Prefix, Route
from bgpcheck.peering import Block, Listed, Peering, Sighting
from bgpcheck.rules.internet import check

P, Q, P6 = "193.0.0.0/21", "193.0.10.0/24", "2001:67c:2e8::/48"
OUT, OUT2 = "198.51.100.9", "198.51.100.13"
TABLE = "rib.csv sha256:00"


def seen(*rows: tuple[str, int | None]) -> tuple[Sighting, ...]:
    return tuple(Sighting(Prefix.parse(prefix), origin) for prefix, origin in rows)


def listed(*rows: tuple[str, int | None], routes: tuple[Route, ...] = (), only: tuple[str, ...] = (P,), customer: int = 0) -> Peering:
    """Make a peering with a list and a table."""
    made = peering(block("ipv4", *only, customer=customer), routes=routes)
    return replace(made, internet=seen(*rows), internet_from=TABLE)


def outside(*routes: Route, here: tuple[Route, ...] = (), peers: tuple[str, ...] = (OUT, OUT2)) -> Peering:
    """Make a peering with a list and Internet sessions."""
    return replace(peering(block("ipv4", P), routes=(*here, *routes)), peers=tuple((peer, "internet") for peer in peers))


SAME, INSIDE, NOTHING = f"PFX-4 warning {P}", f"PFX-4 warning {P}", f"NET-1 note {P}"
TABLES = [
    (peering(block("ipv4", P)), []),  # nobody looked
    (listed(), [NOTHING]),
    (listed((Q, 3333), (P6, 3333)), [NOTHING]),  # others only
    (listed(("193.0.0.0/20", 3333)), []),  # only a less specific: right
    (listed(("128.0.0.0/1", None)), []),
    (listed(("0.0.0.0/0", 3333), ("::/0", 3333)), [NOTHING]),  # a default route shows nothing of any prefix
    (listed(("0.0.0.0/0", 3333), ("193.0.0.0/20", 3333)), []),
    (listed((P, 3333)), [SAME]),
    (listed((P, 3333), ("193.0.0.0/16", 3333)), [SAME]),
    (listed(("193.0.1.0/24", 9)), [INSIDE]),
    (listed((P, 3333), ("193.0.1.0/24", 9), ("193.0.2.0/24", 9)), [SAME, INSIDE]),
    # what is announced counts where something is: REG-5, PFX-4
    (listed((P, 3333), routes=(route("193.0.0.0/24"),)), []),  # the block on the Internet, a more specific one over ExpressRoute
    (listed((P, 3333), routes=(route(P),)), [SAME]),
    (listed(("193.0.0.0/24", 3333), routes=(route("193.0.0.0/24"),)), ["PFX-4 warning 193.0.0.0/24"]),
    (listed(("193.0.0.0/25", 3333), routes=(route("193.0.0.0/24"),)), ["PFX-4 warning 193.0.0.0/24"]),
    (listed(("193.0.1.0/24", 3333), routes=(route("193.0.0.0/24"),)), ["NET-1 note 193.0.0.0/24"]),  # another part is elsewhere
    (listed((P, 3333), routes=(route(Q),)), [SAME, f"NET-1 note {Q}"]),  # listed, not announced yet
    # the nearest of ours is spoken of
    (listed(("193.0.0.0/24", 3333), only=(P, "193.0.0.0/24")), ["PFX-4 warning 193.0.0.0/24"]),
    (listed(("193.0.0.0/23", 3333), only=(P, "193.0.0.0/24")), [f"PFX-4 warning {P}"]),
    # what is not public is no business of PFX-4 and NET-1, and default routes neither
    (listed((Q, 3333), only=("10.0.0.0/8",)), []),
    (listed(("10.0.0.0/8", 3333), ("10.1.0.0/16", 9), only=("10.0.0.0/8",)), []),
    (listed((P, 3333), routes=(route("192.0.2.0/24"),)), [SAME]),
    (listed((Q, 3333), only=("0.0.0.0/0",)), []),
]


@pytest.mark.parametrize(("made", "findings"), TABLES)
def test_against_a_table(made: Peering, findings: list[str]) -> None:
    assert spell(check(made)) == findings


def message(made: Peering) -> str:
    (found,) = check(made)
    return found.message


ORIGINS = [
    (((P, 3333),), 1103, "seen in rib.csv, from AS3333 (your peer ASN): the same route"),
    (((P, 1103),), 1103, "seen in rib.csv, from AS1103 (your customer ASN): the same route"),
    (((P, 9),), 1103, "seen in rib.csv, from AS9 (neither your peer nor your customer ASN): the same route"),
    (((P, None),), 0, "seen in rib.csv, from no single AS number: the same route"),
    (
        ((P, None), (P, 9), (P, 3333)),
        0,
        "from no single AS number, AS9 (neither your peer nor your customer ASN), AS3333 (your peer ASN): ",
    ),
    (tuple((P, asn) for asn in range(1, 8)), 0, "AS4 (neither your peer nor your customer ASN) …: the same"),
]


@pytest.mark.parametrize(("rows", "customer", "says"), ORIGINS)
def test_whose_it_is_is_said(rows: tuple[tuple[str, int | None], ...], customer: int, says: str) -> None:
    text = message(listed(*rows, customer=customer))
    assert text.startswith(f"{P} is on the Internet too, ")
    assert says in text


def test_more_specifics_are_named() -> None:
    text = message(listed(("193.0.1.0/24", 3333), ("193.0.1.0/24", 9)))
    assert text.startswith(f"193.0.1.0/24 inside {P} is on the Internet, seen in rib.csv, from AS9 (")
    assert text.endswith("the longest match sends that traffic over the Internet")
    text = message(listed(*((f"193.0.{number}.0/24", 3333) for number in range(6))))
    assert text.startswith(f"193.0.0.0/24, 193.0.1.0/24, 193.0.2.0/24, 193.0.3.0/24 … (6 prefixes) inside {P} are on the Internet, ")


def test_nat_pools_are_mentioned() -> None:
    assert all("NAT pool must not be on the Internet at all" in one.remedy for one in check(listed((P, 3333), ("193.0.1.0/24", 9))))


def test_nothing_seen_is_no_proof() -> None:
    many = tuple(f"193.0.{number}.0/24" for number in range(6))
    (found,) = check(listed(only=many))
    assert (found.rule, found.subject) == ("NET-1", "rib.csv")
    assert found.message.startswith("rib.csv shows no route of 193.0.0.0/24, 193.0.1.0/24, 193.0.2.0/24, 193.0.3.0/24 … (6 prefixes): ")
    assert found.message.endswith("one table is no proof that the Internet has none")


SESSIONS = [
    (outside(), []),
    (outside(route("193.0.0.0/16", peer=OUT)), []),
    (outside(route(P, peer=OUT)), [SAME]),
    (outside(route("193.0.1.0/24", peer=OUT)), [INSIDE]),
    (outside(route(P, peer=OUT), peers=()), []),  # nobody said that it is one
    (replace(outside(route(P, peer=OUT)), internet=seen((P, 9)), internet_from=TABLE), [SAME]),
]


@pytest.mark.parametrize(("made", "findings"), SESSIONS)
def test_against_sessions(made: Peering, findings: list[str]) -> None:
    assert spell(check(made)) == findings


def test_every_witness_is_named() -> None:
    made = outside(route(P, (1103, 3333), peer=OUT), route(P, (9,), peer=OUT2))
    text = message(replace(made, internet=seen((P, 3333)), internet_from=TABLE))
    assert f"seen in rib.csv, heard from {OUT}, heard from {OUT2}, from AS9 (neither" in text
    crowd = outside(*(route(P, peer=f"198.51.100.{number}") for number in range(6)), peers=tuple(f"198.51.100.{one}" for one in range(6)))
    assert "heard from 198.51.100.3 …, from AS3333" in message(crowd)


def spoken(prefix: str, peer: str, asn: int | None) -> Route:
    return replace(route(prefix, peer=peer), peer_asn=asn)


EDGES = [
    (outside(spoken(P, OUT, 3333), here=(spoken(P, PEER, 3333),)), [SAME, "ST-16 warning AS3333"]),
    (outside(spoken(P, OUT, 1103), here=(spoken(P, PEER, 3333),)), [SAME]),  # another AS: another edge
    (outside(spoken(P, OUT, None), here=(spoken(P, PEER, None),)), [SAME]),  # whose it is is not known
    (outside(spoken("193.0.0.0/16", OUT, 3333), here=(spoken(P, PEER, 3333),)), []),  # not the same
    (outside(here=(spoken(P, PEER, 3333),)), []),
]


@pytest.mark.parametrize(("made", "findings"), EDGES)
def test_one_edge_for_both(made: Peering, findings: list[str]) -> None:
    assert spell(check(made)) == findings


def test_what_was_seen_of_the_edge_is_said() -> None:
    found = list(check(outside(spoken(P, OUT, 3333), here=(spoken(P, PEER, 3333),))))[-1]
    assert found.message == (
        f"AS3333 announces {P} towards Microsoft ({PEER}) and to the Internet ({OUT}): if that is one edge, its routing is asymmetric"
    )


def test_one_edge_is_compared_prefix_by_prefix() -> None:
    here = tuple(spoken(f"193.0.{number}.0/24", PEER, 3333) for number in range(8))
    there = tuple(spoken(f"193.0.{number}.0/24", OUT, 3333) for number in range(2, 12))
    found = [one for one in check(outside(*there, here=here)) if one.rule == "ST-16"]
    assert len(found) == 1
    assert "193.0.2.0/24, 193.0.3.0/24, 193.0.4.0/24, 193.0.5.0/24 … (6 prefixes)" in found[0].message


def small(version: int, bits: int) -> st.SearchStrategy[Prefix]:
    """Prefixes of a corner of the public address space, so that they meet."""
    first = Prefix.parse(P6 if version == 6 else P).network
    return st.builds(
        lambda number, length: Prefix(version, first | number >> (bits - length) << (bits - length), length),
        st.integers(0, 15),
        st.integers(bits - 5, bits),
    )


CORNER = small(4, 32) | small(6, 128)
ROWS = st.lists(st.builds(Sighting, CORNER, st.none() | st.integers(0, 3)), max_size=6)


@given(st.lists(CORNER, min_size=1, max_size=5, unique=True), ROWS)
def test_silent_exactly_where_only_less_specifics_are_there(ours: list[Prefix], rows: list[Sighting]) -> None:
    part = Block("ipv4", prefixes=tuple(Listed(one, str(one)) for one in ours))
    found = list(check(Peering(3333, (part,), internet=tuple(rows), internet_from=TABLE)))
    for prefix in ours:
        told = any(one.rule == "PFX-4" and one.subject == str(prefix) for one in found)
        nearer = [one for one in ours if one != prefix and prefix.covers(one)]
        own = [row for row in rows if prefix.covers(row.prefix) and not any(one.covers(row.prefix) for one in nearer)]
        assert told == bool(own)
    assert any(one.rule == "PFX-4" for one in found) == any(one.covers(row.prefix) for one in ours for row in rows)
    unseen = {prefix for prefix in ours if not any(row.prefix.overlaps(prefix) for row in rows)}
    assert any(one.rule == "NET-1" for one in found) == bool(unseen)


@given(st.lists(CORNER, min_size=1, max_size=5, unique=True), ROWS)
def test_a_session_says_what_a_table_says(ours: list[Prefix], rows: list[Sighting]) -> None:
    part = Block("ipv4", prefixes=tuple(Listed(one, str(one)) for one in ours))
    heard = tuple(replace(route(P, () if row.origin is None else (row.origin,), peer=OUT), prefix=row.prefix) for row in rows)
    by_session = Peering(3333, (part,), routes=heard, listened=True, peers=((OUT, "internet"),))
    by_table = Peering(3333, (part,), internet=tuple(rows))
    assert spell(check(by_session)) == spell(check(by_table))


def test_many_prefixes_and_rows_are_held_together_in_seconds() -> None:
    ours = [Prefix(4, 193 << 24 | number << 8, 24) for number in range(10_000)]
    rows = tuple(Sighting(Prefix(4, one.network, length), 9) for one in ours for length in (24, 25))
    part = Block("ipv4", prefixes=tuple(Listed(one, "") for one in ours))
    base = replace(route(P, peer=OUT), peer_asn=3333)
    routes = tuple(replace(base, prefix=one, peer=peer) for one in ours for peer in (OUT, PEER))
    made = Peering(3333, (part,), routes=routes, listened=True, internet=rows, internet_from=TABLE, peers=((OUT, "internet"),))
    with Pace() as pace:
        assert len(list(check(made))) == 20_001
    assert pace.millions < 1600  # 0.9 s on a quiet machine
