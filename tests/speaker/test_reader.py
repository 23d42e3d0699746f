"""The reader splits what comes, whatever its pieces, and tells when it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from program import environment

from bgpcheck.formats.lines import LINE_LIMIT
from bgpcheck.speaker.inbox import Inbox
from bgpcheck.speaker.reader import TOO_LONG, Reader


def read(pieces: list[bytes]) -> tuple[list[bytes], str, bytes]:
    """Write pieces into a pipe; gives the lines read, why it ended, and what was kept."""
    box, over, why, kept = Inbox(), threading.Event(), list[str](), list[bytes]()

    def ended(reason: str) -> None:
        why.append(reason)
        over.set()

    source, target = os.pipe()
    Reader(source, box, lambda: None, ended, kept.append).start()
    with os.fdopen(target, "wb") as stream:
        for piece in pieces:
            stream.write(piece)
            stream.flush()
    assert over.wait(30)
    os.close(source)
    return list(box.take(10**6).lines), why[0], b"".join(kept)


@pytest.mark.parametrize(
    ("pieces", "lines"),
    [
        ([], []),
        ([b"a\nb\n"], [b"a", b"b"]),
        ([b"a", b"b\nc", b"\n"], [b"ab", b"c"]),
        ([b"a\nlast"], [b"a", b"last"]),
        ([b"x" * (LINE_LIMIT + 5), b"rest\nnext\n"], [TOO_LONG, b"next"]),
        ([b"x" * (3 * LINE_LIMIT), b"\nnext"], [TOO_LONG, b"next"]),
        ([b"first\n" + b"x" * (LINE_LIMIT + 5)], [b"first", TOO_LONG]),
    ],
)
def test_lines(pieces: list[bytes], lines: list[bytes]) -> None:
    assert read(pieces) == (lines, "", b"".join(pieces))


def test_a_source_that_cannot_be_read_is_told() -> None:
    over, why = threading.Event(), list[str]()

    def ended(reason: str) -> None:
        why.append(reason)
        over.set()

    source, target = os.pipe()
    os.close(target)
    os.close(source)
    Reader(source, Inbox(), lambda: None, ended).start()
    assert over.wait(30)
    assert why == ["Bad file descriptor"]


ENGINE = """
import os, random, sys, threading
from pathlib import Path
from bgpcheck.speaker.inbox import Inbox
from bgpcheck.speaker.reader import Reader

def resident():
    return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0])

bytes(1 << 20)  # once such a piece was freed, glibc takes all that are smaller from its heaps (mallopt(3), M_MMAP_THRESHOLD)
heard, box, draw = threading.Semaphore(0), Inbox(), random.Random(1)
source, target = os.pipe()
Reader(source, box, heard.release, lambda _: None).start()
kept = [b""] * 300
for number in range(6000):
    os.write(target, b"a" * min(60_000, int(draw.lognormvariate(6.8, 0.9))) + b"\\n")
    heard.acquire()
    [line] = box.take(10).lines
    if draw.random() < 0.2:
        kept[draw.randrange(300)] = line[: draw.randint(513, 1400)]
    if number == 500:
        begun = resident()
print(resident() - begun)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells how much memory is resident")
def test_many_lines_one_by_one_leave_no_memory_in_pieces() -> None:
    """A place of 256 KiB for each read, of which a line kept the beginning, cost 7 MiB for these lines, and ever more after them."""
    ran = subprocess.run([sys.executable, "-c", ENGINE], capture_output=True, text=True, env=environment(), timeout=300, check=True)
    assert int(ran.stdout) < 1024
