"""Chunks under way elsewhere, no more than a window holds, and their answers in order. Waits."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from bgpcheck.bulk.job import joined
from bgpcheck.errors import BgpcheckError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.columns.judged import Judged
    from bgpcheck.routes import Routes


class Elsewhere(Protocol):
    """Some place where chunks are judged."""

    def submit(self, routes: Routes) -> Any:  # noqa: ANN401 (a future of its own kind)
        """Send a chunk there."""

    def result(self, future: Any, routes: Routes) -> Any:  # noqa: ANN401 (as above)
        """Wait for a chunk's answer; where it was lost on the way, send it again."""


def in_order(chunks: Iterable[Routes], place: Elsewhere, width: int) -> Iterator[Judged]:
    """Judge chunks in a place, ``width`` of them at once, and give them in their order; an error in making one comes in its place."""
    waiting, failed = deque[tuple["Routes", Any]](), None
    rest = iter(chunks)
    while True:
        try:
            routes = next(rest)
        except StopIteration:
            break
        except BgpcheckError as error:
            failed = error
            break
        waiting.append((routes, place.submit(routes)))
        if len(waiting) >= width:
            yield _first(waiting, place)
    while waiting:
        yield _first(waiting, place)
    if failed:
        raise failed


def _first(waiting: deque[tuple[Routes, Any]], place: Elsewhere) -> Judged:
    """Wait for the chunk that was sent first."""
    routes, future = waiting.popleft()
    return joined(routes, place.result(future, routes))
