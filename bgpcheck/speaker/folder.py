"""The private folder of one run of ExaBGP: its configuration, the socket of its helper, and nothing of them afterwards. Waits for the disk.

Rule: only this user can look inside; the MD5 key is in it only until ExaBGP has read it. Whoever runs holds a lock on his folder: what a
killed process left, with its key perhaps, the next one removes.
"""

from __future__ import annotations

import os
import shlex
import shutil
import stat
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bgpcheck.errors import UsageError
from bgpcheck.speaker.config import WORD

MOST_SOCKET = 100  # bytes of a socket's path: 104 on some systems, 108 on Linux
SHELL = "/bin/sh"
PREFIX = "bgpcheck-"
FILES = frozenset({"relay", "exabgp.env", "exabgp.conf", "socket"})
YOUNG = 60  # seconds that a folder may have no lock yet


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder at ``path``; ``with`` removes it. ``lock``: the descriptor of whoever runs, None where nobody does."""

    path: Path
    lock: int | None = None

    @classmethod
    def make(cls) -> Self:
        """Make one where ExaBGP, which knows no quotes, can start a program: at a path without blanks that is short enough for a socket.

        Raises:
            UsageError: the system has no such place for temporary files.
        """
        for place in dict.fromkeys((tempfile.gettempdir(), "/tmp")):  # noqa: S108 (mkdtemp makes a folder that nobody else can read)
            if WORD.fullmatch(place) and len(place) + len(f"/{PREFIX}12345678/socket") <= MOST_SOCKET and Path(place).is_dir():
                _clear(Path(place))
                made = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
                with suppress(OSError):  # a file system without locks: there nobody removes anything
                    return cls(made, _locked(made))
                return cls(made)
        raise UsageError(
            f"ExaBGP can't run from {tempfile.gettempdir()[:200]!r}: set TMPDIR to a short path of letters, digits and /._+@%=~- only"
        )

    @property
    def configuration(self) -> Path:
        """ExaBGP's file."""
        return self.path / "exabgp.conf"

    @property
    def socket(self) -> Path:
        """Where the relay comes to."""
        return self.path / "socket"

    @property
    def settings(self) -> Path:
        """An empty file of settings, so that ExaBGP looks for no other."""
        return self.path / "exabgp.env"

    @property
    def relay(self) -> tuple[str, ...]:
        """Command line of the relay: a script starts it, as the interpreter's path may hold what ExaBGP can't take."""
        return (SHELL, str(self.path / "relay"))

    def write(self, configuration: str) -> None:
        """Write everything but the socket."""
        program = [sys.executable, "-I", "-S", str(Path(__file__).with_name("relay.py")), str(self.socket)]
        for file, text in (("relay", f"exec {shlex.join(program)}\n"), ("exabgp.env", ""), ("exabgp.conf", configuration)):
            with os.fdopen(os.open(self.path / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
                out.write(text)

    def forget(self) -> None:
        """Remove what only the start needed: the configuration with its key, and the socket's name."""
        self.configuration.unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Remove it with all that is inside."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self.lock is not None:
            os.close(self.lock)


def _locked(path: Path) -> int:
    """Lock a folder for as long as this process lives; ``OSError`` where somebody has it."""
    import fcntl  # noqa: PLC0415 (only where there is a lab)

    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        raise
    return handle


def _clear(place: Path) -> None:
    """Remove the folders of processes that were killed: this user's, which nobody has locked, and which hold what these hold alone."""
    for path in place.glob(f"{PREFIX}????????"):
        with suppress(OSError):
            _remove_left(path)


def _remove_left(path: Path) -> None:
    """Remove a folder that was left; ``OSError`` where it was not."""
    facts = path.lstat()
    private = stat.S_ISDIR(facts.st_mode) and stat.S_IMODE(facts.st_mode) == stat.S_IRWXU and facts.st_uid == os.geteuid()
    if not private or time.time() - facts.st_mtime < YOUNG or not {one.name for one in path.iterdir()} <= FILES:
        return
    handle = _locked(path)
    try:
        shutil.rmtree(path)
    finally:
        os.close(handle)
