"""Results as JSON and JSON Lines: keys sorted, so that equal results are equal bytes. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bgpcheck.result import Result


def dumps(value: Any, *, indent: int | None = 1) -> str:  # noqa: ANN401 (anything that JSON can say)
    """Write JSON in the one form that bgpcheck writes; not ASCII is escaped, so that no terminal acts on it."""
    return json.dumps(value, sort_keys=True, ensure_ascii=True, indent=indent, allow_nan=False)


def as_json(results: Sequence[Result]) -> str:
    """One object for one result, a list for several."""
    values = [result.to_json() for result in results]
    return dumps(values[0] if len(values) == 1 else values) + "\n"


def as_jsonl(results: Sequence[Result]) -> str:
    """One line a prefix."""
    return "".join(dumps(prefix, indent=None) + "\n" for result in results for prefix in result.to_json()["prefixes"])
