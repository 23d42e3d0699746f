"""The registries' names and limits, read from ``configs/sources.yaml``. Pure: bytes in, frozen settings out.

Rule: a name in one column is never derived from a name in another; all of them are written down.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bgpcheck.formats import yaml_tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bgpcheck.formats.yaml_tree import Tree

TOP = ("registries", "irr", "rirs", "staleAfterHours", "holders")
KINDS = ("vrps", "delegated", "irr", "rdap")


@dataclass(frozen=True, slots=True)
class Registry:
    """A value of ``routingRegistryName``: the IRR sources counted for it, its own first (REG-2)."""

    name: str
    irr: tuple[str, ...]
    weak: frozenset[str]
    statistics: str
    aliases: tuple[str, ...]
    undocumented: bool


@dataclass(frozen=True, slots=True)
class IrrSource:
    """An IRR database and how it is reached; ``filtering``: its server hides what RPKI makes invalid."""

    name: str
    server: str
    protocol: str
    filtering: bool
    dumps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rir:
    """A regional registry: its statistics name, own IRR source, and whether its opaque ids tell holders apart."""

    name: str
    irr: str
    opaque_ids: bool
    nirs: frozenset[str]
    rdap: str
    whois: str
    delegated: str


@dataclass(frozen=True, slots=True)
class HolderWords:
    """What says nothing about a holder (names are normalised words, maintainers upper case with a trailing ``*``)."""

    registry_maintainers: tuple[str, ...]
    placeholder_names: frozenset[str]
    registry_organisations: frozenset[str]
    placeholder_networks: tuple[str, ...]
    legal_forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Settings:
    """All of ``sources.yaml``. Look-ups are by exact name."""

    registries: Mapping[str, Registry]
    irr: Mapping[str, IrrSource]
    rirs: Mapping[str, Rir]
    stale_after_hours: Mapping[str, int]
    holders: HolderWords
    sha256: str
    _names: Mapping[str, str] = field(repr=False)

    def registry(self, name: str) -> Registry | None:
        """Find a registry by its accepted name or by what people type for it, in any case."""
        return self.registries.get(self._names.get(" ".join(name.upper().split()), ""))

    @property
    def accepted_sources(self) -> frozenset[str]:
        """IRR sources that count for some accepted registry."""
        return frozenset(source for registry in self.registries.values() for source in registry.irr)

    @property
    def weak_sources(self) -> frozenset[str]:
        """Sources that count one confidence lower (registries.md)."""
        return frozenset(source for registry in self.registries.values() for source in registry.weak)


def load(data: bytes, *, file: str) -> Settings:
    """Read the settings; ``FormatError`` with file, line and field."""
    top = yaml_tree.parse(data, file=file).mapping(TOP, required=TOP)
    registries = {name: _registry(name, tree) for name, tree in top["registries"].entries().items()}
    names = {alias.upper(): name for name, registry in registries.items() for alias in (name, *registry.aliases)}
    return Settings(
        registries=registries,
        irr={name: _irr(name, tree) for name, tree in top["irr"].entries().items()},
        rirs={name: _rir(name, tree) for name, tree in top["rirs"].entries().items()},
        stale_after_hours={name: int(tree.text()) for name, tree in top["staleAfterHours"].mapping(KINDS, required=KINDS).items()},
        holders=_holders(top["holders"]),
        sha256=hashlib.sha256(data).hexdigest(),
        _names=names,
    )


def _texts(top: Mapping[str, Tree], key: str) -> tuple[str, ...]:
    """Read an optional list of words."""
    return tuple(item.text() for item in top[key].items()) if key in top else ()


def _flag(top: Mapping[str, Tree], key: str) -> bool:
    """Read an optional true or false."""
    if key in top and not isinstance(top[key].value, bool):
        raise top[key].error("must be true or false")
    return key in top and bool(top[key].value)


def _word(top: Mapping[str, Tree], key: str) -> str:
    """Read an optional word."""
    return top[key].text() if key in top else ""


def _registry(name: str, tree: Tree) -> Registry:
    """Read one row of ``registries``."""
    top = tree.mapping(("irr", "weak", "statistics", "aliases", "undocumented"), required=("irr",))
    weak = frozenset(_texts(top, "weak"))
    return Registry(name, _texts(top, "irr"), weak, _word(top, "statistics"), _texts(top, "aliases"), _flag(top, "undocumented"))


def _irr(name: str, tree: Tree) -> IrrSource:
    """Read one row of ``irr``."""
    top = tree.mapping(("server", "protocol", "filtering", "dumps"), required=("server", "protocol"))
    return IrrSource(name, top["server"].text(), top["protocol"].text(("irrd", "ripe")), _flag(top, "filtering"), _texts(top, "dumps"))


def _rir(name: str, tree: Tree) -> Rir:
    """Read one row of ``rirs``."""
    keys = ("irr", "opaqueIds", "nirs", "rdap", "whois", "delegated")
    top = tree.mapping(keys, required=("irr", "opaqueIds", "rdap", "whois", "delegated"))
    nirs = frozenset(_texts(top, "nirs"))
    return Rir(name, top["irr"].text(), _flag(top, "opaqueIds"), nirs, _word(top, "rdap"), _word(top, "whois"), _word(top, "delegated"))


def _holders(tree: Tree) -> HolderWords:
    """Read the words that say nothing about a holder."""
    keys = ("registryMaintainers", "placeholderNames", "registryOrganisations", "placeholderNetworks", "legalForms")
    top = tree.mapping(keys, required=keys)
    return HolderWords(
        registry_maintainers=_texts(top, "registryMaintainers"),
        placeholder_names=frozenset(_texts(top, "placeholderNames")),
        registry_organisations=frozenset(_texts(top, "registryOrganisations")),
        placeholder_networks=_texts(top, "placeholderNetworks"),
        legal_forms=frozenset(_texts(top, "legalForms")),
    )
