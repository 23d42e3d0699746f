"""Azure's own SDK: the one module that imports it, so load it where it is used. Waits for the network.

Rule: nothing is changed in Azure. ``_Transport`` lets only reads pass, and the policy of the SDK that would register a subscription by
itself is left out; what Azure answers is handed on as bytes, for the one reader that all descriptions of circuits have.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import aiohttp
from azure.core import AzureClouds
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DecodeError,
    HttpResponseError,
    ServiceRequestTimeoutError,
    ServiceResponseTimeoutError,
)
from azure.core.pipeline import policies
from azure.core.pipeline.transport import AioHttpTransport
from azure.identity.aio import DefaultAzureCredential
from azure.mgmt.core.policies import AsyncARMChallengeAuthenticationPolicy
from azure.mgmt.network.aio import NetworkManagementClient

from bgpcheck.circuit.read import MAX_FILE
from bgpcheck.circuit.resource import API
from bgpcheck.cloud.faults import LaterError, refused
from bgpcheck.cloud.places import place_of
from bgpcheck.errors import BgpcheckError, FetchError, UsageError
from bgpcheck.sources.base import GapReason
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from types import TracebackType

    from azure.core.credentials_async import AsyncTokenCredential

    from bgpcheck.circuit.resource import Resource
    from bgpcheck.claim import Cloud
    from bgpcheck.cloud.places import Document, Place

    Sleep = Callable[[float], Awaitable[object]]
    Tell = Callable[[str], object]

# Asked by POST, since they ask the routers, though they change nothing → the SDK's method for each.
READS = {
    "arpTables": "begin_list_arp_table",
    "routeTables": "begin_list_routes_table",
    "routeTablesSummary": "begin_list_routes_table_summary",
}
PATHS = ("primary", "secondary")
TRIES, CONNECT, SILENCE, POLL = 4, 10.0, 30.0, 5.0  # retries; seconds to connect, between two pieces, between two questions
MOST_PAGES = 100
for _name in ("azure", "msal"):
    logging.getLogger(_name).addHandler(logging.NullHandler())  # what they would say on standard error is said by our errors


class _Answer(aiohttp.ClientResponse):
    """An answer of limited size."""

    async def read(self) -> bytes:
        """Read it, at most ``MAX_FILE`` bytes as they are unpacked."""
        if self._body is None:
            body = bytearray()
            async for piece in self.content.iter_any():
                body += piece
                if len(body) > MAX_FILE:
                    self.close()
                    raise FetchError(f"{self.host} answers with more than {MAX_FILE >> 20} MiB", GapReason.MALFORMED)
            self._body = bytes(body)
        return self._body


class _Transport(AioHttpTransport):  # type: ignore[misc]  # the SDK makes it when it is asked for
    """What the SDK sends and sleeps by: only reads, only to the cloud that was chosen, and no longer than the deadline."""

    def __init__(self, place: Place, session: aiohttp.ClientSession, sleep: Sleep, tell: Tell) -> None:
        """Take the ways in which to ask, to sleep and to tell."""
        super().__init__(
            session=session,
            session_owner=False,
            connection_timeout=CONNECT,
            read_timeout=SILENCE,
            connection_verify=place.trust or True,
        )
        self._place, self._pause, self._tell = place, sleep, tell
        self.end = 0.0  # in the event loop's time

    async def send(self, request: Any, **options: Any) -> Any:  # noqa: ANN401 (the SDK's)
        """Send a read; anything else is a ``FetchError``, before a byte or a token is sent."""
        if not self._place.has(request.url):
            raise FetchError(f"{self._place.host} refers to {(urlsplit(request.url).hostname or '')[:100]!r}", GapReason.MALFORMED)
        path = urlsplit(request.url).path
        if request.method != "GET" and not (request.method == "POST" and path.split("/")[-2] in READS):
            raise FetchError(f"{request.method} {path[:100]} would be no read: not sent")
        return await super().send(request, **options)

    async def sleep(self, duration: float) -> None:
        """Sleep for as long as Azure asks; ``LaterError`` at once where that is past the deadline."""
        if asyncio.get_running_loop().time() + duration > self.end:
            raise LaterError(f"{self._place.host} wants to be asked again in {duration:.0f} s, and there is less time than that", duration)
        self._tell(f"Azure wants {duration:.0f} s")
        await self._pause(duration)


class Account:
    """Whoever is signed in, looking at circuits. An async context manager.

    ``cloud``: a name, or a server on this machine. ``credential``: gives tokens; else what azure-identity finds without asking anybody:
    environment, workload, managed identity, ``az``, Azure PowerShell. ``tell`` shows what is being waited for.
    """

    def __init__(
        self,
        cloud: Cloud | Place = "public",
        credential: AsyncTokenCredential | None = None,
        *,
        sleep: Sleep = asyncio.sleep,
        tell: Tell = str,
    ) -> None:
        """Remember how to ask; nothing is sent before there is a question."""
        self._place, self._credential, self._sleep, self._tell = place_of(cloud), credential, sleep, tell
        self._stack, self._clients = AsyncExitStack(), dict[str, NetworkManagementClient]()
        self._transport: _Transport | None = None

    async def __aenter__(self) -> Self:
        """Open what is needed."""
        session = aiohttp.ClientSession(trust_env=True, cookie_jar=aiohttp.DummyCookieJar(), response_class=_Answer)
        await self._stack.enter_async_context(session)
        if self._credential is None:
            self._credential = await self._stack.enter_async_context(DefaultAzureCredential(authority=self._place.authority))
        self._transport = _Transport(self._place, session, self._sleep, self._tell)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close it."""
        await self._stack.__aexit__(kind, error, trace)

    async def circuit(self, resource: Resource, seconds: float) -> Document:
        """Read a circuit, or a peering of one, as Azure describes it: (JSON as it came, its id).

        ``seconds``: for all of it. ``UsageError``: not signed in, not allowed, not there; ``FetchError``: not had.
        """
        async with self._asking(resource, seconds) as client:
            names = [resource.group, resource.circuit, *([resource.peering] if resource.peering else [])]
            asked = client.express_route_circuit_peerings if resource.peering else client.express_route_circuits
            return self._full(await asked.get(*names, api_version=API, cls=_body), resource.id)

    async def circuits(self, resource: Resource, seconds: float) -> list[Document]:
        """Read all circuits of a resource group, a document for each page of Azure's list; otherwise as ``circuit``.

        Raises:
            FetchError: the list has no end.
        """
        pages: list[Document] = []

        def keep(response: Any) -> None:  # noqa: ANN401 (the SDK's)
            """Take a page as it comes."""
            pages.append((_body(response), resource.id))

        async with self._asking(resource, seconds) as client:
            async for _ in client.express_route_circuits.list(resource.group, api_version=API, raw_response_hook=keep).by_page():
                if len(pages) >= MOST_PAGES:
                    raise FetchError(f"{self._place.host} lists circuits without end", GapReason.MALFORMED)
        return pages

    async def table(self, resource: Resource, table: str, path: str, seconds: float) -> Document:
        """Ask the routers of a peering for one of ``READS``, over the ``primary`` or ``secondary`` link; otherwise as ``circuit``.

        Azure takes the question, and is then asked every few seconds whether it has the answer.

        Raises:
            UsageError: it is not a peering's id, table or path.
        """
        if not resource.peering or table not in READS or path not in PATHS:
            raise UsageError(f"{table} of {path}: wants the id of a peering, one of {', '.join(READS)}, and one of {', '.join(PATHS)}")
        async with self._asking(resource, seconds) as client:
            begin = getattr(client.express_route_circuits, READS[table])
            poller = await begin(
                resource.group, resource.circuit, resource.peering, path, api_version=API, cls=_body, polling_interval=POLL
            )
            return self._full(await poller.result(), f"{resource.id}/{table}/{path}")

    def _full(self, data: bytes | None, name: str) -> Document:
        """Take an answer that has something in it."""
        if not data:
            raise FetchError(f"{self._place.host} answers nothing when asked for {name}", GapReason.MALFORMED)
        return data, name

    @asynccontextmanager
    async def _asking(self, resource: Resource, seconds: float) -> AsyncIterator[Any]:
        """Give the SDK's client of a subscription, and turn the SDK's errors into ours."""
        if self._transport is None or self._credential is None:
            raise RuntimeError("not begun: use async with")
        self._transport.end = asyncio.get_running_loop().time() + seconds
        try:
            async with asyncio.timeout(seconds):
                yield self._client(resource.subscription, self._credential)
        except TimeoutError as error:
            raise FetchError(f"{self._place.host} did not answer in {seconds:.0f} s", GapReason.TIMEOUT) from error
        except AzureError as error:
            raise self._fault(error, resource) from error
        except (aiohttp.ClientError, OSError, ValueError, TypeError, KeyError, AttributeError) as error:  # the SDK reading what is odd
            raise FetchError(f"{self._place.host} answers what the SDK can't read: {type(error).__name__}", GapReason.MALFORMED) from error

    def _client(self, subscription: str, credential: AsyncTokenCredential) -> NetworkManagementClient:
        """Make the SDK's client: the policies that it has by itself, without logs, redirects, and what would register the subscription."""
        if subscription not in self._clients:
            place = self._place
            self._clients[subscription] = NetworkManagementClient(
                credential,
                subscription,
                place.arm,
                cloud_setting=AzureClouds.AZURE_PUBLIC_CLOUD,  # else an environment variable says; address and scope are given
                credential_scopes=[place.scope],
                transport=self._transport,
                policies=[
                    policies.RequestIdPolicy(),
                    policies.UserAgentPolicy(f"bgpcheck/{__version__}", user_agent_overwrite=True),
                    policies.ContentDecodePolicy(),
                    policies.CustomHookPolicy(),
                    policies.AsyncRetryPolicy(retry_total=TRIES, retry_status=TRIES, retry_connect=2, retry_read=2, retry_backoff_factor=1),
                    AsyncARMChallengeAuthenticationPolicy(credential, place.scope),
                ],
            )
        return self._clients[subscription]

    def _fault(self, error: AzureError, resource: Resource) -> BgpcheckError:
        """Turn an error of the SDK's into ours."""
        place, status = self._place, getattr(error, "status_code", None)
        if isinstance(error, ClientAuthenticationError) and status is None:
            return UsageError(f"nobody is signed in to Azure whose token could be had: {place.sign_in}")
        said = getattr(error, "error", None)
        code, message = (str(getattr(said, name, None) or "") for name in ("code", "message"))
        if status is not None and status >= HTTPStatus.MULTIPLE_CHOICES:
            return refused(status, code, message, resource, place)
        if isinstance(error, DecodeError):
            return FetchError(f"{place.host} answers what is not JSON", GapReason.MALFORMED)
        if isinstance(error, HttpResponseError):
            return FetchError(f"{place.host} could not answer: its operation failed", GapReason.UNREACHABLE)
        if isinstance(error, ServiceRequestTimeoutError | ServiceResponseTimeoutError):
            return FetchError(f"{place.host} was silent", GapReason.TIMEOUT)
        certificate = isinstance(error.inner_exception, aiohttp.ClientConnectorCertificateError)
        why = "its certificate can't be verified" if certificate else "can't be reached, or hung up"
        return FetchError(f"{place.host}: {why}", GapReason.UNREACHABLE)


def _body(response: Any, *_: object) -> bytes:  # noqa: ANN401 (the SDK's)
    """Give the bytes of an answer."""
    return bytes(response.http_response.content)
