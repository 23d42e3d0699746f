"""What the tables for a terminal share: how rich is told to draw, and nothing more. Pure.

Rule: rich reads no markup, and no line ends in blanks; every string that it is given has been cleaned.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.text import Text


def drawn(draw: Callable[[Console], object], *, width: int, color: bool) -> str:
    """Give as text what is drawn on a console of so many columns."""
    out = io.StringIO()
    draw(Console(file=out, width=width, force_terminal=color, no_color=not color, highlight=False, markup=False, emoji=False))
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def line(console: Console, text: Text, indent: int = 2) -> None:
    """Draw a line, every row of it indented."""
    console.print(Padding(text, (0, 0, 0, indent)))
