"""Where the user's own files lie. Reads the environment.

Rule: the XDG Base Directory Specification: a folder that a variable does not name whole is left aside.
"""

from __future__ import annotations

import os
from pathlib import Path

from bgpcheck.errors import UsageError


def default_snapshot() -> Path:
    """Give where the user's own snapshot lies (interface.md, Registry data)."""
    return _own(os.environ.get("XDG_DATA_HOME", ""), ".local/share") / "registry.snapshot"


def default_downloads() -> Path:
    """Give where registry files are downloaded to."""
    return _own(os.environ.get("XDG_DATA_HOME", ""), ".local/share") / "downloads"


def default_answers() -> Path:
    """Give where answers of live registries are kept."""
    return _own(os.environ.get("XDG_CACHE_HOME", ""), ".cache") / "answers"


def _own(named: str, usual: str) -> Path:
    """Give our folder in the one that a variable has named, else in ``usual`` in the user's home; ``UsageError`` where there is neither."""
    if os.path.isabs(named):  # noqa: PTH117 (a text, empty at times)
        return Path(named) / "bgpcheck"
    try:
        return Path.home() / usual / "bgpcheck"
    except RuntimeError as error:
        raise UsageError("you have no home folder: set HOME to one that is yours") from error
