"""Targets of a user's own files and of what bgpcheck keeps on a disk: YAML, templates, packed files, snapshots, caches, journals."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from fuzz.target import answer, folder, same, written

from bgpcheck import policy
from bgpcheck.errors import FormatError
from bgpcheck.fetch.cache import Cache
from bgpcheck.fetch.files import Reading, read_whole
from bgpcheck.fetch.part import Part
from bgpcheck.formats import preflight, preflight_places, sources_yaml, yaml_tree
from bgpcheck.formats.transfer import Version
from bgpcheck.formats.yaml_tree import Tree, _Lines, _slowly
from bgpcheck.render.papers import KINDS
from bgpcheck.render.template import parse as template_of
from bgpcheck.sinks.journal import Journal
from bgpcheck.situation import World
from bgpcheck.speaker import samples
from bgpcheck.store import configs
from bgpcheck.store.downloads import Downloads, _key

if TYPE_CHECKING:
    from pathlib import Path


LIMIT = 1 << 16  # bytes of content that a packed file may have here
URL = "https://ftp.example/file"
NOW = datetime(2026, 11, 2, tzinfo=UTC)

# ── YAML ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def yaml(data: bytes) -> None:
    """A document: libyaml's reader and PyYAML's own take the same, and see it at the same lines."""
    found = yaml_tree.parse(data, file="f")
    text = data.decode().removeprefix("\ufeff")
    same(_bare(_slowly(text, "f", _Lines(text))), _bare(found), "YAML read by libyaml and by PyYAML")


def _bare(tree: Tree) -> Any:  # noqa: ANN401 (YAML)
    value = tree.value
    if isinstance(value, dict):
        return tree.line, {key: _bare(one) for key, one in value.items()}
    return tree.line, [_bare(one) for one in value] if isinstance(value, list) else value


def preflight_file(data: bytes) -> None:
    """A preflight file: where its prefixes stand is known for each of them."""
    found = preflight.parse(data, configs.settings(), file="f")
    places = preflight_places.read(data, file="f")
    listed = [one.prefix for block in found.peering.blocks for one in block.prefixes]
    same(sorted(one.one.prefix for one in places.items), sorted(listed), "prefixes of a file, and their places")
    assert all(one.line >= 1 for one in places.items)


def policy_file(data: bytes) -> None:
    """A policy: a row for every situation, and never a configured of low confidence."""
    found = policy.load(data, file="f", find=configs.policy_bytes)
    for situation in islice(_world().completions(), 200):
        row = found.row_for(situation)
        assert row.verdict is not policy.Outcome.CONFIGURED or row.confidence is not policy.Confidence.LOW
        row.reason_for(situation)


@cache
def _world() -> World:
    from bgpcheck.situation import DOMAIN, IrrValue  # noqa: PLC0415 (used here alone)

    irr = frozenset(IrrValue(str(match)) for match in DOMAIN["irr"])
    named: dict[str, Any] = {name: frozenset(DOMAIN[name]) for name in ("registration", "holder", "rpki")}
    return World("none", False, "public", announcement="none", signature="none", irr=irr, named_is_rir=frozenset({True, False}), **named)


def sources_file(data: bytes) -> None:
    """Settings: every name stands for a registry that there is."""
    found = sources_yaml.load(data, file="f")
    for name in found.registries:
        assert found.registry(name) is not None
    assert found.accepted_sources <= found.irr.keys()


def samples_file(data: bytes) -> None:
    """Samples of Microsoft's prefixes."""
    found = samples.load(data, file="f")
    assert len({one.prefix for one in found}) == len(found)


def template(data: bytes) -> None:
    """A template: whatever its fields hold, it can be filled, and no value is read as a template."""
    for kind in KINDS.values():
        found = answer(lambda kind=kind: template_of(data, kind, file="f"))
        if found is not FormatError:
            filled = found.fill(dict.fromkeys(kind.fields, "$name ${blanks} $$"))
            assert filled.endswith("\n")


