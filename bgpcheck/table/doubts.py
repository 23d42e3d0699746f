"""What speaks against the files that a snapshot was made from, as its header has them. Pure; needs no numpy.

Rule: a doubt is a sentence that says what to do, beside the source that it is about; whether it is taken for more, the caller decides.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from bgpcheck.doubts import Doubts, empty
from bgpcheck.table.pick import File, counts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bgpcheck.settings import Settings

SHRUNKEN = 10  # a source is, where it has lost more than a tenth of its rows
Facts = dict[str, Any]


def doubts(files: Sequence[Mapping[str, Any]], before: Mapping[str, int], now: datetime, settings: Settings) -> tuple[Facts, ...]:
    """Say what speaks against a snapshot's files: ``source``, ``kind`` (stale, empty, lapsed, kept or shrunken) and a sentence each."""
    judge = Doubts(now, strict=False, settings=settings)
    found: list[Facts] = []
    for facts in files:
        document = File(None, "", facts).document
        said = (("stale", judge.stale(document)), ("empty", empty(document)), ("lapsed", _lapsed(facts)), ("kept", _kept(facts, now)))
        for kind, sentence in said:
            if sentence:
                found.append({"source": facts["source"], "kind": kind, "message": sentence})
    counted = counts(files)
    for name, earlier in before.items():
        if shrunken(counted[name], earlier):
            sentence = f"{name} has {counted[name]} rows, the last snapshot had {earlier}: is a file cut off, or a registry out?"
            found.append({"source": name.partition(" ")[0], "kind": "shrunken", "message": sentence})
    return tuple(found)


def _lapsed(facts: Mapping[str, Any]) -> str | None:
    """Say that an export holds VRPs that had expired when it was made."""
    words = "holds VRPs that had expired when it was made: what they cover is judged with and without them; fetch a newer export"
    return f"{facts['file']} {words}" if facts.get("lapsed") else None


def shrunken(number: int, earlier: int) -> bool:
    """Tell whether more than a tenth of what there was is lost."""
    return number * SHRUNKEN < earlier * (SHRUNKEN - 1)


def _kept(facts: Mapping[str, Any], now: datetime) -> str | None:
    """Say that a file could not be renewed, or None."""
    fetched = facts.get("fetched") or {}
    if not fetched.get("failed"):
        return None
    day, failed = facts["dated"] or fetched["at"], fetched["failed"][:10]
    age = (now - datetime.fromisoformat(day)).days
    return f"{facts['file']} could not be renewed on {failed} ({fetched['reason']}): it is of {day[:10]}, {age} days old"
