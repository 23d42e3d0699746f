"""What Microsoft's edge does with a route that a router announces to it, as far as it is documented. Pure.

Rule: every refusal names the rule that it rests on: it is documented (PFX-1, PFX-5, PFX-7, ASN-6), or what the RFC demands of every
receiver (PATH-2, inferred). Nothing else is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bgpcheck.facts.special import special
from bgpcheck.iana.asns import MICROSOFT_ASN
from bgpcheck.model import asplain
from bgpcheck.rules.announced import MOST_ROUTES
from bgpcheck.rules.asns import DOCUMENTATION_IN_PATH
from bgpcheck.table import PrefixIndex

if TYPE_CHECKING:
    from collections.abc import Callable

    from bgpcheck.model import Prefix, Route
    from bgpcheck.peering import Peering


@dataclass(frozen=True, slots=True)
class Ruling:
    """What becomes of a route: taken where ``rule`` is empty, else refused by that rule; ``why`` is a sentence that says what to do."""

    rule: str = ""
    why: str = ""

    @property
    def accepted(self) -> bool:
        """Tell whether the edge takes the route."""
        return not self.rule


TAKEN: Final = Ruling()


class Edge:
    """The edge of one peering."""

    def __init__(self, peering: Peering) -> None:
        """Take the list and the links of a peering."""
        self.limit = MOST_ROUTES  # LIM-1: a session and family
        self._listed = PrefixIndex((prefix, prefix) for _, prefix in peering.listed)
        self._open = not peering.listed  # without a list there is nothing to hold routes against
        self._links = [(name, link.prefix) for block in peering.blocks for name, link in block.links]

    def rule_on(self, route: Route) -> Ruling:
        """Say what becomes of a route: the first refusal that applies."""
        checks: tuple[Callable[[Route], Ruling | None], ...] = (self._loop, self._path, self._public, self._link, self._list)
        return next((found for check in checks if (found := check(route))), TAKEN)

    def lists(self, prefix: Prefix) -> bool:
        """Tell whether a listed prefix is, or covers, this one."""
        return bool(self._listed.covering(prefix))

    def _loop(self, route: Route) -> Ruling | None:
        """RFC 4271 s9.1.2: who finds his own AS number in the path leaves the route out."""
        if any(MICROSOFT_ASN in segment.asns for segment in route.path or ()):
            return Ruling("PATH-2", "its path contains AS12076: Microsoft takes it for a loop; take 12076 out of the path")
        return None

    def _path(self, route: Route) -> Ruling | None:
        """ASN-6: no documentation AS numbers."""
        found = next((asn for segment in route.path or () for asn in segment.asns if asn in DOCUMENTATION_IN_PATH), None)
        if found is not None:
            return Ruling("ASN-6", f"its path contains {asplain(found)}, which is for documentation: take it out")
        return None

    def _public(self, route: Route) -> Ruling | None:
        """PFX-1: no default route, nothing private or otherwise special."""
        block = special(route.prefix)
        if block is None:
            return None
        what = "it is the default route" if not route.prefix.length else f"it is not public ({block.name})"
        return Ruling("PFX-1", f"{what}: announce public addresses only")

    def _link(self, route: Route) -> Ruling | None:
        """PFX-7: not the link subnets. An aggregate that contains one is another prefix: nobody documents that it is refused."""
        for name, link in self._links:
            if link.covers(route.prefix):
                verb = "is" if link == route.prefix else "lies inside"
                return Ruling("PFX-7", f"it {verb} the {name} link subnet {link}: filter it from the export")
        return None

    def _list(self, route: Route) -> Ruling | None:
        """PFX-5: the list makes the access lists of Microsoft's routers."""
        if self._open or self._listed.covering(route.prefix):
            return None
        return Ruling("PFX-5", "no listed prefix covers it: list it, or stop announcing it")
