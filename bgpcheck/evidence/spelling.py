r"""A text in every spelling in which a member of a bundle may have it: what is to be left out must be found first. Pure.

Spellings: upper and lower case; JSON (``\u0062``), HTML (``&#98;``), percent (``%62``) and what bgpcheck spells out (``\x62``); a
backslash before a letter, as Markdown has it; folded over lines, also those that begin with ``remarks:``, ``>`` or ``#``, and over the
items of a JSON list; within Base64 and hexadecimal, also folded, and within what these hold.
Rule: better too much is found than too little.
"""

from __future__ import annotations

import base64
import html
import re
from itertools import accumulate
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHORT = 8  # characters: shorter texts count where they stand alone only, for they are in many words
LEAST_LETTERS, LEAST_DIGITS = 3, 5  # in a text that can be told from others; letters in bytes, since one Chinese one is a name
LATIN = 0x100  # what two hexadecimal digits can say
DEEPEST = 3  # codes within codes
# Before a new line's own text: an attribute's name, a mark of quoting or of a comment.
_PREFIX = r"(?:[A-Za-z*-]{1,20}:[ \t]{0,40}|[>#%|*+]{1,3}[ \t]{0,40})?"
_BREAK = r"(?:\\{1,8}[rn]|\r?\n){1,8}"
_FOLD = rf"(?:[ \t]{{0,40}}{_BREAK}[ \t]{{0,40}}{_PREFIX}|\"\s{{0,40}},\s{{0,40}}\")?"
_BLANKS = tuple(one for one in map(chr, range(0x3001)) if one.isspace())  # every one of Unicode
_CODES = {form: "|".join(format(ord(one), form) for one in _BLANKS) for form in ("d", "x", "04x")}
_LATIN = "|".join(f"{ord(one):02x}" for one in _BLANKS if ord(one) < LATIN)
_PERCENT = "|".join(quote(one, safe="") for one in _BLANKS)
_NAMED = r"&(?:nbsp|tab|newline|e[mn]sp|thinsp);|&\#0{0,8}(?:" + _CODES["d"] + r");|&\#x0{0,8}(?:" + _CODES["x"] + ");"
_ESCAPES = r"\\{1,8}(?:[nrtvf]|x(?:" + _LATIN + ")|(?:u|U0000)(?:" + _CODES["04x"] + "))"
_SPACE = rf"(?:[\s+]|{_PERCENT}|{_NAMED}|{_ESCAPES}|\"\s{{0,40}},\s{{0,40}}\")"
_BLANK = rf"{_SPACE}{{1,80}}{_PREFIX}"
_ESCAPED = r"\\{0,4}"
_GAPS = "().-/"  # what telephone numbers are written with, beside blanks
MOST_GAPS = 40
_WIDE = re.compile(rf"[\s{re.escape(_GAPS)}]{{{MOST_GAPS + 1}}}")
# What a short text may follow: no letter, or one that belongs to an escape.
_BEGIN = r"(?:(?<![^\W_])|(?<=\\[nrtbfv])|(?<=%[0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4})|(?<=\\x[0-9A-Fa-f]{2}))"
_END = r"(?![^\W_])"
_FIRST = r"(?<!\\)(?<!u005c)(?<!x5c)(?<!&\#92;)(?<!&\#x5c;)(?<!%5c)"  # of backslashes in a row the first, lest each be tried
ROUND = {"<": "(", ">": ")"}  # as the ticket writes a mail address
_LINE = r"[A-Za-z0-9+/_-]"
_LINES = rf"{_BREAK}[ \t]{{0,40}}{_PREFIX}"
_RUN = re.compile(rf"{_LINE}{{12,}}(?:{_LINES}{_LINE}{{12,}})*(?:{_LINES}{_LINE}{{1,11}}(?=[\s\\\"'=]|\Z))?={{0,2}}")
_NOISE = re.compile(rf"{_LINES}|=")
_TEXT = re.compile("[ -~\xa0-\ufffc]{6}")  # what a run that stands for text has, and one that does not seldom has
_HEX = re.compile(r"(?:0x)?((?:[0-9A-Fa-f]{2}){6,})")
_NUMBER = re.compile(r"\+?[\d\s().\-/]{7,}")


def tells(text: str) -> bool:
    """Tell whether a text says enough to be looked for anywhere: signs, a letter or a small number are in everything."""
    letters = "".join(one for one in text if one.isalpha())
    return len(letters.encode("utf-8", "replace")) >= LEAST_LETTERS or sum(map(str.isdigit, text)) >= LEAST_DIGITS


