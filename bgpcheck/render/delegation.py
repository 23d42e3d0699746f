"""The delegation chain from IANA to the holder as a picture: prefix and AS numbers side by side, and what links them. Pure.

Rule: what is not known is drawn dashed with a question mark and says so in words; the rows say all that the picture says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.model import asplain
from bgpcheck.render import drawing
from bgpcheck.render.delegation_levels import Level, of_asn, of_prefix
from bgpcheck.render.delegation_links import links
from bgpcheck.render.delegation_said import INFERRED, KNOWN, REFUSED, UNKNOWN
from bgpcheck.render.words import SYMBOL, named, tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.assess import Assessment

WIDTH, GAP, PAD = 326, 20, 10  # pixels of a column, of an arrow, and inside a box
LINE, MOST_LINES = 16, 3
SIGNS = {KNOWN: "", INFERRED: "~ ", UNKNOWN: "? ", REFUSED: "✘ "}
LOOKS = {KNOWN: "box", INFERRED: "guess", UNKNOWN: "open", REFUSED: "refused"}
HEADS = ("of", "level", "what", "how sure", "who says so")
LEGEND = "solid: shown by a document · dotted ~: inferred · dashed ?: not known · thick ✘: nobody's, or not one holder"
STYLE = """
.chains{display:flex;flex-wrap:wrap;align-items:flex-start;gap:0 1.2rem}
"""


class Chain(NamedTuple):
    """What a picture is made of, all but the prefix: assessments whose chains are equal share a picture."""

    registered: str
    prefix: tuple[Level, ...]
    asns: tuple[tuple[int, tuple[Level, ...]], ...]
    links: tuple[Level, ...]


class Row(NamedTuple):
    """A level in words: texts as they came, to be escaped; ``documents`` are cited as ``sha256:…``."""

    of: str
    level: str
    what: str
    sure: str
    said: str
    documents: tuple[str, ...]


def key(one: Assessment) -> Chain:
    """Give the chain of an assessment, to group by."""
    asns = tuple((asn, of_asn(one, asn, side)) for asn, side in one.holder_of(one.claim.asns).asns)
    return Chain(one.registration.status, of_prefix(one), asns, links(one))


def grouped(assessments: Sequence[Assessment]) -> list[list[Assessment]]:
    """Put assessments of one chain together, in the order in which chains come first."""
    found: dict[Chain, list[Assessment]] = {}
    for one in assessments:
        found.setdefault(key(one), []).append(one)
    return list(found.values())


def as_svg(group: Sequence[Assessment]) -> str:
    """Draw the chain of assessments that share one (``grouped``); not empty."""
    chain, last = key(group[0]), _last(group)
    name = named(group)
    left = _column(f"delegation of {name}", (*chain.prefix, last))
    right = [_column(f"delegation of {asplain(asn)}", levels) for asn, levels in chain.asns]
    right.append(_column("what links the holders", chain.links, arrows=False))
    return drawing.framed(f"who gave {name} to whom", ['<div class="chains">', left, "<div>", *right, "</div>", "</div>"])


def as_rows(group: Sequence[Assessment]) -> tuple[Row, ...]:
    """Say the same in rows, from IANA down: the prefix, each AS number, what links the holders."""
    chain = key(group[0])
    parts = [("prefix", (*chain.prefix, _last(group))), *((asplain(asn), levels) for asn, levels in chain.asns), ("holders", chain.links)]
    return tuple(
        Row(name, level.title, "; ".join(level.lines), level.state, level.said, level.documents)
        for name, levels in parts
        for level in levels
    )


def _last(group: Sequence[Assessment]) -> Level:
    """Give the level of the prefixes themselves."""
    what = "the prefix" if len(group) == 1 else f"the {len(group)} prefixes"
    registered = group[0].registration.status
    signed = ", ".join(f"{SYMBOL[outcome]} {count} {outcome}" for outcome, count in tally(group).items())
    return Level(what, (named(group), f"registration: {registered}", signed), "")


def _column(label: str, levels: Sequence[Level], *, arrows: bool = True) -> str:
    """Draw levels from top to bottom."""
    parts, y = list[str](), 2
    for number, level in enumerate(levels):
        box = _box(level, y)
        parts += box
        y += 2 * PAD - 4 + LINE * (len(box) - 1)
        if number < len(levels) - 1:
            parts += [_arrow(y, levels[number + 1])] if arrows else []
            y += GAP if arrows else GAP // 2
    told = ", then ".join(f"{level.title} ({level.state})" for level in levels)
    return drawing.picture(WIDTH, y + 2, f"{label}: {told}", parts)


def _arrow(y: int, below: Level) -> str:
    """Draw an arrow down to a level; dashed where what is below is not known."""
    broken = ' stroke-dasharray="4 3"' if below.state != KNOWN else ""
    return (
        f'<path class="line" d="M{WIDTH // 2} {y + 1}v{GAP - 4}"{broken}/><path class="line" d="M{WIDTH // 2 - 5} {y + GAP - 8}l5 6l5 -6"/>'
    )


def _lines(level: Level) -> Iterator[tuple[str, str, str]]:
    """Give the lines of a box with their looks; bold letters are wider."""
    room = WIDTH - 2 * PAD - 4
    texts = [(f"{SIGNS[level.state]}{level.title}", "bold", room * 0.88), *((line, "", room) for line in level.lines)]
    for text, look, wide in (*texts, (level.said, "pale small", room)):
        yield from ((line, look, text) for line in drawing.wrap(text, wide, MOST_LINES))


def _box(level: Level, y: int) -> list[str]:
    """Draw a box with its lines; gives one piece for the box and one for each line."""
    lines = list(_lines(level))
    rect = f'<rect class="{LOOKS[level.state]}" x="2" y="{y}" width="{WIDTH - 4}" height="{2 * PAD - 4 + LINE * len(lines)}" rx="6"/>'
    return [rect, *(drawing.element(PAD + 2, y + PAD + 9 + LINE * number, *line) for number, line in enumerate(lines))]
