"""``bgpcheck completion SHELL``: the script by which a shell completes words. It starts nothing: all words are in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bgpcheck.cli import COMMANDS, OK, streams
from bgpcheck.cli.reading import OneOf
from bgpcheck.manual.shells import SHELLS

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    what = parser.add_argument_group("what to write")
    what.add_argument("shell", type=OneOf(SHELLS), metavar="SHELL", help="bash, zsh or fish")


def run(args: argparse.Namespace) -> int:
    """Write the script."""
    from bgpcheck.cli.walk import commands  # noqa: PLC0415 (drawing help needs none of it)
    from bgpcheck.manual.shells import script  # noqa: PLC0415 (as above)

    streams.say(script(args.shell, tuple(commands()), COMMANDS))
    return OK
