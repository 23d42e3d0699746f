"""Lone peerings and the circuit that they belong to."""

from __future__ import annotations

import pytest

from bgpcheck.circuit.model import Circuit, CircuitPeering
from bgpcheck.circuit.together import together

MICROSOFT, PRIVATE = CircuitPeering("MicrosoftPeering"), CircuitPeering("AzurePrivatePeering")


def lone(*peerings: CircuitPeering, identity: str = "/a") -> Circuit:
    return Circuit(id=identity, known=False, listed=False, peerings=peerings)


def whole(*peerings: CircuitPeering, listed: bool = True, identity: str = "/A") -> Circuit:
    return Circuit(id=identity, service_key="x", listed=listed, peerings=peerings)


SHORT = whole(listed=False)
TABLE = [
    ([], []),
    ([lone(MICROSOFT), lone(PRIVATE)], [lone(MICROSOFT, PRIVATE)]),
    ([lone(MICROSOFT), lone(MICROSOFT)], [lone(MICROSOFT), lone(MICROSOFT)]),
    ([lone(MICROSOFT), lone(PRIVATE, identity="/b")], [lone(MICROSOFT), lone(PRIVATE, identity="/b")]),
    ([lone(MICROSOFT, identity=""), lone(PRIVATE, identity="")], [lone(MICROSOFT, identity=""), lone(PRIVATE, identity="")]),
    ([SHORT, lone(MICROSOFT)], [whole(MICROSOFT)]),
    ([lone(MICROSOFT), SHORT], [whole(MICROSOFT)]),
    ([lone(MICROSOFT), lone(PRIVATE), SHORT], [whole(MICROSOFT, PRIVATE)]),
    ([SHORT, lone(MICROSOFT), lone(PRIVATE)], [whole(MICROSOFT, PRIVATE)]),
    ([SHORT, lone(MICROSOFT), SHORT], [whole(MICROSOFT), SHORT]),
    ([SHORT], [SHORT]),
    # what lists its peerings is not added to, and of two descriptions none is preferred
    ([whole(), lone(MICROSOFT)], [whole(), lone(MICROSOFT)]),
    ([whole(MICROSOFT), lone(MICROSOFT)], [whole(MICROSOFT), lone(MICROSOFT)]),
    ([SHORT, SHORT], [SHORT, SHORT]),
]


@pytest.mark.parametrize(("circuits", "joined"), TABLE)
def test_together(circuits: list[Circuit], joined: list[Circuit]) -> None:
    assert list(together(circuits)) == joined
