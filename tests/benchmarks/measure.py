"""Whole processes measured: time on the clock, processor time, peak memory. Shared by the benchmarks; never fails on seconds.

    python tests/benchmarks/measure.py COMMAND [ARGUMENT ...]

runs a command and prints its three numbers. ``run`` starts each command through such a process, since a child counts the memory of
the one that started it as its own until it has become something else (Linux, ``ru_maxrss``): a small starter leaves the figure right.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "bgpcheck")
STATUSES = frozenset({0, 3, 4, 5})  # done, or judged: anything else is no measurement
MOST_TOLD = 2000  # characters


class Run(NamedTuple):
    """What a process took: seconds on the clock, seconds of processor time, MB of memory at its peak; with those that it waited for."""

    wall: float
    cpu: float
    peak: float


def run(argv: Sequence[str], out: Path | None = None) -> Run:
    """Run a command to its end, writing what it prints to ``out``; a failure is an error, being slow is not."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # a user's Python compiles a module once
    starter = [sys.executable, "-S", "-E", str(Path(__file__)), "--out", str(out or os.devnull), *argv]
    done = subprocess.run(starter, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        raise SystemExit(f"{' '.join(argv)[:200]}: {done.stderr[-MOST_TOLD:]}")
    return Run(*json.loads(done.stdout))


def start(argv: Sequence[str], out: str) -> Run:
    """Run a command from here."""
    with Path(out).open("wb") as printed:
        began = time.perf_counter()
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=printed, stderr=subprocess.PIPE)
        told = process.stderr.read() if process.stderr else b""
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in STATUSES:
        raise SystemExit(f"status {process.returncode}\n{told.decode(errors='replace')[-MOST_TOLD:]}")
    return Run(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)


def measure(rows: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[Run]]:
    """Run all commands ``rounds`` times, interleaved, after one round more that only fills caches."""
    taken: dict[str, list[Run]] = {name: [] for name in rows}
    for turn in range(rounds + 1):
        for name, argv in rows.items():
            one = run(argv)
            if turn:
                taken[name].append(one)
    return taken


def table(taken: Mapping[str, Sequence[Run]], *, unit: str = "ms") -> Iterator[str]:
    """Lay the medians beside the first row's; ``unit``: ms or s."""
    factor, digits = (1000, 0) if unit == "ms" else (1, 2)
    yield f"{'':<32} {'median':>10} {'fastest':>10} {'cpu':>10} {'ratio':>8} {'peak':>8}"
    base = None
    for name, runs in taken.items():
        wall = median(one.wall for one in runs)
        base = base or wall
        times = (wall, min(runs).wall, median(one.cpu for one in runs))
        cells = " ".join(f"{factor * one:>{9 - len(unit)}.{digits}f} {unit}" for one in times)
        yield f"{name:<32} {cells} {wall / base:>7.{2 if wall < base else 1}f}x {max(one.peak for one in runs):>5.0f} MB"


def main() -> None:
    """Run the command that the words name, and print what it took."""
    words = sys.argv[1:]
    out = os.devnull
    if words[:1] == ["--out"]:
        out, words = words[1], words[2:]
    print(json.dumps(start(words, out)))  # noqa: T201 (a program's output)


if __name__ == "__main__":
    main()
