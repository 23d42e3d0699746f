"""Remedies: concrete, minimal, cheapest first, and never harmful."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from test_reasons import HELD, NOW, OTHERS, SAME, P

import bgpcheck
from bgpcheck.assess import Assessment
from bgpcheck.model import Prefix
from bgpcheck.remedy import STEPS, remedies
from bgpcheck.rules.catalogue import REASONS
from bgpcheck.steps import MAKING, route_object_text
from bgpcheck.store import configs

if TYPE_CHECKING:
    from pathlib import Path

    from registry import Registry

    from bgpcheck.steps import Remedy


def steps(registry: Registry, folder: Path, prefix: str = P, named: str | None = None, **more: object) -> tuple[Remedy, ...]:
    options = bgpcheck.Options(
        prefixes=[prefix],
        peer_asn=3333,
        registry=named,
        registry_data=str(registry.write(folder / "registry")),
        now=NOW,
        **more,  # type: ignore[arg-type]
    )
    (found,) = bgpcheck.check_sync(options).result.assessments
    return remedies(found)


ROWS = {"ripencc": [*HELD.rows["ripencc"], "EU|asn|25152|1|20020809|allocated|two"]}
TAKEN = replace(HELD, rows=ROWS, routes={"RIPE": [f"{P} AS25152 THEIR-MNT"]})
KINDS = [
    (TAKEN, ["set-customer-asn", "create-route-object", "delete-route-object"]),
    (replace(TAKEN, vrps=[f"{P} AS25152"]), ["set-customer-asn", "fix-roa", "create-route-object"]),  # their object is in use
    (replace(TAKEN, vrps=None), None),  # not known whether it is in use: no advice to delete
    (replace(TAKEN, rows=HELD.rows), None),  # not known whose AS number it is
    (replace(HELD, routes={"RIPE": [f"{P} AS3333"]}), []),
    (replace(HELD, routes={"RIPE": ["193.0.0.0/20 AS3333"]}), ["list-registered-block", "create-route-object"]),
    (replace(HELD, routes={"RIPE": ["193.0.0.0/22 AS3333", "193.0.4.0/22 AS3333"]}), ["list-parts", "create-route-object"]),
    (replace(HELD, vrps=["193.0.0.0/20 AS3333"]), ["create-route-object", "fix-roa"]),
    (replace(HELD, vrps=["193.0.0.0/20 AS25152"]), ["fix-roa", "create-route-object"]),
    (replace(HELD, routes={"RADB": [f"{P} AS3333"]}, vrps=[f"{P} AS25152"]), ["fix-roa"]),
    (OTHERS, ["obtain-loa", "open-ticket"]),
    (SAME, ["create-route-object"]),
]


@pytest.mark.parametrize(("registry", "kinds"), KINDS, ids=range(len(KINDS)))
def test_steps_in_order(registry: Registry, kinds: list[str] | None, tmp_path: Path) -> None:
    found = [step.kind for step in steps(registry, tmp_path)]
    assert "delete-route-object" not in found if kinds is None else found == kinds


def test_a_holders_own_object_is_not_to_be_deleted(tmp_path: Path) -> None:
    """The other AS number belongs to the prefix's own holder: by RDAP handle, or by opaque id."""
    theirs = replace(SAME, routes=TAKEN.routes, rdap_autnum={**SAME.rdap_autnum, 25152: ("ripencc", "ORG-A", "Alpha")})
    assert "delete-route-object" not in [step.kind for step in steps(theirs, tmp_path)]
    rows = {"ripencc": [*HELD.rows["ripencc"], "EU|asn|25152|1|20020809|allocated|one"]}
    assert "delete-route-object" not in [step.kind for step in steps(replace(TAKEN, rows=rows), tmp_path / "two")]


def test_who_acts_is_named(tmp_path: Path) -> None:
    (loa, ticket) = steps(OTHERS, tmp_path)
    assert loa.who == "Alpha"
    assert P in loa.text
    assert "AS3333" in loa.text
    assert "bundle" in ticket.text


