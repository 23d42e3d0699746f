"""What Azure says of a claim: only settled, only of this very claim (verdicts.md, row 1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from circuits import KEY, LIST, alone, circuit, config, microsoft, private

from bgpcheck.circuit.claims import peering_of
from bgpcheck.circuit.model import VALIDATION_STATES, Circuit
from bgpcheck.circuit.standing import NONE, VALUES, Standing, overall, value_of
from bgpcheck.model import Prefix
from bgpcheck.peering import Block, Listed, Peering
from bgpcheck.situation import DOMAIN
from bgpcheck.store.configs import settings

FIRST, SECOND = map(Prefix.parse, LIST)


def claimed(one: Circuit) -> Peering:
    return peering_of(one, settings())[0]


def said(peering: Peering) -> list[tuple[str, str, str | None]]:
    return [(str(claim.prefix), claim.azure, claim.actual) for claim in peering.claims()]


def planned(one: Circuit, prefixes: list[str], **block: Any) -> Peering:  # noqa: ANN401
    """Another claim than the circuit's own, held against the circuit."""
    listed = tuple(Listed(Prefix.parse(text), text) for text in prefixes)
    return Peering(3333, (Block("ipv4", **{"registry": "RIPENCC", "registry_text": "RIPENCC", **block}, prefixes=listed),), circuit=one)


def info(prefix: str, state: str, asn: int = 3333) -> dict[str, str]:
    return {"prefix": prefix, "validationId": f"Azure-SKEY|{KEY}|{prefix}|ASN-{asn}", "signature": "", "validationState": state}


@pytest.mark.parametrize("word", VALIDATION_STATES)
def test_every_documented_state_has_a_value(word: str) -> None:
    assert value_of(word) == value_of(word.upper()) == VALUES[word.lower()]
    assert value_of(word) in DOMAIN["azure"]
    assert (value_of(word) == "configured") == (word == "Configured")


@pytest.mark.parametrize("word", ["Validated", "ConfiguredMaybe", "Not Configured", "Configured ", "", "configure"])
def test_a_word_that_is_not_documented_is_never_configured(word: str) -> None:
    assert value_of(word) == "other-state"
    assert value_of(f"Manual {word}") == "manual-validation-needed"


@pytest.mark.parametrize("state", ["Configured", "ValidationNeeded", "NotConfigured", "Strange"])
def test_a_blocks_state_speaks_for_every_prefix_of_its_own_list(state: str) -> None:
    one = claimed(circuit(microsoft(state)))
    assert said(one) == [(prefix, value_of(state), state) for prefix in LIST]
    assert one.standing(one.blocks[0]) == Standing(value_of(state), state)


@pytest.mark.parametrize(
    "more",
    [
        {"provisioningState": "Updating"},
        {"provisioningState": "Failed"},
        {"provisioningState": "Canceled"},
        {"provisioningState": "Whatever"},
        {"microsoftPeeringConfig": config(state="Configuring")},
    ],
)
def test_what_is_not_settled_is_no_state(more: dict[str, Any]) -> None:
    """ST-3, ST-12."""
    assert said(claimed(circuit(microsoft(**more)))) == [(prefix, "updating", None) for prefix in LIST]


def test_the_circuit_itself_must_be_settled_too() -> None:
    """ST-3: of circuit and peering."""
    assert said(claimed(circuit(microsoft(), provisioningState="Updating")))[0][1:] == ("updating", None)
    assert said(claimed(circuit(microsoft(), provisioningState=None)))[0][1:] == ("configured", "Configured")
    assert said(claimed(alone(microsoft())))[0][1:] == ("configured", "Configured")


def test_data_that_do_not_say_whether_the_change_succeeded_say_nothing() -> None:
    assert said(claimed(circuit(microsoft(provisioningState=None)))) == [(prefix, NONE, None) for prefix in LIST]
    assert said(claimed(circuit(microsoft(microsoftPeeringConfig=config(state="")))))[0][1:] == (NONE, None)


