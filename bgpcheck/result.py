"""The result of a check: claims with their verdicts, blocks, findings, gaps (interface.md, Result JSON). Pure.

Rule: every state is computed from the prefixes and findings below it; nothing is stored beside what implies it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bgpcheck.facts.announcement import origin
from bgpcheck.model import RouteObject, Vrp, asplain
from bgpcheck.policy import Outcome
from bgpcheck.remedy import remedies
from bgpcheck.rules.base import Severity
from bgpcheck.rules.catalogue import CATALOGUE
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bgpcheck.assess import Assessment
    from bgpcheck.peering import Block, Peering
    from bgpcheck.policy import Policy
    from bgpcheck.rules.base import Finding
    from bgpcheck.sources.base import Gap

SCHEMA = "bgpcheck/result/v1"
# The first of these that is present is the verdict of several (verdicts.md, Per block and overall).
FIRST = (Outcome.MANUAL_VALIDATION, Outcome.VALIDATION_NEEDED, Outcome.UNDETERMINED, Outcome.CONFIGURED)
BLOCK_STATE = {
    Outcome.CONFIGURED: "Configured",
    Outcome.VALIDATION_NEEDED: "ValidationNeeded",
    Outcome.MANUAL_VALIDATION: "ValidationNeeded",
    Outcome.UNDETERMINED: None,
}
PREFIX_STATE = BLOCK_STATE | {Outcome.MANUAL_VALIDATION: "ManualValidationNeeded"}
# Open facts → the sources whose answers could settle them.
SETTLING = {
    "registration": ("delegated/", "rdap/ip"),
    "asn": ("delegated/", "rdap/autnum", "vrps"),
    "holder": ("delegated/", "rdap/"),
    "rpki": ("vrps", "slurm"),
    "irr": (),  # its own silent sources, and what tells the prefix's RIR and allocation
}


def first_present(outcomes: Iterable[Outcome]) -> Outcome:
    """Give the verdict of several; undetermined of none."""
    present = set(outcomes)
    return next((outcome for outcome in FIRST if outcome in present), Outcome.UNDETERMINED)


def utc(moment: datetime) -> str:
    """Write a time as the contract does: UTC, whole seconds, ``Z``."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """Everything that a check found out. ``decided_at`` is the verdict's ``now``, aware UTC."""

    peering: Peering
    policy: Policy
    decided_at: datetime
    assessments: tuple[Assessment, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """Findings that stop the peering whatever the registries say."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.BLOCKER)

    @property
    def verdict(self) -> Outcome:
        """The overall verdict; a blocker makes it validation-needed."""
        return Outcome.VALIDATION_NEEDED if self.blockers else first_present(one.verdict.outcome for one in self.counted)

    @property
    def counted(self) -> tuple[Assessment, ...]:
        """Assessments that make the overall verdict: of the list, which is what Azure validates (PFX-5), or of all without one."""
        return tuple(one for one in self.assessments if one.claim.listed) or self.assessments

    @property
    def reason(self) -> str | None:
        """``blocker`` where a blocker decides, else None: the prefixes say why."""
        return "blocker" if self.blockers else None

    @property
    def predicted_state(self) -> str | None:
        """Azure's state as rows 2 to 27 predict it for the whole."""
        return BLOCK_STATE[first_present(one.prediction.outcome for one in self.counted)]

    @cached_property
    def deciding_gaps(self) -> frozenset[Gap]:
        """Gaps whose filling could change an undetermined verdict."""
        return frozenset(gap for one in self.assessments for gap in self.gaps if gap.source in deciding_sources(one, self.gaps))

    def blocks(self) -> Iterator[tuple[Block, tuple[Assessment, ...]]]:
        """Give the address families that have prefixes, IPv4 first, with their assessments."""
        for family in ("ipv4", "ipv6"):
            inside = tuple(one for one in self.counted if one.claim.block == family)
            if inside:
                yield self.peering.block(inside[0].claim.block), inside

    def to_json(self) -> dict[str, Any]:
        """Give the result as the contract's JSON object."""
        return {
            "schema": SCHEMA,
            "tool": {"name": "bgpcheck", "version": __version__},
            "decidedAt": utc(self.decided_at),
            "policy": {"name": self.policy.name, "sha256": self.policy.sha256, "requiredSources": list(self.policy.required)},
            "claim": {"name": self.peering.name, "peerAsn": self.peering.peer_asn, "cloud": self.peering.cloud},
            "verdict": self.verdict,
            "reason": self.reason,
            "predictedAzureState": self.predicted_state,
            "actualAzureState": None,
            "blocks": [block_json(block, inside) for block, inside in self.blocks()],
            "prefixes": [prefix_json(one) for one in self.assessments],
            "findings": [finding_json(one) for one in self.findings],
            "gaps": [gap_json(one, deciding=one in self.deciding_gaps) for one in self.gaps],
        }


def deciding_sources(assessment: Assessment, gaps: Iterable[Gap]) -> frozenset[str]:
    """Name the silent sources that could settle what an undetermined verdict hangs on."""
    facts = assessment.deciding
    starts = tuple(start for fact in facts for start in SETTLING[fact])
    silent = {f"irr/{source}" for source in assessment.irr.silent} if facts & {"irr", "asn"} else set()
    if "irr" in facts and not (assessment.registration.registry and assessment.registration.direct):
        starts += SETTLING["registration"]  # the prefix's RIR or allocation is not known
    if "irr" in facts and assessment.knowledge.published is None:
        starts += SETTLING["rpki"]  # whether a server hides an object is not known
    return frozenset(gap.source for gap in gaps if gap.source in silent or gap.source.startswith(starts or ("-",)))


def block_json(block: Block, inside: tuple[Assessment, ...]) -> dict[str, Any]:
    """Give one address family's outcome."""
    return {
        "family": block.family,
        "customerAsn": block.customer_asn,
        "routingRegistryName": block.registry,
        "verdict": first_present(one.verdict.outcome for one in inside),
        "predictedAzureState": BLOCK_STATE[first_present(one.prediction.outcome for one in inside)],
        "actualAzureState": None,
    }


def prefix_json(one: Assessment) -> dict[str, Any]:
    """Give one prefix with its facts, reasons and remedies."""
    verdict = one.verdict
    return {
        "prefix": str(one.claim.prefix),
        "family": one.claim.prefix.family,
        "listed": one.claim.listed,
        "verdict": verdict.outcome,
        "predictedAzureState": PREFIX_STATE[one.prediction.outcome],
        "confidence": verdict.confidence,
        "possibleVerdicts": list(verdict.possible) if verdict.possible else None,
        "reasons": [{"code": verdict.reason, "message": explain(one), "row": verdict.row, "documents": documents(one)}],
        "asns": {asplain(asn): kind for asn, kind in one.asns.items()},
        "special": special_json(one),
        "registration": {"registry": one.registration.registry, "status": one.registration.status},
        "rpki": rpki_json(one),
        "irr": irr_json(one),
        "holder": {
            "match": one.holder.match,
            "prefixHolder": one.holder.prefix.chain[0] if one.holder.prefix.chain else None,
            "asnHolder": next((name for _, side in one.holder.asns for name in side.chain), None),
            "chain": list(one.holder.prefix.chain),
        },
        "signature": one.claim.signature,
        "announced": announced_json(one),
        "remedies": [{"kind": step.kind, "registry": step.registry, "who": step.who, "text": step.text} for step in remedies(one)],
    }


def special_json(one: Assessment) -> dict[str, Any] | None:
    """Give the special-purpose block, or None."""
    block = one.special
    return {"prefix": str(block.prefix), "name": block.name, "rfc": block.rfc} if block else None


def vrp_json(vrp: Vrp) -> dict[str, Any]:
    """Give one VRP."""
    return {"prefix": str(vrp.prefix), "maxLength": vrp.max_length, "asn": vrp.asn, "trustAnchor": vrp.trust_anchor}


def rpki_json(one: Assessment) -> dict[str, Any]:
    """Give the RPKI state and the VRPs that it rests on."""
    if one.rpki is None:
        return {"state": "unknown", "vrps": []}
    return {"state": one.rpki.state, "vrps": [vrp_json(vrp) for vrp in one.rpki.covering]}


def irr_json(one: Assessment) -> dict[str, Any]:
    """Give the match and the objects that concern the prefix."""
    fact = one.irr
    return {
        "match": fact.match,
        "authoritative": fact.authoritative if fact.match == "exact" else None if fact.match == "unknown" else False,
        "possible": sorted({value.match for value in fact.values}) if fact.match == "unknown" else None,
        "objects": [object_json(route, hidden=route in fact.hidden) for route in fact.objects],
    }


def object_json(route: RouteObject, *, hidden: bool) -> dict[str, Any]:
    """Give one route object."""
    return {
        "source": route.source,
        "prefix": str(route.prefix),
        "origin": route.origin,
        "maintainers": list(route.maintainers),
        "hidden": hidden,
    }


def announced_json(one: Assessment) -> dict[str, Any] | None:
    """Give what was announced: the route that decides, an unauthorised one before others."""
    routes = sorted(one.claim.routes, key=lambda route: (origin(route.path) in one.claim.asns, route.peer))
    if not routes:
        return None
    route = routes[0]
    asns = [asn for segment in route.path or () for asn in segment.asns]
    return {"peer": route.peer, "asPath": asns, "origin": origin(route.path), "at": utc(route.observed_at)}


def finding_json(one: Finding) -> dict[str, Any]:
    """Give one finding."""
    return {
        "rule": one.rule,
        "severity": one.severity,
        "subject": one.subject,
        "message": one.message,
        "remedy": one.remedy,
        "basis": one.basis,
    }


def gap_json(gap: Gap, *, deciding: bool) -> dict[str, Any]:
    """Give one gap."""
    return {"source": gap.source, "reason": gap.reason, "deciding": deciding, "detail": gap.detail}


def documents(one: Assessment) -> list[str]:
    """Name the documents that the facts of a prefix rest on, sorted."""
    cited = one.knowledge.cited
    records: list[Any] = [*(one.rpki.covering if one.rpki else ()), *one.irr.objects, *one.registration.rows]
    records += [(record.resource, record.handle) for record in one.registration.records]
    for asn, side in one.holder.asns:
        records += [*side.rows, *((record.resource, record.handle) for record in side.records), *one.knowledge.asn_rows(asn)]
    return sorted({document.id for record in records for document in cited.get(record, ())})


def explain(one: Assessment) -> str:
    """Say in one sentence why: the reason's meaning, with the evidence that it rests on."""
    meaning = CATALOGUE[one.verdict.reason].meaning
    evidence = EVIDENCE.get(one.verdict.reason, _nothing)(one)
    inferred = " (inferred)" if CATALOGUE[one.verdict.reason].basis == "inferred" else ""
    return f"{meaning.rstrip('.')}{f': {evidence}' if evidence else ''}{inferred}."


def _nothing(_: Assessment) -> str:
    """No evidence to name."""
    return ""


def _objects(one: Assessment) -> str:
    """Name the objects, authorised ones first."""
    ranked = sorted(one.irr.objects, key=lambda route: (route.prefix != one.claim.prefix, route.origin not in one.claim.asns))
    return ", ".join(f"{route.source} {route.prefix} {asplain(route.origin)}" for route in ranked[:3])


def _vrps(one: Assessment) -> str:
    """Name the covering VRPs."""
    return ", ".join(str(vrp) for vrp in one.rpki.covering[:3]) if one.rpki else ""


def _holders(one: Assessment) -> str:
    """Name both holders."""
    theirs = next((name for _, side in one.holder.asns for name in side.chain), None)
    return f"prefix {one.holder.direct_holder or '?'}, AS number {theirs or '?'}"


def _special(one: Assessment) -> str:
    """Name the special-purpose block."""
    return f"{one.special.name}, {one.special.prefix}" if one.special else ""


def _origin(one: Assessment) -> str:
    """Name the announced origins."""
    return ", ".join("NONE" if asn is None else asplain(asn) for asn in sorted(one.announcement.origins, key=str))


def _open(one: Assessment) -> str:
    """Name what is still possible and what is not known."""
    return f"open: {', '.join(sorted(one.deciding))}; possible: {', '.join(one.verdict.outcomes)}"


EVIDENCE = {
    "route-object-exact": _objects,
    "route-object-covering": _objects,
    "name-registry": _objects,
    "route-object-hidden": _objects,
    "origin-mismatch": _objects,
    "covering-only": _objects,
    "registry-not-accepted": _objects,
    "weak-source": _objects,
    "not-strict": _objects,
    "third-party-object": _holders,
    "other-holder": _holders,
    "same-holder": _holders,
    "rpki-invalid-asn": _vrps,
    "rpki-as0": _vrps,
    "rpki-invalid-length": _vrps,
    "roa-only": _vrps,
    "sources-disagree": _vrps,
    "ineligible-prefix": _special,
    "origin-not-authorised": _origin,
    "source-unavailable": _open,
}
