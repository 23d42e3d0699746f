"""Fact *special*: does a prefix hold addresses that no customer can own? Pure.

Rule: the most specific row of IANA's tables decides each address; a row that is not "globally reachable: True" makes it special.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache

from bgpcheck.iana.special import SpecialBlock, special_blocks
from bgpcheck.model import BITS, Prefix

__all__ = ["SpecialBlock", "special"]


def special(prefix: Prefix) -> SpecialBlock | None:
    """Find the special-purpose block that any address of ``prefix`` falls into, or None.

    Where several do, the block that covers the whole prefix is named, else the first one inside it.
    """
    if prefix.length == 0:  # rule PFX-1: no default route on Microsoft peering
        return SpecialBlock(prefix, "default route", "", globally_reachable=False)
    starts, owners = pieces(prefix.version)
    touched = owners[bisect_right(starts, prefix.network) - 1 : bisect_right(starts, prefix.last)]
    found = [block for block in touched if block is not None and not block.globally_reachable]
    return min(found, key=lambda block: block.prefix, default=None)  # one that covers the prefix begins first, or is the shortest


@cache
def pieces(version: int) -> tuple[list[int], list[SpecialBlock | None]]:
    """Cut the address space at every table boundary: where each piece starts, and the row that decides it."""
    blocks = special_blocks(version)
    edges = {0, *(block.prefix.network for block in blocks), *(block.prefix.last + 1 for block in blocks)}
    starts = sorted(edges - {1 << BITS[version]})  # the end of the address space starts nothing
    return starts, [_decisive(Prefix(version, start, BITS[version]), blocks) for start in starts]


def _decisive(address: Prefix, blocks: tuple[SpecialBlock, ...]) -> SpecialBlock | None:
    """Pick the most specific row covering an address (footnotes of 192.0.0.0/24 and 2001::/23: a more specific row overrides)."""
    return max((block for block in blocks if block.prefix.covers(address)), key=lambda block: block.prefix.length, default=None)
