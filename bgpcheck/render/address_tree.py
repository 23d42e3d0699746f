"""The address plan of a result: blocks, what is in them, what covers it, and what is left out. Pure; sorted once, walked once.

Rule: what is not listed is told as a gap, and what stands in no known block stands under a block that says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.model import AddressRange, Prefix
from bgpcheck.render.delegation_said import range_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bgpcheck.assess import Assessment
    from bgpcheck.policy import Outcome
    from bgpcheck.result import Result

NO_BLOCK, LINKS = "direct allocation not known", "link subnets outside these blocks"


class Covering(NamedTuple):
    """What covers a prefix, from length ``first`` to ``last`` (both a route object's own); ``ours``: it names an AS number of the claim."""

    first: int
    last: int
    ours: bool


class Member(NamedTuple):
    """A prefix of the plan. ``depth``: how many others of the plan it lies in; ``inside``: the nearest of them; ``link``: its name.

    ``objects``, ``vrps`` and ``announced`` are None where nobody spoke who could tell.
    """

    prefix: Prefix
    depth: int
    inside: Prefix | None
    outcome: Outcome | None
    notes: tuple[str, ...]
    objects: tuple[Covering, ...] | None = ()
    vrps: tuple[Covering, ...] | None = ()
    link: str = ""
    announced: bool | None = None


class Part(NamedTuple):
    """A piece of a block in address order: of a member, or of nobody (None)."""

    span: AddressRange
    member: Member | None


class Block(NamedTuple):
    """A direct allocation, or a word for what lies in none that is known; ``span`` is None there."""

    name: str
    span: AddressRange | None
    members: tuple[Member, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Cut the block at its members' edges: each piece is its most specific member's, or a gap; none where no block is known."""
        return tuple(_parts(self.span, self.members)) if self.span else ()

    @property
    def gaps(self) -> tuple[AddressRange, ...]:
        """The pieces that no member covers."""
        return tuple(part.span for part in self.parts if part.member is None)


def plan(result: Result, version: int) -> tuple[Block, ...]:
    """Give the blocks of a family (4 or 6) that hold something of the result, in address order; those not known last."""
    peering, inside = result.peering, defaultdict[AddressRange | str, list[Member]](list)
    twice = Counter(one.prefix for block in peering.blocks for one in block.prefixes)
    found = {one.claim.prefix: one for one in result.assessments if one.claim.prefix.version == version}
    links = {link.prefix: name for block in peering.blocks for name, link in block.links if link.prefix.version == version}
    blocks: dict[Prefix, AddressRange | str] = {prefix: one.registration.direct or NO_BLOCK for prefix, one in found.items()}
    spans = sorted({span for span in blocks.values() if isinstance(span, AddressRange)})
    for prefix, depth, parent in nested((*found, *(link for link in links if link not in found))):
        if prefix in found:
            place = _Place(depth, parent, links.get(prefix, ""), twice[prefix], peering.listened)
            inside[blocks[prefix]].append(_member(found[prefix], place))
        else:
            inside[_holding(spans, prefix)].append(Member(prefix, depth, parent, None, (), link=links[prefix]))
    known = [Block(range_words(span), span, tuple(inside[span])) for span in sorted(one for one in inside if isinstance(one, AddressRange))]
    return (*known, *(Block(name, None, tuple(inside[name])) for name in (NO_BLOCK, LINKS) if name in inside))


def nested(prefixes: Iterable[Prefix]) -> Iterator[tuple[Prefix, int, Prefix | None]]:
    """Give prefixes in address order, wider ones first: each with how many others hold it, and the nearest of them."""
    around: list[Prefix] = []
    for prefix in sorted(prefixes):
        while around and not around[-1].covers(prefix):
            around.pop()
        yield prefix, len(around), around[-1] if around else None
        around.append(prefix)


def _holding(spans: Sequence[AddressRange], prefix: Prefix) -> AddressRange | str:
    """Find the known block that holds a link subnet (there are two links a family at most)."""
    return next((span for span in spans if span.covers(prefix)), LINKS)


class _Place(NamedTuple):
    """Where a prefix stands in the plan, and how often in the list; ``listened``: whether anybody heard what is announced."""

    depth: int
    inside: Prefix | None
    link: str
    times: int
    listened: bool


def _member(one: Assessment, place: _Place) -> Member:
    """Give a judged prefix."""
    prefix, special = one.claim.prefix, one.special
    remarks = (
        ("announced, not listed", not one.claim.listed),
        (f"listed {place.times} times", place.times > 1),
        ("in several allocations", one.registration.spans),
        (f"special purpose: {special.name}" if special else "", special is not None),
    )
    notes = tuple(word for word, holds in remarks if holds)
    announced = bool(one.claim.routes) if place.listened or one.claim.routes else None
    return Member(prefix, place.depth, place.inside, one.verdict.outcome, notes, _objects(one), _vrps(one), place.link, announced)


def _objects(one: Assessment) -> tuple[Covering, ...] | None:
    """Give the route objects that cover a prefix; None where there are none and a registry that counts kept silent."""
    claim = one.claim
    near = [route for route in one.irr.objects if route.prefix.covers(claim.prefix)]
    if not near and (one.irr.silent or not one.knowledge.irr_answered(claim.prefix)):
        return None
    return _distinct(Covering(route.prefix.length, route.prefix.length, route.origin in claim.asns) for route in near)


def _vrps(one: Assessment) -> tuple[Covering, ...] | None:
    """Give the VRPs that cover a prefix; None where no validator answered. AS0 authorises nobody (RFC 6811 s2)."""
    if one.rpki is None:
        return None
    return _distinct(Covering(vrp.prefix.length, vrp.max_length, vrp.asn != 0 and vrp.asn in one.claim.asns) for vrp in one.rpki.covering)


def _distinct(found: Iterable[Covering]) -> tuple[Covering, ...]:
    """Give each once, those of the AS numbers at hand first."""
    return tuple(sorted(set(found), key=lambda one: (not one.ours, one.first, one.last)))


def _parts(block: AddressRange, members: Sequence[Member]) -> Iterator[Part]:
    """Walk a block's members, which are sorted, from its first address to its last."""
    at, around = block.first, list[Member]()
    for member in members:
        while around and around[-1].prefix.last < member.prefix.network:
            done = around.pop()
            yield from _piece(block, at, done.prefix.last, done)
            at = max(at, done.prefix.last + 1)
        yield from _piece(block, at, member.prefix.network - 1, around[-1] if around else None)
        at = max(at, member.prefix.network)
        around.append(member)
    while around:
        done = around.pop()
        yield from _piece(block, at, done.prefix.last, done)
        at = max(at, done.prefix.last + 1)
    yield from _piece(block, at, block.last, None)


def _piece(block: AddressRange, first: int, last: int, member: Member | None) -> Iterator[Part]:
    """Give a piece, where it has any address."""
    if first <= last:
        yield Part(AddressRange(block.version, first, last), member)
