"""REG-3: whose the link subnets are, as far as the registries tell, and no word where they keep silent."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from circuits import body, config, microsoft
from test_reasons import FREE, HELD, NOW, OTHERS, SAME, P

import bgpcheck

if TYPE_CHECKING:
    from pathlib import Path

    from registry import Registry

LINKS = {"primaryPeerAddressPrefix": "193.0.14.0/30", "secondaryPeerAddressPrefix": "193.0.14.4/30"}


def found(data: Registry, folder: Path, **links: str) -> list[tuple[str, str, str]]:
    file = folder / "circuit.json"
    file.write_text(json.dumps(body(microsoft(microsoftPeeringConfig=config([P]), **{**LINKS, **links}))))
    options = bgpcheck.Options(circuit=str(file), registry_data=str(data.write(folder / "registry")), now=NOW)
    findings = bgpcheck.check_sync(options).result.findings
    return [(one.severity, one.subject, one.message) for one in findings if one.rule == "REG-3"]


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
