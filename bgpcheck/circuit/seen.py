"""What can be given of a circuit beside its description: tables of Azure's edge and route filters, and all of it together. Pure.

Rule: rows are kept as written; None stands for a table that was not given, an empty one says that there is nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bgpcheck.circuit.model import Circuit
    from bgpcheck.model import Prefix

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ArpEntry:
    """A row of an ARP table. ``side``: ``On-Prem`` or ``Microsoft``; ``mac`` as written; ``age`` in minutes, None where not said."""

    side: str
    address: str
    mac: str
    age: int | None = None


@dataclass(frozen=True, slots=True)
class SummaryEntry:
    """A row of a route table summary: one BGP session. ``state``: a state's name, or empty where ``received`` counts prefixes."""

    neighbor: str
    asn: int | None
    up_down: str
    state: str = ""
    received: int | None = None


@dataclass(frozen=True, slots=True)
class RouteEntry:
    """A row of a route table, as written. ``path``: AS numbers as words, which may be masked."""

    network: str
    next_hop: str
    path: str


@dataclass(frozen=True, slots=True)
class Counters:
    """Octets of the two links since Azure began to count."""

    primary_in: int
    primary_out: int
    secondary_in: int
    secondary_out: int


@dataclass(frozen=True, slots=True)
class Tables:
    """What Azure's edge shows of running sessions. None where no such table was given; an empty one says that there is nothing."""

    arp: tuple[ArpEntry, ...] | None = None
    summary: tuple[SummaryEntry, ...] | None = None
    routes: tuple[RouteEntry, ...] | None = None
    counters: tuple[Counters, ...] | None = None

    def __bool__(self) -> bool:
        """Tell whether there is any table."""
        return any(one is not None for one in (self.arp, self.summary, self.routes, self.counters))

    def joined(self, other: Tables) -> Tables:
        """Put the rows of two descriptions together: primary's and secondary's come in files of their own."""
        return Tables.of((self, other))

    @classmethod
    def of(cls, several: Sequence[Tables]) -> Tables:
        """Put the rows of many together in one go; a table that none of them has stays None."""
        return cls(
            arp=_joined(one.arp for one in several),
            summary=_joined(one.summary for one in several),
            routes=_joined(one.routes for one in several),
            counters=_joined(one.counters for one in several),
        )


def _joined(tables: Iterable[tuple[T, ...] | None]) -> tuple[T, ...] | None:
    """Join tables of which any may be missing."""
    given = [one for one in tables if one is not None]
    return tuple(row for one in given for row in one) if given else None


@dataclass(frozen=True, slots=True)
class RouteFilter:
    """A route filter (RF-1): the communities that its one rule allows, as written; ``id`` as peerings name it."""

    id: str
    name: str
    communities: tuple[str, ...]
    provisioning_state: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds. ``notes``: what was noticed in reading."""

    circuits: tuple[Circuit, ...] = ()
    tables: Tables = Tables()
    filters: tuple[RouteFilter, ...] = ()
    notes: tuple[str, ...] = ()

    def joined(self, other: Reading) -> Reading:
        """Put two files together."""
        return Reading(
            circuits=(*self.circuits, *other.circuits),
            tables=self.tables.joined(other.tables),
            filters=(*self.filters, *other.filters),
            notes=(*self.notes, *other.notes),
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """One circuit with what else is known of it: what the rules of a circuit look at.

    ``announced``: prefixes that a lab recording of the same router stands for, or None where nobody listened; ``others``: circuits
    that were read beside this one.
    """

    circuit: Circuit
    tables: Tables = Tables()
    filters: tuple[RouteFilter, ...] = ()
    announced: frozenset[Prefix] | None = None
    others: tuple[Circuit, ...] = ()
