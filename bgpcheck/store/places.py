"""Where the user's own files lie."""

from __future__ import annotations

import os
from pathlib import Path


def default_snapshot() -> Path:
    """Give where the user's own snapshot lies (interface.md, Registry data)."""
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if os.path.isabs(data) else Path.home() / ".local" / "share") / "bgpcheck" / "registry.snapshot"  # noqa: PTH117
