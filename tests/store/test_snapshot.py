"""The snapshot file: what was written is read, and nothing of a torn, foreign or changed file is believed."""

from __future__ import annotations

import contextlib
import json
import os
import random
import struct
from array import array
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.store.snapshot import ALIGNED, PRELUDE, SCHEMA, Snapshot, Writer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def written(path: Path) -> Path:
    with path.open("wb") as stream:
        writer = Writer(stream)
        writer.add("numbers", "I", array("I", range(100)))
        writer.add("nothing", "Q", array("Q"))
        with writer.begin("pieces", "B") as column:
            column.write(b"abc")
            column.write(b"defg")
        writer.add("wide", "Q", array("Q", [1 << 63, 7]))
        writer.close({"hello": "world"})
    return path


def test_what_was_written_is_read(tmp_path: Path) -> None:
    snapshot = Snapshot.open(written(tmp_path / "s"))
    assert snapshot.header["hello"] == "world"
    assert list(snapshot.column("numbers")) == list(range(100))
    assert list(snapshot.column("nothing")) == []
    assert list(snapshot.column("wide")) == [1 << 63, 7]
    assert bytes(snapshot.column("pieces")) == bytes(snapshot.pieces("pieces")) == b"abcdefg"
    assert snapshot.column("wide") is snapshot.column("wide")
    assert "numbers" in snapshot
    assert "letters" not in snapshot
    assert all(one["offset"] % ALIGNED == 0 for one in snapshot.header["sections"].values())
    assert len(snapshot.identity) == 64


def test_equal_content_is_equal_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "a").read_bytes() == written(tmp_path / "b").read_bytes()


def test_a_column_has_one_place(tmp_path: Path) -> None:
    with (tmp_path / "s").open("wb") as stream:
        writer = Writer(stream)
        writer.add("a", "B", b"x")
        with pytest.raises(ValueError, match="a column a already"):
            writer.add("a", "B", b"y")


def test_a_column_that_failed_is_none(tmp_path: Path) -> None:
    with (tmp_path / "s").open("wb") as stream:
        writer = Writer(stream)
        with contextlib.suppress(KeyError), writer.begin("a", "B") as column:
            column.write(b"x")
            raise KeyError
        writer.add("b", "B", b"y")
        writer.close({})
    snapshot = Snapshot.open(tmp_path / "s")
    assert "a" not in snapshot
    assert bytes(snapshot.column("b")) == b"y"


def changed(data: bytes, **header: object) -> bytes:
    """Put another header in the place of the one there is, as somebody would who knows the format."""
    offset, length = struct.unpack_from("<QQ", data, 16)
    body = json.loads(data[offset : offset + length]) | header
    new = json.dumps(body).encode()
    return PRELUDE.pack(b"bgpcheck", 1, 0, offset, len(new), sha256(new).digest()) + data[ALIGNED:offset] + new


def section(**one: object) -> dict[str, Any]:
    return {"sections": {"numbers": {"type": "I", "offset": 64, "length": 400, "crc32": 0, **one}}}


CHANCE = random.Random(1)  # noqa: S311 (the same at every run)
TWICE = b'{"schema": "x", "schema": "bgpcheck/snapshot/v1"}'
BROKEN = [
    ("empty", lambda _: b"", "too short"),
    ("short", lambda data: data[:63], "too short"),
    ("foreign", lambda data: b"PK\x03\x04" + data[4:], "is no registry snapshot"),
    ("never finished", lambda data: bytes(64) + data[64:], "was never finished"),
    ("cut off", lambda data: data[:-1], "is torn"),
    ("longer", lambda data: data + b"\0", "is torn"),
    ("another version", lambda data: data[:8] + b"\x02" + data[9:], "of version 2"),
    ("header changed", lambda data: data[:-2] + b" }", "digest is another one"),
    ("header no JSON", lambda data: changed(data)[:0] + _raw(data, b"{"), "header can't be read"),
    ("header no object", lambda data: _raw(data, b"[1]"), "header can't be read"),
    ("header nested", lambda data: _raw(data, b"[" * 100000), "header can't be read"),
    ("header with a key twice", lambda data: _raw(data, TWICE), "header can't be read: .*comes twice"),
    ("header no UTF-8", lambda data: _raw(data, b'{"schema": "\xff"}'), "header can't be read"),
    ("another schema", lambda data: changed(data, schema="x"), "header can't be read"),
]


def _raw(data: bytes, header: bytes) -> bytes:
    offset = struct.unpack_from("<Q", data, 16)[0]
    return PRELUDE.pack(b"bgpcheck", 1, 0, offset, len(header), sha256(header).digest()) + data[ALIGNED:offset] + header


@pytest.mark.parametrize(("change", "says"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_what_is_no_snapshot_is_refused(tmp_path: Path, change: Callable[[bytes], bytes], says: str) -> None:
    path = written(tmp_path / "s")
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(FormatError, match=says) as error:
        Snapshot.open(path, "my.snapshot")
    assert str(error.value).startswith("my.snapshot: ")


SECTIONS = [
    section(offset=0),
    section(offset=65),
    section(length=401),
    section(length=1 << 40),
    section(offset=-64),
    section(type="x"),
    section(type=None),
    section(crc32="x"),
    {"sections": {"numbers": 7}},
    {"sections": []},
    section(offset=float("inf")),
    {"sections": {"x" * 10_000: 7}},
    {"sections": {}},
    {"sections": {"numbers": {}}},
]


@pytest.mark.parametrize("header", SECTIONS, ids=range(len(SECTIONS)))
def test_a_column_that_cannot_be_there(tmp_path: Path, header: dict[str, Any]) -> None:
    path = written(tmp_path / "s")
    path.write_bytes(changed(path.read_bytes(), **header))
    with pytest.raises(FormatError, match="is damaged"):
        Snapshot.open(path).column("numbers")


def read_all(path: Path) -> None:
    for name in ("numbers", "pieces", "wide"):
        Snapshot.open(path).column(name)


def test_every_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path / "s")
    data = path.read_bytes()
    snapshot = Snapshot.open(path)
    inside = {place for one in snapshot.header["sections"].values() for place in range(one["offset"], one["offset"] + one["length"])}
    offset = struct.unpack_from("<Q", data, 16)[0]
    chosen = [*range(16), *CHANCE.sample(sorted(inside), 60), *range(offset, len(data), 7), *range(16, 64)]
    for place in chosen:
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(FormatError):
            read_all(path)


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        Snapshot.open(tmp_path / "none")
    with pytest.raises(UsageError, match="directory"):
        Snapshot.open(tmp_path)


def test_schema() -> None:
    assert SCHEMA.endswith("/v1")


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to("/dev/zero"), lambda path: path.symlink_to("/dev/null")])
def test_what_can_not_be_mapped_is_refused_at_once(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """Nobody waits for a pipe's other end."""
    make(tmp_path / "s")
    with pytest.raises(FormatError, match=r"s: is no registry snapshot: it is a pipe or a device$"):
        Snapshot.open(tmp_path / "s")
