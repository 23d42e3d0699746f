"""Commands are written for people to run: exact, quoted, and with no word from outside that could do something."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace

import pytest
from circuits import ID, circuit

from bgpcheck.circuit import commands
from bgpcheck.circuit.commands import Command, Target, Wanted, target_of

WANTED = Wanted("ipv4", 12654, "RIPENCC", ("193.0.0.0/21", "193.0.10.0/24"))
SIX = Wanted("ipv6", 0, "NONE", ("2001:67c:2e8::/48",))
# What the tools take (azure-cli 2.91, Az.Network): command → its options, as far as they are used here.
AZ = {
    "az network express-route show": {"-g", "-n", "-o", "--query"},
    "az network express-route update": {"-g", "-n"},
    "az network express-route delete": {"-g", "-n"},
    "az network express-route peering update": {
        *(
            "-g",
            "-n",
            "--circuit-name",
            "--customer-asn",
            "--routing-registry-name",
            "--advertised-public-prefixes",
            "--route-filter",
            "--set",
        ),
    },
    "az network express-route list-route-tables-summary": {"-g", "-n", "--peering-name", "--path"},
    "az rest": {"--method", "--url", "--body"},
}
REGISTRIES = {"ARIN", "APNIC", "AFRINIC", "LACNIC", "RIPENCC", "RADB", "ALTDB", "LEVEL3"}  # what --routing-registry-name takes
CMDLETS = {
    *("Get-AzExpressRouteCircuit", "Set-AzExpressRouteCircuit", "Remove-AzExpressRouteCircuit", "Get-AzRouteFilter"),
    *("Get-AzExpressRouteCircuitRouteTableSummary", "ConvertTo-Json", "Where-Object"),
}


def text(found: tuple[Command, ...], tool: str) -> str:
    return next(one.text for one in found if one.tool == tool)


def test_the_place_is_read_from_the_id() -> None:
    assert target_of(circuit()) == Target("rg1", "er-ams", ID)
    assert target_of(replace(circuit(), id=f"{ID}/peerings/MicrosoftPeering")) == Target("rg1", "er-ams", ID)
    assert target_of(replace(circuit(), id=ID.lower())).name == "er-ams"


@pytest.mark.parametrize("identity", ["", "er-ams", "/subscriptions/***/resourceGroups/rg1", f"{ID[:60]}; rm -rf /"])
def test_a_place_that_is_not_known_is_left_to_fill_in(identity: str) -> None:
    assert target_of(replace(circuit(), id=identity)) == Target(name="er-ams")
    assert target_of(None).az == "-g <resource-group> -n <circuit>"


@pytest.mark.parametrize("name", ["x; rm -rf /", "$(reboot)", "`id`", "a b", "x'y", 'x"y', "x\ny", "é", "\u2019; Stop-Computer", "x" * 200])
def test_no_word_from_outside_acts(name: str) -> None:
    """A name that Azure would not have is not written at all."""
    one = replace(circuit(), name=name, id=ID.replace("er-ams", name).replace("rg1", name))
    target = target_of(one)
    for made in (commands.show, commands.service_key, commands.refresh, commands.delete, commands.attach_filter):
        for command in made(target):
            assert name not in command.text
    assert name not in commands.enable(target, name)[0].text


def everything() -> list[Command]:
    target = target_of(circuit())
    made = [commands.show, commands.service_key, commands.refresh, commands.delete, commands.attach_filter]
    kinds = [commands.enable, commands.sessions]
    found = [one for make in made for one in make(target)] + [one for make in kinds for one in make(target, "AzurePrivatePeering")]
    return [*found, *(one for wanted in (WANTED, SIX) for one in commands.submit(target, wanted))]


def test_every_command_is_one_of_the_tools() -> None:
    lines = [
        line for one in everything() if one.tool in {"az", "rest"} for line in one.text.splitlines() if not line.startswith(("#", "jq "))
    ]
    assert len(lines) > 12
    for line in lines:
        words = shlex.split(line.partition(" > ")[0])
        options = [word for word in words if word.startswith("-")]
        command = " ".join(words[: words.index(options[0])])
        assert set(options) <= AZ[command], line
    cmdlets = {
        name for one in everything() if one.tool == "powershell" for name in re.findall(r"\b[A-Z][A-Za-z]+-[A-Z][A-Za-z]+", one.text)
    }
    assert cmdlets == CMDLETS


def test_az_changes_registry_customer_asn_and_list() -> None:
    words = shlex.split(text(commands.submit(target_of(circuit()), WANTED), "az"))
    assert words == [
        *("az", "network", "express-route", "peering", "update", "-g", "rg1", "--circuit-name", "er-ams", "-n", "MicrosoftPeering"),
        *("--customer-asn", "12654", "--routing-registry-name", "RIPENCC"),
        *("--advertised-public-prefixes", "193.0.0.0/21", "193.0.10.0/24"),
    ]
    assert "RIPENCC" in REGISTRIES


def test_az_takes_no_none_for_a_registry_and_no_ipv6() -> None:
    """The tool refuses the one, and with the other writes IPv4's part empty."""
    unnamed = text(commands.submit(target_of(circuit()), WANTED._replace(registry="NONE")), "az")
    assert "--routing-registry-name" not in unnamed
    assert {one.tool for one in commands.submit(target_of(circuit()), SIX)} == {"powershell", "rest"}


@pytest.mark.parametrize(("wanted", "at"), [(WANTED, ".properties"), (SIX, ".properties.ipv6PeeringConfig")])
def test_rest_changes_what_is_wanted_and_writes_the_rest_back(wanted: Wanted, at: str) -> None:
    found = text(commands.submit(target_of(circuit()), wanted), "rest").splitlines()
    assert "MD5 key" in found[0]
    url = f"{ID}/peerings/MicrosoftPeering?api-version=2024-07-01"  # az rest asks the Resource Manager of the cloud in use
    assert shlex.split(found[1]) == ["az", "rest", "--method", "get", "--url", url, ">", "peering.json"]
    assert shlex.split(found[3]) == ["az", "rest", "--method", "put", "--url", url, "--body", "@changed.json"]
    program = shlex.split(found[2])[1]
    assert program.startswith(f"{at}.microsoftPeeringConfig += ")
    assert json.loads(program.partition(" += ")[2]) == {
        "advertisedPublicPrefixes": list(wanted.prefixes),
        "customerASN": wanted.customer_asn,
        "routingRegistryName": wanted.registry,
    }


def test_powershell_changes_what_is_wanted_and_no_more() -> None:
    found = text(commands.submit(target_of(circuit()), WANTED), "powershell").splitlines()
    assert found == [
        "$circuit = Get-AzExpressRouteCircuit -ResourceGroupName 'rg1' -Name 'er-ams'",
        "$config = ($circuit.Peerings | Where-Object PeeringType -eq 'MicrosoftPeering').MicrosoftPeeringConfig",
        "$config.AdvertisedPublicPrefixes = [System.Collections.Generic.List[string]]@('193.0.0.0/21', '193.0.10.0/24')",
        "$config.CustomerASN = 12654",
        "$config.RoutingRegistryName = 'RIPENCC'",
        "Set-AzExpressRouteCircuit -ExpressRouteCircuit $circuit",
    ]
    assert ".Ipv6PeeringConfig.MicrosoftPeeringConfig" in text(commands.submit(target_of(circuit()), SIX), "powershell")
