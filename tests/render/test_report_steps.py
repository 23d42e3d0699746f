"""What to do, in order: steps put together, each with those whom it is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bundles import NOW, REGISTRY

from bgpcheck import api
from bgpcheck.remedy import remedies
from bgpcheck.render.report_steps import MOST_OPEN, numbers, section, steps

if TYPE_CHECKING:
    from bgpcheck.api import Outcomes
    from bgpcheck.result import Result


def many() -> Result:
    """Six prefixes of another holder that want the same, each with its own text."""
    prefixes = tuple(f"192.87.{third}.0/24" for third in range(6))
    return api.check_sync(api.Options(peer_asn=3333, prefixes=prefixes, registry_data=str(REGISTRY), now=NOW)).result


def test_every_remedy_of_every_prefix_is_in_some_step_once(tour: Outcomes) -> None:
    for result in (tour.result, many()):
        found = [
            (step.kind, step.who, words, prefix)
            for step in steps(result.assessments)
            for words, for_ in step.texts.items()
            for prefix in for_
        ]
        wanted = [(one.kind, one.who, one.text, str(each.claim.prefix)) for each in result.assessments for one in remedies(each)]
        assert sorted(found) == sorted(wanted)
        assert found


def test_numbers_are_those_of_the_steps(tour: Outcomes) -> None:
    found, made = numbers(tour.result.assessments), steps(tour.result.assessments)
    for one in tour.result.assessments:
        kinds = [made[number - 1].kind for number in found.get(str(one.claim.prefix), [])]
        assert sorted(kinds) == sorted(step.kind for step in remedies(one))
    assert "193.0.0.0/21" not in found


def test_what_many_want_is_one_step_and_its_texts_are_folded() -> None:
    page = "\n".join(section(many().assessments, "r1"))
    shown, folded = page.split("<details>", 1)
    assert len(re.findall("<pre>", shown)) >= MOST_OPEN
    assert re.match(r"<summary>and \d+ more like these</summary>", folded)
    assert '<li id="r1s1">' in page


def test_nothing_to_do_is_no_heading(ready: Result) -> None:
    assert list(section(ready.assessments, "")) == []


def test_each_prefix_keeps_its_own_order_and_one_value_is_chosen(tour: Outcomes) -> None:
    from bgpcheck.api import Options, check_sync  # noqa: PLC0415 (only here)

    circuit = check_sync(Options(circuit=str(REGISTRY.parent / "circuits" / "er-ams.json"), registry_data=str(REGISTRY), now=NOW)).result
    for result in (tour.result, circuit, many()):
        kinds = [step.kind for step in steps(result.assessments)]
        order = {number: step.kind for number, step in enumerate(steps(result.assessments), 1)}
        for one in result.assessments:
            found = numbers(result.assessments).get(str(one.claim.prefix), [])
            assert [order[number] for number in found] == [step.kind for step in remedies(one)], kinds
    assert "only one of them can be set" in "\n".join(section(tour.result.assessments, ""))
    assert "only one of them" not in "\n".join(section(many().assessments, ""))
