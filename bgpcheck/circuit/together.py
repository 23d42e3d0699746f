"""Peerings that were described apart from their circuit, put where they belong. Pure.

Rule: only the same resource id joins, and only what does not contradict: of two descriptions of one peering both stay, apart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.circuit.model import Circuit


def together(circuits: Iterable[Circuit]) -> tuple[Circuit, ...]:
    """Join lone peerings with a circuit that does not list its own, and with one another; the order stays."""
    made: list[Circuit] = []
    places: dict[str, int] = {}
    grown: set[int] = set()
    for one in circuits:
        place = places.get(one.id.lower()) if one.id else None
        joined = _joined(made[place], one) if place is not None else None
        if place is not None and joined is not None:
            made[place] = joined
            grown.add(place)
        else:
            places.setdefault(one.id.lower(), len(made))
            made.append(one)
    return tuple(replace(one, listed=one.known) if place in grown else one for place, one in enumerate(made))


def _joined(first: Circuit, second: Circuit) -> Circuit | None:
    """Join two descriptions of one circuit; None where both describe the circuit, or one peering stands in both."""
    types = {one.type.lower() for one in first.peerings} & {one.type.lower() for one in second.peerings}
    whole = first if first.known else second
    if (first.known and second.known) or types or (whole.known and whole.listed):
        return None
    return replace(whole, peerings=(*first.peerings, *second.peerings))
