"""A lab's picture as JSON: its fields in lowerCamelCase, times as the contract writes them. Pure."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bgpcheck.formats.json_text import dumps
from bgpcheck.rules.base import Finding
from bgpcheck.shape import finding_json, utc

if TYPE_CHECKING:
    from bgpcheck.lab.view import View

SCHEMA = "bgpcheck/view/v1"


def as_json(view: View) -> str:
    """Write one object on one line; routes and tally as objects, counts by name."""
    return f"{dumps({'schema': SCHEMA, **_plain(view)})}\n"


def _plain(value: Any) -> Any:  # noqa: ANN401 (whatever a view is made of)
    """Write a value as JSON has it."""
    if isinstance(value, Finding):
        return finding_json(value)
    if is_dataclass(value):
        return {_camel(one.name): _field(one.name, getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, datetime):
        return utc(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _field(name: str, value: Any) -> Any:  # noqa: ANN401 (as above)
    """Write a field; pairs are objects."""
    if name == "routes":
        return dict(value)
    if name == "tally":
        return [{"verdict": verdict, "standing": standing, "count": count} for verdict, standing, count in value]
    return dict(value) if name == "counts" else _plain(value)


def _camel(name: str) -> str:
    """Write a name in lowerCamelCase."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))
