"""The folder of downloads: what is kept is whole, and is replaced all at once."""

from __future__ import annotations

import hashlib
import json
import resource
import signal
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bgpcheck.errors import UsageError
from bgpcheck.formats.transfer import Version
from bgpcheck.store.downloads import Downloads, Kept, failed, unchanged

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOW = datetime(2026, 11, 2, tzinfo=UTC)
URL = "https://a.test/pub/radb.db.gz"


def facts(body: bytes, dated: str | None = None) -> dict[str, dict[str, Any]]:
    counts = {"size": len(body), "rows": 1, "routes": 1, "families": [4], "anchors": {}}
    return {"irr/RADB": {"source": "irr/RADB", "file": URL, "sha256": hashlib.sha256(body).hexdigest(), "dated": dated, **counts}}


def came(folder: Downloads, body: bytes, url: str = URL, modified: str = "") -> Kept:
    """A file that was downloaded whole."""
    part = folder.part(url)
    part.begin(Version('"e"', modified))
    with part.writing() as write:
        write(body)
    return folder.accept(url, Version('"e"', modified, len(body)), facts(body), NOW)


@pytest.fixture
def folder(tmp_path: Path) -> Downloads:
    return Downloads(tmp_path)


def test_a_file_is_kept_and_replaced(folder: Downloads) -> None:
    assert folder.kept(URL) is None
    first = came(folder, b"one")
    assert folder.kept(URL) == first
    assert folder.path(first).read_bytes() == b"one"
    second = came(folder, b"two!")
    assert folder.kept(URL) == second
    assert sorted(one.name for one in folder.folder.iterdir()) == sorted([second.file, f"{second.file[:23]}.json"])
    assert came(folder, b"two!").file == second.file
    assert folder.path(second).read_bytes() == b"two!"


def test_what_is_noted_of_a_file(folder: Downloads) -> None:
    kept = came(folder, b"one")
    late = failed(kept, NOW + timedelta(days=1), "silent")
    folder.note(late)
    assert folder.kept(URL) == late
    folder.note(unchanged(late, NOW + timedelta(days=2)))
    found = folder.kept(URL)
    assert found
    assert (found.fetched, found.failed, found.reason) == (NOW + timedelta(days=2), None, "")


DATED = [
    ("2026-10-01T00:00:00+00:00", "20261002000000", datetime(2026, 10, 1, tzinfo=UTC)),
    (None, "20261002000000", datetime(2026, 10, 2, tzinfo=UTC)),
    (None, "", NOW),
]


@pytest.mark.parametrize(("own", "modified", "dated"), DATED)
def test_of_when_the_content_is(own: str | None, modified: str, dated: datetime) -> None:
    assert Kept(URL, "f", Version(modified=modified), NOW, facts(b"", own)).dated("irr/RADB") == dated


def torn(folder: Downloads, kept: Kept) -> None:
    folder.path(kept).write_bytes(b"on")


def gone(folder: Downloads, kept: Kept) -> None:
    folder.path(kept).unlink()


def records(change: Callable[[dict[str, Any]], object]) -> Callable[[Downloads, Kept], None]:
    def damage(folder: Downloads, kept: Kept) -> None:
        path = folder.folder / f"{kept.file[:23]}.json"
        told = json.loads(path.read_text())
        change(told)
        path.write_text(json.dumps(told))

    return damage


def no_json(folder: Downloads, kept: Kept) -> None:
    (folder.folder / f"{kept.file[:23]}.json").write_text('{"url":')


def nested(folder: Downloads, kept: Kept) -> None:
    (folder.folder / f"{kept.file[:23]}.json").write_text("[" * 100_000)


