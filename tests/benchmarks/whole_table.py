"""Load the same registry data, judge the same whole table: bgpcheck beside rov, py-radix, pytricia and BIRD, in one run.

    python tests/benchmarks/whole_table.py [--data DIR] [--objects N] [--routes N] [--peers PYTHON] [--rounds N]

Each row is a whole process, from files on the disk to every route judged. With ``--data`` (rpki/, rir/, routes/ as the project's own
real data have them) VRPs, delegations and routes are real; without it they are generated. Route objects are generated from the routes.
``--peers``: a Python that has rov, py-radix and pytricia (pip install rov py-radix pytricia); what it lacks is left out, and said.
The counts of RPKI states are held against each other: a difference is an error unless it is a known one (README.md).
"""

from __future__ import annotations

import argparse
import bz2
import gzip
import json
import lzma
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import generate
from measure import PROGRAM, Run, run, table

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
NOW = "2025-07-21T00:00:00Z"
OPEN = {".xz": lzma.open, ".gz": gzip.open, ".bz2": bz2.open}
REGISTRIES = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
LIBRARIES = {"rov": "rov", "radix": "py-radix", "pytricia": "pytricia"}


class Files(NamedTuple):
    """What all load, plain but for the dump, which rov wants packed."""

    vrps: Path
    routes: Path
    dump: Path
    delegated: Path
    bird: Path


def sources(folder: Path, data: Path | None, routes: int, objects: int) -> Files:
    """Lay the files ready, which is not measured."""
    files = Files(folder / "rpki/vrps.json", folder / "routes.csv", folder / "irr/radb.db.gz", folder / "delegated", folder / "bird.conf")
    for path in (files.vrps, files.dump, files.delegated / "any"):
        path.parent.mkdir(parents=True)
    like = str(data / "routes/routes-1.1M.csv.xz") if data else ""
    with files.routes.open("w", encoding="ascii") as out:
        generate.write("routes", routes, like, out)
    with gzip.open(files.dump, "wt", encoding="ascii", compresslevel=6) as out:
        generate.write("objects", objects, like, out)
    if data:
        unpack(data / "rpki/rpki-client-20250720.json.bz2", files.vrps)
        for name in REGISTRIES:
            unpack(data / f"rir/delegated-{name}-extended-20170321.txt.xz", files.delegated / f"{name}-stats")
    else:
        with files.vrps.open("w", encoding="ascii") as out:
            generate.write("vrps", objects, "", out)
    files.bird.write_text("".join(bird_config(files)), encoding="ascii")
    return files


def unpack(source: Path, target: Path) -> None:
    """Unpack a file."""
    with OPEN[source.suffix](source, "rb") as packed, target.open("wb") as plain:
        shutil.copyfileobj(packed, plain)


def bird_config(files: Files) -> Iterator[str]:
    """Write VRPs and routes as BIRD's static ones; routes of one prefix stand in protocols of their own."""
    yield "log stderr { fatal };\nrouter id 127.0.0.1;\nprotocol device {}\nattribute int origin_as;\n"
    vrps = json.loads(files.vrps.read_bytes())["roas"]
    for family in (4, 6):
        yield f"roa{family} table r{family};\nipv{family} table t{family};\nprotocol static {{ roa{family} {{ table r{family}; }};\n"
        seen = {(row["prefix"], row["maxLength"], row["asn"]): None for row in vrps if (":" in row["prefix"]) == (family == 6)}
        yield from (f"route {prefix} max {longest} as {asn};\n" for prefix, longest, asn in seen)
        yield "}\n"
    turns: dict[tuple[int, int], list[str]] = defaultdict(list)
    times: dict[str, int] = defaultdict(int)
    with files.routes.open(encoding="ascii") as lines:
        next(lines)
        for line in lines:
            prefix, _, asn = line.rstrip().partition(",")
            times[prefix] += 1
            turns[6 if ":" in prefix else 4, times[prefix]].append(f"route {prefix} blackhole {{ origin_as = {asn or 0}; }};\n")
    for (family, _), part in turns.items():
        yield f"protocol static {{ ipv{family} {{ table t{family}; import all; }};\n"
        yield from part
        yield "}\n"


def has(python: str, module: str) -> bool:
    """Tell whether a Python has a module."""
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


