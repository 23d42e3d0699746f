"""The door of the page's server: how many connections are open at once, and how long one may keep us waiting. Waits for nobody.

Rule: another user of this machine can't use up our file descriptors by connections that ask nothing, or take nothing.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 64  # connections that are open at once; more are closed
PATIENCE = 10.0  # seconds for the first request's head, and for taking what stops our writing


class Door(asyncio.Protocol):
    """One connection: hands everything on to the protocol that answers, and closes what keeps us waiting."""

    def __init__(self, made: Callable[[], asyncio.Protocol], opened: set[Door]) -> None:
        """Take what makes the protocol that answers, and all doors that are open, this one to be."""
        self._made, self._opened = made, opened
        self._within: asyncio.Protocol | None = None
        self._transport: asyncio.BaseTransport | None = None
        self._limit: asyncio.TimerHandle | None = None

    def asked(self) -> None:
        """Take note that a whole request head came; between two requests the server's own limit holds."""
        if self._limit:
            self._limit.cancel()

    def shut(self) -> None:
        """End the connection now, whatever the other side has not taken yet."""
        self._abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let a connection in, if there is room."""
        self._transport = transport
        if len(self._opened) >= MOST:
            self._abort()
            return
        self._opened.add(self)
        self._await()
        self._within = self._made()
        self._within.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Make room."""
        self.asked()
        self._opened.discard(self)
        if self._within:
            self._within.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Hand on what came."""
        if self._within:
            self._within.data_received(data)

    def eof_received(self) -> bool | None:
        """Hand on that nothing more comes."""
        return self._within.eof_received() if self._within else None

    def pause_writing(self) -> None:
        """Begin to wait for the other side to take what was sent."""
        self._await()
        if self._within:
            self._within.pause_writing()

    def resume_writing(self) -> None:
        """Go on."""
        self.asked()
        if self._within:
            self._within.resume_writing()

    def _await(self) -> None:
        """Wait from now on, but not for ever."""
        self.asked()
        self._limit = asyncio.get_running_loop().call_later(PATIENCE, self._abort)

    def _abort(self) -> None:
        """Close at once; what was not sent yet is dropped."""
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()
