"""What all files of a snapshot say together, in the order that many routes are judged in. Pure; needs numpy.

Rule: nothing here depends on settings, so that a snapshot stays true when they change; which source hides or counts is asked later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.columns import rpki
from bgpcheck.errors import FormatError
from bgpcheck.facts.irr import PSEUDO_SOURCE
from bgpcheck.model import BITS
from bgpcheck.table.collect import HOLES, OWN
from bgpcheck.table.forest import IPV6
from bgpcheck.table.growing import numbers
from bgpcheck.table.plant import halves, no_keys, plant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from bgpcheck.formats.slurm import Slurm
    from bgpcheck.model import Vrp
    from bgpcheck.table.collect import Collector
    from bgpcheck.table.growing import Prefixes, Ranges

    Section = tuple[str, str, Any]

MOST_LAPSED = 64  # ranges that a header names
MOST_SOURCES = 40  # IRR sources, a bit each; of 64 bits, the others are for those that a verdict requires and nobody has


def payloads(space: int, found: Prefixes) -> rpki.Payloads:
    """See VRPs of one file as columns."""
    ranges = found.ranges
    network, last = (
        (numbers(high) if space == IPV6 else np.zeros(len(ranges), np.uint64), numbers(low))
        for high, low in ((ranges.first_high, ranges.first), (ranges.last_high, ranges.last))
    )
    return rpki.Payloads(space, network, last, numbers(found.extra), numbers(found.asn))


def lapsed(one: Collector, dated: datetime | None) -> list[list[int]]:
    """Say where VRPs lie that had expired when their export was made (``facts.rpki.lapsed``): family, first and last address.

    Of many it says only from where to where: what lies there is looked at one by one.
    """
    found = list[list[int]]()
    for space, ends in one.ends.items() if dated else ():
        ranges = one.vrps[space].ranges
        rows = np.flatnonzero(numbers(ends) < dated.timestamp()).tolist()  # type: ignore[union-attr]
        spans = sorted({_span(ranges, row) for row in rows})
        if len(spans) > MOST_LAPSED:
            spans = [(spans[0][0], max(last for _, last in spans))]
        found += [[space, *span] for span in spans]
    return found


def _span(ranges: Ranges, row: int) -> tuple[int, int]:
    """Give a range's first and last address."""
    if ranges.space != IPV6:
        return ranges.first[row], ranges.last[row]
    return ranges.first_high[row] << 64 | ranges.first[row], ranges.last_high[row] << 64 | ranges.last[row]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Views:
    """Every way to see the VRPs (``Knowledge.vrp_views``): sets of VRPs, and which of them is which.

    ``each``: the sets of which all must agree; ``published``: by which servers filter; ``shown``: after local exceptions. None where
    there is no export.
    """

    sets: tuple[Mapping[int, rpki.Payloads], ...]
    each: tuple[int, ...]
    published: int | None
    shown: int | None

    def facts(self) -> dict[str, Any]:
        """Give what the header says of them."""
        return {"each": list(self.each), "published": self.published, "shown": self.shown}


def views(exports: Sequence[Collector], exceptions: Sequence[Slurm]) -> Views:
    """Make the views of VRP exports."""
    heard = [{space: payloads(space, one.vrps[space]) for space in BITS} for one in exports]
    if not heard:
        return Views((), (), None, None)
    together = heard[0] if len(heard) == 1 else {space: rpki.joined([one[space] for one in heard]) for space in BITS}
    sets = [*heard, *([together] if len(heard) > 1 else [])]
    published = len(sets) - 1
    if not exceptions:
        return Views(tuple(sets), tuple(range(len(heard))), published, published)
    changed = [{space: excepted(one[space], exceptions) for space in BITS} for one in sets]
    return Views((*sets, *changed), (*range(len(heard)), *range(len(sets), len(sets) + len(heard))), published, len(sets) * 2 - 1)


def excepted(vrps: rpki.Payloads, exceptions: Iterable[Slurm]) -> rpki.Payloads:
    """Apply local exceptions (RFC 8416 s4.2), as ``formats.slurm.apply`` does."""
    for one in exceptions:
        kept = np.ones(len(vrps.asn), bool)
        for rule in one.filters:
            hit = np.ones(len(vrps.asn), bool) if rule.asn is None else vrps.asn == rule.asn
            if rule.prefix is not None:
                hit &= _within(vrps, rule.prefix.version, rule.prefix.network, rule.prefix.last)
            kept &= ~hit
        added = [vrp for _, _, vrp in one.assertions if vrp.prefix.version == vrps.space]
        vrps = rpki.joined([vrps.where(kept), _asserted(vrps.space, added)])
    return vrps


def _within(vrps: rpki.Payloads, version: int, first: int, last: int) -> NDArray[np.bool_]:
    """Tell which VRPs lie in a range of addresses."""
    if version != vrps.space:
        return np.zeros(len(vrps.asn), bool)
    low, high = (rpki.keys(vrps.space, 0, *halves([one])) for one in (first, last))
    key, reach = vrps.keys(0)
    return (key >= low[0]) & (reach <= high[0])  # type: ignore[no-any-return]


def _asserted(space: int, vrps: Sequence[Vrp]) -> rpki.Payloads:
    """Put locally added VRPs into columns."""
    network, last = halves([one.prefix.network for one in vrps]), halves([one.prefix.last for one in vrps])
    return rpki.Payloads(
        space, network, last, np.array([one.max_length for one in vrps], np.uint8), np.array([one.asn for one in vrps], np.uint32)
    )


def rpki_sections(found: Views) -> Iterator[Section]:
    """Give the columns of every view: ``rpki/0/4/…``."""
    for number, one in enumerate(found.sets):
        for space in BITS:
            yield from rpki.sections(f"rpki/{number}", one[space])


