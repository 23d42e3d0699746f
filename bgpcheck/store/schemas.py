"""The published JSON Schemas (draft 2020-12), package data in ``bgpcheck/schemas/``. Waits for the disk.

Rule: they are written by ``tests/schemas`` from the code's own words; here they are only read.
"""

from __future__ import annotations

from importlib import resources

NAMES = ("result", "events", "preflight", "circuit")


def read(name: str) -> str:
    """Read one of ``NAMES`` as it was published: JSON text that ends with a newline."""
    return (resources.files("bgpcheck") / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
