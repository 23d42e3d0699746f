"""The registry client as other programs use it, asynchronous and not, against registries on loopback."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fetch.registry_servers import registries
from fetch.servers import saying

import bgpcheck
from bgpcheck.model import Prefix

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).resolve().parents[1] / "fixtures" / "registry"


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1793577600")  # 2026-11-02


async def test_facts_about_a_prefix_and_two_as_numbers(tmp_path: Path) -> None:
    path = str(tmp_path / "s.yaml")
    async with registries(FOLDER, tmp_path / "s.yaml") as made, bgpcheck.Registries(path, registry_data=str(FOLDER)) as client:
        found = await client.lookup("193.0.0.0/21", ["AS3333", 1103])
        tally = client.tally
    assert (str(found.prefix), found.registration.status, found.registration.registry) == ("193.0.0.0/21", "allocated", "ripencc")
    own, other = found.origins[3333], found.origins[1103]
    assert (own.irr.match, own.rpki_states, own.holder.match, str(own.kind)) == ("exact", {"valid"}, "same", "allocated")
    assert (other.irr.match, other.rpki_states, str(other.kind)) == ("conflicting", {"invalid-asn"}, "allocated")
    assert found.gaps == ()
    assert any(one.uri.startswith("whois://") for one in found.documents)
    assert sum(tally.asked.values()) == sum(count for line, count in made.asked.items() if line.startswith(("rdap", "whois", "irrd !r")))


async def test_many_at_once_ask_equal_questions_once(tmp_path: Path) -> None:
    pairs = [("193.0.0.0/21", [3333]), (Prefix.parse("193.0.10.0/24"), [3333, 12654]), ("193.0.0.0/21", [12654])]
    async with registries(FOLDER, tmp_path / "s.yaml") as made, bgpcheck.Registries(str(tmp_path / "s.yaml")) as client:
        found = await client.lookup_many(pairs)
    assert [(str(one.prefix), list(one.origins)) for one in found] == [
        ("193.0.0.0/21", [3333]),
        ("193.0.10.0/24", [3333, 12654]),
        ("193.0.0.0/21", [12654]),
    ]
    assert {line for line, count in made.asked.items() if count > 1 and line.startswith(("rdap", "whois"))} == set()


async def test_silence_is_a_gap(tmp_path: Path) -> None:
    async with registries(FOLDER, tmp_path / "s.yaml", ripe=saying(b"")), bgpcheck.Registries(str(tmp_path / "s.yaml")) as client:
        found = await client.lookup("193.0.0.0/21", [3333])
    assert {(gap.source, str(gap.reason)) for gap in found.gaps} >= {("irr/RIPE", "unreachable"), ("vrps", "disabled")}
    assert found.origins[3333].irr.match == "unknown"


WRONG = [
    ("193.0.0.1/21", [3333], "193.0.0.1/21"),
    ("193.0.0.0/21", ["AS4294967296"], "4294967296"),
    ("193.0.0.0/21", [], "name at least one AS number"),
]


@pytest.mark.parametrize(("prefix", "asns", "message"), WRONG)
async def test_what_is_asked_wrongly(prefix: str, asns: list[str | int], message: str, tmp_path: Path) -> None:
    async with registries(FOLDER, tmp_path / "s.yaml"), bgpcheck.Registries(str(tmp_path / "s.yaml")) as client:
        with pytest.raises(bgpcheck.UsageError, match=message):
            await client.lookup(prefix, asns)


async def test_one_as_number_is_as_good_as_a_list(tmp_path: Path) -> None:
    path = str(tmp_path / "s.yaml")
    async with registries(FOLDER, tmp_path / "s.yaml"), bgpcheck.Registries(path, registry_data=str(FOLDER)) as client:
        first, second = await asyncio.gather(client.lookup("193.0.0.0/21", "AS3333"), client.lookup("193.0.10.0/24", 3333))
    assert (list(first.origins), list(second.origins)) == ([3333], [3333])


async def test_misuse() -> None:
    with pytest.raises(RuntimeError, match="an event loop is running"):
        bgpcheck.SyncRegistries()
    client = bgpcheck.Registries()
    async with client:
        with pytest.raises(RuntimeError, match="begun already"):
            await client.__aenter__()
        with pytest.raises(bgpcheck.UsageError, match="no prefix"):
            await client.lookup(None, [3333])  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="async with"):
        await client.lookup("193.0.0.0/21", [3333])


async def test_not_begun() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await bgpcheck.Registries().lookup("193.0.0.0/21", [3333])


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """Registries in a thread of their own, for callers that do not await."""
    ready, end = threading.Event(), threading.Event()

    async def serve() -> None:
        async with registries(FOLDER, tmp_path / "s.yaml"):
            ready.set()
            await asyncio.to_thread(end.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    ready.wait(60)
    yield str(tmp_path / "s.yaml")
    end.set()
    thread.join()


def test_the_twin_that_does_not_await(served: str) -> None:
    with bgpcheck.SyncRegistries(served, registry_data=str(FOLDER)) as client:
        found = client.lookup("193.0.0.0/21", [3333])
        (same,) = client.lookup_many([("193.0.0.0/21", [3333])])
        assert client.tally.kept["rdap"] >= 2
        assert client.expand("AS-NOBODYS", "RIPE").missing == ("AS-NOBODYS",)
    assert found.origins[3333].irr.match == same.origins[3333].irr.match == "exact"
