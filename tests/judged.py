"""Peerings judged by the fixtures, for outputs that point at lines of the preflight file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from program import NOW, ROOT

from bgpcheck import api
from bgpcheck.cli.placing import places
from bgpcheck.render.told import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from bgpcheck.formats.preflight_places import Places
    from bgpcheck.result import Result

# Each blocker in its own way, two of them of one rule and field, and a link subnet that is an address.
BLOCKED = """\
name: "a [link](http://evil.example): {0}, 100% off"
peering:
  peerAsn: 65515
  ipv4:
    primary: 10.0.0.0/29
    secondary: 193.0.23.5/30
    prefixes:
    - 10.0.0.0/8
    - 193.0.0.1/21
"""
PRIVATE = (
    '{"name": "c", "properties": {"peerings": [{"name": "p", "properties": {"peeringType": "AzurePrivatePeering", "peerASN": 65001}}]}}'
)
DATA = str(ROOT / "fixtures" / "registry")


def outcomes(file: Path, text: str) -> api.Outcomes:
    """Write a preflight file and judge it."""
    file.write_text(text)
    return api.check_sync(api.Options(preflight=str(file), registry_data=DATA, now=NOW))


def blocked(folder: Path) -> tuple[Result, Places]:
    """A peering that Microsoft would refuse, and where things stand in its file."""
    made = outcomes(folder / "blocked.yaml", BLOCKED)
    return made.result, places("blocked.yaml", made.written[1], ())


def private(folder: Path) -> Result:
    """A circuit with private peering only: no verdict, and none needed (ST-13)."""
    file = folder / "c.json"
    file.write_text(PRIVATE)
    return api.check_sync(api.Options(circuit=str(file), registry_data=DATA, now=NOW)).result


def of_tour(outcomes: api.Outcomes) -> Places:
    """Where things stand in the tour's preflight file."""
    return places(outcomes.written[0], outcomes.written[1], ())


def faults() -> tuple[Fault, ...]:
    """Why peerings were not judged: with a line, with a file, and with neither."""
    return (
        Fault("peering.peerAsn: '<x> 100%' is not an AS number", "a b/p,1.yaml", 3),
        Fault("No such file or directory", "nowhere.yaml"),
        Fault("--registry: 'RIPEE' is not a registry that Microsoft accepts"),
    )
