"""ExpressRoute rules, one group a file. Pure. Rule: a finding carries the id of the rule that made it.

To add a group: one file here and one name in ``GROUPS``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.rules import announced, asns, links, prefixes, registry

if TYPE_CHECKING:
    from bgpcheck.peering import Peering
    from bgpcheck.rules.base import Finding

GROUPS = (asns, prefixes, links, registry, announced)


def findings(peering: Peering) -> tuple[Finding, ...]:
    """Give what every rule says about a peering, each thing once, in the order of the groups."""
    return tuple(dict.fromkeys(finding for group in GROUPS for finding in group.check(peering)))
