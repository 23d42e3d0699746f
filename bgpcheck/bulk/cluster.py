"""Chunks judged on a Dask cluster. Waits; the one module that knows Dask (extra ``dask``).

Rule: every worker must judge with this version and this very snapshot; a worker that dies takes nothing with it.
"""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, Any

from bgpcheck.bulk.job import ready, run
from bgpcheck.bulk.window import in_order
from bgpcheck.errors import FetchError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.bulk.job import Job
    from bgpcheck.columns.judged import Judged
    from bgpcheck.routes import Routes

ADDRESS = re.compile(r"(?:tcp|tls)://([^/\s]+):([0-9]{1,5})")
WAIT = 10  # seconds for a scheduler to answer
RETRIES = 3  # of a chunk whose worker died
PER_WORKER = 3  # chunks under way


def judged(chunks: Iterable[Routes], job: Job, scheduler: str) -> Iterator[Judged]:
    """Judge chunks on the workers of a scheduler, such as ``tcp://10.0.0.1:8786``.

    Raises:
        UsageError: Dask is not installed, or the scheduler does not answer.
    """
    try:
        from distributed import Client, KilledWorker  # noqa: PLC0415 (an extra)
        from distributed.client import FutureCancelledError  # noqa: PLC0415 (as above)
    except ImportError as error:
        raise UsageError("--scheduler needs Dask: pip install 'bgpcheck[dask]'") from error
    _reach(scheduler)
    try:
        client: Any = Client(scheduler, timeout=WAIT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UsageError(f"--scheduler {scheduler}: does not answer: {error}") from error
    with client:
        workers = _agreed(client, job)
        yield from in_order(chunks, _Cluster(client, job, (KilledWorker, FutureCancelledError, OSError)), PER_WORKER * workers)


def _reach(scheduler: str) -> None:
    """Knock at a scheduler before Dask does, which would wait for long; ``UsageError`` where nobody is."""
    found = ADDRESS.fullmatch(scheduler)
    if not found:
        raise UsageError(f"--scheduler {scheduler[:60]}: write tcp://HOST:PORT or tls://HOST:PORT")
    try:
        socket.create_connection((found[1].strip("[]"), int(found[2])), WAIT).close()
    except (OSError, OverflowError) as error:
        raise UsageError(f"--scheduler {scheduler}: does not answer: {error}") from error


def _agreed(client: Any, job: Job) -> int:  # noqa: ANN401 (Dask has no types)
    """Ask every worker what it judges with; gives how many there are."""
    said = client.run(ready, job, on_error="return")
    if not said:
        raise UsageError("--scheduler: the cluster has no workers")
    for worker, one in said.items():
        if isinstance(one, BaseException):
            raise UsageError(f"--scheduler: worker {worker} can't judge: {one}")
        if one != ready(job):
            raise UsageError(f"--scheduler: worker {worker} has bgpcheck {one[0]}, here it is {ready(job)[0]}")
    return len(said)


class _Cluster:
    """Workers of a cluster."""

    def __init__(self, client: Any, job: Job, losses: tuple[type[BaseException], ...]) -> None:  # noqa: ANN401 (as above)
        self._client, self._job, self._losses = client, job, losses

    def submit(self, routes: Routes) -> Any:  # noqa: ANN401 (as above)
        """Send a chunk."""
        return self._client.submit(run, self._job, routes, pure=False, retries=RETRIES)

    def result(self, future: Any, _: Routes) -> Any:  # noqa: ANN401 (as above)
        """Wait for an answer: Dask itself sends a chunk again whose worker died."""
        try:
            return future.result()
        except self._losses as error:
            raise FetchError(f"the cluster lost a chunk: {type(error).__name__}: {error}") from error
