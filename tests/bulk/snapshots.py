"""A snapshot and a job for tests of audits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from universe import Universe

from bgpcheck.bulk.job import Job
from bgpcheck.routes import Routes
from bgpcheck.store.build import build
from bgpcheck.store.snapshot import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2025, 7, 21, tzinfo=UTC)


def job_of(folder: Path, seed: int = 3) -> tuple[Universe, Job]:
    """Write a small universe and its snapshot."""
    universe = Universe(seed)
    (folder / "data").mkdir(exist_ok=True)
    inputs, rdap = universe.write(folder / "data")
    path = folder / "s.snapshot"
    build(path, inputs, rdap, now=NOW)
    return universe, Job(str(path), Snapshot.open(path).identity, "microsoft-peering", NOW, strict=False)


def chunks(universe: Universe, count: int, size: int = 50) -> list[Routes]:
    """Give chunks of routes."""
    return [Routes.of(universe.claims(size)) for _ in range(count)]
