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
    assert said(claimed(circuit(microsoft(), provisioningState=None)))[0][1:] == (NONE, None)  # not said whether it is
    assert said(claimed(circuit(microsoft(azureASN=0))))[0][1:] == ("updating", None)  # ST-12: not before the change is done
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
    ("a masked customer ASN", planned(circuit(microsoft(microsoftPeeringConfig=config(customerASN="###"))), LIST)),
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


OTHER_KEY = "00000000-0000-4000-8000-000000000000"
ENTRIES: list[tuple[str, str, list[dict[str, str]], str]] = [
    # what, the list's state, the entries, and what is said of the first prefix
    (
        "own state, the list's explained by another's",
        "ValidationNeeded",
        [info(LIST[0], "Configured"), info(LIST[1], "ValidationNeeded")],
        "configured",
    ),
    ("own state better than its list's, and nothing explains it", "ValidationNeeded", [info(LIST[0], "Configured")], "validation-needed"),
    ("the same by hand", "ManualValidationNeeded", [info(LIST[0], "Configured")], "manual-validation-needed"),
    ("the list is still at work", "Configuring", [info(LIST[0], "Configured")], "updating"),
    ("the list's state is none that is documented", "Blah", [info(LIST[0], "Configured")], "other-state"),
    ("the list's state is not said", "", [info(LIST[0], "Configured")], "none"),
    (
        "two entries that disagree",
        "ValidationNeeded",
        [info(LIST[0], "ValidationNeeded"), info(LIST[0], "Configured")],
        "validation-needed",
    ),
    ("the other way round", "ValidationNeeded", [info(LIST[0], "Configured"), info(LIST[0], "ValidationNeeded")], "validation-needed"),
    ("another AS number", "Configured", [info(LIST[0], "Configured", asn=65001)], "none"),
    ("another AS number that is not configured", "Configured", [info(LIST[0], "ValidationNeeded", asn=65001)], "none"),
    (
        "another prefix in the id",
        "Configured",
        [{**info(LIST[0], "Configured"), "validationId": info("10.0.0.0/8", "x")["validationId"]}],
        "none",
    ),
    (
        "another circuit in the id",
        "Configured",
        [{**info(LIST[0], "Configured"), "validationId": f"Azure-SKEY|{OTHER_KEY}|{LIST[0]}|ASN-3333"}],
        "none",
    ),
    (
        "an id that can't be read",
        "Configured",
        [{**info(LIST[0], "Configured"), "validationId": f"Azure-SKEY|{KEY}|{LIST[0]}|asn-3333"}],
        "none",
    ),
    ("AS0 in the id", "Configured", [{**info(LIST[0], "Configured"), "validationId": f"Azure-SKEY|{KEY}|{LIST[0]}|ASN-0"}], "none"),
    ("an entry of another prefix", "ValidationNeeded", [info("193.0.0.0/20", "Configured")], "validation-needed"),
    ("an entry with host bits", "ValidationNeeded", [info("193.0.0.77/21", "Configured")], "validation-needed"),
    ("an entry of nothing", "ValidationNeeded", [info("all", "Configured")], "validation-needed"),
    ("an entry without a state", "ValidationNeeded", [info(LIST[0], "")], "validation-needed"),
    (
        "an entry without an id",
        "ValidationNeeded",
        [{"prefix": LIST[0], "validationState": "AsnValidationFailed"}],
        "asn-validation-failed",
    ),
    ("an entry with nothing", "Configured", [{"prefix": LIST[0]}], "configured"),
]


@pytest.mark.parametrize(("what", "state", "infos", "value"), ENTRIES, ids=[what for what, *_ in ENTRIES])
def test_what_entries_of_prefixes_say(what: str, state: str, infos: list[dict[str, str]], value: str) -> None:
    """ST-10, SIG-1: a prefix's own state counts for this very claim, and is never better than what the list's leaves open."""
    one = claimed(circuit(microsoft(microsoftPeeringConfig=config(state=state, advertisedPublicPrefixInfo=infos))))
    assert said(one)[0][1] == value, what


HOSTS = "193.0.0.5/21"


def test_a_prefix_with_host_bits_has_its_own_state() -> None:
    listed = config([HOSTS], advertisedPublicPrefixInfo=[{"prefix": HOSTS, "validationState": "ValidationFailed"}])
    assert said(claimed(circuit(microsoft(microsoftPeeringConfig=listed))))[0][1] == "validation-failed"


STRAY = info("8.8.8.0/24", "ValidationNeeded")


@pytest.mark.parametrize("state", ["ValidationNeeded", "NotConfigured", "ManualValidationNeeded", "Configuring", "Blah", ""])
@pytest.mark.parametrize(
    "stray", [STRAY, {"prefix": "", "validationState": "ValidationNeeded"}, {**STRAY, "validationState": "Configuring"}]
)
def test_an_entry_of_what_is_not_listed_excuses_no_lists_state(state: str, stray: dict[str, str]) -> None:
    both = [info(LIST[0], "Configured"), info(LIST[1], "Configured"), stray]
    one = claimed(circuit(microsoft(microsoftPeeringConfig=config(state=state, advertisedPublicPrefixInfo=both))))
    assert "configured" not in {claim.azure for claim in one.claims()}


