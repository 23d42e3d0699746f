"""Azure's own recordings, judged: the two peerings that Azure left in ValidationNeeded are explained from facts; others get no verdict."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from program import ROOT
from registry import Registry

import bgpcheck
from bgpcheck.cli import main

if TYPE_CHECKING:
    from pathlib import Path

NOW = "2017-03-22T00:00:00Z"  # a day after the statistics, which hold what the recording's numbers were about then
MISSING = not os.path.isdir(os.path.join(os.environ.get("BGPCHECK_DATA", "nowhere"), "azure"))  # noqa: PTH112, PTH118
needs_data = pytest.mark.skipif(MISSING, reason="needs Azure's recordings in $BGPCHECK_DATA/azure")


def recorded(name: str) -> str:
    return os.path.join(os.environ["BGPCHECK_DATA"], "azure", "cli-recording", f"{name}.json")  # noqa: PTH118


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The real statistics of all five registries of one day, and routing registries that hold nothing of these prefixes."""
    made = Registry(
        silent_rirs=("afrinic", "apnic", "arin", "lacnic", "ripencc"),
        routes={"LEVEL3": [], "RIPE-NONAUTH": []},
        rdap_ip={"104.0.0.0/12": ("arin", "DIRECT ALLOCATION", "", "")},  # registrations of which nobody's name is needed here
        rdap_autnum={10000: ("apnic", "", ""), 10002: ("apnic", "", "")},
    ).write(tmp_path)
    for path in os.listdir(os.path.join(os.environ["BGPCHECK_DATA"], "rir")):  # noqa: PTH118, PTH208
        if path.startswith("delegated-") and "20170321" in path:
            os.symlink(os.path.join(os.environ["BGPCHECK_DATA"], "rir", path), made / path)  # noqa: PTH118, PTH211
    return made


def result(name: str, folder: Path) -> dict[str, Any]:
    return bgpcheck.check_sync(bgpcheck.Options(circuit=recorded(name), registry_data=str(folder), now=NOW)).result.to_json()


@needs_data
@pytest.mark.parametrize(
    ("name", "prefixes"), [("05-peering-get-200-ValidationNeeded", 1), ("07-peering-get-ipv6-200-ValidationNeeded", 2)]
)
def test_what_azure_left_in_validation_needed_is_explained(name: str, prefixes: int, folder: Path) -> None:
    found = result(name, folder)
    assert (found["actualAzureState"], found["predictedAzureState"]) == ("ValidationNeeded", "ValidationNeeded")
    assert len(found["prefixes"]) == prefixes
    for one in found["prefixes"]:
        assert (one["actualAzureState"], one["verdict"], one["reasons"][0]["code"]) == (
            *("ValidationNeeded", "validation-needed", "azure-validation-needed"),
        )
        assert one["difference"] == []  # as the registries let expect
        assert one["irr"]["objects"] == []
        assert one["prediction"]["verdict"] in {"validation-needed", "manual-validation"}
        assert one["reasons"][0]["message"].endswith(f"by the registries alone: {one['prediction']['reason']}.")
    four = found["prefixes"][0]
    assert four["registration"]["registry"] == "arin"  # the space is at ARIN, the AS numbers are APNIC's
    assert {finding["rule"] for finding in found["findings"]} >= {"PFX-7", "REG-2", "ST-11"}  # the list is the link subnet itself
    if prefixes == 2:
        six = found["prefixes"][1]
        assert six["prediction"]["reason"] == "unallocated-space"
        assert {(finding["rule"], finding["severity"]) for finding in found["findings"]} >= {("LNK-1", "blocker"), ("ASN-5", "blocker")}


@needs_data
@pytest.mark.parametrize("name", ["04-peering-put-201-updating-NotConfigured", "06-peering-put-ipv6-200-updating"])
def test_while_azure_was_updating_there_is_no_verdict(name: str, folder: Path) -> None:
    """ST-12."""
    found = result(name, folder)
    assert {one["verdict"] for one in found["prefixes"]} == {"undetermined"}
    assert {one["reasons"][0]["code"] for one in found["prefixes"]} == {"azure-updating"}
    assert found["actualAzureState"] is None


@needs_data
def test_the_recorded_circuits_first_steps(capsys: pytest.CaptureFixture[str]) -> None:
    for name, step, status in (("01-circuit-put-201-updating", "creating", 5), ("02-circuit-get-200-succeeded", "created", 0)):
        assert main(["circuit", recorded(name), "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["circuits"][0]["step"] == step
        assert main(["circuit", recorded(name), "--want", "delete"]) == status
        capsys.readouterr()


def test_the_recordings_are_no_part_of_the_project() -> None:
    assert not any("cli_test_express_route" in path.read_text(errors="ignore") for path in (ROOT / "fixtures").rglob("*.json"))
