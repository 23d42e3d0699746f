"""Mutation testing: is a test there for everything that facts, rules and verdict decide?

    pip install mutmut==3.8.1 cosmic-ray==8.7.0
    python tests/benchmarks/mutants.py --results FILE.jsonl bgpcheck/verdict.py bgpcheck/facts/*.py -- tests/facts tests/test_verdict.py

The tests are collected once. Each mutant is judged in a fork: its functions are put in place, the tests that run its lines follow, the
quickest first, until one fails. A mutant outside functions needs a new import: its fork collects the tests anew. What FILE has already is
not done again, but for what ``--again survived`` names.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import resource
import select
import signal
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import mutated
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from importlib.machinery import ModuleSpec

ROOT = Path(__file__).resolve().parents[2]
MEMORY = 3 << 30  # bytes of address space that a mutant may take more
CLOCKS = {"perf_counter", "process_time", "monotonic"}  # whoever reads one judges the machine, not the mutant
RAISED = 70  # exit status of a fork that ended by an exception
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


@dataclass
class Baseline:
    """What each test costs, in seconds, and which tests run which line of which module."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)  # SHA-256 of each module when its lines were counted
    new: list[str] = field(default_factory=list)  # tests to come last

    def add(self, other: Baseline) -> None:
        """Take over what was measured since."""
        self.seconds |= other.seconds
        for name, lines in other.lines.items():
            mine = self.lines.setdefault(name, {})
            for line, tests in lines.items():
                mine[line] = sorted({*mine.get(line, ()), *tests})
            self.sources.setdefault(name, digest(name))


class Failed:
    """A plugin that knows the first failure."""

    def __init__(self) -> None:
        self.name = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self.name:
            self.name = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.name:
            self.name = f"{report.nodeid} (collecting)"


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


def go(items: list[pytest.Item], failed: Failed, seconds: dict[str, float]) -> None:
    """Run tests until one fails, each for ten times what it takes without a mutant."""
    for item, after in zip(items, [*items[1:], None], strict=True):
        signal.setitimer(signal.ITIMER_PROF, 3 + 10 * seconds[item.nodeid])  # ends the process
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
        if failed.name:
            return


def forked(work: Callable[[], str], cpu: float) -> tuple[int, int, int]:
    """Do ``work`` in a fork that writes to a pipe; its process id, the pipe, and a descriptor that tells its end."""
    reads, writes = os.pipe()
    if (pid := os.fork()) == 0:
        status = RAISED
        try:
            os.close(reads)
            quiet = os.open(os.devnull, os.O_RDWR)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), int(cpu) + 2))
            used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            os.setpgid(0, 0)
            told = work()
            os.write(writes, told.encode())
            status = 0
        finally:
            os._exit(status)
    os.close(writes)
    return pid, reads, os.pidfd_open(pid)


def measured(server: Server) -> Baseline:
    """Run every test that is new once, counting lines; a fork does, so that nothing of it is left here."""
    kept = server.run.results.with_suffix(".baseline.json")
    known = loaded(kept.read_text()) if kept.exists() else Baseline()
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
        known = loaded(kept.read_text())
    known.seconds = {name: seconds for name, seconds in known.seconds.items() if name in server.items}
    if server.run.before:
        known.new = sorted(known.seconds.keys() - loaded(server.run.before.read_text()).seconds.keys())
    return known


def loaded(text: str) -> Baseline:
    """Read what was measured before."""
    found = Baseline(**json.loads(text))
    found.lines = {name: {int(line): tests for line, tests in lines.items()} for name, lines in found.lines.items()}
    return found


def digest(module: str) -> str:
    """Give the SHA-256 of a module."""
    return hashlib.sha256((ROOT / module).read_bytes()).hexdigest()


def chosen(baseline: Baseline, module: str, source: str, one: mutated.Mutant, *, whole: bool) -> list[str]:
    """Give the tests that run a mutant's lines, the quickest first, those of its own file before."""
    lines = baseline.lines.get(module, {})
    known = baseline.seconds.keys()
    name, part = Path(module).stem, "rules" if "rules" in module else "facts"
    own = {"irr_lines": "irr", "irr_marks": "irr"}.get(name, name.split("_")[0] if name.startswith("edge") else name)
    files = (f"tests/{part}/test_{own}.py", f"tests/test_{own}.py")
    near = set() if whole else known & {test for line in mutated.statement(source, one.lines) for test in lines.get(line, ())}
    if not near or baseline.sources.get(module) != digest(module):  # outside functions, what reads a name runs no line of the module
        near = known & {test for tests in lines.values() for test in tests} | {test for test in known if test.startswith(files)}
    return sorted(near, key=lambda test: (test in baseline.new, baseline.seconds[test] * (0.2 if test.startswith(files) else 1)))


