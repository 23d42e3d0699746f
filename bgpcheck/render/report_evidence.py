"""The report's matrix (prefix by source), and under each of its words the very lines that it follows from. Pure.

Rule: a word without lines says why there are none; lines that stand in the page already are linked, not repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.evidence.excerpt import Reader
from bgpcheck.evidence.reading import identity
from bgpcheck.render.clean import text
from bgpcheck.render.report_parts import lines, origin, verdict
from bgpcheck.render.stances import Stance, cell, columns
from bgpcheck.sources.base import Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.evidence.excerpt import Excerpt
    from bgpcheck.render.stances import Cell
    from bgpcheck.sources.base import Reply, Request

SIGNS = {Stance.AGREES: "✔", Stance.DISAGREES: "✘", Stance.NOTHING: "○", Stance.SILENT: "?"}
SHORT = 300  # characters of lines that are shown again rather than linked
LEGEND = (
    "✔ agrees with the claim · ✘ disagrees · ○ nothing: it answered, and has nothing for or against it · ? silent: no answer,"
    " or none to rely on (pale where that does not decide). Registration: is the space somebody's? Holder: have prefix and AS number one"
    " holder? RPKI: do ROAs name the AS number? A registry's name: do its route objects? Each word leads to the lines that it follows from."
)


class Evidence:
    """What the sources say of the prefixes of one result. ``mark`` begins every id, so that a page can hold several results."""

    def __init__(self, assessments: Sequence[Assessment], replies: Mapping[Request, Reply], *, mark: str, beside: bool) -> None:
        """Work out every cell once."""
        self._replies, self._mark, self._beside = replies, mark, beside
        self._columns = columns(assessments)
        self._cells = {one.claim.prefix: [cell(one, column) for column in self._columns] for one in assessments}
        self._place = {one.claim.prefix: index for index, one in enumerate(assessments)}
        self._reader = Reader()
        self._shown: dict[Excerpt, str] = {}  # the entry that shows these lines

    def id_of(self, one: Assessment, column: int | None = None) -> str:
        """Name the place of a prefix, or of what one source says of it."""
        name = f"{self._mark}p{self._place[one.claim.prefix]}"
        return name if column is None else f"{name}-{column}"

    def matrix(self, assessments: Sequence[Assessment]) -> Iterator[str]:
        """Write prefixes against sources; each word leads to its lines."""
        heads = ("prefix", "verdict", "confidence", *self._columns)
        head = "".join(f'<th scope="col">{text(name)}</th>' for name in heads)
        yield f'<p class="pale">{LEGEND}</p>'
        yield '<div class="scroll" tabindex="0" role="region" aria-label="Prefixes and sources">'
        yield f'<table class="matrix">\n<thead><tr>{head}</tr></thead>\n<tbody>'
        yield from map(self._row, assessments)
        yield "</tbody>\n</table>\n</div>"

    def _row(self, one: Assessment) -> str:
        """Write one prefix."""
        listed = "" if one.claim.listed else " (not listed)"
        name = f'<th scope="row" data-label="prefix"><a href="#{self.id_of(one)}"><code>{one.claim.prefix}</code></a>{listed}</th>'
        said = f'<td data-label="verdict">{verdict(one.verdict.outcome)}</td>'
        sure = f'<td data-label="confidence">{one.verdict.confidence or "none"}</td>'
        cells = (
            f'<td data-label="{text(column)}"><a class="{_class(found)}" href="#{self.id_of(one, index)}">{_word(found)}</a></td>'
            for index, (column, found) in enumerate(self._said(one))
        )
        return f"<tr>{name}{said}{sure}{''.join(cells)}</tr>"

    def _said(self, one: Assessment) -> Iterator[tuple[str, Cell]]:
        """Give what each source says of a prefix."""
        return zip(self._columns, self._cells[one.claim.prefix], strict=True)

    def entries(self, one: Assessment, *, printed: bool) -> Iterator[str]:
        """Write what each source says of a prefix, with its lines; ``printed``: on paper too, though nobody opened it."""
        kept = ' class="printed"' if printed else ""
        yield f"<details{kept}><summary>What {len(self._columns)} sources say, in their own lines</summary>"
        for index, (column, found) in enumerate(self._said(one)):
            place = self.id_of(one, index)
            yield f'<div class="entry" id="{place}">'
            yield f'<h4>{text(column)}: <span class="{_class(found)}">{_word(found)}</span></h4>\n<p>{text(found.says)}</p>'
            yield from self._lines(one, found, place)
            yield "</div>"
        yield "</details>"

    def _lines(self, one: Assessment, found: Cell, place: str) -> Iterator[str]:
        """Write the lines that a cell follows from, or why there are none."""
        for excerpt, note in self._excerpts(one, found):
            yield f'<p class="pale">{note}{origin(excerpt.document, beside=self._beside)}</p>'
            first = self._shown.setdefault(excerpt, place)
            here = first == place or sum(len(line) for _, line in excerpt.lines) < SHORT
            yield lines(excerpt) if here else f'<p class="pale">The same lines as <a href="#{first}">there</a>.</p>'
        replies = [self._replies.get(request) for request in found.asked] if found.stance is Stance.SILENT else []
        for gap in dict.fromkeys(reply for reply in replies if isinstance(reply, Gap)):
            yield f'<p class="pale">No answer from {text(gap.source)}: {text(gap.reason)}; {text(gap.detail)}</p>'

    def _excerpts(self, one: Assessment, found: Cell) -> Iterator[tuple[Excerpt, str]]:
        """Give the lines, each with what they show: those of the records, or where there is none, those nearest to where it would be."""
        cited = one.knowledge.cited
        documents = {each.id + each.uri: each for record in found.records for each in cited.get(identity(record), ())}.values()
        matching = [self._reader.excerpts(document, found.records, str(one.claim.prefix)) for document in documents]
        if any(excerpt.found for excerpt in matching):
            yield from ((excerpt, "") for excerpt in _each_once(excerpt for excerpt in matching if excerpt.found))
            return
        replies = ((request.subject, self._replies.get(request)) for request in found.asked)
        asked = [(document, subject) for subject, reply in replies if isinstance(reply, tuple) for document in reply]
        nearest = [self._reader.excerpts(document, (), subject) for document, subject in asked]
        yield from ((excerpt, "Not there; what stands nearest: ") for excerpt in _each_once(nearest))


def _each_once(excerpts: Iterable[Excerpt]) -> Iterable[Excerpt]:
    """Leave out what another excerpt of the same file shows too: each question has an extract of its own."""
    return {(one.document.source, one.document.uri, one.lines): one for one in excerpts}.values()


def _word(found: Cell) -> str:
    """Write a stance: a sign and a word."""
    return f"{SIGNS[found.stance]} {found.stance}"


def _class(found: Cell) -> str:
    """Name how a stance looks."""
    return f"{found.stance}" if found.decides else f"{found.stance} idle"