OTHER_CLAIMS: list[tuple[str, Peering]] = [
    ("another peer ASN", replace(planned(circuit(microsoft()), LIST), peer_asn=12654)),
    ("another customer ASN", planned(circuit(microsoft()), LIST, customer_asn=12654)),
    ("another registry", planned(circuit(microsoft()), LIST, registry="RADB", registry_text="RADB")),
    ("no registry", planned(circuit(microsoft()), LIST, registry=None, registry_text="")),
    ("a longer list", planned(circuit(microsoft()), [*LIST, "193.0.18.0/23"])),
    ("a shorter list", planned(circuit(microsoft()), LIST[:1])),
    ("another prefix", planned(circuit(microsoft()), ["193.0.18.0/23"])),
    ("no Microsoft peering", planned(circuit(private()), LIST)),
    ("no circuit", replace(planned(circuit(), LIST), circuit=None)),
    ("no configuration", planned(circuit(microsoft(microsoftPeeringConfig=None)), LIST)),
    ("a list that can't be read whole", planned(circuit(microsoft(microsoftPeeringConfig=config([*LIST, "all of them"]))), LIST)),
    ("a masked AS number", planned(circuit(microsoft(peerASN="####")), LIST)),
]


@pytest.mark.parametrize(("what", "peering"), OTHER_CLAIMS, ids=[what for what, _ in OTHER_CLAIMS])
def test_a_state_speaks_for_no_other_claim(what: str, peering: Peering) -> None:
    assert {claim.azure for claim in peering.claims()} == {NONE}, what
    assert {claim.actual for claim in peering.claims()} == {None}
    assert peering.standing(peering.blocks[0]) == Standing()


def test_the_same_claim_written_otherwise_is_the_same() -> None:
    azure = circuit(microsoft(microsoftPeeringConfig=config(["193.0.10.0/24", "193.0.0.0/21"], routingRegistryName="ripencc")))
    assert {claim.azure for claim in planned(azure, LIST).claims()} == {"configured"}
    unnamed = circuit(microsoft(microsoftPeeringConfig=config(routingRegistryName="NONE")))
    assert {claim.azure for claim in planned(unnamed, LIST, registry=None, registry_text="").claims()} == {"configured"}


def test_a_prefixs_own_state_stands_above_its_blocks() -> None:
    """ST-10."""
    infos = [info(LIST[0], "Configured"), info(LIST[1], "AsnValidationFailed")]
    one = circuit(microsoft(microsoftPeeringConfig=config(state="ValidationNeeded", advertisedPublicPrefixInfo=infos)))
    assert said(claimed(one)) == [(LIST[0], "configured", "Configured"), (LIST[1], "asn-validation-failed", "AsnValidationFailed")]
    # a prefix's own state counts also where the list is another one
    assert said(planned(one, LIST[:1])) == [(LIST[0], "configured", "Configured")]
    moving = circuit(microsoft(provisioningState="Updating", microsoftPeeringConfig=config(advertisedPublicPrefixInfo=infos)))
    assert {claim.azure for claim in claimed(moving).claims()} == {"updating"}


@pytest.mark.parametrize(
    "odd",
    [
        info(LIST[0], "Configured", asn=65001),  # validated for another AS number
        info("193.0.0.0/20", "Configured"),  # another prefix
        info("all", "Configured"),
        info(LIST[0], ""),
    ],
)
def test_an_entry_about_something_else_does_not_count(odd: dict[str, str]) -> None:
    one = circuit(microsoft(microsoftPeeringConfig=config(state="ValidationNeeded", advertisedPublicPrefixInfo=[odd])))
    assert {claim.azure for claim in claimed(one).claims()} == {"validation-needed"}


def test_an_entry_without_a_validation_id_counts() -> None:
    bare = {"prefix": LIST[0], "validationState": "Configured"}
    one = circuit(microsoft(microsoftPeeringConfig=config(state="ValidationNeeded", advertisedPublicPrefixInfo=[bare])))
    assert said(claimed(one))[0][1] == "configured"


def test_families_are_told_apart() -> None:
    six = {"microsoftPeeringConfig": config(["2001:67c:2e8::/48"], state="ValidationNeeded")}
    one = claimed(circuit(microsoft(ipv6PeeringConfig=six)))
    assert [azure for _, azure, _ in said(one)] == ["configured", "configured", "validation-needed"]


@pytest.mark.parametrize(
    ("states", "whole"),
    [
        (["Configured"], "Configured"),
        (["Configured", "Configured"], "Configured"),
        (["Configured", "ValidationNeeded"], "ValidationNeeded"),
        (["ManualValidationNeeded", "ValidationNeeded"], "ManualValidationNeeded"),
        (["Configured", "Strange"], "Strange"),
        (["Configured", None], None),
        (["ValidationNeeded", None], "ValidationNeeded"),
        ([None], None),
        ([], None),
    ],
)
def test_the_whole_is_as_bad_as_its_worst_block(states: list[str | None], whole: str | None) -> None:
    standings = [Standing(value_of(state), state) if state else Standing("updating") for state in states]
    assert overall(standings) == overall(standings[::-1]) == whole
