"""Exact commands for what is to be done in Azure: ``az``, PowerShell and the REST API. Pure: they are written, never run.

Rule: a word from outside stands in a command only where it is of the characters that Azure's names have, and quoted; else a
placeholder stands there. No command holds a key: where a session has one, the command says that it is to be added.
"""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from bgpcheck.circuit import resource
from bgpcheck.circuit.resource import API
from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bgpcheck.circuit.model import Circuit
    from bgpcheck.model import Family

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.()-]{0,89}")
NO_REGISTRY = "NONE"  # how Azure writes that no registry is named (REG-2)


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``tool``: ``az``, ``powershell`` or ``rest``; ``text`` may have several lines."""

    tool: str
    text: str


class Target(NamedTuple):
    """Where a circuit is, in words that are fit for a command; placeholders where the data do not say."""

    group: str = "<resource-group>"
    name: str = "<circuit>"
    id: str = "/subscriptions/<subscription>/resourceGroups/<resource-group>/providers/Microsoft.Network/expressRouteCircuits/<circuit>"

    @property
    def az(self) -> str:
        """The place as options of ``az``."""
        return f"-g {_sh(self.group)} -n {_sh(self.name)}"

    @property
    def az_peering(self) -> str:
        """The circuit's Microsoft peering as options of ``az``."""
        return f"-g {_sh(self.group)} --circuit-name {_sh(self.name)} -n MicrosoftPeering"

    @property
    def powershell(self) -> str:
        """The circuit as a variable of PowerShell."""
        return f"$circuit = Get-AzExpressRouteCircuit -ResourceGroupName {_ps(self.group)} -Name {_ps(self.name)}"


def target_of(circuit: Circuit | None) -> Target:
    """Find out where a circuit is: by its id, else by its name alone."""
    try:
        found = resource.parse(circuit.id if circuit else "")
        return Target(found.group, found.circuit, replace(found, peering="").id)
    except UsageError:
        return Target(name=circuit.name) if circuit and NAME.fullmatch(circuit.name) else Target()


def _sh(word: str) -> str:
    """Quote for a POSIX shell; placeholders that stand alone are left as they are, to be seen."""
    return word if word.startswith("<") else shlex.quote(word)


def _ps(word: str) -> str:
    """Quote for PowerShell; every word that comes here is of Azure's own characters, which have no quotes."""
    return f"'{word}'"


def show(target: Target) -> tuple[Command, ...]:
    """Read the circuit."""
    return (
        Command("az", f"az network express-route show {target.az} -o json > circuit.json"),
        Command("powershell", f"{target.powershell}; $circuit | ConvertTo-Json -Depth 10 > circuit.json"),
        Command("rest", f"az rest --method get --url {_sh(f'{target.id}?api-version={API}')} > circuit.json"),
    )


def service_key(target: Target) -> tuple[Command, ...]:
    """Read the service key, which the provider needs (TKT-2: it is no secret)."""
    return (
        Command("az", f"az network express-route show {target.az} --query serviceKey -o tsv"),
        Command("powershell", f"({target.powershell.removeprefix('$circuit = ')}).ServiceKey"),
    )


def refresh(target: Target) -> tuple[Command, ...]:
    """Write the circuit back as it is, which repeats a change that has failed."""
    return (
        Command("az", f"az network express-route update {target.az}"),
        Command("powershell", f"{target.powershell}; Set-AzExpressRouteCircuit -ExpressRouteCircuit $circuit"),
    )


def delete(target: Target) -> tuple[Command, ...]:
    """Delete the circuit (ST-6)."""
    return (
        Command("az", f"az network express-route delete {target.az}"),
        Command("powershell", f"Remove-AzExpressRouteCircuit -ResourceGroupName {_ps(target.group)} -Name {_ps(target.name)}"),
    )


def attach_filter(target: Target) -> tuple[Command, ...]:
    """Attach a route filter to Microsoft peering (RF-1)."""
    text = (
        f"{target.powershell}; ($circuit.Peerings | Where-Object PeeringType -eq 'MicrosoftPeering').RouteFilter = "
        "Get-AzRouteFilter -ResourceGroupName '<resource-group>' -Name '<route filter>'; "
        "Set-AzExpressRouteCircuit -ExpressRouteCircuit $circuit"
    )
    return (
        Command("az", f"az network express-route peering update {target.az_peering} --route-filter <id of the route filter>"),
        Command("powershell", text),
    )


