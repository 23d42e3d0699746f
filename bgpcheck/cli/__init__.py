"""The command line: one file a command, loaded when it is called, so that ``--help`` answers at once.

Rule: results go to stdout or ``--output``, everything else to stderr; every expected failure is one line and a status.
"""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from bgpcheck.errors import BgpcheckError, IntegrityError
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

# Name → one line of help. Each is a module of this package with ``configure(parser)`` and ``run(args) -> int``.
COMMANDS = {
    "check": "judge the prefixes of a planned or existing peering",
    "evidence": "verify, replay or read an evidence bundle",
    "explain": "say what a reason code or rule id means",
}
OK, USAGE, NEEDED, MANUAL, OPEN, BROKEN, INTERRUPTED = 0, 2, 3, 4, 5, 6, 130

DESCRIPTION = """\
Will Azure find your prefixes and AS number in the routing registries? bgpcheck says so before you
request Microsoft peering on an ExpressRoute circuit, names the fact that decides, and what to change."""
EPILOG = """\
examples:
  bgpcheck check --peer-asn 3333 --prefix 193.0.0.0/21 --registry RIPENCC --registry-data DIR
  bgpcheck check preflight.yaml --evidence evidence.zip
  bgpcheck evidence replay evidence.zip
  bgpcheck explain origin-mismatch

exit status:
  0 configured   3 validation-needed   4 manual-validation   5 undetermined
  6 evidence does not verify   2 wrong use or input   130 interrupted"""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line that says how to get help."""

    def error(self, message: str) -> NoReturn:
        """Complain on stderr and exit with 2."""
        self.exit(USAGE, f"{self.prog}: {message} (see {self.prog} --help)\n")


def parser(command: str | None = None) -> Parser:
    """Make the parser; only ``command`` gets its options, the others their name and help."""
    top = Parser(prog="bgpcheck", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    top.add_argument("--version", action="version", version=f"bgpcheck {__version__}")
    below = top.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    for name, text in COMMANDS.items():
        one = below.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".", allow_abbrev=False)
        one.formatter_class = argparse.RawDescriptionHelpFormatter
        if name == command:
            import_module(f"bgpcheck.cli.{name}").configure(one)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; gives the exit status (interface.md, Exit status)."""
    words = list(sys.argv[1:] if argv is None else argv)
    command = next((word for word in words if not word.startswith("-")), None)
    try:
        args = parser(command).parse_args(words)
        status: int = import_module(f"bgpcheck.cli.{args.command}").run(args)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return INTERRUPTED
    except BgpcheckError as error:
        complain(str(error))
        return BROKEN if isinstance(error, IntegrityError) else USAGE
    return status


def complain(text: str) -> None:
    """Say one line on stderr; nothing in it can act on the terminal."""
    from bgpcheck.render.clean import visible  # noqa: PLC0415 (only when something is wrong)

    sys.stderr.write(f"bgpcheck: {visible(text)}\n")
