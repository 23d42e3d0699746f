"""Which rows of a table of routes have to do with some prefixes of ours, and which of them are worth keeping. Pure; needs numpy.

Rule: where not all can be kept, every prefix of ours keeps a row for each thing that can be said of it: that it is there itself, that a
part of it is, that something around it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.columns.rpki import spans
from bgpcheck.routes import COLUMNS, Routes
from bgpcheck.table.columnar import NOWHERE, Grove
from bgpcheck.table.plant import plant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from bgpcheck.columns.rpki import Spans
    from bgpcheck.model import Prefix
    from bgpcheck.table.plant import Keys

    Places = NDArray[np.intp]
    Truths = NDArray[np.bool_]

SAME, INSIDE, AROUND = range(3)  # what a row is to the narrowest prefix of ours that holds it; around: there is none


class Near:
    """Prefixes of ours, to hold tables against."""

    def __init__(self, ours: Iterable[Prefix]) -> None:
        """Plant a forest for each family."""
        parts = spans(Routes.of((one, None) for one in ours))
        self._forests = {part.space: _forest(*part.keys(0)) for part in parts}

    def only(self, routes: Routes) -> Routes:
        """Give the rows that share an address with a prefix of ours, in their order."""
        kept = np.zeros(len(routes), bool)
        for part in spans(routes):
            forest = self._forests.get(part.space)
            if forest is not None:
                kept[part.rows] = _overlaps(forest[0], *part.keys(0))
        return routes.take(np.flatnonzero(kept))

    def select(self, routes: Routes, most: int) -> tuple[Routes, int]:
        """Give the different rows of what ``only`` gave, in address order, and how many were left out.

        There are at most ``most``, or as many as the rule of this module wants.
        """
        routes = distinct(routes)
        needed, kind, turn = np.zeros(len(routes), bool), np.zeros(len(routes), np.int64), np.zeros(len(routes), np.intp)
        for part in spans(routes):
            needed[part.rows], kind[part.rows], turn[part.rows] = _weighed(self._forests[part.space], part)
        order = np.lexsort((kind, turn, kind == AROUND, ~needed))
        kept = np.sort(order[: max(most, int(needed.sum()))])
        return routes.take(kept), len(routes) - len(kept)


def distinct(routes: Routes) -> Routes:
    """Give the different rows, in the order of address, length and origin."""
    columns = [getattr(routes, name) for name in COLUMNS]
    order = np.lexsort(columns[::-1])
    new = np.ones(len(order), bool)
    new[1:] = np.any([column[order[1:]] != column[order[:-1]] for column in columns], axis=0)
    return routes.take(order[new])


def _forest(key: Keys, reach: Keys) -> tuple[Grove, Places]:
    """Make a forest of ranges; gives with it for each node the first range that made it."""
    made = plant(key, reach)
    return Grove(made.key, made.reach, made.parent, made.span), made.order[made.span[:-1].astype(np.intp)]


def _overlaps(grove: Grove, key: Keys, reach: Keys) -> Truths:
    """Tell which ranges share an address with a node: they lie in one, or one begins in them."""
    place = np.searchsorted(grove.key, key, side="left")
    begins: Truths = (place < len(grove)) & (grove.key[np.minimum(place, len(grove) - 1)] <= reach)
    found: Truths = begins | (grove.locate(key, reach) != NOWHERE)
    return found


def _weighed(forest: tuple[Grove, Places], part: Spans) -> tuple[Truths, Any, Places]:
    """Tell of sorted rows of one family which are needed, what they are to ours, and how many of their like come before each."""
    ours, (key, reach) = forest[0], part.keys(0)
    owner = ours.locate(key, reach)
    kind = np.where(ours.same(owner, key, reach), SAME, np.where(owner == NOWHERE, AROUND, INSIDE))
    turn = _turns(owner.astype(np.int64) * 3 + kind)
    needed = (turn == 0) & (kind != AROUND)
    needed[_around(ours, key, reach)] = True
    return needed, kind, turn


def _turns(groups: NDArray[np.int64]) -> Places:
    """Count for each row how many rows of its group come before it."""
    order = np.argsort(groups, kind="stable")
    sorted_groups = groups[order]
    starts = np.flatnonzero(np.append(True, sorted_groups[1:] != sorted_groups[:-1]))
    turn = np.empty(len(groups), np.intp)
    turn[order] = np.arange(len(groups)) - np.repeat(starts, np.diff(np.append(starts, len(groups))))
    return turn


def _around(ours: Grove, key: Keys, reach: Keys) -> Places:
    """Give for every prefix of ours the narrowest row around it that is not itself, where there is one."""
    rows, first = _forest(key, reach)
    node = rows.locate(ours.key, ours.reach)
    equal = rows.same(node, ours.key, ours.reach)
    node[equal] = rows.parent[node[equal]]
    found: Places = first[node[node != NOWHERE]]
    return found
