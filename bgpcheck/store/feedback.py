"""A growing file of feedback, JSON Lines: only ever added to, each time in one write. Waits for the disk."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bgpcheck.circuit.feedback import SCHEMA, identity
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.formats.json_fields import decode
from bgpcheck.store.atomic import fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST = 64 << 20  # bytes of a file that is still added to


def append(path: str | Path, lines: Sequence[Mapping[str, Any]]) -> int:
    """Add lines, all in one write at the end of the file, which is locked meanwhile: programs that do so at once wait for one another.

    A line that is there already, decided on the same day, is left out; gives how many were written. ``UsageError`` where the file can't
    be written, or is larger than ``MOST``, and ``FormatError`` with file and line where it holds something else: then it is left as it was.
    """
    path = Path(path)
    try:
        if not lines and not path.exists():
            return 0
        with _locked(path) as handle:
            there, whole = _there(handle, path)
            new = {identity(one): one for one in lines if identity(one) not in there}
            text = "".join(f"{json.dumps(one, sort_keys=True, ensure_ascii=False)}\n" for one in new.values())
            if new:
                _write(handle, path, (text if whole else f"\n{text}").encode())
    except OSError as error:
        raise fault(path, error) from error
    return len(new)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """Give the descriptor of the file, which is made where it is not there, for this process alone."""
    import fcntl  # noqa: PLC0415 (only where there is feedback)

    if path.exists() and not path.is_file():
        raise UsageError(f"{path}: is not a file")
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
    finally:
        os.close(handle)


def _there(handle: int, path: Path) -> tuple[set[str], bool]:
    """Give what the file has, and whether its last line is ended."""
    if os.fstat(handle).st_size > MOST:
        raise UsageError(f"{path}: is larger than {MOST >> 20} MiB: begin a new file")
    with os.fdopen(handle, "rb", closefd=False) as stream:
        rows = stream.read().split(b"\n")
    known = {_identity(row, str(path), number) for number, row in enumerate(rows, 1) if row.strip()}
    return known, not rows[-1]


def _identity(row: bytes, file: str, number: int) -> str:
    """Read a line that is there."""
    try:
        value = decode(row.decode())
    except (FormatError, UnicodeDecodeError) as error:
        raise FormatError("not a line of feedback: name a file that bgpcheck has begun, or a new one", file=file, line=number) from error
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise FormatError(f"not a line of feedback: it has no schema {SCHEMA}", file=file, line=number)
    if any(isinstance(one, (dict, list)) for one in value.values()):  # how deep, nobody need know
        raise FormatError("not a line of feedback: its values are texts and numbers", file=file, line=number)
    return identity(value)


def _write(handle: int, path: Path, data: bytes) -> None:
    """Add bytes at the end, all or none."""
    before = os.fstat(handle).st_size
    written = os.write(handle, data)
    if written < len(data):
        os.ftruncate(handle, before)
        raise UsageError(f"{path}: cannot be written: there is room for {written} of {len(data)} bytes only: make room; it is as it was")
    os.fsync(handle)
