"""What callers use, from Python and from the command line: options in, a result and its evidence out. Waits for files.

Rule: the environment, the clock and paths are read here, once, and handed down as values.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bgpcheck import policy as policies
from bgpcheck.case import Case
from bgpcheck.engine import Checked, first_questions, run
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.evidence import bundle, statement
from bgpcheck.fetch.files import Reading, read_whole
from bgpcheck.fetch.folder import FolderFetcher
from bgpcheck.fetch.nothing import NoFetcher
from bgpcheck.formats import preflight as preflights
from bgpcheck.model import parse_asn
from bgpcheck.peering import Peering
from bgpcheck.rules.links import key_faults
from bgpcheck.store import configs
from bgpcheck.store.clock import now_of
from bgpcheck.store.places import default_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence
    from datetime import datetime

    from bgpcheck.asked import Planned, Tally
    from bgpcheck.events import Recording
    from bgpcheck.evidence.document import Document
    from bgpcheck.fetch.registries import Asking
    from bgpcheck.gather import Fetcher
    from bgpcheck.model import Family
    from bgpcheck.policy import Policy
    from bgpcheck.result import Result

    _Policies = tuple[Policy, Document, tuple[Document, ...]]  # a policy, its own document, those of what it extends

T = TypeVar("T")
DEADLINE = 30.0  # seconds
DEFAULT_POLICY = "microsoft-peering"
MOST_TIED = 5000  # prefixes that --all-prefixes-of lists; audit is for more
MAX_INPUT = 4 << 20  # bytes of a preflight or assume file


@dataclass(frozen=True, slots=True)
class Options:
    """What a user asks, as written. ``preflight``, ``events``, ``assume``, ``registry_data``: paths, ``-`` is standard input.

    ``live``: ask the registries, for at most ``deadline`` seconds; ``refresh``: whatever the cache has; ``keep_contacts``: keep answers
    with the people whom they name as contacts. ``sources``: a file in the place of ``configs/sources.yaml``.
    """

    preflight: str | None = None
    prefixes: Sequence[str] = ()
    peer_asn: str | int | None = None
    customer_asn: str | int | None = None
    registry: str | None = None
    events: str | None = None
    registry_data: str | None = None
    policy: str | None = None
    assume: Sequence[str] = ()
    now: str | datetime | None = None
    strict: bool = False
    all_prefixes_of: str | int | None = None
    live: bool = False
    deadline: float = DEADLINE
    refresh: bool = False
    keep_contacts: bool = False
    sources: str = ""


@dataclass(frozen=True, slots=True, repr=False)  # an event loop that ends writes down what its task gave
class Outcomes:
    """A result with all that it rests on."""

    checked: Checked
    inputs: statement.Inputs
    tally: Tally | None = None  # what was asked over the network

    @property
    def result(self) -> Result:
        """The result."""
        return self.checked.result

    def bundle(self) -> bytes:
        """Give the evidence bundle: a zip, the same bytes for the same input and ``now``."""
        from bgpcheck.render import papers  # noqa: PLC0415 (only bundles need them)

        machine = statement.members(self.inputs, self.checked.replies, self.result.to_json())
        return bundle.pack({**machine, **papers.members(self.result, self.checked.replies)})


async def check(options: Options, *, fetcher: Fetcher | None = None, tell: Callable[[str], None] | None = None) -> Outcomes:
    """Judge a peering. Raises ``UsageError`` and ``FormatError`` for what the caller gave; a silent source is a gap in the result.

    ``fetcher``: where answers come from instead of ``options.registry_data``. ``tell``: hears what is being read.
    """
    settings = configs.settings(options.sources)
    options = _tied(options) if options.all_prefixes_of is not None else options
    plan = _plan(options)
    policy_documents = _policy(plan.policy)
    source = fetcher or data_of(plan.registry_data, tell)
    if not options.live:
        return await _judged(options, plan, source, policy_documents)
    from bgpcheck.fetch.registries import network  # noqa: PLC0415 (only where the network is asked for)

    async with network(settings, _asking(options, tell)) as way:
        asked = way.fetcher(source, now_of(options.now))
        outcomes = await _judged(options, plan, asked, policy_documents)
        return replace(outcomes, tally=way.tally())


async def planned(options: Options) -> list[Planned]:
    """Give the questions that ``check`` with ``live`` would send at first. Sends nothing; raises as ``check`` does."""
    from bgpcheck.fetch.registries import network  # noqa: PLC0415 (as above)

    settings = configs.settings(options.sources)
    options = _tied(options) if options.all_prefixes_of is not None else options
    plan = _plan(options)
    source = data_of(plan.registry_data, None)
    async with network(settings, _asking(options, None)) as way:
        asked = way.fetcher(source, now_of(options.now))
        return asked.plan(first_questions(_case(options, plan, source), settings))


def _asking(options: Options, tell: Callable[[str], None] | None) -> Asking:
    """Say how to ask."""
    from bgpcheck.fetch.registries import Asking  # noqa: PLC0415 (as above)

    return Asking(options.deadline, options.refresh, options.keep_contacts, tell)


def _case(options: Options, plan: _Plan, source: Fetcher) -> Case:
    """Put together what is to be judged."""
    settings = configs.settings(options.sources)
    folder_notes = tuple(("DATA-3", name, f"{name}: its name says nothing about its content") for name in getattr(source, "notes", ()))
    return Case(
        peering=plan.peering,
        now=now_of(options.now),
        strict=options.strict,
        irr=tuple(dict.fromkeys((*sorted(settings.accepted_sources), *sorted(getattr(source, "irr_sources", ()))))),
        assumed=tuple(
            (Path(name).name, read_whole(Path(name), name, limit=MAX_INPUT).decode("utf-8", "replace")) for name in options.assume
        ),
        notes=(*folder_notes, *plan.notes),
    )


async def _judged(options: Options, plan: _Plan, source: Fetcher, policies_of: _Policies) -> Outcomes:
    """Judge by what a fetcher answers."""
    settings, case = configs.settings(options.sources), _case(options, plan, source)
    policy, policy_document, extended = policies_of
    checked = await run(case, source, policy, settings)
    inputs = statement.Inputs(
        case=statement.input_document(statement.CASE, "case.json", case.encode()),
        policy=policy_document,
        settings=statement.input_document(statement.SETTINGS, "sources.yaml", configs.sources_bytes(options.sources), "application/yaml"),
        others=(*extended, *plan.documents),
    )
    return Outcomes(checked, inputs)


def finish(work: Coroutine[Any, Any, T]) -> T:
    """Run to its end what only reads files: it never pauses, and needs no event loop, whose start costs more than a small check."""
    try:
        work.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    work.close()
    raise RuntimeError("a fetcher paused where nothing was to wait for")


def check_sync(options: Options, *, tell: Callable[[str], None] | None = None) -> Outcomes:
    """Judge a peering: ``check`` for callers that do not await."""
    if not options.live:
        return finish(check(options, tell=tell))
    import asyncio  # noqa: PLC0415 (only where something is waited for)

    return asyncio.run(check(options, tell=tell))


def _policy(name: str) -> _Policies:
    """Load a policy by name or file; gives it with its own document and that of the policy it extends, for a replay."""
    data, file = configs.policy_bytes(name)
    extended: list[Document] = []

    def find(parent: str) -> tuple[bytes, str]:
        content, parent_file = configs.shipped_policy_bytes(parent)
        extended.append(statement.input_document(statement.BASE, parent_file, content, "application/yaml"))
        return content, parent_file

    policy = policies.load(data, file=file, find=find)
    return policy, statement.input_document(statement.POLICY, Path(file).name, data, "application/yaml"), tuple(extended)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What options and preflight file come to."""

    peering: Peering
    registry_data: str
    policy: str
    notes: tuple[tuple[str, str, str], ...]
    documents: tuple[Document, ...]


