"""A web server of files and an FTP server of files, on loopback, with the faults that such servers have."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from zlib import crc32

from fetch.servers import page

DATE = "Sun, 01 Nov 2026 12:00:00 GMT"
MODIFIED = "Sun, 01 Nov 2026 06:00:00 GMT"
FOREVER = 3600


def etag(body: bytes) -> str:
    return f'"{crc32(body)}"'


@dataclass
class Web:
    """Files by path. ``faults``: what goes wrong with a path, each for one request, the last for ever. ``asked``: requests."""

    files: dict[str, bytes]
    faults: dict[str, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    most: int = 0  # requests at the same time
    _now: int = 0

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        path = first.split()[1]
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
        self.asked.append((path, headers))
        self._now += 1
        self.most = max(self.most, self._now)
        try:
            waiting = self.faults.get(path, [])
            await self._answer(writer, path, headers, waiting.pop(0) if len(waiting) > 1 else (waiting or [""])[0])
            await writer.drain()
        finally:
            self._now -= 1

    async def _answer(self, writer: asyncio.StreamWriter, path: str, headers: dict[str, str], fault: str) -> None:
        body = self.files.get(path)
        kind, _, value = fault.partition(" ")
        if kind == "status":
            code, _, wait = value.partition(" ")
            writer.write(page(b"", f"{code} No", **({"Retry_After": wait} if wait else {})))
        elif kind == "to":
            writer.write(page(b"", "302 Found", Location=value))
        elif kind == "endless":
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                writer.write(b"x" * 1000)
                await writer.drain()
        elif kind == "slow":
            await asyncio.sleep(0.05)
            writer.write(page(body or b""))
        elif body is None:
            writer.write(page(b"none", "404 Not Found"))
        else:
            await self._file(writer, body, headers, kind)

    async def _file(self, writer: asyncio.StreamWriter, body: bytes, headers: dict[str, str], kind: str) -> None:
        said = {"ETag": etag(body), "Last_Modified": MODIFIED, "Date": DATE}
        if kind == "weak":
            said["ETag"] = "W/" + said["ETag"]
        if kind == "nameless":
            said = {"Date": DATE}
        if kind != "whole" and headers.get("if-none-match") == said.get("ETag", ""):
            writer.write(page(b"", "304 Not Modified", **said))
            return
        start = int(re.fullmatch(r"bytes=(\d+)-", headers.get("range", "bytes=0-"))[1])  # type: ignore[index]
        if kind == "416" and start:
            writer.write(page(b"", "416 Range Not Satisfiable"))
            return
        if start and headers.get("if-range") == said["ETag"] and kind != "whole":
            named = {"wrong-start": 0, "wrong-total": start}.get(kind, start)
            total = len(body) + (kind == "wrong-total")
            said["Content_Range"] = f"bytes {named}-{len(body) - 1}/{total}" if kind != "no-range" else "bytes"
            if kind == "another":
                said["ETag"] = '"another"'
            data = page(body[start : start + 10] if kind == "short-range" else body[start:], "206 Partial Content", **said)
        else:
            start, data = 0, page(body, **said)
        await self._sent(writer, data, len(body) - start, kind)

    async def _sent(self, writer: asyncio.StreamWriter, data: bytes, length: int, kind: str) -> None:
        """Cut after the half, or go silent there."""
        if kind not in {"cut", "hang", "weak"}:
            writer.write(data)
            return
        writer.write(data[: len(data) - length + length // 2])
        await writer.drain()
        if kind == "hang":
            await asyncio.sleep(FOREVER)


@dataclass
class Ftp:
    """Files by path. ``faults``: as for ``Web``, of downloads; ``lacks``: commands that it does not know; ``said``: commands it got."""

    files: dict[str, bytes]
    faults: list[str] = field(default_factory=lambda: [""])
    lacks: frozenset[str] = frozenset()
    modified: str = "20261101060000"
    welcome: bytes = b"220 here\r\n"
    passive: bytes = b""  # the reply to PASV, in place of where the data are
    said: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one session; data come over a server of its own, on a free port of loopback."""
        outs: list[asyncio.StreamWriter] = []
        waiting: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()

        async def connected(_: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
            outs.append(out)
            waiting.put_nowait(out)

        passive = await asyncio.start_server(connected, "127.0.0.1", 0)
        writer.write(self.welcome)
        rest = 0
        try:
            while line := (await reader.readline()).decode().rstrip("\r\n"):
                self.said.append(line)
                word, _, what = line.partition(" ")
                if word == "RETR" and what in self.files:
                    await self._retr(writer, await waiting.get(), self.files[what][rest:])
                else:
                    writer.write(self._reply(word, what, passive.sockets[0].getsockname()[1]) + b"\r\n")
                rest = int(what) if word == "REST" and word not in self.lacks else 0
                while word == "PASV" and not waiting.empty():
                    waiting.get_nowait()  # of a download that came to nothing
                await writer.drain()
        finally:
            for one in (passive, *outs):
                one.close()

    def _reply(self, word: str, what: str, port: int) -> bytes:
        """Answer a command."""
        if word in self.lacks:
            return b"502 not here"
        if word == "PASV":  # another address than its own, as behind bad NAT, or with bad intent
            self.named.append(f"127.9.9.9:{port}")
            return self.passive or f"227 Entering Passive Mode (127,9,9,9,{port >> 8},{port & 255})".encode()
        if word in {"SIZE", "MDTM", "RETR"} and what not in self.files:
            return b"550 no such file"
        if word in {"SIZE", "MDTM"}:
            return f"213 {len(self.files[what]) if word == 'SIZE' else self.modified}".encode()
        return {"USER": b"331 who?", "PASS": b"230 hello", "TYPE": b"200 so be it", "REST": b"350 from there", "QUIT": b"221 bye"}[word]

    async def _retr(self, writer: asyncio.StreamWriter, out: asyncio.StreamWriter, body: bytes) -> None:
        """Send a file, with a fault."""
        fault = self.faults.pop(0) if len(self.faults) > 1 else self.faults[0]
        if fault == "busy":
            out.close()
            writer.write(b"421 too many of you\r\n")
            return
        writer.write(b"150 here it comes\r\n")
        out.write(body[: len(body) // 2] if fault in {"cut", "short", "hang"} else body)
        while fault == "endless":
            out.write(b"x" * 1000)
            await out.drain()
        await out.drain()
        if fault == "hang":
            await asyncio.sleep(FOREVER)
        out.close()
        writer.write(b"426 broken off\r\n" if fault == "cut" else b"226 done\r\n")
