"""The pieces that the report is made of: verdicts, tables, the lines of an answer. Pure.

Rule: every string from outside goes through ``clean.text``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.render.clean import text
from bgpcheck.render.words import SYMBOL
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.evidence.document import Document
    from bgpcheck.evidence.excerpt import Excerpt
    from bgpcheck.policy import Outcome

LONG = 40  # characters of HTML from which a cell may be broken anywhere
NEWLINE = "\n"
DIGITS = 16  # of a digest that are shown beside its link


def verdict(outcome: Outcome | None) -> str:
    """Write a verdict: a sign, a word and a colour."""
    return f'<span class="verdict {outcome or "none"}">{SYMBOL[outcome]} {outcome or "no verdict"}</span>'


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], name: str = "records") -> str:
    """Write a table of cells that are HTML already; on a phone each cell names its heading."""
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "\n".join("<tr>" + "".join(map(_cell, heads, row)) + "</tr>" for row in rows)
    return f'<table class="{name}">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>'


def _cell(head: str, content: str) -> str:
    """Write a cell; one that may hold a word of any length can be broken."""
    free = ' class="free"' if len(content) > LONG else ""
    return f'<td data-label="{head}"{free}>{content}</td>'


def plain(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Write a table of values that still are to be escaped."""
    return table(heads, [[text(one) for one in row] for row in rows])


def digest(document: Document, *, beside: bool) -> str:
    """Name a document by its digest, with a link to it where it lies ``beside`` the report, in its bundle."""
    short = f"<code>{document.sha256[:DIGITS]}…</code>"
    return f'<a href="documents/{document.sha256}">{short}</a>' if beside else short


def origin(document: Document, *, beside: bool) -> str:
    """Say where an answer comes from: whom, what was asked, and when."""
    when = (
        f"fetched {utc(document.fetched_at)}"
        if document.fetched_at
        else f"file of {document.dated:%Y-%m-%d}"
        if document.dated
        else "file without a date"
    )
    return f"{text(document.source)} · <code>{text(document.uri)}</code> · {when} · SHA-256 {digest(document, beside=beside)}"


def lines(one: Excerpt) -> str:
    """Write lines of an answer, with their numbers where they have some."""
    if not one.lines:
        return '<p class="pale">The answer holds no line near it.</p>'
    wide = len(str(max(number for number, _ in one.lines)))
    body = [f"{_number(number, before, wide)}{text(line)}" for (number, line), before in zip(one.lines, (0, *_numbers(one)), strict=False)]
    more = [f"… {one.cut} more lines in the document"] if one.cut else []
    return f"<pre>{NEWLINE.join([*body, *more])}</pre>"


def _numbers(one: Excerpt) -> Iterator[int]:
    """Give the numbers of its lines."""
    return (number for number, _ in one.lines)


def _number(number: int, before: int, wide: int) -> str:
    """Write a line's number, where it has one; what is left out between two lines is marked."""
    gap = f"<i>{'…':>{wide}}</i>{NEWLINE}" if before and number > before + 1 else ""
    return f"{gap}<i>{number:>{wide}}</i> " if number else gap
