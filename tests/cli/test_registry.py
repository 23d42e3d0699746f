"""``bgpcheck registry``: what is built, what is said of it, what is refused; and ``check`` on what was built."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from program import NOW, ROOT, command, environment, run

if TYPE_CHECKING:
    from pathlib import Path

FIXTURES = ROOT / "fixtures" / "registry"
RIRS = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
BY_NAME = [
    *(word for rir in RIRS for word in ("--delegated", str(FIXTURES / f"delegated-{rir}-extended-latest"))),
    *(word for name in ("AFRINIC", "ALTDB", "APNIC", "LACNIC", "RADB", "RIPE") for word in ("--irr", f"{name}={FIXTURES / name}.db")),
    *("--vrps", str(FIXTURES / "vrps.json"), "--rdap", str(FIXTURES / "rdap")),
]
CHECK = ("check", "--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--registry", "RIPENCC", "--now", NOW, "--format", "json")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("registry") / "registry.snapshot"
    ran = run("registry", "build", "--from", str(FIXTURES), "--out", str(path), "--now", NOW)
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout.startswith(f"{path}: ")
    assert ran.stdout.endswith(" records of 12 files\n")
    return path


def test_files_by_name_are_the_folder(snapshot: Path, tmp_path: Path) -> None:
    ran = run("registry", "build", *BY_NAME, "--out", str(tmp_path / "s"), "--now", NOW)
    assert (ran.status, ran.stderr) == (0, "")
    assert (tmp_path / "s").read_bytes() == snapshot.read_bytes()


def test_a_check_says_the_same(snapshot: Path) -> None:
    one, other = (run(*CHECK, "--registry-data", str(place)) for place in (FIXTURES, snapshot))
    assert one.status == other.status == 0
    said = [json.loads(ran.stdout) for ran in (one, other)]
    for body in said:
        body["gaps"] = [gap | {"detail": ""} for gap in body["gaps"]]  # it says how to fill a folder, or how to build a snapshot
    assert said[0] == said[1]


def test_the_default_place(tmp_path: Path) -> None:
    """What is built without --out is what check takes without --registry-data."""
    where = {"XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    assert run(*CHECK, **where).status == 5
    assert run("registry", "build", "--from", str(FIXTURES), "--now", NOW, **where).status == 0
    assert (tmp_path / "bgpcheck" / "registry.snapshot").is_file()
    assert run(*CHECK, **where).status == 0
    ran = run("registry", "status", "--now", NOW, **where)
    assert ran.status == 0
    assert "fresh and whole" in ran.stdout
    elsewhere = {"XDG_DATA_HOME": "relative", "HOME": str(tmp_path)}
    assert run("registry", "build", "--from", str(FIXTURES), "--now", NOW, **elsewhere).status == 0
    assert (tmp_path / ".local" / "share" / "bgpcheck" / "registry.snapshot").is_file()


def test_status(snapshot: Path) -> None:
    ran = run("registry", "status", str(snapshot), "--now", NOW)
    assert (ran.status, ran.stderr) == (0, "")
    assert "VRPs by trust anchor: " in ran.stdout
    assert all(f"delegated/{rir} " in ran.stdout for rir in RIRS)
    body = json.loads(run("registry", "status", str(snapshot), "--format", "json", "--now", NOW).stdout)
    assert body["schema"] == "bgpcheck/registry/v1"
    assert body["doubts"] == []
    assert body["rdapAnswers"] == 4
    assert {one["source"] for one in body["files"]} >= {"vrps", "irr/RIPE", "delegated/arin"}
    assert all(len(one["sha256"]) == 64 for one in body["files"])


def test_old_data(snapshot: Path) -> None:
    late = ("--now", "2027-01-01T00:00:00Z")
    ran = run("registry", "status", str(snapshot), *late)
    assert ran.status == 0
    assert "doubtful: see below" in ran.stdout
    assert "days old: the limit is 24 hours" in ran.stdout
    assert run("registry", "status", str(snapshot), "--strict", *late).status == 2


def test_strict_refuses_and_leaves_the_old_one(snapshot: Path, tmp_path: Path) -> None:
    path = tmp_path / "s"
    shutil.copy(snapshot, path)
    before = path.read_bytes()
    ran = run("registry", "build", "--from", str(FIXTURES), "--out", str(path), "--strict", "--now", "2027-01-01T00:00:00Z")
    assert ran.status == 2
    assert ran.stderr.startswith("bgpcheck: --strict: ")
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["s"]


def test_a_source_that_shrank(tmp_path: Path) -> None:
    data, path = tmp_path / "data", tmp_path / "s"
    shutil.copytree(FIXTURES, data)
    build = ("registry", "build", "--from", str(data), "--out", str(path), "--now", NOW)
    assert run(*build).status == 0
    body = json.loads((data / "vrps.json").read_text())
    body["roas"] = body["roas"][:1]
    (data / "vrps.json").write_text(json.dumps(body))
    ran = run(*build)
    assert ran.status == 0
    assert "bgpcheck: shrunken: vrps has 2 rows, the last snapshot had " in ran.stderr
    assert "bgpcheck: shrunken: vrps ripe has " in ran.stderr
    assert "shrunken" in run("registry", "status", str(path), "--now", NOW).stdout
    assert run(*build).stderr == ""  # compared with the last one, which was as small


def test_vrps_that_had_expired_when_their_export_was_made(tmp_path: Path) -> None:
    data, path = tmp_path / "data", tmp_path / "s"
    shutil.copytree(FIXTURES, data)
    body = json.loads((data / "vrps.json").read_text())
    for one in body["roas"]:
        one["expires"] = 1000000000 if one["asn"] == 3333 else one["expires"]
    (data / "vrps.json").write_text(json.dumps(body))
    words = "vrps.json holds VRPs that had expired when it was made: what they cover is judged with and without them"
    ran = run("registry", "build", "--from", str(data), "--out", str(path), "--now", NOW)
    assert (ran.status, ran.stderr) == (0, f"bgpcheck: lapsed: {words}; fetch a newer export\n")
    assert words in run("registry", "status", str(path), "--now", NOW).stdout
    by_file, by_snapshot = (json.loads(run(*CHECK, "--registry-data", str(one)).stdout) for one in (data, path))
    assert [by_file[word] == by_snapshot[word] for word in ("prefixes", "findings")] == [True, True]
    assert [one["subject"] for one in by_file["findings"] if one["rule"] == "DATA-10"] == ["193.0.0.0/21"]


def test_an_empty_source(tmp_path: Path) -> None:
    (tmp_path / "vrps.json").write_text('{"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": []}')
    build = ("registry", "build", "--vrps", str(tmp_path / "vrps.json"), "--out", str(tmp_path / "s"), "--now", NOW)
    ran = run(*build)
    assert (ran.status, ran.stderr) == (0, "bgpcheck: empty: vrps.json holds no record at all\n")
    assert run(*build, "--strict").status == 2


def test_progress_is_for_terminals(tmp_path: Path) -> None:
    words = command("registry", "build", "--from", str(FIXTURES), "--out", str(tmp_path / "s"), "--now", NOW)
    master, terminal = pty.openpty()
    subprocess.run(words, stdout=subprocess.PIPE, stderr=terminal, cwd=ROOT, env=environment(TERM="xterm"), check=True)
    os.close(terminal)
    shown = os.read(master, 1 << 16).decode()
    os.close(master)
    assert "RIPE.db" in shown
    assert "100%" in shown


WRONG = [
    (("build",), "there is nothing to build from"),
    (("build", "--slurm", "x.json"), "there is nothing to build from"),
    (("build", "s.snapshot"), "name the snapshot to be built with --out"),
    (("status", "--vrps", "x"), "--vrps is for registry build"),
    (("status", "--from", "x"), "--from is for registry build"),
    (("mend",), "'mend' is not one of build, update, status"),
    (("build", "--irr", "RADB"), "--irr 'RADB': write the source's name and its dump"),
    (("build", "--irr", "=x.db"), "write the source's name and its dump"),
    (("build", "--irr", "RA/DB=x.db"), "write the source's name and its dump"),
    (("build", "--irr", "RADB=none.db", "--out", "s"), "none.db: No such file or directory"),
    (("build", "--vrps", "none.json", "--out", "s"), "none.json: No such file or directory"),
    (("build", "--delegated", "none", "--out", "s"), "none: No such file or directory"),
    (("build", "--delegated", "vrps.json", "--out", "s"), "vrps.json:1: not delegation statistics"),
    (("build", "--delegated", "nro", "--out", "s"), "nro: is of nro: give the files of the five registries themselves"),
    (("build", "--from", "empty", "--out", "s"), "empty: holds no file of registry data: the README says how they are called"),
    (("build", "--from", "none", "--out", "s"), "none: there is no such folder of registry data"),
    (("build", "--vrps", "vrps.json", "--out", "vrps.json"), "--out vrps.json: would overwrite vrps.json"),
    (("build", "--vrps", "vrps.json", "--out", "no/s"), "there is no folder no"),
    (("build", "--vrps", "vrps.json", "--now", "soon", "--out", "s"), "--now: 'soon' is not a time"),
    (("build", "--irr", "RADB=a.db", "--irr", "RADB=b.db", "--out", "s"), "RADB: both a.db and b.db say what IPv4 route objects it has"),
    (("status", "vrps.json"), "vrps.json: is no registry snapshot"),
    (("status", "none"), "none: No such file or directory"),
    (("status", "--format", "csv"), "'csv' is not one of table, json"),
]


@pytest.mark.parametrize(("words", "says"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_use(words: tuple[str, ...], says: str, tmp_path: Path) -> None:
    (tmp_path / "vrps.json").write_text('{"metadata": {"buildtime": "2026-11-01T12:00:00Z"}, "roas": []}')
    (tmp_path / "empty").mkdir()
    (tmp_path / "nro").write_text("2|nro|20261101|0|19830101|20261101|+0000\nnro|*|asn|*|0|summary\n")
    for name in ("a", "b"):
        (tmp_path / f"{name}.db").write_text("route: 193.0.0.0/21\norigin: AS3333\nsource: RADB\n")
    ran = run("registry", *words, cwd=tmp_path)
    assert (ran.status, ran.stdout) == (2, "")
    assert says in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert not (tmp_path / "s").exists()


def test_an_unknown_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "letter.txt").write_text("hello")
    shutil.copy(FIXTURES / "vrps.json", tmp_path / "data")
    ran = run("registry", "build", "--from", str(tmp_path / "data"), "--out", str(tmp_path / "s"), "--now", NOW)
    assert ran.status == 0
    assert "letter.txt: its name says nothing about its content: left out" in ran.stderr


def test_split_dumps_are_one_source(tmp_path: Path) -> None:
    """RIPE gives each class in a file of its own."""
    (tmp_path / "route.db").write_text("route: 193.0.0.0/21\norigin: AS3333\nsource: RIPE\n")
    (tmp_path / "route6.db").write_text("route6: 2001:67c:2e8::/48\norigin: AS3333\nsource: RIPE\n")
    words = [word for name in ("route", "route6") for word in ("--irr", f"RIPE={tmp_path / name}.db")]
    assert run("registry", "build", *words, "--out", str(tmp_path / "s"), "--now", NOW).status == 0
    given = ("--prefix", "193.0.0.0/21", "--prefix", "2001:67c:2e8::/48", "--registry", "RIPENCC", "--peer-asn", "3333")
    ran = run("check", *given, "--registry-data", str(tmp_path / "s"), "--format", "json", "--now", NOW)
    found = json.loads(ran.stdout)["prefixes"]
    assert [one["irr"]["match"] for one in found] == ["exact", "exact"]


# ── check --all-prefixes-of ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_all_prefixes_of(snapshot: Path) -> None:
    ran = run("check", "--all-prefixes-of", "AS3333", "--registry-data", str(snapshot), "--format", "json", "--now", NOW)
    body = json.loads(ran.stdout)
    assert body["claim"]["peerAsn"] == 3333
    listed = [one["prefix"] for one in body["prefixes"]]
    assert "193.0.0.0/21" in listed
    assert listed == sorted(listed, key=lambda text: (":" in text, listed.index(text)))
    named = run(
        "check", "--all-prefixes-of", "3333", "--peer-asn", "12654", "--registry-data", str(snapshot), "--format", "json", "--now", NOW
    )
    assert json.loads(named.stdout)["claim"]["peerAsn"] == 12654


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--all-prefixes-of", "x"), "--all-prefixes-of: 'x' is not an AS number"),
        (("--all-prefixes-of", "4200000000"), "the snapshot ties no prefix to it"),
    ],
)
def test_all_prefixes_of_nothing(words: tuple[str, ...], says: str, snapshot: Path) -> None:
    ran = run("check", *words, "--registry-data", str(snapshot))
    assert ran.status == 2
    assert says in ran.stderr


def test_all_prefixes_of_a_folder() -> None:
    ran = run("check", "--all-prefixes-of", "3333", "--registry-data", str(FIXTURES))
    assert ran.status == 2
    assert "needs a snapshot" in ran.stderr