DAMAGES: dict[str, Callable[[Downloads, Kept], None]] = {
    "a file of another size": torn,
    "no file": gone,
    "half a record": no_json,
    "another schema": records(lambda told: told.update(schema="v0")),
    "another address": records(lambda told: told.update(url="https://b.test/")),
    "a name that no folder takes": records(lambda told: told.update(file="a\0b")),
    "no version": records(lambda told: told.pop("version")),
    "no time": records(lambda told: told.update(fetched=None)),
    "no facts": records(lambda told: told.update(facts=[])),
    "a fact of another kind": records(lambda told: told["facts"]["irr/RADB"].update(rows="many")),
    "a date that is none": records(lambda told: told["facts"]["irr/RADB"].update(dated=[[]])),
    "a date of no zone": records(lambda told: told["facts"]["irr/RADB"].update(dated="2026-01-01")),
    "a count that is none": records(lambda told: told["facts"]["irr/RADB"].update(anchors={"ripe": None})),
    "a version of other kinds": records(lambda told: told["version"].update(modified=None)),
    "a file elsewhere": records(lambda told: told.update(file=f"../{told['file']}")),
    "nested without end": nested,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_not_kept(damage: str, folder: Downloads) -> None:
    DAMAGES[damage](folder, came(folder, b"one"))
    assert folder.kept(URL) is None
    assert folder.kept(URL) != came(folder, b"two")
    assert folder.kept(URL)


def test_until_the_record_is_there_the_old_file_counts(folder: Downloads) -> None:
    """Killed between the new file's coming to its place and the record's."""
    first = came(folder, b"one")
    record = folder.folder / f"{first.file[:23]}.json"
    before = record.read_bytes()
    second = came(folder, b"two!")
    folder.path(first).write_bytes(b"one")
    record.write_bytes(before)
    assert folder.path(second).exists()
    assert folder.kept(URL) == first
    third = came(folder, b"three")
    assert sorted(one.name for one in folder.folder.iterdir()) == sorted([third.file, record.name])


ADDRESSES = [
    "https://a.test/../../etc/passwd",
    "https://a.test/x/..",
    "https://a.test/",
    "https://a.test",
    "ftp://[2001:db8::1]:21/a b\\c%2f.gz",
    "https://a.test/" + "x" * 5000,
    f"https://{'x' * 5000}/f",
    "https://a.test/*?[a]",
]


def test_names_stay_in_the_folder(folder: Downloads) -> None:
    kept = [came(folder, str(number).encode(), url) for number, url in enumerate(ADDRESSES)]
    assert len({one.file for one in kept}) == len(ADDRESSES)
    assert all(folder.path(one).read_bytes() == str(number).encode() for number, one in enumerate(kept))
    assert len([*folder.folder.iterdir()]) == 2 * len(ADDRESSES)


def test_one_update_at_a_time(folder: Downloads) -> None:
    with folder.locked(), pytest.raises(UsageError, match=r"is being updated by process \d+: wait for its end"), folder.locked():
        pass
    (folder.folder / ".bgpcheck-x.begun").write_bytes(b"of an update that was killed")
    with folder.locked():
        assert [one.name for one in folder.folder.iterdir()] == ["lock"]


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    says = "cannot be written: File exists: name another folder$"
    with pytest.raises(UsageError, match=says), Downloads(tmp_path / "file").locked():
        pass
    (tmp_path / "d" / "lock").mkdir(parents=True)
    with pytest.raises(UsageError, match=r"d/lock: cannot be written: Is a directory: "), Downloads(tmp_path / "d").locked():
        pass


def test_a_disk_that_has_no_room_for_the_lock_s_number(folder: Downloads) -> None:
    """It is a help for whoever finds the folder locked, no more: what was killed left one too, and nobody is kept out by it."""
    usual, heard = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    (folder.folder / "lock").write_text("4194304999\n")
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        with folder.locked(), pytest.raises(UsageError, match="that has just begun: wait for its end"), folder.locked():
            pass
        with pytest.raises(UsageError, match=r"part\.json: cannot be written: File too large: raise the limit|part: cannot be written"):
            came(folder, b"one")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, heard)
    assert folder.kept(URL) is None
    assert folder.kept(URL) != came(folder, b"one")
