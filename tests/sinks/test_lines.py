"""JSON Lines: nothing is lost, nothing waits in the event loop, and what can't be written is one clear end."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import hostile
import pytest

from bgpcheck.errors import UsageError
from bgpcheck.sinks.lines import Lines, ReaderGone

if TYPE_CHECKING:
    from pathlib import Path


def told(number: int = 0, text: str = "") -> dict[str, object]:
    return {"type": "gap", "peer": "", "at": "2026-11-02T08:00:00Z", "number": number, "detail": text}


async def test_every_line_is_there_in_order_with_sorted_keys(tmp_path: Path) -> None:
    file = tmp_path / "told.jsonl"
    lines = Lines.append(file, most=7)
    for number in range(2000):
        await lines.put(told(number))
    await lines.close()
    await lines.close()
    rows = file.read_text().splitlines()
    assert rows[0] == '{"at": "2026-11-02T08:00:00Z", "detail": "", "number": 0, "peer": "", "type": "gap"}'
    assert [json.loads(row)["number"] for row in rows] == list(range(2000))


async def test_each_is_written_at_once() -> None:
    reader, writer = os.pipe()
    lines = Lines(writer, "a pipe")
    await lines.put(told(7))
    row = await asyncio.wait_for(asyncio.to_thread(os.read, reader, 10_000), 30)
    assert json.loads(row)["number"] == 7
    await lines.close()
    assert os.read(reader, 1) == b""
    os.close(reader)
    with pytest.raises(UsageError, match="a pipe: is closed"):
        await lines.put(told())


@pytest.mark.parametrize("text", hostile.TEXTS.values(), ids=hostile.TEXTS)
async def test_a_text_never_makes_a_line_or_acts(tmp_path: Path, text: str) -> None:
    file = tmp_path / "told.jsonl"
    lines = Lines.append(file)
    await lines.put(told(1, text))
    await lines.close()
    row, end = file.read_bytes().decode("ascii").split("\n")
    assert (json.loads(row)["detail"], end) == (text, "")
    assert not hostile.acting(row.replace("\x7f", ""))


async def test_it_adds_to_a_file_and_ends_a_line_that_was_cut(tmp_path: Path) -> None:
    file = tmp_path / "told.jsonl"
    for start in ('{"whole": 1}\n', '{"cut'):
        file.write_text(start)
        lines = Lines.append(file)
        await lines.put(told(1))
        await lines.close()
        assert file.read_text().splitlines()[0] == start.strip()
        assert json.loads(file.read_text().splitlines()[1])["number"] == 1


async def test_a_full_buffer_makes_who_puts_wait_and_no_one_else() -> None:
    reader, writer = os.pipe()
    lines = Lines(writer, "a pipe", most=100)
    count = 20_000  # more than pipe and buffer hold

    async def put_all() -> None:
        for number in range(count):
            await lines.put(told(number))

    putting = asyncio.create_task(put_all())
    quiet = 0
    for _ in range(1000):  # the loop goes round while nobody reads
        await asyncio.sleep(0)
        quiet += not putting.done()
    assert quiet == 1000

    def read_all() -> bytes:
        with os.fdopen(reader, "rb") as stream:
            return stream.read()

    reading = asyncio.create_task(asyncio.to_thread(read_all))
    await asyncio.wait_for(putting, 60)
    await lines.close()
    found = await asyncio.wait_for(reading, 60)
    assert [json.loads(row)["number"] for row in found.splitlines()] == list(range(count))


async def test_a_pipe_that_somebody_made_non_blocking_is_waited_for() -> None:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    lines = Lines(writer, "a pipe")
    for number in range(3000):
        await lines.put(told(number))

    def read_all() -> bytes:
        with os.fdopen(reader, "rb") as stream:
            return stream.read()

    reading = asyncio.create_task(asyncio.to_thread(read_all))
    await asyncio.wait_for(lines.close(), 60)
    assert (await reading).count(b"\n") == 3000


async def test_a_reader_that_went_away_is_one_end_for_all_who_wait() -> None:
    reader, writer = os.pipe()
    lines = Lines(writer, "standard output", most=5)

    async def put_until_the_end() -> None:
        while True:
            await lines.put(told())

    tasks = [asyncio.create_task(put_until_the_end()) for _ in range(3)]
    await asyncio.sleep(0)
    os.close(reader)
    ends = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 60)
    assert [(type(one), str(one)) for one in ends] == [(ReaderGone, "standard output: nobody reads it any more")] * 3
    with pytest.raises(ReaderGone):
        await lines.close()


async def test_a_full_disk_is_one_clear_error() -> None:
    lines = Lines.append("/dev/full")
    await lines.put(told())
    with pytest.raises(UsageError, match=r"^/dev/full: cannot be written: No space left on device: make room, or write elsewhere$"):
        await lines.close()
    with pytest.raises(UsageError, match="No space left"):
        await lines.put(told())


async def full(lines: Lines) -> None:
    """Put lines until one has to wait."""
    with suppress(TimeoutError):
        async with asyncio.timeout(0.5):
            while True:
                await lines.put(told(0, "x" * 1000))


def all_of(reader: int) -> list[int]:
    with os.fdopen(reader, "rb") as stream:
        return [json.loads(row)["number"] for row in stream.read().splitlines()]


async def test_one_that_is_cancelled_while_it_waits_takes_no_room_from_others() -> None:
    reader, writer = os.pipe()
    lines = Lines(writer, "a pipe", most=5)
    await full(lines)
    tasks = [asyncio.create_task(lines.put(told(number))) for number in range(1, 21)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    reading = asyncio.create_task(asyncio.to_thread(all_of, reader))
    ends = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 60)
    assert [type(end) for end in ends] == [asyncio.CancelledError, type(None)] * 10
    await asyncio.wait_for(lines.close(), 60)
    assert [number for number in await reading if number] == list(range(2, 21, 2))


async def test_one_that_is_cancelled_in_the_moment_it_gets_room_leaves_it_to_the_next() -> None:
    reader, writer = os.pipe()
    lines = Lines(writer, "a pipe", most=1)
    lines._room = asyncio.Semaphore(0)  # noqa: SLF001 (room comes when we say so)
    first, second = (asyncio.create_task(lines.put(told(number))) for number in (1, 2))
    await asyncio.sleep(0)
    lines._written(1)  # noqa: SLF001 (as above)
    first.cancel()
    await asyncio.wait_for(second, 60)
    await lines.close()
    assert all_of(reader) == [2]


async def test_an_end_that_is_cancelled_may_be_waited_for_again() -> None:
    reader, writer = os.pipe()
    lines = Lines(writer, "a pipe", most=5)
    await full(lines)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(lines.close(), 0.1)
    reading = asyncio.create_task(asyncio.to_thread(all_of, reader))
    await asyncio.wait_for(lines.close(), 60)
    assert len(await reading) > 5


async def test_who_waits_for_room_at_the_end_is_told_that_it_is_one() -> None:
    reader, writer = os.pipe()
    lines = Lines(writer, "a pipe", most=5)
    await full(lines)
    waiting = [asyncio.create_task(lines.put(told(7))) for _ in range(3)]
    await asyncio.sleep(0)
    closing = asyncio.create_task(lines.close())
    await asyncio.sleep(0)
    reading = asyncio.create_task(asyncio.to_thread(all_of, reader))
    ends = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 60)
    await asyncio.wait_for(closing, 60)
    assert [str(end) for end in ends] == ["a pipe: is closed"] * 3
    assert 7 not in await reading


def test_the_file_is_closed_even_where_the_event_loop_is_gone() -> None:
    reader, writer = os.pipe()

    async def left() -> None:
        lines = Lines(writer, "a pipe", most=5)
        await full(lines)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(lines.close(), 0.1)

    asyncio.run(left())
    assert set(all_of(reader)) == {0}  # to the end


@pytest.mark.parametrize("name", ["missing/told.jsonl", ""])
async def test_a_file_that_can_not_be_opened_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=f"^{tmp_path / name}: cannot be written: .*: name another file$"):
        Lines.append(tmp_path / name)


PROGRAM = """
import asyncio, sys
from bgpcheck.sinks.lines import Lines
async def main():
    print("before")
    lines = Lines.to_stdout()
    for number in range({count}):
        await lines.put({{"number": number}})
    {end}
