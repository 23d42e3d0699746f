"""Where the user's own files lie."""

from __future__ import annotations

import os
from pathlib import Path


def default_snapshot() -> Path:
    """Give where the user's own snapshot lies (interface.md, Registry data)."""
    return _own() / "registry.snapshot"


def default_downloads() -> Path:
    """Give where registry files are downloaded to."""
    return _own() / "downloads"


def _own() -> Path:
    """Give the folder of the user's own data."""
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if os.path.isabs(data) else Path.home() / ".local" / "share") / "bgpcheck"  # noqa: PTH117
