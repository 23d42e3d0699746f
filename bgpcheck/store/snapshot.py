"""The snapshot file: named columns in one file, mapped into memory, with a header that says what they came from. Waits for the disk.

Layout: a prelude of 64 bytes (magic, version, where the header is, the header's SHA-256); the columns, each at a multiple of 64
bytes; the header, JSON. The prelude is written last, so that a file which was not finished has none.
Rule: nothing of a file is believed before its size, its header's digest and the column's own checksum agree.
"""

from __future__ import annotations

import json
import mmap
import os
import stat
import struct
import sys
from array import array
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import IO, TYPE_CHECKING, Any, Self
from zlib import crc32

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.formats.json_fields import decode
from bgpcheck.table.header import check

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from types import TracebackType

MAGIC = b"bgpcheck"
VERSION = 1
SCHEMA = "bgpcheck/snapshot/v1"
PRELUDE = struct.Struct("<8sIIQQ32s")  # magic, version, 0, offset and length of the header, its SHA-256
ALIGNED = 64  # bytes
NO_SNAPSHOT = "is no registry snapshot: make one of it (bgpcheck registry build)"
MAX_HEADER = 64 << 20  # bytes
FAULTS = (LookupError, ValueError, TypeError, AttributeError, OverflowError, RecursionError, struct.error)
SIZES = {"B": 1, "H": 2, "I": 4, "i": 4, "Q": 8, "q": 8}  # types of a column's numbers, as in ``struct``, and their bytes


@dataclass(slots=True)
class Writer:
    """Writes columns one after the other; ``close`` ends the file with its header."""

    stream: IO[bytes]
    _sections: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Leave room for the prelude."""
        self.stream.write(bytes(ALIGNED))

    def add(self, name: str, kind: str, data: Any) -> None:  # noqa: ANN401 (whatever has bytes)
        """Write a column: numbers of a type of ``SIZES``, little-endian, from anything that has bytes."""
        with self.begin(name, kind) as column:
            column.write(memoryview(data).cast("B") if memoryview(data) else b"")

    def begin(self, name: str, kind: str) -> Column:
        """Begin a column that is written piece by piece."""
        if name in self._sections:
            raise ValueError(f"there is a column {name} already")
        return Column(self, name, kind)

    def close(self, facts: Mapping[str, Any]) -> None:
        """Write the header, of ``facts`` and where each column is, and the prelude that makes the file a snapshot."""
        offset = self._align()
        header = json.dumps({"schema": SCHEMA, **facts, "sections": self._sections}, sort_keys=True).encode()
        self.stream.write(header)
        self.stream.seek(0)
        self.stream.write(PRELUDE.pack(MAGIC, VERSION, 0, offset, len(header), sha256(header).digest()))
        self.stream.seek(0, os.SEEK_END)

    def _align(self) -> int:
        """Fill up to where a column may begin."""
        place = self.stream.tell()
        self.stream.write(bytes(-place % ALIGNED))
        return place + -place % ALIGNED

    def _end(self, name: str, kind: str, offset: int, checksum: int) -> None:
        """Note a column that is written."""
        self._sections[name] = {"type": kind, "offset": offset, "length": self.stream.tell() - offset, "crc32": checksum}


class Column:
    """A column that is being written."""

    def __init__(self, writer: Writer, name: str, kind: str) -> None:
        self._writer, self._name, self._kind = writer, name, kind
        self._offset = writer._align()  # noqa: SLF001 (its own writer)
        self._checksum = 0

    def write(self, data: bytes | memoryview) -> None:
        """Write a piece."""
        self._checksum = crc32(data, self._checksum)
        self._writer.stream.write(data)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End, where nothing failed."""
        if kind is None:
            self._writer._end(self._name, self._kind, self._offset, self._checksum)  # noqa: SLF001 (its own writer)


@dataclass(frozen=True, slots=True)
class _Section:
    """Where a column is."""

    kind: str
    offset: int
    length: int
    checksum: int


def _at_once(name: str, flags: int) -> int:
    """Open a file; for a pipe's other end nobody waits."""
    return os.open(name, flags | os.O_NONBLOCK)


@contextmanager
def fitting(name: str) -> Iterator[None]:
    """Refuse a snapshot whose parts do not fit together, though each has its checksum: whoever wrote it was not bgpcheck.

    Raises:
        FormatError: the parts do not.
    """
    try:
        yield
    except FAULTS as error:
        raise FormatError(f"is damaged: its parts do not fit together: {str(error)[:80]!r}: build it again", file=name) from error


