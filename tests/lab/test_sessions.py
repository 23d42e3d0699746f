"""Sessions: what their events say of state, flaps and reasons."""

from __future__ import annotations

from functools import reduce

import exabgp_lines as lines
import pytest

from bgpcheck.formats.exabgp import event
from bgpcheck.lab.sessions import SessionFacts, hear

UP, DOWN, CONNECTED = lines.state("up"), lines.state("down", reason="peer reset"), lines.state("connected")
CEASE = lines.notification(6, 1, direction="send")


def after(*some: bytes) -> SessionFacts:
    """What is known after these events."""
    return reduce(lambda facts, line: hear(facts, event(line)), some, SessionFacts(lines.PEER))


@pytest.mark.parametrize(
    ("some", "state", "counted", "last", "full"),
    [
        ((), "waiting", (0, 0), "", False),
        ((CONNECTED,), "connected", (0, 0), "", False),
        ((CONNECTED, UP), "up", (1, 0), "", False),
        ((CONNECTED, DOWN), "down", (0, 0), "peer reset", False),
        ((UP, DOWN, DOWN), "down", (1, 1), "peer reset", False),
        ((UP, DOWN, UP, DOWN), "down", (2, 2), "peer reset", False),
        ((UP, lines.state("down")), "down", (1, 1), "the connection ended without a notification", False),
        ((UP, CEASE, DOWN), "down", (1, 1), "sent: cease, maximum number of prefixes reached (6/1)", True),
        ((UP, CEASE, DOWN, UP), "up", (2, 1), "sent: cease, maximum number of prefixes reached (6/1)", True),
        ((UP, CEASE, DOWN, UP, DOWN), "down", (2, 2), "peer reset", False),
        ((UP, lines.notification(4, 0), DOWN), "down", (1, 1), "received: hold timer expired (4/0)", False),
        ((CONNECTED, lines.notification(2, 2), CONNECTED, DOWN), "down", (0, 0), "peer reset", False),
    ],
)
def test_state_and_reasons(some: tuple[bytes, ...], state: str, counted: tuple[int, int], last: str, full: bool) -> None:  # noqa: FBT001 (a table)
    found = after(*some)
    assert (found.state, (found.ups, found.flaps), found.last, found.full) == (state, counted, last, full)


def test_the_hold_time_is_the_smaller_of_both() -> None:
    ours, theirs = lines.opened(asn=12076, hold_time=180, direction="send"), lines.opened(hold_time=30)
    assert after(theirs).hold_time is None
    assert after(ours, theirs).hold_time == 30
    assert after(ours, theirs).families == ("ipv4 unicast", "ipv6 unicast")
    assert after().families == ()


def test_what_says_nothing_of_a_session_changes_nothing() -> None:
    assert after(lines.end_of_rib()) == SessionFacts(lines.PEER)
