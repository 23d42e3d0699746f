"""Files that appear whole or not at all. Waits for the disk."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
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
}
BEGUN = ".bgpcheck-"  # how the names of files begin that are not yet whole


def write(path: Path, data: bytes) -> None:
    """Write ``data`` beside ``path``, then put it in its place; the old file stays where anything fails (``UsageError``)."""
    with replacing(path) as stream:
        stream.write(data)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a stream that becomes the file ``path`` when all is written; the old file stays where anything fails (``UsageError``)."""
    import tempfile  # noqa: PLC0415 (a check that writes no file does not need it)

    try:
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=BEGUN)
    except OSError as error:
        raise fault(path, error) from error
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError as error:
        Path(temporary).unlink(missing_ok=True)
        raise fault(path, error) from error
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def fault(path: Path, error: OSError) -> UsageError:
    """Say why a file can't be written, and what to do."""
    return UsageError(f"{path}: cannot be written: {error.strerror}: {REMEDIES.get(error.errno or 0, 'name another folder')}")


def check_writable(paths: Sequence[Path]) -> None:
    """Say before any work is done that a folder for output is not there or a path is a folder."""
    for path in paths:
        if path.is_dir():
            raise UsageError(f"{path}: is a folder: name a file")
        if not path.parent.is_dir():
            raise UsageError(f"{path}: there is no folder {path.parent}")


def _umask() -> int:
    """Give the process's file mode mask."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
