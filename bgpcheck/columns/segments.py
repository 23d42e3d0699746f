"""The address space, and that of AS numbers, cut wherever a delegated row begins or ends; what lies under many routes. Pure; needs numpy.

Rule: a segment keeps what its rows say; what that means for a prefix, ``facts.registration`` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from bgpcheck.columns.delegated import NO_ID
from bgpcheck.columns.rpki import keys
from bgpcheck.errors import FormatError
from bgpcheck.facts.registration import ARIN_SINCE, WORST_FIRST
from bgpcheck.model import AddressRange, AsnRange, Delegation, DelegationStatus
from bgpcheck.table.forest import ASNS, IPV6
from bgpcheck.table.plant import different, halves
from bgpcheck.table.words import STATUSES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bgpcheck.columns.delegated import Rows
    from bgpcheck.columns.rpki import Spans

MOST_PIECES = 1 << 26  # segments that rows may lie over, all of them counted together
RANKS = np.array([WORST_FIRST.index(status) for status in STATUSES], np.uint8)  # of a row's status
HELD_FROM = WORST_FIRST.index("assigned")
NO_ROW = -1
ONES = np.uint64(0xFFFFFFFFFFFFFFFF)


class Under(NamedTuple):
    """What lies under each prefix, one number a row.

    ``best``: the worst of its parts' best statuses, a position in ``WORST_FIRST``; ``lowest``: bits of its parts' worst ones; ``several``:
    whether it has more than one part; ``held``, ``any``: bits of the registries whose rows say that somebody has it, and of all; ``old``:
    whether ARIN's rows of before it began are among them; ``opaque``: token of the one counting opaque id, ``NO_ID`` for none;
    ``direct``: number of the narrowest row that says of all of it that somebody has it, ``NO_ROW`` for none.
    """

    best: NDArray[np.uint8]
    lowest: NDArray[np.uint8]
    several: NDArray[np.bool_]
    held: NDArray[np.uint16]
    any: NDArray[np.uint16]
    old: NDArray[np.uint8]
    opaque: NDArray[np.int64]
    direct: NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Segments:
    """One space, cut. ``starts``: keys of the first number of each segment; one more value than segments in every other column.

    ``first``, ``last``: keys of the rows' ends. ``short``: keys are of the upper halves alone, which is all that IPv6 rows differ in.
    """

    rows: Rows
    short: bool
    first: NDArray[Any]
    last: NDArray[Any]
    starts: NDArray[Any]
    best: NDArray[np.uint8]
    lowest: NDArray[np.uint8]
    held: NDArray[np.uint16]
    any: NDArray[np.uint16]
    old: NDArray[np.uint8]
    opaque: NDArray[np.int64]
    narrowest: NDArray[np.intp]  # number of the narrowest row that says that somebody has the segment, -1 for none
    breadth: NDArray[np.intp]  # of each row, its place among all by size
    piece: NDArray[np.intp]  # rows, those over one segment together
    span: NDArray[np.intp]  # where each segment's begin

    @classmethod
    def of(cls, found: Rows) -> Segments:
        """Cut where rows begin and end."""
        short = found.space == IPV6 and bool((found.first[1] == 0).all() and (found.last[1] == ONES).all())
        first, last = (_keys(found.space, halves, short=short) for halves in (found.first, found.last))
        after, open_ended = _after(found, short=short)
        starts = different(np.concatenate([_keys(found.space, halves([0]), short=short), first, after[~open_ended]]))
        piece, span = _pieces(starts, first, last)
        fold = _Fold(piece, span)
        rank, held = RANKS[found.status], RANKS[found.status] >= HELD_FROM
        bit = np.uint16(1) << found.registry.astype(np.uint16)
        early = held & (found.day > 0) & (found.day < int(ARIN_SINCE)) & _is(found, "arin")
        breadth = _breadth(found)
        by_breadth = np.append(np.argsort(breadth), NO_ROW)
        least = fold(np.minimum, np.where(held, breadth, len(breadth)))
        least[fold(np.maximum, held.astype(np.uint8)) == 0] = len(breadth)
        low, high = (
            fold(how, np.where(held, found.opaque, other)) for how, other in ((np.minimum, np.iinfo(np.int64).max), (np.maximum, -1))
        )
        return cls(
            found,
            short,
            first,
            last,
            starts,
            best=fold(np.maximum, rank),
            lowest=np.uint8(1) << fold(np.minimum, rank),
            held=fold(np.bitwise_or, np.where(held, bit, np.uint16(0))),
            any=fold(np.bitwise_or, bit),
            old=fold(np.maximum, early.astype(np.uint8)),
            opaque=np.where(low == high, low, NO_ID),
            narrowest=by_breadth[least],
            breadth=breadth,
            piece=piece,
            span=span,
        )

    def under(self, routes: Spans) -> Under:
        """Give what lies under each prefix."""
        first, last = (_keys(routes.space, halves, short=self.short) for halves in (routes.network, routes.last))
        low, high = self._places(first, last)
        return self._under(low, high)._replace(direct=self._direct(first, last, low, high))

    def _direct(self, first: NDArray[Any], last: NDArray[Any], low: NDArray[np.intp], high: NDArray[np.intp]) -> NDArray[np.intp]:
        """Give the narrowest row that says of each whole prefix that somebody has it."""
        found = np.where(high > low, NO_ROW, self.narrowest[low])
        for row in np.flatnonzero((high > low) & (self.narrowest[low] != NO_ROW)).tolist():
            numbers = self.piece[self.span[low[row]] : self.span[low[row] + 1]]
            whole = numbers[
                (self.first[numbers] <= first[row]) & (self.last[numbers] >= last[row]) & (RANKS[self.rows.status[numbers]] >= HELD_FROM)
            ]
            found[row] = whole[np.argmin(self.breadth[whole])] if len(whole) else NO_ROW
        return found

    def at(self, asns: NDArray[Any]) -> Under:
        """Give what lies under AS numbers."""
        place = np.searchsorted(self.starts, asns.astype(np.uint64), side="right") - 1
        return self._under(place, place)

    def _places(self, first: NDArray[Any], last: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Give the first and the last segment of ranges."""
        low = np.searchsorted(self.starts, first, side="right") - 1
        return low, np.searchsorted(self.starts, last, side="right") - 1

    def _under(self, low: NDArray[np.intp], high: NDArray[np.intp]) -> Under:
        """Fold what the segments from ``low`` to ``high`` say."""
        several = high > low
        wide = np.flatnonzero(several)
        edges = np.stack([low[wide], high[wide] + 1], axis=1).reshape(-1)

        def fold(how: np.ufunc, column: NDArray[Any]) -> NDArray[Any]:
            found = column[low]
            if len(wide):
                found[wide] = how.reduceat(column, edges)[::2]
            return found

        lowest, highest = fold(np.minimum, self.opaque), fold(np.maximum, self.opaque)
        return Under(
            best=fold(np.minimum, self.best),
            lowest=fold(np.bitwise_or, self.lowest),
            several=several,
            held=fold(np.bitwise_or, self.held),
            any=fold(np.bitwise_or, self.any),
            old=fold(np.maximum, self.old),
            opaque=np.where(lowest == highest, lowest, NO_ID),
            direct=np.full(len(low), NO_ROW),
        )

    def records(self, first: int, last: int) -> list[Delegation]:
        """Give the rows over a range, as the model has them."""
        low, high = (int(np.searchsorted(self.starts, self._key(one), side="right")) - 1 for one in (first, last))
        numbers = dict.fromkeys(self.piece[self.span[low] : self.span[high + 1]].tolist())
        return [self._record(number) for number in numbers]

    def _key(self, number: int) -> np.uint64 | bytes:
        """Make the key of one number."""
        if self.short or self.rows.space != IPV6:
            return np.uint64(number >> 64 if self.short else number)
        return keys(IPV6, 0, *halves([number]))[0]  # type: ignore[no-any-return]

    def _record(self, number: int) -> Delegation:
        """Make one row a record; its opaque id is known by its token only."""
        found = self.rows
        first, last = (int(high[number]) << 64 | int(low[number]) for high, low in (found.first, found.last))
        return Delegation(
            registry=found.names[found.registry[number]],
            country=found.countries[found.country[number]],
            resource=AsnRange(first, last) if found.space == ASNS else AddressRange(found.space, first, last),
            day=f"{found.day[number]:08d}" if found.day[number] else "",
            status=DelegationStatus(STATUSES[found.status[number]]),
            opaque_id=str(found.opaque[number]) if found.opaque[number] != NO_ID else "",
        )


