"""Which signals end a run."""

from __future__ import annotations

import signal

import pytest

from bgpcheck.cli.signals import ENDING, heeded


@pytest.mark.usefixtures("hang_up_is_heard")
def test_what_is_ignored_already_stays_so() -> None:
    assert heeded() == ENDING
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        assert heeded() == (signal.SIGINT, signal.SIGTERM)
    finally:
        signal.signal(signal.SIGHUP, before)
