"""Whether this machine can do it: what was looked at, what was found, what to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class State(StrEnum):
    """How something stands. ``OPTIONAL``: not there, and only some commands want it."""

    GOOD = "good"
    BAD = "bad"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Checkup:
    """One thing looked at: its ``group``, its ``name``, how it stands, and what to do about it (empty where it is good)."""

    group: str
    name: str
    state: State
    detail: str
    remedy: str = ""


def well(found: Sequence[Checkup]) -> bool:
    """Tell whether nothing is bad."""
    return all(one.state is not State.BAD for one in found)
