"""Servers that do as they are told, on loopback and a free port, for tests of whoever asks them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from pathlib import Path
from typing import TYPE_CHECKING

CERTIFICATE = Path(__file__).parent / "tls" / "cert.pem"  # of 127.0.0.1, signed by itself

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve connections with a handler; gives the port. What a handler still does at the end is given up."""
    tasks = set[asyncio.Task[None]]()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await handler(reader, writer)
        tasks.discard(task)
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await _turns()  # who has been let in gets as far as being one of the tasks
        for task in list(tasks):
            task.cancel()
        await _turns()  # and those that end get as far as closing their sockets


async def _turns() -> None:
    """Let the event loop go round a few times."""
    for _ in range(4):
        await asyncio.sleep(0)


def itself() -> ssl.SSLContext:
    """TLS with a certificate that nobody trusts who was not told to."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(CERTIFICATE, CERTIFICATE.with_name("key.pem"))
    return made


def saying(answer: bytes, *, hang: bool = False, asked: list[bytes] | None = None) -> Handler:
    """Read one line, say something, and hang up or stay silent."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if asked is not None:
            asked.append(line)
        writer.write(answer)
        await writer.drain()
        if hang:
            await asyncio.sleep(3600)

    return handle


async def resetting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read something and reset the connection, as a firewall or a server that has had enough does."""
    await reader.read(1)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def page(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    """Write an HTTP answer."""
    found = {"Content-Length": str(len(body)), "Connection": "close", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return f"HTTP/1.1 {status}\r\n".encode() + b"".join(f"{name}: {value}\r\n".encode() for name, value in found.items()) + b"\r\n" + body


def http(answer: Callable[[str], bytes]) -> Handler:
    """Answer requests by path, each on a connection of its own."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(head.split(b" ")[1].decode()))
        await writer.drain()

    return handle
