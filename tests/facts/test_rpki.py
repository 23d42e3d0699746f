"""Origin validation: RFC 6907's cases one by one, faults seen in other validators, and properties against a naive definition."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime
from itertools import chain, combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.facts.rpki import RpkiState, RpkiValidity, lapsed, possible, validate
from bgpcheck.model import BITS, Prefix, Vrp

NONE: tuple[int, ...] = ()  # origin of a route whose AS_PATH ends in an AS_SET
RANK = [RpkiState.VALID, RpkiState.NOT_FOUND, RpkiState.INVALID_LENGTH, RpkiState.INVALID_ASN]


def vrp(text: str) -> Vrp:
    """Read ``10.1.0.0/16-20 64496``."""
    block, asn = text.split()
    prefix, _, longest = block.partition("-")
    return Vrp(Prefix.parse(prefix), int(longest or prefix.partition("/")[2]), int(asn))


def judge(prefix: str, asns: tuple[int, ...], *vrps: str) -> RpkiValidity:
    return validate(Prefix.parse(prefix), asns, [vrp(text) for text in vrps])


QUARTERS = ("10.1.0.0/18-20 64496", "10.1.64.0/18-20 64496", "10.1.128.0/18-20 64496", "10.1.192.0/18-20 64496")
QUARTERS_OF_FOUR = ("10.1.0.0/18-20 64496", "10.1.64.0/18-20 64497", "10.1.128.0/18-20 64498", "10.1.192.0/18-20 64499")

# RFC 6907 section, route, its origin, ROAs, expected. In s7.2.* the revoked or expired ROA is simply gone.
RFC6907 = [
    ("7.1.1", "10.1.0.0/17", (64496,), ("10.1.0.0/16-20 64496",), "valid"),
    ("7.1.2", "10.1.0.0/22", (64496,), ("10.1.0.0/16-20 64496",), "invalid-length"),
    ("7.1.3", "10.1.88.0/24", (64511,), ("10.1.0.0/16-24 64496",), "invalid-asn"),
    ("7.1.4", "10.1.88.0/24", (64511,), ("10.1.0.0/16-22 64496",), "invalid-asn"),
    ("7.1.5", "10.1.3.0/24", (64511,), (), "not-found"),
    ("7.1.6", "10.1.5.0/24", (64511,), ("10.1.0.0/16-32 0",), "invalid-asn"),
    ("7.1.7", "10.1.0.0/16", (64496,), QUARTERS, "not-found"),
    ("7.1.8", "10.1.0.0/16", NONE, (), "not-found"),
    ("7.1.9", "10.1.0.0/24", NONE, ("10.1.0.0/22-24 64496",), "invalid-asn"),
    ("7.1.10", "10.1.0.0/24", NONE, ("10.1.0.0/22-24 64511",), "invalid-asn"),
    ("7.1.11", "10.1.0.0/22", NONE, ("10.1.0.0/22-24 64509",), "invalid-asn"),
    ("7.1.12", "10.1.0.0/16", NONE, QUARTERS_OF_FOUR, "not-found"),
    ("7.2.1", "10.1.3.0/24", (64496,), (), "not-found"),
    ("7.2.2", "10.1.3.0/24", (64496,), ("10.1.0.0/22-24 64511",), "invalid-asn"),
    ("7.2.3", "10.1.3.0/24", (64496,), ("10.1.0.0/22-24 64496",), "valid"),
    ("7.2.4", "10.1.3.0/24", (64496,), ("10.1.0.0/22-24 64496",), "valid"),
    ("7.2.5", "10.1.3.0/24", (64496,), (), "not-found"),
    ("7.2.6", "10.1.3.0/24", (64496,), ("10.1.0.0/22-24 64511",), "invalid-asn"),
    ("7.2.7", "10.1.3.0/24", (64496,), ("10.1.0.0/22-24 64496",), "valid"),
    ("7.2.8", "10.1.3.0/24", (64496,), ("10.1.0.0/22-24 64496",), "valid"),
]

MORE = [
    # peers.md 2: an AS0 VRP authorises nobody, not even AS0
    ("10.1.0.0/16", (0,), ("10.1.0.0/16-32 0",), "invalid-asn"),
    ("10.1.0.0/16", (0, 64496), ("10.1.0.0/16-32 0",), "invalid-asn"),
    ("10.1.0.0/16", (0,), ("10.1.0.0/16 64496",), "invalid-asn"),
    ("10.1.0.0/16", (0,), (), "not-found"),
    # an AS0 VRP beside a right one takes nothing away
    ("10.1.0.0/16", (64496,), ("10.0.0.0/8-32 0", "10.1.0.0/16 64496"), "valid"),
    ("10.1.0.0/17", (64496,), ("10.0.0.0/8-32 0", "10.1.0.0/16 64496"), "invalid-length"),
    # peers.md 7: the right AS too long beside the wrong AS long enough
    ("10.1.0.0/24", (64496,), ("10.1.0.0/16 64496", "10.1.0.0/16-24 64497"), "invalid-length"),
    ("10.1.0.0/24", (64498,), ("10.1.0.0/16 64496", "10.1.0.0/16-24 64497"), "invalid-asn"),
    # peers.md 4: IPv6 prefixes are numbers, not text
    ("2001:DB8::/32", (64496,), ("2001:0db8::/32 64496",), "valid"),
    ("2001:db8:0:0::/48", (64496,), ("2001:db8::/32-48 64496",), "valid"),
    # maxLength edges
    ("10.1.0.0/20", (64496,), ("10.1.0.0/16-20 64496",), "valid"),
    ("10.1.0.0/21", (64496,), ("10.1.0.0/16-20 64496",), "invalid-length"),
    ("0.0.0.0/0", (64496,), ("0.0.0.0/0 64496",), "valid"),
    ("10.1.0.1/32", (64496,), ("0.0.0.0/0-32 64496",), "valid"),
    ("10.1.0.1/32", (64496,), ("0.0.0.0/0-31 64496",), "invalid-length"),
    ("::1/128", (64496,), ("::/0-128 64496",), "valid"),
    # less specific routes, neighbours and the other family are not covered
    ("10.0.0.0/15", (64496,), ("10.0.0.0/16-24 64496", "10.1.0.0/16-24 64496"), "not-found"),
    ("10.2.0.0/16", (64496,), ("10.1.0.0/16 64496",), "not-found"),
    ("::/0", (64496,), ("0.0.0.0/0-32 64496",), "not-found"),
    # the better of peer and customer AS
    ("10.1.0.0/16", (64496, 64511), ("10.1.0.0/16 64511",), "valid"),
    ("10.1.0.0/17", (64496, 64511), ("10.1.0.0/16 64511", "10.1.0.0/17 64497"), "invalid-length"),
]


@pytest.mark.parametrize(("section", "prefix", "asns", "vrps", "state"), RFC6907)
def test_rfc6907(section: str, prefix: str, asns: tuple[int, ...], vrps: tuple[str, ...], state: str) -> None:
    assert judge(prefix, asns, *vrps).state == state, section


@pytest.mark.parametrize(("prefix", "asns", "vrps", "state"), MORE)
def test_more(prefix: str, asns: tuple[int, ...], vrps: tuple[str, ...], state: str) -> None:
    assert judge(prefix, asns, *vrps).state == state


@pytest.mark.parametrize(
    ("asns", "vrps", "only"),
    [
        ((64496,), ("10.1.0.0/16 0",), True),
        ((64496,), ("10.1.0.0/16 0", "10.0.0.0/8 0"), True),
        (NONE, ("10.1.0.0/16 0",), True),
        ((64496,), ("10.1.0.0/16 0", "10.0.0.0/8 64511"), False),
        ((64496,), ("10.1.0.0/16 0", "10.1.0.0/16 64496"), False),
        ((64496,), ("10.1.1.0/24 0",), False),  # covers nothing
        ((64496,), (), False),
    ],
)
def test_only_as0(asns: tuple[int, ...], vrps: tuple[str, ...], only: bool) -> None:  # noqa: FBT001 (a table's column)
    assert judge("10.1.0.0/16", asns, *vrps).only_as0 is only


def test_lists_by_reason() -> None:
    right, short, other, as0 = "10.0.0.0/8-24 64496", "10.1.0.0/16-20 64496", "10.1.0.0/16-20 64511", "10.0.0.0/8-32 0"
    validity = judge("10.1.2.0/24", (64496,), as0, other, short, "10.9.0.0/16-24 64496", right)
    assert validity.matched == (vrp(right),)
    assert validity.unmatched_length == (vrp(short),)
    assert validity.unmatched_asn == (vrp(as0), vrp(other))


def test_evidence_is_sorted_whatever_is_known_of_it() -> None:
    one = vrp("10.1.0.0/16 64496")
    several = [Vrp(one.prefix, 16, 64496, ta, expires) for ta in ("apnic", "arin") for expires in (None, 0, 1)]
    for order in permutations(several):
        assert validate(one.prefix, (7, 5, 7), [*order, order[0]]) == RpkiValidity(one.prefix, (5, 7), tuple(several))


@st.composite
def prefixes(draw: st.DrawFn) -> Prefix:
    """Draw prefixes that often cover one another: lengths from the whole range, few bits set."""
    version = draw(st.sampled_from([4, 6]))
    length = draw(st.integers(0, BITS[version]))
    network = draw(st.sampled_from([0, 1, 2, 3])) << (BITS[version] - 2) | draw(st.sampled_from([0, 1, 255]))
    return Prefix(version, network >> (BITS[version] - length) << (BITS[version] - length), length)


@st.composite
def vrps(draw: st.DrawFn) -> Vrp:
    prefix = draw(prefixes())
    return Vrp(prefix, draw(st.integers(prefix.length, prefix.bits)), draw(asns))


asns = st.sampled_from([0, 1, 2, 4294967295])
claims = st.lists(asns, max_size=3)
tables = st.lists(vrps(), max_size=8)


def naive(prefix: Prefix, origin: int, table: list[Vrp]) -> RpkiState:
    """RFC 6811 s2 for one origin, in the words of the standard library."""
    route = ipaddress.ip_network(str(prefix))
    nets = [(ipaddress.ip_network(str(one.prefix)), one) for one in table]
    covering = [one for net, one in nets if net.version == route.version and route.subnet_of(net)]  # type: ignore[arg-type]
    if any(one.asn == origin != 0 and route.prefixlen <= one.max_length for one in covering):
        return RpkiState.VALID
    if any(one.asn == origin != 0 for one in covering):
        return RpkiState.INVALID_LENGTH
    return RpkiState.INVALID_ASN if covering else RpkiState.NOT_FOUND


@given(prefixes(), claims, tables)
def test_best_of_the_naive_definition(prefix: Prefix, claim: list[int], table: list[Vrp]) -> None:
    expected = min((naive(prefix, asn, table) for asn in claim or [0]), key=RANK.index)
    assert validate(prefix, claim, table).state is expected


@given(prefixes(), claims, tables, vrps())
def test_a_further_vrp_never_harms(prefix: Prefix, claim: list[int], table: list[Vrp], more: Vrp) -> None:
    before, after = validate(prefix, claim, table).state, validate(prefix, claim, [*table, more]).state
    if before is RpkiState.VALID:
        assert after is RpkiState.VALID
    if before is not RpkiState.NOT_FOUND:
        assert RANK.index(after) <= RANK.index(before)
        assert after is not RpkiState.NOT_FOUND


@given(prefixes(), claims, tables, asns)
def test_a_further_asn_never_harms(prefix: Prefix, claim: list[int], table: list[Vrp], more: int) -> None:
    before, after = validate(prefix, claim, table).state, validate(prefix, [*claim, more], table).state
    assert RANK.index(after) <= RANK.index(before)
    if more == 0:
        assert after is before


@given(prefixes(), claims, tables)
def test_every_covering_vrp_has_one_reason(prefix: Prefix, claim: list[int], table: list[Vrp]) -> None:
    found = validate(prefix, claim, table)
    reasons = (*found.matched, *found.unmatched_length, *found.unmatched_asn)
    assert sorted(map(str, reasons)) == sorted(map(str, found.covering))
    assert set(found.covering) == {one for one in table if one.prefix.covers(prefix)}
    assert not found.only_as0 or found.state is RpkiState.INVALID_ASN


@given(prefixes(), claims, tables, st.randoms(use_true_random=False))
def test_order_does_not_matter(prefix: Prefix, claim: list[int], table: list[Vrp], rnd: object) -> None:
    shuffled = [*table, *table]
    rnd.shuffle(shuffled)  # type: ignore[attr-defined]
    assert validate(prefix, claim[::-1], shuffled) == validate(prefix, claim, table)


FEW = [
    vrp(f"10.0.0.0/{length}-{most} {asn}")
    for length, most, asn in ((8, 8, 64496), (8, 24, 64496), (16, 24, 64497), (8, 8, 0), (12, 24, 64498))
]


@pytest.mark.parametrize("firm", [firm for size in range(3) for firm in combinations(FEW, size)])
def test_each_that_is_open_tells_as_much_as_all_subsets(firm: tuple[Vrp, ...]) -> None:
    net, doubted = Prefix.parse("10.0.0.0/20"), [one for one in FEW if one not in firm]
    subsets = chain.from_iterable(combinations(doubted, size) for size in range(len(doubted) + 1))
    naive = {(one.state, one.only_as0) for one in (validate(net, (64496,), (*firm, *some)) for some in subsets)}
    assert {(one.state, one.only_as0) for one in possible(net, (64496,), firm, doubted)} == naive


@pytest.mark.parametrize(
    ("ends", "dated", "expected"),
    [(99, 100, True), (100, 100, False), (101, 100, False), (None, 100, False), (99, None, False), (0, 100, True)],
)
def test_a_vrp_that_had_expired_when_its_export_was_made(ends: int | None, dated: int | None, *, expected: bool) -> None:
    one = Vrp(Prefix.parse("10.0.0.0/8"), 8, 1, "ripe", ends)
    assert lapsed(one, None if dated is None else datetime.fromtimestamp(dated, UTC)) is expected
