"""Our RTR client with StayRTR: half a million VRPs, whole, changed by serial, cut off in the middle, and back again."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest
from fetch.servers import serving
from integration.oracles import stayrtr, vrp_rows

from bgpcheck.errors import FetchError
from bgpcheck.fetch.guard import Guard
from bgpcheck.fetch.rtr import RtrClient
from bgpcheck.model import Prefix, Vrp
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from fetch.servers import Handler

pytestmark = pytest.mark.daemon
COUNT = 500_000
GUARD = Guard.of(["127.0.0.1"])
LONG = 300.0  # seconds: no test is about how quick it is


def drawn(count: int) -> list[Vrp]:
    """Draw different VRPs of both families."""
    chance = random.Random(8210)  # noqa: S311 (the same at every run)
    found = dict[tuple[Prefix, int, int], None]()
    while len(found) < count:
        version, length = (4, chance.randint(16, 24)) if chance.random() < 0.8 else (6, chance.randint(32, 48))
        bits, free = (32, 32 - length) if version == 4 else (128, 128 - length)
        network = (chance.randrange(1 << 24, 126 << 24) if version == 4 else 1 << 125 | chance.getrandbits(bits - 4)) >> free << free
        found[Prefix(version, network, length), min(length + chance.choice((0, 0, 1, 4)), bits), chance.randrange(1, 400000)] = None
    return [Vrp(*one) for one in found]


def write(path: Path, vrps: Iterable[Vrp]) -> None:
    path.with_suffix(".new").write_text(vrp_rows(vrps))
    path.with_suffix(".new").replace(path)


def cutting(port: int, after: int) -> Handler:
    """Pass what StayRTR sends on, but cut the first connection off."""
    left = [after]

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection("127.0.0.1", port)

        async def ask() -> None:
            while data := await reader.read(4096):
                forth.write(data)
                await forth.drain()

        asking = asyncio.create_task(ask())
        try:
            while data := await back.read(65536):
                writer.write(data[: left[0]] if left[0] < len(data) else data)
                await writer.drain()
                left[0] -= len(data)
                if left[0] <= 0:
                    left[0] = 1 << 62
                    return
        finally:
            asking.cancel()
            forth.close()

    return handle


async def test_half_a_million(tmp_path: Path) -> None:
    vrps = drawn(COUNT + 1000)
    first, second = vrps[:COUNT], vrps[1000:]
    write(tmp_path / "vrps.json", first)
    with stayrtr(tmp_path) as (port, _):
        async with serving(cutting(port, 5_000_000)) as between, RtrClient(GUARD, f"127.0.0.1:{between}") as client:
            with pytest.raises(FetchError) as caught:
                await client.sync(LONG)
            assert caught.value.reason == GapReason.UNREACHABLE
            assert client.cache.serial is None
            await client.sync(LONG)  # back again
            assert set(client.cache.vrps()) == set(first)
            serial = client.cache.serial
            write(tmp_path / "vrps.json", second)
            async with asyncio.timeout(LONG):
                while client.cache.serial == serial:  # it reads its file again when it likes
                    await client.sync(LONG)
            assert set(client.cache.vrps()) == set(second)


async def test_a_cache_that_goes_and_comes_back(tmp_path: Path) -> None:
    vrps = drawn(300)
    write(tmp_path / "vrps.json", vrps[:200])
    with stayrtr(tmp_path) as (port, _):
        client = RtrClient(GUARD, f"127.0.0.1:{port}")
        await client.sync(LONG)
    with pytest.raises(FetchError) as caught:
        await client.sync(LONG)
    assert caught.value.reason == GapReason.UNREACHABLE
    assert set(client.cache.vrps()) == set(vrps[:200])  # what was whole stands
    write(tmp_path / "vrps.json", vrps[100:])
    with stayrtr(tmp_path, port=port):
        await client.sync(LONG)  # another session: all anew
        assert set(client.cache.vrps()) == set(vrps[100:])
        await client.__aexit__(None, None, None)
