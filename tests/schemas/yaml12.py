"""What an editor makes of a YAML file: its core schema of YAML 1.2 (s10.3.2), where ``off`` and ``12:30`` are texts and ``010`` is ten."""

from __future__ import annotations

import re
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """PyYAML with the words of YAML 1.2."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern in (
    ("null", r"^(?:~|null|Null|NULL|)$"),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$"),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), None)


def _int(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    """Read a number: zeros in front mean nothing."""
    word = loader.construct_scalar(node)
    return int(word, 0) if word[:2] in {"0o", "0x"} else int(word)


def _float(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> float:
    """Read a number with a point or an exponent."""
    return float(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:int", _int)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)


def load(text: str | bytes) -> Any:  # noqa: ANN401 (YAML)
    """Read a file; ``yaml.YAMLError`` where it is none."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 (a safe loader)
