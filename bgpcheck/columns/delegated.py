"""Delegated-extended rows of the files that count, as columns of one space. Pure; needs numpy.

Rule: an opaque id that does not tell holders apart is none (``settings.opaque_ids_tell``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.settings import opaque_ids_tell
from bgpcheck.table.columnar import array

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bgpcheck.settings import Rir
    from bgpcheck.table.forest import Columns

NO_ID = 0


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Rows:
    """Rows of one space, of the files that count."""

    space: int
    first: tuple[NDArray[Any], NDArray[Any]]  # high, low
    last: tuple[NDArray[Any], NDArray[Any]]
    registry: NDArray[np.intp]  # position in ``names``
    status: NDArray[np.uint8]  # position in ``STATUSES``
    day: NDArray[np.uint32]
    opaque: NDArray[np.int64]  # token of registry and opaque id where that tells holders apart, else ``NO_ID``
    country: NDArray[np.intp]
    names: Sequence[str]
    countries: Sequence[str]


def rows(columns: Columns, files: Sequence[tuple[str, Mapping[str, Any]]], rirs: Mapping[str, Rir], space: int) -> Rows:
    """Take the rows of files, given as (name of the columns, facts of the header)."""
    names = list(dict.fromkeys(word for _, facts in files for word in facts["words"]["registries"]))
    countries = list(dict.fromkeys(word for _, facts in files for word in facts["words"]["countries"]))
    parts = [_file(columns, f"{name}/row/{space}", facts["words"], (names, countries), rirs) for name, facts in files]
    found = {key: np.concatenate([np.empty(0, kind), *(part[key] for part in parts if part)]) for key, kind in _KINDS.items()}
    return Rows(
        space,
        (found["first_high"], found["first"]),
        (found["last_high"], found["last"]),
        found["registry"],
        found["status"],
        found["day"],
        found["opaque"],
        found["country"],
        names,
        countries,
    )


_KINDS: dict[str, Any] = {
    **dict.fromkeys(("first", "last", "first_high", "last_high"), np.uint64),
    **dict.fromkeys(("registry", "country"), np.intp),
    "opaque": np.int64,
    "status": np.uint8,
    "day": np.uint32,
}


def _file(
    columns: Any,  # noqa: ANN401 (columns that know which names there are)
    name: str,
    own: Mapping[str, Sequence[str]],
    words: tuple[list[str], list[str]],
    rirs: Mapping[str, Rir],
) -> dict[str, NDArray[Any]]:
    """Take one file's columns, with its ``own`` numbers of words turned into those of all files; nothing where it has no rows."""
    if f"{name}/first" not in columns:
        return {}
    found = {key: array(columns, f"{name}/{key}") for key in ("first", "last", "registry", "country", "opaque", "status", "day")}
    high = {key: array(columns, f"{name}/{key}") for key in ("first_high", "last_high")}
    found |= {key: one if len(one) else np.zeros(len(found["first"]), np.uint64) for key, one in high.items()}
    tells = np.array([[opaque_ids_tell(rirs, registry, country) for country in own["countries"]] for registry in own["registries"]], bool)
    found["opaque"] = np.where(tells[found["registry"], found["country"]], found["opaque"].astype(np.int64), NO_ID)
    for key, number in (("registry", 0), ("country", 1)):
        common = np.array([words[number].index(one) for one in own[("registries", "countries")[number]]], np.intp)
        found[key] = common[found[key]]
    return found
