"""Where Azure and the registries differ: said exactly where they do, with what could explain it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from test_reasons import HELD, NOW, OTHERS, SAME, P

import bgpcheck
from bgpcheck.assess import Assessment
from bgpcheck.circuit.standing import PREFIX_STATE, value_of
from bgpcheck.differences import by_sentences, difference, differs

if TYPE_CHECKING:
    from pathlib import Path

    from registry import Registry

EXACT = replace(HELD, routes={"RIPE": [f"{P} AS3333"]})


def judged(data: Registry, folder: Path, actual: str | None, **options: object) -> Assessment:
    asked = {"prefixes": [P], "peer_asn": 3333, "registry_data": str(data.write(folder / "registry")), "now": NOW}
    (one,) = bgpcheck.check_sync(bgpcheck.Options(**{**asked, **options})).result.assessments  # type: ignore[arg-type]
    value = value_of(actual) if actual else "none"
    return Assessment(replace(one.claim, azure=value, actual=actual), one.knowledge, one.policy)


@pytest.mark.parametrize(
    ("registry", "actual", "differing"),
    [
        (EXACT, "Configured", False),
        (EXACT, "ValidationNeeded", True),
        (EXACT, "ManualValidationNeeded", True),
        (EXACT, "SomethingNew", True),
        (EXACT, None, False),
        (SAME, "ValidationNeeded", False),
        (SAME, "AsnValidationFailed", False),
        (SAME, "ManualValidationNeeded", True),
        (SAME, "Configured", True),
        (OTHERS, "ManualValidationNeeded", False),
        (OTHERS, "ValidationNeeded", False),  # how a block shows it
        (OTHERS, "Configured", True),
    ],
)
def test_it_is_a_difference_only_where_it_is_one(registry: Registry, actual: str | None, differing: bool, tmp_path: Path) -> None:  # noqa: FBT001
    one = judged(registry, tmp_path, actual)
    assert differs(one) == differing
    found = difference(one)
    assert bool(found) == differing
    if differing:
        assert str(actual) in found[0]
        assert str(PREFIX_STATE[one.prediction.outcome]) in found[0]
        assert len(found) > 1


def test_what_could_explain_that_azure_is_stricter(tmp_path: Path) -> None:
    found = " ".join(difference(judged(EXACT, tmp_path, "ValidationNeeded")))
    assert "Submit the same list again" in found
    assert "no registry is named" in found
    assert "stands outside" not in found
    named = " ".join(difference(judged(EXACT, tmp_path, "ValidationNeeded", registry="RIPENCC")))
    assert "no registry is named" not in named


def test_a_prefixs_own_state_is_nobody_elses_fault(tmp_path: Path) -> None:
    one = judged(EXACT, tmp_path, "ValidationNeeded")
    assert "another prefix of it" in " ".join(difference(one))
    own = Assessment(replace(one.claim, actual_own=True), one.knowledge, one.policy)
    assert "another prefix of it" not in " ".join(difference(own))


def test_an_object_elsewhere_for_another_number_or_of_some_day(tmp_path: Path) -> None:
    object_ = "\n".join([f"route: {P}", "origin: AS3333", "mnt-by: A-MNT", "last-modified: 2026-10-31T00:00:00Z", "source: RADB"])
    elsewhere = replace(HELD, objects={"RADB": [object_]})
    found = " ".join(difference(judged(elsewhere, tmp_path, "ValidationNeeded", customer_asn=12654)))
    assert "2026-10-31" in found
    assert "stands outside RIPE" in found
    assert "not the customer ASN AS12654" in found


def test_a_less_specific_object(tmp_path: Path) -> None:
    wider = replace(HELD, routes={"RIPE": ["193.0.0.0/20 AS3333"]}, vrps=[f"{P} AS3333"])
    found = " ".join(difference(judged(wider, tmp_path, "ValidationNeeded")))
    assert "REG-5" in found


def test_another_cloud(tmp_path: Path) -> None:
    one = judged(EXACT, tmp_path, "ValidationNeeded")
    there = Assessment(replace(one.claim, cloud="usgov"), one.knowledge, one.policy)
    assert "REG-6" in " ".join(difference(there))


def test_what_could_explain_that_azure_is_kinder(tmp_path: Path) -> None:
    found = " ".join(difference(judged(replace(SAME, vrps=[f"{P} AS3333"]), tmp_path, "Configured")))
    assert "by hand" in found
    assert "one holder" in found
    assert "SIG-6" in found
    silent = judged(replace(HELD, silent=("RIPE", "RADB")), tmp_path / "silent", "Configured")
    assert silent.prediction.outcome == "undetermined"
    assert difference(silent) == ()  # from silence nothing differs


def test_prefixes_with_the_same_sentences_stand_together(tmp_path: Path) -> None:
    one = judged(EXACT, tmp_path, "ValidationNeeded")
    fine = judged(EXACT, tmp_path, "Configured")
    assert [(len(sentences) > 1, len(group)) for sentences, group in by_sentences([one, fine, one])] == [(True, 2)]
