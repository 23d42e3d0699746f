"""What commands share that ask Azure itself: the way there, and one circuit or several read. Not a command."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bgpcheck.cli import streams
from bgpcheck.cloud import live
from bgpcheck.errors import UsageError
from bgpcheck.waiting import Tell

if TYPE_CHECKING:
    from bgpcheck.circuit.changes import Want
    from bgpcheck.claim import Cloud
    from bgpcheck.cloud.wait import Waited

SECONDS = 120.0  # for one reading
PATHS = ("primary", "secondary")


def way(cloud: Cloud | None) -> live.Way:
    """Give the way to Azure: whoever is signed in, told of on standard error."""
    return live.Way(cloud=cloud or "public", tell=Tell(line=streams.complain, progress=streams.progress))


def one_circuit(text: str, cloud: Cloud | None) -> tuple[bytes, str, datetime]:
    """Ask for one circuit or peering; gives Azure's answer, the id that was asked, and when. Errors as ``live.documents``.

    Raises:
        UsageError: the id stands for several circuits, or none.
    """
    found = documents(text, cloud)
    if len(found) != 1:
        raise UsageError(f"--azure {text}: there are {len(found)} circuits: give the id of one")
    return (*found[0], datetime.now(UTC).replace(microsecond=0))


def documents(text: str, cloud: Cloud | None) -> list[tuple[bytes, str]]:
    """Ask for a circuit, a peering, or all circuits of a resource group."""
    try:
        return live.documents(text, SECONDS, way(cloud))
    finally:
        streams.progress("")


def tables(text: str, peering: str, cloud: Cloud | None) -> list[tuple[bytes, str]]:
    """Ask both routers of a peering for their tables."""
    try:
        return live.tables(text, peering, PATHS, SECONDS, way(cloud))
    finally:
        streams.progress("")


def watch(text: str, want: Want, limit: float, cloud: Cloud | None) -> Waited:
    """Wait for a circuit, for at most ``limit`` seconds."""
    try:
        return live.watch(text, want, limit, way(cloud))
    finally:
        streams.progress("")
