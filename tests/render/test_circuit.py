"""A circuit drawn for people: the next step first, the road with where it stands, and nothing from outside that acts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
from circuits import LIST, alone, circuit, config, every_state, microsoft, private
from hostile import TEXTS, acting

from bgpcheck.circuit.model import Circuit
from bgpcheck.circuit.road import Step, step_of
from bgpcheck.circuit.seen import Seen, Tables
from bgpcheck.circuit.survey import Survey, document
from bgpcheck.circuit.workflow import state_of
from bgpcheck.render.circuit import as_text
from bgpcheck.render.diagram import HERE, as_lines, as_svg, marks
from bgpcheck.store.configs import settings

if TYPE_CHECKING:
    from bgpcheck.circuit.workflow import State

MANY = [f"193.0.{number}.0/24" for number in range(30)]


def survey(one: Circuit, layer: int | None = None, **more: Any) -> Survey:  # noqa: ANN401
    return Survey(Seen(one, **more), settings(), layer)


def drawn(one: Circuit, layer: int | None = None, width: int = 120) -> str:
    return as_text([survey(one, layer)], width=width)


def test_the_next_step_stands_on_top() -> None:
    lines = drawn(circuit(serviceProviderProvisioningState="NotProvisioned")).splitlines()
    assert lines[0] == "er-ams: created (NotProvisioned, Enabled, Succeeded)"
    assert lines[1].startswith("  Next: you: give Example the service key")


def test_you_are_here() -> None:
    assert re.search(r"▶ provision +provider +◀ you are here\n", drawn(circuit(serviceProviderProvisioningState="Provisioning")))
    assert "beside the road" in drawn(circuit(provisioningState="Failed"))


@pytest.mark.parametrize(
    ("one", "layer", "says"),
    [
        (circuit(), None, "Azure's data do not say; --layer says it"),
        (circuit(microsoft()), None, "Layer 2: you configure routing."),
        (circuit(), 3, "Layer 3: your provider configures routing."),
        (
            circuit(expressRoutePort={"id": "/p"}, bandwidthInGbps=10, serviceProviderProperties=None),
            None,
            "ExpressRoute Direct, 10000 Mbit/s",
        ),
        (Circuit(), None, "a circuit without a name: unknown"),
        (Circuit(known=False), None, "what was given without a circuit: unknown"),
        (alone(microsoft(peerASN="####", azureASN=0)), None, "AS (not told) to Microsoft"),
        (alone(microsoft(primaryPeerAddressPrefix="", secondaryPeerAddressPrefix="", vlanId=None)), None, "links"),
        (alone(private(primaryPeerAddressPrefix="", secondaryPeerAddressPrefix="")), None, "no links"),
        (circuit(microsoft(microsoftPeeringConfig=None)), None, "prefixes (state not told), no customer ASN, registry NONE"),
        (circuit(microsoft(microsoftPeeringConfig=config(customerASN=12654))), None, "customer AS12654"),
        (circuit(microsoft(microsoftPeeringConfig=config(MANY))), None, "… and 10 more"),
        (
            circuit(microsoft(ipv6PeeringConfig={"state": "Disabled", "primaryPeerAddressPrefix": "2001:67c:2e8::/126"})),
            None,
            "ipv6: Disabled",
        ),
        (circuit(microsoft(microsoftPeeringConfig=config([f"10.{n}.0.0/16" for n in range(9)]))), None, "… and 5 more like these"),
    ],
)
def test_what_is_said(one: Circuit, layer: int | None, says: str) -> None:
    assert says in drawn(one, layer)


def test_a_peering_alone_has_no_road() -> None:
    text = drawn(alone(microsoft("ValidationNeeded")))
    assert "The road" not in text
    assert "What is allowed" not in text
    assert "What comes next" in text


def test_several_stand_below_one_another() -> None:
    assert as_text([survey(circuit(name="one")), survey(circuit(name="two"))]).count("The road") == 2


def test_commands_are_never_broken() -> None:
    text = drawn(circuit(serviceProviderProvisioningState="NotProvisioned"), width=40)
    assert "az network express-route show -g rg1 -n er-ams --query serviceKey -o tsv" in text


@pytest.mark.parametrize("text", TEXTS)
def test_nothing_from_outside_acts(text: str) -> None:
    odd = circuit(
        microsoft(
            text, peeringType="MicrosoftPeering", lastModifiedBy=text, microsoftPeeringConfig=config([text], routingRegistryName=text)
        ),
        private(peeringType=text, state=text),
        serviceProviderProvisioningState=text,
        serviceKey=text,
        serviceProviderProperties={"serviceProviderName": text, "peeringLocation": text},
    )
    assert not acting(drawn(odd))
    assert document([survey(odd)])["circuits"]


def test_tables_alone_are_judged_by_themselves() -> None:
    text = as_text([survey(Circuit(known=False, listed=False), tables=Tables(arp=()))])
    assert "EDGE-" in text


@pytest.mark.parametrize("state", every_state()[::7], ids=str)
def test_the_picture_says_what_the_lines_say(state: State) -> None:
    for step in Step:
        found = marks(step, state)
        lines = [line for line, _ in as_lines(step, state)]
        root = ET.fromstring(as_svg(step, state))  # noqa: S314 (our own)
        words = [text.text or "" for text in root.iter("text")]
        assert len(root.findall("rect")) == len(found)
        assert [word[2:] for word in words[::2]] == [one.title for one in found]
        assert sum(HERE in line for line in lines) == sum(HERE in word for word in words) == sum(one.when == "here" for one in found) <= 1
        assert root.get("aria-label")
        order = [("done", "here", "ahead", "").index(one.when) for one in found]
        assert order == sorted(order)


def test_the_reports_picture_is_of_this_circuit() -> None:
    one = circuit(private(), microsoft("ValidationNeeded"))
    assert f"validate the prefixes of Microsoft peering (Microsoft) - {HERE}" in as_svg(step_of(one), state_of(one))
    assert LIST
