"""Checked reading of JSON from outside. Pure. Rule: no value is used before its type and size are known."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

TEXT_LIMIT = 1000  # characters kept of a text; the rest is cut off and "…" says so


def distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Make an object of its members, for decoders of JSON.

    Raises:
        FormatError: a key comes twice.
    """
    table = dict(pairs)
    if len(table) != len(pairs):
        seen = set[str]()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise FormatError(f"not readable: a key comes twice in one object: {twice[:40]!a}")
    return table


def _no_constant(name: str) -> NoReturn:
    raise FormatError(f"not JSON: {name}")


_DECODER = json.JSONDecoder(object_pairs_hook=distinct, parse_constant=_no_constant)


def decode(text: str) -> object:
    """Read JSON (RFC 8259), refusing what some readers let pass: NaN, and a key that comes twice in an object.

    Twice the same key is how text that was pasted into JSON unescaped would forge a field. Too deep nesting and too long
    numbers are refused as well. ``FormatError`` says what is wrong, and in which column.
    """
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise FormatError(f"not JSON: {error.msg} (column {error.colno})") from error
    except ValueError as error:  # more digits than Python converts
        raise FormatError("not readable: a number is too long") from error
    except RecursionError as error:
        raise FormatError("not readable: nested too deep") from error


def text(value: object, field: str, limit: int = TEXT_LIMIT) -> str:
    """Take a string, cut to ``limit`` characters; half surrogate pairs, which nothing could print, become ``?``."""
    if not isinstance(value, str):
        raise _wrong(value, "a string", field)
    clean = value[: limit + 1].encode("utf-8", "replace").decode()
    return clean if len(clean) <= limit else clean[:limit] + "…"


def integer(value: object, field: str, top: int) -> int:
    """Take an integer 0 to ``top``; neither ``true`` nor ``1.0`` nor ``"1"`` is one.

    Raises:
        FormatError: it is anything else.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(value, "an integer", field)
    if not 0 <= value <= top:
        raise FormatError(f"must be 0 to {top}", field=field)
    return value


def items(value: object, field: str) -> list[object]:
    """Take a list."""
    if not isinstance(value, list):
        raise _wrong(value, "a list", field)
    return value


def _wrong(value: object, wanted: str, field: str) -> FormatError:
    return FormatError(f"must be {wanted}, not {type(value).__name__}", field=field)


@dataclass(frozen=True, slots=True)
class Fields:
    """A JSON object and the dotted ``path`` that leads to it; every reader names the field that is wrong."""

    values: Mapping[str, object]
    path: str = ""

    @classmethod
    def of(cls, value: object, path: str) -> Fields:
        """Take a JSON object."""
        if not isinstance(value, dict):
            raise _wrong(value, "an object", path)
        return cls(value, path)

    def __contains__(self, key: str) -> bool:
        """Tell whether the object has ``key``."""
        return key in self.values

    def name(self, key: str) -> str:
        """Spell the whole path of ``key``."""
        return f"{self.path}.{key}" if self.path else key

    def value(self, key: str) -> object:
        """Give what stands at ``key``, unchecked; missing is a ``FormatError``."""
        if key not in self.values:
            raise FormatError("missing", field=self.name(key))
        return self.values[key]

    def table(self, key: str) -> Fields:
        """Take the object at ``key``."""
        return Fields.of(self.value(key), self.name(key))

    def items(self, key: str) -> list[object]:
        """Take the list at ``key``."""
        return items(self.value(key), self.name(key))

    def text(self, key: str, limit: int = TEXT_LIMIT) -> str:
        """Take the string at ``key``, cut to ``limit`` characters."""
        return text(self.value(key), self.name(key), limit)

    def integer(self, key: str, top: int) -> int:
        """Take the integer at ``key``, 0 to ``top``."""
        return integer(self.value(key), self.name(key), top)

    def word(self, key: str, allowed: Collection[str]) -> str:
        """Take the string at ``key``, which must be one of ``allowed``.

        Raises:
            FormatError: it is none of them.
        """
        found = self.text(key)
        if found not in allowed:
            raise FormatError(f"{found[:40]!r} is none of {', '.join(allowed)}", field=self.name(key))
        return found
