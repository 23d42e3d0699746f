"""One prefix judged by what registries answered, as ``check`` does it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import exabgp_lines as lines
import program
import pytest
from lab_builders import LISTED, hear, lab

if TYPE_CHECKING:
    from pathlib import Path

from bgpcheck import api
from bgpcheck.engine import answers_about
from bgpcheck.lab.judge import judge, know
from bgpcheck.model import Prefix
from bgpcheck.options import Options
from bgpcheck.plan import plan
from bgpcheck.store import configs
from bgpcheck.store.clock import now_of

REGISTRY = str(program.ROOT / "fixtures" / "registry")
PLANNED = "route: 193.0.14.0/23\norigin: AS3333\nmnt-by: X-MNT\nsource: RIPE\n"


def judged(prefix: str, *said: bytes, planned: str = "", data: str = REGISTRY) -> tuple[object, dict[str, object]]:
    """Judge a prefix after these events."""
    one, settings = lab(), configs.settings()
    if said:
        hear(one, *said)
    options = Options(peer_asn=3333, registry="RIPENCC", registry_data=data, now=program.NOW, listening=True)
    source = api.data_of(data, None)
    claim = one.claim(Prefix.parse(prefix))
    answers = api.finish(answers_about((claim,), api.case_of(options, plan(options), source), source, settings, {}))
    knowledge = know(answers, settings, [("planned.rpsl", planned)] if planned else [])
    return judge(claim, knowledge, configs.policy("microsoft-peering"), now_of(program.NOW))


def test_a_verdict_is_that_of_check() -> None:
    for prefix in (*LISTED, "193.0.14.0/23", "10.0.0.0/8"):
        _, element = judged(prefix)
        listed = () if prefix in LISTED else ("193.0.0.0/21",)
        checked = api.check_sync(
            Options(prefixes=(prefix, *listed), peer_asn=3333, registry="RIPENCC", registry_data=REGISTRY, now=program.NOW)
        )
        wanted = next(one for one in checked.result.to_json()["prefixes"] if one["prefix"] == prefix)
        for one in (*element["reasons"], *wanted["reasons"]):
            one.pop("documents")  # an extract of a file holds what is near all that is asked about
        assert element == {**wanted, "listed": prefix in LISTED}


def test_what_is_kept() -> None:
    good, _ = judged(LISTED[0], lines.update([LISTED[0]]))
    assert (good.outcome, good.confidence, good.reason, good.next, good.listed, good.waits) == (
        "configured", "high", "route-object-exact", "", True, False,
    )  # fmt: skip
    bad, element = judged(LISTED[0], lines.update([LISTED[0]], path=[3333, 15169]))
    assert (bad.outcome, bad.reason, element["announced"]["origin"]) == ("validation-needed", "origin-not-authorised", 15169)
    assert bad.next


def test_a_silent_source_leaves_it_open_and_asking_again_may_help(tmp_path: Path) -> None:
    found, _ = judged(LISTED[0], data=str(tmp_path))
    assert (found.outcome, found.waits) == ("undetermined", True)


@pytest.mark.parametrize(("planned", "outcome"), [("", "validation-needed"), (PLANNED, "configured")])
def test_planned_objects_count(planned: str, outcome: str) -> None:
    found, _ = judged("193.0.14.0/23", planned=planned)
    assert found.outcome == outcome
