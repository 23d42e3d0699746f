"""Records of one file, put into columns as they are read. Pure; needs numpy at the end.

Rule: a column holds what was read. What settings or other files say about it is not decided here.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import compress

import numpy as np

from bgpcheck.evidence.extract import MAINTAINED, NAMED_BY_ASN
from bgpcheck.facts.holder import whose
from bgpcheck.model import AddressRange, Aspa, Delegation, Party, Registration, RouteObject, Unreadable, Vrp
from bgpcheck.table.forest import ASNS, IPV4, IPV6, SPACES
from bgpcheck.table.plant import narrow, no_keys, plant, wide
from bgpcheck.table.words import STATUSES, token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from bgpcheck.model import AsnRange, Prefix
    from bgpcheck.table.plant import Keys

    Section = tuple[str, str, Any]  # name, type of its numbers, data

BLOCK = 1 << 16  # bytes of text that are packed together
HALF = (1 << 64) - 1
OWN, HOLES = 1, 2  # flags of a route object: it stands in its own source's dump; it has holes


class Texts:
    """The records' own words, packed in blocks, with the line of each in its file."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        """Take where packed blocks go."""
        self._write = write
        self._open: list[bytes] = []
        self._size = 0
        self._lines, self._starts = array("I"), array("Q")
        self._raw, self._packed = array("Q", [0]), array("Q", [0])

    def __len__(self) -> int:
        """Count of records."""
        return len(self._lines)

    def add(self, line: int, text: str) -> None:
        """Keep one record."""
        data = text.encode("utf-8", "surrogatepass")
        self._lines.append(min(line, 0xFFFFFFFF))
        self._starts.append(self._raw[-1] + self._size)
        self._open.append(data)
        self._size += len(data)
        if self._size >= BLOCK:
            self._flush()

    def _flush(self) -> None:
        """Pack what is open."""
        packed = compress(b"".join(self._open), 1)
        self._write(packed)
        self._raw.append(self._raw[-1] + self._size)
        self._packed.append(self._packed[-1] + len(packed))
        self._open, self._size = [], 0

    def sections(self) -> Iterator[Section]:
        """End, and give the columns by which a record's text is found."""
        if self._open:
            self._flush()
        self._starts.append(self._raw[-1])
        yield "line", "I", self._lines
        yield "start", "Q", self._starts
        yield "raw", "Q", self._raw
        yield "packed", "Q", self._packed


@dataclass(slots=True)
class Ranges:
    """Ranges of one space with the ordinal of each one's record, as they come."""

    space: int
    ordinal: Any
    first: Any
    last: Any
    first_high: Any
    last_high: Any

    @classmethod
    def empty(cls, space: int) -> Ranges:
        """Begin with none."""
        return cls(space, array("I"), array("Q"), array("Q"), array("Q"), array("Q"))

    def add(self, ordinal: int, first: int, last: int) -> None:
        """Take one."""
        self.ordinal.append(ordinal)
        if self.space == IPV6:
            self.first_high.append(first >> 64)
            self.last_high.append(last >> 64)
            self.first.append(first & HALF)
            self.last.append(last & HALF)
        else:
            self.first.append(first)
            self.last.append(last)

    def __len__(self) -> int:
        """Count of ranges."""
        return len(self.ordinal)

    def keys(self, group: NDArray[Any] | int = 0) -> tuple[Keys, Keys]:
        """Give the keys of the firsts and the lasts."""
        if self.space == IPV6:
            firsts, lasts = ((self.first_high, self.first), (self.last_high, self.last))
            return wide(group, *map(numbers, firsts)), wide(group, *map(numbers, lasts))
        return narrow(group, numbers(self.first)), narrow(group, numbers(self.last))


def numbers(column: Any) -> NDArray[Any]:  # noqa: ANN401 (array.array is generic in stubs only)
    """See an array as numpy does, without a copy."""
    return np.frombuffer(column, np.dtype(column.typecode)) if len(column) else np.empty(0, np.dtype(column.typecode))


