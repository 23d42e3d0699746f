"""What changed from an earlier result to a new one (``check --diff``). Pure.

Rule: only what both say is compared, and nothing is claimed of why it changed. Silence is no improvement: better is said only where the new
result rests on all that the earlier one did (``bgpcheck.grounds``), and a source that is not silent any more may not have been asked.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from bgpcheck import grounds
from bgpcheck.circuit.changes import Change
from bgpcheck.policy import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bgpcheck.earlier import Earlier, Noted, Said, Silent

# In the order in which they are told.
WORSE, LOST, ASSUMED, SETTLED, BETTER, SAME = DIRECTIONS = ("worse", "lost", "assumed", "settled", "better", "same")
BADNESS = (Outcome.CONFIGURED, Outcome.VALIDATION_NEEDED, Outcome.MANUAL_VALIDATION)
WEIGHT = ("blocker", "warning", "note")


@dataclass(frozen=True, slots=True)
class Moved:
    """A prefix that both results judge: what each says of it.

    ``less``: the new result as a whole lacks what the earlier one rested on; ``assumed``: it takes more planned objects to be there.
    """

    before: Said
    after: Said
    less: bool = False
    assumed: bool = False

    @property
    def direction(self) -> str:
        """A word of ``DIRECTIONS``."""
        way = direction(self.before.verdict, self.after.verdict)
        if way == BETTER and (self.less or grounds.fell_away(self.before, self.after)):
            return LOST
        return ASSUMED if self.assumed and way in (BETTER, SETTLED) else way

    @property
    def changed(self) -> tuple[Change, ...]:
        """The facts that are not as they were."""
        return differing(self.before.facts, self.after.facts)


@dataclass(frozen=True, slots=True)
class Reworded:
    """A finding that was there and says something else now."""

    before: Noted
    after: Noted


@dataclass(frozen=True)
class Changes:
    """Two results of one peering, held against each other."""

    before: Earlier
    after: Earlier

    @property
    def basis(self) -> tuple[Change, ...]:
        """What they were judged by, where it differs: then like is not compared with like."""
        told = (grounds.told(one) for one in (self.before, self.after))
        data = grounds.strictness(self.before, self.after)
        return differing(self.before.basis, self.after.basis) + differing(*told) + data

    @cached_property
    def less(self) -> bool:
        """Tell whether evidence of a kind, or the answer of a source, was there and is not."""
        return bool(self.new_gaps) or grounds.less(self.before, self.after)

    @property
    def claim(self) -> tuple[Change, ...]:
        """What is asked otherwise; of an address family only where both results have it."""
        return in_both(self.before.claim, self.after.claim)

    @property
    def states(self) -> tuple[Change, ...]:
        """What is said of the whole and of its blocks, where it is another; of an address family as in ``claim``."""
        return in_both(self.before.states, self.after.states)

    @property
    def verdict(self) -> tuple[str | None, str | None] | None:
        """The verdict of the whole as it was and is, where it is another; else None."""
        pair = self.before.verdict, self.after.verdict
        return None if pair[0] == pair[1] else pair

    @property
    def added(self) -> tuple[Said, ...]:
        """Prefixes that were not judged then."""
        return tuple(one for prefix, one in self.after.prefixes.items() if prefix not in self.before.prefixes)

    @property
    def removed(self) -> tuple[Said, ...]:
        """Prefixes that are not judged any more."""
        return tuple(one for prefix, one in self.before.prefixes.items() if prefix not in self.after.prefixes)

    @cached_property
    def _moved(self) -> tuple[Moved, ...]:
        """Prefixes of which the two do not say the same, what got worse first."""
        old, assumed = self.before.prefixes, grounds.assumes_more(self.before, self.after)
        pairs = (Moved(old[prefix], one, less=self.less, assumed=assumed) for prefix, one in self.after.prefixes.items() if prefix in old)
        found = [one for one in pairs if one.direction != SAME or one.changed]
        return tuple(sorted(found, key=lambda one: DIRECTIONS.index(one.direction)))

    @property
    def verdicts(self) -> tuple[Moved, ...]:
        """Prefixes whose verdict is another, what got worse first."""
        return tuple(one for one in self._moved if one.direction != SAME)

    @property
    def facts(self) -> tuple[Moved, ...]:
        """Prefixes with the same verdict, and other facts."""
        return tuple(one for one in self._moved if one.direction == SAME)

    @cached_property
    def _findings(self) -> tuple[tuple[Noted, ...], tuple[Noted, ...], tuple[Reworded, ...]]:
        """Findings: new, resolved, reworded."""
        return _findings(self.before.findings, self.after.findings)

    @property
    def new_findings(self) -> tuple[Noted, ...]:
        """Findings that were not there, worst first."""
        return self._findings[0]

    @property
    def resolved(self) -> tuple[Noted, ...]:
        """Findings that are not there any more, though nothing is lost that could have shown them; worst first."""
        return () if self.less else self._findings[1]

    @property
    def unseen(self) -> tuple[Noted, ...]:
        """Findings that are not there any more where there is less to see them by, worst first."""
        return self._findings[1] if self.less else ()

    @property
    def reworded(self) -> tuple[Reworded, ...]:
        """Findings that say something else, such as another age of a file."""
        return self._findings[2]

    @property
    def new_gaps(self) -> tuple[Silent, ...]:
        """Sources that are silent now, and were not."""
        return _other(self.after.gaps, self.before.gaps)

    @property
    def filled(self) -> tuple[Silent, ...]:
        """Sources that were silent, and are not now: they answered, or were not asked."""
        return _other(self.before.gaps, self.after.gaps)

    @property
    def other_gaps(self) -> tuple[Change, ...]:
        """Sources that were silent and still are, for another reason, or of which another thing depends on it."""
        return in_both(_silences(self.before.gaps), _silences(self.after.gaps))

    @property
    def documents(self) -> tuple[int, int, int]:
        """How many documents both cite, only the earlier, only the new."""
        old, new = (frozenset().union(*(one.documents for one in each.prefixes.values())) for each in (self.before, self.after))
        return len(old & new), len(old - new), len(new - old)

    @property
    def changed(self) -> bool:
        """Tell whether anything did; other documents behind the same facts are no change."""
        lists = (
            self.basis,
            self.claim,
            self.states,
            self.added,
            self.removed,
            self._moved,
            *self._findings,
            self.new_gaps,
            self.filled,
            self.other_gaps,
        )
        return self.verdict is not None or any(lists)


def direction(before: str, after: str) -> str:
    """Say where a verdict went, whatever it rests on: a word of ``DIRECTIONS``."""
    if before == after:
        return SAME
    if after == Outcome.UNDETERMINED:
        return LOST
    if before == Outcome.UNDETERMINED:
        return SETTLED
    order = [str(one) for one in BADNESS]
    return WORSE if order.index(after) > order.index(before) else BETTER


def differing(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """Give what has another value, in the order of ``after``; both have the same keys."""
    return tuple(Change(where, before[where], value) for where, value in after.items() if before[where] != value)


def in_both(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[Change, ...]:
    """Give what has another value, of the keys that both have."""
    return differing(before, {key: value for key, value in after.items() if key in before})


def _findings(before: Sequence[Noted], after: Sequence[Noted]) -> tuple[tuple[Noted, ...], tuple[Noted, ...], tuple[Reworded, ...]]:
    """Tell findings apart; one of the same rule, severity and subject with another message is the same one in other words."""
    gone: dict[tuple[str, str, str], deque[Noted]] = {}
    for one in sorted((Counter(before) - Counter(after)).elements(), key=_weight):
        gone.setdefault(_identity(one), deque()).append(one)
    new: list[Noted] = []
    reworded: list[Reworded] = []
    for one in sorted((Counter(after) - Counter(before)).elements(), key=_weight):
        if alike := gone.get(_identity(one)):
            reworded.append(Reworded(alike.popleft(), one))
        else:
            new.append(one)
    left = sorted((one for alike in gone.values() for one in alike), key=_weight)
    return tuple(new), tuple(left), tuple(reworded)


def _identity(one: Noted) -> tuple[str, str, str]:
    """What makes a finding the same one."""
    return one.rule, one.severity, one.subject


def _weight(one: Noted) -> tuple[int, Noted]:
    """Sort findings, worst first."""
    return WEIGHT.index(one.severity), one


def _other(some: Iterable[Silent], than: Iterable[Silent]) -> tuple[Silent, ...]:
    """Give the gaps whose source is not among others, those that decide first."""
    known = {one.source for one in than}
    return tuple(sorted((one for one in some if one.source not in known), key=lambda one: not one.deciding))


def _silences(gaps: Iterable[Silent]) -> dict[str, str]:
    """Say of each silent source for which reasons it is, and whether anything hangs on it."""
    said: dict[str, set[str]] = {}
    for one in gaps:
        said.setdefault(one.source, set()).add(f"{one.reason}{' (deciding)' if one.deciding else ''}")
    return {source: ", ".join(sorted(words)) for source, words in said.items()}
