"""``kill -9`` at any point of a command leaves the old file or the new one, and the next run works and clears up.

Every file operation of the command is a point (``forking``); where there are hundreds, all but the writes, and some of these.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import shutil
import signal
import stat
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from bundles import NOW, PREFLIGHT, REGISTRY, ROOT, checked
from fetch.file_servers import Web
from fetch.servers import serving
from forking import Ended, Forks, forking
from program import environment
from signers import ed25519_key, private_pem

from bgpcheck.evidence.bundle import damage, unpack
from bgpcheck.fetch.cache import Cache
from bgpcheck.formats import x509
from bgpcheck.sinks.journal import Journal
from bgpcheck.store import configs
from bgpcheck.store.atomic import BEGUN
from bgpcheck.store.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

MEMORY = "/dev/shm"  # noqa: S108 (a folder of the test's own is made in it)
MOST_WRITES = 12  # writes of a command at which it is killed; all its other operations are points anyway
CLAIM = ("--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--registry", "RIPENCC", "--registry-data", "data", "--now", NOW)
SERVICE_KEY = "7c44c70b-9c62-4a89-a6b2-d281b6ce7a49"
CIRCUIT = str(ROOT / "fixtures" / "circuits" / "er-ams.json")
Files = dict[str, bytes]


@dataclass(frozen=True)
class Case:
    """A command, its status, what it writes, and what must be true of such a file besides its being the old or the new one."""

    words: tuple[str, ...]
    status: int
    writes: tuple[str, ...]
    whole: Callable[[bytes], object] = len


def intact(data: bytes) -> None:
    assert not list(damage(unpack(data)))


def mapped(data: bytes) -> None:
    assert data.startswith(b"bgpcheck")


EMPTY = {"f": (b"",)}  # what only grows begins with nothing
CASES = {
    "check": Case(("check", *CLAIM, "--output", "o", "--evidence", "e.zip", "--sign-key", "key.pem"), 0, ("o", "e.zip")),
    "evidence sign": Case(("evidence", "sign", "old.zip", "--key", "key.pem", "--now", NOW, "--replace"), 0, ("old.zip",), intact),
    "redacted copy": Case(("evidence", "show", "old.zip", "--redact", "--output", "o"), 0, ("o",)),
    "registry build": Case(("registry", "build", "--from", "data", "--out", "o", "--now", NOW), 0, ("o",)),
    "audit": Case(("audit", "routes.csv", "--registry-data", "snapshot", "--now", NOW, "--output", "o"), 0, ("o",)),
    "picture": Case(
        ("audit", "few.csv", "--registry-data", "snapshot", "--now", NOW, "--format", "parquet", "--output", "o", "--plot", "p.svg"),
        0,
        ("o", "p.svg"),
    ),
    "circuit": Case(("circuit", CIRCUIT, "--registry-data", "data", "--now", NOW, "--output", "o", "--feedback", "f"), 0, ("o", "f")),
    "sign message": Case(
        ("sign", "message", "--service-key", SERVICE_KEY, "--prefix", "193.0.0.0/21", "--asn", "3333", "--output", "o"),
        0,
        ("o",),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with forking(environment()) as made:
        yield made


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, where there is one: what is synced thousands of times need not be on a disk."""
    if not os.access(MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as made:
        yield Path(made)


@pytest.fixture(scope="module")
def begin(tmp_path_factory: pytest.TempPathFactory, forks: Forks) -> Path:
    """What lies there before a command runs."""
    made = tmp_path_factory.mktemp("begin")
    (made / "data").mkdir()
    for name in ("RIPE.db", "vrps.json", "delegated-ripencc-extended-latest"):
        shutil.copy(REGISTRY / name, made / "data" / name)
    (made / "old.zip").write_bytes(checked(preflight=str(PREFLIGHT / "ready.yaml")).bundle())
    (made / "key.pem").write_bytes(private_pem(ed25519_key()))
    (made / "key.pem").chmod(0o600)
    (made / "routes.csv").write_text("prefix,asn\n" + "193.0.0.0/21,3333\n" * 40_000)
    (made / "few.csv").write_text("prefix,asn\n193.0.0.0/21,3333\n")
    ran = forks.run(("registry", "build", "--from", "data", "--out", "snapshot", "--now", NOW), made)
    assert ran.status == 0, ran.stderr
    return made


def laid_out(begin: Path, place: Path, old: Mapping[str, bytes]) -> None:
    """Lay out the folder anew."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(begin, place)
    for name, data in old.items():
        (place / name).write_bytes(data)
        (place / name).chmod(0o640)


def there(place: Path) -> Files:
    """All files below a folder; private keys are their owner's alone."""
    paths = [one for one in place.rglob("*") if one.is_file()]
    files = {str(one.relative_to(place)): one.read_bytes() for one in paths}
    assert {stat.S_IMODE((place / name).stat().st_mode) for name, data in files.items() if b"PRIVATE KEY" in data} <= {0o600}
    return files


def points(operations: Sequence[str]) -> list[int]:
    """Which operations to be killed at: before each that is no write, some writes; from 1."""
    writes = [number for number, name in enumerate(operations, 1) if name == "write"]
    some = {writes[len(writes) * part // MOST_WRITES] for part in range(MOST_WRITES)} if writes else set[int]()
    return sorted({number for number, name in enumerate(operations, 1) if name != "write"} | some)


def settled(operations: Sequence[str]) -> None:
    """What is renamed has been synced before, and its folder is synced after it."""
    for number, name in enumerate(operations):
        if name in {"replace", "link"}:
            before, after = operations[:number], operations[number:]
            last = max(place for place, one in enumerate(before) if one in {"write", "flush"})
            assert "fsync" in before[last:]
            assert "fsync" in after


@pytest.mark.parametrize(("name", "old"), [*((name, True) for name in CASES), ("registry build", False)])
def test_killed_at_any_point(name: str, begin: Path, forks: Forks, quick: Path, *, old: bool) -> None:
    case, place = CASES[name], quick / "w"
    before = {one: b"old" for one in case.writes if old and one not in {"old.zip", "f"}}
    laid_out(begin, place, before)
    start = there(place)
    forks.run(case.words, place)  # what it imports is there from now on, and no operation of it
    laid_out(begin, place, before)
    ran = forks.run(case.words, place)
    assert ran.status == case.status, ran.stderr
    new = there(place)
    for one in case.writes:
        case.whole(new[one])
    settled(ran.operations)
    forks.run(case.words, place)
    done = (new, there(place))  # a snapshot says what the one before it had
    tried = points(ran.operations)
    assert len(tried) > 8
    for number in tried:
        laid_out(begin, place, before)
        killed = forks.run(case.words, place, kill=number)
        assert killed.status == -signal.SIGKILL
        assert len(killed.operations) == number
        for one, data in there(place).items():
            assert BEGUN in one or data in {start.get(one), new.get(one), *EMPTY.get(one, ())}, (number, ran.operations[:number])
        again = forks.run(case.words, place)
        assert again.status == case.status, (number, again.stderr)
        assert there(place) in done
    print(f"{name}, {'old' if old else 'none'}: {len(tried)} of {len(ran.operations)}")  # noqa: T201 (for the record)


@pytest.mark.parametrize("force", [False, True])
def test_keys_killed_at_any_point(forks: Forks, quick: Path, *, force: bool) -> None:
    """A key is whole and its owner's alone, whatever the mask, or not there; one that is there stays until the new one is whole."""
    words = ["sign", "keygen", "--asn", "3333", "--prefix", "193.0.0.0/21", "--organisation", "x", "--bits", "2048"]
    words += ["--out", "k.pem", "--certificate", "c.pem", *(["--force"] if force else [])]
    place = quick / "w"
    tried = 0
    for number in range(1, 100):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        if force:
            (place / "k.pem").write_bytes(b"old")
            (place / "c.pem").write_bytes(b"old")
        killed = forks.run(words, place, kill=number, umask=0)
        found = there(place)
        key = found.get("k.pem", b"old")
        if key != b"old":
            x509.load_key(key, None)
            assert stat.S_IMODE((place / "k.pem").stat().st_mode) == 0o600
        assert ("k.pem" in found) >= force
        assert found.get("c.pem", b"old") == b"old" or found["c.pem"].startswith(b"-----BEGIN CERTIFICATE-----\n")
        if killed.status == 0:
            settled(killed.operations)
            break
        assert killed.status == -signal.SIGKILL
        again = forks.run([*words, "--force"], place, umask=0)
        assert again.status == 0, again.stderr
        assert sorted(there(place)) == ["c.pem", "k.pem"]
        tried += 1
    assert tried > 15
    print(f"keygen: {tried}")  # noqa: T201 (for the record)


# ── downloads ───────────────────────────────────────────────────────────────────────────────────────────────────────────

RIPE = (REGISTRY / "RIPE.db").read_bytes()
VRPS = (REGISTRY / "vrps.json").read_bytes()


def sources(port: int) -> str:
    """Settings with two files to download."""
    tree = yaml.safe_load(configs.sources_bytes())
    for irr in tree["irr"].values():
        irr.pop("dumps", None)
    for rir in tree["rirs"].values():
        rir["delegated"] = f"http://127.0.0.1:{port}/none"
    del tree["bootstrap"]
    tree["irr"]["RIPE"]["dumps"] = [f"http://127.0.0.1:{port}/ripe.db.gz"]
    tree["vrps"] = [f"http://127.0.0.1:{port}/vrps.json"]
    return yaml.safe_dump(tree, sort_keys=False)


def kept(files: Files) -> dict[str, bytes | None]:
    """What counts of a folder of downloads: names, and content but for the snapshot, which says what the last one had, and the lock."""
    return {name: None if name in {"s", "d/lock"} else data for name, data in files.items()}


UPDATE = (
    "registry",
    "update",
    "--sources",
    "sources.yaml",
    "--downloads",
    "d",
    "--out",
    "s",
    "--only",
    "RIPE",
    "--only",
    "vrps",
    "--now",
    NOW,
)


async def test_an_update_killed_at_any_point(forks: Forks, quick: Path) -> None:
    """The files of before or the new ones, never a mixture of two versions in one; the next update makes all new, and leaves nothing."""
    web = Web({"/ripe.db.gz": gzip.compress(RIPE, mtime=0), "/vrps.json": VRPS})
    begin, place = quick / "begin", quick / "w"
    begin.mkdir()
    async with serving(web) as port:

        async def update(where: Path, **order: int) -> Ended:
            return await asyncio.to_thread(forks.run, UPDATE, where, **order)

        (begin / "sources.yaml").write_text(sources(port))
        assert (await update(begin)).status == 0
        web.files["/ripe.db.gz"] = gzip.compress(RIPE + b"\nroute: 193.0.0.0/21\norigin: AS64500\nsource: RIPE\n", mtime=0)
        web.files["/vrps.json"] = json.dumps(json.loads(VRPS) | {"more": "x" * 10}).encode()
        shutil.copytree(begin, place)
        ran = await update(place)
        assert (ran.status, ran.stdout[:11]) == (0, "2 renewed, "), ran.stdout + ran.stderr
        old, new, files = there(begin), there(place), Snapshot.open(place / "s").header["files"]
        tried = points(ran.operations)
        for number in tried:
            shutil.rmtree(place)
            shutil.copytree(begin, place)
            killed = await update(place, kill=number)
            if killed.status == 0:  # this time it took fewer
                continue
            assert killed.status == -signal.SIGKILL
            found = there(place)
            assert found["s"] in {old["s"], new["s"]}
            assert Snapshot.open(place / "s").header["files"]
            again = await update(place)
            assert again.status == 0, (number, killed.operations, again.stderr)
            assert kept(there(place)) == kept(new), number
            assert Snapshot.open(place / "s").header["files"] == files, number
    print(f"update: {len(tried)} of {len(ran.operations)}")  # noqa: T201 (for the record)


# ── answers and journals ────────────────────────────────────────────────────────────────────────────────────────────────

AT = datetime(2026, 11, 2, tzinfo=UTC)
KEPT = datetime.now(UTC).replace(microsecond=0)


def keep(folder: str, text: str) -> None:
    """Keep an answer, in the child."""
    Cache(Path(folder), {"rdap": 24}).keep("rdap/ip", "question", text.encode() * 1000, datetime.now(UTC))


def test_answers_killed_at_any_point(forks: Forks, quick: Path) -> None:
    """An answer is the old or the new one, and the next one that is kept clears up."""
    cache, tried = Cache(quick / "c", {"rdap": 24}), 0
    for number in range(1, 50):
        shutil.rmtree(quick / "c", ignore_errors=True)
        keep(str(quick / "c"), "old")
        ended = forks.run((str(quick / "c"), "new"), quick, call="test_kill_points:keep", kill=number)
        found = cache.find("rdap/ip", "question")
        assert found
        assert found.content in {b"old" * 1000, b"new" * 1000}
        assert len(there(quick / "c")) <= 2
        if ended.status == 0:
            break
        assert ended.status == -signal.SIGKILL, ended.stderr
        keep(str(quick / "c"), "new")
        assert len(there(quick / "c")) == 1
        tried += 1
    assert tried >= 5
    print(f"cache: {tried}")  # noqa: T201 (for the record)


def commit(file: str) -> None:
    """Two commits, in the child."""
    with Journal.open(file) as one:
        for number in (1, 2):
            said = {"type": "session", "at": "2026-11-02T00:00:00Z", "peer": "192.0.2.1", "role": "primary", "state": "up", "flaps": number}
            one.commit((), (), [said])
        one.ended()


def test_journals_killed_at_any_point(forks: Forks, quick: Path) -> None:
    """Between any two of its operations the state is that of a commit; one that was begun only is a journal all the same."""
    file, tried, seen = quick / "w.journal", 0, set[tuple[int, bool]]()
    for number in range(1, 100):
        for one in quick.iterdir():
            one.unlink()
        ended = forks.run((str(file),), quick, call="test_kill_points:commit", kill=number)
        assert ended.status in {0, -signal.SIGKILL}, ended.stderr
        with Journal.open(file) as journal:
            state = journal.state()
        seen.add((max((session.flaps for session in state.sessions.values()), default=0), state.ended))
        assert sorted(path.name for path in quick.iterdir()) == ["w.journal", "w.journal.lock"]
        if ended.status == 0:
            break
        tried += 1
    assert seen == {(0, True), (1, False), (2, False), (2, True)}
    assert tried > 30
    print(f"journal: {tried}")  # noqa: T201 (for the record)
