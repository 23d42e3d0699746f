"""Registry names and clouds; and of all rules: what they say is in the catalogue, and every always-blocker can be made."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from peerings import PEER, block, peering, route, spell

from bgpcheck import rules
from bgpcheck.model import Prefix
from bgpcheck.peering import Block, Peering
from bgpcheck.rules import catalogue
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.rules.catalogue import CATALOGUE, REASONS, RULES, Basis
from bgpcheck.rules.links import key_faults
from bgpcheck.rules.registry import check

FIELD = "ipv4.routingRegistryName"
NAMES = [
    (Block("ipv4"), []),
    (Block("ipv4", registry="RIPENCC", registry_text="RIPENCC"), []),
    (Block("ipv4", registry="RIPENCC", registry_text="RIPE"), [f"REG-2 warning {FIELD}"]),
    (Block("ipv6", registry="RIPENCC", registry_text="ripe ncc"), ["REG-2 warning ipv6.routingRegistryName"]),
    (Block("ipv4", registry="RADB", registry_text="MERIT"), [f"REG-2 warning {FIELD}"]),
    (Block("ipv4", registry=None, registry_text="NONE"), []),
    (Block("ipv4", registry="LEVEL3", registry_text="LEVEL3"), [f"REG-2 note {FIELD}"]),
    (Block("ipv4", registry="LEVEL3", registry_text="level3"), [f"REG-2 warning {FIELD}", f"REG-2 note {FIELD}"]),
]


@pytest.mark.parametrize(("part", "findings"), NAMES)
def test_registry_name(part: Block, findings: list[str]) -> None:
    assert spell(check(peering(part))) == findings


def test_an_accepted_name_says_which_is_meant() -> None:
    found = next(iter(check(peering(Block("ipv4", registry="RIPENCC", registry_text="RIPE")))))
    assert (found.message, found.remedy) == ("RIPE is not an accepted name; judged as RIPENCC", "write RIPENCC")


@pytest.mark.parametrize(("cloud", "findings"), [("public", []), ("usgov", ["REG-6 warning cloud"]), ("china", ["REG-6 warning cloud"])])
def test_other_clouds_are_slower(cloud: str, findings: list[str]) -> None:
    assert spell(check(replace(peering(), cloud=cloud))) == findings  # type: ignore[arg-type]


# ── all rules together ──────────────────────────────────────────────────────────────────────────────────────────────────────

P = "193.0.0.0/21"
RIGHT = block("ipv4", P, primary="193.0.8.0/30", secondary="193.0.8.4/30")
MANY = [route(str(Prefix(4, Prefix.parse(P).network + number, 32))) for number in range(201)]
BLOCKERS = {  # verdicts.md, Always-blockers
    "PFX-1": peering(block("ipv4", "10.0.0.0/8")),
    "PFX-3": peering(block("ipv6", P)),
    "ASN-2": peering(RIGHT, asn=65515),
    "ASN-3": peering(RIGHT, asn=0),
    "ASN-5": peering(block("ipv4", P, customer=64512)),
    "ASN-7": peering(RIGHT, asn=23456),
    "LNK-1": peering(block("ipv4", P, primary="10.0.0.0/30")),
    "LNK-2": replace(peering(RIGHT), vlan_id=4095),
    "LNK-3": replace(peering(RIGHT), secret_faults=key_faults("not;a;key")),
    "LIM-1": peering(RIGHT, routes=MANY),
}


@pytest.mark.parametrize("rule", BLOCKERS)
def test_every_always_blocker_can_be_made(rule: str) -> None:
    found = {one.rule for one in rules.findings(BLOCKERS[rule]) if one.severity is Severity.BLOCKER}
    assert rule in found
    assert found <= BLOCKERS.keys()


def test_a_right_peering_has_no_finding() -> None:
    assert rules.findings(peering(RIGHT)) == ()


def test_groups_speak_in_their_order_and_say_each_thing_once() -> None:
    wrong = Peering(
        65515,
        (replace(block("ipv4", "10.0.0.0/8", primary="10.0.0.0/30"), registry="RADB", registry_text="MERIT"),),
        cloud="china",
        routes=(route("10.0.0.0/8", (64512,)), route("10.0.0.0/8", (64512,))),
        listened=True,
    )
    assert spell(rules.findings(wrong)) == [
        "ASN-2 blocker AS65515",
        "ASN-4 warning AS65515",
        "ASN-6 note 10.0.0.0/8",
        "PFX-1 blocker 10.0.0.0/8",
        "LNK-1 blocker ipv4.primary",
        "REG-2 warning ipv4.routingRegistryName",
        "REG-6 warning cloud",
    ]
    assert PEER in rules.findings(wrong)[2].message


# ── the catalogue ───────────────────────────────────────────────────────────────────────────────────────────────────────────

FILES = sorted(Path(rules.__file__).parent.glob("*.py"))
USED = sorted({rule for file in FILES for rule in re.findall(r'Finding\(\s*"([^"]+)"', file.read_text(encoding="utf-8"))})


def test_rules_are_found_in_their_files() -> None:
    assert set(BLOCKERS) < set(USED)


@pytest.mark.parametrize("rule", USED)
def test_every_rule_in_use_is_explained(rule: str) -> None:
    assert rule in RULES
    assert Finding(rule, Severity.NOTE, "", "", "").basis is RULES[rule].basis


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_every_entry_says_where_it_is_from_and_what_to_do(name: str) -> None:
    entry = CATALOGUE[name]
    assert isinstance(entry.basis, Basis)
    assert all([entry.source, entry.meaning.endswith("."), entry.remedy.endswith(".")])


def test_rules_and_reasons_have_different_names() -> None:
    assert not RULES.keys() & REASONS.keys()
    assert len(catalogue.CATALOGUE) == len(RULES) + len(REASONS)
