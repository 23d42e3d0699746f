"""Resource ids: what is one, and that nothing else passes."""

from __future__ import annotations

import pytest

from bgpcheck.circuit.resource import Resource, parse
from bgpcheck.errors import UsageError

UUID = "00000000-0000-4000-8000-00000000000a"
GROUP = f"/subscriptions/{UUID}/resourceGroups/rg_(1).x"
CIRCUITS = f"{GROUP}/providers/Microsoft.Network/expressRouteCircuits"


@pytest.mark.parametrize(
    ("text", "wanted", "kind"),
    [
        (GROUP, Resource(UUID, "rg_(1).x"), "resource group"),
        (f"{CIRCUITS}/ams-1", Resource(UUID, "rg_(1).x", "ams-1"), "circuit"),
        (f"{CIRCUITS}/a", Resource(UUID, "rg_(1).x", "a"), "circuit"),
        (f"{CIRCUITS}/{'a' * 80}", Resource(UUID, "rg_(1).x", "a" * 80), "circuit"),
        (f"{CIRCUITS}/ams-1/peerings/MicrosoftPeering", Resource(UUID, "rg_(1).x", "ams-1", "MicrosoftPeering"), "peering"),
    ],
)
def test_ids(text: str, wanted: Resource, kind: str) -> None:
    found = parse(text)
    assert (found, found.kind, found.id) == (wanted, kind, text)
    assert parse(text.upper()).id.lower() == text.lower()  # ARM matches in any case


WRONG = [
    "",
    "ams-1",
    GROUP[1:],
    f"{GROUP}/",
    f"{CIRCUITS}",
    f"{CIRCUITS}/",
    f"{CIRCUITS}/ams-1/",
    f"{CIRCUITS}/ams-1\n",
    f"{CIRCUITS}/{'a' * 81}",
    f"{CIRCUITS}/..",
    f"{CIRCUITS}/../x",
    f"{CIRCUITS}/a%2fb",
    f"{CIRCUITS}/a?x=1",
    f"{CIRCUITS}/-a",
    f"/subscriptions/{UUID}/resourceGroups/--yes",
    f"{CIRCUITS}/caf\u00e9",
    f"{CIRCUITS}/ams-1/peerings",
    f"{CIRCUITS}/ams-1/authorizations/x",
    f"{CIRCUITS}/ams-1/peerings/x/connections/y",
    f"{GROUP}/providers/Microsoft.Network/expressRoutePorts/x",
    f"{GROUP}/providers/Microsoft.Network/expressRouteCrossConnections/x",
    f"{GROUP}/providers/MicrosoftXNetwork/expressRouteCircuits/x",
    "/subscriptions/subid/resourceGroups/rg1",
    f"/subscriptions/{UUID}",
    f"/subscriptions/{UUID}/resourceGroups/..",
    f"/subscriptions/{UUID}/resourceGroups/{'a' * 91}",
    f"https://portal.azure.com/#@x/resource{CIRCUITS}/ams-1",
]


@pytest.mark.parametrize("text", WRONG)
def test_what_is_none(text: str) -> None:
    with pytest.raises(UsageError, match=r"is not the id of a circuit.*write /subscriptions/UUID/resourceGroups/GROUP/"):
        parse(text)


def test_a_hint_where_only_the_beginning_is_wrong() -> None:
    with pytest.raises(UsageError, match="it begins with /subscriptions/"):
        parse(f"{CIRCUITS}/ams-1"[1:])


def test_a_peering_of_a_circuit() -> None:
    assert parse(f"{CIRCUITS}/ams-1").of_peering("MicrosoftPeering").id == f"{CIRCUITS}/ams-1/peerings/MicrosoftPeering"
