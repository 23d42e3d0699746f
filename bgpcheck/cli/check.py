"""``bgpcheck check``: judge the prefixes of a planned or existing peering."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from bgpcheck import api
from bgpcheck.claim import CLOUDS
from bgpcheck.cli import MANUAL, NEEDED, OK, OPEN, USAGE, diff, inputs, keys, one_of, placing, streams, until
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.model import Prefix, parse_asn
from bgpcheck.render import FORMATS, PLACING, render

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from bgpcheck.api import Outcomes
    from bgpcheck.earlier import Earlier

STATUS: dict[str | None, int] = {
    "configured": OK,
    "validation-needed": NEEDED,
    "manual-validation": MANUAL,
    "undetermined": OPEN,
    None: OK,  # private peering: nothing is validated
}
UNKNOWN_WIDTH, LEAST_WIDTH = 120, 40  # columns
DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"  # what word processors make of a hyphen
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
    _refuse(args)
    if args.dry_run:
        return _plan(args)
    before = diff.read(args.diff)
    if args.until:
        outcomes, faults = [until.run(args, _options(args)[0]).outcomes], list[str]()
    else:
        outcomes, faults = _judge(_with_azure(args, _options(args)))
    for fault in faults:
        streams.complain(fault)
    if faults and args.format not in PLACING and (args.output or not outcomes):
        return USAGE  # a file that holds some of the results would look like all of them, but where it tells the faults
    _write(args, outcomes, faults, before)
    for outcome in outcomes if args.feedback else ():
        streams.add_feedback(args.feedback, outcome.result)
    statuses = {STATUS[outcome.result.verdict] for outcome in outcomes}
    return USAGE if faults else next(status for status in FIRST if status in statuses)


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


def _refuse(args: argparse.Namespace) -> None:
    """Refuse what makes no sense, before anything is read."""
    inputs.refuse_empty(vars(args))
    inputs.refuse_templates(args)
    for word in args.preflight:
        _refuse_word(word)
    for text in args.prefix:
        if len(text.replace(",", " ").split()) > 1:
            raise UsageError(f"--prefix {text[:60]!r}: give each prefix its own --prefix")
    _refuse_network(args)
    _refuse_circuit(args)
    diff.refuse(args)
    until.refuse(args)
    if not (args.preflight or args.prefix or args.circuit or args.azure) and args.events is None and args.all_prefixes_of is None:
        raise UsageError("there is nothing to judge: give a preflight file, --circuit, or --peer-asn with --prefix or --events")
    if not (args.preflight or args.circuit or args.azure) and args.peer_asn is None and args.all_prefixes_of is None:
        raise UsageError("--peer-asn is missing: give the AS number of your router")
    if [*args.preflight, *args.assume, args.events, args.internet, args.circuit, args.diff].count("-") > 1:
        raise UsageError("standard input can be read once only")
    if args.internet == "-" and len(args.preflight) > 1:
        raise UsageError("--internet - takes one preflight file: standard input can be read once only")
    _refuse_targets(args)
    keys.take(args)


def _refuse_circuit(args: argparse.Namespace) -> None:
    """Refuse contradictions about the circuit."""
    given = "--circuit" if args.circuit is not None else "--azure" if args.azure is not None else None
    if args.circuit is not None and args.azure is not None:
        raise UsageError("--circuit and --azure: choose one, a file or Azure itself")
    if args.circuit_name is not None and args.circuit is None:
        raise UsageError("--circuit-name chooses among the circuits of a file: add --circuit FILE")
    if given and len(args.preflight) > 1:
        raise UsageError(f"{given} takes one preflight file: it says what Azure has of that peering")
    if given and args.all_prefixes_of is not None:
        raise UsageError(f"{given} and --all-prefixes-of: choose one, since each says what is listed")
    if args.cloud is not None and not given:
        raise UsageError("--cloud is that of a circuit: add --circuit or --azure (a preflight file says its own)")
    if args.feedback is not None and not given:
        raise UsageError("--feedback keeps what Azure says beside the prediction: add --circuit or --azure")
    if args.azure is not None and (args.offline or args.dry_run):
        raise UsageError("--azure asks Azure over the network: leave out --offline and --dry-run")


def _refuse_network(args: argparse.Namespace) -> None:
    """Refuse contradictions about asking."""
    if args.live and args.offline:
        raise UsageError("--live and --offline: choose one")
    if args.dry_run and not args.live:
        raise UsageError("--dry-run shows what --live would ask: add --live")
    given = {"--refresh": args.refresh, "--keep-contacts": args.keep_contacts, "--deadline": args.deadline is not None}
    if not args.live and (idle := [name for name, there in given.items() if there]):
        raise UsageError(f"{idle[0]} is about live registries: add --live")
    if args.dry_run and args.format not in {"table", "json"}:
        raise UsageError(f"--dry-run writes table or json, not {args.format}")
    if args.dry_run and args.evidence:
        raise UsageError("--dry-run and --evidence: nothing is asked, so there is no evidence")


def _refuse_targets(args: argparse.Namespace) -> None:
    """Refuse to write where it cannot be, or over what is read."""
    if len(args.preflight) > 1 and args.evidence:
        raise UsageError("--evidence takes one file to judge: a bundle holds one result")
    if args.evidence == "-":
        raise UsageError("--evidence needs the name of a file: a zip is nothing for a terminal")
    targets = [("--output", args.output), ("--evidence", args.evidence), ("--feedback", args.feedback)]
    inputs = [*args.preflight, *args.assume, args.events, args.internet, args.policy, args.circuit, args.diff, args.sign_key]
    streams.check_targets([(option, name) for option, name in targets if name and name != "-"], filter(None, inputs))
    if args.feedback:
        streams.check_feedback(args.feedback)


def _refuse_word(word: str) -> None:
    """Refuse a word that was meant for an option and stands where a preflight file should."""
    if os.path.exists(word):  # noqa: PTH110 (no error for a name that cannot be one)
        return
    if word[0] in DASHES:
        raise UsageError(f"{word}: this dash is not the keyboard's hyphen: write --{word.lstrip(DASHES)}")
    for option, read in (("--prefix", Prefix.parse_masking), ("--peer-asn", parse_asn)):
        try:
            read(word)
        except FormatError:
            continue
        raise UsageError(f"{word}: there is no such preflight file: write {option} {word}")


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
    """Write bundle and result; each appears whole or not at all."""
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
    if args.evidence and outcomes:
        streams.put(args.evidence, outcomes[0].bundle(args.signer))
        streams.complain(f"evidence written to {args.evidence}")
    if aside:
        streams.put(args.output, text.encode())
    else:
        streams.say(text)
    if args.format == "github":
        placing.summarise(outcomes, placing.told(faults, args.preflight))
