"""Judging alone, without reading or writing, beside what its memory traffic alone would cost on this machine.

    python tests/benchmarks/roofline.py SNAPSHOT ROUTES [--rounds N]

Two bounds. *Stream*: every column of routes, forests and answers passes once through memory at the speed of a copy. *Search*: each
row goes down a binary search for each look-up, and each step that leaves the cache waits for one line, as long as a random gather of
that size takes here. What is measured lies above the first; how near it comes to the second says what a better layout could win.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bgpcheck.bulk.inputs import Inputs
from bgpcheck.columns import rpki
from bgpcheck.columns.judge import Judge
from bgpcheck.columns.known import Known
from bgpcheck.store import configs
from bgpcheck.store.clock import now_of
from bgpcheck.store.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from bgpcheck.routes import Routes

CACHE = 1 << 20  # bytes that a search finds near at hand


def fastest(rounds: int, what: Callable[[], object]) -> float:
    """Give the seconds of the fastest of some rounds."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        what()
        taken.append(time.perf_counter() - began)
    return min(taken)


def copying() -> float:
    """Give bytes a second that a copy reads and writes."""
    data = np.ones(1 << 25, np.uint64)
    out = np.empty_like(data)
    return 2 * data.nbytes / fastest(5, lambda: np.copyto(out, data))


def waiting(size: int) -> float:
    """Give the seconds that one read anywhere in ``size`` bytes takes where the next hangs on it."""
    count = max(size // 8, 2)
    order = np.random.default_rng(1).permutation(count)
    onward = np.empty(count, np.int64)
    onward[order] = np.roll(order, -1)  # one ring through all
    many = np.arange(0, count, max(count // 4096, 1))[:4096]  # chains side by side, as rows of a chunk are
    walks = 64

    def walk() -> None:
        at = many
        for _ in range(walks):
            at = onward[at]

    return fastest(3, walk) / (walks * len(many))


def load(names: list[str]) -> list[Routes]:
    """Read routes in chunks, as an audit does."""
    return list(Inputs(tuple(names)).chunks())


def sizes(judge: Judge) -> list[tuple[int, int]]:
    """Give nodes and bytes of the forests that fact *rpki* looks into, each."""
    shown = judge.known.header["views"]["shown"]
    forests = [one for found in judge.views.values() for one in (found[shown].prefixes, found[shown].pairs)]
    return [(len(one), one.key.nbytes + one.reach.nbytes + one.parent.nbytes) for one in forests]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Judging alone beside the cost of its memory traffic.")
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("routes", nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    now = now_of("2025-07-21")
    snapshot = Snapshot.open(args.snapshot)

    def made() -> Judge:
        return Judge(Known(snapshot, snapshot.header, configs.settings(), now), configs.policy("microsoft-peering"))

    chunks = load(args.routes)
    rows = sum(map(len, chunks))
    parts = [part for routes in chunks for part in rpki.spans(routes)]
    judge = made()
    shown = snapshot.header["views"]["shown"]
    views = {space: found[shown] for space, found in judge.views.items()}
    only = fastest(args.rounds, lambda: [rpki.states(views[part.space], part) for part in parts])
    first = fastest(1, lambda: [judge.judge(routes) for routes in chunks])
    again = fastest(args.rounds, lambda: [judge.judge(routes) for routes in chunks])

    forests = sizes(judge)
    columns = sum(one.nbytes for routes in chunks for one in (routes.version, routes.high, routes.low, routes.length, routes.origin))
    stream = (columns + rows + sum(size for _, size in forests)) / (speed := copying())
    far = waiting(max(size for _, size in forests))
    outside = [max(0.0, math.log2(max(size / CACHE, 1))) for _, size in forests]
    v4 = sum(len(part.rows) for part in parts if part.space == 4) / rows
    search = rows * far * (v4 * sum(outside[:2]) + (1 - v4) * sum(outside[2:]))
    say = [
        f"{rows} routes; copy {speed / 1e9:.1f} GB/s; a step that leaves the cache {1e9 * far:.1f} ns",
        "",
        f"{'':<44} {'seconds':>8} {'routes/s':>12}",
        *(
            f"{name:<44} {seconds:>8.3f} {rows / max(seconds, 1e-9):>12,.0f}"
            for name, seconds in (
                ("RPKI: all columns once through memory", stream),
                ("RPKI: searches that leave the cache", search),
                ("RPKI alone, measured", only),
                ("all facts and the verdict, first time", first),
                ("all facts and the verdict, cases known", again),
            )
        ),
    ]
    print(*say, sep="\n")  # noqa: T201 (a program's output)


if __name__ == "__main__":
    main()
