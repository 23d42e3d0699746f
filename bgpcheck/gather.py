"""The one loop that asks: every source at once, again with what was fetched, until all have answered. Waits.

Rule: this module fetches and never decides; whatever fails comes back as a ``Gap`` in the place of documents.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bgpcheck.sources.base import Answer, Gap, GapReason, Library, Need

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bgpcheck.sources.base import Inquiry, Reply, Request, Source

MAX_ROUNDS = 6  # the longest chain of questions is prefix, registration, organisation; more is a fault


class Fetcher(Protocol):
    """What turns requests into documents: files, the network, a bundle, or a test's own."""

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Give one reply for each request, a ``Gap`` for what can't be had; never raise for an expected failure."""


def wanted(said: Iterable[Answer | Need], library: Library) -> list[Request]:
    """Give the questions that nobody has answered or refused yet, each once, in order."""
    return sorted({request for one in said if isinstance(one, Need) for request in one.requests} - library.replies.keys())


async def gather(inquiry: Inquiry, sources: Sequence[Source], fetcher: Fetcher, library: Library) -> tuple[Answer, ...]:
    """Ask ``sources`` about ``inquiry``; equal questions are asked once. Answers come in the order of ``sources``."""
    said = [source.ask(inquiry, library) for source in sources]
    for _ in range(MAX_ROUNDS):
        requests = wanted(said, library)
        if not requests:
            break
        replies = await fetcher.fetch(requests)
        library.add({request: replies.get(request, Gap(request.source, GapReason.MISSING, "no reply")) for request in requests})
        said = [source.ask(inquiry, library) for source in sources]
    return tuple(one if isinstance(one, Answer) else _endless(source) for source, one in zip(sources, said, strict=True))


def _endless(source: Source) -> Answer:
    """Answer for a source whose questions do not end."""
    gap = Gap(source.name, GapReason.MALFORMED, f"still asking after {MAX_ROUNDS} rounds: its answers refer to ever more")
    return Answer(source.name, (), (), frozenset(), (gap,))
