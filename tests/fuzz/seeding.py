"""Where seeds come from, and the few ways to cut them: good inputs of every parser, made when they are asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
REGISTRY = FIXTURES / "registry"
LONGEST = 6000  # bytes of a seed
Bytes = list[bytes]


def files(folder: Path, pattern: str) -> Bytes:
    return [path.read_bytes() for path in sorted(folder.glob(pattern))]


def parts_of(found: Iterable[bytes], most: int = LONGEST) -> Bytes:
    """Give what is short as it is, and the beginning of what is long."""
    return [one[:most] for one in found]


def jsons_of(*values: object) -> Bytes:
    return [json.dumps(one).encode() for one in values]
