"""What ExaBGP runs as its process in the tests: a recorder of its events, or a teller of commands to it.

    exabgp_child.py record READY FILE…     write standard input to every FILE (a pipe has to have its reader) until it ends
    exabgp_child.py tell READY PIPE        write what comes through the named PIPE to standard output

READY is made once it runs: ExaBGP says nothing where it can't start its process. Standard output stays open all the while:
ExaBGP takes a process that closes it for dead.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


def record(ready: Path, files: list[Path]) -> None:
    """Write every byte at once, so that what a test sees is what ExaBGP has said."""
    with contextlib.ExitStack() as stack:
        outs = [stack.enter_context(file.open("wb", buffering=0)) for file in files]
        ready.touch()
        while chunk := os.read(sys.stdin.fileno(), 1 << 16):
            for out in outs:
                out.write(chunk)


def tell(ready: Path, pipe: Path) -> None:
    """Tell ExaBGP commands until it ends this process."""
    with os.fdopen(os.open(pipe, os.O_RDWR), encoding="ascii") as lines:  # for writing too: so no writer's end is the end
        ready.touch()
        for line in lines:
            sys.stdout.write(line)
            sys.stdout.flush()


if __name__ == "__main__":
    what, ready, *files = sys.argv[1:]
    if what == "record":
        record(Path(ready), [Path(file) for file in files])
    else:
        tell(Path(ready), Path(files[0]))