asyncio.run(main())
"""


def test_standard_output_after_what_was_said_before() -> None:
    code = PROGRAM.format(count=3, end="await lines.close()")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == ["before", '{"number": 0}', '{"number": 1}', '{"number": 2}']
    assert not done.stderr


def test_a_closed_standard_output_is_nobody() -> None:
    code = PROGRAM.format(count=3, end="await lines.close()")
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -c "$1" >&-', sys.executable, code], capture_output=True, text=True, check=True, timeout=60
    )
    assert not done.stdout + done.stderr


def test_a_reader_that_never_reads_keeps_no_process_from_leaving() -> None:
    code = PROGRAM.format(count=9000, end='sys.stderr.write("left\\n")')  # more than a pipe holds, less than waits
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.wait(60) == 0
        assert child.stderr
        assert child.stderr.read() == "left\n"


CANCELLED = """
import asyncio, sys
from bgpcheck.sinks.lines import Lines
async def main():
    lines = Lines.to_stdout(most=10)
    for what in ("put", "close"):
        try:
            async with asyncio.timeout(0.5):
                while what == "put":
                    await lines.put({"text": "x" * 1000})
                await lines.close()
        except TimeoutError:
            sys.stderr.write(what + " ")
asyncio.run(main())
"""


def test_what_is_cancelled_where_nobody_reads_ends_in_peace() -> None:
    with subprocess.Popen([sys.executable, "-X", "dev", "-c", CANCELLED], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.wait(60) == 0
        assert child.stderr
        assert child.stderr.read() == b"put close "
