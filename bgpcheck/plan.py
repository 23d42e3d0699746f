"""What a user asks, and what it comes to: options, preflight file, circuit and recording made into one peering to judge. Waits for files.

Rule: an option stands above the preflight file, and that above what Azure has; nothing that cannot be read is left out in silence.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.circuit_input import answer_of, circuit_of, claimed
from bgpcheck.defaults import DEFAULT_POLICY
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.fetch.files import Reading, read_whole
from bgpcheck.formats import preflight as preflights
from bgpcheck.formats.rpsl_contacts import covered
from bgpcheck.model import FAMILIES
from bgpcheck.options import asn_of, prefix_of
from bgpcheck.peering import Peering
from bgpcheck.rules.links import key_faults
from bgpcheck.store import configs
from bgpcheck.store.places import default_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from bgpcheck.bulk.internet import Table
    from bgpcheck.events import Recording
    from bgpcheck.evidence.document import Document
    from bgpcheck.formats.preflight import Preflight
    from bgpcheck.options import Options

MOST_TIED = 5000  # prefixes that --all-prefixes-of lists; audit is for more
MAX_INPUT = 4 << 20  # bytes of a preflight or assume file


@dataclass(frozen=True, slots=True)
class Plan:
    """What options and preflight file come to. ``route_filter``: communities that it allows (RF-1)."""

    peering: Peering
    registry_data: str
    policy: str
    notes: tuple[tuple[str, str, str], ...]
    documents: tuple[Document, ...]
    secret_variable: str = ""  # of the environment, which holds the MD5 key
    route_filter: tuple[str, ...] = ()
    written: tuple[str, bytes] = ("", b"")  # the preflight file, and what stood in it
    assumed: tuple[tuple[str, str], ...] = ()  # names and texts of files of planned objects


def plan(options: Options, tell: Callable[[str], None] | None = None) -> Plan:
    """Read the preflight file and the circuit, let the options override them, listen to the recording, and look into the table.

    ``tell`` hears what is being read.
    """
    settings = configs.settings(options.sources)
    circuit, circuit_from = circuit_of(options)
    data, policy = options.registry_data or "", options.policy or ""
    given, written = None, ("", b"")
    if options.preflight:
        written = (options.preflight, _preflight_bytes(options.preflight))
        given = preflights.parse(written[1], settings, file=options.preflight)
        peering = _with_key(given, options.preflight)
        data = data or _data_beside(given.registry_data, options.preflight)
        policy = policy or _beside(given.policy, options.preflight)
    elif circuit:
        peering = claimed(circuit, options, settings)
    else:
        peering = Peering(peer_asn=asn_of("--peer-asn", options.peer_asn or 0), blocks=())
    if circuit:
        key = peering.service_key or circuit.service_key
        peering = replace(peering, circuit=circuit, circuit_from=circuit_from, service_key=key)
    peering = _override(peering, options)
    recording, lines = listen(options.events) if options.events else (None, None)
    if recording:
        peering = replace(peering, routes=recording.routes, listened=True)
    _refuse_nothing(peering, options)
    notes = [("LIST-4", note.partition(": ")[0], note) for note in recording.notes] if recording else []
    nothing_yet = options.listening and not peering.listed
    table = _table(options.internet, peering, tell) if options.internet and not nothing_yet else None
    if table:
        peering, notes = replace(peering, internet=table.sightings, internet_from=table.source), [*notes, *table.notes]
    documents = tuple(filter(None, (lines, answer_of(options), table.document if table else None, *_templates(options))))
    extra = (given.secret_variable, given.route_filter) if given else ("", ())
    return Plan(peering, data, policy or DEFAULT_POLICY, tuple(notes), documents, *extra, written, _assumed(options))


def _assumed(options: Options) -> tuple[tuple[str, str], ...]:
    """Read the files of planned objects, without the people whom they name."""
    return tuple(
        (Path(name).name, covered(read_whole(Path(name), name, limit=MAX_INPUT).decode("utf-8", "replace"))) for name in options.assume
    )


def _templates(options: Options) -> tuple[Document, ...]:
    """Read the user's own templates of ticket and letter."""
    if options.templates is None:
        return ()
    from bgpcheck.store.templates import own  # noqa: PLC0415 (only where there are some)

    return own(options.templates)


def _table(name: str, peering: Peering, tell: Callable[[str], None] | None) -> Table:
    """Read what the Internet sees of all that is listed or announced (PFX-4)."""
    from bgpcheck.bulk.internet import read_table  # noqa: PLC0415 (numpy takes a while)

    ours = {prefix for _, prefix in peering.listed} | {route.prefix for route in peering.towards_microsoft}
    if not ours:
        raise UsageError(f"--internet {name}: no prefix is listed or announced, so there is nothing to look for in it")
    return read_table(name, (prefix for prefix in ours if prefix.length), tell)


def _with_key(given: Preflight, name: str) -> Peering:
    """Judge the MD5 key that the environment holds (LNK-3), and forget it."""
    if not given.secret_variable:
        return given.peering
    key = os.environ.get(given.secret_variable)
    if key is None:
        raise UsageError(f"{name}: md5KeyVariable names {given.secret_variable}, which is not set in the environment")
    return replace(given.peering, secret_faults=key_faults(key))


