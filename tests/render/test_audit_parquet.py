"""Audited routes as Parquet: read back by pyarrow, and equal to the CSV."""

from __future__ import annotations

import io
import sys
from typing import Any

import pytest
from render.test_audit import HAND, MISS, PASS, ROWS, Row, cells_of, judged_of, written

from bgpcheck.errors import UsageError
from bgpcheck.render import audit_parquet
from bgpcheck.render.csv import AUDIT

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")


def read(data: bytes) -> Any:  # noqa: ANN401 (pyarrow has no types)
    return pq.ParquetFile(io.BytesIO(data))


def test_rows_and_types() -> None:
    table = read(written("parquet", [judged_of(ROWS[:3]), judged_of(ROWS[3:])])).read()
    assert table.column_names == list(AUDIT)
    assert table.schema.field("asn").type == pa.uint32()
    assert table.schema.field("prefix").type == pa.string()
    assert all(pa.types.is_dictionary(table.schema.field(name).type) for name in AUDIT[2:])
    assert table.schema.metadata[b"schema"] == b"bgpcheck/audit/v1"
    rows = table.to_pylist()
    assert [["" if row[name] is None else str(row[name]) for name in AUDIT] for row in rows] == [cells_of(row) for row in ROWS]
    assert {row["prefix"] for row in rows if row["asn"] is None} == {"1.1.1.0/24"}
    assert {row["confidence"] for row in rows if row["verdict"] == "undetermined"} == {None}


def test_row_groups_come_as_they_fill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_parquet, "GROUP", 5)
    made = audit_parquet.Parquet()
    out = [made.start()]
    sizes = []
    for words in (PASS, MISS, HAND, PASS, MISS):  # the dictionaries grow from group to group
        rows: list[Row] = [(f"193.0.{number}.0/24", number, words) for number in range(3)]
        out.append(made.add(judged_of(rows)))
        sizes.append(len(out[-1]) > 0)
    out.append(made.end())
    found = read(b"".join(out))
    assert out[0] == b"PAR1"
    assert sizes == [False, True, False, True, False]
    assert [found.metadata.row_group(number).num_rows for number in range(found.num_row_groups)] == [6, 6, 3]
    assert found.read().column("verdict").to_pylist()[::3] == [words.verdict for words in (PASS, MISS, HAND, PASS, MISS)]


def test_same_rows_same_bytes() -> None:
    assert written("parquet", [judged_of(ROWS)]) == written("parquet", [judged_of(ROWS)])
    assert written("parquet", [judged_of(ROWS)]) == written("parquet", [judged_of(ROWS[:2]), judged_of(ROWS[2:])])


def test_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pip install 'bgpcheck\[parquet\]'"):
        audit_parquet.Parquet()
