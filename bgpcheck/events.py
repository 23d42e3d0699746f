"""Events of a BGP speaker to what stands announced at the end. Pure.

Rule: for a peer, a prefix and a path identifier the last word counts. Only a withdrawal withdraws; a session that ends does not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bgpcheck.formats.exabgp_events import Update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bgpcheck.formats.exabgp_events import Event
    from bgpcheck.model import Prefix, Route

_T = TypeVar("_T")
NOTE_LIMIT = 1000  # different notes kept of a recording


@dataclass(frozen=True, slots=True)
class Recording:
    """A whole recording: what stands announced at its end, how many events of each kind there were, and what to know.

    ``routes`` are in the order of (prefix, peer, path identifier); ``counts`` go by ``Event.kind``, in alphabetical order;
    ``notes`` are different ones, each beginning with the peer's address, at most ``NOTE_LIMIT`` and one that says how many more.
    """

    routes: tuple[Route, ...]
    counts: Mapping[str, int]
    notes: tuple[str, ...]


class Announcements:
    """What peers have announced and not withdrawn, as events come in."""

    def __init__(self) -> None:
        """Begin with nothing announced."""
        self._routes: dict[tuple[Prefix, str, str], Route] = {}

    def hear(self, event: Event) -> None:
        """Take an event in; only updates change anything."""
        if not isinstance(event, Update):
            return
        for prefix, path_id in _identified(event.withdrawn, event.withdrawn_ids):
            self._routes.pop((prefix, event.peer, path_id), None)
        for route, path_id in _identified(event.announced, event.announced_ids):
            self._routes[route.prefix, route.peer, path_id] = route

    def routes(self) -> tuple[Route, ...]:
        """Give the routes that stand, in the order of (prefix, peer, path identifier)."""
        return tuple(self._routes[key] for key in sorted(self._routes))


def _identified(found: Sequence[_T], ids: Sequence[str]) -> Iterable[tuple[_T, str]]:
    return zip(found, ids or [""] * len(found), strict=True)


def record(events: Iterable[Event]) -> Recording:
    """Read a recording to its end."""
    state, counts, notes, more = Announcements(), Counter[str](), dict[str, None](), 0
    for event in events:
        counts[event.kind] += 1
        state.hear(event)
        for note in _notes(event):
            if len(notes) < NOTE_LIMIT:
                notes[note] = None
            else:
                more += note not in notes
    told = (*notes, f"and {more} more notes") if more else tuple(notes)
    return Recording(state.routes(), dict(sorted(counts.items())), told)


def _notes(event: Event) -> list[str]:
    return [f"{event.peer}: {note}" for note in event.notes] if isinstance(event, Update) else []
