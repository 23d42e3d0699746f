"""Evidence of fact *irr* as bits of one number, and the values that it makes: once for each different evidence. Pure; needs numpy.

Rule: a bit is a mark of ``facts.irr_marks`` with its trait; which values marks make, ``facts.irr_lines`` says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from bgpcheck.columns.distinct import unique_rows
from bgpcheck.columns.runs import ZERO
from bgpcheck.facts.irr import Question, Terms
from bgpcheck.facts.irr_lines import NO_TRAIT, Trait, values
from bgpcheck.facts.irr_marks import addable
from bgpcheck.model import Prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from bgpcheck.columns.irr import Seen
    from bgpcheck.situation import IrrValue

    Bits = NDArray[np.uint64]

# Evidence: kind of mark and its trait, a bit each (``Mark.of``).
STRONG, WEAK = (Trait(authoritative=False, weak=weak, peer_only=False) for weak in (False, True))
_OWN = tuple(Trait(authoritative=True, weak=weak, peer_only=False) for weak in (False, True))
KINDS: tuple[tuple[str, Trait], ...] = (
    *(("counted exact", trait) for trait in (*_OWN, STRONG, WEAK)),
    *((kind, trait) for kind in ("counted covering", "counted parts", "hidden") for trait in (STRONG, WEAK)),
    *((f"elsewhere {fit}", STRONG) for fit in ("exact", "covering", "parts")),
    *((kind, NO_TRAIT) for kind in ("conflicting", "other-origin")),
)
BIT = {kind: 1 << number for number, kind in enumerate(KINDS)}
EXACT_OWN, EXACT_OWN_WEAK, EXACT, EXACT_WEAK = (BIT["counted exact", trait] for trait in (*_OWN, STRONG, WEAK))
COVERING, COVERING_WEAK = (BIT["counted covering", trait] for trait in (STRONG, WEAK))
PARTS, PARTS_WEAK = (BIT["counted parts", trait] for trait in (STRONG, WEAK))
HIDDEN, HIDDEN_WEAK = (BIT["hidden", trait] for trait in (STRONG, WEAK))
ELSEWHERE, ELSEWHERE_COVERING, ELSEWHERE_PARTS = (BIT[f"elsewhere {fit}", STRONG] for fit in ("exact", "covering", "parts"))
CONFLICTING, OTHER = BIT["conflicting", NO_TRAIT], BIT["other-origin", NO_TRAIT]

NET, HOST = Prefix(4, 1 << 24, 24), Prefix(4, 1 << 24, 32)  # of silent sources it only matters whether a prefix can have parts


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Masks:
    """Sets of sources as bits: those at hand that count, and what settings say of all that may matter. ``names``: source of each bit."""

    names: Sequence[str]
    live: int
    accepted: int
    weak: int
    filtering: int

    def bits(self, names: Any) -> int:  # noqa: ANN401 (any collection of words)
        """Give the bits of some sources."""
        return sum(1 << number for number, name in enumerate(self.names) if name in names)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Asked:
    """What else the values hang on, a number a row; rows with equal ones and equal evidence have equal values.

    ``own``: bit of the source of the prefix's RIR, 0 for none; ``missing``: bits of required sources that are silent; ``coverable``
    and ``host``: ``Question.coverable``, and whether it is one address.
    """

    own: Bits
    missing: Bits
    coverable: NDArray[np.bool_]
    host: NDArray[np.bool_]

    def of(self, rows: NDArray[np.intp]) -> Asked:
        """Give some rows."""
        return Asked(self.own[rows], self.missing[rows], self.coverable[rows], self.host[rows])


@dataclass(slots=True, eq=False, repr=False)
class Values:
    """Values of the fact as bits of one number, and the number of each evidence that was met."""

    masks: Masks
    terms: Terms
    order: dict[IrrValue, int] = field(default_factory=dict)
    met: dict[tuple[int, ...], tuple[int, int]] = field(default_factory=dict)

    def values(self, number: int) -> frozenset[IrrValue]:
        """Give the values that a number stands for."""
        return frozenset(value for value, place in self.order.items() if number >> place & 1)

    def judge(self, evidence: NDArray[np.uint32], asked: Asked, weak_inside: NDArray[np.bool_], *, authorised: bool) -> tuple[Bits, Bits]:
        """Give, for each row, its values, and those of the objects seen alone (``World.at_hand``), as numbers."""
        flags = (
            asked.coverable.astype(np.uint64) | asked.host.astype(np.uint64) << np.uint64(1) | weak_inside.astype(np.uint64) << np.uint64(2)
        )
        different, _, which = unique_rows((evidence, asked.own, asked.missing, flags))
        found = [self._met((*row, int(authorised))) for row in different]
        both = np.array(found, np.uint64).reshape(-1, 2)[which]
        return both[:, 0], both[:, 1]

    def _met(self, key: tuple[int, ...]) -> tuple[int, int]:
        """Judge one evidence, remembering."""
        if key not in self.met:
            evidence, own, missing, flags, authorised = key
            marks = frozenset(decoded(evidence))
            extra = self._extra(own, missing, flags, authorised=bool(authorised)) if missing else frozenset()
            self.met[key] = self._number(values(marks, extra)), self._number(values(marks, frozenset()))
        return self.met[key]

    def _extra(self, own: int, missing: int, flags: int, *, authorised: bool) -> frozenset[tuple[str, Trait]]:
        """Give the marks that silent sources may add."""
        coverable, host, weak = (bool(flags >> place & 1) for place in range(3))
        silent = [name for number, name in enumerate(self.masks.names) if missing >> number & 1]
        terms = self.terms if authorised else Terms(frozenset(), 0, None, self.terms.accepted, self.terms.weak, self.terms.filtering)
        question = Question(HOST if host else NET, terms, frozenset(), None, not coverable, lambda _: None)
        at_hand = {"counted": frozenset({(False, False), (True, False)})} if weak else {}
        name = next((name for number, name in enumerate(self.masks.names) if own >> number & 1), None)
        return frozenset(mark.of(name) for mark in addable(question, silent, at_hand))

    def _number(self, found: frozenset[IrrValue]) -> int:
        """Give the number of some values."""
        number = 0
        for value in found:
            number |= 1 << self.order.setdefault(value, len(self.order))
        return number


def decoded(evidence: int) -> Iterator[tuple[str, Trait]]:
    """Give the marks that bits stand for; parts that one source fills, a peer ASN's objects fill too (``_part_marks``)."""
    for number, (kind, trait) in enumerate(KINDS):
        if evidence >> number & 1:
            yield kind, trait


