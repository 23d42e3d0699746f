"""Which records of a bulk file are kept in its extract. Pure.

Rule: what is left out concerns none of the subjects; where nothing concerns one, its nearest neighbours are kept, so that an absence
shows too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING

from bgpcheck.facts.holder import whose
from bgpcheck.model import AddressRange, Aspa, Delegation, Party, Prefix, Registration, RouteObject, Unreadable, Vrp, parse_asn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.evidence.extract import Line
    from bgpcheck.model import AsnRange

    Offered = tuple[int, Line]  # with the record's ordinal

NAMED_BY_ASN = 3  # this many records of one source show that an AS number is in use
MAINTAINED = 20  # registrations of one maintainer that are shown, and as many organisations that it serves
ASNS = 0  # AS numbers, where 4 and 6 stand for addresses
Span = tuple[int, int]  # first and last, both included


class Selector:
    """What to keep of a file, for subjects such as ``193.0.0.0/21``, ``AS3333``, ``org:ORG-RIEN1-RIPE`` and ``mnt:…``.

    Offer every record in the file's order; ``lines`` gives those to keep, in that order.
    """

    def __init__(self, subjects: Iterable[str]) -> None:
        """Sort the subjects by kind."""
        self._asns: set[int] = set()
        self._organisations: set[str] = set()
        self._maintainers: set[str] = set()
        spans: dict[int, list[Span]] = {ASNS: [], 4: [], 6: []}
        for subject in subjects:
            kind, _, rest = subject.partition(":")
            if subject[:2] == "AS":
                self._asns.add(parse_asn(subject))
            elif kind == "org":
                self._organisations.add(rest)
            elif kind == "mnt":
                self._maintainers.add(rest)
            elif "/" in subject:
                prefix = Prefix.parse(subject)
                spans[prefix.version].append((prefix.network, prefix.last))
        spans[ASNS] = [(asn, asn) for asn in self._asns]
        self._near = {space: _Neighbourhood(found) for space, found in spans.items()}
        self._count: Counter[tuple[str, object]] = Counter()
        self._served: dict[str, set[str]] = defaultdict(set)  # maintainer → whose registrations it keeps
        self._kept: dict[int, Line] = {}  # by ordinal: a JSON export may stand on one line
        self._offered = 0

    def offer(self, line: int, text: str, record: object, *, always: bool = False) -> None:
        """Keep a record that concerns a subject (or ``always``), or remember it as a neighbour."""
        self._offered += 1
        if always or self._wants((self._offered, (line, text)), record):
            self._kept[self._offered] = (line, text)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Everything to keep, in the file's order."""
        neighbours = dict(offered for near in self._near.values() for offered in near.nearest())
        return tuple(line for _, line in sorted({**neighbours, **self._kept}.items()))

    def _wants(self, offered: Offered, record: object) -> bool:
        """Tell whether a record concerns a subject."""
        if isinstance(record, RouteObject):
            return self._touches(record.prefix.range, offered) | self._names(record.source, record.origin)
        if isinstance(record, Vrp):
            return self._touches(record.prefix.range, offered) | self._names("", record.asn)
        if isinstance(record, (Delegation, Unreadable)):
            return self._touches(record.resource if isinstance(record, Delegation) else record.prefix.range, offered)
        if isinstance(record, Registration):
            space = _space(record.resource)
            return self._near[space].covered(record.resource.first, record.resource.last) | self._serves(record)
        if isinstance(record, Party):
            return record.handle in self._organisations
        return isinstance(record, Aspa) and record.customer in self._asns

    def _touches(self, span: AddressRange | AsnRange, offered: Offered) -> bool:
        """Tell whether a range overlaps a subject; a neighbour is remembered."""
        return self._near[_space(span)].touches(span.first, span.last, offered)

    def _names(self, source: str, asn: int) -> bool:
        """Tell whether a record is one of the first of its source that show that an AS number is in use."""
        return asn in self._asns and self._few(source, asn, NAMED_BY_ASN)

    def _serves(self, record: Registration) -> bool:
        """Tell whether a registration is one of the first of a maintainer, or of one of the first organisations that it serves."""
        organisations = whose(record)
        wanted = False
        for maintainer in self._maintainers.intersection(record.maintainers):
            served = self._served[maintainer]
            new = len(served) < MAINTAINED and not organisations <= served
            if new:
                served |= organisations
            wanted |= self._few("mnt", maintainer, MAINTAINED) or new
        return wanted

    def _few(self, kind: str, key: object, most: int) -> bool:
        """Tell whether fewer than ``most`` records of this kind came so far; count this one."""
        self._count[kind, key] += 1
        return self._count[kind, key] <= most


def _space(span: AddressRange | AsnRange) -> int:
    """Tell addresses of the two families and AS numbers apart."""
    return span.version if isinstance(span, AddressRange) else ASNS


class _Neighbourhood:
    """What is wanted of one kind, as ranges, and for each gap between them the records that stand nearest."""

    def __init__(self, wanted: Iterable[Span]) -> None:
        spans = sorted(wanted)
        self._firsts = [first for first, _ in spans]
        self._least = list(accumulate((last for _, last in reversed(spans)), min))[::-1]  # the lowest end of a span and those after it
        blocks: list[Span] = []
        for first, last in spans:
            if blocks and first <= blocks[-1][1]:
                blocks[-1] = (blocks[-1][0], max(blocks[-1][1], last))
            else:
                blocks.append((first, last))
        self._starts = [first for first, _ in blocks]
        self._ends = [last for _, last in blocks]
        self._touched: set[int] = set()
        self._low: dict[int, tuple[int, Offered]] = {}
        self._high: dict[int, tuple[int, Offered]] = {}

    def touches(self, first: int, last: int, offered: Offered) -> bool:
        """Tell whether a range overlaps what is wanted; otherwise remember it where it is nearest in its gap."""
        if not self._starts:
            return False
        index = bisect_right(self._starts, last)  # blocks that start at or before the record's end
        met = range(bisect_left(self._ends, first), index)
        if met:
            self._touched.update(met)
            return True
        if index not in self._low or first < self._low[index][0]:
            self._low[index] = (first, offered)
        if index not in self._high or last > self._high[index][0]:
            self._high[index] = (last, offered)
        return False

    def covered(self, first: int, last: int) -> bool:
        """Tell whether one of the wanted ranges lies in this one."""
        index = bisect_left(self._firsts, first)
        return index < len(self._firsts) and self._least[index] <= last

    def nearest(self) -> Iterator[Offered]:
        """Give the neighbours on both sides of every block that nothing touched."""
        count = len(self._starts)
        below: Offered | None = None
        for block in range(count):  # the gap with a block's number is below it
            below = self._high[block][1] if block in self._high else None if block - 1 in self._touched else below
            if below and block not in self._touched:
                yield below
        above: Offered | None = None
        for block in reversed(range(count)):
            above = self._low[block + 1][1] if block + 1 in self._low else None if block + 1 in self._touched else above
            if above and block not in self._touched:
                yield above
