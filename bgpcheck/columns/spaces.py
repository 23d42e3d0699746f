"""What registries and fixed tables say of prefixes, in the words and columns that other facts need. Pure; needs numpy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bgpcheck.columns.distinct import unique
from bgpcheck.columns.rpki import keys
from bgpcheck.columns.segments import NO_ROW
from bgpcheck.facts.special import pieces
from bgpcheck.iana.legacy import LEGACY_SLASH8
from bgpcheck.model import BITS
from bgpcheck.table.forest import IPV4
from bgpcheck.table.plant import halves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bgpcheck.columns.delegated import Rows
    from bgpcheck.columns.rpki import Spans
    from bgpcheck.model import Prefix
    from bgpcheck.table.columnar import Grove


class Space(NamedTuple):
    """What the registries say of some prefixes, in the words that other facts and the verdict need (``facts.registration``)."""

    values: frozenset[str]
    status: str
    registry: str
    own: tuple[int, ...]  # bits of the sources that may be its RIR's, 0 for none
    missing: tuple[int, ...]  # for each of them, bits of the sources that are required
    direct: tuple[int, int] | None
    spans: bool
    held: bool
    anchor_silent: bool
    example: Prefix


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SpaceRows:
    """What fact *irr* needs to know of each row's space, as columns.

    ``options``: for each source that may be the RIR's own: its bit, the bits of required ones, and the rows where it may be.
    ``unknown``: whether the direct allocation is not known; ``direct``: keys of it where it is, by row, with the group left out.
    """

    options: list[tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.bool_]]]
    unknown: NDArray[np.bool_]
    spans: NDArray[np.bool_]
    has: NDArray[np.bool_]
    low: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    high: tuple[NDArray[np.uint64], NDArray[np.uint64]]
    coverable: NDArray[np.bool_]

    @classmethod
    def of(cls, spaces: Sequence[Space], part: Spans, which: NDArray[np.intp], row: NDArray[np.intp], rows: Rows) -> SpaceRows:
        """Spread what was learned of spaces over routes; ``row``: the delegated row that is each one's allocation, where known."""
        first, place = unique(which)
        found = [spaces[one] for one in which[first].tolist()]
        options = []
        for number in range(max((len(one.own) for one in found), default=0)):
            there = np.array([number < len(one.own) for one in found], bool)[place]
            own, missing = (
                np.array([column[number] if number < len(column) else 0 for column in columns], np.uint64)[place]
                for columns in ([one.own for one in found], [one.missing for one in found])
            )
            options.append((own, missing, there))
        direct = [one.direct or (0, 0) for one in found]
        low, high = (tuple(half[place] for half in halves([one[end] for one in direct])) for end in (0, 1))
        has, spanning = (
            np.array(column, bool)[place] for column in ([one.direct is not None for one in found], [one.spans for one in found])
        )
        given = row != NO_ROW
        if given.any():
            low, high = (
                tuple(np.where(given, half[row], other) for half, other in zip(halves, others, strict=True))
                for halves, others in ((rows.first, low), (rows.last, high))
            )
        coverable = np.where(has, _parent_inside(part, low, high), ~spanning) & (part.length > 0)
        return cls(options, ~has & ~spanning, spanning, has, low, high, coverable)  # type: ignore[arg-type]

    def reaches(self, part: Spans, pairs: Grove, rows: NDArray[np.intp], node: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Tell whether less specific prefixes may lie in the direct allocation of their rows."""
        group = part.asn[rows]
        first, last = (keys(part.space, group, half[0][rows], half[1][rows]) for half in (self.low, self.high))
        inside = (pairs.key[node] >= first) & (pairs.reach[node] <= last)
        return np.where(self.has[rows], inside, ~self.spans[rows])


def _parent_inside(part: Spans, low: Any, high: Any) -> NDArray[np.bool_]:  # noqa: ANN401 (pairs of halves)
    """Tell whether the prefix one bit shorter lies in a range."""
    free = BITS[part.space] - part.length.astype(np.int64)
    one = np.uint64(1)
    upper = np.where(free >= 64, one << np.clip(free - 64, 0, 63).astype(np.uint64), np.uint64(0))  # noqa: PLR2004 (half of 128 bits)
    lower = np.where(free < 64, one << np.clip(free, 0, 63).astype(np.uint64), np.uint64(0))  # noqa: PLR2004 (as above)
    first = keys(part.space, 0, part.network[0] & ~upper, part.network[1] & ~lower)
    last = keys(part.space, 0, part.last[0] | upper, part.last[1] | lower)
    return (first >= keys(part.space, 0, *low)) & (last <= keys(part.space, 0, *high))


def special(part: Spans) -> NDArray[np.bool_]:
    """Tell which rows overlap a special-purpose block (``facts.special``)."""
    starts, owners = pieces(part.space)
    kept = np.array([block is not None and not block.globally_reachable for block in owners], bool)
    before = np.append(0, np.cumsum(kept))
    edges = keys(part.space, 0, *halves(starts))
    key, reach = part.keys(0)
    low, high = (np.searchsorted(edges, one, side="right") for one in (key, reach))
    found: NDArray[np.bool_] = (before[high] > before[low - 1]) | (part.length == 0)
    return found


def legacy_slash8(part: Spans) -> NDArray[np.bool_]:
    """Tell which rows lie in LEGACY /8 blocks alone (``iana.legacy``)."""
    if part.space != IPV4:
        return np.zeros(len(part.rows), bool)
    others = np.append(0, np.cumsum([octet not in LEGACY_SLASH8 for octet in range(256)]))
    first, last = (half[1] >> np.uint64(24) for half in (part.network, part.last))
    only: NDArray[np.bool_] = others[last.astype(np.intp) + 1] == others[first.astype(np.intp)]
    return only
