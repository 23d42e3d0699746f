"""Where a circuit stands and what comes next: the life of one, from creation to deletion, and the places beside the road."""

from __future__ import annotations

from typing import Any

import pytest
from circuits import LIST, alone, circuit, config, every_state, microsoft, private

from bgpcheck.circuit.changes import Progress, Want, reached
from bgpcheck.circuit.model import Circuit
from bgpcheck.circuit.outlook import billing, outlook
from bgpcheck.circuit.road import ROAD, Step, road, step_of
from bgpcheck.circuit.workflow import Answer, State, rulings, state_of
from bgpcheck.rules.catalogue import RULES

NEW = {"provisioningState": "Updating", "circuitProvisioningState": "Disabled", "serviceProviderProvisioningState": "NotProvisioned"}
# Snapshots of one life: what Azure says, where that is on the road, what is allowed then, and what comes next by whom.
LIFE: list[tuple[Circuit, str, str, str]] = [
    (circuit(**NEW), "creating", "", "Microsoft ST-3"),
    (circuit(serviceProviderProvisioningState="NotProvisioned"), "created", "delete re-enable", "you ST-4"),
    (circuit(serviceProviderProvisioningState="Provisioning"), "provisioning", "deprovision", "provider ST-4"),
    (circuit(), "provisioned", "peer deprovision", "you ST-14"),
    (circuit(private(provisioningState="Updating")), "configuring", "deprovision", "Microsoft ST-12"),
    (circuit(private(provisioningState="Updating"), provisioningState="Updating"), "updating", "", "Microsoft ST-3"),
    (circuit(private()), "ready", "peer link deprovision", "you ST-15"),
    (circuit(private(), microsoft("NotConfigured", provisioningState="Updating")), "configuring", "deprovision", "Microsoft ST-12"),
    (circuit(private(), microsoft("Configuring")), "validating", "peer link deprovision", "Microsoft ST-9"),
    (circuit(private(), microsoft("ValidationNeeded")), "validating", "peer link deprovision", "you ST-11"),
    (circuit(private(), microsoft("ManualValidationNeeded")), "validating", "peer link deprovision", "you TKT-1"),
    (circuit(private(), microsoft(routeFilter=None)), "ready", "peer link deprovision", "you RF-1"),
    (circuit(private(), microsoft()), "ready", "peer link deprovision", "you ST-15"),
    (circuit(private(), microsoft(), serviceProviderProvisioningState="Deprovisioning"), "deprovisioning", "", "provider ST-4"),
    (circuit(serviceProviderProvisioningState="NotProvisioned"), "created", "delete re-enable", "you ST-4"),
    (circuit(serviceProviderProvisioningState="NotProvisioned", provisioningState="Deleting"), "deleting", "", "Microsoft ST-3"),
]


@pytest.mark.parametrize(("one", "step", "allowed", "comes"), LIFE, ids=[f"{n}-{life[1]}" for n, life in enumerate(LIFE)])
def test_a_life_from_creation_to_deletion(one: Circuit, step: str, allowed: str, comes: str) -> None:
    assert step_of(one) == step
    assert " ".join(found.operation for found in rulings(one) if found.answer is Answer.ALLOWED) == allowed
    first = outlook(one)[0]
    assert f"{first.who} {first.rule}" == comes


def test_the_road_is_walked_forwards() -> None:
    places = [next((n for n, stage in enumerate(ROAD) if step_of(one) in stage.steps), None) for one, *_ in LIFE]
    walked = [place for place in places[:12] if place is not None]
    assert walked[:4] == [0, 1, 2, 3]
    assert walked[-1] == 5


BESIDE: list[tuple[Circuit, str, str]] = [
    (circuit(provisioningState="Failed"), "failed", "you ST-3"),
    (circuit(provisioningState="Canceled"), "failed", "you ST-3"),
    (circuit(provisioningState="Creating"), "creating", "Microsoft ST-3"),
    (circuit(provisioningState="Pondering"), "unknown", "you ST-1"),
    (circuit(provisioningState=None), "unknown", "you ST-1"),
    (circuit(circuitProvisioningState="Disabled"), "contact-support", "you ST-2"),
    (circuit(circuitProvisioningState=None), "unknown", "you ST-1"),
    (circuit(circuitProvisioningState="Hovering"), "unknown", "you ST-1"),
    (circuit(serviceProviderProvisioningState="Dreaming"), "unknown", "you ST-1"),
    (circuit(serviceProviderProvisioningState=None), "unknown", "you ST-1"),
    (circuit(peerings=None), "unknown", "you ST-1"),
    (circuit(private(provisioningState="Failed")), "configuring", "you ST-3"),
    (circuit(serviceProviderProvisioningState="DeProvisioned"), "created", "you ST-4"),
    (circuit(expressRoutePort={"id": "/ports/p"}, serviceProviderProvisioningState=None), "provisioned", "you ST-14"),
    (circuit(expressRoutePort={"id": "/ports/p"}, serviceProviderProvisioningState="NotProvisioned"), "created", "you ST-7"),
    (alone(microsoft("ValidationNeeded")), "unknown", "you ST-1"),
    (Circuit(kind="plan"), "planned", "you ST-6"),
]


