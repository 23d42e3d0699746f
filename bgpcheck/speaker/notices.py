"""What in ExaBGP's log is worth telling, in words. Pure: a line in, a sentence or nothing out.

Rule: only what no event says: everything about a session of a neighbour comes as an event. What ExaBGP quotes is raw.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

CLOSED = re.compile(r"incoming-\d+ +incoming-\d+ (?P<peer>[0-9A-Fa-f.:]+)-[0-9A-Fa-f.:]+, closing connection")
MISSING = re.compile(r"\S+ + - peer is not configured for (?P<family>ipv[46])/unicast")
TABLE: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        MISSING,
        lambda found: (
            f"a router's OPEN does not offer {found['family']} unicast, which its session is meant to carry: no {found['family']} "
            "prefix can be heard there until the router activates that family for the lab"
        ),
    ),
    (
        re.compile(r"api +command from process not understood : (?P<command>.+)"),
        lambda found: f"ExaBGP does not know a command of bgpcheck's, {found['command'][:100]!r}: is exabgp 5.0 installed?",
    ),
    (
        re.compile(r"network +(?P<why>.*(?:TCP_MD5SIG|MD5 support).*)"),
        lambda found: f"{found['why'][:200]}: unset the MD5 key here and on the router",
    ),
    (
        re.compile(r"network +can not bind to (?P<place>\S+) \((?P<why>.*)\)"),
        lambda found: f"ExaBGP can't listen at {found['place']}: {found['why'][:200]}",
    ),
    (
        re.compile(r"process +ExaBGP lost the helper process.*|bgpcheck: (?P<why>ExaBGP's helper .*)"),
        lambda found: found["why"] or "ExaBGP has lost its helper, so it ends",
    ),
)


def notice(line: str, neighbors: Collection[str]) -> str | None:
    """Say what a line of ExaBGP's log means for who watches; None for most. ``neighbors``: their addresses, in their one spelling."""
    closed = CLOSED.fullmatch(line)
    if closed is not None and closed["peer"] not in neighbors:
        return (
            f"a connection from {closed['peer']} was refused: it is no neighbour of the lab's. If that is the router, give this "
            "address with --neighbor, or let the router connect from the one that was given"
        )
    for pattern, words in TABLE:
        if found := pattern.fullmatch(line):
            return words(found)
    return None
