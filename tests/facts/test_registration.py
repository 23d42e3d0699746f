"""The registration fact: rows of five files and registries' records, and what a wrong *allocated* would need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pace import Pace

from bgpcheck.facts.registration import ANY, RIRS, RegistrationFact, files_complete, is_direct, is_placeholder, registration
from bgpcheck.model import AddressRange, AsnRange, Delegation, DelegationStatus, Prefix, Registration
from bgpcheck.store import configs

if TYPE_CHECKING:
    from collections.abc import Iterable

DAY = datetime(2026, 11, 1, tzinfo=UTC)
NETWORKS = configs.settings().holders.placeholder_networks
ALL_FIVE = dict.fromkeys(RIRS, DAY)
FOUR = dict.fromkeys(RIRS - {"apnic"}, DAY)
APART = {**ALL_FIVE, "apnic": DAY - timedelta(hours=48)}
TOO_FAR = {**ALL_FIVE, "apnic": DAY - timedelta(hours=48, seconds=1)}


def span(text: str) -> AddressRange:
    """Read ``24.0.8.0+3072``, ``24.0.8.0-24.0.19.255`` or a prefix."""
    first, plus, count = text.partition("+")
    if plus:
        start = Prefix.parse(f"{first}/{32 if '.' in first else 128}")
        return AddressRange(start.version, start.network, start.network + int(count) - 1)
    return Prefix.parse(text).range


def row(text: str) -> Delegation:
    """Read ``arin 24.0.8.0+3072 allocated 19960101``."""
    registry, resource, status, *day = text.split()
    return Delegation(registry, "ZZ", span(resource), day[0] if day else "", DelegationStatus(status), "")


def record(text: str, *, name: str = "RIPE-NCC", missing: bool = False) -> Registration:
    """Read ``ripencc 193.0.0.0/21 ASSIGNED PI``."""
    registry, resource, *status = text.split()
    return Registration(registry, span(resource), resource, "", name, " ".join(status), missing=missing)


@dataclass(frozen=True)
class Case:
    """What was said about a prefix."""

    prefix: str
    rows: tuple[str, ...] = ()
    dates: tuple[tuple[str, datetime], ...] = tuple(FOUR.items())
    records: tuple[Registration, ...] = ()

    @property
    def fact(self) -> RegistrationFact:
        return registration(
            Prefix.parse(self.prefix),
            rows=map(row, self.rows),
            dates=dict(self.dates),
            records=self.records,
            placeholders=NETWORKS,
        )

    def all_five(self) -> Case:
        return replace(self, dates=tuple(ALL_FIVE.items()))


P = "193.0.0.0/21"
HELD = f"ripencc {P} allocated 19930901"
NOT_THERE = record(f"ripencc {P}", missing=True)

# Case, its statuses with one file missing, and with all five.
FILES = [
    # rows that cover it speak for themselves
    (Case(P, (HELD,)), "allocated", "allocated"),
    (Case(P, (f"ripencc {P} assigned 19930901",)), "assigned", "assigned"),
    (Case(P, ("ripencc 193.0.0.0/8 allocated",)), "allocated", "allocated"),
    (Case("2001:67c:2e8::/48", ("ripencc 2001:67c:2e8::/48 assigned 20100114",)), "assigned", "assigned"),
    (Case("2001:67c:2e8::/49", ("ripencc 2001:67c:2e8::/48 assigned 20100114",)), "assigned", "assigned"),
    # what nobody has counts with all five files only
    (Case(P, (f"ripencc {P} reserved",)), "unknown", "reserved"),
    (Case(P, (f"ripencc {P} available",)), "unknown", "available"),
    (Case(P), "unknown", "absent"),
    (Case(P, ("ripencc 193.0.8.0/21 allocated", "ripencc 192.255.255.0/24 allocated")), "unknown", "absent"),  # neighbours
    (Case("2001:67c::/32", ("ripencc 193.0.0.0/8 allocated",)), "unknown", "absent"),  # the other family
    # peers.md 6: ranges that are no power of two
    (Case("24.0.8.0/21", ("arin 24.0.8.0+3072 allocated 20000101",)), "allocated", "allocated"),
    (Case("24.0.16.0/22", ("arin 24.0.8.0+3072 allocated 20000101",)), "allocated", "allocated"),
    (Case("24.0.16.0/21", ("arin 24.0.8.0+3072 allocated 20000101",)), "unknown", "absent"),  # its second half is outside
    (Case("24.0.20.0/24", ("arin 24.0.8.0+3072 allocated 20000101",)), "unknown", "absent"),
    (Case("24.0.0.0/22", ("arin 24.0.0.0+768 allocated 20000101",)), "unknown", "absent"),
    (Case("24.0.2.0/24", ("arin 24.0.0.0+768 allocated 20000101",)), "allocated", "allocated"),
    # several rows: the worst part counts
    (Case(P, ("ripencc 193.0.0.0/22 allocated", "ripencc 193.0.4.0/22 allocated")), "allocated", "allocated"),
    (Case(P, ("ripencc 193.0.0.0/22 allocated", "ripencc 193.0.4.0/22 assigned")), "assigned", "assigned"),
    (Case(P, ("ripencc 193.0.0.0/22 allocated", "ripencc 193.0.4.0/22 reserved")), "unknown", "reserved"),
    (Case(P, ("ripencc 193.0.0.0/22 available", "ripencc 193.0.4.0/22 reserved")), "unknown", "available"),
    (Case(P, ("ripencc 193.0.0.0+1792 allocated",)), "unknown", "absent"),  # the last /24 has no row
    (Case(P, ("ripencc 193.0.0.0/22 allocated", "ripencc 193.0.5.0+768 allocated")), "unknown", "absent"),  # a hole
    (Case(P, ("ripencc 193.0.1.0+1792 allocated",)), "unknown", "absent"),  # the first /24 has no row
    (Case(P, ("ripencc 193.0.0.0+1 allocated", "ripencc 193.0.0.2+2046 allocated")), "unknown", "absent"),  # one address has none
    (Case(P, ("ripencc 193.0.0.1+2047 allocated",)), "unknown", "absent"),
    (Case(P, ("ripencc 193.0.0.0+2047 allocated",)), "unknown", "absent"),
    (Case(P, ("ripencc 193.0.0.0+1 allocated", "ripencc 193.0.0.1+2047 allocated")), "allocated", "allocated"),
    # transfers: both list it, one has taken it back, neither lists it
    (Case(P, (HELD, f"arin {P} allocated")), "allocated", "allocated"),
    (Case(P, (HELD, f"arin {P} reserved")), "unknown", "unknown"),
    (Case(P, (HELD, "arin 193.0.0.0/16 available")), "unknown", "unknown"),  # two registries contradict each other: open
    (Case(P, ("arin 193.0.0.0/16 available", "ripencc 193.0.0.0/22 allocated")), "unknown", "available"),
    # records, where rows do not decide
    (Case(P, records=(record(f"ripencc {P} ASSIGNED PI"),)), "assigned", "absent"),
    (Case(P, records=(record(f"ripencc {P} ALLOCATED PA"),)), "allocated", "absent"),
    (Case(P, records=(record("ripencc 193.0.0.0/16 ALLOCATED PA"), record(f"ripencc {P} ASSIGNED PA"))), "assigned", "absent"),
    (Case(P, records=(record(f"arin {P} REASSIGNMENT"),)), "assigned", "absent"),
    (Case(P, records=(record(f"arin {P}"),)), "allocated", "absent"),
    (Case(P, ("ripencc 193.0.0.0/22 allocated",), records=(record(f"ripencc {P} ALLOCATED PA"),)), "allocated", "absent"),
    (Case(P, (HELD,), records=(record(f"ripencc {P} ASSIGNED PI"),)), "allocated", "allocated"),  # rows first
    (Case(P, records=(record("ripencc 193.0.0.0/22 ALLOCATED PA"),)), "unknown", "absent"),  # does not cover it
    (Case(P, records=(record("ripencc 2001:67c:2e8::/48 ASSIGNED PI"),)), "unknown", "absent"),
    (Case(P, records=(Registration("ripencc", AsnRange(3333, 3333), "AS3333", "", "RIPE-NCC-AS", ""),)), "unknown", "absent"),
    # the registry says that nobody has it
    (Case(P, records=(NOT_THERE,)), "absent", "absent"),
    (Case(P, (f"ripencc {P} reserved",), records=(NOT_THERE,)), "absent", "reserved"),
    (Case(P, (HELD,), records=(NOT_THERE,)), "allocated", "allocated"),
    (Case(P, records=(NOT_THERE, record(f"ripencc {P} ASSIGNED PI"))), "unknown", "absent"),  # two services, two answers
    (Case(P, records=(record("ripencc 193.0.0.0/16", missing=True),)), "unknown", "absent"),  # asked about a wider range
    (Case(P, records=(record("ripencc 193.0.0.0/22", missing=True),)), "unknown", "absent"),
    (Case(P, records=(record(f"afrinic {P} RESERVED"),)), "reserved", "absent"),
    (Case(P, records=(record(f"lacnic {P} UNALLOCATED"),)), "available", "absent"),
    (Case(P, records=(record(f"lacnic {P} UNASSIGNED"),)), "available", "absent"),
    (Case(P, records=(record(f"ripencc {P} RESERVED-BY-RIR"),)), "reserved", "absent"),
    (Case(P, records=(record("ripencc 193.0.0.0/16 ALLOCATED PA"), record(f"ripencc {P} AVAILABLE"))), "available", "absent"),
    # after a transfer the old registry may still answer: the rows say who has it now
    (Case(P, (HELD,), records=(record(f"arin {P} LEGACY"),)), "allocated", "allocated"),
    (Case(P, (HELD, f"arin {P} allocated"), records=(record(f"arin {P} LEGACY"),)), "legacy", "legacy"),
    # legacy: RIPE's word
    (Case(P, (HELD,), records=(record(f"ripencc {P} LEGACY"),)), "legacy", "legacy"),
    (Case(P, records=(record(f"ripencc {P} LEGACY"),)), "legacy", "absent"),
    (Case(P, records=(record("ripencc 193.0.0.0/16 LEGACY"), record(f"ripencc {P} ASSIGNED PA"))), "legacy", "absent"),
    (Case(P, (f"ripencc {P} reserved",), records=(record(f"ripencc {P} LEGACY"),)), "legacy", "reserved"),
    # legacy: inferred at ARIN, from the date of the row and IANA's word for the /8
    (Case("128.8.0.0/16", ("arin 128.8.0.0/16 assigned 19971221",)), "legacy", "legacy"),
    (Case("128.8.0.0/16", ("arin 128.8.0.0/16 allocated 19840201",)), "legacy", "legacy"),
    (Case("128.8.0.0/16", ("arin 128.8.0.0/16 assigned 19971222",)), "assigned", "assigned"),
    (Case("128.8.0.0/16", ("arin 128.8.0.0/16 assigned",)), "assigned", "assigned"),  # no date says nothing
    (Case("128.8.0.0/16", ("arin 128.8.0.0/16 reserved 19840201",)), "unknown", "reserved"),
    (Case("24.0.8.0/21", ("arin 24.0.8.0+3072 allocated 19960101",)), "allocated", "allocated"),  # 24/8 is no LEGACY block
    (Case("128.8.0.0/16", ("ripencc 128.8.0.0/16 allocated 19840201",)), "allocated", "allocated"),  # RIPE has a word for it
    (
        Case("128.8.0.0/15", ("arin 128.8.0.0/16 assigned 19840201", "arin 128.9.0.0/16 assigned 20110101")),
        "legacy",
        "legacy",
    ),  # the worst
    (
        Case("128.8.0.0/16", ("ripencc 128.8.0.0/16 allocated 20110101", "arin 128.8.0.0/16 reserved 19840201")),
        "unknown",
        "unknown",
    ),  # ARIN's row is about nobody any more, or RIPE's is wrong
    (Case("2001:400::/32", ("arin 2001:400::/32 allocated 19840201",)), "allocated", "allocated"),
]


@pytest.mark.parametrize(("case", "one_missing", "five"), FILES)
def test_status_by_files_and_records(case: Case, one_missing: str, five: str) -> None:
    assert case.fact.status == one_missing
    assert case.all_five().fact.status == five
    assert case.fact.values == {one_missing} if one_missing != "unknown" else case.fact.values <= ANY and len(case.fact.values) > 1


@pytest.mark.parametrize(
    ("dates", "complete"),
    [
        (ALL_FIVE, True),
        (APART, True),
        (TOO_FAR, False),
        (FOUR, False),
        ({}, False),
        ({**ALL_FIVE, "iana": DAY - timedelta(days=900)}, True),  # a sixth file changes nothing
        ({**FOUR, "iana": DAY}, False),
    ],
)
def test_five_files_within_48_hours(dates: dict[str, datetime], complete: bool) -> None:  # noqa: FBT001 (a table's column)
    assert files_complete(dates) is complete
    case = Case(P, dates=tuple(dates.items()))
    assert case.fact.status == ("absent" if complete else "unknown")


# ── records that no holder has ──────────────────────────────────────────────────────────────────────────────────────────────

PLACEHOLDERS = [
    # what IANA gave to a registry, in the words of each
    ("ripencc 193.0.0.0/8 ALLOCATED UNSPECIFIED", "EU-ZZ-193", True),
    ("ripencc 193.0.0.0/16 ALLOCATED UNSPECIFIED", "SOMETHING", True),
    ("ripencc 0.0.0.0/0 ALLOCATED UNSPECIFIED", "IANA-BLK", True),
    ("ripencc 193.0.0.0/16 LEGACY", "IANA-BLK", True),
    ("ripencc 192.0.0.0/16", "NON-RIPE-NCC-MANAGED-ADDRESS-BLOCK", True),
    ("ripencc 192.0.0.0/16", "Non-Ripe-Ncc-Managed-Address-Block", True),
    ("apnic 202.0.0.0/8 ALLOCATED PORTABLE", "APNIC-AP", True),
    ("apnic 202.0.0.0/7 ALLOCATED PORTABLE", "ANYTHING", True),
    ("apnic 192.0.0.0/16", "ERX-NETBLOCK", True),
    ("arin 193.0.0.0/8 ALLOCATED TO RIPE NCC", "RIPE-CBLK", True),
    ("arin 193.0.0.0/16 ALLOCATED TO RIPE NCC", "SOMETHING", True),
    ("arin 193.0.0.0/8", "RIPE-CBLK", True),  # as wide, and not said to be a holder's
    ("arin 151.0.0.0/16 EARLY REGISTRATIONS, MAINTAINED BY RIPE NCC", "RIPE-ERX", True),
    ("arin 10.0.0.0/8 IANA SPECIAL USE", "PRIVATE-ADDRESS", True),
    ("arin 10.0.0.0/16 IANA SPECIAL USE", "PRIVATE-ADDRESS", True),
    ("arin 2600::/12 ALLOCATED TO ARIN", "NET6-2600", True),
    ("ripencc 2a00::/11 ALLOCATED-BY-RIR", "ANYTHING", True),
    ("arin 2600::/12 DIRECT ALLOCATION", "ANYTHING", True),
    ("ripencc 2001:600::/23 ALLOCATED-BY-RIR", "EU-ZZ-2001-0600", True),
    # what a holder has, a whole /8 among it
    ("arin 17.0.0.0/8 DIRECT ASSIGNMENT", "APPLE-WWNET", False),
    ("ripencc 53.0.0.0/8 LEGACY", "DE-DAIMLER-19920527", False),
    ("apnic 126.0.0.0/8 ALLOCATED PORTABLE", "BBTEC", False),
    ("ripencc 193.0.0.0/21 ASSIGNED PI", "RIPE-NCC", False),
    ("arin 2600::/13 DIRECT ALLOCATION", "ANYTHING", False),
    ("arin 13.64.0.0/11", "MSFT", False),
    ("ripencc 193.0.0.0/16 ALLOCATED PA", "EU-ZZTOP", False),
]


@pytest.mark.parametrize(("text", "name", "placeholder"), PLACEHOLDERS)
def test_placeholder(text: str, name: str, placeholder: bool) -> None:  # noqa: FBT001 (a table's column)
    one = record(text, name=name)
    assert is_placeholder(one, NETWORKS) is placeholder
    inside = Prefix(one.resource.version, one.resource.first, 64 if one.resource.version == 6 else 24)
    fact = Case(str(inside), records=(one,)).fact
    assert fact.records == (() if placeholder else (one,))
    if placeholder:
        assert (fact.status, fact.registries, fact.direct) == ("unknown", RIRS, None)


GIVEN_BY = {  # whose word it is; "": of every registry
    "": ("ALLOCATED PA", "ALLOCATED-ASSIGNED PA", "ALLOCATED PI", "ASSIGNED PI", "ASSIGNED ANYCAST", "LEGACY", "ALLOCATED-BY-RIR"),
    "apnic": ("ALLOCATED PORTABLE", "ASSIGNED PORTABLE"),
    "arin": ("DIRECT ALLOCATION", "DIRECT ASSIGNMENT"),
    "lacnic": ("ALLOCATED", "ASSIGNED"),
}
GIVEN_ON = ("ASSIGNED PA", "SUB-ALLOCATED PA", "LIR-PARTITIONED PA", "ALLOCATED NON-PORTABLE", "REASSIGNMENT", "AGGREGATED-BY-LIR", "")


def test_words_for_what_a_registry_gave_out_itself() -> None:
    words = [(registry or "ripencc", word) for registry, several in GIVEN_BY.items() for word in several]
    assert all(is_direct(record(f"{registry} {P} {word}")) for registry, word in words)
    others = [("ripencc", "ALLOCATED"), ("ripencc", "ASSIGNED"), *(("ripencc", word) for word in GIVEN_ON), ("lacnic", "REALLOCATED")]
    assert not any(is_direct(record(f"{registry} {P} {word}")) for registry, word in others)


def test_an_as_number_is_never_too_wide() -> None:
    assert not is_placeholder(Registration("ripencc", AsnRange(0, 4294967295), "", "", "RIPE-ASNBLOCK", ""), ())


# ── who answers for it, and how far its allocation reaches ──────────────────────────────────────────────────────────────────

BOTH = (HELD, f"arin {P} allocated")
REGISTRIES = [
    (Case(P, (HELD,)), {"ripencc"}),
    (Case(P, BOTH), {"ripencc", "arin"}),
    (Case(P, (f"arin {P} reserved", HELD)), {"arin", "ripencc"}),
    (Case(P, records=(record(f"arin {P} DIRECT ALLOCATION"),)), {"arin"}),
    (Case(P, (HELD,), records=(record(f"arin {P} DIRECT ALLOCATION"),)), {"ripencc"}),
    (Case(P, records=(record(f"jprs {P} ALLOCATED"),)), RIRS),
    (Case(P), RIRS),
    (Case(P).all_five(), set()),
    (Case(P, (f"ripencc {P} available",)), RIRS),
    (Case(P, (f"ripencc {P} available",)).all_five(), set()),
    (Case(P, (f"iana {P} allocated",)), RIRS),
    # half of it is in no file at hand: who answers for that half?
    (Case(P, ("ripencc 193.0.0.0/22 allocated",)), RIRS),
    (Case(P, ("ripencc 193.0.0.0/22 allocated",)).all_five(), {"ripencc"}),
    (Case(P, ("arin 193.0.0.0/22 allocated",), records=(record(f"ripencc {P} ALLOCATED PA"),)), {"ripencc"}),
]


@pytest.mark.parametrize(("case", "registries"), REGISTRIES)
def test_registries_that_may_answer(case: Case, registries: set[str]) -> None:
    assert case.fact.registries == registries
    assert case.fact.registry == (next(iter(registries)) if len(registries) == 1 else None)


DIRECT = [
    (Case(P, (HELD,)), P),
    (Case("193.0.0.0/24", (HELD,)), P),
    (Case("24.0.16.0/24", ("arin 24.0.8.0+3072 allocated",)), "24.0.8.0+3072"),
    (Case("24.0.16.0/21", ("arin 24.0.8.0+3072 allocated",)), None),
    # what nobody has is no allocation, however wide it is
    (Case(P, (HELD, "arin 193.0.0.0/16 available")), P),
    (Case(P, ("arin 193.0.0.0/16 reserved",)), None),
    (Case(P, (HELD, "arin 193.0.0.0/16 allocated")), P),  # a transferred part: the narrower is sure
    (Case("193.0.1.0/24", (HELD, "arin 193.0.1.0/24 allocated")), "193.0.1.0/24"),
    # without rows, the registry's own words
    (
        Case("193.0.0.0/24", records=(record("ripencc 193.0.0.0/24 ASSIGNED PA"), record("ripencc 193.0.0.0/16 ALLOCATED PA"))),
        "193.0.0.0/16",
    ),
    (Case("193.0.0.0/24", records=(record(f"ripencc {P} ASSIGNED PI"), record("ripencc 193.0.0.0/16 ALLOCATED PI"))), "193.0.0.0/16"),
    (
        Case("193.0.8.0/24", records=(record("ripencc 193.0.8.0/21 ASSIGNED PI"), record("ripencc 193.0.0.0/16 ALLOCATED PI"))),
        "193.0.0.0/16",
    ),
    (Case("193.0.0.0/24", records=(record(f"ripencc {P} ASSIGNED PA"),)), None),
    (Case("193.0.0.0/24", records=(record(f"arin {P} REALLOCATION"),)), None),
    (Case("200.3.12.0/24", records=(record("lacnic 200.3.12.0/22 ALLOCATED"),)), "200.3.12.0/22"),
    (Case("2001:67c:2e8::/48", records=(record("ripencc 2001:67c:2e8::/48 ASSIGNED"),)), None),  # an LIR's word there
    (Case("193.0.0.0/24", (HELD,), records=(record("ripencc 193.0.0.0/16 ALLOCATED PA"),)), P),
    (Case(P), None),
]


@pytest.mark.parametrize(("case", "direct"), DIRECT)
def test_direct_allocation(case: Case, direct: str | None) -> None:
    assert case.fact.direct == (span(direct) if direct else None)


TWO = ("ripencc 193.0.0.0/22 allocated", "ripencc 193.0.4.0/22 allocated")
SPANS = [  # case, known to lie in no single allocation, its parts differ
    (Case(P, (HELD,)), False, False),
    (Case(P, TWO), True, False),
    (Case(P, TWO, records=(record(f"ripencc {P} ALLOCATED PA"),)), False, False),
    (Case(P, (TWO[0], "ripencc 193.0.4.0/22 assigned")), True, True),
    (Case(P, (TWO[0],)), True, False),  # the other half is not known, so nothing is mixed
    (Case(P, (TWO[0],)).all_five(), True, True),
    (Case(P), False, False),
    (Case(P).all_five(), False, False),
    (Case(P, BOTH), False, False),
    (Case(P, (HELD, "arin 193.0.4.0/22 available")), False, False),
]


@pytest.mark.parametrize(("case", "spans", "mixed"), SPANS)
def test_several_allocations(case: Case, spans: bool, mixed: bool) -> None:  # noqa: FBT001 (a table's columns)
    assert (case.fact.spans, case.fact.mixed) == (spans, mixed)


HOLDING = [
    (Case(P, (HELD,)), 1),
    (Case(P, TWO), 2),
    (Case(P, BOTH), 2),
    (Case(P, (HELD, "arin 193.0.0.0/16 available")), 1),
    (Case(P, (TWO[0],)), 0),  # who holds the other half?
    (Case(P, (TWO[0],)).all_five(), 0),
    (Case(P, (TWO[0], "ripencc 193.0.4.0/22 reserved")), 0),
    (Case(P), 0),
]


@pytest.mark.parametrize(("case", "count"), HOLDING)
def test_rows_that_say_who_holds_the_whole_prefix(case: Case, count: int) -> None:
    assert len(case.fact.holding) == count
    assert set(case.fact.holding) <= set(case.fact.rows)


@pytest.mark.parametrize(
    ("case", "legacy", "inferred"),
    [
        (Case("128.8.0.0/16", ("arin 128.8.0.0/16 assigned 19840201",)), True, True),
        (Case("128.8.0.0/16", ("arin 128.8.0.0/16 assigned 20040201",)), False, False),
        (Case(P, records=(record(f"ripencc {P} LEGACY"),)), True, False),
    ],
)
def test_legacy_is_inferred_at_arin_only(case: Case, legacy: bool, inferred: bool) -> None:  # noqa: FBT001 (a table's columns)
    assert (case.fact.legacy, case.fact.legacy_inferred) == (legacy, inferred)


def test_evidence_is_what_concerns_the_prefix_most_specific_first() -> None:
    wide, narrow = record("ripencc 193.0.0.0/16 ALLOCATED PA"), record(f"ripencc {P} ASSIGNED PA")
    asn_row = Delegation("ripencc", "NL", AsnRange(3333, 3333), "19930901", DelegationStatus.ALLOCATED, "")
    elsewhere = row("ripencc 193.0.8.0/21 allocated")
    fact = registration(
        Prefix.parse(P), rows=[asn_row, elsewhere, row(HELD)], dates=ALL_FIVE, records=[wide, NOT_THERE, narrow], placeholders=()
    )
    assert fact.rows == (row(HELD),)
    assert fact.records == (narrow, wide)


# ── against a definition that walks every address ───────────────────────────────────────────────────────────────────────────

BASE = Prefix.parse("193.0.0.0/26")
WORST = ("absent", "available", "reserved", "assigned", "allocated")
ROWS = st.builds(
    lambda first, count, status: Delegation(
        "ripencc", "NL", AddressRange(4, BASE.network - 32 + first, BASE.network - 32 + first + count), "", status, ""
    ),
    st.integers(0, 127),
    st.integers(0, 127),
    st.sampled_from(DelegationStatus),
)


def walk(prefix: Prefix, rows: Iterable[Delegation]) -> list[str]:
    """Give the status of every address, the best of the rows that hold it."""
    ranges = [(one.resource.first, one.resource.last, str(one.status)) for one in rows if isinstance(one.resource, AddressRange)]
    return [
        max((status for first, last, status in ranges if first <= address <= last), key=WORST.index, default="absent")
        for address in range(prefix.network, prefix.last + 1)
    ]


def contradicted(prefix: Prefix, rows: Iterable[Delegation]) -> bool:
    """Tell whether of some address one row says that it is somebody's, and another that it is nobody's."""
    held = [one.status in {"allocated", "assigned"} for one in rows]
    spans = [one.resource for one in rows if isinstance(one.resource, AddressRange)]
    return any(
        len({is_held for is_held, span in zip(held, spans, strict=True) if span.first <= address <= span.last}) > 1
        for address in range(prefix.network, prefix.last + 1)
    )


@given(st.lists(ROWS, max_size=6), st.booleans())
def test_worst_address_counts(rows: list[Delegation], complete: bool) -> None:  # noqa: FBT001 (drawn)
    fact = registration(BASE, rows=rows, dates=ALL_FIVE if complete else FOUR, records=(), placeholders=())
    found = walk(BASE, rows)
    worst = min(found, key=WORST.index)
    sure = complete or worst in {"assigned", "allocated"}
    if worst in {"assigned", "allocated"} and contradicted(BASE, rows):
        sure = False
    assert fact.status == (worst if sure else "unknown")
    if complete:
        assert fact.mixed == (len(set(found)) > 1)


SAME_RANGE = (
    replace(record(f"ripencc {P} ASSIGNED PI"), handle="A"),
    replace(record(f"ripencc {P} LEGACY"), handle="A"),
    replace(record(f"ripencc {P} ALLOCATED PA"), handle="B"),
)


@pytest.mark.parametrize("records", [*permutations(SAME_RANGE)])
def test_records_of_one_range_stand_in_one_order_whoever_answers_first(records: tuple[Registration, ...]) -> None:
    assert Case(P, records=records).fact.records == SAME_RANGE


@given(st.lists(ROWS, max_size=6), ROWS)
def test_a_further_row_never_takes_an_allocation_away(rows: list[Delegation], more: Delegation) -> None:
    before, after = (registration(BASE, rows=some, dates=ALL_FIVE, records=(), placeholders=()).values for some in (rows, [*rows, more]))
    assert max(map(WORST.index, before)) <= max(map(WORST.index, after))  # at best, that is: contradicted, it is open


def test_the_default_route_is_judged_in_a_moment() -> None:
    rows = [
        Delegation("ripencc", "NL", AddressRange(4, n << 14, (n << 14) + 9999), "", DelegationStatus.ALLOCATED, "") for n in range(50_000)
    ]
    with Pace() as pace:
        fact = registration(Prefix.parse("0.0.0.0/0"), rows=rows, dates=ALL_FIVE, records=(), placeholders=())
        assert (fact.status, fact.mixed, fact.spans, fact.direct) == ("absent", True, True, None)
    assert pace.millions < 400  # 0.3 s on a quiet machine