def _pieces(starts: NDArray[Any], first: NDArray[Any], last: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give the numbers of the rows over each segment, those over one together, and where each segment's begin."""
    begin = np.searchsorted(starts, first)
    count = np.searchsorted(starts, last, side="right") - begin
    if count.sum() > MOST_PIECES:
        raise FormatError("delegated rows overlap each other more than any registry's do")
    piece = np.repeat(np.arange(len(first)), count)
    segment = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(begin, count)
    order = np.argsort(segment, kind="stable")
    return piece[order], np.searchsorted(segment[order], np.arange(len(starts) + 1))


class _Fold:
    """Folds rows' values into segments'; a segment without rows has 0, and one value more stands at the end."""

    def __init__(self, piece: NDArray[np.intp], span: NDArray[np.intp]) -> None:
        self._piece, self._span = piece, span
        self._full = np.flatnonzero(np.diff(span))

    def __call__(self, how: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
        """Fold one column."""
        found = np.zeros(len(self._span), values.dtype)
        if len(self._full):
            found[self._full] = how.reduceat(values[self._piece], self._span[self._full])
        return found


def _breadth(found: Rows) -> NDArray[np.intp]:
    """Give each row's place among all by size."""
    high = found.last[0] - found.first[0] - (found.last[1] < found.first[1]).astype(np.uint64)
    order = np.lexsort((found.last[1] - found.first[1], high))
    place = np.empty(len(order), np.intp)
    place[order] = np.arange(len(order))
    return place


def _is(found: Rows, name: str) -> NDArray[np.bool_]:
    """Tell which rows are of a registry."""
    return found.registry == found.names.index(name) if name in found.names else np.zeros(len(found.registry), bool)


def _keys(space: int, halves: tuple[NDArray[Any], NDArray[Any]], *, short: bool) -> NDArray[Any]:
    """Make keys of numbers, or take their upper halves for such."""
    return halves[0] if short else keys(space, 0, *halves)


def _after(found: Rows, *, short: bool) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Give the key of the number after each range, and whether there is none."""
    high, low = found.last
    if found.space != IPV6:
        return keys(found.space, 0, high, low + np.uint64(1)), low == np.uint64(0xFFFFFFFF)
    carried = (low == ONES).astype(np.uint64)
    after = high + carried, low + np.uint64(1)
    return _keys(found.space, after, short=short), (high == ONES) & (low == ONES)
