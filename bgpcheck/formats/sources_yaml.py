"""``sources.yaml``: bytes ⇒ ``Settings``. Pure.

Rule: unknown keys and names are errors with their line; a name in one column is never derived from a name in another.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from bgpcheck.formats import yaml_tree
from bgpcheck.settings import HolderWords, IrrSource, Limits, National, Registry, Rir, Settings, typed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bgpcheck.formats.yaml_tree import Tree

TOP = ("registries", "irr", "rirs", "staleAfterHours", "holders")
ALSO = ("validators", "vrps", "bootstrap", "cacheHours", "national", "limits", "recheckMinutes")
BOOTSTRAP = ("ipv4", "ipv6", "asn")
NATIONAL = ("jpnic", "krnic")
CACHED = ("rdap", "irr", "vrps", "nir")
MAX_HOURS = 8784  # a year
RECHECK = {"irr": 10, "rdap": 30, "nir": 60, "vrps": 20, "azure": 3}  # minutes, where the settings do not say
MOST_MINUTES = 1440
LIMITS = {"atOnce": "at_once", "queries": "queries", "seconds": "seconds"}
MOST_LIMIT = 100_000
ANSWERS = ("rpsl", "arin", "lacnic")
KINDS = ("vrps", "delegated", "irr", "rdap")


def load(data: bytes, *, file: str) -> Settings:
    """Read the settings; ``FormatError`` with file, line and field."""
    top = yaml_tree.parse(data, file=file).mapping((*TOP, *ALSO), required=TOP)
    sources, rirs = top["irr"].entries(), top["rirs"].entries()
    hours = top["staleAfterHours"].mapping(KINDS, required=KINDS)
    return Settings(
        registries={name: _registry(name, tree, sources, rirs) for name, tree in top["registries"].entries().items()},
        irr={name: _irr(name, tree) for name, tree in sources.items()},
        rirs={name: _rir(name, tree, sources) for name, tree in rirs.items()},
        stale_after_hours={name: tree.number(most=MAX_HOURS) for name, tree in hours.items()},
        holders=_holders(top["holders"]),
        cache_hours=_cache_hours(top["cacheHours"]) if "cacheHours" in top else {},
        validators=tuple(_validator(item) for item in top["validators"].items()) if "validators" in top else (),
        vrps=_addresses(top, "vrps"),
        bootstrap={name: _address(one) for name, one in top["bootstrap"].mapping(BOOTSTRAP, required=BOOTSTRAP).items()}
        if "bootstrap" in top
        else {},
        national={name: _national(row) for name, row in top["national"].mapping(NATIONAL, required=()).items()}
        if "national" in top
        else {},
        limits=_limits(top["limits"]) if "limits" in top else {},
        recheck_minutes=RECHECK | (_recheck(top["recheckMinutes"]) if "recheckMinutes" in top else {}),
        sha256=hashlib.sha256(data).hexdigest(),
        names=_names(top["registries"]),
    )


def _cache_hours(tree: Tree) -> dict[str, int]:
    """Read how long answers are good."""
    return {name: hours.number(most=MAX_HOURS) for name, hours in tree.mapping(CACHED, required=()).items()}


def _recheck(tree: Tree) -> dict[str, int]:
    """Read how long servers are left alone by whoever waits."""
    return {name: minutes.number(most=MOST_MINUTES) for name, minutes in tree.mapping(tuple(RECHECK), required=()).items()}


def _national(tree: Tree) -> National:
    """Read a national registry."""
    top = tree.mapping(("country", "url", "form"), required=("country", "url"))
    return National(top["country"].text(), _web(top["url"]), top["form"].text() if "form" in top else "")


def _web(item: Tree) -> str:
    """Read the address of a page."""
    text = item.text()
    if not text.startswith(("https://", "http://127.0.0.1:")):
        raise item.error("must be https://, or http://127.0.0.1: of your own")
    return text


def _limits(tree: Tree) -> dict[str, Limits]:
    """Read how servers are asked; what a host does not say is as for all, and what nobody says as it is built in."""
    rows = {name.lower(): row.mapping(tuple(LIMITS), required=()) for name, row in tree.entries().items()}
    usual = _limit(rows.get("default", {}), Limits())
    return {name: _limit(row, usual) for name, row in rows.items()} | {"default": usual}


def _limit(row: Mapping[str, Tree], usual: Limits) -> Limits:
    """Read one host's."""
    return replace(usual, **{LIMITS[name]: number.number(least=1, most=MOST_LIMIT) for name, number in row.items()})


