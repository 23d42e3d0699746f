"""Rules about the list of prefixes: PFX-1 to PFX-8, and what the list says about itself. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bgpcheck.facts.special import special
from bgpcheck.model import Prefix
from bgpcheck.rules.base import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.peering import Block, Listed, Peering


def check(peering: Peering) -> Iterator[Finding]:
    """Judge every listed or announced prefix by itself, then the list as a whole."""
    for block in peering.blocks:
        for one in block.prefixes:
            yield from _spelling(one)
            yield from _family(one, block)
    for prefix in dict.fromkeys((*(prefix for _, prefix in peering.listed), *(route.prefix for route in peering.routes))):
        yield from _public(prefix)
        yield from _link(prefix, peering)
    yield from _duplicates(peering)
    yield from _nested(peering)


def _spelling(one: Listed) -> Iterator[Finding]:
    """PFX-8: other tools compare prefixes as text."""
    right = str(one.prefix)
    if one.masked:
        message = f"{one.text} has host bits set; judged as {right}"
        yield Finding("PFX-8", Severity.WARNING, right, message, f"write {right}")
    elif one.text != right:
        yield Finding("PFX-8", Severity.NOTE, right, f"{one.text} is not the canonical spelling", f"write {right}")


def _family(one: Listed, block: Block) -> Iterator[Finding]:
    """PFX-3: each family has its own list."""
    if one.prefix.family != block.family:
        message = f"{one.prefix} stands in the {block.family} list"
        yield Finding("PFX-3", Severity.BLOCKER, str(one.prefix), message, f"move it to {one.prefix.family}.prefixes")


def _public(prefix: Prefix) -> Iterator[Finding]:
    """PFX-1: public space only, and never the default route."""
    block = special(prefix)
    if block is not None:
        source = f" ({block.rfc})" if block.rfc else ""
        message = f"{prefix} is not public: {block.name}, {block.prefix}{source}"
        yield Finding("PFX-1", Severity.BLOCKER, str(prefix), message, "advertise public addresses only")


def _link(prefix: Prefix, peering: Peering) -> Iterator[Finding]:
    """PFX-7: the link subnets stay out of the list."""
    for block in peering.blocks:
        for name, link in block.links:
            if prefix.covers(link.prefix) or link.prefix.covers(prefix):
                message = f"{prefix} overlaps the {name} link subnet {link.prefix}"
                yield Finding("PFX-7", Severity.WARNING, str(prefix), message, "do not advertise the link subnets")


def _duplicates(peering: Peering) -> Iterator[Finding]:
    """LIST-1: the same prefix twice, however it is spelled."""
    counts = Counter(one.prefix for block in peering.blocks for one in block.prefixes)
    for prefix, count in counts.items():
        if count > 1:
            yield Finding("LIST-1", Severity.WARNING, str(prefix), f"{prefix} is listed {count} times; judged once", "keep one of them")


def _nested(peering: Peering) -> Iterator[Finding]:
    """LIST-2: prefixes inside others of the list. netaddr's set algebra says what the list comes down to."""
    prefixes = [prefix for _, prefix in peering.listed]
    if len(prefixes) < 2:  # noqa: PLR2004 (nothing can be nested)
        return
    from netaddr import IPNetwork, cidr_merge  # noqa: PLC0415 (its import is a fifth of a short run)

    merged = [Prefix.parse(str(block)) for block in cidr_merge([IPNetwork(str(prefix)) for prefix in prefixes])]
    known = frozenset(prefixes)
    for prefix in prefixes:
        wider = _wider(prefix, known)
        if wider is not None:
            remedy = "keep both only where both are announced"
            yield Finding("LIST-2", Severity.NOTE, str(prefix), f"{prefix} lies inside {wider}, which is listed too", remedy)
    joined = [block for block in merged if block not in known]
    for block in joined:
        parts = [str(prefix) for prefix in prefixes if block.covers(prefix)]
        message = f"{', '.join(parts[:4])}{' …' if len(parts) > 4 else ''} together make {block}"  # noqa: PLR2004 (enough to recognise)
        yield Finding("LIST-2", Severity.NOTE, str(block), message, f"list {block} instead if it is registered as one block")


def _wider(prefix: Prefix, known: frozenset[Prefix]) -> Prefix | None:
    """Find the most specific listed prefix that covers ``prefix`` and is not it."""
    for length in range(prefix.length - 1, -1, -1):
        shift = prefix.bits - length
        wider = Prefix(prefix.version, prefix.network >> shift << shift, length)
        if wider in known:
            return wider
    return None
