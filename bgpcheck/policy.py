"""Policy files: the decision table as data. Pure: bytes in, a compiled table out; nothing here knows a fact's meaning.

Rule: the first row whose condition holds decides; unknown keys, fields and values are errors with their line.
"""

from __future__ import annotations

import hashlib
import re
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


FIELD = re.compile(r"\{(\w+)\}")
MAX_ROW = 999
ORDER = (Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH)
Condition = tuple[tuple[str, frozenset[str | bool]], ...]  # every field must have one of its values


def holds(condition: Condition, situation: Situation) -> bool:
    """Tell whether every field of ``situation`` that ``condition`` names has an allowed value."""
    for name, allowed in condition:  # noqa: SIM110 (all() over a generator takes twice as long, and this is what most time goes to)
        if situation.field(name) not in allowed:
            return False
    return True


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
        conditions = (self.when, *self.any_of, self.unless or (), *(condition for condition, _ in self.lower))
        return any(name == field for condition in conditions for name, _ in condition)

    def reason_for(self, situation: Situation) -> str:
        """Reason code, with the values of the fields that it names in braces."""
        return FIELD.sub(lambda match: str(situation.field(match[1])).lower(), self.reason)


@dataclass(frozen=True, eq=False, slots=True)
class Policy:
    """A compiled policy. Compared by identity: load each file once."""

    name: str
    title: str
    required: tuple[str, ...]
    peer_only_cap: Confidence
    weak_reason: str
    facts: frozenset[str]
    rows: tuple[Row, ...]
    sha256: str

    def row_for(self, situation: Situation) -> Row:
        """Give the first row that applies; the last row always does (checked on loading)."""
        return next(row for row in self.rows if row.applies(situation))


def load(data: bytes, *, file: str, find: Callable[[str], tuple[bytes, str]]) -> Policy:
    """Compile a policy file; ``find(name)`` gives the bytes and file name of the policy that it extends.

    The digest covers the file and all that it extends. Raises ``FormatError`` with file, line and field.
    """
    tree, top = _read(data, file)
    if "extends" not in top:
        return _policy(tree, top, None, hashlib.sha256(data).hexdigest())
    place = top["extends"]
    parent = place.text()
    if parent == top["name"].text():
        raise place.error("a policy can't extend itself")
    try:
        parent_data, parent_file = find(parent)
    except UsageError as error:
        raise place.error(str(error)) from error
    parent_tree, parent_top = _read(parent_data, parent_file)
    if "extends" in parent_top:
        raise place.error(f"{parent} extends another policy itself: name that one")
    base = _policy(parent_tree, parent_top, None, hashlib.sha256(parent_data).hexdigest())
    return _policy(tree, top, base, hashlib.sha256(data + bytes.fromhex(base.sha256)).hexdigest())


def _read(data: bytes, file: str) -> tuple[Tree, dict[str, Tree]]:
    """Parse a policy file as far as its keys."""
    tree = yaml_tree.parse(data, file=file)
    return tree, tree.mapping(KEYS, required=("name",))


def _policy(tree: Tree, top: dict[str, Tree], base: Policy | None, sha256: str) -> Policy:
    """Put a policy together from its file and the one that it extends."""
    inherited = base or _NOTHING
    facts = frozenset(item.text(tuple(DOMAIN)) for item in top["facts"].items()) if "facts" in top else inherited.facts
    caps = top["caps"].mapping(("peerOnly", "weakSource")) if "caps" in top else {}
    if "weakSource" in caps:
        caps["weakSource"].text(("one-lower",))
    return Policy(
        name=top["name"].text(),
        title=top["title"].text() if "title" in top else "",
        required=tuple(item.text() for item in top["required"].items()) if "required" in top else inherited.required,
        peer_only_cap=Confidence(caps["peerOnly"].text(ORDER)) if "peerOnly" in caps else inherited.peer_only_cap,
        weak_reason=top["weakReason"].text() if "weakReason" in top else inherited.weak_reason,
        facts=facts,
        rows=_table(tree, top, base, facts),
        sha256=sha256,
    )


_NOTHING = Policy("", "", (), Confidence.MEDIUM, "weak-source", frozenset(DOMAIN), (), "")  # what a file that extends nothing starts from


