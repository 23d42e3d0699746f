"""Everything in a snapshot that is tied to an AS number: by route objects, by VRPs, by having its holder. Pure; needs no numpy.

Rule: a tie is what a registry says; whether it is enough for anything, the check of each prefix tells.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any

from bgpcheck.model import BITS, AddressRange, Prefix, Registration
from bgpcheck.settings import opaque_ids_tell
from bgpcheck.table.forest import ASNS, IPV6, WIDE, Forest, key
from bgpcheck.table.pick import files, newest, rdap_index
from bgpcheck.table.words import HELD, token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bgpcheck.settings import Settings
    from bgpcheck.table.pick import File


def prefixes_of(asn: int, columns: Any, header: Mapping[str, Any], settings: Settings) -> tuple[Prefix, ...]:  # noqa: ANN401 (columns that know which names there are)
    """Give the prefixes that are tied to an AS number, each once, IPv4 first, in address order; ranges as the prefixes they consist of."""
    found = set(_named(asn, columns, header))
    for span in (*_same_opaque_id(asn, columns, header, settings), *_same_organisation(asn, columns, header, settings)):
        found.update(cidrs(span))
    return tuple(sorted(found))


def _named(asn: int, columns: Any, header: Mapping[str, Any]) -> Iterator[Prefix]:  # noqa: ANN401 (as above)
    """Give the prefixes of route objects and VRPs that name it as origin."""
    views = sorted({header["views"][one] for one in ("published", "shown")} - {None})  # local exceptions may add VRPs
    for space in BITS:
        for name in (f"irr/{space}/pair", *(f"rpki/{view}/{space}/pair" for view in views)):
            forest = Forest.of(columns, name, space)
            start, stop = (bisect_left(forest.key, key(space, group, 0)) for group in (asn, asn + 1))
            for node in range(start, stop):
                first, last = (_number(end[node]) for end in (forest.key, forest.reach))
                yield Prefix(space, first, BITS[space] - (last - first).bit_length())


def _number(found: int | bytes) -> int:
    """Give the address of a key."""
    return int.from_bytes(found[WIDE - 16 :], "big") if isinstance(found, bytes) else found & 0xFFFFFFFF


def _same_opaque_id(asn: int, columns: Any, header: Mapping[str, Any], settings: Settings) -> Iterator[AddressRange]:  # noqa: ANN401 (as above)
    """Give the delegated ranges of the holder of the AS number, where opaque ids tell holders apart."""
    parts = [
        _Rows(columns, one, settings) for name, of in files(columns, header).items() if name.startswith("delegated/") for one in newest(of)
    ]
    ids = {opaque for part in parts for first, last, opaque in part.of(ASNS) if first <= asn <= last}
    for part in parts:
        for space in BITS:
            yield from (AddressRange(space, first, last) for first, last, opaque in part.of(space) if opaque in ids)


class _Rows:
    """Delegated rows of a file that say that somebody has a range, and who."""

    def __init__(self, columns: Any, file: File, settings: Settings) -> None:  # noqa: ANN401 (as above)
        self._columns, self._file = columns, file
        words = file.facts["words"]
        registries, countries = words["registries"], words["countries"]
        self._tells = [[opaque_ids_tell(settings.rirs, registry, country) for country in countries] for registry in registries]

    def of(self, space: int) -> Iterator[tuple[int, int, int]]:
        """Give first, last and token of the opaque id of each row of a space whose id tells something."""
        start = f"{self._file.name}/row/{space}"
        if f"{start}/first" not in self._columns:
            return
        names = ("first", "last", "opaque", "status", "registry", "country")
        columns = [self._columns.column(f"{start}/{name}") for name in names]
        highs = [self._columns.column(f"{start}/{name}") if space == IPV6 else None for name in ("first_high", "last_high")]
        for place, (first, last, opaque, status, registry, country) in enumerate(zip(*columns, strict=True)):
            if opaque and status in HELD and self._tells[registry][country]:
                ends = [low | (high[place] << 64 if high else 0) for low, high in zip((first, last), highs, strict=True)]
                yield ends[0], ends[1], opaque


def _same_organisation(asn: int, columns: Any, header: Mapping[str, Any], settings: Settings) -> Iterator[AddressRange]:  # noqa: ANN401 (as above)
    """Give the ranges that the registries' whois databases and RDAP say are of an organisation which has the AS number there."""
    answers = [about for _, _, of in rdap_index(columns) for about in of if len(about) > 1]
    whois = {rir: files(columns, header).get(f"irr/{settings.rirs[rir].irr}", ()) for rir in settings.rirs}
    said = [
        (one.registry, party.handle)
        for rir, of in whois.items()
        for file in of
        for one in file.registered(ASNS, asn, asn)
        if one.registry == rir
        for party in one.holders
    ]
    numbers = [about for about in answers if about[0] == ASNS and about[1] <= asn <= about[2]]
    said += [(registry, handle) for *_, registry, of in numbers for handle in of]
    wanted = {(registry, handle) for registry, handle in said if registry and _counts(handle, settings)}
    for registry, handle in sorted(wanted):
        for file in whois.get(registry, ()):
            yield from _held(file, registry, handle)
    for space, first, last, _, registry, of in answers:
        if space != ASNS and any((registry, handle) in wanted for handle in of):
            yield AddressRange(space, first, last)


def _held(file: File, registry: str, handle: str) -> Iterator[AddressRange]:
    """Give the ranges that a whois database says are of an organisation."""
    for one in file.listed("holder", token(handle)):
        mine = isinstance(one, Registration) and one.registry == registry and any(party.handle == handle for party in one.holders)
        if mine and isinstance(one.resource, AddressRange):
            yield one.resource


def _counts(handle: str, settings: Settings) -> bool:
    """Tell whether a handle is of somebody, and not of a registry that holds for others."""
    return bool(handle) and handle not in settings.holders.registry_organisations


def cidrs(span: AddressRange) -> Iterator[Prefix]:
    """Give the fewest prefixes that a range consists of, in order."""
    bits, first = BITS[span.version], span.first
    while first <= span.last:
        aligned = (first & -first).bit_length() - 1 if first else bits
        size = min(aligned, (span.last - first + 1).bit_length() - 1)
        yield Prefix(span.version, first, bits - size)
        first += 1 << size
