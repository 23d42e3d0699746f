"""Circuits from Azure for a command: documents read, or one circuit watched. Waits for the network.

Rule: the SDK is loaded here, when it is used, and nowhere else.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.circuit import resource as resources
from bgpcheck.circuit.changes import Want
from bgpcheck.circuit.model import MICROSOFT
from bgpcheck.cloud.wait import wait
from bgpcheck.errors import UsageError
from bgpcheck.waiting import Clock, Tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from azure.core.credentials_async import AsyncTokenCredential

    from bgpcheck.circuit.resource import Resource
    from bgpcheck.claim import Cloud
    from bgpcheck.cloud.azure import Account
    from bgpcheck.cloud.places import Document, Place
    from bgpcheck.cloud.wait import Waited

MISSING = "circuits are read from Azure with its SDK, which is not installed: pip install 'bgpcheck[azure]'"
SILENT = Tell(str, str)


@dataclass(frozen=True, slots=True)
class Way:
    """How Azure is asked: the cloud, whose tokens (else whoever is signed in), where to tell, and how time passes."""

    cloud: Cloud | Place = "public"
    credential: AsyncTokenCredential | None = None
    tell: Tell = SILENT
    clock: Clock | None = None


USUAL = Way()


def documents(text: str, seconds: float, way: Way = USUAL) -> list[Document]:
    """Read what a resource id names: a circuit, a peering, or all circuits of a resource group; each as (JSON as it came, id).

    ``seconds``: for all. ``UsageError``: a wrong id, no SDK, not signed in, not allowed, not there; ``FetchError``: not had.
    """
    return asyncio.run(_documents(resources.parse(text), seconds, way))


def tables(text: str, peering: str, paths: Sequence[str], seconds: float, way: Way = USUAL) -> list[Document]:
    """Ask the routers of a peering for its ARP table, route table and summary over each of ``paths``, one after the other.

    ``text``: the id of the circuit, or of the peering itself; ``peering``: its name where the id has none, empty for the Microsoft
    peering. ``seconds``: for each. Errors as for ``documents``.

    Raises:
        UsageError: the id is not that of one circuit.
    """
    found = resources.parse(text)
    if not found.circuit:
        raise UsageError(f"--azure {text}: tables are those of one circuit: give its id")
    return asyncio.run(_tables(found if found.peering else found.of_peering(peering or MICROSOFT), paths, seconds, way))


def watch(text: str, want: Want, limit: float, way: Way = USUAL) -> Waited:
    """Wait until one circuit or peering is as ``want`` says, or ``limit`` seconds are over; errors as for ``documents``.

    Raises:
        UsageError: the id is not that of one circuit or peering.
    """
    found = resources.parse(text)
    if not found.circuit or (found.peering and want is Want.PROVISIONED):
        raise UsageError(f"--wait {want}: give the id of one circuit, not of a {found.kind}")
    return asyncio.run(_watch(found, want, limit, way))


@asynccontextmanager
async def _account(way: Way) -> AsyncIterator[Account]:
    """Open an account; ``UsageError`` where the SDK is not installed."""
    try:
        from bgpcheck.cloud.azure import Account  # noqa: PLC0415 (an extra, and half a second to load)
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] != "azure":
            raise
        raise UsageError(MISSING) from error
    sleep = (way.clock or Clock()).sleep
    async with Account(way.cloud, way.credential, sleep=sleep, tell=way.tell.progress) as account:
        yield account


async def _documents(found: Resource, seconds: float, way: Way) -> list[Document]:
    """Read."""
    async with _account(way) as account:
        way.tell.progress(f"asking Azure for the {found.kind}")
        return [await account.circuit(found, seconds)] if found.circuit else await account.circuits(found, seconds)


async def _tables(found: Resource, paths: Sequence[str], seconds: float, way: Way) -> list[Document]:
    """Ask for tables, one at a time: Azure asks routers."""
    async with _account(way) as account:
        from bgpcheck.cloud.azure import READS  # noqa: PLC0415 (as above)

        answers = []
        for path in paths:
            for table in READS:
                way.tell.progress(f"asking the {path} router for {table}")
                answers.append(await account.table(found, table, path, seconds))
        return answers


async def _watch(found: Resource, want: Want, limit: float, way: Way) -> Waited:
    """Wait."""
    async with _account(way) as account:

        async def read(seconds: float) -> Document:
            return await account.circuit(found, seconds)

        return await wait(read, want, limit, way.tell, way.clock)
