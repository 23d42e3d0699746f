"""The decision: facts and a policy in, a verdict out (verdicts.md). Pure; every state is computed from what it rests on.

Rule: an open fact decides nothing by itself. Every consistent completion is judged, and only what all agree on is a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.policy import ORDER, Confidence, Outcome, Policy, holds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.situation import Situation, World

OPEN_FACTS = ("registration", "irr", "holder", "rpki")  # a source's silence can leave these open; asn opens whole worlds
UNAVAILABLE = "source-unavailable"


class Decision(NamedTuple):
    """What one row says about one situation."""

    verdict: Outcome
    reason: str
    confidence: Confidence | None
    row: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict and the decisions that it rests on: one for each consistent completion of the open facts."""

    decisions: tuple[Decision, ...]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """Every verdict that is still possible, in the order of ``Outcome``."""
        present = {decision.verdict for decision in self.decisions}
        return tuple(outcome for outcome in Outcome if outcome in present)

    @property
    def outcome(self) -> Outcome:
        """The verdict that all completions share, or undetermined."""
        return self.outcomes[0] if len(self.outcomes) == 1 else Outcome.UNDETERMINED

    @property
    def reason(self) -> str:
        """Reason code of the row furthest down; ``source-unavailable`` where completions differ."""
        if len(self.outcomes) > 1:
            return UNAVAILABLE
        return max(self.decisions, key=lambda decision: decision.row).reason

    @property
    def confidence(self) -> Confidence | None:
        """The least confidence among the completions; None where undetermined."""
        if self.outcome is Outcome.UNDETERMINED:
            return None
        return min((decision.confidence or Confidence.LOW for decision in self.decisions), key=ORDER.index)

    @property
    def row(self) -> int:
        """Number of the row furthest down."""
        return max(decision.row for decision in self.decisions)

    @property
    def possible(self) -> tuple[Outcome, ...] | None:
        """What an undetermined verdict may still become; None for a settled one."""
        return self.outcomes if len(self.outcomes) > 1 else None


def judge(situation: Situation, policy: Policy) -> Decision:
    """Apply the first row that holds, then its exceptions and the caps (verdicts.md, Procedure)."""
    row = policy.row_for(situation)
    reason = row.reason.replace("{azure}", situation.azure).replace("{rpki}", situation.rpki)
    if row.confidence is None:
        return Decision(row.verdict, reason, None, row.number)
    confidence = row.confidence
    for condition, to in row.lower:
        if holds(condition, situation):
            confidence = min(confidence, to, key=ORDER.index)
    if row.reads("irr"):
        if situation.irr.peer_only:  # REG-1: Microsoft tries either ASN, inferred
            confidence = min(confidence, policy.peer_only_cap, key=ORDER.index)
        if situation.irr.weak:  # registries.md: RIPE-NONAUTH and LEVEL3 count one confidence lower
            confidence = confidence.lower_by_one()
    if row.verdict is Outcome.CONFIGURED and confidence is Confidence.LOW:
        return Decision(Outcome.VALIDATION_NEEDED, policy.weak_reason, Confidence.LOW, row.number)
    return Decision(row.verdict, reason, confidence, row.number)


def decide(worlds: Iterable[World], policy: Policy) -> Verdict:
    """Judge every consistent completion of every world; ``worlds`` has one for each reading of unknown AS numbers."""
    return _decide(tuple(worlds), policy)


@lru_cache(maxsize=65536)
def _decide(worlds: tuple[World, ...], policy: Policy) -> Verdict:
    """Judge, remembering: prefixes of one list mostly share their situation."""
    decisions = {judge(situation, policy) for world in worlds for situation in _completions(world)}
    return Verdict(tuple(sorted(decisions, key=lambda decision: (decision.row, decision.reason, decision.confidence or ""))))


def _completions(world: World) -> tuple[Situation, ...]:
    """Consistent completions; where the known facts contradict all of them, every completion (never none)."""
    return tuple(world.completions()) or tuple(world.all_completions())


def deciding_facts(worlds: tuple[World, ...], policy: Policy) -> frozenset[str]:
    """Open facts of which knowing the value could change the verdict; ``asn`` among them when worlds disagree.

    A fact decides when fixing it to one of its values leaves fewer possible outcomes than there are now.
    """
    now = set(_decide(worlds, policy).outcomes)
    if len(now) == 1:
        return frozenset()
    found = {"asn"} if len(worlds) > 1 and any(set(_decide((world,), policy).outcomes) != now for world in worlds) else set()
    for fact, world in product(OPEN_FACTS, worlds):
        values = getattr(world, fact)
        if len(values) > 1 and any(set(_decide((world.fix(fact, value),), policy).outcomes) != now for value in values):
            found.add(fact)
    return frozenset(found)
