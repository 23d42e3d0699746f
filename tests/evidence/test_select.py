"""Which records of a file are kept for which subjects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bgpcheck.evidence.select import MAINTAINED, Selector
from bgpcheck.model import (
    AsnRange,
    Aspa,
    Delegation,
    DelegationStatus,
    Party,
    Prefix,
    Registration,
    RouteObject,
    Unreadable,
    Vrp,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


def net(text: str) -> Prefix:
    return Prefix.parse(text)


def route(prefix: str, origin: int = 1, source: str = "RIPE") -> RouteObject:
    return RouteObject(source, net(prefix), origin)


def row(prefix: str) -> Delegation:
    return Delegation("ripencc", "NL", net(prefix).range, "", DelegationStatus.ALLOCATED, "")


def asn_row(first: int, last: int) -> Delegation:
    return Delegation("ripencc", "NL", AsnRange(first, last), "", DelegationStatus.ALLOCATED, "")


def registered(span: str | int, *holders: str, by: str = "") -> Registration:
    resource = AsnRange(span, span) if isinstance(span, int) else net(span).range
    return Registration("ripencc", resource, str(span), "", "", "", tuple(Party(one, "") for one in holders), (by,) if by else ())


def kept(subjects: Iterable[str], records: Iterable[object], *, always: bool = False) -> list[int]:
    """Give the positions of the records that are kept; all of them stand on line 1."""
    selector = Selector(subjects)
    for number, record in enumerate(records):
        selector.offer(1, str(number), record, always=always)
    return [int(text) for _, text in selector.lines]


# ── what is kept ────────────────────────────────────────────────────────────────────────────────────────────────────────────

SPACE = [route(text) for text in ("10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.4.0/24", "10.0.5.0/24", "10.0.6.0/24", "10.0.8.0/24")]
KEPT: list[tuple[str, list[str], list[object], list[int]]] = [
    ("exact", ["10.0.1.0/24"], SPACE, [1]),
    ("covering and inside", ["10.0.4.0/23"], [route("10.0.0.0/8"), *SPACE], [0, 4, 5]),
    ("nearest on both sides", ["10.0.3.0/24"], SPACE, [2, 3]),
    ("nearest, whatever the order", ["10.0.3.0/24"], SPACE[::-1], [3, 4]),
    ("nothing below", ["9.0.0.0/24"], SPACE, [0]),
    ("nothing above", ["11.0.0.0/24"], SPACE, [6]),
    ("the first of equals", ["10.0.3.0/24"], [*SPACE, *SPACE], [2, 3]),
    ("a neighbour may be a wide one", ["10.0.3.0/24"], [route("10.0.2.0/24"), route("10.0.0.0/23")], [0]),
    ("between two wanted", ["10.0.3.0/24", "10.0.7.0/24"], SPACE, [2, 3, 5, 6]),
    ("one neighbour of two", ["10.0.3.0/24", "10.0.7.0/24"], [SPACE[0]], [0]),
    ("a gap without any", ["10.0.3.0/24", "10.0.7.0/24"], [SPACE[0], SPACE[-1]], [0, 1]),
    ("what is met is a neighbour, too", ["10.0.3.0/24", "10.0.4.0/24"], SPACE, [2, 3]),
    ("beyond what is met, nobody looks", ["10.0.3.0/24", "10.0.4.0/24"], [SPACE[3], SPACE[6]], [0]),
    ("nested wishes", ["10.0.0.0/22", "10.0.1.0/24", "10.0.1.128/25"], SPACE, [0, 1, 2]),
    ("the other family is far away", ["2001:db8::/32"], SPACE, []),
    ("IPv6", ["2001:db8::/32"], [route("2001:db7::/32"), route("2001:db9::/32"), route("2001:dba::/32")], [0, 1]),
    ("no wish", [], SPACE, []),
    ("a wish of another kind", ["*", "org:", "mnt:"], SPACE, []),
    ("delegations", ["10.0.3.0/24"], [row("10.0.0.0/23"), row("10.0.4.0/22"), row("10.0.8.0/21")], [0, 1]),
    ("an AS number's row", ["AS5"], [asn_row(1, 3), asn_row(4, 6), asn_row(7, 9)], [1]),
    ("an AS number without a row", ["AS5"], [asn_row(1, 2), asn_row(3, 4), asn_row(7, 9), asn_row(10, 10)], [1, 2]),
    ("origins", ["AS5"], [route("10.0.0.0/24", 5)] * 9, [0, 1, 2]),
    ("origins of each source", ["AS5"], [route("10.0.0.0/24", 5, source) for source in "AAAABAAABBBB"], [0, 1, 2, 4, 8, 9]),
    ("origins beside prefixes", ["AS5", "10.0.0.0/24"], [*[route("10.0.1.0/24", 5)] * 4, route("10.0.0.0/24", 5)], [0, 1, 2, 4]),
    ("VRPs", ["10.0.0.0/24"], [Vrp(net("10.0.0.0/16"), 24, 1), Vrp(net("10.0.0.128/25"), 25, 1), Vrp(net("10.1.0.0/16"), 16, 1)], [0, 1]),
    ("VRPs of an AS number", ["AS1"], [Vrp(net("10.0.0.0/16"), 24, 1)] * 5, [0, 1, 2]),
    ("ASPAs", ["AS1", "10.0.0.0/24"], [Aspa(1, (2,)), Aspa(2, (1,))], [0]),
    ("organisations", ["org:ORG-A"], [Party("ORG-A", "a"), Party("ORG-B", "b"), Party("", "")], [0]),
    ("registrations cover", ["10.0.0.0/24"], [registered("10.0.0.0/8"), registered("10.0.0.0/24"), registered("10.0.0.0/25")], [0, 1]),
    ("registrations of AS numbers", ["AS5"], [registered(4), registered(5)], [1]),
    ("registrations are no neighbours", ["10.0.3.0/24", "AS5"], [registered("10.0.2.0/24"), registered(4)], []),
    ("maintainers", ["mnt:A"], [registered("10.0.2.0/24", by="B"), registered(4, by="A")], [1]),
    ("what can't be read", ["10.0.0.0/24"], [Unreadable(net("10.0.0.0/16")), Unreadable(net("10.1.0.0/16"))], [0]),
    ("unknown records", ["AS5", "10.0.0.0/24"], ["a", None], []),
]


@pytest.mark.parametrize(("subjects", "records", "expected"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT])
def test_what_is_kept(subjects: list[str], records: list[object], expected: list[int]) -> None:
    assert kept(subjects, records) == expected
    assert kept(subjects, records, always=True) == list(range(len(records)))


def test_a_maintainer_of_one_organisation() -> None:
    records = [registered(number, "ORG-A", by="A") for number in range(100)]
    assert kept(["mnt:A"], records) == list(range(MAINTAINED))


def test_a_maintainer_of_several_organisations() -> None:
    """However late another one comes, it is kept; so is one that names nobody, who may be anybody."""
    records = [registered(number, "ORG-A", by="A") for number in range(100)]
    records += [registered(1, "ORG-A", "ORG-B", by="A"), registered(2, by="A"), registered(3, "ORG-B", by="A"), registered(2, by="A")]
    assert kept(["mnt:A"], records) == [*range(MAINTAINED), 100, 101]


def test_many_organisations_take_no_time() -> None:
    assert len(kept(["mnt:A"], [registered(number, f"ORG-{number}", by="A") for number in range(10_000)])) == MAINTAINED


def test_many_wishes_take_no_time() -> None:
    subjects = [f"10.{number >> 8}.{number & 255}.0/25" for number in range(4_000)]
    records = [record for text in subjects for record in (route(text), registered(text))]
    assert kept(subjects, records) == list(range(8_000))
    assert kept(subjects, [route("9.0.0.0/24"), *[route("10.0.0.0/8")] * 10]) == list(range(1, 11))
    assert kept(subjects, [route("9.0.0.0/24"), route("11.0.0.0/24")]) == [0, 1]


PREFIXES = st.builds(
    lambda place, length: Prefix(4, (place << 24) >> (32 - length) << (32 - length), length), st.integers(0, 255), st.integers(4, 10)
)


@given(st.lists(PREFIXES, max_size=5), st.lists(PREFIXES, max_size=12))
@example([net("176.0.0.0/4"), net("176.0.0.0/5")], [net("0.0.0.0/4"), net("184.0.0.0/5")])
def test_neighbours_are_the_nearest(wanted: list[Prefix], there: list[Prefix]) -> None:
    found = kept(map(str, wanted), [RouteObject("RIPE", prefix, 1) for prefix in there])
    overlapping = {number for number, one in enumerate(there) if any(one.overlaps(prefix) for prefix in wanted)}
    assert overlapping <= set(found)
    chosen = [there[number] for number in found]
    for prefix in wanted:
        block = [one for one in wanted if one.overlaps(prefix)]  # all that meets it is kept, which shows what there is not inside
        if any(one.overlaps(other) for one in there for other in block):
            continue
        below = max((one.last for one in there if one.last < prefix.network), default=None)
        above = min((one.network for one in there if one.network > prefix.last), default=None)
        assert below is None or any(one.last == below for one in chosen)
        assert above is None or any(one.network == above for one in chosen)
    outside = [one for number, one in enumerate(there) if number in set(found) - overlapping]
    assert len(outside) <= 2 * len(wanted)