def by_line(data: coverage.CoverageData) -> dict[str, dict[int, list[str]]]:
    """Give the tests that run each line of each module, by its path in the project."""
    found = {os.path.relpath(one, ROOT): data.contexts_by_lineno(one) for one in data.measured_files()}
    return {name: {line: [one for one in tests if one] for line, tests in lines.items()} for name, lines in found.items()}


class Forks:
    """Mutants that are being judged, at most ``jobs`` at once, and where their results go."""

    def __init__(self, jobs: int, results: Path) -> None:
        self.jobs, self.results = jobs, results
        self.running: dict[int, tuple[dict[str, object], int, int, float]] = {}
        self.poll = select.poll()

    def start(self, row: dict[str, object], work: Callable[[], str], cpu: float) -> None:
        """Begin with one as soon as there is room."""
        self.reap(self.jobs - 1)
        pid, reads, descriptor = forked(work, cpu)
        self.running[descriptor] = row, pid, reads, time.monotonic() + 60 + 15 * cpu
        self.poll.register(descriptor, select.POLLIN)

    def reap(self, most: int) -> None:
        """Wait until ``most`` are left."""
        while len(self.running) > most:
            for descriptor, _ in self.poll.poll(1000):
                self._end(descriptor)
            for descriptor, (_, pid, _, deadline) in list(self.running.items()):
                if time.monotonic() > deadline:
                    os.killpg(pid, signal.SIGKILL)
                    self._end(descriptor)

    def _end(self, descriptor: int) -> None:
        row, pid, reads, _ = self.running.pop(descriptor)
        self.poll.unregister(descriptor)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        told = os.read(reads, 1 << 16)
        os.close(descriptor)
        os.close(reads)
        late = code in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGPROF}
        raised = {"status": "killed", "by": "raises where it is defined"} if code == RAISED else {"status": "crash", "by": f"exit {code}"}
        row |= json.loads(told) if told else {"status": "timeout", "by": ""} if late else raised
        with self.results.open("a") as out:
            out.write(json.dumps(row) + "\n")
        sys.stdout.write(f"{row['status']:9} {row['module']}:{row['line']} {row['operator']} {row['by'][:90]}\n")
        sys.stdout.flush()


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
    done = {(row["module"], row["change"], row["operator"]): row["status"] for row in rows}
    for module in run.modules:
        source = (ROOT / module).read_text()
        for one in mutated.mutants(source):
            status = done.get((module, one.change, one.operator))
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


class Loader(SourceFileLoader):
    """Gives the mutant for a module's source."""

    text = ""

    def get_code(self, fullname: str) -> object:
        return compile(self.text, self.get_filename(fullname), "exec", dont_inherit=True)


class Finder:
    """Finds one module, the mutant."""

    def __init__(self, module: str, text: str) -> None:
        self.name, self.path = dotted(module), ROOT / module
        self.loader = Loader(self.name, str(self.path))
        self.loader.text = text

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:  # noqa: ARG002 (importlib's protocol)
        if name != self.name:
            return None
        places = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return spec_from_file_location(name, self.path, loader=self.loader, submodule_search_locations=places)


def dotted(module: str) -> str:
    """Give the name that a file is imported by."""
    return module.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


class Chosen:
    """A plugin that keeps and orders the tests."""

    def __init__(self, tests: list[str]) -> None:
        self.place = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((one for one in items if one.nodeid in self.place), key=lambda one: self.place[one.nodeid])


def anew(module: str, one: mutated.Mutant, tests: list[str]) -> str:
    """Import everything again, the mutant in its place, and run tests: those of a few files first."""
    sys.dont_write_bytecode = True
    for known, loaded in list(sys.modules.items()):
        file = getattr(loaded, "__file__", None) or ""
        if (file.startswith(str(ROOT)) and "benchmarks" not in file) or known.split(".")[0] in {"bgpcheck", "tests"}:
            del sys.modules[known]
    sys.meta_path.insert(0, Finder(module, one.source))
    files = list(dict.fromkeys(test.split("::")[0] for test in tests))
    for some in (files[:1], files[1:]):
        failed, kept = Failed(), [test for test in tests if test.split("::")[0] in some]
        status = pytest.main([*OPTIONS, "-x", *some], plugins=[failed, Chosen(kept)]) if some else 0
        if failed.name or status not in {0, 5}:
            return json.dumps({"status": "killed", "by": failed.name or f"pytest {status}"})
    return json.dumps({"status": "survived", "by": ""})


OPTIONS = ["-s", "-q", "-p", "no:cacheprovider", "-p", "no:faulthandler", "-o", "tmp_path_retention_policy=none"]


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
