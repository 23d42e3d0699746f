"""Rules about a circuit's states: each a row, with what it says and what it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from circuits import LIST, alone, circuit, config, microsoft, private
from peerings import spell

from bgpcheck import rules
from bgpcheck.circuit.claims import peering_of
from bgpcheck.circuit.seen import Seen
from bgpcheck.circuit.standing import VALUES
from bgpcheck.rules import states
from bgpcheck.rules.base import Severity
from bgpcheck.store.configs import settings

if TYPE_CHECKING:
    from bgpcheck.circuit.model import Circuit

SIX = {"primaryPeerAddressPrefix": "2001:67c:2e8::/126", "secondaryPeerAddressPrefix": "2001:67c:2e8::4/126", "state": "Disabled"}
ROWS: list[tuple[str, Circuit, list[str]]] = [
    ("nothing to say", circuit(private()), []),
    ("configured", circuit(private(), microsoft()), ["ST-11 note ipv4 list"]),
    (
        "a word that is not documented",
        circuit(serviceProviderProvisioningState="Dreaming"),
        ["ST-1 warning serviceProviderProvisioningState"],
    ),
    ("status Disabled", circuit(circuitProvisioningState="Disabled"), ["ST-2 warning circuitProvisioningState"]),
    ("status Disabled while Azure works", circuit(circuitProvisioningState="Disabled", provisioningState="Updating"), []),
    ("a failed change", circuit(provisioningState="Failed"), ["ST-3 warning provisioningState"]),
    ("a canceled change", circuit(provisioningState="Canceled"), ["ST-3 warning provisioningState"]),
    ("a failed peering", circuit(private(provisioningState="Failed")), ["ST-3 warning AzurePrivatePeering"]),
    (
        "peerings too early",
        circuit(private(), serviceProviderProvisioningState="NotProvisioned"),
        ["ST-5 warning serviceProviderProvisioningState"],
    ),
    ("no peerings yet", circuit(serviceProviderProvisioningState="NotProvisioned"), []),
    ("a disabled peering", circuit(private(state="Disabled")), ["ST-8 warning AzurePrivatePeering ipv4"]),
    ("IPv6 disabled", circuit(private(ipv6PeeringConfig=SIX)), ["ST-8 warning AzurePrivatePeering ipv6"]),
    ("a peering at work", circuit(private(provisioningState="Updating")), ["ST-12 note AzurePrivatePeering"]),
    (
        "a Microsoft peering at work",
        circuit(microsoft("NotConfigured", provisioningState="Updating", azureASN=0)),
        ["ST-12 note MicrosoftPeering"],
    ),
    ("two of one type", circuit(private(), private(vlanId=9)), ["ST-14 warning AzurePrivatePeering"]),
    (
        "two at work",
        circuit(private(provisioningState="Updating"), microsoft(provisioningState="Updating")),
        ["ST-14 warning peerings", "ST-12 note AzurePrivatePeering", "ST-12 note MicrosoftPeering"],
    ),
    ("one VLAN id twice", circuit(private(vlanId=345), microsoft()), ["LNK-2 blocker vlanId", "ST-11 note ipv4 list"]),
    ("another AS on Azure's side", circuit(microsoft(azureASN=8075)), ["ASN-1 warning azureASN", "ST-11 note ipv4 list"]),
    ("one link only", circuit(microsoft(secondaryPeerAddressPrefix="")), ["LNK-4 warning ipv4", "ST-11 note ipv4 list"]),
    ("validation needed", circuit(microsoft("ValidationNeeded")), ["ST-11 warning ipv4 list"]),
    ("at work on the list", circuit(microsoft("Configuring")), ["ST-11 note ipv4 list"]),
    ("the circuit is at work", circuit(microsoft("ValidationNeeded"), provisioningState="Updating"), []),
    ("not said whether it is settled", circuit(microsoft("ValidationNeeded", provisioningState=None)), []),
    ("a peering alone", alone(microsoft("ValidationNeeded")), ["ST-11 warning ipv4 list"]),
    ("an empty list", circuit(microsoft(microsoftPeeringConfig=config([]))), []),
    ("no configuration", circuit(microsoft(microsoftPeeringConfig=None)), []),
    ("no state", circuit(microsoft(microsoftPeeringConfig=config(state=""))), []),
]


@pytest.mark.parametrize(("what", "one", "found"), ROWS, ids=[row[0] for row in ROWS])
def test_findings(what: str, one: Circuit, found: list[str]) -> None:
    assert spell(states.check(Seen(one))) == found, what


def test_a_private_peerings_prefix_states_are_no_finding() -> None:
    """ST-13."""
    odd = private(microsoftPeeringConfig=config(state="ValidationNeeded"), azureASN=8075, secondaryPeerAddressPrefix="")
    assert spell(states.check(Seen(circuit(odd)))) == []


@pytest.mark.parametrize("value", sorted(set(VALUES.values()) | {"other-state"}))
def test_every_state_has_a_meaning(value: str) -> None:
    assert states.MEANING[value]


def test_a_state_of_one_prefix_that_is_not_its_lists() -> None:
    """ST-10."""
    infos = [
        {"prefix": LIST[0], "validationState": "Configured"},
        {"prefix": LIST[1], "validationState": "ManualValidationNeeded"},
        {"prefix": "193.0.00.0/21", "validationState": "ValidationNeeded"},
        {"prefix": "193.0.18.0/23"},
    ]
    one = circuit(microsoft("x", microsoftPeeringConfig=config(state="ValidationNeeded", advertisedPublicPrefixInfo=infos)))
    found = list(states.check(Seen(one)))
    assert spell(found) == [
        "ST-11 warning ipv4 list",
        f"ST-10 note {LIST[0]}",
        f"ST-10 warning {LIST[1]}",
        "PFX-8 note 193.0.00.0/21",
        "PFX-8 note 193.0.18.0/23",
    ]
    assert "ticket" in found[2].remedy
    assert found[1].remedy == "nothing to do"


def test_rules_of_peering_and_circuit_stand_together() -> None:
    """Both kinds, each thing once, with a circuit or without."""
    one = circuit(private(vlanId=345), microsoft("ValidationNeeded", primaryPeerAddressPrefix="10.0.0.0/30"))
    peering, _ = peering_of(one, settings())
    blockers = [finding.rule for finding in rules.findings(peering) if finding.severity is Severity.BLOCKER]
    assert blockers == ["LNK-1", "LNK-2"]
    assert rules.both(peering, Seen(one)) == rules.findings(peering)
    assert [finding.rule for finding in rules.findings(replace(peering, circuit=None)) if finding.severity is Severity.BLOCKER] == ["LNK-1"]


def test_a_prefix_of_several_circuits() -> None:
    """PFX-6."""
    one, other = circuit(microsoft()), circuit(microsoft(), name="other")
    found = [finding for finding in states.check(Seen(one, others=(other, circuit(name="third")))) if finding.rule == "PFX-6"]
    assert [finding.subject for finding in found] == ["other"]
    assert "are advertised on other too" in found[0].message
    nameless = [finding for finding in states.check(Seen(one, others=(replace(other, name=""),))) if finding.rule == "PFX-6"]
    assert [finding.subject for finding in nameless] == ["another circuit"]
    assert not [finding for finding in states.check(Seen(one, others=(one,))) if finding.rule == "PFX-6"]  # the same circuit
