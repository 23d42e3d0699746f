from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import judged
import pytest
from hostile import TEXTS, acting
from markdown_it import MarkdownIt

from bgpcheck.render.clean import visible
from bgpcheck.render.github import CUT, Note, as_github, as_summary

if TYPE_CHECKING:
    from pathlib import Path

    from bgpcheck.api import Outcomes
    from bgpcheck.result import Result

LINE = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^:,]*)(?:,[a-z]+=[^:,]*)*)::(.*)")


class Seen(NamedTuple):
    """A command as a runner understands it."""

    level: str
    title: str
    text: str
    place: str


def undone(text: str, *more: tuple[str, str]) -> str:
    """Undo the escapes of a runner, the sign of percent last."""
    for escape, sign in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
        text = text.replace(escape, sign)
    return text


def seen(written: str) -> list[Seen]:
    """Read commands as the runner does: a line is a command, properties end at the next two colons."""
    found = []
    for one in written.splitlines():
        match = LINE.fullmatch(one)
        assert match, one
        level, pairs, text = match.groups()
        properties = {name: undone(value, ("%3A", ":"), ("%2C", ",")) for name, value in (pair.split("=", 1) for pair in pairs.split(","))}
        assert properties.keys() <= {"file", "line", "title"}
        found.append(Seen(level, properties["title"], undone(text), f"{properties.get('file', '')}:{properties.get('line', '')}"))
    return found


def test_the_answer_comes_first_then_errors(tour: Outcomes) -> None:
    found = seen(as_github([tour.result], [judged.of_tour(tour)]))
    file = "configs/preflight/tour.yaml"
    assert [(one.level, one.title, one.place) for one in found] == [
        ("error", "tour: manual-validation", f"{file}:5"),
        ("error", "192.87.0.0/16: manual-validation", f"{file}:18"),
        ("error", "193.0.14.0/23: validation-needed", f"{file}:17"),
        ("error", "192.149.252.0/24: undetermined", f"{file}:19"),
        ("notice", "DATA-6 192.149.252.0/24", f"{file}:19"),
    ]
    assert found[0].text.startswith("tour: manual-validation. Azure is not expected to validate this automatically; ")
    assert "6 prefixes: 3 configured, 1 validation-needed" in found[0].text
    assert "\n   origin:     AS3333\n" in found[2].text


def test_a_good_peering_is_one_notice(ready: Result) -> None:
    (one,) = seen(as_github([ready]))
    assert (one.level, one.title, one.place) == ("notice", "ready: configured", ":")


def test_of_several_the_answers_come_first(tour: Outcomes, ready: Result) -> None:
    found = seen(as_github([ready, tour.result], faults=judged.faults()))
    assert [one.title for one in found[:5]] == ["bgpcheck: not judged"] * 3 + ["ready: configured", "tour: manual-validation"]
    assert [one.place for one in found[:3]] == ["a b/p,1.yaml:3", ":", ":"]
    assert [one.text for one in found[:3]] == [
        "a b/p,1.yaml:3: peering.peerAsn: '<x> 100%' is not an AS number",
        "nowhere.yaml: No such file or directory",
        "--registry: 'RIPEE' is not a registry that Microsoft accepts",
    ]


def test_blockers_and_warnings(tmp_path: Path) -> None:
    result, places = judged.blocked(tmp_path)
    found = seen(as_github([result], [places]))
    assert [one.level for one in found] == sorted([one.level for one in found], key=["error", "warning", "notice"].index)
    assert {one.title: one.place for one in found if one.level == "warning"} == {
        "ASN-4 AS65515": "blocked.yaml:3",
        "PFX-8 193.0.0.0/21": "blocked.yaml:9",
        "LNK-1 ipv4.secondary": "blocked.yaml:6",
    }
    assert found[0].title == "a [link](http://evil.example): {0}, 100% off: validation-needed"


def test_private_peering_is_a_notice(tmp_path: Path) -> None:
    (one,) = seen(as_github([judged.private(tmp_path)]))
    assert (one.level, one.title) == ("notice", "c: no verdict")
    assert "no Microsoft peering" in one.text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_text_ends_its_command(text: str) -> None:
    written = str(Note("error", text, visible(text, lines=True), text or "p.yaml", 1))
    (one,) = seen(written)
    assert not acting(written)
    assert (one.title, one.text, one.place) == (visible(text), visible(text, lines=True), f"{visible(text or 'p.yaml')}:1")


@pytest.mark.parametrize("text", ["::error::x", "a\n::set-output name=x::y", "%0A::add-mask::x", "x%25", "a,b:c=d", "##[error]x"])
def test_no_text_is_a_command(text: str) -> None:
    (one,) = seen(str(Note("notice", text, text, text, 7)))
    assert (one.level, one.text) == ("notice", text)


def test_hostile_text_is_text(dangerous: tuple[str, Outcomes], calm: Outcomes) -> None:
    text, outcomes = dangerous
    written = as_github([outcomes.result], [judged.of_tour(outcomes)], [judged.Fault(text, "p.yaml", 1)])
    assert not acting(written)
    shape = [(one.level, one.place.rpartition(":")[2]) for one in seen(written)]
    assert shape == [
        (one.level, one.place.rpartition(":")[2])
        for one in seen(as_github([calm.result], [judged.of_tour(calm)], [judged.Fault("x", "p", 1)]))
    ]


# ── the step summary ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_summary_names_what_was_not_judged() -> None:
    text = as_summary("## ✔ ready: configured\n", judged.faults(), 10_000)
    assert text.startswith(
        "* **Not judged:** a b/p,1.yaml:3: peering.peerAsn: '\\<x\\> 100%' is not an AS number\n* **Not judged:** nowhere"
    )
    assert text.endswith("\n\n## ✔ ready: configured\n")
    assert as_summary("x\n", (), 10_000) == "x\n"


@pytest.mark.parametrize(
    ("room", "kept"), [(0, ""), (-5, ""), (len(CUT) - 2, ""), (len(CUT) - 1, CUT[:-1]), (len(CUT) + 5, CUT), (len(CUT) + 8, f"{CUT}## ✔\n")]
)
def test_the_summary_is_cut_at_a_line(room: int, kept: str) -> None:
    assert as_summary("## ✔\n" + "é" * 200 + "\n", (), room) == kept


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_fault_shapes_no_summary(text: str) -> None:
    tokens = [
        inner
        for token in MarkdownIt("commonmark").parse(as_summary("", [judged.Fault(text)], 10_000))
        for inner in (token, *(token.children or ()))
    ]
    types = {token.type for token in tokens}
    assert types <= {"bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "paragraph_open", "paragraph_close",
                     "inline", "text", "text_special", "strong_open", "strong_close"}  # fmt: skip


def test_findings_alike_are_one_annotation(tour: Outcomes) -> None:
    """GitHub shows ten of a kind: six old files are one word."""
    old = replace(tour.result, findings=tuple(replace(one, rule="DATA-1") for one in tour.result.findings for _ in range(3)))
    notes = [line for line in as_github([old]).splitlines() if "title=DATA-1" in line]
    assert len(notes) == len({line.partition(" ")[0] for line in notes})
    assert sum(line.count("%0A") + 1 for line in notes) == len(old.findings)
