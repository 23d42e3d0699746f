"""The report's pictures: there where there is something to draw, each with the same in words, and no more of them than can be looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bundles import EVENTS, checked

from bgpcheck.render import report_pictures
from bgpcheck.render.report import report

if TYPE_CHECKING:
    import pytest

    from bgpcheck.api import Outcomes


def test_every_picture_stands_with_its_words(tour: Outcomes) -> None:
    page = report(tour.told)
    for heading, words in (("Whose the addresses and AS numbers are", "This chain in words"), ("The address plan", "The plan in words")):
        after = page.partition(f"{heading}</h2>")[2]
        assert after.index('class="picture"') < after.index(f"<details><summary>{words}</summary>")
    assert "over time" not in page


def test_documents_are_linked_in_a_bundle_only(tour: Outcomes) -> None:
    beside, alone = ("\n".join(report_pictures.delegations(tour.result.assessments, mark="", beside=one)) for one in (True, False))
    assert 'href="documents/' in beside
    assert "href" not in alone
    assert "<code>" in alone


def test_more_chains_than_can_be_looked_at_are_counted(tour: Outcomes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_pictures, "MOST_CHAINS", 2)
    page = "\n".join(report_pictures.delegations(tour.result.assessments, mark="", beside=True))
    assert page.count("This chain in words") == 2
    assert "more chains are not drawn" in page


def test_nothing_is_drawn_of_nothing(tour: Outcomes) -> None:
    nothing = replace(tour.result, assessments=(), peering=replace(tour.result.peering, blocks=()))
    assert list(report_pictures.delegations(nothing.assessments, mark="", beside=True)) == []
    assert list(report_pictures.plan(nothing)) == []


def test_what_was_heard_is_drawn_over_time() -> None:
    outcomes = checked(peer_asn=3333, events=str(EVENTS / "v5-consolidate.jsonl"))
    page = report(outcomes.told)
    after = page.partition("Sessions and announcements over time</h2>")[2]
    assert after.index('class="picture"') < after.index("The same in words")
