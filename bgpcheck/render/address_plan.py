"""The address plan as a picture: a row a prefix, grouped by block, with what covers it on a scale of prefix lengths. Pure.

Rule: nothing is drawn to true area, and the picture says so; what is not drawn is counted. A sign and a word say what a colour says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.model import BITS
from bgpcheck.render import address_map, drawing
from bgpcheck.render.address_map import ACROSS, HIGH, NAME, WIDTH
from bgpcheck.render.address_tree import Block, Covering, Member, plan
from bgpcheck.render.delegation_said import range_words
from bgpcheck.render.drawing import Strip, write
from bgpcheck.render.words import SYMBOL, plural
from bgpcheck.result import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.policy import Outcome
    from bgpcheck.result import Result

NAMED, JUDGED, ROAM, GAP = (120, 226), 150, 150, 26  # how wide columns are: names (least, most), verdicts, lane
ROW, HEAD = 18, 22  # pixels of a row, and of a block's name
STEPS, MOST_TICKS = 8, 5  # lengths that the scale has at least, and that are named on it
MOST_ROWS, MOST_GAPS, MOST_SPANS = 250, 40, 4  # prefixes drawn of a family, gaps named of a block, coverings drawn of a prefix
INDENT, DEEPEST = 10, 4
HEADS = ("block", "what", "verdict", "route objects", "VRPs", "announced", "to know")
LEGEND = (
    "Nothing is drawn to true area. Above: each block in address order, a cell for a prefix (its sign) or for a gap that is not listed "
    "(dashed); widths grow with the logarithm of the size. Below: each prefix (▮) on a scale of lengths, with what covers it: VRPs from "
    "their length to their maxLength (bars), route objects (▲). Hollow, and in brackets: of other AS numbers."
)
STYLE = """
.picture .vrp{color:var(--pale)}.picture .cell{fill:currentColor;fill-opacity:.18;stroke:currentColor}
.picture .gap{fill:none;stroke:var(--pale);stroke-dasharray:3 3}
"""


class Row(NamedTuple):
    """A prefix, link, gap or count of the plan in words: texts to be escaped."""

    block: str
    what: str
    verdict: str
    objects: str
    vrps: str
    announced: str
    notes: str


class Shown(NamedTuple):
    """A block as far as it is drawn: members in address order, and how many of each verdict are left out."""

    block: Block
    members: tuple[Member, ...]
    left_out: tuple[tuple[Outcome | None, int], ...]


def as_svg(result: Result) -> str:
    """Draw the plan, IPv4 and IPv6 apart; empty where the result has no prefix."""
    pictures = [one for version in BITS for one in _family(result, version)]
    return drawing.framed(f"address plan: {plural(len(result.assessments), 'prefix', 'prefixes')}", pictures) if pictures else ""


def as_rows(result: Result) -> tuple[Row, ...]:
    """Say the same in rows, block by block."""
    return tuple(row for version in BITS for shown in _shown(plan(result, version)) for row in _rows(shown))


def _shown(blocks: Sequence[Block]) -> Iterator[Shown]:
    """Choose what is drawn of a family: all, or as many as may be, those that need most attention."""
    everything = [member for block in blocks for member in block.members]
    chosen = {one.prefix for one in sorted(everything, key=_urgency)[:MOST_ROWS]}
    for block in blocks:
        kept = tuple(member for member in block.members if member.prefix in chosen)
        rest = [member.outcome for member in block.members if member.prefix not in chosen]
        yield Shown(block, kept, tuple((outcome, rest.count(outcome)) for outcome in (*FIRST, None) if outcome in rest))


def _urgency(one: Member) -> int:
    """Give the place in the order of attention; links, which nobody judges, come first since there are few."""
    return -1 if one.outcome is None else FIRST.index(one.outcome)


def _family(result: Result, version: int) -> Iterator[str]:
    """Draw one family."""
    blocks = plan(result, version)
    if not blocks:
        return
    sheet = _Sheet.of(blocks)
    strips = [strip for shown in _shown(blocks) for strip in _strips(shown, sheet)]
    yield from drawing.sheets(WIDTH, f"IPv{version} address plan, in the rows below in words", strips, _head(version, sheet))


# ── columns ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Sheet(NamedTuple):
    """Where columns begin, and the prefix lengths of the lane, from ``first`` to ``last``."""

    verdict: int
    first: int
    last: int

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> _Sheet:
        """Take in every prefix, and what covers it."""
        members = [member for block in blocks for member in block.members]
        covering = [one for member in members for one in (*(member.objects or ()), *(member.vrps or ()))]
        lengths = [*(member.prefix.length for member in members), *(one.first for one in covering), *(one.last for one in covering)]
        last = min(max(lengths) + 1, members[0].prefix.bits)
        longest = max(drawing.span(str(one.prefix)) + INDENT * (min(one.depth, DEEPEST) + 1) for one in members)
        return cls(NAME + int(min(max(longest + 12, NAMED[0]), NAMED[1])), max(min(min(lengths) - 1, last - STEPS), 0), last)

    @property
    def lane(self) -> int:
        """Where the lane begins."""
        return self.verdict + JUDGED

    @property
    def note(self) -> int:
        """Where the notes begin."""
        return self.lane + ROAM + GAP

    def x(self, length: int) -> float:
        """Give where a length stands."""
        return round(self.lane + ROAM * (length - self.first) / (self.last - self.first), 1)

    @property
    def ticks(self) -> list[int]:
        """Give lengths to be named: about five, at round numbers."""
        step = next(one for one in (1, 2, 4, 8, 16, 32) if (self.last - self.first) / one <= MOST_TICKS)
        return [one for one in range(self.first, self.last + 1) if one % step == 0]


def _head(version: int, sheet: _Sheet) -> Strip:
    """Name the columns, and lengths."""

    def draw(y: int) -> str:
        parts = [write(NAME, y + 16, f"IPv{version}", 100, "bold"), write(sheet.verdict, y + 16, "verdict", JUDGED, "pale small")]
        parts += [f'<text class="pale small mid" x="{sheet.x(one):g}" y="{y + 16}">/{one}</text>' for one in sheet.ticks]
        return "\n".join((*parts, write(sheet.note, y + 16, "covered by; to know", WIDTH - sheet.note, "pale small")))

    return Strip(HEAD + 2, draw)


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _strips(shown: Shown, sheet: _Sheet) -> Iterator[Strip]:
    """Draw a block: its name, its map, its prefixes, and how many more there are."""
    block = shown.block
    alone = len(block.members) == 1 and block.span == block.members[0].prefix.range
    if not alone:
        yield Strip(HEAD, lambda y: _heading(block, y))
        cells = list(address_map.cells(block.parts))
        if len(cells) < len(block.parts):
            yield Strip(ROW, lambda y: write(NAME, y + 14, address_map.together(block.parts), WIDTH - 16, "pale small"))
        for at in range(0, len(cells), ACROSS):
            yield Strip(HIGH, lambda y, some=cells[at : at + ACROSS]: address_map.line(some, y))  # type: ignore[misc]
    for member in shown.members:
        yield Strip(ROW, lambda y, one=member: "\n".join(_row(one, sheet, y, alone=alone)))  # type: ignore[misc]
    if shown.left_out:
        yield Strip(ROW, lambda y: write(NAME, y + 14, _rest(shown), WIDTH - 16, "pale"))


def _heading(block: Block, y: int) -> str:
    """Write a block's title under a line."""
    return f'<path class="grid" d="M0 {y + 2.5}h{WIDTH}"/>{write(NAME, y + 17, _title(block), WIDTH * 0.88, "bold")}'


