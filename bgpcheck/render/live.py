"""A lab or watch for people on a terminal, fitted to it: the answer first, then sessions, prefixes, findings, silences. Pure.

Rule: as in ``table``: every string has been cleaned; no word is cut, and what there is no room for is counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from bgpcheck.render import live_rows as rows
from bgpcheck.render import live_words as words
from bgpcheck.render.clean import visible
from bgpcheck.render.live_fit import Section, fits, fitted, wrapped
from bgpcheck.render.live_rows import FULL, MIDDLE, SHORT
from bgpcheck.render.table import STYLE
from bgpcheck.render.terminal import drawn
from bgpcheck.render.words import capital, worst_first
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console

    from bgpcheck.lab.view import View

NARROWEST, LOWEST = 20, 5  # columns and rows that a terminal has at least
MOST = 60  # prefixes, findings or silences of the last picture; what is left out is counted


def as_screen(view: View, width: int, height: int) -> Text:
    """Draw everything that fits on ``width`` columns and ``height`` rows, one renderable of at most as many lines."""
    return Text("\n", no_wrap=True, end="").join(_lines(view, max(width, NARROWEST), max(height, LOWEST)))


def as_text(view: View, *, width: int = 100, color: bool = False) -> str:
    """Draw everything as text, of long lists the most urgent."""
    return drawn(lambda console: _draw(console, view, width), width=width, color=color)


def _draw(console: Console, view: View, width: int) -> None:
    """Draw all lines."""
    for line in _lines(view, max(width, NARROWEST), None):
        console.print(line, soft_wrap=True)


def _lines(view: View, width: int, height: int | None) -> list[Text]:
    """Draw the lines; ``height`` None for as many as there are."""
    head, foot = list(_head(view, width)), list(_foot(view, width, short=height is not None))
    if height is None:
        return [*head, *fitted(_last(view, width), None, width), Text(""), *foot]
    head = head[:height]  # the answer counts for more than the foot
    foot = foot[: max(height - len(head), 0)]
    room = height - len(head) - len(foot)
    ways = [_sections(view, width, detail, room) for detail in (FULL, MIDDLE) if len(view.prefixes) < room]
    way = next((each for each in ways if fits(each, room, width)), ())
    body = fitted(way or _sections(view, width, SHORT, room), room, width)
    return [*head, *body, *([Text("")] if len(body) < room else []), *foot]


def _head(view: View, width: int) -> Iterator[Text]:
    """Draw the answer and the next step."""
    style = f"bold {STYLE.get(view.verdict or '', 'cyan')}".strip()
    yield from wrapped(Text(f"{words.answer_sign(view)} {visible(view.title)}: {words.answer_word(view)}", style=style), width, 2)
    yield from wrapped(Text(visible(words.sentence(view.answer))), width, 2, 2)
    if view.next:
        yield from wrapped(Text.assemble(("Next: ", "bold"), visible(f"{view.next}.")), width, 2, 2)


def _foot(view: View, width: int, *, short: bool) -> Iterator[Text]:
    """Draw since when this goes on, and the counts; where it is to be short, those that fit into a line."""
    text = Text(f"{utc(view.at)}, for {words.age(view.begun, view.at)}", style="dim")
    for name, count in words.counts(view):
        more = f" · {count} {visible(name)}"
        if not short or text.cell_len + cell_len(more) <= width:
            text.append(more)
    yield from wrapped(text, width, 2)


def _last(view: View, width: int) -> list[Section]:
    """Draw the parts of the last picture: as ``_sections``, but prefixes that are alike are told once."""
    links = words.links(view)
    order = view.prefixes if len(view.prefixes) <= MOST else words.urgent_first(view.prefixes, links)
    groups = rows.alike(order)[:MOST]
    left = len(view.prefixes) - sum(map(len, groups))
    items = rows.together(groups, links, width)
    told = Section("prefixes", capital(words.heading(view)), items, len(items) + left, weight=3)
    return [told if one.name == told.name else one for one in _sections(view, width, FULL, MOST)]


def _sections(view: View, width: int, detail: int, most: int) -> list[Section]:
    """Draw the parts, in their order, ``most`` items of each; where prefixes are not all drawn whole, the most urgent come first."""
    links = words.links(view)
    order = view.prefixes if detail == FULL and len(view.prefixes) <= most else words.urgent_first(view.prefixes, links)
    silences = words.silences(view.gaps)
    findings = rows.findings(worst_first(view.findings)[:most], width)
    return [
        Section("sessions", "Sessions", rows.sessions(view, width, detail, most), len(view.sessions), weight=4),
        Section("prefixes", capital(words.heading(view)), rows.prefixes(order[:most], links, width, detail), len(order), weight=3),
        Section("findings", f"Findings: {words.weights(view)}", findings, len(view.findings)),
        Section("silent sources", "No answer from", rows.gaps(silences[:most], width), len(silences)),
    ]
