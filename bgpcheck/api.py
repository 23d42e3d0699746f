"""What callers use, from Python and from the command line: options in, a result and its evidence out. Waits for files.

Rule: the environment, the clock and paths are read here, once, and handed down as values.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from bgpcheck import policy as policies
from bgpcheck.case import Case
from bgpcheck.defaults import DEADLINE, DEFAULT_POLICY
from bgpcheck.engine import Checked, first_questions, irr_asked, run
from bgpcheck.errors import UsageError
from bgpcheck.evidence import bundle, statement
from bgpcheck.fetch.folder import FolderFetcher
from bgpcheck.fetch.nothing import NoFetcher
from bgpcheck.formats.credentials import fit, fit_bytes
from bgpcheck.options import Options
from bgpcheck.plan import Plan, plan, tied
from bgpcheck.store import configs
from bgpcheck.store.clock import now_of
from bgpcheck.store.places import default_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from bgpcheck.asked import Planned, Tally
    from bgpcheck.evidence.document import Document
    from bgpcheck.fetch.registries import Asking
    from bgpcheck.formats.keypair import PrivateKey
    from bgpcheck.gather import Fetcher
    from bgpcheck.policy import Policy
    from bgpcheck.render.report import Told
    from bgpcheck.result import Result

    Policies = tuple[Policy, Document, tuple[Document, ...]]  # a policy, its own document, those of what it extends

__all__ = ["DEADLINE", "DEFAULT_POLICY", "Options", "Outcomes", "check", "check_sync", "data_of", "finish", "planned"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)  # an event loop that ends writes down what its task gave
class Outcomes:
    """A result with all that it rests on."""

    checked: Checked
    inputs: statement.Inputs
    tally: Tally | None = None  # what was asked over the network
    written: tuple[str, bytes] = ("", b"")  # the preflight file's name and content
    past: tuple[Document, ...] = ()  # a history of waiting, and the answers that it speaks of

    @property
    def result(self) -> Result:
        """The result."""
        return self.checked.result

    @property
    def told(self) -> Told:
        """The result with what a report tells of it."""
        from bgpcheck.render.report import Told  # noqa: PLC0415 (only reports need it)

        return Told(self.result, self.checked.replies, self.inputs.others)

    def bundle(self, key: PrivateKey | None = None) -> bytes:
        """Give the evidence bundle, signed where a key is given: a zip, the same bytes for the same input, ``now`` and key."""
        from bgpcheck.evidence import signing  # noqa: PLC0415 (only bundles need them)
        from bgpcheck.render import papers  # noqa: PLC0415 (as above)
        from bgpcheck.store import templates  # noqa: PLC0415 (as above)

        others = self.inputs.others
        machine = statement.members(self.inputs, self.checked.replies, self.result.to_json(), self.past)
        members = {**machine, **papers.members(self.result, self.checked.replies, templates.used(others), others)}
        return bundle.pack(signing.sign(members, key, self.result.decided_at) if key else members)


async def check(options: Options, *, fetcher: Fetcher | None = None, tell: Callable[[str], None] | None = None) -> Outcomes:
    """Judge a peering. Raises ``UsageError`` and ``FormatError`` for what the caller gave; a silent source is a gap in the result.

    ``fetcher``: where answers come from instead of ``options.registry_data``. ``tell``: hears what is being read.
    """
    settings = configs.settings(options.sources)
    options = tied(options)
    made = plan(options, tell)
    policy_documents = policies_of(made.policy)
    source = fetcher or data_of(made.registry_data, tell)
    if not options.live:
        return await judged(options, made, source, policy_documents)
    from bgpcheck.fetch.registries import network  # noqa: PLC0415 (only where the network is asked for)

    async with network(settings, asking(options, tell)) as way:
        asked = way.fetcher(source, now_of(options.now))
        outcomes = await judged(options, made, asked, policy_documents)
        return replace(outcomes, tally=way.tally())


async def planned(options: Options) -> list[Planned]:
    """Give the questions that ``check`` with ``live`` would send at first. Sends nothing; raises as ``check`` does."""
    from bgpcheck.fetch.registries import network  # noqa: PLC0415 (as above)

    settings = configs.settings(options.sources)
    options = tied(options)
    made = plan(options)
    source = data_of(made.registry_data, None)
    async with network(settings, asking(options, None)) as way:
        asked = way.fetcher(source, now_of(options.now))
        return asked.plan(first_questions(case_of(options, made, source), settings))


def asking(options: Options, tell: Callable[[str], None] | None) -> Asking:
    """Say how to ask."""
    from bgpcheck.fetch.registries import Asking  # noqa: PLC0415 (as above)

    return Asking(options.deadline, options.refresh, options.keep_contacts, tell)


def case_of(options: Options, made: Plan, source: Fetcher) -> Case:
    """Put together what is to be judged."""
    settings = configs.settings(options.sources)
    folder_notes = tuple(("DATA-3", name, f"{name}: its name says nothing about its content") for name in getattr(source, "notes", ()))
    return Case(
        peering=made.peering,
        now=now_of(options.now),
        strict=options.strict,
        irr=irr_asked(source, settings),
        assumed=made.assumed,
        notes=tuple((rule, subject, fit(text)) for rule, subject, text in (*folder_notes, *made.notes)),
    )


async def judged(options: Options, made: Plan, source: Fetcher, by: Policies) -> Outcomes:
    """Judge by what a fetcher answers."""
    settings, case = configs.settings(options.sources), case_of(options, made, source)
    policy, policy_document, extended = by
    checked = await run(case, source, policy, settings)
    inputs = statement.Inputs(
        case=statement.input_document(statement.CASE, "case.json", case.encode()),
        policy=policy_document,
        settings=statement.input_document(
            statement.SETTINGS, "sources.yaml", fit_bytes(configs.sources_bytes(options.sources)), "application/yaml"
        ),
        others=(*extended, *made.documents),
    )
    return Outcomes(checked, inputs, written=made.written)


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


def policies_of(name: str) -> Policies:
    """Load a policy by name or file; gives it with its own document and that of the policy it extends, for a replay."""
    content, file = configs.policy_bytes(name)
    data = fit_bytes(content)  # judged by what is kept
    extended: list[Document] = []

    def find(parent: str) -> tuple[bytes, str]:
        content, parent_file = configs.shipped_policy_bytes(parent)
        extended.append(statement.input_document(statement.BASE, parent_file, content, "application/yaml"))
        return content, parent_file

    policy = configs.own_name(policies.load(data, file=file, find=find), file)
    return policy, statement.input_document(statement.POLICY, Path(file).name, data, "application/yaml"), tuple(extended)


def data_of(folder: str, tell: Callable[[str], None] | None) -> Fetcher:
    """Make the fetcher for the registry data that was named, or for the user's own snapshot, or one that has none.

    Raises:
        UsageError: there is no such folder or snapshot.
    """
    if not folder:
        own = default_snapshot()
        if not own.is_file():
            return NoFetcher()
        folder = str(own)
    if Path(folder).is_file():
        from bgpcheck.fetch.snapshot import SnapshotFetcher  # noqa: PLC0415 (only where there is one)

        return SnapshotFetcher.open(Path(folder))
    if not Path(folder).exists():
        raise UsageError(f"{folder}: there is no such folder of registry data, and no such snapshot")
    return FolderFetcher.open(Path(folder), tell) if tell else FolderFetcher.open(Path(folder))
