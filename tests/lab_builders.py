"""A lab for tests of what it knows: the peering of the fixtures, and events as ExaBGP tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.formats.exabgp import event
from bgpcheck.lab.judge import Judged
from bgpcheck.lab.state import Lab
from bgpcheck.model import Prefix
from bgpcheck.peering import Block, Listed, Peering
from bgpcheck.policy import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bgpcheck.lab.state import Step

LISTED = ("193.0.0.0/21", "193.0.18.0/23")
LINKS = ("193.0.24.0/30", "193.0.24.4/30")
FIRST, SECOND, OUTSIDE = "127.0.0.2", "127.0.0.3", "127.0.0.9"


def listed(text: str) -> Listed:
    """A prefix as a list has it."""
    return Listed(Prefix.parse(text), text)


def peering(*prefixes: str) -> Peering:
    """A peering of AS3333 with these IPv4 prefixes, by default ``LISTED``."""
    block = Block("ipv4", 0, "RIPENCC", "RIPENCC", tuple(map(listed, prefixes or LISTED)), listed(LINKS[0]), listed(LINKS[1]))
    return Peering(3333, (block,), name="ams")


def lab(*prefixes: str, roles: Mapping[str, str] | None = None) -> Lab:
    """A lab for it."""
    return Lab(peering(*prefixes), {FIRST: "primary"} if roles is None else roles)


def hear(one: Lab, *lines: bytes) -> Step:
    """Have a lab hear lines; gives what the last came to."""
    steps = [one.hear(event(line)) for line in lines]
    return steps[-1]


def judged(outcome: str = "configured", *, listed: bool = True) -> Judged:
    """A verdict as it is kept."""
    return Judged(Outcome(outcome), "high", "route-object-exact", "because", "", listed, waits=False)
