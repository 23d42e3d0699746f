"""Whether the servers of the settings can be reached: each is asked once, for as little as it has. Waits for the network."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from bgpcheck.errors import FetchError
from bgpcheck.fetch.session import server_of
from bgpcheck.fetch.validators import RTR
from bgpcheck.fetch.whois import Wire, whois_uri

if TYPE_CHECKING:
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


def servers(settings: Settings) -> dict[str, str]:
    """Give what a live check would ask, by address, with what it is for."""
    found: dict[str, list[str]] = {}
    for name, rir in settings.rirs.items():
        found.setdefault(f"{rir.rdap}help", []).append(f"rdap {name}")  # RFC 9082 s3.1.6
        found.setdefault(whois_uri(rir.whois), []).append(f"whois {name}")
    for name in sorted(settings.accepted_sources & settings.irr.keys()):
        found.setdefault(whois_uri(settings.irr[name].server), []).append(f"irr {name}")
    for name, national in settings.national.items():
        found.setdefault(national.url.partition("?")[0], []).append(f"nir {name}")
    for url in settings.validators:
        found.setdefault(url, []).append("vrps")
    return {url: ", ".join(purposes) for url, purposes in found.items()}


async def reach(session: Session) -> list[Reached]:
    """Try all at once; what is not there within the session's time is not reached."""
    found = servers(session.settings)
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
