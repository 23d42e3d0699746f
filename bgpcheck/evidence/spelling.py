r"""A text in every spelling in which a member of a bundle may have it: what is to be left out must be found first. Pure.

Spellings: upper and lower case; JSON (``\u0062``), HTML (``&#98;``), percent (``%62``) and what bgpcheck spells out (``\x62``); a
backslash before a letter, as Markdown has it; folded over lines, also those that begin with ``remarks:``, ``>`` or ``#``, and over the
items of a JSON list; within Base64 and hexadecimal, also folded, and within what these hold.
Rule: better too much is found than too little.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHORT = 8  # characters: shorter texts count where they stand alone only, for they are in many words
DEEPEST = 3  # codes within codes
# Before a new line's own text: an attribute's name, a mark of quoting or of a comment.
_PREFIX = r"[ \t]*(?:[A-Za-z*-]{1,20}:[ \t]*|[>#%|*+]{1,3}[ \t]*)?"
_BREAK = r"(?:\\+[rn]|\r?\n)+"
_FOLD = rf"(?:[ \t]*{_BREAK}{_PREFIX}|\"\s*,\s*\")?"
_BLANK = rf"(?:[\s+]|%20|&nbsp;|&\#0*32;|&\#x0*20;|\\+[nrt]|\\+u00(?:20|09|0a|0d|a0)|{_BREAK}{_PREFIX}|\"\s*,\s*\")+"
_ESCAPED = r"\\{0,4}"
_BETWEEN_DIGITS = r"[ \t().\-/]{0,3}"
# What a short text may follow: no letter, or one that belongs to an escape.
_BEGIN = r"(?:(?<![^\W_])|(?<=\\[nrtbfv])|(?<=%[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4})|(?<=\\x[0-9A-Fa-f]{2}))"
_END = r"(?![^\W_])"
_LINE = r"[A-Za-z0-9+/_-]"
_RUN = re.compile(rf"{_LINE}{{12,}}(?:{_BREAK}{_PREFIX}{_LINE}{{12,}})*(?:{_BREAK}{_PREFIX}{_LINE}{{1,11}}(?=[\s\\\"'=]|\Z))?={{0,2}}")
_NOISE = re.compile(rf"{_BREAK}{_PREFIX}|=")
_HEX = re.compile(r"(?:0x)?((?:[0-9A-Fa-f]{2}){6,})")
_NUMBER = re.compile(r"\+?[\d\s().\-/]{7,}")


def pattern(text: str) -> re.Pattern[str]:
    """Make an expression that finds ``text``, which is not empty, in every plain spelling."""
    words = text.split()
    if _NUMBER.fullmatch(text):
        body = _BETWEEN_DIGITS.join(_spelled(one, first=not index) for index, one in enumerate("".join(re.findall(r"[\d+]", text))))
    else:
        body = _BLANK.join(_word(word, first=not number) for number, word in enumerate(words))
    return re.compile(f"{_BEGIN}{body}{_END}" if len(text) < SHORT else body, re.IGNORECASE)


def _word(word: str, *, first: bool) -> str:
    """Spell a word, which may be folded anywhere; a hyphen may be missing, as GUIDs are written without. ``first``: of the text."""
    letters = (_spelled(one, first=first and not index) for index, one in enumerate(word))
    return _FOLD.join(f"(?:{letter})?" if one == "-" else letter for one, letter in zip(word, letters, strict=True))


def _spelled(one: str, *, first: bool = False) -> str:
    """Spell a character."""
    code = ord(one)
    ways = {re.escape(one), re.escape(html.escape(one)), *(rf"\\+u{unit:04x}" for unit in _units(one)[:1] if code < 0x10000)}  # noqa: PLR2004 (one unit)
    if code >= 0x10000:  # noqa: PLR2004 (as above)
        ways.add("".join(rf"\\+u{unit:04x}" for unit in _units(one)))
    ways |= {rf"\\+U{code:08x}", rf"&\#0*{code};", rf"&\#x0*{code:x};", "".join(f"%{byte:02x}" for byte in one.encode("utf-8", "replace"))}
    ways |= {rf"\\+x{code:02x}"} if code < 0x100 else set()  # noqa: PLR2004 (two digits)
    return f"{'' if first else _ESCAPED}(?:{'|'.join(sorted(ways, key=len, reverse=True))})"


def _units(one: str) -> list[int]:
    """Give the UTF-16 units of a character, as JSON escapes them."""
    data = one.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]


def coded(text: str, holds: Callable[[str], bool], words: str, depth: int = DEEPEST) -> tuple[str, int]:
    """Put ``words`` in the place of every run of Base64 or hexadecimal that ``holds`` something; gives the text, and their number."""
    count = 0

    def checked(found: re.Match[str]) -> str:
        nonlocal count
        if any(_holds(one, holds, depth) for one in _decoded(found[0])):
            count += 1
            return words
        return found[0]

    text = _HEX.sub(checked, text)
    return _RUN.sub(checked, text), count


def _holds(text: str, holds: Callable[[str], bool], depth: int) -> bool:
    """Tell whether a decoded text holds something, itself or in codes of its own."""
    return holds(text) or (depth > 1 and coded(text, holds, "", depth - 1)[1] > 0)


def _decoded(run: str) -> Iterator[str]:
    """Give what a run may stand for: it may begin before its code does."""
    if found := _HEX.fullmatch(run):
        yield bytes.fromhex(found[1]).decode("utf-8", "replace")
    plain = _NOISE.sub("", run).replace("-", "+").replace("_", "/")
    for start in range(4):
        part = plain[start:]
        part = part[: len(part) - (len(part) % 4 == 1)]
        try:
            yield base64.b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "replace")
        except binascii.Error:
            continue
