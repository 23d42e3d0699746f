"""Exact commands for what is to be done in Azure: ``az``, PowerShell and the REST API. Pure: they are written, never run.

Rule: a word from outside stands in a command only where it is of the characters that Azure's names have, and quoted; else a
placeholder stands there. No command holds a key: where a session has one, the command says that it is to be added.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.circuit import resource
from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bgpcheck.circuit.model import Circuit
    from bgpcheck.model import Family

API = "2024-07-01"  # the first with states of single prefixes (ST-10)
NAME = re.compile(r"[A-Za-z0-9_.()-]{1,90}")
MANAGEMENT = "https://management.azure.com"
KEY_NOTE = "# add the MD5 key where the session has one: it is not shown, and would be lost"


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``tool``: ``az``, ``powershell`` or ``rest``; ``text`` may have several lines."""

    tool: str
    text: str


class Place(NamedTuple):
    """Where a circuit is, in words that are fit for a command; placeholders where the data do not say."""

    group: str = "<resource-group>"
    name: str = "<circuit>"
    id: str = "/subscriptions/<subscription>/resourceGroups/<resource-group>/providers/Microsoft.Network/expressRouteCircuits/<circuit>"

    @property
    def az(self) -> str:
        """The place as options of ``az``."""
        return f"-g {_sh(self.group)} -n {_sh(self.name)}"

    @property
    def powershell(self) -> str:
        """The circuit as a variable of PowerShell."""
        return f"$circuit = Get-AzExpressRouteCircuit -ResourceGroupName {_ps(self.group)} -Name {_ps(self.name)}"


def place_of(circuit: Circuit | None) -> Place:
    """Find out where a circuit is: by its id, else by its name alone."""
    try:
        found = resource.parse(circuit.id if circuit else "")
        return Place(found.group, found.circuit, replace(found, peering="").id)
    except UsageError:
        return Place(name=circuit.name) if circuit and NAME.fullmatch(circuit.name) else Place()


def _sh(word: str) -> str:
    """Quote for a POSIX shell; placeholders are left as they are, to be seen."""
    return word if word.startswith("<") else shlex.quote(word)


def _ps(word: str) -> str:
    """Quote for PowerShell; every word that comes here is of Azure's own characters, which have no quotes."""
    return f"'{word}'"


def show(place: Place) -> tuple[Command, ...]:
    """Read the circuit."""
    return (
        Command("az", f"az network express-route show {place.az} -o json > circuit.json"),
        Command("powershell", f"{place.powershell}; $circuit | ConvertTo-Json -Depth 10 > circuit.json"),
        Command("rest", f"az rest --method get --url '{MANAGEMENT}{place.id}?api-version={API}' > circuit.json"),
    )


def service_key(place: Place) -> tuple[Command, ...]:
    """Read the service key, which the provider needs (TKT-2: it is no secret)."""
    return (
        Command("az", f"az network express-route show {place.az} --query serviceKey -o tsv"),
        Command("powershell", f"({place.powershell.removeprefix('$circuit = ')}).ServiceKey"),
    )


def refresh(place: Place) -> tuple[Command, ...]:
    """Write the circuit back as it is, which repeats a change that has failed."""
    return (
        Command("az", f"az network express-route update {place.az}"),
        Command("powershell", f"{place.powershell}; Set-AzExpressRouteCircuit -ExpressRouteCircuit $circuit"),
    )


def delete(place: Place) -> tuple[Command, ...]:
    """Delete the circuit (ST-6)."""
    return (
        Command("az", f"az network express-route delete {place.az}"),
        Command("powershell", f"Remove-AzExpressRouteCircuit -ResourceGroupName {_ps(place.group)} -Name {_ps(place.name)}"),
    )


def attach_filter(place: Place) -> tuple[Command, ...]:
    """Attach a route filter to Microsoft peering (RF-1)."""
    circuit = f"-g {_sh(place.group)} --circuit-name {_sh(place.name)} -n MicrosoftPeering"
    return (Command("az", f"az network express-route peering update {circuit} --route-filter <id of the route filter>"),)


