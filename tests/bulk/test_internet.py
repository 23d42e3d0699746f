"""Tables of what the Internet sees, read for some prefixes."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hostile import TEXTS, acting, papers
from mrt_files import attributes, message, nlri, peers, record, rib, update
from pace import Pace
from program import NOW, ROOT

from bgpcheck import api
from bgpcheck.bulk import internet
from bgpcheck.bulk.internet import LONGEST, MOST_NOTES, read_table
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.evidence.statement import INTERNET
from bgpcheck.model import Prefix
from bgpcheck.render import FORMATS, render

if TYPE_CHECKING:
    from bgpcheck.peering import Sighting

P, P6 = Prefix.parse("193.0.0.0/21"), Prefix.parse("2001:67c:2e8::/48")
CSV = b"prefix,asn\n193.0.0.0/21,3333\n193.0.0.0/21,3333\n193.0.0.0/16,\n10.0.0.0/8,1\n193.0.1.0/24,9\n2001:67c:2e8::1/48,3333\n"
ROWS = ["193.0.0.0/16 None", "193.0.0.0/21 3333", "193.0.1.0/24 9", "2001:67c:2e8::/48 3333"]
WRITTEN = b"prefix,asn\n193.0.0.0/16,\n193.0.0.0/21,3333\n193.0.1.0/24,9\n2001:67c:2e8::/48,3333\n"


def put(folder: Path, content: bytes, name: str = "t.csv") -> str:
    (folder / name).write_bytes(content)
    return (folder / name).as_posix()


def spell(rows: tuple[Sighting, ...]) -> list[str]:
    return [f"{one.prefix} {one.origin}" for one in rows]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_what_overlaps_is_kept_with_its_source(tmp_path: Path, pack: type[bytes]) -> None:
    content = pack(CSV)
    table = read_table(put(tmp_path, content), [P, P6])
    digest = hashlib.sha256(content).hexdigest()
    assert spell(table.sightings) == ROWS
    assert table.source == f"t.csv sha256:{digest}"
    assert (table.document.source, table.document.media_type, table.document.content) == (INTERNET, "text/csv", WRITTEN)
    assert table.document.uri == table.source
    assert table.notes == (("NET-2", "t.csv", "t.csv: 1 prefixes had host bits set, which were cleared"),)


def test_what_is_kept_says_the_same_again(tmp_path: Path) -> None:
    table = read_table(put(tmp_path, CSV), [P, P6])
    again = read_table(put(tmp_path, table.document.content, "again.csv"), [P, P6])
    assert (again.sightings, again.document.content) == (table.sightings, table.document.content)


def test_nothing_of_ours(tmp_path: Path) -> None:
    for ours in ([], [Prefix.parse("8.8.8.0/24")]):
        table = read_table(put(tmp_path, CSV), ours)
        assert (table.sightings, table.document.content) == ((), b"prefix,asn\n")


def test_mrt(tmp_path: Path) -> None:
    seen = [attributes(1103, 3333), attributes(9)]
    mrt = b"".join([peers(), rib(2, "193.0.0.0/21", seen), rib(2, "8.8.8.0/24", seen), rib(4, "2001:67c:2e8::/48", seen)])
    more = record(16, 4, message(update(attributes(3333), nlri("193.0.1.0/24", "1.0.4.0/22"))))
    odd = record(32, 0, b"") + record(16, 4, b"")
    table = read_table(put(tmp_path, mrt + more + odd), [P, P6])
    pairs = ["193.0.0.0/21 9", "193.0.0.0/21 3333", "193.0.1.0/24 3333", "2001:67c:2e8::/48 9", "2001:67c:2e8::/48 3333"]
    assert spell(table.sightings) == pairs
    bad, note = table.notes
    assert bad[2].startswith("t.csv: 1 rows or records could not be read and were left out; the first: ")
    assert note[:2] == ("DATA-2", "t.csv")
    assert note[2].endswith("left out: 1 records of MRT type 32 subtype 0")


def test_notes_on_many_kinds_of_records_are_cut(tmp_path: Path) -> None:
    table = read_table(put(tmp_path, peers() + b"".join(record(kind, 0, b"") for kind in range(50, 70))), [P])
    assert len(table.notes) == MOST_NOTES


def test_events() -> None:
    table = read_table(str(ROOT / "fixtures/events/v5-consolidate.jsonl"), [P])
    assert "193.0.0.0/21 3333" in spell(table.sightings)
    assert all(one.prefix.overlaps(P) for one in table.sightings)
    assert table.notes == ()


def test_bad_rows_are_counted_and_the_first_is_told(tmp_path: Path) -> None:
    name = put(tmp_path, CSV + b"x,1\n193.0.0.0/33,1\n193.0.0.0/21,AS-X\n\xff,1\n")
    table = read_table(name, [P])
    assert spell(table.sightings) == ROWS[:3]
    told = f"t.csv: 4 rows or records could not be read and were left out; the first: {name}:8: prefix: 'x' is not an IPv4 or IPv6 prefix"
    assert table.notes[0][:2] == ("DATA-2", "t.csv")
    assert table.notes[0][2].startswith(told)


def test_more_rows_than_are_kept_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = b"".join(b"193.0.%d.%d/32,%d\n" % (number % 8, number // 8, number) for number in range(200))
    name = put(tmp_path, b"prefix,asn\n193.0.0.0/21,3333\n193.0.0.0/16,9\n" + rows)
    for held in (internet.MOST_HELD, 1):
        monkeypatch.setattr(internet, "MOST_HELD", held)
        table = read_table(name, [P, P6], most=10)
        assert len(table.sightings) == 10
        assert {"193.0.0.0/16 9", "193.0.0.0/21 3333"} <= set(spell(table.sightings))
        assert table.notes == (
            ("NET-2", "t.csv", "t.csv: 10 rows about the prefixes are kept, some for each of them; 192 more like these are not"),
        )


def test_progress_and_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    name = put(tmp_path, CSV)
    read_table(name, [P], told.append)
    assert told[-1] == "reading t.csv 100%"
    assert all(re.fullmatch(r"reading t\.csv \d+%", one) for one in told)
    with Path(name).open("rb") as stream:
        monkeypatch.setattr("bgpcheck.fetch.files.STDIN", os.dup(stream.fileno()))
        table = read_table("-", [P, P6], told.append)
    assert (spell(table.sightings), table.source[:22]) == (ROWS, "standard input sha256:")
    assert told[-1] == "reading standard input 0 MB"


@pytest.mark.parametrize("content", [b"", b"prefix;asn\n", b"{", b"prefix,asn\n" + b"9" * 10_000, gzip.compress(CSV)[:-9], b"\0" * 40])
def test_what_is_no_table(tmp_path: Path, content: bytes) -> None:
    name = put(tmp_path, content)
    if content == b"{":  # ExaBGP prints lines that are no event
        assert read_table(name, [P]).notes[0][0] == "DATA-2"
        return
    with pytest.raises(FormatError, match=r"t\.csv"):
        read_table(name, [P])


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for name in ("none", "."):
        with pytest.raises(UsageError):
            read_table((tmp_path / name).as_posix(), [P])


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_hostile_table_acts_on_nothing(text: str, tmp_path: Path) -> None:
    """Cells, a name and a line of which somebody else is the author, in every output and in the bundle."""
    line = text.encode("utf-8", "replace").replace(b"\n", b" ")[:3000]
    called = "".join(one for one in text.encode("utf-8", "replace").decode() if one not in "/\0")[:60].strip(". ") or "x"
    content = b"\n".join([b"prefix,asn", b"193.0.0.0/21,3333", line, line + b",1", b"193.0.1.0/24," + line, b'"' + line + b'",1', b""])
    options = api.Options(
        peer_asn=3333,
        prefixes=("193.0.0.0/21", "193.0.10.0/24"),
        registry_data=str(ROOT / "fixtures/registry"),
        now=NOW,
        internet=put(tmp_path, content, called),
    )
    outcomes = api.check_sync(options)
    rules = {one.rule for one in outcomes.result.findings}
    assert {"PFX-4", "NET-1"} <= rules
    assert "DATA-2" in rules or not line.strip()
    for form in FORMATS:
        if form != "json":
            assert acting(render([outcomes.result], form)) == []
    for page in papers(outcomes).values():
        assert acting(page) == []
    notes = [one.message for one in outcomes.result.findings if one.rule == "DATA-2"]
    assert all(len(note) < LONGEST + len(called) + 100 for note in notes)
    assert len(notes) <= MOST_NOTES + 1


def test_a_whole_table_takes_seconds() -> None:
    data = Path(os.environ.get("BGPCHECK_DATA", "")) / "routes" / "routes-1.1M.csv.xz"
    if not data.is_file():
        pytest.skip("BGPCHECK_DATA names no folder with routes/routes-1.1M.csv.xz")
    with Pace() as pace:
        table = read_table(data.as_posix(), [P, P6, Prefix.parse("192.0.0.0/7")])
        assert len(table.sightings) > 1000
    assert pace.millions < 4800  # 1 s on a quiet machine
