"""The signals by which a user or the system ends what goes on for long. Waits for them.

Rule: a signal that whoever started us has it ignore stays ignored (``nohup``).
"""

from __future__ import annotations

import signal

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def heeded() -> tuple[signal.Signals, ...]:
    """Give the signals that end a run: those that are not ignored already."""
    return tuple(one for one in ENDING if signal.getsignal(one) is not signal.SIG_IGN)
