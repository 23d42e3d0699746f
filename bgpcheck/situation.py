"""What a decision looks at: one value for each fact, and the values that a fact may still have. Pure.

Rule: a fact that a source left open is the set of its possible values; no word stands for "not known" here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        if name == "irr":
            return self.irr.match
        if name == "authoritative":
            return self.irr.authoritative
        value: str | bool = getattr(self, "named_is_rir" if name == "namedIsRir" else name)
        return value


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

    def completions(self) -> Iterator[Situation]:
        """Every assignment of the open facts that is consistent (verdicts.md, Unknown facts)."""
        return (situation for situation in self.all_completions() if self._consistent(situation))

    def all_completions(self) -> Iterator[Situation]:
        """Every assignment of the open facts, consistent or not."""
        known = (self.azure, self.special, self.asn)
        for registration, irr, holder, rpki, named in product(self.registration, self.irr, self.holder, self.rpki, self.named_is_rir):
            yield Situation(*known, registration, self.announcement, self.signature, irr, holder, rpki, named)

    def fix(self, fact: str, value: str | IrrValue) -> World:
        """The same world with one open fact known."""
        return replace(self, **{fact: frozenset({value})})  # type: ignore[arg-type]

    def _consistent(self, situation: Situation) -> bool:
        """Hold open values against each other; two known facts are taken as they are, even when they disagree."""
        irr, rpki = situation.irr, situation.rpki
        open_rpki, open_irr = len(self.rpki) > 1, len(self.irr) > 1
        if irr.match == "hidden" and rpki not in RPKI_INVALID and (open_irr or open_rpki):
            return False
        if situation.registration not in NOT_ALLOCATED:
            return True
        open_registration = len(self.registration) > 1
        return not (
            (rpki in {"valid", "invalid-length"} and (open_registration or open_rpki))
            or (irr.match == "exact" and irr.authoritative and (open_registration or open_irr))
            or (situation.holder != "unlisted" and (open_registration or len(self.holder) > 1))
        )
