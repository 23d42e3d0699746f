"""Targets of the snapshot file: with any part of it changed, and as somebody would forge it who knows the format.

Rule: a snapshot that was changed is refused, or says what it said.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any
from zlib import crc32

from fuzz.seeding import REGISTRY
from fuzz.target import folder, same, written
from hostile import acting

from bgpcheck.fetch.snapshot import SnapshotFetcher
from bgpcheck.render.registry import as_text
from bgpcheck.sources.base import Gap, Request
from bgpcheck.store import build, configs
from bgpcheck.store.snapshot import PRELUDE
from bgpcheck.table.doubts import doubts

if TYPE_CHECKING:
    from bgpcheck.evidence.document import Document

NOW = datetime(2026, 11, 2, tzinfo=UTC)
ASKED = tuple(
    Request(source, subject)
    for source in ("delegated/ripencc", "irr/RIPE", "vrps", "slurm", "rdap/ip", "rdap/autnum", "rdap/entity")
    for subject in ("193.0.0.0/21", "2001:67c:2e8::/48", "AS3333", "org:ORG-RIEN1-RIPE", "mnt:RIPE-NCC-MNT")
)


@cache
def snapshot_bytes() -> bytes:
    """Give a snapshot of the small registry, without its long files."""
    named = {"irr/RIPE": "RIPE.db", "delegated/ripencc": "delegated-ripencc-extended-latest", "vrps": "vrps.json"}
    inputs = [build.Input(source, REGISTRY / name, name) for source, name in named.items()]
    answers = [build.Input("rdap/ip", path, f"ip/{path.name}") for path in sorted((REGISTRY / "rdap" / "ip").glob("*.json"))]
    path = folder() / "whole.snapshot"
    build.build(path, inputs, answers, now=NOW)
    return path.read_bytes()


@cache
def _whole_replies() -> Any:  # noqa: ANN401 (replies by request)
    return _replies(snapshot_bytes())


def _replies(data: bytes) -> Any:  # noqa: ANN401 (as above)
    fetcher = SnapshotFetcher.open(written("s.snapshot", data))
    header = fetcher.snapshot.header
    found = doubts(header["files"], header["before"], NOW, configs.settings())
    assert not acting(as_text("s", fetcher.snapshot.identity, header, found))  # what registry status says
    assert isinstance(fetcher.irr_sources, tuple)
    replies = fetcher.reply(ASKED)
    assert all(isinstance(one, (tuple, Gap)) for one in replies.values())
    return {request: reply if isinstance(reply, Gap) else _shown(reply) for request, reply in replies.items()}


def _shown(reply: tuple[Document, ...]) -> list[tuple[str, bytes]]:
    return [(one.uri, one.content) for one in reply]


def snapshot_file(data: bytes) -> None:
    """A snapshot with a part of it changed: refused, or it says what it said."""
    at, rest = int.from_bytes(data[:4], "big"), data[4:]
    whole = snapshot_bytes()
    at %= len(whole)
    same(_replies(whole[:at] + rest + whole[at + len(rest) :]), _whole_replies(), f"a snapshot changed at byte {at}")


def snapshot_header(data: bytes) -> None:
    """A snapshot with another header, whose digest fits."""
    _, _, _, offset, _, _ = PRELUDE.unpack_from(snapshot_bytes())
    _replies(_sealed(snapshot_bytes()[:offset], data))


def snapshot_column(data: bytes) -> None:
    """A snapshot with another column, whose checksum fits: refused, or answered."""
    _, _, _, offset, length, _ = PRELUDE.unpack_from(snapshot_bytes())
    header = json.loads(snapshot_bytes()[offset : offset + length])
    names = sorted(header["sections"])
    one = header["sections"][names[data[0] % len(names)]] if data else header["sections"][names[0]]
    body = bytearray(snapshot_bytes()[:offset])
    content = data[1 : 1 + one["length"]]
    body[one["offset"] : one["offset"] + len(content)] = content
    one["crc32"] = crc32(bytes(body[one["offset"] : one["offset"] + one["length"]]))
    _replies(_sealed(bytes(body), json.dumps(header).encode()))


def _sealed(body: bytes, header: bytes) -> bytes:
    prelude = PRELUDE.pack(b"bgpcheck", 1, 0, len(body), len(header), hashlib.sha256(header).digest())
    return prelude + body[len(prelude) :] + header


def column_seeds() -> list[bytes]:
    """Give every column of the snapshot, with the number of which it is."""
    _, _, _, offset, length, _ = PRELUDE.unpack_from(snapshot_bytes())
    sections = json.loads(snapshot_bytes()[offset : offset + length])["sections"]
    places = [(sections[name]["offset"], sections[name]["length"]) for name in sorted(sections)]
    return [bytes([number]) + snapshot_bytes()[at : at + size][:4000] for number, (at, size) in enumerate(places) if number < 256 and size]


def header_seed() -> bytes:
    """Give the snapshot's header."""
    _, _, _, offset, length, _ = PRELUDE.unpack_from(snapshot_bytes())
    return snapshot_bytes()[offset : offset + length]
