"""The lines of fact *irr* (verdicts.md): from marks to matches. Pure.

Rule: the first line that applies gives the match; marks that may be there leave every match open that they would make.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from typing import TYPE_CHECKING, NamedTuple

from bgpcheck.situation import IrrValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet


class Trait(NamedTuple):
    """What an object's source and origin add to a match; the fields of ``IrrValue``."""

    authoritative: bool
    weak: bool
    peer_only: bool


NO_TRAIT = Trait(authoritative=False, weak=False, peer_only=False)
Marks = frozenset[tuple[str, Trait]]  # (kind of mark, the trait seen with it)

NAMED_FITS = frozenset({"covering", "parts"})
# Lines of verdicts.md in their order: the match, and the kinds of mark that make it.
LINES = (
    ("exact", {"counted exact"}),
    ("other-registry", {"accepted exact", "accepted covering", "accepted parts"}),
    ("conflicting", {"conflicting"}),
    ("covering", {"counted covering"}),
    ("parts", {"counted parts"}),
    ("hidden", {"hidden"}),
    ("elsewhere", {"elsewhere exact", "elsewhere covering", "elsewhere parts"}),
    ("other-origin", {"other-origin"}),
)


@lru_cache(maxsize=65536)
def values(marks: Marks, addable: Marks) -> frozenset[IrrValue]:
    """Give every value that ``marks`` make with any of the ``addable`` ones beside them."""
    fits = [any(_traits(some, {f"counted {fit}" for fit in NAMED_FITS})) for some in (marks, marks | addable)]
    return frozenset(value for fit in set(fits) for value in _going_down(marks, addable, fit=fit))


def _going_down(marks: Marks, addable: Marks, *, fit: bool) -> Iterator[IrrValue]:
    """Go down the lines; ``fit``: a covering object or parts stand in the named registry, so that no other one is needed."""
    for match, kinds in LINES:
        if (match == "other-registry" and fit) or (match in NAMED_FITS and not fit):
            continue
        known = _traits(marks, kinds)
        yield from (IrrValue(match, *trait) for trait in _joined(known, _traits(addable, kinds)))
        if known or (match == "parts"):  # certain; or, with ``fit``, one of the two lines above was
            return
    yield IrrValue("absent")


def _traits(marks: Marks, kinds: AbstractSet[str]) -> frozenset[Trait]:
    """Collect the traits of several kinds of mark."""
    return frozenset(trait for kind, trait in marks if kind in kinds)


def _joined(known: Iterable[Trait], extra: Iterable[Trait]) -> set[Trait]:
    """Take the best of the objects that make a match: all of the ``known`` ones with any of the ``extra`` ones, at least one."""
    sure = [reduce(_best, known)] if known else []
    found = set(sure)
    for trait in extra:
        found |= {trait, *(_best(trait, one) for one in found)} if not sure else {_best(trait, one) for one in found}
    return found


def _best(one: Trait, other: Trait) -> Trait:
    """Join the traits of two objects: authoritative if either is, weak or peer-only if both are."""
    return Trait(one.authoritative or other.authoritative, one.weak and other.weak, one.peer_only and other.peer_only)
