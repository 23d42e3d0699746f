"""The whois protocol (RFC 3912), plain as RIPE's servers speak it, and with IRRd's commands on one kept connection. Waits.

Rule: an answer has a size and a time; what a server says of itself instead of answering is a failure with a reason, never an answer.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Self

from bgpcheck.errors import FetchError
from bgpcheck.fetch.connect import connected
from bgpcheck.formats.masks import without_us
from bgpcheck.sources.base import GapReason
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from types import TracebackType

    from bgpcheck.fetch.guard import Guard

PORT = 43
CHUNK = 1 << 16
LINE = 1 << 12  # bytes of a line that says how an answer went
DENIED = re.compile(rb"^%ERROR:2\d\d:|access denied|quota|rate limit|too many|exceeded|blocked", re.IGNORECASE | re.MULTILINE)
NOTHING = re.compile(rb"^%ERROR:101:|^%\s+no entries found", re.IGNORECASE | re.MULTILINE)
BEGINS = re.compile(rb"\s*(?:[%#]|\*?[A-Za-z][\w.-]{0,63}:|\Z)")  # a comment, an attribute, or nothing at all
FAULT = re.compile(rb"^%(?:% )?ERROR:([^\n]{0,200})", re.MULTILINE)  # RIPE's servers; IRRd asked in their style


def place(server: str) -> tuple[str, int]:
    """Take a server's host and port apart: ``whois.ripe.net``, ``127.0.0.1:4343``, ``[::1]:4343``."""
    host, colon, port = server.rpartition(":")
    if colon and port.isascii() and port.isdecimal() and (host.endswith("]") or ":" not in host):
        return host.strip("[]"), int(port)
    return server.strip("[]"), PORT


def whois_uri(server: str, query: str = "") -> str:
    """Name a question and whom it is put to; the usual port is left out."""
    host, port = place(server)
    return f"whois://{f'[{host}]' if ':' in host else host}{'' if port == PORT else f':{port}'}/{query}"


class RefusedError(FetchError):
    """A server says that it does not answer a question (``F``); the next one it may."""


class Wire:
    """One connection. Use as ``async with``."""

    def __init__(self, guard: Guard, server: str, *, seconds: float) -> None:
        """Take whom to ask, and how long a whole answer may take."""
        self.host, self.port = place(server)
        self.seconds = seconds
        self._guard = guard
        self._writer: asyncio.StreamWriter | None = None
        self._reader = asyncio.StreamReader()

    async def __aenter__(self) -> Self:
        """Connect to the first address that answers; ``FetchError`` where none does."""
        self._reader, self._writer = await connected(self._guard, self.host, self.port, limit=CHUNK)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Hang up; ``FetchError`` where the connection was lost."""
        if self._writer:
            self._writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await self._writer.wait_closed()
        if isinstance(error, OSError):
            raise FetchError(f"{self.host}: {error.strerror or error}", GapReason.UNREACHABLE) from error

    async def send(self, line: str) -> None:
        """Send one line."""
        if self._writer is None:
            raise RuntimeError("not connected: use async with")
        self._writer.write(line.encode("ascii") + b"\r\n")
        await self._writer.drain()

    async def rest(self, limit: int) -> bytes:
        """Read until the server hangs up.

        Raises:
            FetchError: it sends more than the limit.
        """
        found = bytearray()
        while chunk := await self._reader.read(CHUNK):
            found += chunk
            if len(found) > limit:
                raise FetchError(f"{self.host} answers with more than {limit >> 10} KB", GapReason.MALFORMED)
        return bytes(found)

    async def line(self) -> bytes:
        """Read a short line, without its end.

        Raises:
            FetchError: it refuses, hangs up, or sends a line without end.
        """
        try:
            found = await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            if DENIED.search(error.partial):
                raise FetchError(f"{self.host} refuses: {_quoted(error.partial)}", GapReason.RATE_LIMITED) from error
            raise FetchError(f"{self.host} hung up in the middle of an answer", GapReason.UNREACHABLE) from error
        except asyncio.LimitOverrunError as error:
            raise FetchError(f"{self.host} sends a line without end", GapReason.MALFORMED) from error
        if len(found) > LINE:
            raise FetchError(f"{self.host} sends a line without end", GapReason.MALFORMED)
        return found.rstrip(b"\r\n")

    async def exactly(self, count: int) -> bytes:
        """Read so many bytes.

        Raises:
            FetchError: it hangs up before.
        """
        try:
            return await self._reader.readexactly(count)
        except asyncio.IncompleteReadError as error:
            raise FetchError(f"{self.host} hung up in the middle of an answer", GapReason.UNREACHABLE) from error


def ripe_is_whole(answer: bytes) -> bool:
    """Tell whether an answer of a server like RIPE's came to its end: two empty lines, where objects are parted by one."""
    return answer.replace(b"\r\n", b"\n").endswith(b"\n\n\n")


