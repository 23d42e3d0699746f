"""Resources in the three kinds of file that Terraform writes. Pure.

Rule: a resource that the plan deletes is left out, and one that it makes or replaces is new; both are said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.circuit.loose import Part
from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

MOST_UNKNOWN = 50


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource. ``part``: its arguments; ``new``: a plan makes it; ``unknown``: arguments that are known only after apply."""

    type: str
    address: str
    part: Part
    new: bool = False
    unknown: frozenset[str] = frozenset()


def resources(value: Mapping[str, object], kinds: Collection[str], notes: list[str]) -> Iterator[Resource]:
    """Give the resources of these types, whichever kind of file it is; ``FormatError`` names the place that is wrong."""
    outer = Part.of(value, "")
    if "resource_changes" in outer:
        yield from _changes(outer, kinds, notes)
    elif (planned := outer.part("planned_values")) is not None:
        yield from _module(planned.part("root_module"), kinds, new=True)
    elif (values := outer.part("values")) is not None:
        yield from _module(values.part("root_module"), kinds, new=False)
    else:
        yield from _state(outer, kinds)


def _state(outer: Part, kinds: Collection[str]) -> Iterator[Resource]:
    """Read a raw state: version 4, the only one since Terraform 0.12."""
    version = outer.count("version")
    if version not in (None, 4):
        raise FormatError("only version 4 is read: open it with Terraform 0.12 or later, which rewrites it", field="version")
    for one in outer.parts("resources"):
        kind = one.text("type")
        if kind not in kinds or one.text("mode") == "data":
            continue
        address = ".".join(word for word in (one.text("module"), kind, one.text("name")) if word)
        for instance in one.parts("instances"):
            attributes = instance.part("attributes")
            if attributes is not None and "deposed" not in instance:  # what is left of a replaced one
                index = f"[{instance.word('index_key')}]" if "index_key" in instance else ""
                yield Resource(kind, address + index, attributes)


def _module(module: Part | None, kinds: Collection[str], *, new: bool) -> Iterator[Resource]:
    """Read a module and those inside it; their parts refuse to be nested without end."""
    if module is None:
        return
    for one in module.parts("resources"):
        values = one.part("values")
        if one.text("type") in kinds and one.text("mode") != "data" and values is not None:
            yield Resource(one.text("type"), one.text("address"), values, new)
    for inner in module.parts("child_modules"):
        yield from _module(inner, kinds, new=new)


def _changes(outer: Part, kinds: Collection[str], notes: list[str]) -> Iterator[Resource]:
    """Read what a plan would leave behind."""
    for one in outer.parts("resource_changes"):
        kind, address, change = one.text("type"), one.text("address"), one.part("change")
        if kind not in kinds or one.text("mode") == "data" or change is None:
            continue
        actions, after = set(change.texts("actions")), change.part("after")
        if after is None:
            notes.append(f"{address} is not there any more after the plan, and is left out")
            continue
        if {"create", "delete"} <= actions:
            notes.append(f"{address} is destroyed and made anew by the plan")
        elif "update" in actions:
            notes.append(f"{address} is as the plan would leave it")
        later = change.part("after_unknown")
        unknown = frozenset(name for name in (later.fields.values if later else ()) if later and _whole(later.fields.values[name]))
        yield Resource(kind, address, after, "create" in actions, frozenset(sorted(unknown)[:MOST_UNKNOWN]))


def _whole(value: object) -> bool:
    """Tell whether there is anything unknown in an argument: ``true``, or a ``true`` inside."""
    todo = [value]
    while todo:
        one = todo.pop()
        if one is True:
            return True
        todo += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
    return False
