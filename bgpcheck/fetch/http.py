"""HTTPS with limits: the one module that knows aiohttp. Waits.

Rule: an answer has a size and a time, redirections go only where the guard allows, and nothing is sent that was not asked for.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from socket import AI_NUMERICHOST
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bgpcheck.errors import FetchError
from bgpcheck.fetch.answers import LATER, Answer, Page
from bgpcheck.fetch.connect import CONNECT
from bgpcheck.fetch.proxies import proxy_for
from bgpcheck.fetch.session import server_of
from bgpcheck.sources.base import GapReason
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from types import TracebackType

    from bgpcheck.fetch.guard import Guard
    from bgpcheck.fetch.politeness import Politeness

CHUNK = 1 << 16
MOST_HOPS = 4
SILENCE = 10.0  # seconds between two pieces of an answer
LONGEST_HOST = 253  # characters (RFC 1035 s2.3.4)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
AGENT = f"bgpcheck/{__version__}"


@dataclass(frozen=True, slots=True)
class Ask:
    """What is sent with a question."""

    headers: Mapping[str, str]
    form: Mapping[str, str] | None
    silence: float  # seconds between two pieces of the answer


class Http:
    """A client for one check. Use as ``async with``."""

    def __init__(self, guard: Guard, politeness: Politeness) -> None:
        """Take who may be asked, and how often."""
        self._guard, self._politeness = guard, politeness
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        """Begin."""
        connector = aiohttp.TCPConnector(resolver=_Resolver(self._guard), limit=0, ssl=ssl.create_default_context())
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": AGENT, "Accept-Encoding": "identity"},
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End."""
        if self._session:
            await self._session.close()

    async def get(
        self, url: str, *, limit: int, seconds: float, headers: Mapping[str, str] | None = None, form: Mapping[str, str] | None = None
    ) -> Page:
        """Get a page of at most ``limit`` bytes within ``seconds`` from when it is our turn; any status is an answer.

        ``form``: fields to post. ``FetchError`` for all else. A server that asks to be left alone is so by the questions that come after.
        """
        place = server_of(url)
        async with self._politeness.turn(*place), self.stream(url, seconds=seconds, headers=headers, form=form) as answer:
            body = bytearray()
            async for chunk in answer.chunks:
                body += chunk
                if len(body) > limit:
                    raise FetchError(f"{_host(answer.url)} answers with more than {limit >> 10} KB", GapReason.MALFORMED)
            if answer.status in LATER:
                self._politeness.close(*server_of(answer.url), answer.wait)
            return Page(answer.url, answer.status, bytes(body), datetime.now(UTC).replace(microsecond=0), answer.headers)

    @asynccontextmanager
    async def stream(
        self,
        url: str,
        *,
        seconds: float,
        silence: float = SILENCE,
        headers: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Answer]:
        """Ask, and give the answer piece by piece for as long as the context lasts; ``FetchError`` as for ``get``.

        ``seconds``: for all of it; ``silence``: seconds between two pieces.
        """
        try:
            async with asyncio.timeout(seconds), self._followed(url, Ask(dict(headers or {}), form, silence)) as answer:
                yield answer
        except aiohttp.SocketTimeoutError as error:
            raise FetchError(f"{_host(url)} was silent for {silence:g} s", GapReason.TIMEOUT) from error
        except TimeoutError as error:
            raise FetchError(f"{_host(url)} did not answer in {seconds:.0f} s", GapReason.TIMEOUT) from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise FetchError(f"{_host(url)}: its certificate can't be verified", GapReason.UNREACHABLE) from error
        except aiohttp.ClientConnectorError as error:
            raise _refused(url, error) from error
        except aiohttp.ClientPayloadError as error:
            raise FetchError(f"{_host(url)} hung up in the middle of an answer", GapReason.UNREACHABLE) from error
        except aiohttp.ClientResponseError as error:
            raise FetchError(f"{_host(url)} does not speak HTTP: {error.message[:100]}", GapReason.MALFORMED) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise FetchError(f"{_host(url)}: {_said(error)}", GapReason.UNREACHABLE) from error

    @asynccontextmanager
    async def _followed(self, url: str, ask: Ask) -> AsyncIterator[Answer]:
        """Ask where it is now."""
        if self._session is None:
            raise RuntimeError("not begun: use async with")
        first, limits = _parsed(url).scheme, aiohttp.ClientTimeout(total=None, sock_connect=CONNECT, sock_read=ask.silence)
        what: dict[str, Any] = {"allow_redirects": False, "headers": ask.headers, "data": ask.form, "timeout": limits}
        for _ in range(MOST_HOPS + 1):
            place = _parsed(url)
            if place.scheme not in {"https", first}:
                raise FetchError(f"refers to {url[:100]!r}, which is no https address", GapReason.MALFORMED)
            proxy = self._allowed(place)
            self._politeness.count(*_server(place))
            async with self._session.request("POST" if ask.form else "GET", place, proxy=proxy, **what) as answer:
                target = answer.headers.get("Location") if answer.status in REDIRECTS else None
                if target is None:
                    found = {name.lower(): value[:1000] for name, value in answer.headers.items()}
                    yield Answer(url, answer.status, found, answer.content.iter_chunked(CHUNK))
                    return
            url = _referred(url, target)
        raise FetchError(f"{_host(url)} redirects without end", GapReason.MALFORMED)

    def _allowed(self, place: URL) -> str | None:
        """Give the proxy for a place, None for none; ``FetchError`` where it may not be asked.

        A host that is an address is resolved by nobody, and one behind a proxy is resolved by the proxy: these are judged here.
        """
        host, port = _server(place)
        if _is_literal(host):
            try:
                self._guard.check(host, port, [host])
            except ValueError as error:  # such as 127.1, which some systems take for an address
                raise FetchError(f"refers to {host}, which is neither a name nor an address", GapReason.MALFORMED) from error
        proxy = proxy_for(place.scheme, host)
        if proxy and not self._guard.knows(host, port):
            raise FetchError(f"refers to {host}, which nobody named; whom a proxy would ask can't be judged", GapReason.MALFORMED)
        return proxy


