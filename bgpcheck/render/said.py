"""What the registries say of prefixes, in three lines each: registration, route objects, ROAs. Pure.

Rule: every line names the documents that it rests on; what a silent source leaves open is said to be open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.assess import asn_side
from bgpcheck.explain import OWN, explain
from bgpcheck.facts.asn import AsnKind
from bgpcheck.facts.rpki import RpkiState
from bgpcheck.model import asplain
from bgpcheck.render import cited
from bgpcheck.render.clean import prose
from bgpcheck.render.delegation_said import NAMES
from bgpcheck.render.holding import holding
from bgpcheck.render.words import few, is_planned
from bgpcheck.rules.catalogue import CATALOGUE
from bgpcheck.situation import NOT_ALLOCATED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.evidence.document import Document
    from bgpcheck.model import RouteObject
    from bgpcheck.render.appeal import Group
    from bgpcheck.render.cited import Papertrail

    Documents = Callable[[Assessment, Papertrail], tuple[Document, ...]]

WANTED = "Configured"  # ST-11: only then the BGP session comes up
MOST_RECORDS = 3  # at a line
# What a match means (verdicts.md, irr), in words for somebody who has never seen ours.
ROUTES = {
    "exact": "one for exactly this prefix and AS number",
    "other-registry": "the AS number is named in an accepted registry, but not in the one that the peering names",
    "conflicting": "the registry of the address space has one for exactly this prefix that names another AS number",
    "covering": "one for a less specific prefix names the AS number",
    "parts": "those for its parts name the AS number",
    "hidden": "one names the AS number, but its server hides it, since a ROA makes it invalid",
    "elsewhere": "the AS number is named only in registries that Microsoft does not list",
    "other-origin": "those for exactly this prefix name another AS number",
    "absent": "none that would count for this prefix and AS number",
}
ROAS = {
    RpkiState.VALID: "valid for the AS number",
    RpkiState.INVALID_LENGTH: "one names the AS number, but not for prefixes of this length",
    RpkiState.INVALID_ASN: "those that cover the prefix name other AS numbers",
    RpkiState.NOT_FOUND: "none covers the prefix",
}


def says(group: Group, trail: Papertrail) -> Iterator[str]:
    """Write the lines of a group: three of facts and one that concludes; with a row for each prefix where it has several."""
    one, several = group.like, len(group.inside) > 1
    others = _others_in_table(group) if several else _objects_at(one)
    yield f"* registration: {_registration(one, several=several)}{_places(group, cited.registration_documents, trail)}"
    yield f"* route objects: {_routes(one)}{others}{_places(group, cited.route_documents, trail)}"
    yield f"* ROAs: {_roas(one)}{'' if several else _listed(_vrps(one))}{_places(group, cited.roa_documents, trail)}"
    if one.signature:
        why = "; ".join(fault.message for fault in one.signature.why)
        yield f"* signature: {one.signature.value}; {prose(why) or 'nothing to mend'}"
    if one.claim.actual:
        yield f"* in Azure, as read: {prose(one.claim.actual)}{'' if one.claim.actual == WANTED else f'; wanted: {WANTED}'}"
    planned = ", with the planned objects" if one.knowledge.assumed else ""
    yield f"* so{planned}: {prose(_concluded(one, several=several))}"
    if several:
        yield from ("", *_rows(group.inside, trail))


def about_asn(one: Assessment, asn: int, trail: Papertrail) -> str:
    """Say in one line whose an AS number is."""
    side, documents = asn_side(asn, one.knowledge), cited.asn_documents(one, asn)
    parties = [party for record in side.records for party in record.holders if party.name or party.handle]
    registries = sorted({row.registry for row in side.rows} | {record.registry for record in side.records} - {""})
    at = f" at {', '.join(prose(NAMES.get(name, name)) for name in registries)}" if registries else ""
    if one.asns[asn] is AsnKind.PRIVATE:
        return f"{asplain(asn)}: private, so that no registry names a holder"
    named = f"registered{at} to {_party(parties[0].name, parties[0].handle)}" if parties else f"{one.asns[asn]}{at}, holder not known"
    return f"{asplain(asn)}: {named}{trail.sources.cite(documents)}"


def _party(name: str, handle: str) -> str:
    """Name a holder with the handle."""
    return f"{prose(name)} ({prose(handle)})" if name and handle else prose(name or handle)


def _registration(one: Assessment, *, several: bool) -> str:
    """Say whose the space is."""
    status, held = one.registration.status, holding(one)
    if status in NOT_ALLOCATED or (status == "unknown" and not held.known):
        return f"{status}{f' at {held.registry}' if held.registry else ''}, holder not known"
    span = f", {held.span}" if held.span and not several else ""
    day = f" (date in the statistics {held.day})" if held.day and not several else ""
    top = "" if held.reaches or not held.known else ", who may not be the holder of the direct allocation"
    who = _party(held.name, held.handle) if held.known else "not known"
    stands = f" (named is {prose(held.stands_for)}, which stands for many)" if held.stands_for else ""
    inferred = " (inferred)" if one.registration.legacy_inferred else ""
    return f"{status}{inferred} at {held.registry or 'no single registry'}{span}{day}, holder {who}{top}{stands}"


def _routes(one: Assessment) -> str:
    """Say what the route objects say."""
    fact = one.irr
    silent = f"; no answer from {', '.join(map(prose, sorted(fact.silent)))}" if fact.silent else ""
    if fact.match == "unknown":
        return f"not known{silent}{'' if fact.objects else '; none in the other answers'}"
    return f"{_own_as(one) or ROUTES[fact.match]}{silent}"


def _own_as(one: Assessment) -> str:
    """Say where the AS number of exact objects is one of the claim's own that does not count; empty where another AS is named."""
    exact = {route.origin for route in one.irr.objects if route.prefix == one.claim.prefix}
    if one.irr.match not in {"conflicting", "other-origin"} or not exact or not exact <= set(one.claim.asns):
        return ""
    named = ", ".join(f"{asplain(asn)} ({one.asns[asn]})" for asn in sorted(exact))
    return f"one for exactly this prefix names {named}, which is the claim's own and cannot be looked up"


