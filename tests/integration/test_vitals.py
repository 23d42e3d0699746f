"""What is called flat: courses of memory as a table, and a process that leaks as much as it is told."""

from __future__ import annotations

import subprocess
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest
from integration.vitals import Held, Sample, growth, held, in_use

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES, EVERY = 240, 5.0  # of 20 minutes, seconds
BASE = 90_000  # KiB
PAGES = """
import sys
kept, size = [], int(sys.argv[1])
for line in sys.stdin:
    if size:
        kept.append(b"x" * size)
    print(flush=True)
"""


def course(memory: Callable[[int], float]) -> list[Sample]:
    return [Sample(number * EVERY, {"it": Held(round(memory(number)), 9, 2)}, {"events": 4.0 * number}) for number in range(SAMPLES)]


def noise(number: int, most: float = 500) -> float:
    return Random(number).uniform(0, most)  # noqa: S311 (a course, always the same)


@pytest.mark.parametrize(
    ("memory", "flat"),
    [
        (lambda number: BASE + noise(number), True),
        (lambda number: BASE + noise(number, 5000), True),  # much noise around one level
        (lambda number: BASE + 5000 * (number % 20 == 0), True),  # peaks that go again
        (lambda number: BASE - 20_000 / (1 + number / 4) + noise(number), True),  # what is filled at the beginning, once
        (lambda number: BASE + 30_000 * (number > 60), True),  # a step in the first third
        (lambda number: BASE + 2600 * (number > 150), True),  # one of less than 3 % late
        (lambda number: BASE + 2800 * (number > 150), False),  # one of more
        (lambda number: BASE + 6 * number + noise(number), True),  # 72 KiB/min: less than 5 % an hour
        (lambda number: BASE + 8 * number, False),  # 96 KiB/min: more
        (lambda number: BASE + 20 * number + noise(number), False),  # 240 KiB/min in noise
        (lambda number: BASE + 40 * max(0, number - 120), False),  # nothing at first, then 480 KiB/min
        (lambda number: BASE + 33 * number + 1000 * (number > 100), False),  # as the soak was while the reader left the heap in pieces
        (lambda number: 12_000 + 2.3 * number, False),  # as the relay was then: 28 KiB/min are much for so small a process
    ],
)
def test_courses(memory: Callable[[int], float], flat: bool) -> None:  # noqa: FBT001 (a column of the table)
    assert growth(course(memory), "it").flat is flat


@pytest.mark.parametrize(
    ("more", "flat"),
    [(0, True), (400, True), (1306, False)],  # pieces a minute; the last: what a lab showed that kept 256 bytes of each event
)
def test_pieces_in_use(more: int, flat: bool) -> None:  # noqa: FBT001 (as above)
    pieces = [405_000 + more * number * EVERY / 60 + noise(number, 20_000) for number in range(SAMPLES)]
    assert in_use([Sample(number * EVERY, {}, {"blocks": one}) for number, one in enumerate(pieces)]).flat is flat


@pytest.mark.parametrize(("size", "flat"), [(0, True), (20_000, False)])
def test_a_process_that_leaks_is_found(size: int, flat: bool) -> None:  # noqa: FBT001 (as above)
    """20,000 bytes every 5 s are 234 KiB a minute: of a Python alone, whose 10 MiB may grow by half a MiB an hour."""
    found = []
    with subprocess.Popen([sys.executable, "-c", PAGES, str(size)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        for number in range(SAMPLES):
            process.stdin.write(b"\n")
            process.stdin.flush()
            process.stdout.readline()
            found.append(Sample(number * EVERY, {"it": held(process.pid)}, {"events": 1.0 * number}))
        process.stdin.close()
    assert growth(found, "it").flat is flat
