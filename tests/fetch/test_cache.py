"""Answers on the disk: young ones are taken, others are not."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bgpcheck.fetch.cache import Cache

if TYPE_CHECKING:
    from pathlib import Path

HOURS = {"rdap": 24, "irr": 1, "vrps": 0}


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


AGES = [
    ("rdap/ip", 0, True), ("rdap/ip", 23, True), ("rdap/ip", 25, False), ("rdap/ip", -2, False), ("irr/RIPE", 0.5, True),
    ("irr/RIPE", 2, False), ("vrps", 0, False), ("delegated/arin", 0, False),
]  # fmt: skip


@pytest.mark.parametrize(("source", "age", "taken"), AGES)
def test_ages(source: str, age: float, tmp_path: Path, *, taken: bool) -> None:
    cache = Cache(tmp_path, HOURS)
    at = now() - timedelta(hours=age)
    cache.keep(source, "question", b"answer\n\x00", at)
    found = cache.find(source, "question")
    assert (found is not None) is taken
    assert found is None or (found.content, found.at) == (b"answer\n\x00", at)
    assert cache.find(source, "another") is None
    assert Cache(tmp_path, HOURS, refresh=True).find(source, "question") is None


@pytest.mark.parametrize("damage", [b"", b"{}", b"x", b'{"schema": 1}\nanswer', b"[]\nanswer", b"[" * 60_000])
def test_damage(damage: bytes, tmp_path: Path) -> None:
    cache = Cache(tmp_path, HOURS)
    cache.keep("rdap/ip", "question", b"answer", now())
    (path,) = [one for one in tmp_path.rglob("*") if one.is_file()]
    path.write_bytes(damage)
    assert cache.find("rdap/ip", "question") is None
    path.write_bytes(damage)
    cache.keep("rdap/ip", "question", b"answer", now())
    assert cache.find("rdap/ip", "question") is not None


def test_an_answer_to_another_question_is_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path, HOURS)
    cache.keep("rdap/ip", "one", b"answer", now())
    (path,) = [one for one in tmp_path.rglob("*") if one.is_file()]
    other = cache._path("rdap/ip", "two")  # noqa: SLF001 (somebody put it there)
    other.parent.mkdir(exist_ok=True)
    path.replace(other)
    assert cache.find("rdap/ip", "two") is None


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("")
    cache = Cache(tmp_path / "f", HOURS)
    cache.keep("rdap/ip", "question", b"answer", now())
    assert cache.find("rdap/ip", "question") is None


def test_a_full_disk_keeps_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    """Neither what a disk took half of, nor what a process that was killed had begun."""
    cache = Cache(tmp_path, HOURS)
    cache.keep("rdap/ip", "question", b"answer", now())
    (path,) = [one for one in tmp_path.rglob("*") if one.is_file()]
    (path.parent / ".bgpcheck-killed.begun").write_bytes(b"half")
    before, usual = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, usual[1]))
    try:
        cache.keep("rdap/ip", "question", bytes(100_000), now())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, before)
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [path]
    found = cache.find("rdap/ip", "question")
    assert found is not None
    assert found.content == b"answer"


KEEPING = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from bgpcheck.fetch.cache import Cache
cache = Cache(Path(sys.argv[1]), {"rdap": 24})
for number in range(200):
    cache.keep("rdap/ip", "question", sys.argv[2].encode() * 5000, datetime.now(UTC))
    found = cache.find("rdap/ip", "question")
    assert found and found.content in {b"a" * 5000, b"b" * 5000}
"""


def test_two_writers_of_one_answer(tmp_path: Path) -> None:
    """Whoever looks finds a whole answer, of the one or of the other, at any time; nothing else is left."""
    writing = [subprocess.Popen([sys.executable, "-c", KEEPING, str(tmp_path), what], stderr=subprocess.PIPE) for what in "ab"]
    said = [one.communicate()[1] for one in writing]
    assert [one.returncode for one in writing] == [0, 0], said
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == 1
