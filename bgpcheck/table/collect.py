"""Records of one file, put into columns as they are read. Pure; needs numpy at the end.

Rule: a column holds what was read. What settings or other files say about it is not decided here.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.evidence.select import MAINTAINED, NAMED_BY_ASN
from bgpcheck.facts.holder import whose
from bgpcheck.model import AddressRange, Aspa, Delegation, Party, Registration, RouteObject, Unreadable, Vrp
from bgpcheck.table.forest import ASNS, IPV4, IPV6, SPACES
from bgpcheck.table.growing import Index, Prefixes, Ranges, Rows, Texts, Words, numbers
from bgpcheck.table.plant import no_keys, plant
from bgpcheck.table.words import token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bgpcheck.model import AsnRange

    Section = tuple[str, str, Any]  # name, type of its numbers, data

OWN, HOLES = 1, 2  # flags of a route object: it stands in its own source's dump; it has holes

NEVER = (1 << 64) - 1  # of a VRP that does not say when it expires


class Collector:
    """One file's records. ``source``: whose (``irr/RADB``); ``texts``: keeps their words. Give every record to ``add``."""

    def __init__(self, source: str, write: Callable[[bytes], object]) -> None:
        """Begin with none."""
        self.name = source.partition("/")[2]
        self.texts = Texts(write)
        self.routes = {space: Prefixes.empty(space) for space in (IPV4, IPV6)}
        self.vrps = {space: Prefixes.empty(space) for space in (IPV4, IPV6)}
        self.ends = {space: array("Q") for space in (IPV4, IPV6)}  # when each VRP expires, Unix seconds
        self.rows = {space: Rows(space) for space in SPACES}
        self.registrations = {space: Ranges.empty(space) for space in SPACES}
        self.doubts = {space: Ranges.empty(space) for space in (IPV4, IPV6)}
        self.anchors = dict[str, int]()  # VRPs by trust anchor
        self.registries, self.countries = Words(), Words()
        self._tokens = dict[tuple[str, str], int]()
        self._sources = Words()
        self._handles, self._maintainers, self._holders = Index(), Index(), Index()
        self._served: dict[str, tuple[int, set[str]]] = {}
        self._customers = array("I"), array("I")
        self._named = array("I"), array("Q")  # ordinal, source and AS number
        self._adders = {
            RouteObject: self._route,
            Vrp: self._vrp,
            Delegation: self._delegation,
            Registration: self._registration,
            Party: self._party,
            Unreadable: self._doubt,
            Aspa: self._aspa,
        }

    def add(self, line: int, text: str, record: Any) -> None:  # noqa: ANN401 (any of the model's records)
        """Take one record."""
        adder: Any = self._adders.get(type(record))
        if adder:
            adder(len(self.texts), record)
        self.texts.add(line, text)

    def _route(self, ordinal: int, one: RouteObject) -> None:
        own = one.source == self.name
        source = self._sources(one.source)
        flags = (OWN if own else 0) | (HOLES if one.holes else 0)
        self.routes[one.prefix.version].add(ordinal, one.prefix, one.origin, flags)
        self._named[0].append(ordinal)
        self._named[1].append(source << 32 | one.origin)

    def _vrp(self, ordinal: int, one: Vrp) -> None:
        self.vrps[one.prefix.version].add(ordinal, one.prefix, one.asn, one.max_length)
        self.ends[one.prefix.version].append(NEVER if one.expires is None else one.expires)
        self._named[0].append(ordinal)
        self._named[1].append(one.asn)
        self.anchors[one.trust_anchor] = self.anchors.get(one.trust_anchor, 0) + 1

    def _delegation(self, ordinal: int, one: Delegation) -> None:
        words = self.registries(one.registry), self.countries(one.country), self._token(one.registry, one.opaque_id)
        self.rows[space_of(one.resource)].add(ordinal, one, words)

    def _token(self, registry: str, opaque: str) -> int:
        """Give the token of a registry's opaque id."""
        if not opaque:
            return 0
        if (registry, opaque) not in self._tokens:
            self._tokens[registry, opaque] = token(f"{registry}|{opaque}")
        return self._tokens[registry, opaque]

    def _registration(self, ordinal: int, one: Registration) -> None:
        self.registrations[space_of(one.resource)].add(ordinal, one.resource.first, one.resource.last)
        for party in one.holders:
            if party.handle:
                self._holders.add(party.handle, ordinal)
        organisations = whose(one)
        for maintainer in one.maintainers:  # what a selector would keep of it (evidence.extract)
            count, served = self._served.get(maintainer, (0, set()))
            new = len(served) < MAINTAINED and not organisations <= served
            if new:
                served |= organisations
            if new or count < MAINTAINED:
                self._maintainers.add(maintainer, ordinal)
            self._served[maintainer] = count + 1, served

    def _party(self, ordinal: int, one: Party) -> None:
        self._handles.add(one.handle, ordinal)

    def _doubt(self, ordinal: int, one: Unreadable) -> None:
        self.doubts[one.prefix.version].add(ordinal, one.prefix.network, one.prefix.last)

    def _aspa(self, ordinal: int, one: Aspa) -> None:
        self._customers[0].append(ordinal)
        self._customers[1].append(one.customer)

    @property
    def families(self) -> tuple[int, ...]:
        """Address families of which the file has route objects of its own source."""
        return tuple(space for space, found in self.routes.items() if (numbers(found.extra) & OWN).any())

    def sections(self) -> Iterator[Section]:
        """Give the columns by which records are found: by address or AS number, by AS number named, by handle, by maintainer."""
        for space in SPACES:
            near = [self.rows[space].ranges]
            if space != ASNS:
                near += [self.routes[space].ranges, self.vrps[space].ranges, self.doubts[space]]
            yield from _forest(f"near/{space}", space, near)
            yield from _forest(f"registered/{space}", space, [self.registrations[space]])
        yield from self._asns()
        yield from self._handles.sections("org")
        yield from self._maintainers.sections("mnt")
        yield from self._holders.sections("holder")
        for space, rows in self.rows.items():
            if len(rows.ranges):
                for name, kind, data in rows.sections():
                    yield f"row/{space}/{name}", kind, data

    def _asns(self) -> Iterator[Section]:
        """Give the first records of each source that name an AS number, and its ASPAs."""
        ordinal, key = (numbers(one) for one in self._named)
        order = np.argsort(key, kind="stable")
        ranked = key[order]
        since = np.arange(len(ranked))
        starts = np.flatnonzero(np.append(True, ranked[1:] != ranked[:-1])) if len(ranked) else np.empty(0, np.intp)
        nth = since - np.repeat(starts, np.diff(np.append(starts, len(ranked))))
        kept = order[nth < NAMED_BY_ASN]
        asn = np.concatenate([(key[kept] & np.uint64(0xFFFFFFFF)).astype(np.uint32), numbers(self._customers[1])])
        found = np.concatenate([ordinal[kept], numbers(self._customers[0])])
        order = np.lexsort((found, asn))
        yield "asn/key", "I", asn[order]
        yield "asn/record", "I", found[order]


def _forest(name: str, space: int, kinds: list[Ranges]) -> Iterator[Section]:
    """Give the forest of some ranges, with the ordinals of its records, and of those that cross others."""
    kinds = [one for one in kinds if len(one)]
    keys = [one.keys() for one in kinds]
    ordinal = np.concatenate([np.empty(0, np.uint32), *(numbers(one.ordinal) for one in kinds)])
    first, last = (np.concatenate([no_keys(space), *(pair[side] for pair in keys)]) for side in (0, 1))
    planted = plant(first, last)
    for part, kind, data in planted.columns():
        yield f"{name}/{part}", kind, data
    yield f"{name}/record", "I", ordinal[planted.order]
    yield f"{name}/odd", "I", np.sort(ordinal[planted.odd])


def space_of(resource: AddressRange | AsnRange) -> int:
    """Tell addresses of the two families and AS numbers apart."""
    return resource.version if isinstance(resource, AddressRange) else ASNS
