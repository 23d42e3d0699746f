"""What the report's pictures share: text that fits its place, sheets that fit a page, the look of it all. Pure.

Rule: text from outside is cleaned and escaped where it is written, which is here; what is cut has its full text in a ``<title>``. A
picture has no links, no ids and no styles of its own, so that it may stand on a page any number of times.
"""

from __future__ import annotations

import html
import unicodedata
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.render import clean
from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

SIZE = 13  # pixels of a letter's height; small ones are 12
NARROW, WIDE = frozenset("iljtfrI.,:;|!'/()[] "), frozenset("mwMW@%—…")
TALLEST = 920  # pixels of a sheet: what a printed page holds
MARKS = 2  # accents on one letter; what has more would be drawn over its neighbours
LONG_TITLE = 300  # characters of a full text
STYLE = """
.picture{overflow-x:auto;max-width:100%;margin:.5rem 0}.picture svg{display:block;font:13px system-ui,sans-serif;margin:0 0 .4rem}
.picture text{fill:currentColor}.picture .pale{color:var(--pale);font-size:inherit}
.picture .small{font-size:12px}.picture .bold{font-weight:600}
.picture .mid{text-anchor:middle}.picture .own{fill:currentColor}.picture .other{fill:none;stroke:currentColor}
.picture .line{fill:none;stroke:var(--pale);stroke-width:1.5}.picture .grid{fill:none;stroke:var(--line)}
.picture .box{fill:var(--soft);stroke:var(--pale)}.picture .open{fill:var(--ground);stroke:var(--undetermined);stroke-dasharray:5 4}
.picture .guess{fill:var(--soft);stroke:var(--pale);stroke-dasharray:2 3}
.picture .refused{fill:var(--ground);stroke:var(--blocker);stroke-width:2.5}
.picture:focus-visible{outline:2px solid var(--undetermined);outline-offset:2px}
@media print{.picture{overflow:visible}.picture svg{max-width:100%;height:auto;break-inside:avoid}}
"""


class Strip(NamedTuple):
    """Something as wide as the picture: its ``height`` in pixels, and what draws it with its upper edge at ``y``."""

    height: int
    draw: Callable[[int], str]


def span(text: str, size: int = SIZE) -> float:
    """Estimate how many pixels a text takes, rather too many than too few; what is no Latin letter counts as two."""
    return sum(map(_share, text)) * size


def _share(one: str) -> float:
    """Give a letter's width as a part of its height."""
    if one in NARROW:
        return 0.36
    if one in WIDE or not one.isascii():
        return 0.95 if unicodedata.east_asian_width(one) not in {"W", "F"} else 1.25
    return 0.72 if one.isupper() else 0.58


def fit(text: object, room: float, size: int = SIZE) -> str:
    """Cut a text to so many pixels; it ends in ``…`` then. What acts is spelled out first."""
    whole = _calm(visible(str(text)))
    if span(whole, size) <= room:
        return whole
    kept = sum(end <= room - span("…", size) for end in accumulate(_share(one) * size for one in whole))
    return whole[:kept].rstrip() + "…"


def _calm(text: str) -> str:
    """Leave out accents beyond the second on a letter: they pile up over other lines."""
    if text.isascii():
        return text
    kept, pile = list[str](), 0
    for one in text:
        pile = pile + 1 if unicodedata.category(one).startswith("M") else 0
        if pile <= MARKS:
            kept.append(one)
    return "".join(kept)


def wrap(text: object, room: float, most: int = 2) -> list[str]:
    """Break a text at blanks into at most ``most`` lines of so many pixels, the last one cut to fit."""
    lines = list[str]()
    words = _calm(visible(str(text))).split()
    while words and len(lines) < most - 1:
        count = 1
        while count < len(words) and span(" ".join(words[: count + 1])) <= room:
            count += 1
        lines.append(fit(" ".join(words[:count]), room))
        words = words[count:]
    return [*lines, fit(" ".join(words), room)] if words else lines


def write(x: float, y: float, text: object, room: float, look: str = "") -> str:
    """Write a line whose base is at ``y``, cut to ``room`` pixels; ``look``: classes."""
    return element(x, y, fit(text, room), look, str(text))


def element(x: float, y: float, line: str, look: str, whole: str) -> str:
    """Give one ``<text>`` with a clean ``line``; where it ends in ``…``, the ``whole`` text stands in its title."""
    named = f' class="{look}"' if look else ""
    title = f"<title>{html.escape(visible(whole)[:LONG_TITLE])}</title>" if line.endswith("…") else ""
    return f'<text x="{x:g}" y="{y:g}"{named}>{html.escape(line)}{title}</text>'


def picture(width: int, height: int, label: str, parts: Iterable[str]) -> str:
    """Put one SVG together; ``label`` says to a screen reader what it shows."""
    head = f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{clean.text(label)}">'
    return "\n".join((head, *parts, "</svg>"))


def framed(label: str, pictures: Iterable[str]) -> str:
    """Put pictures into a box that scrolls where it is narrower than they are, by keyboard too."""
    return "\n".join((f'<div class="picture" role="group" tabindex="0" aria-label="{clean.text(label)}">', *pictures, "</div>"))


def sheets(width: int, label: str, strips: Sequence[Strip], head: Strip | None = None) -> Iterator[str]:
    """Draw strips one below the other, on as many pictures as it takes for each to fit a page; ``head`` stands on top of each."""
    found = list(_pages(strips, head.height if head else 0))
    for number, page in enumerate(found):
        whole = [head, *page] if head else page
        more = f", part {number + 1} of {len(found)}" if len(found) > 1 else ""
        yield picture(width, sum(one.height for one in whole) + 4, label + more, _stacked(whole))


def _pages(strips: Sequence[Strip], used: int) -> Iterator[list[Strip]]:
    """Part strips into pages."""
    page, room = list[Strip](), TALLEST - used
    for one in strips:
        if page and room < one.height:
            yield page
            page, room = [], TALLEST - used
        page.append(one)
        room -= one.height
    if page:
        yield page


def _stacked(strips: Iterable[Strip]) -> Iterator[str]:
    """Draw strips from top to bottom."""
    y = 0
    for one in strips:
        yield one.draw(y)
        y += one.height
