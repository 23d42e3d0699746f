"""``bgpcheck doctor``: can this machine do it, and what to do where it can't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.cli import OK, OPEN, one_of, seconds, streams

if TYPE_CHECKING:
    import argparse

DEADLINE = 15  # seconds
EXAMPLES = """\
examples:
  bgpcheck doctor                    tools, data, and whether the registries can be reached
  bgpcheck doctor --offline          tools and data alone; sends nothing
  bgpcheck doctor --format json      for monitoring

exit status: 0 all is well, 5 something needs attention, 2 wrong use or input"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--offline", action="store_true", help="leave the registries' servers alone")
    parser.add_argument("--deadline", metavar="S", help=f"wait at most so many seconds for servers (default {DEADLINE})")
    parser.add_argument("--sources", metavar="FILE", help="other names and addresses of registries than configs/sources.yaml has")
    parser.add_argument("--now", metavar="TIME", help="judge ages as of this time, such as 2026-01-31T12:00:00Z")
    parser.add_argument("--format", type=one_of(("table", "json")), default="table", metavar="F", help="table (default), json")
    parser.epilog = EXAMPLES


def run(args: argparse.Namespace) -> int:
    """Look, and tell."""
    import asyncio  # noqa: PLC0415 (loaded when called)

    from bgpcheck.health import well  # noqa: PLC0415 (as above)
    from bgpcheck.render import health  # noqa: PLC0415 (as above)
    from bgpcheck.store import checkups, configs  # noqa: PLC0415 (as above)

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
