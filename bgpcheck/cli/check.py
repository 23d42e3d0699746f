"""``bgpcheck check``: judge the prefixes of a planned or existing peering."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from bgpcheck import api
from bgpcheck.claim import CLOUDS
from bgpcheck.cli import MANUAL, NEEDED, OK, OPEN, USAGE, diff, inputs, keys, one_of, placing, refusals, streams, until
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.render import FORMATS, PLACING, render

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from bgpcheck.api import Outcomes
    from bgpcheck.earlier import Earlier
    from bgpcheck.result import Result

STATUS: dict[str | None, int] = {
    "configured": OK,
    "validation-needed": NEEDED,
    "manual-validation": MANUAL,
    "undetermined": OPEN,
    None: OK,  # private peering: nothing is validated
}
UNKNOWN_WIDTH, LEAST_WIDTH = 120, 40  # columns
FIRST = (MANUAL, NEEDED, OPEN, OK)  # of several files, the first present (interface.md, Preflight file)
EXAMPLES = """\
examples:
  bgpcheck check --peer-asn 3333 --prefix 193.0.0.0/21 --registry RIPENCC --registry-data DIR
  bgpcheck check preflight.yaml --format json --output result.json
  bgpcheck check preflight.yaml --diff result.json           what changed since?
  bgpcheck check preflight.yaml --assume planned.rpsl        would this object be enough?
  bgpcheck check preflight.yaml --evidence evidence.zip      for a support ticket
  bgpcheck check --peer-asn 65003 --events exabgp.jsonl --registry-data DIR
  bgpcheck check preflight.yaml --internet rib.20260101.0000.bz2    is a prefix on the Internet as well (PFX-4)?
  az network express-route show -g RG -n NAME | bgpcheck check --circuit -
  bgpcheck check preflight.yaml --live --until configured --evidence ready.zip    after a fix: wait until all have it

exit status: 0 configured, 3 validation-needed, 4 manual-validation, 5 undetermined, 2 wrong use or input"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    _configure_claim(parser.add_argument_group("what to judge"))
    data = parser.add_argument_group("what to judge by")
    data.add_argument(
        "--registry-data",
        metavar="SNAPSHOT|DIR",
        help="a snapshot (bgpcheck registry build), or a folder of delegated-*, vrps.json, RIPE.db …, rdap/",
    )
    data.add_argument("--live", action="store_true", help="ask the registries themselves: RDAP, and the IRR servers; files for the rest")
    data.add_argument("--refresh", action="store_true", help="ask live registries again, whatever they said an hour ago")
    data.add_argument("--keep-contacts", action="store_true", help="keep the people whom live answers name, which a bundle else leaves out")
    data.add_argument("--deadline", metavar="S", help=f"wait at most so many seconds for live registries (default {api.DEADLINE:.0f})")
    data.add_argument("--dry-run", action="store_true", help="show whom --live would ask how much, and send nothing")
    until.options(data)
    data.add_argument("--offline", action="store_true", help="never use the network (the default)")
    data.add_argument("--sources", metavar="FILE", help="other names and addresses of registries than configs/sources.yaml has")
    data.add_argument("--policy", metavar="NAME|FILE", help="microsoft-peering (default), strict, published-criterion, or a file")
    data.add_argument("--assume", action="append", default=[], metavar="FILE", help="judge as if these objects or VRPs were there")
    data.add_argument("--now", metavar="TIME", help="decide as of this time, such as 2026-01-31T12:00:00Z")
    data.add_argument("--strict", action="store_true", help="take no answer from data older than its limit")
    out = parser.add_argument_group("what to write")
    out.add_argument("--format", type=one_of(tuple(FORMATS)), default="table", metavar="F", help=f"{', '.join(FORMATS)} (default table)")
    out.add_argument("--output", metavar="FILE", help="write the result here instead of to standard output")
    out.add_argument("--diff", metavar="OLD.json", help="say what changed since this earlier result (--format json); - is standard input")
    out.add_argument("--feedback", metavar="FILE", help="add what was predicted and what Azure says to this file (JSON Lines)")
    out.add_argument("--evidence", metavar="FILE.zip", help="write the evidence bundle")
    inputs.templates_option(out)
    keys.options(out)
    parser.epilog = EXAMPLES


def _configure_claim(claim: argparse._ArgumentGroup) -> None:
    """Add the options that say what is judged."""
    claim.add_argument("preflight", nargs="*", metavar="PREFLIGHT.yaml", help="preflight files; options below override them")
    claim.add_argument("--prefix", action="append", default=[], metavar="P", help="a prefix to advertise; may be repeated")
    claim.add_argument("--peer-asn", metavar="N", help="AS number of your router")
    claim.add_argument("--customer-asn", metavar="N", help="AS number that the prefixes are registered to, where it is another")
    claim.add_argument("--registry", metavar="NAME", help="routingRegistryName of the peering: RIPENCC, ARIN, RADB …")
    claim.add_argument(
        "--all-prefixes-of", metavar="N", help="judge all that the snapshot ties to an AS number: objects, VRPs, same holder"
    )
    claim.add_argument("--circuit", metavar="FILE", help="what Azure says of the circuit: JSON of ARM or az, PowerShell text, Terraform")
    claim.add_argument("--azure", metavar="ID", help="ask Azure itself for the circuit with this resource id (bgpcheck[azure])")
    claim.add_argument("--cloud", type=one_of(CLOUDS), metavar="C", help="public (default), usgov or china")
    claim.add_argument("--circuit-name", metavar="N", help="which circuit, where the file holds several")
    claim.add_argument("--events", metavar="FILE", help="recorded ExaBGP events, - for standard input: judge what is announced")
    claim.add_argument(
        "--internet", metavar="FILE", help="a table of what the Internet sees (CSV prefix,asn, MRT, ExaBGP events): is it there too?"
    )


