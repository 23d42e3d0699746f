"""What is counted of an audit, against plain counting; apart and together."""

from __future__ import annotations

from collections import Counter
from itertools import chain

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from render.test_audit import HAND, MISS, OPEN, PASS, ROA, ROWS, Row, judged_of

from bgpcheck.render import audit_counts
from bgpcheck.render.audit_counts import EXAMPLES, Counts, Offences, Offender

Offence = tuple[int, str]
REASONS = ("a", "b", "c", "unused")
LISTS = st.lists(st.lists(st.tuples(st.integers(-1, 6), st.sampled_from(REASONS[:3])), max_size=12), max_size=5)


def counted(parts: list[list[Offence]]) -> Offences:
    made = Offences()
    for part in parts:
        reasons = list(dict.fromkeys(["unused", *(reason for _, reason in reversed(part))]))  # numbered in another order each time
        cases = np.array([reasons.index(reason) for _, reason in part], np.intp)
        made.add(np.array([asn for asn, _ in part], np.int64), cases, reasons)
    return made


def plainly(rows: list[Offence], most: int) -> list[Offender]:
    totals = Counter(asn for asn, _ in rows)
    found = []
    for asn in sorted(totals, key=lambda one: (-totals[one], one))[:most]:
        reasons = Counter(reason for of, reason in rows if of == asn)
        reason = min(reasons, key=lambda one: (-reasons[one], one))
        found.append(Offender(None if asn == -1 else asn, totals[asn], reason, reasons[reason]))
    return found


@given(parts=LISTS, others=LISTS, waiting=st.integers(1, 30), most=st.integers(0, 9))
def test_offenders(parts: list[list[Offence]], others: list[list[Offence]], waiting: int, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit_counts, "MOST_WAITING", waiting)
        made = counted(parts)
        made.merge(counted(others))
        assert made.top(most) == plainly(list(chain(*parts, *others)), most)
    assert made.missing == 0


@given(parts=LISTS, others=LISTS, waiting=st.integers(1, 10), limit=st.integers(1, 4))
def test_past_the_limit_the_error_is_bounded(parts: list[list[Offence]], others: list[list[Offence]], waiting: int, limit: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit_counts, "MOST_WAITING", waiting)
        patch.setattr(audit_counts, "MOST_ASNS", limit)
        made = counted(parts)
        made.merge(counted(others))
        shown = {one.asn: one.routes for one in made.top(100)}
    assert len(shown) <= limit
    truth = Counter(None if asn == -1 else asn for asn, _ in list(chain(*parts, *others)))
    for asn, count in truth.items():
        assert count - made.missing <= shown.get(asn, 0) <= count
    assert made.missing > 0 or len(truth) <= limit


def test_the_highest_as_number() -> None:
    made = counted([[(4294967295, "a"), (4294967295, "b"), (4294967295, "b"), (0, "c")]])
    assert made.top(5) == [Offender(4294967295, 3, "b", 2), Offender(0, 1, "c", 1)]


def test_counts() -> None:
    counts = Counts()
    counts.add(judged_of(ROWS))
    assert counts.by("verdict") == {"configured": 2, "validation-needed": 3, "manual-validation": 1, "undetermined": 2}
    assert counts.by("reason", failing=True) == {"no-registry-match": 2, "roa-only": 1, "other-holder": 1, "source-unavailable": 2}
    assert (counts.family(4), counts.family(6)) == ((6, 1), (2, 1))
    assert counts.examples == {4: [("193.0.0.0/21", 3333)], 6: [("2001:67c:2e8::/48", 3333)]}
    assert {key: space.size() for key, space in counts.space.items() if space.size()} == {
        (4, "configured"): 8,
        (6, "configured"): 1,
        (4, "validation-needed"): 1,
        (6, "validation-needed"): 1 << 36,
        (4, "manual-validation"): 1 << 24,
        (4, "undetermined"): 2,
    }
    assert counts.offences.top(2) == [Offender(15169, 2, "no-registry-match", 2), Offender(None, 1, "source-unavailable", 1)]


def test_the_first_examples_are_kept() -> None:
    rows: list[Row] = [(f"193.0.{number}.0/24", None, PASS if number % 2 else MISS) for number in range(64)]
    whole, early, late = Counts(), Counts(), Counts()
    for at in range(0, 64, 5):
        whole.add(judged_of(rows[at : at + 5]))
    early.add(judged_of(rows[:9]))
    late.add(judged_of(rows[9:]))
    early.merge(late)
    expected = [(f"193.0.{number}.0/24", None) for number in range(1, 2 * EXAMPLES, 2)]
    assert whole.examples[4] == early.examples[4] == expected


KINDS = st.sampled_from([PASS, MISS, ROA, HAND, OPEN])
SOME = st.lists(st.tuples(st.sampled_from([one[0] for one in ROWS]), st.sampled_from([None, 0, 3333]), KINDS), max_size=20)


@given(rows=SOME, cut=st.integers(0, 20))
def test_apart_and_together(rows: list[Row], cut: int) -> None:
    whole, first, rest = Counts(), Counts(), Counts()
    whole.add(judged_of(rows))
    first.add(judged_of(rows[:cut]))
    rest.add(judged_of(rows[cut:]))
    first.merge(rest)
    assert first.cases == whole.cases
    assert first.examples == whole.examples
    assert first.offences.top(9) == whole.offences.top(9)
    assert {key: one.size() for key, one in first.space.items()} == {key: one.size() for key, one in whole.space.items()}
