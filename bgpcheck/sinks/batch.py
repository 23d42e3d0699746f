"""What several events came to, gathered for one commit of the journal. Pure.

Rule: the last word about a place counts, in whatever order words came; happenings stay in theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bgpcheck.model import Prefix, Route
    from bgpcheck.sinks.remembered import Place


@dataclass(slots=True)
class Batch:
    """Gathered words: for each place its route, or None where it was withdrawn."""

    places: dict[Place, Route | None] = field(default_factory=dict)
    happenings: list[Mapping[str, Any]] = field(default_factory=list)

    def add(
        self,
        announced: Iterable[tuple[Route, str]],
        withdrawn: Iterable[tuple[str, Prefix, str]],
        happenings: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        """Add what one event came to: what it withdrew, then what it announced (RFC 4271 s4.3)."""
        self.places.update((place, None) for place in withdrawn)
        self.places.update(((route.peer, route.prefix, path_id), route) for route, path_id in announced)
        self.happenings.extend(happenings)

    @property
    def announced(self) -> list[tuple[Route, str]]:
        """Routes that stand, with their path identifiers."""
        return [(route, path_id) for (_, _, path_id), route in self.places.items() if route is not None]

    @property
    def withdrawn(self) -> list[Place]:
        """Places that are empty."""
        return [place for place, route in self.places.items() if route is None]

    def __len__(self) -> int:
        """Count of places and happenings."""
        return len(self.places) + len(self.happenings)
