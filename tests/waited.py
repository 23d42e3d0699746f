"""A world for whoever waits: registries on loopback that change at their hours, and a clock that sleeping moves."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from fetch.registry_servers import registries
from fetch.servers import http, page, serving
from registry import Registry

from bgpcheck import api
from bgpcheck.formats import bulk
from bgpcheck.until import Ended, until
from bgpcheck.waiting import Clock, Tell, Waiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from pathlib import Path

    from fetch.registry_servers import Registry as Served

BEGIN = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)
PREFIX, ASN = "193.0.0.0/21", 3333
ROA = {"asn": ASN, "prefix": PREFIX, "maxLength": 21, "ta": "ripe", "expires": 1799999999}
OTHER_ROA = {"asn": 64500, "prefix": "8.0.0.0/8", "maxLength": 8, "ta": "ripe", "expires": 1799999999}
ANCHORS = [
    {**OTHER_ROA, "prefix": f"{number}.0.0.0/8", "ta": ta} for number, ta in enumerate(("afrinic", "apnic", "arin", "lacnic", "ripe"), 60)
]


@dataclass
class Time:
    """A clock that sleeping moves; on the way it does what is due. ``plan``: (minutes from the beginning, what to do)."""

    plan: list[tuple[float, Callable[[], object]]] = field(default_factory=list)
    seconds: float = 0.0
    naps: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=self.seconds)

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        goal = self.seconds + seconds
        for at, act in sorted(self.plan, key=lambda one: one[0]):
            if self.seconds <= at * 60 <= goal:
                self.seconds = at * 60
                self.plan = [one for one in self.plan if one[1] is not act]
                act()
                await asyncio.sleep(0)
        self.seconds = goal
        await asyncio.sleep(0)


class Asked(Counter[str]):
    """Questions, each with the minute at which it was put."""

    def __init__(self, time: Time) -> None:
        super().__init__()
        self.time = time
        self.log: list[tuple[float, str]] = []

    def __setitem__(self, question: str, count: int) -> None:
        self.log.append((self.time.seconds / 60, question))
        super().__setitem__(question, count)

    def minutes(self, start: str) -> list[float]:
        """The minutes at which questions were put that begin so, each once."""
        return sorted({at for at, question in self.log if question.startswith(start)})


@dataclass
class World:
    """What there is: ``vrps`` of the validator, ``silent`` servers (``ripe``, ``irrd``, ``vrps``), and all that was asked and told."""

    folder: Path
    time: Time = field(default_factory=Time)
    vrps: list[dict[str, Any]] = field(default_factory=list)
    silent: set[str] = field(default_factory=set)
    busy: str = ""  # a file that grows whenever somebody is told something
    retry_after: list[str] = field(default_factory=list)  # what the validator wants
    lines: list[str] = field(default_factory=list)
    progress: list[str] = field(default_factory=list)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    circuit: Callable[[], tuple[bytes, str, datetime]] | None = None
    served: Served = None  # type: ignore[assignment]
    sources: str = ""

    @property
    def asked(self) -> Asked:
        found = self.served.asked
        assert isinstance(found, Asked)
        return found

    def write(self, source: str, *routes: str) -> None:
        """Let a registry have these route objects, such as ``193.0.0.0/21 AS3333``, and no others."""
        texts = [f"route: {one.split()[0]}\norigin: {one.split()[1]}\nmnt-by: A-MNT\nsource: {source}\n" for one in routes]
        kept = [one for one in self.served.objects.get(source, ()) if not hasattr(one[1], "origin")]
        scan = bulk.Scan(["\n".join(texts).encode()], f"{source}.db", f"irr/{source}")
        self.served.objects[source] = [*kept, *((text, record) for _, text, record in scan.records())]

    def at(self, minute: float, act: Callable[[], object]) -> None:
        """Do something then."""
        self.time.plan.append((minute, act))

    def export(self, _: str) -> bytes:
        self.asked["vrps"] += 1
        if self.retry_after:
            return page(b"{}", "429 Too Many Requests", Retry_After=self.retry_after[0])
        if "vrps for two hours" in self.silent:
            return page(b"{}", "429 Too Many Requests", Retry_After="7200")
        if "vrps" in self.silent:
            return page(b"{}", "500 Oops")
        built = self.time.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        return page(json.dumps({"metadata": {"buildtime": built}, "roas": [*ANCHORS, *self.vrps]}).encode())

    async def until(self, minutes: float, *prefixes: str, **more: Any) -> Ended:  # noqa: ANN401 (options)
        """Wait for a peering named RADB."""
        words = {"peer_asn": ASN, "registry": "RADB", "live": True, "sources": self.sources, "registry_data": str(self.folder), **more}
        tell = Tell(self.lines.append, self._tell)
        waiting = Waiting(minutes * 60, tell, Clock(self.time.now, self.time.sleep), self.stop, self.circuit)
        return await until(api.Options(prefixes=prefixes or (PREFIX,), **words), waiting)

    def _tell(self, text: str) -> None:
        """Hear what is being done."""
        self.progress.append(text)
        if self.busy:
            with (self.folder / self.busy).open("a") as stream:
                stream.write("\n")

    def told(self) -> list[str]:
        """The lines without the day, as ``13:20:00Z words``."""
        return [line.partition("T")[2] for line in self.lines]


def holders(*, same: bool = False) -> Registry:
    """A prefix and an AS number whose holders are different ones: an object at RADB is not enough, a ROA beside it is."""
    return Registry(
        rows={"ripencc": ["NL|ipv4|193.0.0.0|2048|19930901|allocated|a", "NL|asn|3333|1|19930901|allocated|b"]},
        rdap_ip={PREFIX: ("ripencc", "ALLOCATED PA", "ORG-A", "Alpha")},
        rdap_autnum={ASN: ("ripencc", "ORG-A", "Alpha") if same else ("ripencc", "ORG-B", "Beta Corp")},
    )


@contextlib.asynccontextmanager
async def world(tmp_path: Path, silent: Iterable[str] = (), *, same: bool = False) -> AsyncIterator[World]:
    """Serve it all. Nothing is written at a registry, and there is no ROA."""
    made = World(holders(same=same).write(tmp_path / "registry"), silent=set(silent))

    async def whois(name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if name in made.silent:
            made.asked[f"{name} in vain"] += 1
            return
        await getattr(made.served, {"ripe": "plain", "irrd": "irrd"}[name])(reader, writer)

    out = tmp_path / "sources.yaml"
    async with serving(http(made.export)) as port:
        instead = {name: lambda reader, writer, name=name: whois(name, reader, writer) for name in ("ripe", "irrd")}
        async with registries(made.folder, out, validators=[f"http://127.0.0.1:{port}/vrps.json"], **instead) as served:  # type: ignore[arg-type]
            made.served, made.sources = served, str(out)
            served.asked = Asked(made.time)
            for source in ("RADB", "RIPE"):
                made.write(source, "8.0.0.0/8 AS64500")
            yield made
