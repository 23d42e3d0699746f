"""Commands are written for people to run: exact, quoted, and with no word from outside that could do something."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace

import pytest
from circuits import ID, circuit

from bgpcheck.circuit import commands
from bgpcheck.circuit.commands import Command, List, Place, place_of

WANTED = List("ipv4", 3333, 12654, "RIPENCC", ("193.0.0.0/21", "193.0.10.0/24"), "193.0.30.0/30", "193.0.30.4/30", 345)
SIX = List("ipv6", 3333, 0, "NONE", ("2001:67c:2e8::/48",))


def text(found: tuple[Command, ...], tool: str) -> str:
    return next(one.text for one in found if one.tool == tool)


def test_the_place_is_read_from_the_id() -> None:
    assert place_of(circuit()) == Place("rg1", "er-ams", ID)
    assert place_of(replace(circuit(), id=f"{ID}/peerings/MicrosoftPeering")) == Place("rg1", "er-ams", ID)
    assert place_of(replace(circuit(), id=ID.lower())).name == "er-ams"


@pytest.mark.parametrize("identity", ["", "er-ams", "/subscriptions/***/resourceGroups/rg1", f"{ID[:60]}; rm -rf /"])
def test_a_place_that_is_not_known_is_left_to_fill_in(identity: str) -> None:
    assert place_of(replace(circuit(), id=identity)) == Place(name="er-ams")
    assert place_of(None).az == "-g <resource-group> -n <circuit>"


@pytest.mark.parametrize("name", ["x; rm -rf /", "$(reboot)", "`id`", "a b", "x'y", 'x"y', "x\ny", "é", "\u2019; Stop-Computer", "x" * 200])
def test_no_word_from_outside_acts(name: str) -> None:
    """A name that Azure would not have is not written at all."""
    one = replace(circuit(), name=name, id=ID.replace("er-ams", name).replace("rg1", name))
    place = place_of(one)
    for made in (commands.show, commands.service_key, commands.refresh, commands.delete, commands.attach_filter):
        for command in made(place):
            assert name not in command.text
    assert name not in commands.enable(place, name)[0].text


def test_az_changes_registry_customer_asn_and_list() -> None:
    words = shlex.split(text(commands.submit(place_of(circuit()), WANTED), "az"))
    assert words[:5] == ["az", "network", "express-route", "peering", "update"]
    options = dict(zip(words[5:-3:2], words[6:-3:2], strict=False))
    assert options == {
        "-g": "rg1",
        "--circuit-name": "er-ams",
        "-n": "MicrosoftPeering",
        "--customer-asn": "12654",
        "--routing-registry-name": "RIPENCC",
    }
    assert words[-3:] == ["--advertised-public-prefixes", "193.0.0.0/21", "193.0.10.0/24"]
    assert "--ip-version IPv6" in text(commands.submit(Place(), SIX), "az")


def test_rest_writes_the_peering_whole() -> None:
    found = text(commands.submit(place_of(circuit()), WANTED), "rest")
    words = shlex.split(found, comments=True)
    assert words[:5] == ["az", "rest", "--method", "put", "--url"]
    assert words[5] == f"https://management.azure.com{ID}/peerings/MicrosoftPeering?api-version=2024-07-01"
    body = json.loads(words[7])["properties"]
    assert (body["peerASN"], body["vlanId"], body["primaryPeerAddressPrefix"]) == (3333, 345, "193.0.30.0/30")
    assert body["microsoftPeeringConfig"]["advertisedPublicPrefixes"] == list(WANTED.prefixes)
    six = json.loads(shlex.split(text(commands.submit(place_of(circuit()), SIX), "rest"), comments=True)[7])["properties"]
    assert six["ipv6PeeringConfig"]["microsoftPeeringConfig"]["customerASN"] == 0
    assert "microsoftPeeringConfig" not in six


def test_powershell_names_every_part_and_no_key() -> None:
    found = text(commands.submit(place_of(circuit()), WANTED), "powershell")
    assert "-MicrosoftConfigAdvertisedPublicPrefixes @('193.0.0.0/21', '193.0.10.0/24')" in found
    assert "-PeerASN 3333" in found
    assert "-VlanId 345 -PeerAddressType IPv4" in found
    assert "MD5 key" in found.splitlines()[0]
    six = text(commands.submit(Place(), SIX), "powershell")
    assert "-VlanId <VLAN id> -PeerAddressType IPv6" in six
    assert "-PrimaryPeerAddressPrefix <link subnet>" in six
