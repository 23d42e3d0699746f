"""Mutation testing: is a test there for everything that facts, rules and verdict decide?

    pip install mutmut==3.8.1 cosmic-ray==8.7.0
    python tests/benchmarks/mutants.py bgpcheck/facts/*.py --results facts.jsonl --text --tests tests/facts
    python tests/benchmarks/mutants.py bgpcheck/verdict.py --results verdict.jsonl --text --tests tests/test_verdict.py tests/test_policy.py

The tests are collected once. Each mutant is judged in a fork: its functions and constants are put in place, and the tests that run its
lines follow, the quickest first, until one fails. A mutant of a class needs a new import: its fork collects the tests anew. What the
results have already is not done again, but for what ``--again survived timeout`` names.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import signal
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import mutated
import pytest
from mutant_forks import Forks, forked
from mutant_import import OPTIONS, Failed, anew, dotted
from mutant_tests import ROOT, Baseline, by_line, chosen, loaded

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOCKS = {"Pace", "perf_counter", "process_time", "monotonic"}  # whoever reads one judges the machine, not the mutant
AT_LEAST = 20  # seconds of processor time


@dataclass
class Run:
    """What was asked."""

    modules: list[str]
    tests: list[str]
    results: Path
    jobs: int
    again: set[str]
    only: str
    reload_too: bool
    text: bool
    before: Path | None


class Server:
    """A plugin in the place of pytest's loop."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.failed = Failed()
        self.items: dict[str, pytest.Item] = {}
        self.baseline = Baseline()

    def pytest_configure(self) -> None:
        from hypothesis import Phase, settings  # noqa: PLC0415 (not before pytest)

        settings.register_profile("mutants", derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate])
        settings.load_profile("mutants")  # the same examples at every run, and the first that fails is enough

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items if not CLOCKS & {*item.function.__code__.co_names}}
        self.remembering = mutated.remembering(gc.get_objects())
        self.forget()
        gc.collect()
        gc.freeze()
        self.baseline = measured(self)
        judge(self)
        return True

    def forget(self) -> None:
        """Empty what functions remember."""
        for one in self.remembering:
            one.cache_clear()


def measured(server: Server) -> Baseline:
    """Run every test that is new once, counting lines; a fork does, so that nothing of it is left here."""
    kept = server.run.results.with_suffix(".baseline.json")
    known = loaded(kept)
    new = [item for name, item in server.items.items() if name not in known.seconds]

    def work() -> str:
        cov = coverage.Coverage(data_file=None, config_file=False, include=[str(ROOT / one) for one in server.run.modules])
        cov.start()
        seconds = dict[str, float]()
        for item, after in zip(new, [*new[1:], None], strict=True):
            server.forget()
            cov.switch_context(item.nodeid)
            began = time.process_time()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            seconds[item.nodeid] = time.process_time() - began
            if server.failed.name:
                return server.failed.name
        cov.stop()
        known.add(Baseline(seconds, by_line(cov.get_data())))
        kept.write_text(json.dumps(asdict(known)))
        return "done"

    if new:
        pid, reads, _ = forked(work, 3600)
        told = os.read(reads, 1000).decode()
        os.waitpid(pid, 0)
        if told != "done":
            sys.exit(f"a test fails without a mutant: {told}")
        known = loaded(kept)
    known.seconds = {name: seconds for name, seconds in known.seconds.items() if name in server.items}
    if server.run.before:
        known.new = sorted(known.seconds.keys() - loaded(server.run.before).seconds.keys())
    return known


def go(items: list[pytest.Item], failed: Failed, seconds: dict[str, float]) -> None:
    """Run tests until one fails, each for ten times what it takes without a mutant."""
    for item, after in zip(items, [*items[1:], None], strict=True):
        signal.setitimer(signal.ITIMER_PROF, 3 + 10 * seconds[item.nodeid])  # ends the process
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if failed.name:
            return


def judge(server: Server) -> None:
    """Judge every mutant that is asked for; those that need a new import come last."""
    forks = Forks(server.run.jobs, server.run.results)
    baseline, later = server.baseline, list[partial[None]]()
    for module, source, one, reload in todo(server.run):
        tests = chosen(baseline, module, source, one, whole=reload)
        row = {
            "module": module,
            "line": one.lines[0],
            "operator": one.operator,
            "text": one.is_text,
            "change": one.change,
            "tests": len(tests),
        }
        cpu = AT_LEAST + 4 * sum(baseline.seconds[test] for test in tests)
        if reload:
            later.append(partial(forks.start, row, partial(anew, module, one, tests), cpu))
        else:
            forks.start(row, partial(in_place, server, module, source, one, tests), cpu)
    for start in later:
        start()
    forks.reap(0)


def todo(run: Run) -> Iterator[tuple[str, str, mutated.Mutant, bool]]:
    """Give the mutants to judge, and whether a new import is needed."""
    rows = map(json.loads, run.results.read_text().splitlines()) if run.results.exists() else ()
    done = {(row["module"], row["line"], row["change"], row["operator"]): row["status"] for row in rows}
    for module in run.modules:
        source = (ROOT / module).read_text()
        for one in mutated.mutants(source):
            status = done.get((module, one.lines[0], one.change, one.operator))
            if (status is None or status in run.again) and run.only in one.change and (run.text or not one.is_text):
                yield module, source, one, run.reload_too or mutated.outside(source, one.source)


def in_place(server: Server, module: str, source: str, one: mutated.Mutant, tests: list[str]) -> str:
    """Put a mutant in place and run tests."""
    gc.disable()
    server.forget()
    if not mutated.swap(dotted(module), source, one.source, str(ROOT / module)):
        return json.dumps({"status": "same", "by": ""})
    go([server.items[test] for test in tests], server.failed, server.baseline.seconds)
    return json.dumps({"status": "killed" if server.failed.name else "survived", "by": server.failed.name})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="+")
    parser.add_argument("--tests", nargs="+", required=True)
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--again", nargs="*", default=[])
    parser.add_argument("--only", default="", help="only mutants whose change has this text")
    parser.add_argument("--reload", action="store_true", help="import everything again for every mutant")
    parser.add_argument("--text", action="store_true", help="change texts of several words too")
    parser.add_argument("--before", type=Path, help="FILE.baseline.json of an earlier run: tests that it lacks come last")
    got = parser.parse_args()
    os.chdir(ROOT)
    run = Run(got.modules, got.tests, got.results.resolve(), got.jobs, set(got.again), got.only, got.reload, got.text, got.before)
    with tempfile.TemporaryDirectory() as folder:
        server = Server(run)
        sys.exit(pytest.main([*OPTIONS, f"--basetemp={folder}/t", *run.tests], plugins=[server, server.failed]))


if __name__ == "__main__":
    main()
