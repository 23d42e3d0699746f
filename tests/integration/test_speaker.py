"""ExaBGP as bgpcheck starts it, in front of real routers: sessions, commands, faults, and an end that leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import program
import pytest
from integration import talker
from integration.daemons import free_port, wait_until
from integration.routers import ROUTERS, Bird, Frr, Gobgp, Router, Session

from bgpcheck.errors import UsageError
from bgpcheck.model import Prefix
from bgpcheck.speaker import commands
from bgpcheck.speaker.config import Neighbor, Sample, SpeakerPlan
from bgpcheck.speaker.launch import Speaker
from bgpcheck.speaker.notices import notice

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

LAB, ROUTER, OTHER, STRANGER = "127.0.1.1", "127.0.1.2", "127.0.1.3", "127.0.1.9"
ASN = 3333
PREFIXES: dict[str, list[int]] = {"193.0.0.0/21": [], "193.0.10.0/23": [64512, 4200000001], "193.0.14.0/23": [25152]}
STANDING = {prefix: [ASN, *path] for prefix, path in PREFIXES.items()}
SAMPLES = (Sample(Prefix.parse("40.96.0.0/13"), ("12076:5010",)), Sample(Prefix.parse("2603:1026::/36"), ("12076:5010",)))
KEY = "abcdef0123"  # of hexadecimal digits alone: not Base64
PATIENCE = 60  # seconds


async def until(condition: Callable[[], object], what: str) -> None:
    """Wait until ``condition`` is true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited {PATIENCE} s in vain for {what}"
        await asyncio.sleep(0.02)


@dataclass
class Heard:
    """Everything that a speaker says: its event lines as they come, and the lines of its log."""

    lines: list[bytes] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    over: bool = False

    def read(self, source: int) -> None:
        """Read to the end, in a thread."""
        with os.fdopen(source, "rb") as stream:
            self.lines.extend(stream)
        self.over = True

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Give what was said of neighbours: the ``neighbor`` objects of a type."""
        whole = [json.loads(line) for line in self.lines if line.startswith(b"{") and line.endswith(b"\n")]
        return [one["neighbor"] | {"raw": "body" in one} for one in whole if one["type"] == kind and "neighbor" in one]

    def states(self, peer: str = ROUTER) -> list[str]:
        """Give the states of a session, and why it went down."""
        mine = [one for one in self.events("state") if one["address"]["peer"] == peer]
        return [one.get("reason", one["state"]) for one in mine]

    def ups(self, peer: str = ROUTER) -> int:
        """How often a session came up."""
        return self.states(peer).count("up")

    def standing(self) -> dict[str, list[int]]:
        """What stands announced since the last session came up, with the AS numbers of each path."""
        routes: dict[str, list[int]] = {}
        for line in list(self.lines):
            if line.endswith(b"\n") and b'"state": "up"' in line:
                routes = {}
            if line.endswith(b"\n") and b'"update": {' in line:
                update = json.loads(line)["neighbor"]["message"]["update"]
                for nlri in update.get("withdraw", {}).get("ipv4 unicast", []):
                    routes.pop(nlri["nlri"], None)
                path = [asn for part in update.get("attribute", {}).get("as-path", {}).values() for asn in part["value"]]
                for nlris in update.get("announce", {}).get("ipv4 unicast", {}).values():
                    routes |= dict.fromkeys((nlri["nlri"] for nlri in nlris), path)
        return routes


def plan(*neighbors: Neighbor, port: int = 0, **more: Any) -> SpeakerPlan:  # noqa: ANN401
    return SpeakerPlan(neighbors, port or free_port(LAB), LAB, **more)


def router_of(address: str = ROUTER, **more: Any) -> Neighbor:  # noqa: ANN401
    return Neighbor(address, ASN, "::1" if ":" in address else LAB, ("ipv6",) if ":" in address else ("ipv4",), **more)


@contextlib.asynccontextmanager
async def speaking(what: SpeakerPlan, md5: Mapping[str, str] | None = None) -> AsyncIterator[tuple[Speaker, Heard]]:
    """Run a speaker and hear it."""
    heard = Heard()
    async with Speaker.start(what, md5=md5, told=heard.log.append, seconds=PATIENCE) as speaker:
        Thread(target=heard.read, args=(speaker.fileno(),), daemon=True).start()
        yield speaker, heard
    await until(lambda: heard.over, "the end of the events")


def children() -> list[str]:
    """Command lines of ExaBGPs and relays that descend from this process, or whose parent has ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().replace(b"\0", b" ").decode()
            parent = int((path.parent / "stat").read_text().rpartition(")")[2].split()[1])
            if ("bgpcheck.speaker.exabgp" in words or "speaker/relay.py" in words) and parent in {os.getpid(), 1, *started_by(os.getpid())}:
                found.append(words)
    return found


