"""Which earlier result belongs to which new one (``check --diff``). Pure.

Rule: by name, else by peer ASN; where that is not clear it is refused, never guessed.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.changes import Changes
from bgpcheck.earlier import Earlier, titles
from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Matched:
    """New results in their order, each with its changes, or None where it has no earlier one. ``idle``: earlier ones without a new one."""

    after: tuple[Earlier, ...]
    changes: tuple[Changes | None, ...]
    idle: tuple[Earlier, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        """What the new results are called."""
        return tuple(one.title for one in self.after)


def match(before: Sequence[Earlier], after: Sequence[Earlier], *, file: str) -> Matched:
    """Find each new result's earlier one: by name, else by peer ASN. ``UsageError`` where that is not clear, or where none has one."""
    names = {one.name for one in after} - {""}
    by_name, by_asn = defaultdict[str, list[Earlier]](list), defaultdict[int, list[Earlier]](list)
    for old in before:
        if old.name in names:
            by_name[old.name].append(old)
        else:
            by_asn[old.peer_asn].append(old)
    found = [by_name.get(one.name, ()) or by_asn.get(one.peer_asn, ()) for one in after]
    same = defaultdict[int, list[Earlier]](list)  # who claims the same earlier ones
    for one, olds in zip(after, found, strict=True):
        same[id(olds)].append(one)
    for one, olds in zip(after, found, strict=True):
        _refuse_unclear(one, olds, same[id(olds)], file)
    if not any(found):
        raise UsageError(f"--diff {file}: holds other peerings: {titles(before)}; judged is {titles(after)}")
    used = {id(old) for olds in found for old in olds}
    idle = tuple(old for old in before if id(old) not in used)
    return Matched(tuple(after), tuple(Changes(olds[0], one) if olds else None for one, olds in zip(after, found, strict=True)), idle)


def _refuse_unclear(one: Earlier, olds: Sequence[Earlier], same: Sequence[Earlier], file: str) -> None:
    """Refuse to guess which earlier result is meant, or which new one."""
    hint = "give each preflight file a name of its own"
    if len(olds) > 1:
        raise UsageError(f"--diff {file}: {titles([one])} may be any of {titles(olds)} there: {hint}")
    if olds and len(same) > 1:
        raise UsageError(f"--diff {file}: {titles(olds)} there may be any of {titles(same)}: {hint}")
