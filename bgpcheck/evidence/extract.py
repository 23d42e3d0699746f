"""Extracts: of a bulk file, the records that matter, word for word, with the file's digest, date and row count. Pure.

Rule: what an extract leaves out concerns none of its subjects; where nothing concerns one, its nearest neighbours are kept, so
that an absence shows too.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.model import AddressRange, Aspa, Delegation, Party, Prefix, Registration, RouteObject, Vrp, parse_asn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SCHEMA = "bgpcheck/extract/v1"
MEDIA_TYPE = "application/vnd.bgpcheck.extract+json"
NAMED_BY_ASN = 3  # this many records show that an AS number is in use
MAINTAINED = 20  # registrations of one maintainer: two organisations among them are enough
Line = tuple[int, str]  # (1-based line number, the record's text as it stands in the file)
Offered = tuple[int, Line]  # with the record's ordinal


@dataclass(frozen=True, slots=True)
class Extract:
    """Part of a file. ``rows``: how many records the whole file has; ``notes``: what was skipped in it, and why."""

    file: str
    sha256: str
    size: int
    format: str
    dated: str | None
    rows: int
    notes: tuple[str, ...]
    records: tuple[Line, ...]

    def encode(self) -> bytes:
        """Write the one way there is: equal extracts are equal bytes."""
        head = {"schema": SCHEMA, **{name: getattr(self, name) for name in self.__slots__ if name != "records"}}
        rows = ",\n".join(json.dumps(record) for record in self.records)
        return f'{{"file":\n{json.dumps(head, sort_keys=True)},\n"records": [\n{rows}\n]}}\n'.encode()


def decode(data: bytes) -> Extract:
    """Read an extract back; ``FormatError`` where it is none."""
    try:
        body = json.loads(data)
        head = body["file"]
        if head.pop("schema") != SCHEMA:
            raise FormatError(f"not an extract of schema {SCHEMA}")
        records = tuple((int(line), str(text)) for line, text in body["records"])
        return Extract(**{**head, "notes": tuple(head["notes"]), "records": records})
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise FormatError("not a readable extract") from error


class Selector:
    """What to keep of a file, for subjects such as ``193.0.0.0/21``, ``AS3333``, ``org:ORG-RIEN1-RIPE`` and ``mnt:…``.

    Offer every record in the file's order; ``lines`` gives those to keep, in that order.
    """

    def __init__(self, subjects: Iterable[str]) -> None:
        """Sort the subjects by kind."""
        self._asns: set[int] = set()
        self._organisations: set[str] = set()
        self._maintainers: set[str] = set()
        prefixes: list[Prefix] = []
        for subject in subjects:
            kind, _, rest = subject.partition(":")
            if subject[:2] == "AS":
                self._asns.add(parse_asn(subject))
            elif kind == "org":
                self._organisations.add(rest)
            elif kind == "mnt":
                self._maintainers.add(rest)
            elif "/" in subject:
                prefixes.append(Prefix.parse(subject))
        self._near = {version: _Neighbourhood(one for one in prefixes if one.version == version) for version in (4, 6)}
        self._seen: dict[tuple[str, object], list[object]] = defaultdict(list)
        self._kept: dict[int, Line] = {}  # by ordinal: a JSON export may stand on one line
        self._offered = 0

    def offer(self, line: int, text: str, record: object, *, always: bool = False) -> None:
        """Keep a record that concerns a subject (or ``always``), or remember it as a neighbour."""
        self._offered += 1
        if always or self._wants(line, text, record):
            self._kept[self._offered] = (line, text)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Everything to keep, in the file's order."""
        neighbours = {ordinal: line for near in self._near.values() for ordinal, line in near.nearest()}
        return tuple(line for _, line in sorted({**neighbours, **self._kept}.items()))

    def _wants(self, line: int, text: str, record: object) -> bool:
        """Tell whether a record concerns a subject."""
        if isinstance(record, (Vrp, RouteObject)):
            asn = record.asn if isinstance(record, Vrp) else record.origin
            return self._touches(line, text, record.prefix.range) or (asn in self._asns and self._few("asn", asn, record, NAMED_BY_ASN))
        if isinstance(record, Delegation):
            span = record.resource
            return self._touches(line, text, span) if isinstance(span, AddressRange) else any(map(span.holds, self._asns))
        if isinstance(record, Registration):
            return self._registers(record)
        if isinstance(record, Party):
            return record.handle in self._organisations
        return isinstance(record, Aspa) and record.customer in self._asns

    def _touches(self, line: int, text: str, span: AddressRange) -> bool:
        """Tell whether addresses overlap a subject; a neighbour is remembered."""
        return self._near[span.version].touches(span, (self._offered, (line, text)))

    def _registers(self, record: Registration) -> bool:
        """Tell whether a registration covers a subject, holds an AS number, or shows whom a maintainer serves."""
        span = record.resource
        if self._near[span.version].covered(span) if isinstance(span, AddressRange) else any(map(span.holds, self._asns)):
            return True
        holders = tuple(party.handle for party in record.holders)
        served = self._maintainers.intersection(record.maintainers)
        kept = [self._few(f"mnt:{one}", "", holders, MAINTAINED) or self._new(one, holders) for one in sorted(served)]
        return any(kept)

    def _few(self, kind: str, key: object, record: object, most: int) -> bool:
        """Tell whether fewer than ``most`` records of this kind were kept so far; count this one."""
        seen = self._seen[kind, key]
        seen.append(record)
        return len(seen) <= most

    def _new(self, maintainer: str, holders: tuple[str, ...]) -> bool:
        """Tell whether no registration of a maintainer had these holders so far."""
        return self._seen[f"mnt:{maintainer}", ""].count(holders) == 1


