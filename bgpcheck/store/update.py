"""Registry data renewed: every file of the settings downloaded, looked through and kept, then a snapshot of all of them. Waits.

Rule: a file that can't be renewed stays as it was, and the snapshot says so; nothing takes its place that is not whole.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.errors import FetchError, FormatError, UsageError
from bgpcheck.fetch import proxies
from bgpcheck.fetch.aside import aside
from bgpcheck.fetch.download import Downloader
from bgpcheck.fetch.guard import Guard
from bgpcheck.fetch.http import Http
from bgpcheck.fetch.part import Limits, Order
from bgpcheck.fetch.politeness import Politeness
from bgpcheck.fetch.session import server_of
from bgpcheck.formats.transfer import Version
from bgpcheck.store import downloads as folder
from bgpcheck.store import registry, vet
from bgpcheck.store.build import Fetched, Input, refuse_doubled
from bgpcheck.store.wanted import IANA, Wanted, wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from bgpcheck.settings import Settings
    from bgpcheck.store.build import Tell
    from bgpcheck.store.downloads import Downloads, Kept

KINDS = ("renewed", "unchanged", "failed")
TICK = 0.2  # seconds between two looks at how far all is


class Outcome(NamedTuple):
    """What came of a file: ``renewed``, ``unchanged`` or ``failed`` with a reason; what is kept of it now, None where nothing is."""

    wanted: Wanted
    kind: str
    kept: Kept | None
    reason: str = ""

    @property
    def told(self) -> str:
        """Say in a line what failed, and what is used in its place."""
        about = f"{', '.join(self.wanted.sources)}: {self.wanted.url}: {self.reason}"
        if not self.kept or not self.kept.failed:
            return f"{about}: there is none of before"
        dated = min(self.kept.dated(source) for source in self.kept.facts)
        return f"{about}: kept the file of {dated:%Y-%m-%d}, {(self.kept.failed - dated).days} days old"


@dataclass(frozen=True, slots=True)
class Updated:
    """An update: what came of each file, and the snapshot, None where there was nothing to build one from."""

    outcomes: tuple[Outcome, ...]
    built: registry.Built | None


@dataclass(slots=True)
class Update:
    """One update. ``only``: names of sources, all where none is given; ``hear`` hears what came of each file, ``tell`` how far all is."""

    settings: Settings
    downloads: Downloads
    now: datetime
    only: Collection[str] = ()
    hear: Callable[[Outcome], object] = lambda _: None
    tell: Tell = lambda *_: None
    limits: Limits = field(default_factory=Limits)

    def run(self, out: Path, *, slurm: Sequence[str] = (), strict: bool = False) -> Updated:
        """Renew the files and build the snapshot ``out``. ``UsageError`` for what the caller gave, or where another one is at it."""
        files = wanted(self.settings)
        asked = [one for one in files if not self.only or one.names & {*self.only}]
        with self.downloads.locked():
            outcomes = asyncio.run(self._renewed(asked, files)) if asked else ()
            for one in outcomes:
                self.hear(one)
            inputs = list(self._inputs(files))
            if not inputs:
                return Updated(outcomes, None)
            inputs += [Input("slurm", Path(one), one) for one in slurm]
            built = registry.put(sorted(inputs), (), out, now=self.now, strict=strict, settings=self.settings, tell=self.tell)
        return Updated(outcomes, built)

    async def _renewed(self, asked: Sequence[Wanted], files: Sequence[Wanted]) -> tuple[Outcome, ...]:
        """Renew all files, and draw how far it is meanwhile."""
        guard = Guard.of([*(server_of(one.url) for one in asked), *proxies.servers()])
        async with Http(guard, Politeness({})) as http:
            renewal = _Renewal(self, Downloader(guard, http), files)
            tasks = [asyncio.create_task(renewal.one(one)) for one in asked]
            drawing = asyncio.create_task(self._drawing(renewal, len(asked)))
            try:
                return tuple(await asyncio.gather(*tasks))
            finally:
                for task in (*tasks, drawing):
                    task.cancel()
                await asyncio.gather(*tasks, drawing, return_exceptions=True)

    async def _drawing(self, renewal: _Renewal, files: int) -> None:
        """Tell how far all is: the share of all bytes that are known of."""
        while True:
            have = sum(have for have, _ in renewal.came.values())
            of = sum(of or have for have, of in renewal.came.values())
            self.tell(f"{renewal.done} of {files} files", have / of if of else 0.0, have)
            await asyncio.sleep(TICK)

    def _inputs(self, files: Sequence[Wanted]) -> Iterator[Input]:
        """Give all files that are kept, renewed or not, as what a snapshot is built from."""
        for one in files:
            kept = self.downloads.kept(one.url)
            for source in one.sources if kept else ():
                if kept and source in kept.facts and not source.startswith(IANA):
                    failed = kept.failed.isoformat() if kept.failed else ""
                    fetched = Fetched(kept.fetched.isoformat(), kept.dated(source).isoformat(), failed, kept.reason)
                    yield Input(source, self.downloads.path(kept), one.url, fetched)


@dataclass(slots=True)
class _Renewal:
    """Renews files. ``files``: all of the settings; ``came``: of each, the bytes that have come, and of how many; ``done``: files."""

    update: Update
    downloader: Downloader
    files: Sequence[Wanted]
    came: dict[str, tuple[int, int | None]] = field(default_factory=dict)
    done: int = 0
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def one(self, one: Wanted) -> Outcome:
        """Renew one file."""
        downloads, now = self.update.downloads, self.update.now
        kept = downloads.kept(one.url)
        try:
            found = await self._brought(one, kept)
        except FetchError as error:
            outcome = Outcome(one, "failed", kept and folder.failed(kept, now, str(error)), str(error))
        else:
            outcome = Outcome(one, "renewed" if found else "unchanged", found or (kept and folder.unchanged(kept, now)))
        if outcome.kept and outcome.kind != "renewed":
            downloads.note(outcome.kept)
        self.done += 1
        return outcome

    async def _brought(self, one: Wanted, kept: Kept | None) -> Kept | None:
        """Download a file, look it through and keep it; None where it is unchanged."""
        downloads = self.update.downloads
        known = kept.version if kept and {*one.sources} <= {*kept.facts} else Version()
        order = Order(downloads.part(one.url), known, self.update.limits, lambda have, of: self.came.update({one.url: (have, of)}))
        version = await self.downloader.renew(one.url, order, digest=one.digest)
        if version is None:
            return None
        try:
            facts = await self._looked_through(one, order.part.path)
            for source, new in facts.items():
                vet.refuse(new, kept.facts.get(source) if kept else None, str(downloads.path(kept)) if kept else "")
                self._refuse_doubled(new)
        except (FormatError, UsageError) as error:
            order.part.drop()
            raise FetchError(_reason(error)) from error
        return downloads.accept(one.url, version, facts, self.update.now)

    async def _looked_through(self, one: Wanted, path: Path) -> dict[str, vet.Facts]:
        """Read what came, for each source that it is a file of."""
        async with self._looking:  # one after the other: for their memory, and because only one thread computes
            return {source: await aside(partial(vet.looked_through, path, one.url, source)) for source in one.sources}

    def _refuse_doubled(self, new: vet.Facts) -> None:
        """Refuse a file that says what another one of its source says already."""
        kept = [self.update.downloads.kept(one.url) for one in self.files if one.url != new["file"]]
        refuse_doubled([*(one.facts[new["source"]] for one in kept if one and new["source"] in one.facts), new])


def _reason(error: FormatError | UsageError) -> str:
    """Say what is wrong with a file that is named beside it."""
    return str(FormatError(error.message, line=error.line, field=error.field) if isinstance(error, FormatError) else error)
