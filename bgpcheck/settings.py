"""The registries' names, addresses and limits, as ``configs/sources.yaml`` has them (``formats.sources_yaml`` reads it). Pure.

Rule: a name in one column is never derived from a name in another; all of them are written down.
"""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


CAPITALS = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)


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
    answers: str  # what its whois server speaks: rpsl, arin or lacnic
    delegated: str


def opaque_ids_tell(rirs: Mapping[str, Rir], registry: str, country: str) -> bool:
    """Tell whether opaque ids of a registry's rows of a country tell holders apart: not where a national registry stands between."""
    rir = rirs.get(registry)
    return rir is not None and rir.opaque_ids and country not in rir.nirs


@dataclass(frozen=True, slots=True)
class National:
    """A national registry's page: ``{address}`` in ``url`` stands for what is asked, or a form has a field for it."""

    country: str
    url: str
    form: str


@dataclass(frozen=True, slots=True)
class HolderWords:
    """What says nothing about a holder (names are normalised words, maintainers upper case with a trailing ``*``)."""

    registry_maintainers: tuple[str, ...]
    placeholder_names: frozenset[str]
    registry_organisations: frozenset[str]
    placeholder_networks: tuple[str, ...]
    legal_forms: frozenset[str]


@dataclass(frozen=True, slots=True)
class Limits:
    """How a server is asked in one check: connections at once, questions, seconds for one answer."""

    at_once: int = 4
    queries: int = 500
    seconds: int = 20


@dataclass(frozen=True, slots=True)
class Settings:
    """All of ``sources.yaml``. Look-ups are by exact name."""

    registries: Mapping[str, Registry]
    irr: Mapping[str, IrrSource]
    rirs: Mapping[str, Rir]
    stale_after_hours: Mapping[str, int]
    holders: HolderWords
    cache_hours: Mapping[str, int]  # how long an answer of a kind of source is good
    validators: tuple[str, ...]  # https:// of a VRP export, or rtr://host:port
    bootstrap: Mapping[str, str]  # addresses of IANA's RDAP files: ipv4, ipv6, asn
    vrps: tuple[str, ...]  # addresses of VRP exports that ``registry update`` downloads
    national: Mapping[str, National]  # registries whose pages ipwhois reads
    limits: Mapping[str, Limits]  # by host, and ``default``
    recheck_minutes: Mapping[str, int]  # how long whoever waits leaves a kind of source alone; 0: as good as not at all
    sha256: str
    names: Mapping[str, str] = field(repr=False)  # what people type for a registry, as ``typed`` gives it → its accepted name

    def registry(self, name: str) -> Registry | None:
        """Find a registry by its accepted name or by what people type for it, in any case."""
        known = self.names.get(typed(name))
        return None if known is None else self.registries[known]

    @property
    def accepted_sources(self) -> frozenset[str]:
        """IRR sources that count for some accepted registry."""
        return frozenset(source for registry in self.registries.values() for source in registry.irr)

    @property
    def weak_sources(self) -> frozenset[str]:
        """Sources that count one confidence lower (registries.md)."""
        return frozenset(source for registry in self.registries.values() for source in registry.weak)


def typed(name: str) -> str:
    """Give a name without what people vary in typing it: the case of ASCII letters (a dotless i is no I), and blanks."""
    return " ".join(name.translate(CAPITALS).split())
