"""Circuits as ARM would describe them, made for tests."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

from bgpcheck.circuit.model import PROVIDER_STATES, PROVISIONING_STATES, STATUSES, Circuit
from bgpcheck.circuit.read import read
from bgpcheck.circuit.workflow import MISSING, OTHER, State

KEY = "7c44c70b-9c62-4a89-a6b2-d281b6ce7a49"
ID = "/subscriptions/aaaa0a0a-bb1b-cc2c-dd3d-eeeeee4e4e4e/resourceGroups/rg1/providers/Microsoft.Network/expressRouteCircuits/er-ams"
LIST = ["193.0.0.0/21", "193.0.10.0/24"]


def config(prefixes: list[str] | None = None, state: str = "Configured", **more: Any) -> dict[str, Any]:  # noqa: ANN401 (JSON)
    listed = LIST if prefixes is None else prefixes
    return {
        "advertisedPublicPrefixes": listed,
        "advertisedPublicPrefixesState": state,
        "customerASN": 0,
        "routingRegistryName": "RIPENCC",
        **more,
    }


def microsoft(state: str = "Configured", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A Microsoft peering that is settled; ``state`` of its list."""
    return {
        "peeringType": "MicrosoftPeering",
        "provisioningState": "Succeeded",
        "state": "Enabled",
        "azureASN": 12076,
        "peerASN": 3333,
        "primaryPeerAddressPrefix": "193.0.30.0/30",
        "secondaryPeerAddressPrefix": "193.0.30.4/30",
        "vlanId": 345,
        "lastModifiedBy": "Customer",
        "microsoftPeeringConfig": config(state=state),
        "routeFilter": {"id": "/filters/all"},
        **more,
    }


def private(**more: Any) -> dict[str, Any]:  # noqa: ANN401
    """A private peering that is settled."""
    return {
        "peeringType": "AzurePrivatePeering",
        "provisioningState": "Succeeded",
        "state": "Enabled",
        "azureASN": 12076,
        "peerASN": 64512,
        "primaryPeerAddressPrefix": "10.0.0.0/30",
        "secondaryPeerAddressPrefix": "10.0.0.4/30",
        "vlanId": 346,
        "lastModifiedBy": "Customer",
        "microsoftPeeringConfig": {**config([]), "advertisedPublicPrefixesState": "NotConfigured"},
        **more,
    }


def body(*peerings: dict[str, Any], name: str = "er-ams", **properties: Any) -> dict[str, Any]:  # noqa: ANN401
    """A circuit as ARM gives it: provisioned, enabled, settled, unless ``properties`` say otherwise; None takes one away."""
    whole = {
        "provisioningState": "Succeeded",
        "circuitProvisioningState": "Enabled",
        "serviceProviderProvisioningState": "Provisioned",
        "serviceKey": KEY,
        "serviceProviderProperties": {"serviceProviderName": "Example", "peeringLocation": "Amsterdam", "bandwidthInMbps": 200},
        "authorizations": [],
        "peerings": [{"name": one["peeringType"], "properties": one} for one in peerings],
        **properties,
    }
    kept = {key: value for key, value in whole.items() if value is not None}
    identity = ID.replace("er-ams", name)
    kind = "Microsoft.Network/expressRouteCircuits"
    return {"name": name, "id": identity, "type": kind, "sku": {"tier": "Standard", "family": "MeteredData"}, "properties": kept}


def circuit(*peerings: dict[str, Any], **properties: Any) -> Circuit:  # noqa: ANN401
    """The same, read."""
    (one,) = read(json.dumps(body(*peerings, **properties)).encode(), file="circuit.json").circuits
    return one


def alone(peering: dict[str, Any]) -> Circuit:
    """A peering that comes without its circuit."""
    (one,) = read(json.dumps({"id": f"{ID}/peerings/x", "properties": peering}).encode(), file="peering.json").circuits
    return one


def every_state() -> list[State]:
    """Every combination of what the state machine looks at."""
    words = ((*PROVIDER_STATES, OTHER, MISSING), (*STATUSES, OTHER, MISSING), (*PROVISIONING_STATES, OTHER, MISSING))
    return [State(*one) for one in product(*words, (2, 3, None), (False, True))]
