"""The registries themselves as a fetcher: RDAP and route objects are asked for, all else is left to files. Waits for the network.

Rule: everything that can be asked at once is; equal questions are asked once; whatever fails is a ``Gap`` with its reason, in time.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bgpcheck.asked import Planned
from bgpcheck.errors import FetchError
from bgpcheck.fetch import nir, validators
from bgpcheck.fetch.folder import subject_of
from bgpcheck.fetch.irr_live import Irr
from bgpcheck.fetch.over import Over
from bgpcheck.fetch.session import server_of
from bgpcheck.fetch.whois_rir import WhoisRir
from bgpcheck.model import Prefix
from bgpcheck.sources.base import Gap, GapReason, by_source

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Mapping, Sequence

    from bgpcheck.doubts import Doubts
    from bgpcheck.evidence.document import Document
    from bgpcheck.fetch.rdap_live import Rdap
    from bgpcheck.fetch.session import Session
    from bgpcheck.gather import Fetcher
    from bgpcheck.sources.base import Reply, Request

T = TypeVar("T")
UNFORESEEN_WORDS = "an answer that nobody foresaw"
UNFORESEEN = (
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
    RecursionError,
)  # a fault of ours must not cost the other answers


@dataclass(frozen=True, eq=False, repr=False)
class LiveFetcher(Over):
    """Asks registries. ``below``: answers for what they are not asked about.

    ``doubts``: what it fetched itself and is older than its limit is a gap, strict or not (interface.md, Clock).
    """

    session: Session
    rdap: Rdap
    below: Fetcher
    doubts: Doubts

    async def fetch(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Ask all at once."""
        asked = by_source(requests)
        live = {source: some for source, some in asked.items() if self.asks(source)}
        left = [request for source, some in asked.items() if source not in live for request in some]
        answers = await asyncio.gather(self._below(left), *(self._source(source, some) for source, some in live.items()))
        return {request: reply for part in answers for request, reply in part.items()}

    def plan(self, requests: Sequence[Request]) -> list[Planned]:
        """Name the questions that would be sent at first, each once; what they lead to is not known yet."""
        found = dict.fromkeys(
            (source, question)
            for source, some in by_source(requests).items()
            if self.asks(source)
            for question in self._questions(source, [subject_of(request.subject) for request in some])
        )
        return [self._planned(source, question) for source, question in found]

    def _planned(self, source: str, question: str) -> Planned:
        """Say what is known about a question before it is put."""
        host, port = server_of(question)
        kept = self.session.find(source, question) is not None
        return Planned(source, f"{host}:{port}", question, kept, self.session.politeness.limit(host))

    def _questions(self, source: str, subjects: Sequence[Prefix | int | str]) -> list[str]:
        """Name the questions for one source's subjects."""
        if source == "vrps":
            return list(self.session.settings.validators)
        if source.startswith("rdap/"):
            return [url for one in subjects if not isinstance(one, str) and (url := self.rdap.question(one))]
        return Irr(self.session, self.session.settings.irr[source.partition("/")[2]]).questions(
            one for one in subjects if isinstance(one, Prefix)
        )

    def asks(self, source: str) -> bool:
        """Tell whether a source is asked itself."""
        kind, _, name = source.partition("/")
        settings = self.session.settings
        named: dict[str, Collection[str]] = {"rdap": {"ip", "autnum"}, "irr": settings.irr, "nir": settings.national}
        return name in named.get(kind, ()) or (kind == "vrps" and bool(settings.validators))

    async def _below(self, requests: Sequence[Request]) -> Mapping[Request, Reply]:
        """Let files answer."""
        return await self.below.fetch(requests) if requests else {}

    async def _source(self, source: str, requests: Sequence[Request]) -> dict[Request, Reply]:
        """Ask one source about all its subjects."""
        if source == "vrps":
            return dict.fromkeys(requests, await self._validators({request.subject for request in requests}))
        subjects = {request: subject_of(request.subject) for request in requests}
        if source.startswith("nir/"):
            return await self._nir(source, {request: one for request, one in subjects.items() if isinstance(one, Prefix)})
        numbers = {request: one for request, one in subjects.items() if not isinstance(one, str)}
        others = {request: one for request, one in subjects.items() if isinstance(one, str)}
        ask = self._rdap if source.startswith("rdap/") else self._irr
        replies, answers = await asyncio.gather(
            ask(source, numbers), asyncio.gather(*(self._other(source, one) for one in others.values()))
        )
        return replies | dict(zip(others, answers, strict=True))

    async def _other(self, source: str, subject: str) -> Reply:
        """Ask what a maintainer maintains, where there are such; organisations are named by RDAP already."""
        name = source.partition("/")[2]
        one = self.session.settings.irr.get(name)
        kept = one and one.protocol == "ripe" and name in {rir.irr for rir in self.session.settings.rirs.values()}
        if not (one and kept and subject.startswith("mnt:")):
            return ()
        found = await self._or_gap(source, Irr(self.session, one).maintained(subject.removeprefix("mnt:")))
        return found if isinstance(found, Gap) else (found,)

    async def _validators(self, subjects: Collection[str]) -> Reply:
        """Ask every validator; one that is silent, or was not renewed, leaves open what only it would have said."""
        asked = (validators.ask(self.session, url, sorted(subjects)) for url in self.session.settings.validators)
        found = await asyncio.gather(*(self._or_gap("vrps", one) for one in asked))
        exports = tuple(one for one in found if not isinstance(one, Gap))
        stale = (Gap("vrps", GapReason.STALE, sentence) for one in exports if (sentence := self.doubts.stale(one)))
        return next((one for one in (*found, *stale) if isinstance(one, Gap)), exports)

    async def _irr(self, source: str, subjects: Mapping[Request, Prefix | int]) -> dict[Request, Reply]:
        """Ask an IRR registry; about AS numbers it has no route objects."""
        prefixes = {request: one for request, one in subjects.items() if isinstance(one, Prefix)}
        one = self.session.settings.irr[source.partition("/")[2]]
        found = await self._or_gap(source, Irr(self.session, one).about(prefixes.values()))
        answers: dict[Request, Reply] = dict.fromkeys(subjects, ())
        return answers | {request: found if isinstance(found, Gap) else found[prefix] for request, prefix in prefixes.items()}

    async def _rdap(self, source: str, subjects: Mapping[Request, Prefix | int]) -> dict[Request, Reply]:
        """Ask the regional registries."""
        answers = await asyncio.gather(*(self._or_gap(source, self._registered(one)) for one in subjects.values()))
        return dict(zip(subjects, answers, strict=True))

    async def _nir(self, source: str, subjects: Mapping[Request, Prefix]) -> dict[Request, Reply]:
        """Ask a national registry."""
        work = (nir.about(self.session, source.removeprefix("nir/"), one) for one in subjects.values())
        found = await asyncio.gather(*(self._or_gap(source, one) for one in work))
        return {request: one if isinstance(one, Gap) else (one,) for request, one in zip(subjects, found, strict=True)}

    async def _registered(self, one: Prefix | int) -> tuple[Document, ...]:
        """Ask the registry that answers for a prefix or an AS number: by RDAP, and where that fails by whois."""
        rir = self.rdap.registry(one)
        try:
            return await (self.rdap.of_prefix(one) if isinstance(one, Prefix) else self.rdap.of_asn(one))
        except (FetchError, *UNFORESEEN) as failure:
            error = failure if isinstance(failure, FetchError) else FetchError(f"RDAP: {UNFORESEEN_WORDS}", GapReason.MALFORMED)
            try:
                return await WhoisRir(self.session, rir).about(one)
            except FetchError as second:
                raise FetchError(f"{error}; and {second}", error.reason) from second

    async def _or_gap(self, source: str, work: Awaitable[T]) -> T | Gap:
        """Wait for an answer, or say why there is none; what is left of the time for all is the end."""
        try:
            async with asyncio.timeout_at(self.session.deadline):
                return await work
        except TimeoutError:
            return Gap(source, GapReason.TIMEOUT, f"no answer in the {self.session.seconds:.0f} s that this check may take")
        except FetchError as error:
            return Gap(source, GapReason(error.reason or GapReason.UNREACHABLE), str(error))
        except UNFORESEEN as error:
            return Gap(source, GapReason.MALFORMED, f"{UNFORESEEN_WORDS}: {type(error).__name__}")