def _plan(options: Options) -> _Plan:
    """Read the preflight file, let the options override it, and listen to the recording."""
    settings = configs.settings(options.sources)
    data, policy = options.registry_data or "", options.policy or ""
    if options.preflight:
        name = options.preflight
        given = preflights.parse(read_whole(Path(name), name, limit=MAX_INPUT), settings, file=name)
        peering = given.peering
        data = data or (os.path.normpath(Path(name).parent / given.registry_data) if given.registry_data else "")
        policy = policy or _beside(given.policy, name)
        key = os.environ.get(given.secret_variable) if given.secret_variable else None
        if given.secret_variable and key is None:
            raise UsageError(f"{name}: md5KeyVariable names {given.secret_variable}, which is not set in the environment")
        peering = replace(peering, secret_faults=key_faults(key)) if key is not None else peering
    else:
        peering = Peering(peer_asn=parse_option("--peer-asn", options.peer_asn or 0), blocks=())
    peering = _override(peering, options)
    recording, lines = listen(options.events) if options.events else (None, None)
    if recording:
        peering = replace(peering, routes=recording.routes, listened=True)
    if not peering.listed and not peering.routes:
        raise UsageError(f"{options.events}: nothing is announced at the end of the recording, and no prefix is listed: nothing to judge")
    notes = tuple(("LIST-4", note.partition(": ")[0], note) for note in recording.notes) if recording else ()
    return _Plan(peering, data, policy or DEFAULT_POLICY, notes, (lines,) if lines else ())


