"""What waiting for a result came to, in lines: since when it is ready, and which source said what when. Pure.

Rule: a change was seen at a look, and came at any time since the look before; both are named.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.render.words import plural
from bgpcheck.says import AZURE
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.result import Result
    from bgpcheck.waited import Waited

MOST = 20  # lines of sources; JSON has all


def lines(result: Result) -> Iterator[str]:
    """Write the lines, not yet cleaned; nothing where nobody waited."""
    until = result.until
    if until is None:
        return
    looks = f"waited since {utc(until.since)}, {plural(until.rounds, 'look', 'looks')}"
    if until.ready_at:
        yield f"ready at {utc(until.ready_at)}, {until.basis}; {looks}"
    elif result.unconfirmed:
        yield f"configured, not confirmed by {utc(result.decided_at)}: {until.basis}; {looks}"
    else:
        yield f"not ready by {utc(result.decided_at)}; {looks}"
    yield from map(_line, until.sources[:MOST])
    if len(until.sources) > MOST:
        yield f"and {len(until.sources) - MOST} more: --format json has all"


def _line(one: Waited) -> str:
    """Say what became of one source."""
    place = f"{one.source} {one.subject}"
    if one.first_seen is None and one.before != one.after and one.after:
        return f"{place}: {one.before or 'no answer'} → {one.after}, when that was seen is not kept"
    if one.first_seen is None:
        return f"{place}: {f'still {one.after}' if one.after else _nothing(one)}, last asked at {utc(one.last_checked)}"
    after = one.after or f"{_nothing(one)} now"
    came = f"came after {utc(one.not_before)}" if one.not_before else "when it came is not known"
    unproved = "; what Azure said before is not kept, and cannot be proved" if one.source == AZURE else ""
    return f"{place}: {one.before or 'no answer'} → {after}, first seen at {utc(one.first_seen)}, {came}{unproved}"


def _nothing(one: Waited) -> str:
    """Say why a source says nothing."""
    return "no answer" if one.asked else "not asked again"
