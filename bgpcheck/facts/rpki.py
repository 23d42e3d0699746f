"""Fact *rpki*: route origin validation of RFC 6811, with its evidence. Pure.

Rule: only the covering VRPs are kept; the state is computed from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bgpcheck.model import Prefix, Vrp


class RpkiState(StrEnum):
    """Validation state of RFC 6811 s2, its Invalid told apart by the nearest miss."""

    VALID = "valid"
    INVALID_LENGTH = "invalid-length"
    INVALID_ASN = "invalid-asn"
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class RpkiValidity:
    """The VRPs that cover ``prefix``, judged for any of ``asns`` as its origin.

    ``asns`` is sorted and may be empty: an origin of NONE (RFC 6811 s2: the AS_PATH ends in an AS_SET). Every covering VRP is in
    exactly one of ``matched``, ``unmatched_length`` and ``unmatched_asn``.
    """

    prefix: Prefix
    asns: tuple[int, ...]
    covering: tuple[Vrp, ...]

    @property
    def matched(self) -> tuple[Vrp, ...]:
        """VRPs that authorise the announcement (RFC 6811 s2: "Matched")."""
        return tuple(vrp for vrp in self.covering if self._names(vrp) and self.prefix.length <= vrp.max_length)

    @property
    def unmatched_length(self) -> tuple[Vrp, ...]:
        """VRPs that name one of the AS numbers, but whose maxLength the prefix exceeds."""
        return tuple(vrp for vrp in self.covering if self._names(vrp) and self.prefix.length > vrp.max_length)

    @property
    def unmatched_asn(self) -> tuple[Vrp, ...]:
        """VRPs that name none of the AS numbers, whatever their maxLength."""
        return tuple(vrp for vrp in self.covering if not self._names(vrp))

    @property
    def state(self) -> RpkiState:
        """State of the best of the AS numbers."""
        if not self.covering:
            return RpkiState.NOT_FOUND  # RFC 6811 s2: "No VRP Covers the Route Prefix"
        if self.matched:
            return RpkiState.VALID  # RFC 6811 s2: "At least one VRP Matches the Route Prefix"
        # RFC 6811 s2: "At least one VRP Covers the Route Prefix, but no VRP Matches it" is Invalid, here told apart
        return RpkiState.INVALID_LENGTH if self.unmatched_length else RpkiState.INVALID_ASN

    @property
    def only_as0(self) -> bool:
        """Tell whether the prefix is kept out of routing: only AS0 VRPs cover it (RFC 6907 s7.1.6)."""
        return bool(self.covering) and all(vrp.asn == 0 for vrp in self.covering)

    def _names(self, vrp: Vrp) -> bool:
        """Tell whether a VRP names one of the AS numbers (RFC 6811 s2: a VRP of AS0 matches nothing, nor does origin AS0)."""
        return vrp.asn != 0 and vrp.asn in self.asns


def validate(prefix: Prefix, asns: Iterable[int], vrps: Iterable[Vrp]) -> RpkiValidity:
    """Validate ``prefix`` against ``vrps``, originated by any of ``asns`` (none at all: origin NONE)."""
    covering = {vrp for vrp in vrps if vrp.prefix.covers(prefix)}
    return RpkiValidity(prefix, tuple(sorted(set(asns))), tuple(sorted(covering, key=_order)))


def lapsed(vrp: Vrp, dated: datetime | None) -> bool:
    """Tell whether a VRP had expired when its export was made, by the export's own date: no validator gives such a one.

    What expires later tells of the file's age (registries.md), which is judged as a whole.
    """
    return dated is not None and vrp.expires is not None and vrp.expires < dated.timestamp()


def possible(prefix: Prefix, asns: Iterable[int], firm: Iterable[Vrp], doubted: Iterable[Vrp]) -> tuple[RpkiValidity, ...]:
    """Validate with none of the VRPs that may be there or not, and with each: the best of those there decides, so more tell nothing."""
    asns, firm = tuple(asns), tuple(firm)
    return tuple(validate(prefix, asns, (*firm, *one)) for one in ((), *((vrp,) for vrp in doubted)))


def _order(vrp: Vrp) -> tuple[Prefix, int, int, str, int]:
    """Sort by everything, unknown expiry first."""
    return vrp.prefix, vrp.max_length, vrp.asn, vrp.trust_anchor, -1 if vrp.expires is None else vrp.expires
