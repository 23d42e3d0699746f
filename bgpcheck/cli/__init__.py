"""The command line: one file a command, loaded when it is called, so that ``--help`` answers at once.

Rule: results go to stdout or ``--output``, everything else to stderr; every expected failure is one line and a status.
"""

from __future__ import annotations

import argparse
import gc
import sys
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from bgpcheck.cli import streams
from bgpcheck.cli.reading import MOST_QUOTED, near
from bgpcheck.cli.streams import complain
from bgpcheck.errors import BgpcheckError, FetchError, IntegrityError, UsageError
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Name → one line of help. Each is a module of this package with ``configure(parser)`` and ``run(args) -> int``; one that does several
# things has ``ACTIONS``, name → one line of help, and ``FOR``, option → the actions that it is for. What help says below the options
# stands in ``bgpcheck.manual``.
COMMANDS = {
    "check": "judge the prefixes of a planned or existing peering",
    "circuit": "say where a circuit stands, what is allowed now, and what comes next",
    "lab": "play Microsoft's edge for a real router, and judge what it announces",
    "watch": "judge live what the peers of an ExaBGP announce",
    "audit": "judge many routes at once: a whole Internet table",
    "registry": "make a snapshot of registry data, or say what one holds",
    "doctor": "can this machine do it: tools, data, servers",
    "sign": "make and verify what proves a prefix by signature (preview)",
    "evidence": "verify, replay or read an evidence bundle",
    "explain": "say what a reason code or rule id means",
    "completion": "write a script by which a shell completes words",
}
OK, USAGE, NEEDED, MANUAL, OPEN, BROKEN, INTERRUPTED = 0, 2, 3, 4, 5, 6, 130
MOST_WIDE, LEAST_WIDE = 100, 40  # columns of help
OPERAND = {"?": "[{}]", "*": "[{}]...", "+": "{}...", argparse.PARSER: "{} ..."}  # in a line of usage
HELP = ("-h", "--help")
ALONE = (*HELP, "--version")  # options that need no command


def wide() -> int:
    """Give the columns that help has."""
    from shutil import get_terminal_size  # noqa: PLC0415 (only for help)

    return max(LEAST_WIDE, min(get_terminal_size().columns, MOST_WIDE) - 2)


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as wide as the terminal, within reason."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=wide())


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors like all others: one line that says what would be right.

    ``path``: the command, and its action where help is about that alone.
    """

    def __init__(self, *path: str, text: str) -> None:
        """Begin without options."""
        super().__init__(prog=" ".join(("bgpcheck", *path)), description=text, allow_abbrev=False, formatter_class=_Formatter)
        self.path = path

    def format_help(self) -> str:
        """Write options, then what else is told about the command, as wide as the terminal."""
        from bgpcheck.manual import about  # noqa: PLC0415 (only for help)
        from bgpcheck.manual.page import epilog  # noqa: PLC0415

        self.epilog = epilog(about(*self.path), wide()) + "\n"
        return super().format_help()

    def name_operands(self) -> None:
        """Say in one line of usage what stands beside options; these are listed below it."""
        operands = [one for one in self._actions if not one.option_strings and one.help is not argparse.SUPPRESS]
        self.usage = " ".join([self.prog, "[OPTION]...", *(OPERAND.get(str(one.nargs), "{}").format(one.metavar) for one in operands)])

    def error(self, message: str) -> NoReturn:
        """Raise a ``UsageError`` that says how to get help."""
        raise UsageError(f"{message} (see {self.prog} --help)")

    def refuse(self, word: str) -> NoReturn:
        """Complain about a word that has no place; an option is held against the known ones."""
        known = [one for one in self._option_string_actions if one.startswith("--")]
        what = "unknown option" if word.startswith("-") else "one argument too many:"
        self.error(f"{what} {word[:MOST_QUOTED]}{near(word.partition('=')[0], known)}")

    def _print_message(self, message: str, file: object = None) -> None:
        """Write help and version as results are written."""
        del file  # argparse has errors go elsewhere; here they are raised
        streams.say(message)


def top() -> Parser:
    """Make the parser of ``bgpcheck --help`` and ``bgpcheck --version``."""
    from textwrap import fill  # noqa: PLC0415 (only for help)

    from bgpcheck.manual.facts import ABOUT  # noqa: PLC0415 (as above)

    made = Parser(text=fill(ABOUT, wide()))
    made.add_argument("--version", action="version", version=f"bgpcheck {__version__}", help="show the version and exit")
    below = made.add_subparsers(title="commands", metavar="COMMAND", parser_class=argparse.ArgumentParser)
    for name, text in COMMANDS.items():
        below.add_parser(name, help=text)
    made.name_operands()
    return made


def parser(command: str, action: str = "") -> Parser:
    """Make a command's parser; with an ``action``, its help is about that action alone."""
    module = import_module(f"bgpcheck.cli.{command}")
    actions: Mapping[str, str] = getattr(module, "ACTIONS", {})
    text = actions[action] if action else COMMANDS[command]
    rest = [] if action or not actions else ["", "actions:", *(f"  {name:<9} {one}" for name, one in actions.items())]
    made = Parser(command, *filter(None, [action]), text="\n".join([f"{text[0].upper()}{text[1:]}.", *rest]))
    module.configure(made)
    if action:
        from bgpcheck.cli.walk import narrow  # noqa: PLC0415 (only for help)

        narrow(made, action, actions, module.FOR)
    made.name_operands()
    return made


