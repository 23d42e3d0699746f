from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.events import record
from bgpcheck.evidence.statement import EVENTS
from bgpcheck.fetch.files import Reading
from bgpcheck.fetch.recording import Recorder

FIXTURES = Path(__file__).parents[2] / "fixtures" / "events"
RECORDINGS = sorted(FIXTURES.glob("v*.jsonl"))


def recorder(path: Path, **options: int) -> Recorder:
    return Recorder(Reading(path, path.name), **options)


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.name)
def test_the_lines_that_announced_what_stands(path: Path) -> None:
    one = recorder(path)
    recording = record(one.events())
    document = one.document(recording.routes)
    assert (document.source, document.media_type, document.fetched_at) == (EVENTS, "application/x-ndjson", None)
    assert document.uri == f"{path.name} sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"
    kept = document.content.splitlines()
    assert len(set(kept)) == len(kept)
    assert set(kept) <= set(lines(path))
    again = Recorder(Reading(path, path.name))
    assert set(recording.routes) <= {route for event in again.events() if event.kind == "update" for route in event.announced}  # type: ignore[attr-defined]


def test_what_was_kept_announces_the_same_again(tmp_path: Path) -> None:
    for path in RECORDINGS:
        one = recorder(path)
        routes = record(one.events()).routes
        kept = tmp_path / "kept.jsonl"
        kept.write_bytes(one.document(routes).content)
        assert set(record(recorder(kept).events()).routes) == set(routes)


def test_lines_of_what_was_withdrawn_are_left_out() -> None:
    path = FIXTURES / "v5-consolidate.jsonl"
    one = recorder(path)
    routes = record(one.events()).routes
    assert len(routes) > 1
    assert len(one.document(routes[:1]).content.splitlines()) == 1
    assert one.document(()).content == b""


def test_a_packed_recording_is_named_by_its_own_digest(tmp_path: Path) -> None:
    plain = FIXTURES / "v5-consolidate.jsonl"
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
    one, other = recorder(plain), recorder(packed)
    documents = [each.document(record(each.events()).routes) for each in (one, other)]
    assert documents[0].content == documents[1].content
    assert documents[1].uri == f"a.jsonl.gz sha256:{hashlib.sha256(packed.read_bytes()).hexdigest()}"


def test_lines_are_kept_up_to_a_limit() -> None:
    path = FIXTURES / "v5-consolidate.jsonl"
    one = recorder(path, most=1)
    recording = record(one.events())
    assert recording.routes == record(recorder(path).events()).routes
    assert len(one.document(recording.routes).content.splitlines()) <= 1
    none = recorder(path, most=0)
    assert none.document(record(none.events()).routes).content == b""


def test_a_damaged_recording_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(RECORDINGS[0])[0] + b"\n" + bytes((1 << 20) + 2))
    with pytest.raises(FormatError, match=r"^a.jsonl:2: line longer than"):
        record(recorder(path).events())
    with pytest.raises(UsageError, match=r"^b.jsonl: No such file"):
        record(recorder(tmp_path / "b.jsonl").events())
