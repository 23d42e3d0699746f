"""The road from a case to a result: ask, judge, and keep what it rests on. Waits only through the fetcher that it is given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bgpcheck import policy as policies
from bgpcheck import settings as registries
from bgpcheck.conclude import Doubts, about_asns, conclude, inquiry, other_origins
from bgpcheck.evidence import reading, statement
from bgpcheck.gather import gather
from bgpcheck.sources import all_sources
from bgpcheck.sources.base import Library
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bgpcheck.case import Case
    from bgpcheck.evidence.document import Document
    from bgpcheck.evidence.statement import Stored
    from bgpcheck.gather import Fetcher
    from bgpcheck.policy import Policy
    from bgpcheck.result import Result
    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Gap, Request


@dataclass(frozen=True, slots=True, repr=False)
class Checked:
    """A result, and every reply that led to it."""

    result: Result
    replies: Mapping[Request, tuple[Document, ...] | Gap]


@dataclass(frozen=True, slots=True)
class _Doubted:
    """A fetcher whose doubtful answers are gaps where the case is strict. The bundle keeps what was really fetched."""

    below: Fetcher
    doubts: Doubts
    kept: dict[Request, tuple[Document, ...] | Gap]

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, tuple[Document, ...] | Gap]:
        """Fetch, keep, judge."""
        replies = await self.below.fetch(requests)
        self.kept.update(replies)
        return self.doubts.judge(replies)


async def run(case: Case, fetcher: Fetcher, policy: Policy, settings: Settings) -> Checked:
    """Check one case. Raises ``FormatError`` for a damaged file of the user's; everything else that fails is a gap."""
    kept: dict[Request, tuple[Document, ...] | Gap] = {}
    asked, library = _Doubted(fetcher, Doubts(case, settings), kept), Library(reading.records)
    claims, sources = case.peering.claims(), all_sources(settings, case.irr)
    answers = {one.source: one for one in await gather(inquiry(claims), sources, asked, library)}
    if others := other_origins(claims, answers.values()):  # whose they are decides what may be done about their objects
        about = replace(inquiry(claims), asns=tuple(dict.fromkeys((*inquiry(claims).asns, *others))))
        registries = [source for source in sources if source.name in about_asns(settings)]
        answers |= {one.source: one for one in await gather(about, registries, asked, library)}
    return Checked(conclude(case, answers, policy, settings), kept)


@dataclass(frozen=True, slots=True)
class Replayer:
    """A fetcher that answers from a bundle."""

    replies: Mapping[Request, tuple[Document, ...] | Gap]

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, tuple[Document, ...] | Gap]:
        """Give what was given then; a question that was not asked then has no answer."""
        return {request: self.replies[request] for request in requests if request in self.replies}


@dataclass(frozen=True, slots=True, repr=False)
class Replayed:
    """A decision made again. ``differences``: places where it is another one; ``version``: who decided first, where not this one."""

    result: Result
    differences: tuple[str, ...]
    version: str | None


async def replay(stored: Stored) -> Replayed:
    """Decide again from a bundle's bytes alone."""
    settings = registries.load(stored.settings.content, file=stored.settings.uri)
    base = stored.base
    policy = policies.load(
        stored.policy.content, file=stored.policy.uri, find=lambda name: (base.content, base.uri) if base else (b"", name)
    )
    checked = await run(stored.case, Replayer(stored.replies), policy, settings)
    before, after = dict(stored.result), checked.result.to_json()
    version = before["tool"]["version"]
    before["tool"] = after["tool"]
    return Replayed(checked.result, tuple(statement.differences(before, after)), version if version != __version__ else None)
