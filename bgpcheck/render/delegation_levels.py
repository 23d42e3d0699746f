"""Who gave a prefix or an AS number to whom, from IANA down, level by level, with who says so. Pure.

Rule: a link that nobody has shown is a level of its own that says so; nothing is left out so that a chain looks whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bgpcheck.evidence.reading import identity
from bgpcheck.facts.asn import AsnKind, registry_kind
from bgpcheck.facts.registration import HELD, is_direct, is_placeholder
from bgpcheck.iana.asns import REGISTRY as ASN_REGISTRY
from bgpcheck.iana.asns import special_asns
from bgpcheck.model import AddressRange, asplain
from bgpcheck.render.delegation_iana import NO_ASNS, NO_IPV6, SAID, moved, table_lines
from bgpcheck.render.delegation_said import (
    INFERRED,
    KNOWN,
    NAMES,
    REFUSED,
    UNKNOWN,
    by,
    documents_of,
    found_in,
    ids,
    party_words,
    range_words,
    silence,
    spoken,
)
from bgpcheck.situation import NOT_ALLOCATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.facts.holder import Side
    from bgpcheck.iana.special import SpecialBlock
    from bgpcheck.knowledge import Knowledge
    from bgpcheck.model import Delegation, Registration

MOST_LINKS = 8  # reassignments drawn one by one


class Level(NamedTuple):
    """One link of a chain: what it is, what is said of it, who says so, ``known`` or how far not, and the documents (``sha256:…``)."""

    title: str
    lines: tuple[str, ...]
    said: str
    state: str = KNOWN
    documents: tuple[str, ...] = ()


def of_prefix(one: Assessment) -> tuple[Level, ...]:
    """Give the levels of a prefix from IANA to the last reassignment; the prefix itself comes below them."""
    if one.special:
        return (_special(one.special),)
    fact, known = one.registration, one.knowledge
    rows = fact.holding or fact.rows
    top = [_iana(one), _registry(one, rows)]
    if fact.status in NOT_ALLOCATED:
        return (*top, _nobody(one))
    return (*top, *_national(one, rows), _direct(one), *_below(one), *_between(one, known))


def _special(block: SpecialBlock) -> Level:
    """Say that IANA keeps the space."""
    what = f"{block.prefix}: {block.name}{f' ({block.rfc})' if block.rfc else ''}"
    return Level(
        "IANA", (what, "kept for a special purpose: no registry gives it to anybody"), "said by IANA's tables in bgpcheck", REFUSED
    )


def _iana(one: Assessment) -> Level:
    """Say what IANA gave to the registry: by its own table, and by a record of the registry's own block."""
    lines = table_lines(one.claim.prefix)
    wide = _own_block(one)
    if wide:
        said, state, documents = spoken(one.knowledge, [identity(wide)])
        record = f"a record of {range_words(wide.resource)}: {wide.status or wide.name}"
        return Level("IANA", (*lines, record), f"{SAID}; the record {said}" if lines else said, state, documents)
    return Level("IANA", lines, SAID) if lines else Level("IANA", NO_IPV6, "follows from the registry's own word", INFERRED)


def _own_block(one: Assessment) -> Registration | None:
    """Give the widest record of space that is the registry's own, all around the prefix."""
    known, words = one.knowledge, one.knowledge.settings.holders.placeholder_networks
    records = [record for record in known.networks(one.claim.prefix) if _covers(record, one) and not record.missing]
    blocks = [record for record in records if is_placeholder(record, words) and not record.status.startswith("EARLY")]
    return max(blocks, key=_size, default=None)


def _covers(record: Registration, one: Assessment) -> bool:
    """Tell whether a record is of all of the prefix."""
    return isinstance(record.resource, AddressRange) and record.resource.covers(one.claim.prefix)


def _registry(one: Assessment, rows: Sequence[Delegation]) -> Level:
    """Say which regional registry answers for the prefix, or that this is open."""
    fact, known = one.registration, one.knowledge
    named = sorted(fact.registries)
    if not named and fact.status in NOT_ALLOCATED:
        named = sorted({row.registry for row in rows if row.registry in NAMES})
        if not named:
            return Level("no regional registry", ("no delegated-extended file has it",), silence(known, "delegated/"), REFUSED)
    if len(named) != 1:
        several = " or ".join(NAMES[name] for name in named) if len(named) < len(NAMES) else "any of the five"
        listing = sorted({row.registry for row in rows})
        why = "listed by several: a transfer, or parts of different ones" if len(listing) > 1 else silence(known, "delegated/", "rdap/ip")
        return Level("regional registry: not known", (several,), *_also(known, rows, why))
    (name,) = named
    evidence = [*(row for row in rows if row.registry == name), *(identity(record) for record in fact.records if record.registry == name)]
    lines = [*moved(one.claim.prefix, name), *_asked(known, evidence)]
    return Level(NAMES[name], tuple(lines), *spoken(known, evidence))


