from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hostile import TEXTS, acting
from program import NOW, ROOT
from rich.cells import cell_len

from bgpcheck import api
from bgpcheck.policy import Outcome
from bgpcheck.render import render
from bgpcheck.render.clean import visible
from bgpcheck.render.table import as_table

if TYPE_CHECKING:
    from bgpcheck.api import Outcomes
    from bgpcheck.result import Result

WORDS = [*Outcome, "route-object-covering", "source-unavailable", "192.149.252.0/24", "2001:67c:2e8::/48"]
MANY = [f"193.0.{number // 16}.{number % 16 * 16}/28" for number in range(300)]


def parts(text: str) -> list[str]:
    """Headings in their order."""
    return re.findall(r"^(prefix|[A-Z][a-z ,]+)\b.*$", text, re.MULTILINE)


@pytest.mark.parametrize("width", range(40, 201, 4))
def test_no_word_is_cut_at_any_width(tour: Outcomes, width: int) -> None:
    drawn = as_table([tour.result], width=width)
    assert max(map(cell_len, drawn.splitlines())) <= width
    assert not re.search(r"[a-z]…", drawn)
    for word in WORDS:
        assert re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", drawn), word


def test_the_answer_and_the_next_step_come_first(tour: Outcomes) -> None:
    lines = as_table([tour.result], width=120).splitlines()
    assert lines[0] == "! tour: manual-validation"
    assert lines[1].startswith("  Azure is not expected to validate this automatically")
    assert lines[2] == "  6 prefixes: 3 configured, 1 validation-needed, 1 manual-validation, 1 undetermined."
    assert lines[3].startswith("  Next: do the steps below")


def test_more_columns_where_there_is_room(tour: Outcomes) -> None:
    heads = [
        next(line for line in as_table([tour.result], width=width).splitlines() if line.startswith("prefix")).split()
        for width in (60, 80, 200)
    ]
    assert heads[0] == ["prefix", "verdict", "reason"]
    assert heads[1] == ["prefix", "verdict", "confidence", "reason"]
    assert heads[2] == ["prefix", "verdict", "confidence", "RPKI", "IRR", "holder", "registration", "reason"]


def test_two_lines_a_prefix_where_there_is_none(tour: Outcomes) -> None:
    drawn = as_table([tour.result], width=44)
    assert "193.0.14.0/23\n  validation-needed  high\n  origin-mismatch\n" in drawn
    assert "192.149.252.0/24\n  undetermined\n  source-unavailable\n" in drawn


