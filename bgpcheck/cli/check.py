"""``bgpcheck check``: judge the prefixes of a planned or existing peering."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck import api
from bgpcheck.cli import MANUAL, NEEDED, OK, OPEN, USAGE, complain
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.render import FORMATS, render
from bgpcheck.render.clean import visible
from bgpcheck.store import atomic

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from bgpcheck.api import Outcomes
    from bgpcheck.result import Result

STATUS = {"configured": OK, "validation-needed": NEEDED, "manual-validation": MANUAL, "undetermined": OPEN}
UNKNOWN_WIDTH, LEAST_WIDTH = 120, 60  # columns
FIRST = (MANUAL, NEEDED, OPEN, OK)  # of several files, the first present (interface.md, Preflight file)
EXAMPLES = """\
examples:
  bgpcheck check --peer-asn 3333 --prefix 193.0.0.0/21 --registry RIPENCC --registry-data DIR
  bgpcheck check preflight.yaml --format json --output result.json
  bgpcheck check preflight.yaml --assume planned.rpsl        would this object be enough?
  bgpcheck check preflight.yaml --evidence evidence.zip      for a support ticket
  bgpcheck check --peer-asn 65003 --events exabgp.jsonl --registry-data DIR

exit status: 0 configured, 3 validation-needed, 4 manual-validation, 5 undetermined, 2 wrong use or input"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    claim = parser.add_argument_group("what to judge")
    claim.add_argument("preflight", nargs="*", metavar="PREFLIGHT.yaml", help="preflight files; options below override them")
    claim.add_argument("--prefix", action="append", default=[], metavar="P", help="a prefix to advertise; may be repeated")
    claim.add_argument("--peer-asn", metavar="N", help="AS number of your router")
    claim.add_argument("--customer-asn", metavar="N", help="AS number that the prefixes are registered to, where it is another")
    claim.add_argument("--registry", metavar="NAME", help="routingRegistryName of the peering: RIPENCC, ARIN, RADB …")
    claim.add_argument("--events", metavar="FILE", help="recorded ExaBGP events, - for standard input: judge what is announced")
    data = parser.add_argument_group("what to judge by")
    data.add_argument("--registry-data", metavar="DIR", help="folder of delegated-*, vrps.json, RIPE.db …, rdap/")
    data.add_argument("--offline", action="store_true", help="never use the network (the default)")
    data.add_argument("--policy", metavar="NAME|FILE", help="microsoft-peering (default), strict, published-criterion, or a file")
    data.add_argument("--assume", action="append", default=[], metavar="FILE", help="judge as if these objects or VRPs were there")
    data.add_argument("--now", metavar="TIME", help="decide as of this time, such as 2026-01-31T12:00:00Z")
    data.add_argument("--strict", action="store_true", help="take no answer from data older than its limit")
    out = parser.add_argument_group("what to write")
    out.add_argument("--format", choices=tuple(FORMATS), default="table", help="table (default), json, jsonl, csv, markdown")
    out.add_argument("--output", metavar="FILE", help="write the result here instead of to standard output")
    out.add_argument("--evidence", metavar="FILE.zip", help="write the evidence bundle")
    parser.epilog = EXAMPLES


def run(args: argparse.Namespace) -> int:
    """Judge, write, and tell by the status."""
    _refuse(args)
    targets = [Path(name) for name in (args.output, args.evidence) if name and name != "-"]
    atomic.check_writable(targets)
    outcomes, bad = _judge(_options(args))
    if bad and (args.output or not outcomes):
        return USAGE  # a file that holds some of the results would look like all of them
    results = [outcome.result for outcome in outcomes]
    _write(args, results, outcomes)
    statuses = {STATUS[result.verdict] for result in results}
    return USAGE if bad else next(status for status in FIRST if status in statuses)


def _judge(several: Sequence[api.Options]) -> tuple[list[Outcomes], bool]:
    """Judge one after the other; what is wrong with one file is told and does not keep the others from an answer."""
    outcomes, bad = [], False
    tell = _progress if sys.stderr.isatty() else None
    for options in several:
        try:
            outcomes.append(api.check_sync(options, tell=tell))
        except (UsageError, FormatError) as error:
            bad = True
            complain(str(error))
    if tell:
        _progress("")
    return outcomes, bad


def _progress(text: str) -> None:
    """Show on a terminal what is being read, in the place of what was shown before."""
    sys.stderr.write(f"\r\x1b[K{visible(text)[:70]}")
    sys.stderr.flush()


def _refuse(args: argparse.Namespace) -> None:
    """Refuse combinations that make no sense."""
    if not args.preflight and args.peer_asn is None:
        raise UsageError("give a preflight file, or --peer-asn with --prefix or --events")
    if not args.preflight and not args.prefix and args.events is None:
        raise UsageError("give --prefix, --events or a preflight file: there is nothing to judge")
    if len(args.preflight) > 1 and args.evidence:
        raise UsageError("--evidence takes one preflight file: a bundle holds one result")
    if args.preflight.count("-") + (args.events == "-") > 1:
        raise UsageError("standard input can be read once only")


def _options(args: argparse.Namespace) -> Sequence[api.Options]:
    """Give one set of options for each preflight file; one where there is none."""
    base = api.Options(
        prefixes=tuple(args.prefix),
        peer_asn=args.peer_asn,
        customer_asn=args.customer_asn,
        registry=args.registry,
        events=args.events,
        registry_data=args.registry_data,
        policy=args.policy,
        assume=tuple(args.assume),
        now=args.now,
        strict=args.strict,
    )
    return [replace(base, preflight=name) for name in args.preflight] or [base]


def _write(args: argparse.Namespace, results: Sequence[Result], outcomes: Sequence[Outcomes]) -> None:
    """Write bundle and result; each appears whole or not at all."""
    terminal = not args.output and sys.stdout.isatty()
    width = shutil.get_terminal_size((UNKNOWN_WIDTH, 40)).columns if terminal else UNKNOWN_WIDTH
    drawing = {"width": max(width, LEAST_WIDTH), "color": terminal and not os.environ.get("NO_COLOR")}
    text = render(results, args.format, **(drawing if args.format == "table" else {}))
    if args.evidence:
        atomic.write(Path(args.evidence), outcomes[0].bundle())
    if args.output and args.output != "-":
        atomic.write(Path(args.output), text.encode())
    else:
        sys.stdout.write(text)
    if args.evidence:
        sys.stderr.write(f"bgpcheck: evidence written to {args.evidence}\n")