def _title(block: Block) -> str:
    """Name a block, with what is in it and what is left."""
    count = sum(one.outcome is not None for one in block.members)
    if not count:
        return block.name
    inside = plural(count, "prefix", "prefixes")
    left = f", {plural(len(block.gaps), 'gap')} not listed" if block.gaps else ", all of it listed" if block.span else ""
    return f"{'block ' if block.span else ''}{block.name}: {inside}{left}"


def _rest(shown: Shown) -> str:
    """Count what is not drawn."""
    total = sum(count for _, count in shown.left_out)
    told = ", ".join(f"{count} {outcome or 'link subnets'}" for outcome, count in shown.left_out)
    return f"and {plural(total, 'more prefix', 'more prefixes')} not drawn: {told}"


def _row(one: Member, sheet: _Sheet, y: int, *, alone: bool) -> Iterator[str]:
    """Draw a prefix: name, verdict, lane, and what to know."""
    indent = INDENT * min(one.depth + (not alone), DEEPEST)
    yield write(NAME + indent, y + 14, one.prefix, sheet.verdict - NAME - indent - 6)
    yield write(sheet.verdict, y + 14, _word(one), JUDGED - 2, one.outcome or "pale")
    yield from _lane(one, sheet, y)
    if one.outcome is not None:
        yield write(sheet.note, y + 14, _note(one), WIDTH - sheet.note - 4, "pale small")


