"""Files that appear whole or not at all. Waits for the disk."""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import IO

# What to do about an error, where another folder would not help.
REMEDIES = {
    errno.ENOSPC: "make room, or name another folder",
    errno.EFBIG: "raise the limit of a file's size (ulimit -f), or write less",
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.EISDIR: "name a file",
    errno.EINVAL: "name a file",
    errno.EDQUOT: "make room, or name another folder",
}
_PRIVATE = re.compile(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----")
_BEGINNING = 1 << 12  # bytes of a file in which a key would begin
BEGUN, BEGUN_END = ".bgpcheck-", ".begun"  # how the names of files begin and end that are not yet whole


def write(path: Path, data: bytes) -> None:
    """Write ``data`` beside ``path``, then put it in its place; the old file stays where anything fails (``UsageError``)."""
    with replacing(path) as stream:
        stream.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a stream that becomes the file ``path``, or what the link ``path`` points to, when all is written.

    The old file stays where anything fails (``UsageError``); what is neither a file nor free, such as a pipe, is left alone.
    """
    place = Path(os.path.realpath(path))
    try:
        mode = _mode(place)
        spare_keys(place)
        with begun(place.parent) as (stream, beside):
            yield stream
            settle(stream)
            os.fchmod(stream.fileno(), mode)
            beside.replace(place)
        settle_folder(place.parent)
    except OSError as error:
        raise fault(path, error) from error


def spare_keys(path: Path) -> None:
    """Refuse to put something else in the place of a private key.

    Raises:
        UsageError: there is one.
    """
    with suppress(OSError):  # who may not read it may not write it either, or is told so then
        if path.is_file() and _PRIVATE.search(_beginning(path)):
            raise UsageError(f"{path}: holds a private key, and is not overwritten: name another file")


def _beginning(path: Path) -> bytes:
    """Read where a key would begin."""
    with path.open("rb") as stream:
        return stream.read(_BEGINNING)


@contextmanager
def begun(folder: Path) -> Iterator[tuple[IO[bytes], Path]]:
    """Give a new file in a folder, and its name, for what is not yet whole; only its owner can read it, and the name is gone afterwards.

    It is locked while it is open, so that what lies about and nobody has locked is known for that of a process that was killed: whoever
    begins the next one removes it. Raises ``OSError``.
    """
    import fcntl  # noqa: PLC0415 (a check that writes no file does not need it)
    import tempfile  # noqa: PLC0415 (as above)

    clear(folder)
    linked = 0
    while not linked:  # somebody who cleared just then took it for left over
        handle, name = tempfile.mkstemp(dir=folder, prefix=BEGUN, suffix=BEGUN_END)
        with suppress(OSError):  # a file system without locks, where nothing is cleared either
            fcntl.flock(handle, fcntl.LOCK_EX)
        linked = os.fstat(handle).st_nlink
        if not linked:
            os.close(handle)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def clear(folder: Path) -> None:
    """Remove what processes that were killed had begun in a folder, as far as that can be done."""
    with suppress(OSError):
        with os.scandir(folder) as found:
            names = [one.path for one in found if one.name.startswith(BEGUN) and one.name.endswith(BEGUN_END)]
        for name in names:
            _remove(name)


def _remove(name: str) -> None:
    """Remove a file that nobody has locked."""
    import fcntl  # noqa: PLC0415 (as above)

    with suppress(OSError):
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            Path(name).unlink()
        finally:
            os.close(handle)


def settle(stream: IO[bytes]) -> None:
    """Wait until all that was written is on the disk."""
    stream.flush()
    os.fsync(stream.fileno())


def settle_folder(folder: Path) -> None:
    """Wait until a folder's names are on the disk; where a file system can't say, they are where it keeps them."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _mode(place: Path) -> int:
    """Give the rights of the file that is there, else of a new one; ``OSError`` where something else is there."""
    try:
        found = place.stat().st_mode
    except FileNotFoundError:
        return 0o666 & ~_umask()
    if not stat.S_ISREG(found) and not stat.S_ISDIR(found):  # of a folder the system says so itself
        raise OSError(errno.EINVAL, "is neither a file nor free")
    return stat.S_IMODE(found) & 0o777


def fault(path: Path, error: OSError) -> UsageError:
    """Say why a file can't be written, and what to do."""
    return UsageError(f"{path}: cannot be written: {error.strerror}: {REMEDIES.get(error.errno or 0, 'name another folder')}")


def make_folder(folder: Path) -> None:
    """Make a folder and those that it is in, where they are not there; ``UsageError`` where that can't be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise fault(folder, error) from error


def check_writable(paths: Sequence[Path]) -> None:
    """Say before any work is done that a folder for output is not there or a path is a folder.

    Raises:
        UsageError: names the path.
    """
    for path in paths:
        if path.is_dir():
            raise UsageError(f"{path}: is a folder: name a file")
        if not path.parent.is_dir():
            raise UsageError(f"{path}: there is no folder {path.parent}")
        spare_keys(path)


def _umask() -> int:
    """Give the process's file mode mask."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
