"""``bgpcheck watch`` under a real ExaBGP: nothing is lost, nobody waits for it, and a crash is made good."""

from __future__ import annotations

import asyncio
import ipaddress
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import program
import pytest
from fetch.registry_servers import registries
from integration.daemons import wait_until
from integration.sessions import LOOPBACK, Neighbor
from integration.talker import Talker, many, update
from integration.watched import JUDGED_BY, watched

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from integration.watched import Watched

pytestmark = pytest.mark.daemon
PEER = Neighbor("127.0.0.2", 3333)
LIST = ("--peer-asn", "3333", "--registry", "RIPENCC", "--prefix", "193.0.0.0/21", "--prefix", "193.0.18.0/23")


def test_a_session_is_judged_live(tmp_path: Path) -> None:
    with watched(tmp_path, [PEER], *LIST, *JUDGED_BY) as watch, Talker(*PEER, LOOPBACK, watch.port) as talker:
        assert talker.up.wait(30)
        talker.say([update(["193.0.0.0/21"], path=[3333])])
        wait_until(lambda: watch.verdicts().get("193.0.0.0/21") == ("configured", [3333]), seconds=60, what=str(watch.output))
        talker.say([update(["193.0.0.0/21"], path=[3333, 15169])])
        wait_until(lambda: watch.verdicts()["193.0.0.0/21"] == ("validation-needed", [3333, 15169]), seconds=60)
        talker.say([update((), ["193.0.0.0/21"], path=[])])
        wait_until(lambda: watch.events("withdrawn"), seconds=60)
        summary = watch.stop()
    assert summary["missing"] == ["193.0.0.0/21", "193.0.18.0/23"]
    assert summary["exitStatus"] == 0
    assert summary["counts"]["malformed"] == 0


ROUTES, EACH = 100_000, 3
LISTED = {"193.0.0.0/21", "193.0.18.0/23"}
SLOW = 5.0  # seconds that every registry takes for every answer
MOST_MEMORY = 400 << 20  # bytes that a watch of so many routes may take


@pytest.fixture
def slow_registries(tmp_path: Path) -> Iterator[Path]:
    """Serve the fixtures' registries, slowly; gives the sources file that names them."""
    ready, out = threading.Event(), tmp_path / "sources.yaml"
    loop = asyncio.new_event_loop()
    done = asyncio.Event()

    async def serve() -> None:
        async with registries(program.ROOT / "fixtures" / "registry", out, delay=SLOW):
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    assert ready.wait(30)
    yield out
    loop.call_soon_threadsafe(done.set)
    thread.join(30)
    loop.close()


def test_a_whole_table_while_every_registry_is_slow(tmp_path: Path, slow_registries: Path) -> None:
    said = many(ROUTES, EACH, [3333])
    words = (*LIST, "--live", "--deadline", "60", "--sources", str(slow_registries))
    with watched(tmp_path / "watch", [PEER], *words, hold_time=9) as watch, Talker(*PEER, LOOPBACK, watch.port, hold_time=9) as talker:
        assert talker.up.wait(30)
        talker.say(said)
        wait_until(lambda: len(watch.routes()) == ROUTES, seconds=240, what=f"all routes in {watch.journal}")
        memory = peak_memory(watch.pid())
        wait_until(lambda: watch.verdicts().keys() >= LISTED, seconds=180, what="verdicts on the list, from slow registries")
        assert not talker.closed.is_set()
        assert (talker.expired, talker.notifications) == (False, [])
        summary = watch.stop()
    counts = summary["counts"]
    print(f"{ROUTES} routes in {talker.sent} updates; peak {memory >> 20} MiB; {counts}")  # noqa: T201 (the figures of the note)
    assert talker.sent == len(said)
    assert counts["updates"] == talker.sent
    assert (counts["shed"], counts["malformed"], counts["routes"]) == (0, 0, ROUTES)
    assert sum(summary["prefixes"].values()) == ROUTES + len(LISTED)
    assert memory < MOST_MEMORY


def peak_memory(pid: int) -> int:
    """Bytes of memory that a process had at most."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmHWM"))


TABLE, GONE = 3000, 500  # routes said, and of them those that are withdrawn in the end


def tell(talker: Talker, watch: Watched, kills: Collection[int]) -> None:
    """Say a table in thirty parts and withdraw some of it; before some of these the watch is killed."""
    parts = many(TABLE, 3, [3333])
    parts += [update((), [one], path=[]) for one in prefixes(GONE)]
    for number in range(0, len(parts), 50):
        if number // 50 in kills:
            watch.wait_for_another(watch.kill())
        talker.say(parts[number : number + 50])


def prefixes(count: int) -> list[str]:
    """The first prefixes of ``many``."""
    return [f"{ipaddress.ip_address((1 << 24) + number * 256)}/24" for number in range(count)]


def left() -> list[bytes]:
    """What a router that is asked again says: all that it has not withdrawn."""
    return [update([one], path=[3333, 1000 + number - number % 3]) for number, one in enumerate(prefixes(TABLE)) if number >= GONE]


@pytest.mark.parametrize("enhanced", [True, False])
def test_a_watch_that_is_killed_in_mid_table_comes_to_the_same_end(tmp_path: Path, enhanced: bool) -> None:  # noqa: FBT001 (a parameter)
    ends = []
    for name, kills in (("undisturbed", ()), ("disturbed", (3, 12, 27))):
        with (
            watched(tmp_path / name, [PEER], *LIST, *JUDGED_BY) as watch,
            Talker(*PEER, LOOPBACK, watch.port, again=left, enhanced=enhanced) as talker,
        ):
            assert talker.up.wait(30)
            tell(talker, watch, kills)
            wait_until(lambda: len(watch.routes()) == TABLE - GONE, seconds=120, what=f"{TABLE - GONE} routes in {watch.journal}")
            wait_until(lambda: len(watch.standing_verdicts()) == TABLE - GONE + len(LISTED), seconds=120, what="their verdicts")
            assert watch.whole()
            ends.append((watch.routes(), watch.standing_verdicts()))
            summary = watch.stop()
            assert summary["counts"]["malformed"] == 0
    assert ends[0] == ends[1]