# ── packed files ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def packed(data: bytes) -> None:
    """A file that may be packed: no more content than the limit, and its size and digest are those of the file."""
    path = written("packed", data)
    reading = Reading(path, "f", LIMIT)
    assert sum(map(len, reading.chunks())) <= LIMIT
    same((reading.size, reading.sha256), (len(data), hashlib.sha256(data).hexdigest()), "size and digest of a file")


def cut_short(data: bytes) -> None:
    """A packed file that lost its end is damaged: it is no smaller one."""
    content = data[3:]
    library = (gzip, bz2, lzma)[data[0] % 3] if data else gzip
    whole = library.compress(content)
    same(read_whole(written("packed", whole), "f", limit=LIMIT), content, "a file packed and unpacked")
    least = 6  # bytes by which a packed file is known
    cut = least + int.from_bytes(data[1:3], "big") % max(len(whole) - least, 1)
    same(answer(lambda: read_whole(written("packed", whole[:cut]), "f", limit=LIMIT)), FormatError, f"a file cut at byte {cut}")


# ── what is kept ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def cached_answer(data: bytes) -> None:
    """A kept answer: what its digest fits, of this question, or nothing."""
    cache_of = Cache(folder() / "answers", {"irr": 1e9})
    path = cache_of._path("irr/RIPE", "q")  # noqa: SLF001 (where it is kept is its own)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    found = cache_of.find("irr/RIPE", "q")
    if found:
        assert data.endswith(b"\n" + found.content)
        assert hashlib.sha256(found.content).hexdigest().encode() in data
        assert found.at.tzinfo is not None


def download_record(data: bytes) -> None:
    """A record of a download: a file that there is, of the size that it says, or nothing."""
    downloads = Downloads(folder())
    written("file", b"content")
    written(f"{_key(URL)}.json", data)
    found = downloads.kept(URL)
    if found:
        same(downloads.path(found).parent, folder(), "the folder of a kept file")
        same((found.url, downloads.path(found).stat().st_size), (URL, found.version.size), "what a record is about")
        assert found.fetched.tzinfo is not None
        for source in found.facts:
            assert found.dated(source).tzinfo is not None


def part_record(data: bytes) -> None:
    """What is written down of a part: a version as servers say it."""
    written("x.part", b"abc")
    written("x.part.json", data)
    found = Part(folder() / "x.part").version
    assert isinstance(found, Version)
    assert all(isinstance(one, str) for one in (found.etag, found.modified, found.strong)), found
    assert found.size is None or type(found.size) is int
    assert found.moment is None or found.moment.tzinfo is not None


def journal_file(data: bytes) -> None:
    """A journal: opened as what it is, or left alone."""
    for name in ("j.db-wal", "j.db-shm"):
        (folder() / name).unlink(missing_ok=True)
    path = written("j.db", data)
    with Journal.open(path) as journal:
        found = journal.state()
    assert all(key[1] == route.prefix for key, route in found.routes.items())


def journal_bytes() -> bytes:
    """Give a journal with a route, a session and a verdict."""
    from fuzz.seeds_routing import update_line  # noqa: PLC0415 (used here alone)

    from bgpcheck.formats.exabgp import Update, event  # noqa: PLC0415 (used here alone)

    path: Path = folder() / "seed.db"
    path.unlink(missing_ok=True)
    found = event(update_line())
    assert isinstance(found, Update)
    at = "2026-11-02T00:00:00Z"
    session = {"type": "session", "peer": "127.0.0.2", "state": "up", "at": at}
    verdict = {
        "type": "verdict",
        "prefix": "193.0.0.0/21",
        "verdict": "configured",
        "confidence": "high",
        "reasons": [{"code": "x"}],
        "at": at,
    }
    with Journal.open(path) as journal:
        journal.commit([(route, "") for route in found.announced], (), [session, verdict])
    return path.read_bytes()
