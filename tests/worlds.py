"""Peerings judged by registries that are made for one test each, for the papers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from circuits import body, config, microsoft
from hostile import NOW, papers
from registry import Registry

from bgpcheck import api

if TYPE_CHECKING:
    from pathlib import Path


def route(prefix: str, origin: str, *more: str) -> str:
    return "\n".join((f"route: {prefix}", f"origin: {origin}", "mnt-by: M-MNT", *more, "source: RIPE"))


DATED = "last-modified: 2026-10-0{}T09:00:00Z"
# AS3333 and 193.0.0.0/16 are Alpha's, 145.0.0.0/16 is Zeta's.
ALPHA = Registry(
    rows={
        "ripencc": [
            *(
                "EU|asn|3333|1|19940519|allocated|one",
                "EU|asn|12654|1|19990519|allocated|one",
                "NL|ipv4|193.0.0.0|65536|19930901|allocated|two",
            ),
            "NL|ipv4|145.0.0.0|65536|19930902|allocated|three",
        ]
    },
    vrps=["193.0.0.0/16-24 AS3333"],
    objects={"RIPE": [route("193.0.0.0/21", "AS3333", DATED.format(1)), route("193.0.10.0/24", "AS3333", DATED.format(2))]},
    rdap_ip={
        "193.0.0.0/16": ("ripencc", "ALLOCATED PA", "ORG-A", "Alpha B.V."),
        "145.0.0.0/16": ("ripencc", "ALLOCATED PA", "ORG-Z", "Zeta N.V."),
    },
    rdap_autnum=dict.fromkeys((3333, 12654), ("ripencc", "ORG-A", "Alpha B.V.")),
)
BARE = replace(ALPHA, rdap_ip={}, rdap_autnum={})
OWN, OTHERS = "193.0.0.0/21", "145.0.0.0/24"


def judged(folder: Path, registry: Registry = ALPHA, azure: dict[str, Any] | None = None, **options: Any) -> api.Outcomes:  # noqa: ANN401
    """Judge by a registry; ``azure``: what a circuit's list says (``circuits.config``), in the place of a list of one's own."""
    given: dict[str, Any] = {"registry_data": str(registry.write(folder / "r")), "now": NOW, **options}
    if azure is not None:
        path = folder / "circuit.json"
        path.write_text(json.dumps(body(microsoft(microsoftPeeringConfig=config(**azure)))))
        given["circuit"] = str(path)
    elif "preflight" in given:
        (folder / "p.yaml").write_text(given["preflight"])
        given["preflight"] = str(folder / "p.yaml")
    else:
        given = {"peer_asn": 3333, **given}
    return api.check_sync(api.Options(**given))


def ticket(*args: Any, **more: Any) -> str:  # noqa: ANN401 (as above)
    return papers(judged(*args, **more))["ticket.md"]


def letter(*args: Any, **more: Any) -> str:  # noqa: ANN401 (as above)
    return papers(judged(*args, **more))["loa-draft.md"]
