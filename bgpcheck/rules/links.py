"""Rules about the two links and the session on them: LNK-1 to LNK-3. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.facts.special import special
from bgpcheck.rules.base import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.peering import Block, Listed, Peering

LENGTHS = {"ipv4": 30, "ipv6": 126}
MOST_KEY = 25  # LNK-3: characters
VLANS = range(1, 4095)  # IEEE 802.1Q


def check(peering: Peering) -> Iterator[Finding]:
    """Judge the link subnets of each family, the VLAN id and the MD5 key."""
    for block in peering.blocks:
        for name, link in block.links:
            yield from _link(f"{block.family}.{name}", link, block)
        yield from _distinct(block)
    if peering.vlan_id is not None and peering.vlan_id not in VLANS:
        message = f"VLAN id {peering.vlan_id} does not exist: 1 to 4094 (inferred from 802.1Q)"
        yield Finding("LNK-2", Severity.BLOCKER, "vlanId", message, "choose a VLAN id from 1 to 4094")
    for fault in peering.secret_faults:
        yield Finding("LNK-3", Severity.BLOCKER, "MD5 key", fault, "choose a key of at most 25 letters and digits")


def _link(field: str, link: Listed, block: Block) -> Iterator[Finding]:
    """Judge one link subnet."""
    right = LENGTHS[block.family]
    if link.prefix.family != block.family:
        yield Finding("LNK-1", Severity.BLOCKER, field, f"{link.text} is no {block.family} subnet", f"give an {block.family} /{right}")
        return
    if link.prefix.length != right:
        message = f"{link.text} is a /{link.prefix.length}: each link has a /{right} of its own"
        yield Finding("LNK-1", Severity.BLOCKER, field, message, f"give a /{right}")
    elif link.masked:
        message = f"{link.text} is an address on the link, not its subnet; judged as {link.prefix}"
        yield Finding("LNK-1", Severity.WARNING, field, message, f"write {link.prefix}")
    reserved = special(link.prefix)
    if reserved is not None:
        message = f"{link.prefix} is not public ({reserved.name}): Microsoft peering needs public link subnets"
        yield Finding("LNK-1", Severity.BLOCKER, field, message, "give a public subnet that is registered to you or your provider")


def _distinct(block: Block) -> Iterator[Finding]:
    """LNK-1: the two subnets are different ones."""
    if block.primary and block.secondary and block.primary.prefix.overlaps(block.secondary.prefix):
        message = f"primary {block.primary.prefix} and secondary {block.secondary.prefix} overlap"
        yield Finding("LNK-1", Severity.BLOCKER, f"{block.family}.secondary", message, "give two distinct subnets")


def key_faults(key: str) -> tuple[str, ...]:
    """LNK-3: say what is wrong with an MD5 key, without repeating any of it."""
    faults = []
    if not 0 < len(key) <= MOST_KEY:
        faults.append(f"the MD5 key has {len(key)} characters: at most {MOST_KEY}, and not none")
    if not (key.isascii() and key.isalnum()) and key:
        faults.append("the MD5 key has characters other than letters and digits")
    return tuple(faults)
