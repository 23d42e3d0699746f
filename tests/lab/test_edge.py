"""What the edge takes and what it refuses, each by its rule."""

from __future__ import annotations

import exabgp_lines as lines
import pytest
from lab_builders import peering

from bgpcheck.formats.exabgp import event
from bgpcheck.lab.edge import Edge


def ruling(edge: Edge, prefix: str, path: list[int]) -> str:
    """The rule that refuses a route, empty where it is taken."""
    found = event(lines.update([prefix], path=path))
    one = edge.rule_on(found.announced[0])
    assert one.accepted == (one.rule == "" == one.why)
    return one.rule


@pytest.mark.parametrize(
    ("prefix", "path", "rule"),
    [
        ("193.0.0.0/21", [3333], ""),
        ("193.0.7.255/32", [3333], ""),  # PFX-2: any length
        ("193.0.0.0/21", [3333, 64512, 4200000000], ""),  # ASN-6: stripped, not refused
        ("193.0.0.0/20", [3333], "PFX-5"),
        ("193.0.14.0/23", [3333], "PFX-5"),
        ("0.0.0.0/0", [3333], "PFX-1"),
        ("10.0.0.0/8", [3333], "PFX-1"),
        ("192.168.1.0/24", [3333], "PFX-1"),
        ("100.64.0.0/10", [3333], "PFX-1"),
        ("193.0.24.0/30", [3333], "PFX-7"),
        ("193.0.24.5/32", [3333], "PFX-7"),
        ("193.0.24.0/22", [3333], "PFX-5"),  # it only contains the link subnets
        ("193.0.24.0/29", [3333], "PFX-5"),
        ("193.0.0.0/21", [3333, 64496], "ASN-6"),
        ("193.0.0.0/21", [3333, 64511, 15169], "ASN-6"),
        ("193.0.0.0/21", [3333, 12076], "PATH-2"),
        ("10.0.0.0/8", [3333, 12076, 64496], "PATH-2"),
    ],
)
def test_rulings(prefix: str, path: list[int], rule: str) -> None:
    assert ruling(Edge(peering()), prefix, path) == rule


def test_without_a_list_there_is_nothing_to_hold_routes_against() -> None:
    from bgpcheck.peering import Peering  # noqa: PLC0415 (here only)

    assert ruling(Edge(Peering(3333, ())), "193.0.14.0/23", [3333]) == ""


@pytest.mark.parametrize(
    ("prefix", "why"),
    [
        ("193.0.24.4/30", "it is the secondary link subnet 193.0.24.4/30: filter it from the export"),
        ("193.0.24.1/32", "it lies inside the primary link subnet 193.0.24.0/30: filter it from the export"),
    ],
)
def test_the_link_is_named(prefix: str, why: str) -> None:
    assert Edge(peering()).rule_on(event(lines.update([prefix])).announced[0]).why == why


def test_a_listed_aggregate_that_contains_a_link_subnet_is_taken() -> None:
    assert ruling(Edge(peering("193.0.24.0/22")), "193.0.24.0/22", [3333]) == ""


def test_the_default_route_is_called_by_its_name() -> None:
    found = event(lines.update(["0.0.0.0/0"]))
    assert Edge(peering()).rule_on(found.announced[0]).why == "it is the default route: announce public addresses only"
