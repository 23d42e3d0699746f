from __future__ import annotations

import pytest
from hostile import TEXTS, acting
from pictures import parsed

from bgpcheck.render.clean import visible
from bgpcheck.render.drawing import TALLEST, Strip, element, fit, framed, picture, sheets, span, wrap, write


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [
        ("193.0.0.0/21", 200, "193.0.0.0/21"),
        ("a long name of somebody", 80, "a long na…"),
        ("a" * 5000, 80, "aaaaaaaa…"),
        ("", 80, ""),
        (3333, 80, "3333"),
        ("\x1b[31m", 200, "\\x1b[31m"),
        ("Z\u0351\u0351\u0351\u0351", 200, "Z\u0351\u0351"),
        ("日本語", 30, "日…"),
        ("WWWW", 4, "…"),
    ],
)
def test_a_text_is_cut_to_its_place(text: object, room: float, shown: str) -> None:
    assert fit(text, room) == shown


@pytest.mark.parametrize("text", ["il", "mW", "é", "日", "\u0351", "A", "a"])
def test_every_letter_takes_room(text: str) -> None:
    assert span(text) > 0
    assert span(text * 2) == pytest.approx(2 * span(text))


@pytest.mark.parametrize(
    ("text", "most", "lines"),
    [
        ("", 2, []),
        ("one", 2, ["one"]),
        ("one two three four five", 2, ["one two three", "four five"]),
        ("one two three four five six seven", 2, ["one two three", "four five six…"]),
        ("x" * 60, 2, ["xxxxxxxxxxx…"]),
        ("one two three four", 1, ["one two thre…"]),
    ],
)
def test_lines_are_broken_at_blanks(text: str, most: int, lines: list[str]) -> None:
    assert wrap(text, 100, most) == lines


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_whatever_somebody_wrote_stands_there_as_text(text: str) -> None:
    made = framed(text, [picture(200, 20, text, [write(2, 14, text, 150, "bold")])])
    found = parsed(made)
    assert acting(made) == []
    assert [one.tag for one in found.iter()][:3] == ["div", "svg", "text"]
    assert {name for one in found.iter() for name in one.attrib} <= {
        *("class", "role", "tabindex", "aria-label", "viewBox", "width", "height", "x", "y"),
    }
    if (line := found.find("svg/text")) is not None and len(line):
        assert (line.findtext("title") or "").startswith(visible(text)[:40].strip()[:20])


def test_what_is_cut_has_its_whole_text_in_the_title() -> None:
    assert element(1, 2, "a…", "", "a & b") == '<text x="1" y="2">a…<title>a &amp; b</title></text>'
    assert element(1.5, 2, "a", "bold", "a") == '<text x="1.5" y="2" class="bold">a</text>'


def test_sheets_are_no_taller_than_a_page() -> None:
    strips = [Strip(100, lambda y: f'<path d="M0 {y}"/>')] * 20
    made = list(sheets(300, "plan", strips, Strip(40, lambda y: f'<path class="head" d="M0 {y}"/>')))
    heights = [int(parsed(one).get("height") or 0) for one in made]
    assert max(heights) <= TALLEST + 4
    assert sum(len(parsed(one)) for one in made) == 20 + len(made)
    assert [parsed(one).get("aria-label") for one in made] == [f"plan, part {number} of {len(made)}" for number in range(1, len(made) + 1)]
    assert [parsed(one)[0].get("class") for one in made] == ["head"] * len(made)


@pytest.mark.parametrize(("count", "heights"), [(0, []), (1, [5004])])
def test_a_strip_that_fits_nowhere_has_a_sheet_of_its_own(count: int, heights: list[int]) -> None:
    made = list(sheets(300, "plan", [Strip(5000, lambda _: "")] * count))
    assert [int(parsed(one).get("height") or 0) for one in made] == heights
    assert [parsed(one).get("aria-label") for one in made] == ["plan"] * count
