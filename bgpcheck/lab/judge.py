"""From what registries answered to the verdict on one prefix, as ``check`` gives it. Pure.

Rule: the same facts and table as everywhere; what is kept of a verdict is small, since a table may have a million of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bgpcheck.assess import Assessment
from bgpcheck.explain import explain
from bgpcheck.formats import assume
from bgpcheck.knowledge import Knowledge
from bgpcheck.policy import Outcome
from bgpcheck.remedy import remedies
from bgpcheck.result import deciding_sources
from bgpcheck.shape import prefix_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bgpcheck.claim import Claim
    from bgpcheck.policy import Policy
    from bgpcheck.settings import Settings
    from bgpcheck.sources.base import Answer


@dataclass(frozen=True, slots=True)
class Judged:
    """What is kept of a verdict. ``next``: the first remedy's kind and who does it; ``listed``: whether the list has the prefix.

    ``waits``: it is open, and a source that kept silent could settle it: asking again may help.
    """

    outcome: Outcome
    confidence: str | None
    reason: str
    why: str
    next: str
    listed: bool
    waits: bool


def know(answers: Mapping[str, Answer], settings: Settings, planned: Iterable[tuple[str, str]] = ()) -> Knowledge:
    """Put answers in order; ``planned``: (file name, text) of objects that are assumed to be there."""
    return Knowledge(answers, settings, tuple(record for name, text in planned for record in assume.parse(text, file=name)))


def judge(claim: Claim, knowledge: Knowledge, policy: Policy, now: datetime) -> tuple[Judged, dict[str, Any]]:
    """Judge one claim; gives what is kept, and the element of ``prefixes[]`` that the contract wants (interface.md, Result JSON)."""
    one = Assessment(claim, knowledge, policy, now)
    verdict = one.verdict
    step = next(iter(remedies(one)), None) if verdict.outcome is not Outcome.CONFIGURED else None
    waits = verdict.outcome is Outcome.UNDETERMINED and bool(deciding_sources(one, knowledge.gaps))
    todo = f"{step.kind}, by {step.who}" if step else ""
    return Judged(verdict.outcome, verdict.confidence, verdict.reason, explain(one), todo, claim.listed, waits), prefix_json(one)
