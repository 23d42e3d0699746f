"""The transcript: every byte that came, and where that is not so, it says so."""

from __future__ import annotations

import errno
import io
import threading
from typing import TYPE_CHECKING

import pytest

from bgpcheck.errors import UsageError
from bgpcheck.store import transcript
from bgpcheck.store.transcript import NAME, Transcript

if TYPE_CHECKING:
    from pathlib import Path

MOST = 20
KEPT = {
    "nothing": ([], b"", ""),
    "whole lines": ([b"one\ntw", b"o\n"], b"one\ntwo\n", ""),
    "a last line without an end": ([b"one\ntwo"], b"one\ntwo", ""),
    "no end of a line at all": ([b"one"], b"one", ""),
    "as much as there is room for": ([b"x" * 9 + b"\n", b"y" * 10], b"x" * 9 + b"\n" + b"y" * 10, ""),
    "one byte more": ([b"x" * 9 + b"\n", b"y" * 11], b"x" * 9 + b"\n", " (the first 10 of 21 bytes)"),
    "more, at the end of a line": ([b"x" * 19 + b"\n", b"y\n"], b"x" * 19 + b"\n", " (the first 20 of 22 bytes)"),
    "a line that is too long": ([b"x" * 30], b"", ""),
}


@pytest.mark.parametrize(("chunks", "wanted", "cut"), KEPT.values(), ids=KEPT)
def test_what_came_is_there(monkeypatch: pytest.MonkeyPatch, chunks: list[bytes], wanted: bytes, cut: str) -> None:
    monkeypatch.setattr(transcript, "MOST", MOST)
    with Transcript.begin() as one:
        for chunk in chunks:
            one.keep(chunk)
        found = one.documents()
        assert [(each.uri, each.content) for each in found] == ([(f"{NAME}{cut}", wanted)] if wanted else [])


def test_it_goes_on_after_it_was_read() -> None:
    with Transcript.begin() as one:
        one.keep(b"one\n")
        one.documents()
        one.keep(b"two\n")
        assert one.documents()[0].content == b"one\ntwo\n"


class Full(io.BytesIO):
    """A disk with room for a few bytes, which takes what fits, as disks do."""

    def write(self, data: object, /) -> int:
        rest = 9 - self.tell()
        if not rest:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(bytes(data)[:rest])  # type: ignore[call-overload]


def test_a_full_disk_is_told() -> None:
    one = Transcript(Full())
    for _ in range(3):
        one.keep(b"one\ntwo")
    (found,) = one.documents()
    assert found.content == b"one\n"
    assert found.uri == f"{NAME} (the first 4 of 21 bytes, then No space left on device)"


def test_what_comes_after_the_end_is_not_kept() -> None:
    with Transcript.begin() as one:
        one.keep(b"one\n")
    one.keep(b"two\n")
    assert one.size == 4


def test_the_end_and_a_thread_that_still_reads_do_not_meet() -> None:
    over, faults = threading.Event(), []

    def read(one: Transcript) -> None:
        try:
            while not over.is_set():
                one.keep(b"x\n")
        except ValueError as error:
            faults.append(error)

    for _ in range(50):
        over.clear()
        with Transcript.begin() as one:
            reader = threading.Thread(target=read, args=(one,))
            reader.start()
            one.documents()
        over.set()
        reader.join()
    assert not faults


def test_where_there_is_no_room_for_it_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with (
        pytest.raises(UsageError, match=r"^--evidence: no temporary file for the transcript: No such file or directory: set TMPDIR$"),
        Transcript.begin(),
    ):
        pass
