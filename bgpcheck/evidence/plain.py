"""Values that bgpcheck wrote as JSON, read back from a bundle that anybody may have changed. Pure.

Rule: a value has just the type that was written, or there is none: ``ValueError`` or ``FormatError``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

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
