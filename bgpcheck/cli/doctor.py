"""``bgpcheck doctor``: can this machine do it, and what to do where it can't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.cli import OK, OPEN, inputs, streams
from bgpcheck.cli.reading import seconds
from bgpcheck.cli.shared import add, format_of

if TYPE_CHECKING:
    import argparse

DEADLINE = 15  # seconds


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    data = parser.add_argument_group("what to look at")
    add(data, "--offline", help="tools and data alone: leave the registries' servers alone")
    add(data, "--deadline", help=f"wait at most so many seconds for servers, 1 to 3600 (default: {DEADLINE})")
    add(data, "--sources", "--now")
    format_of(parser.add_argument_group("what to write"), "table", "json")


def run(args: argparse.Namespace) -> int:
    """Look, and tell."""
    import asyncio  # noqa: PLC0415 (loaded when called)

    from bgpcheck.health import well  # noqa: PLC0415 (as above)
    from bgpcheck.render import health  # noqa: PLC0415 (as above)
    from bgpcheck.store import checkups, configs  # noqa: PLC0415 (as above)

    inputs.refuse_empty(vars(args))
    settings = configs.settings(args.sources or "")
    deadline = seconds(args.deadline) if args.deadline is not None else float(DEADLINE)
    streams.progress("looking at tools and data")
    found = [*checkups.tools(), *checkups.data(args.now)]
    if not args.offline:
        streams.progress("asking the registries' servers")
        found += asyncio.run(checkups.sources(settings, deadline))
    streams.progress("")
    streams.say(health.as_json(found) if args.format == "json" else health.as_text(found))
    return OK if well(found) else OPEN
