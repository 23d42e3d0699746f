"""Why a prefix got its verdict, in one sentence: the reason's meaning and the evidence that it rests on. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.model import asplain
from bgpcheck.rules.catalogue import CATALOGUE, Basis, Entry

if TYPE_CHECKING:
    from bgpcheck.assess import Assessment


# A reason that only the user's own policy file knows.
OWN = Entry(Basis.INFERRED, "the policy file", "A reason of your own policy", "See the policy file.")


def explain(one: Assessment) -> str:
    """Say in one sentence why: the reason's meaning, with the evidence that it rests on."""
    entry = CATALOGUE.get(one.verdict.reason, OWN)
    meaning = entry.meaning
    how = _azure if one.verdict.reason.startswith("azure-") else _nothing
    evidence = EVIDENCE.get(one.verdict.reason, how)(one)
    inferred = " (inferred)" if entry.basis == "inferred" else ""
    sentence = f"{meaning.rstrip('.')}{f': {evidence}' if evidence else ''}{inferred}"
    return sentence if sentence.endswith(".") else f"{sentence}."  # a holder's name may end in one


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


def _azure(one: Assessment) -> str:
    """Name Azure's word, and what the registries by themselves would give."""
    return f"Azure says {one.claim.actual or 'nothing settled'}; by the registries alone: {one.prediction.reason}"


def _signed(one: Assessment) -> str:
    """Name the record whose certificate verifies."""
    return f"certificate of {one.signature.candidates[0].published.where}" if one.signature and one.signature.candidates else ""


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
    "signed-prefix": _signed,
    "source-unavailable": _open,
}
