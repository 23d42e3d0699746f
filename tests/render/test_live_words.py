"""The words of a lab's outputs: how long, how near the limit, how two links differ, what comes first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import views

from bgpcheck.render import live_words as words
from bgpcheck.sources.base import Gap, GapReason

if TYPE_CHECKING:
    from bgpcheck.lab.view import HeardRow, PrefixRow

BOTH = ("primary", "secondary")
DURATIONS = {
    -5: "0 s", 0: "0 s", 59.9: "59 s", 60: "1 min", 61: "1 min 1 s", 3600: "1 h", 3601: "1 h", 3660: "1 h 1 min", 86399: "23 h 59 min",
    86400: "1 d", 90000: "1 d 1 h", 8640000: "100 d",
}  # fmt: skip


@pytest.mark.parametrize(("seconds", "wanted"), DURATIONS.items())
def test_how_long(seconds: float, wanted: str) -> None:
    assert words.duration(seconds) == wanted


@pytest.mark.parametrize(
    ("count", "limit", "wanted"),
    [
        (179, 200, ""),
        (180, 200, "near the limit"),
        (200, 200, "near the limit"),
        (201, 200, "over the limit"),
        (9999, None, ""),
        (0, 200, ""),
    ],
)
def test_how_near_the_limit(count: int, limit: int | None, wanted: str) -> None:
    assert words.load(count, limit) == wanted


def test_a_session_that_never_was_says_nothing_of_time_and_load() -> None:
    one = views.empty().sessions[0]
    assert (words.state(one, views.AT), words.flaps(one), words.loads(one)) == ("waiting", "", [])
    assert words.loads(replace(one, routes=(("ipv6", 7),))) == [("IPv6", "7", "")]
    assert words.flaps(replace(one, flaps=1)) == "went down 1 time"


P, S = "primary", "secondary"
COMPARED = {
    "the same": (views.both(), "the same on both links"),
    "other communities": ((views.heard(P, communities=("1:1",)), views.heard(S)), "the same on both links"),
    "prepended": ((views.heard(P, "3333"), views.heard(S, "3333 3333")), "the links differ in prepending"),
    "another path": ((views.heard(P, "3333"), views.heard(S, "3333 25152")), "the links differ in their path"),
    "two paths, the same ones": ((*views.both("1"), views.heard(S, "2"), views.heard(P, "2")), "the same on both links"),
    "two paths and one": ((views.heard(P, "1"), views.heard(P, "2"), views.heard(S, "1")), "the links differ in their path"),
    "one link": ((views.heard(P),), "only on the primary link"),
    "the other": ((views.heard(S), views.heard("internet")), "only on the secondary link"),
    "neither": ((views.heard("internet"),), ""),
    "nobody": ((), ""),
}  # fmt: skip


@pytest.mark.parametrize(("heard", "wanted"), COMPARED.values(), ids=COMPARED)
def test_how_the_links_differ(heard: tuple[HeardRow, ...], wanted: str) -> None:
    assert words.compared(views.row("193.0.0.0/21", heard=heard), BOTH) == wanted
    assert not words.compared(views.row("193.0.0.0/21", heard=heard), ())


def test_links_are_compared_where_there_are_two() -> None:
    assert words.links(views.view()) == ["primary", "secondary"]
    assert words.links(views.empty()) == []


SPELLED = {
    "nothing is stripped": ("3333 25152", "3333 25152", []),
    "at the end": ("3333 64512 64512", "3333", [1, 2]),
    "between": ("3333 64512 25152", "3333 25152", [1]),
    "all": ("64512", "", [0]),
    "of a set": ("3333 {64512 25152}", "3333 {25152}", []),
    "nothing there": ("", "", []),
}


@pytest.mark.parametrize(("path", "stripped", "gone"), SPELLED.values(), ids=SPELLED)
def test_what_is_stripped(path: str, stripped: str, gone: list[int]) -> None:
    one = views.heard("primary", path, stripped)
    told = words.spelled(one)
    assert [word for word, _ in told] == path.split()
    assert [at for at, (_, stripped_away) in enumerate(told) if stripped_away] == gone


def test_announcements_are_put_together_by_link() -> None:
    heard = [views.heard(role, str(at)) for at, role in enumerate(("internet", "secondary", "other", "primary", "secondary"))]
    nameless = replace(heard[0], role="", peer="192.0.2.77")
    found = [(name, [one.path for one in some]) for name, some in words.by_link([*heard, nameless])]
    assert found == [("primary", ["3"]), ("secondary", ["1", "4"]), ("192.0.2.77", ["0"]), ("internet", ["0"]), ("other", ["2"])]


def test_what_needs_attention_comes_first() -> None:
    rows = [
        views.row("1.0.0.0/24"), views.row("2.0.0.0/24", "undetermined"), views.row("3.0.0.0/24", "validation-needed"),
        views.row("4.0.0.0/24", None), views.row("5.0.0.0/24", heard=(views.heard(P),)), views.row("6.0.0.0/24", "manual-validation"),
        views.row("7.0.0.0/24", standing="missing"), views.row("8.0.0.0/24", "a word of tomorrow"),
        views.row("9.0.0.0/24", standing="inside"), views.row("10.0.0.0/24", standing="unlisted"),
    ]  # fmt: skip
    found = [one.prefix.split(".")[0] for one in words.urgent_first(rows, BOTH)]
    assert found == ["6", "3", "7", "10", "2", "4", "8", "5", "1", "9"]


ROWS: tuple[PrefixRow, ...] = (views.row("1.0.0.0/24"), views.row("2.0.0.0/24", None), views.row("3.0.0.0/24", "new"))


def test_prefixes_are_counted_by_verdict() -> None:
    assert words.heading(views.view(prefixes=ROWS)) == "3 prefixes: 1 configured, 1 asking…, 1 new"
    assert words.heading(views.view(prefixes=ROWS[:1], left_out=1)) == "2 prefixes: 1 configured (1 of them is not shown)"
    told = (("configured", "announced", 5), ("configured", "missing", 2), ("pending", "announced", 3))
    assert (
        words.heading(views.view(prefixes=ROWS, left_out=7, tally=told)) == "10 prefixes: 7 configured, 3 asking… (7 of them are not shown)"
    )
    assert words.heading(views.empty()) == "no prefixes"
    assert [words.verdict_sign(one) for one in ROWS] == ["✔", "…", "?"]


def test_sentences_and_names() -> None:
    assert [words.sentence(text) for text in ("", "wait", " Done. ")] == ["", "Wait.", "Done."]
    assert words.spaced("queuedBytes") == "queued bytes"
    assert words.counts(views.view(counts={"newBytes": 3, "nothing": 0})) == [("new bytes", 3)]
    assert words.weights(views.view()) == "1 blocker, 1 warning, 1 note"
    assert [words.answer_sign(views.view(verdict=word)) for word in (None, "configured", "new")] == ["…", "✔", "?"]


COUNTS = {
    "one of each": (
        {"events": 1, "updates": 1, "routes": 1, "lookups": 1, "prefixes": 1, "pending": 1},
        "1 event, 1 update, 1 route, 1 look-up, 1 prefix, 1 pending",
    ),
    "several": (
        {"events": 2, "updates": 3, "routes": 4, "lookups": 5, "prefixes": 6, "waiting": 7},
        "2 events, 3 updates, 4 routes, 5 look-ups, 6 prefixes, 7 waiting",
    ),
    "what only we need": ({"applied": 1, "queuedBytes": 2, "deepestBytes": 3, "queued": 4}, "4 queued"),
    "what only we need takes no room": ({"applied": 1, **{f"n{at}": 1 for at in range(12)}}, ", ".join(f"1 n{at}" for at in range(12))),
}


@pytest.mark.parametrize(("counts", "wanted"), COUNTS.values(), ids=COUNTS)
def test_the_numbers_of_the_foot(counts: dict[str, int], wanted: str) -> None:
    assert ", ".join(f"{count} {name}" for name, count in words.counts(views.view(counts=counts))) == wanted


SLOW, GONE = "no answer in 5 s: try again later", "not there: look at its name"
GAPS = {
    "none": ([], []),
    "alike": ([("a", SLOW), ("b", SLOW)], [("a, b", "timeout", SLOW)]),
    "twice the same": ([("a", SLOW), ("a", SLOW)], [("a", "timeout", SLOW)]),
    "others between": ([("a", SLOW), ("b", GONE), ("c", SLOW)], [("a, c", "timeout", SLOW), ("b", "timeout", GONE)]),
}


@pytest.mark.parametrize(("told", "wanted"), GAPS.values(), ids=GAPS)
def test_sources_with_the_same_to_do_are_told_together(told: list[tuple[str, str]], wanted: list[tuple[str, str, str]]) -> None:
    assert words.silences([Gap(source, GapReason.TIMEOUT, detail) for source, detail in told]) == wanted
    assert len(words.silences([Gap("a", GapReason.TIMEOUT, SLOW), Gap("a", GapReason.STALE, SLOW)])) == 2
