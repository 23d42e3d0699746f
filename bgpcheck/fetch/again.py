"""A fetcher that remembers: who may be asked again is, the others' answers are given again. Waits only through the fetcher below.

Rule: whoever wants the answers of one look alone gets no other: what was not answered in it is a gap, whatever was answered before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bgpcheck.fetch.aside import aside
from bgpcheck.fetch.over import Over
from bgpcheck.recheck import Visit
from bgpcheck.says import AZURE, NOT_ASKED, Place
from bgpcheck.sources.base import Gap, GapReason

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from bgpcheck.gather import Fetcher
    from bgpcheck.recheck import Group, Pace
    from bgpcheck.sources.base import Reply, Request

KINDS = ("org:", "mnt:")  # subjects that belong to an answer about others


@dataclass(slots=True)
class Memory:
    """What was answered last to each question, and when; the last visit to each group; and the questions that nobody could be asked yet."""

    replies: dict[Request, Reply] = field(default_factory=dict)
    at: dict[Request, datetime] = field(default_factory=dict)
    visits: dict[Group, Visit] = field(default_factory=dict)
    left: set[Request] = field(default_factory=set)

    def date(self, replies: Mapping[Request, Reply], kinds: Collection[str]) -> None:
        """Let answers be as old as they are, where a cache may have had those of these kinds of sources."""
        for request, reply in replies.items():
            times = () if isinstance(reply, Gap) else [one.fetched_at for one in reply if one.fetched_at]
            if times and request.source.partition("/")[0] in kinds:
                self.at[request] = min(self.at[request], max(times))

    def forget(self) -> None:
        """Begin again: all that is known is asked anew."""
        self.replies.clear()
        self.at.clear()
        self.visits = {group: visit for group, visit in self.visits.items() if group.kind == AZURE}


@dataclass(frozen=True, slots=True)
class Turn:
    """One look: when it began, who may be visited, and what is wanted of them (None: everything). ``files``: read again.

    ``asks``: whether a source is a server and no file. ``fresh``: what was answered in this look.
    """

    at: datetime
    may: Collection[Group]
    wanted: Collection[Place] | None
    files: bool
    asks: Callable[[str], bool]
    fresh: dict[Request, Reply] = field(default_factory=dict)

    def everything(self) -> Turn:
        """Give the same look, in which everything is asked that was not yet."""
        return replace(self, wanted=None)

    def wants(self, request: Request) -> bool:
        """Tell whether a question is one of those that matter."""
        if self.wanted is None:
            return True
        follows = request.subject.startswith(KINDS) and any(place.source == request.source for place in self.wanted)
        return follows or Place(*request) in self.wanted


@dataclass(frozen=True, eq=False)
class Again(Over):
    """Asks below what this look may ask. ``whole``: give nothing that is not of this look."""

    below: Fetcher
    turn: Turn
    memory: Memory
    pace: Pace
    whole: bool = False

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Ask, remember, answer."""
        asked = [request for request in requests if request not in self.turn.fresh and self._is_asked(request)]
        if asked:
            self._visit(asked)
            self._keep(await self.below.fetch(asked))
        self.memory.left.update(request for request in requests if request not in self.memory.replies and request not in asked)
        return {request: self._known(request) for request in requests if request in self.memory.replies or request in self.memory.left}

    def _is_asked(self, request: Request) -> bool:
        """Tell whether a question is put: if its server may be visited, and it is new, or matters, or its answer is old."""
        new = request not in self.memory.replies
        if not self.turn.asks(request.source):
            return new or self.turn.files
        group = self.pace.group(request.source)
        visit = self.memory.visits.get(group)
        if new and (visit is None or visit.at == self.turn.at):
            return True
        if group not in self.turn.may:
            return False
        silent = new or isinstance(self.memory.replies[request], Gap)
        return silent or self.turn.wants(request) or self.turn.at >= self.memory.at[request] + self.pace.good(request.source)

    def _visit(self, asked: Iterable[Request]) -> None:
        """Take note of visits before they are made, so that one that is given up counts too."""
        for group in {self.pace.group(request.source) for request in asked if self.turn.asks(request.source)}:
            before = self.memory.visits.get(group)
            if before is None or before.at < self.turn.at:
                self.memory.visits[group] = Visit(self.turn.at, before.silences if before else 0)

    def _keep(self, replies: Mapping[Request, Reply]) -> None:
        """Remember answers and silence."""
        self.turn.fresh.update(replies)
        self.memory.left.difference_update(replies)
        self.memory.replies.update(replies)
        self.memory.at.update(dict.fromkeys(replies, self.turn.at))

    def _known(self, request: Request) -> Reply:
        """Give what is known, or why it is not taken."""
        if request not in self.memory.replies:
            return Gap(request.source, GapReason.RATE_LIMITED, f"{NOT_ASKED}the question is new, and its server is not asked again so soon")
        reply = self.memory.replies[request]
        if not self.whole or request in self.turn.fresh or isinstance(reply, Gap) or not self.turn.asks(request.source):
            return reply
        detail = f"{NOT_ASKED}answered at {self.memory.at[request]:%Y-%m-%dT%H:%M:%SZ}, and is not asked again so soon"
        return Gap(request.source, GapReason.STALE, detail)


@dataclass(frozen=True, slots=True)
class Aside(Over):
    """Files read in a thread, so that nothing else has to wait for them."""

    below: Fetcher
    finish: Callable[..., Mapping[Request, Reply]]

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Read."""
        return await aside(lambda: self.finish(self.below.fetch(requests)))


def silences(memory: Memory, turn: Turn, pace: Pace) -> None:
    """Count silence at the end of a look: a group is silent where any of it was."""
    groups: dict[Group, bool] = {}
    for request, reply in turn.fresh.items():
        if turn.asks(request.source):
            group = pace.group(request.source)
            groups[group] = groups.get(group, False) or isinstance(reply, Gap)
    for group, silent in groups.items():
        visit = memory.visits[group]
        memory.visits[group] = replace(visit, silences=visit.silences + 1 if silent else 0)
