"""Where Azure's settled state is another than the one that the registries let expect, the facts that could explain it. Pure.

Rule: what nobody documents is said to be inferred; which of several explanations holds is not claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.circuit.standing import MANUAL, PREFIX_STATE
from bgpcheck.model import asplain
from bgpcheck.policy import Outcome
from bgpcheck.steps import own_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.assess import Assessment

WHEN = "Azure looks when the list is submitted, and its state stays as it was then (inferred)"


def differs(one: Assessment) -> bool:
    """Tell whether Azure's settled state for this claim is not the predicted one; manual validation shows as ValidationNeeded too.

    Where the registries let expect nothing, since a source that could decide kept silent, there is nothing to differ from.
    """
    predicted = one.prediction.outcome
    if one.claim.actual is None or predicted is Outcome.UNDETERMINED:
        return False
    if predicted is Outcome.CONFIGURED or one.claim.azure == "configured":
        return (predicted is Outcome.CONFIGURED) != (one.claim.azure == "configured")
    return predicted is Outcome.VALIDATION_NEEDED and one.claim.azure == MANUAL


def difference(one: Assessment) -> tuple[str, ...]:
    """Give sentences: both states, then what could explain that they are not the same; none where they are."""
    if not differs(one):
        return ()
    predicted = PREFIX_STATE[one.prediction.outcome]
    head = f"Azure says {one.claim.actual}, the registries let expect {predicted} ({one.prediction.reason})"
    return (head, *(_azure_is_kinder(one) if one.claim.azure == "configured" else _azure_is_stricter(one)))


def by_sentences(assessments: Iterable[Assessment]) -> list[tuple[tuple[str, ...], list[Assessment]]]:
    """Give what differs, prefixes with the same sentences together, in their order."""
    alike: dict[tuple[str, ...], list[Assessment]] = {}
    for one in assessments:
        if found := difference(one):
            alike.setdefault(found, []).append(one)
    return list(alike.items())


def _azure_is_kinder(one: Assessment) -> Iterator[str]:
    """Say why Azure may have accepted what registries do not show."""
    yield f"it may have been validated by hand, or by objects that are gone since: {WHEN}"
    if one.holder.match in {"same", "similar"}:
        yield "prefix and AS number have one holder, which may have been enough (REG-2)"
    if one.rpki and one.rpki.state == "valid":
        yield "a valid ROA names the AS number; that Microsoft looks at ROAs is documented nowhere (SIG-6)"


def _azure_is_stricter(one: Assessment) -> Iterator[str]:
    """Say why Azure may not have found what registries show."""
    dates = sorted({route.last_modified for route in one.irr.objects if route.last_modified and route.origin in one.claim.asns})
    newest = f"; the newest object that counts is of {dates[-1][:40]}" if dates else ""
    yield f"the objects may be newer than the submission: {WHEN}{newest}. Submit the same list again"
    if one.irr.match in {"covering", "parts"}:
        yield "no object is for exactly this prefix, and that a less specific one is enough is inferred (REG-5)"
    matched, customer = {route.origin for route in one.irr.objects} & set(one.claim.asns), one.claim.customer_asn
    if customer and customer not in matched and matched:
        yield f"objects name the peer ASN and not the customer ASN {asplain(customer)}; Microsoft may try that one only (REG-1)"
    if one.irr.match == "exact" and not one.irr.authoritative and (own := own_source(one)):
        yield f"the object stands outside {own}, the registry of the address space"
    if one.claim.registry is None:
        yield "no registry is named in the peering: name the one that has the object"
    if one.claim.cloud != "public":
        yield "this cloud has been reported to validate every prefix by hand (REG-6)"
    if not one.claim.actual_own:
        yield "Azure gives one state for the whole list here: another prefix of it may be at fault"