def exact_bits(seen: Seen, own: Bits, masks: Masks) -> NDArray[np.uint32]:
    """Give the evidence of exact objects and of parts, with these own sources."""
    accepted, weak = np.uint64(masks.accepted), np.uint64(masks.weak)
    evidence = seen.parts.copy()
    for bit, there in (
        (EXACT_OWN, seen.auth & accepted & own & ~weak),
        (EXACT_OWN_WEAK, seen.auth & accepted & own & weak),
        (EXACT, seen.auth & accepted & ~own & ~weak),
        (EXACT_WEAK, seen.auth & accepted & ~own & weak),
        (ELSEWHERE, seen.auth & ~accepted),
        (HIDDEN, seen.hidden & accepted & ~weak),
        (HIDDEN_WEAK, seen.hidden & accepted & weak),
        (CONFLICTING, seen.other & own),
        (OTHER, seen.other & ~own),
    ):
        evidence |= np.where(there != ZERO, np.uint32(bit), np.uint32(0))
    return evidence


def covering_bits(shown: Bits, hidden: Bits, masks: Masks) -> NDArray[np.uint32]:
    """Give the evidence of one less specific prefix."""
    accepted, weak = np.uint64(masks.accepted), np.uint64(masks.weak)
    evidence = np.zeros(len(shown), np.uint32)
    for bit, there in (
        (COVERING, shown & accepted & ~weak),
        (COVERING_WEAK, shown & accepted & weak),
        (ELSEWHERE_COVERING, shown & ~accepted),
        (HIDDEN, hidden & accepted & ~weak),
        (HIDDEN_WEAK, hidden & accepted & weak),
    ):
        evidence |= np.where(there != ZERO, np.uint32(bit), np.uint32(0))
    return evidence
