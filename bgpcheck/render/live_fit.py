"""Lists of unequal importance on a screen of a given size: what fits is shown, the rest is counted. Pure.

Rule: an item is shown whole or not at all; a heading stands with at least one item or a count.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = list[Text]  # its lines
_PLAIN = Console(file=io.StringIO(), width=80)  # rich wants one to wrap; it is not written to


@dataclass(frozen=True, slots=True)
class Section:
    """A list with its heading. ``name``: what it is a list of; ``total``: its items, of which the first are drawn in ``items``.

    ``weight``: items that it gets in a round.
    """

    name: str
    heading: str
    items: Sequence[Item]
    total: int
    weight: int = 1

    def lines(self, count: int, width: int) -> list[Text]:
        """Draw the first ``count`` items."""
        left = self.total - count
        rest = (
            wrapped(Text(f"… and {left} more" if count else f"… {left}, for which there is no room", style="dim"), width, 2, 2)
            if left
            else []
        )
        heading = wrapped(Text(self.heading, style="bold"), width, 2)
        return [*heading, *(line for item in self.items[:count] for line in item), *rest]


def wrapped(text: Text, width: int, indent: int = 0, first: int = 0) -> list[Text]:
    """Break a text into lines between words, of a word that is too long anywhere; lines after the first are indented by ``indent``."""
    lines = text.wrap(_PLAIN, max(width - max(indent, first), 1), overflow="fold")
    return [Text(" " * (indent if number else first)).append_text(_bare(line)) for number, line in enumerate(lines)] or [Text("")]


def _bare(line: Text) -> Text:
    """Take the blanks from the end of a line."""
    line.rstrip()
    return line


def fitted(sections: Sequence[Section], room: int | None, width: int) -> list[Text]:
    """Draw what fits into ``room`` lines (None: all that is drawn); sections that are empty are left out."""
    there = [one for one in sections if one.items]
    if room is None or fits(there, room, width):
        return [line for one in there for line in [Text(""), *one.lines(len(one.items), width)]]
    kept = _minimal(there, room, width)
    taken = [0] * len(kept)
    _grow(there, kept, taken, (room, width), lambda _: 1)  # something of each
    while _grow(there, kept, taken, (room, width), lambda one: one.weight):
        pass
    return [line for lines in kept for line in lines]


def fits(sections: Sequence[Section], room: int, width: int) -> bool:
    """Tell whether there is room for all, with a blank line before each."""
    if any(one.total > len(one.items) for one in sections):
        return False
    return sum(1 + len(one.lines(one.total, width)) for one in sections if one.items) <= room


def _minimal(there: Sequence[Section], room: int, width: int) -> list[list[Text]]:
    """Give each section its heading and count, as long as there is room; what there is none for is named in the last line."""
    kept: list[list[Text]] = []
    for at, one in enumerate(there):
        lines = one.lines(0, width)
        left = room - sum(map(len, kept))
        if len(lines) > left - (at + 1 < len(there)):
            names = ", ".join(each.name for each in there[at:])
            note = wrapped(Text(f"no room for {names}", style="dim"), width, 2, 2)
            return [*kept, note] if len(note) <= left else kept
        kept.append(lines)
    return kept


def _grow(
    there: Sequence[Section], kept: list[list[Text]], taken: list[int], size: tuple[int, int], step: Callable[[Section], int]
) -> bool:
    """Give every section as many more items as ``step`` says and the size (lines, columns) allows; tells whether one grew."""
    grew = False
    for at, one in enumerate(there[: len(kept)]):
        room = size[0] - sum(map(len, kept)) + len(kept[at])
        lines, count = _grown(one, taken[at], min(taken[at] + step(one), len(one.items)), room, size[1])
        if lines:
            kept[at], taken[at], grew = lines, count, True
    return grew


def _grown(one: Section, before: int, count: int, room: int, width: int) -> tuple[list[Text] | None, int]:
    """Draw as many more items as fit into ``room`` lines, up to ``count``; None where no more do."""
    for wanted in range(count, before, -1):
        lines = one.lines(wanted, width)
        if len(lines) <= room:
            return lines, wanted
    return None, before