def enable(place: Place, kind: str) -> tuple[Command, ...]:
    """Enable a peering that is disabled (ST-8)."""
    name = kind if NAME.fullmatch(kind) else "<peering>"
    text = (
        f"{place.powershell}; ($circuit.Peerings | Where-Object PeeringType -eq {_ps(name)}).State = 'Enabled'; "
        "Set-AzExpressRouteCircuit -ExpressRouteCircuit $circuit"
    )
    return (Command("powershell", text),)


class List(NamedTuple):
    """What one address family's part of a Microsoft peering should be: all that the commands need to write it."""

    family: Family
    peer_asn: int
    customer_asn: int
    registry: str
    prefixes: Sequence[str]
    primary: str = ""
    secondary: str = ""
    vlan_id: int | None = None


def submit(place: Place, wanted: List) -> tuple[Command, ...]:
    """Give the peering the list, registry and customer ASN that are wanted; ``az`` changes these, the others write the part anew."""
    return (
        Command("az", _az_submit(place, wanted)),
        Command("powershell", _ps_submit(place, wanted)),
        Command("rest", _rest_submit(place, wanted)),
    )


def _az_submit(place: Place, wanted: List) -> str:
    """Write the change for ``az network express-route peering update``."""
    version = " --ip-version IPv6" if wanted.family == "ipv6" else ""
    return (
        f"az network express-route peering update -g {_sh(place.group)} --circuit-name {_sh(place.name)} -n MicrosoftPeering{version}"
        f" --customer-asn {wanted.customer_asn} --routing-registry-name {_sh(wanted.registry)}"
        f" --advertised-public-prefixes {' '.join(wanted.prefixes)}"
    )


def _ps_submit(place: Place, wanted: List) -> str:
    """Write the change for PowerShell."""
    vlan = str(wanted.vlan_id) if wanted.vlan_id is not None else "<VLAN id>"
    words = [
        "Set-AzExpressRouteCircuitPeeringConfig -Name MicrosoftPeering -ExpressRouteCircuit $circuit -PeeringType MicrosoftPeering",
        f"-PeerASN {wanted.peer_asn}",
        f"-PrimaryPeerAddressPrefix {_link(wanted.primary)} -SecondaryPeerAddressPrefix {_link(wanted.secondary)}",
        f"-VlanId {vlan} -PeerAddressType {'IPv6' if wanted.family == 'ipv6' else 'IPv4'}",
        f"-MicrosoftConfigAdvertisedPublicPrefixes {_array(wanted.prefixes)}",
        f"-MicrosoftConfigCustomerAsn {wanted.customer_asn} -MicrosoftConfigRoutingRegistryName {_ps(wanted.registry)}",
    ]
    return "\n".join((KEY_NOTE, place.powershell, " ".join(words), "Set-AzExpressRouteCircuit -ExpressRouteCircuit $circuit"))


def _array(words: Iterable[str]) -> str:
    """Write a list for PowerShell."""
    return f"@({', '.join(map(_ps, words))})"


def _link(text: str) -> str:
    """Write a link subnet, or a place for it."""
    return _ps(text) if text else "<link subnet>"


def _rest_submit(place: Place, wanted: List) -> str:
    """Write the change as a call of the REST API, which takes a peering whole (it has no PATCH for peerings)."""
    config = {
        "advertisedPublicPrefixes": list(wanted.prefixes),
        "customerASN": wanted.customer_asn,
        "routingRegistryName": wanted.registry,
    }
    links = {"primaryPeerAddressPrefix": wanted.primary, "secondaryPeerAddressPrefix": wanted.secondary, "microsoftPeeringConfig": config}
    whole = {"peeringType": "MicrosoftPeering", "peerASN": wanted.peer_asn, "vlanId": wanted.vlan_id}
    body = {"properties": {**whole, **({"ipv6PeeringConfig": links} if wanted.family == "ipv6" else links)}}
    other = "IPv4" if wanted.family == "ipv6" else "IPv6"
    url = f"{MANAGEMENT}{place.id}/peerings/MicrosoftPeering?api-version={API}"
    return "\n".join(
        (
            KEY_NOTE,
            f"# a PUT writes the peering whole: add the {other} part and the route filter where it has them",
            f"az rest --method put --url {shlex.quote(url)} --body {shlex.quote(json.dumps(body))}",
        )
    )