@pytest.mark.parametrize(("one", "step", "comes"), BESIDE, ids=[f"{n}-{place[1]}" for n, place in enumerate(BESIDE)])
def test_places_beside_the_road(one: Circuit, step: str, comes: str) -> None:
    assert step_of(one) == step
    first = outlook(one)[0]
    assert f"{first.who} {first.rule}" == comes


def test_a_layer_3_provider_configures_the_peerings() -> None:
    """ST-5."""
    (first,) = outlook(circuit(), layer=3)
    assert (first.who, first.rule) == ("provider", "ST-5")
    assert [stage.who for stage in road(state_of(circuit(), 3)) if Step.PROVISIONED in stage.steps] == ["provider"]
    assert "Layer 3 provider does it itself" in outlook(circuit())[0].what
    assert "Layer 3" not in outlook(circuit(), layer=2)[0].what


def test_an_expressroute_direct_circuit_has_no_stage_of_a_provider() -> None:
    """ST-7."""
    direct = road(State("", "Enabled", "Succeeded", 3, direct=True))
    assert {stage.who for stage in direct} == {"you", "Microsoft"}
    assert len(direct) == len(ROAD) - 3


def test_there_is_a_next_step_wherever_a_circuit_stands() -> None:
    for state in every_state():
        words = {"serviceProviderProvisioningState": state.provider, "circuitProvisioningState": state.status}
        properties: dict[str, Any] = {**words, "provisioningState": state.provisioning}
        if state.direct:
            properties["expressRoutePort"] = {"id": "/ports/p"}
        for peerings in ((), (private(),), (private(), microsoft("ValidationNeeded"))):
            one = circuit(*peerings, **properties)
            found = outlook(one, state.layer)
            assert found
            assert {step.rule for step in found} <= RULES.keys()
            assert {step.who for step in found} <= {"you", "provider", "Microsoft"}


def test_a_list_is_validated_when_all_of_its_prefixes_are() -> None:
    """ST-10: where a prefix has a state of its own, and whoever waits, waits for that too."""
    infos = [{"prefix": LIST[0], "validationState": "Configured"}, {"prefix": LIST[1], "validationState": "ManualValidationNeeded"}]
    one = circuit(private(), microsoft(microsoftPeeringConfig=config(advertisedPublicPrefixInfo=infos)))
    assert step_of(one) == "validating"
    assert [(step.who, step.rule) for step in outlook(one)] == [("you", "TKT-1")]
    assert reached(one, Want.CONFIGURED) is not Progress.REACHED


def test_what_waits_to_be_listed_or_is_not_said() -> None:
    empty = circuit(private(), microsoft(microsoftPeeringConfig=config([], state="NotConfigured")))
    assert (step_of(empty), [step.rule for step in outlook(empty)]) == ("validating", ["ST-9"])
    unsaid = circuit(private(), microsoft(microsoftPeeringConfig=config(state="")))
    assert (step_of(unsaid), [step.rule for step in outlook(unsaid)]) == ("validating", ["ST-9"])


def test_a_list_without_prefixes_waits_for_nothing() -> None:
    empty = microsoft(microsoftPeeringConfig=config([], state=""))
    assert step_of(circuit(empty)) == "ready"
    nothing = microsoft(microsoftPeeringConfig=None)
    assert step_of(circuit(nothing)) == "ready"


def test_a_private_peerings_states_of_prefixes_mean_nothing() -> None:
    """ST-13."""
    odd = private(microsoftPeeringConfig=config(state="ValidationNeeded"))
    assert step_of(circuit(odd)) == "ready"
    assert step_of(circuit(odd, microsoft())) == "ready"


def test_a_disabled_peering_is_enabled_last() -> None:
    """ST-8."""
    steps = outlook(circuit(private(state="Disabled")))
    assert [step.rule for step in steps] == ["ST-15", "ST-8", "LNK-4"]
    assert "AzurePrivatePeering" in steps[1].commands[0].text


def test_what_is_billed() -> None:
    """ST-6."""
    assert "MeteredData" in billing(circuit())
    assert billing(circuit(serviceProviderProvisioningState="NotProvisioned"))
    assert not billing(alone(microsoft()))
    assert not billing(Circuit(kind="plan"))
    assert billing(Circuit()).startswith("billed from")


def test_a_family_without_a_list_waits_for_nothing_while_the_other_does() -> None:
    six = {"microsoftPeeringConfig": config(["2001:67c:2e8::/48"], state="ValidationNeeded")}
    for state in ("", "Configured"):
        one = circuit(private(), microsoft(microsoftPeeringConfig=config([], state=state), ipv6PeeringConfig=six))
        assert [(step.who, step.rule) for step in outlook(one)] == [("you", "ST-11")]
        assert "ipv6" in outlook(one)[0].what
