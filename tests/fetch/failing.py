"""Registries on loopback that fail as they are told, each server for itself, and recover: for whoever asks them for long.

    with Failing(folder, out) as registries:      # ``out``: the settings with these servers' addresses
        registries.fail("rdap", "drip")

Rule: what a server does it decides when a connection comes; every connection is counted under what it met.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import yaml
from fetch.registry_servers import Registry, sources
from fetch.servers import page

from bgpcheck.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from fetch.servers import Handler

WELL = "well"
ATONCE = ("refuse", "hang", "close", "reset")  # nothing is said
SAID = ("busy", "busy for good", "forbidden", "broken", "rubbish")  # something else is said
BENT = ("drip", "cut")  # the answer is said, but not well
MODES = (*ATONCE, *SAID, *BENT)
PAUSE = 0.2  # seconds between two bytes of a drip
RETRY = 2  # seconds that a busy web server wants to be left alone
WEB = {
    "busy": page(b"slow down", "429 Too Many Requests", Retry_After=str(RETRY)),
    "busy for good": page(b"slow down", "429 Too Many Requests"),
    "forbidden": page(b"no", "403 Forbidden"),
    "broken": page(b"oops", "500 Internal Server Error"),
}
RIPE = dict.fromkeys(("busy", "busy for good"), b"%ERROR:201: access denied for 127.0.0.1\n\n\n") | {
    "forbidden": b"%ERROR:401: not allowed\n\n\n",
    "broken": b"%ERROR:100: internal software error\n\n\n",
}
IRRD = dict.fromkeys(("busy", "busy for good"), b"F query quota exceeded\n") | {"forbidden": b"F no\n", "broken": b"% internal error\n"}


class Gone(ConnectionError):  # noqa: N818 (not a fault: the server hangs up on purpose)
    """The server hangs up."""


class Bent:
    """A writer whose words arrive one by one, or not all."""

    def __init__(self, writer: asyncio.StreamWriter, mode: str) -> None:
        self._writer, self._mode, self._waiting = writer, mode, b""

    def write(self, data: bytes) -> None:
        """Take what is to be said."""
        self._waiting += data

    async def drain(self) -> None:
        """Say it."""
        data, self._waiting = self._waiting, b""
        if self._mode == "cut":
            self._writer.write(data[: len(data) // 2])
            await self._writer.drain()
            raise Gone
        for number in range(len(data)):
            self._writer.write(data[number : number + 1])
            await self._writer.drain()
            await asyncio.sleep(PAUSE)


@dataclass(eq=False)
class Front:
    """One server. ``met``: connections by what they met."""

    handler: Handler
    words: dict[str, bytes]
    mode: str = WELL
    port: int = 0
    met: Counter[str] = field(default_factory=Counter)
    _server: asyncio.Server | None = None

    async def turn(self, mode: str) -> None:
        """Be as told from now on; ``refuse`` means that nobody listens."""
        self.mode = mode
        if mode == "refuse":
            self.met[mode] += 1  # a time, since nobody is there to count connections
        if mode == "refuse" and self._server:
            self._server.close()
            self._server = None
        elif mode != "refuse" and self._server is None:
            self._server = await asyncio.start_server(self._handle, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mode = self.mode
        self.met[mode] += 1
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._serve(reader, writer, mode)
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mode: str) -> None:
        if mode == "reset":
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif mode == "hang":
            while await reader.read(1 << 16):
                pass
        elif mode in SAID:
            await reader.read(1 << 12)
            writer.write(self.words.get(mode) or random.Random(7).randbytes(300) + b"\n")  # noqa: S311 (rubbish, always the same)
            await writer.drain()
        elif mode in BENT:
            talk: Any = Bent(writer, mode)
            await self.handler(reader, talk)
        elif mode != "close":
            await self.handler(reader, writer)


def web(answer: Callable[[str], bytes]) -> Handler:
    """Answer one request by its path."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        try:
            writer.write(answer(head.split(b" ")[1].decode()))
        except (FormatError, KeyError, ValueError):
            writer.write(page(b"{}", "400 Bad Request"))
        await writer.drain()

    return handle


class Failing:
    """The servers of a folder of registry files, in a thread: ``rdap``, ``ripe``, two for IRRd and ``validator``.

    ``out`` becomes the settings that name them, with ``more`` in place of what usually stands there.
    """

    def __init__(self, folder: Path, out: Path, **more: Any) -> None:  # noqa: ANN401 (YAML)
        self._out, self._more, self.registry = out, more, Registry(folder)
        export = folder / "vrps.json"
        made = self.registry
        self.fronts = {
            "rdap": Front(web(made.answer), WEB),
            "ripe": Front(made.plain, RIPE),
            "irrd": Front(made.irrd, IRRD),
            "mirror": Front(made.irrd, IRRD),
            "validator": Front(web(lambda _: page(export.read_bytes(), Content_Type="application/json")), WEB),
        }
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        """Serve, all well."""
        self._thread.start()
        for one in self.fronts.values():
            self._do(one.turn(WELL))
        ports = {name: one.port for name, one in self.fronts.items()}
        tree = yaml.safe_load(sources(ports["rdap"], ports["ripe"], ports["irrd"], [f"http://127.0.0.1:{ports['validator']}/vrps.json"]))
        for name in ("RADB", "ALTDB", "LEVEL3"):
            tree["irr"][name]["server"] = f"127.0.0.1:{ports['mirror']}"
        self._out.write_text(yaml.safe_dump(tree | self._more, sort_keys=False))
        return self

    def __exit__(self, *_: object) -> None:
        """End all of it."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def fail(self, name: str, mode: str) -> None:
        """Have a server fail in one way, or be well again."""
        self._do(self.fronts[name].turn(mode))

    def recover(self) -> None:
        """Have all of them be well again."""
        for name in self.fronts:
            self.fail(name, WELL)

    def met(self) -> Counter[str]:
        """Count connections (of ``refuse``: times) by what they met."""
        found: Counter[str] = Counter()
        for one in self.fronts.values():
            found += one.met
        return found

    def _do(self, work: Coroutine[Any, Any, object]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _end(self) -> None:
        for one in self.fronts.values():
            await one.turn("refuse")
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
