"""Whether this machine can do it: what was looked at, what was found, what to do. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bgpcheck.render.clean import visible

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


MOST_NAMED = 3  # things that share a remedy
MARKS = {State.GOOD: "✔", State.BAD: "✘", State.OPTIONAL: "·"}


def well(found: Sequence[Checkup]) -> bool:
    """Tell whether nothing is bad."""
    return all(one.state is not State.BAD for one in found)


def as_json(found: Sequence[Checkup]) -> str:
    """Write it for machines."""
    body = {"schema": "bgpcheck/doctor/v1", "well": well(found), "checks": [asdict(one) for one in found]}
    return json.dumps(body, indent=1, sort_keys=True) + "\n"


def _remedies(found: Sequence[Checkup]) -> dict[str, list[str]]:
    """Give what to do, each once, with the names of what it is for."""
    named: dict[str, list[str]] = {}
    for one in found:
        if one.remedy:
            named.setdefault(one.remedy, []).append(one.name)
    return named


def _some(names: Sequence[str]) -> str:
    """Name a few, and count the rest."""
    more = len(names) - MOST_NAMED
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:MOST_NAMED])} and {more} more"


def as_text(found: Sequence[Checkup]) -> str:
    """Write it for people: the answer first, then each thing, then what to do."""
    bad = [one for one in found if one.state is State.BAD]
    lines = [f"{len(bad)} of {len(found)} things need attention" if bad else "all is well"]
    width = max((len(one.name) for one in found), default=0)
    for group in dict.fromkeys(one.group for one in found):
        lines += ["", group]
        lines += [f"  {MARKS[one.state]} {one.name:<{width}}  {one.detail}".rstrip() for one in found if one.group == group]
    todo = [f"  {_some(names)}: {remedy}" for remedy, names in _remedies(found).items()]
    return "".join(f"{visible(line)}\n" for line in [*lines, *(["", "What to do", *todo] if todo else [])])
