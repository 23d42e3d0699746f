"""Sample prefixes of Microsoft's that the lab announces, so that a router's import policy can be tried. Pure, but for ``allowed``.

Rule: nothing is announced that a route filter does not allow (RF-1), as on a real Microsoft peering.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import yaml_tree
from bgpcheck.model import Prefix
from bgpcheck.speaker.config import Sample
from bgpcheck.store.configs import samples_bytes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bgpcheck.formats.yaml_tree import Tree

COMMUNITY = re.compile(r"12076:5\d{3,4}", re.ASCII)  # RF-3


def load(data: bytes, *, file: str) -> tuple[Sample, ...]:
    """Read samples; ``FormatError`` with file, line and field."""
    top = yaml_tree.parse(data, file=file).mapping(("samples",), required=("samples",))
    found = tuple(sample for tree in top["samples"].items() for sample in _group(tree))
    seen: set[Prefix] = set()
    for sample in found:
        if sample.prefix in seen:
            raise FormatError(f"{sample.prefix} stands there twice: give it all its communities at once", file=file)
        seen.add(sample.prefix)
    return found


def chosen(samples: Collection[Sample], route_filter: Collection[str]) -> tuple[Sample, ...]:
    """Give the samples of which a route filter allows a community; without a filter none (RF-1)."""
    return tuple(sample for sample in samples if set(route_filter) & set(sample.communities))


def allowed(route_filter: Collection[str]) -> tuple[Sample, ...]:
    """Give the samples that come with bgpcheck and that a route filter allows. Reads the file."""
    return chosen(load(samples_bytes(), file="samples.yaml"), route_filter)


def _group(tree: Tree) -> Iterator[Sample]:
    """Read prefixes that have the same communities."""
    keys = tree.mapping(("communities", "prefixes"), required=("communities", "prefixes"))
    communities = tuple(one.read(_community) for one in keys["communities"].items())
    for one in keys["prefixes"].items():
        yield Sample(one.read(Prefix.parse), communities)


def _community(text: str) -> str:
    """Read a community of Microsoft's."""
    if not COMMUNITY.fullmatch(text):
        raise FormatError("must be a community of Microsoft's, such as 12076:51004")
    return text
