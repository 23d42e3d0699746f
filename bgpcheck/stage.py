"""What ``watch`` and ``lab`` judge by, made ready from the options, and the check that they end with. Waits for files and registries.

Rule: the end is ``check`` with what was heard as its recording, and with the answers that the verdicts rest on: nothing is asked anew.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bgpcheck import api
from bgpcheck.bulk.internet import Table, read_table
from bgpcheck.engine import answers_about
from bgpcheck.evidence.statement import INTERNET
from bgpcheck.fetch.aside import aside
from bgpcheck.fetch.folder import subject_of
from bgpcheck.fetch.over import Over
from bgpcheck.judging import Judging
from bgpcheck.lookups import BATCH
from bgpcheck.model import Prefix
from bgpcheck.plan import plan
from bgpcheck.store import configs
from bgpcheck.store.clock import now_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence

    from bgpcheck.claim import Claim
    from bgpcheck.evidence.document import Document
    from bgpcheck.fetch.registries import Network
    from bgpcheck.gather import Fetcher
    from bgpcheck.lab.state import Lab
    from bgpcheck.options import Options
    from bgpcheck.plan import Plan
    from bgpcheck.sources.base import Answer, Reply, Request

MOST_TOGETHER = 1000  # prefixes of a look-up in files: each reads them from their beginning to their end
MOST_KEPT = 100_000  # answers of live registries that are kept for the end
SWEPT = 1_000  # of them, before those about what nobody announces any more go


@dataclass(eq=False, repr=False)
class Stage:
    """Plan, data and policy, ready to judge. ``concerns`` tells whether a prefix is still to be judged at the end."""

    options: Options
    made: Plan
    source: Fetcher
    policies: api.Policies
    way: Network | None = None
    kept: dict[Request, Reply] = field(default_factory=dict)
    table: Table | None = None
    concerns: Callable[[Prefix], bool] = lambda _: True
    _sweep_at: int = SWEPT
    _files: asyncio.Lock = field(default_factory=asyncio.Lock)  # one at a time

    @property
    def judging(self) -> Judging:
        """Give what the engine judges by."""
        case = api.case_of(self.options, self.made, self.source)
        settings = configs.settings(self.options.sources)
        together = MOST_TOGETHER if self.way is None else BATCH
        look = self.look if self.options.internet else None
        return Judging(self.policies[0], settings, self.ask, lambda: now_of(self.options.now), case.assumed, together, look, case)

    async def ask(self, claims: tuple[Claim, ...]) -> Mapping[str, Answer]:
        """Ask about claims: files, or with ``--live`` the registries themselves."""
        settings, case = configs.settings(self.options.sources), api.case_of(self.options, self.made, self.source)
        if self.way is None:
            async with self._files:  # in a thread: reading whole dumps takes minutes, and nothing else may wait for that
                return await aside(lambda: api.finish(answers_about(claims, case, self.source, settings, {})))
        fetcher = self.way.fetcher(self.source, case.now)
        replies: dict[Request, Reply] = {}
        found = await answers_about(claims, case, fetcher, settings, replies)
        live = {request: reply for request, reply in replies.items() if fetcher.asks(request.source)}
        self._keep(live)
        return found

    def _keep(self, live: Mapping[Request, Reply]) -> None:
        """Keep answers for the end; now and then those go that are about prefixes which nobody lists or announces any more."""
        if len(self.kept) + len(live) > self._sweep_at:
            self.kept = {request: reply for request, reply in self.kept.items() if self._matters(request)}
            self._sweep_at = max(SWEPT, 2 * len(self.kept))
        if len(self.kept) + len(live) <= MOST_KEPT:
            self.kept.update(live)

    def _matters(self, request: Request) -> bool:
        """Tell whether an answer is about something else than a prefix that is gone."""
        subject = subject_of(request.subject)
        return not isinstance(subject, Prefix) or self.concerns(subject)

    async def look(self, prefixes: Collection[Prefix]) -> Table:
        """Read the table of what the Internet sees for what it says of these prefixes, which were not all known before."""
        name = self.options.internet or ""
        self.table = await aside(lambda: read_table(name, [prefix for prefix in prefixes if prefix.length]))
        return self.table

    async def conclude(self, lab: Lab, documents: Sequence[Document] = ()) -> api.Outcomes:
        """Check what stands at the end; ``documents``: what was heard, for the bundle."""
        notes, kept = (*self.made.notes, *lab.notes), (*self.made.documents, *documents)
        if self.table:  # it says all that the first reading said, and more
            kept = (*(one for one in kept if one.source != INTERNET), self.table.document)
            notes = tuple(dict.fromkeys((*notes, *self.table.notes)))
        made = replace(self.made, peering=lab.announced(), notes=notes, documents=kept)
        outcomes = await api.judged(self.options, made, _Remembering(self.kept, self.source), self.policies)
        return replace(outcomes, tally=self.way.tally()) if self.way else outcomes


@dataclass(frozen=True, slots=True)
class _Remembering(Over):
    """A fetcher that gives live registries' answers again, and leaves the rest to files."""

    kept: Mapping[Request, Reply]
    below: Fetcher

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Give what was answered; ask files about the rest."""
        asked = [request for request in requests if request not in self.kept]
        fresh = await self.below.fetch(asked) if asked else {}
        return {**{request: self.kept[request] for request in requests if request in self.kept}, **fresh}


@asynccontextmanager
async def ready(options: Options, tell: Callable[[str], None] | None = None) -> AsyncIterator[Stage]:
    """Read what the options name, and open the way to the registries where they are to be asked."""
    settings = configs.settings(options.sources)
    made = plan(replace(options, listening=True))
    policies = api.policies_of(made.policy)
    source = api.data_of(made.registry_data, tell)
    if not options.live:
        yield Stage(options, made, source, policies)
        return
    from bgpcheck.fetch.registries import network  # noqa: PLC0415 (only where the network is asked for)

    async with network(settings, replace(api.asking(options, tell), lasting=True)) as way:
        yield Stage(options, made, source, policies, way)
