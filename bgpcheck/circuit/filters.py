"""Route filters as JSON of Azure's REST API, ``az`` and PowerShell. Pure.

Rule: the communities of every rule that allows are kept as written; what they mean is said by ``communities`` and the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.circuit.seen import RouteFilter
from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from bgpcheck.circuit.loose import Part

TYPE = "/routefilters"
MOST_COMMUNITIES = 10_000


def is_filter(part: Part) -> bool:
    """Tell whether an object describes a route filter."""
    kind = part.text("type").lower()
    return kind.endswith(TYPE) or (not kind and "rules" in part.fields)


def route_filter(part: Part) -> RouteFilter:
    """Read a route filter; ``FormatError`` names the field that is wrong."""
    allowing = [rule for rule in part.parts("rules") if rule.text("access").lower() != "deny"]
    communities = tuple(dict.fromkeys(word for rule in allowing for word in rule.texts("communities")))
    if len(communities) > MOST_COMMUNITIES:
        raise FormatError(f"more than {MOST_COMMUNITIES} communities", field=part.name("rules"))
    return RouteFilter(part.text("id"), part.called(), communities, part.text("provisioningState"))