def run(args: argparse.Namespace) -> int:
    """Judge, write, and tell by the status."""
    refusals.refuse(args)
    if args.dry_run:
        return _plan(args)
    before = diff.read(args.diff)
    if args.until:
        outcomes, faults = [until.run(args, _options(args)[0]).outcomes], dict[str, UsageError | FormatError]()
    else:
        outcomes, faults = _judge(_with_azure(args, _options(args)))
    for fault in faults:
        streams.complain(fault)
    if faults and args.format not in PLACING and (args.output or not outcomes):
        return USAGE  # a file that holds some of the results would look like all of them, but where it tells the faults
    _write(args, outcomes, faults, before)
    for outcome in outcomes if args.feedback else ():
        streams.add_feedback(args.feedback, outcome.result)
    statuses = {status(outcome.result) for outcome in outcomes}
    return USAGE if faults else next(status for status in FIRST if status in statuses)


def status(result: Result) -> int:
    """Give the status of a result: that of its verdict, but where one waited for it, and it is not confirmed."""
    return OPEN if result.unconfirmed else STATUS[result.verdict]


def _with_azure(args: argparse.Namespace, several: Sequence[api.Options]) -> Sequence[api.Options]:
    """Ask Azure for the circuit, where an id is given."""
    if args.azure is None:
        return several
    from bgpcheck.cli import azure  # noqa: PLC0415 (only where Azure is asked)

    content, name, at = azure.one_circuit(args.azure, args.cloud)
    return [replace(one, circuit=name, circuit_answer=(content, at)) for one in several]


def _plan(args: argparse.Namespace) -> int:
    """Show what would be asked, all files' questions together, each once."""
    import asyncio  # noqa: PLC0415 (only where something is to be asked)

    from bgpcheck.render import asked  # noqa: PLC0415 (as above)

    found = dict.fromkeys(one for options in _options(args) for one in asyncio.run(api.planned(options)))
    text = asked.as_json(list(found)) if args.format == "json" else asked.as_text(list(found))
    if args.output and args.output != "-":
        streams.put(args.output, text.encode())
    else:
        streams.say(text)
    return OK


def _judge(several: Sequence[api.Options]) -> tuple[list[Outcomes], dict[str, UsageError | FormatError]]:
    """Judge one after the other; what is wrong with one file does not keep the others from an answer."""
    outcomes: list[Outcomes] = []
    faults: dict[str, UsageError | FormatError] = {}
    try:
        for options in several:
            try:
                outcomes.append(api.check_sync(options, tell=streams.progress))
            except (UsageError, FormatError) as error:
                faults[_told(error, options)] = error
    finally:
        streams.progress("")
    return outcomes, faults


def _told(error: UsageError | FormatError, options: api.Options) -> str:
    """Name the preflight file where what is wrong stands in it, and not on the command line."""
    text, file = str(error), options.preflight
    words = (options.policy, options.registry_data, options.events, options.internet, options.circuit, *options.assume)
    here = text.startswith("--") or any(word and str(word) in text for word in words)
    return f"{file}: {text}" if file and isinstance(error, UsageError) and not text.startswith(file) and not here else text


def _options(args: argparse.Namespace) -> Sequence[api.Options]:
    """Give one set of options for each preflight file; one where there is none."""
    base = replace(
        inputs.common(args),
        events=args.events,
        circuit=args.circuit,
        circuit_name=args.circuit_name,
        cloud=args.cloud,
        all_prefixes_of=args.all_prefixes_of,
        refresh=args.refresh,
        keep_contacts=args.keep_contacts,
    )
    return [replace(base, preflight=name) for name in args.preflight] or [base]


def _write(
    args: argparse.Namespace,
    outcomes: Sequence[Outcomes],
    faults: Mapping[str, UsageError | FormatError],
    before: Sequence[Earlier],
) -> None:
    """Write result and bundle; each appears whole or not at all."""
    aside = args.output and args.output != "-"
    terminal = not aside and sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size((UNKNOWN_WIDTH, 40)).columns if terminal else UNKNOWN_WIDTH
    drawing = {"width": max(width, LEAST_WIDTH), "color": terminal and not os.environ.get("NO_COLOR")}
    about: dict[str, dict[str, object]] = {"table": drawing, "html": {"told": [outcome.told for outcome in outcomes]}}
    results = [outcome.result for outcome in outcomes]
    options = placing.drawing(args, outcomes, faults) if args.format in PLACING else about.get(args.format, {})
    text = diff.written(before, args.diff, results, args.format, options) if before else render(results, args.format, **options)
    for outcome in outcomes:
        if outcome.tally:
            streams.complain(str(outcome.tally))
    try:  # what cannot be written keeps nothing else from being written
        if aside:
            streams.put(args.output, text.encode())
        else:
            streams.say(text)
    finally:
        if args.evidence and outcomes:
            streams.put(args.evidence, outcomes[0].bundle(args.signer))
            streams.complain(f"evidence written to {args.evidence}")
    if args.format == "github":
        placing.summarise(outcomes, placing.told(faults, args.preflight))
