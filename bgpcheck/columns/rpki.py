"""Fact *rpki* of many routes: the same four states as ``facts.rpki``, found in two forests. Pure; needs numpy.

One forest has every VRP's prefix, the other every (AS number, prefix) but AS0's; a node of the second knows the greatest maxLength
of all VRPs around it of the same AS number. Rule: RFC 6811 s2, as in ``facts.rpki``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.model import BITS
from bgpcheck.table.columnar import NOWHERE, Grove, array
from bgpcheck.table.forest import IPV6
from bgpcheck.table.plant import narrow, plant, wide

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from bgpcheck.routes import Routes
    from bgpcheck.table.forest import Columns
    from bgpcheck.table.plant import Keys

    Section = tuple[str, str, Any]

STATES = ("not-found", "valid", "invalid-length", "invalid-asn", "as0")  # as numbers; AS0 alone is told apart
NOT_FOUND, VALID, INVALID_LENGTH, INVALID_ASN, AS0 = range(len(STATES))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Payloads:
    """VRPs of one family: ``high`` and ``low`` of the network and of the last address (IPv4: ``low`` alone), maxLength, AS number."""

    space: int
    network: tuple[NDArray[Any], NDArray[Any]]
    last: tuple[NDArray[Any], NDArray[Any]]
    max_length: NDArray[Any]
    asn: NDArray[Any]

    def keys(self, group: NDArray[Any] | int) -> tuple[Keys, Keys]:
        """Give the keys of the firsts and lasts."""
        return tuple(keys(self.space, group, *half) for half in (self.network, self.last))  # type: ignore[return-value]

    def spans(self) -> Spans:
        """See them as routes of that origin: is an object that says the same valid?"""
        free = _width(self.network[0] ^ self.last[0]) + _width(self.network[1] ^ self.last[1])
        length = (BITS[self.space] - free).astype(np.uint8)
        return Spans(self.space, np.arange(len(length)), self.network, self.last, length, self.asn.astype(np.int64))

    def where(self, kept: NDArray[Any]) -> Payloads:
        """Give some of them."""
        halves = ((high[kept], low[kept]) for high, low in (self.network, self.last))
        return Payloads(self.space, next(halves), next(halves), self.max_length[kept], self.asn[kept])


def keys(space: int, group: NDArray[Any] | int, high: NDArray[Any], low: NDArray[Any]) -> Keys:
    """Make keys of addresses of either family."""
    return wide(group, high, low) if space == IPV6 else narrow(group, low)


def joined(parts: list[Payloads]) -> Payloads:
    """Put VRPs of one family together; at least one part."""
    network = np.concatenate([one.network[0] for one in parts]), np.concatenate([one.network[1] for one in parts])
    last = np.concatenate([one.last[0] for one in parts]), np.concatenate([one.last[1] for one in parts])
    longest, asn = np.concatenate([one.max_length for one in parts]), np.concatenate([one.asn for one in parts])
    return Payloads(parts[0].space, network, last, longest, asn)


def sections(name: str, vrps: Payloads) -> Iterator[Section]:
    """Give the columns of both forests, to be stored."""
    planted = plant(*vrps.keys(0))
    for part, kind, data in planted.columns():
        yield f"{name}/{vrps.space}/{part}", kind, data
    real = spread(planted.parent, folded(np.maximum, (vrps.asn != 0)[planted.order].astype(np.uint8), planted.span))
    yield f"{name}/{vrps.space}/real", "B", real
    pairs = vrps.where(vrps.asn != 0)
    planted = plant(*pairs.keys(pairs.asn))
    for part, kind, data in planted.columns():
        yield f"{name}/{vrps.space}/pair/{part}", kind, data
    longest = spread(planted.parent, folded(np.maximum, pairs.max_length[planted.order].astype(np.uint8), planted.span))
    yield f"{name}/{vrps.space}/pair/longest", "B", longest


def folded(how: np.ufunc, values: NDArray[Any], span: NDArray[np.uint32]) -> NDArray[Any]:
    """Fold the values of each node's records into one."""
    return how.reduceat(values, span[:-1]) if len(span) > 1 else values


