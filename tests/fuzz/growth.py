"""How work and memory grow with a hostile input: a part of a good file again and again, or one of the texts that parsers fear.

Rule: nothing is measured in seconds. Work is counted in calls, whose number is the same at every run; what happens below Python, in
regular expressions and slices, shows in how processor time grows within one run.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from functools import partial
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from fuzz.target import Target

FILLERS = (
    b" ",
    b"\n",
    b"9",
    b"a",
    b"[",
    b'{"a":',
    b"(",
    b'"',
    b"\\",
    b",",
    b"a: ",
    b"- ",
    b"\0",
    b"#\n",
    b"+31 ",
    b"a@",
    b"\xff",
    b"A\tB",
    b"=",
)


def repeated(before: bytes, part: bytes, after: bytes, size: int) -> bytes:
    """Give a file of about this size in which a part comes again and again."""
    return before + part * max((size - len(before) - len(after)) // len(part), 1) + after


def shapes(seeds: Sequence[bytes], count: int, draw: int = 7) -> Iterator[Callable[[int], bytes]]:
    """Give ways to make an input of any size: a filler in the middle of a seed, a line or a slice of it over and over."""
    random = Random(draw)  # noqa: S311 (the same at every run)
    for number in range(count):
        seed = random.choice([one for one in seeds if one] or [b"a"])
        at = random.randrange(len(seed) + 1)
        if number % 3 == 0:
            yield partial(repeated, seed[:at], random.choice(FILLERS), seed[at:])
        elif number % 3 == 1:
            rows = seed.splitlines(keepends=True)
            row = random.randrange(len(rows))
            yield partial(repeated, b"".join(rows[:row]), rows[row], b"".join(rows[row + 1 :]))
        else:
            end = min(at + random.choice((1, 3, 12, 60)), len(seed))
            yield partial(repeated, seed[:at], seed[at:end] or b"a", seed[at:])


def calls_made(target: Target, data: bytes) -> int:
    """Count the calls, of Python's functions and of the library's, that a target makes for an input."""
    count = 0

    def hear(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(hear)
    try:
        target.check(data)
    finally:
        sys.setprofile(before)
    return count


def processor_time(target: Target, data: bytes, times: int = 3) -> float:
    """Give the least processor time, in seconds, that a target took for an input."""
    found = []
    for _ in range(times):
        begin = time.process_time()
        target.check(data)
        found.append(time.process_time() - begin)
    return min(found)


def most_memory(target: Target, data: bytes) -> int:
    """Give the bytes that a target held at most while it read an input, beside the input."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        target.check(data)
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()
