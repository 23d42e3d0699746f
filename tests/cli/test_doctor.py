"""``bgpcheck doctor``: tools, data and servers, well or not, and what to do."""

from __future__ import annotations

import asyncio
import json
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from fetch.registry_servers import registries, sources
from fetch.servers import http, page, saying, serving
from program import NOW, ROOT

from bgpcheck.cli import main
from bgpcheck.health import Checkup, State, well
from bgpcheck.render.health import as_json, as_text
from bgpcheck.store import checkups

if TYPE_CHECKING:
    from pathlib import Path

FIXTURES = ROOT / "fixtures" / "registry"


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def found(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in json.loads(capsys.readouterr().out)["checks"]}


def test_without_data(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--offline"]) == 5
    out = capsys.readouterr().out
    assert out.startswith("1 of ")
    assert "snapshot: bgpcheck registry update, or check --registry-data FOLDER\n" in out
    assert "servers" not in out


def test_with_fresh_data_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["registry", "build", "--from", str(FIXTURES), "--now", NOW]) == 0
    assert main(["doctor", "--offline", "--now", NOW]) == 0
    assert "all is well\n" in capsys.readouterr().out
    assert main(["doctor", "--offline", "--now", "2026-12-24T00:00:00Z", "--format", "json"]) == 5
    assert found(capsys)["snapshot"]["state"] == "bad"


def test_a_snapshot_that_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data" / "bgpcheck").mkdir(parents=True)
    (tmp_path / "data" / "bgpcheck" / "registry.snapshot").write_bytes(b"x" * 100)
    assert main(["doctor", "--offline", "--format", "json"]) == 5
    one = found(capsys)["snapshot"]
    assert (one["state"], one["remedy"]) == ("bad", "bgpcheck registry update")


async def test_servers_that_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with registries(FIXTURES, tmp_path / "s.yaml", whois=True):
        await asyncio.to_thread(main, ["doctor", "--sources", str(tmp_path / "s.yaml"), "--format", "json", "--deadline", "60"])
    servers = {name: one["state"] for name, one in found(capsys).items() if one["group"] == "servers" and not name.startswith("nir")}
    assert set(servers.values()) == {"good"}
    assert {word for name in servers for word in name.split(", ")} >= {"rdap ripencc", "irr RADB", "irr RIPE", "whois arin"}


async def test_servers_that_do_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()
        await asyncio.sleep(3600)

    async with serving(hang) as web, serving(http(lambda _: page(b"", "503 Later"))) as export, serving(saying(b"")) as whois:
        (tmp_path / "s.yaml").write_text(sources(web, whois, whois, [f"http://127.0.0.1:{export}/vrps.json"]))
        words = ["doctor", "--sources", str(tmp_path / "s.yaml"), "--format", "json", "--deadline", "2"]
        assert await asyncio.to_thread(main, words) == 5
    rows = found(capsys)
    assert (rows["rdap ripencc"]["state"], rows["vrps"]["state"]) == ("bad", "bad")
    assert "2 s" in rows["rdap ripencc"]["detail"]
    assert rows["vrps"]["detail"].endswith("answers 503")
    (fallback,) = [one for name, one in rows.items() if name.startswith("whois ")]
    assert (fallback["state"], fallback["remedy"]) == ("optional", "")  # it only stands in for RDAP


@pytest.mark.parametrize("fault", ["old", "none", "fails", "hangs"])
def test_exabgp_that_can_not_be_used(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def ran(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        if fault == "hangs":
            raise subprocess.TimeoutExpired(command, 30)
        return subprocess.CompletedProcess(command, 1 if fault == "fails" else 0)

    def version(_: str) -> str:
        if fault == "none":
            raise checkups.metadata.PackageNotFoundError("exabgp")
        return "4.2.21" if fault == "old" else "5.0.15"

    monkeypatch.setattr(subprocess, "run", ran)
    monkeypatch.setattr(checkups.metadata, "version", version)
    one = next(one for one in checkups.tools() if one.name == "exabgp")
    assert (one.state, one.remedy) == (State.BAD, "pip install 'exabgp>=5.0.13,<5.1'")


MANY = [
    Checkup("tools", "python", State.GOOD, "3.11"),
    *(Checkup("servers", f"s{number}", State.BAD, "no\x1b[31m", "mend it") for number in range(6)),
    Checkup("servers", "t", State.OPTIONAL, "not there"),
]
TEXT = """\
6 of 8 things need attention

tools
  ✔ python  3.11

servers
  ✘ s0      no\\x1b[31m
  ✘ s1      no\\x1b[31m
  ✘ s2      no\\x1b[31m
  ✘ s3      no\\x1b[31m
  ✘ s4      no\\x1b[31m
  ✘ s5      no\\x1b[31m
  · t       not there

What to do
  s0, s1, s2 and 3 more: mend it
"""


def test_what_people_read() -> None:
    assert as_text(MANY) == TEXT
    assert (well(MANY), well(MANY[:1]), json.loads(as_json(MANY))["well"]) == (False, True, False)
