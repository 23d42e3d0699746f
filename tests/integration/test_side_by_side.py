"""bgpcheck beside rov, rpki-ov-checker, BIRD, GoBGP and others on one vector file: every difference is explained, and none is ours."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from integration.daemons import daemon, node_package
from integration.differences import RULES, Known, agrees, known
from integration.neighbours import peer
from integration.side_by_side import OURS, THEIRS, Comparison, compare, explained, markdown
from program import ROOT
from vectors import read

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.daemon


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Ask all of them once."""
    for name in ("bird", "birdc", "gobgp", "gobgpd", "stayrtr", "rpki-rov", "node"):
        daemon(name)
    peer("rpki-ov-checker")
    node_package("rpki-validator")
    return compare(tmp_path_factory.mktemp("side-by-side"))


def test_ours_is_what_is_expected(made: Comparison) -> None:
    assert [f"{one.row}: {one.neighbour} says {one.answer}" for one in made.differences(made.ours)] == []
    asked = {row for column in made.ours for row in column.answers}
    left = [row for row in made.vectors.rows if row.id not in asked]
    assert {row.source for row in left} == {"RFC 6811 s2, Route Origin ASN: the speaker's own"}  # there is no own AS number


def test_every_difference_of_theirs_is_explained(made: Comparison) -> None:
    unknown = [f"{one.row}: {one.neighbour} says {one.answer}" for one in made.differences(made.theirs) if one.explanation is None]
    assert unknown == []


def test_every_explanation_still_explains_something(made: Comparison) -> None:
    needed = {one.explanation for one in made.differences(made.theirs)}
    assert [one for one in known() if one not in needed] == []


def test_everybody_was_asked_much(made: Comparison) -> None:
    asked = {column.name: len(column.answers) for column in (*made.ours, *made.theirs)}
    small = {"ipwhois 1.3.0": 18, "bgpcheck check": 100}
    assert [name for name, count in asked.items() if count < small.get(name, 300)] == []
    assert len({row for column in made.theirs for row in column.answers}) >= 500


def test_the_table_shows_every_difference(made: Comparison, tmp_path: Path) -> None:
    text = "\n".join(markdown(made))
    (tmp_path / "side-by-side.md").write_text(text, encoding="utf-8")
    differences = made.differences(made.theirs)
    assert "NOT EXPLAINED" not in text
    for one in known():
        assert f"| {one.neighbour} | {one.title} | " in text
    whole = text.partition("## Every difference")[2].partition("## Not asked")[0]
    assert whole.count("\n| ") - 1 == len(differences)  # but for the header


def test_the_readme_counts_the_same(made: Comparison) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Comparison with other tools")[2].partition("\n## ")[0]
    shown = re.findall(r"(?m)^\| ([\w-]+) .* \| (\d+) of (\d+) \|$", readme)
    counted = Counter(one.neighbour for one in made.differences(made.theirs))
    asked = {one.name: len(one.answers) for one in made.theirs if not one.name.startswith("ipwhois")}
    assert sorted(shown) == sorted((name.split()[0], str(counted[name]), str(count)) for name, count in asked.items())
    assert f"{len(made.vectors.rows)} cases" in readme


def test_rules_and_entries_belong_together() -> None:
    assert {one.rule for one in known()} == RULES.keys()
    assert {one.neighbour for one in known()} == {make.name for make in THEIRS}
    assert not {make.name for make in OURS} & {one.neighbour for one in known()}  # there is no excuse for ours


ROWS = {row.id: row for row in read().rows}


@pytest.mark.parametrize(
    ("row", "answer", "expected"),
    [
        ("hand-001", "valid", True),
        ("hand-001", "invalid", False),
        ("hand-002", "invalid", True),
        ("hand-002", "invalid-asn", False),
        ("irr-010", "other", True),  # conflicting, which rov does not tell apart
        ("irr-010", "none", False),
        ("delegation-005", "absent", True),
        ("delegation-005", "none", False),
        ("silence-001", "not-found", False),
    ],
)
def test_agreement_is_told(row: str, answer: str, expected: bool) -> None:  # noqa: FBT001 (a table's column)
    assert agrees(ROWS[row], answer) is expected


@pytest.mark.parametrize(
    ("row", "neighbour", "answer", "rule"),
    [
        ("hand-068", "rov 0.6", "valid", "as_zero"),
        ("hand-068", "rov 0.6", "not-found", None),  # otherwise than its fault foretells
        ("hand-068", "BIRD 2.0.12", "valid", None),  # another one's fault
        ("hand-001", "rov 0.6", "not-found", None),
        ("hand-009", "GoBGP 3.10", "not-found", "set_not_found"),
        ("hand-009", "GoBGP 3.10", "valid", None),
    ],
)
def test_only_the_very_answer_is_explained(row: str, neighbour: str, answer: str, rule: str | None) -> None:
    found: Known | None = explained(read(), ROWS[row], neighbour, answer)
    assert (found and found.rule) == rule
