"""When a peer is through: after a pause, and much later where it was asked and says nothing."""

from __future__ import annotations

from bgpcheck.lab.quiet import PATIENCE, QUIET, Quiet


def test_a_session_is_through_when_it_has_been_quiet() -> None:
    quiet = Quiet()
    quiet.begin("a", 0.0)
    quiet.spoke("a", 4.0)
    quiet.spoke("b", 4.0)
    assert quiet.due(4.0 + QUIET - 0.1) == []
    assert quiet.due(4.0 + QUIET) == [("a", True)]
    assert quiet.due(1000.0) == []


def test_who_says_nothing_at_all_is_through_too_unless_it_was_asked() -> None:
    quiet = Quiet()
    quiet.begin("a", 0.0)
    quiet.begin("b", 0.0, asked=True)
    quiet.begin("c", 0.0)
    quiet.end("c")
    assert quiet.due(QUIET) == [("a", True)]
    assert quiet.due(PATIENCE) == [("b", False)]


def test_who_was_asked_and_answers_is_through_after_a_pause() -> None:
    quiet = Quiet()
    quiet.begin("a", 0.0, asked=True)
    quiet.spoke("a", 50.0)
    assert quiet.due(50.0 + QUIET) == [("a", True)]
