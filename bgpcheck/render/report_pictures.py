"""The report's pictures: whose the space is, how the list lies in it, what was announced when. Pure.

Rule: whatever a picture shows stands beside it in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.evidence.statement import EVENTS
from bgpcheck.render import address_plan, delegation, drawing, timeline
from bgpcheck.render.clean import text
from bgpcheck.render.report_parts import DIGITS, plain, table
from bgpcheck.render.timeline_story import told
from bgpcheck.render.words import plural, urgent_first

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.evidence.document import Document
    from bgpcheck.result import Result

STYLE = drawing.STYLE + delegation.STYLE + address_plan.STYLE + timeline.STYLE
MOST_CHAINS = 20  # pictures of chains


def delegations(assessments: Sequence[Assessment], *, mark: str, beside: bool) -> Iterator[str]:
    """Draw the chain from IANA to the holder, once for all prefixes that share it, what needs most attention first."""
    groups = delegation.grouped(urgent_first(assessments))
    if not groups:
        return
    yield f'<h2 id="{mark}chains">Whose the addresses and AS numbers are</h2>\n<p class="pale">{text(delegation.LEGEND)}</p>'
    for group in groups[:MOST_CHAINS]:
        yield delegation.as_svg(group)
        rows = [(*map(text, row[:5]), _documents(row.documents, beside=beside)) for row in delegation.as_rows(group)]
        yield _in_words(table((*map(text, delegation.HEADS), "documents"), rows), "This chain in words")
    if len(groups) > MOST_CHAINS:
        left = sum(map(len, groups[MOST_CHAINS:]))
        yield f"<p>{plural(left, 'prefix', 'prefixes')} of {len(groups) - MOST_CHAINS} more chains are not drawn.</p>"


def plan(result: Result) -> Iterator[str]:
    """Draw how the list lies in what was given out, and what covers it."""
    picture = address_plan.as_svg(result)
    if picture:
        yield f'<h2>The address plan</h2>\n<p class="pale">{text(address_plan.LEGEND)}</p>\n{picture}'
        yield _in_words(plain(address_plan.HEADS, address_plan.as_rows(result)), "The plan in words")


def timeline_document(documents: Iterable[Document]) -> Document | None:
    """Find what was heard among the documents that the user put in."""
    return next((one for one in documents if one.source == EVENTS), None)


def timeline_of(result: Result, documents: Iterable[Document]) -> Iterator[str]:
    """Draw sessions and announcements over time, where somebody listened."""
    story = told(timeline_document(documents), result)
    if story is not None:
        yield f'<h2>Sessions and announcements over time</h2>\n<p class="pale">{text(timeline.LEGEND)}</p>'
        yield timeline.as_svg(story, result)
        yield _in_words(plain(timeline.HEADS, timeline.as_rows(story, result)), "The same in words")


def _in_words(content: str, title: str) -> str:
    """Fold what a picture shows, in words."""
    return f"<details><summary>{title}</summary>\n{content}\n</details>"


def _documents(names: Iterable[str], *, beside: bool) -> str:
    """Name documents by the start of their digests."""
    digests = [name.removeprefix("sha256:") for name in names]
    short = [f"<code>{digest[:DIGITS]}…</code>" for digest in digests]
    links = [f'<a href="documents/{digest}">{word}</a>' for digest, word in zip(digests, short, strict=True)]
    return ", ".join(links if beside else short)
