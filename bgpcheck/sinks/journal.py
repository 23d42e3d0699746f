"""The journal: an SQLite file that tells where a watch stood, whatever ended it, and what happened last. Waits for the disk.

Rule: a commit is there whole or not at all; who is killed leaves the state of its last commit. One process writes at a time; others
may read. All methods may be called from any one thread at a time.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import sqlite3
import stat
from contextlib import contextmanager, suppress
from threading import RLock
from typing import TYPE_CHECKING, Any, Self

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.sinks import remembered
from bgpcheck.sinks.remembered import Remembered, kept

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from bgpcheck.model import Prefix, Route

APPLICATION = 0x62677063  # "bgpc": application_id of our files
VERSION = 1  # user_version: the schema below
MOST_HAPPENINGS = 100_000  # kept; older ones go
MOST_LOG = 32 << 20  # bytes that the write-ahead log may keep once its content is in the file
PATIENCE = 10  # seconds that we wait for whoever has locked the file for a moment
SCHEMA = {
    "routes": """CREATE TABLE routes (prefix TEXT NOT NULL, peer TEXT NOT NULL, path_id TEXT NOT NULL, peer_asn INTEGER, path TEXT,
 communities TEXT NOT NULL, observed_at TEXT NOT NULL, PRIMARY KEY (prefix, peer, path_id)) WITHOUT ROWID""",
    "sessions": """CREATE TABLE sessions (peer TEXT PRIMARY KEY, role TEXT NOT NULL, peer_asn INTEGER, state TEXT NOT NULL,
 since TEXT NOT NULL, flaps INTEGER NOT NULL, last TEXT NOT NULL) WITHOUT ROWID""",
    "verdicts": """CREATE TABLE verdicts (prefix TEXT PRIMARY KEY, verdict TEXT NOT NULL, confidence TEXT, reason TEXT NOT NULL,
 listed INTEGER NOT NULL, at TEXT NOT NULL) WITHOUT ROWID""",
    "happenings": """CREATE TABLE happenings (id INTEGER PRIMARY KEY, at TEXT NOT NULL, type TEXT NOT NULL, peer TEXT NOT NULL,
 body TEXT NOT NULL)""",
    "ending": "CREATE TABLE ending (ended INTEGER NOT NULL)",
}
ROUTE = "REPLACE INTO routes VALUES (?, ?, ?, ?, ?, ?, ?)"
GONE = "DELETE FROM routes WHERE prefix = ? AND peer = ? AND path_id = ?"
SESSION = """INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (peer) DO UPDATE SET role = excluded.role,
 peer_asn = coalesce(excluded.peer_asn, peer_asn), since = iif(state = excluded.state, since, excluded.since), state = excluded.state,
 flaps = excluded.flaps, last = iif(excluded.last = '', last, excluded.last)"""
VERDICT = "REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?, ?)"
UNJUDGED = "DELETE FROM verdicts WHERE prefix = ?1 AND NOT EXISTS (SELECT 1 FROM routes WHERE prefix = ?1)"
HAPPENING = "INSERT INTO happenings (at, type, peer, body) VALUES (?, ?, ?, ?)"
FORGET = "DELETE FROM happenings WHERE id <= (SELECT max(id) FROM happenings) - ?"
OTHER = "name another journal"
DAMAGED = f"is damaged: move it away, or {OTHER}"
LOCK, LONGEST_LOCK = re.compile(rb"([0-9]+\n)?"), 20  # what a lock holds; bytes of it that are read
FAULTS = {  # primary result codes of SQLite → what to do
    sqlite3.SQLITE_FULL: "there is no room on the disk: make room, or name a journal elsewhere",
    sqlite3.SQLITE_READONLY: "may not be written: give write permission on the file and its folder, or name a journal elsewhere",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: make its folder and give write permission on it, or name a journal elsewhere",
    sqlite3.SQLITE_NOTADB: f"is not a journal of bgpcheck: {OTHER}",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_BUSY: "another program has locked it: end that program",
}


class Journal:
    """An open journal. Every method raises ``UsageError``, naming the file and what to do, where the disk does not obey."""

    def __init__(self, path: str, db: sqlite3.Connection, lock: int, most: int) -> None:
        """Keep what ``open`` made: the database, and the file descriptor that holds the lock."""
        self._path, self._db, self._lock, self._most, self._guard = path, db, lock, most, RLock()

    @classmethod
    def open(cls, path: str | Path, *, most: int = MOST_HAPPENINGS) -> Self:
        """Open or begin a journal that keeps the last ``most`` happenings; its lock is the file ``path`` with ``.lock`` added."""
        name, file = str(path), os.path.realpath(path)  # one file by two names has one lock
        lock = _locked(name, f"{file}.lock")
        try:
            with _translated(name):
                return cls(name, _database(name, file), lock, most)
        except BaseException:
            os.close(lock)
            raise

    def commit(
        self,
        announced: Sequence[tuple[Route, str]] = (),
        withdrawn: Sequence[tuple[str, Prefix, str]] = (),
        happenings: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        """Write all of this, or nothing.

        ``announced``: routes with their path identifiers; ``withdrawn``: (peer, prefix, path identifier). A place that is in both stands
        announced afterwards, so who gathers several updates keeps the last word about each place.
        """
        with self._transaction() as db:
            db.executemany(GONE, ((str(prefix), kept(peer), kept(path_id)) for peer, prefix, path_id in withdrawn))
            db.executemany(ROUTE, (remembered.route_row(route, path_id) for route, path_id in announced))
            db.executemany(SESSION, filter(None, map(remembered.session_row, happenings)))
            db.executemany(VERDICT, filter(None, map(remembered.verdict_row, happenings)))
            db.executemany(UNJUDGED, ((one["prefix"],) for one in happenings if one["type"] == "withdrawn" and not one.get("listed")))
            db.executemany(HAPPENING, map(remembered.happening_row, happenings))
            db.execute(FORGET, (self._most,))
            db.execute("UPDATE ending SET ended = 0")

    def ended(self) -> None:
        """Mark a clean end; the next commit takes the mark away."""
        with self._transaction() as db:
            db.execute("UPDATE ending SET ended = 1")

    def state(self) -> Remembered:
        """Tell what stood after the last commit."""
        with self._guard, _translated(self._path), _whole(self._path):
            ended = self._db.execute("SELECT ended FROM ending").fetchone()
            sessions = map(remembered.session_of, self._db.execute("SELECT * FROM sessions ORDER BY peer"))
            verdicts = map(remembered.verdict_of, self._db.execute("SELECT * FROM verdicts"))
            return Remembered(
                routes=dict(map(remembered.route_of, self._db.execute("SELECT * FROM routes"))),
                sessions={one.peer: one for one in sessions},
                verdicts={one.prefix: one for one in verdicts},
                ended=ended == (1,),
            )

    def close(self) -> None:
        """Put all into the one file and let others write it; a journal that is closed already stays closed."""
        with self._guard, _translated(self._path):
            self._db.close()
            if self._lock >= 0:
                os.close(self._lock)
                self._lock = -1

    def __enter__(self) -> Self:
        """Give the journal."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the database in a transaction, which is taken back where anything fails."""
        with self._guard, _translated(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite has taken it back by itself where the disk is full
                    self._db.execute("ROLLBACK")
                raise


def _locked(name: str, file: str) -> int:
    """Lock the file beside the journal, which holds our process's number; gives its descriptor, which holds the lock until it is closed."""
    if _is_device(name):
        raise UsageError(f"{name}: is no file: {OTHER}")
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise UsageError(f"{file}: is a link, not the lock of a journal: {OTHER}") from error
        raise UsageError(f"{name}: no journal can be written there: {error.strerror}: name one elsewhere") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        who = os.pread(handle, LONGEST_LOCK, 0).decode("ascii", "replace").strip() if _ours(handle) else ""
        os.close(handle)
        process = f" (process {who})" if who.isdecimal() else ""
        raise UsageError(f"{name}: another bgpcheck{process} writes this journal: end that one, or {OTHER}") from error
    if not _ours(handle):
        os.close(handle)
        raise UsageError(f"{file}: is not the lock of a journal, and stays as it is: {OTHER}")
    with suppress(OSError):  # the number is a help, no more
        os.truncate(handle, 0)
        os.write(handle, b"%d\n" % os.getpid())
    return handle


def _is_device(name: str) -> bool:
    """Tell whether there is something that is neither a file nor a folder, of which SQLite says so itself."""
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116 (a name, as SQLite takes it)
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _ours(handle: int) -> bool:
    """Tell whether a file is a lock of ours: empty, or a process's number on a line."""
    regular = stat.S_ISREG(os.fstat(handle).st_mode)
    return regular and LOCK.fullmatch(os.pread(handle, LONGEST_LOCK, 0)) is not None


def _database(name: str, file: str) -> sqlite3.Connection:
    """Open the database; another program's is left as it is."""
    db = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        found = dict(db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
        marks = db.execute("SELECT application_id, user_version FROM pragma_application_id, pragma_user_version").fetchone()
        if found or any(marks):
            _check(name, marks, found)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute(f"PRAGMA journal_size_limit = {MOST_LOG}")
        if not found:
            _begin(db)
    except UnicodeDecodeError as error:  # names of tables that are no text
        db.close()
        raise UsageError(f"{name}: {DAMAGED}") from error
    except BaseException:
        db.close()
        raise
    return db


def _begin(db: sqlite3.Connection) -> None:
    """Make the tables, all at once."""
    marks = f"PRAGMA application_id = {APPLICATION}", f"PRAGMA user_version = {VERSION}"
    db.executescript("; ".join(("BEGIN IMMEDIATE", *SCHEMA.values(), "INSERT INTO ending VALUES (1)", *marks, "COMMIT")))


def _check(name: str, marks: tuple[int, int], found: Mapping[str, str]) -> None:
    """Refuse what is not a journal of this version."""
    application, version = marks
    if application != APPLICATION:
        raise UsageError(f"{name}: is another program's database: {OTHER}")
    if version > VERSION:
        raise UsageError(f"{name}: a newer bgpcheck wrote this journal (version {version}, this one knows {VERSION}): update, or {OTHER}")
    if found != SCHEMA:
        raise UsageError(f"{name}: does not have the tables of a journal: somebody changed it; {OTHER}")


@contextmanager
def _translated(name: str) -> Iterator[None]:
    """Turn what SQLite refuses into a ``UsageError`` that names the file and says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        raise UsageError(f"{name}: {FAULTS.get(code, f'cannot be kept: {error}: name a journal elsewhere')}") from error


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """Turn rows that cannot be read back into a ``UsageError`` that names the file."""
    try:
        yield
    except (FormatError, ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:  # ValueError: also of JSON, enums
        raise UsageError(f"{name}: {DAMAGED}") from error
    except sqlite3.OperationalError as error:
        if hasattr(error, "sqlite_errorcode"):
            raise
        raise UsageError(f"{name}: {DAMAGED}") from error  # a text that is no UTF-8
