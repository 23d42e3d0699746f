"""What words of the command line stand for: one of several, a number, a time. Imports little, since every command needs it.

Rule: a word that is wrong is told with its option and what would be right; whatever its length, nothing but its beginning is repeated.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_QUOTED, MOST_DIGITS = 60, 20  # characters of a wrong word, and of a wrong number, that a complaint repeats
MOST_SECONDS = 3600
MOST_DAYS = 30  # of waiting
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}  # seconds
PORTS = 65536
LEAST_ALIKE = 3  # characters: shorter words stand in everything


def near(word: str, known: Iterable[str]) -> str:
    """Propose what may have been meant, as the end of a sentence; nothing where no known word is like it."""
    from difflib import get_close_matches  # noqa: PLC0415 (only when something is wrong)

    word = word[:MOST_QUOTED]
    words, bare = sorted(set(known)), word.lower().lstrip("-")
    like = [one for one in words if len(bare) >= LEAST_ALIKE and bare in one.lower()]
    found = like[:3] or get_close_matches(word, words, cutoff=0.75)
    return f"; did you mean {' or '.join(found)}?" if found else ""


class OneOf:
    """Reads a word that must be one of ``known``; completion offers these.

    No dataclass, which takes long to import.
    """

    __slots__ = ("known",)

    def __init__(self, known: Iterable[str]) -> None:
        """Keep the words."""
        self.known = tuple(known)

    def __call__(self, word: str) -> str:
        """Take the word.

        Raises:
            argparse.ArgumentTypeError: it is none of them.
        """
        if word not in self.known:
            raise argparse.ArgumentTypeError(f"{word[:MOST_QUOTED]!r} is not one of {', '.join(self.known)}{near(word, self.known)}")
        return word


def number(option: str, text: str, what: str, least: int, most: int) -> int:
    """Read a decimal number from ``least`` to ``most``; ``what``: the words before these in a complaint, such as ``seconds,``.

    Raises:
        UsageError: it is not one.
    """
    digits = text.lstrip("0") or "0"
    if not (text.isascii() and text.isdecimal() and len(digits) <= len(str(most)) and least <= int(digits) <= most):
        raise UsageError(f"{option} {text[:MOST_DIGITS]!r}: write {what} {least} to {most}")
    return int(digits)


def seconds(text: str) -> float:
    """Read ``--deadline``; ``UsageError`` where it is not a number of seconds from 1 to ``MOST_SECONDS``."""
    return float(number("--deadline", text, "seconds,", 1, MOST_SECONDS))


def port(option: str, text: str, *, least: int = 1) -> int:
    """Read a port; ``least`` is 0 where that means any free one; ``UsageError`` where it is none."""
    return number(option, text, "a port,", least, PORTS - 1)


def duration(text: str, option: str = "--timeout") -> float:
    """Read a number with its unit, such as ``90s``, ``15m``, ``2h``, ``2d``; gives seconds, at most ``MOST_DAYS``.

    Raises:
        UsageError: it is not one.
    """
    digits, unit = text[:-1], text[-1:]
    good = digits.isascii() and digits.isdecimal() and len(digits) <= len(str(MOST_DAYS * UNITS["d"])) and unit in UNITS
    found = int(digits) * UNITS[unit] if good else 0
    if not 1 <= found <= MOST_DAYS * UNITS["d"]:
        raise UsageError(f"{option} {text[:MOST_DIGITS]!r}: write a time such as 90s, 15m, 2h or 2d, up to {MOST_DAYS}d")
    return float(found)
