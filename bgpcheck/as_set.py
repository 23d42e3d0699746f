"""An as-set and all that it holds (RFC 2622 s5.1): whose names lead to which AS numbers, and where that does not come to an end. Pure.

Rule: what could not be found, what leads back to itself and what was cut off by a limit is named, so that a short list is never taken
for a whole one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bgpcheck.formats.as_set import Members


@dataclass(frozen=True, slots=True)
class AsSet:
    """An expanded set. ``sets``: by name what each names, None where there is no such set; ``cut``: sets that were not asked for."""

    name: str
    sets: Mapping[str, Members | None]
    cut: tuple[str, ...] = ()

    @property
    def asns(self) -> tuple[int, ...]:
        """All AS numbers, in ascending order."""
        return tuple(sorted({asn for members in self.sets.values() if members for asn in members.asns}))

    @property
    def missing(self) -> tuple[str, ...]:
        """Sets that are named and not there."""
        return tuple(sorted(name for name, members in self.sets.items() if members is None))

    @property
    def unread(self) -> tuple[str, ...]:
        """Words that are neither AS number nor name of a set."""
        return tuple(dict.fromkeys(word for members in self.sets.values() if members for word in members.unread))

    @property
    def whole(self) -> bool:
        """Tell whether nothing is missing, cut off or unread."""
        return not (self.missing or self.cut or self.unread)

    @property
    def cycles(self) -> tuple[tuple[str, ...], ...]:
        """Ways that lead from a set back to itself, each once, as ``(A, B, A)``."""
        found: dict[frozenset[str], tuple[str, ...]] = {}
        done: set[str] = set()
        way, branches = [self.name], [iter(self._below(self.name))]
        while branches:
            name = next(branches[-1], None)
            if name is None:
                branches.pop()
                done.add(way.pop())
            elif name in way:
                loop = way[way.index(name) :]
                found.setdefault(frozenset(loop), (*loop, name))
            elif name not in done:
                way.append(name)
                branches.append(iter(self._below(name)))
        return tuple(found.values())

    def _below(self, name: str) -> tuple[str, ...]:
        """Give the sets that a set names."""
        members = self.sets.get(name)
        return members.sets if members else ()


def lines(one: AsSet) -> Iterator[str]:
    """Say what an expansion is not sure of."""
    yield from (f"{' → '.join(cycle)}: leads back to itself" for cycle in one.cycles)
    yield from (f"{name}: not found" for name in one.missing)
    yield from (f"{name}: not asked for, there are too many" for name in one.cut)
    yield from (f"{word!r}: neither AS number nor as-set" for word in one.unread)
