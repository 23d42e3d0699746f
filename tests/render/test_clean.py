from __future__ import annotations

import unicodedata

import pytest
from hostile import TEXTS, acting
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bgpcheck.render.clean import LONGEST, address, cell, markdown, prose, unheeded, visible

TEXT = st.text(st.characters(codec=None), max_size=60)

VISIBLE = [
    ("plain ASCII", "plain ASCII"),
    ("", ""),
    ("Café Zürich 株式会社 ✔", "Café Zürich 株式会社 ✔"),
    ("\x1b[31m", "\\x1b[31m"),
    ("a\tb\nc\r\0\x7f", "a\\x09b\\x0ac\\x0d\\x00\\x7f"),
    ("\x9b31m", "\\x9b31m"),
    ("\u202e\u2066\u200f", "\\u202e\\u2066\\u200f"),
    ("\u200b\ufeff\u00ad", "\\u200b\\ufeff\\xad"),
    ("\u2028\u2029", "\\u2028\\u2029"),
    ("\u034f\u3164\u2800\ufff9", "\\u034f\\u3164\\u2800\\ufff9"),
    ("\ud800", "\\ud800"),
    ("\ue000\U0010ffff", "\\ue000\\U0010ffff"),
    ("\U000e0041", "\\U000e0041"),
    ("🧨", "🧨"),
    ("a" * LONGEST, "a" * LONGEST),
    ("a" * (LONGEST + 1), "a" * LONGEST + " …"),
    ("é" * (LONGEST + 1), "é" * LONGEST + " …"),
]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("##[stop-commands]x", "#\\x23[stop-commands]x"),
        ("a ##[error]b ##[group]c", "a #\\x23[error]b #\\x23[group]c"),
        ("###[x", "##\\x23[x"),
        ("::stop-commands::x", "\\x3a:stop-commands::x"),
        (" \u3000::error::x", " \u3000\\x3a:error::x"),
        ("## [x] #[y] 2001:db8:: a::b", "## [x] #[y] 2001:db8:: a::b"),
    ],
)
def test_unheeded(text: str, shown: str) -> None:
    assert unheeded(text) == shown


@pytest.mark.parametrize(("text", "shown"), VISIBLE)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_lines_are_kept_where_they_are_meant() -> None:
    assert visible("a\nb\r\n\x0bc", lines=True) == "a\nb\\x0d\n\\x0bc"
    assert visible("a\nb") == "a\\x0ab"


@given(TEXT)
def test_what_is_visible_acts_on_nothing_and_is_not_changed_again(text: str) -> None:
    shown = visible(text)
    assert acting(shown.replace("\n", "\0")) == []
    assert visible(shown) == shown
    shown.encode()  # no half characters
    if all(unicodedata.category(one)[0] in "LNPS" and one.isascii() for one in text):
        assert shown == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("193.0.0.0/21", "193.0.0.0/21"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@x", "'@x"),
        (" =1", "' =1"),
        ("\t=1", "\\x09=1"),
        ("\r=1", "\\x0d=1"),
        ("＝1", "'＝1"),  # noqa: RUF001 (a full-width sign)
        ("", ""),
        (" ", " "),
    ],
)
def test_cell(text: str, shown: str) -> None:
    assert cell(text) == shown


@given(TEXT)
def test_no_cell_is_a_formula(text: str) -> None:
    shown = cell(text)
    assert unicodedata.normalize("NFKC", shown.lstrip()[:1]) not in {"=", "+", "-", "@"}
    assert acting(shown) == []


MARKDOWN = [
    ("plain, text: 193.0.0.0/21; 2001:67c::/32", "plain, text: 193.0.0.0/21; 2001:67c::/32"),
    ("[a](b)", "\\[a\\]\\(b\\)"),
    ("- item", "\\- item"),
    ("1. item", "1\\. item"),
    ("1.2", "1.2"),
    ("===", "\\==="),
    ("https://x", "https\\://x"),
    ("WWW.x", "WWW\\.x"),
    ("a@b", "a\\@b"),
    ("    code", "code"),
    ("a|b", "a\\|b"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "written"), MARKDOWN)
def test_markdown(text: str, written: str) -> None:
    assert markdown(text) == written


def shown(text: str) -> tuple[list[str], str]:
    """What a reader of Markdown makes of a text: its blocks and inline marks, and the words."""
    tokens = [
        inner
        for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
        for inner in (token, *(token.children or ()))
    ]
    return [one.type for one in tokens], "".join(one.content for one in tokens if one.type in {"text", "text_special"})


PARAGRAPH = ["paragraph_open", "inline", "text", "paragraph_close"]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_markdown_of_a_hostile_text_is_one_plain_paragraph(text: str) -> None:
    blocks, words = shown(f"x {markdown(text)}")
    assert [one for one in blocks if one != "text_special"][:4] == PARAGRAPH
    assert set(blocks) <= {*PARAGRAPH, "text_special"}
    assert " ".join(words.split()) == " ".join(f"x {visible(text)}".split())


@given(TEXT)
def test_markdown_shows_any_text_as_it_is(text: str) -> None:
    blocks, words = shown(markdown(text))
    assert set(blocks) <= {*PARAGRAPH, "text_special"}
    assert " ".join(words.split()) == " ".join(visible(text).split())


PROSE = [
    ("jane.doe@contoso.example, +31 20 555 0100", "jane.doe@contoso.example, +31 20 555 0100"),
    ("+31 20", "+31 20"),
    ("+ 31", "\\+ 31"),
    ("+", "\\+"),
    ("> x > y", "\\> x > y"),
    ("@jane a_b _c_ d__e @", "\\@jane a_b \\_c\\_ d\\_\\_e \\@"),
    ("________ (x)", "\\_" * 8 + " (x)"),
    ("AT&T & Co", "AT&T & Co"),
    ("a &lt; b &#60; c&", "a \\&lt; b &\\#60; c\\&"),
    ("x&am", "x\\&am"),
    ("[a](b)", "\\[a\\](b)"),
    ("a\\(b", "a\\\\(b"),
    ("a\\_b", "a\\\\\\_b"),
    ("192.87.0.0_16.json", "192.87.0.0_16.json"),
    ("<jane@x>", "\\<jane@x>"),
]


@pytest.mark.parametrize(("text", "written"), PROSE)
def test_prose_has_no_needless_backslash(text: str, written: str) -> None:
    assert prose(text) == written


@given(TEXT, st.sampled_from(["", "x ", "* "]), st.sampled_from(["", " x", ";", "(b)", "[1]", "_"]))
def test_prose_shows_any_text_as_it_is(text: str, before: str, after: str) -> None:
    """Among words of ours too, which must not become part of a mark, a link or an entity."""
    blocks, words = shown(f"{before}{prose(text)}{after}")
    assert set(blocks) <= {*PARAGRAPH, "text_special", "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"}
    assert " ".join(words.split()) == " ".join(f"{before.strip('* ')} {visible(text).strip()}{after}".split())


@given(st.text("ab_@&#;<>+-=1.() \\[]!*`~|:/", max_size=14), st.sampled_from(["", "x ", "* "]))
def test_prose_of_marks_alone(text: str, before: str) -> None:
    test_prose_shows_any_text_as_it_is.hypothesis.inner_test(text, before, "")  # type: ignore[attr-defined]


def test_a_mail_address_in_angle_brackets_is_no_link() -> None:
    assert address("Jane Doe <jane.doe@contoso.example>, +31 20") == "Jane Doe (jane.doe@contoso.example), +31 20"
    assert address("<b>@<i>") == "\\<b>\\@\\<i>"
