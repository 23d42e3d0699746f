from __future__ import annotations

import os

import pytest

from bgpcheck.speaker.spoken import KEPT, LONGEST, Log, masked


@pytest.mark.parametrize(
    ("text", "secrets", "shown"),
    [
        ("password abc;", ["abc"], "password ***;"),
        ("abcdef abc", ["abc", "abcdef"], "*** ***"),  # the longer first, or its rest would show
        ("nothing", ["abc"], "nothing"),
        ("text", [""], "text"),
        ("text", [], "text"),
    ],
)
def test_secrets_are_masked(text: str, secrets: list[str], shown: str) -> None:
    assert masked(text, secrets) == shown


async def spoken(data: bytes, *secrets: str) -> tuple[Log, list[str]]:
    source, sink = os.pipe()
    told: list[str] = []
    log = Log(source, secrets, told.append)
    log.start()
    with os.fdopen(sink, "wb") as stream:
        stream.write(data)
    await log.finished(30)
    return log, told


async def test_every_line_is_told_and_the_last_are_kept() -> None:
    log, told = await spoken(b"".join(b"line %d\n" % number for number in range(KEPT + 50)))
    assert told == [f"line {number}" for number in range(KEPT + 50)]
    assert list(log.lines) == told[50:]


async def test_lines_are_cleaned_limited_and_without_keys() -> None:
    _, told = await spoken(b"\x1b[31mred\xff key SECRET1\n\n  \n" + b"x" * (LONGEST + 10) + b"\nlast", "SECRET1")
    assert told[0] == "\\x1b[31mred\ufffd key ***"
    assert told[-1] == "last"
    assert len(told) == 4  # a line that is too long comes in two
    assert all(len(line) <= LONGEST for line in told)


async def test_a_log_that_goes_on_is_not_waited_for() -> None:
    source, sink = os.pipe()
    log = Log(source, (), lambda _: None)
    log.start()
    await log.finished(0.01)
    os.close(sink)
    await log.finished(30)
