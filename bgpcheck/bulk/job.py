"""What a process needs to judge routes: where the snapshot is, and by which rules. Waits for the disk, once."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from bgpcheck.columns.judge import Judge
from bgpcheck.columns.judged import Judged
from bgpcheck.columns.known import Known
from bgpcheck.errors import BgpcheckError, UsageError
from bgpcheck.store import configs
from bgpcheck.store.snapshot import fitting, registry_data
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from bgpcheck.columns.judged import Words
    from bgpcheck.routes import Routes


@dataclass(frozen=True, slots=True)
class Job:
    """An audit's terms, small enough to be sent anywhere. ``identity``: the snapshot's, which must be the same wherever it is opened."""

    snapshot: str
    identity: str
    policy: str
    now: datetime
    strict: bool


@lru_cache(maxsize=1)
def judge_of(job: Job) -> Judge:
    """Open the snapshot once a process; ``UsageError`` where there is another one under that name."""
    snapshot = registry_data(Path(job.snapshot))
    if snapshot.identity != job.identity:
        raise UsageError(f"{job.snapshot}: another snapshot than the audit began with lies there on {_host()}")
    with fitting(job.snapshot):
        made = Judge(Known(snapshot, snapshot.header, configs.settings(), job.now, job.strict), configs.policy(job.policy))
        _prepare(made)
    return made


def _prepare(judge: Judge) -> None:
    """Prepare what every route needs, on two cores: numpy works without Python's lock."""

    def cut() -> None:
        with suppress(BgpcheckError):  # told where it is needed
            _ = judge.known.segments

    beside = Thread(target=cut, daemon=True)
    beside.start()
    _ = judge.irr.objects.sums, judge.known.origins
    beside.join()


def run(job: Job, routes: Routes) -> tuple[NDArray[np.intp], tuple[Words, ...]]:
    """Judge one chunk: the case of each row, and the cases. The routes themselves need not come back."""
    with fitting(job.snapshot):
        judged = judge_of(job).judge(routes)
    return judged.case, judged.cases


def ready(job: Job) -> tuple[str, str]:
    """Open the snapshot, and say which version and snapshot this process judges with."""
    judge_of(job)
    return __version__, job.identity


def joined(routes: Routes, answer: tuple[NDArray[np.intp], tuple[Words, ...]]) -> Judged:
    """Put routes and their cases together again."""
    return Judged(routes, *answer)


def _host() -> str:
    """Name this machine."""
    import platform  # noqa: PLC0415 (only where something is wrong)

    return platform.node() or "this machine"
