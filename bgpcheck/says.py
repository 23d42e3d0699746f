"""What each source says of each prefix and AS number, in a few words computed from its own answer alone. Pure.

Rule: a word rests on the documents of one reply and on nothing else, so that whoever has these documents comes to the same word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bgpcheck.evidence import reading
from bgpcheck.facts.rpki import validate
from bgpcheck.model import Delegation, Prefix, Registration, RouteObject, Vrp, asplain
from bgpcheck.sources.base import Gap, Library, Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bgpcheck.claim import Claim
    from bgpcheck.evidence.document import Document
    from bgpcheck.sources.base import Reply

LONGEST = 80  # characters of a name that a registry gives
NO_OBJECT = "no route object"
AZURE = "azure"
NOT_ASKED = "not asked in this look: "  # begins the detail of a gap that is no silence


class Place(NamedTuple):
    """Who says something of what: ``irr/RADB`` of ``193.0.0.0/21``."""

    source: str
    subject: str

    def __str__(self) -> str:
        """Name both."""
        return f"{self.source} {self.subject}"


def answered(claims: Sequence[Claim], replies: Mapping[Request, Reply]) -> dict[Place, str]:
    """Give the words of every source that answered about the prefixes and AS numbers of claims, sorted by place."""
    library = Library(reading.records)
    by_prefix = {str(claim.prefix): claim for claim in reversed(claims)}
    asns = {asplain(asn) for claim in claims for asn in claim.asns}
    found: dict[Place, str] = {Place(AZURE, name): one.actual for name, one in by_prefix.items() if one.actual}
    for request, reply in replies.items():
        claim = by_prefix.get(request.subject)
        if isinstance(reply, Gap) or (claim is None and request.subject not in asns):
            continue
        if word := _word(request.source, claim, [(one, library.records(one)) for one in reply]):
            found[Place(*request)] = word
    return dict(sorted(found.items()))


def unasked(reply: Reply | None) -> bool:
    """Tell whether a source is a gap because it was not asked, and not because it kept silent."""
    return isinstance(reply, Gap) and reply.detail.startswith(NOT_ASKED)


def _word(source: str, claim: Claim | None, said: Sequence[tuple[Document, Sequence[Any]]]) -> str:
    """Give the word of one reply; empty where such a source says nothing of such a subject."""
    kind, _, name = source.partition("/")
    records = [record for _, several in said for record in several]
    if kind == "irr":
        return _objects(claim, [one for one in records if isinstance(one, RouteObject) and one.source == name]) if claim else ""
    if kind == "vrps":
        return _rpki(claim, [several for _, several in said]) if claim else ""
    if kind in {"rdap", "nir"}:
        return _registered([one for one in records if isinstance(one, Registration)])
    if kind == "delegated" and claim:
        rows = [one for one in records if isinstance(one, Delegation) and _overlaps(one, claim.prefix)]
        return ", ".join(sorted({str(one.status) for one in rows})) or "no row"
    return ""


def _overlaps(row: Delegation, prefix: Prefix) -> bool:
    """Tell whether a row is about some of a prefix."""
    return hasattr(row.resource, "overlaps") and row.resource.overlaps(prefix)


def _objects(claim: Claim, objects: Iterable[RouteObject]) -> str:
    """Name the route objects that concern a claim most: those for the very prefix, else those around it, else those in it."""
    near = {one for one in objects if one.prefix.overlaps(claim.prefix)}
    if exact := {one.origin for one in near if one.prefix == claim.prefix}:
        return f"route object for {_asns(exact)}"
    ours = sorted((one for one in near if one.origin in claim.asns and one.origin), key=lambda one: (one.prefix.length, one.prefix))
    around = [one for one in ours if one.prefix.covers(claim.prefix)]
    if around:
        return f"route object for {around[-1].prefix} around it, {asplain(around[-1].origin)}"
    return f"{len(ours)} route objects inside it, of {_asns({one.origin for one in ours})}" if ours else NO_OBJECT


def _asns(asns: Iterable[int]) -> str:
    """Name AS numbers."""
    return " and ".join(map(asplain, sorted(asns)))


def serves(word: str, asns: Iterable[int]) -> bool:
    """Tell whether a word says that there are objects for the very prefix, of one of these AS numbers and of no other."""
    return word in {f"route object for {_asns(some)}" for some in _subsets(sorted(set(asns) - {0}))}


def _subsets(asns: Sequence[int]) -> list[Sequence[int]]:
    """Give what can be chosen of one or two AS numbers, nothing left out but nothing."""
    return [asns, *([one] for one in asns)] if asns else []


def _rpki(claim: Claim, exports: Iterable[Sequence[Any]]) -> str:
    """Give the state by each export (RFC 6811 s2), each state once."""
    vrps = ([one for one in several if isinstance(one, Vrp)] for several in exports)
    return " or ".join(sorted({str(validate(claim.prefix, claim.asns, some).state) for some in vrps}))


def _registered(records: Sequence[Registration]) -> str:
    """Say to whom the narrowest registration is."""
    if not records:
        return ""
    one = min(records, key=lambda record: record.resource.last - record.resource.first)
    if one.missing:
        return "not registered"
    names = [party.name or party.handle for party in one.holders]
    return f"{one.status.lower() or 'registered'}, holder {(names[0] if names else '')[:LONGEST] or 'not named'}"
