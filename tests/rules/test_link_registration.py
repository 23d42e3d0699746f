"""REG-3: whose the link subnets are, as far as the registries tell, and no word where they keep silent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from circuits import body, config, microsoft
from peerings import block, peering
from registry import Registry
from test_reasons import FREE, HELD, NOW, OTHERS, SAME, P

import bgpcheck
from bgpcheck.case import Case
from bgpcheck.knowledge import Knowledge
from bgpcheck.rules.data import findings
from bgpcheck.store import configs

if TYPE_CHECKING:
    from pathlib import Path

LINKS = {"primaryPeerAddressPrefix": "193.0.14.0/30", "secondaryPeerAddressPrefix": "193.0.14.4/30"}


def found(data: Registry, folder: Path, customer: int = 0, **links: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401 (JSON)
    file = folder / "circuit.json"
    listed = config([P], customerASN=customer)
    file.write_text(json.dumps(body(microsoft(microsoftPeeringConfig=listed, **{**LINKS, **links}))))
    options = bgpcheck.Options(circuit=str(file), registry_data=str(data.write(folder / "registry")), now=NOW)
    said = bgpcheck.check_sync(options).result.findings
    return [(one.severity, one.subject, one.message) for one in said if one.rule == "REG-3"]


@pytest.mark.parametrize("data", [SAME, HELD, replace(HELD, silent_rirs=("ripencc",), rdap_ip={})])
def test_nothing_is_said_where_they_are_yours_or_nobody_tells(data: Registry, tmp_path: Path) -> None:
    assert found(data, tmp_path) == []


def test_nobodys_space_is_no_link(tmp_path: Path) -> None:
    first, second = found(FREE, tmp_path)
    assert (first[:2], second[:2]) == (("warning", "193.0.14.0/30"), ("warning", "193.0.14.4/30"))
    assert "nobody has this space (available)" in first[2]


def test_somebody_elses_may_be_the_providers(tmp_path: Path) -> None:
    first, _ = found(OTHERS, tmp_path)
    assert first[0] == "note"
    assert "is registered to Alpha" in first[2]


def test_what_is_not_public_is_no_question_for_registries(tmp_path: Path) -> None:
    """LNK-1 says what there is to say."""
    assert [subject for _, subject, _ in found(FREE, tmp_path, primaryPeerAddressPrefix="10.0.0.0/30")] == ["193.0.14.4/30"]


APART = Registry(
    rows={
        "ripencc": [
            *(f"EU|asn|{asn}|1|19940519|allocated|one" for asn in (3333, 2121)),
            *("NL|ipv4|193.0.0.0|2048|19930901|allocated|one", "|ipv4|193.0.8.0|2048||available"),
            "NL|ipv6|2001:67c:2e8::|48|20100114|assigned|one",
        ]
    },
    rdap_ip={P: ("ripencc", "ALLOCATED PA", "ORG-A", "Alpha"), "2001:67c:2e8::/48": ("ripencc", "ASSIGNED PI", "ORG-B", "Beta")},
    rdap_autnum={3333: ("ripencc", "ORG-A", "Alpha"), 2121: ("ripencc", "ORG-B", "Beta")},
)
SIX = {"primaryPeerAddressPrefix": "2001:67c:2e8::/126", "secondaryPeerAddressPrefix": "2001:67c:2e8::4/126", "state": "Enabled"}


def test_links_are_asked_about_by_themselves(tmp_path: Path) -> None:
    """Not as the prefixes that they carry."""
    assert [one[:2] for one in found(APART, tmp_path)] == [("warning", "193.0.14.0/30"), ("warning", "193.0.14.4/30")]


def test_nothing_is_said_before_there_is_something_to_judge() -> None:
    """As in a lab that listens first."""
    case = Case(peering(block("ipv4", primary="193.0.14.0/30")), datetime(2026, 11, 2, tzinfo=UTC))
    assert findings(case, Knowledge({}, configs.settings()), ()) == ()


@pytest.mark.parametrize(("customer", "others"), [(0, 2), (2121, 0)])
def test_the_customer_asn_counts_for_the_links_of_its_family(customer: int, others: int, tmp_path: Path) -> None:
    inside = {"primaryPeerAddressPrefix": "193.0.6.0/30", "secondaryPeerAddressPrefix": "193.0.6.4/30"}
    six = {**SIX, "microsoftPeeringConfig": config(["2001:67c:2e8::/48"], customerASN=customer)}
    assert len(found(APART, tmp_path, customer=0, **inside, ipv6PeeringConfig=six)) == others
    four = {**SIX, "microsoftPeeringConfig": config(["2001:67c:2e8::/48"], customerASN=0)}
    assert len(found(APART, tmp_path, customer=customer, **inside, ipv6PeeringConfig=four)) == 2
