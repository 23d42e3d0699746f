"""What an IRRd server says of itself decides whether its silence about an object means anything."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from fetch.registry_servers import sources
from fetch.servers import serving

from bgpcheck.errors import FetchError
from bgpcheck.fetch.irr_live import WORTH_ONE, Irr
from bgpcheck.fetch.registries import Asking, network
from bgpcheck.formats.sources_yaml import load
from bgpcheck.model import Prefix
from bgpcheck.settings import Limits
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from pathlib import Path

    from fetch.servers import Handler

    from bgpcheck.evidence.document import Document

NOW = datetime.now(UTC)
OLD, NEW = ((NOW - timedelta(hours=hours)).isoformat() for hours in (100, 1))


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def irrd(status: dict[str, Any] | None, *, filters: bool = True, seen: Counter[int] | None = None) -> Handler:
    """An IRRd with a status, or one that knows no ``!J``; ``filters``: whether it knows ``!f``. ``seen``: questions by connection."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (line := (await reader.readline()).decode().strip()) not in {"", "!q"}:
            if line.startswith("!J") and status is not None:
                data = json.dumps({"RADB": status}).encode()
                writer.write(b"A%d\n%sC\n" % (len(data), data))
            elif line.startswith(("!J", "!f")) and not (line.startswith("!f") and filters):
                writer.write(b"F Unrecognised command\n")
            elif line == "!s-lc":
                writer.write(b"A5\nRADB\nC\n")
            elif line.startswith("!r"):
                if seen is not None:
                    seen[id(writer)] += 1
                    await asyncio.sleep(0.01)
                writer.write(b"D\n")
            elif line != "!!":
                writer.write(b"C\n")

    return handle


async def ask(handler: Handler, count: int = 1, *, filtering: bool = False) -> dict[Prefix, tuple[Document, ...]]:
    async with serving(handler) as port:
        tree = yaml.safe_load(sources(port, port, port))
        tree["irr"]["RADB"]["filtering"] = filtering
        settings = replace(load(yaml.safe_dump(tree).encode(), file="s.yaml"), limits={"default": Limits(at_once=3)})
        async with network(settings, Asking(60)) as way:
            return await Irr(way.session(), settings.irr["RADB"]).about([Prefix(4, (10 << 24) + (one << 16), 16) for one in range(count)])


GOOD = [
    None,
    {},
    {"authoritative": True, "rpsl_data_updated": OLD},  # a registry where nothing has changed for days
    {"authoritative": False, "rpsl_data_updated": NEW, "rpki_rov_filter": True},
    {"rpsl_data_updated": OLD},
]


@pytest.mark.parametrize("status", GOOD)
async def test_whom_to_believe(status: dict[str, Any] | None) -> None:
    assert len(await ask(irrd(status))) == 1


BAD: list[tuple[dict[str, Any], bool, GapReason, str]] = [
    ({"authoritative": False, "rpsl_data_updated": OLD}, True, GapReason.STALE, "the limit is 72 hours"),
    ({"rpki_rov_filter": True}, False, GapReason.MALFORMED, "hides what ROAs make invalid"),
    ({"error": "Unknown source"}, True, GapReason.MALFORMED, "RADB: Unknown source"),
]


@pytest.mark.parametrize(("status", "filters", "reason", "message"), BAD)
async def test_whom_not(status: dict[str, Any], reason: GapReason, message: str, *, filters: bool) -> None:
    with pytest.raises(FetchError, match=message) as caught:
        await ask(irrd(status, filters=filters))
    assert caught.value.reason == reason


async def test_one_that_is_known_to_hide_is_believed_as_far_as_it_can_be() -> None:
    assert len(await ask(irrd({"rpki_rov_filter": True}, filters=False), filtering=True)) == 1


async def test_many_questions_go_over_several_connections() -> None:
    few, many = Counter[int](), Counter[int]()
    await ask(irrd(None, seen=few), WORTH_ONE // 2)
    await ask(irrd(None, seen=many), 40)
    assert list(few.values()) == [WORTH_ONE]  # two for each prefix
    assert sorted(many.values()) == [26, 27, 27]


async def test_one_that_answers_more_than_it_is_asked() -> None:
    """Each answer would be taken for that of the next question."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := (await reader.readline()).decode().strip():
            if line == "!q":
                return
            writer.write(b"D\n" if line.startswith("!r") else b"A5\nRADB\nC\n" if line == "!s-lc" else b"C\n")  # to !! too

    with pytest.raises(FetchError, match="has chosen '', not RADB"):
        await ask(handle)


async def test_one_that_does_not_hang_up_is_believed_all_the_same() -> None:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := (await reader.readline()).decode().strip():
            if line != "!!":
                writer.write(b"D\n" if line.startswith("!r") else b"A5\nradb\nC\n" if line == "!s-lc" else b"C\n")

    assert len(await ask(handle)) == 1
