"""Bundles of the small registry, and ways to change them so that no digest tells."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bgpcheck import api
from bgpcheck.evidence.bundle import MANIFEST, manifest, unpack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bgpcheck.api import Outcomes

ROOT = Path(__file__).parents[1]
REGISTRY = ROOT / "fixtures" / "registry"
EVENTS = ROOT / "fixtures" / "events"
PREFLIGHT = ROOT / "configs" / "preflight"
NOW = "2026-11-02T00:00:00Z"
Members = dict[str, bytes]


def checked(**options: Any) -> Outcomes:  # noqa: ANN401 (as ``Options`` takes them)
    """Check against the small registry."""
    return api.check_sync(api.Options(**{"now": NOW, "registry_data": str(REGISTRY), **options}))


def members(outcomes: Outcomes) -> Members:
    """Give the members of a result's bundle."""
    return unpack(outcomes.bundle())


def sealed(found: Mapping[str, bytes]) -> Members:
    """Write the manifest anew."""
    return {**found, MANIFEST: manifest(found)}


def digest_of(found: Mapping[str, bytes], source: str, holding: bytes = b"") -> str:
    """Find a document by its source, and by what it holds where there are several."""
    rows = json.loads(found["documents.json"])["documents"]
    digests = (str(row["sha256"]) for row in rows if row["source"] == source)
    return next(digest for digest in digests if holding in found[f"documents/{digest}"])


def altered(found: Mapping[str, bytes], digest: str, content: bytes) -> Members:
    """Put other bytes in a document's place, under their own digest wherever the old one stands, as a careful forger would."""
    new = hashlib.sha256(content).hexdigest()
    listing = json.loads(found["documents.json"])
    for row in listing["documents"]:
        row["size"] = len(content) if row["sha256"] == digest else row["size"]
    changed = {**found, "documents.json": json.dumps(listing).encode()}
    renamed = {name.replace(digest, new): data.replace(digest.encode(), new.encode()) for name, data in changed.items()}
    renamed[f"documents/{new}"] = content
    statement = json.loads(renamed["statement.json"])
    statement["subject"] = [statement["subject"][0], *sorted(statement["subject"][1:], key=lambda one: str(one["name"]))]
    return sealed({**renamed, "statement.json": json.dumps(statement).encode()})


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 (any JSON value)
    """Give every place in a JSON value, from the outside in."""
    yield path
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in below:
        yield from places(one, (*path, key))


def put(data: bytes, path: tuple[str | int, ...], value: Any) -> Any:  # noqa: ANN401 (any JSON value)
    """Give a JSON document with another value at one place."""
    whole: Any = {"": json.loads(data)}
    at = whole
    for key in ("", *path)[:-1]:
        at = at[key]
    at[("", *path)[-1]] = value
    return whole[""]
