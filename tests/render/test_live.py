"""A lab on a terminal: it fits any, cuts no word, tells all without colour, and nothing from outside acts on it."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import hostile
import pytest
import views
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from bgpcheck.render import live_rows as rows
from bgpcheck.render.live import as_screen, as_text

if TYPE_CHECKING:
    from bgpcheck.lab.view import PrefixRow, View

SIZES = [(40, 10), (40, 24), (60, 12), (80, 24), (120, 40), (200, 60), (20, 5), (1, 1), (80, 3), (1000, 200)]
VIEWS = views.all_of_them()


def screen(view: View, width: int, height: int) -> list[str]:
    out = io.StringIO()
    Console(file=out, width=max(width, 20), force_terminal=False, highlight=False).print(as_screen(view, width, height))
    return out.getvalue().split("\n")[:-1]


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_it_fits_any_terminal(view: View, width: int, height: int) -> None:
    lines = screen(view, width, height)
    assert len(lines) <= max(height, 5)
    assert all(cell_len(line) <= max(width, 20) for line in lines)
    assert lines[0].split()[1] == "ams-primary:"


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize(("width", "height"), [(40, 30), (80, 24), (120, 40)])
def test_no_word_is_cut(view: View, width: int, height: int) -> None:
    known = set(as_text(view, width=1000).split()) | {"fits,", "room", "no", "for", "which", "there", "is", "more", "…", "and"}
    joined = " ".join(screen(view, width, height))
    unknown = {word for word in joined.split() if word not in known}
    assert {word for word in unknown if not re.fullmatch(r"\d+,?|prefixes,|findings,|silent|sources|refused|\(PFX-5\)|·", word)} <= {
        word for row in view.prefixes for word in (row.prefix, row.reason, "asking…")
    }


def test_a_wide_screen_tells_everything_without_colour() -> None:
    text = "\n".join(screen(views.view(), 120, 60))
    for told in (
        "… ams-primary: no verdict yet", "No verdict yet: 1 prefix waits for the registries' answers.", "Next: wait.",
        "✔ primary 193.0.16.1 AS3333  up for 2 h 2 min  IPv4 187 of 200 (near the limit) · IPv6 2 of 200 · hold 180 s",
        "✘ secondary 193.0.16.5 AS3333  down for 4 min", "IPv4 201 of 200 (over the limit) · IPv6 2 of 200 · went down 3 times",
        "dropped as Microsoft does at route 201 (LIM-1)", "last: sent: cease, maximum number of prefixes reached (6/1)",
        "✔ 193.0.0.0/21       configured (high) · the same on both links", "primary, secondary: 3333, origin AS3333",
        "the links differ in their path", "3333 64512 64512 → 3333, origin AS3333, 12076:51004 (Microsoft, West Europe)",
        "→ create-route-object, by the maintainer of 193.0.8.0/24 at RIPE", "… 193.0.10.0/23      asking… · only on the secondary link",
        "✔ 193.0.1.0/24       configured (high) · inside a listed one · the same on both links",
        "! 193.0.12.0/24      manual-validation (medium) · not announced", "configured (high) · not listed · only on the primary link",
        "refused (PFX-5): no listed prefix covers it", "whois.radb.net: timeout; no answer in 5 s: try again later",
        "1234 events · 987 updates · 12 coalesced · 7 prefixes · 1 pending · 1 waiting",
    ):  # fmt: skip
        assert told in text
    order = [text.index(word) for word in ("blocker LIM-1", "warning PFX-5", "note LNK-4")]
    assert order == sorted(order)


def test_the_two_links_stand_side_by_side_where_there_is_room() -> None:
    one = views.row("193.0.0.0/21", heard=(views.heard("primary", "3333"), views.heard("secondary", "3333 3333")))
    lines = screen(views.view(prefixes=(one,)), 120, 40)
    assert any(re.fullmatch(r" {4}primary: 3333, origin AS3333 {10,}secondary: 3333 3333, origin AS3333", line) for line in lines)
    assert not any("primary: 3333" in line and "secondary: 3333" in line for line in screen(views.view(prefixes=(one,)), 80, 60))


def test_a_long_list_shows_the_most_urgent_and_counts_the_rest() -> None:
    lines = screen(views.large(), 80, 40)
    shown = [line.split()[2] for line in lines if re.match(r"  . 11\.", line)]
    assert len(shown) > 5
    assert set(shown) == {"manual-validation"}
    assert f"  … and {200 - len(shown)} more" in lines
    assert "(17 of them are not shown)" in " ".join(lines)


def test_those_that_are_well_take_a_line_before_others_are_left_out() -> None:
    several = (*views.ROWS, *(views.row(f"11.0.{at}.0/24") for at in range(10)))
    text = "\n".join(screen(views.view(prefixes=several, findings=(), gaps=()), 120, 45))
    assert text.count("the same on both links") == 13
    assert "primary, secondary: 3333, origin AS3333" in text  # of the one that is not well
    assert "more" not in text.replace("(1 more", "")


def test_sources_with_the_same_to_do_take_one_line() -> None:
    view = views.view(gaps=tuple(replace(views.GAPS[0], source=source) for source in ("radb", "nttcom", "level3")))
    for text in ("\n".join(screen(view, 120, 60)), as_text(view, width=120)):
        assert "No answer from\n  radb, nttcom, level3: timeout; no answer in 5 s: try again later\n" in text


def test_a_small_terminal_names_what_it_has_no_room_for() -> None:
    assert "no room for prefixes, findings, silent" in " ".join(screen(views.view(), 60, 10))
    assert len(screen(views.view(), 40, 5)) == 5


def test_the_last_picture_has_all_of_short_lists_and_the_most_urgent_of_long_ones() -> None:
    text = as_text(views.view(), width=100)
    assert all(row.prefix in text for row in views.ROWS)
    several = tuple(replace(row, reason=f"reason-{at}") for at, row in enumerate(views.large().prefixes))
    long = as_text(views.view(prefixes=several), width=100)
    assert "… and 140 more" in long
    assert "11.0.2.0/24" in long
    assert "\x1b" not in long


def host_routes(count: int, **more: object) -> tuple[PrefixRow, ...]:
    """Host routes inside a listed prefix, which the edge refuses all for the same."""
    names = [f"193.0.0.{at}/32" for at in range(count)]
    refused = [views.both(accepted=False, rule="PFX-1", why=f"{name} is longer than /24: announce an aggregate") for name in names]
    return tuple(replace(views.row(name, standing="inside", heard=heard), **more) for name, heard in zip(names, refused, strict=True))


def test_the_last_picture_tells_alike_prefixes_once() -> None:
    odd = replace(host_routes(9)[8], prefix="193.0.0.250/32")  # its sentences name another prefix than its own
    text = as_text(views.view(prefixes=(views.row("193.0.0.0/21"), *host_routes(200), odd)), width=100)
    assert (
        "  ✔ 193.0.0.0/32    configured (high) · inside a listed one · the same on both links\n"
        "    primary, secondary: 3333, origin AS3333\n"
        "    refused (PFX-1): 193.0.0.0/32 is longer than /24: announce an aggregate\n"
        "    and 199 more just like it: 193.0.0.1/32, 193.0.0.2/32, 193.0.0.3/32 and 196 others\n"
    ) in text
    assert "193.0.0.250/32" in text
    assert "… and" not in text
    assert len(text.splitlines()) < 50


ALIKE = {
    "few": (host_routes(3), [1, 1, 1]),
    "some": (host_routes(4), [4]),
    "others between, each where its first stood": ((*host_routes(2), views.ROWS[0], *host_routes(6)[2:], views.ROWS[1]), [6, 1, 1]),
    "two kinds": ((*host_routes(4), *host_routes(4, verdict="undetermined")), [4, 4]),
    "another step": ((*host_routes(4), *host_routes(2, next="wait")), [4, 1, 1]),
    "another sentence": ((*host_routes(4), *host_routes(1, why="other")), [4, 1]),
    "on one link": ((*host_routes(4), *host_routes(1, heard=(views.heard("primary"),))), [4, 1]),
    "none": ((), []),
}


@pytest.mark.parametrize(("some", "wanted"), ALIKE.values(), ids=ALIKE)
def test_which_prefixes_are_alike(some: tuple[PrefixRow, ...], wanted: list[int]) -> None:
    assert [len(group) for group in rows.alike(some)] == wanted


@pytest.mark.parametrize(("count", "end"), [(4, "193.0.0.3/32\n"), (5, "193.0.0.3/32 and 1 other\n")])
def test_the_others_are_named_or_counted(count: int, end: str) -> None:
    assert f"and {count - 1} more just like it: 193.0.0.1/32, 193.0.0.2/32, {end}" in as_text(views.view(prefixes=host_routes(count)))


def test_colour_is_there_where_it_is_wanted_and_what_is_stripped_is_pale() -> None:
    text = as_text(views.view(), width=200, color=True)
    assert "\x1b[2m64512" in text
    assert "\x1b[1;31m" in text


def test_announcements_without_a_path_and_of_nobody_in_particular() -> None:
    heard = (views.heard("primary", ""), views.heard("secondary", "64512", ""), views.heard("internet", "3333"))
    text = as_text(views.view(prefixes=(views.row("193.0.0.0/21", "undetermined", heard=heard, why=""),)), width=200)
    assert "primary: empty path, origin NONE" in text
    assert "secondary: 64512 → empty path, origin NONE" in text
    assert "internet: 3333, origin AS3333" in text
    assert "    route-object-exact\n" in text


def test_a_lab_that_has_just_begun() -> None:
    text = as_text(replace(views.empty(), next=""), width=80)
    assert text.splitlines()[0] == "… ams-primary: no verdict yet"
    assert "○ primary 193.0.16.1  waiting" in text
    assert "2026-11-02T08:00:00Z, for 0 s" in text
    assert "Next" not in text


@pytest.mark.parametrize("text", hostile.TEXTS.values(), ids=hostile.TEXTS)
def test_nothing_from_outside_acts_on_the_terminal(text: str) -> None:
    view = views.hostile(text)
    assert not hostile.acting(as_text(view, width=80))
    for width, height in ((40, 24), (120, 40)):
        lines = screen(view, width, height)
        assert not hostile.acting("\n".join(lines))
        assert len(lines) <= height
        assert all(cell_len(line) <= width for line in lines)


@given(st.text(max_size=60), st.integers(20, 130), st.integers(5, 60))
def test_any_text_on_any_terminal(text: str, width: int, height: int) -> None:
    lines = screen(views.hostile(text), width, height)
    assert len(lines) <= height
    assert all(cell_len(line) <= width for line in lines)
    assert not hostile.acting("\n".join(lines))
