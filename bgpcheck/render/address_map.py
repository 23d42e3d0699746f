"""A block of the address plan as a line of cells, in address order. Pure; nothing is drawn to true area."""

from __future__ import annotations

from math import ceil, log2
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.render.words import SYMBOL
from bgpcheck.result import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.policy import Outcome
    from bgpcheck.render.address_tree import Part

WIDTH, NAME, HIGH = 740, 8, 22  # pixels of the picture, before the first cell, and of a line
ACROSS, LEAST, MOST_CELLS = 36, 9, 216  # cells of a line, pixels of the narrowest, and cells of one block at most


class Cell(NamedTuple):
    """A piece of a block, or neighbours together: the weight of its width, its verdict (None: a link's), and whether it is nobody's."""

    weight: float
    outcome: Outcome | None
    gap: bool

    @property
    def look(self) -> str:
        """Give the classes."""
        return "gap" if self.gap else f"cell {self.outcome or 'pale'}"


def cells(parts: Sequence[Part]) -> Iterator[Cell]:
    """Put parts into cells, several into one where there are too many."""
    each = ceil(len(parts) / MOST_CELLS) or 1
    smallest = min((part.span.size for part in parts), default=1)
    for at in range(0, len(parts), each):
        some = parts[at : at + each]
        members = [part.member for part in some if part.member]
        outcomes = [one.outcome for one in members if one.outcome is not None]
        weight = 1 + log2(sum(part.span.size for part in some) / smallest)
        yield Cell(weight, min(outcomes, key=FIRST.index, default=None), gap=not members)


def line(some: Sequence[Cell], y: int) -> str:
    """Draw one line of a map: cells of one look together, and their signs, each at its place."""
    room, whole = WIDTH - 2 * NAME - LEAST * len(some), sum(one.weight for one in some)
    x, found = float(NAME), dict[Cell, list[tuple[float, float]]]()
    for one in some:
        width = LEAST + room * one.weight / whole
        found.setdefault(one._replace(weight=0), []).append((x, width))
        x += width
    return "\n".join(piece for one, places in found.items() for piece in _alike(one, places, y))


def _alike(one: Cell, places: Sequence[tuple[float, float]], y: int) -> Iterator[str]:
    """Draw the cells of one look."""
    shapes = "".join(f"M{x + 1:.1f} {y + 2}h{width - 2:.1f}v{HIGH - 5}h{2 - width:.1f}z" for x, width in places)
    yield f'<path class="{one.look}" d="{shapes}"/>'
    if not one.gap:
        middles = " ".join(f"{x + width / 2:.1f}" for x, width in places)
        signs = (SYMBOL[one.outcome] if one.outcome else "=") * len(places)
        yield f'<text class="small mid {one.outcome or "pale"}" x="{middles}" y="{y + 15}">{signs}</text>'


def together(parts: Sequence[Part]) -> str:
    """Say that cells stand for several pieces."""
    return f"each cell is {ceil(len(parts) / MOST_CELLS)} neighbouring pieces, of {len(parts)}: the sign is the worst of them"