class _Resolver(AbstractResolver):
    """Resolves as the guard allows, so that the connection goes where was looked."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[Any]:  # noqa: ANN401 (aiohttp's)
        """Give the addresses of a host."""
        del family  # both
        found = await self._guard.addresses(host, port)
        return [
            {"hostname": host, "host": address, "port": port, "family": kind, "proto": 0, "flags": AI_NUMERICHOST}
            for kind, address in found
        ]

    async def close(self) -> None:
        """Have nothing to close."""


def _referred(url: str, target: str) -> str:
    """Give the address that an answer from ``url`` refers to."""
    try:
        return urljoin(url, target)
    except ValueError as error:  # Pythons differ in what they take for a host in brackets
        raise FetchError(f"refers to {target[:100]!r}, which is no https address", GapReason.MALFORMED) from error


def _parsed(url: str) -> URL:
    """Read an address as it will be asked: a host in other letters or digits is what they stand for (RFC 5891)."""
    try:
        found = URL(url)
        if found.raw_host and found.port and len(found.raw_host) <= LONGEST_HOST:
            return found
    except (ValueError, IndexError):  # yarl 1.25 indexes an empty host: https://[1::]x@
        pass
    raise FetchError(f"refers to {url[:100]!r}, which is no https address", GapReason.MALFORMED)


def _is_literal(host: str) -> bool:
    """Tell whether some resolver may take a host for an address, in whatever spelling: ``::1``, ``127.1``, ``0x7f.1``."""
    parts = host.removesuffix(".").split(".")
    return ":" in host or all(part.isdigit() or part[:2].lower() == "0x" for part in parts)


def _server(place: URL) -> tuple[str, int]:
    """Name the host and port of a place."""
    return place.raw_host or "", place.port or 0


def _host(url: str) -> str:
    return urlsplit(url).hostname or url[:100]


def _refused(url: str, error: aiohttp.ClientConnectorError) -> FetchError:
    """Say why there is no connection."""
    cause = error.os_error
    if isinstance(cause, FetchError):
        return cause
    return FetchError(f"{_host(url)}: {_said(cause)}", GapReason.UNREACHABLE)


def _said(error: BaseException) -> str:
    """Give the words of an error, or its kind."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:200]
