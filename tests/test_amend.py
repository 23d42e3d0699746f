"""What the remedies come to in Azure: written only where it helps every prefix of a list."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from circuits import body, config, microsoft
from test_reasons import HELD, NOW, P

import bgpcheck
from bgpcheck.amend import amendments

if TYPE_CHECKING:
    from pathlib import Path

    from registry import Registry

Q = "193.0.8.0/23"  # in the same allocation


def found(data: Registry, folder: Path, *prefixes: str, **more: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401
    options = {"prefixes": prefixes, "peer_asn": 3333, "registry_data": str(data.write(folder / "registry")), "now": NOW, **more}
    made = amendments(bgpcheck.check_sync(bgpcheck.Options(**options)).result)
    return [(*one.kinds, one.wanted.customer_asn, one.wanted.registry, *one.wanted.prefixes) for one in made]


@pytest.mark.parametrize(
    ("registry", "prefixes", "more", "wanted"),
    [
        (replace(HELD, routes={"RIPE": [f"{P} AS3333"]}), [P], {}, []),  # nothing to change
        (replace(HELD, routes={"RADB": [f"{P} AS3333"]}), [P], {"registry": "ALTDB"}, [("name-registry", 0, "RADB", P)]),
        (replace(HELD, routes={"RIPE": ["193.0.0.0/20 AS3333"]}), [P], {}, [("list-registered-block", 0, "NONE", "193.0.0.0/20")]),
        (
            replace(HELD, routes={"RIPE": ["193.0.0.0/22 AS3333", "193.0.4.0/22 AS3333"]}),
            [P],
            {},
            [("list-parts", 0, "NONE", "193.0.0.0/22", "193.0.4.0/22")],
        ),
        (replace(HELD, routes={"RIPE": [f"{P} AS3333"]}), [P, "10.0.0.0/8"], {}, [("remove-prefix", 0, "NONE", P)]),
        (HELD, ["10.0.0.0/8"], {}, []),  # an empty list is no list
        # naming a registry, or a customer ASN, would help one prefix and harm the other
        (replace(HELD, routes={"RADB": [f"{P} AS3333"], "ALTDB": [f"{Q} AS3333"]}), [P, Q], {"registry": "ALTDB"}, []),
        (
            replace(HELD, routes={"RADB": [f"{P} AS3333", f"{Q} AS3333"]}),
            [P, Q],
            {"registry": "ALTDB"},
            [("name-registry", 0, "RADB", P, Q)],
        ),
    ],
)
def test_what_is_to_be_written(
    registry: Registry, prefixes: list[str], more: dict[str, str], wanted: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    assert found(registry, tmp_path, *prefixes, **more) == wanted


def test_a_customer_asn_is_set_where_every_prefix_has_it(tmp_path: Path) -> None:
    theirs = replace(HELD, routes={"RIPE": [f"{P} AS25152", f"{Q} AS25152"]})
    assert found(theirs, tmp_path, P, Q) == [("set-customer-asn", 25152, "NONE", P, Q)]
    assert found(replace(HELD, routes={"RIPE": [f"{P} AS25152", f"{Q} AS3333"]}), tmp_path, P, Q) == []


def test_a_list_that_azure_refused_is_submitted_again(tmp_path: Path) -> None:
    """And where no registry is named, the one that holds all objects is."""
    refused = microsoft(microsoftPeeringConfig=config([P], state="ValidationNeeded", routingRegistryName="NONE"))
    file = tmp_path / "circuit.json"
    file.write_text(json.dumps(body(refused)))
    given = {"circuit": str(file), "peer_asn": None}
    assert found(replace(HELD, routes={"RIPE": [f"{P} AS3333"]}), tmp_path, **given) == [("submit-again", 0, "RIPENCC", P)]
    several = replace(HELD, routes={"RIPE": [f"{P} AS3333"], "RADB": [f"{P} AS3333"]})
    assert found(several, tmp_path, **given) == [("submit-again", 0, "NONE", P)]
    assert found(HELD, tmp_path, **given) == [("submit-again", 0, "NONE", P)]


def test_the_result_has_the_commands(tmp_path: Path) -> None:
    registry = replace(HELD, routes={"RADB": [f"{P} AS3333"]})
    options = {"prefixes": [P], "peer_asn": 3333, "registry": "ALTDB", "registry_data": str(registry.write(tmp_path)), "now": NOW}
    (one,) = bgpcheck.check_sync(bgpcheck.Options(**options)).result.to_json()["amendments"]  # type: ignore[arg-type]
    assert (one["family"], one["kinds"], one["routingRegistryName"]) == ("ipv4", ["name-registry"], "RADB")
    assert {each["tool"] for each in one["commands"]} == {"az", "powershell", "rest"}
    assert all("RADB" in each["text"] and P in each["text"] for each in one["commands"])
