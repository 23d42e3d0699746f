"""ExpressRoute rules, one group a file. Pure. Rule: a finding carries the id of the rule that made it.

To add a group: one file here and one name in ``GROUPS``, or in ``CIRCUIT`` where it looks at a circuit of Azure's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.circuit.seen import Seen
from bgpcheck.rules import announced, asns, both_links, edge, filters, internet, links, paths, prefixes, registry, states

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.peering import Peering
    from bgpcheck.rules.base import Finding

GROUPS = (asns, prefixes, links, registry, announced, paths, both_links, internet)
CIRCUIT = (states, filters, edge)


def findings(peering: Peering) -> tuple[Finding, ...]:
    """Give what every rule says about a peering and the circuit it is of, each thing once, in the order of the groups."""
    return both(peering, Seen(peering.circuit)) if peering.circuit else tuple(dict.fromkeys(_own(peering)))


def both(peering: Peering, seen: Seen) -> tuple[Finding, ...]:
    """Give what every rule says about a circuit and about its Microsoft peering, each thing once."""
    return tuple(dict.fromkeys((*_own(peering), *circuit_findings(seen))))


def circuit_findings(seen: Seen) -> tuple[Finding, ...]:
    """Give what every rule says about a circuit, each thing once."""
    return tuple(dict.fromkeys(finding for group in CIRCUIT for finding in group.check(seen)))


def _own(peering: Peering) -> Iterator[Finding]:
    """Give what the rules about a peering say."""
    return (finding for group in GROUPS for finding in group.check(peering))
