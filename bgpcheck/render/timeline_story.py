"""The story that a timeline tells, from a bundle's transcript, or from what stood announced where no more was kept. Pure.

Rule: of what is not read, it is said how much; where only some lines were kept, nothing is said about the others.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats.exabgp import event
from bgpcheck.formats.lines import lines
from bgpcheck.render.timeline_lanes import Story

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.evidence.document import Document
    from bgpcheck.formats.exabgp_events import Event
    from bgpcheck.model import Prefix
    from bgpcheck.result import Result

MOST_LINES = 20_000  # read of a document
MOST_BYTES = 16 << 20  # of them
MOST_EVENTS = 100_000
WHOLE = "transcript of the sessions"  # how ``store.transcript`` calls what holds every event


def told(document: Document | None, result: Result) -> Story | None:
    """Tell what a bundle holds: its transcript (source ``input/events``), else what stood announced; None where nobody listened."""
    if document is None or not document.uri.startswith(WHOLE):
        return standing(result) if result.peering.listened else None
    content = document.content
    if len(content) > MOST_BYTES:
        content = content[: content.rfind(b"\n", 0, MOST_BYTES) + 1]
    story = follow(islice(_events(content), MOST_LINES), result)
    total = document.content.count(b"\n")
    if story.read < total:
        story.cut = True
        story.notes.append(f"only the first {story.read} of {total} lines are drawn")
    if document.uri != WHOLE:
        story.cut = True
        story.notes.append(f"the transcript was cut when it was kept: {document.uri.removeprefix(WHOLE).strip(' ()')}")
    return story


def standing(result: Result) -> Story:
    """Tell what stood announced at the end of a recording of which no more was kept."""
    story = Story(whole=False)
    story.notes.append("kept is only what stood announced at the end: sessions, withdrawals and earlier paths are not known")
    ours = _ours(result)
    for number, route in enumerate(result.peering.routes):  # a peer may announce several paths of a prefix
        story.see(route.observed_at)
        story.announce(route, str(number), ours.get(route.prefix))
    return story


def follow(events: Iterable[Event | None], result: Result) -> Story:
    """Follow events, at most ``MOST_EVENTS``; None is a line that could not be read."""
    story, ours, found, unread = Story(), _ours(result), iter(events), 0
    for one in islice(found, MOST_EVENTS):
        story.read += 1
        if one is None:
            unread += 1
        else:
            story.hear(one, ours)
    if next(found, story) is not story:
        story.cut = True
        story.notes.append(f"only the first {MOST_EVENTS} events are drawn")
    if unread:
        story.notes.append(f"lines that could not be read: {unread}")
    return story


def _ours(result: Result) -> dict[Prefix, frozenset[int]]:
    """Give the AS numbers that may originate each prefix of the result."""
    return {one.claim.prefix: frozenset(one.claim.asns) for one in result.assessments}


def _events(content: bytes) -> Iterator[Event | None]:
    """Read lines; None for one that cannot be read, and for all behind one that is too long."""
    try:
        for _, line in lines([content], file=""):
            yield _read(line)
    except FormatError:
        yield None


def _read(line: bytes) -> Event | None:
    """Read one line."""
    try:
        return event(line)
    except FormatError:
        return None
