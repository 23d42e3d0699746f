"""As-sets from IRRd and from RIPE's server: level by level, with limits, and failing as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fetch.registry_servers import NOTHING, sources
from fetch.servers import serving

import bgpcheck
from bgpcheck.fetch import as_sets

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable
    from pathlib import Path

    from fetch.servers import Handler


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def irrd(answer: Callable[[str], bytes]) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (line := (await reader.readline()).decode().strip()) not in {"", "!q"}:
            if line != "!!":
                data = answer(line[2:]) if line.startswith("!i") else b"RADB\n" if line == "!s-lc" else b""
                writer.write(b"A%d\n%sC\n" % (len(data), data) if data else b"D\n" if line.startswith("!i") else b"C\n")

    return handle


def ripe(objects: dict[str, str], referring: dict[str, str]) -> Handler:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        *flags, name = (await reader.readline()).decode().split()
        found = referring.get(name, "") if "member-of" in flags else objects.get(name, "")
        writer.write(found.encode() + b"\n\n\n" if found else NOTHING)

    return handle


async def expand(handler: Handler, source: str, name: str, tmp_path: Path, seconds: float = 60) -> bgpcheck.AsSet:
    async with serving(handler) as port:
        (tmp_path / f"{port}.yaml").write_text(sources(port, port, port))
        async with bgpcheck.Registries(str(tmp_path / f"{port}.yaml"), seconds=seconds) as client:
            return await client.expand(name, source)


SETS = {"AS-A": b"AS1 AS-B AS-C\n", "AS-B": b"AS2 AS-A\n", "AS-C": b"AS3 AS-GONE\n"}


async def test_irrd(tmp_path: Path) -> None:
    one = await expand(irrd(lambda name: SETS.get(name, b"")), "RADB", "as-a", tmp_path)
    assert (one.name, one.asns, one.missing, one.cycles) == ("AS-A", (1, 2, 3), ("AS-GONE",), (("AS-A", "AS-B", "AS-A"),))


async def test_ripe_with_members_by_reference(tmp_path: Path) -> None:
    objects = {
        "AS-A": "as-set: AS-A\nmembers: AS1, AS-B\nmbrs-by-ref: ANY\nsource: RIPE\n",
        "AS-B": "as-set: AS-B\nmembers: AS2\nsource: RIPE\n",
    }
    referring = {name: f"aut-num: AS9\nmember-of: {name}\nmnt-by: X-MNT\nsource: RIPE\n" for name in objects}
    one = await expand(ripe(objects, referring), "RIPE", "AS-A", tmp_path)
    assert (one.asns, one.whole) == ((1, 2, 9), True)


async def test_ever_deeper_and_ever_wider_come_to_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_sets, "MOST_SETS", 50)
    deep = await expand(irrd(lambda name: b"AS-%d\n" % (int(name[3:]) + 1)), "RADB", "AS-0", tmp_path)
    assert (len(deep.sets), deep.cut, deep.whole) == (as_sets.DEEPEST, (f"AS-{as_sets.DEEPEST}",), False)
    wide = await expand(irrd(lambda name: b" ".join(b"%s%d" % (name.encode(), digit) for digit in range(9))), "RADB", "AS-W", tmp_path)
    assert (len(wide.sets), wide.whole) == (50, False)
    assert len(wide.cut) > 9


FAULTS: list[tuple[Handler, str]] = [
    (irrd(lambda _: b"AS1 AS-B\n" * 1_000_000), "KB"),
    (ripe({"AS-A": "<html>"}, {}), "IRRd"),
]


@pytest.mark.parametrize(("handler", "message"), FAULTS, ids=["too much", "another protocol"])
async def test_a_part_is_never_taken_for_all(handler: Handler, message: str, tmp_path: Path) -> None:
    with pytest.raises(bgpcheck.FetchError, match=message):
        await expand(handler, "RADB", "AS-A", tmp_path)


async def test_in_time(tmp_path: Path) -> None:
    async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    with pytest.raises(bgpcheck.FetchError, match=r"did not answer|not expanded"):
        await expand(hang, "RADB", "AS-A", tmp_path, seconds=0.3)


@pytest.mark.parametrize(
    ("name", "source", "message"), [("AS-A", "RIPENCC", "not one of the IRR sources"), ("AS3333", "RIPE", "no as-set")]
)
async def test_what_is_asked_wrongly(name: str, source: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(bgpcheck.UsageError, match=message):
        await expand(irrd(lambda _: b""), source, name, tmp_path)
