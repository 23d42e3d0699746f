"""Files, read in bounded pieces, decompressed by what they contain and not by their name. Waits for the disk.

Rule: no file can make bgpcheck hold more than a chunk and a line, nor read more than a limit of content.
"""

from __future__ import annotations

import hashlib
import io
import lzma
import os
import zlib
from dataclasses import dataclass, field
from importlib import import_module
from typing import IO, TYPE_CHECKING, Any

from bgpcheck.errors import FormatError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK = 1 << 18
MAX_BYTES = 8 << 30  # content of one file after decompression
MAX_WHOLE = 512 << 20  # content of a file that must be held whole (JSON): five times a VRP export of today
STDIN = 0
FILE = "give a file"  # what to do where a folder is named
MAX_XZ = 256 << 20  # bytes of memory that xz may take; xz -9 wants 65 MiB
PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bz2"}  # first bytes → the library that unpacks it
XZ = b"\xfd7zXZ\x00"
LONGEST_MAGIC = len(XZ)


class _Tap(io.RawIOBase):
    """A stream that remembers the size and digest of all that was read through it."""

    def __init__(self, raw: IO[bytes]) -> None:
        """Read the first bytes, which tell how the rest is packed."""
        self.size = 0
        self.digest = hashlib.sha256()
        self._raw = raw
        self._head = b""
        while len(self._head) < LONGEST_MAGIC and (block := self._take(LONGEST_MAGIC - len(self._head))):
            self._head += block
        self.magic = self._head

    def _take(self, size: int) -> bytes:
        """Read from below, counting."""
        block = self._raw.read(size) or b""
        self.size += len(block)
        self.digest.update(block)
        return block

    def read(self, size: int = -1) -> bytes:
        """Read at most ``size`` bytes, a chunk where none is given."""
        wanted = size if 0 < size < CHUNK else CHUNK
        if self._head:
            block, self._head = self._head[:wanted], self._head[wanted:]
            return block
        return self._take(wanted)


@dataclass(slots=True)
class Reading:
    """One pass over a file, ``-`` for standard input.

    After the last chunk ``sha256`` and ``size`` speak of the file as it lies there; before, ``size`` says how much of it was read.
    ``instead``: what to give in the place of a folder.
    """

    path: Path
    name: str
    limit: int = MAX_BYTES
    size: int = 0
    sha256: str = field(default="")
    instead: str = FILE

    def chunks(self) -> Iterator[bytes]:
        """Give the content, decompressed.

        Raises:
            UsageError: it can't be opened or read.
            FormatError: it is truncated, damaged or too long.
        """
        try:
            raw = os.fdopen(STDIN, "rb", buffering=0, closefd=False) if str(self.path) == "-" else self.path.open("rb", buffering=0)
        except (OSError, ValueError) as error:  # ValueError: a name with a null character
            instead = f": {self.instead}" if isinstance(error, IsADirectoryError) else ""
            raise UsageError(f"{self.name}: {getattr(error, 'strerror', '') or 'cannot be read'}{instead}") from error
        with raw:
            try:
                yield from self._content(raw)
            except EOFError as error:
                raise FormatError("truncated: the compressed data ends too early", file=self.name) from error
            except (zlib.error, lzma.LZMAError, OSError) as error:
                if isinstance(error, OSError) and error.errno is not None:
                    raise UsageError(f"{self.name}: {error.strerror}") from error
                raise FormatError(f"damaged compressed data: {error}", file=self.name) from error

    def _content(self, raw: IO[bytes]) -> Iterator[bytes]:
        """Give the content up to the limit, and read the file to its end."""
        tap = _Tap(raw)
        total = 0
        for chunk in _unpacked(tap):
            total += len(chunk)
            self.size = tap.size
            if total > self.limit:
                raise FormatError(f"holds more than {self.limit} bytes", file=self.name)
            yield chunk
        while tap.read():  # what a decompressor leaves unread belongs to the digest too
            pass
        self.size, self.sha256 = tap.size, tap.digest.hexdigest()


def _unpacked(tap: _Tap) -> Iterator[bytes]:
    """Decompress what the first bytes say is compressed."""
    if tap.magic == XZ:
        return _unxz(tap)
    library = next((import_module(name) for magic, name in PACKED.items() if tap.magic.startswith(magic)), None)
    stream: Any = library.open(tap) if library else tap
    return iter(lambda: stream.read(CHUNK), b"")


def _unxz(tap: _Tap) -> Iterator[bytes]:
    """Decompress xz with limited memory, as ``lzma.open`` can't; streams may stand one after another, with zeros between."""
    block = tap.read()
    while block:
        one = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MAX_XZ)
        while not one.eof:
            if one.needs_input and not block and not (block := tap.read()):
                raise EOFError
            yield one.decompress(block, CHUNK)
            block = b""
        block = one.unused_data.lstrip(b"\0")
        while not block and (more := tap.read()):
            block = more.lstrip(b"\0")


def read_whole(path: Path, name: str, *, limit: int = MAX_WHOLE, instead: str = FILE) -> bytes:
    """Read a file's content at once; ``UsageError`` where it cannot be read, ``FormatError`` where it is too long.

    ``instead``: what to give in the place of a folder.
    """
    return b"".join(Reading(path, name, limit, instead=instead).chunks())
