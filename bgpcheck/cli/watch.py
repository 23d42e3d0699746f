"""``bgpcheck watch``: an ExaBGP process that judges what the speaker's peers announce, as they announce it."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.cli import listening, outlets
from bgpcheck.errors import UsageError
from bgpcheck.lab.state import Lab
from bgpcheck.speaker.inbox import Inbox
from bgpcheck.speaker.reader import Reader
from bgpcheck.stage import ready
from bgpcheck.store.transcript import Transcript
from bgpcheck.watching import Watching

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable


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
    return asyncio.run(_watch(args, source=0, commands=1 if child else None))


async def _watch(args: argparse.Namespace, source: int, commands: int | None) -> int:
    """Judge the events that come from a file descriptor until they end; ``commands``: one that the speaker takes commands from."""
    progress = listening.Progress()
    async with ready(listening.chosen(args), progress) as stage, AsyncExitStack() as closing:
        progress.end()
        lab = Lab(stage.made.peering)
        stage.concerns = lab.concerns
        speak = _speaker(commands) if commands is not None else None
        ways = await outlets.outlets_of(args, closing, lab, to_stdout=commands is None)
        watching = Watching(lab, Inbox(), stage.judging, ways, speak=speak, hurry=commands is not None)
        listening.limit(watching, args)
        transcript = closing.enter_context(Transcript.begin()) if args.evidence else None
        running = listening.Run(args, stage, watching, transcript)
        listening.stop_on_signals(watching)
        Reader(source, watching.inbox, watching.heard, watching.over, transcript.keep if transcript else None).start()
        watching.resync.begin()
        await watching.run()
        return await running.conclude()


def _speaker(descriptor: int) -> Callable[[str], object]:
    """Give what writes commands for the speaker."""

    def speak(command: str) -> None:
        with suppress(BrokenPipeError):  # it ends; its events say so
            os.write(descriptor, f"{command}\n".encode())

    return speak


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
