"""``bgpcheck watch``: an ExaBGP process that judges what the speaker's peers announce, as they announce it."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.cli import listening
from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    listening.options(parser)
    parser.add_argument_group("ExaBGP").add_argument(
        "--exabgp", action="store_true", help="ExaBGP has started this, even where that cannot be seen: standard output is for commands"
    )


def run(args: argparse.Namespace) -> int:
    """Watch until ExaBGP ends.

    Raises:
        UsageError: standard input is a terminal, or closed.
    """
    listening.refuse(args)
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("watch reads ExaBGP's events from standard input: name it as a process of ExaBGP, or give a recording: < FILE")
    child = args.exabgp or is_child_of_exabgp()
    outgoing = 1 if child else None
    return listening.watch(args, source=0, commands=outgoing)


def is_child_of_exabgp() -> bool:
    """Tell whether ExaBGP has started this: both streams are pipes, and the parent's command line names it."""
    try:
        pipes = all(stat.S_ISFIFO(os.fstat(stream).st_mode) for stream in (0, 1))
        return pipes and names_exabgp(Path(f"/proc/{os.getppid()}/cmdline").read_bytes())
    except OSError:
        return False


def names_exabgp(line: bytes) -> bool:
    """Tell whether a command line, as the kernel gives it, runs ExaBGP: as a program, a script or a module; not a mention of it."""
    words = line.split(b"\0")
    program = next((number for number, word in enumerate(words[1:4], 1) if not word.startswith(b"-")), 0)
    module = words[program - 1] == b"-m" and words[program].rpartition(b".")[2] == b"exabgp"
    return module or any(word.rpartition(b"/")[2] == b"exabgp" for word in (words[0], words[program]))