def _roas(one: Assessment) -> str:
    """Say what the ROAs say, by their validated payloads."""
    fact = one.published_rpki  # as the world sees it: local exceptions (SLURM) are nobody's else
    if fact is None:
        return "not known, for no validator answered that can know"
    open_ = "; validators do not agree" if len(set(one.rpki_by_export.values())) > 1 else ""
    return ("all that cover the prefix name AS0" if fact.only_as0 else ROAS[fact.state]) + open_


def _objects(one: Assessment, *, covering: bool | None = None) -> list[str]:
    """Write the route objects, those first that decide; ``covering``: only those that cover the prefix, or only the others."""
    ranked = sorted(one.irr.objects, key=lambda route: (route.prefix != one.claim.prefix, route.origin not in one.claim.asns))
    kept = [route for route in ranked if covering in {None, route.prefix.covers(one.claim.prefix)}]
    return [_object(route, planned=is_planned(one, route)) for route in kept]


def _objects_at(one: Assessment) -> str:
    """Name the route objects at the line; beside none that counts they are others."""
    if one.irr.match != "absent":
        return _listed(_objects(one))
    wide, inside = _objects(one, covering=True), _objects(one, covering=False)
    return f"{f'; covering it{_listed(wide)}' if wide else ''}{f'; overlapping it{_listed(inside)}' if inside else ''}"


def _others_in_table(group: Group) -> str:
    """Say where objects stand that do not count."""
    others = group.like.irr.match == "absent" and any(one.irr.objects for one in group.inside)
    return "; others that overlap are in the table" if others else ""


def _object(route: RouteObject, *, planned: bool) -> str:
    """Write a route object."""
    return f"{prose(route.source)} {route.prefix} {asplain(route.origin)}{' (planned, in no registry)' if planned else ''}"


def _vrps(one: Assessment) -> list[str]:
    """Write the VRPs that cover a prefix, those first that decide; ``maxLength`` as bgpcheck writes it, ``/16-24``."""
    covering = sorted(one.published_rpki.covering if one.published_rpki else (), key=lambda vrp: vrp.asn not in one.claim.asns)
    return [f"{vrp}{' (planned, no ROA)' if is_planned(one, vrp) else ''}" for vrp in covering]


def _listed(records: Sequence[str]) -> str:
    """Name the first few records."""
    return f": {few(records, MOST_RECORDS)}" if records else ""


def unlookable(one: Assessment) -> str:
    """Say which AS number no registry can be asked about (ASN-4)."""
    if one.asns[one.claim.peer_asn] is AsnKind.PRIVATE:
        return f"The peer AS number {asplain(one.claim.peer_asn)} is private, which needs manual validation."
    kinds = (f"{asplain(asn)} is {kind}" for asn, kind in one.asns.items())
    return f"{' and '.join(kinds)}, so that no registry can tie a prefix to it."


def _concluded(one: Assessment, *, several: bool) -> str:
    """Say what follows."""
    if one.verdict.reason == "private-asn":
        return unlookable(one)
    return _meaning(one) if several else explain(one)


def _meaning(one: Assessment) -> str:
    """Say what the reason means, without the evidence of one prefix."""
    entry = CATALOGUE.get(one.verdict.reason, OWN)
    return f"{entry.meaning.rstrip('.')}{' (inferred)' if entry.basis == 'inferred' else ''}."


def _places(group: Group, documents: Documents, trail: Papertrail) -> str:
    """Name the documents of a line: of all prefixes of the group together."""
    found = {document.sha256: document for one in group.inside for document in documents(one, trail)}
    return trail.sources.cite(found.values())


def _rows(inside: Sequence[Assessment], trail: Papertrail) -> Iterator[str]:
    """Write a table of what differs between prefixes, those alike in one row; with the digests where they differ too."""
    columns = [_column(inside, trail, *way) for way in COLUMNS]
    alike: dict[tuple[str, ...], list[str]] = {}
    for one, cells in zip(inside, zip(*columns, strict=True), strict=True):
        alike.setdefault(cells, []).append(str(one.claim.prefix))
    yield "| prefixes | registered range | route objects | ROAs |"
    yield "|---|---|---|---|"
    for cells, prefixes in alike.items():
        yield f"| {' | '.join((', '.join(prefixes), *cells))} |"


def _column(inside: Sequence[Assessment], trail: Papertrail, words: Callable[[Assessment], str], documents: Documents) -> list[str]:
    """Write one fact of each prefix; documents that are the same for all stand above the table."""
    named = [cited.digests(documents(one, trail)) for one in inside]
    return [f"{words(one)}{digests if len(set(named)) > 1 else ''}" for one, digests in zip(inside, named, strict=True)]


def _cell(records: Sequence[str]) -> str:
    """Name the first few records, or none."""
    return _listed(records).removeprefix(": ") or "none"


COLUMNS: tuple[tuple[Callable[[Assessment], str], Documents], ...] = (
    (lambda one: holding(one).span or "not known", cited.registration_documents),
    (lambda one: _cell(_objects(one)), cited.route_documents),
    (lambda one: _cell(_vrps(one)), cited.roa_documents),
)
