"""``bgpcheck audit``: what comes out for what goes in, in every form and from every place that judges."""

from __future__ import annotations

import csv
import io
import json
import lzma
from typing import TYPE_CHECKING

import pytest
from program import NOW, ROOT, run

if TYPE_CHECKING:
    from pathlib import Path

FIXTURES = ROOT / "fixtures" / "registry"
ROUTES = """\
prefix,asn
193.0.0.0/21,3333
193.0.0.0/21,3333
193.0.0.0/21,AS64500
193.0.1.0/24,3333
10.0.0.0/8,3333
84.205.64.0/19,12654
193.0.0.0/21,65001
193.0.0.0/21,
2001:67C:2e8::/48,3333
198.51.100.77/24,0
1.1.1.0/24,13335
203.0.113.0/24,{64500 64501}
"""
HEADER = "prefix,asn,verdict,confidence,rpki,irr,holder,registration,reason"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("audit")
    assert run("registry", "build", "--from", str(FIXTURES), "--out", str(made / "s"), "--now", NOW).status == 0
    (made / "routes.csv").write_text(ROUTES)
    return made


def audit(folder: Path, *words: str, given: bytes = b"", routes: str = "routes.csv"):  # noqa: ANN201 (a Ran)
    return run("audit", routes, "--registry-data", "s", "--now", NOW, *words, cwd=folder, given=given)


def test_rows_are_what_check_says(folder: Path) -> None:
    ran = audit(folder)
    assert (ran.status, ran.stderr) == (0, "bgpcheck: 1 prefix had host bits set, which were cleared\n")
    lines = ran.stdout.splitlines()
    assert lines[0] == HEADER
    assert len(lines) == len(ROUTES.splitlines())
    for row in csv.DictReader(io.StringIO(ran.stdout)):
        given = ("--peer-asn", row["asn"] or "0", "--prefix", row["prefix"], "--registry-data", "s", "--now", NOW, "--format", "csv")
        checked = next(csv.DictReader(io.StringIO(run("check", *given, cwd=folder).stdout)))
        assert {name: row[name] for name in HEADER.split(",")[2:]} == {name: checked[name] for name in HEADER.split(",")[2:]}


def test_order_and_spelling(folder: Path) -> None:
    rows = [line.split(",")[:2] for line in audit(folder).stdout.splitlines()[1:]]
    assert rows == [
        ["193.0.0.0/21", "3333"],
        ["193.0.0.0/21", "3333"],
        ["193.0.0.0/21", "64500"],
        ["193.0.1.0/24", "3333"],
        ["10.0.0.0/8", "3333"],
        ["84.205.64.0/19", "12654"],
        ["193.0.0.0/21", "65001"],
        ["193.0.0.0/21", ""],
        ["2001:67c:2e8::/48", "3333"],
        ["198.51.100.0/24", "0"],
        ["1.1.1.0/24", "13335"],
        ["203.0.113.0/24", ""],
    ]


def test_json_lines(folder: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(audit(folder).stdout)))
    objects = [json.loads(line) for line in audit(folder, "--format", "jsonl").stdout.splitlines()]
    assert [list(one) for one in objects] == [sorted(HEADER.split(","))] * len(rows)
    for row, one in zip(rows, objects, strict=True):
        assert row == {name: "" if value is None else str(value) for name, value in one.items()}
        assert one["asn"] is None or isinstance(one["asn"], int)