def _table(tree: Tree, top: dict[str, Tree], base: Policy | None, facts: frozenset[str]) -> tuple[Row, ...]:
    """Give all rows of a policy: its own ``rows``, or those that it extends with some in the ``replace`` of others."""
    if base is None:
        place = tree.mapping(tuple(key for key in KEYS if key != "replace"), required=("rows",))["rows"]
        rows = _rows(place, facts)
    else:
        place = tree.mapping(tuple(key for key in KEYS if key != "rows")).get("replace", tree)
        own = _rows(place, facts) if "replace" in top else ()
        numbers = {row.number for row in own}
        rows = tuple(sorted((*(row for row in base.rows if row.number not in numbers), *own), key=lambda row: row.number))
    if not rows or rows[-1].when or rows[-1].any_of or rows[-1].unless:
        raise place.error("the last row must apply always: when: {}")
    if foreign := sorted(field for field in DOMAIN if field not in facts and any(row.reads(field) for row in rows)):
        raise top["facts"].error(f"rows read more than these facts: {', '.join(foreign)}")
    return rows


def _rows(tree: Tree, facts: frozenset[str]) -> tuple[Row, ...]:
    """Read rows, which stand in the order of their numbers."""
    rows: list[Row] = []
    for item in tree.items():
        rows.append(_row(item, facts))
        if len(rows) > 1 and rows[-1].number < rows[-2].number:
            raise item.error(f"row {rows[-1].number} stands after row {rows[-2].number}: rows stand in the order of their numbers")
    return tuple(rows)


def _row(tree: Tree, facts: frozenset[str]) -> Row:
    """Read one row."""
    top = tree.mapping(ROW_KEYS, required=("row", "when", "verdict", "reason"))
    verdict = Outcome(top["verdict"].text(tuple(Outcome)))
    return Row(
        number=top["row"].number(most=MAX_ROW),
        when=_condition(top["when"], facts),
        any_of=tuple(_condition(item, facts) for item in top["any"].items()) if "any" in top else (),
        unless=_condition(top["unless"], facts) if "unless" in top else None,
        verdict=verdict,
        reason=_reason(top["reason"], facts),
        confidence=_confidence(tree, top, verdict),
        lower=tuple(_lower(item, facts) for item in top["lower"].items()) if "lower" in top else (),
    )


def _reason(tree: Tree, facts: frozenset[str]) -> str:
    """Read a reason code, whose words in braces are fields."""
    reason = tree.text()
    for name in FIELD.findall(reason):
        if name not in facts:
            raise tree.error(f"{name[:60]!r} is not one of {', '.join(sorted(facts))}")
    return reason


def _confidence(tree: Tree, top: dict[str, Tree], verdict: Outcome) -> Confidence | None:
    """Read a row's confidence, which every verdict has but the lack of one."""
    if verdict is Outcome.UNDETERMINED:
        if "confidence" in top:
            raise top["confidence"].error("undetermined has no confidence")
        return None
    if "confidence" not in top:
        raise tree.error("confidence is missing")
    confidence = Confidence(top["confidence"].text(ORDER))
    if verdict is Outcome.CONFIGURED and confidence is Confidence.LOW:
        raise top["confidence"].error("configured never has low confidence: say validation-needed")
    return confidence


def _lower(tree: Tree, facts: frozenset[str]) -> tuple[Condition, Confidence]:
    """Read one exception to a row's confidence."""
    top = tree.mapping(("when", "to"), required=("when", "to"))
    return _condition(top["when"], facts), Confidence(top["to"].text(ORDER))


def _condition(tree: Tree, facts: frozenset[str]) -> Condition:
    """Read ``{field: value | [values] | {not: value | [values]}}``."""
    return tuple((name, _allowed(name, value)) for name, value in tree.mapping(sorted(facts)).items())


def _allowed(name: str, tree: Tree) -> frozenset[str | bool]:
    """Read the values that a field may have."""
    if isinstance(tree.value, dict):
        excluded = _allowed(name, tree.mapping(("not",), required=("not",))["not"])
        return frozenset(DOMAIN[name]) - excluded
    values = list(tree.items()) if isinstance(tree.value, list) else [tree]
    if not values:
        raise tree.error("must name at least one value")
    return frozenset(_value(name, value) for value in values)


def _value(name: str, tree: Tree) -> str | bool:
    """Read one value of a field; true and false are values where YAML says so."""
    value: str | bool = tree.value if isinstance(tree.value, bool) else tree.text()
    if value not in DOMAIN[name]:
        raise tree.error(f"{str(value)[:60]!r} is not a value of {name}: {', '.join(str(one).lower() for one in DOMAIN[name])}")
    return value


def unknown_policy(name: str, known: tuple[str, ...]) -> UsageError:
    """Make the error for a policy name that is not there."""
    return UsageError(f"there is no policy {name!r}: known are {', '.join(known)}, or give a file")