@pytest.mark.parametrize("state", ["NotConfigured", "ManualValidationNeeded", "Configuring", "Blah", ""])
def test_anothers_state_excuses_only_what_it_explains(state: str) -> None:
    """One prefix that needs validation is no reason for being at work, for validation by hand, or for a word that nobody knows."""
    both = [info(LIST[0], "Configured"), info(LIST[1], "ValidationNeeded")]
    azure = circuit(microsoft(microsoftPeeringConfig=config(state=state, advertisedPublicPrefixInfo=both)))
    for peering in (claimed(azure), planned(azure, LIST[:1])):
        assert peering.claims()[0].azure != "configured"


@pytest.mark.parametrize("prefix", ["", "193.0.0.0 /21", "193.0.0.0/255.255.248.0", "193.0.0.0", "193.0.0.0/22"])
def test_a_bad_entry_that_fits_nothing_lets_nothing_be_configured(prefix: str) -> None:
    """Not even in the other family's list."""
    stray = {**info(LIST[0], "ValidationFailed"), "prefix": prefix}
    for more in (
        {"microsoftPeeringConfig": config(advertisedPublicPrefixInfo=[stray])},
        {"ipv6PeeringConfig": {"microsoftPeeringConfig": config([], advertisedPublicPrefixInfo=[stray])}},
    ):
        one = claimed(circuit(microsoft(**more)))
        assert {claim.azure for claim in one.claims()} == {NONE}
        assert one.standing(one.blocks[0]) == Standing()


def test_data_that_contradict_themselves_still_say_no() -> None:
    one = claimed(circuit(microsoft(microsoftPeeringConfig=config(state="ValidationNeeded", advertisedPublicPrefixInfo=[STRAY]))))
    assert {claim.azure for claim in one.claims()} == {"validation-needed"}


def test_an_entry_is_of_the_customer_asn_where_there_is_one() -> None:
    """SIG-1: one of the peer ASN is then of an earlier setting."""
    for asn, value in ((1234, "configured"), (3333, NONE)):
        listed = config(customerASN=1234, advertisedPublicPrefixInfo=[info(LIST[0], "Configured", asn=asn)])
        one = claimed(circuit(microsoft(microsoftPeeringConfig=listed)))
        assert one.claims()[0].azure == value


def test_entries_of_several_circuits_are_of_none() -> None:
    other = {**info(LIST[1], "Configured"), "validationId": f"Azure-SKEY|{OTHER_KEY}|{LIST[1]}|ASN-3333"}
    one = claimed(alone(microsoft(microsoftPeeringConfig=config(advertisedPublicPrefixInfo=[info(LIST[0], "Configured"), other]))))
    assert {claim.azure for claim in one.claims()} == {NONE}


def test_while_azure_works_nothing_that_stands_there_counts() -> None:
    """ST-3, also where no state stands there, and where an entry is of something else."""
    for infos in ([], [info(LIST[0], "Configured")], [info(LIST[0], "Configured", asn=65001)]):
        for state in ("", "Configured"):
            listed = config(state=state, advertisedPublicPrefixInfo=infos)
            moving = circuit(microsoft(provisioningState="Updating", microsoftPeeringConfig=listed))
            assert {claim.azure for claim in claimed(moving).claims()} == {"updating"}


def test_of_two_microsoft_peerings_nobody_knows_which_is_meant() -> None:
    """ST-14."""
    one = circuit(microsoft(), microsoft("ValidationNeeded", vlanId=101))
    peering, faults = peering_of(one, settings())
    assert [fault.field for fault in faults] == ["peerings"]
    assert {claim.azure for claim in peering.claims()} == {NONE}


def test_a_plan_is_no_word_of_azures() -> None:
    one = circuit(microsoft())
    object.__setattr__(one, "kind", "plan")
    assert {claim.azure for claim in claimed(one).claims()} == {NONE}


def test_another_circuits_claim_takes_nothing_from_this_one() -> None:
    """TKT-2: the service key tells circuits apart."""
    one = planned(circuit(microsoft()), LIST)
    assert {claim.azure for claim in one.claims()} == {"configured"}
    assert {claim.azure for claim in replace(one, service_key=KEY.upper()).claims()} == {"configured"}
    assert {claim.azure for claim in replace(one, service_key=OTHER_KEY).claims()} == {NONE}


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


def test_a_long_list_is_gone_through_once() -> None:
    """Comparing every entry with every prefix would take the better part of an hour here."""
    many = [f"{10 + number // 65536}.{number // 256 % 256}.{number % 256}.0/24" for number in range(4000)]
    listed = config(many, advertisedPublicPrefixInfo=[info(prefix, "Configured") for prefix in many])
    one = claimed(circuit(microsoft(microsoftPeeringConfig=listed)))
    assert {claim.azure for claim in one.claims()} == {"configured"}
