"""YAML as a tree that knows its lines, so that every complaint names file, line and field. Pure.

Rule: no anchors, no tags, no duplicate keys: a file means what it says at the line where it says it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

MAX_BYTES = 4 << 20
MAX_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Tree:
    """A value with its place. ``value`` is a scalar, ``dict[str, Tree]`` or ``list[Tree]``."""

    value: Any
    file: str
    line: int
    field: str

    def error(self, message: str) -> FormatError:
        """Make an error that names this place."""
        return FormatError(message, file=self.file, line=self.line, field=self.field or None)

    def mapping(self, known: Collection[str], *, required: Collection[str] = ()) -> dict[str, Tree]:
        """Give the keys of a mapping; an unknown or missing one is an error that lists what is right."""
        if not isinstance(self.value, dict):
            raise self.error(f"must be a mapping with {', '.join(known)}")
        for key, child in self.value.items():
            if key not in known:
                raise child.error(f"unknown key {key!r}: known are {', '.join(known)}")
        for key in required:
            if key not in self.value:
                raise self.error(f"{key} is missing")
        return self.value

    def entries(self) -> dict[str, Tree]:
        """Give a mapping whose keys are free."""
        if not isinstance(self.value, dict):
            raise self.error("must be a mapping")
        return self.value

    def items(self) -> Iterator[Tree]:
        """Give the items of a list."""
        if not isinstance(self.value, list):
            raise self.error("must be a list, such as [a, b]")
        return iter(self.value)

    def text(self, choices: Collection[str] = ()) -> str:
        """Give a scalar as text; where ``choices`` are named it must be one of them."""
        if isinstance(self.value, (dict, list, float)) or self.value is None or isinstance(self.value, bool):
            raise self.error("must be text" + (f": {', '.join(choices)}" if choices else ""))
        text = str(self.value)
        if choices and text not in choices:
            raise self.error(f"{text[:60]!r} is not one of {', '.join(choices)}")
        return text

    def read(self, parse: Callable[[str], Any]) -> Any:  # noqa: ANN401 (whatever ``parse`` gives)
        """Give ``parse(text)``; its ``FormatError`` gets this place."""
        try:
            return parse(self.text())
        except FormatError as error:
            raise error.at(file=self.file, line=self.line, field=self.field) from error


def parse(data: bytes, *, file: str) -> Tree:
    """Read one YAML document of at most 4 MiB; ``FormatError`` names file and line."""
    if len(data) > MAX_BYTES:
        raise FormatError(f"larger than {MAX_BYTES} bytes", file=file)
    try:
        text = data.decode("utf-8")
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if node is None:
            raise FormatError("is empty", file=file)
        return _tree(loader, node, file, "", set(), 0)
    except UnicodeDecodeError as error:
        raise FormatError("is not UTF-8 text", file=file, line=data[: error.start].count(b"\n") + 1) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FormatError(f"not YAML: {error.problem}", file=file, line=mark.line + 1 if mark else None) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise FormatError(f"not YAML: {str(error).splitlines()[0][:120]}", file=file) from error


def _tree(loader: yaml.SafeLoader, node: yaml.Node, file: str, field: str, seen: set[int], depth: int) -> Tree:  # noqa: PLR0913, PLR0917 (a walk carries its place)
    """Turn a node and all below it into a ``Tree``."""
    here = Tree(None, file, node.start_mark.line + 1, field)
    if id(node) in seen:
        raise here.error("aliases (*name) are not supported: write the value again")
    seen.add(id(node))
    if depth > MAX_DEPTH:
        raise here.error(f"nested deeper than {MAX_DEPTH} levels")
    value: Any
    if isinstance(node, yaml.MappingNode):
        value = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or key in value:
                raise Tree(None, file, key_node.start_mark.line + 1, field).error(
                    f"key {key!r} is there twice" if key else "a key must be a plain word"
                )
            value[key] = _tree(loader, value_node, file, f"{field}.{key}" if field else key, seen, depth + 1)
    elif isinstance(node, yaml.SequenceNode):
        value = [_tree(loader, item, file, f"{field}[{index}]", seen, depth + 1) for index, item in enumerate(node.value)]
    else:
        value = _scalar(loader, node, here)
    return Tree(value, file, here.line, field)


def _scalar(loader: yaml.SafeLoader, node: yaml.Node, here: Tree) -> object:
    """Resolve a scalar; dates and numbers with colons stay text, as prefixes and AS numbers need."""
    wanted = {"tag:yaml.org,2002:" + kind for kind in ("null", "bool")}
    if node.tag in wanted:
        return loader.construct_object(node)
    if not node.tag.startswith("tag:yaml.org,2002:") or node.tag.endswith(":binary"):
        raise here.error(f"tag {node.tag} is not supported")
    return node.value
