"""The parts of a result as the contract's JSON (interface.md, Result JSON). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bgpcheck.circuit.standing import PREFIX_STATE
from bgpcheck.differences import difference
from bgpcheck.explain import explain
from bgpcheck.facts.announcement import origin
from bgpcheck.model import asplain
from bgpcheck.remedy import remedies

if TYPE_CHECKING:
    from datetime import datetime

    from bgpcheck.assess import Assessment
    from bgpcheck.model import RouteObject, Vrp
    from bgpcheck.rules.base import Finding
    from bgpcheck.sources.base import Gap


def utc(moment: datetime) -> str:
    """Write a time as the contract does: UTC, whole seconds, ``Z``."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def prefix_json(one: Assessment) -> dict[str, Any]:
    """Give one prefix with its facts, reasons and remedies."""
    verdict = one.verdict
    return {
        "prefix": str(one.claim.prefix),
        "family": one.claim.prefix.family,
        "listed": one.claim.listed,
        "verdict": verdict.outcome,
        "predictedAzureState": PREFIX_STATE[one.prediction.outcome],
        "actualAzureState": one.claim.actual,
        "prediction": {
            "verdict": one.prediction.outcome,
            "confidence": one.prediction.confidence,
            "reason": one.prediction.reason,
        },
        "difference": list(difference(one)),
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
        "signature": one.signature.value if one.signature else "none",
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