def started_by(pid: int) -> list[int]:
    """Processes that one has started, and that are not over."""
    return [int(word) for task in Path(f"/proc/{pid}/task").glob("*/children") for word in task.read_text().split()]


def pid_of(heard: Heard) -> int:
    """The number of ExaBGP's process, from what it says."""
    return next(int(json.loads(line)["pid"]) for line in heard.lines if b'"pid"' in line)


@pytest.mark.daemon
@pytest.mark.parametrize("kind", ROUTERS, ids=lambda kind: kind.name)
async def test_a_router_through_all_that_happens(kind: type[Router], tmp_path: Path) -> None:
    port, waits = free_port(LAB), kind is Gobgp  # which takes its time where it has to connect
    router = kind(tmp_path, Session(ROUTER, ASN, LAB, port, waits=waits), PREFIXES)
    neighbor = router_of(passive=not waits, port=router.listen if waits else None)
    async with speaking(plan(neighbor, port=port, samples=SAMPLES)) as (speaker, heard):
        with router:
            await until(lambda: heard.standing() == STANDING, "all prefixes")
            await until(lambda: router.imported() == {"40.96.0.0/13"}, "the sample")
            assert all(one["raw"] for one in heard.events("update"))
            router.announce("193.0.12.0/23", [1103])
            await until(lambda: heard.standing() == STANDING | {"193.0.12.0/23": [ASN, 1103]}, "another prefix")
            router.withdraw("193.0.12.0/23")
            await until(lambda: heard.standing() == STANDING, "its withdrawal")
            await _refreshed(kind, speaker, heard)

            speaker.command(commands.teardown(ROUTER))
            await until(lambda: "notification sent (6,1)" in heard.states(), "the Cease")
            await until(lambda: _reached(router.status()), "the router's word of too many prefixes")
            await until(lambda: heard.ups() == 2 and heard.standing() == STANDING, "the session after the Cease")
            await asyncio.to_thread(router.flap)
            await until(lambda: heard.ups() == 3 and heard.standing() == STANDING, "the session after a flap")
            assert {"notification received (6,4)", "notification received (6,3)"} & set(heard.states())
            router.shut("planned work")
            await until(lambda: "notification received (6,2)" in heard.states(), "the shutdown")
            said = heard.events("notification")[-1]["notification"]["message"]
            assert said == ("" if kind is Gobgp else 'Shutdown Communication: "planned work"')
            router.open()
            await until(lambda: heard.ups() == 4 and heard.standing() == STANDING, "the session after the shutdown")
            await asyncio.to_thread(router.restart)
            await until(lambda: heard.ups() == 5 and heard.standing() == STANDING, "the session after a restart")
            ended = await speaker.stop()
            assert (ended.status, ended.words) == (0, "ExaBGP ended")
            await until(lambda: _told(router.status()), "the router's word of the end")
    assert heard.events("notification")[-1]["notification"]["message"].endswith("bgpcheck lab has ended")
    assert children() == []


async def _refreshed(kind: type[Router], speaker: Speaker, heard: Heard) -> None:
    """BIRD and GoBGP tell all their routes again when they are asked; FRR 8.4 does not, having nothing new to say."""
    before = len(heard.events("update"))
    speaker.command(commands.refresh(ROUTER, "ipv4"))
    if kind is not Frr:
        await until(lambda: len(heard.events("update")) >= before + len(PREFIXES), "all prefixes again")
    if kind is Bird:  # RFC 7313
        await until(lambda: [one["route-refresh"]["subtype"] for one in heard.events("refresh")] == ["begin", "end"], "their begin and end")


def _reached(status: str) -> bool:
    """Tell whether a router's operator can read that there were too many prefixes (RFC 4486: Cease, subcode 1)."""
    return "maximum number of prefixes reached" in status.lower()


def _told(status: str) -> bool:
    """Tell whether a router's operator can read that the lab has been shut down."""
    return "administrative shutdown" in status.lower()


