"""The page of a lab: everything is escaped, tables are tables, rows have keys, and it is whole without its script."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import hostile
import pytest
import views
from hypothesis import given
from hypothesis import strategies as st

from bgpcheck.render.page import POLICY, page, part
from bgpcheck.render.page_changes import changed
from bgpcheck.rules.base import Finding, Severity

if TYPE_CHECKING:
    from bgpcheck.lab.view import View

VOID = {"meta", "link"}
TAGS = {
    "html", "head", "title", "style", "script", "noscript", "body", "header", "main", "section", "footer", "h1", "h2", "p", "div", "span",
    "a", "strong", "code", "del", "details", "summary", "table", "caption", "thead", "tbody", "tr", "th", "td", "meter", "dl", "dt", "dd",
    *VOID,
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "name", "content", "rel", "href", "http-equiv", "class", "role", "id", "tabindex", "aria-hidden", "aria-labelledby",
    "scope", "data-title", "data-key", "data-label", "data-since", "min", "max", "low", "high", "optimum", "value",
}  # fmt: skip
VIEWS = views.all_of_them()


class Reader(HTMLParser):
    """Reads a page strictly: every tag is known and closed in its turn."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        assert len(dict(attrs)) == len(attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_it_is_valid_and_a_reader_finds_his_way(view: View) -> None:
    read = Reader(page(view))
    assert read.all("html") == [{"lang": "en"}]
    assert {"name": "viewport", "content": "width=device-width,initial-scale=1"} in read.all("meta")
    ids = [attributes["id"] for _, attributes in read.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert all(one["aria-labelledby"] in ids for one in read.all("section"))
    assert len(read.all("caption")) == len(read.all("table"))
    assert all(one["scope"] in {"col", "row"} for one in read.all("th"))
    assert [one["href"] for one in read.all("a")] == ["#prefixes"]
    assert len(read.all("h1")) == len(read.all("main")) == len(read.all("header")) == 1
    assert {"http-equiv": "refresh", "content": "5"} in read.all("meta")


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_every_row_and_detail_has_a_key_of_its_own(view: View) -> None:
    rows = [attributes["data-key"] for tag, attributes in Reader(part(view)).tags if "data-key" in attributes and tag in {"tr", "details"}]
    assert len(rows) == len(set(rows))
    assert len(rows) >= len(view.prefixes) + len(view.sessions)


def test_rows_that_are_alike_have_keys_too() -> None:
    one = Finding("PFX-5", Severity.NOTE, "x", "y", "z")
    keys = re.findall(r'<tr role="row" data-key="([^"]*)">', part(views.view(findings=(one, one, one), prefixes=(), sessions=(), gaps=())))
    assert keys == ["PFX-5 x y", "PFX-5 x y 2", "PFX-5 x y 3"]


def test_everything_is_told_in_words() -> None:
    text = Reader(part(views.view())).text
    for told in (
        "ams-primary: … no verdict yet", "No verdict yet: 1 prefix waits for the registries' answers.", "Next: wait.",
        "Listening for 2 h 3 min", "secondary 193.0.16.5 AS3333 ✘ down for 4 min went down 3 times hold time 180 s",
        "187 of 200 near the limit", "201 of 200 over the limit", "dropped as Microsoft does at route 201 (LIM-1)",
        "last: sent: cease, maximum number of prefixes reached (6/1)", "193.0.12.0/24 not announced ! manual-validation medium",
        "193.0.20.0/24 not listed ✔ configured high",
        "193.0.1.0/24 inside a listed one ✔ configured high", "3333 64512 64512 → 3333 origin AS3333", "the links differ in their path",
        "only on the secondary link", "the registries are being asked", "To do: open-ticket, by you.",
        "Refused (PFX-5): no listed prefix covers it: list it, or stop announcing it.",
        "Communities: 12076:51004 (Microsoft, West Europe) , 65535:65281 (NO_EXPORT)", "whois.radb.net timeout no answer in 5 s",
        "events 1234",
    ):  # fmt: skip
        assert told in text
    assert text.index("Blockers") < text.index("Sessions") < text.index("Prefixes") < text.index("Findings") < text.index("No answer from")


def test_sources_with_the_same_to_do_are_one_row() -> None:
    view = views.view(gaps=tuple(replace(views.GAPS[0], source=source) for source in ("radb", "nttcom", "level3")))
    assert "detail radb, nttcom, level3 timeout no answer in 5 s: try again later" in Reader(part(view)).text


def test_the_foot_leaves_out_what_only_we_need() -> None:
    foot = part(views.view(counts={"applied": 7, "queuedBytes": 8, "deepestBytes": 9, "lookups": 1})).partition("<footer")[2]
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", foot) == [("look-up", "1")]


def test_what_is_the_same_on_both_links_is_told_once() -> None:
    text = Reader(part(views.good())).text
    assert "193.0.0.0/21 ✔ configured high 3333 origin AS3333 the same" in text
    assert "Blockers" not in text
    assert "Findings" not in text


def test_links_that_are_not_compared_are_named() -> None:
    view = views.view(
        sessions=views.SESSIONS[:1], prefixes=(views.row("193.0.0.0/21"), views.row("193.0.8.0/24", None, "missing")), counts={}
    )
    text = Reader(part(view)).text
    assert "primary: 3333 origin AS3333 secondary: 3333 origin AS3333" in text
    assert "193.0.8.0/24 not announced … asking… not announced the registries are being asked" in text
    assert "details" not in part(replace(view, prefixes=view.prefixes[1:]))


def test_a_prefix_that_also_goes_to_the_internet_is_told() -> None:
    row = views.row("193.0.0.0/21", heard=(*views.both(), views.heard("internet", "3333 25152")))
    text = Reader(part(views.view(prefixes=(row,)))).text
    assert "the same also announced to the Internet route-object-exact" in text
    assert "internet ( 192.0.2.9 ), 2026-11-02T08:01:00Z: 3333 25152 origin AS25152" in text


def test_sessions_without_a_limit_and_paths_without_words() -> None:
    one = replace(views.SESSIONS[0], limit=None, routes=(("ipv4", 900_000),), peer_asn=None, since=None, hold_time=None, role="")
    row = views.row("193.0.0.0/21", heard=(views.heard("primary", ""), views.heard("secondary", "64512", "")))
    text = Reader(part(views.view(sessions=(one, *views.SESSIONS), prefixes=(row,), next=""))).text
    assert "193.0.16.1 ✔ up 900000 -" in text
    assert "empty path origin NONE" in text
    assert "64512 → empty path origin NONE" in text
    assert "Next:" not in text


def test_the_policy_lets_only_this_style_and_script_run() -> None:
    source = page(views.view())
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        assert len(found) == 1
        digest = base64.b64encode(hashlib.sha256(found[0].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in POLICY.split("; ")
    assert POLICY.startswith("default-src 'none'; ")
    assert "unsafe" not in POLICY
    assert not re.search(r"\s(on\w+|style)=", re.sub(r"<(style|script)>.*?</\1>", "", source, flags=re.DOTALL))


def test_of_very_many_the_most_urgent_come_first() -> None:
    words = re.findall(r'data-label="verdict"><div><span class="verdict ([a-z-]+)', part(views.large()))
    assert len(words) == 200
    order = ["manual-validation", "validation-needed", "undetermined", "open", "configured"]
    assert [word for at, word in enumerate(words) if not at or words[at - 1] != word][:2] == order[:2]
    assert words[-1] == "configured"


@pytest.mark.parametrize("text", hostile.TEXTS.values(), ids=hostile.TEXTS)
def test_nothing_from_outside_becomes_markup_or_acts(text: str) -> None:
    view = views.hostile(text)
    read = Reader(page(view))
    assert not hostile.acting(html.unescape(part(view)))
    assert len(read.all("script")) == len(read.all("style")) == 1
    plain = Reader(page(views.hostile("calm")))
    assert {tag for tag, _ in read.tags} <= {tag for tag, _ in plain.tags} | {"details", "summary", "del", "p", "strong"}


@given(st.text(max_size=60))
def test_any_text(text: str) -> None:
    view = views.hostile(text)
    assert not hostile.acting(html.unescape(part(view)))
    assert Reader(page(view)).tags


TALLY = "1 manual-validation, 1 validation-needed, 1 undetermined, 3 configured."
NAMELESS = views.view(sessions=(replace(views.SESSIONS[0], role=""),))
CHANGES = {
    "nothing": (views.view(), views.view(), ""),
    "the time": (views.view(), views.view(at=views.BEGUN), ""),
    "a session": (views.empty(), views.view(prefixes=(), findings=()), "Session primary is up. Session secondary is down."),
    "the verdict": (views.view(), views.view(verdict="configured"), "Verdict: configured."),
    "a prefix": (views.view(), views.view(prefixes=(*views.ROWS, views.row("11.0.0.0/24"))), "11.0.0.0/24: configured."),
    "a prefix that waits": (views.view(), views.view(prefixes=(*views.ROWS, views.row("11.0.0.0/24", None))), ""),
    "prefixes": (views.view(prefixes=()), views.view(), "6 prefixes have a new verdict: " + TALLY),
    "one inside a listed one": (
        views.view(prefixes=()), views.view(prefixes=(views.row("193.0.1.0/24", standing="inside"),)), "193.0.1.0/24: configured."),
    "a finding": (views.view(findings=()), views.view(), "3 new findings."),
    "a nameless session": (views.view(sessions=()), NAMELESS, "Session 193.0.16.1 is up."),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "wanted"), CHANGES.values(), ids=CHANGES)
def test_what_changed_in_a_few_words(old: View, new: View, wanted: str) -> None:
    assert changed(old, new) == wanted
