"""Policy files: the decision table as data. Pure: bytes in, a compiled table out; nothing here knows a fact's meaning.

Rule: the first row whose condition holds decides; unknown keys, fields and values are errors with their line.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bgpcheck.errors import UsageError
from bgpcheck.formats import yaml_tree
from bgpcheck.situation import DOMAIN, Situation

if TYPE_CHECKING:
    from collections.abc import Callable

    from bgpcheck.formats.yaml_tree import Tree

KEYS = ("name", "title", "extends", "required", "facts", "caps", "weakReason", "rows", "replace")
ROW_KEYS = ("row", "when", "any", "unless", "verdict", "reason", "confidence", "lower")


class Outcome(StrEnum):
    """The three verdicts, and the lack of one (product.md)."""

    CONFIGURED = "configured"
    VALIDATION_NEEDED = "validation-needed"
    MANUAL_VALIDATION = "manual-validation"
    UNDETERMINED = "undetermined"


class Confidence(StrEnum):
    """How far a verdict can be trusted, lowest first in ``ORDER``."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    def lower_by_one(self) -> Confidence:
        """One step down; low stays low."""
        return ORDER[max(ORDER.index(self) - 1, 0)]


ORDER = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)
Condition = tuple[tuple[str, frozenset[str | bool]], ...]  # every field must have one of its values


def holds(condition: Condition, situation: Situation) -> bool:
    """Tell whether every field of ``situation`` that ``condition`` names has an allowed value."""
    return all(situation.field(name) in allowed for name, allowed in condition)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table. ``any_of`` empty: no further condition."""

    number: int
    when: Condition
    any_of: tuple[Condition, ...]
    unless: Condition | None
    verdict: Outcome
    reason: str
    confidence: Confidence | None
    lower: tuple[tuple[Condition, Confidence], ...]

    def applies(self, situation: Situation) -> bool:
        """Tell whether this row's condition holds, earlier rows apart."""
        return (
            holds(self.when, situation)
            and (not self.any_of or any(holds(one, situation) for one in self.any_of))
            and (self.unless is None or not holds(self.unless, situation))
        )

    def reads(self, field: str) -> bool:
        """Tell whether any condition of the row names ``field``."""
        conditions = (self.when, *self.any_of, *((self.unless,) if self.unless else ()))
        return any(name == field for condition in conditions for name, _ in condition)


@dataclass(frozen=True, eq=False, slots=True)
class Policy:
    """A compiled policy. Compared by identity: load each file once."""

    name: str
    title: str
    required: tuple[str, ...]
    peer_only_cap: Confidence
    weak_reason: str
    rows: tuple[Row, ...]
    sha256: str

    def row_for(self, situation: Situation) -> Row:
        """Give the first row that applies; the last row always does (checked on loading)."""
        return next(row for row in self.rows if row.applies(situation))


def load(data: bytes, *, file: str, find: Callable[[str], tuple[bytes, str]]) -> Policy:
    """Compile a policy file; ``find(name)`` gives the bytes and file name of the policy that it extends.

    The digest covers the file and all that it extends. Raises ``FormatError`` with file, line and field.
    """
    tree = yaml_tree.parse(data, file=file)
    top = tree.mapping(KEYS, required=("name",))
    base: Policy | None = None
    digest = hashlib.sha256(data)
    if "extends" in top:
        parent = top["extends"].text()
        if parent == top["name"].text():
            raise top["extends"].error("a policy can't extend itself")
        parent_data, parent_file = find(parent)
        if b"\nextends:" in parent_data:
            raise top["extends"].error(f"{parent} extends another policy itself: name that one")
        base = load(parent_data, file=parent_file, find=find)
        digest.update(bytes.fromhex(base.sha256))
    return _policy(tree, top, base, digest.hexdigest())


