from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import judged
import pytest
from hostile import acting
from program import ROOT

from bgpcheck.render.junit import as_junit
from bgpcheck.result import Result
from bgpcheck.rules.base import Finding, Severity

if TYPE_CHECKING:
    from pathlib import Path
    from xml.etree.ElementTree import Element

    from bgpcheck import api

BAD = {"failure", "error", "skipped"}


def parsed(text: str) -> Element:
    """Read what is written, which is ASCII and whole."""
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ')
    return ET.fromstring(text.encode("ascii"))  # noqa: S314 (what is read was made here)


def outcomes(root: Element) -> dict[str, str]:
    """What became of each case, by its name."""
    cases = [(case.get("name", ""), *(child.tag for child in case if child.tag in BAD)) for case in root.iter("testcase")]
    assert len(dict.fromkeys(name for name, *_ in cases)) == len(cases)
    return {name: bad[0] if bad else "" for name, *bad in cases}


def counts(element: Element) -> tuple[str | None, ...]:
    return tuple(element.get(name) for name in ("tests", "failures", "errors", "skipped"))


def test_a_case_a_prefix(tour: api.Outcomes) -> None:
    root = parsed(as_junit([tour.result], [judged.of_tour(tour)]))
    assert outcomes(root) == {
        "193.0.0.0/21": "",
        "193.0.10.0/24": "",
        "193.0.14.0/23": "failure",
        "192.87.0.0/16": "failure",
        "192.149.252.0/24": "error",  # no verdict is neither a pass nor a skip
        "2001:67c:2e8::/48": "",
    }
    assert [case.get("line") for case in root.iter("testcase")] == ["15", "16", "17", "18", "19", "23"]
    assert {case.get("file") for case in root.iter("testcase")} == {"configs/preflight/tour.yaml"}
    assert counts(root) == counts(root[0]) == ("6", "2", "1", "0")
    assert (root[0].get("name"), root[0].get("timestamp")) == ("tour", "2026-11-02T00:00:00")
    assert {one.get("name"): one.get("value") for one in root.iter("property")} == {
        "verdict": "manual-validation",
        "predictedAzureState": "ValidationNeeded",
        "policy": "microsoft-peering",
        "decidedAt": "2026-11-02T00:00:00Z",
    }


def test_what_is_wrong_is_said_with_what_to_do(tour: api.Outcomes) -> None:
    root = parsed(as_junit([tour.result]))
    failure, _ = root.iter("failure")
    assert failure.get("type") == "origin-mismatch"
    assert failure.get("message", "").startswith("validation-needed: A route object for exactly this prefix names another AS number: RIPE")
    assert "\n   origin:     AS3333\n" in (failure.text or "")
    (error,) = root.iter("error")
    assert error.get("message", "").startswith("undetermined: A source that could decide gave no answer")
    assert "\nno answer from irr/ARIN: missing; put ARIN.db into" in (error.text or "")
    assert "RADB" not in (error.text or "")  # which decides nothing here
    told = root[0].findtext("system-out") or ""
    assert "\nnote DATA-6 192.149.252.0/24 is taken for legacy space" in told
    assert not [case for case in root.iter("testcase") if case.get("file") or case.get("line")]


def test_a_good_peering_is_green(ready: Result) -> None:
    root = parsed(as_junit([ready, ready]))
    assert counts(root) == ("6", "0", "0", "0")
    assert [counts(suite) for suite in root] == [("3", "0", "0", "0")] * 2
    assert "configured (high): A route object for exactly" in (root[0].findtext("testcase/system-out") or "")


def test_a_blocker_is_a_failure_of_its_own(tmp_path: Path) -> None:
    result, places = judged.blocked(tmp_path)
    root = parsed(as_junit([result], [places]))
    found = outcomes(root)
    assert [name for name in found if not name[0].isdecimal()] == [
        "ASN-2 AS65515",
        "PFX-1 10.0.0.0/8",
        "LNK-1 ipv4.primary",
        "LNK-1 ipv4.primary (2)",
    ]
    assert set(found.values()) == {"failure"}
    assert {case.get("name"): case.get("line") for case in root.iter("testcase")}["LNK-1 ipv4.primary (2)"] == "5"
    assert "\nwarning PFX-8 193.0.0.1/21 has host bits set" in (root[0].findtext("system-out") or "")
    assert "blocker " not in (root[0].findtext("system-out") or "")


def test_private_peering_is_skipped(tmp_path: Path) -> None:
    root = parsed(as_junit([judged.private(tmp_path)]))
    assert outcomes(root) == {"no verdict": "skipped"}
    assert counts(root) == ("1", "0", "0", "1")


def test_where_nothing_is_validated_nothing_fails(tmp_path: Path) -> None:
    private = judged.private(tmp_path)
    blocker = Finding("LNK-2", Severity.BLOCKER, "vlanId", "two peerings have VLAN id 7", "give each one of its own")
    root = parsed(as_junit([replace(private, findings=(blocker,))]))
    assert outcomes(root) == {"no verdict": "skipped"}
    assert "\nblocker LNK-2 two peerings have VLAN id 7; give each one" in (root[0].findtext("system-out") or "")


def test_a_verdict_on_nothing_is_no_pass(ready: Result) -> None:
    nothing = Result(replace(ready.peering, blocks=()), ready.policy, ready.decided_at, (), (), ())
    assert outcomes(parsed(as_junit([nothing]))) == {"undetermined": "error"}


@pytest.mark.parametrize("good", [True, False])
def test_what_could_not_be_judged_is_an_error(good: bool, ready: Result) -> None:  # noqa: FBT001 (with or without a result beside it)
    root = parsed(as_junit([ready] if good else [], faults=judged.faults()))
    suites = [suite for suite in root if suite.get("name") != "ready"]
    assert [suite.get("name") for suite in suites] == ["a b/p,1.yaml", "nowhere.yaml", "input"]
    assert [counts(suite) for suite in suites] == [("1", "0", "1", "0")] * 3
    assert counts(root) == ("6" if good else "3", "0", "3", "0")
    assert [case.get("line") for suite in suites for case in suite.iter("testcase")] == ["3", None, None]
    assert "'<x> 100%' is not an AS number" in (suites[0].findtext("testcase/error") or "")


@pytest.mark.parametrize("made", [{"circuit": str(ROOT / "fixtures" / "circuits" / "er-ams.json"), "peer_asn": None}], indirect=True)
def test_azures_own_state_is_told(made: Result) -> None:
    root = parsed(as_junit([made]))
    assert {one.get("name"): one.get("value") for one in root.iter("property")}["actualAzureState"] == "ValidationNeeded"


def test_hostile_text_is_text(dangerous: tuple[str, api.Outcomes], calm: api.Outcomes) -> None:
    _, hostile = dangerous
    written = as_junit([hostile.result], faults=[judged.Fault(dangerous[0], dangerous[0][:100], 1)] if dangerous[0].strip() else [])
    root = parsed(written)
    assert not acting(written)
    assert not acting("".join(root.itertext()))
    assert not [value for element in root.iter() for value in element.attrib.values() if acting(value)]
    first, calm_first = root[0], parsed(as_junit([calm.result]))[0]
    assert [(one.tag, *one.attrib) for one in first.iter()] == [(one.tag, *one.attrib) for one in calm_first.iter()]
    assert all(len(one.get("message", "")) < 210 for one in root.iter())