def enable(target: Target, kind: str) -> tuple[Command, ...]:
    """Enable a peering that is disabled (ST-8)."""
    name = kind if NAME.fullmatch(kind) else "<peering>"
    text = (
        f"{target.powershell}; ($circuit.Peerings | Where-Object PeeringType -eq {_ps(name)}).State = 'Enabled'; "
        "Set-AzExpressRouteCircuit -ExpressRouteCircuit $circuit"
    )
    place = f"-g {_sh(target.group)} --circuit-name {_sh(target.name)} -n {_sh(name)}"
    return (Command("az", f"az network express-route peering update {place} --set state=Enabled"), Command("powershell", text))


def sessions(target: Target, kind: str) -> tuple[Command, ...]:
    """Look whether the BGP sessions are up, on either router (LNK-4)."""
    name = kind if NAME.fullmatch(kind) else "<peering>"
    summary = f"az network express-route list-route-tables-summary {target.az} --peering-name {_sh(name)}"
    table = f"Get-AzExpressRouteCircuitRouteTableSummary -ResourceGroupName {_ps(target.group)} -ExpressRouteCircuitName {_ps(target.name)}"
    paths = (("primary", "Primary"), ("secondary", "Secondary"))
    return (
        *(Command("az", f"{summary} --path {path}") for path, _ in paths),
        *(Command("powershell", f"{table} -PeeringType {_ps(name)} -DevicePath {path}") for _, path in paths),
    )


class Wanted(NamedTuple):
    """What one address family's list, its customer ASN and its registry (``NONE`` where none is named) should be."""

    family: Family
    customer_asn: int
    registry: str
    prefixes: Sequence[str]

    @property
    def config(self) -> dict[str, Any]:
        """The fields of ``microsoftPeeringConfig`` that change."""
        return {
            "advertisedPublicPrefixes": list(self.prefixes),
            "customerASN": self.customer_asn,
            "routingRegistryName": self.registry,
        }


def submit(target: Target, wanted: Wanted) -> tuple[Command, ...]:
    """Give an existing peering the list, registry and customer ASN that are wanted, and leave the rest of it as it is.

    IPv6 has no command of ``az network``: its ``peering update --ip-version IPv6`` writes IPv4's part empty (read in azure-cli 2.91).
    """
    az = (Command("az", _az_submit(target, wanted)),) if wanted.family == "ipv4" else ()
    return (*az, Command("powershell", _ps_submit(target, wanted)), Command("rest", _rest_submit(target, wanted)))


def _az_submit(target: Target, wanted: Wanted) -> str:
    """Write the change for ``az network express-route peering update``, which takes no NONE for a registry."""
    registry = "" if wanted.registry == NO_REGISTRY else f" --routing-registry-name {_sh(wanted.registry)}"
    return (
        f"az network express-route peering update {target.az_peering}"
        f" --customer-asn {wanted.customer_asn}{registry} --advertised-public-prefixes {' '.join(wanted.prefixes)}"
    )


def _ps_submit(target: Target, wanted: Wanted) -> str:
    """Write the change for PowerShell: on the circuit as it was read, so that all else stays."""
    inside = ".Ipv6PeeringConfig" if wanted.family == "ipv6" else ""
    prefixes = ", ".join(map(_ps, wanted.prefixes))
    return "\n".join(
        (
            target.powershell,
            f"$config = ($circuit.Peerings | Where-Object PeeringType -eq 'MicrosoftPeering'){inside}.MicrosoftPeeringConfig",
            f"$config.AdvertisedPublicPrefixes = [System.Collections.Generic.List[string]]@({prefixes})",
            f"$config.CustomerASN = {wanted.customer_asn}",
            f"$config.RoutingRegistryName = {_ps(wanted.registry)}",
            "Set-AzExpressRouteCircuit -ExpressRouteCircuit $circuit",
        )
    )


def _rest_submit(target: Target, wanted: Wanted) -> str:
    """Write the change for the REST API, which takes a peering whole (it has no PATCH for peerings): read, changed, written back."""
    inside = ".ipv6PeeringConfig" if wanted.family == "ipv6" else ""
    url = _sh(f"{target.id}/peerings/MicrosoftPeering?api-version={API}")
    change = shlex.quote(f".properties{inside}.microsoftPeeringConfig += {json.dumps(wanted.config)}")
    return "\n".join(
        (
            "# if the session has an MD5 key, add it to changed.json: that GET leaves it out is inferred",
            f"az rest --method get --url {url} > peering.json",
            f"jq {change} peering.json > changed.json",
            f"az rest --method put --url {url} --body @changed.json",
        )
    )
