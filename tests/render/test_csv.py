from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hostile import acting
from program import NOW, ROOT

from bgpcheck import api
from bgpcheck.render import render
from bgpcheck.render.csv import COLUMNS, as_csv

if TYPE_CHECKING:
    from bgpcheck.api import Outcomes
    from bgpcheck.result import Result

CONTRACT = "prefix,asn,verdict,confidence,rpki,irr,holder,registration,reason,family"  # interface.md: the audit's columns and family


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_columns_are_the_contract() -> None:
    assert ",".join(COLUMNS) == CONTRACT


def test_one_line_a_prefix(tour: Outcomes) -> None:
    text = as_csv([tour.result])
    assert text.splitlines()[0] == CONTRACT
    assert text.splitlines()[1] == "193.0.0.0/21,3333,configured,high,valid,exact,same,allocated,route-object-exact,ipv4"
    assert text.endswith("\n")
    assert "\r" not in text
    assert [row["prefix"] for row in read(text)] == [str(one.claim.prefix) for one in tour.result.assessments]


def test_words_are_those_of_the_contract(tour: Outcomes) -> None:
    rows = read(as_csv([tour.result]))
    assert {row["asn"] for row in rows} == {"3333"}
    assert {row["family"] for row in rows} == {"ipv4", "ipv6"}
    undetermined = next(row for row in rows if row["verdict"] == "undetermined")
    assert undetermined["confidence"] == ""
    assert {row["confidence"] for row in rows} == {"", "medium", "high"}


def test_without_a_validator_rpki_is_unknown() -> None:
    result = api.check_sync(api.Options(peer_asn="AS3333", prefixes=["193.0.0.0/21"], now=NOW)).result
    assert read(as_csv([result]))[0]["rpki"] == "unknown"


def test_several_stand_below_one_header(tour: Outcomes, ready: Result) -> None:
    text = render([tour.result, ready], "csv")
    assert text.count("prefix,asn") == 1
    assert len(read(text)) == len(tour.result.assessments) + len(ready.assessments)


def test_an_announced_prefix_is_a_row() -> None:
    events = str(ROOT / "fixtures" / "events" / "v5-consolidate.jsonl")
    result = api.check_sync(api.Options(peer_asn=3333, events=events, now=NOW)).result
    assert len(read(as_csv([result]))) == len(result.assessments)


def test_hostile_data_has_no_formulas_and_no_extra_cells(dangerous: tuple[str, Outcomes]) -> None:
    text = as_csv([dangerous[1].result])
    assert acting(text) == []
    for row in csv.reader(io.StringIO(text)):
        assert len(row) == len(COLUMNS)
        assert all(cell[:1] not in {"=", "+", "-", "@", "\t"} for cell in row)


@pytest.mark.parametrize("prefix", ["193.0.1.2/21", "193.0.0.0/21"])
def test_prefixes_are_canonical(prefix: str) -> None:
    result = api.check_sync(api.Options(peer_asn=3333, prefixes=[prefix], now=NOW)).result
    assert read(as_csv([result]))[0]["prefix"] == "193.0.0.0/21"