@pytest.mark.daemon
async def test_two_routers_with_a_key_each_at_one_port(tmp_path: Path) -> None:
    port = free_port(LAB)
    async with speaking(plan(router_of(), router_of(OTHER), port=port), {ROUTER: KEY, OTHER: "Another1"}) as (speaker, heard):
        with (
            Bird(tmp_path / "a", Session(ROUTER, ASN, LAB, port, md5=KEY), {"193.0.0.0/21": []}),
            Bird(tmp_path / "b", Session(OTHER, ASN, LAB, port, md5="Another1"), {"193.0.10.0/23": []}),
        ):
            await until(lambda: heard.ups(ROUTER) and heard.ups(OTHER), "both sessions")
            folder = Path(next(words for words in children() if "relay.py" in words).split()[-1]).parent
            assert {path.name for path in folder.iterdir()} == {"relay", "exabgp.env"}  # the keys are on no disk any more
            seen = [*children(), *heard.log, *speaker.log(), *map(str, heard.lines)]
            assert not [text for text in seen if KEY in text or "Another1" in text]
            with pytest.raises(UsageError, match="none that shows the MD5 key"):
                speaker.command("show neighbor configuration")
            assert not folder.joinpath("exabgp.conf").exists()
    assert not folder.exists()


@pytest.mark.daemon
async def test_a_session_over_ipv6(tmp_path: Path) -> None:
    port = free_port(LAB)
    async with speaking(plan(router_of("::1"), port=port, samples=SAMPLES)) as (speaker, heard):
        with Bird(tmp_path, Session("::1", ASN, "::1", port), {"2001:67c:2e8::/48": []}) as router:
            await until(lambda: b"2001:67c:2e8::/48" in b"".join(heard.lines), "the prefix")
            await until(lambda: router.imported() == {"2603:1026::/36"}, "the sample")
            speaker.command(commands.teardown("::1"))
            await until(lambda: heard.ups("::1") == 2, "the session after the Cease")
            assert heard.states("::1").count("notification sent (6,1)") == 1


def raw_session(port: int, hold_time: int = 60) -> talker.Talker:
    return talker.Talker(ROUTER, ASN, LAB, port, hold_time)