def source_names(files: Sequence[tuple[str, Collector]]) -> list[str]:
    """Give the IRR sources in the order of their bits."""
    return sorted({name for name, _ in files} - {PSEUDO_SOURCE})


def irr_sections(files: Sequence[tuple[str, Collector]], found: Views) -> Iterator[Section]:
    """Give the columns of route objects that stand in their own source's dump: ``irr/4/…``, and of unreadable ones: ``doubt/4/…``.

    Raises:
        FormatError: there are more sources than a snapshot holds.
    """
    names = source_names(files)
    if len(names) > MOST_SOURCES:
        raise FormatError(f"{len(names)} IRR sources: a snapshot holds at most {MOST_SOURCES}")
    for space in BITS:
        of = found.sets[found.published][space] if found.published is not None else None
        yield from _routes(space, [(names.index(name), one.routes[space]) for name, one in files if name in names], of)
        yield from forest(f"doubt/{space}", space, [(names.index(name), one.doubts[space]) for name, one in files if name in names])


def _routes(space: int, parts: Sequence[tuple[int, Prefixes]], vrps: rpki.Payloads | None) -> Iterator[Section]:
    """Give one family's route objects: a forest of (AS number, prefix) with masks of sources, and one of prefixes."""
    all_of = rpki.joined([_asserted(space, []), *(payloads(space, one) for _, one in parts)])
    bit = np.concatenate([np.empty(0, np.uint64), *(np.full(len(one.asn), 1 << bit, np.uint64) for bit, one in parts)])
    own = (all_of.max_length & OWN).astype(bool)
    objects, bit = all_of.where(own), bit[own]
    planted = plant(*objects.keys(objects.asn))
    pairs = objects.where(planted.order[planted.span[:-1]])  # one object of each pair
    mask = rpki.folded(np.bitwise_or, bit[planted.order], planted.span)
    holes = rpki.folded(np.bitwise_or, (objects.max_length & HOLES)[planted.order], planted.span)
    bad = _invalid(pairs, vrps)
    name = f"irr/{space}"
    for part, kind, data in planted.columns():
        yield f"{name}/pair/{part}", kind, data
    yield f"{name}/pair/mask", "Q", mask
    yield f"{name}/pair/holes", "B", (holes > 0).astype(np.uint8)
    yield f"{name}/pair/invalid", "B", bad.astype(np.uint8)
    yield from _origins(name, pairs, mask, bad)


def _invalid(pairs: rpki.Payloads, vrps: rpki.Payloads | None) -> NDArray[np.bool_]:
    """Tell which pairs ROAs make invalid (``Assessment._invalid``: AS0 alone is invalid too); none where there are no ROAs."""
    if vrps is None:
        return np.zeros(len(pairs.asn), bool)
    columns = {name: data for name, _, data in rpki.sections("x", vrps)}
    family = rpki.Family.of(_Held(columns), f"x/{pairs.space}")
    return rpki.states(family, pairs.spans()) >= rpki.INVALID_LENGTH


@dataclass(frozen=True, slots=True)
class _Held:
    """Columns that are not stored yet."""

    columns: Mapping[str, NDArray[Any]]

    def column(self, name: str) -> memoryview:
        """Give a column's numbers."""
        return self.columns[name].data


def _origins(name: str, pairs: rpki.Payloads, mask: NDArray[np.uint64], bad: NDArray[np.bool_]) -> Iterator[Section]:
    """Give the forest of prefixes: which sources have an object of any AS number there, which of several; also without invalid ones."""
    planted = plant(*pairs.keys(0))
    for part, kind, data in planted.columns():
        yield f"{name}/{part}", kind, data
    for suffix, kept in (("", mask), ("_good", np.where(bad, np.uint64(0), mask))):
        there = kept[planted.order]
        yield f"{name}/any{suffix}", "Q", rpki.folded(np.bitwise_or, there, planted.span)
        yield f"{name}/several{suffix}", "Q", _several(there, planted.span)


def _several(masks: NDArray[np.uint64], span: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Give the bits that stand in two or more of each node's masks."""
    found = np.zeros(len(span) - 1, np.uint64)
    for bit in range(MOST_SOURCES):
        one = masks >> np.uint64(bit) & np.uint64(1)
        if one.any():
            found |= (rpki.folded(np.add, one, span) > 1).astype(np.uint64) << np.uint64(bit)
    return found


def forest(name: str, space: int, parts: Sequence[tuple[int, Ranges]]) -> Iterator[Section]:
    """Give the columns of a forest of ranges in groups, with part and ordinal of each; those that cross others stand apart as ``odd_…``."""
    keys = [one.keys(group) for group, one in parts if len(one)]
    ordinal = np.concatenate([np.empty(0, np.uint32), *(numbers(one.ordinal) for _, one in parts)])
    first, last = (np.concatenate([no_keys(space), *(pair[side] for pair in keys)]) for side in (0, 1))
    planted = plant(first, last)
    for part, kind, data in planted.columns():
        yield f"{name}/{part}", kind, data
    part_of = np.concatenate([np.empty(0, np.uint16), *(np.full(len(one), number, np.uint16) for number, (_, one) in enumerate(parts))])
    yield f"{name}/record", "I", ordinal[planted.order]
    yield f"{name}/part", "H", part_of[planted.order]
    for part, data in (("odd_key", first[planted.odd]), ("odd_reach", last[planted.odd])):
        yield f"{name}/{part}", "B" if space == IPV6 else "Q", data.view(np.uint8) if space == IPV6 else data
    yield f"{name}/odd_record", "I", ordinal[planted.odd]
    yield f"{name}/odd_part", "H", part_of[planted.odd]
