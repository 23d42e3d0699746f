"""A snapshot answers as the folder does that it was made from: the same documents, results and bundles, byte for byte."""

from __future__ import annotations

import asyncio
import json
from hashlib import sha256
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from universe import Universe

from bgpcheck import api
from bgpcheck.errors import FormatError
from bgpcheck.fetch.folder import FolderFetcher
from bgpcheck.fetch.snapshot import SnapshotFetcher
from bgpcheck.sources.base import Gap, Request
from bgpcheck.store import registry
from bgpcheck.store.snapshot import PRELUDE, Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOW = "2025-07-21T00:00:00Z"
SOURCES = (
    *(f"delegated/{rir}" for rir in ("afrinic", "apnic", "arin", "lacnic", "ripencc")),
    *(f"irr/{name}" for name in ("RIPE", "RIPE-0", "RIPE-1", "ARIN", "APNIC", "RADB", "NTTCOM", "nowhere")),
    *("vrps", "slurm", "rdap/ip", "rdap/autnum"),
)


def made(seed: int, folder: Path) -> tuple[Universe, Path, Path]:
    """Write a universe's files and the snapshot made from them."""
    universe = Universe(seed)
    data = folder / f"data{seed}"
    data.mkdir()
    universe.write(data)
    snapshot = folder / f"{seed}.snapshot"
    registry.build(registry.Sources(folder=str(data)), snapshot, now=NOW)
    return universe, data, snapshot


def subjects(universe: Universe) -> list[str]:
    prefixes = [str(prefix) for prefix, _ in universe.claims(4)]
    words = ["AS3333", "AS174", "AS7", "org:ORG-ONE1-RIPE", "org:ORG-NONE", "mnt:ONE-MNT", "mnt:NONE-MNT"]
    return [*prefixes, "0.0.0.0/0", "2001:db8::/32", "255.255.255.255/32", *universe.chance.sample(words, 4)]


@pytest.mark.parametrize("block", range(4))
def test_documents(block: int, tmp_path: Path) -> None:
    for seed in range(block * 25, block * 25 + 25):
        universe, data, snapshot = made(seed, tmp_path)
        folder, packed = FolderFetcher.open(data), SnapshotFetcher.open(snapshot)
        assert sorted(folder.irr_sources) == sorted(packed.irr_sources)
        for _ in range(3):
            few = universe.chance.sample(subjects(universe), universe.chance.randint(1, 8))
            asked = [Request(source, subject) for source in SOURCES for subject in few if fits(source, subject)]
            asked.append(Request("slurm", "*"))
            replies = [asyncio.run(one.fetch(asked)) for one in (folder, packed)]
            for request in asked:
                one, other = (reply[request] for reply in replies)
                if isinstance(one, Gap):
                    assert isinstance(other, Gap)
                    assert (one.source, one.reason) == (other.source, other.reason)
                else:
                    assert one == other, (seed, request)


def fits(source: str, subject: str) -> bool:
    """RDAP is asked about what it can know; a source that is about nothing, about nothing."""
    if source == "slurm":
        return False
    if source.startswith("rdap"):
        return subject.startswith("mnt:") or ((subject[:2] == "AS") is (source == "rdap/autnum") and not subject.startswith("org:"))
    return True


def test_results_and_bundles(tmp_path: Path) -> None:
    for seed in range(200, 230):
        universe, data, snapshot = made(seed, tmp_path)
        claims = universe.claims(5)
        outcomes = [run(claims, place) for place in (data, snapshot)]
        assert outcomes[0][0] == outcomes[1][0], seed
        assert outcomes[0][1] == outcomes[1][1], seed


def run(claims: Sequence[tuple[object, int]], place: Path) -> tuple[object, object]:
    """Check some prefixes; gives the result, but for what names the place, and the documents."""
    options = api.Options(prefixes=[str(prefix) for prefix, _ in claims], peer_asn=claims[0][1] or 3333, registry_data=str(place), now=NOW)
    done = api.check_sync(options)
    body = done.result.to_json()
    body["gaps"] = [{**gap, "detail": ""} for gap in body["gaps"]]
    replies = {request: reply for request, reply in done.checked.replies.items() if not isinstance(reply, Gap)}
    return body, replies


@pytest.mark.parametrize("fill", [0x00, 0x7F, 0xFF])
def test_columns_that_do_not_fit_together(fill: int, tmp_path: Path) -> None:
    """Whoever knows the format gives a column other numbers, with their checksum: there is an answer, or the file is refused."""
    path = made(3, tmp_path)[2]
    data = path.read_bytes()
    header = Snapshot.open(path).header
    start = PRELUDE.unpack_from(data)[3]
    asked = [
        Request(one["source"], about) for one in header["files"] for about in ("4.0.0.0/8", "2400::/12", "AS1", "mnt:M-MNT", "org:ORG-1")
    ]
    asked += [Request("rdap/ip", "4.0.0.0/8"), Request("rdap/autnum", "AS1")]
    refused = []
    for name, place in header["sections"].items():
        if not name.startswith(("file/0/", "file/5/", "rdap/")):
            continue
        body = bytearray(data[:start])
        body[place["offset"] : place["offset"] + place["length"]] = bytes([fill]) * place["length"]
        checksum = crc32(bytes([fill]) * place["length"])
        told = json.dumps({**header, "sections": {**header["sections"], name: {**place, "crc32": checksum}}}).encode()
        body[: PRELUDE.size] = PRELUDE.pack(b"bgpcheck", 1, 0, start, len(told), sha256(told).digest())
        path.write_bytes(bytes(body) + told)
        try:
            asyncio.run(SnapshotFetcher.open(path).fetch(asked))
        except FormatError as error:
            refused.append(str(error))
    assert any("do not fit together" in one or "above itself" in one for one in refused)


@pytest.mark.parametrize("section", ["file/0/line", "file/0/start", "file/0/near/4/key", "file/0/text", "rdap/index"])
def test_damage_is_told(section: str, tmp_path: Path) -> None:
    """A changed byte anywhere in what a check reads is found, and told in one line with the snapshot's name."""
    for seed in range(40):
        universe, _, path = made(seed, tmp_path)
        fetcher = SnapshotFetcher.open(path)
        place = fetcher.snapshot.header["sections"].get(section)
        if not place or not place["length"] or not universe.rdap or not universe.files:
            continue
        data = bytearray(path.read_bytes())
        data[place["offset"] + place["length"] // 2] ^= 0x55
        path.write_bytes(bytes(data))
        source = fetcher.snapshot.header["files"][0]["source"]
        asked = [Request(source, "0.0.0.0/0"), Request("rdap/ip", "4.0.0.0/8"), Request(source, "::/0")]
        with pytest.raises(FormatError, match=path.name):
            asyncio.run(SnapshotFetcher.open(path).fetch(asked))
        return
    pytest.fail("no universe has such a part")
