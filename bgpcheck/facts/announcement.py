"""Fact *announcement*: which origin would Microsoft see? Pure.

Rule: what can't be told apart is no origin; an origin of NONE authorises nothing (RFC 6811 s2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.facts.asn import AsnKind, registry_kind
from bgpcheck.model import Segment, SegmentKind, origin_as

if TYPE_CHECKING:
    from collections.abc import Collection

    from bgpcheck.model import AsPath, Route


def strip_private(path: AsPath) -> AsPath:
    """Drop private AS numbers from every segment, and segments left empty, as Microsoft's edge does (ASN-6).

    A set keeps its place even when emptied: the aggregate's origin is not known all the same.
    """
    kept = (Segment(one.kind, tuple(asn for asn in one.asns if registry_kind(asn) is not AsnKind.PRIVATE)) for one in path)
    return tuple(one for one in kept if one.asns or one.kind is not SegmentKind.SEQUENCE)


def origin(path: AsPath | None) -> int | None:
    """Give the origin AS after stripping, or None for NONE (RFC 6811 s2): what Microsoft would see."""
    return origin_as(strip_private(path or ()))


@dataclass(frozen=True, slots=True)
class Announcement:
    """What was heard of a prefix: one route from each peer, none where nobody listened or nobody announced it."""

    routes: tuple[Route, ...]

    @property
    def origins(self) -> frozenset[int | None]:
        """Origin AS of every route, None for NONE."""
        return frozenset(origin(route.path) for route in self.routes)

    def state(self, authorised: Collection[int]) -> str:
        """``none``, ``authorised`` when every route's origin is, else ``not-authorised``."""
        if not self.routes:
            return "none"
        return "authorised" if all(one in authorised for one in self.origins) else "not-authorised"
