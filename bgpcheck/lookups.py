"""Registries asked beside everything else: prefixes come in, knowledge about them goes out. Waits for whoever answers.

Rule: nobody waits for a look-up but the look-up; so many run at once and no more, and what is known is not asked again at once.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Mapping

    from bgpcheck.claim import Claim
    from bgpcheck.model import Prefix
    from bgpcheck.sources.base import Answer

    Ask = Callable[[tuple[Claim, ...]], Awaitable[Mapping[str, Answer]]]

BATCH = 64  # prefixes of one look-up at live registries: they share questions about AS numbers
AT_ONCE = 4  # look-ups
MOST_KNOWN = 20_000  # prefixes of which the knowledge is kept
MOST_LOOKUPS = 128  # whose knowledge is kept: one of a single prefix is nearly as large as one of many
FIRST_AGAIN, MOST_AGAIN = 60.0, 900.0  # seconds until a source that kept silent is asked again: doubled each time, at most


@dataclass(slots=True)
class _Open:
    """A prefix that a silent source leaves open: asked again when, how long after that; ``asked``: it was, its answer is awaited."""

    at: float
    pause: float
    asked: bool = False


@dataclass(slots=True)
class Lookups:
    """Asks about prefixes in batches.

    ``ask`` gives the answers about claims; ``claim`` makes the claim of a prefix, or None where it does not matter any more;
    ``found`` hears of the prefixes of a batch and of the answers about them; ``together``: prefixes of a batch at most.
    """

    ask: Ask
    claim: Callable[[Prefix], Claim | None]
    found: Callable[[list[Prefix], Mapping[str, Answer]], Awaitable[Any]]
    together: int = BATCH
    done: int = 0  # look-ups that came to an end
    _wanted: dict[Prefix, None] = field(default_factory=dict)
    _running: set[Prefix] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _known: OrderedDict[Prefix, Any] = field(default_factory=OrderedDict)
    _uses: Counter[int] = field(default_factory=Counter)  # identity of what is known → prefixes of which it is
    _open: dict[Prefix, _Open] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """Count of prefixes that have no answer yet."""
        return len(self._wanted) + len(self._running)

    @property
    def open(self) -> int:
        """Count of prefixes that a silent source leaves open; they are asked about again."""
        return len(self._open)

    def known(self, prefix: Prefix) -> Any:  # noqa: ANN401 (whatever ``keep`` was given)
        """Give what is known about a prefix, or None."""
        return self._known.get(prefix)

    def keep(self, prefix: Prefix, knowledge: Any) -> None:  # noqa: ANN401 (nothing of it matters here)
        """Keep what is known, and of very many prefixes or look-ups the latest."""
        before = self._known.pop(prefix, None)
        self._known[prefix] = knowledge
        self._uses[id(knowledge)] += 1
        if before is not None:
            self._let_go(before)
        while len(self._known) > MOST_KNOWN or len(self._uses) > MOST_LOOKUPS:
            self._let_go(self._known.popitem(last=False)[1])

    def _let_go(self, knowledge: Any) -> None:  # noqa: ANN401 (as above)
        """Take note that one prefix less needs it."""
        self._uses[id(knowledge)] -= 1
        if not self._uses[id(knowledge)]:
            del self._uses[id(knowledge)]

    def want(self, prefix: Prefix) -> None:
        """Have a prefix looked up, unless it is under way."""
        if prefix not in self._running:
            self._wanted[prefix] = None

    def leave_open(self, prefix: Prefix, now: float) -> None:
        """Have a prefix asked about again in a while, since a source that could decide kept silent.

        Only an answer puts that off: what is judged again by the same knowledge is as open as it was.
        """
        before = self._open.get(prefix)
        if before is None or before.asked:
            pause = min(before.pause * 2, MOST_AGAIN) if before else FIRST_AGAIN
            self._open[prefix] = _Open(now + pause, pause)

    def settle(self, prefix: Prefix) -> None:
        """Take note that nothing is left open about a prefix."""
        self._open.pop(prefix, None)

    def start(self, group: asyncio.TaskGroup, now: float) -> None:
        """Begin as many look-ups as may run, in the order in which prefixes were wanted."""
        for prefix in [prefix for prefix, one in self._open.items() if one.at <= now]:
            before = self._open[prefix]
            self._open[prefix] = _Open(now + before.pause, before.pause, asked=True)  # until its answer says more
            self.want(prefix)
        while self._wanted and len(self._tasks) < AT_ONCE:
            batch = [prefix for prefix, _ in zip(self._wanted, range(self.together), strict=False)]
            for prefix in batch:
                del self._wanted[prefix]
            claims = tuple(claim for prefix in batch if (claim := self._claim(prefix)))
            if not claims:
                continue
            self._running.update(claim.prefix for claim in claims)
            task = group.create_task(self._look_up(claims))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _claim(self, prefix: Prefix) -> Claim | None:
        """Give the claim of a prefix; what does not matter any more is not left open either."""
        found = self.claim(prefix)
        if found is None:
            self.settle(prefix)
        return found

    def stop(self) -> None:
        """Give up what is under way."""
        self._wanted.clear()
        for task in self._tasks:
            task.cancel()

    async def _look_up(self, claims: tuple[Claim, ...]) -> None:
        """Ask about claims."""
        batch = [claim.prefix for claim in claims]
        try:
            answers = await self.ask(claims)
        finally:
            self._running.difference_update(batch)
        self.done += 1
        await self.found(batch, answers)
