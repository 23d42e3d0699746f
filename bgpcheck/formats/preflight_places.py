"""Where each thing of a preflight file stands, for outputs that point at a line of it. Pure.

Rule: a line is given only for what the file itself says; what an option replaced stands nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bgpcheck.formats import yaml_tree
from bgpcheck.formats.preflight import listed
from bgpcheck.model import parse_asn

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from bgpcheck.formats.yaml_tree import Tree
    from bgpcheck.model import Prefix
    from bgpcheck.peering import Listed

LISTS = ("ipv4.prefixes", "ipv6.prefixes")
LINKS = ("ipv4.primary", "ipv4.secondary", "ipv6.primary", "ipv6.secondary")
ASNS = ("peerAsn", "ipv4.customerAsn", "ipv6.customerAsn")
NOTHING = (None, "")  # what the parser takes for not given


@dataclass(frozen=True, slots=True)
class Placed:
    """A prefix of the file: as it is read, the field or list where it stands (``ipv4.prefixes``), and its line (1-based)."""

    one: Listed
    field: str
    line: int


@dataclass(frozen=True, slots=True)
class Places:
    """Lines of one preflight file. ``file``: its name for an output, with ``/``; empty where there is no file.

    ``lines``: 1-based, by field as messages name them (``peering``, ``peerAsn``, ``ipv4.prefixes``, ``registryData``). ``items``: what is
    in the lists of prefixes, and ``links``: the link subnets, both in the order in which they are judged. ``asns``: AS numbers by field.
    ``replaced``: last words of the fields that options have replaced.
    """

    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)
    items: tuple[Placed, ...] = ()
    links: tuple[Placed, ...] = ()
    asns: Mapping[str, int] = field(default_factory=dict)
    replaced: frozenset[str] = frozenset()

    def of(self, prefix: Prefix) -> tuple[Placed, ...]:
        """Give the items that are this prefix, however they are spelled, else the link subnets that are."""
        found = tuple(item for item in self.items if item.one.prefix == prefix)
        return found or tuple(link for link in self.links if link.one.prefix == prefix)

    def without(self, names: Collection[str]) -> Places:
        """Leave out what options replace: fields by their last word, such as ``prefixes`` and ``peerAsn``."""
        return replace(
            self,
            lines={name: line for name, line in self.lines.items() if name.rpartition(".")[2] not in names},
            asns={name: asn for name, asn in self.asns.items() if name.rpartition(".")[2] not in names},
            items=() if "prefixes" in names else self.items,
            replaced=self.replaced.union(names),
        )


NOWHERE = Places()


def read(data: bytes, *, file: str) -> Places:
    """Find the places in a preflight file that ``preflight.parse`` takes; ``FormatError`` where it is none."""
    found = {name: tree for name, tree in _fields(yaml_tree.parse(data, file=file)) if tree.value not in NOTHING}
    return Places(
        file=file,
        lines={name: tree.line for name, tree in found.items()},
        items=tuple(Placed(item.read(listed), name, item.line) for name in LISTS if name in found for item in found[name].items()),
        links=tuple(Placed(found[name].read(listed), name, found[name].line) for name in LINKS if name in found),
        asns={name: found[name].read(parse_asn) for name in ASNS if name in found},
    )


def _fields(tree: Tree) -> Iterator[tuple[str, Tree]]:
    """Give every field under the name that messages give it: what stands below ``peering`` is named without it."""
    for name, child in tree.entries().items():
        yield name, child
        if isinstance(child.value, dict):
            start = "" if child.field == "peering" else f"{name}."
            yield from ((f"{start}{below}", one) for below, one in _fields(child))
