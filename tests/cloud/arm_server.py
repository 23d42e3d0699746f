"""Azure's Resource Manager as far as bgpcheck asks it, on loopback over TLS: it answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from azure.core.credentials import AccessToken
from fetch.servers import CERTIFICATE, itself, page, serving

from bgpcheck.cloud.places import Place

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Self

SUBSCRIPTION = "00000000-0000-4000-8000-00000000000a"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-1"
CIRCUIT = f"{GROUP}/providers/Microsoft.Network/expressRouteCircuits/ams-1"
PEERING = f"{CIRCUIT}/peerings/MicrosoftPeering"
OPERATION = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/locations/westeurope/operations/1"
RESULT = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Network/locations/westeurope/operationResults/1"
SECRET = "eyJ-a-token-that-nobody-may-see"  # noqa: S105 (of a test)
HANG, DROP = b"hang", b"drop"


def said(value: object, status: str = "200 OK", **headers: str) -> bytes:
    """An answer with JSON."""
    return page(json.dumps(value).encode(), status, Content_Type="application/json; charset=utf-8", **headers)


def fault(status: str, code: str, message: str = "No.", **headers: str) -> bytes:
    """An error as ARM writes it."""
    return said({"error": {"code": code, "message": message}}, status, **headers)


def peering(state: str = "Configured", *, provisioning: str = "Succeeded", prefix_states: tuple[str, ...] = ()) -> dict[str, Any]:
    """A Microsoft peering whose prefixes are in a state."""
    infos = [
        {"prefix": f"193.0.{number}.0/24", "validationId": "x", "signature": "", "validationState": one}
        for number, one in enumerate(prefix_states)
    ]
    config = {"advertisedPublicPrefixes": ["193.0.0.0/21"], "advertisedPublicPrefixesState": state, "advertisedPublicPrefixInfo": infos}
    inside = {"peeringType": "MicrosoftPeering", "provisioningState": provisioning, "state": "Enabled", "microsoftPeeringConfig": config}
    return {"name": "MicrosoftPeering", "id": PEERING, "type": "Microsoft.Network/expressRouteCircuits/peerings", "properties": inside}


def circuit(*peerings: dict[str, Any], provider: str = "Provisioned", provisioning: str = "Succeeded") -> dict[str, Any]:
    """A circuit."""
    inside = {
        "provisioningState": provisioning,
        "circuitProvisioningState": "Enabled",
        "serviceProviderProvisioningState": provider,
        "serviceProviderProperties": {"serviceProviderName": "p", "peeringLocation": "Amsterdam", "bandwidthInMbps": 200},
        "peerings": list(peerings),
    }
    return {"name": "ams-1", "id": CIRCUIT, "type": "Microsoft.Network/expressRouteCircuits", "properties": inside}


@dataclass
class Arm:
    """The server: what it answers by path (one after the other, the last again and again), and what it was asked."""

    port: int = 0
    answers: dict[str, list[bytes]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)

    def on(self, path: str, *answers: bytes) -> Self:
        """Say what is answered."""
        self.answers[path] = list(answers)
        return self

    def url(self, path: str) -> str:
        """Spell an address on this server."""
        return f"https://127.0.0.1:{self.port}{path}"

    @property
    def place(self) -> Place:
        """The server as a cloud."""
        return Place(self.url(""), "https://arm.test/.default", "login.test", "AzureCloud", str(CERTIFICATE))

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, target = head.split(" ")[:2]
        path = urlsplit(target).path
        self.asked.append((method, path))
        self.queries.append(urlsplit(target).query)
        self.tokens += [line.partition(" ")[2] for line in head.split("\r\n") if line.lower().startswith("authorization:")]
        row = self.answers.get(path, [fault("404 Not Found", "ResourceNotFound")])
        answer = row.pop(0) if len(row) > 1 else row[0]
        if answer == HANG:
            await asyncio.sleep(3600)
        if answer != DROP:
            writer.write(answer)
            await writer.drain()


@contextlib.asynccontextmanager
async def arm() -> AsyncIterator[Arm]:
    """Run the server."""
    made = Arm()
    async with serving(made.handle, itself()) as port:
        made.port = port
        yield made


class Tokens:
    """Gives tokens, as a credential of azure-identity does; ``claims``: what it was asked to put into one; ``lasting``: seconds."""

    def __init__(self, error: Exception | None = None, *, lasting: int = 3600) -> None:
        self.claims: list[str | None] = []
        self.scopes: list[tuple[str, ...]] = []
        self._error, self._lasting = error, lasting

    async def get_token(self, *scopes: str, claims: str | None = None, **_: object) -> AccessToken:
        """Give a token, each another one."""
        self.claims.append(claims)
        self.scopes.append(scopes)
        if self._error:
            raise self._error
        return AccessToken(f"{SECRET}-{len(self.claims)}", int(time.time()) + self._lasting)

    async def close(self) -> None:
        """Have nothing to close."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """As ``close``."""
