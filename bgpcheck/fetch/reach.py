"""Whether the servers of the settings can be reached: each is asked once, for as little as it has. Waits for the network."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from bgpcheck.errors import FetchError
from bgpcheck.fetch.servers import servers
from bgpcheck.fetch.session import server_of
from bgpcheck.fetch.validators import RTR
from bgpcheck.fetch.whois import Wire

if TYPE_CHECKING:
    from bgpcheck.fetch.servers import Server
    from bgpcheck.fetch.session import Session
    from bgpcheck.settings import Settings

LIMIT = 1 << 20  # bytes of an answer; a server that sends more is there
NEEDED = ("rdap ", "irr ", "vrps")  # the others stand in where these keep silent, or say more than they


@dataclass(frozen=True, slots=True)
class Reached:
    """A server: what it is for, its address, and why it can't be reached (empty where it can). ``needed``: not just for another."""

    purpose: str
    server: str
    fault: str
    needed: bool


def asked_live(settings: Settings) -> dict[str, str]:
    """Give what a live check would ask, by the address that is tried, with what it is for."""
    found: dict[str, list[str]] = {}
    for one in servers(settings):
        if one.kind != "irr" or one.name in settings.accepted_sources:
            found.setdefault(_tried(one), []).append(f"{one.purpose} {one.name}".strip())
    return {url: ", ".join(purposes) for url, purposes in found.items()}


def _tried(one: Server) -> str:
    """Give the least that a server has to say: RDAP's help (RFC 9082 s3.1.6), a page without its query."""
    return {"rdap": f"{one.uri}help", "nir": one.uri.partition("?")[0]}.get(one.purpose, one.uri)


async def reach(session: Session) -> list[Reached]:
    """Try all at once; what is not there within the session's time is not reached."""
    found = asked_live(session.settings)
    faults = await asyncio.gather(*(_fault(session, url) for url in found))
    return [
        Reached(purpose, url.removesuffix("help"), fault, needed=any(word in purpose for word in NEEDED))
        for (url, purpose), fault in zip(found.items(), faults, strict=True)
    ]


async def _fault(session: Session, url: str) -> str:
    """Say why a server can't be reached; empty where it can."""
    try:
        async with asyncio.timeout_at(session.deadline):
            await (_connect(session, url) if url.startswith(("whois://", RTR)) else _get(session, url))
    except TimeoutError:
        return f"no answer in {session.seconds:.0f} s"
    except FetchError as error:
        return str(error)
    return ""


async def _connect(session: Session, url: str) -> None:
    """Open a connection and hang up."""
    host, port = server_of(url)
    async with session.politeness.turn(host, port), Wire(session.guard, f"[{host}]:{port}", seconds=session.seconds_for(host)):
        return


async def _get(session: Session, url: str) -> None:
    """Ask for a page; any answer but a server's own error will do."""
    page = await session.http.get(url, limit=LIMIT, seconds=session.seconds_for(server_of(url)[0]))
    if page.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise FetchError(f"{url} answers {page.status}")
