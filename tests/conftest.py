"""What holds for every test. A shell's background job starts with Ctrl-C ignored, and so does all that it starts: tests send it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_is_heard() -> Iterator[None]:
    """Let SIGINT be heard, here and in the programs that tests start."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.fixture
def hang_up_is_heard() -> Iterator[None]:
    """Let SIGHUP be heard, here and in the programs that a test starts: whoever runs all tests may do so under nohup."""
    usual = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, usual)