@pytest.mark.parametrize(
    ("rubbish", "code", "why"),
    [
        (b"\0" * 16 + b"\0\x13\x04", (1, 1), "no marker"),
        (talker.MARKER + b"\0\x05\x04", (1, 2), "shorter than its header"),
        (talker.message(9), (1, 3), "no such type"),
        (talker.message(2, b"\xff\xff\xff\xff"), (3, 1), "lengths that can't be"),
        (talker.update(["192.0.2.0/24"], path=[ASN])[:-4] + b"\x21\xc0\0\x02", (3, 10), "a /33"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_rubbish_is_answered_and_told(rubbish: bytes, code: tuple[int, int], why: str) -> None:
    port = free_port(LAB)
    async with speaking(plan(router_of(), port=port)) as (_, heard):
        for number in (1, 2):  # ExaBGP lives on
            with raw_session(port) as router:
                await until(lambda count=number: heard.ups() == count, "the session")
                router.raw(rubbish)
                await until(
                    lambda count=number: heard.states().count(f"notification sent ({code[0]},{code[1]})") == count, f"the end: {why}"
                )
                sent = [one["notification"] for one in heard.events("notification") if one["direction"] == "send"]
                assert [(one["code"], one["subcode"]) for one in sent] == [code] * number
                await until(lambda: router.notifications == [code], "the answer")


async def test_when_one_session_ends_the_others_are_as_fast_as_before() -> None:
    """field-notes 1.4-1: unmended, 90 updates a second would be left, and these would take minutes."""
    port = free_port(LAB)
    async with speaking(plan(router_of(), router_of(OTHER), port=port)) as (_, heard):
        with raw_session(port) as router:
            with talker.Talker(OTHER, ASN, LAB, port):
                await until(lambda: heard.ups(ROUTER) and heard.ups(OTHER), "both sessions")
            await until(lambda: heard.states(OTHER)[-1] != "up", "the end of the other")
            await asyncio.to_thread(router.say, talker.many(20_000, 1, [ASN]))
            await until(lambda: sum(b'"update": {' in line for line in list(heard.lines)) >= 20_000, "20,000 updates")


async def test_a_connection_from_elsewhere_is_refused_and_told() -> None:
    port = free_port(LAB)
    async with speaking(plan(router_of(), port=port)) as (speaker, heard):
        with socket.create_connection((LAB, port), source_address=(STRANGER, 0), timeout=PATIENCE) as sock:
            body = await asyncio.to_thread(sock.recv, 1000)
        assert body[18:21] == bytes([talker.NOTIFICATION, 6, 3])
        ours = [one.address for one in speaker.neighbors]
        words = f"a connection from {STRANGER} was refused"
        await until(lambda: any(words in (notice(line, ours) or "") for line in heard.log), words)


@pytest.mark.parametrize(
    ("number", "words"),
    [(signal.SIGKILL, "ExaBGP was ended by signal 9 (SIGKILL)"), (signal.SIGTERM, "ExaBGP ended")],
)
async def test_exabgp_ends_by_itself(number: int, words: str) -> None:
    async with speaking(plan(router_of(), port=(port := free_port(LAB)))) as (speaker, heard):
        with raw_session(port):
            await until(heard.ups, "the session")
            os.kill(pid_of(heard), number)
            assert (await asyncio.wait_for(speaker.ended(), PATIENCE)).words == words
            await until(lambda: heard.over, "the end of the events")
            speaker.command(commands.SHOW_NEIGHBORS)  # to nobody
    await until(lambda: children() == [], "the relay's end")


async def test_without_its_relay_exabgp_ends_and_says_why() -> None:
    async with speaking(plan(router_of(), port=(port := free_port(LAB)))) as (speaker, heard):
        with raw_session(port) as router:
            await until(heard.ups, "the session")
            (relay,) = started_by(pid_of(heard))
            os.kill(relay, signal.SIGKILL)
            ended = await asyncio.wait_for(speaker.ended(), PATIENCE)
            assert any("ExaBGP's helper can't reach bgpcheck" in line for line in ended.lines)
            await until(lambda: router.closed.is_set() or router.heard[-1][0] == talker.NOTIFICATION, "the router's end of it")
    await until(lambda: children() == [], "the end of all")


CALLER = """
import asyncio, os, sys
from bgpcheck.speaker.config import Neighbor, SpeakerPlan
from bgpcheck.speaker.launch import Speaker

async def main():
    plan = SpeakerPlan((Neighbor("127.0.1.2", 3333, "127.0.1.1", ("ipv4",)),), int(sys.argv[1]), "127.0.1.1")
    async with Speaker.start(plan) as speaker:
        speaker.command("show neighbor json")
        os.read(speaker.fileno(), 1)
        print("up", flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_whatever_ends_bgpcheck_ends_exabgp(number: int) -> None:
    argv = [sys.executable, "-c", CALLER, str(free_port(LAB))]
    with subprocess.Popen(argv, env=program.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as caller:
        assert caller.stdout
        assert caller.stdout.readline() == b"up\n"
        (exabgp,) = started_by(caller.pid)
        (relay,) = started_by(exabgp)
        folder = Path(Path(f"/proc/{relay}/cmdline").read_text(encoding="utf-8").split("\0")[-2]).parent
        assert folder.is_dir()
        caller.send_signal(number)
        caller.wait(PATIENCE)
        wait_until(lambda: not any(map(_lives, (exabgp, relay))), seconds=PATIENCE, what="the end of both")
        wait_until(lambda: not folder.exists(), seconds=PATIENCE, what="the folder's end")


def _lives(pid: int) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def test_places_are_tried_before_exabgp_is_started() -> None:
    with socket.create_server((LAB, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(UsageError, match=f"^port {port} of {LAB} is in use by another program: choose another with --port"):
            async with Speaker.start(plan(router_of(), port=port)):
                pass
    assert children() == []


async def test_where_nobody_reads_stopping_is_possible_all_the_same() -> None:
    port = free_port(LAB)
    async with Speaker.start(plan(router_of(), port=port)) as speaker:
        with raw_session(port) as router:
            await asyncio.to_thread(router.up.wait, PATIENCE)
            with contextlib.suppress(OSError):
                router.raw(b"".join(talker.many(2000, 1, [ASN])))
            ended = await speaker.stop()
    os.close(speaker.fileno())
    assert ended.status in {0, -signal.SIGKILL}
    await until(lambda: children() == [], "the end of all")
