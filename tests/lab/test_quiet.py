"""When a peer is through with a family: after a pause; where it was asked, when it has said again what stood, or never."""

from __future__ import annotations

import pytest

from bgpcheck.lab.quiet import LONGEST, PATIENCE, QUIET, Quiet


def yes(*_: str) -> bool:
    return True


def no(*_: str) -> bool:
    return False


def test_a_session_is_through_when_it_has_been_quiet() -> None:
    quiet = Quiet()
    quiet.begin("a", "ipv4", 0.0)
    quiet.spoke("a", 4.0)
    quiet.spoke("b", 4.0)
    assert quiet.due(4.0 + QUIET - 0.1, no) == []
    assert quiet.due(4.0 + QUIET, no) == [("a", "ipv4", True)]
    assert quiet.due(1000.0, no) == []


def test_who_never_is_quiet_is_through_after_a_while() -> None:
    """A router that changes routes all the time has long said what it has."""
    quiet = Quiet()
    quiet.begin("a", "ipv4", 0.0)
    for second in range(int(LONGEST)):
        quiet.spoke("a", float(second))
        assert quiet.due(float(second), no) == []
    assert quiet.due(LONGEST, no) == [("a", "ipv4", True)]


def test_who_was_asked_is_through_when_it_has_answered_or_never() -> None:
    quiet = Quiet()
    quiet.begin("a", "ipv4", 0.0, asked=True)
    quiet.begin("b", "ipv6", 0.0, asked=True)
    assert quiet.due(QUIET, lambda peer, family: (peer, family) == ("a", "ipv4")) == [("a", "ipv4", True)]
    assert quiet.due(PATIENCE - 0.1, no) == []
    quiet.spoke("b", PATIENCE - 1)  # an update is no answer, and it is heard out
    assert quiet.due(PATIENCE, no) == []
    assert quiet.due(PATIENCE + QUIET, no) == [("b", "ipv6", False)]


@pytest.mark.parametrize(("family", "left"), [("ipv4", [("a", "ipv6", True)]), (None, [])])
def test_who_is_through_by_its_own_word_is_not_waited_for(family: str | None, left: list[object]) -> None:
    quiet = Quiet()
    for each in ("ipv4", "ipv6"):
        quiet.begin("a", each, 0.0)
    quiet.end("a", family)
    quiet.end("b")
    assert quiet.due(QUIET, yes) == left
