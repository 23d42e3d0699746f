"""Marks of fact *irr*: what each route object, or one that a silent source may hold, says about a prefix. Pure.

Rule: only an exact object of another AS, and objects of authorised ones, say anything.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.facts.irr_lines import NO_TRAIT, Trait

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bgpcheck.facts.irr import Question, Terms
    from bgpcheck.model import Prefix, RouteObject

Flags = tuple[bool, bool]  # (weak, peer-only)


class Mark(NamedTuple):
    """A kind of evidence, before it is known which source is the RIR's own; ``source`` is empty where that changes nothing."""

    kind: str
    source: str
    weak: bool = False
    peer_only: bool = False

    def of(self, own: str | None) -> tuple[str, Trait]:
        """Give kind and trait where ``own`` is the IRR source of the prefix's RIR."""
        if self.kind == "other":
            return ("conflicting" if self.source == own else "other-origin"), NO_TRAIT
        return self.kind, Trait(self.source == own, self.weak, self.peer_only)


Evidence = frozenset[Mark]


def _mark(terms: Terms, fit: str, source: str, origin: int) -> Mark:
    """Mark an authorised object."""
    kind = fit if fit == "hidden" else f"{terms.standing(source)} {fit}"
    return Mark(kind, source if kind == "counted exact" else "", source in terms.weak, terms.peer_only(origin))


def marks(question: Question, shown: Iterable[RouteObject], hidden: Iterable[RouteObject], shortest: int) -> Evidence:
    """Mark every object that bears on the prefix: exact ones, and all authorised ones."""
    prefix, terms = question.prefix, question.terms
    found: set[Mark] = set()
    parts: dict[str, list[RouteObject]] = defaultdict(list)
    for one in shown:
        if one.origin not in terms.authorised:
            found.add(Mark("other", one.source))
        elif _speaks(one, prefix, shortest):
            found.add(_mark(terms, "exact" if one.prefix == prefix else "covering", one.source, one.origin))
        elif not one.prefix.covers(prefix):
            parts[terms.standing(one.source)].append(one)
    for standing, group in parts.items():
        found.update(_part_marks(question, standing, group))
    for one in hidden:
        if one.origin in terms.authorised and one.source in terms.accepted and _speaks(one, prefix, shortest):
            found.add(_mark(terms, "hidden", one.source, one.origin))
    return frozenset(found)


def _speaks(one: RouteObject, prefix: Prefix, shortest: int) -> bool:
    """Tell whether an object is exact, or covers ``prefix`` inside its allocation and not by a hole (RFC 2622 s4)."""
    if one.prefix == prefix:
        return True
    return one.prefix.covers(prefix) and one.prefix.length >= shortest and not any(hole.overlaps(prefix) for hole in one.holes)


def _part_marks(question: Question, standing: str, group: Iterable[RouteObject]) -> Iterator[Mark]:
    """Mark more specifics that fill the prefix: weak where they need a weak source, peer-only where they need the peer ASN."""
    terms = question.terms
    traits = [(one, one.source in terms.weak, terms.peer_only(one.origin)) for one in group]
    for weak, peer in product((False, True), repeat=2):
        if _fill(question.prefix, [one for one, its_weak, its_peer in traits if its_weak <= weak and its_peer <= peer]):
            yield Mark(f"{standing} parts", "", weak, peer)


def _fill(prefix: Prefix, parts: Iterable[RouteObject]) -> bool:
    """Tell whether more specific objects together hold every address of ``prefix``."""
    reached = prefix.network
    for first, last in sorted(span for one in parts for span in _spans(one)):
        if first > reached:
            return False
        reached = max(reached, last + 1)
    return reached > prefix.last


def _spans(one: RouteObject) -> Iterator[tuple[int, int]]:
    """Give first and last address of what an object speaks for: its prefix without its holes (RFC 2622 s4)."""
    reached = one.prefix.network
    for hole in sorted(hole for hole in one.holes if hole.overlaps(one.prefix)):
        if hole.network > reached:
            yield reached, hole.network - 1
        reached = max(reached, hole.last + 1)
    if reached <= one.prefix.last:
        yield reached, one.prefix.last


def partial(question: Question, objects: Iterable[RouteObject]) -> Mapping[str, frozenset[Flags]]:
    """Give, by standing, what more specifics at hand would make of parts that a silent source completes: (weak, peer-only)."""
    prefix, terms = question.prefix, question.terms
    found = defaultdict[str, set[Flags]](lambda: {(False, False)})
    for one in objects:
        if one.origin in terms.authorised and not one.prefix.covers(prefix):
            flags = found[terms.standing(one.source)]
            weak, peer = one.source in terms.weak, terms.peer_only(one.origin)
            flags |= {(weak or its_weak, peer or its_peer) for its_weak, its_peer in flags}
    return {standing: frozenset(flags) for standing, flags in found.items()}


def addable(question: Question, silent: Iterable[str], at_hand: Mapping[str, frozenset[Flags]]) -> Evidence:
    """Give the marks that sources could add which did not answer."""
    prefix, terms = question.prefix, question.terms
    fits = ["exact", *(["covering"] if question.coverable else [])]
    found: set[Mark] = set()
    for source in silent:
        found.add(Mark("other", source))
        flags = at_hand.get(terms.standing(source), {(False, False)}) if prefix.length < prefix.bits else ()
        for asn in terms.authorised:
            found |= {_mark(terms, fit, source, asn) for fit in (*fits, *(["hidden"] if source in terms.accepted else []))}
            part = _mark(terms, "parts", source, asn)
            found |= {Mark(part.kind, "", part.weak or weak, part.peer_only or peer) for weak, peer in flags}
    return frozenset(found)
