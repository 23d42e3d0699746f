"""Whole processes beside an empty Python: what a user waits for. Prints a table; never fails on seconds.

    python tests/benchmarks/whole_process.py [--rounds N]

Every round starts each command once, one after the other, so that what else the machine does falls on all of them alike; a row is
the median of its rounds. Compare ratios, not seconds: the first row is this machine, today.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from measure import PROGRAM, ROOT, measure, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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


def pieces(block: IPv4Network | IPv6Network, longest: int) -> Iterator[IPv4Network | IPv6Network]:
    """Give a block and all that it is cut into, shortest first."""
    return chain.from_iterable(block.subnets(new_prefix=length) for length in range(block.prefixlen, longest + 1))


def prefixes(count: int = COUNT) -> list[str]:
    """List prefixes in and around what the small registry knows, one of each block in turn."""
    turns = zip_longest(*(pieces(ip_network(block), longest) for block, longest in BLOCKS.items()))
    return [str(one) for one in islice((one for turn in turns for one in turn if one is not None), count)]


def commands(folder: Path) -> Mapping[str, Sequence[str]]:
    """Give the commands by the names of their rows."""
    few = [*PROGRAM, *ARGUMENTS, "--prefix", "193.0.0.0/21"]
    many = [*PROGRAM, *ARGUMENTS, *(word for prefix in prefixes() for word in ("--prefix", prefix))]
    shapes = {f"check, {COUNT} prefixes, {shape}": [*many, "--format", shape] for shape in ("table", "json", "csv", "markdown")}
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "bgpcheck --help": [*PROGRAM, "--help"],
        "bgpcheck check --help": [*PROGRAM, "check", "--help"],
        "check, 1 prefix, table": few,
        **shapes,
        f"check, {COUNT} prefixes, evidence": [*many, "--evidence", str(folder / "evidence.zip")],
    }


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
