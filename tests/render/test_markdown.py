from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hostile import acting
from markdown_it import MarkdownIt

from bgpcheck.render import render
from bgpcheck.render.clean import visible
from bgpcheck.render.markdown import as_markdown

if TYPE_CHECKING:
    from bgpcheck.api import Outcomes
    from bgpcheck.result import Result


def structure(text: str) -> list[tuple[str, str]]:
    """Blocks and inline marks, without their words; neighbouring words count once."""
    tokens = [inner for token in MarkdownIt("commonmark").enable("table").parse(text) for inner in (token, *(token.children or ()))]
    names = [(one.type, one.info) for one in tokens if one.type not in {"text", "text_special"}]
    return [name for number, name in enumerate(names) if not number or name != names[number - 1]]


def tables(text: str) -> list[list[list[str]]]:
    """Cells of every table."""
    found: list[list[list[str]]] = []
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    for token, following in pairwise(tokens):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type in {"th_open", "td_open"}:
            found[-1][-1].append(following.content)
    return found


def test_a_result(tour: Outcomes) -> None:
    text = as_markdown([tour.result])
    assert text.startswith("## ! tour: manual-validation\n\nAzure is not expected")
    assert "\n**Next:** do the steps below" in text
    headings = re.findall(r"^#+ .*$", text, re.MULTILINE)
    assert headings == ["## ! tour: manual-validation", "### Why, and what to do", "### Findings", "### No answer from"]
    assert text.endswith("Decided at 2026-11-02T00:00:00Z by policy microsoft-peering.\n")
    assert "* **deciding** irr/ARIN: missing;" in text


def test_the_table_is_one(tour: Outcomes) -> None:
    [rows] = tables(as_markdown([tour.result]))
    assert rows[0] == ["prefix", "verdict", "confidence", "reason", "RPKI", "IRR", "holder", "registration"]
    assert len(rows) == 7
    assert {len(row) for row in rows} == {8}
    assert rows[3][:4] == ["193.0.14.0/23", "validation-needed", "high", "`origin-mismatch`"]
    assert rows[5][2] == "-"


def test_what_is_to_be_pasted_is_code(tour: Outcomes) -> None:
    code = [token.content for token in MarkdownIt("commonmark").parse(as_markdown([tour.result])) if token.type == "fence"]
    assert any(one.startswith("route:      193.0.14.0/23\norigin:     AS3333\n") for one in code)


def test_all_configured_has_no_steps(ready: Result) -> None:
    text = as_markdown([ready])
    assert "### Why" not in text
    assert text.startswith("## ✔ ready: configured")


def test_several_are_sections(tour: Outcomes, ready: Result) -> None:
    text = render([ready, tour.result], "markdown")
    assert re.findall(r"^## .*$", text, re.MULTILINE) == ["## ✔ ready: configured", "## ! tour: manual-validation"]


@pytest.mark.parametrize("made", [{"prefixes": ["10.0.0.0/8"], "peer_asn": 64512}], indirect=True)
def test_blockers_come_first_among_the_findings(made: Result) -> None:
    found = re.findall(r"^\* \*\*(\w+) ", as_markdown([made]).partition("### Findings")[2], re.MULTILINE)
    assert found[:2] == ["blocker", "warning"]


def test_a_hostile_registry_shapes_nothing(dangerous: tuple[str, Outcomes], calm: Outcomes) -> None:
    text, outcomes = dangerous
    written = as_markdown([outcomes.result])
    assert acting(written) == []
    marks = {name for name, _ in structure(written)}
    assert not marks & {
        "link_open",
        "image",
        "html_inline",
        "html_block",
        "hr",
        "lheading_open",
        "blockquote_open",
        "code_block",
        "em_open",
    }
    assert not re.search(r"(?i)[a-z]://", re.sub(r"```text.*?```", "", written, flags=re.DOTALL))
    if "holder" in outcomes.result.assessments[0].verdict.reason:
        assert structure(written) == structure(as_markdown([calm.result]))
        assert visible(text)[:300].strip() in written or "\\" in written
