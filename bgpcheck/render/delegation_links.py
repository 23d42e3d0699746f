"""What links the holder of a prefix to that of an AS number, in words: the evidence that the fact *holder* rests on. Pure.

Rule: shown is what ``facts.holder`` counts, by the same yardstick; what is missing is called missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.evidence.reading import identity
from bgpcheck.facts.holder import BEST_FIRST, common_handles, common_maintainers, compare
from bgpcheck.model import asplain
from bgpcheck.render.delegation_levels import Level
from bgpcheck.render.delegation_said import KNOWN, NAMES, REFUSED, UNKNOWN, documents_of, party_words, silence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.assess import Assessment
    from bgpcheck.facts.holder import Side, Yardstick

TITLES = {
    "same": "one holder",
    "similar": "probably one holder: similar",
    "different": "two holders: different",
    "unlisted": "no holders to compare: unlisted",
}
MOST = 4  # links named
SETTLE = ("rdap/", "delegated/", "nir/")  # whose answers could settle it


def links(one: Assessment) -> tuple[Level, ...]:
    """Compare the prefix's registrants with those of each AS number that may count."""
    if not one.holder.asns:
        return (Level("no holder to compare with", ("no AS number of this peering is registered to anybody",), "", REFUSED),)
    return tuple(_link(one, asn, side) for asn, side in one.holder.asns)


def _link(one: Assessment, asn: int, side: Side) -> Level:
    """Compare with one AS number."""
    fact, known = one.holder, one.knowledge
    values = compare(fact.prefix, side, fact.yardstick)
    found = tuple(evidence(fact.prefix, side, fact.yardstick))
    shown = found[:MOST] + ((f"and {len(found) - MOST} more",) if len(found) > MOST else ())
    records = [identity(record) for part in (fact.prefix, side) for record in part.records]
    documents = documents_of(known, [*fact.prefix.rows, *side.rows, *records])
    about = f"prefix and {asplain(asn)}: "
    if len(values) > 1:
        open_values = ", ".join(value for value in BEST_FIRST if value in values)
        why = silence(known, *SETTLE, otherwise="the answers at hand do not settle it")
        return Level(f"{about}not known", (*shown, f"still possible: {open_values}"), why, UNKNOWN, documents)
    (value,) = values
    lines = shown or (_apart if value == "different" else _nothing)(fact.prefix, side)
    return Level(about + TITLES[value], lines, "", KNOWN if value in {"same", "similar"} else REFUSED, documents)


def evidence(prefix: Side, asn: Side, yardstick: Yardstick) -> Iterator[str]:
    """Name everything that makes them the same or similar, strongest first; nothing where nothing does."""
    for registry, handle in sorted(common_handles(prefix, asn, yardstick)):
        yield f"same handle {handle} at {NAMES.get(registry, registry)}"
    for registry, opaque in sorted(yardstick.opaque_ids(prefix.rows) & yardstick.opaque_ids(asn.rows)):
        yield f"same holder's id in {NAMES.get(registry, registry)}'s delegated-extended: {opaque}"
    names = [{yardstick.name(party): party.name for record in side.records for party in record.holders} for side in (prefix, asn)]
    for plain in sorted(names[0].keys() & names[1].keys() - {""}):
        same = names[0][plain] == names[1][plain]
        yield f"same name: {names[0][plain]}" if same else f"names alike: {names[0][plain]} / {names[1][plain]}"
    for registry, maintainer in sorted(common_maintainers(prefix, asn, yardstick)):
        yield f"common maintainer {maintainer} at {NAMES.get(registry, registry)}, of one organisation only"


def _apart(prefix: Side, asn: Side) -> tuple[str, ...]:
    """Name both holders, who have nothing in common."""
    return (f"prefix: {_first(prefix)}", f"AS number: {_first(asn)}", "no common handle, name or maintainer that counts")


def _nothing(prefix: Side, asn: Side) -> tuple[str, ...]:
    """Say that holders cannot be compared."""
    return (f"prefix: {_first(prefix)}", f"AS number: {_first(asn)}", "registered with different registries, or under no name of their own")


def _first(side: Side) -> str:
    """Name the holder at the top of a chain, by name and handle."""
    named = [party for record in side.records for party in record.holders if party.name or party.handle]
    return party_words(named[-1]) if named else "no holder named"
