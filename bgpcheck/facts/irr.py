"""Fact *irr*: what do the routing registries say about prefix and AS number? Pure.

Rule: an object gets two marks, fit and origin, and the first line of verdicts.md that applies gives the match. A silent source
that could add a mark leaves every match open that such a mark would make.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.situation import IrrValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bgpcheck.model import AddressRange, Prefix, RouteObject

MAX_OPEN_OBJECTS = 6  # more objects of open visibility than this are judged all shown and all hidden only


class Trait(NamedTuple):
    """What an object's source and origin add to a match; the fields of ``IrrValue``."""

    authoritative: bool
    weak: bool
    peer_only: bool


NO_TRAIT = Trait(authoritative=False, weak=False, peer_only=False)
Marks = dict[str, frozenset[Trait]]  # kind of mark → the traits seen with it
Shown = tuple["RouteObject", ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose objects count for a claim.

    ``authorised``: AS numbers that count; ``customer``: the customer ASN where set. ``named``: sources of the named registry,
    None where none is named. ``accepted``, ``weak``: sources of all accepted registries, and those one confidence lower.
    ``required``: sources whose silence may decide. ``filtering``: sources that hide what RPKI makes invalid.
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

    def trait(self, source: str, origin: int, own: str | None) -> Trait:
        """Traits of an authorised object in ``source``; ``own`` is the IRR source of the prefix's RIR."""
        return Trait(source == own, source in self.weak, bool(self.customer) and origin != self.customer)


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
    values: frozenset[IrrValue] = field(repr=False)

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


def irr(
    question: Question, objects: Iterable[RouteObject], required: Callable[[str | None], frozenset[str]], answered: frozenset[str]
) -> IrrFact:
    """Judge ``objects`` (of any prefix); ``required(own)`` names the sources whose silence counts, ``answered`` who spoke."""
    prefix = question.prefix
    near = sorted(
        {one for one in objects if one.prefix.overlaps(prefix)},
        key=lambda one: (one.prefix != prefix, one.prefix, one.source, one.origin, one.maintainers),
    )
    values: set[IrrValue] = set()
    silent: set[str] = set()
    for own in question.own:
        missing = required(own) - answered
        silent |= missing
        open_marks = _addable(question, missing, own)
        for shown, hidden in _visibilities(question, near):
            for shortest in _allocations(question, shown + hidden):
                marks = _marks(question, shown, hidden, own, shortest)
                values |= set(_values(marks, open_marks))
    hidden_now = tuple(one for one in near if one.source in question.terms.filtering and question.invalid(one))
    return IrrFact(prefix, tuple(near), hidden_now, frozenset(silent), frozenset(values))


def _visibilities(question: Question, near: list[RouteObject]) -> Iterator[tuple[Shown, Shown]]:
    """Give every reading of which objects their servers show: a filtering source hides what ROAs make invalid."""
    verdicts = {one: one.source in question.terms.filtering and question.invalid(one) for one in near}
    open_objects = [one for one, hidden in verdicts.items() if hidden is None]
    if len(open_objects) > MAX_OPEN_OBJECTS:
        readings: Iterable[tuple[bool, ...]] = [(False,) * len(open_objects), (True,) * len(open_objects)]
    else:
        readings = product((False, True), repeat=len(open_objects))
    for reading in readings:
        now = verdicts | dict(zip(open_objects, reading, strict=True))
        yield tuple(one for one in near if not now[one]), tuple(one for one in near if now[one])


def _allocations(question: Question, near: Shown) -> Iterator[int]:
    """Give the shortest prefix length that lies inside the direct allocation, in every reading where it is not known."""
    prefix = question.prefix
    if question.direct is not None:
        inside = [one.prefix.length for one in near if one.prefix.covers(prefix) and question.direct.covers(one.prefix)]
        yield min(inside, default=prefix.length)
    elif question.spans:
        yield prefix.length
    else:
        yield from sorted({prefix.length, *(one.prefix.length for one in near if one.prefix.covers(prefix))})


def _marks(question: Question, shown: Shown, hidden: Shown, own: str | None, shortest: int) -> Marks:
    """Mark every object; only authorised ones have traits that matter."""
    prefix, terms = question.prefix, question.terms
    found: dict[str, set[Trait]] = defaultdict(set)
    parts: dict[str, list[RouteObject]] = defaultdict(list)
    for one in shown:
        standing = terms.standing(one.source)
        if one.origin not in terms.authorised:
            if one.prefix == prefix:
                found[_other(one.source, own)].add(NO_TRAIT)
        elif one.prefix == prefix or _covers(one, prefix, shortest):
            found[f"{standing} {'exact' if one.prefix == prefix else 'covering'}"].add(terms.trait(one.source, one.origin, own))
        elif prefix.covers(one.prefix):
            parts[standing].append(one)
    for standing, group in parts.items():
        if _fill(prefix, group):
            found[f"{standing} parts"] |= {terms.trait(one.source, one.origin, own) for one in group}
    for one in hidden:
        fits = one.prefix == prefix or _covers(one, prefix, shortest)
        if one.origin in terms.authorised and one.source in terms.accepted and fits:
            found["hidden"].add(terms.trait(one.source, one.origin, own))
    return {kind: frozenset(traits) for kind, traits in found.items()}


def _other(source: str, own: str | None) -> str:
    """Kind of mark of an exact object that names another AS."""
    return "conflicting" if source == own else "other-origin"


def _covers(one: RouteObject, prefix: Prefix, shortest: int) -> bool:
    """Tell whether a less specific object speaks for ``prefix``: inside its allocation, and not a hole (RFC 2622 s4)."""
    return one.prefix.covers(prefix) and one.prefix.length >= shortest and not any(hole.overlaps(prefix) for hole in one.holes)


def _fill(prefix: Prefix, parts: Iterable[RouteObject]) -> bool:
    """Tell whether more specific objects together hold every address of ``prefix``."""
    reached = prefix.network
    for part in sorted(one.prefix for one in parts):
        if part.network > reached:
            return False
        reached = max(reached, part.last + 1)
    return reached > prefix.last


def _addable(question: Question, silent: Iterable[str], own: str | None) -> Marks:
    """Give the marks that sources could add which did not answer."""
    terms = question.terms
    found: dict[str, set[Trait]] = defaultdict(set)
    for source in silent:
        found[_other(source, own)].add(NO_TRAIT)
        for asn in terms.authorised:
            trait = terms.trait(source, asn, own)
            found["hidden"] |= {trait} if source in terms.accepted else set()
            for fit in ("exact", "covering", "parts"):
                found[f"{terms.standing(source)} {fit}"].add(trait)
    return {kind: frozenset(traits) for kind, traits in found.items()}


NAMED_FITS = frozenset({"covering", "parts"})
# Lines of verdicts.md in their order: the match, and the kinds of mark that make it.
LINES = (
    ("exact", ("counted exact",)),
    ("other-registry", ("accepted exact", "accepted covering", "accepted parts")),
    ("conflicting", ("conflicting",)),
    ("covering", ("counted covering",)),
    ("parts", ("counted parts",)),
    ("hidden", ("hidden",)),
    ("elsewhere", ("elsewhere exact", "elsewhere covering", "elsewhere parts")),
    ("other-origin", ("other-origin",)),
)


def _traits(marks: Marks, kinds: Iterable[str]) -> frozenset[Trait]:
    """Collect the traits of several kinds of mark."""
    return frozenset(chain.from_iterable(marks.get(kind, ()) for kind in kinds))


def _values(marks: Marks, addable: Marks) -> Iterator[IrrValue]:
    """Give every value that ``marks`` make with any of the ``addable`` ones beside them."""
    fit_kinds = [kind for match, kinds in LINES if match in NAMED_FITS for kind in kinds]
    known_fit, open_fit = bool(_traits(marks, fit_kinds)), bool(_traits(addable, fit_kinds))
    for fit in {known_fit, known_fit or open_fit}:
        yield from _values_with(marks, addable, fit=fit)


def _values_with(marks: Marks, addable: Marks, *, fit: bool) -> Iterator[IrrValue]:
    """Go down the lines; ``fit``: a covering object or parts stand in the named registry, so that no other one is needed."""
    for match, kinds in LINES:
        if (match == "other-registry" and fit) or (match in NAMED_FITS and not fit):
            continue
        known = _traits(marks, kinds)
        yield from _values_of(match, known, _traits(addable, kinds) - known)
        if known or (match == "parts"):  # certain; or, with ``fit``, one of the two lines above was
            return
    yield IrrValue("absent")


def _values_of(match: str, known: frozenset[Trait], extra: frozenset[Trait]) -> Iterator[IrrValue]:
    """Give the values of one line: the known marks with any of the extra ones; none where there is no mark at all."""
    for size in range(len(extra) + 1):
        for more in combinations(sorted(extra), size):
            if known or more:
                yield _value(match, known | set(more))


def _value(match: str, traits: Iterable[Trait]) -> IrrValue:
    """Take the best of the objects that make a match: authoritative if any is, weak or peer-only if all are."""
    seen = list(traits)
    authoritative = match == "exact" and any(trait.authoritative for trait in seen)
    return IrrValue(match, authoritative, all(trait.weak for trait in seen), all(trait.peer_only for trait in seen))
