"""Arguments of Terraform's azurerm and azapi providers as the objects that ARM would give. Pure.

Rule: only names and nesting are changed here; values are read and judged where ARM's are.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bgpcheck.circuit.loose import json_of
from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from bgpcheck.circuit.loose import Part
    from bgpcheck.circuit.model import CircuitPeering, Session
    from bgpcheck.circuit.terraform_files import Resource

Body = dict[str, object]
ARM_CIRCUIT, ARM_FILTER = "Microsoft.Network/expressRouteCircuits", "Microsoft.Network/routeFilters"
STATES_OF_AZURE = frozenset(
    {
        *("provisioningstate", "circuitprovisioningstate", "serviceproviderprovisioningstate", "advertisedpublicprefixesstate"),
        *("validationstate", "state", "azureasn"),
    }
)


def circuit_of(one: Resource) -> Body:
    """Give azurerm_express_route_circuit as ARM's circuit."""
    get = one.part.fields.values.get
    sku, port = block(one.part, "sku"), one.part.text("express_route_port_id")
    return {
        "type": ARM_CIRCUIT,
        "name": get("name"),
        "id": get("id"),
        "serviceKey": get("service_key"),
        "serviceProviderProvisioningState": get("service_provider_provisioning_state"),
        "serviceProviderProperties": {
            "serviceProviderName": get("service_provider_name"),
            "peeringLocation": get("peering_location"),
            "bandwidthInMbps": get("bandwidth_in_mbps") or None,
        },
        "bandwidthInGbps": get("bandwidth_in_gbps") or None,
        "expressRoutePort": {"id": port} if port else None,
        "sku": {"tier": sku.text("tier"), "family": sku.text("family")} if sku else None,
    }


def peering_of(one: Resource) -> Body:
    """Give azurerm_express_route_circuit_peering as ARM's peering."""
    get, six = one.part.fields.values.get, block(one.part, "ipv6")
    kind = one.part.text("peering_type")
    return {
        "name": kind,
        "peeringType": kind,
        "id": get("id"),
        "state": _state(get("ipv4_enabled")),
        "azureASN": get("azure_asn") or None,
        "peerASN": get("peer_asn") or None,
        "vlanId": get("vlan_id") or None,
        "sharedKey": get("shared_key"),
        "primaryPeerAddressPrefix": get("primary_peer_address_prefix"),
        "secondaryPeerAddressPrefix": get("secondary_peer_address_prefix"),
        "microsoftPeeringConfig": _config(block(one.part, "microsoft_peering_config")),
        "routeFilter": _reference(one.part),
        "ipv6PeeringConfig": {
            "primaryPeerAddressPrefix": six.text("primary_peer_address_prefix"),
            "secondaryPeerAddressPrefix": six.text("secondary_peer_address_prefix"),
            "state": _state(six.fields.values.get("enabled")),
            "microsoftPeeringConfig": _config(block(six, "microsoft_peering")),
            "routeFilter": _reference(six),
        }
        if six
        else None,
    }


def unsaid(peering: CircuitPeering, one: Resource) -> CircuitPeering:
    """Take back that no filter is attached where that is not known before apply, or the provider is too old to say."""
    six = block(one.part, "ipv6")
    silent = {
        "ipv4": "route_filter_id" not in one.part.fields or "route_filter_id" in one.unknown,
        "ipv6": six is None or "route_filter_id" not in six.fields or "ipv6" in one.unknown,
    }
    return replace(peering, sessions=tuple(_silenced(session, silent=silent[session.family]) for session in peering.sessions))


def _silenced(session: Session, *, silent: bool) -> Session:
    """Take back that no filter is attached."""
    return replace(session, filtered=None) if silent and not session.filtered else session


def authorization_of(one: Resource) -> tuple[str, str, bool]:
    """Give resource group and circuit, lower case, and whether azurerm_express_route_circuit_authorization is in use."""
    part = one.part
    in_use = part.text("authorization_use_status").lower() == "inuse"
    return part.text("resource_group_name").lower(), part.text("express_route_circuit_name").lower(), in_use


def filter_of(one: Resource) -> Body:
    """Give azurerm_route_filter as ARM's route filter."""
    get, rule = one.part.fields.values.get, block(one.part, "rule")
    rules = [{"access": rule.text("access"), "communities": list(rule.texts("communities"))}] if rule else []
    return {"type": ARM_FILTER, "id": get("id"), "name": get("name"), "rules": rules}


def azapi(one: Resource) -> Body:
    """Give an azapi_resource as ARM's object: its body is one already, as an object or, in older providers, as text.

    The body is what somebody wrote, so a state in it is no word of Azure's, and is left out.

    Raises:
        FormatError: the body is no object.
    """
    body = one.part.fields.values.get("body") or {}
    if isinstance(body, str):
        body = json_of(body)
    if not isinstance(body, dict):
        raise FormatError("must be an object", field=one.part.name("body"))
    kind = one.part.text("type").partition("@")[0]
    return {**_without_states(body), "type": kind, "name": one.part.text("name"), "id": one.part.text("id")}


def _without_states(value: Body) -> Body:
    """Leave out what only Azure can say."""
    return {key: _stateless(one) for key, one in value.items() if key.lower() not in STATES_OF_AZURE}


def _stateless(value: object) -> object:
    """Do so inside a value."""
    if isinstance(value, list):
        return [_stateless(one) for one in value]
    return _without_states(value) if isinstance(value, dict) else value


def block(part: Part, key: str) -> Part | None:
    """Give a block, which is a list of at most one; None where there is none.

    Raises:
        FormatError: there are several.
    """
    value = part.fields.values.get(key)
    found = part.parts(key) if isinstance(value, list) else ()
    if len(found) > 1:
        raise FormatError(f"{len(found)} blocks where one can be", field=part.name(key))
    return found[0] if found else part.part(key) if not isinstance(value, list) else None


def _config(part: Part | None) -> Body | None:
    """Give what is advertised."""
    if part is None:
        return None
    get = part.fields.values.get
    return {
        "advertisedPublicPrefixes": get("advertised_public_prefixes"),
        "customerASN": get("customer_asn"),
        "routingRegistryName": get("routing_registry_name"),
    }


def _reference(part: Part) -> Body | None:
    """Give the filter that is attached."""
    identity = part.text("route_filter_id")
    return {"id": identity} if identity else None


def _state(enabled: object) -> str:
    """Spell a switch as ARM's state; empty where it is not said."""
    return "" if not isinstance(enabled, bool) else "Enabled" if enabled else "Disabled"
