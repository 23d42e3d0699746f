"""From a case and what sources answered to a result. Pure: the same case, documents, policy and settings give the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck import rules
from bgpcheck.assess import Assessment
from bgpcheck.doubts import Doubts, empty
from bgpcheck.evidence import extract
from bgpcheck.facts.holder import is_a_registrys
from bgpcheck.formats import assume
from bgpcheck.knowledge import Knowledge
from bgpcheck.model import AddressRange, Registration, RouteObject
from bgpcheck.result import Result
from bgpcheck.rules import data, signed
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.sources.base import Inquiry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bgpcheck.case import Case
    from bgpcheck.claim import Claim
    from bgpcheck.evidence.document import Document
    from bgpcheck.policy import Policy
    from bgpcheck.settings import HolderWords, Settings
    from bgpcheck.sources.base import Answer


def inquiry(claims: tuple[Claim, ...]) -> Inquiry:
    """Give what must be asked for claims: every prefix and AS number once."""
    asns = dict.fromkeys(asn for claim in claims for asn in claim.asns if asn)
    return Inquiry(tuple(dict.fromkeys(claim.prefix for claim in claims)), tuple(asns))


def other_origins(claims: Iterable[Claim], answers: Iterable[Answer]) -> tuple[int, ...]:
    """Give the AS numbers that exact route objects name beside those of the claims, in order."""
    asns = {claim.prefix: claim.asns for claim in claims}
    objects = [one.record for answer in answers for one in answer.records if isinstance(one.record, RouteObject)]
    return tuple(sorted({one.origin for one in objects if one.prefix in asns and one.origin not in asns[one.prefix]} - {0}))


def common_maintainers(answers: Iterable[Answer], words: HolderWords) -> tuple[str, ...]:
    """Give the maintainers that registrations of addresses and of AS numbers share, in order: whom else do they serve?"""
    sides: tuple[set[str], set[str]] = (set(), set())
    for answer in answers:
        for one in answer.records:
            if isinstance(one.record, Registration):
                sides[isinstance(one.record.resource, AddressRange)].update(one.record.maintainers)
    return tuple(sorted(one for one in sides[0] & sides[1] if not is_a_registrys(one, words)))


def about_holders(settings: Settings) -> frozenset[str]:
    """Name the sources that say whose an AS number is, and what else a maintainer has."""
    rirs = settings.rirs.values()
    return frozenset(("rdap/ip", "rdap/autnum", *(f"delegated/{rir.name}" for rir in rirs), *(f"irr/{rir.irr}" for rir in rirs)))


def notes(document: Document) -> tuple[str, ...]:
    """Give what was noticed when a bulk file was read."""
    return extract.decode(document.content).notes if document.media_type == extract.MEDIA_TYPE else ()


def conclude(case: Case, answers: Mapping[str, Answer], policy: Policy, settings: Settings) -> Result:
    """Judge every claim of a case."""
    planned = tuple(record for name, text in case.assumed for record in assume.parse(text, file=name))
    knowledge = Knowledge(answers, settings, planned)
    assessments = tuple(Assessment(claim, knowledge, policy, case.now) for claim in case.peering.claims())
    found = (
        *rules.findings(case.peering),
        *signed.findings(assessments),
        *data.findings(case, knowledge, assessments),
        *about_documents(case, answers, settings),
    )
    return Result(case.peering, policy, case.now, assessments, tuple(dict.fromkeys(found)), knowledge.gaps)


def about_documents(case: Case, answers: Mapping[str, Answer], settings: Settings) -> Iterator[Finding]:
    """Give what there is to know about the documents themselves."""
    doubts = Doubts(case.now, case.strict, settings)
    for document in {(one.id, one.uri): one for answer in answers.values() for one in answer.documents}.values():
        if sentence := doubts.stale(document):
            yield Finding("DATA-1", Severity.WARNING, document.source, sentence, "fetch a newer file; --strict refuses old ones")
        if sentence := empty(document):
            yield Finding("DATA-9", Severity.WARNING, document.source, sentence, "fetch the file again; --strict refuses empty ones")
        for note in notes(document):
            yield Finding("DATA-2", Severity.NOTE, document.source, f"{document.uri}: {note}", "fetch the file again")