@dataclass(slots=True)
class Prefixes:
    """Prefixes of one family with an AS number and one more number each: maxLength of a VRP, flags of a route object."""

    ranges: Ranges
    asn: Any
    extra: Any

    @classmethod
    def empty(cls, space: int) -> Prefixes:
        """Begin with none."""
        return cls(Ranges.empty(space), array("I"), array("B"))

    def add(self, ordinal: int, prefix: Prefix, asn: int, extra: int) -> None:
        """Take one."""
        network = prefix.network
        ranges = self.ranges
        ranges.ordinal.append(ordinal)
        if ranges.space == IPV6:
            last = network | (1 << 128 - prefix.length) - 1
            ranges.first_high.append(network >> 64)
            ranges.last_high.append(last >> 64)
            ranges.first.append(network & HALF)
            ranges.last.append(last & HALF)
        else:
            ranges.first.append(network)
            ranges.last.append(network | (1 << 32 - prefix.length) - 1)
        self.asn.append(asn)
        self.extra.append(extra)


class Rows:
    """Delegations of one space: columns beside their ranges."""

    def __init__(self, space: int) -> None:
        """Begin with none."""
        self.ranges = Ranges.empty(space)
        self.registry, self.status, self.country, self.opaque = array("B"), array("B"), array("H"), array("Q")
        self.day = array("I")  # YYYYMMDD, 0 for none

    def add(self, ordinal: int, one: Delegation, words: tuple[int, int, int]) -> None:
        """Take one; ``words`` are the positions of registry and country, and the token of its opaque id, 0 for none."""
        self.ranges.add(ordinal, one.resource.first, one.resource.last)
        registry, country, opaque = words
        self.registry.append(registry)
        self.country.append(country)
        self.opaque.append(opaque)
        self.status.append(STATUSES.index(one.status))
        self.day.append(int(one.day or 0))

    def sections(self) -> Iterator[Section]:
        """Give the columns."""
        for name in ("registry", "status", "country", "opaque", "day"):
            column = getattr(self, name)
            yield name, column.typecode, column
        for name in ("first", "last", "first_high", "last_high"):
            yield name, "Q", getattr(self.ranges, name)


class Words:
    """Different words, numbered as they come."""

    def __init__(self) -> None:
        """Begin with none."""
        self.numbers: dict[str, int] = {}

    def __call__(self, word: str) -> int:
        """Give a word's number."""
        return self.numbers.setdefault(word, len(self.numbers))


class Collector:
    """One file's records. ``source``: whose (``irr/RADB``); ``texts``: keeps their words. Give every record to ``add``."""

    def __init__(self, source: str, write: Callable[[bytes], object]) -> None:
        """Begin with none."""
        self.name = source.partition("/")[2]
        self.texts = Texts(write)
        self.routes = {space: Prefixes.empty(space) for space in (IPV4, IPV6)}
        self.vrps = {space: Prefixes.empty(space) for space in (IPV4, IPV6)}
        self.rows = {space: Rows(space) for space in SPACES}
        self.registrations = {space: Ranges.empty(space) for space in SPACES}
        self.doubts = {space: Ranges.empty(space) for space in (IPV4, IPV6)}
        self.anchors = dict[str, int]()  # VRPs by trust anchor
        self.registries, self.countries = Words(), Words()
        self._tokens = dict[tuple[str, str], int]()
        self._sources = Words()
        self._source_of = array("H")  # of each route object, in the order of ordinals
        self._handles, self._maintainers, self._holders = _Index(), _Index(), _Index()
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


class _Index:
    """Ordinals by word."""

    def __init__(self) -> None:
        self._tokens, self._ordinals = array("Q"), array("I")
        self._known = dict[str, int]()

    def add(self, word: str, ordinal: int) -> None:
        """Take one."""
        if word not in self._known:
            self._known[word] = token(word)
        self._tokens.append(self._known[word])
        self._ordinals.append(ordinal)

    def sections(self, name: str) -> Iterator[Section]:
        """Give the columns."""
        tokens, ordinals = numbers(self._tokens), numbers(self._ordinals)
        order = np.lexsort((ordinals, tokens))
        yield f"{name}/key", "Q", tokens[order]
        yield f"{name}/record", "I", ordinals[order]


def space_of(resource: AddressRange | AsnRange) -> int:
    """Tell addresses of the two families and AS numbers apart."""
    return resource.version if isinstance(resource, AddressRange) else ASNS