def _tied(options: Options) -> Options:
    """List all that the snapshot ties to an AS number, which is the peer's where no other is named."""
    from bgpcheck.store.snapshot import Snapshot  # noqa: PLC0415 (only where it is asked for)
    from bgpcheck.table.ties import prefixes_of  # noqa: PLC0415

    asn = parse_option("--all-prefixes-of", options.all_prefixes_of or 0)
    place = Path(options.registry_data) if options.registry_data else default_snapshot()
    if not place.is_file():
        raise UsageError(f"--all-prefixes-of needs a snapshot (bgpcheck registry build), and {place} is none")
    snapshot = Snapshot.open(place)
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


def _override(peering: Peering, options: Options) -> Peering:
    """Put the options in the place of what the file says."""
    settings = configs.settings(options.sources)
    blocks = peering.blocks
    if options.prefixes or not blocks:
        listed = [parse_option("--prefix", text) for text in options.prefixes]
        families: tuple[Family, ...] = ("ipv4", "ipv6")
        blocks = tuple(
            replace(peering.block(family), prefixes=tuple(one for one in listed if one.prefix.family == family)) for family in families
        )
    if options.customer_asn is not None:
        blocks = tuple(replace(block, customer_asn=parse_option("--customer-asn", options.customer_asn)) for block in blocks)
    if options.registry is not None:
        text = options.registry
        try:
            name = preflights.registry_name(text, settings)
        except FormatError as error:
            raise UsageError(f"--registry: {error}") from error
        blocks = tuple(replace(block, registry=name, registry_text=text) for block in blocks)
    asn = peering.peer_asn if options.peer_asn is None else parse_option("--peer-asn", options.peer_asn)
    return replace(peering, peer_asn=asn, blocks=blocks)


def parse_option(name: str, text: str | int) -> Any:  # noqa: ANN401 (a prefix for --prefix, else a number)
    """Read an option's value; the ``UsageError`` names the option."""
    try:
        return preflights.listed(str(text)) if name == "--prefix" else parse_asn(text)
    except FormatError as error:
        raise UsageError(f"{name}: {error}") from error


def data_of(folder: str, tell: Callable[[str], None] | None) -> Fetcher:
    """Make the fetcher for the registry data that was named, or for the user's own snapshot, or one that has none."""
    if not folder:
        own = default_snapshot()
        if not own.is_file():
            return NoFetcher()
        folder = str(own)
    if Path(folder).is_file():
        from bgpcheck.fetch.snapshot import SnapshotFetcher  # noqa: PLC0415 (only where there is one)

        return SnapshotFetcher.open(Path(folder))
    return FolderFetcher.open(Path(folder), tell) if tell else FolderFetcher.open(Path(folder))


def listen(name: str) -> tuple[Recording, Document]:
    """Read a recording of ExaBGP events; gives what stands announced, and the lines that announced it."""
    from bgpcheck.events import record  # noqa: PLC0415 (only recordings need them)
    from bgpcheck.fetch.recording import Recorder  # noqa: PLC0415

    recorder = Recorder(Reading(Path(name), "standard input" if name == "-" else name))
    recording = record(recorder.events())
    return recording, recorder.document(recording.routes)
