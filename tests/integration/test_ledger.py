"""The books against a journal that keeps so many events and no more."""

from __future__ import annotations

import pytest
from integration.ledger import Books, Line, compare_journal

TOLD: list[Line] = [{"type": "withdrawn", "peer": "127.0.2.2", "prefix": f"193.0.{number}.0/24"} for number in range(5)]


@pytest.mark.parametrize(
    ("kept", "most", "faults"),
    [
        (TOLD, 9, 0),
        (TOLD[1:], 9, 2),  # one is missing, and so the order is another
        (TOLD[2:], 3, 0),  # the journal keeps three
        (TOLD[1:], 3, 2),
        ([*TOLD[2:4], TOLD[0]], 3, 1),  # not the last three
        ([*TOLD[3:], TOLD[4]], 3, 2),  # one twice
        ([TOLD[1], TOLD[0], *TOLD[2:]], 9, 1),
    ],
)
def test_journal(kept: list[Line], most: int, faults: int) -> None:
    found = Books()
    compare_journal(TOLD, kept, found, most)
    assert len(found.faults) == faults, found.faults
