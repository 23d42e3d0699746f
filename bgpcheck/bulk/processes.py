"""Chunks judged in processes of this machine. Waits.

Rule: a process that dies takes nothing with it: what it had is judged again by new ones.
"""

from __future__ import annotations

import signal
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from bgpcheck.bulk import memory
from bgpcheck.bulk.job import run
from bgpcheck.bulk.window import in_order
from bgpcheck.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.bulk.job import Job
    from bgpcheck.columns.judged import Judged
    from bgpcheck.routes import Routes

MOST_DEATHS = 3  # of pools, before it is given up
_Sent = tuple[ProcessPoolExecutor, "Future[Any]"]


def _begin() -> None:
    """Begin a process: whoever started it ends it, not the terminal; and memory is kept."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    memory.keep()


class _Pool:
    """Processes that open the snapshot once each, started anew when one of them dies."""

    def __init__(self, job: Job, workers: int) -> None:
        self._job, self._workers = job, workers
        self._deaths = 0
        self._executor = self._started()

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._workers, mp_context=get_context("spawn"), initializer=_begin)

    def submit(self, routes: Routes) -> _Sent:
        """Send a chunk to a process."""
        executor = self._executor
        try:
            return executor, executor.submit(run, self._job, routes)
        except BrokenProcessPool as error:
            self._again(executor, error)
            return self.submit(routes)

    def result(self, sent: _Sent, routes: Routes) -> Any:  # noqa: ANN401 (a chunk's answer)
        """Wait for an answer; a chunk that a dead process had is sent again."""
        while True:
            executor, future = sent
            try:
                return future.result()
            except (BrokenProcessPool, CancelledError) as error:
                self._again(executor, error)
                sent = self.submit(routes)

    def _again(self, broken: ProcessPoolExecutor, error: BaseException) -> None:
        """Start new processes, unless somebody has already."""
        if broken is not self._executor:
            return
        self._deaths += 1
        broken.shutdown(wait=False, cancel_futures=True)
        if self._deaths > MOST_DEATHS:
            raise FetchError(f"processes that judge died {self._deaths} times: is there too little memory for {self._workers}?") from error
        self._executor = self._started()

    def close(self) -> None:
        """End the processes."""
        self._executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _pool(job: Job, workers: int) -> Iterator[_Pool]:
    """Start processes, and end them in the end."""
    made = _Pool(job, workers)
    try:
        yield made
    finally:
        made.close()


def judged(chunks: Iterable[Routes], job: Job, workers: int) -> Iterator[Judged]:
    """Judge chunks in ``workers`` processes."""
    with _pool(job, workers) as pool:
        yield from in_order(chunks, pool, 2 * workers + 1)
