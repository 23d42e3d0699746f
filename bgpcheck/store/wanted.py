"""Which files ``registry update`` downloads: those that the settings name. Pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bgpcheck.settings import Settings

IANA = "iana/"  # sources of bootstrap files, of which no snapshot is made


class Wanted(NamedTuple):
    """A file to download: the sources that it is a file of (``irr/RIPE``), their names for ``--only``, whether an MD5 may lie beside it."""

    url: str
    sources: tuple[str, ...]
    names: frozenset[str]
    digest: bool


def wanted(settings: Settings) -> tuple[Wanted, ...]:
    """List the files of the settings, each address once."""
    found: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    for name, rir in settings.rirs.items():
        found[rir.delegated].append((f"delegated/{name}", name, True))
    for name, irr in settings.irr.items():
        for url in dict.fromkeys(irr.dumps):
            found[url].append((f"irr/{name}", name, False))
    for url in dict.fromkeys(settings.vrps):
        found[url].append(("vrps", "vrps", False))
    for kind, url in settings.bootstrap.items():
        found[url].append((f"{IANA}{kind}", "iana", False))
    return tuple(
        Wanted(url, tuple(one[0] for one in rows), frozenset(one[1] for one in rows), any(one[2] for one in rows))
        for url, rows in found.items()
    )


def names(settings: Settings) -> Mapping[str, int]:
    """Count the files of each name that ``--only`` takes."""
    return {name: sum(name in one.names for one in wanted(settings)) for name in (*settings.rirs, *settings.irr, "vrps", "iana")}