def test_the_registry_of_a_route_object(tmp_path: Path) -> None:
    """The named registry where it is the prefix's own or a third party's; else the prefix's own; else RADB."""
    found = {name: steps(HELD, tmp_path / str(name), named=name)[0].registry for name in (None, "RIPENCC", "RADB", "ARIN")}
    assert found == {None: "RIPE", "RIPENCC": "RIPE", "RADB": "RADB", "ARIN": "RIPE"}


def test_the_object_can_be_pasted(tmp_path: Path) -> None:
    rows = {"ripencc": [*HELD.rows["ripencc"], "NL|ipv6|2001:67c:2e8::|48|20100917|assigned|one"]}
    held = replace(HELD, rows=rows, rdap_ip={"2001:67c:2e8::/48": ("ripencc", "ASSIGNED PI", "", "")})
    (first, *_) = steps(held, tmp_path, prefix="2001:67c:2e8::/48", customer_asn=3333)
    assert first.text.splitlines() == [
        "route6:     2001:67c:2e8::/48",
        "origin:     AS3333",
        "mnt-by:     <your maintainer>",
        "source:     RIPE",
    ]
    assert "EXAMPLE-MNT" in route_object_text(bgpcheck_prefix(P), 3333, "RIPE", ("EXAMPLE-MNT",))


def bgpcheck_prefix(text: str) -> Prefix:

    return Prefix.parse(text)


def test_a_roa_is_never_advised_longer_than_the_internet_takes(tmp_path: Path) -> None:
    """RFC 9319: nothing longer than /24; a NAT pool gets a route object only."""
    found = steps(replace(HELD, vrps=["193.0.0.0/20 AS3333"]), tmp_path, prefix="193.0.0.0/27")
    assert [step.kind for step in found] == ["create-route-object"]


def test_planned_objects_prove_the_remedy(tmp_path: Path) -> None:
    """What is advised, once assumed to be there, makes the prefix configured (--assume)."""
    for number, registry in enumerate((HELD, SAME, replace(HELD, vrps=["193.0.0.0/20 AS3333"]))):
        advised = next(step for step in steps(registry, tmp_path / str(number)) if step.kind == "create-route-object")
        plan = tmp_path / f"plan{number}.rpsl"
        plan.write_text(advised.text.partition("\n(")[0].replace("<your maintainer>", "EXAMPLE-MNT") + "\n")
        assert steps(registry, tmp_path / str(number), assume=[str(plan)]) == ()


def test_every_reason_that_is_not_configured_has_steps() -> None:
    always = {code for code in REASONS if not code.startswith("azure-")} - {
        "blocker",
        "route-object-exact",
        "route-object-covering",
        "signed-prefix",
    }
    assert always | {"azure-updating"} == set(STEPS)
    accepted = {source for registry in configs.settings().registries.values() for source in registry.irr[:1]}
    assert accepted == set(MAKING)


def test_azures_word_needs_a_ticket_only_where_it_says_no(tmp_path: Path) -> None:
    options = bgpcheck.Options(prefixes=[P], peer_asn=3333, registry_data=str(HELD.write(tmp_path / "registry")), now=NOW)
    (one,) = bgpcheck.check_sync(options).result.assessments
    states = ("configured", "updating", "validation-failed", "manual-validation-needed")
    signed = ("signature-verification-failed", "certificate-missing-in-routing-registry")
    kinds = {
        state: [step.kind for step in remedies(Assessment(replace(one.claim, azure=state), one.knowledge, one.policy))]
        for state in (*states, *signed)
    }
    assert kinds == {
        "configured": [],
        "updating": ["retry"],
        "validation-failed": ["create-route-object", "retry", "open-ticket"],  # what the registries lack, then to submit again
        "manual-validation-needed": ["create-route-object", "open-ticket"],
        "signature-verification-failed": ["sign-again", "retry"],
        "certificate-missing-in-routing-registry": ["publish-certificate", "retry"],
    }
