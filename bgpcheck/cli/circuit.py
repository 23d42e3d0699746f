"""``bgpcheck circuit FILE``: where a circuit stands, what is allowed now, and what comes next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bgpcheck.circuit.changes import Want
from bgpcheck.circuit.workflow import WANTS
from bgpcheck.claim import CLOUDS
from bgpcheck.cli import NEEDED, OK, OPEN, inputs, results, streams
from bgpcheck.cli.reading import OneOf, duration
from bgpcheck.cli.shared import add, format_of
from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from bgpcheck.circuit.model import Circuit
    from bgpcheck.circuit.seen import Reading
    from bgpcheck.circuit.survey import Survey
    from bgpcheck.claim import Cloud
    from bgpcheck.model import Prefix
    from bgpcheck.result import Result

STATUS = {"allowed": OK, "forbidden": NEEDED, "unknown": OPEN}
PEERINGS = ("MicrosoftPeering", "AzurePrivatePeering", "AzurePublicPeering")
LONGEST_WAIT = "2h"
FIRST = (NEEDED, OPEN, OK)  # of several circuits, the first present


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    what = parser.add_argument_group("what to look at")
    what.add_argument("files", nargs="*", metavar="FILE", help="circuits, peerings, ARP and route tables, filters; - is standard input")
    add(what, "--circuit-name", help="only this one of several circuits")
    add(what, "--events", help="recorded ExaBGP events of the same router, to hold against Azure's route table")
    what.add_argument("--layer", type=OneOf(("2", "3")), metavar="LAYER", help="2: you configure routing; 3: your provider does")
    what.add_argument("--want", type=OneOf(WANTS), metavar="OPERATION", help="is it allowed now? peer, link or delete")
    azure = parser.add_argument_group("from Azure itself, which is only read (pip install 'bgpcheck[azure]')")
    add(azure, "--azure", help="ask for the circuit, peering or resource group with this resource id")
    add(azure, "--cloud")
    azure.add_argument("--tables", action="store_true", help="ask also for ARP table, routes and summary of both routers")
    azure.add_argument(
        "--peering", type=OneOf(PEERINGS), metavar="PEERING", help=f"whose tables: {', '.join(PEERINGS)} (default: the first)"
    )
    azure.add_argument("--wait", type=OneOf(Want), metavar="STATE", help="wait until it is configured, provisioned or settled")
    azure.add_argument("--timeout", metavar="DURATION", help=f"how long --wait waits at most, up to 30d (default: {LONGEST_WAIT})")
    data = parser.add_argument_group("what the registries let expect")
    add(data, "--registry-data", "--live", "--now")
    out = parser.add_argument_group("what to write")
    format_of(out, "table", "json")
    add(out, "--output", "--feedback")


def run(args: argparse.Namespace) -> int:
    """Survey, write, and tell by the status."""
    _refuse(args)
    found, reached = _everything(args)
    surveys = _surveys(args, found)
    if args.want:
        text, status = _answers(args.want, surveys)
        text = text if args.format == "table" else _json(surveys)
    else:
        text, status = (_json(surveys) if args.format == "json" else _drawn(args, surveys)), OK
    results.write(args.output, text)
    for one in surveys if args.feedback else ():
        if one.result:
            streams.add_feedback(args.feedback, one.result)
    return status if reached else OPEN


def _refuse(args: argparse.Namespace) -> None:
    """Refuse what makes no sense, before anything is read."""
    if not args.files and args.azure is None:
        raise UsageError("name a file: what Azure says of the circuit, as az network express-route show -o json prints it (- to pipe it)")
    inputs.refuse_empty(vars(args))
    if [*args.files, args.events].count("-") > 1:
        raise UsageError("standard input can be read once only")
    _refuse_azure(args)
    if args.feedback is not None and not (args.registry_data or args.live):
        raise UsageError("--feedback keeps predictions: add --registry-data or --live to make some")
    if args.now is not None and not (args.registry_data or args.live):
        raise UsageError("--now is about what the registries let expect: add --registry-data or --live")
    targets, read = [("--output", args.output), ("--feedback", args.feedback)], [*args.files, args.events, args.registry_data]
    streams.check_targets([(option, name) for option, name in targets if name and name != "-"], filter(None, read))
    if args.feedback:
        streams.check_feedback(args.feedback)


def _refuse_azure(args: argparse.Namespace) -> None:
    """Refuse contradictions about asking Azure."""
    words = {
        "--cloud": args.cloud,
        "--tables": args.tables or None,
        "--peering": args.peering,
        "--wait": args.wait,
        "--timeout": args.timeout,
    }
    if args.azure is None and (idle := [name for name, value in words.items() if value is not None]):
        raise UsageError(f"{idle[0]} is about asking Azure itself: add --azure ID")
    if args.peering is not None and not args.tables:
        raise UsageError("--peering says whose tables are asked for: add --tables")
    if args.timeout is not None and args.wait is None:
        raise UsageError("--timeout says how long --wait waits: add --wait")
    duration(args.timeout or LONGEST_WAIT)


def _everything(args: argparse.Namespace) -> tuple[Reading, bool]:
    """Read the files and ask Azure; gives what was found, and whether what was waited for is there."""
    found = _read(args.files)
    if args.azure is None:
        return found, True
    from bgpcheck.circuit.read import read  # noqa: PLC0415 (as below)
    from bgpcheck.circuit.together import together  # noqa: PLC0415
    from bgpcheck.cli import azure  # noqa: PLC0415

    reached = True
    if args.wait:
        ended = azure.watch(args.azure, Want(args.wait), duration(args.timeout or LONGEST_WAIT), args.cloud)
        documents, reached = [ended.document], ended.reached
        if not reached:
            streams.complain(f"time is over, and it is not {args.wait} yet")
    else:
        documents = azure.documents(args.azure, args.cloud)
    if args.tables:
        documents += azure.tables(args.azure, args.peering or "", args.cloud)
    for content, name in documents:
        found = found.joined(read(content, file=name))
    return replace(found, circuits=together(dict.fromkeys(found.circuits))), reached


def _surveys(args: argparse.Namespace, found: Reading) -> list[Survey]:
    """Survey each circuit."""
    from bgpcheck.circuit.model import Circuit  # noqa: PLC0415 (drawing help needs none of it)
    from bgpcheck.circuit.seen import Seen  # noqa: PLC0415
    from bgpcheck.circuit.survey import Survey  # noqa: PLC0415
    from bgpcheck.store import configs  # noqa: PLC0415

    circuits = _chosen(found, args.circuit_name, args.files[0] if args.files else args.azure)
    if len(circuits) > 1 and found.tables:
        raise UsageError("the tables are those of one circuit: add --circuit-name")
    if args.events and found.tables.routes is None:
        raise UsageError("--events is held against Azure's route table: give that too, or --azure ID with --tables")
    announced, heard = _announced(args.events) if args.events else (None, ())
    layer, cloud = int(args.layer) if args.layer else None, _cloud(args)
    surveys = []
    for one in circuits or [Circuit(known=False, listed=False)]:
        others = tuple(other for other in found.circuits if other is not one)
        seen = Seen(one, found.tables, found.filters, announced, others)
        surveys.append(Survey(seen, configs.settings(), layer, cloud, _result(args, one), (*found.notes, *heard)))
    return surveys


def _cloud(args: argparse.Namespace) -> Cloud:
    """Give the cloud that is asked and judged for."""
    return next((one for one in CLOUDS if one == args.cloud), "public")


def _read(files: Sequence[str]) -> Reading:
    """Read the files; gives what they hold together."""
    from pathlib import Path  # noqa: PLC0415 (as above)

    from bgpcheck.circuit.read import MAX_FILE, read  # noqa: PLC0415
    from bgpcheck.circuit.seen import Reading  # noqa: PLC0415
    from bgpcheck.circuit.together import together  # noqa: PLC0415
    from bgpcheck.fetch.files import read_whole  # noqa: PLC0415

    found = Reading()
    for name in files:
        shown = "standard input" if name == "-" else name
        found = found.joined(read(read_whole(Path(name), shown, limit=MAX_FILE), file=shown))
    return replace(found, circuits=together(dict.fromkeys(found.circuits)))


def _chosen(found: Reading, name: str | None, file: str) -> tuple[Circuit, ...]:
    """Give the circuits that are meant; tables alone are looked at without one."""
    from bgpcheck.circuit.read import EMPTY  # noqa: PLC0415 (as above)
    from bgpcheck.circuit_input import choose  # noqa: PLC0415

    if name is not None:
        return (choose(found.circuits, name, file),)
    if not (found.circuits or found.tables or found.filters) and set(found.notes) <= {EMPTY}:
        raise UsageError(f"{file}: holds no circuit: {EMPTY}")
    return found.circuits


def _announced(events: str) -> tuple[frozenset[Prefix], tuple[str, ...]]:
    """Give the prefixes that a recording stands for, and what was noticed in it."""
    from bgpcheck.plan import listen  # noqa: PLC0415 (as above)

    recording, _ = listen(events)
    if not recording.routes:
        raise UsageError(f"--events {events}: nothing is announced at the end of the recording")
    return frozenset(route.prefix for route in recording.routes), recording.notes


def _result(args: argparse.Namespace, circuit: Circuit) -> Result | None:
    """Ask ``check`` about the circuit's Microsoft peering, where registries are to be asked and all of its list can be read."""
    if not (args.registry_data or args.live):
        return None
    from bgpcheck import api  # noqa: PLC0415 (as above)
    from bgpcheck.circuit.claims import peering_of  # noqa: PLC0415
    from bgpcheck.store import configs  # noqa: PLC0415

    cloud = _cloud(args)
    peering, faults = peering_of(circuit, configs.settings(), cloud=cloud)
    if faults or not peering.listed:
        return None  # what cannot be read is a finding
    try:
        options = api.Options(circuit=circuit, cloud=cloud, registry_data=args.registry_data, live=args.live, now=args.now)
        return api.check_sync(options, tell=streams.progress).result
    finally:
        streams.progress("")


def _answers(want: str, surveys: Sequence[Survey]) -> tuple[str, int]:
    """Answer the one question about every circuit."""
    from bgpcheck.circuit.workflow import Operation  # noqa: PLC0415 (as above)
    from bgpcheck.render.circuit import answer, title_of  # noqa: PLC0415

    found = [(one, one.ruling(Operation(want))) for one in surveys]
    text = "".join(f"{answer(ruling, title_of(one))}\n" for one, ruling in found)
    statuses = {STATUS[ruling.answer] for _, ruling in found}
    return text, next(status for status in FIRST if status in statuses)


def _json(surveys: list[Survey]) -> str:
    """Write the contract's JSON."""
    from bgpcheck.circuit.survey import document  # noqa: PLC0415 (as above)
    from bgpcheck.formats.json_text import laid_out  # noqa: PLC0415

    return laid_out(document(surveys)) + "\n"


def _drawn(args: argparse.Namespace, surveys: Sequence[Survey]) -> str:
    """Draw for people."""
    from bgpcheck.render.circuit import as_text  # noqa: PLC0415 (as above)

    return as_text(surveys, **results.drawing(args.output))
