"""An audit from end to end: files in, judged rows out, through whichever place judges. Waits.

Rule: whatever place judges, the output is the same, in the order of the input.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bgpcheck.bulk import job as jobs
from bgpcheck.bulk.ahead import ahead
from bgpcheck.bulk.inputs import Inputs
from bgpcheck.render.audit import writer
from bgpcheck.render.registry import brief
from bgpcheck.store import configs
from bgpcheck.store.clock import now_of
from bgpcheck.store.snapshot import registry_data
from bgpcheck.table.doubts import doubts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from bgpcheck.columns.judged import Judged
    from bgpcheck.routes import Routes


@dataclass(frozen=True, slots=True)
class Options:
    """What a user asks, as written. ``workers``: processes, 0 for none; ``scheduler``: of a Dask cluster, empty for none."""

    routes: tuple[str, ...]
    snapshot: str
    policy: str = "microsoft-peering"
    now: str | datetime | None = None
    strict: bool = False
    form: str = "csv"
    workers: int = 0
    scheduler: str = ""


@dataclass(frozen=True, slots=True)
class Audited:
    """What came of it: rows that were judged and that could not be read, doubts about the data, a picture where one was wanted."""

    rows: int
    bad: int
    masked: int
    doubts: tuple[str, ...]
    picture: bytes


def audit(
    options: Options,
    write: Callable[[bytes], object],
    *,
    tell: Callable[[str], object] = lambda _: None,
    progress: Callable[[str, float, int], object] = lambda *_: None,
    picture: str = "",
) -> Audited:
    """Judge every route and write it; ``UsageError`` and ``FormatError`` for what the caller gave.

    ``tell`` hears what can't be read; ``picture``: ``png`` or ``svg``.
    """
    now = now_of(options.now)
    snapshot = registry_data(Path(options.snapshot))
    job = jobs.Job(str(Path(options.snapshot).resolve()), snapshot.identity, options.policy, now, options.strict)
    found = doubts(snapshot.header["files"], snapshot.header["before"], now, configs.settings())
    out = writer(options.form, **({"sources": brief(options.snapshot, snapshot.header)} if options.form == "summary" else {}))
    inputs = Inputs(options.routes, tell=tell, progress=progress)
    plot = _plot() if picture else None
    inputs.refuse()
    chunks, rows = _judged(ahead(inputs.chunks()), job, options), 0
    first = list(islice(chunks, 1))  # what is wrong from the beginning is refused before anything is written
    write(out.start())
    for judged in chain(first, chunks):
        rows += len(judged)
        write(out.add(judged))
        if plot:
            plot.add(judged)
    write(out.end())
    drawn = plot.draw(picture) if plot else b""
    return Audited(rows, inputs.bad, inputs.masked, tuple(one["message"] for one in found), drawn)


def _judged(chunks: Iterable[Routes], job: jobs.Job, options: Options) -> Iterator[Judged]:
    """Judge chunks where the user wants it."""
    jobs.judge_of(job)  # what is wrong with the snapshot or the policy is told here, once
    if options.scheduler:
        from bgpcheck.bulk import cluster  # noqa: PLC0415 (only where there is one)

        yield from cluster.judged(chunks, job, options.scheduler)
    elif options.workers:
        from bgpcheck.bulk import processes  # noqa: PLC0415 (only where they are wanted)

        yield from processes.judged(chunks, job, options.workers)
    else:
        yield from ahead(jobs.joined(routes, jobs.run(job, routes)) for routes in chunks)


def _plot() -> Any:  # noqa: ANN401 (a class of an extra)
    """Make the picture's canvas."""
    from bgpcheck.render.audit_plot import Plot  # noqa: PLC0415 (an extra)

    return Plot()
