"""The timeline of sessions and announcements as a picture: a lane each, in UTC, with the verdict at the end. Pure.

Rule: what needs attention comes first, what is not drawn is counted, and what the recording does not tell is said in words.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.model import asplain
from bgpcheck.policy import Outcome
from bgpcheck.render import drawing
from bgpcheck.render.drawing import Strip, write
from bgpcheck.render.timeline_axis import END, LANE, NAME, ROAM, WIDTH, Axis
from bgpcheck.render.timeline_lanes import MOST_KEPT, OURS, Lane, Mark, Span, Story
from bgpcheck.render.words import SYMBOL, plural
from bgpcheck.result import FIRST

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.model import Prefix
    from bgpcheck.result import Result

ROW, BAR = 20, 6  # pixels of a lane, and of a bar
MOST_SESSIONS, MOST_PREFIXES, MOST_BARS = 24, 60, 4  # lanes drawn, and bars below each other in one
CLOSE = 7  # pixels between marks
MOST_TOLD = 24  # events of a lane in a row
SHAPES = {
    "path": "l4 5l-4 5l-4 -5z",
    "origin": "l5 10h-10z",
    "withdrawn": "h2v10h-2z",
    "notification": "l5 3l-5 3v5h-1v-11z",
    "down": "h2v10h-2z",
}
MEANINGS = {"notification": "notification ", "down": "down, "}  # what stands before the words of a mark
HEADS = ("lane", "of", "what happened (UTC)", "at the end", "changes")
LEGEND = (
    "Sessions: a full bar is up, a thin one connected, dashes down; ⚑ a notification. Prefixes, a bar for each peer: full where the origin "
    "is one of your AS numbers, hollow where it is another; ◆ the path changed, ▲ the origin changed, | withdrawn. "
    "Dots below a bar: more changes than are drawn."
)
STYLE = """
.picture .up{fill:var(--configured);stroke:none}.picture .connected{fill:none;stroke:var(--validation-needed)}
.picture .down{fill:none;stroke:var(--blocker);stroke-width:2;stroke-dasharray:2 3}.picture .sign{fill:var(--ink);stroke:none}
.picture .told{fill:currentColor;fill-opacity:.45}.picture .busy{fill:none;stroke:var(--pale);stroke-dasharray:1 2;stroke-width:4}
"""


class Row(NamedTuple):
    """A lane in words: texts to be escaped."""

    lane: str
    of: str
    happened: str
    end: str
    changes: str


class Drawn(NamedTuple):
    """A lane as it is drawn: whose, what it held, the word at its end with its look; ``said``: what stands where nothing is drawn."""

    kind: str
    name: str
    lane: Lane
    end: str
    look: str
    said: str = ""


def as_svg(story: Story, result: Result) -> str:
    """Draw the timeline; empty where nothing happened and nothing was to happen."""
    lanes = list(_drawn(story, result))
    if not lanes:
        return ""
    axis = Axis.of(story, result.decided_at)
    strips = [Strip(_height(one), lambda y, one=one: "\n".join(_lane(one, axis, y))) for one in lanes]  # type: ignore[misc]
    notes = [Strip(18, lambda y, note=note: write(NAME, y + 14, note, WIDTH - 16, "pale small")) for note in _notes(story, result)]  # type: ignore[misc]
    announced = plural(len(story.prefixes), "announced prefix", "announced prefixes")
    label = f"timeline of {plural(len(story.sessions), 'session')} and {announced}"
    return drawing.framed(label, drawing.sheets(WIDTH, f"{label}, in the rows below in words", [*strips, *notes], axis.head()))


def as_rows(story: Story, result: Result) -> tuple[Row, ...]:
    """Say the same in rows."""
    lanes = list(_drawn(story, result))
    axis = Axis.of(story, result.decided_at)
    rows = [Row("time", "", axis.told, "", ""), *(Row(one.kind, one.name, _happened(one, axis), one.end, _changes(one)) for one in lanes)]
    if not lanes:
        return ()
    return (*rows, *(Row("to know", "", note, "", "") for note in _notes(story, result)))


# ── which lanes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _drawn(story: Story, result: Result) -> Iterator[Drawn]:
    """Give the lanes that are drawn: sessions that changed most first, then prefixes by what needs attention."""
    sessions = sorted(story.sessions.items(), key=lambda pair: -pair[1].changes)
    for peer, lane in sessions[:MOST_SESSIONS]:
        yield Drawn("session", _peer(story, result, peer), lane, _state(lane, peer, cut=story.cut), "pale")
    judged = {one.claim.prefix: one for one in result.assessments}
    for prefix in _ranked(story, judged)[:MOST_PREFIXES]:
        lane = story.prefixes.get(prefix, Lane())
        yield _prefix(prefix, lane, judged.get(prefix), _silent(story))


def _peer(story: Story, result: Result, peer: str) -> str:
    """Name a session by its role, its address and its AS number."""
    asn = f" {asplain(story.asns[peer])}" if peer in story.asns else ""
    return f"{result.peering.role_of(peer)} {peer}{asn}".strip()


def _state(lane: Lane, peer: str, *, cut: bool) -> str:
    """Say how a session is at the end, where that was read."""
    flaps = f", {plural(lane.changes, 'flap')}" if lane.changes else ""
    state = lane.state(peer) if not cut else ""
    return f"{state or 'not known'}{flaps}"


def _ranked(story: Story, judged: dict[Prefix, Assessment]) -> list[Prefix]:
    """Order prefixes: not configured, then missing, changing or judged by nobody, then the calm ones."""

    def rank(prefix: Prefix) -> tuple[int, int, Prefix]:
        one, changes = judged.get(prefix), story.prefixes[prefix].changes if prefix in story.prefixes else 0
        outcome = one.verdict.outcome if one else None
        if outcome in {*FIRST} - {Outcome.CONFIGURED}:
            return FIRST.index(outcome), -changes, prefix
        return (len(FIRST) if outcome is None or changes or prefix not in story.prefixes else len(FIRST) + 1), -changes, prefix

    return sorted({*judged, *story.prefixes}, key=rank)


def _silent(story: Story) -> str:
    """Say what it means that a lane is empty."""
    return "not announced at the end" if not story.whole else "not announced in what was read" if story.cut else "never announced"


def _prefix(prefix: Prefix, lane: Lane, one: Assessment | None, silent: str) -> Drawn:
    """Give a prefix's lane."""
    more = len({span.peer for span in lane.whole()}) - MOST_BARS
    name = f"{prefix}{'' if one is None or one.claim.listed else ' (not listed)'}{f' (+{more} peers)' if more > 0 else ''}"
    never = "" if lane.whole() else silent
    if one is None:
        return Drawn("prefix", name, lane, "not judged", "pale", never)
    return Drawn("prefix", name, lane, f"{SYMBOL[one.verdict.outcome]} {one.verdict.outcome}", one.verdict.outcome, never)


