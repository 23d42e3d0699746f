"""Whole processes beside an empty Python: what a user waits for. Prints a table; never fails on seconds.

    python tests/benchmarks/whole_process.py [--rounds N]

Every round starts each command once, one after the other, so that what else the machine does falls on all of them alike; a row is
the median of its rounds. Compare ratios, not seconds: the first row is this machine, today.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import chain, islice, zip_longest
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = ROOT / "fixtures" / "registry"
COUNT = 200  # LIM-1: as many as a session may announce
BLOCKS = {  # blocks of the small registry, and the greatest length to cut them to
    "193.0.0.0/20": 24,
    "193.0.16.0/21": 24,
    "193.0.24.0/21": 24,
    "84.205.64.0/19": 24,
    "192.87.0.0/16": 24,
    "196.216.2.0/23": 24,
    "200.3.12.0/22": 24,
    "104.16.0.0/12": 20,
    "1.1.1.0/24": 24,
    "8.8.8.0/24": 24,
    "202.12.28.0/23": 24,
    "198.18.0.0/15": 18,
    "2001:67c:2e8::/48": 52,
    "2001:7fd::/32": 36,
    "2606:4700::/32": 36,
    "2001:dc0::/32": 36,
}
ARGUMENTS = ["check", "--peer-asn", "3333", "--registry", "RIPENCC", "--registry-data", str(REGISTRY), "--now", "2026-11-02T00:00:00Z"]
STATUSES = {0, 3, 4, 5}  # done, or judged: anything else is no measurement


class Run(NamedTuple):
    """What a process took: seconds on the clock, and of processor time in it and its children."""

    wall: float
    cpu: float


def pieces(block: IPv4Network | IPv6Network, longest: int) -> Iterator[IPv4Network | IPv6Network]:
    """Give a block and all that it is cut into, shortest first."""
    return chain.from_iterable(block.subnets(new_prefix=length) for length in range(block.prefixlen, longest + 1))


def prefixes(count: int = COUNT) -> list[str]:
    """List prefixes in and around what the small registry knows, one of each block in turn."""
    turns = zip_longest(*(pieces(ip_network(block), longest) for block, longest in BLOCKS.items()))
    return [str(one) for one in islice((one for turn in turns for one in turn if one is not None), count)]


def commands(folder: Path) -> Mapping[str, Sequence[str]]:
    """Give the commands by the names of their rows."""
    program = [sys.executable, "-m", "bgpcheck"]
    few = [*program, *ARGUMENTS, "--prefix", "193.0.0.0/21"]
    many = [*program, *ARGUMENTS, *(word for prefix in prefixes() for word in ("--prefix", prefix))]
    shapes = {f"check, {COUNT} prefixes, {shape}": [*many, "--format", shape] for shape in ("table", "json", "csv", "markdown")}
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "bgpcheck --help": [*program, "--help"],
        "bgpcheck check --help": [*program, "check", "--help"],
        "check, 1 prefix, table": few,
        **shapes,
        f"check, {COUNT} prefixes, evidence": [*many, "--evidence", str(folder / "evidence.zip")],
    }


def run(argv: Sequence[str]) -> Run:
    """Run a command to its end; a failure is an error, being slow is not."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}
    began, used = time.perf_counter(), processor_seconds()
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False, env=env)
    wall, cpu = time.perf_counter() - began, processor_seconds() - used
    if done.returncode not in STATUSES:
        raise SystemExit(f"{' '.join(argv)[:200]}: status {done.returncode}\n{done.stderr.decode(errors='replace')[-2000:]}")
    return Run(wall, cpu)


def processor_seconds() -> float:
    """Tell what all ended children have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(rows: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[Run]]:
    """Run all commands ``rounds`` times, interleaved, after one round that only fills caches."""
    taken: dict[str, list[Run]] = {name: [] for name in rows}
    for turn in range(rounds + 1):
        for name, argv in rows.items():
            one = run(argv)
            if turn:
                taken[name].append(one)
    return taken


def table(taken: Mapping[str, Sequence[Run]]) -> Iterator[str]:
    """Lay the medians beside the first row's."""
    yield f"{'':<32} {'median':>9} {'fastest':>9} {'cpu':>9} {'ratio':>7}"
    base = None
    for name, runs in taken.items():
        wall = median(one.wall for one in runs)
        base = base or wall
        cpu = median(one.cpu for one in runs)
        yield f"{name:<32} {1000 * wall:>6.0f} ms {1000 * min(runs).wall:>6.0f} ms {1000 * cpu:>6.0f} ms {wall / base:>6.1f}x"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Compare whole bgpcheck processes with an empty Python.")
    parser.add_argument("--rounds", type=int, default=11, help="how often each command runs (11)")
    rounds = max(1, parser.parse_args().rounds)
    with tempfile.TemporaryDirectory() as folder:
        taken = measure(commands(Path(folder)), rounds)
    print(f"Python {sys.version.split()[0]}, {rounds} rounds\n", *table(taken), sep="\n")  # noqa: T201 (a program's output)


if __name__ == "__main__":
    main()
