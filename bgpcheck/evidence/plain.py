"""Values that bgpcheck wrote as JSON, read back from a bundle that anybody may have changed. Pure.

Rule: a value has just the type that was written, or there is none: ``ValueError`` or ``FormatError``.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from types import UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from bgpcheck.errors import FormatError
from bgpcheck.formats import json_fields

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
# What reading raises where something is not as it was written; the caller says what it was reading.
FAULTS = (ValueError, TypeError, KeyError, OverflowError, RecursionError, FormatError)


def load(data: bytes) -> dict[str, Any]:
    """Read a JSON object; a key that comes twice, which other readers may take otherwise, is a fault."""
    return just(dict, json_fields.decode(data.decode()))


def just(kind: type[T], value: object) -> T:
    """Take a value of just this type: true is no number."""
    if type(value) is not kind:
        raise ValueError(f"{value!r:.40} is not of type {kind.__name__}")
    return value


def texts(value: object) -> tuple[str, ...]:
    """Take a list of texts."""
    return tuple(just(str, one) for one in just(list, value))


def maybe(read: Callable[[Any], T], value: object) -> T | None:
    """Take a value, or null."""
    return None if value is None else read(value)


def moment(value: object) -> datetime:
    """Take an aware time."""
    found = datetime.fromisoformat(just(str, value))
    if found.tzinfo is None:
        raise ValueError(f"{found} is of no time zone")
    return found.astimezone(UTC)


def record(kind: type[T], value: object) -> T:
    """Take a dataclass of plain fields, as ``dataclasses.asdict`` writes it: texts, numbers, truths, null, tuples and such records."""
    hints = get_type_hints(kind)
    body = just(dict, value)
    found = {one.name: _typed(hints[one.name], body[one.name]) for one in fields(kind)}  # type: ignore[arg-type]
    if body.keys() != found.keys():
        raise ValueError(f"{kind.__name__} has no such fields: {sorted(body.keys() - found.keys())!r:.40}")
    return kind(**found)


def _typed(hint: Any, value: object) -> Any:  # noqa: ANN401 (whatever a field is annotated as)
    """Take a value as an annotation wants it."""
    if get_origin(hint) in {Union, UnionType}:
        wanted = [one for one in get_args(hint) if one is not type(None)]
        return None if value is None and len(wanted) < len(get_args(hint)) else _typed(wanted[0], value)
    if get_origin(hint) is tuple:
        return tuple(_typed(get_args(hint)[0], one) for one in just(list, value))
    if get_origin(hint) is Literal:
        return just(str, get_args(hint)[get_args(hint).index(value)])
    return record(hint, value) if isinstance(hint, type) and is_dataclass(hint) else just(hint, value)
