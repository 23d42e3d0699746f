"""What a command calls: ids to documents, tables and watching, with the real SDK and its server on loopback."""

from __future__ import annotations

import asyncio
import builtins
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cloud.arm_server import CIRCUIT, GROUP, PEERING, Arm, Tokens, arm, circuit, fault, peering, said

from bgpcheck.circuit.changes import Want
from bgpcheck.cloud import live
from bgpcheck.cloud.live import Way
from bgpcheck.errors import UsageError
from bgpcheck.waiting import Clock, Tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LIST = f"{GROUP}/providers/Microsoft.Network/expressRouteCircuits"


@pytest.fixture
async def server() -> AsyncIterator[Arm]:
    async with arm() as made:
        yield made
        assert {method for method, _ in made.asked} <= {"GET", "POST"}


class Time:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 1, 1, tzinfo=UTC)

    async def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.moment, self.sleep)


async def test_documents(server: Arm) -> None:
    server.on(CIRCUIT, said(circuit())).on(LIST, said({"value": [circuit()]}))
    way = Way(server.place, Tokens())
    for text in (CIRCUIT, GROUP):
        ((data, name),) = await asyncio.to_thread(live.documents, text, 60.0, way)
        assert (name, b"ams-1" in data) == (text, True)


@pytest.mark.parametrize("text", [CIRCUIT, PEERING])
async def test_tables(server: Arm, text: str) -> None:
    for path in ("primary", "secondary"):
        for table in ("arpTables", "routeTables", "routeTablesSummary"):
            server.on(f"{PEERING}/{table}/{path}", said({"value": [{"table": table, "path": path}]}))
    told = list[str]()
    way = Way(server.place, Tokens(), Tell(str, told.append))
    found = await asyncio.to_thread(live.tables, text, "", ("primary", "secondary"), 60.0, way)
    rows = [json.loads(data)["value"][0] for data, _ in found]
    assert [name for _, name in found] == [f"{PEERING}/{row['table']}/{row['path']}" for row in rows]
    assert server.asked == [("POST", name) for _, name in found]
    assert (len(found), told[0]) == (6, "asking the primary router for arpTables")


async def test_tables_of_another_peering(server: Arm) -> None:
    asked = f"{CIRCUIT}/peerings/AzurePrivatePeering/arpTables/primary"
    server.on(asked, fault("403 Forbidden", "AuthorizationFailed"))
    with pytest.raises(UsageError, match="ask for the role Reader"):
        await asyncio.to_thread(live.tables, CIRCUIT, "AzurePrivatePeering", ("primary",), 60.0, Way(server.place, Tokens()))
    assert server.asked == [("POST", asked)]


async def test_a_circuit_that_changes_while_it_is_watched(server: Arm) -> None:
    rows = [circuit(peering("NotConfigured", provisioning="Updating")), circuit(peering("ValidationNeeded")), circuit(peering())]
    busy = fault("429 Too Many Requests", "TooManyRequests", Retry_After="30")
    server.on(CIRCUIT, said(rows[0]), busy, said(rows[1]), page_that_hangs_up(), said(rows[2]))
    time, lines, tokens = Time(), list[str](), Tokens()
    way = Way(server.place, tokens, Tell(lines.append, str), time.clock)
    ended = await asyncio.to_thread(live.watch, CIRCUIT, Want.CONFIGURED, 7200.0, way)
    assert ended.reached
    assert [line.partition(" ")[2] for line in lines if "→" in line] == [
        "MicrosoftPeering.provisioningState: Updating → Succeeded",
        "MicrosoftPeering.ipv4.advertisedPublicPrefixesState: NotConfigured → ValidationNeeded",
        "MicrosoftPeering.ipv4.advertisedPublicPrefixesState: ValidationNeeded → Configured",
    ]
    assert set(server.asked) == {("GET", CIRCUIT)}
    assert len(tokens.claims) == 1  # one sign-in for the whole watch


def page_that_hangs_up() -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"


async def test_time_runs_out(server: Arm) -> None:
    server.on(CIRCUIT, said(circuit(peering("ValidationNeeded"))))
    way = Way(server.place, Tokens(), clock=Time().clock)
    ended = await asyncio.to_thread(live.watch, CIRCUIT, Want.CONFIGURED, 900.0, way)
    assert not ended.reached
    assert len(server.asked) > 5


@pytest.mark.parametrize(("text", "want"), [(GROUP, Want.SETTLED), (PEERING, Want.PROVISIONED)])
def test_what_can_not_be_watched(text: str, want: Want) -> None:
    with pytest.raises(UsageError, match=f"--wait {want}: give the id of one circuit"):
        live.watch(text, want, 60.0)


def test_tables_of_a_group() -> None:
    with pytest.raises(UsageError, match="tables are those of one circuit"):
        live.tables(GROUP, "", ("primary",), 60.0)


def test_ctrl_c_while_waiting() -> None:
    """The user's signal, while the real loop sleeps; connections are closed, or the warning of it would fail this."""

    async def sleep(_: float) -> None:
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(30)
        pytest.fail("the signal was not heard")

    way = Way("public", Tokens(UsageError("never asked")), clock=Clock(sleep=sleep))

    async def nothing(*_: object) -> tuple[bytes, str]:
        return json.dumps(circuit(provisioning="Updating")).encode(), CIRCUIT

    from bgpcheck.cloud.azure import Account  # noqa: PLC0415 (to be asked without a network)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Account, "circuit", nothing)
        with pytest.raises(KeyboardInterrupt):
            live.watch(CIRCUIT, Want.SETTLED, 60.0, way)


@pytest.mark.parametrize("name", ["azure.identity", "azure.core.pipeline", "msal.application"])
def test_what_the_sdk_would_say_is_not_said(name: str) -> None:
    text = f"import logging, bgpcheck.cloud.azure; logging.getLogger({name!r}).warning('a complaint')"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout + done.stderr == ""


def test_the_sdk_is_loaded_when_it_is_used() -> None:
    text = "import sys, bgpcheck.cloud.live, bgpcheck.cli.circuit; print(sorted({'azure', 'msal', 'aiohttp'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(("name", "kind"), [("azure.identity.aio", UsageError), ("azure", UsageError), ("aiohttp", ModuleNotFoundError)])
def test_the_sdk_is_not_installed(name: str, kind: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    usual = builtins.__import__

    def without(wanted: str, *rest: object, **more: object) -> object:
        if wanted == "bgpcheck.cloud.azure":
            raise ModuleNotFoundError("No module", name=name)
        return usual(wanted, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.delitem(sys.modules, "bgpcheck.cloud.azure", raising=False)
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(kind, match=r"pip install 'bgpcheck\[azure\]'|No module"):
        live.documents(CIRCUIT, 60.0)
