"""What ``doctor`` found, for people or machines. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from bgpcheck.health import State, well
from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bgpcheck.health import Checkup

MOST_NAMED = 3  # things that share a remedy
MARKS = {State.GOOD: "✔", State.BAD: "✘", State.OPTIONAL: "·"}


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
