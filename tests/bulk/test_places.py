"""Judged here, in processes, on a cluster: the same rows in the same order, also when a worker dies."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from bulk.snapshots import chunks, job_of

from bgpcheck.bulk import cluster, processes
from bgpcheck.bulk.job import joined, judge_of, ready, run
from bgpcheck.bulk.window import in_order
from bgpcheck.errors import FetchError, FormatError, UsageError
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from distributed import LocalCluster

    from bgpcheck.bulk.job import Job
    from bgpcheck.columns.judged import Judged
    from bgpcheck.routes import Routes

Line = tuple[str, int, tuple[str, ...]]


def lines(judged: Iterable[Judged]) -> list[Line]:
    return [
        (prefix, origin, tuple(one.cases[case]))
        for one in judged
        for prefix, origin, case in zip(one.routes.prefixes(), one.routes.origin.tolist(), one.case.tolist(), strict=True)
    ]


def here(parts: Iterable[Routes], job: Job) -> list[Line]:
    return lines(joined(routes, run(job, routes)) for routes in parts)


class Recorder:
    """A place that notes what is under way."""

    def __init__(self, job: Job) -> None:
        self.job, self.under_way, self.most = job, 0, 0

    def submit(self, routes: Routes) -> object:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        return run(self.job, routes)

    def result(self, future: object, _: Routes) -> object:
        self.under_way -= 1
        return future


def test_no_more_is_under_way_than_the_window_holds(tmp_path: Path) -> None:
    universe, job = job_of(tmp_path)
    parts = chunks(universe, 20)
    place = Recorder(job)
    taken: list[int] = []

    def watched() -> Iterator[Routes]:
        for number, part in enumerate(parts):
            taken.append(number)
            yield part

    found = in_order(watched(), place, 3)
    first = next(found)
    assert len(taken) == 3  # the input is read no faster than it is judged
    assert lines([first, *found]) == here(parts, job)
    assert place.most == 3


def test_an_error_in_the_input_comes_after_what_was_read_before(tmp_path: Path) -> None:
    universe, job = job_of(tmp_path)
    parts = chunks(universe, 7)

    def broken() -> Iterator[Routes]:
        yield from parts
        raise FormatError("no more", file="f")

    found = in_order(broken(), Recorder(job), 3)
    assert lines([next(found) for _ in parts]) == here(parts, job)
    with pytest.raises(FormatError, match="no more"):
        next(found)


def test_processes(tmp_path: Path) -> None:
    universe, job = job_of(tmp_path)
    parts = chunks(universe, 12)
    assert lines(processes.judged(parts, job, 2)) == here(parts, job)
    assert lines(processes.judged([], job, 2)) == []


def test_a_process_that_dies_takes_nothing_with_it(tmp_path: Path) -> None:
    universe, job = job_of(tmp_path)
    parts = chunks(universe, 12)
    expected = here(parts, job)

    def feeding() -> Iterator[Routes]:
        for number, part in enumerate(parts):
            if number == 6:
                for child in children():
                    os.kill(child, signal.SIGKILL)
                    break
            yield part

    assert lines(processes.judged(feeding(), job, 2)) == expected


def children() -> list[int]:
    """Give the processes that judge, started by this one (not the tracker of resources)."""
    import multiprocessing  # noqa: PLC0415 (asked at the time)

    return [child.pid for child in multiprocessing.active_children() if child.pid]


def test_processes_that_always_die(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    universe, job = job_of(tmp_path)
    parts = chunks(universe, 30)

    def feeding() -> Iterator[Routes]:
        for part in parts:
            for child in children():
                os.kill(child, signal.SIGKILL)
            yield part

    monkeypatch.setattr(processes, "MOST_DEATHS", 1)
    with pytest.raises(FetchError, match="died 2 times"):
        lines(processes.judged(feeding(), job, 1))


def test_an_error_in_a_process_is_told(tmp_path: Path) -> None:
    universe, job = job_of(tmp_path)
    (tmp_path / "s.snapshot").write_bytes(b"x" * 100)
    with pytest.raises(FormatError, match="is no registry snapshot"):
        lines(processes.judged(chunks(universe, 1), job, 1))


def test_another_snapshot_is_refused(tmp_path: Path) -> None:
    _, job = job_of(tmp_path, 3)
    job_of(tmp_path, 4)
    judge_of.cache_clear()
    with pytest.raises(UsageError, match="another snapshot than the audit began with"):
        judge_of(job)
    assert judge_of.cache_info().currsize == 0


# ── Dask ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def dask() -> Iterator[LocalCluster]:
    """A real cluster of two processes, on loopback only."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as made:
        yield made


pytestmark = pytest.mark.filterwarnings("ignore")  # Dask's own, of its own event loops


def test_a_cluster(dask: LocalCluster, tmp_path: Path) -> None:
    universe, job = job_of(tmp_path)
    parts = chunks(universe, 12)
    assert lines(cluster.judged(parts, job, dask.scheduler_address)) == here(parts, job)


def test_a_worker_that_dies_takes_nothing_with_it(dask: LocalCluster, tmp_path: Path) -> None:
    universe, job = job_of(tmp_path)
    parts = chunks(universe, 40)
    expected = here(parts, job)
    before = set(pids(dask))
    killed: list[int] = []

    def feeding() -> Iterator[Routes]:
        for number, part in enumerate(parts):
            if number == 10:
                killed.append(pids(dask)[0])
                os.kill(killed[0], signal.SIGKILL)
            yield part

    assert lines(cluster.judged(feeding(), job, dask.scheduler_address)) == expected
    assert killed[0] in before


def pids(dask: LocalCluster) -> list[int]:
    """Give the processes of the workers."""
    return [worker.pid for worker in dask.workers.values() if worker.pid]


def test_workers_with_another_snapshot_are_refused(dask: LocalCluster, tmp_path: Path) -> None:
    universe, job = job_of(tmp_path, 5)
    judge_of(job)
    (tmp_path / "s.snapshot").unlink()
    with pytest.raises(UsageError, match=r"worker tcp://.* can't judge: .*No such file"):
        lines(cluster.judged(chunks(universe, 2), job, dask.scheduler_address))


def test_a_scheduler_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, job = job_of(tmp_path)
    monkeypatch.setattr(cluster, "WAIT", 1)
    for url in ("tcp://127.0.0.1:1", "nonsense://x", "tcp://127.0.0.1:99999"):
        with pytest.raises(UsageError, match="--scheduler"):
            lines(cluster.judged([], job, url))


def test_ready(tmp_path: Path) -> None:
    _, job = job_of(tmp_path)
    assert ready(job) == (__version__, job.identity)
