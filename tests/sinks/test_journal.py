"""The journal: what is committed is there, whatever ended the process; nobody else's file is touched."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hostile
import pytest

from bgpcheck.errors import UsageError
from bgpcheck.model import Prefix, Route, Segment, SegmentKind
from bgpcheck.sinks import journal
from bgpcheck.sinks.journal import Journal
from bgpcheck.sinks.remembered import SessionSeen, VerdictSeen

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

AT = datetime(2026, 11, 2, 8, 0, 0, 123456, UTC)
PEER, OTHER = "198.51.100.1", "2001:db8::1"
ALPHA, BETA, GAMMA = (Prefix.parse(text) for text in ("193.0.0.0/21", "193.0.8.0/24", "2a00:1450::/32"))
SEQUENCE = Segment(SegmentKind.SEQUENCE, (3333, 4200000001))


def route(prefix: Prefix = ALPHA, peer: str = PEER, **more: Any) -> Route:  # noqa: ANN401 (fields of a route)
    return replace(Route(peer, prefix, (SEQUENCE,), AT, 3333, ("12076:51004", "65535:666")), **more)


def session(state: str, at: str = "2026-11-02T08:00:00Z", **more: object) -> dict[str, object]:
    return {"type": "session", "at": at, "peer": PEER, "role": "primary", "state": state, "peerAsn": 3333, "flaps": 0, **more}


def verdict(prefix: Prefix, word: str = "configured", *, listed: bool = True) -> dict[str, object]:
    body = {"prefix": str(prefix), "verdict": word, "confidence": "high", "listed": listed, "reasons": [{"code": "route-object-exact"}]}
    return {"type": "verdict", "at": "2026-11-02T08:00:05Z", "peer": PEER, **body}


def withdrawn(prefix: Prefix, *, listed: bool) -> dict[str, object]:
    return {"type": "withdrawn", "at": "2026-11-02T08:00:09Z", "peer": PEER, "prefix": str(prefix), "listed": listed}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def one(file: Path) -> Iterator[Journal]:
    with Journal.open(file) as opened:
        yield opened


# ── what is kept ────────────────────────────────────────────────────────────────────────────────────────────────────────

PATHS = {
    "none": None,
    "empty": (),
    "plain": (SEQUENCE,),
    **{kind.value: (SEQUENCE, Segment(kind, (64512, 64513))) for kind in SegmentKind},
    "an empty segment": (Segment(SegmentKind.SEQUENCE, ()),),
    "long": tuple(Segment(SegmentKind.SEQUENCE, tuple(range(start, start + 255))) for start in (1, 300)),
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_a_route_comes_back_equal(one: Journal, path: Any) -> None:  # noqa: ANN401 (a path)
    given = route(path=path)
    one.commit([(given, "")])
    assert one.state().routes == {(PEER, ALPHA, ""): given}


@pytest.mark.parametrize("text", hostile.TEXTS.values(), ids=hostile.TEXTS)
def test_any_text_comes_back_equal(one: Journal, text: str) -> None:
    given = route(peer=text, communities=(text,), peer_asn=None)
    one.commit([(given, text)], (), [session("down", reason=text), {**session("up"), "peer": text, "role": text}])
    found = one.state()
    assert found.routes == {(text, ALPHA, text): given}
    assert found.sessions[PEER].last == text[:2000]
    assert found.sessions[text].role == text


def test_places_are_peer_prefix_and_path_identifier(one: Journal) -> None:
    given = [(route(), ""), (route(), "0.0.0.1"), (route(GAMMA), ""), (route(peer=OTHER), "")]
    one.commit(given)
    newer = route(path=None, observed_at=AT + timedelta(seconds=1))
    one.commit([(newer, "0.0.0.1")], [(PEER, ALPHA, ""), (PEER, BETA, "never there")])
    assert one.state().routes == {(PEER, ALPHA, "0.0.0.1"): newer, (PEER, GAMMA, ""): route(GAMMA), (OTHER, ALPHA, ""): route(peer=OTHER)}


def test_a_place_that_is_withdrawn_and_announced_in_one_commit_stands(one: Journal) -> None:
    one.commit([(route(), "")], [(PEER, ALPHA, "")])
    assert set(one.state().routes) == {(PEER, ALPHA, "")}


SESSIONS = {
    "one": ([session("up")], ("up", "2026-11-02T08:00:00Z", 0, "")),
    "no state is told": ([session("up"), {"type": "session", "at": "2026-11-02T09:00:00Z", "peer": PEER, "event": "dropped"}],
                         ("up", "2026-11-02T08:00:00Z", 0, "")),
    "the same state again": ([session("up"), session("up", "2026-11-02T09:00:00Z", event="open")], ("up", "2026-11-02T08:00:00Z", 0, "")),
    "down, and why": ([session("up"), session("down", "2026-11-02T09:00:00Z", flaps=1, reason="hold timer expired")],
                      ("down", "2026-11-02T09:00:00Z", 1, "hold timer expired")),
    "up again, why it was down": ([session("down", reason="x"), session("up", "2026-11-02T09:00:00Z")],
                                  ("up", "2026-11-02T09:00:00Z", 0, "x")),
    "a notification": ([session("up", event="notification", words="sent: cease (6/1)")],
                       ("up", "2026-11-02T08:00:00Z", 0, "sent: cease (6/1)")),
}  # fmt: skip


@pytest.mark.parametrize(("told", "wanted"), SESSIONS.values(), ids=SESSIONS)
def test_the_last_state_of_a_session(one: Journal, told: list[dict[str, object]], wanted: tuple[str, str, int, str]) -> None:
    for happening in told:
        one.commit(happenings=[happening])
    state, since, flaps, last = wanted
    assert one.state().sessions == {PEER: SessionSeen(PEER, "primary", 3333, state, datetime.fromisoformat(since), flaps, last)}


def test_the_last_verdict_of_a_prefix(one: Journal) -> None:
    one.commit(happenings=[verdict(ALPHA, "undetermined"), verdict(GAMMA, listed=False), verdict(ALPHA)])
    at = datetime(2026, 11, 2, 8, 0, 5, tzinfo=UTC)
    assert one.state().verdicts == {
        ALPHA: VerdictSeen(ALPHA, "configured", "high", "route-object-exact", True, at),
        GAMMA: VerdictSeen(GAMMA, "configured", "high", "route-object-exact", False, at),
    }


def test_an_unlisted_prefix_that_nobody_announces_any_more_has_no_verdict(one: Journal) -> None:
    routes = [route(ALPHA), route(BETA), route(BETA, OTHER), route(GAMMA)]
    told = [verdict(ALPHA), verdict(BETA, listed=False), verdict(GAMMA, listed=False)]
    one.commit([(each, "") for each in routes], (), told)
    gone = [(PEER, prefix, "") for prefix in (ALPHA, BETA, GAMMA)]
    one.commit((), gone, [withdrawn(ALPHA, listed=True), withdrawn(BETA, listed=False), withdrawn(GAMMA, listed=False)])
    assert set(one.state().verdicts) == {ALPHA, BETA}


def test_the_history_is_whole_in_order_and_bounded(file: Path) -> None:
    with Journal.open(file, most=10) as one:
        for number in range(0, 40, 8):
            gap = {"type": "gap", "at": "2026-11-02T08:00:00Z", "peer": ""}
            one.commit(happenings=[{**gap, "number": at} for at in range(number, number + 8)])
        one.commit()
    with sqlite3.connect(file) as db:
        rows = db.execute("SELECT json_extract(body, '$.number'), type FROM happenings ORDER BY id").fetchall()
    db.close()
    assert rows == [(number, "gap") for number in range(30, 40)]


def test_the_history_keeps_of_a_verdict_what_is_short(one: Journal, file: Path) -> None:
    one.commit(happenings=[{**verdict(ALPHA), "irr": {"match": "exact"}, "note": "x" * 9000}])
    with sqlite3.connect(file) as db:
        body = json.loads(db.execute("SELECT body FROM happenings").fetchone()[0])
    db.close()
    assert body.pop("note") == "x" * 2000
    assert body == {**{key: value for key, value in verdict(ALPHA).items() if key != "reasons"}, "reason": "route-object-exact"}


def test_a_clean_end_is_remembered_until_the_next_commit(file: Path) -> None:
    with Journal.open(file) as one:
        assert one.state().ended  # nobody ever wrote
        one.commit([(route(), "")])
        assert not one.state().ended
        one.ended()
    with Journal.open(file) as one:
        assert one.state().ended
        one.commit()
        assert not one.state().ended
    with Journal.open(file) as one:
        assert not one.state().ended


def test_it_is_used_from_another_thread(one: Journal) -> None:
    workers = [threading.Thread(target=one.commit, args=([(route(peer=f"peer {number}"), "")],)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(one.state().routes) == len(workers)


def test_a_commit_that_fails_leaves_nothing(one: Journal) -> None:
    one.commit([(route(), "")], (), [session("up")])
    before = one.state()
    with pytest.raises(KeyError):
        one.commit([(route(BETA), "")], [(PEER, ALPHA, "")], [session("down"), {"type": "gap"}])
    assert one.state() == before
    one.commit([(route(BETA), "")])
    assert len(one.state().routes) == 2


# ── whose file it is ────────────────────────────────────────────────────────────────────────────────────────────────────


def other_database(file: Path) -> None:
    with sqlite3.connect(file) as db:
        db.execute("CREATE TABLE moz_places (url)")
    db.close()


def changed(statement: str) -> Any:  # noqa: ANN401 (what makes such a file)
    def make(file: Path) -> None:
        Journal.open(file).close()
        with sqlite3.connect(file) as db:
            db.executescript(statement)
        db.close()

    return make


FOREIGN = {
    "another program's": (other_database, "is another program's database: name another journal"),
    "marked by another program": (changed("PRAGMA application_id = 7"), "is another program's database"),
    "a newer one": (changed("PRAGMA user_version = 2"), "a newer bgpcheck wrote this journal (version 2, this one knows 1): update"),
    "one with a table more": (changed("CREATE TABLE mine (x)"), "does not have the tables of a journal"),
    "one with another column": (changed("ALTER TABLE routes ADD COLUMN x"), "does not have the tables of a journal"),
    "one with a table less": (changed("DROP TABLE verdicts"), "does not have the tables of a journal"),
    "a text": (lambda file: file.write_text("name: ams\n" * 200), "is not a journal of bgpcheck: name another journal"),
    "a pipe": (os.mkfifo, "is no file: name another journal"),
    "a folder": (lambda file: file.mkdir(), "cannot be opened: make its folder and give write permission on it"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "message"), FOREIGN.values(), ids=FOREIGN)
def test_what_is_not_ours_is_refused_and_left_as_it_is(file: Path, make: Any, message: str) -> None:  # noqa: ANN401 (a function)
    make(file)
    before = file.read_bytes() if file.is_file() else b""
    with pytest.raises(UsageError) as caught:
        Journal.open(file)
    assert str(caught.value).startswith(f"{file}: {message}")
    assert (file.read_bytes() if file.is_file() else b"") == before


def test_an_empty_file_becomes_a_journal(file: Path) -> None:
    file.touch()
    with Journal.open(file) as one:
        assert not one.state().routes


@pytest.mark.parametrize("folder", ["missing", "/sys/kernel"])
def test_where_nothing_can_be_written_it_says_so(tmp_path: Path, folder: str) -> None:
    name = tmp_path / folder / "journal.db"
    with pytest.raises(UsageError, match=f"{name}: no journal can be written there: .*: name one elsewhere"):
        Journal.open(name)


def test_a_second_process_is_refused_by_any_name(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    with Journal.open(file):
        link.symlink_to(file)
        for name in (file, link):
            with pytest.raises(UsageError, match=rf"another bgpcheck \(process {os.getpid()}\) writes this journal: end that one"):
                Journal.open(name)
    Journal.open(link).close()


def linked(lock: Path) -> None:
    lock.with_suffix(".precious").write_text("precious")
    lock.symlink_to(lock.with_suffix(".precious"))


LOCKS = {
    "a link": (linked, "is a link, not the lock of a journal: name another journal"),
    "a link to nothing": (lambda lock: lock.symlink_to(lock.with_suffix(".new")), "is a link, not the lock of a journal"),
    "a FIFO": (os.mkfifo, "is not the lock of a journal, and stays as it is: name another journal"),
    **{
        repr(text): (lambda lock, text=text: lock.write_text(text), "is not the lock of a journal, and stays as it is")
        for text in ("precious", "12", "12\n\n", "\n", "12\nname: ams\n", "-1\n", "9" * 30 + "\n", "\u0663\n")
    },
}


@pytest.mark.parametrize(("make", "message"), LOCKS.values(), ids=LOCKS)
def test_a_lock_file_that_is_not_ours_is_refused_and_left_as_it_is(file: Path, make: Any, message: str) -> None:  # noqa: ANN401 (a function)
    lock = file.with_name("journal.db.lock")
    make(lock)
    before = {each.name: each.read_bytes() for each in file.parent.iterdir() if each.is_file()}
    with pytest.raises(UsageError) as caught:
        Journal.open(file)
    assert str(caught.value).startswith(f"{lock}: {message}")
    assert {each.name: each.read_bytes() for each in file.parent.iterdir() if each.is_file()} == before


@pytest.mark.parametrize("text", ["", "1\n", "4194304\n"])
def test_a_lock_that_a_killed_one_left_is_taken(file: Path, text: str) -> None:
    lock = file.with_name("journal.db.lock")
    lock.write_text(text)
    Journal.open(file).close()
    assert lock.read_text() == f"{os.getpid()}\n"


DAMAGE = [
    "UPDATE routes SET communities = '['", "UPDATE routes SET communities = '5'", "UPDATE routes SET path = '[[1]]'",
    "UPDATE routes SET path = '[[\"ring\", [1]]]'", "UPDATE routes SET observed_at = 'yesterday'", "UPDATE routes SET prefix = 'x'",
    "UPDATE routes SET prefix = x'00'", "UPDATE routes SET peer = x'ff'", "UPDATE routes SET prefix = CAST(x'ff' AS TEXT)",
    "UPDATE sessions SET since = ''", "UPDATE verdicts SET at = 'x'", "UPDATE verdicts SET prefix = '193.0.0.1/21'",
    "UPDATE routes SET path = printf('%.*c', 100000, '[')",
]  # fmt: skip


@pytest.mark.parametrize("statement", DAMAGE)
def test_rows_that_cannot_be_read_are_named_as_damage(file: Path, statement: str) -> None:
    with Journal.open(file) as one:
        one.commit([(route(), "")], (), [session("up"), verdict(ALPHA)])
    with sqlite3.connect(file) as db:
        db.execute(statement)
    db.close()
    with Journal.open(file) as one, pytest.raises(UsageError) as caught:
        one.state()
    assert str(caught.value) == f"{file}: is damaged: move it away, or name another journal"


def test_others_may_read_while_it_is_written(one: Journal, file: Path) -> None:
    one.commit([(route(), "")])
    reader = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    assert reader.execute("SELECT count(*) FROM routes").fetchone() == (1,)
    one.commit([(route(BETA), "")])
    assert reader.execute("SELECT count(*) FROM routes").fetchone() == (2,)
    reader.close()


def test_a_journal_that_somebody_else_locks_is_named(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "PATIENCE", 0)
    with Journal.open(file) as one:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UsageError, match="another program has locked it"):
            one.commit([(route(), "")])
        other.close()
        one.commit([(route(), "")])


def test_a_full_disk_is_one_clear_error_and_the_journal_stays_whole(one: Journal, file: Path) -> None:
    one.commit([(route(), "")])
    one._db.execute("PRAGMA max_page_count = 20")  # noqa: SLF001 (what a full disk answers, without filling one)
    with pytest.raises(UsageError, match=f"{file}: there is no room on the disk: make room, or name a journal elsewhere"):
        one.commit([(route(peer=f"{number:0100}"), "") for number in range(5000)])
    assert len(one.state().routes) == 1


def test_one_that_was_damaged_is_named(file: Path) -> None:
    with Journal.open(file) as one:
        one.commit([(route(peer=f"{number:0100}"), "") for number in range(5000)])
    data = bytearray(file.read_bytes())
    data[8192:] = b"rubbish!" * ((len(data) - 8192) // 8)
    file.write_bytes(data)
    with pytest.raises(UsageError, match="is damaged: move it away"), Journal.open(file) as one:
        one.state()


# ── what a kill leaves ──────────────────────────────────────────────────────────────────────────────────────────────────


def block(number: int, at: int) -> Prefix:
    """A prefix of the writer's; every seventh commit says the same ones again."""
    return Prefix(4, (193 << 24) + (number % 7) * 65536 + at * 256, 24)


