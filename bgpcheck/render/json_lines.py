"""Results as JSON and JSON Lines: keys sorted, so that equal results are equal bytes. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bgpcheck.result import Result


def dumps(value: object) -> str:
    """Write JSON on one line, in the one form that bgpcheck writes; not ASCII is escaped, so that no terminal acts on it."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=False)


def laid_out(value: Mapping[str, Any]) -> str:
    """Write a JSON object with a line for each key, and for each item of its lists: what a diff or a person can follow."""
    rows = (f"{dumps(key)}: {_items(value[key])}" for key in sorted(value))
    return "{\n" + ",\n".join(rows) + "\n}"


def _items(value: object) -> str:
    """Write a list with a line for each item, anything else on one line."""
    return "[\n " + ",\n ".join(map(dumps, value)) + "\n]" if isinstance(value, list) and value else dumps(value)


def as_json(results: Sequence[Result]) -> str:
    """One object for one result, a list for several."""
    values = [laid_out(result.to_json()) for result in results]
    return (values[0] if len(values) == 1 else "[\n" + ",\n".join(values) + "\n]") + "\n"


def as_jsonl(results: Sequence[Result]) -> str:
    """One line a prefix."""
    return "".join(dumps(prefix) + "\n" for result in results for prefix in result.to_json()["prefixes"])
