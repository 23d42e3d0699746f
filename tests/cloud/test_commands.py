"""``circuit --azure`` and ``check --azure`` whole: the command line, the real SDK, and a server on loopback, never written to."""

from __future__ import annotations

import asyncio
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from circuits import config, microsoft
from cloud.arm_server import CIRCUIT, DROP, GROUP, PEERING, SECRET, Arm, Tokens, arm, circuit, fault, said
from program import NOW, ROOT

from bgpcheck.cli import azure, main, streams
from bgpcheck.cloud.live import Way
from bgpcheck.waiting import Clock, Tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

DATA = ("--registry-data", str(ROOT / "fixtures" / "registry"), "--now", NOW)
LIST = f"{GROUP}/providers/Microsoft.Network/expressRouteCircuits"
SETTLED = {**microsoft("ValidationNeeded", sharedKey="topsecret"), "routeFilter": None}


class Time:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Arm]:
    """The server, to which the commands' way leads; ``DROP`` and refusals apart, only reading reaches it."""
    async with arm() as made:
        time = Time()
        told = Tell(streams.complain, streams.progress)
        monkeypatch.setattr(azure, "way", lambda _: Way(made.place, Tokens(), told, Clock(lambda: time.moment, time.sleep)))
        yield made
        assert {method for method, _ in made.asked} <= {"GET", "POST"}
        assert all(
            method == "GET" or path.rsplit("/", 2)[1] in {"arpTables", "routeTables", "routeTablesSummary"} for method, path in made.asked
        )


def peering(**more: object) -> dict[str, object]:
    return {"name": "MicrosoftPeering", "properties": {**SETTLED, **more}}


async def run(*words: str) -> int:
    return await asyncio.to_thread(main, list(words))


async def test_a_circuit(server: Arm, capsys: pytest.CaptureFixture[str]) -> None:
    server.on(CIRCUIT, said(circuit(peering())))
    assert await run("circuit", "--azure", CIRCUIT) == 0
    told = capsys.readouterr()
    assert told.out.startswith("ams-1: validating (Provisioned, Enabled, Succeeded)")
    assert "topsecret" not in told.out + told.err
    assert await run("circuit", "--azure", CIRCUIT, "--want", "delete") == 3
    assert server.asked == [("GET", CIRCUIT)] * 2


async def test_all_circuits_of_a_group(server: Arm, capsys: pytest.CaptureFixture[str]) -> None:
    server.on(LIST, said({"value": [circuit(), circuit(provider="NotProvisioned")]}))
    assert await run("circuit", "--azure", GROUP, "--format", "json") == 0
    assert [one["step"] for one in json.loads(capsys.readouterr().out)["circuits"]] == ["provisioned", "created"]
    assert await run("check", "--azure", GROUP, *DATA) == 2


async def test_with_tables(server: Arm, capsys: pytest.CaptureFixture[str]) -> None:
    server.on(CIRCUIT, said(circuit(peering())))
    rows = {
        "arpTables": [{"age": 1, "interface": "Microsoft", "ipAddress": "193.0.30.2", "macAddress": "0c:00:00:00:00:01"}],
        "routeTables": [{"network": "193.0.0.0/21", "nextHop": "193.0.30.1", "locPrf": "", "weight": 0, "path": "3333"}],
        "routeTablesSummary": [{"neighbor": "193.0.30.1", "v": 4, "as": 3333, "upDown": "1d", "statePfxRcd": "Idle"}],
    }
    for path in ("primary", "secondary"):
        for table, value in rows.items():
            server.on(f"{PEERING}/{table}/{path}", said({"value": value}))
    assert await run("circuit", "--azure", CIRCUIT, "--tables") == 0
    out = capsys.readouterr().out
    assert "EDGE-1" in out  # the On-Prem side is missing
    assert "EDGE-8" in out  # Idle
    assert len(server.asked) == 7


async def test_waiting_tells_what_changes_and_ends(server: Arm, capsys: pytest.CaptureFixture[str]) -> None:
    states = [{"provisioningState": "Updating"}, {}, {"microsoftPeeringConfig": config(state="Configured")}]
    server.on(CIRCUIT, *(said(circuit(peering(**one))) for one in states))
    assert await run("circuit", "--azure", CIRCUIT, "--wait", "configured", "--timeout", "2h") == 0
    told = capsys.readouterr()
    assert "2026-01-01T00:00:15Z " in told.err
    assert "ValidationNeeded" in told.err
    assert told.out.startswith("ams-1: ready")


async def test_waiting_in_vain(server: Arm, capsys: pytest.CaptureFixture[str]) -> None:
    server.on(CIRCUIT, said(circuit(peering())))
    assert await run("circuit", "--azure", CIRCUIT, "--wait", "configured", "--timeout", "10m") == 5
    assert "time is over, and it is not configured yet" in capsys.readouterr().err


async def test_a_check_keeps_what_azure_said(server: Arm, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    server.on(CIRCUIT, said(circuit(peering())))
    bundle, log = str(tmp_path / "e.zip"), tmp_path / "log.jsonl"
    assert await run("check", "--azure", CIRCUIT, *DATA, "--evidence", bundle, "--feedback", str(log), "--format", "json") == 3
    told = capsys.readouterr()
    assert json.loads(told.out)["actualAzureState"] == "ValidationNeeded"
    assert len(log.read_text().splitlines()) == 2
    with zipfile.ZipFile(bundle) as members:
        documents = json.loads(members.read("documents.json"))["documents"]
        (answer,) = [one for one in documents if one["source"] == "input/circuit"]
        assert (answer["uri"], answer["mediaType"]) == (CIRCUIT, "application/json")
        assert answer["fetchedAt"]
        kept = b"".join(members.read(name) for name in members.namelist())
    assert b"topsecret" not in kept
    assert SECRET.encode() not in kept
    assert b'"sharedKey": "***"' in kept
    assert main(["evidence", "verify", bundle]) == 0
    assert main(["evidence", "replay", bundle]) == 3


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (fault("404 Not Found", "ResourceNotFound"), 2, "ams-1"),
        (fault("403 Forbidden", "AuthorizationFailed"), 2, "Reader"),
        (said({"value": []}), 2, "holds no circuit"),
        (DROP, 5, ""),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: application/json\r\n\r\nxyz", 5, "JSON"),
    ],
)
async def test_what_goes_wrong_is_one_line_and_a_status(
    answer: bytes, status: int, says: str, server: Arm, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(CIRCUIT, answer)
    assert await run("circuit", "--azure", CIRCUIT) == status
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert says in told.err, told.err
    assert not told.out