def spread(parent: NDArray[np.int32], values: NDArray[Any]) -> NDArray[Any]:
    """Give each node the greatest value of itself and all around it."""
    found, above = values.copy(), parent.astype(np.intp)
    while (has := above >= 0).any():
        found[has] = np.maximum(found[has], found[above[has]])
        above[has] = above[above[has]]
    return found


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Family:
    """One family's forests."""

    prefixes: Grove
    real: NDArray[np.uint8]
    pairs: Grove
    longest: NDArray[np.uint8]

    @classmethod
    def of(cls, columns: Columns, name: str) -> Family:
        """Take the columns that ``sections`` gave."""
        space = int(name.rpartition("/")[2])
        return cls(
            Grove.of(columns, name, space),
            array(columns, f"{name}/real"),
            Grove.of(columns, f"{name}/pair", space),
            array(columns, f"{name}/pair/longest"),
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Spans:
    """Rows of one family as keys: ``low`` and ``high`` of their addresses; ``asn`` is 0 for an origin of NONE. ``rows``: which ones."""

    space: int
    rows: NDArray[np.intp]
    network: tuple[NDArray[Any], NDArray[Any]]
    last: tuple[NDArray[Any], NDArray[Any]]
    length: NDArray[np.uint8]
    asn: NDArray[np.int64]

    def take(self, rows: NDArray[np.intp]) -> Spans:
        """Give some rows."""
        network, last = ((high[rows], low[rows]) for high, low in (self.network, self.last))
        return Spans(self.space, self.rows[rows], network, last, self.length[rows], self.asn[rows])

    def keys(self, group: NDArray[Any] | int) -> tuple[Keys, Keys]:
        """Give the keys of the firsts and lasts in a group each."""
        return keys(self.space, group, *self.network), keys(self.space, group, *self.last)


def spans(routes: Routes) -> list[Spans]:
    """Take the families of routes apart; those that are there."""
    found = []
    for space, bits in BITS.items():
        rows = np.flatnonzero(routes.version == space)
        if len(rows):
            high, low, length = routes.high[rows], routes.low[rows], routes.length[rows]
            last = lasts(high, low, length, bits)
            found.append(Spans(space, rows, (high, low), last, length, np.maximum(routes.origin[rows], 0)))
    return found


def lasts(high: NDArray[Any], low: NDArray[Any], length: NDArray[Any], bits: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Give the halves of the last address of prefixes, given by the halves of their networks."""
    free = bits - length.astype(np.int64)  # host bits
    return high | _ones(np.clip(free - 64, 0, 64)), low | _ones(np.clip(free, 0, 64))


def _ones(count: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Give numbers of 0 to 64 ones."""
    return np.where(count > 0, np.uint64(0xFFFFFFFFFFFFFFFF) >> (64 - np.maximum(count, 1)).astype(np.uint64), np.uint64(0))


def _width(ones: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Count the ones of numbers that have ones only at their end."""
    halves = (ones >> np.uint64(32), ones & np.uint64(0xFFFFFFFF))
    return sum(np.log2(half.astype(np.float64) + 1).round().astype(np.int64) for half in halves)  # type: ignore[return-value]


def states(family: Family, routes: Spans) -> NDArray[np.uint8]:
    """Validate: for each row the position of its state in ``STATES``."""
    around = family.prefixes.locate(*routes.keys(0))
    found = np.zeros(len(around), np.uint8)
    covered = np.flatnonzero(around != NOWHERE)
    found[covered] = np.where(family.real[around[covered]], INVALID_ASN, AS0)
    key, reach = routes.keys(routes.asn)
    pair = family.pairs.locate(key[covered], reach[covered])
    named = np.flatnonzero(pair != NOWHERE)
    rows = covered[named]
    found[rows] = np.where(routes.length[rows] <= family.longest[pair[named]], VALID, INVALID_LENGTH)
    return found
