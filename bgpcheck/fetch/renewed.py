"""Whether registry data were renewed by somebody else: told by names, sizes and times, without reading them. Waits for the disk."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bgpcheck.fetch.folder import FOLDERS, MAX_FILES, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Mark = tuple[tuple[str, int, int, int], ...]


def mark(path: str) -> Mark:
    """Give what changes when a file, or any file of a folder of registry data, is written or replaced; empty where nothing is there."""
    try:
        return tuple(sorted(_entries(path, "") if os.path.isdir(path) else [_entry("", os.stat(path))]))  # noqa: PTH112, PTH116 (as scandir)
    except OSError:
        return ()


def _entries(folder: str, start: str) -> Iterator[tuple[str, int, int, int]]:
    """List a folder as its reader does, without what that does not read."""
    with os.scandir(folder) as found:
        for _, one in zip(range(MAX_FILES), found, strict=False):
            name = start + one.name
            if one.is_dir():
                yield from _entries(one.path, f"{name}/") if name in FOLDERS else ()
            elif source_of(name):
                yield _entry(name, one.stat())


def _entry(name: str, found: os.stat_result) -> tuple[str, int, int, int]:
    """Name a file with what tells that it is another."""
    return name, found.st_ino, found.st_size, found.st_mtime_ns
