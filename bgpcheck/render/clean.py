"""Text from outside, made harmless (architecture.md, rule 6). Pure.

Rule: whatever a registry, a router or a file wrote is shown, and nothing of it is obeyed.
"""

from __future__ import annotations

import unicodedata

LONGEST = 2000  # characters of one cell


def visible(text: str, *, lines: bool = False) -> str:
    """Replace every character that acts instead of showing: controls, escapes, bidirectional marks, lone surrogates.

    ``lines``: newlines are kept, for text that is meant to have several.
    """
    if text.isascii() and text.isprintable() and len(text) <= LONGEST:
        return text
    short = text if len(text) <= LONGEST else text[:LONGEST] + " …"
    return "".join(one if (one == "\n" and lines) or _shows(one) else _escape(one) for one in short)


def _shows(one: str) -> bool:
    """Tell whether a character only shows. ``Cf`` are the bidirectional and zero-width marks, ``Zl`` and ``Zp`` line breaks."""
    return unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _escape(one: str) -> str:
    """Spell a character out."""
    code = ord(one)
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"  # noqa: PLR2004 (widths of Python's escapes)


def cell(text: str) -> str:
    """Clean text for a CSV cell: what a spreadsheet would run as a formula gets an apostrophe in front."""
    clean = visible(text)
    return "'" + clean if clean[:1] in {"=", "+", "-", "@"} else clean


def markdown(text: str) -> str:
    """Clean text for Markdown: marks, tags and table bars are shown as they are."""
    return "".join("\\" + one if one in "\\`*_{}[]<>()#+!|~&" else one for one in visible(text))
