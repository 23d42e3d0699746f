"""``check --until configured``: what it is told, what ends it, and what it comes to. Not a command.

Exit status: that of the last result, 5 where that is configured but not confirmed; 130 where it was interrupted before there was one.
"""

from __future__ import annotations

import signal
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from bgpcheck.cli import signals, streams
from bgpcheck.cli.reading import OneOf, duration
from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    import argparse
    import asyncio
    from collections.abc import Callable
    from datetime import datetime

    from bgpcheck.api import Options
    from bgpcheck.until import Ended

WANTED = ("configured",)  # the other verdicts are nothing that anybody waits for
LONGEST = "2d"
AT_ONCE = 1.0  # seconds in which a second Ctrl-C is taken for the first
ALONE = {
    "now": "--now fixes the time, and --until lets it pass",
    "assume": "--assume judges as if objects were there, and --until waits until they are",
    "dry_run": "--dry-run asks nothing, and --until asks again and again",
}


def options(group: argparse._ArgumentGroup) -> None:
    """Add the options."""
    group.add_argument("--until", type=OneOf(WANTED), metavar="VERDICT", help="check again, politely, until the verdict is configured")
    group.add_argument("--timeout", metavar="DURATION", help=f"how long --until waits at most, up to 30d (default: {LONGEST})")


def refuse(args: argparse.Namespace) -> None:
    """Refuse what makes no sense, before anything is read.

    Raises:
        UsageError: names the option that has no place beside ``--until``.
    """
    if args.until is None:
        if args.timeout is not None:
            raise UsageError("--timeout says how long --until waits: add --until configured")
        return
    duration(args.timeout or LONGEST)
    for name, why in ALONE.items():
        if getattr(args, name):
            raise UsageError(f"{why}: choose one")
    if len(args.preflight) > 1:
        raise UsageError("--until takes one preflight file: give each its own command")
    if "-" in {*args.preflight, args.events, args.internet, args.circuit}:
        raise UsageError("--until reads its input more than once, and standard input can be read once only: name a file")


def run(args: argparse.Namespace, asked: Options) -> Ended:
    """Wait; gives the last result."""
    import asyncio  # noqa: PLC0415 (only where something is waited for)

    return asyncio.run(_run(args, asked))


async def _run(args: argparse.Namespace, asked: Options) -> Ended:
    """Wait."""
    import asyncio  # noqa: PLC0415 (as above)

    from bgpcheck.until import until  # noqa: PLC0415 (loaded when called)
    from bgpcheck.waiting import Tell, Waiting  # noqa: PLC0415 (as above)

    tell = Tell(streams.complain, streams.progress, str if sys.stderr is not None and sys.stderr.isatty() else streams.complain)
    waiting = Waiting(duration(args.timeout or LONGEST), tell, circuit=_circuit(args))
    _stop_on_signals(waiting.stop, asyncio.get_running_loop())
    try:
        ended = await until(asked, waiting)
    finally:
        streams.progress("")
    if ended.why:
        streams.complain(ended.why)
    return ended


def _circuit(args: argparse.Namespace) -> Callable[[], tuple[bytes, str, datetime]] | None:
    """Give what asks Azure, where an id is given."""
    if args.azure is None:
        return None
    from bgpcheck.cli import azure  # noqa: PLC0415 (only where Azure is asked)

    return lambda: azure.one_circuit(args.azure, args.cloud)


def _stop_on_signals(stop: asyncio.Event, loop: asyncio.AbstractEventLoop) -> None:
    """End politely where the user or the system says so; who says it again a moment later does not wait for what is written."""
    heeded = signals.heeded()

    def ended() -> None:
        stop.set()
        begun = time.monotonic()

        def again(*_: object) -> None:
            if time.monotonic() - begun > AT_ONCE:
                raise KeyboardInterrupt

        for one in heeded:
            loop.remove_signal_handler(one)
            signal.signal(one, again)
        streams.complain("interrupted: writing what is known; once more ends it at once")

    for one in heeded:
        with suppress(NotImplementedError):
            loop.add_signal_handler(one, ended)
