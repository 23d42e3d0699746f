from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import random
import struct
import subprocess
import sys
import threading
import tracemalloc
import zlib
from typing import TYPE_CHECKING

import pytest

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.fetch.files import CHUNK, Reading, read_whole
from bgpcheck.formats.lines import lines

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TEXT = b"route: 193.0.0.0/21\norigin: AS3333\nsource: RIPE\n\n" * 10
NOISE = random.Random(1).randbytes(CHUNK + 17)  # noqa: S311 (no secret)
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gz": lambda data: gzip.compress(data, mtime=0),
    "bz2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=1),
}
PACKED = [name for name in PACKERS if name != "plain"]


def save(folder: Path, data: bytes) -> Path:
    path = folder / "a.db"
    path.write_bytes(data)
    return path


def read(path: Path, limit: int = 1 << 30) -> tuple[bytes, Reading]:
    reading = Reading(path, "a.db", limit)
    return b"".join(reading.chunks()), reading


@pytest.mark.parametrize("content", [b"", b"x", b"\x1f", b"BZ", b"\xfd7zXZ", TEXT, NOISE, bytes(1 << 20)], ids=len)
@pytest.mark.parametrize("packer", PACKERS)
def test_content_and_digest(tmp_path: Path, packer: str, content: bytes) -> None:
    stored = PACKERS[packer](content)
    found, reading = read(save(tmp_path, stored))
    assert found == content
    assert (reading.size, reading.sha256) == (len(stored), hashlib.sha256(stored).hexdigest())


@pytest.mark.parametrize("packer", PACKED)
def test_streams_one_after_another(tmp_path: Path, packer: str) -> None:
    stored = PACKERS[packer](TEXT) + PACKERS[packer](b"") + PACKERS[packer](NOISE)
    found, reading = read(save(tmp_path, stored))
    assert found == TEXT + NOISE
    assert reading.size == len(stored)


@pytest.mark.parametrize("zeros", [4, 4096, CHUNK + 4])
def test_zeros_between_and_after_xz_streams(tmp_path: Path, zeros: int) -> None:
    stored = lzma.compress(TEXT) + bytes(zeros) + lzma.compress(NOISE) + bytes(zeros)
    found, reading = read(save(tmp_path, stored))
    assert found == TEXT + NOISE
    assert reading.sha256 == hashlib.sha256(stored).hexdigest()


def test_what_a_decompressor_leaves_unread_is_in_the_digest(tmp_path: Path) -> None:
    stored = bz2.compress(TEXT) + NOISE
    found, reading = read(save(tmp_path, stored))
    assert found == TEXT
    assert (reading.size, reading.sha256) == (len(stored), hashlib.sha256(stored).hexdigest())


def test_chunks_have_a_limit(tmp_path: Path) -> None:
    for packer in PACKERS.values():
        assert max(map(len, Reading(save(tmp_path, packer(bytes(3 * CHUNK))), "a.db").chunks())) <= CHUNK


@pytest.mark.parametrize("packer", PACKED)
def test_truncated_anywhere(tmp_path: Path, packer: str) -> None:
    stored = PACKERS[packer](NOISE[:100])
    for end in range(len(b"\xfd7zXZ\x00"), len(stored)):
        with pytest.raises(FormatError, match=r"^a.db: truncated"):
            read(save(tmp_path, stored[:end]))


@pytest.mark.parametrize("packer", PACKED)
def test_damaged_anywhere(tmp_path: Path, packer: str) -> None:
    stored = PACKERS[packer](NOISE[:100])
    for place in range(len(stored)):
        changed = bytearray(stored)
        changed[place] ^= 0x55
        try:
            found, _ = read(save(tmp_path, bytes(changed)))
        except FormatError as error:
            message = str(error)
        else:  # a header field that says nothing about content, or no longer compressed at all
            message = ""
            assert found in (NOISE[:100], bytes(changed))
        assert message == "" or message.startswith(("a.db: truncated", "a.db: damaged compressed data"))


@pytest.mark.parametrize("packer", PACKERS)
def test_a_limit_is_of_content(tmp_path: Path, packer: str) -> None:
    path = save(tmp_path, PACKERS[packer](bytes(100_000)))
    assert read(path, 100_000)[0] == bytes(100_000)
    with pytest.raises(FormatError, match=r"^a.db: holds more than 99999 bytes$"):
        read(path, 99_999)
    with pytest.raises(FormatError, match=r"^a.db: holds more than 99999 bytes$"):
        read_whole(path, "a.db", limit=99_999)


def peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("packer", PACKED)
def test_a_bomb_takes_no_memory(tmp_path: Path, packer: str) -> None:
    path = save(tmp_path, PACKERS[packer](bytes(24 << 20)))
    assert path.stat().st_size < 100_000

    def exhaust() -> None:
        with pytest.raises(FormatError, match="holds more than"):
            for _ in Reading(path, "a.db", (24 << 20) - 1).chunks():
                pass

    assert peak(exhaust) < 8 << 20


def test_an_endless_line_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "RIPE.db"
    with path.open("wb") as stream:
        stream.truncate(300 << 20)

    def exhaust() -> None:
        with pytest.raises(FormatError, match=r"^RIPE.db:1: line longer than 1048576 bytes$"):
            list(lines(Reading(path, "RIPE.db").chunks(), file="RIPE.db"))

    assert peak(exhaust) < 8 << 20


def test_xz_that_asks_for_four_gigabytes(tmp_path: Path) -> None:
    stored = bytearray(lzma.compress(TEXT))
    assert (stored[12:16], stored[16]) == (b"\x02\x00\x21\x01", 22)  # the block's header: LZMA2, a dictionary of 8 MiB
    stored[16] = 40  # 4 GiB - 1
    stored[20:24] = struct.pack("<I", zlib.crc32(stored[12:20]))
    with pytest.raises(FormatError, match=r"^a.db: damaged compressed data: Memory usage limit exceeded$"):
        read(save(tmp_path, bytes(stored)))


def test_xz_as_dense_as_it_gets_is_read(tmp_path: Path) -> None:
    stored = lzma.compress(TEXT, preset=9 | lzma.PRESET_EXTREME)
    assert read(save(tmp_path, stored))[0] == TEXT


def test_only_xz_is_read_by_that_name(tmp_path: Path) -> None:
    old = lzma.compress(TEXT, lzma.FORMAT_ALONE)
    assert read(save(tmp_path, old))[0] == old  # its first bytes say nothing, so it is content
    with pytest.raises(FormatError, match=r"^a.db: damaged"):
        read(save(tmp_path, lzma.compress(TEXT) + bytes(4) + NOISE))


def test_what_can_not_be_opened(tmp_path: Path) -> None:
    for path, says in [
        (tmp_path / "none.db", "a.db: No such file or directory"),
        (tmp_path, "a.db: Is a directory: give a file"),
        (tmp_path / "a\x00b", "a.db: cannot be read"),
        (tmp_path / ("x" * 300), "a.db: File name too long"),
    ]:
        with pytest.raises(UsageError) as caught:
            read(path)
        assert str(caught.value) == says


def test_what_can_not_be_read_once_it_is_open(tmp_path: Path) -> None:
    path = tmp_path / "RIPE.db"
    path.symlink_to("/proc/self/mem")  # can be opened, and has nothing at its start
    with pytest.raises(UsageError, match=r"^a.db: Input/output error$"):
        read(path)


def test_a_pipe_that_gives_a_byte_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    stored = lzma.compress(TEXT)

    def feed() -> None:
        with path.open("wb", buffering=0) as stream:
            for byte in stored:
                stream.write(bytes([byte]))

    feeder = threading.Thread(target=feed)
    feeder.start()
    found, reading = read(path)
    feeder.join()
    assert found == TEXT
    assert reading.sha256 == hashlib.sha256(stored).hexdigest()


READ_STDIN = "import sys; from pathlib import Path; from bgpcheck.fetch.files import read_whole; print(len(read_whole(Path('-'), 'stdin')))"


def test_standard_input() -> None:
    done = subprocess.run([sys.executable, "-c", READ_STDIN], input=gzip.compress(TEXT), capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (f"{len(TEXT)}\n".encode(), b"")


def test_standard_input_that_is_closed() -> None:
    done = subprocess.run(["sh", "-c", f'{sys.executable} -c "{READ_STDIN}" <&-'], capture_output=True, check=False)
    assert b"bgpcheck.errors.UsageError: stdin: Bad file descriptor" in done.stderr
