"""One look of somebody who waits: who may be asked again is, and what all say is judged. Waits for files and registries.

Rule: a verdict that is as wanted is taken from this look's answers alone; whoever cannot be asked now is a gap, whatever he said before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bgpcheck import api
from bgpcheck.errors import BgpcheckError, UsageError
from bgpcheck.evidence import past
from bgpcheck.fetch import renewed
from bgpcheck.fetch.again import Again, Aside, Memory, Turn, silences
from bgpcheck.fetch.aside import aside
from bgpcheck.fetch.servers import servers
from bgpcheck.fetch.whois import place
from bgpcheck.history import CONFIGURED
from bgpcheck.plan import plan
from bgpcheck.recheck import Group, Pace, Visit
from bgpcheck.says import AZURE
from bgpcheck.store import configs
from bgpcheck.store.places import default_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from bgpcheck.api import Options, Outcomes, Policies
    from bgpcheck.fetch.renewed import Mark
    from bgpcheck.fetch.servers import Server
    from bgpcheck.gather import Fetcher
    from bgpcheck.plan import Plan
    from bgpcheck.says import Place
    from bgpcheck.waiting import Waiting

CIRCUIT = Group(AZURE)
RENEWED = "registry data were renewed while they were read: let them rest, or give a copy of them"


@dataclass(eq=False, repr=False)
class Looking:
    """Looks. ``asked``: questions by server; ``unheard``: why Azure, where it is asked, did not answer in the last look.

    ``whole``: whether the last look wanted all answers to be its own.
    """

    options: Options
    waiting: Waiting
    asked: dict[str, int] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    unheard: str = ""
    whole: bool = False
    fault: str = ""  # what Azure's last answer was instead
    _cached: frozenset[str] = frozenset()  # kinds of sources of which the last look took answers from the cache
    _made: Plan | None = None
    _policies: Policies | None = None
    _source: Fetcher | None = None
    _open: Mark | None = None  # of the files that are open
    _taken: Mark | None = None  # of the files that were read by a look that came to its end

    def __post_init__(self) -> None:
        """Take the settings."""
        self.settings = configs.settings(self.options.sources)
        self.pace = Pace(self.settings)

    async def look(self, may: Collection[Group], wanted: Collection[Place] | None) -> Outcomes:
        """Ask those of ``may`` for what is ``wanted`` (None: everything), and all for the rest where that would be enough.

        Errors are those of ``api.check``.
        """
        now = self.waiting.now()
        self.memory.left.clear()
        await self._plan(may, now)
        files = self._reopen()
        turn = Turn(now, may, wanted, files, _no)
        outcomes = await (self._live(turn) if self.options.live else self._passes(turn, self._below))
        self._taken = self._open
        return outcomes

    def doubts(self, outcomes: Outcomes) -> list[str]:
        """Say why a look's answers may not be taken together; nothing where they may."""
        found = list(past.apart(outcomes.checked.replies))
        found += [self.unheard] if self.unheard else []
        return found + ([RENEWED] if self.mark() != self._taken else [])

    def mark(self) -> Mark:
        """Tell files by names, sizes and times; empty where there are none."""
        return renewed.mark(self._files) if self._made else ()

    def waits_for(self, end: datetime) -> str:
        """Say what can change the result, and until when that is waited for."""
        files = self._files if self.mark() else ""
        asked = [*(["registries"] if self.options.live else []), *(["Azure"] if self.waiting.circuit else [])]
        will = [f"{' and '.join(asked)} to say something else"] if asked else []
        will += [f"somebody to renew {files}" + (" (--live asks the registries)" if not self.options.live else "")] if files else []
        return f"waiting for {', or for '.join(will)}, until {end:%Y-%m-%dT%H:%M:%SZ}"

    @property
    def taken(self) -> Mark | None:
        """What ``mark`` gave for the files that the last whole look read."""
        return self._taken

    # ── what is judged ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _plan(self, may: Collection[Group], now: datetime) -> None:
        """Ask Azure and plan anew, where it is asked; else plan once."""
        ask, self.fault = self.waiting.circuit, ""
        if ask and (CIRCUIT in may or self._made is None):
            before = self.memory.visits.get(CIRCUIT, Visit(now))
            self.memory.visits[CIRCUIT], self.unheard = Visit(now, before.silences + 1), "Azure did not answer in this look"
            try:
                content, name, at = await aside(ask)
                options = replace(self.options, circuit=name, circuit_answer=(content, at))
                self._made, self.options = plan(options), options
                self.memory.visits[CIRCUIT], self.unheard = Visit(now), ""
            except BgpcheckError as error:
                if self._made is None:
                    raise
                self.fault = str(error)
        elif ask:
            self.unheard = "Azure may not be asked again so soon"
        self._made = self._made or plan(self.options)
        self._refuse(self._made)
        self._policies = self._policies or api.policies_of(self._made.policy)

    def _refuse(self, made: Plan) -> None:
        """Refuse to wait for what cannot change."""
        if made.peering.nothing_validated:
            raise UsageError("--until: nothing is validated for a private peering (ST-13), so there is nothing to wait for")
        if not (self.options.live or self.waiting.circuit or made.registry_data or default_snapshot().is_file()):
            raise UsageError("--until: nothing here can change: add --live, --azure ID, or --registry-data that somebody renews")

    def _planned(self) -> tuple[Plan, Policies, Fetcher]:
        """Give what is to be judged, and by what."""
        if self._made is None or self._policies is None or self._source is None:
            raise RuntimeError("nothing is planned yet")
        return self._made, self._policies, self._source

    # ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def _files(self) -> str:
        """Where registry data are."""
        return (self._made.registry_data if self._made else "") or str(default_snapshot())

    def _reopen(self) -> bool:
        """Open the files, where they are others than those that are open; tells whether they are to be read."""
        found = self.mark()
        if self._source is None or found != self._open:
            registry_data = self._made.registry_data if self._made else ""
            self._source, self._open = api.data_of(registry_data, self.waiting.tell.progress), found
        return self._open != self._taken

    def _below(self) -> Fetcher:
        """Give what reads the files."""
        return Aside(self._planned()[2], api.finish)

    # ── asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _live(self, turn: Turn) -> Outcomes:
        """Take in the first look what ``check --live`` has in its cache; what would be enough by that, and all later looks, ask anew."""
        if self.memory.replies or self.options.refresh:
            return await self._over_the_network(turn, refresh=True)
        outcomes = await self._over_the_network(turn, refresh=False)
        if not (self.whole and self._cached):
            return outcomes
        self.memory.forget()
        return await self._over_the_network(replace(turn, at=self.waiting.now(), fresh={}), refresh=True)

    async def _over_the_network(self, turn: Turn, *, refresh: bool) -> Outcomes:
        """Ask the registries themselves; each look has limits of its own (``limits``). ``refresh``: take nothing from the cache."""
        from bgpcheck.fetch.registries import network  # noqa: PLC0415 (only where the network is asked for)

        asking = replace(api.asking(self.options, self.waiting.tell.progress), refresh=refresh)
        async with network(self.settings, asking) as way:
            turn = replace(turn, asks=way.fetcher(self._below(), turn.at).asks)
            try:
                return await self._passes(turn, lambda: way.fetcher(self._below(), turn.at))
            finally:
                silences(self.memory, turn, self.pace)
                self._leave(way.politeness.wishes(), turn.at)
                self._cached = frozenset(way.tally().kept)
                self.memory.date(turn.fresh, self._cached)
                for server, count in way.tally().asked.items():
                    self.asked[server] = self.asked.get(server, 0) + count

    async def _passes(self, turn: Turn, below: Callable[[], Fetcher]) -> Outcomes:
        """Ask what matters; where that would be enough ask all the rest, and judge by this look's answers alone."""
        found = await self._by(Again(below(), turn, self.memory, self.pace), turn.at)
        self.whole = found.result.verdict == CONFIGURED
        if self.whole:
            await self._by(Again(below(), turn.everything(), self.memory, self.pace, whole=True), turn.at)
        return await self._by(Again(below(), replace(turn, may=()), self.memory, self.pace, whole=self.whole), self.waiting.now())

    async def _by(self, fetcher: Fetcher, now: datetime) -> Outcomes:
        """Judge by a fetcher."""
        made, policies, _ = self._planned()
        return await api.judged(replace(self.options, now=now), made, fetcher, policies)

    def _leave(self, wishes: Mapping[str, float], now: datetime) -> None:
        """Leave alone who wants to be; whoever wants that for longer than anybody waits is not asked again."""
        most = self.waiting.seconds + 1
        for group, visit in self.memory.visits.items():
            visited = {f"{one.host}:{one.port}" for one in servers(self.settings) if one.first and _is_of(one, group)}
            seconds = max((wish for server, wish in wishes.items() if server in visited), default=0.0)
            if seconds and visit.at == now:
                self.memory.visits[group] = replace(visit, leave=now + timedelta(seconds=min(seconds, most)))


def _is_of(one: Server, group: Group) -> bool:
    """Tell whether a server is visited with a group: an IRR server by its place, others by their kind."""
    return one.place == place(group.server) if group.server else one.kind == group.kind != "irr"


def _no(_: str) -> bool:
    """No source is a server where only files are read."""
    return False
