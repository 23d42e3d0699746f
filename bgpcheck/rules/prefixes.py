"""Rules about the list of prefixes: PFX-1 to PFX-8, and what the list says about itself. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from bgpcheck.facts.special import special
from bgpcheck.model import Prefix
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.table import PrefixIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.peering import Block, Listed, Peering


def check(peering: Peering) -> Iterator[Finding]:
    """Judge every listed or announced prefix by itself, then the list as a whole."""
    for block in peering.blocks:
        for one in block.prefixes:
            yield from _spelling(one)
            yield from _family(one, block)
    announced = (route.prefix for route in peering.towards_microsoft)
    for prefix in dict.fromkeys((*(prefix for _, prefix in peering.listed), *announced)):
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
    """PFX-7: the link subnets stay out of list and announcements. Special space around one is PFX-1's alone."""
    for block in peering.blocks:
        for name, link in block.links:
            if link.prefix.covers(prefix):
                verb = "is" if prefix == link.prefix else "lies inside"
                message, remedy = f"{prefix} {verb} the {name} link subnet {link.prefix}", "do not advertise the link subnets"
            elif prefix.covers(link.prefix) and special(prefix) is None:
                message = f"{prefix} contains the {name} link subnet {link.prefix}"
                remedy = "do not advertise the link subnets: number the links from elsewhere, or announce parts without them"
            else:
                continue
            yield Finding("PFX-7", Severity.WARNING, str(prefix), message, remedy)


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

    merged = {Prefix.parse(str(block)) for block in cidr_merge([IPNetwork(str(prefix)) for prefix in prefixes])}
    known = PrefixIndex((prefix, prefix) for prefix in prefixes)
    joined = PrefixIndex((block, block) for block in merged.difference(prefixes))
    parts: dict[Prefix, list[str]] = defaultdict(list)
    for prefix in prefixes:
        *wider, _ = known.covering(prefix)
        if wider:
            remedy = "keep both only where both are announced"
            yield Finding("LIST-2", Severity.NOTE, str(prefix), f"{prefix} lies inside {wider[-1]}, which is listed too", remedy)
        for block in joined.covering(prefix):
            parts[block].append(str(prefix))
    for block, names in sorted(parts.items()):
        message = f"{', '.join(names[:4])}{' …' if len(names) > 4 else ''} together make {block}"  # noqa: PLR2004 (enough to recognise)
        yield Finding("LIST-2", Severity.NOTE, str(block), message, f"list {block} instead if it is registered as one block")