class Bench:
    """Runs each row and keeps what it took and what it counted."""

    def __init__(self, files: Files, folder: Path) -> None:
        self.files, self.folder = files, folder
        self.taken: dict[str, list[Run]] = defaultdict(list)
        self.counts: dict[str, dict[str, int]] = {}

    def peer(self, name: str, *argv: str) -> None:
        """Run another program."""
        out = self.folder / "printed"
        self.taken[name].append(run([*argv], out))
        self.counts[name] = json.loads(out.read_bytes())

    def ours(self, name: str, *words: str) -> None:
        """Audit with a snapshot that is there."""
        out = self.folder / "audit.csv"
        self.taken[name].append(run([*PROGRAM, "audit", str(self.files.routes), "--now", NOW, "--output", str(out), *words]))
        found: dict[str, int] = defaultdict(int)
        with out.open(encoding="ascii") as lines:
            next(lines)
            for line in lines:
                state = line.split(",", 5)[4]
                found["invalid" if state.startswith("invalid") else state] += 1
        self.counts[name] = found

    def build(self, name: str, *words: str) -> None:
        """Build a snapshot."""
        self.other(name, "registry", "build", "--now", NOW, *words)

    def other(self, name: str, *words: str) -> None:
        """Run another of our commands."""
        self.taken[name].append(run([*PROGRAM, *words]))

    def joined(self, name: str, first: str, second: str) -> None:
        """Add a row that is two others one after the other."""
        one, two = self.taken[first][-1], self.taken[second][-1]
        self.taken[name].append(Run(one.wall + two.wall, one.cpu + two.cpu, max(one.peak, two.peak)))
        self.counts[name] = self.counts[second]


def turn(bench: Bench, peers: str, libraries: list[str], *, bird: bool) -> None:
    """Run every row once."""
    files = bench.files
    small, large = bench.folder / "vrps.snapshot", bench.folder / "all.snapshot"
    delegated = [word for path in sorted(files.delegated.iterdir()) for word in ("--delegated", str(path))]
    bench.build("bgpcheck build, VRPs", "--vrps", str(files.vrps), "--out", str(small))
    bench.ours("bgpcheck audit, VRPs", "--registry-data", str(small))
    bench.joined("bgpcheck both, VRPs", "bgpcheck build, VRPs", "bgpcheck audit, VRPs")
    script = str(HERE / "peers.py")
    if bird:
        bench.peer("BIRD, VRPs", sys.executable, script, "bird", str(files.bird))
    for name in libraries:
        if name != "rov":
            bench.peer(f"{LIBRARIES[name]}, VRPs", peers, script, name, str(files.vrps), str(files.routes))
    bench.build("bgpcheck build, all", "--vrps", str(files.vrps), "--irr", f"RADB={files.dump}", *delegated, "--out", str(large))
    bench.ours("bgpcheck audit, all", "--registry-data", str(large))
    bench.joined("bgpcheck both, all", "bgpcheck build, all", "bgpcheck audit, all")
    bench.other("bgpcheck registry status, all", "registry", "status", str(large), "--now", NOW)
    one = ("--peer-asn", "3333", "--prefix", "193.0.0.0/21")
    bench.other("bgpcheck check, 1 prefix, all", "check", *one, "--registry-data", str(large), "--now", NOW)
    if "rov" in libraries:
        where = ("--irr", str(files.dump.parent), "--delegated", str(files.delegated))
        bench.peer("rov, all", peers, script, "rov", str(files.vrps), str(files.routes), *where)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Judge a whole table beside others.")
    parser.add_argument("--data", type=Path, help="folder of real data; default: generated")
    parser.add_argument("--routes", type=int, default=1_146_274)
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON", help="a Python that has the peers")
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    libraries = [name for name in LIBRARIES if has(args.peers, name)]
    bird = bool(shutil.which("bird", path="/usr/sbin:/usr/local/sbin:/usr/bin"))
    left_out = [LIBRARIES[name] for name in LIBRARIES if name not in libraries] + (["BIRD"] if not bird else [])
    with tempfile.TemporaryDirectory() as folder:
        files = sources(Path(folder), args.data, args.routes, args.objects)
        bench = Bench(files, Path(folder))
        for _ in range(max(1, args.rounds)):
            turn(bench, args.peers, libraries, bird=bird)
    told = [f"left out, since they are not installed: {', '.join(left_out)}"] if left_out else []
    print(f"Python {sys.version.split()[0]}, {args.routes} routes, {args.objects} route objects", *told, sep="\n")  # noqa: T201
    print("", *table(bench.taken, unit="s"), "", sep="\n")  # noqa: T201 (a program's output)
    for name, counts in bench.counts.items():
        print(f"{name:<36}", *(f"{state} {counts.get(state, 0):>8}" for state in ("valid", "invalid", "not-found")))  # noqa: T201


if __name__ == "__main__":
    main()
