"""How cost grows: building with 100 k to 3 M route objects, auditing 10 k to 10 M routes. Whole processes, one after the other.

    python tests/benchmarks/growth.py [--data DIR] [--objects N] [--routes N]

``--data`` as in whole_table.py. ``--objects`` and ``--routes``: the greatest numbers; the others are a tenth, and so on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import generate
from measure import PROGRAM, run
from whole_table import NOW, REGISTRIES


def steps(most: int, count: int) -> list[int]:
    """List numbers from small to ``most``, each about a third or a tenth of the next."""
    thirds = str(most).startswith("3")
    found = [most]
    while len(found) < count:
        last = found[-1]
        found.append(last // 3 if thirds and str(last).startswith("3") else last * 3 // 10 if thirds else last // 10)
    return found[::-1]


def registry(data: Path | None, count: int, folder: Path) -> list[str]:
    """Give the words that name VRPs and delegations; VRPs are generated where there are no real ones."""
    if data:
        delegated = [("--delegated", str(data / f"rir/delegated-{name}-extended-20170321.txt.xz")) for name in REGISTRIES]
        return ["--vrps", str(data / "rpki/rpki-client-20250720.json.bz2"), *(word for pair in delegated for word in pair)]
    vrps = folder / "vrps.json"
    with vrps.open("w", encoding="ascii") as out:
        generate.write("vrps", count, "", out)
    return ["--vrps", str(vrps)]


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)  # noqa: T201 (a program's output)


def builds(counts: list[int], words: list[str], like: str, folder: Path) -> Path:
    """Build with more and more route objects; gives the last snapshot."""
    dump, out = folder / "radb.db", folder / "s"
    say(f"{'route objects':>14} {'build':>9} {'per object':>11} {'peak':>9} {'snapshot':>9} {'status':>9}")
    for count in counts:
        with dump.open("w", encoding="ascii") as file:
            generate.write("objects", count, like, file)
        out.unlink(missing_ok=True)
        one = run([*PROGRAM, "registry", "build", *words, "--irr", f"RADB={dump}", "--out", str(out), "--now", NOW])
        told = run([*PROGRAM, "registry", "status", str(out), "--now", NOW])
        say(
            f"{count:>14} {one.wall:>7.1f} s {1e6 * one.wall / count:>8.1f} µs {one.peak:>6.0f} MB"
            f" {out.stat().st_size / 1e6:>6.0f} MB {told.wall:>7.2f} s"
        )
    return out


def audits(counts: list[int], snapshot: Path, like: str, folder: Path) -> None:
    """Audit more and more routes."""
    routes = folder / "routes.csv"
    say(f"\n{'routes':>14} {'audit':>9} {'per route':>11} {'peak':>9}")
    for count in counts:
        with routes.open("w", encoding="ascii") as file:
            generate.write("routes", count, like, file)
        words = ("--registry-data", str(snapshot), "--now", NOW, "--output", str(folder / "audit.csv"))
        one = run([*PROGRAM, "audit", str(routes), *words])
        say(f"{count:>14} {one.wall:>7.2f} s {1e6 * one.wall / count:>8.2f} µs {one.peak:>6.0f} MB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="See how cost grows with routes and route objects.")
    parser.add_argument("--data", type=Path, help="folder of real data; default: generated")
    parser.add_argument("--objects", type=int, default=3_000_000)
    parser.add_argument("--routes", type=int, default=10_000_000)
    args = parser.parse_args()
    like = str(args.data / "routes/routes-1.1M.csv.xz") if args.data else ""
    say(f"Python {sys.version.split()[0]}\n")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        snapshot = builds(steps(args.objects, 4), registry(args.data, args.objects, folder), like, folder)
        audits(steps(args.routes, 4), snapshot, like, folder)


if __name__ == "__main__":
    main()
