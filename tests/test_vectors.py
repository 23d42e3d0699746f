"""The vector file itself: enough cases, answers that follow from the RFCs' words, and all the faults that neighbours have shown."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest
from integration.neighbours_bgp import layers
from vectors import FILE, GENERATED, Row, read, renewed, rfc6811, written

VECTORS = read()
RPKI = [row for row in VECTORS.rows if row.kind == "rpki"]


def test_enough_cases_of_every_kind() -> None:
    assert len(VECTORS.rows) >= 500
    assert len({row.id for row in VECTORS.rows}) == len(VECTORS.rows)
    assert Counter(row.kind for row in VECTORS.rows).keys() == {"rpki", "irr", "delegation", "special", "silence", "rdap"}
    whys = Counter(row.why for row in RPKI)
    assert whys.keys() == {"matched", "wrong-asn", "too-long", "both", "as0", "no-origin", "none"}
    assert min(whys.values()) >= 30, whys
    assert {row.network.version for row in RPKI} == {4, 6}
    kinds = {kind for row in RPKI for kind, _ in row.segments[-1:]}
    assert kinds == {"as-sequence", "as-set", "confed-sequence", "confed-set"}
    assert any(not row.path for row in RPKI)


def test_every_fault_of_the_neighbours_has_a_row() -> None:
    told = {int(number) for row in VECTORS.rows for number in re.findall(r"peers\.md (\d+)", row.source)}
    assert told == set(range(1, 13))


def test_every_section_of_rfc6907_has_a_row() -> None:
    told = {row.source for row in RPKI}
    assert told >= {f"RFC 6907 s7.1.{number}" for number in range(1, 13)} | {f"RFC 6907 s7.2.{number}" for number in range(1, 9)}


def test_every_row_has_a_source() -> None:
    assert [row.id for row in VECTORS.rows if not row.source or not row.expected] == []


@pytest.mark.parametrize("row", RPKI, ids=lambda row: row.id)
def test_answers_follow_from_rfc6811(row: Row) -> None:
    state, why, covering, matching = rfc6811(row.prefix, row.origin, VECTORS.worlds[row.world]["vrps"])
    assert (row.expected, row.why, row.covering, row.matching) == (state, why, tuple(covering), tuple(matching))


def test_generated_rows_are_what_the_generator_makes() -> None:
    body = json.loads(FILE.read_text(encoding="utf-8"))
    assert written(renewed(body)) == FILE.read_text(encoding="utf-8")
    assert {row.world for row in RPKI} == {"hand", *GENERATED}


@pytest.mark.parametrize(
    ("path", "segments", "origin"),
    [
        ("", [], 64499),
        ("64510 64496", [("as-sequence", [64510, 64496])], 64496),
        ("64510 {64496,64497}", [("as-sequence", [64510]), ("as-set", [64496, 64497])], None),
        ("{64511} 64496", [("as-set", [64511]), ("as-sequence", [64496])], 64496),
        ("(64497) 64496", [("confed-sequence", [64497]), ("as-sequence", [64496])], 64496),
        ("64496 (64497)", [("as-sequence", [64496]), ("confed-sequence", [64497])], 64499),
        ("64510 [64497]", [("as-sequence", [64510]), ("confed-set", [64497])], 64499),
    ],
)
def test_paths_are_read(path: str, segments: list[tuple[str, list[int]]], origin: int | None) -> None:
    row = Row("x", "rpki", "hand", "192.0.2.0/24", path, "", "", "")
    assert (row.segments, row.origin) == (segments, origin)


def test_sessions_say_no_prefix_twice_and_leave_no_row_out() -> None:
    dealt = layers(RPKI)
    assert sorted(row.id for layer in dealt for row in layer.values()) == sorted(row.id for row in RPKI)
