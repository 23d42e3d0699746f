"""The decision: facts and a policy in, a verdict out (verdicts.md). Pure; every state is computed from what it rests on.

Rule: an open fact decides nothing by itself. Every consistent completion is judged, and only what all agree on is a verdict.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import combinations
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.policy import ORDER, Confidence, Outcome, Policy, holds
from bgpcheck.situation import World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.situation import Situation

# What a source's silence can leave open, and the fact that settles it; open AS numbers make several worlds.
OPEN_FACTS = {"registration": "registration", "named_is_rir": "registration", "irr": "irr", "holder": "holder", "rpki": "rpki"}
UNAVAILABLE = "source-unavailable"


class Decision(NamedTuple):
    """What one row says about one situation."""

    verdict: Outcome
    reason: str
    confidence: Confidence | None
    row: int


@dataclass(frozen=True)
class Verdict:
    """A verdict and the decisions that it rests on: one for each consistent completion of the open facts."""

    decisions: tuple[Decision, ...]

    @cached_property
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
        return min((decision.confidence for decision in self.decisions if decision.confidence), key=ORDER.index)

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
    return _judge(situation, policy)


@lru_cache(maxsize=65536)
def _judge(situation: Situation, policy: Policy) -> Decision:
    """Judge, remembering: with every source silent a world has thousands of completions, most of them seen before."""
    row = policy.row_for(situation)
    reason = row.reason_for(situation)
    if row.confidence is None:
        return Decision(row.verdict, reason, None, row.number)
    confidence = row.confidence
    for condition, to in row.lower:
        if holds(condition, situation):
            confidence = min(confidence, to, key=ORDER.index)
    if row.reads("irr") or row.reads("authoritative"):
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
    decisions = {_judge(situation, policy) for world in worlds for situation in _completions(world)}
    return Verdict(tuple(sorted(decisions, key=lambda decision: (decision.row, decision.reason, decision.confidence or ""))))


def _completions(world: World) -> tuple[Situation, ...]:
    """Consistent completions; where the known facts contradict all of them, every completion (never none)."""
    return tuple(world.completions()) or tuple(world.all_completions())


@lru_cache(maxsize=4096)
def deciding_facts(worlds: tuple[World, ...], policy: Policy) -> frozenset[str]:
    """Open facts of which knowing the value could rule a verdict out; ``asn`` and ``signature`` where the worlds differ by them.

    Where no fact alone could, the fewest that could together. Which registry is the prefix's is learned with ``registration``.
    """
    now = _decide(worlds, policy)
    if now.possible is None:
        return frozenset()
    apart = {fact for fact, groups in _groups(worlds).items() if any(_decide(group, policy).outcomes != now.outcomes for group in groups)}
    by_size = (apart | _ruling_out(worlds, policy, size) for size in range(1, len(OPEN_FACTS) + 1))
    return frozenset(next(filter(None, by_size)))  # all of them known leave one verdict


def _groups(worlds: tuple[World, ...]) -> dict[str, list[tuple[World, ...]]]:
    """Put worlds together that share a reading of the AS numbers, and those that share a value of the signature."""
    readings, signatures = defaultdict[World, list[World]](list), defaultdict[str, list[World]](list)
    for world in worlds:
        readings[replace(world, signature="none")].append(world)
        signatures[world.signature].append(world)
    return {"asn": list(map(tuple, readings.values())), "signature": list(map(tuple, signatures.values()))}


def _ruling_out(worlds: tuple[World, ...], policy: Policy, size: int) -> set[str]:
    """Name the facts of which ``size`` together, known, could rule a verdict out in all worlds."""
    possible = _decide(worlds, policy).outcomes
    found: set[str] = set()
    for facts in combinations(OPEN_FACTS, size):
        outcomes = [_outcomes_by_value(world, facts, policy) for world in worlds]
        if any(all(any(outcome not in group for group in groups) for groups in outcomes) for outcome in possible):
            found.update(OPEN_FACTS[fact] for fact in facts)
    return found


def _outcomes_by_value(world: World, facts: tuple[str, ...], policy: Policy) -> list[set[Outcome]]:
    """Give what is possible with each combination of values that ``facts`` may have."""
    value_of = attrgetter(*facts)
    found: dict[object, set[Outcome]] = defaultdict(set)
    for situation in _completions(world):
        found[value_of(situation)].add(_judge(situation, policy).verdict)
    return list(found.values())
