"""A connection to a host, at the first of its addresses that lets us in. Waits for the network.

Rule: only to addresses that the guard allows; each has ``CONNECT`` seconds, and why none let us in is said in words.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bgpcheck.errors import FetchError
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from bgpcheck.fetch.guard import Guard

CONNECT = 5.0  # seconds for one address


async def connected(guard: Guard, host: str, port: int, *, limit: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Connect; ``FetchError`` where no address lets us in. ``limit``: bytes that are read ahead at most."""
    failure = FetchError(f"{host}: no address", GapReason.UNREACHABLE)
    for family, address in await guard.addresses(host, port):
        try:
            return await asyncio.wait_for(asyncio.open_connection(address, port, family=family, limit=limit), CONNECT)
        except OSError as error:
            failure = refused(host, error)
    raise failure


def refused(host: str, error: OSError) -> FetchError:
    """Say why an address does not let us in."""
    if isinstance(error, TimeoutError):
        return FetchError(f"{host}: no connection in {CONNECT:g} s", GapReason.TIMEOUT)
    return FetchError(f"{host}: {error.strerror or error}", GapReason.UNREACHABLE)
