"""The road from a case to a result: ask, judge, and keep what it rests on. Waits only through the fetcher that it is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bgpcheck import history, waited
from bgpcheck import policy as policies
from bgpcheck.claim import Claim
from bgpcheck.conclude import about_holders, common_maintainers, conclude, inquiry, other_origins
from bgpcheck.doubts import Doubts
from bgpcheck.errors import FormatError, IntegrityError, UsageError
from bgpcheck.evidence import compare, past, reading
from bgpcheck.formats import sources_yaml
from bgpcheck.gather import gather, wanted
from bgpcheck.lookup import looked_up
from bgpcheck.sources import all_sources
from bgpcheck.sources.base import Library
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bgpcheck.case import Case
    from bgpcheck.evidence.statement import Stored
    from bgpcheck.gather import Fetcher
    from bgpcheck.lookup import LookedUp
    from bgpcheck.model import Prefix
    from bgpcheck.policy import Policy
    from bgpcheck.render.template import Template
    from bgpcheck.result import Result
    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Answer, Reply, Request, Source


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """A result, and every reply that led to it."""

    result: Result
    replies: Mapping[Request, Reply]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A fetcher that keeps what was really fetched, for a bundle. Doubtful answers are gaps where the case is strict (``doubts``)."""

    below: Fetcher
    kept: dict[Request, Reply]
    doubts: Doubts | None = None

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Fetch, keep, judge."""
        replies = await self.below.fetch(requests)
        self.kept.update(replies)
        return self.doubts.judge(replies) if self.doubts else replies


async def run(case: Case, fetcher: Fetcher, policy: Policy, settings: Settings) -> Checked:
    """Check one case. Raises ``FormatError`` for a damaged file of the user's; everything else that fails is a gap."""
    kept: dict[Request, Reply] = {}
    answers = await answers_about(case.peering.claims(), case, fetcher, settings, kept)
    return Checked(conclude(case, answers, policy, settings), kept)


async def answers_about(
    claims: tuple[Claim, ...], case: Case, fetcher: Fetcher, settings: Settings, kept: dict[Request, Reply]
) -> dict[str, Answer]:
    """Ask about claims of a case, and whose its links are (REG-3); every reply is added to ``kept``. Gives the answers by source."""
    asked = _Kept(fetcher, kept, Doubts(case.now, case.strict, settings))
    return await learn(claims, all_sources(settings, case.irr), asked, settings, case.peering.public_links())


async def learn(
    claims: tuple[Claim, ...], sources: Sequence[Source], asked: Fetcher, settings: Settings, links: tuple[Prefix, ...] = ()
) -> dict[str, Answer]:
    """Ask about claims, then about those whom the answers name, and whose ``links`` are (REG-3); gives the answers by source."""
    library = Library(reading.records)
    answers = {one.source: one for one in await gather(inquiry(claims), sources, asked, library)}
    others, maintainers = other_origins(claims, answers.values()), common_maintainers(answers.values(), settings.holders)
    # Whose other origins are decides what may be done about them, and whom else a maintainer serves decides what he proves.
    if others or maintainers or links:
        asked_for = inquiry(claims)
        prefixes, asns = tuple(dict.fromkeys((*asked_for.prefixes, *links))), tuple(dict.fromkeys((*asked_for.asns, *others)))
        about = replace(asked_for, prefixes=prefixes, asns=asns, maintainers=maintainers)
        registries = [source for source in sources if source.name in about_holders(settings)]
        answers |= {one.source: one for one in await gather(about, registries, asked, library)}
    return answers


async def look_up(about: Sequence[tuple[Prefix, Sequence[int]]], fetcher: Fetcher, policy: Policy, settings: Settings) -> list[LookedUp]:
    """Ask about prefixes, each with its AS numbers, all at once; gives the facts about each, without any verdict."""
    kept: dict[Request, Reply] = {}
    irr = irr_asked(fetcher, settings)
    claims = tuple(Claim(prefix, asn, block=prefix.family) for prefix, asns in about for asn in asns)
    answers = await learn(claims, all_sources(settings, irr), _Kept(fetcher, kept), settings)
    return looked_up(about, answers, kept, policy, settings)


