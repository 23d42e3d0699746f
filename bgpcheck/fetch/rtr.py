"""A validator asked over RTR (RFC 8210 s8): whole data, what has changed since, and the data again after a cut. Waits.

Rule: whatever goes wrong on the way, the last whole data stand, and the caller hears that they were not renewed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from bgpcheck.errors import FetchError, FormatError
from bgpcheck.fetch.connect import connected
from bgpcheck.fetch.whois import in_time, place
from bgpcheck.formats.rtr import Cache, Told
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator
    from types import TracebackType

    from bgpcheck.fetch.guard import Guard

CHUNK = 1 << 16
MOST_QUESTIONS = 4  # before there are data: another version, another session, all anew


class RtrClient:
    """A connection to a cache, opened when needed. Use as ``async with``; ``cache`` is what is known of it."""

    def __init__(self, guard: Guard, server: str) -> None:
        """Take whom to ask: ``host:port``."""
        self.host, self.port = place(server)
        self.cache = Cache()
        self._guard = guard
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._told: Iterator[Told] = iter(())

    async def __aenter__(self) -> Self:
        """Begin; the connection is opened when it is needed."""
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Hang up."""
        self._drop()

    async def sync(self, seconds: float) -> None:
        """Get what is new, all where nothing is known. ``FetchError`` where that did not come whole in time: what was known stands."""
        try:
            async with in_time(self.host, seconds):
                await self._synced()
        except FormatError as error:
            self._drop()
            raise FetchError(f"{self.host}: {error}", GapReason.MALFORMED) from error
        except FetchError:
            self._drop()
            raise
        except (OSError, EOFError) as error:
            self._drop()
            raise FetchError(f"{self.host}: {getattr(error, 'strerror', None) or error or 'hung up'}", GapReason.UNREACHABLE) from error

    async def _synced(self) -> None:
        """Ask until the data are whole."""
        for _ in range(MOST_QUESTIONS):
            writer = await self._connection()
            writer.write(self.cache.query())
            await writer.drain()
            told = await self._answer()
            if told is Told.SYNCED:
                return
            if told is Told.NO_DATA:
                raise FetchError(f"{self.host} has no data yet", GapReason.MISSING)
            self._drop()  # another version or session begins on a connection of its own
        raise FetchError(f"{self.host} begins anew without end", GapReason.MALFORMED)

    async def _answer(self) -> Told:
        """Wait for the answer to a question; that there is newer data is none."""
        while (told := await self._next()) is Told.NEWER:
            continue
        return told

    async def _next(self) -> Told:
        """Wait for what the cache tells next."""
        while True:
            for told in self._told:
                return told
            if self._reader is None:
                raise EOFError("not connected")
            data = await self._reader.read(CHUNK)
            if not data:
                raise EOFError("hung up")
            self._told = self.cache.feed(data)

    async def _connection(self) -> asyncio.StreamWriter:
        """Connect, if there is no connection."""
        if self._writer is None:
            self._reader, self._writer = await connected(self._guard, self.host, self.port, limit=CHUNK)
            self.cache.reconnected()
            self._told = iter(())
        return self._writer

    def _drop(self) -> None:
        """Hang up; what is whole stays known."""
        if self._writer:
            self._writer.close()
        self._reader, self._writer, self._told = None, None, iter(())
