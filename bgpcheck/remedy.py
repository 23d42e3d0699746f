"""What to do about a verdict: concrete, minimal, cheapest first (verdicts.md, Remedies). Pure.

Rule: nothing is advised that would break what works; each step is written in ``steps``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck import steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from bgpcheck.assess import Assessment
    from bgpcheck.steps import Remedy

BEFORE_SIGNATURE = 5  # rows of the decision table that no signature would change


# What Azure says of a submitted signature → the step that mends it.
SIGNED_WRONGLY: dict[str, Callable[[Assessment], Remedy]] = {
    "certificate-missing-in-routing-registry": steps.publish_certificate,
    "invalid-signature-encoding": steps.sign_again,
    "signature-verification-failed": steps.sign_again,
}
_REGISTER = (steps.create_route_object,)
STEPS: dict[str, tuple[Callable[[Assessment], Remedy | None], ...]] = {
    "ineligible-prefix": (steps.remove_prefix,),
    "unallocated-space": (steps.remove_prefix,),
    "private-asn": (steps.ticket,),
    "sources-disagree": (steps.retry,),
    "source-unavailable": (steps.retry,),
    "azure-updating": (steps.ask_azure_again,),
    "origin-not-authorised": (steps.fix_announcement,),
    "name-registry": (steps.name_registry,),
    "covering-only": (steps.list_registered_block, steps.list_parts, steps.create_route_object),
    "not-strict": (steps.list_registered_block, steps.list_parts, steps.create_route_object),
    "weak-source": _REGISTER,
    "registry-not-accepted": _REGISTER,
    "roa-only": _REGISTER,
    "same-holder": _REGISTER,
    "legacy-space": _REGISTER,
    "no-registry-match": _REGISTER,
    "route-object-hidden": (steps.roa,),
    "rpki-invalid-asn": (steps.roa, steps.create_route_object),
    "rpki-as0": (steps.roa, steps.create_route_object),
    "rpki-invalid-length": (steps.create_route_object, steps.roa),
    "origin-mismatch": (steps.set_customer_asn, steps.roa_if_wrong, steps.create_route_object, steps.delete_route_object),
    "other-holder": (steps.set_customer_asn, steps.loa, steps.ticket),
    "third-party-object": (steps.loa, steps.ticket),
}


def remedies(assessment: Assessment) -> tuple[Remedy, ...]:
    """Give the remedies for a verdict, cheapest first; none where it is configured."""
    if assessment.verdict.outcome == "configured":
        return ()
    reason = assessment.verdict.reason
    found = STEPS.get(reason) or (_after_azure(assessment) if reason.startswith("azure-") else ())
    if assessment.signature and assessment.signature.value == "certificate-missing" and assessment.verdict.row > BEFORE_SIGNATURE:
        found = (steps.publish_certificate, *found)
    made = (step(assessment) for step in found)
    return tuple(dict.fromkeys(remedy for remedy in made if remedy is not None))


def _after_azure(assessment: Assessment) -> tuple[Callable[[Assessment], Remedy | None], ...]:
    """Give the steps where Azure itself has said no: what the registries lack, then to submit again, then the ticket."""
    wanting = STEPS.get(assessment.prediction.reason, ()) if assessment.prediction.outcome == "validation-needed" else ()
    if assessment.claim.azure in SIGNED_WRONGLY:
        return (SIGNED_WRONGLY[assessment.claim.azure], steps.submit_again)
    by_hand = (steps.loa, steps.ticket) if assessment.prediction.reason in {"other-holder", "third-party-object"} else (steps.ticket,)
    return (*wanting, steps.submit_again, *by_hand)
