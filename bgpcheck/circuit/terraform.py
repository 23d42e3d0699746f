"""Circuits in Terraform's files: raw state, ``terraform show -json`` of a state or a plan. Pure.

Rule: each resource is turned into the object that ARM would give and read as one; what Terraform does not keep stays empty, what is
known only after apply stays empty and is noted. Session keys are judged on the way and dropped (LNK-3).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bgpcheck.circuit import arm, filters
from bgpcheck.circuit.loose import Loose, Part
from bgpcheck.circuit.model import Circuit, CircuitPeering
from bgpcheck.circuit.seen import Reading, RouteFilter
from bgpcheck.circuit.terraform_files import Resource, resources
from bgpcheck.circuit.terraform_shapes import authorization_of, azapi, circuit_of, filter_of, peering_of, unsaid
from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MARKS = ("terraform_version", "format_version", "planned_values", "resource_changes")
CIRCUIT, PEERING = "azurerm_express_route_circuit", "azurerm_express_route_circuit_peering"
AUTHORIZATION, FILTER, AZAPI = "azurerm_express_route_circuit_authorization", "azurerm_route_filter", "azapi_resource"
KINDS = (CIRCUIT, PEERING, AUTHORIZATION, FILTER, AZAPI)
MOST = 5000
STATES = "Terraform keeps neither the circuit's status nor the state of its advertised prefixes: ask Azure for them"
NONE_HERE = "a file of Terraform's without any ExpressRoute circuit, peering or route filter"
Key = tuple[str, str]  # resource group and circuit, lower case


def is_terraform(outer: Loose) -> bool:
    """Tell whether a JSON object is a file of Terraform's."""
    return any(mark in outer for mark in MARKS)


@dataclass(frozen=True, slots=True)
class _Made:
    """One peering, and where it belongs."""

    key: Key
    circuit: str
    peering: CircuitPeering


def parse(value: Mapping[str, object]) -> Reading:
    """Read a file of Terraform's; ``FormatError`` names the resource and field that are wrong."""
    notes: list[str] = []
    by_kind: dict[str, list[Resource]] = defaultdict(list)
    for one in resources(value, KINDS, notes):
        by_kind[one.type].append(one)
    if sum(map(len, by_kind.values())) > MOST:
        raise FormatError(f"more than {MOST} resources of ExpressRoute in one file")
    peerings = [_peering(one, notes) for one in by_kind[PEERING]]
    circuits = [*_circuits(by_kind, peerings, notes)]
    owned = {key for key, _ in circuits}
    made = [circuit for _, circuit in circuits]
    made += _orphans(one for one in peerings if one.key not in owned)
    apart: list[RouteFilter] = [filters.route_filter(Part.of(filter_of(one), one.address)) for one in by_kind[FILTER]]
    for one in by_kind[AZAPI]:
        _azapi(one, made, apart)
    if made:
        notes.append(STATES)
    elif not apart:
        notes.append(NONE_HERE)
    return Reading(tuple(made), filters=tuple(apart), notes=tuple(dict.fromkeys(notes)))


def _circuits(by_kind: Mapping[str, list[Resource]], peerings: list[_Made], notes: list[str]) -> Iterable[tuple[Key, Circuit]]:
    """Read the circuits, each with its peerings and the authorizations that are in use."""
    members: dict[Key, list[CircuitPeering]] = defaultdict(list)
    used: dict[Key, int] = defaultdict(int)
    for made in peerings:
        members[made.key].append(made.peering)
    for one in by_kind.get(AUTHORIZATION, ()):
        group, name, in_use = authorization_of(one)
        used[group, name] += in_use
    for one in by_kind.get(CIRCUIT, ()):
        body = circuit_of(one)
        part = Part.of(body, one.address)
        circuit = arm.circuit(part)
        key = (one.part.text("resource_group_name").lower(), circuit.name.lower())
        _unknown(one, notes)
        yield (
            key,
            replace(
                circuit,
                kind="plan" if one.new else "circuit",
                listed=key in members,
                peerings=tuple(members[key]) if key in members else (),
                links_in_use=used.get(key),
            ),
        )


def _peering(one: Resource, notes: list[str]) -> _Made:
    """Read a peering."""
    found = arm.peering(Part.of(peering_of(one), one.address))
    _unknown(one, notes)
    if one.new:
        notes.append(f"{one.address} is planned and not made yet")
    name = one.part.text("express_route_circuit_name")
    return _Made((one.part.text("resource_group_name").lower(), name.lower()), name, unsaid(found, one))


def _unknown(one: Resource, notes: list[str]) -> None:
    """Note the arguments that are known only after apply."""
    if one.unknown:
        notes.append(f"{one.address}: known only after apply: {', '.join(sorted(one.unknown))[:300]}")


def _orphans(peerings: Iterable[_Made]) -> list[Circuit]:
    """Make circuits of unknown states for peerings whose circuit is not in the file."""
    groups: dict[Key, list[_Made]] = defaultdict(list)
    for one in peerings:
        groups[one.key].append(one)
    return [
        Circuit(name=group[0].circuit, known=False, listed=False, peerings=tuple(one.peering for one in group)) for group in groups.values()
    ]


def _azapi(one: Resource, made: list[Circuit], apart: list[RouteFilter]) -> None:
    """Read what the azapi provider made: ARM's own object as its body."""
    part = Part.of(azapi(one), one.address)
    if filters.is_filter(part):
        apart.append(filters.route_filter(part))
    elif arm.is_circuit(part):
        circuit = arm.circuit(part)
        made.append(replace(circuit, kind="plan" if one.new else circuit.kind))
    elif arm.is_peering(part):
        made.append(arm.alone(part))