def _notes(story: Story, result: Result) -> Iterator[str]:
    """Say what is not drawn, and what is not known."""
    yield from story.notes
    judged = {one.claim.prefix: one for one in result.assessments}
    rest = _ranked(story, judged)[MOST_PREFIXES:]
    if rest:
        words = Counter(str(judged[one].verdict.outcome) if one in judged else "not judged" for one in rest)
        told = ", ".join(f"{count} {word}" for word, count in sorted(words.items()))
        yield f"{plural(len(rest), 'more prefix', 'more prefixes')} not drawn: {told}"
    if story.other_prefixes:
        yield f"{plural(len(story.other_prefixes), 'more announced prefix', 'more announced prefixes')} not followed"
    peers = len(story.sessions) + len(story.other_peers) - MOST_SESSIONS
    if peers > 0:
        yield f"{plural(peers, 'more session')} not drawn"


# ── lanes ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _bars(lane: Lane) -> list[str]:
    """Give the peers of a lane, each of which has a bar, in the order in which they come."""
    return list(dict.fromkeys(span.peer for span in lane.whole()))[:MOST_BARS]


def _height(one: Drawn) -> int:
    """Give how high a lane is."""
    return max(ROW, (BAR + 3) * len(_bars(one.lane)) + 6)


def _lane(one: Drawn, axis: Axis, y: int) -> Iterator[str]:
    """Draw a lane: name, bars, marks, end."""
    height = _height(one)
    yield f'<path class="grid" d="M{LANE} {y + height - 0.5}h{ROAM}"/>'
    yield write(NAME, y + 14, one.name, END - NAME - 6)
    yield write(END, y + 14, one.end, LANE - END - 6, one.look)
    peers = _bars(one.lane)
    for span in one.lane.whole():
        if span.peer in peers:
            yield _bar(span, axis, y + 4 + (BAR + 3) * peers.index(span.peer))
    for number, peer in enumerate(peers):
        yield from _marks([mark for mark in one.lane.marks if mark.peer == peer], axis, y + 4 + (BAR + 3) * number)
    if one.lane.since:
        yield f'<path class="busy" d="M{axis.x(one.lane.since):g} {y + height - 4}H{LANE + ROAM}"/>'
    if one.said:
        yield write(LANE + 4, y + 14, one.said, ROAM, "pale small")


def _bar(span: Span, axis: Axis, y: int) -> str:
    """Draw a span; short ones are two pixels wide."""
    left = axis.x(span.start)
    right = min(max(axis.x(span.end) if span.end else LANE + ROAM, left + 2), LANE + ROAM + 2)
    if span.state == "down":
        return f'<path class="down" d="M{left:g} {y + BAR / 2:g}H{right:g}"/>'
    look = span.state if span.state in {"up", "connected"} else "told" if span.state.startswith(f"{OURS} ") else "other"
    return f'<path class="{look}" d="M{left:g} {y}H{right:g}v{BAR}H{left:g}z"/>'


def _marks(marks: Sequence[Mark], axis: Axis, y: int) -> Iterator[str]:
    """Draw marks, those apart far enough; all of them stand in the rows."""
    before = -1.0 * CLOSE
    for one in marks:
        x = axis.x(one.at)
        if x - before >= CLOSE:
            yield f'<path class="sign" d="M{x:g} {y - 2}{SHAPES[one.kind]}"/>'
            before = x


# ── words ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _happened(one: Drawn, axis: Axis) -> str:
    """Say what a lane shows, in the order of time."""
    spans = [(span.start, _held(span, one.kind, axis)) for span in one.lane.whole()]
    marks = [(mark.at, f"{axis.clock(mark.at)}: {MEANINGS.get(mark.kind, '')}{mark.words}".rstrip(", ")) for mark in one.lane.marks]
    told = [words for _, words in sorted([*spans, *marks], key=lambda pair: pair[0])]
    more = [f"{len(told) - MOST_TOLD} more that are drawn"] if len(told) > MOST_TOLD else []
    return "; ".join((*told[:MOST_TOLD], *more, *([one.said] if one.said else [])))


def _held(span: Span, kind: str, axis: Axis) -> str:
    """Say what a span is."""
    what = span.state if kind == "session" else f"announced by {span.peer}, {span.state}"
    return f"{axis.clock(span.start)} to {axis.clock(span.end) if span.end else axis.end}: {what}"


def _changes(one: Drawn) -> str:
    """Count changes, and those that are not told one by one."""
    more = f"; {one.lane.more} more events after the first {MOST_KEPT} are not told one by one" if one.lane.more else ""
    return f"{one.lane.changes}{more}"
