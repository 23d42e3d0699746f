"""What a fuzz target is: a parser with what must hold of all that it answers.

Rule: whatever the bytes are, there is an answer of which the target's own properties hold, or an error that the row names, in words of
bounded length; nothing else.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LONGEST_ERROR = 6000  # characters: place, field, words
SMALL, USUAL, LARGE = 512, 4096, 16384  # bytes of an input


@dataclass(frozen=True, slots=True)
class Target:
    """A row of the table. ``run``: parses bytes and asserts what must hold; ``seeds``: good inputs, made when asked for.

    ``errors``: what the parser may raise; ``most``: bytes of an input. ``memory``: bytes that a parse may take at most for a byte of input.
    """

    name: str
    run: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]
    errors: tuple[type[Exception], ...] = (FormatError,)
    most: int = USUAL
    memory: int = 600
    words: tuple[bytes, ...] = field(default=())  # beside those of the seeds, for a dictionary

    def check(self, data: bytes) -> bool:
        """Tell whether there was an answer."""
        try:
            self.run(data)
        except self.errors as error:
            said = str(error)
            assert said, "an error without words"
            assert len(said) <= LONGEST_ERROR, f"an error of {len(said)} characters: {said[:80]!r}"
            return False
        return True


def answer(read: Callable[[], Any], *errors: type[Exception]) -> Any:  # noqa: ANN401 (whatever is read)
    """Give what is read, or the type of the error that says why not."""
    kinds = errors or (FormatError,)
    try:
        return read()
    except kinds as error:
        return type(error)


def same(one: object, other: object, what: str) -> None:
    """Assert that two ways give the same."""
    assert one == other, f"{what}: {one!r:.300} and {other!r:.300}"


def halves(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Give the two parts of an input that is cut where its first byte says, and that byte."""
    at = data[0] * len(data) // 256 if data else 0
    return data[1 : 1 + at], data[1 + at :], data[:1]


def cuts(data: bytes) -> Iterator[bytes]:
    """Give data in pieces of unequal sizes."""
    at = 0
    for size in (1, 2, 7, 1, 64, 3, 1 << 30):
        if at < len(data):
            yield data[at : at + size]
        at += size


@cache
def _folder_of(process: int) -> tempfile.TemporaryDirectory[str]:
    del process
    where = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (in memory; the name is drawn by mkdtemp)
    return tempfile.TemporaryDirectory(prefix="bgpcheck-fuzz-", dir=where, ignore_cleanup_errors=True)


def folder() -> Path:
    """Give a folder of this process, for parsers that want a file."""
    return Path(_folder_of(os.getpid()).name)


def written(name: str, data: bytes) -> Path:
    """Write a file there."""
    path = folder() / name
    path.write_bytes(data)
    return path
