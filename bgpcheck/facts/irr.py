"""Fact *irr*: what do the routing registries say about prefix and AS number? Pure.

Rule: what is not known (a silent source, which objects a server hides, how far the allocation reaches) is read in every way, and
the fact has every value that some reading gives.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import chain, compress, product
from typing import TYPE_CHECKING

from bgpcheck.facts.irr_lines import values
from bgpcheck.facts.irr_marks import addable, marks, partial
from bgpcheck.model import Prefix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bgpcheck.facts.irr_marks import Evidence
    from bgpcheck.model import AddressRange, RouteObject
    from bgpcheck.situation import IrrValue

PSEUDO_SOURCE = "RPKI"  # IRRd serves ROAs under this name; registries.md: never a route object
MAX_OPEN = 4  # groups of objects of open visibility that are tried one by one; with more, any mark of theirs may be there or not


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose objects count for a claim.

    ``authorised``: AS numbers that count; ``customer``: the customer ASN where set. ``named``: sources of the named registry,
    None where none is named. ``accepted``, ``weak``: sources of all accepted registries, and those one confidence lower.
    ``filtering``: sources that hide what RPKI makes invalid.
    """

    authorised: frozenset[int]
    customer: int
    named: frozenset[str] | None
    accepted: frozenset[str]
    weak: frozenset[str]
    filtering: frozenset[str]

    def standing(self, source: str) -> str:
        """``counted`` where ``source`` can give exact and covering, ``accepted`` where Microsoft lists it, else ``elsewhere``."""
        if source in (self.accepted if self.named is None else self.named):
            return "counted"
        return "accepted" if source in self.accepted else "elsewhere"

    def peer_only(self, origin: int) -> bool:
        """Tell whether an authorised ``origin`` is the peer ASN beside a customer ASN."""
        return bool(self.customer) and origin != self.customer


@dataclass(frozen=True, slots=True)
class IrrFact:
    """Objects that concern a prefix, and every value that the fact may have.

    ``objects``: all that overlap it, exact ones first. ``hidden``: those that their server would not show. ``silent``: required
    sources that gave no answer.
    """

    prefix: Prefix
    objects: tuple[RouteObject, ...]
    hidden: tuple[RouteObject, ...]
    silent: frozenset[str]
    values: frozenset[IrrValue]
    at_hand: frozenset[IrrValue]  # values that the objects seen give, with nothing added for silent sources

    @property
    def match(self) -> str:
        """The one match, or ``unknown``."""
        matches = {value.match for value in self.values}
        return next(iter(matches)) if len(matches) == 1 else "unknown"

    @property
    def authoritative(self) -> bool | None:
        """Tell whether an exact object stands in the IRR of the prefix's own RIR; None where not known."""
        found = {value.authoritative for value in self.values}
        return next(iter(found)) if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Question:
    """A prefix and all that must be known to judge objects about it.

    ``own``: IRR sources that may be its RIR's (None among them: it may have none). ``direct``: its direct allocation; with
    ``spans`` it is known to have no single one. ``invalid(object)``: whether published ROAs make it invalid, None if not known.
    """

    prefix: Prefix
    terms: Terms
    own: frozenset[str | None]
    direct: AddressRange | None
    spans: bool
    invalid: Callable[[RouteObject], bool | None]

    def shown(self, one: RouteObject) -> bool | None:
        """Tell whether its server shows an object; None where that hangs on ROAs that are not known."""
        invalid = one.source in self.terms.filtering and self.invalid(one)
        return None if invalid is None else not invalid

    @property
    def coverable(self) -> bool:
        """Tell whether a less specific prefix may lie in the same direct allocation."""
        if not self.prefix.length:
            return False
        shift = self.prefix.bits - self.prefix.length + 1
        parent = Prefix(self.prefix.version, self.prefix.network >> shift << shift, self.prefix.length - 1)
        return not self.spans if self.direct is None else self.direct.covers(parent)


def irr(
    question: Question, objects: Iterable[RouteObject], required: Callable[[str | None], frozenset[str]], answered: frozenset[str]
) -> IrrFact:
    """Judge ``objects`` (of any prefix); ``required(own)`` names the sources whose silence counts, ``answered`` who spoke."""
    prefix = question.prefix
    near = sorted(
        {one for one in objects if one.prefix.overlaps(prefix) and one.source != PSEUDO_SOURCE},
        key=lambda one: (one.prefix != prefix, one.prefix, one.source, one.origin, one.maintainers, one.holes, one.last_modified),
    )
    sight = {one: question.shown(one) for one in near}
    readings, loose = _readings(question, sight)
    at_hand = partial(question, (one for one, shown in sight.items() if shown is not False))
    found: set[IrrValue] = set()
    at_hand_values: set[IrrValue] = set()
    silent: set[str] = set()
    for own in question.own:
        missing = required(own) - answered
        silent |= missing
        extra = frozenset(mark.of(own) for mark in loose | addable(question, missing, at_hand))
        for evidence in {frozenset(mark.of(own) for mark in reading) for reading in readings}:
            found |= values(evidence, extra)
            at_hand_values |= values(evidence, frozenset())
    hidden = tuple(one for one, shown in sight.items() if shown is False)
    return IrrFact(prefix, tuple(near), hidden, frozenset(silent), frozenset(found), frozenset(at_hand_values))


def _readings(question: Question, sight: Mapping[RouteObject, bool | None]) -> tuple[set[Evidence], Evidence]:
    """Give the marks in every reading of what is not known, and marks that may be there beside any of them.

    Not known may be which objects a filtering server shows, and how far the direct allocation reaches.
    """
    prefix, authorised = question.prefix, question.terms.authorised
    bearing = {one: shown for one, shown in sight.items() if one.prefix == prefix or one.origin in authorised}
    groups: dict[object, list[RouteObject]] = defaultdict(list)
    for one, shown in bearing.items():
        if shown is None:  # ROAs speak about prefix and origin; of other AS numbers, it only matters whether there is an object
            groups[(one.prefix, one.origin) if one.origin in authorised else one.source].append(one)
    lengths = _allocations(question, bearing)
    sure, out = ([one for one, shown in bearing.items() if shown is want] for want in (True, False))
    if len(groups) > MAX_OPEN:
        every = list(chain.from_iterable(groups.values()))
        loose = chain.from_iterable(marks(question, sure + every, out + every, shortest) for shortest in lengths)
        return {marks(question, sure, out, shortest) for shortest in lengths}, frozenset(loose)
    found: set[Evidence] = set()
    for choice in product((True, False), repeat=len(groups)):
        shown_now = [*sure, *chain.from_iterable(compress(groups.values(), choice))]
        hidden_now = [*out, *chain.from_iterable(compress(groups.values(), (not one for one in choice)))]
        found |= {marks(question, shown_now, hidden_now, shortest) for shortest in lengths}
    return found, frozenset()


def _allocations(question: Question, bearing: Iterable[RouteObject]) -> list[int]:
    """Give the shortest prefix length that lies inside the direct allocation, in every reading where it is not known."""
    prefix, direct = question.prefix, question.direct
    covering = {one.prefix for one in bearing if one.prefix.covers(prefix)}
    if direct is not None:
        return [min((one.length for one in covering if direct.covers(one)), default=prefix.length)]
    return sorted({prefix.length} if question.spans else {prefix.length, *(one.length for one in covering)})
