"""``check --live --dry-run``: whom it would ask how much, and that it asks nobody."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

import pytest
from fetch.registry_servers import sources
from fetch.servers import serving
from program import ROOT

from bgpcheck.cli import main

if TYPE_CHECKING:
    from pathlib import Path

CHECK = ["check", "--live", "--dry-run", "--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--prefix", "193.0.10.0/24"]
TABLE = """\
would put 40 questions to 9 servers at first

server                questions  in the cache  at most  at once  for
irr.lacnic.net:43             4             0      500        4  irr/LACNIC
"""


def test_by_server(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert main([*CHECK, "--prefix", "2001:67c:2e8::/48"]) == 0
    out = capsys.readouterr().out
    assert out.startswith(TABLE)
    assert "whois.ripe.net:43             8             0      500        3  irr/RIPE, irr/RIPE-NONAUTH\n" in out
    assert out.endswith("Nothing was sent.\n")


async def test_nobody_is_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    came: list[object] = []

    async def nobody(*_: object) -> None:
        came.append(1)

    async with serving(nobody) as port:
        (tmp_path / "s.yaml").write_text(sources(port, port, port, [f"http://127.0.0.1:{port}/vrps.json"]))
        assert await asyncio.to_thread(main, [*CHECK, "--sources", str(tmp_path / "s.yaml"), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], came) == ("bgpcheck/plan/v1", [])
    assert {
        "source": "rdap/ip",
        "server": f"127.0.0.1:{port}",
        "question": f"http://127.0.0.1:{port}/ripencc/ip/193.0.0.0/21",
        "inCache": False,
    } in found["questions"]
    assert {one["source"] for one in found["questions"]} >= {"rdap/ip", "rdap/autnum", "vrps", "irr/RIPE", "irr/RADB"}
    assert len({(one["source"], one["question"]) for one in found["questions"]}) == len(found["questions"])


WRONG = [
    (["--dry-run"], "--dry-run shows what --live would ask: add --live"),
    (["--live", "--offline"], "--live and --offline: choose one"),
    (["--live", "--dry-run", "--format", "csv"], "--dry-run writes table or json, not csv"),
    (["--live", "--dry-run", "--evidence", "e.zip"], "--dry-run and --evidence: nothing is asked, so there is no evidence"),
    (["--refresh"], "--refresh is about live registries: add --live"),
    (["--keep-contacts"], "--keep-contacts is about live registries: add --live"),
    (["--deadline", "9"], "--deadline is about live registries: add --live"),
    (["--live", "--deadline", "0"], "--deadline '0': write seconds, 1 to 3600"),
]


@pytest.mark.parametrize(("words", "message"), WRONG)
def test_contradictions(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--peer-asn", "3333", "--prefix", "193.0.0.0/21", *words]) == 2
    assert capsys.readouterr().err == f"bgpcheck: {message}\n"


def test_all_prefixes_of_an_as_number(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    snapshot = str(tmp_path / "s")
    assert main(["registry", "build", "--from", str(ROOT / "fixtures" / "registry"), "--out", snapshot]) == 0
    capsys.readouterr()
    words = ["check", "--live", "--dry-run", "--all-prefixes-of", "3333", "--registry-data", snapshot]
    assert main([*words, "--format", "json"]) == 0
    questions = [one["question"] for one in json.loads(capsys.readouterr().out)["questions"]]
    assert "https://rdap.db.ripe.net/autnum/3333" in questions
    assert "https://rdap.db.ripe.net/ip/193.0.0.0/21" in questions
