"""What the header of a snapshot says of a file: one of VRPs."""

from __future__ import annotations

from typing import Any

FILE: dict[str, Any] = {
    "source": "vrps",
    "file": "vrps.json",
    "sha256": "0" * 64,
    "size": 1,
    "format": "vrps/json",
    "dated": "2025-07-20T12:00:00+00:00",
    "rows": 90,
    "routes": 0,
    "families": [],
    "notes": [],
    "anchors": {"ripe": 60, "": 30},
}
