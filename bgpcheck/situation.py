"""What a decision looks at: one value for each fact, and the values that a fact may still have. Pure.

Rule: a fact that a source left open is the set of its possible values; no word stands for "not known" here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Every field that a policy row may read, with all its values (verdicts.md, Facts).
DOMAIN: dict[str, tuple[str | bool, ...]] = {
    "azure": (
        "none",
        "updating",
        "configured",
        "manual-validation-needed",
        "not-configured",
        "validation-needed",
        "validation-failed",
        "asn-validation-failed",
        "certificate-missing-in-routing-registry",
        "invalid-signature-encoding",
        "signature-verification-failed",
        "other-state",
    ),
    "special": (False, True),
    "asn": ("public", "private-with-customer", "private", "none"),
    "registration": ("allocated", "assigned", "legacy", "reserved", "available", "absent"),
    "announcement": ("none", "authorised", "not-authorised"),
    "signature": ("none", "verified", "certificate-missing", "encoding-invalid", "signature-invalid"),
    "irr": (
        "exact",
        "other-registry",
        "conflicting",
        "covering",
        "parts",
        "hidden",
        "elsewhere",
        "other-origin",
        "absent",
    ),
    "authoritative": (False, True),
    "holder": ("same", "similar", "different", "unlisted"),
    "rpki": ("valid", "invalid-length", "invalid-asn", "as0", "not-found"),
    "namedIsRir": (True, False),
}
NOT_ALLOCATED = frozenset({"reserved", "available", "absent"})
RPKI_INVALID = frozenset({"invalid-length", "invalid-asn", "as0"})


class IrrValue(NamedTuple):
    """The irr fact: its match, and what lowers or raises the trust in it.

    ``authoritative``: an exact object stands in the IRR of the prefix's own RIR. ``weak``: only in sources that count one
    confidence lower. ``peer_only``: a customer ASN is set, but only the peer ASN matches.
    """

    match: str
    authoritative: bool = False
    weak: bool = False
    peer_only: bool = False


# What excludes each other (verdicts.md, Unknown facts): a property of one fact, and a property of another.
EXCLUSIVE: tuple[tuple[str, Callable[[Any], bool], str, Callable[[Any], bool]], ...] = (
    ("irr", lambda irr: irr.match == "hidden", "rpki", lambda rpki: rpki not in RPKI_INVALID),
    ("registration", lambda status: status in NOT_ALLOCATED, "rpki", lambda rpki: rpki in {"valid", "invalid-length"}),
    ("registration", lambda status: status in NOT_ALLOCATED, "irr", lambda irr: irr.match == "exact" and irr.authoritative),
    ("registration", lambda status: status in NOT_ALLOCATED, "holder", lambda holder: holder != "unlisted"),
)


class Situation(NamedTuple):
    """One value for every fact: a row of the finite table."""

    azure: str
    special: bool
    asn: str
    registration: str
    announcement: str
    signature: str
    irr: IrrValue
    holder: str
    rpki: str
    named_is_rir: bool

    def field(self, name: str) -> str | bool:
        """Value of the policy field ``name`` (a key of ``DOMAIN``)."""
        value: str | bool = _FIELDS[name](self)
        return value


_ELSEWHERE = {"irr": "irr.match", "authoritative": "irr.authoritative", "namedIsRir": "named_is_rir"}
_FIELDS = {name: attrgetter(_ELSEWHERE.get(name, name)) for name in DOMAIN}


@dataclass(frozen=True, slots=True)
class World:
    """Possible values of every fact, under one reading of the AS numbers; a known fact has one value."""

    azure: str
    special: bool
    asn: str
    registration: frozenset[str]
    announcement: str
    signature: str
    irr: frozenset[IrrValue]
    holder: frozenset[str]
    rpki: frozenset[str]
    named_is_rir: frozenset[bool]
    at_hand: frozenset[IrrValue] = frozenset()  # values of irr that the objects seen give, with nothing added for silent sources

    def completions(self) -> Iterator[Situation]:
        """Every assignment of the open facts that is consistent (verdicts.md, Unknown facts)."""
        excluded = tuple(self._excluded())
        for situation in self.all_completions():
            for one, ones, other, others in excluded:
                if getattr(situation, one) in ones and getattr(situation, other) in others:
                    break
            else:
                yield situation

    def all_completions(self) -> Iterator[Situation]:
        """Every assignment of the open facts, consistent or not."""
        known = (self.azure, self.special, self.asn)
        for registration, irr, holder, rpki, named in product(self.registration, self.irr, self.holder, self.rpki, self.named_is_rir):
            yield Situation(*known, registration, self.announcement, self.signature, irr, holder, rpki, named)

    def _excluded(self) -> Iterator[tuple[str, frozenset[Any], str, frozenset[Any]]]:
        """Values of two facts that exclude each other here; two facts that are known to are taken as they are."""
        for one, is_one, other, is_other in EXCLUSIVE:
            ones, others = (frozenset(filter(test, getattr(self, fact))) for fact, test in ((one, is_one), (other, is_other)))
            if one == "irr" and len(self.rpki) == 1:
                ones -= self.at_hand  # an object that is seen to be hidden is so for its own prefix and AS number, whatever the claim's
            if ones != getattr(self, one) or others != getattr(self, other):
                yield one, ones, other, others