def registry_data(path: Path) -> Snapshot:
    """Open a snapshot of registry data; errors as ``Snapshot.open``, and ``FormatError`` where its header is not one of such data."""
    snapshot = Snapshot.open(path)
    try:
        check(snapshot.header)
    except FormatError as error:
        raise FormatError(f"is damaged: {error}: build it again", file=snapshot.name) from error
    return snapshot


class Snapshot:
    """An open snapshot. ``header``: what was written with ``Writer.close``; ``identity``: SHA-256 of the header, hexadecimal."""

    def __init__(self, name: str, data: mmap.mmap) -> None:
        """Read the prelude and the header; ``FormatError`` where they are not a whole snapshot's."""
        self.name = name
        self._data = memoryview(data)
        self.header, self.identity = self._read()
        self._columns: dict[str, memoryview] = {}

    @classmethod
    def open(cls, path: Path, name: str = "") -> Self:
        """Map a file; ``UsageError`` where it cannot be read, ``FormatError`` where it is no whole snapshot of this version."""
        name = name or str(path)
        try:
            with open(path, "rb", opener=_at_once) as stream:
                found = os.fstat(stream.fileno())
                if not stat.S_ISREG(found.st_mode):
                    raise FormatError("is no registry snapshot: it is a pipe or a device", file=name)
                if found.st_size < ALIGNED:
                    raise FormatError("is no registry snapshot: it is too short", file=name)
                return cls(name, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ))
        except OSError as error:
            raise UsageError(f"{name}: {error.strerror or error}") from error

    def _read(self) -> tuple[Mapping[str, Any], str]:
        """Read prelude and header."""
        magic, version, zero, offset, length, digest = PRELUDE.unpack_from(self._data)
        if magic != MAGIC:
            torn = not any(self._data[:ALIGNED])
            raise FormatError("was never finished: build it again" if torn else NO_SNAPSHOT, file=self.name)
        if version != VERSION or zero or sys.byteorder != "little":
            raise FormatError(f"is a snapshot of version {version}, this bgpcheck reads {VERSION}: build it again", file=self.name)
        if length > MAX_HEADER or offset + length != len(self._data):
            raise FormatError("is torn: its size is not what it was written with: build it again", file=self.name)
        raw = bytes(self._data[offset : offset + length])
        if sha256(raw).digest() != digest:
            raise FormatError("is damaged: its header's digest is another one: build it again", file=self.name)
        try:
            header: Any = decode(raw.decode())
            if header["schema"] != SCHEMA:
                raise ValueError(header["schema"])
        except (FormatError, ValueError, KeyError, TypeError) as error:
            raise FormatError(f"is damaged: its header can't be read: {str(error)[:80]!r}", file=self.name) from error
        return header, digest.hex()

    @cached_property
    def _sections(self) -> Mapping[str, _Section]:
        """Give the place of every column."""
        return dict(self._placed())

    def _placed(self) -> Iterator[tuple[str, _Section]]:
        """Read the places of columns; ``FormatError`` for one that is not in the file."""
        try:
            for name, one in self.header["sections"].items():
                found = _Section(str(one["type"]), int(one["offset"]), int(one["length"]), int(one["crc32"]))
                inside = ALIGNED <= found.offset <= found.offset + found.length <= len(self._data)
                if not inside or found.offset % ALIGNED or found.length % SIZES[found.kind]:
                    raise ValueError(name)
                yield name, found
        except FAULTS as error:
            raise FormatError(f"is damaged: its header says where {str(error)[:80]} is, and that can't be", file=self.name) from error

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a column of this name."""
        return name in self._sections

    def column(self, name: str) -> memoryview:
        """Give a column's numbers; ``FormatError`` where there is none, or its checksum is another one."""
        if name not in self._columns:
            place = self._place(name)
            data = self._raw(place)
            if crc32(data) != place.checksum:
                raise FormatError(f"is damaged: the checksum of {name} is another one: build it again", file=self.name)
            self._columns[name] = data.cast(place.kind) if len(data) else memoryview(array(place.kind))  # type: ignore[call-overload]
        return self._columns[name]

    def pieces(self, name: str) -> memoryview:
        """Give the bytes of a column whose pieces have checksums of their own, so that not all of it must be read."""
        return self._raw(self._place(name))

    def _place(self, name: str) -> _Section:
        """Find a column."""
        found = self._sections.get(name)
        if found is None:
            raise FormatError(f"is damaged: it has no {name}: build it again", file=self.name)
        return found

    def _raw(self, place: _Section) -> memoryview:
        """Give a column's bytes."""
        return self._data[place.offset : place.offset + place.length]
