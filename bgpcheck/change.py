"""What changed between two looks at something: a circuit, or what registries say. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Change:
    """One place whose value changed: what it is called, and both values; empty where there was or is none."""

    where: str
    before: str
    after: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.where}: {self.before or 'nothing'} → {self.after or 'nothing'}"


def changed(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Give what differs, in the order of ``after``, then what is there no more."""
    for where in dict.fromkeys((*after, *before)):
        if before.get(where, "") != after.get(where, ""):
            yield Change(where, before.get(where, ""), after.get(where, ""))
