"""Registries on loopback, made of a folder of registry files: RDAP over HTTP, whois as IRRd and as RIPE's servers speak it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from fetch.servers import page, serving

from bgpcheck.errors import FormatError
from bgpcheck.formats import bulk
from bgpcheck.model import AddressRange, AsnRange, Prefix, Registration, RouteObject, address_text
from bgpcheck.store import configs

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterable, Iterator
    from pathlib import Path

    from fetch.servers import Handler

WHOIS = {
    "ripencc": "whois.ripe.net",
    "arin": "whois.arin.net",
    "apnic": "whois.apnic.net",
    "afrinic": "whois.afrinic.net",
    "lacnic": "whois.lacnic.net",
}
NOTHING = b"%ERROR:101: no entries found\n%\n% No entries found in source.\n\n\n"


@dataclass
class Registry:
    """What a folder's dumps and RDAP answers hold. ``asked``: every question, with the number of times; ``delay``: seconds per answer."""

    folder: Path
    delay: float = 0.0
    asked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.objects: dict[str, list[tuple[str, Any]]] = {}
        for path in sorted(self.folder.glob("*.db")):
            scan = bulk.Scan([path.read_bytes()], path.name, f"irr/{path.stem}")
            self.objects[path.stem] = [(text, record) for _, text, record in scan.records()]
        self.rdap = [json.loads(path.read_text()) for path in sorted(self.folder.glob("rdap/*/*.json"))]

    # ── whois ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def routes(self, source: str, block: Prefix, how: str) -> Iterator[str]:
        for text, one in self.objects.get(source, ()):
            if isinstance(one, RouteObject) and one.source == source:
                around, inside = one.prefix.covers(block), block.covers(one.prefix) and one.prefix != block
                if (how == "L" and around) or (how == "M" and inside):
                    yield text

    def maintained(self, source: str, maintainer: str) -> Iterator[str]:
        for text, one in self.objects.get(source, ()):
            if isinstance(one, Registration) and maintainer in one.maintainers:
                yield text

    def around(self, source: str, prefix: Prefix) -> Iterator[str]:
        for text, one in self.objects.get(source, ()):
            if isinstance(one, Registration) and isinstance(one.resource, AddressRange) and one.resource.covers(prefix):
                yield text

    def aut_num(self, source: str, asn: int) -> Iterator[str]:
        for text, one in self.objects.get(source, ()):
            if isinstance(one, Registration) and isinstance(one.resource, AsnRange) and one.resource.holds(asn):
                yield text

    def ripe(self, query: str) -> bytes:
        """Answer as RIPE's server does."""
        self.asked[f"whois {query}"] += 1
        source = re.search(r"-s (\S+)", query)[1]  # type: ignore[index]
        if kept := re.search(r"-i mnt-by (\S+)", query):
            found = list(self.maintained(source, kept[1]))
        elif about := re.search(r"-T inet6?num -L (\S+)$", query):
            found = list(self.around(source, Prefix.parse(about[1])))
        elif about := re.search(r"-T aut-num AS(\d+)$", query):
            found = list(self.aut_num(source, int(about[1])))
        elif re.search(r"-T as-set|-i member-of", query):
            found = []
        else:
            how, block = re.search(r"-([LM]) (\S+)$", query).groups()  # type: ignore[union-attr]
            found = list(self.routes(source, Prefix.parse(block), how))
        return b"% This is a test's own server.\n\n" + "\n\n".join(found).encode("latin-1") + b"\n\n\n" if found else NOTHING

    async def plain(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        query = (await reader.readline()).decode().strip()
        await asyncio.sleep(self.delay)
        writer.write(self.ripe(query) if " -s " in query else NOTHING)
        await writer.drain()

    async def irrd(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        source, kept = "", False
        while line := (await reader.readline()).decode().strip():
            if line == "!!":
                kept = True
                continue
            if line == "!q":
                return
            if line == "!s-lc":
                writer.write(b"A%d\n%s\nC\n" % (len(source) + 1, source.encode()))
                continue
            self.asked[f"irrd {line}"] += 1
            source = line[2:] if line.startswith("!s") else source
            found: list[str] = []
            if asked := re.fullmatch(r"!r(\S+),([LM])", line):
                found = list(self.routes(source, Prefix.parse(asked[1]), asked[2]))
            data = "\n\n".join(found).encode("latin-1") + b"\n" if found else b""
            await asyncio.sleep(self.delay if asked or not kept else 0)
            writer.write(b"A%d\n%sC\n" % (len(data), data) if data else b"D\n" if asked else b"C\n")
            await writer.drain()
            if not kept:
                return

    # ── RDAP ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, path: str) -> bytes:
        """Answer ``/RIR/ip/PREFIX`` and ``/RIR/autnum/N``."""
        self.asked[f"rdap {path}"] += 1
        _, rir, kind, *rest = path.split("/")
        found = self._found(rir, kind, "/".join(rest))
        if not found and (other := next((one for one in WHOIS if self._found(one, kind, "/".join(rest))), None)):
            return page(b"", "302 Found", Location=f"/{other}/{kind}/{'/'.join(rest)}")  # as ARIN does for what others have
        if not found:
            return page(json.dumps({"errorCode": 404, "title": "not found", "port43": WHOIS[rir]}).encode(), "404 Not Found")
        return page(json.dumps(min(found, key=lambda one: one[0])[1]).encode(), Content_Type="application/rdap+json")

    def _found(self, rir: str, kind: str, what: str) -> list[tuple[int, dict[str, Any]]]:
        return list(
            self._autnums(rir, int(what))
            if kind == "autnum"
            else self._networks(rir, Prefix.parse(what if "/" in what else f"{what}/{128 if ':' in what else 32}"))
        )

    def _networks(self, rir: str, prefix: Prefix) -> Iterator[tuple[int, dict[str, Any]]]:
        for one in self.rdap:
            if one["objectClassName"] == "ip network" and one["port43"] == WHOIS[rir]:
                ends = [Prefix.parse(f"{one[name]}/{32 if '.' in one[name] else 128}") for name in ("startAddress", "endAddress")]
                if ends[0].version == prefix.version and ends[0].network <= prefix.network and prefix.last <= ends[1].network:
                    yield ends[1].network - ends[0].network, one
        for one in self._registrations(rir):
            if isinstance(one.resource, AddressRange) and one.resource.covers(prefix):
                ends = {
                    "startAddress": address_text(prefix.version, one.resource.first),
                    "endAddress": address_text(prefix.version, one.resource.last),
                    "ipVersion": f"v{prefix.version}",
                }
                yield one.resource.size - 1, {**self._about(one, rir), "objectClassName": "ip network", **ends, "type": one.status}

    def _autnums(self, rir: str, asn: int) -> Iterator[tuple[int, dict[str, Any]]]:
        for one in self.rdap:
            if one["objectClassName"] == "autnum" and one["port43"] == WHOIS[rir] and one["startAutnum"] <= asn <= one["endAutnum"]:
                yield 0, one
        for one in self._registrations(rir):
            if isinstance(one.resource, AsnRange) and one.resource.holds(asn):
                ends = {"startAutnum": one.resource.first, "endAutnum": one.resource.last}
                yield 1, {**self._about(one, rir), "objectClassName": "autnum", **ends}

    def _registrations(self, rir: str) -> Iterator[Registration]:
        source = configs.settings().rirs[rir].irr
        return (one for _, one in self.objects.get(source, ()) if isinstance(one, Registration) and one.registry == rir)

    def _about(self, one: Registration, rir: str) -> dict[str, Any]:
        names = {
            party.handle: party.name
            for _, party in self.objects[configs.settings().rirs[rir].irr]
            if hasattr(party, "handle") and hasattr(party, "name")
        }
        entities = [self._entity(party.handle, party.name or names.get(party.handle, "")) for party in one.holders]
        entities += [self._entity(maintainer, maintainer, kind="individual") for maintainer in one.maintainers]
        return {"handle": one.handle, "name": one.name, "port43": WHOIS[rir], "entities": entities}

    def _entity(self, handle: str, name: str, kind: str = "org") -> dict[str, Any]:
        card = [["version", {}, "text", "4.0"], ["fn", {}, "text", name], ["kind", {}, "text", kind]]
        return {"objectClassName": "entity", "handle": handle, "roles": ["registrant"], "vcardArray": ["vcard", card]}


@contextlib.asynccontextmanager
async def registries(  # noqa: PLR0913 (a test names those that it needs)
    folder: Path,
    out: Path,
    *,
    validators: Iterable[str] = (),
    whois: bool = False,
    tls: ssl.SSLContext | None = None,
    delay: float = 0.0,
    **instead: Handler,
) -> AsyncIterator[Registry]:
    """Serve a folder; writes ``sources.yaml`` with these servers' addresses to ``out``. ``instead``: of ``web``, ``ripe`` or ``irrd``.

    ``whois``: registrations by whois too; ``tls``: RDAP over HTTPS; ``delay``: seconds that every answer takes.
    """
    made = Registry(folder, delay)

    async def http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(delay)
        try:
            writer.write(made.answer(head.split(b" ")[1].decode()))
        except (FormatError, KeyError, ValueError):
            writer.write(page(b"{}", "400 Bad Request"))
        await writer.drain()

    usual: dict[str, Handler] = {"web": http, "ripe": made.plain, "irrd": made.irrd, **instead}
    async with serving(usual["web"], tls) as web, serving(usual["ripe"]) as ripe, serving(usual["irrd"]) as irrd:
        out.write_text(sources(web, ripe, irrd, validators, whois=f"127.0.0.1:{ripe if whois else 1}", scheme="https" if tls else "http"))  # noqa: ASYNC240 (a test's small file)
        yield made


def sources(  # noqa: PLR0913 (an address each)
    web: int, ripe: int, irrd: int, validators: Iterable[str] = (), *, whois: str = "127.0.0.1:1", scheme: str = "http"
) -> str:
    """Write the settings with other addresses. Nobody listens at the registries' ``whois`` unless one is given."""
    tree = yaml.safe_load(configs.sources_bytes())
    for one in tree["irr"].values():
        one["server"] = f"127.0.0.1:{ripe if one['protocol'] == 'ripe' else irrd}"
    for name, rir in tree["rirs"].items():
        rir["rdap"] = f"{scheme}://127.0.0.1:{web}/{name}/"
        rir["whois"] = whois
    tree["validators"] = list(validators)
    return yaml.safe_dump(tree, sort_keys=False)