def _also(known: Knowledge, rows: Iterable[Delegation], why: str) -> tuple[str, str, tuple[str, ...]]:
    """Give the last parts of a level that is not known: why, that it is not, and what speaks of it all the same."""
    return why, UNKNOWN, documents_of(known, rows)


def _asked(known: Knowledge, records: Iterable[Any]) -> Iterator[str]:
    """Name the RDAP server that answered a question over the network; whom to ask, IANA's bootstrap says (RFC 9224)."""
    uris = [one.uri for one in found_in(known, records) if one.source.startswith("rdap/") and one.fetched_at and "://" in one.uri]
    if uris:
        yield f"{uris[0].split('/')[2]} answered: IANA's RDAP bootstrap names it"


def _nobody(one: Assessment) -> Level:
    """Say that the registry has not given the prefix to anybody."""
    fact, known = one.registration, one.knowledge
    rows = [row for row in fact.rows if row.status not in HELD]
    words = tuple(dict.fromkeys(f"{range_words(row.resource)}: {row.status}" for row in rows)) or ("in no registry's file",)
    more = ("a part of the prefix only: the worst part counts",) if fact.mixed else ()
    said, _, documents = spoken(known, rows)
    return Level("not given to anybody", words[:MOST_LINKS] + more, said if rows else silence(known, "delegated/"), REFUSED, documents)


def _national(one: Assessment, rows: Iterable[Delegation]) -> Iterator[Level]:
    """Say that a national registry stands between, where the country has one."""
    known, settings = one.knowledge, one.knowledge.settings
    national = {each.country: name.upper() for name, each in settings.national.items()}
    for registry, country in sorted({(row.registry, row.country) for row in rows if row.status in HELD}):
        rir = settings.rirs.get(registry)
        if not (rir and (country in rir.nirs or (registry == "apnic" and country in national))):
            continue
        name = f"national registry: {national.get(country, country)}"
        records = [identity(each) for each in one.registration.records]
        heard = [each for each in found_in(known, records) if each.source.startswith("nir/")]
        if heard:
            yield Level(name, (f"country {country}",), by(heard), KNOWN, ids(heard))
        else:
            why = silence(known, "nir/", otherwise="it was not asked: that it stands between follows from the country")
            yield Level(name, (f"country {country}: its members are registered there",), why, INFERRED)


def _direct(one: Assessment) -> Level:
    """Say what the registry gave out itself, to whom, and when."""
    fact, known = one.registration, one.knowledge
    direct = fact.direct
    if direct is None:
        parts = [row for row in fact.rows if row.status in HELD]
        if fact.spans:
            lines = tuple(f"{range_words(row.resource)}: {row.status}{_day(row)}" for row in parts[:MOST_LINKS])
            return Level("no single direct allocation", ("the prefix is in several, or only in part of one", *lines), *spoken(known, parts))
        lines = ("which range the registry gave out is not known",)
        return Level("direct allocation: not known", lines, *_also(known, parts, silence(known, "delegated/", "rdap/ip")))
    rows = [row for row in fact.rows if row.resource == direct and row.status in HELD]
    records = [record for record in fact.records if record.resource == direct]
    title = "direct allocation" if not fact.legacy else "legacy space (inferred)" if fact.legacy_inferred else "legacy space"
    words = [*(f"{row.status}{_day(row)}" for row in rows), *(record.status for record in records if record.status)]
    lines = (range_words(direct), ", ".join(dict.fromkeys(words)) or "status not said", *_holders(known, records))
    said, state, documents = spoken(known, [*rows, *map(identity, records)])
    return Level(title, lines, said, state, documents)


def _day(row: Delegation) -> str:
    """Give the day of a row, where it has one."""
    return f" on {row.day[:4]}-{row.day[4:6]}-{row.day[6:]}" if row.day else ", day not said"


