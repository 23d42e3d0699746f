"""What is told of a lab, and in which order."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from lab_builders import lab

from bgpcheck.telling import Outlets, Telling

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NOW = datetime(2026, 11, 2, tzinfo=UTC)


class Ears:
    """A sink and a journal, and what each of them has."""

    def __init__(self) -> None:
        self.told: list[int] = []
        self.kept: list[int] = []

    async def put(self, happening: Mapping[str, Any]) -> None:
        await asyncio.sleep(0)
        self.told.append(happening["number"])

    def commit(self, announced: Sequence[object], withdrawn: Sequence[object], happenings: Sequence[Mapping[str, Any]]) -> None:
        del announced, withdrawn
        self.kept += [one["number"] for one in happenings]

    def ended(self) -> None: ...


async def test_what_is_kept_first_is_told_first() -> None:
    """Several tell at once: the loop of a watch, and each of its look-ups."""
    ears = Ears()
    telling = Telling(lab(), Outlets(sinks=[ears], journal=ears), lambda: NOW, lambda: None)
    pieces = [[{"type": "x", "number": 10 * piece + number} for number in range(5)] for piece in range(8)]
    await asyncio.gather(*map(telling.tell, pieces))
    assert ears.told == ears.kept
    assert sorted(ears.told) == [one["number"] for one in chain(*pieces)]
    assert all(ears.told[at : at + 5] == [*range(ears.told[at], ears.told[at] + 5)] for at in range(0, 40, 5))  # each in one piece
