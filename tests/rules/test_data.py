"""Findings about VRPs: validators that do not agree, and exports that lack the trust anchor that matters."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bgpcheck import api
from bgpcheck.evidence import bundle, extract, statement
from bgpcheck.evidence.document import Document

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "registry"
NOW = "2026-11-02T00:00:00Z"
RIRS = ("afrinic", "apnic", "arin", "lacnic", "ripe")


def judged(tmp_path: Path, *exports: list[dict[str, Any]], prefix: str = "193.0.10.0/24", asn: int = 3333) -> api.Outcomes:
    for path in FOLDER.iterdir():
        if path.is_file() and not path.name.startswith("vrps"):
            shutil.copy(path, tmp_path)
    for number, roas in enumerate(exports):
        body = {"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": roas}
        (tmp_path / f"vrps-{number}.json").write_text(json.dumps(body))
    return api.check_sync(api.Options(prefixes=[prefix], peer_asn=asn, registry_data=str(tmp_path), now=NOW))


def roa(anchor: str, prefix: str = "8.8.8.0/24", asn: int = 15169) -> dict[str, Any]:
    return {"prefix": prefix, "maxLength": 24, "asn": asn, "ta": anchor}


ALL = [roa(anchor, f"{number}.0.0.0/24") for number, anchor in enumerate(RIRS, 20)]
OWN = roa("ripe", "193.0.8.0/21", 3333)


def found(outcomes: api.Outcomes, rule: str) -> list[str]:
    return [one["message"] for one in outcomes.result.to_json()["findings"] if one["rule"] == rule]


def state(outcomes: api.Outcomes) -> tuple[str, str]:
    (row,) = outcomes.result.to_json()["prefixes"]
    return row["rpki"]["state"], row["verdict"]


ANCHORS = [
    (ALL, "not-found"),
    ([one for one in ALL if one["ta"] != "ripe"], "unknown"),  # the validator knows nothing of RIPE NCC's space
    ([one for one in ALL if one["ta"] != "arin"], "not-found"),  # nothing of ARIN's does not matter here
    ([roa("Cloudflare - ARIN"), roa("Cloudflare - APNIC")], "unknown"),
    ([roa("RIPE NCC RPKI Root")], "not-found"),
    ([roa("")], "not-found"),  # an export that does not say whose its VRPs are
    ([roa("test"), roa("x")], "not-found"),
]


@pytest.mark.parametrize(("roas", "expected"), ANCHORS)
def test_a_trust_anchor_that_is_silent_says_nothing(roas: list[dict[str, Any]], expected: str, tmp_path: Path) -> None:
    outcomes = judged(tmp_path, roas)
    assert state(outcomes)[0] == expected
    messages = ["the VRPs hold nothing of the trust anchor of ripencc: what ROAs say of 193.0.10.0/24 is not known"]
    assert found(outcomes, "DATA-11") == (messages if expected == "unknown" else [])
    stored = statement.read(bundle.unpack(outcomes.bundle()))
    assert stored.result == outcomes.result.to_json()


def test_one_of_two_exports_without_it_is_enough(tmp_path: Path) -> None:
    outcomes = judged(tmp_path, [*ALL, OWN], [one for one in ALL if one["ta"] != "ripe"])
    assert (state(outcomes)[0], len(found(outcomes, "DATA-11")), found(outcomes, "DATA-10")) == ("unknown", 1, [])


def test_validators_that_do_not_agree(tmp_path: Path) -> None:
    outcomes = judged(tmp_path, [*ALL, OWN], [*ALL, roa("ripe", "193.0.8.0/21", 12654)])
    (message,) = found(outcomes, "DATA-10")
    assert message == "validators do not agree about 193.0.10.0/24: vrps-0.json gives valid; vrps-1.json gives invalid-asn"
    (row,) = outcomes.result.to_json()["prefixes"]
    assert (row["verdict"], row["possibleVerdicts"]) == ("undetermined", ["configured", "validation-needed"])


def test_those_that_agree_are_no_finding(tmp_path: Path) -> None:
    """Though they differ elsewhere."""
    outcomes = judged(tmp_path, [*ALL, OWN], [*ALL, OWN, roa("ripe", "84.205.64.0/19", 1)])
    assert (found(outcomes, "DATA-10"), found(outcomes, "DATA-11"), state(outcomes)[0]) == ([], [], "valid")


def test_old_bundles_have_no_counts() -> None:
    part = extract.Extract("f", "", 1, "vrps-json", None, 1, 0, (), (), (), {"ripe": 1})
    assert extract.decode(part.encode()).anchors == {"ripe": 1}
    old = json.loads(part.encode())
    del old["file"]["anchors"]
    content = json.dumps(old).encode()
    assert extract.decode(content).anchors == {}
    documents = [Document("vrps", "f", extract.MEDIA_TYPE, one) for one in (part.encode(), content)]
    assert extract.silent_anchors(documents[:1]) == {"afrinic", "apnic", "arin", "lacnic"}
    assert extract.silent_anchors(documents[1:]) == frozenset()
