"""Private keys on the disk: readable by their owner alone from the first byte on, whole or not there. Waits for the disk.

Rule: a key that is there is never overwritten unless that was asked for, and nothing of a key gets into a message.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from bgpcheck.errors import UsageError
from bgpcheck.fetch.files import read_whole
from bgpcheck.store.atomic import begun, fault, settle, settle_folder

if TYPE_CHECKING:
    from pathlib import Path

MODE = 0o600
LIMIT = 1 << 16  # bytes of a key's file


def write(path: Path, data: bytes, *, force: bool) -> None:
    """Write a key with mode 0600; ``UsageError`` where it can't be, or where something is there and ``force`` is not given."""
    check(path, force=force)
    try:
        with begun(path.parent) as (stream, beside):  # made with mode 0600, under a name that nobody has
            stream.write(data)
            os.fchmod(stream.fileno(), MODE)
            settle(stream)
            if force:
                beside.replace(path)
            else:
                os.link(beside, path)  # fails where the name was taken meanwhile
        settle_folder(path.parent)
    except FileExistsError as error:
        raise _taken(path) from error
    except OSError as error:
        raise fault(path, error) from error


def check(path: Path, *, force: bool) -> None:
    """Say before any work is done that a key can't be written there.

    Raises:
        UsageError: its folder is not there.
    """
    if os.path.lexists(path) and (not force or path.is_symlink() or not path.is_file()):
        raise _taken(path)
    if not path.parent.is_dir():
        raise UsageError(f"{path}: there is no folder {path.parent}")


def read(path: Path) -> tuple[bytes, bool]:
    """Read a key's file; gives it, and whether others than its owner may read it. ``UsageError`` where it can't be read."""
    data = read_whole(path, str(path), limit=LIMIT)
    return data, bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _taken(path: Path) -> UsageError:
    """Refuse to overwrite."""
    return UsageError(f"{path}: is there already, and is not overwritten: name another file, or give --force for a plain file")
