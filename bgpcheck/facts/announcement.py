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

MOST_SPELLED = 16  # AS numbers of a path
COUNTED = frozenset({SegmentKind.SEQUENCE, SegmentKind.AMBIGUOUS})
SETS = frozenset({SegmentKind.SET, SegmentKind.UNPLACED_SET})
BRACKETS = {
    SegmentKind.SET: ("{", "}"),
    SegmentKind.UNPLACED_SET: ("{", "}"),
    SegmentKind.CONFED_SEQUENCE: ("(", ")"),
    SegmentKind.CONFED_SET: ("[", "]"),
}


def strip_private(path: AsPath) -> AsPath:
    """Drop private AS numbers from every segment, and segments left empty, as Microsoft's edge does (ASN-6).

    A set keeps its place even when emptied: the aggregate's origin is not known all the same.
    """
    kept = (Segment(one.kind, tuple(asn for asn in one.asns if registry_kind(asn) is not AsnKind.PRIVATE)) for one in path)
    return tuple(one for one in kept if one.asns or one.kind is not SegmentKind.SEQUENCE)


def origin(path: AsPath | None) -> int | None:
    """Give the origin AS after stripping, or None for NONE (RFC 6811 s2): what Microsoft would see."""
    return origin_as(strip_private(path or ()))


def length(path: AsPath) -> int:
    """Give how long a path counts: a set as one (RFC 4271 s9.1.2.2 a), a confederation's segments as nothing (RFC 5065 s5.3)."""
    return sum(len(one.asns) if one.kind in COUNTED else one.kind in SETS for one in path)


def spelled(path: AsPath) -> str:
    """Spell a path as routers do: a set in braces, a confederation's segments in brackets; at most ``MOST_SPELLED`` AS numbers."""
    words, left = list[str](), MOST_SPELLED
    for one in path:
        if not left:
            words.append("…")
            break
        start, end = BRACKETS.get(one.kind, ("", ""))
        inside = " ".join(map(str, one.asns[:left]))
        words.append(f"{start}{inside}{' …' if len(one.asns) > left else ''}{end}")
        left -= len(one.asns)
        if left < 0:
            break
    return " ".join(words)


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
