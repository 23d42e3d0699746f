"""What the remedies come to in Azure: how each address family's part of the peering should be written, and the commands for it. Pure.

Rule: a setting of the whole list is changed only where every prefix of it is helped; the commands are written and never run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bgpcheck.circuit import commands
from bgpcheck.remedy import remedies

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.circuit.commands import Command
    from bgpcheck.peering import Block
    from bgpcheck.result import Result
    from bgpcheck.steps import Remedy

IN_LIST = ("list-registered-block", "list-parts", "remove-prefix")  # remedies that put other prefixes in the place of one
AGAIN = "submit-again"


@dataclass(frozen=True, slots=True)
class Amendment:
    """One address family's part as it should be. ``kinds``: the remedies that it comes from, or ``submit-again`` where nothing changes."""

    wanted: commands.Wanted
    kinds: tuple[str, ...]
    target: commands.Target

    @property
    def commands(self) -> tuple[Command, ...]:
        """The ways to write it."""
        return commands.submit(self.target, self.wanted)


def amendments(result: Result) -> tuple[Amendment, ...]:
    """Give what is to be changed in Azure, one address family after the other; none where nothing is, or a list would be empty.

    Where nothing is listed, and what a router announces is judged in its place, there is no list to change either.
    """
    if not result.peering.listed:
        return ()
    target = commands.target_of(result.peering.circuit)
    made = (_amended(block, inside, target) for block, inside in result.blocks())
    return tuple(one for one in made if one is not None)


def _amended(block: Block, inside: Sequence[Assessment], target: commands.Target) -> Amendment | None:
    """Apply the remedies of one family's prefixes."""
    steps = {str(one.claim.prefix): remedies(one) for one in inside if one.claim.listed}
    registry, customer = _shared("name-registry", steps.values()), _shared("set-customer-asn", steps.values())
    swapped = {prefix: swap for prefix, found in steps.items() if (swap := _swap(found)) and not (registry or customer)}
    prefixes = dict.fromkeys(new for prefix in steps for new in (swapped[prefix].values if prefix in swapped else (prefix,)))
    kinds = [one.kind for one in (registry, customer, *swapped.values()) if one]
    if any(one.kind == "retry" and one.who.endswith("in Azure") for found in steps.values() for one in found):
        kinds.append(AGAIN)
    if not kinds or not prefixes:
        return None
    held = _holding(inside) if AGAIN in kinds else None
    wanted = commands.Wanted(
        family=block.family,
        customer_asn=int(customer.values[0]) if customer else block.customer_asn,
        registry=registry.values[0] if registry else block.registry or held or commands.NO_REGISTRY,
        prefixes=tuple(prefixes),
    )
    return Amendment(wanted, tuple(dict.fromkeys(kinds)), target)


def _shared(kind: str, steps: Iterable[Sequence[Remedy]]) -> Remedy | None:
    """Find a remedy that every prefix of the list has, with the same values: else it would help one and harm another."""
    found = [next((replace(one, who="", text="") for one in each if one.kind == kind), None) for each in steps]
    return found[0] if found and found[0] is not None and all(one == found[0] for one in found) else None


def _holding(inside: Sequence[Assessment]) -> str | None:
    """Find the one accepted registry that holds an object for every prefix, where none is named: naming it can only help (REG-2)."""
    names = None
    for one in inside:
        registries = one.knowledge.settings.registries
        sources = {route.source for route in one.irr.objects if route.origin in one.claim.asns and route.prefix.covers(one.claim.prefix)}
        holding = {name for name, registry in registries.items() if sources.intersection(registry.irr)}
        names = holding if names is None else names & holding
    return names.pop() if names and len(names) == 1 else None


def _swap(steps: Sequence[Remedy]) -> Remedy | None:
    """Find the first remedy that changes the list, where it is the first of all: cheaper ones come before."""
    return steps[0] if steps and steps[0].kind in IN_LIST else None