def _policy(tree: Tree, top: dict[str, Tree], base: Policy | None, sha256: str) -> Policy:
    """Put a policy together from its file and the one that it extends."""
    fields = frozenset(item.text(tuple(DOMAIN)) for item in top["facts"].items()) if "facts" in top else frozenset(DOMAIN)
    own = tuple(_row(item, fields) for item in top["rows"].items()) if "rows" in top else ()
    replaced = tuple(_row(item, fields) for item in top["replace"].items()) if "replace" in top else ()
    rows = own or _replace(base.rows if base else (), replaced)
    if not rows or rows[-1].when or rows[-1].any_of or rows[-1].unless:
        raise tree.error("the last row must apply always: when: {}")
    numbers = [row.number for row in rows]
    if numbers != sorted(numbers):
        raise tree.error("rows must stand in the order of their numbers")
    caps = top["caps"].mapping(("peerOnly", "weakSource")) if "caps" in top else {}
    if "weakSource" in caps:
        caps["weakSource"].text(("one-lower",))
    return Policy(
        name=top["name"].text(),
        title=top["title"].text() if "title" in top else "",
        required=tuple(item.text() for item in top["required"].items()) if "required" in top else (base.required if base else ()),
        peer_only_cap=Confidence(caps["peerOnly"].text(ORDER))
        if "peerOnly" in caps
        else (base.peer_only_cap if base else Confidence.MEDIUM),
        weak_reason=top["weakReason"].text() if "weakReason" in top else (base.weak_reason if base else "weak-source"),
        rows=rows,
        sha256=sha256,
    )


def _replace(rows: tuple[Row, ...], new: tuple[Row, ...]) -> tuple[Row, ...]:
    """Put ``new`` rows in the place of those with the same number."""
    numbers = {row.number for row in new}
    kept = [row for row in rows if row.number not in numbers]
    return tuple(sorted((*kept, *new), key=lambda row: row.number))


def _row(tree: Tree, fields: frozenset[str]) -> Row:
    """Read one row."""
    top = tree.mapping(ROW_KEYS, required=("row", "when", "verdict", "reason"))
    verdict = Outcome(top["verdict"].text(tuple(Outcome)))
    confidence = Confidence(top["confidence"].text(ORDER)) if "confidence" in top else None
    if (confidence is None) != (verdict is Outcome.UNDETERMINED):
        raise tree.error("undetermined has no confidence; every other verdict needs one")
    if verdict is Outcome.CONFIGURED and confidence is Confidence.LOW:
        raise tree.error("configured never has low confidence: say validation-needed")
    number = top["row"].text()
    if not (number.isascii() and number.isdecimal()):
        raise top["row"].error("must be a number")
    lower = top["lower"].items() if "lower" in top else ()
    return Row(
        number=int(number),
        when=_condition(top["when"], fields),
        any_of=tuple(_condition(item, fields) for item in top["any"].items()) if "any" in top else (),
        unless=_condition(top["unless"], fields) if "unless" in top else None,
        verdict=verdict,
        reason=top["reason"].text(),
        confidence=confidence,
        lower=tuple(_lower(item, fields) for item in lower),
    )


def _lower(tree: Tree, fields: frozenset[str]) -> tuple[Condition, Confidence]:
    """Read one exception to a row's confidence."""
    top = tree.mapping(("when", "to"), required=("when", "to"))
    return _condition(top["when"], fields), Confidence(top["to"].text(ORDER))


def _condition(tree: Tree, fields: frozenset[str]) -> Condition:
    """Read ``{field: value | [values] | {not: value | [values]}}``."""
    return tuple((name, _allowed(name, value)) for name, value in tree.mapping(sorted(fields)).items())


def _allowed(name: str, tree: Tree) -> frozenset[str | bool]:
    """Read the values that a field may have."""
    if isinstance(tree.value, dict):
        excluded = _allowed(name, tree.mapping(("not",), required=("not",))["not"])
        return frozenset(DOMAIN[name]) - excluded
    values = list(tree.items()) if isinstance(tree.value, list) else [tree]
    for item in values:
        if item.value not in DOMAIN[name]:
            raise item.error(f"{item.value!r} is not a value of {name}: {', '.join(str(value) for value in DOMAIN[name])}")
    return frozenset(item.value for item in values)


def unknown_policy(name: str, known: tuple[str, ...]) -> UsageError:
    """Make the error for a policy name that is not there."""
    return UsageError(f"there is no policy {name!r}: known are {', '.join(known)}, or give a file")