def _holders(known: Knowledge, records: Sequence[Registration], source: str = "rdap/ip") -> tuple[str, ...]:
    """Name those whom records name as holders; that they name none is said too."""
    named = tuple(dict.fromkeys(f"holder: {party_words(party)}" for record in records for party in record.holders))
    if named:
        return named[:MOST_LINKS]
    if records:
        return ("holder: the registration names none",)
    return (f"holder not known: {silence(known, source, otherwise='no registration of it at hand')}",)


def _below(one: Assessment) -> Iterator[Level]:
    """Give the registrations inside the direct allocation, the widest first: reassignments and customers."""
    fact, known = one.registration, one.knowledge
    inside = [record for record in reversed(fact.records) if fact.direct is None or _size(record) < fact.direct.size]
    for record in inside[:MOST_LINKS]:
        title = "registration" if fact.direct is None or is_direct(record) else "reassignment"
        lines = (range_words(record.resource), f"{record.status or 'status not said'}{f', {record.name}' if record.name else ''}")
        yield Level(title, (*lines, *_holders(known, [record])), *spoken(known, [identity(record)]))
    if len(inside) > MOST_LINKS:
        yield Level(f"{len(inside) - MOST_LINKS} more reassignments", ("not drawn",), "see the records of the prefix")


def _size(record: Registration) -> int:
    """Give how many addresses a registration has."""
    return record.resource.size if isinstance(record.resource, AddressRange) else 0


def _between(one: Assessment, known: Knowledge) -> Iterator[Level]:
    """Say that nobody was heard who knows reassignments, or that the chain does not reach the top."""
    fact = one.registration
    if not fact.records:
        why = silence(known, "rdap/ip", otherwise="nothing at hand registers this range")
        yield Level("reassignments: not known", ("a customer may stand between",), why, UNKNOWN)
    elif not one.holder.prefix.complete:
        why = silence(known, "rdap/ip", otherwise="the answers do not reach the direct allocation")
        yield Level("links between: not known", ("other holders may stand between",), why, UNKNOWN)


def of_asn(one: Assessment, asn: int, side: Side) -> tuple[Level, ...]:
    """Give the levels of an AS number, the number itself last."""
    known, kind = one.knowledge, one.asns[asn]
    special = special_asns(asn)
    if special:
        rfc = f" ({special.rfc})" if special.rfc else ""
        what = f"{asplain(special.range.first)} to {asplain(special.range.last)}: {special.purpose}{rfc}"
        given = "for private use: nobody is registered as its holder" if special.private else "kept out of use: nobody can be given it"
        return (
            Level("IANA", (what, given), f"said by {ASN_REGISTRY}, in bgpcheck", REFUSED),
            Level(asplain(asn), (str(registry_kind(asn)),), ""),
        )
    iana = Level("IANA", NO_ASNS, "follows from the registry's own word", INFERRED)
    return (iana, _asn_registry(known, kind, side), _autnum(known, asn, kind, side))


def _asn_registry(known: Knowledge, kind: AsnKind, side: Side) -> Level:
    """Say which registry has the AS number."""
    evidence = [*side.rows, *map(identity, side.records)]
    named = sorted({row.registry for row in side.rows if row.status in HELD} or {record.registry for record in side.records} - {""})
    if len(named) == 1:
        return Level(NAMES.get(named[0], named[0]), tuple(_asked(known, evidence)), *spoken(known, evidence))
    if named:
        return Level(
            "regional registry: not known",
            (" or ".join(NAMES.get(name, name) for name in named),),
            *_also(known, side.rows, "several say so"),
        )
    if kind is AsnKind.UNALLOCATED:
        return Level("no regional registry", ("none has given it to anybody",), silence(known, "delegated/", "rdap/autnum"), REFUSED)
    return Level("regional registry: not known", (), silence(known, "delegated/", "rdap/autnum"), UNKNOWN)


def _autnum(known: Knowledge, asn: int, kind: AsnKind, side: Side) -> Level:
    """Say who holds the AS number, as far as it is known."""
    words = [*(f"{row.status}{_day(row)}" for row in side.rows), *(record.status for record in side.records if record.status)]
    names = [record.name for record in side.records if record.name]
    lines = (*dict.fromkeys([", ".join(dict.fromkeys(words)) or f"{kind}", *names]), *_holders(known, side.records, "rdap/autnum"))
    said, state, documents = spoken(known, [*side.rows, *map(identity, side.records)])
    if kind is AsnKind.UNALLOCATED:
        return Level(asplain(asn), ("not given to anybody",), said or silence(known, "rdap/autnum"), REFUSED, documents)
    return Level(asplain(asn), lines, said, state if side.records else UNKNOWN, documents)