async def plain(  # noqa: PLR0913 (how a question is put)
    guard: Guard, server: str, query: str, *, limit: int, seconds: float, whole: Callable[[bytes], bool] = ripe_is_whole
) -> bytes:
    """Ask one question of a server that hangs up after its answer; empty where it has no entry. ``FetchError`` for all else.

    ``whole`` tells whether an answer came to its end: one that was cut between two objects looks like one that has fewer.
    """
    if not query.isascii() or not query.isprintable():
        raise FetchError(f"{place(server)[0]}: {query[:80]!r} can't be asked", GapReason.MALFORMED)
    host = place(server)[0]
    async with in_time(host, seconds), Wire(guard, server, seconds=seconds) as wire:
        await wire.send(query)
        answer = await wire.rest(limit)
    if NOTHING.search(answer):
        return b""
    comments = b"\n".join(line for line in answer.splitlines() if line[:1] == b"%")
    if DENIED.search(comments):
        raise FetchError(f"{host} refuses: {_quoted(comments)}", GapReason.RATE_LIMITED)
    if found := FAULT.search(answer):
        raise FetchError(f"{host} refuses: {_quoted(found[1])}", GapReason.MALFORMED)
    if not whole(answer) and not BEGINS.match(answer):
        raise FetchError(f"{host} answers with something else than objects", GapReason.MALFORMED)
    if not whole(answer):
        raise FetchError(f"{host} hung up in the middle of an answer", GapReason.UNREACHABLE)
    return answer


class Irrd(Wire):
    """A connection to an IRRd server that is kept open (``!!``)."""

    async def begin(self, source: str) -> None:
        """Keep the connection, say who asks, and choose one source; ``FetchError`` where the server does not say that it has.

        Asked at last which source is chosen, it must name it: whoever answers ``!!`` too, or leaves an answer out, would have every answer
        taken for that of another question.
        """
        async with in_time(self.host, self.seconds):
            for text in ("!!", f"!nbgpcheck-{__version__}", f"!s{source}", "!s-lc"):
                await self.send(text)
            for _ in range(2):  # to !! there is no answer
                await self._answer(LINE)
            said = await self._answer(LINE)
        if said.decode("latin-1").strip().upper() != source.upper():
            raise FetchError(f"{self.host} says that it has chosen {_quoted(said)!r}, not {source}", GapReason.MALFORMED)

    async def query(self, text: str, *, limit: int) -> bytes:
        """Ask one question; empty where there is no entry (``D``) or nothing to say (``C``)."""
        async with in_time(self.host, self.seconds):
            await self.send(text)
            return await self._answer(limit)

    async def together(self, texts: Sequence[str], *, limit: int) -> list[bytes | FetchError]:
        """Ask several questions without waiting in between: each one's answer, or why it is refused."""
        async with in_time(self.host, self.seconds):
            for text in texts:
                await self.send(text)
            return [await self._answer_or_refusal(limit) for _ in texts]

    async def _answer_or_refusal(self, limit: int) -> bytes | FetchError:
        try:
            return await self._answer(limit)
        except RefusedError as error:
            if error.reason == GapReason.RATE_LIMITED:
                raise
            return error

    async def _answer(self, limit: int) -> bytes:
        """Read one answer."""
        said = await self.line()
        if said in {b"C", b"D"}:
            return b""
        if said[:1] == b"A" and said[1:].isdigit():
            count = int(said[1:])
            if count > limit:
                raise FetchError(f"{self.host} answers with more than {limit >> 10} KB", GapReason.MALFORMED)
            found = await self.exactly(count)
            if await self.line() != b"C":
                raise FetchError(f"{self.host} ends an answer in another way than IRRd does", GapReason.MALFORMED)
            return found
        if said[:1] == b"F":
            reason = GapReason.RATE_LIMITED if DENIED.search(said) else GapReason.MALFORMED
            raise RefusedError(f"{self.host} refuses: {_quoted(said[1:])}", reason)
        raise FetchError(f"{self.host} does not speak as IRRd does: {_quoted(said)}", GapReason.MALFORMED)


@asynccontextmanager
async def in_time(host: str, seconds: float) -> AsyncIterator[None]:
    """Set a deadline whose passing is a ``FetchError``."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise FetchError(f"{host} did not answer in {seconds:g} s", GapReason.TIMEOUT) from error


def _quoted(text: bytes) -> str:
    """Quote what a server says, in short, without people and addresses: whom it refuses is nobody else's business."""
    return without_us(" ".join(text[:1000].decode("latin-1").replace("%", " ").split())[:160])