def _refuse_nothing(peering: Peering, options: Options) -> None:
    """Refuse to judge nothing."""
    if peering.listed or peering.towards_microsoft or peering.nothing_validated or options.listening:
        return
    if options.events:
        raise UsageError(f"{options.events}: nothing is announced at the end of the recording, and no prefix is listed: nothing to judge")
    what = "has a Microsoft peering without prefixes" if peering.circuit and peering.circuit.microsoft else "has no peering yet"
    where = options.circuit if isinstance(options.circuit, str) else peering.name
    raise UsageError(f"{where}: the circuit {what}: give what is planned, as a preflight file or --peer-asn with --prefix")


def _preflight_bytes(name: str) -> bytes:
    """Read a preflight file."""
    return read_whole(Path(name), name, limit=MAX_INPUT, instead=f"give the files in it: {Path(name) / '*.yaml'}")


def tied(options: Options) -> Options:
    """List all that the snapshot ties to an AS number, where that is asked; it is the peer's where no other is named.

    Raises:
        UsageError: there is no snapshot, nothing is tied to it, or too much.
    """
    if options.all_prefixes_of is None:
        return options
    from bgpcheck.store.snapshot import fitting, registry_data  # noqa: PLC0415 (only where it is asked for)
    from bgpcheck.table.ties import prefixes_of  # noqa: PLC0415

    asn = asn_of("--all-prefixes-of", options.all_prefixes_of)
    place = Path(options.registry_data) if options.registry_data else default_snapshot()
    if not place.is_file():
        raise UsageError(f"--all-prefixes-of needs a snapshot (bgpcheck registry build), and {place} is none")
    snapshot = registry_data(place)
    with fitting(str(place)):
        found = prefixes_of(asn, snapshot, snapshot.header, configs.settings(options.sources))
    if not found:
        raise UsageError(
            f"--all-prefixes-of {options.all_prefixes_of}: the snapshot ties no prefix to it: no route object, no VRP, no holder"
        )
    if len(found) > MOST_TIED:
        raise UsageError(
            f"--all-prefixes-of {options.all_prefixes_of}: {len(found)} prefixes are tied to it, more than {MOST_TIED}: use audit"
        )
    listed = tuple(dict.fromkeys((*options.prefixes, *map(str, found))))
    return replace(options, prefixes=listed, peer_asn=asn if options.peer_asn is None else options.peer_asn, registry_data=str(place))


def _beside(policy: str, preflight: str) -> str:
    """Take a policy file that a preflight names as relative to the preflight."""
    return str(Path(preflight).parent / policy) if "/" in policy or policy.endswith((".yaml", ".yml")) else policy


def _data_beside(folder: str, preflight: str) -> str:
    """Take registry data that a preflight names as relative to the preflight; ``FormatError`` names both where there is none."""
    data = os.path.normpath(Path(preflight).parent / folder) if folder else ""
    if data and not os.path.exists(data):  # noqa: PTH110 (which raises where a name is too long)
        raise FormatError(f"{data}: there is no such folder of registry data, and no such snapshot", file=preflight, field="registryData")
    return data


def _override(peering: Peering, options: Options) -> Peering:
    """Put the options in the place of what the file says."""
    settings = configs.settings(options.sources)
    blocks = peering.blocks
    if options.prefixes or not blocks:
        listed = [prefix_of("--prefix", text) for text in options.prefixes]
        blocks = tuple(
            replace(peering.block(family), prefixes=tuple(one for one in listed if one.prefix.family == family)) for family in FAMILIES
        )
    if options.customer_asn is not None:
        blocks = tuple(replace(block, customer_asn=asn_of("--customer-asn", options.customer_asn)) for block in blocks)
    if options.registry is not None:
        text = options.registry
        try:
            name = preflights.registry_name(text, settings)
        except FormatError as error:
            raise UsageError(f"--registry: {error}") from error
        blocks = tuple(replace(block, registry=name, registry_text=text) for block in blocks)
    asn = peering.peer_asn if options.peer_asn is None else asn_of("--peer-asn", options.peer_asn)
    return replace(peering, peer_asn=asn, blocks=blocks)


def listen(name: str) -> tuple[Recording, Document]:
    """Read a recording of ExaBGP events; gives what stands announced, and the lines that announced it.

    Raises:
        FormatError: the file is another kind of file, or a line of it is damaged.
    """
    from bgpcheck.events import record  # noqa: PLC0415 (only recordings need them)
    from bgpcheck.fetch.recording import Recorder  # noqa: PLC0415
    from bgpcheck.formats.exabgp_events import Reply  # noqa: PLC0415

    recorder = Recorder(Reading(Path(name), "standard input" if name == "-" else name))
    recording = record(recorder.events())
    if set(recording.counts) == {Reply.kind}:  # lines, and not one of ExaBGP's
        raise FormatError("is no recording of ExaBGP: not one line is an event (encoder json)", file=recorder.reading.name)
    return recording, recorder.document(recording.routes)
