"""The reader splits what comes, whatever its pieces, and tells when it ends."""

from __future__ import annotations

import os
import threading

import pytest

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