def test_colour_only_where_it_is_wanted(tour: Outcomes) -> None:
    plain, colourful = (as_table([tour.result], width=100, color=color) for color in (False, True))
    assert "\x1b" not in plain
    assert "\x1b[1;35m! tour: manual-validation\x1b[0m" in colourful
    assert [line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", colourful).splitlines()] == plain.splitlines()


def test_all_configured_needs_no_steps(ready: Result) -> None:
    drawn = as_table([ready])
    assert drawn.startswith("✔ ready: configured\n  Azure is expected to accept every prefix.\n")
    assert "Why" not in drawn
    assert "Next: nothing to do" in drawn


@pytest.mark.parametrize(
    ("more", "answer", "step"),
    [
        ({}, "accept every prefix.", "nothing to do: request the peering."),
        ({"now": "2026-12-24T00:00:00Z"}, "accept every prefix.", "read the warnings below, then request the peering."),
        (
            {"prefixes": ["193.0.23.0/24"], "assume": [str(ROOT / "configs" / "preflight" / "planned.rpsl")]},
            "accept every prefix, once the planned objects are there.",
            "create the planned objects, then check again without --assume.",
        ),
    ],
)
def test_good_news_say_what_they_hang_on(more: dict[str, Any], answer: str, step: str) -> None:
    options = {"peer_asn": 3333, "prefixes": ["193.0.0.0/21"], "registry_data": str(ROOT / "fixtures" / "registry"), "now": NOW}
    lines = as_table([api.check_sync(api.Options(**{**options, **more})).result]).splitlines()
    assert lines[1].endswith(answer)
    assert lines[3] == f"  Next: {step}"


def test_several_begin_with_a_list(tour: Outcomes, ready: Result) -> None:
    drawn = as_table([tour.result, ready])
    assert drawn.startswith("! tour: manual-validation\n✔ ready: configured\n\n! tour: manual-validation\n  Azure")
    assert "\n\n✔ ready: configured\n  Azure" in drawn


@pytest.mark.parametrize("made", [{"prefixes": ["10.0.0.0/8", "193.0.0.0/21"], "peer_asn": 64512}], indirect=True)
def test_blockers_stand_before_the_prefixes(made: Result) -> None:
    drawn = as_table([made], width=140)
    assert "Next: mend the blockers below" in drawn
    assert drawn.index("\nBlockers\n  blocker PFX-1 10.0.0.0/8") < drawn.index("\nprefix ") < drawn.index("\nFindings\n  warning ASN-4")
    assert drawn.count("blocker PFX-1") == 1


@pytest.mark.parametrize("made", [{"prefixes": [f"10.{number}.0.0/16" for number in range(70)]}], indirect=True)
def test_of_many_blockers_a_screen_is_shown(made: Result) -> None:
    drawn = as_table([made], width=140)
    assert drawn.count("blocker PFX-1 10.") == 60
    assert "\n  … and 10 more: --format json has all\n" in drawn


@pytest.mark.parametrize("made", [{"prefixes": MANY}], indirect=True)
def test_long_lists_show_what_needs_attention_and_count_the_rest(made: Result) -> None:
    drawn = as_table([made], width=120)
    assert re.search(r"^… and 240 more: \d+ configured, \d+ validation-needed \(--format csv has all\)$", drawn, re.MULTILINE)
    table = drawn.partition("prefix ")[2].partition("… and")[0]
    assert " configured " not in table
    assert re.search(r"… and \d+ more prefixes with rpki-invalid-asn: --format markdown has every step", drawn)
    assert len(drawn.splitlines()) < 180


@pytest.mark.parametrize("made", [{"prefixes": [f"10.0.{number}.0/24" for number in range(9)]}], indirect=True)
def test_prefixes_that_share_their_steps_are_named_together(made: Result) -> None:
    drawn = as_table([made], width=140)
    assert "… and 5 more prefixes with ineligible-prefix" in drawn
    made_of_one = as_table([made], width=60)
    assert "10.0.8.0/24" in made_of_one


@pytest.mark.parametrize(
    "made",
    [{"prefixes": ["192.149.252.0/24", "192.149.252.0/25", "192.149.252.0/26", "192.149.252.64/26", "192.149.252.128/25"]}],
    indirect=True,
)
def test_one_reason_for_several_is_told_once(made: Result) -> None:
    drawn = as_table([made], width=200)
    assert "192.149.252.0/24, 192.149.252.0/25, 192.149.252.0/26 and 2 more: A source" in drawn


@pytest.mark.parametrize("made", [{"prefixes": ["193.0.0.0/21"], "registry_data": None}], indirect=True)
def test_without_data_the_next_step_is_to_give_some(made: Result) -> None:
    drawn = as_table([made], width=400)
    assert "  Next: give registry data with --registry-data DIR" in drawn
    assert drawn.count("no registry data: run bgpcheck registry update") == 2  # the sources that decide, and the others


def test_announced_and_not_listed_is_said(tour: Outcomes, made_from_events: Result) -> None:
    del tour
    assert "8.8.8.0/24 (not listed)" in as_table([made_from_events])


@pytest.fixture
def made_from_events() -> Result:
    events, data = ROOT / "fixtures" / "events" / "v5-consolidate.jsonl", ROOT / "fixtures" / "registry"
    options = api.Options(peer_asn=3333, prefixes=["193.0.0.0/21"], events=str(events), registry_data=str(data), now=NOW)
    return api.check_sync(options).result


def test_a_hostile_registry_is_shown_as_text(dangerous: tuple[str, Outcomes], calm: Outcomes) -> None:
    text, outcomes = dangerous
    for width in (60, 200):
        drawn = as_table([outcomes.result], width=width)
        assert acting(drawn) == []
        assert max(map(cell_len, drawn.splitlines())) <= width
    if text.strip() and "holder" in outcomes.result.assessments[0].verdict.reason:
        whole = text.encode("utf-8", "replace").decode()  # what the reader of RDAP makes of half characters
        assert " ".join(visible(whole).split())[:20] in " ".join(drawn.split())
        assert parts(drawn) == parts(as_table([calm.result], width=200))


@pytest.mark.parametrize("name", ["colours", "a terminal link", "a cleared screen", "rich"])
def test_colours_of_others_are_not_ours(name: str, tour: Outcomes, request: pytest.FixtureRequest) -> None:
    del tour
    import hostile  # noqa: PLC0415 (only here)

    outcomes = hostile.outcomes(TEXTS[name], request.getfixturevalue("tmp_path"))
    drawn = render([outcomes.result], "table", width=100, color=True)
    assert set(re.findall(r"\x1b.[^m]*m?", drawn)) <= set(re.findall(r"\x1b\[[0-9;]+m", drawn))
    assert "\x1b]" not in drawn
