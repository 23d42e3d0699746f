"""What changed since an earlier result, as the contract's ``changes`` (interface.md, Result JSON). Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bgpcheck.changes import Changes, Moved
    from bgpcheck.circuit.changes import Change
    from bgpcheck.earlier import Said


def changes_json(changes: Changes) -> dict[str, Any]:
    """Give the contract's ``changes`` (interface.md, Result JSON)."""
    whole = changes.verdict and {"from": changes.verdict[0], "to": changes.verdict[1]}
    reworded = [
        {"rule": one.after.rule, "subject": one.after.subject, "from": one.before.message, "to": one.after.message}
        for one in changes.reworded
    ]
    return {
        "since": changes.before.decided_at,
        "changed": changes.changed,
        "basis": _json(changes.basis),
        "claim": _json(changes.claim),
        "verdict": whole,
        "states": _json(changes.states),
        "added": [_standing(one) for one in changes.added],
        "removed": [_standing(one) for one in changes.removed],
        "verdicts": [_moved_json(one) for one in changes.verdicts],
        "facts": [_moved_json(one) for one in changes.facts],
        "findings": {
            "new": [asdict(one) for one in changes.new_findings],
            "resolved": [asdict(one) for one in changes.resolved],
            "lost": [asdict(one) for one in changes.unseen],
            "reworded": reworded,
        },
        "gaps": {
            "new": [asdict(one) for one in changes.new_gaps],
            "filled": [asdict(one) for one in changes.filled],
            "changed": _json(changes.other_gaps),
        },
        "documents": dict(zip(("both", "earlier", "new"), changes.documents, strict=True)),
    }


def _json(changes: Iterable[Change]) -> list[dict[str, str]]:
    """Write changes."""
    return [{"what": one.where, "from": one.before, "to": one.after} for one in changes]


def _standing(one: Said) -> dict[str, str]:
    """Write a prefix with its verdict."""
    return {"prefix": one.prefix, "verdict": one.verdict}


def _moved_json(one: Moved) -> dict[str, Any]:
    """Write a prefix of which something changed."""
    pair = {"from": one.before.verdict, "to": one.after.verdict}
    return {"prefix": one.after.prefix, **pair, "direction": one.direction, "changed": _json(one.changed)}
