"""All that there is to say about one circuit, put together, and as the contract's JSON (interface.md, Circuit JSON). Pure.

Rule: everything is computed from what was read; Azure's words stay in Azure's spelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bgpcheck import rules
from bgpcheck.circuit.claims import peering_of
from bgpcheck.circuit.model import PrefixConfig
from bgpcheck.circuit.outlook import billing, outlook
from bgpcheck.circuit.road import step_of
from bgpcheck.circuit.workflow import Answer, rulings
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.shape import finding_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.circuit.model import CircuitPeering, Session
    from bgpcheck.circuit.outlook import Next
    from bgpcheck.circuit.road import Step
    from bgpcheck.circuit.seen import Seen
    from bgpcheck.circuit.workflow import Operation, Ruling
    from bgpcheck.claim import Cloud
    from bgpcheck.result import Result
    from bgpcheck.settings import Settings

SCHEMA = "bgpcheck/circuit/v1"


@dataclass(frozen=True)
class Survey:
    """One circuit, surveyed. ``layer``: 2 or 3 where the user says it; ``result``: what check says of its peering, where it was asked."""

    seen: Seen
    settings: Settings
    layer: int | None = None
    cloud: Cloud = "public"
    result: Result | None = None
    notes: tuple[str, ...] = ()

    @cached_property
    def step(self) -> Step:
        """Where the circuit stands."""
        return step_of(self.seen.circuit, self.layer)

    @cached_property
    def rulings(self) -> tuple[Ruling, ...]:
        """The answer about every operation."""
        return rulings(self.seen.circuit, self.layer)

    @cached_property
    def outlook(self) -> tuple[Next, ...]:
        """What comes next."""
        return outlook(self.seen.circuit, self.layer)

    @property
    def layer_known(self) -> int | None:
        """The layer, as the user or the data say it."""
        return self.layer or self.seen.circuit.layer

    def ruling(self, operation: Operation) -> Ruling:
        """Answer about one operation."""
        return next(one for one in self.rulings if one.operation is operation)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the rules say, each thing once, the result's own findings among them."""
        circuit = self.seen.circuit
        peering, faults = peering_of(circuit, self.settings, cloud=self.cloud, layer=self.layer)
        found: list[Finding] = []
        if circuit.microsoft and circuit.microsoft.peer_asn is not None:
            found += rules.both(peering, self.seen)
        else:
            found += rules.circuit_findings(self.seen)
        found += (_unreadable(str(fault)) for fault in faults)
        found += (
            Finding("DATA-13", Severity.NOTE, circuit.name, note, "see that it is what you meant to give")
            for note in (*circuit.notes, *self.notes)
        )
        return tuple(dict.fromkeys((*found, *(self.result.findings if self.result else ()))))

    def to_json(self) -> dict[str, Any]:
        """Give the circuit as an element of the contract's ``circuits``."""
        circuit = self.seen.circuit
        return {
            "name": circuit.name or None,
            "id": circuit.id or None,
            "kind": circuit.kind,
            "serviceProviderProvisioningState": circuit.provider_state or None,
            "circuitProvisioningState": circuit.status or None,
            "provisioningState": circuit.provisioning_state or None,
            "serviceKey": circuit.service_key or None,
            "serviceProviderName": circuit.provider or None,
            "peeringLocation": circuit.location or None,
            "bandwidthInMbps": circuit.bandwidth,
            "sku": {"tier": circuit.tier or None, "family": circuit.billing or None},
            "direct": circuit.direct,
            "layer": self.layer_known,
            "billing": billing(circuit) or None,
            "step": self.step,
            "allowed": [_ruling_json(one) for one in self.rulings if one.answer is Answer.ALLOWED],
            "forbidden": [_ruling_json(one) for one in self.rulings if one.answer is Answer.FORBIDDEN],
            "unknown": [_ruling_json(one) for one in self.rulings if one.answer is Answer.UNKNOWN],
            "next": [_next_json(one) for one in self.outlook],
            "peerings": [_peering_json(one) for one in circuit.peerings],
            "prediction": self._prediction(),
            "findings": [finding_json(one) for one in self.findings],
        }

    def _prediction(self) -> dict[str, Any] | None:
        """Give what check says of the Microsoft peering, in short; None where it was not asked."""
        if self.result is None:
            return None
        whole = self.result.to_json()
        kept = ("prefix", "family", "verdict", "predictedAzureState", "actualAzureState", "difference", "confidence")
        prefixes = [{key: one[key] for key in kept} | {"reason": one["reasons"][0]["code"]} for one in whole["prefixes"]]
        return {key: whole[key] for key in ("verdict", "predictedAzureState", "actualAzureState", "blocks")} | {"prefixes": prefixes}


def _unreadable(fault: str) -> Finding:
    """Report a value that cannot be read."""
    field, _, message = fault.partition(": ")
    return Finding("DATA-12", Severity.WARNING, field, f"{field}: {message}", "look at the value; check can't judge this circuit")


def document(surveys: list[Survey]) -> dict[str, Any]:
    """Give the contract's JSON object of all circuits."""
    return {"schema": SCHEMA, "circuits": [one.to_json() for one in surveys]}


def _ruling_json(one: Ruling) -> dict[str, Any]:
    """Give one answer."""
    return {"operation": one.operation, "rule": one.rule, "reason": one.why, "who": one.who}


def _next_json(one: Next) -> dict[str, Any]:
    """Give one step with its commands."""
    return {
        "who": one.who,
        "what": one.what,
        "rule": one.rule,
        "commands": [{"tool": each.tool, "text": each.text} for each in one.commands],
    }


def _peering_json(one: CircuitPeering) -> dict[str, Any]:
    """Give one peering as found."""
    return {
        "peeringType": one.type or None,
        "state": one.state or None,
        "provisioningState": one.provisioning_state or None,
        "azureAsn": one.azure_asn,
        "peerAsn": one.peer_asn,
        "vlanId": one.vlan_id,
        "lastModifiedBy": one.modified_by or None,
        "blocks": list(_blocks(one)),
    }


def _blocks(peering: CircuitPeering) -> Iterator[dict[str, Any]]:
    """Give each address family's part as found."""
    for session in peering.sessions:
        config = session.config or PrefixConfig()
        yield {
            "family": session.family,
            "state": session.state or None,
            "primary": session.primary or None,
            "secondary": session.secondary or None,
            "routeFilter": session.filtered,
            "customerAsn": config.customer_asn if session.config else None,
            "routingRegistryName": config.registry or None,
            "advertisedPublicPrefixes": list(config.prefixes),
            "advertisedPublicPrefixesState": config.state or None,
            "prefixInfo": _infos(session),
        }


def _infos(session: Session) -> list[dict[str, Any]]:
    """Give what is said of single prefixes."""
    infos = session.config.infos if session.config else ()
    return [{"prefix": one.prefix, "validationId": one.validation_id or None, "validationState": one.state or None} for one in infos]
