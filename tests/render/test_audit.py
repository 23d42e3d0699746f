"""Audited routes as CSV and JSON Lines; also makes the chunks that the other audit outputs are tested with."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.columns.judged import Judged, Words
from bgpcheck.model import Prefix
from bgpcheck.render.audit import FORMATS, writer
from bgpcheck.render.csv import AUDIT
from bgpcheck.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = tuple[str, int | None, Words]

PASS = Words("configured", "high", "valid", "exact", "same", "allocated", "route-object-exact", "ripencc")
MISS = Words("validation-needed", "high", "not-found", "absent", "unlisted", "allocated", "no-registry-match", "arin")
ROA = Words("validation-needed", "low", "valid", "absent", "unknown", "assigned", "roa-only", "apnic")
HAND = Words("manual-validation", "high", "not-found", "conflicting", "different", "allocated", "other-holder", "lacnic")
OPEN = Words("undetermined", "", "unknown", "unknown", "unknown", "unknown", "source-unavailable", "")
ROWS: list[Row] = [
    ("193.0.0.0/21", 3333, PASS),
    ("2001:67c:2e8::/48", 3333, PASS),
    ("8.8.8.0/24", 15169, MISS),
    ("8.8.8.0/24", 15169, MISS),
    ("1.1.1.0/24", None, OPEN),
    ("0.0.0.0/0", 0, HAND),
    ("2400::/12", 4294967295, ROA),
    ("255.255.255.255/32", 64500, OPEN),
]


def prefix_of(text: str) -> Prefix:
    """Read a prefix, by other code than the writers use."""
    import ipaddress  # noqa: PLC0415 (here only)

    found = ipaddress.ip_network(text)
    return Prefix(found.version, int(found.network_address), found.prefixlen)


def judged_of(rows: Iterable[Row]) -> Judged:
    """Make a chunk; a case that no row has stands first, as a judge may leave some."""
    found = list(rows)
    cases = tuple(dict.fromkeys([OPEN._replace(reason="unused"), *(words for _, _, words in found)]))
    routes = Routes.of((prefix_of(prefix), asn) for prefix, asn, _ in found)
    return Judged(routes, np.array([cases.index(words) for _, _, words in found], np.intp), cases)


def written(form: str, chunks: Iterable[Judged], **options: object) -> bytes:
    made = writer(form, **options)
    return b"".join([made.start(), *(made.add(chunk) for chunk in chunks), made.end()])


def cells_of(row: Row) -> list[str]:
    prefix, asn, words = row
    return [prefix, "" if asn is None else str(asn), *words[:7]]


def test_csv_to_the_byte() -> None:
    assert written("csv", [judged_of(ROWS[:5])]) == (
        b"prefix,asn,verdict,confidence,rpki,irr,holder,registration,reason\n"
        b"193.0.0.0/21,3333,configured,high,valid,exact,same,allocated,route-object-exact\n"
        b"2001:67c:2e8::/48,3333,configured,high,valid,exact,same,allocated,route-object-exact\n"
        b"8.8.8.0/24,15169,validation-needed,high,not-found,absent,unlisted,allocated,no-registry-match\n"
        b"8.8.8.0/24,15169,validation-needed,high,not-found,absent,unlisted,allocated,no-registry-match\n"
        b"1.1.1.0/24,,undetermined,,unknown,unknown,unknown,unknown,source-unavailable\n"
    )


def test_json_lines_to_the_byte() -> None:
    assert written("jsonl", [judged_of([ROWS[0], ROWS[4]])]) == (
        b'{"asn": 3333, "confidence": "high", "holder": "same", "irr": "exact", "prefix": "193.0.0.0/21", '
        b'"reason": "route-object-exact", "registration": "allocated", "rpki": "valid", "verdict": "configured"}\n'
        b'{"asn": null, "confidence": null, "holder": "unknown", "irr": "unknown", "prefix": "1.1.1.0/24", '
        b'"reason": "source-unavailable", "registration": "unknown", "rpki": "unknown", "verdict": "undetermined"}\n'
    )


ASNS = st.none() | st.sampled_from([0, 1, 4294967295]) | st.integers(0, 4294967295)


def prefixes(version: int, bits: int) -> st.SearchStrategy[str]:
    lengths = st.integers(0, bits)
    pairs = lengths.flatmap(lambda length: st.tuples(st.integers(0, (1 << length) - 1), st.just(length)))
    return pairs.map(lambda one: str(Prefix(version, one[0] << bits - one[1], one[1])))


ANY_ROWS = st.lists(st.tuples(prefixes(4, 32) | prefixes(6, 128), ASNS, st.sampled_from([PASS, MISS, ROA, HAND, OPEN])), max_size=30)


@given(rows=ANY_ROWS, cut=st.integers(0, 30))
def test_every_row_once_in_order_whatever_the_chunks(rows: list[Row], cut: int) -> None:
    chunks = [judged_of(rows[:cut]), judged_of(rows[cut:])]
    expected = [list(AUDIT), *map(cells_of, rows)]
    assert list(csv.reader(io.StringIO(written("csv", chunks).decode()))) == expected
    objects = [json.loads(line) for line in written("jsonl", chunks).splitlines()]
    assert all(list(one) == sorted(AUDIT) for one in objects)
    assert [["" if one[name] is None else str(one[name]) for name in AUDIT] for one in objects] == expected[1:]
    assert all(one["asn"] is None or isinstance(one["asn"], int) for one in objects)


# A policy file's own reason is any text.
REASONS = [
    ("own, with a comma", "own, with a comma"),
    ('say "no"', 'say "no"'),
    ("two\nlines", "two\\x0alines"),
    ("\x1b[31mred", "\\x1b[31mred"),
    ("=1+1", "'=1+1"),
    ("@x", "'@x"),
    ("über", "über"),
]


@pytest.mark.parametrize(("reason", "shown"), REASONS)
def test_a_reason_acts_nowhere(reason: str, shown: str) -> None:
    chunk = judged_of([("193.0.0.0/21", 3333, PASS._replace(reason=reason)), ROWS[2]])
    text = written("csv", [chunk]).decode()
    assert "\x1b" not in text
    assert [row[-1] for row in csv.reader(io.StringIO(text))] == ["reason", shown, "no-registry-match"]
    lines = written("jsonl", [chunk]).splitlines()
    assert b"".join(lines).isascii()
    assert b"\x1b" not in b"".join(lines)
    assert [json.loads(line)["reason"] for line in lines] == [reason, "no-registry-match"]


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_judged(form: str) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    empty = judged_of([])
    assert written(form, [empty]) == written(form, [])
    assert written(form, [Judged(empty.routes, empty.case, ())]) == written(form, [])