def test_parquet(folder: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert audit(folder, "--format", "parquet", "--output", "a.parquet").status == 0
    table = parquet.read_table(folder / "a.parquet")
    assert table.schema.metadata[b"schema"] == b"bgpcheck/audit/v1"
    rows = list(csv.DictReader(io.StringIO(audit(folder).stdout)))
    assert [{name: "" if value is None else str(value) for name, value in one.items()} for one in table.to_pylist()] == rows
    first = (folder / "a.parquet").read_bytes()
    audit(folder, "--format", "parquet", "--output", "a.parquet")
    assert (folder / "a.parquet").read_bytes() == first


def test_summary(folder: Path) -> None:
    ran = audit(folder, "--format", "summary")
    assert ran.status == 0
    assert ran.stdout.startswith("12 routes: ")
    for words in ("  11 IPv4, 1 IPv6", "Most routes that would not pass", "Would pass as they are", "Registry data", "vrps: "):
        assert words in ran.stdout


@pytest.mark.parametrize("form", ["png", "svg"])
def test_a_picture(folder: Path, form: str) -> None:
    pytest.importorskip("matplotlib")
    name = f"a.{form}"
    assert audit(folder, "--plot", name, "--output", "x.csv").status == 0
    first = (folder / name).read_bytes()
    assert first.startswith(b"\x89PNG" if form == "png" else b"<?xml")
    assert audit(folder, "--plot", name, "--output", "x.csv").status == 0
    assert (folder / name).read_bytes() == first


def test_bad_rows_are_named_and_the_output_is_kept(folder: Path) -> None:
    (folder / "bad.csv").write_text(
        "prefix,asn\n193.0.0.0/21,3333\n193.0.0.0/33,1\n193.0.0.0/21,4294967296\n\x1b[31m,1\n84.205.64.0/19,12654\n"
    )
    ran = audit(folder, routes="bad.csv")
    assert ran.status == 2
    assert [line.split(",")[0] for line in ran.stdout.splitlines()] == ["prefix", "193.0.0.0/21", "84.205.64.0/19"]
    told = ran.stderr.splitlines()
    assert told[0] == "bgpcheck: bad.csv:3: prefix: '193.0.0.0/33': the length must be 0 to 32"
    assert told[1].startswith("bgpcheck: bad.csv:4: asn: 4294967296 is not an AS number")
    assert told[2].startswith("bgpcheck: bad.csv:5: prefix: ")
    assert "\x1b" not in ran.stderr
    assert told[3] == "bgpcheck: left out what could not be read: 3 rows; judged: 2 rows"


def test_of_many_bad_rows_some_are_named(folder: Path) -> None:
    (folder / "bad.csv").write_text("prefix,asn\n" + "x,1\n" * 150)
    told = audit(folder, routes="bad.csv").stderr.splitlines()
    assert len(told) == 102
    assert told[100:] == ["bgpcheck: and 50 more like these", "bgpcheck: left out what could not be read: 150 rows; judged: 0 rows"]


def test_standard_input_packed(folder: Path) -> None:
    ran = audit(folder, given=lzma.compress(ROUTES.encode()), routes="-")
    assert ran.stdout == audit(folder).stdout


def test_events(folder: Path) -> None:
    ran = audit(folder, routes=str(ROOT / "fixtures" / "events" / "v5-consolidate.jsonl"))
    assert ran.status == 0
    assert len(set(ran.stdout.splitlines())) == len(ran.stdout.splitlines()) > 3


def test_several_files(folder: Path) -> None:
    assert audit(folder, "routes.csv").stdout.count("\n") == 2 * audit(folder).stdout.count("\n") - 1


def test_processes_give_the_same(folder: Path) -> None:
    assert audit(folder, "--workers", "2").stdout == audit(folder).stdout


def test_strict_takes_nothing_from_old_data(folder: Path) -> None:
    """Exports and statistics say their date and are too old; dumps and recorded answers say none, and still count."""
    late = ("--now", "2027-01-01T00:00:00Z")
    usual = audit(folder, *late)
    assert "days old: the limit is" in usual.stderr
    strict = list(csv.DictReader(io.StringIO(audit(folder, *late, "--strict").stdout)))
    assert {row["rpki"] for row in strict} == {"unknown"}
    before = {(row["prefix"], row["asn"]): row["verdict"] for row in csv.DictReader(io.StringIO(usual.stdout))}
    after = {(row["prefix"], row["asn"]): row["verdict"] for row in strict}
    assert before["1.1.1.0/24", "13335"] == "configured"
    assert after["1.1.1.0/24", "13335"] == "undetermined"  # hung on the export and the statistics
    assert before["193.0.0.0/21", "3333"] == after["193.0.0.0/21", "3333"] == "configured"  # route object and holder by RIPE's dump
    assert all(verdict in (before[row], "undetermined") for row, verdict in after.items())


WRONG = [
    (("none.csv",), "none.csv: No such file or directory"),
    (("routes.csv", "none.csv"), "none.csv: No such file or directory"),
    (("routes.csv", "."), ".: Is a directory: give a file"),
    (("routes.csv", "--output", ""), "--output is empty (a shell variable that is not set?)"),
    (("-", "-"), "standard input can be read once only"),
    (("routes.csv", "--workers", "0"), "--workers '0': write a number from 1 to 256"),
    (("routes.csv", "--workers", "9" * 5000), "--workers '99999999999999999999': write a number"),
    (("routes.csv", "--workers", "many"), "--workers 'many': write a number"),
    (("routes.csv", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"), "--workers and --scheduler: choose one"),
    (("routes.csv", "--scheduler", "nonsense"), "--scheduler nonsense: write tcp://HOST:PORT"),
    (("routes.csv", "--plot", "a.gif"), "--plot a.gif: write FILE.png or FILE.svg"),
    (("routes.csv", "--output", "routes.csv"), "would overwrite routes.csv"),
    (("routes.csv", "--output", "s"), "would overwrite s"),
    (("routes.csv", "--output", "no/a.csv"), "there is no folder no"),
    (("routes.csv", "--format", "table"), "'table' is not one of csv, jsonl, parquet, summary"),
    (("routes.csv", "--policy", "none"), "there is no policy 'none'"),
    (("routes.csv", "--now", "soon"), "--now: 'soon' is not a time"),
    (("routes.csv", "--registry-data", "."), "is a folder: make a snapshot of it"),
    (("routes.csv", "--registry-data", "routes.csv"), "routes.csv: is no registry snapshot"),
    (("s",), "s:"),
    (("routes.csv", "--scheduler", "tcp://127.0.0.1:1"), "--scheduler tcp://127.0.0.1:1: does not answer"),
    ((), "the following arguments are required: ROUTES"),
]


@pytest.mark.parametrize(("words", "says"), WRONG, ids=[" ".join(words)[:60] for words, _ in WRONG])
def test_wrong_use(words: tuple[str, ...], says: str, folder: Path) -> None:
    base = () if "--registry-data" in words else ("--registry-data", "s")
    ran = run("audit", *words, *base, cwd=folder)
    assert (ran.status, ran.stdout) == (2, "")  # where input is refused, nothing is written
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_without_a_snapshot(tmp_path: Path) -> None:
    ran = run("audit", "x.csv", XDG_DATA_HOME=str(tmp_path), HOME=str(tmp_path))
    assert ran.status == 2
    assert "there is no snapshot: make one (bgpcheck registry update, or registry build)" in ran.stderr


def test_a_failed_audit_leaves_no_file(folder: Path) -> None:
    (folder / "cut.csv.xz").write_bytes(lzma.compress(ROUTES.encode())[:-8])
    ran = audit(folder, "--output", "cut.out", routes="cut.csv.xz")
    assert ran.status == 2
    assert "truncated" in ran.stderr
    assert not (folder / "cut.out").exists()
