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
from bgpcheck.cli.streams import complain
from bgpcheck.errors import BgpcheckError, FetchError, IntegrityError, UsageError
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# Name → one line of help. Each is a module of this package with ``configure(parser)`` and ``run(args) -> int``.
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
}
OK, USAGE, NEEDED, MANUAL, OPEN, BROKEN, INTERRUPTED = 0, 2, 3, 4, 5, 6, 130
MOST_SECONDS = 3600
MOST_DAYS = 30  # of waiting
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}  # seconds
MOST_QUOTED = 60  # characters of a wrong word that a complaint repeats
ALONE = ("-h", "--help", "--version")  # options that need no command

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
  6 evidence or signature does not verify   2 wrong use or input   130 interrupted"""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors like all others: one line that says what would be right."""

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


def near(word: str, known: Iterable[str]) -> str:
    """Propose what may have been meant, as the end of a sentence; nothing where no known word is like it."""
    from difflib import get_close_matches  # noqa: PLC0415 (only when something is wrong)

    word = word[:MOST_QUOTED]
    words, bare = sorted(set(known)), word.lower().lstrip("-")
    like = [one for one in words if len(bare) > 2 and bare in one.lower()]  # noqa: PLR2004 (shorter ones stand in everything)
    found = like[:3] or get_close_matches(word, words, cutoff=0.75)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def one_of(known: Sequence[str]) -> Callable[[str], str]:
    """Make a reader of a word that must be one of ``known``."""

    def read(word: str) -> str:
        if word not in known:
            raise argparse.ArgumentTypeError(f"{word[:MOST_QUOTED]!r} is not one of {', '.join(known)}{near(word, known)}")
        return word

    return read


def seconds(text: str) -> float:
    """Read ``--deadline``."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= MOST_SECONDS):
        raise UsageError(f"--deadline {text[:20]!r}: write seconds, 1 to {MOST_SECONDS}")
    return float(text)


def duration(text: str, option: str = "--timeout") -> float:
    """Read a number with its unit, such as ``90s``, ``15m``, ``2h``, ``2d``; gives seconds, at most ``MOST_DAYS``."""
    number, unit = text[:-1], text[-1:]
    good = number.isascii() and number.isdecimal() and len(number) <= len(str(MOST_DAYS * UNITS["d"])) and unit in UNITS
    found = int(number) * UNITS[unit] if good else 0
    if not 1 <= found <= MOST_DAYS * UNITS["d"]:
        raise UsageError(f"{option} {text[:20]!r}: write a time such as 90s, 15m, 2h or 2d, up to {MOST_DAYS}d")
    return float(found)


def top() -> Parser:
    """Make the parser of ``bgpcheck --help`` and ``bgpcheck --version``."""
    made = Parser(prog="bgpcheck", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--version", action="version", version=f"bgpcheck {__version__}", help="show the version and exit")
    below = made.add_subparsers(dest="command", metavar="COMMAND")
    for name, text in COMMANDS.items():
        below.add_parser(name, help=text)
    return made


def parser(command: str) -> Parser:
    """Make a command's parser."""
    text = COMMANDS[command]
    made = Parser(prog=f"bgpcheck {command}", description=f"{text[0].upper()}{text[1:]}.", allow_abbrev=False)
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    import_module(f"bgpcheck.cli.{command}").configure(made)
    return made


def named(words: Sequence[str]) -> Sequence[str]:
    """Make names of what stands behind ``--``: ``-x`` is a file in this folder, spelled so that argparse takes it for one."""
    if "--" not in words:
        return words
    place = list(words).index("--")
    return [*words[:place], *(f"./{word}" if word[:1] == "-" and word != "-" else word for word in words[place + 1 :])]


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
        raise UsageError(f"{first!r} is not a command: {', '.join(COMMANDS)}{near(first, COMMANDS)} (see bgpcheck --help)")
    made = parser(first)
    found, extra = made.parse_known_intermixed_args(named(words[1:]))
    if extra:
        made.refuse(extra[0])
    found.command = first
    return found


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line; gives the exit status (interface.md, Exit status)."""
    if argv is None:
        gc.disable()  # the process lives for one command, and makes no garbage worth looking for
    try:
        args = parse(sys.argv[1:] if argv is None else argv)
        status: int = import_module(f"bgpcheck.cli.{args.command}").run(args)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BgpcheckError as error:
        complain(str(error))
        return OPEN if isinstance(error, FetchError) else BROKEN if isinstance(error, IntegrityError) else USAGE
    except OSError as error:  # a name that the system itself refuses, such as one that is too long
        complain(f"{error.strerror}: {error.filename}" if error.filename else str(error.strerror or error))
        return USAGE
    return status
