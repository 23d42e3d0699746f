"""Tables and cells of a lab's page. Pure.

Rule: roles are spelled out, since a phone's layout makes blocks of rows and would take their meaning from those who listen. Rows have
keys, by which the script knows them again.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from bgpcheck.render.clean import text

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_KEY = 80  # characters


def key(value: str) -> str:
    """Make a key of any text, as an attribute's value."""
    if value.isascii() and value.isprintable() and len(value) <= LONGEST_KEY:
        return text(value)
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def table(caption: str, heads: Sequence[str], found: Sequence[tuple[str, Sequence[str]]], name: str) -> str:
    """Write a table of (key, cells that are HTML already); the first cell of a row is its heading."""
    head = "".join(f'<th scope="col" role="columnheader">{one}</th>' for one in heads)
    counted: dict[str, int] = {}
    lines = []
    for value, cells in found:
        counted[value] = counted.get(value, 0) + 1
        mark = key(value) if counted[value] == 1 else key(f"{value} {counted[value]}")
        first, *rest = cells
        data = "".join(f'<td role="cell" data-label="{label}"><div>{one}</div></td>' for label, one in zip(heads[1:], rest, strict=True))
        lines.append(f'<tr role="row" data-key="{mark}"><th scope="row" role="rowheader">{first}</th>{data}</tr>')
    body = "\n".join(lines)
    return (
        f'<table role="table" class="{name}">\n<caption>{caption}</caption>\n<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{body}\n</tbody>\n</table>'
    )


def verdict(sign: str, word: str, outcome: str | None) -> str:
    """Write a verdict: a sign, a word and a colour."""
    return f'<span class="verdict {text(outcome or "open")}"><span aria-hidden="true">{text(sign)}</span> {text(word)}</span>'


def badge(word: str, name: str = "badge") -> str:
    """Write a word that stands out; nothing of nothing."""
    return f' <span class="{name}">{text(word)}</span>' if word else ""
