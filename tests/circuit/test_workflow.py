"""The state machine, exhaustively: every combination is a row of ``workflow.csv``, and what the rules say holds of all of them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from circuits import alone, circuit, every_state, microsoft, private

from bgpcheck.circuit.workflow import MISSING, OTHER, Answer, Operation, State, rule, rulings, state_of
from bgpcheck.rules.catalogue import RULES

GOLDEN = Path(__file__).resolve().parent / "workflow.csv"
ALL = every_state()
SETTLED = [state for state in ALL if state.provisioning == "Succeeded" and state.status == "Enabled"]
A, F, U = Answer.ALLOWED, Answer.FORBIDDEN, Answer.UNKNOWN


def answers(state: State) -> dict[Operation, Answer]:
    return {operation: rule(operation, state).answer for operation in Operation}


def table() -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("provider", "status", "provisioning", "layer", "direct", *Operation))
    for state in ALL:
        found = [rule(operation, state) for operation in Operation]
        words = (state.provider or "-", state.status or "-", state.provisioning or "-", state.layer or "-", "yes" if state.direct else "no")
        writer.writerow((*words, *(f"{one.answer} {one.rule}" for one in found)))
    return out.getvalue()


def test_every_combination_is_a_row() -> None:
    """Written by ``table()``: whoever changes the machine reads here what it changes."""
    assert len(ALL) == 7 * 4 * 8 * 3 * 2
    assert table() == GOLDEN.read_text()


def test_every_answer_names_a_rule_that_is_explained() -> None:
    for state in ALL:
        for operation in Operation:
            found = rule(operation, state)
            assert found.rule in RULES
            assert found.why


def test_nothing_is_judged_while_azure_works_or_has_failed() -> None:
    """ST-3."""
    moving = [state for state in ALL if state.provisioning != "Succeeded"]
    assert len(moving) == 7 * len(ALL) // 8
    assert {rule(operation, state).rule for state in moving for operation in Operation} == {"ST-3"}
    assert {answer for state in moving for answer in answers(state).values()} == {U}


def test_provisioned_and_enabled_is_the_only_usable_state() -> None:
    """ST-5, and ST-7 for ExpressRoute Direct."""
    for state in ALL:
        usable = state.provider == "Provisioned" or (state.direct and state.provider == MISSING)
        settled = state.provisioning == "Succeeded" and state.status == "Enabled"
        found = answers(state)
        assert (found[Operation.LINK] is A) == (usable and settled)
        assert (found[Operation.PEER] is A) == (usable and settled and (state.layer != 3 or state.direct))


def test_with_a_layer_3_provider_the_provider_configures_routing() -> None:
    """ST-5."""
    for state in SETTLED:
        if state.layer == 3 and not state.direct:
            assert rule(Operation.PEER, state).answer is not A
            assert rule(Operation.PEER, state).who == "provider"


@pytest.mark.parametrize("provider", ["Provisioning", "Provisioned"])
def test_deleting_fails_while_the_provider_has_it(provider: str) -> None:
    """ST-6."""
    found = [rule(Operation.DELETE, state) for state in SETTLED if state.provider == provider and not state.direct]
    assert len(found) == 3
    assert {(one.answer, one.rule) for one in found} == {(F, "ST-6")}


@pytest.mark.parametrize("provider", ["NotProvisioned", "DeProvisioned"])
def test_what_is_not_provisioned_may_be_deleted_or_provisioned_again(provider: str) -> None:
    """ST-4."""
    for state in SETTLED:
        if state.provider == provider and not state.direct:
            assert answers(state) == {
                Operation.PEER: F,
                Operation.LINK: F,
                Operation.DELETE: A,
                Operation.RE_ENABLE: A,
                Operation.DEPROVISION: F,
            }


def test_nobody_can_deprovision_what_has_no_provider() -> None:
    """ST-7."""
    for state in SETTLED:
        if state.direct:
            for operation in (Operation.RE_ENABLE, Operation.DEPROVISION):
                assert (rule(operation, state).answer, rule(operation, state).rule) == (F, "ST-7")


def test_nothing_is_allowed_by_a_word_that_nobody_documented() -> None:
    """ST-1: open enums."""
    strange = [state for state in ALL if OTHER in (state.provider, state.status, state.provisioning)]
    assert strange
    assert A not in {answer for state in strange for answer in answers(state).values()}


def test_nothing_is_allowed_by_what_the_data_do_not_have() -> None:
    silent = [state for state in ALL if MISSING in (state.status, state.provisioning) or (not state.provider and not state.direct)]
    assert A not in {answer for state in silent for answer in answers(state).values()}


def test_a_status_that_is_not_enabled_is_for_support() -> None:
    """ST-2."""
    for state in ALL:
        if state.provisioning == "Succeeded" and state.status == "Disabled":
            found = {operation: (rule(operation, state).answer, rule(operation, state).rule) for operation in Operation}
            assert found[Operation.DELETE] == (U, "ST-2")
            assert found[Operation.PEER] == found[Operation.LINK] == (F, "ST-5")


def test_states_are_read_without_regard_to_case() -> None:
    one = circuit(serviceProviderProvisioningState="PROVISIONED", circuitProvisioningState="enabled", provisioningState="succeeded")
    assert state_of(one) == State("Provisioned", "Enabled", "Succeeded", None, direct=False)
    assert state_of(circuit(serviceProviderProvisioningState="Hibernating")).provider == OTHER
    assert state_of(circuit(serviceProviderProvisioningState=None)).provider == MISSING
    assert state_of(circuit(microsoft())).layer == 2
    assert state_of(circuit(microsoft(lastModifiedBy="ServiceProvider"))).layer == 3
    assert state_of(circuit(microsoft(lastModifiedBy="Gateway"))).layer is None
    assert state_of(circuit(), layer=3).layer == 3


def by_operation(one: object, layer: int | None = None) -> dict[str, tuple[str, str]]:
    return {str(found.operation): (str(found.answer), found.rule) for found in rulings(one, layer)}  # type: ignore[arg-type]


def test_virtual_networks_need_private_peering() -> None:
    """ST-15."""
    assert by_operation(circuit(microsoft()))["link"] == ("forbidden", "ST-15")
    assert by_operation(circuit())["link"] == ("forbidden", "ST-15")
    assert by_operation(circuit(microsoft(), private()))["link"] == ("allowed", "ST-15")
    assert by_operation(circuit(peerings=None))["link"] == ("unknown", "ST-15")  # the data do not list the peerings
    assert by_operation(circuit(private(state="Disabled")))["link"] == ("unknown", "ST-15")
    assert by_operation(circuit(private(provisioningState=None)))["link"] == ("unknown", "ST-14")


def test_peerings_are_finished_one_at_a_time() -> None:
    """ST-14."""
    moving = by_operation(circuit(microsoft(provisioningState="Updating"), private()))
    assert moving["peer"] == moving["link"] == ("unknown", "ST-14")
    assert moving["delete"] == ("forbidden", "ST-6")
    free = circuit(private(provisioningState="Deleting"), serviceProviderProvisioningState="NotProvisioned")
    assert by_operation(free)["delete"] == ("unknown", "ST-14")


def test_a_cross_connection_is_the_providers_view() -> None:
    theirs = circuit(serviceProviderProvisioningState="NotProvisioned")
    object.__setattr__(theirs, "kind", "cross-connection")
    assert set(by_operation(theirs).values()) == {("unknown", "ST-4")}


def test_a_port_without_an_id_makes_no_direct_circuit() -> None:
    """ST-7 would allow what ST-1 does not know."""
    for port in ({}, {"id": ""}):
        one = circuit(expressRoutePort=port, serviceProviderProvisioningState=None)
        assert {answer for answer, _ in by_operation(one).values()} == {"unknown"}


def test_others_virtual_networks_stand_in_the_way_of_a_delete() -> None:
    def of(status: str) -> tuple[str, str]:
        using = [{"properties": {"authorizationUseStatus": status}}]
        return by_operation(circuit(serviceProviderProvisioningState="NotProvisioned", authorizations=using))["delete"]

    assert of("InUse") == of(" in use") == of("Whatever") == ("unknown", "ST-15")
    assert of("Available") == ("allowed", "ST-4")


def test_what_is_not_known_or_not_made_allows_nothing() -> None:
    assert set(by_operation(alone(microsoft())).values()) == {("unknown", "ST-1")}
    planned = circuit()
    object.__setattr__(planned, "kind", "plan")
    assert set(by_operation(planned).values()) == {("unknown", "ST-4")}
