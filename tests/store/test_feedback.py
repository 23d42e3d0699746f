"""The file of feedback only grows, by whole lines, and nothing else is ever added to."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.store import feedback
from bgpcheck.store.feedback import append

if TYPE_CHECKING:
    from pathlib import Path


def line(number: int = 0, at: str = "2026-01-01T12:00:00Z", **more: object) -> dict[str, Any]:
    return {"schema": "bgpcheck/feedback/v1", "decidedAt": at, "prefix": f"193.0.{number}.0/24", **more}


TWICE = json.dumps(line()).replace("{", '{"schema": "", ', 1)


def rows(path: Path) -> list[dict[str, Any]]:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [json.loads(row) for row in text.splitlines()]


def test_it_grows_and_has_nothing_twice(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    assert append(path, [line(0), line(1), line(1, "2026-01-01T13:00:00Z")]) == 2
    assert append(str(path), [line(1, "2026-01-01T23:00:00Z"), line(2)]) == 1
    assert append(path, [line(0, "2026-01-02T00:00:00Z"), line(1, actualAzureState="é")]) == 2
    assert append(path, []) == 0
    assert [row["prefix"][6] for row in rows(path)] == list("01201")


def test_nothing_to_add_makes_no_file(tmp_path: Path) -> None:
    assert append(tmp_path / "f.jsonl", []) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_last_line_without_its_end(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text(json.dumps(line(0)))
    assert append(path, [line(1)]) == 1
    assert [row["prefix"][6] for row in rows(path)] == list("01")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(
            ("peering:\n", 1),
            (json.dumps(line()) + '\n{"schema": "bgpcheck/feed', 2),
            ("[]\n", 1),
            ("{}\n", 1),
            (TWICE, 1),
            ("\n\n" + "[" * 9000, 3),
        ),
        *((json.dumps(line(x=[1])), 1), (json.dumps(line())[:-1] + ', "x": ' + "[" * 980 + "]" * 980 + "}", 1)),
    ],
)
def test_another_file_is_left_alone(tmp_path: Path, text: str, number: int) -> None:
    path = tmp_path / "f.jsonl"
    path.write_text(text)
    with pytest.raises(FormatError, match=rf"f\.jsonl:{number}: not a line of feedback"):
        append(path, [line()])
    assert path.read_text() == text


def test_what_can_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="is not a file"):
        append(tmp_path, [line()])
    with pytest.raises(UsageError, match="cannot be written: No such file"):
        append(tmp_path / "none" / "f.jsonl", [line()])
    monkeypatch.setattr(feedback, "MOST", 10)
    (tmp_path / "f.jsonl").write_text(json.dumps(line()))
    with pytest.raises(UsageError, match="begin a new file"):
        append(tmp_path / "f.jsonl", [line()])


@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_disk_that_is_full(room: int, tmp_path: Path) -> None:
    """It takes ``room`` bytes more: the file has all of the new lines or none, and the next one is added when there is room again."""
    path = tmp_path / "f.jsonl"
    append(path, [line(0)])
    before = path.read_bytes()
    usual, heard = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + room, usual[1]))
    try:
        with pytest.raises(UsageError, match=rf"^{path}: cannot be written: .*(?:make room|raise the limit)"):
            append(path, [line(1), line(2)])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, heard)
    assert path.read_bytes() == before
    assert append(path, [line(1), line(2)]) == 2
    assert len(rows(path)) == 3


def test_many_at_once_do_not_mix(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: append(path, [line(number, note="x" * 3000), line(number + 100)]), range(40)))
    assert len(rows(path)) == 80


ADDING = """
import sys
from bgpcheck.store.feedback import append
for number in range(100):
    line = {"schema": "bgpcheck/feedback/v1", "decidedAt": "2026-01-01T12:00:00Z", "prefix": f"193.0.{number}.0/24", "note": "x" * 3000}
    append(sys.argv[1], [line])
"""


def test_processes_at_once_say_nothing_twice(tmp_path: Path) -> None:
    """Four of them add the same hundred lines; none sees half of another's line."""
    path = tmp_path / "f.jsonl"
    adding = [subprocess.Popen([sys.executable, "-c", ADDING, str(path)], stderr=subprocess.PIPE) for _ in range(4)]
    said = [one.communicate()[1] for one in adding]
    assert [one.returncode for one in adding] == [0] * 4, said
    assert [row["prefix"] for row in rows(path)] == [f"193.0.{number}.0/24" for number in range(100)]
