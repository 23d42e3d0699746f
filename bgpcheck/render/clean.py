"""Text from outside, made harmless (architecture.md, rule 6). Pure.

Rule: whatever a registry, a router or a file wrote is shown, and nothing of it is obeyed.
"""

from __future__ import annotations

import html
import re
import unicodedata

LONGEST = 2000  # characters of one text
BYTE, UNIT = 1 << 8, 1 << 16  # what Python's escapes of two and of four digits can say
ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # Cf: bidirectional and zero-width marks; Zl, Zp: line breaks
# Letters and marks that draw nothing (Default_Ignorable_Code_Point of Unicode, as far as it is not Cf), and the Braille blank.
BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\U000e0100-\U000e01ef]")
FORMULA = frozenset("=+-@")
MARKS = frozenset("\\`*_{}[]<>()#+!|~&$")
LINK = re.compile(r"(?i)(?<=[a-z])(?=://)|(?<=\bwww)(?=\.)|(?=@)")  # where a plain address would become a link
COMMAND = re.compile(r"^(\s*):(?=:)")
# The backslashes of ``markdown`` before what shapes nothing where it stands: round brackets, which make a link only after a square one,
# and those are marked; what begins no line; an underscore or an at sign inside a word; an ampersand that begins no entity.
NEEDLESS = re.compile(r"\\(?=[()])|(?<=.)\\(?=[+>])|^\\(?=\+\S)|(?<=[^\W_])\\(?=[_@][^\W_])|\\(?=&(?!#?\w*(?:;|$)))", re.DOTALL)
MAIL = re.compile(r"<([^\s<>@]{1,64}@[^\s<>@]{1,255})>")
OPENING = re.compile(r"^(\d*)([-=]|(?<=\d)\.(?=\s|$))")  # what makes a list, a rule or a heading where it begins a line


def visible(text: str, *, lines: bool = False) -> str:
    """Replace every character that acts instead of showing: controls, escapes, bidirectional marks, lone surrogates.

    ``lines``: newlines are kept, for text that is meant to have several.
    """
    if text.isascii() and text.isprintable() and len(text) <= LONGEST:
        return text
    short = text if len(text) <= LONGEST else text[:LONGEST] + " …"
    return "".join(one if (one == "\n" and lines) or _shows(one) else _escape(one) for one in short)


def _shows(one: str) -> bool:
    """Tell whether a character only shows."""
    return unicodedata.category(one) not in ACTING and not BLANK.match(one)


def _escape(one: str) -> str:
    """Spell a character out."""
    code = ord(one)
    return f"\\x{code:02x}" if code < BYTE else f"\\u{code:04x}" if code < UNIT else f"\\U{code:08x}"


def text(value: object) -> str:
    """Clean a value for HTML and SVG: escaped, and characters that act are spelled out."""
    return html.escape(visible(str(value)))


def unheeded(line: str) -> str:
    """Keep a line in a log of GitHub's runner from being a command: it takes ``##[`` anywhere, and ``::`` where a line begins."""
    return COMMAND.sub(r"\1\\x3a", line).replace("##[", "#\\x23[")


def cell(text: str) -> str:
    """Clean text for a CSV cell: what a spreadsheet would run as a formula gets an apostrophe in front."""
    clean = visible(text)
    first = unicodedata.normalize("NFKC", clean.lstrip()[:1])  # full-width signs begin formulas too
    return "'" + clean if first in FORMULA else clean


def markdown(text: str) -> str:
    """Clean text for Markdown, anywhere but in a code block: marks, tags, links and table bars are shown as they are."""
    marked = "".join("\\" + one if one in MARKS else one for one in LINK.sub("\0", visible(text).strip()))
    return OPENING.sub(r"\1\\\2", marked).replace("\0", "\\")


def code(text: str) -> str:
    """Write a word as code in Markdown, anywhere in a line; one with marks in it, which could end that, is cleaned as by ``markdown``."""
    clean = visible(text).strip()
    return f"`{clean}`" if clean and MARKS.isdisjoint(clean) else markdown(text)


def prose(text: str) -> str:
    """Clean text for Markdown that is also read as plain text: as ``markdown``, without the backslashes that nothing needs."""
    return NEEDLESS.sub("", markdown(text))


def address(text: str) -> str:
    """Clean a contact as ``prose`` does; the angle brackets of a mail address become round ones, since they would make it a link."""
    return prose(MAIL.sub(r"(\1)", text))
