"""JSON as bgpcheck writes it: keys sorted, so that equal values are equal bytes, and ASCII, so that no terminal acts on it. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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


def one_or_list(values: Sequence[Mapping[str, Any]]) -> str:
    """Write one JSON object laid out, or a list of none or several, with a newline at the end."""
    written = [laid_out(one) for one in values]
    return (written[0] if len(written) == 1 else "[\n" + ",\n".join(written) + "\n]") + "\n"
