"""Where a result goes, ``--output`` or standard output, and how it is drawn for whoever reads there."""

from __future__ import annotations

import os
import shutil
from typing import TypedDict

from bgpcheck.cli import streams

UNKNOWN, LEAST = (120, 40), 40  # columns and rows where there is no terminal; the columns that one has at least


class Drawing(TypedDict):
    """How a table is drawn: ``width`` in columns."""

    width: int
    color: bool


def is_file(output: str | None) -> bool:
    """Tell whether ``--output`` names a file (``-`` is standard output)."""
    return bool(output) and output != "-"


def drawing(output: str | None) -> Drawing:
    """Say how to draw: as wide as the terminal that it goes to, and in colour where ``NO_COLOR`` is not set."""
    terminal = not is_file(output) and streams.is_terminal()
    width = shutil.get_terminal_size(UNKNOWN).columns if terminal else UNKNOWN[0]
    return {"width": max(width, LEAST), "color": terminal and not os.environ.get("NO_COLOR")}


def write(output: str | None, text: str) -> None:
    """Write a result; ``UsageError`` where it can't be."""
    if output and is_file(output):
        streams.put(output, text.encode())
    else:
        streams.say(text)