class _Neighbourhood:
    """The wanted addresses of one family, and for each gap between them the records that stand nearest."""

    def __init__(self, prefixes: Iterable[Prefix]) -> None:
        merged: list[list[int]] = []
        self._prefixes = sorted(prefixes)
        for prefix in self._prefixes:
            if merged and prefix.network <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], prefix.last)
            else:
                merged.append([prefix.network, prefix.last])
        self._spans = merged
        self._starts = [span[0] for span in merged]
        self._touched: set[int] = set()
        self._low: dict[int, tuple[int, Offered]] = {}
        self._high: dict[int, tuple[int, Offered]] = {}

    def touches(self, span: AddressRange, line: Offered) -> bool:
        """Tell whether ``span`` overlaps a wanted block; otherwise remember it where it is nearest in its gap."""
        if not self._spans:
            return False
        index = bisect_right(self._starts, span.last)  # blocks that start at or before the record's end
        if index and self._spans[index - 1][1] >= span.first:
            first = next(i for i in range(index) if self._spans[i][1] >= span.first)
            self._touched.update(range(first, index))
            return any(span.overlaps(prefix) for prefix in self._prefixes)
        if index not in self._low or span.first < self._low[index][0]:
            self._low[index] = (span.first, line)
        if index not in self._high or span.last > self._high[index][0]:
            self._high[index] = (span.last, line)
        return False

    def covered(self, span: AddressRange) -> bool:
        """Tell whether ``span`` covers one of the prefixes."""
        return any(span.covers(prefix) for prefix in self._prefixes)

    def nearest(self) -> Iterator[Offered]:
        """Give the neighbours on both sides of every block that nothing touched."""
        for index in range(len(self._spans)):
            if index not in self._touched:
                yield from self._towards(range(index, -1, -1), self._high, skip=-1)
                yield from self._towards(range(index + 1, len(self._spans) + 1), self._low, skip=0)

    def _towards(self, gaps: Iterable[int], side: dict[int, tuple[int, Offered]], *, skip: int) -> Iterator[Offered]:
        """Walk away from a block until a neighbour or a touched block is met."""
        for gap in gaps:
            if gap in side:
                yield side[gap][1]
                return
            if gap + skip in self._touched:
                return


def describe(extract: Extract) -> dict[str, Any]:
    """Give what is worth telling about the file, without its records."""
    return {name: getattr(extract, name) for name in ("file", "sha256", "size", "format", "dated", "rows", "notes")}