def pattern(text: str) -> re.Pattern[str]:
    """Make an expression that finds ``text``, which is not blank, in every plain spelling, and never finds nothing."""
    words = text.split()
    if _NUMBER.fullmatch(text) and re.search(r"\d", text):
        gap = f"(?>(?:{_SPACE}|[A-Za-z*-]{{1,20}}:|[>#|*]|%(?![0-9a-f]{{2}})|{'|'.join(map(_spelled, _GAPS))}){{0,{MOST_GAPS}}})"
        body = gap.join(_spelled(one, first=not index) for index, one in enumerate(re.findall(r"[\d+]", text)))
    else:
        body = _BLANK.join(_word(word, first=not number) for number, word in enumerate(words))
    if _WIDE.search(text):  # wider than the expression looks: at least as it stands there
        body = f"(?:{re.escape(text)}|{body})"
    return re.compile(f"{_BEGIN}{body}{_END}" if len(text) < SHORT else body, re.IGNORECASE)


def _word(word: str, *, first: bool) -> str:
    """Spell a word, which may be folded anywhere; a hyphen within may be missing, as GUIDs are written without. ``first``: of the text.

    Backslashes in a row are any number of them, since each may be escaped by others: told apart they could be read in very many ways.
    """
    units = [found[0] for found in re.finditer(r"\\+|.", word, re.DOTALL)]
    letters = [_unit(one, first=first and not index, begins=not index) for index, one in enumerate(units)]
    ends = accumulate(map(len, units))
    within = {found.end() for found in re.finditer(r"(?<=[^\W_])-(?=[^\W_])", word)}
    return _FOLD.join(f"(?:{letter})?" if end in within else letter for end, letter in zip(ends, letters, strict=True))


def _unit(unit: str, *, first: bool, begins: bool) -> str:
    """Spell backslashes in a row, each read in one way, or one letter. ``begins``: it is the first of its word."""
    if unit[0] == "\\":
        return (_FIRST if begins else "") + f"(?:(?>{_spelled(unit[0], first=True)}))+"
    return _spelled(unit, first=first)


def _spelled(one: str, *, first: bool = False) -> str:
    """Spell a character."""
    code = ord(one)
    ways = {
        re.escape(one),
        re.escape(html.escape(one)),
        "".join(rf"\\{{1,8}}u{unit:04x}" for unit in _units(one)),
        rf"\\{{1,8}}U{code:08x}",
        rf"&\#0{{0,8}}{code};",
        rf"&\#x0{{0,8}}{code:x};",
        "".join(f"%{byte:02x}" for byte in one.encode("utf-8", "replace")),
    }
    ways |= {re.escape(ROUND[one])} if one in ROUND else set()
    ways |= {r"\\{1,8}b"} if one == "\b" else set()  # JSON's other short escapes are blanks, or the character itself
    ways |= {rf"\\{{1,8}}x{code:02x}"} if code < LATIN else set()
    return f"{'' if first else _ESCAPED}(?:{'|'.join(sorted(ways, key=len, reverse=True))})"


def _units(one: str) -> list[int]:
    """Give the UTF-16 units of a character, as JSON escapes them."""
    data = one.encode("utf-16-be", "surrogatepass")
    return [int.from_bytes(data[at : at + 2]) for at in range(0, len(data), 2)]


def coded(text: str, find: Callable[[str], str], depth: int = DEEPEST) -> tuple[str, tuple[str, ...]]:
    """Replace every run of Base64 or hexadecimal that holds something; gives the text, and what the runs were replaced by.

    ``find`` gives, for what a run stands for, the words to put in its place, or nothing where it holds nothing.
    """
    put: list[str] = []

    def checked(found: re.Match[str]) -> str:
        words = next(filter(None, (_held(one, find, depth) for one in _decoded(found[0]))), "")
        put.extend([words] if words else [])
        return words or found[0]

    text = _RUN.sub(checked, _HEX.sub(checked, text))
    return text, tuple(put)


def _held(text: str, find: Callable[[str], str], depth: int) -> str:
    """Say what a decoded text holds, itself or in codes of its own."""
    if not _TEXT.search(text):
        return ""
    found = find(text)
    return found if found or depth == 1 else next(iter(coded(text, find, depth - 1)[1]), "")


def _decoded(run: str) -> Iterator[str]:
    """Give what a run may stand for: it may begin before its code does."""
    if found := _HEX.fullmatch(run):
        yield bytes.fromhex(found[1]).decode("utf-8", "replace")
    plain = _NOISE.sub("", run).replace("-", "+").replace("_", "/")
    for start in range(4):
        part = plain[start:]
        part = part[: len(part) - (len(part) % 4 == 1)]
        yield base64.b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "replace")