def named(words: Sequence[str]) -> Sequence[str]:
    """Make names of what stands behind ``--``: ``-x`` is a file in this folder, spelled so that argparse takes it for one."""
    if "--" not in words:
        return words
    place = list(words).index("--")
    return [*words[:place], *(f"./{word}" if word[:1] == "-" and word != "-" else word for word in words[place + 1 :])]


def _helped(command: str, words: Sequence[str]) -> str:
    """Give the action that help is wanted for; empty where there is none."""
    wanted = len(words) > 1 and not {*HELP}.isdisjoint(words[1:])
    return words[0] if wanted and words[0] in getattr(import_module(f"bgpcheck.cli.{command}"), "ACTIONS", ()) else ""


def parse(words: Sequence[str]) -> argparse.Namespace:
    """Read a command line; ``UsageError`` where it cannot be."""
    first = words[0][:MOST_QUOTED] if words else ""
    if first in ALONE:
        return top().parse_args([first])  # shows and exits
    if not first or first.startswith("-"):
        what = (
            f"{first}: options stand after the command, as in bgpcheck check {first}" if first else f"name a command: {', '.join(COMMANDS)}"
        )
        raise UsageError(f"{what} (see bgpcheck --help)")
    if first not in COMMANDS:
        raise UsageError(f"{first!r} is not a command: {', '.join(COMMANDS)}{near(first, (*COMMANDS, *ALONE))} (see bgpcheck --help)")
    made = parser(first, _helped(first, words[1:]))
    found, extra = made.parse_known_intermixed_args(named(words[1:]))
    if extra:
        made.refuse(extra[0])
    found.command = first
    return found


def lasts(args: argparse.Namespace) -> bool:
    """Tell whether a command goes on for as long as its user likes."""
    return args.command in {"lab", "watch"} or any(getattr(args, name, None) for name in ("until", "wait"))


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; gives the exit status (interface.md, Exit status)."""
    if argv is None:
        gc.disable()  # a command that soon ends makes no garbage worth looking for
    try:
        args = parse(sys.argv[1:] if argv is None else argv)
        if lasts(args):
            gc.enable()
        status: int = import_module(f"bgpcheck.cli.{args.command}").run(args)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BgpcheckError as error:
        complain(str(error))
        return OPEN if isinstance(error, FetchError) else BROKEN if isinstance(error, IntegrityError) else USAGE
    except OSError as error:  # a name that the system itself refuses, such as one that is too long
        complain(_said(error))
        return USAGE
    return status


def _said(error: OSError) -> str:
    """Say what the system refused; without a name it was the folder that one is in."""
    if error.filename:
        return f"{error.strerror}: {error.filename}"
    gone = isinstance(error, FileNotFoundError)
    return "the folder that you are in is not there any more: go to another one" if gone else str(error.strerror or error)
