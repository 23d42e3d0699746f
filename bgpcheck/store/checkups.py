"""The checkups of ``doctor``: tools, the user's own data, and servers. Waits for all of these."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from importlib import metadata
from typing import TYPE_CHECKING

from bgpcheck.errors import BgpcheckError
from bgpcheck.fetch.reach import reach
from bgpcheck.fetch.registries import Asking, network
from bgpcheck.health import Checkup, State
from bgpcheck.store import registry
from bgpcheck.store.places import default_answers, default_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bgpcheck.fetch.reach import Reached
    from bgpcheck.settings import Settings

EXABGP, BEYOND = (5, 0, 13), (5, 1)  # the oldest version that pyproject.toml takes, and the first that it does not
EXTRAS = {  # by the names under which they are installed
    "azure-mgmt-network": ("azure", "circuit --azure"),
    "pyarrow": ("parquet", "audit --format parquet"),
    "matplotlib": ("plot", "audit --plot"),
    "distributed": ("dask", "audit --scheduler"),
}
PATIENCE = 30  # seconds for a program to say its version


def tools() -> Iterator[Checkup]:
    """Look at programs and libraries."""
    yield Checkup("tools", "python", State.GOOD, f"{platform.python_version()} ({sys.executable})")
    yield _exabgp()
    for name, (extra, use) in EXTRAS.items():
        try:
            yield Checkup("tools", name, State.GOOD, metadata.version(name))
        except metadata.PackageNotFoundError:
            remedy = f"pip install 'bgpcheck[{extra}]', if you want {use}"
            yield Checkup("tools", name, State.OPTIONAL, f"not installed; {use} needs it", remedy)


def _exabgp() -> Checkup:
    """Let ExaBGP say its version, so that it is known to run."""
    command = [sys.executable, "-m", "exabgp", "version"]
    remedy = f"pip install 'exabgp>={'.'.join(map(str, EXABGP))},<5.1'"
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE)  # noqa: S603 (this interpreter)
        version = metadata.version("exabgp")
    except (OSError, subprocess.TimeoutExpired, metadata.PackageNotFoundError) as error:
        return Checkup("tools", "exabgp", State.BAD, f"does not run: {error}", remedy)
    if done.returncode:
        return Checkup("tools", "exabgp", State.BAD, f"does not run: status {done.returncode}", remedy)
    numbers = tuple(int(part) if part.isdecimal() else 0 for part in version.split(".")[:3])
    good = EXABGP <= numbers < BEYOND
    return Checkup("tools", "exabgp", State.GOOD if good else State.BAD, version, "" if good else remedy)


def data(now: str | None = None) -> Iterator[Checkup]:
    """Look at the snapshot, and whether answers can be kept."""
    name = default_snapshot()
    if not name.is_file():
        yield Checkup("data", "snapshot", State.BAD, f"{name} is not there", "bgpcheck registry update, or check --registry-data FOLDER")
    else:
        yield _snapshot(name, now)
    yield _writable("cache", default_answers())
    yield _writable("snapshot folder", name.parent)


def _snapshot(name: Path, now: str | None) -> Checkup:
    """Look at a snapshot: whether it can be read, is fresh and whole."""
    try:
        opened, doubts = registry.status(str(name), now=now)
    except BgpcheckError as error:
        return Checkup("data", "snapshot", State.BAD, str(error), "bgpcheck registry update")
    if doubts:
        detail = f"{len(doubts)} doubts, the first: {doubts[0]['message']}"
        return Checkup("data", "snapshot", State.BAD, detail, "bgpcheck registry status shows all; bgpcheck registry update renews it")
    return Checkup("data", "snapshot", State.GOOD, f"{name}, built {opened.header['builtAt'][:10]}, fresh and whole")


def _writable(name: str, folder: Path) -> Checkup:
    """Look whether a folder takes files, or could be made."""
    place = next(one for one in (folder, *folder.parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            return Checkup("data", name, State.GOOD, str(folder))
    except OSError as error:
        return Checkup("data", name, State.BAD, f"{folder}: {os.strerror(error.errno or 0)}", f"make {place} writable for you")


async def sources(settings: Settings, seconds: float) -> list[Checkup]:
    """Look whether the servers that a live check asks can be reached."""
    async with network(settings, Asking(seconds)) as way:
        found = await reach(way.session())
    remedy = "check the network, a firewall for whois (TCP 43), and proxies (https_proxy); the rest is asked without it"
    return [
        Checkup("servers", one.purpose, _state(one), one.fault or one.server, remedy if one.fault and one.needed else "") for one in found
    ]


def _state(one: Reached) -> State:
    """Say how a server stands."""
    return State.GOOD if not one.fault else State.BAD if one.needed else State.OPTIONAL
