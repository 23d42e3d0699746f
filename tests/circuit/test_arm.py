"""Circuits, peerings and route filters as JSON, whichever tool wrote it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from bgpcheck.circuit.model import Circuit, CircuitPeering, PrefixConfig, PrefixInfo, Session
from bgpcheck.circuit.read import read
from bgpcheck.circuit.seen import Reading, RouteFilter
from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg1/providers/Microsoft.Network"
ID = f"{BASE}/expressRouteCircuits/example"
FILTER = f"{BASE}/routeFilters/example-filter"
CONFIG: dict[str, Any] = {
    "advertisedPublicPrefixes": ["192.0.2.0/24"],
    "advertisedPublicPrefixesState": "ValidationNeeded",
    "customerASN": 64501,
    "legacyMode": 0,
    "routingRegistryName": "ARIN",
}
PEERING: dict[str, Any] = {
    "peeringType": "MicrosoftPeering",
    "state": "Enabled",
    "azureASN": 12076,
    "peerASN": 64500,
    "primaryPeerAddressPrefix": "198.51.100.0/30",
    "secondaryPeerAddressPrefix": "198.51.100.4/30",
    "vlanId": 300,
    "provisioningState": "Succeeded",
    "lastModifiedBy": "Customer",
    "microsoftPeeringConfig": CONFIG,
}
CIRCUIT: dict[str, Any] = {
    "provisioningState": "Succeeded",
    "circuitProvisioningState": "Enabled",
    "serviceProviderProvisioningState": "Provisioned",
    "serviceProviderProperties": {"serviceProviderName": "Example", "peeringLocation": "Nowhere", "bandwidthInMbps": 200},
    "serviceKey": "00000000-0000-0000-0000-000000000000",
    "peerings": [{"name": "MicrosoftPeering", "id": f"{ID}/peerings/MicrosoftPeering", "properties": PEERING}],
    "authorizations": [{"properties": {"authorizationUseStatus": "InUse"}}, {"properties": {"authorizationUseStatus": "Available"}}],
}
SKU = {"name": "Premium_MeteredData", "tier": "Premium", "family": "MeteredData"}
ARM: dict[str, Any] = {"name": "example", "id": ID, "type": "Microsoft.Network/expressRouteCircuits", "sku": SKU, "properties": CIRCUIT}
FLAT: dict[str, Any] = {
    **{key: value for key, value in ARM.items() if key != "properties"},
    **CIRCUIT,
    "peerings": [{"name": "MicrosoftPeering", **PEERING}],
    "authorizations": [{"authorizationUseStatus": "InUse"}],
}
SESSION = Session(
    "ipv4",
    "198.51.100.0/30",
    "198.51.100.4/30",
    "Enabled",
    PrefixConfig(("192.0.2.0/24",), "ValidationNeeded", 64501, "ARIN"),
    filtered=False,
)
MADE = CircuitPeering("MicrosoftPeering", "MicrosoftPeering", "Succeeded", "Enabled", 12076, 64500, 300, "Customer", (SESSION,))
EXPECTED = Circuit(
    name="example",
    id=ID,
    provider_state="Provisioned",
    status="Enabled",
    provisioning_state="Succeeded",
    service_key="00000000-0000-0000-0000-000000000000",
    provider="Example",
    location="Nowhere",
    bandwidth=200,
    tier="Premium",
    billing="MeteredData",
    links_in_use=1,
    peerings=(MADE,),
)


def get(value: object) -> Reading:
    return read(json.dumps(value).encode(), file="f")


def one(value: object) -> Circuit:
    (circuit,) = get(value).circuits
    return circuit


def peering(**more: object) -> CircuitPeering:
    return one({"properties": PEERING | more}).peerings[0]


def spelled(value: object, how: str) -> object:
    """The same with every key in another case."""
    if isinstance(value, dict):
        return {getattr(key, how)(): spelled(inner, how) for key, inner in value.items()}
    return [spelled(inner, how) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("shape", [ARM, FLAT, spelled(ARM, "upper"), spelled(FLAT, "lower"), spelled(ARM, "swapcase")])
def test_a_circuit_in_every_shape(shape: object) -> None:
    assert one(shape) == EXPECTED


@pytest.mark.parametrize("wrap", [lambda x: [x], lambda x: {"value": [x]}, lambda x: {"data": [x], "count": 1}, lambda x: [[x]]])
def test_wrapped(wrap: Callable[[object], object]) -> None:
    assert one(wrap(ARM)) == EXPECTED


def example(**responses: object) -> dict[str, object]:
    return {"parameters": {}, "responses": responses}


def test_an_example_of_the_specification() -> None:
    assert one(example(**{"200": {"body": ARM}, "201": {"body": {}}})) == EXPECTED
    assert one(example(**{"200": {"headers": {}}, "201": {"body": ARM}})) == EXPECTED
    with pytest.raises(FormatError, match="nothing that bgpcheck knows"):
        get(example(**{"202": {"headers": {}}}))


def test_a_direct_circuit() -> None:
    bare = {key: value for key, value in CIRCUIT.items() if key not in {"serviceProviderProperties", "authorizations", "peerings"}}
    for wide, mega in ((5, 5000), (0.5, 500), ("10", 10_000), (None, None), (-1, None), (1e300, None), ("x", None)):
        found = one(bare | {"expressRoutePort": {"id": "/port"}, "bandwidthInGbps": wide})
        assert (found.direct, found.port, found.bandwidth, found.links_in_use, found.listed) == (True, "/port", mega, None, False)
    for odd in ({}, {"id": ""}, {"name": "p"}):  # a port that nobody names makes no Direct circuit
        assert not one(bare | {"expressRoutePort": odd}).direct
    assert one(bare | {"serviceProviderProperties": {}, "bandwidthInMbps": "100"}).bandwidth == 100


def test_a_cross_connection() -> None:
    body = {
        "type": "Microsoft.Network/expressRouteCrossConnections",
        "id": f"{BASE}/expressRouteCrossConnections/key",
        "peeringLocation": "Nowhere",
        "expressRouteCircuit": {"id": ID},
        "peerings": [],
    }
    found = one(body)
    assert (found.kind, found.name, found.id, found.location) == ("cross-connection", "key", ID, "Nowhere")
    assert one({key: value for key, value in body.items() if key != "type"}).kind == "cross-connection"


@pytest.mark.parametrize(
    ("identity", "name", "parent"),
    [
        (f"{ID}/peerings/MicrosoftPeering", "example", ID),
        (f"{BASE}/expressRouteCrossConnections/other/peerings/x", "other", f"{BASE}/expressRouteCrossConnections/other"),
        (f"{BASE}/EXPRESSROUTECIRCUITS", "", ""),
        ("", "", ""),
    ],
)
def test_a_peering_alone(identity: str, name: str, parent: str) -> None:
    found = one({"name": "MicrosoftPeering", "id": identity, "properties": PEERING})
    assert found == Circuit(name=name, id=parent, known=False, listed=False, peerings=(MADE,))


SIX = {"primaryPeerAddressPrefix": "2001:db8::/126", "state": "Disabled", "routeFilter": {"id": FILTER}}
SESSIONS = [
    ({"ipv6PeeringConfig": None}, ("ipv4",)),
    ({"ipv6PeeringConfig": ""}, ("ipv4",)),
    ({"ipv6PeeringConfig": SIX}, ("ipv4", "ipv6")),
    (
        {"ipv6PeeringConfig": SIX, "primaryPeerAddressPrefix": "", "secondaryPeerAddressPrefix": None, "microsoftPeeringConfig": None},
        ("ipv6",),
    ),
    ({"primaryPeerAddressPrefix": "", "secondaryPeerAddressPrefix": "", "ipv6PeeringConfig": SIX}, ("ipv4", "ipv6")),  # it has a list
    ({"expressRouteConnection": "", "microsoftPeeringConfig": "", "routeFilter": ""}, ("ipv4",)),
]


@pytest.mark.parametrize(("more", "families"), SESSIONS)
def test_families(more: dict[str, object], families: tuple[str, ...]) -> None:
    assert tuple(session.family for session in peering(**more).sessions) == families


def test_ipv6_has_its_own_filter() -> None:
    four, six = peering(ipv6PeeringConfig=SIX).sessions
    assert (four.filtered, six.filtered, six.filter_id, six.state) == (False, True, FILTER, "Disabled")


def test_states_of_single_prefixes() -> None:
    info = {"prefix": "192.0.2.0/24", "validationId": "x", "signature": "y", "validationState": "ValidationFailed"}
    found = peering(microsoftPeeringConfig=CONFIG | {"advertisedPublicPrefixInfo": [info]}).sessions[0].config
    assert found
    assert found.infos == (PrefixInfo("192.0.2.0/24", "x", "y", "ValidationFailed"),)


NUMBERS = [
    (64500, 64500),
    ("64500", 64500),
    (64500.0, 64500),
    (4200000001, 4200000001),
    (-94967295, 4200000001),  # through a signed field (ASN-3)
    ("-94967295", 4200000001),
    ("####", None),
    ("", None),
    (None, None),
    (0, 0),
]


@pytest.mark.parametrize(("written", "asn"), NUMBERS)
def test_as_numbers(written: object, asn: int | None) -> None:
    assert peering(peerASN=written).peer_asn == asn


KEYS = [("Abc123", ()), ("x" * 30, ("the MD5 key has 30 characters: at most 25, and not none",)), ("****", ()), ("", ()), (None, ())]


@pytest.mark.parametrize(("key", "faults"), KEYS)
def test_keys_are_judged_and_dropped(key: object, faults: tuple[str, ...]) -> None:
    found = peering(sharedKey=key)
    assert found.key_faults == faults
    assert not key or str(key) not in repr(found)


RULE = {"access": "Allow", "routeFilterRuleType": "Community", "communities": ["12076:5010", "12076:51004"]}
ROUTE_FILTER = {
    "name": "example-filter",
    "id": FILTER,
    "type": "Microsoft.Network/routeFilters",
    "properties": {
        "provisioningState": "Succeeded",
        "rules": [{"properties": RULE}, {"properties": RULE | {"access": "Deny", "communities": ["12076:5020"]}}],
        "peerings": [],
    },
}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        *((one, one) for one in ("Customer", "customer", "ServiceProvider", "Service Provider", "provider", "Gateway", "")),
        *((one, "(left out)") for one in ("jane.mod@x.org", "Jane", "jane provider", "00000000-0000-0000-0000-000000000001")),
    ],
)
def test_of_who_changed_it_a_role_alone_is_kept(written: str, kept: str) -> None:
    assert peering(lastModifiedBy=written).modified_by == kept


def test_route_filters() -> None:
    expected = RouteFilter(FILTER, "example-filter", ("12076:5010", "12076:51004"), "Succeeded")
    assert get(ROUTE_FILTER).filters == (expected,)
    assert get({"value": [ROUTE_FILTER]}).filters == (expected,)
    assert get({"Id": FILTER, "Rules": [RULE], "Peerings": []}).filters == (RouteFilter(FILTER, "example-filter", expected.communities),)
    assert get(
        {"Id": FILTER, "Rules": [{**RULE, "Communities": "12076:5010 12076:51004", "communities": "12076:5010 12076:51004"}]}
    ).filters[0].communities == ("12076:5010", "12076:51004")


def test_a_table_of_communities_is_known_for_what_it_is() -> None:
    for table in ({"regions": {}, "services": {}}, [{"name": "x", "bgpCommunities": []}]):
        found = get(table)
        assert (found.circuits, len(found.notes)) == ((), 1)
        assert "communities" in found.notes[0]


TYPE = "Microsoft.Azure.Commands.Network.Models.PSPeering"
CUT = {"Name": "example", "ServiceKey": "x", "ProvisioningState": "Succeeded"}
TEXT = json.dumps([{"Name": "MicrosoftPeering", "PeeringType": "MicrosoftPeering", "PeerASN": 64500, "RouteFilter": None}])


@pytest.mark.parametrize("shown", [TYPE, [TYPE], "System.Object[]", "@{Name=MicrosoftPeering}", "System.Collections.Generic.List`1[x]"])
def test_convert_to_json_that_was_cut_short(shown: object) -> None:
    found = one(CUT | {"Peerings": shown, "PeeringsText": TEXT})
    assert (found.peerings[0].peer_asn, found.peerings[0].sessions[0].filtered) == (64500, False)
    for beside in ({}, {"PeeringsText": None}, {"PeeringsText": " "}, {"PeeringsText": json.dumps(TYPE)}):
        with pytest.raises(FormatError, match="peerings: cut short by ConvertTo-Json: give it -Depth 10"):
            get(CUT | {"Peerings": shown} | beside)
    with pytest.raises(FormatError, match="not JSON"):
        get(CUT | {"Peerings": shown, "PeeringsText": "["})


def test_what_powershell_does_not_say_of_filters() -> None:
    shouted = {"PeeringType": "MicrosoftPeering", "PeerASN": 64500}
    assert one(shouted).peerings[0].sessions[0].filtered is None
    assert one(shouted | {"RouteFilter": None}).peerings[0].sessions[0].filtered is False
    assert one(shouted | {"RouteFilter": {"Id": FILTER}}).peerings[0].sessions[0].filtered is True


def test_short_lists_as_one_text() -> None:
    config = {"AdvertisedPublicPrefixes": "192.0.2.0/24 198.51.100.0/24", "RoutingRegistryName": "NONE"}
    found = one({"PeeringType": "MicrosoftPeering", "MicrosoftPeeringConfig": config}).peerings[0].sessions[0].config
    assert found
    assert found.prefixes == ("192.0.2.0/24", "198.51.100.0/24")


BAD = [
    (CIRCUIT | {"expressRoutePort": {}, "serviceProviderProperties": None, "bandwidthInGbps": True}, "bandwidthInGbps: must be a string"),
    ([1], r"\[0\]: must be an object"),
    ("{}", "nothing that bgpcheck knows"),
    ({"value": [ARM, {"x": 1}]}, r"value\[1\]: nothing that bgpcheck knows"),
    ({"error": {"code": "ResourceNotFound", "message": "gone"}}, "an error of Azure's and no circuit: ResourceNotFound gone"),
    (ARM | {"name": 1}, "name: must be a string"),
    (ARM | {"type": []}, "type: must be a string"),
    (ARM | {"Name": "other"}, "the key Name stands there twice"),
    (CIRCUIT | {"peerings": {}}, "peerings: must be a list"),
    (CIRCUIT | {"peerings": [1]}, r"peerings\[0\]: must be an object"),
    (CIRCUIT | {"peerings": [{}] * 51}, "more than 50 peerings"),
    (CIRCUIT | {"peerings": [{"peerASN": "many"}]}, r"peerings\[0\].peerASN: must be a number"),
    (CIRCUIT | {"serviceProviderProperties": {"bandwidthInMbps": -1}}, "bandwidthInMbps: must be 0 to"),
    ({"properties": PEERING | {"peerASN": 2**32}}, "is not an AS number"),
    ({"properties": PEERING | {"peerASN": True}}, "must be a number"),
    ({"properties": PEERING | {"vlanId": 1.5}}, "vlanId: must be a number"),
    ({"properties": PEERING | {"peerASN": "9" * 30}}, "must be a number"),
    ({"properties": PEERING | {"microsoftPeeringConfig": "x"}}, "microsoftPeeringConfig: must be an object"),
    (
        {"properties": PEERING | {"microsoftPeeringConfig": CONFIG | {"advertisedPublicPrefixes": ["x"] * 10_001}}},
        "more than 10000 prefixes",
    ),
    (
        {"type": "Microsoft.Network/routeFilters", "rules": [{"communities": [str(n) for n in range(10_001)]}]},
        "more than 10000 communities",
    ),
    ({"peerings": [PEERING | {"routeFilter": {"id": 1}}]}, "id: must be a string"),
]


@pytest.mark.parametrize(("value", "says"), BAD)
def test_what_is_wrong_is_named(value: object, says: str) -> None:
    data = value if isinstance(value, str) else json.dumps(value)
    with pytest.raises(FormatError, match=says) as caught:
        read(data.encode(), file="f")
    assert caught.value.file == "f"


def test_an_error_never_repeats_a_key() -> None:
    with pytest.raises(FormatError) as caught:
        get({"properties": PEERING | {"sharedKey": 987654321}})
    assert "987654321" not in str(caught.value)


def test_what_stands_inside_and_outside_of_properties_must_agree() -> None:
    same = CIRCUIT | {"provisioningState": "SUCCEEDED", "etag": "other", "location": "West Europe"}
    inside = {**CIRCUIT.get("properties", {}), "provisioningState": "Succeeded", "etag": "x", "serviceKey": None}
    assert one(same | {"properties": inside, "serviceKey": "k"}).service_key == "k"  # what is null says nothing
    for key, value in (("provisioningState", "Failed"), ("peerings", []), ("serviceKey", "y")):
        other = {**inside, "serviceKey": "k", "peerings": [PEERING]}
        with pytest.raises(FormatError, match="inside and outside of properties"):
            one({**same, "serviceKey": "k", key: value, "properties": other})