def irr_asked(fetcher: Fetcher, settings: Settings) -> tuple[str, ...]:
    """Name the IRR sources to ask: the accepted ones, and others that a fetcher has files of."""
    return tuple(dict.fromkeys((*sorted(settings.accepted_sources), *sorted(getattr(fetcher, "irr_sources", ())))))


def first_questions(case: Case, settings: Settings) -> list[Request]:
    """Give what a case is asked about at first; what comes after depends on the answers."""
    asked, library = inquiry(case.peering.claims()), Library(reading.records)
    return wanted((source.ask(asked, library) for source in all_sources(settings, case.irr)), library)


@dataclass(frozen=True, slots=True)
class Replayer:
    """A fetcher that answers from a bundle."""

    replies: Mapping[Request, Reply]

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Give what was given then; a question that was not asked then has no answer."""
        return {request: self.replies[request] for request in requests if request in self.replies}


@dataclass(frozen=True, slots=True, repr=False)
class Replayed:
    """A decision made again. ``differences``: places where it is another one; ``version``: who decided first, where not this one."""

    result: Result
    differences: tuple[str, ...]
    version: str | None


async def replay(stored: Stored) -> Replayed:
    """Decide again from a bundle's bytes alone; ``IntegrityError`` where these are no case, policy, settings and documents."""
    from bgpcheck.store.templates import used  # noqa: PLC0415 (only bundles need them)

    try:
        checked, templates = await _again(stored, stored.case, stored.replies), used(stored.others)
        first = await _first_again(stored)
    except (FormatError, UsageError) as error:
        raise IntegrityError(f"can't be decided again: {error}") from error
    version = stored.version if stored.version != __version__ else None
    if stored.history:
        checked = replace(checked, result=waited.told(stored.history, checked.result, stored.replies))
    return Replayed(checked.result, (*first, *_differences(stored, checked, {} if version else templates)), version)


async def _first_again(stored: Stored) -> list[str]:
    """Decide the first result of a history again; gives what is another than it was."""
    first = stored.history.first if stored.history else None
    if first is None:
        return []
    result = (await _again(stored, replace(stored.case, now=first.at, irr=first.irr), stored.first)).result
    then, now = (first.verdict, *first.prefixes), history.brief(result)
    return list(compare.differences(list(then), list(now), "history.first"))


async def _again(stored: Stored, case: Case, replies: Mapping[Request, Reply]) -> Checked:
    """Check a case by stored policy and settings against stored replies."""
    settings = sources_yaml.load(stored.settings.content, file=stored.settings.uri)
    base = stored.base
    policy = policies.load(
        stored.policy.content, file=stored.policy.uri, find=lambda name: (base.content, base.uri) if base else (b"", name)
    )
    if unknown := {block.registry for block in stored.case.peering.blocks} - {None, *settings.registries}:
        raise FormatError(f"names registries that the settings do not know: {unknown}", file=stored.settings.uri)
    return await run(case, Replayer(replies), policy, settings)


def _differences(stored: Stored, checked: Checked, templates: Mapping[str, Template]) -> Iterator[str]:
    """Name what is another than it was; papers only where there are ``templates`` for them, since the same version writes them."""
    from bgpcheck.render.papers import members  # noqa: PLC0415 (only bundles need them)

    yield from compare.differences({**stored.result, "tool": None}, {**checked.result.to_json(), "tool": None})
    yield from past.faults(stored.history, checked.result, stored.documents, stored.replies, stored.first) if stored.history else ()
    for request in sorted(stored.replies.keys() - checked.replies.keys()):
        yield f"{request.source} {request.subject}: answered then, not asked now"
    written = members(checked.result, checked.replies, templates, stored.others) if templates else {}
    for name, content in written.items():
        if stored.papers.get(name) != content:
            yield f"{name}: not what follows from the result"