def _word(one: Member) -> str:
    """Give sign and word of a verdict, or what a link is."""
    return f"link: {one.link}" if one.outcome is None else f"{SYMBOL[one.outcome]} {one.outcome}"


def _lane(one: Member, sheet: _Sheet, y: int) -> Iterator[str]:
    """Draw what covers a prefix, and its own length."""
    yield f'<path class="grid" d="M{sheet.lane} {y + 10.5}h{ROAM}"/>'
    for vrp in (one.vrps or ())[:MOST_SPANS]:
        left, right = sheet.x(vrp.first) - 3, sheet.x(vrp.last) + 3
        yield f'<path class="{"own" if vrp.ours else "other"} vrp" d="M{left:g} {y + 4}h{right - left:g}v3h{left - right:g}z"/>'
    for route in (one.objects or ())[:MOST_SPANS]:
        yield f'<path class="{"own" if route.ours else "other"}" d="M{sheet.x(route.first):g} {y + 11}l4 6h-8z"/>'
    yield f'<path class="own {one.outcome or "pale"}" d="M{sheet.x(one.prefix.length) - 1.5:g} {y + 1}h3v9h-3z"/>'


def _note(one: Member) -> str:
    """Say in short what covers a prefix, and what else is to be known."""
    words = [f"object {_covered(one.objects)}", f"VRP {_covered(one.vrps)}", *one.notes, *([f"link: {one.link}"] if one.link else [])]
    return "; ".join((*words, "announced") if one.announced and one.notes[:1] != ("announced, not listed",) else words)


def _covered(found: Sequence[Covering] | None) -> str:
    """Say what covers a prefix: lengths, none, or that it is not known."""
    return "not known" if found is None else _lengths(found) or "none"


def _lengths(found: Sequence[Covering]) -> str:
    """Write lengths such as ``/20-24``; those of other AS numbers in brackets."""
    told = dict.fromkeys(_length(one) if one.ours else f"({_length(one)})" for one in found)
    more = f" +{len(told) - MOST_SPANS}" if len(told) > MOST_SPANS else ""
    return " ".join(list(told)[:MOST_SPANS]) + more


def _length(one: Covering) -> str:
    """Write a length or a span of them."""
    return f"/{one.first}" if one.first == one.last else f"/{one.first}-{one.last}"


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rows(shown: Shown) -> Iterator[Row]:
    """Say a block in rows."""
    block = shown.block
    yield Row(block.name, _title(block), "", "", "", "", "")
    yield from (_said(block, one) for one in shown.members)
    if shown.left_out:
        yield Row(block.name, _rest(shown), "", "", "", "", "")
    yield from (Row(block.name, range_words(gap), "", "", "", "", "not listed") for gap in block.gaps[:MOST_GAPS])
    if len(block.gaps) > MOST_GAPS:
        yield Row(block.name, f"{len(block.gaps) - MOST_GAPS} more gaps", "", "", "", "", "not listed")


def _said(block: Block, one: Member) -> Row:
    """Say a prefix or a link in a row."""
    linked = (f"link: {one.link}",) if one.link and one.outcome is not None else ()
    notes = "; ".join((*one.notes, *linked, *((f"inside {one.inside}",) if one.inside else ())))
    if one.outcome is None:
        return Row(block.name, str(one.prefix), _word(one), "", "", "", notes)
    announced = {True: "yes", False: "no", None: "nobody listened"}[one.announced]
    return Row(block.name, str(one.prefix), _word(one), _covered(one.objects), _covered(one.vrps), announced, notes)