def _validator(item: Tree) -> str:
    """Read the address of a validator."""
    text = item.text()
    if not text.startswith(("https://", "http://127.0.0.1:", "rtr://")):
        raise item.error("must be https:// of a VRP export, http://127.0.0.1: of your own, or rtr://host:port")
    return text


def _address(item: Tree) -> str:
    """Read the address of a file to download."""
    text = item.text()
    if not text.startswith(("https://", "ftp://", "http://127.0.0.1:")):
        raise item.error("must be https:// or ftp:// of a file, or http://127.0.0.1: of your own")
    return text


def _addresses(top: Mapping[str, Tree], key: str) -> tuple[str, ...]:
    """Read an optional list of addresses of files."""
    return tuple(_address(item) for item in top[key].items()) if key in top else ()


def _names(tree: Tree) -> dict[str, str]:
    """Give the registry that each name or alias stands for, as ``typed`` gives them; one name stands for one registry."""
    found: dict[str, str] = {}
    for name, row in tree.entries().items():
        aliases = row.entries().get("aliases")
        for word, place in ((name, row), *((item.text(), item) for item in (aliases.items() if aliases else ()))):
            if found.setdefault(typed(word), name) != name:
                raise place.error(f"{word[:60]!r} stands for {found[typed(word)]} already")
    return found


def _texts(top: Mapping[str, Tree], key: str) -> tuple[str, ...]:
    """Read an optional list of words."""
    return tuple(item.text() for item in top[key].items()) if key in top else ()


def _flag(top: Mapping[str, Tree], key: str) -> bool:
    """Read an optional true or false."""
    value: object = top[key].value if key in top else False
    if not isinstance(value, bool):
        raise top[key].error("must be true or false")
    return value


def _registry(name: str, tree: Tree, sources: Mapping[str, Tree], rirs: Mapping[str, Tree]) -> Registry:
    """Read one row of ``registries``; its sources and statistics name are rows of ``irr`` and ``rirs``."""
    top = tree.mapping(("irr", "weak", "statistics", "aliases", "undocumented"), required=("irr",))
    irr = tuple(item.text(sources) for item in top["irr"].items())
    if not irr:
        raise top["irr"].error("must name at least one source")
    weak = frozenset(item.text(irr) for item in top["weak"].items()) if "weak" in top else frozenset()
    statistics = top["statistics"].text(rirs) if "statistics" in top else ""
    return Registry(name, irr, weak, statistics, _texts(top, "aliases"), _flag(top, "undocumented"))


def _irr(name: str, tree: Tree) -> IrrSource:
    """Read one row of ``irr``."""
    top = tree.mapping(("server", "protocol", "filtering", "dumps"), required=("server", "protocol"))
    return IrrSource(name, top["server"].text(), top["protocol"].text(("irrd", "ripe")), _flag(top, "filtering"), _addresses(top, "dumps"))


def _rir(name: str, tree: Tree, sources: Mapping[str, Tree]) -> Rir:
    """Read one row of ``rirs``."""
    keys = ("irr", "opaqueIds", "nirs", "rdap", "whois", "answers", "delegated")
    top = tree.mapping(keys, required=("irr", "opaqueIds", "rdap", "whois", "delegated"))
    return Rir(
        name=name,
        irr=top["irr"].text(sources),
        opaque_ids=_flag(top, "opaqueIds"),
        nirs=frozenset(_texts(top, "nirs")),
        rdap=_web(top["rdap"]),
        whois=top["whois"].text(),
        answers=top["answers"].text(ANSWERS) if "answers" in top else "rpsl",
        delegated=_address(top["delegated"]),
    )


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
