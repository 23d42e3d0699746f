"""The road of a circuit as a picture, with "you are here": lines for a terminal, SVG for reports. Pure.

Rule: readable without colour; every word in it is bgpcheck's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.circuit.road import Step, road

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.circuit.workflow import State

HERE = "you are here"
BESIDE = {
    Step.UPDATING: "Azure is at work: the place on the road shows when it is done",
    Step.FAILED: "beside the road: Azure's last change did not succeed",
    Step.SUPPORT: "beside the road: the status should be Enabled",
    Step.UNKNOWN: "the data do not tell where on the road",
}
WIDE, HIGH, GAP, LEFT = 420, 44, 18, 12  # of a box in pixels, and the space around it


class Mark(NamedTuple):
    """One stage as it is drawn. ``when``: ``done``, ``here`` or ``ahead``; empty where the place is not known."""

    title: str
    who: str
    when: str


def marks(step: Step, state: State, who: str = "") -> tuple[Mark, ...]:
    """Give the stages of the road, each done, here or ahead; ``who`` is to act here, where that is not whose stage it is."""
    stages = road(state)
    here = next((index for index, one in enumerate(stages) if step in one.steps), None)
    return tuple(Mark(one.title, who if index == here and who else one.who, _when(index, here)) for index, one in enumerate(stages))


def _when(index: int, here: int | None) -> str:
    """Say when a stage is."""
    if here is None:
        return ""
    return "done" if index < here else "here" if index == here else "ahead"


SIGNS = {"done": "✔", "here": "▶", "ahead": "·", "": "·"}


def as_lines(step: Step, state: State, who: str = "", *, aligned: bool = True) -> Iterator[tuple[str, str]]:
    """Give a line for each stage: (text, when), ``aligned`` in columns; a last one where the circuit stands beside the road."""
    found = marks(step, state, who)
    wide = max(len(one.title) for one in found) if aligned else 0
    for one in found:
        here = f"  ◀ {HERE}" if one.when == "here" else ""
        yield f"{SIGNS[one.when]} {one.title:<{wide}}  {one.who:<{9 if aligned else 0}}{here}".rstrip(), one.when
    if step in BESIDE:
        yield BESIDE[step], ""


def as_svg(step: Step, state: State, who: str = "") -> str:
    """Draw the road from top to bottom; colours come from the page, words and signs say the same."""
    found = marks(step, state, who)
    height = len(found) * (HIGH + GAP) + GAP
    told = ", ".join(f"{one.title} ({one.who}){' - ' + HERE if one.when == 'here' else ''}" for one in found)
    note = f". {BESIDE[step]}" if step in BESIDE else ""
    parts = [
        f'<svg class="road" viewBox="0 0 {WIDE + 2 * LEFT} {height}" width="{WIDE + 2 * LEFT}" role="img" aria-label="{told}{note}">',
        *(piece for index, one in enumerate(found) for piece in _box(index, one, last=index == len(found) - 1)),
        "</svg>",
    ]
    return "\n".join(parts)


def _box(index: int, one: Mark, *, last: bool) -> Iterator[str]:
    """Draw one stage and the arrow to the next."""
    top = GAP + index * (HIGH + GAP)
    middle = LEFT + WIDE // 2
    yield f'<rect class="{one.when or "open"}" x="{LEFT}" y="{top}" width="{WIDE}" height="{HIGH}" rx="6"/>'
    yield f'<text x="{LEFT + 12}" y="{top + 19}">{SIGNS[one.when]} {one.title}</text>'
    here = f" · {HERE}" if one.when == "here" else ""
    yield f'<text class="who" x="{LEFT + 12}" y="{top + 36}">{one.who}{here}</text>'
    if not last:
        bottom = top + HIGH
        yield f'<path d="M{middle} {bottom}v{GAP - 5}m-4 -5l4 5l4 -5"/>'