def step(number: int) -> tuple[list[tuple[Route, str]], list[tuple[str, Prefix, str]], list[dict[str, object]]]:
    """What the writer's commit ``number`` says: new routes, some of the last one's gone, its number as a session's flaps."""
    made = [(route(block(number, at), observed_at=AT + timedelta(seconds=number)), "") for at in range(120)]
    gone = [(PEER, block(number - 1, at), "") for at in range(0, 120, 3)]
    return made, gone, [session("up", flaps=number)]


def replayed(count: int) -> Mapping[Any, Route]:
    """The routes after ``count`` commits."""
    found: dict[Any, Route] = {}
    for number in range(1, count + 1):
        made, gone, _ = step(number)
        for place in gone:
            found.pop(place, None)
        found.update({(one.peer, one.prefix, path_id): one for one, path_id in made})
    return found


def write(file: str) -> None:
    """Go on from where the journal stands, until killed; say each commit's number once it is done."""
    with Journal.open(file) as one:
        number = max((seen.flaps for seen in one.state().sessions.values()), default=0)
        while True:
            number += 1
            one.commit(*step(number))
            sys.stdout.write(f"{number}\n")
            sys.stdout.flush()


def test_a_kill_at_any_moment_leaves_the_last_commit(file: Path) -> None:
    """Twenty kills of one writer after another on one journal: what it acknowledged is there, and nothing of what it did not finish."""
    chance, acknowledged = random.Random(5), 0  # noqa: S311 (a test's chance)
    places = [str(folder) for folder in Path(__file__).parents[:2]]
    code = f"import sys; sys.path[:0] = {places!r}; import test_journal; test_journal.write({str(file)!r})"
    for _ in range(20):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout
            for _ in range(chance.randint(1, 6)):
                acknowledged = int(child.stdout.readline())
            time.sleep(chance.random() / 100)  # anywhere in the commits that follow
            child.send_signal(signal.SIGKILL)
            acknowledged = int(([str(acknowledged), *child.stdout.read().split()])[-1])
        with Journal.open(file) as one:
            found = one.state()
        count = found.sessions[PEER].flaps
        assert count in {acknowledged, acknowledged + 1}  # done, and killed before it could say so
        assert found.routes == replayed(count)
        assert not found.ended


def test_a_table_whose_name_is_no_text_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE somebodys (x)")
        db.commit()
    path.write_bytes(path.read_bytes().replace(b"somebodys", b"some\x80odys"))
    with pytest.raises(UsageError, match=r"j\.db: (is damaged|cannot be kept: Could not decode)"):
        Journal.open(path)
