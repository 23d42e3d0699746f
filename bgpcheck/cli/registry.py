"""``bgpcheck registry build|update|status``: make or renew a snapshot of registry data, and say what one holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.cli import OK, OPEN, USAGE, streams
from bgpcheck.cli.inputs import refuse_idle
from bgpcheck.cli.reading import OneOf, near
from bgpcheck.cli.shared import MANY, SHARED, add, format_of
from bgpcheck.errors import UsageError
from bgpcheck.render.clean import visible
from bgpcheck.store import atomic, registry
from bgpcheck.store.places import default_downloads, default_snapshot

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from bgpcheck.store.update import Outcome

ACTIONS = {
    "build": "make a snapshot from files",
    "update": "download what sources.yaml names, and make a snapshot of it",
    "status": "say what a snapshot holds, and what is stale or missing",
}
# Options that are not for all actions: for which they are.
FOR = {
    **dict.fromkeys(("delegated", "irr", "vrps", "rdap", "folder"), ("build",)),
    **dict.fromkeys(("sources", "only", "downloads"), ("update",)),
    **dict.fromkeys(("slurm", "out"), ("build", "update")),
    **dict.fromkeys(("snapshot", "format"), ("status",)),
}
IRR_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,30}")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    what = parser.add_argument_group("what to do")
    what.add_argument("action", type=OneOf(ACTIONS), metavar="ACTION", help="build, update or status")
    what.add_argument("snapshot", nargs="?", metavar="SNAPSHOT", help="status: which one (default: the one that check takes)")
    source = parser.add_argument_group("what to build from (.gz, .bz2 and .xz are read as they are)")
    source.add_argument("--delegated", **MANY, metavar="FILE", help="build: delegated-extended statistics of one RIR; repeat for several")
    source.add_argument(
        "--irr", **MANY, metavar="NAME=FILE", help="build: objects of an IRR source, as RADB=radb.db.gz; repeat for several"
    )
    source.add_argument("--vrps", **MANY, metavar="FILE", help="build: VRPs, JSON or CSV; repeat for several, which must agree on a prefix")
    source.add_argument("--slurm", **MANY, metavar="FILE", help="build, update: local exceptions (RFC 8416); repeat for several")
    source.add_argument("--rdap", metavar="DIR", help="build: recorded RDAP answers: ip/, autnum/, entity/")
    source.add_argument("--from", dest="folder", metavar="DIR", help="build: all of a folder that --registry-data takes")
    download = parser.add_argument_group("what to update from (over HTTPS, or FTP where a registry has nothing else)")
    add(download, "--sources", help=f"update: {SHARED['--sources']['help']}")
    download.add_argument("--only", **MANY, metavar="SOURCE", help="update: a source such as RADB, ripencc or vrps; repeat for several")
    download.add_argument("--downloads", metavar="DIR", help="update: where files are kept (default: $XDG_DATA_HOME/bgpcheck/downloads)")
    out = parser.add_argument_group("what to write")
    out.add_argument("--out", metavar="SNAPSHOT", help="build, update: the snapshot; an older one there is compared with, and replaced")
    add(out, "--now", help="judge ages as of this time, such as 2026-01-31T12:00:00Z (default: now)")
    add(out, "--strict", help="refuse data that is stale, empty or shrunken")
    format_of(out, "table", "json", default=None, help="status: table or json (default: table)")


def run(args: argparse.Namespace) -> int:
    """Build, update or describe."""
    _refuse(args)
    return {"build": _build, "update": _update, "status": _status}[args.action](args)


def _refuse(args: argparse.Namespace) -> None:
    """Refuse what makes no sense."""
    if args.action != "status" and args.snapshot:
        raise UsageError(f"{args.snapshot}: name the snapshot to be built with --out, and its sources with --delegated, --irr, --vrps …")
    refuse_idle(args, FOR)
    if args.action == "build" and not any(getattr(args, name) for name, actions in FOR.items() if actions == ("build",)):
        raise UsageError("there is nothing to build from: give --delegated, --irr NAME=FILE, --vrps, --rdap or --from")


def _build(args: argparse.Namespace) -> int:
    """Read the files and write the snapshot."""
    out = _out(args, [*args.delegated, *args.vrps, *args.slurm, *(file for _, file in map(_named, args.irr)), args.rdap, args.folder])
    sources = registry.Sources(
        delegated=args.delegated, irr=tuple(map(_named, args.irr)), vrps=args.vrps, slurm=args.slurm, rdap=args.rdap, folder=args.folder
    )
    try:
        built = registry.build(sources, out, now=args.now, strict=args.strict, tell=_progress)
    finally:
        streams.progress("")
    for note in built.skipped:
        streams.complain(f"{note}: its name says nothing about its content: left out")
    _doubt(built.doubts)
    streams.say(_built(str(out), built.header))
    return OK


def _out(args: argparse.Namespace, inputs: Sequence[str | None]) -> Path:
    """Say where the snapshot goes, and that it can."""
    out = Path(args.out) if args.out else default_snapshot()
    if not args.out:
        atomic.make_folder(out.parent)
    streams.check_targets([("--out", str(out))], filter(None, inputs))
    return out


def _update(args: argparse.Namespace) -> int:
    """Download, and write the snapshot."""
    from bgpcheck.store import configs, update, wanted  # noqa: PLC0415 (loaded when called)
    from bgpcheck.store.clock import now_of  # noqa: PLC0415 (as above)
    from bgpcheck.store.downloads import Downloads  # noqa: PLC0415 (as above)

    out, settings = _out(args, [*args.slurm, args.sources]), configs.settings(args.sources or "")
    _refuse_names(args.only, wanted.names(settings))
    downloads = Downloads(Path(args.downloads) if args.downloads else default_downloads())
    try:
        made = update.Update(settings, downloads, now_of(args.now), args.only, hear=_failed, tell=_progress)
        done = made.run(out, slurm=args.slurm, strict=args.strict)
    finally:
        streams.progress("")
    kinds = [one.kind for one in done.outcomes]
    came = ", ".join(f"{kinds.count(kind)} {kind}" for kind in update.KINDS)
    if not done.built:
        streams.say(f"{came}; no snapshot: there is nothing to build one from\n")
        return OPEN
    _doubt(one for one in done.built.doubts if one["kind"] != "kept")  # of these each failure was told
    streams.say(f"{came}; {_built(str(out), done.built.header)}")
    return OPEN if "failed" in kinds else OK


def _failed(outcome: Outcome) -> None:
    """Tell of a file that could not be renewed."""
    if outcome.kind == "failed":
        streams.progress("")
        streams.complain(outcome.told)


def _doubt(doubts: Iterable[Mapping[str, Any]]) -> None:
    """Tell what is doubtful."""
    for one in doubts:
        streams.complain(f"{one['kind']}: {one['message']}")


def _refuse_names(only: Sequence[str], known: Mapping[str, int]) -> None:
    """Refuse names of sources that have no file to download."""
    for name in only:
        if not known.get(name):
            what = "has no file in the settings that could be downloaded" if name in known else "is no source in the settings"
            raise UsageError(f"--only {name[:60]!r}: {what}{near(name, [one for one, files in known.items() if files])}")


def _built(out: str, header: Mapping[str, Any]) -> str:
    """Say what was built."""
    total = sum(facts["rows"] for facts in header["files"])
    return f"{visible(out)}: {total:,} records of {len(header['files'])} files\n"


def _named(text: str) -> tuple[str, str]:
    """Read NAME=FILE."""
    name, equals, file = text.partition("=")
    if not equals or not file or not IRR_NAME.fullmatch(name):
        raise UsageError(f"--irr {text[:60]!r}: write the source's name and its dump, such as RADB=radb.db.gz")
    return name.upper(), file


def _progress(name: str, share: float, size: int) -> None:
    """Draw how far a file is read."""
    streams.progress(streams.bar(name, share, size))


def _status(args: argparse.Namespace) -> int:
    """Describe a snapshot."""
    from bgpcheck.render import registry as page  # noqa: PLC0415 (loaded when called)

    name = args.snapshot or str(default_snapshot())
    snapshot, found = registry.status(name, now=args.now)
    write = page.as_json if args.format == "json" else page.as_text
    streams.say(write(name, snapshot.identity, snapshot.header, found))
    return USAGE if found and args.strict else OK
