"""Two results held against one another as JSON: what a replay says is different now. Pure.

Rule: values are compared as they are written, for true is no 1, and 1.0 is no 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.formats.json_text import dumps

if TYPE_CHECKING:
    from collections.abc import Iterator

ABSENT = object()


def differences(before: object, after: object, place: str = "") -> Iterator[str]:
    """Name every place where two results differ, by its path; nothing where they are equal as JSON."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from differences(before.get(key, ABSENT), after.get(key, ABSENT), f"{place}.{key}" if place else key)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, pair in enumerate(zip(before, after, strict=True)):
            yield from differences(*pair, f"{place}[{index}]")
    elif _shown(before) != _shown(after):  # as text, for true is no 1
        yield f"{place}: {_shown(before)[:80]} then, {_shown(after)[:80]} now"


def _shown(value: object) -> str:
    """Write a value, or that there is none."""
    return "nothing" if value is ABSENT else dumps(value)
