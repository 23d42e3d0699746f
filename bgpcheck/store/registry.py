"""Registry data as a snapshot: what to build one from, building it, and what to doubt in one. Waits for files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError, UsageError
from bgpcheck.store import configs
from bgpcheck.store.clock import now_of
from bgpcheck.store.snapshot import Snapshot, registry_data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bgpcheck.settings import Settings
    from bgpcheck.store.build import Input, Tell


@dataclass(frozen=True, slots=True)
class Sources:
    """Files to build a snapshot from. ``irr``: (source name, file); ``rdap``, ``folder``: folders."""

    delegated: Sequence[str] = ()
    irr: Sequence[tuple[str, str]] = ()
    vrps: Sequence[str] = ()
    slurm: Sequence[str] = ()
    rdap: str | None = None
    folder: str | None = None


@dataclass(frozen=True, slots=True)
class Built:
    """A snapshot that was built: its header, what is doubtful in it, and files that were left out."""

    header: Mapping[str, Any]
    doubts: tuple[dict[str, Any], ...]
    skipped: tuple[str, ...]


def build(sources: Sources, out: Path, *, now: str | datetime | None = None, strict: bool = False, tell: Tell = lambda *_: None) -> Built:
    """Build a snapshot; raises ``UsageError`` and ``FormatError`` for what the caller gave, and with ``strict`` for doubtful data."""
    moment, settings = now_of(now), configs.settings()
    inputs, answers, skipped = _inputs(sources)
    return replace(put(inputs, answers, out, now=moment, strict=strict, settings=settings, tell=tell), skipped=skipped)


def put(  # noqa: PLR0913 (each has a name of its own)
    inputs: Sequence[Input],
    answers: Sequence[Input],
    out: Path,
    *,
    now: datetime,
    settings: Settings,
    strict: bool = False,
    tell: Tell = lambda *_: None,
) -> Built:
    """Put files and recorded RDAP answers together into a snapshot; raises as ``build`` does."""
    from bgpcheck.store.build import build as put_together  # noqa: PLC0415 (as above)
    from bgpcheck.table.doubts import doubts  # noqa: PLC0415 (only where a snapshot is built)

    before = registry_data(out).header["files"] if out.is_file() and _is_snapshot(out) else ()
    found: tuple[dict[str, Any], ...] = ()

    def check(files: Sequence[Mapping[str, Any]], earlier: Mapping[str, int]) -> None:
        nonlocal found
        found = doubts(files, earlier, now, settings)
        if strict and found:
            raise UsageError(f"--strict: {found[0]['message']}")

    put_together(out, inputs, answers, now=now, before=before, check=check, tell=tell)
    return Built(registry_data(out).header, found, ())


def status(name: str, *, now: str | datetime | None = None) -> tuple[Snapshot, tuple[dict[str, Any], ...]]:
    """Open a snapshot and say what is doubtful in it."""
    from bgpcheck.table.doubts import doubts  # noqa: PLC0415 (as above)

    snapshot = registry_data(Path(name))
    return snapshot, doubts(snapshot.header["files"], snapshot.header["before"], now_of(now), configs.settings())


def _is_snapshot(path: Path) -> bool:
    """Tell whether a file is a snapshot that can be compared with."""
    try:
        registry_data(path)
    except FormatError:
        return False
    return True


def _inputs(sources: Sources) -> tuple[list[Input], list[Input], tuple[str, ...]]:
    """Give the files of a snapshot by source, and recorded RDAP answers; in the order of their names, as in a folder."""
    from bgpcheck.fetch.folder import FolderFetcher  # noqa: PLC0415 (as above)
    from bgpcheck.store.build import Input  # noqa: PLC0415 (as above)

    found = [Input(f"delegated/{_registry_of(one)}", Path(one), one) for one in sources.delegated]
    found += [Input(f"irr/{name}", Path(one), one) for name, one in sources.irr]
    found += [Input(kind, Path(one), one) for kind in ("vrps", "slurm") for one in getattr(sources, kind)]
    found = [one._replace(name=Path(one.name).name) if _alone(one, found) else one for one in found]
    skipped: tuple[str, ...] = ()
    for folder, only in ((sources.folder, ""), (sources.rdap, "rdap/")):
        if folder:
            listed = FolderFetcher.open(Path(folder), start=only)
            found += [Input(source, path, name) for source, name, path in listed.files if source.startswith(only)]
            skipped += tuple(listed.notes)
    if not found:
        raise UsageError(f"{sources.folder or sources.rdap}: holds no file of registry data: the README says how they are called")
    answers = [one for one in found if one.source.startswith("rdap/")]
    return sorted({*found} - {*answers}), sorted(answers), skipped


def _registry_of(name: str) -> str:
    """Read from its first line whose statistics a file holds."""
    from bgpcheck.fetch.files import Reading  # noqa: PLC0415 (as above)
    from bgpcheck.formats import delegated  # noqa: PLC0415 (as above)

    header, _ = delegated.scan(Reading(Path(name), name).chunks(), file=name)
    if header.registry not in delegated.RIRS:
        raise UsageError(f"{name}: is of {header.registry}: give the files of the five registries themselves")
    return header.registry


def _alone(one: Input, others: Sequence[Input]) -> bool:
    """Tell whether a file's last name is enough to know it by."""
    return sum(other.source == one.source and other.path.name == one.path.name for other in others) == 1
