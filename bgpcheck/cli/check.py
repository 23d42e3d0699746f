"""``bgpcheck check``: judge the prefixes of a planned or existing peering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.cli import MANUAL, NEEDED, OK, OPEN, USAGE, diff, inputs, placing, refusals, results, streams, until
from bgpcheck.cli.shared import add, format_of
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.render import FORMATS, PLACING, render

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

    from bgpcheck.api import Options, Outcomes
    from bgpcheck.earlier import Earlier
    from bgpcheck.result import Result

STATUS: dict[str | None, int] = {
    "configured": OK,
    "validation-needed": NEEDED,
    "manual-validation": MANUAL,
    "undetermined": OPEN,
    None: OK,  # private peering: nothing is validated
}
FIRST = (MANUAL, NEEDED, OPEN, OK)  # of several files, the first present (interface.md, Preflight file)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    claim = parser.add_argument_group("what to judge")
    claim.add_argument("preflight", nargs="*", metavar="PREFLIGHT.yaml", help="preflight files, which the options below override")
    add(claim, "--prefix", "--peer-asn", "--customer-asn", "--registry")
    claim.add_argument("--all-prefixes-of", metavar="ASN", help="all that the snapshot ties to an AS number: objects, VRPs, same holder")
    claim.add_argument("--circuit", metavar="FILE", help="what Azure says of the circuit: JSON of ARM or az, PowerShell text, Terraform")
    add(claim, "--circuit-name", "--events", "--internet", "--azure", "--cloud")
    data = parser.add_argument_group("what to judge by")
    add(data, "--registry-data", "--offline", "--live", "--dry-run", "--refresh", "--keep-contacts", "--deadline")
    until.options(data)
    add(data, "--sources", "--policy", "--assume", "--now", "--strict")
    out = parser.add_argument_group("what to write")
    format_of(out, *FORMATS)
    add(out, "--output")
    out.add_argument("--diff", metavar="OLD.json", help="say what changed since this earlier result (--format json), - for standard input")
    add(out, "--feedback", "--evidence", "--templates", "--sign-key", "--passphrase-variable")


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


def _with_azure(args: argparse.Namespace, several: Sequence[Options]) -> Sequence[Options]:
    """Ask Azure for the circuit, where an id is given."""
    if args.azure is None:
        return several
    from dataclasses import replace  # noqa: PLC0415 (only where Azure is asked)

    from bgpcheck.cli import azure  # noqa: PLC0415 (as above)

    content, name, at = azure.one_circuit(args.azure, args.cloud)
    return [replace(one, circuit=name, circuit_answer=(content, at)) for one in several]


def _plan(args: argparse.Namespace) -> int:
    """Show what would be asked, all files' questions together, each once."""
    import asyncio  # noqa: PLC0415 (only where something is to be asked)

    from bgpcheck import api  # noqa: PLC0415 (as above)
    from bgpcheck.render import asked  # noqa: PLC0415 (as above)

    found = dict.fromkeys(one for options in _options(args) for one in asyncio.run(api.planned(options)))
    text = asked.as_json(list(found)) if args.format == "json" else asked.as_text(list(found))
    results.write(args.output, text)
    return OK


def _judge(several: Sequence[Options]) -> tuple[list[Outcomes], dict[str, UsageError | FormatError]]:
    """Judge one after the other; what is wrong with one file does not keep the others from an answer."""
    from bgpcheck import api  # noqa: PLC0415 (drawing help needs none of it)

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


def _told(error: UsageError | FormatError, options: Options) -> str:
    """Name the preflight file where what is wrong stands in it, and not on the command line."""
    text, file = str(error), options.preflight
    words = (options.policy, options.registry_data, options.events, options.internet, options.circuit, *options.assume)
    here = text.startswith("--") or any(word and str(word) in text for word in words)
    return f"{file}: {text}" if file and isinstance(error, UsageError) and not text.startswith(file) and not here else text


def _options(args: argparse.Namespace) -> Sequence[Options]:
    """Give one set of options for each preflight file; one where there is none."""
    from dataclasses import replace  # noqa: PLC0415 (drawing help needs none of it)

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
    drawing: dict[str, object] = {**results.drawing(args.output)} if args.format == "table" else {}
    found, options = [outcome.result for outcome in outcomes], _particular(args, outcomes, faults) or drawing
    text = diff.written(before, args.diff, found, args.format, options) if before else render(found, args.format, **options)
    for outcome in outcomes:
        if outcome.tally:
            streams.complain(str(outcome.tally))
    try:  # what cannot be written keeps nothing else from being written
        results.write(args.output, text)
    finally:
        if args.evidence and outcomes:
            streams.put(args.evidence, outcomes[0].bundle(args.signer))
            streams.complain(f"evidence written to {args.evidence}")
    if args.format == "github":
        placing.summarise(outcomes, placing.told(faults, args.preflight))


def _particular(
    args: argparse.Namespace, outcomes: Sequence[Outcomes], faults: Mapping[str, UsageError | FormatError]
) -> dict[str, object]:
    """Give what an output wants besides results, of those that are not for a terminal; the report takes long to load."""
    if args.format in PLACING:
        return placing.drawing(args, outcomes, faults)
    return {"told": [outcome.told for outcome in outcomes]} if args.format == "html" else {}
