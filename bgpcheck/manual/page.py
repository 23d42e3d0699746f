"""What is told about a command besides its options, and a page of it as the end of ``--help``. Pure.

Rule: an example is what is typed, to the letter, with the status that it ends with; tests run it. Tuples, since help answers at once.
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

INDENT, DEEPER = "  ", "      "  # of a line, and of its continuation


class Example(NamedTuple):
    """A command line, why one would type it, and its exit status."""

    line: str
    why: str
    status: int = 0

    @property
    def told(self) -> str:
        """Why, with the status where it is not 0."""
        return f"{self.why} (exit status {self.status})" if self.status else self.why


class Page(NamedTuple):
    """What is told about a command besides its options; a note that begins with two spaces is shown as it is, line by line."""

    examples: tuple[Example, ...]
    status: Mapping[int, str]
    see: tuple[str, ...]
    notes: tuple[str, ...] = ()


def epilog(page: Page, width: int) -> str:
    """Lay a page out as the end of a help text, in lines of at most ``width`` columns where the words allow it."""
    parts = [
        "\n".join(["examples:", *_examples(page, width)]),
        *(
            note if note.startswith(INDENT) else textwrap.fill(note, width, break_on_hyphens=False, break_long_words=False)
            for note in page.notes
        ),
        "\n".join(["exit status:", *_statuses(page, width)]),
        "\n".join(["see also:", *(f"{INDENT}{line}" for line in page.see)]),
    ]
    return "\n\n".join(parts)


def typed(line: str, width: int) -> list[str]:
    """Break a command line before options as a shell takes it, with a backslash at the end of each line but the last."""
    lines = [""]
    for part in re.split(r" (?=--|[<>|] )", line):
        longer = f"{lines[-1]} {part}".lstrip() if len(lines) == 1 else f"{lines[-1]} {part}"
        if lines[-1] and len(longer) > width - 2:
            lines.append(f"{DEEPER[2:]}{part}")
        else:
            lines[-1] = longer
    return [*(f"{one} \\" for one in lines[:-1]), lines[-1]]


def _examples(page: Page, width: int) -> Iterator[str]:
    """Give each example below a comment that says why."""
    for one in page.examples:
        yield from (f"{INDENT}# {line}" for line in textwrap.wrap(one.told, width - 4))
        yield from (f"{INDENT}{line}" for line in typed(one.line, width - 2))


def _statuses(page: Page, width: int) -> Iterator[str]:
    """Give each status with its meaning."""
    for status, meaning in page.status.items():
        yield from textwrap.wrap(meaning, width, initial_indent=f"{INDENT}{status:<4}", subsequent_indent=DEEPER)
