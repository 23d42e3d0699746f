from __future__ import annotations

import html
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hostile import acting, papers

from bgpcheck.render.clean import text, visible
from bgpcheck.render.report import Told, as_html, report

if TYPE_CHECKING:
    from bgpcheck.api import Outcomes
    from bgpcheck.result import Result

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(HTMLParser):
    """What a browser sees: tags with attributes, and the words between."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.broken: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.broken.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.broken.append(data)

    @property
    def skeleton(self) -> list[tuple[str, tuple[tuple[str, str | None], ...]]]:
        """Tags and attributes, but for whether a cell's text is long."""
        return [(tag, tuple(pair for pair in attrs if pair != ("class", "free") and pair[0] != "href")) for tag, attrs in self.tags]

    @property
    def attributes(self) -> set[str]:
        return {name for _, attrs in self.tags for name, _ in attrs}


@pytest.fixture(scope="session")
def page(tour: Outcomes) -> str:
    return papers(tour)["report.html"]


def test_it_is_whole_and_loads_nothing(page: str) -> None:
    seen = Page(page)
    assert page.startswith("<!doctype html>\n<html lang=")
    assert seen.open == []
    assert seen.broken == []
    assert {tag for tag, _ in seen.tags}.isdisjoint({"script", "img", "link", "iframe", "object", "form", "base"})
    assert "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">" in page
    assert not re.search(r"url\(|@import|https?:|//", page)
    assert {
        value
        for _, attrs in seen.tags
        for name, value in attrs
        if name == "href" and not re.fullmatch(r"documents/[0-9a-f]{64}|#[a-z0-9-]+", value or "")
    } == set()
    assert not {name for name in seen.attributes if name.startswith("on") or name in {"style", "src"}}


def test_the_answer_comes_first(page: str) -> None:
    seen = Page(page)
    words = " ".join(" ".join(seen.words).split())
    assert words.startswith("tour: manual-validation tour: ! manual-validation Azure is not expected")
    assert (
        words.index("Next:")
        < words.index("Prefixes and sources")
        < words.index("What to do, in order")
        < words.index("Why, prefix by prefix")
        < words.index("No answer from")
        < words.index("How to")
    )
    assert "6 prefixes: 3 configured , 1 validation-needed" in words
    assert words.index("192.87.0.0/16 ! manual-validation The") < words.index("193.0.14.0/23 ✘ validation-needed A route")


def test_every_link_leads_somewhere_and_every_place_is_there_once(page: str, tour: Outcomes) -> None:
    for source in (page, as_html([tour.result], told=[tour.told]), as_html([tour.result] * 2, told=[tour.told] * 2)):
        seen = Page(source)
        places = [value for _, attrs in seen.tags for name, value in attrs if name == "id"]
        links = [value for _, attrs in seen.tags for name, value in attrs if name == "href" and (value or "").startswith("#")]
        assert len(places) == len(set(places)) > 40
        assert {f"#{place}" for place in places} >= set(links)
        assert len(links) > 40


def test_the_words_of_a_matrix_are_those_of_its_entries(page: str) -> None:
    """The word that a cell shows is the word of the entry that it leads to."""
    cells = dict(re.findall(r'<a class="[a-z ]+" href="#(p\d+-\d+)">(.+?)</a>', page))
    entries = dict(re.findall(r'<div class="entry" id="(p\d+-\d+)">\n<h4>.+?<span class="[a-z ]+">(.+?)</span>', page))
    assert cells == entries
    assert set(cells.values()) == {"✔ agrees", "✘ disagrees", "○ nothing", "? silent"}


def test_several_results_are_one_page(tour: Outcomes, ready: Result) -> None:
    both = Page(as_html([tour.result, ready]))
    assert both.open == both.broken == []
    assert [tag for tag, _ in both.tags].count("h1") == 2
    assert [tag for tag, _ in both.tags].count("main") == 1


def test_more_prefixes_than_a_page_holds_are_counted(tour: Outcomes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bgpcheck.render.report.MOST", 2)
    page = report(tour.told)
    assert "The 2 prefixes that need most attention are shown; the result has all 6" in page
    assert re.findall(r"<h3><code>(.+?)</code>", page) == ["192.87.0.0/16", "193.0.14.0/23"]


def test_without_a_bundle_nothing_is_linked_beside_it(tour: Outcomes) -> None:
    assert "documents/" not in as_html([tour.result], told=[tour.told])
    assert "How to verify" not in as_html([tour.result])


def test_every_cell_names_its_heading(page: str) -> None:
    seen = Page(page)
    cells = [dict(attrs) for tag, attrs in seen.tags if tag == "td"]
    assert all(one.get("data-label") for one in cells)
    assert {"verdict", "RADB", "what", "file or query"} <= {one["data-label"] for one in cells}


def test_it_is_readable_in_the_dark_on_a_phone_and_on_paper(page: str) -> None:
    for rule in (
        "prefers-color-scheme:dark",
        "max-width:44rem",
        "@media print",
        'name="viewport"',
        "<title>tour: manual-validation</title>",
    ):
        assert rule in page


@pytest.mark.parametrize("made", [{"prefixes": ["10.0.0.0/8", "193.0.0.0/21"], "peer_asn": 64512, "policy": "strict"}], indirect=True)
def test_blockers_stand_before_the_prefixes(made: Result) -> None:
    page = report(Told(made, {}))
    assert page.index(">Blockers<") < page.index(">Prefixes and sources<") < page.index(">Findings<")
    assert page.count(">PFX-1<") == 1


def test_what_is_not_there_has_no_heading(ready: Result, made_of_nothing: Result) -> None:
    page = report(Told(ready, {}))
    assert "Blockers" not in page
    assert "Findings" not in page
    bare = report(Told(made_of_nothing, {}))
    assert "<h2>Documents</h2>" not in bare
    assert "No answer from" in bare


@pytest.fixture
def made_of_nothing() -> Result:
    from program import NOW  # noqa: PLC0415 (only here)

    from bgpcheck import api  # noqa: PLC0415 (only here)

    return api.check_sync(api.Options(peer_asn=3333, prefixes=["193.0.0.0/21"], now=NOW)).result


def test_a_result_without_gaps(ready: Result) -> None:
    from dataclasses import replace  # noqa: PLC0415 (only here)

    assert "No answer from" not in report(Told(replace(ready, gaps=()), {}))


@pytest.mark.parametrize(
    ("value", "written"),
    [("<b>", "&lt;b&gt;"), ("\"'&", "&quot;&#x27;&amp;"), (3333, "3333"), ("\x1b", "\\x1b"), ("\u202e", "\\u202e"), ("é", "é")],
)
def test_text(value: object, written: str) -> None:
    assert text(value) == written


def test_a_hostile_registry_makes_no_tags(dangerous: tuple[str, Outcomes], calm: Outcomes) -> None:
    said, outcomes = dangerous
    page = papers(outcomes)["report.html"]
    seen = Page(page)
    assert acting(page) == []
    assert (seen.open, seen.broken) == ([], [])
    assert not re.search(r"https?:|//", re.sub(r">[^<]*<", "><", page))
    if "holder" in outcomes.result.assessments[0].verdict.reason:
        assert seen.skeleton == Page(papers(calm)["report.html"]).skeleton
        whole = said.encode("utf-8", "replace").decode()
        assert html.escape(visible(whole[:40])[:20].strip()) in page
