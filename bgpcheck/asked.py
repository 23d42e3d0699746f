"""What a live check asks, as values: the questions it would begin with, and the count of those it put. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bgpcheck.settings import Limits

SPENT = "questions are as many as one check may ask (limits in sources.yaml)"  # ends the detail of a gap beyond a server's limit


@dataclass(frozen=True, slots=True)
class Planned:
    """A question that would be put to a server (``host:port``) for a source. ``kept``: the cache has its answer."""

    source: str
    server: str
    question: str
    kept: bool
    limits: Limits


@dataclass(frozen=True, slots=True)
class Tally:
    """What one check asked. ``asked``: questions by ``host:port``; ``kept``: answers that the cache had, by kind of source."""

    asked: Mapping[str, int]
    kept: Mapping[str, int]
    seconds: float

    def __str__(self) -> str:
        """Say it in a line."""
        count, kept = sum(self.asked.values()), sum(self.kept.values())
        cached = f"; {kept} answers were in the cache" if kept else ""
        return f"{count} questions to {len(self.asked)} servers in {self.seconds:.1f} s{cached}"
