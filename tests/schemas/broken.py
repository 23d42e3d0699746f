"""Every way in which one value of a document can be broken: a key left out, another type, a word misspelt, a local time."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Path = tuple[str | int, ...]
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def places(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 (JSON)
    """Give every value of a document with its place."""
    yield path, value
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield from places(one, (*path, key))


def changed(document: Any, path: Path, value: Any) -> Any:  # noqa: ANN401 (JSON)
    """Give a document with another value at a place."""
    if not path:
        return value
    copied = json.loads(json.dumps(document))
    holder = copied
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return copied


def without(document: Any, path: Path) -> Any:  # noqa: ANN401 (JSON)
    """Give a document without what stands at a place."""
    copied = json.loads(json.dumps(document))
    holder = copied
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return copied


def field(path: Path) -> str:
    """Give the name of the key that a place belongs to."""
    return next((key for key in reversed(path) if isinstance(key, str)), "")


def mutations(document: Any) -> Iterator[tuple[str, Path, Any]]:  # noqa: ANN401 (JSON)
    """Give (what was done, where, broken document) for every place: ``left out``, ``type``, ``misspelt``, ``local time``."""
    for path, value in places(document):
        if path and isinstance(path[-1], str):
            yield "left out", path, without(document, path)
        yield "type", path, changed(document, path, [] if isinstance(value, dict) else {} if isinstance(value, list) else 7.5)
        if isinstance(value, str):
            yield "misspelt", path, changed(document, path, f"{value}~")
            if UTC.fullmatch(value):
                yield "local time", path, changed(document, path, f"{value[:-1]}+02:00")
                yield "local time", path, changed(document, path, value[:-1])
