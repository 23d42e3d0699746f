"""A growing file of feedback, JSON Lines: only ever added to, each time in one write. Waits for the disk."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bgpcheck.circuit.feedback import SCHEMA, identity
from bgpcheck.errors import FormatError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST = 64 << 20  # bytes of a file that is still added to


def append(path: str | Path, lines: Sequence[Mapping[str, Any]]) -> int:
    """Add lines, all in one write at the end of the file, so that programs that do so at once do not mix (POSIX, O_APPEND).

    A line that is there already, decided on the same day, is left out; gives how many were written. ``UsageError`` where the file can't
    be written, or is larger than ``MOST``; ``FormatError`` with file and line where it holds something else, which is then left alone.
    """
    path = Path(path)
    try:
        there, whole = _there(path)
        new = {identity(one): one for one in lines if identity(one) not in there}
        text = "".join(f"{json.dumps(one, sort_keys=True, ensure_ascii=False)}\n" for one in new.values())
        if new:
            _write(path, (text if whole else f"\n{text}").encode())
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
    return len(new)


def _there(path: Path) -> tuple[set[str], bool]:
    """Give what the file has, and whether its last line is ended."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return set(), True
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(f"{path}: is not a file")
    if found.st_size > MOST:
        raise UsageError(f"{path}: is larger than {MOST >> 20} MiB: begin a new file")
    data = path.read_bytes()
    rows = data.split(b"\n")
    known = {_identity(row, str(path), number) for number, row in enumerate(rows, 1) if row.strip()}
    return known, not rows[-1]


def _identity(row: bytes, file: str, number: int) -> str:
    """Read a line that is there."""
    try:
        value = json.loads(row)
    except (ValueError, RecursionError) as error:
        raise FormatError("not a line of feedback: name a file that bgpcheck has begun, or a new one", file=file, line=number) from error
    if not isinstance(value, dict) or value.get("schema") != SCHEMA:
        raise FormatError(f"not a line of feedback: it has no schema {SCHEMA}", file=file, line=number)
    if any(isinstance(one, (dict, list)) for one in value.values()):  # how deep, nobody need know
        raise FormatError("not a line of feedback: its values are texts and numbers", file=file, line=number)
    return identity(value)


def _write(path: Path, data: bytes) -> None:
    """Add bytes at the end; a disk that takes only some of them is an error."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        written = os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    if written < len(data):
        raise UsageError(f"{path}: only {written} of {len(data)} bytes could be written: mend the last line")
