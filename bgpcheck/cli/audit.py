"""``bgpcheck audit``: judge many (prefix, origin) pairs, such as a whole Internet table, from a snapshot."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.cli import OK, USAGE, inputs, streams
from bgpcheck.cli.reading import number
from bgpcheck.cli.shared import add, format_of
from bgpcheck.defaults import DEFAULT_POLICY
from bgpcheck.errors import UsageError
from bgpcheck.store.places import default_snapshot

if TYPE_CHECKING:
    import argparse

FORMATS = ("csv", "jsonl", "parquet", "summary")
PICTURES = (".png", ".svg")
MOST_WORKERS = 256
MOST_TOLD = 100  # bad rows that are named


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    what = parser.add_argument_group("what to judge")
    what.add_argument("routes", nargs="+", metavar="ROUTES", help="CSV, ExaBGP JSON Lines or MRT, also .gz .bz2 .xz; - is standard input")
    data = parser.add_argument_group("what to judge by")
    add(data, "--registry-data", metavar="SNAPSHOT", help="a snapshot (default: the one of registry build)")
    add(data, "--policy", default=DEFAULT_POLICY)
    add(data, "--now", "--strict")
    out = parser.add_argument_group("what to write")
    format_of(out, *FORMATS, default="csv")
    add(out, "--output")
    out.add_argument("--plot", metavar="FILE", help="draw the address space by verdict, and bars: FILE.png or FILE.svg")
    where = parser.add_argument_group("where to work")
    where.add_argument("--workers", metavar="N", help=f"judge in N processes of this machine, 1 to {MOST_WORKERS} (default: in this one)")
    where.add_argument("--scheduler", metavar="URL", help="judge on a Dask cluster, such as tcp://10.0.0.1:8786")


def run(args: argparse.Namespace) -> int:
    """Audit, and tell at the end what could not be read."""
    workers = _refuse(args)
    from bgpcheck.bulk import memory  # noqa: PLC0415 (loaded when called)
    from bgpcheck.bulk.audit import Options, audit  # noqa: PLC0415 (loaded when called: numpy takes a while)
    from bgpcheck.render.words import plural  # noqa: PLC0415 (as above)

    memory.keep()
    told = _Told()
    options = Options(
        routes=tuple(args.routes),
        snapshot=args.registry_data or str(default_snapshot()),
        policy=args.policy,
        now=args.now,
        strict=args.strict,
        form=args.format,
        workers=workers,
        scheduler=args.scheduler or "",
    )
    try:
        with streams.stream_to(args.output) as write:
            done = audit(options, write, tell=told, progress=_progress, picture=Path(args.plot).suffix[1:].lower() if args.plot else "")
    finally:
        streams.progress("")
    if args.plot:
        streams.put(args.plot, done.picture)
    told.rest()
    for doubt in done.doubts:
        streams.complain(doubt)
    if done.masked:
        streams.complain(f"{plural(done.masked, 'prefix', 'prefixes')} had host bits set, which were cleared")
    if done.bad:
        streams.complain(f"left out what could not be read: {plural(done.bad, 'row')}; judged: {plural(done.rows, 'row')}")
    return USAGE if done.bad else OK


def _refuse(args: argparse.Namespace) -> int:
    """Refuse what makes no sense, before anything is read; gives the number of workers, 0 for none."""
    inputs.refuse_empty(vars(args))
    if args.workers is not None and args.scheduler:
        raise UsageError("--workers and --scheduler: choose one")
    workers = number("--workers", args.workers, "a number from", 1, MOST_WORKERS) if args.workers is not None else 0
    if args.routes.count("-") > 1:
        raise UsageError("standard input can be read once only")
    if args.plot and not args.plot.lower().endswith(PICTURES):
        raise UsageError(f"--plot {args.plot}: write FILE.png or FILE.svg")
    if args.registry_data and os.path.isdir(args.registry_data):  # noqa: PTH112 (start-up without pathlib)
        raise UsageError(f"--registry-data {args.registry_data}: is a folder: make a snapshot of it (bgpcheck registry build --from DIR)")
    if not args.registry_data and not default_snapshot().is_file():
        raise UsageError("there is no snapshot: make one (bgpcheck registry update, or registry build), or name one with --registry-data")
    targets = [(option, name) for option, name in (("--output", args.output), ("--plot", args.plot)) if name and name != "-"]
    streams.check_targets(targets, [*(name for name in args.routes if name != "-"), *filter(None, [args.registry_data, args.policy])])
    return workers


def _progress(name: str, share: float, size: int) -> None:
    """Draw how far a file is read."""
    streams.progress(streams.bar(name, share, size))


class _Told:
    """Names bad rows, the first ones at least."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, text: str) -> None:
        """Name one."""
        self._count += 1
        if self._count <= MOST_TOLD:
            streams.progress("")
            streams.complain(text)

    def rest(self) -> None:
        """Say how many more there were."""
        if self._count > MOST_TOLD:
            streams.complain(f"and {self._count - MOST_TOLD} more like these")
