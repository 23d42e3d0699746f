"""From a circuit to what can be judged: nothing that cannot be read is left out in silence."""

from __future__ import annotations

from circuits import KEY, LIST, circuit, config, microsoft, private

from bgpcheck.circuit.claims import peering_of
from bgpcheck.model import Signed
from bgpcheck.store.configs import settings


def test_a_circuits_microsoft_peering_is_a_claim() -> None:
    six = {"primaryPeerAddressPrefix": "2001:67C:2E8::/126", "microsoftPeeringConfig": config(["2001:67C:2E8::/48"], customerASN=12654)}
    one = circuit(private(), microsoft(ipv6PeeringConfig=six, sharedKey="secret key!"))
    peering, faults = peering_of(one, settings(), cloud="usgov", layer=3)
    assert faults == []
    assert (peering.name, peering.peer_asn, peering.cloud, peering.layer) == ("er-ams", 3333, "usgov", 3)
    assert (peering.vlan_id, peering.service_key, peering.circuit) == (345, KEY, one)
    four, sixth = peering.blocks
    assert [str(listed.prefix) for listed in four.prefixes] == LIST
    assert (four.registry, four.customer_asn, str(four.primary.prefix if four.primary else "")) == ("RIPENCC", 0, "193.0.30.0/30")
    assert [listed.text for listed in sixth.prefixes] == ["2001:67C:2E8::/48"]
    assert (sixth.customer_asn, sixth.secondary) == (12654, None)
    assert peering.secret_faults == ("the MD5 key has characters other than letters and digits",)
    assert "secret key" not in repr(peering)


def test_a_submitted_signature_comes_with_its_prefix() -> None:
    """SIG-3; an entry without one has submitted nothing."""
    infos = [
        {"prefix": LIST[0], "validationId": "Azure-SKEY|x", "signature": "c2ln", "validationState": "Configuring"},
        {"prefix": LIST[1], "validationId": "Azure-SKEY|y", "signature": "", "validationState": "ValidationNeeded"},
    ]
    peering, _ = peering_of(circuit(microsoft(microsoftPeeringConfig=config(advertisedPublicPrefixInfo=infos))), settings())
    assert [claim.signed for claim in peering.claims()] == [Signed("Azure-SKEY|x", "c2ln"), None]
    assert {claim.service_key for claim in peering.claims()} == {KEY}


def test_names_that_people_type_are_understood() -> None:
    """REG-2."""
    peering, faults = peering_of(circuit(microsoft(microsoftPeeringConfig=config(routingRegistryName="RIPE"))), settings())
    assert (peering.blocks[0].registry, peering.blocks[0].registry_text, faults) == ("RIPENCC", "RIPE", [])


def test_what_cannot_be_read_is_named() -> None:
    odd = microsoft(
        peerASN="####",
        primaryPeerAddressPrefix="somewhere",
        microsoftPeeringConfig=config(["193.0.0.0/21", "####"], routingRegistryName="MOON"),
        ipv6PeeringConfig={"microsoftPeeringConfig": config(["x"])},
    )
    peering, faults = peering_of(circuit(odd), settings())
    assert [fault.field for fault in faults] == [
        "peerASN",
        "routingRegistryName",
        "advertisedPublicPrefixes[1]",
        "primaryPeerAddressPrefix",
        "ipv6PeeringConfig.advertisedPublicPrefixes[0]",
    ]
    assert peering.peer_asn == 0


def test_a_circuit_without_microsoft_peering_claims_nothing() -> None:
    peering, faults = peering_of(circuit(private()), settings())
    assert (peering.blocks, peering.peer_asn, faults, peering.layer) == ((), 0, [], 2)
    assert peering.nothing_validated
    assert not peering_of(circuit(), settings())[0].nothing_validated
    assert not peering_of(circuit(private(), microsoft()), settings())[0].nothing_validated


def test_a_peering_without_configuration_has_empty_lists() -> None:
    peering, _ = peering_of(circuit(microsoft(microsoftPeeringConfig=None)), settings())
    assert [(block.prefixes, block.registry, block.customer_asn) for block in peering.blocks] == [((), None, 0)]
