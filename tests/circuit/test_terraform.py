"""Terraform's three kinds of file."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from bgpcheck.circuit.model import Circuit, CircuitPeering, PrefixConfig, Session
from bgpcheck.circuit.read import read
from bgpcheck.circuit.seen import Reading, RouteFilter
from bgpcheck.errors import FormatError

BASE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg1/providers/Microsoft.Network"
ID = f"{BASE}/expressRouteCircuits/example"
FILTER = f"{BASE}/routeFilters/example-filter"
CIRCUIT: dict[str, Any] = {
    "id": ID,
    "name": "example",
    "resource_group_name": "rg1",
    "location": "westeurope",
    "service_provider_name": "Example",
    "peering_location": "Nowhere",
    "bandwidth_in_mbps": 200,
    "bandwidth_in_gbps": 0,
    "express_route_port_id": "",
    "sku": [{"tier": "Premium", "family": "MeteredData"}],
    "service_key": "00000000-0000-0000-0000-000000000000",
    "service_provider_provisioning_state": "Provisioned",
    "authorization_key": None,
}
CONFIG = {"advertised_public_prefixes": ["192.0.2.0/24"], "customer_asn": 0, "routing_registry_name": "NONE", "advertised_communities": []}
PEERING: dict[str, Any] = {
    "id": f"{ID}/peerings/MicrosoftPeering",
    "peering_type": "MicrosoftPeering",
    "express_route_circuit_name": "Example",
    "resource_group_name": "RG1",
    "ipv4_enabled": True,
    "azure_asn": 12076,
    "peer_asn": 64500,
    "vlan_id": 300,
    "shared_key": "Secret-1",
    "primary_peer_address_prefix": "198.51.100.0/30",
    "secondary_peer_address_prefix": "198.51.100.4/30",
    "microsoft_peering_config": [CONFIG],
    "route_filter_id": FILTER,
    "ipv6": [
        {
            "enabled": False,
            "primary_peer_address_prefix": "2001:db8::/126",
            "secondary_peer_address_prefix": "2001:db8::4/126",
            "microsoft_peering": [CONFIG | {"advertised_public_prefixes": ["2001:db8:1::/48"]}],
            "route_filter_id": "",
        }
    ],
}
ODD = ("the MD5 key has characters other than letters and digits",)
FOUR = Session("ipv4", "198.51.100.0/30", "198.51.100.4/30", "Enabled", PrefixConfig(("192.0.2.0/24",), "", 0, "NONE"), True, FILTER)
SIX = Session("ipv6", "2001:db8::/126", "2001:db8::4/126", "Disabled", PrefixConfig(("2001:db8:1::/48",), "", 0, "NONE"), filtered=False)
MADE = CircuitPeering("MicrosoftPeering", "MicrosoftPeering", "", "Enabled", 12076, 64500, 300, "", (FOUR, SIX), ODD)
EXPECTED = Circuit(
    name="example",
    id=ID,
    provider_state="Provisioned",
    service_key="00000000-0000-0000-0000-000000000000",
    provider="Example",
    location="Nowhere",
    bandwidth=200,
    tier="Premium",
    billing="MeteredData",
    peerings=(MADE,),
)
STATES = "Terraform keeps neither the circuit's status nor the state of its advertised prefixes: ask Azure for them"
KIND = {"circuit": "azurerm_express_route_circuit", "peering": "azurerm_express_route_circuit_peering"}
KIND |= {"authorization": "azurerm_express_route_circuit_authorization", "filter": "azurerm_route_filter", "azapi": "azapi_resource"}
ALLOWED = {"access": "Allow", "rule_type": "Community", "communities": ["12076:5010"]}
ROUTE_FILTER = {"id": FILTER, "name": "example-filter", "resource_group_name": "rg1", "rule": [ALLOWED]}
Pair = tuple[str, dict[str, Any]]


def state(*made: Pair) -> dict[str, Any]:
    resources = [{"mode": "managed", "type": KIND[kind], "name": "x", "instances": [{"attributes": body}]} for kind, body in made]
    return {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "outputs": {}, "resources": resources}


def module(*made: Pair) -> dict[str, Any]:
    resources = [{"address": f"{KIND[kind]}.x", "mode": "managed", "type": KIND[kind], "name": "x", "values": body} for kind, body in made]
    return {"resources": resources}


def shown(*made: Pair) -> dict[str, Any]:
    return {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": module(*made)}}


def nested(*made: Pair) -> dict[str, Any]:
    root = {"resources": [], "child_modules": [{"address": "module.a", "child_modules": [module(*made)]}]}
    return {"format_version": "1.0", "values": {"root_module": root}}


def change(kind: str, after: object, *actions: str, unknown: object = None) -> dict[str, Any]:
    body = {
        "actions": list(actions),
        "before": None,
        "after": after,
        "after_unknown": unknown or {},
        "after_sensitive": {"shared_key": True},
    }
    return {"address": f"{KIND[kind]}.x", "mode": "managed", "type": KIND[kind], "name": "x", "change": body}


def plan(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {"root_module": {}}, "resource_changes": list(changes)}


def unchanged(*made: Pair) -> dict[str, Any]:
    return plan(*(change(kind, body, "no-op") for kind, body in made))


def get(value: object) -> Reading:
    return read(json.dumps(value).encode(), file="f")


BOTH: tuple[Pair, ...] = (("circuit", CIRCUIT), ("peering", PEERING))


@pytest.mark.parametrize("shape", [state, shown, nested, unchanged])
def test_every_kind_of_file(shape: Any) -> None:  # noqa: ANN401 (one of four functions)
    assert get(shape(*BOTH)) == Reading((EXPECTED,), notes=(STATES,))
    assert get(shape(*reversed(BOTH))) == Reading((EXPECTED,), notes=(STATES,))
    assert "Secret" not in repr(get(shape(*BOTH)))


@pytest.mark.parametrize("shape", [state, shown, nested, unchanged])
def test_peerings_without_their_circuit(shape: Any) -> None:  # noqa: ANN401 (one of four functions)
    private = PEERING | {"peering_type": "AzurePrivatePeering", "microsoft_peering_config": [], "ipv6": [], "route_filter_id": None}
    elsewhere = PEERING | {"resource_group_name": "rg2"}
    first, second = get(shape(("peering", PEERING), ("peering", private), ("peering", elsewhere))).circuits
    assert (first.name, first.known, first.listed, first.kind) == ("Example", False, False, "circuit")
    assert [one.type for one in first.peerings] == ["MicrosoftPeering", "AzurePrivatePeering"]
    assert second.peerings == (MADE,)
    (session,) = first.peerings[1].sessions
    assert (session.config, session.filtered) == (None, False)


def test_a_circuit_whose_peerings_are_elsewhere() -> None:
    assert get(state(("circuit", CIRCUIT))).circuits == (replace(EXPECTED, peerings=(), listed=False),)


def test_a_direct_circuit() -> None:
    direct = CIRCUIT | {"express_route_port_id": "/port", "bandwidth_in_gbps": 5, "bandwidth_in_mbps": 0, "sku": []}
    (found,) = get(state(("circuit", direct))).circuits
    assert (found.port, found.bandwidth, found.tier, found.layer) == ("/port", 5000, "", 2)


def test_authorizations_that_are_in_use() -> None:
    used = {
        "express_route_circuit_name": "example",
        "resource_group_name": "rg1",
        "authorization_key": "x",
        "authorization_use_status": "InUse",
    }
    free = used | {"authorization_use_status": "Available"}
    (found,) = get(state(*BOTH, ("authorization", used), ("authorization", free), ("authorization", used))).circuits
    assert found.links_in_use == 2


def test_a_circuit_that_is_not_made_yet() -> None:
    late = {"id": True, "service_key": True, "tags": {"a": False}, "sku": [{}]}
    planned = {key: value for key, value in CIRCUIT.items() if key not in {"id", "service_key", "service_provider_provisioning_state"}}
    wanted = {key: value for key, value in PEERING.items() if key not in {"route_filter_id", "id", "azure_asn"}}
    found = get(
        plan(change("circuit", planned, "create", unknown=late), change("peering", wanted, "create", unknown={"route_filter_id": True}))
    )
    (circuit,) = found.circuits
    assert (circuit.kind, circuit.known, circuit.listed, circuit.service_key, circuit.provider_state) == ("plan", True, True, "", "")
    assert [session.filtered for session in circuit.peerings[0].sessions] == [None, False]
    assert found.notes == (
        f"{KIND['peering']}.x: known only after apply: route_filter_id",
        f"{KIND['peering']}.x is planned and not made yet",
        f"{KIND['circuit']}.x: known only after apply: id, service_key",
        STATES,
    )


def test_values_of_a_plan_without_changes() -> None:
    (circuit,) = get({"format_version": "1.2", "planned_values": {"root_module": module(*BOTH)}}).circuits
    assert circuit == replace(EXPECTED, kind="plan")


FATES = [
    (("update",), PEERING, "is as the plan would leave it", 1),
    (("delete", "create"), PEERING, "is destroyed and made anew", 1),
    (("delete",), None, "is not there any more after the plan", 0),
]


@pytest.mark.parametrize(("actions", "after", "note", "count"), FATES)
def test_what_a_plan_does(actions: tuple[str, ...], after: object, note: str, count: int) -> None:
    found = get(plan(change("circuit", CIRCUIT, "no-op"), change("peering", after, *actions)))
    assert note in " ".join(found.notes)
    assert (len(found.circuits[0].peerings), found.circuits[0].kind) == (count, "circuit")


def test_what_is_unknown_inside_a_block() -> None:
    known = {"ipv6": [{"microsoft_peering": [{"advertised_public_prefixes": [False]}]}]}
    unknown = {"ipv6": [{"route_filter_id": True}]}
    for late, filtered in ((known, False), (unknown, None)):
        (circuit,) = get(plan(change("peering", PEERING, "update", unknown=late))).circuits
        assert circuit.peerings[0].sessions[1].filtered is filtered


def test_what_an_old_provider_does_not_say() -> None:
    (six,) = PEERING["ipv6"]
    old = {key: value for key, value in PEERING.items() if key not in {"route_filter_id", "ipv4_enabled"}}
    old["ipv6"] = {key: value for key, value in six.items() if key not in {"route_filter_id", "enabled"}}
    (circuit,) = get(state(("peering", old))).circuits
    assert [(session.filtered, session.state) for session in circuit.peerings[0].sessions] == [(None, ""), (None, "")]


def test_route_filters() -> None:
    expected = RouteFilter(FILTER, "example-filter", ("12076:5010",))
    assert get(state(("filter", ROUTE_FILTER))) == Reading(filters=(expected,))
    assert get(state(("filter", ROUTE_FILTER | {"rule": []}))).filters == (replace(expected, communities=()),)


STATED = {"advertisedPublicPrefixesState": "Configured", "advertisedPublicPrefixInfo": [{"prefix": "x", "validationState": "Configured"}]}
ARM_PEERING = {
    "properties": {
        "peeringType": "MicrosoftPeering",
        "peerASN": 64500,
        "provisioningState": "Succeeded",  # what somebody exported and wrote into his configuration is no word of Azure's
        "microsoftPeeringConfig": {"advertisedPublicPrefixes": ["x"], **STATED},
    }
}
ARM_FILTER = {"properties": {"rules": [{"properties": {"access": "Allow", "communities": ["12076:5010"]}}]}}


def azapi(kind: str, body: object) -> dict[str, Any]:
    return {"type": f"Microsoft.Network/{kind}@2025-05-01", "name": "example", "id": ID, "body": body}


@pytest.mark.parametrize("spell", [lambda body: body, json.dumps])
def test_azapi(spell: Any) -> None:  # noqa: ANN401 (one of two functions)
    made = plan(
        {"type": "azapi_resource", "address": "a", "change": {"actions": ["create"], "after": azapi("expressRouteCircuits", spell({}))}},
        {"type": "azapi_resource", "address": "b", "change": {"actions": ["no-op"], "after": azapi("expressRouteCircuits", None)}},
        {
            "type": "azapi_resource",
            "address": "c",
            "change": {"actions": ["read"], "after": azapi("expressRouteCircuits/peerings", spell(ARM_PEERING))},
        },
        {"type": "azapi_resource", "address": "d", "change": {"actions": ["no-op"], "after": azapi("routeFilters", spell(ARM_FILTER))}},
        {"type": "azapi_resource", "address": "e", "change": {"actions": ["no-op"], "after": azapi("virtualNetworks", spell({}))}},
    )
    found = get(made)
    assert [(one.name, one.kind, one.known) for one in found.circuits] == [
        ("example", "plan", True),
        ("example", "circuit", True),
        ("example", "circuit", False),
    ]
    assert found.circuits[2].peerings[0].peer_asn == 64500
    assert not found.circuits[2].peerings[0].provisioning_state
    assert found.circuits[2].peerings[0].prefix_states == ("",)
    assert found.filters[0].communities == ("12076:5010",)


SKIPPED = [
    state(),
    {"terraform_version": "1.9.0"},
    shown(),
    {"format_version": "1.0", "values": {}},
    plan({"type": "azurerm_virtual_network", "change": {"actions": ["no-op"], "after": {}}}),
    plan({"type": KIND["circuit"], "mode": "data", "change": {"actions": ["read"], "after": CIRCUIT}}),
    plan({"type": KIND["circuit"]}),
    {
        "version": 4,
        "terraform_version": "1",
        "resources": [{"mode": "data", "type": KIND["circuit"], "instances": [{"attributes": CIRCUIT}]}],
    },
    {"terraform_version": "1", "resources": [{"type": KIND["circuit"], "instances": [{}, {"deposed": "x", "attributes": CIRCUIT}]}]},
    {"format_version": "1", "values": {"root_module": {"resources": [{"type": KIND["circuit"]}, {"type": "x", "values": {}}]}}},
]


@pytest.mark.parametrize("value", SKIPPED)
def test_what_is_none_of_expressroute(value: object) -> None:
    found = get(value)
    assert found.circuits == ()
    assert "a file of Terraform's without any ExpressRoute circuit, peering or route filter" in found.notes


def deep(levels: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for _ in range(levels):
        made = {"child_modules": [made]}
    return {"format_version": "1", "values": {"root_module": made}}


BAD = [
    (state() | {"version": 3}, "version: only version 4"),
    (state() | {"resources": {}}, "resources: must be a list"),
    (state(("circuit", CIRCUIT | {"sku": [{}, {}]})), "sku: 2 blocks where one can be"),
    (state(("circuit", CIRCUIT | {"sku": "x"})), "sku: must be an object"),
    (state(("circuit", CIRCUIT | {"name": 1})), "azurerm_express_route_circuit.x.name: must be a string"),
    (state(("peering", PEERING | {"peer_asn": "many"})), "azurerm_express_route_circuit_peering.x.peerASN: must be a number"),
    (state(("peering", PEERING | {"shared_key": 987654321})), "sharedKey: must be a string, not int"),
    (state(("azapi", azapi("expressRouteCircuits", [1]))), "body: must be an object"),
    (state(("azapi", azapi("expressRouteCircuits", "["))), "not JSON"),
    (state(*[("filter", {})] * 5001), "more than 5000 resources"),
    (deep(30), "nested too deep"),
    (deep(300), "nested too deep"),
    ({"terraform_version": "1", "Resources": [], "resources": [1]}, "stands there twice"),
]


@pytest.mark.parametrize(("value", "says"), BAD, ids=range(len(BAD)))
def test_what_is_wrong_is_named(value: object, says: str) -> None:
    with pytest.raises(FormatError, match=says) as caught:
        get(value)
    assert "987654321" not in str(caught.value)


def test_addresses_of_instances() -> None:
    bad = {"type": KIND["circuit"], "name": "x", "module": "module.a"}
    for key, address in (("one", "[one]"), (1, "[1]"), (None, "")):
        instance = {"attributes": CIRCUIT | {"name": 1}} | ({} if key is None else {"index_key": key})
        with pytest.raises(FormatError) as caught:
            get({"terraform_version": "1", "resources": [bad | {"instances": [instance]}]})
        assert caught.value.field
        assert caught.value.field.endswith(f"module.a.{KIND['circuit']}.x{address}.name")
