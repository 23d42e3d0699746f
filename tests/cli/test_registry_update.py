"""``bgpcheck registry update`` against servers on loopback: what is renewed, what is kept, what is said."""

from __future__ import annotations

import asyncio
import bz2
import contextlib
import gzip
import hashlib
import json
import os
import pty
import re
import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from fetch.file_servers import Ftp, Web
from fetch.servers import serving
from program import NOW, ROOT, Ran, command, environment, run

from bgpcheck.cli import main
from bgpcheck.store import configs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

FIXTURES = ROOT / "fixtures" / "registry"
RIRS = ("afrinic", "apnic", "arin", "lacnic", "ripencc")
HTML = b"<html><body>Sign in to continue</body></html>\n"
RADB = (FIXTURES / "RADB.db").read_bytes()
RIPE = (FIXTURES / "RIPE.db").read_bytes()
VRPS = (FIXTURES / "vrps.json").read_bytes()
ARIN = (FIXTURES / "delegated-arin-extended-latest").read_bytes()
LATER = "2026-11-09T00:00:00Z"  # a week after NOW
CHECK = ("check", "--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--registry", "RIPENCC", "--format", "json", "--now", NOW)


def md5(body: bytes) -> bytes:
    return f"MD5 (of-the-day) = {hashlib.md5(body).hexdigest()}\n".encode()  # noqa: S324 (what registries publish)


def fewer(body: bytes, part: int = 2) -> bytes:
    """Whole objects, but not all."""
    objects = re.split(rb"\n\n+", body.strip())
    return b"\n\n".join(objects[: len(objects) // part]) + b"\n"


@dataclass
class Registries:
    """Servers of the small registry's files, and a place for what is made of them."""

    web: Web
    ftp: Ftp
    folder: Path
    ports: tuple[int, int]

    @property
    def out(self) -> Path:
        return self.folder / "s"

    async def update(self, *words: str, now: str = NOW) -> Ran:
        """Run as a process does, in a thread: the servers are this one's."""
        given = ("--sources", str(self.folder / "sources.yaml"), "--downloads", str(self.folder / "d"), "--out", str(self.out))
        return await asyncio.to_thread(run, "registry", "update", *given, "--now", now, *words)

    def said(self, text: str) -> str:
        """What was said, without what differs from run to run."""
        web, ftp = self.ports
        return text.replace(str(self.folder), "T").replace(f"127.0.0.1:{web}", "WEB").replace(f"127.0.0.1:{ftp}", "FTP")

    def status(self, now: str = NOW) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(run("registry", "status", str(self.out), "--format", "json", "--now", now).stdout)
        return found


def sources(web: int, ftp: int) -> str:
    """The settings with these servers' addresses, of what the small registry has."""
    tree = yaml.safe_load(configs.sources_bytes())
    for irr in tree["irr"].values():
        irr.pop("dumps", None)
    tree["irr"]["RIPE"]["dumps"] = [f"http://127.0.0.1:{web}/ripe.db.gz"]
    tree["irr"]["RADB"]["dumps"] = [f"ftp://127.0.0.1:{ftp}/pub/radb.db.gz"]
    for name, rir in tree["rirs"].items():
        rir["delegated"] = f"http://127.0.0.1:{web}/{name}"
    del tree["bootstrap"]
    tree["vrps"] = [f"http://127.0.0.1:{web}/vrps.json"] * 2
    return yaml.safe_dump(tree, sort_keys=False)


@contextlib.asynccontextmanager
async def registries(folder: Path) -> AsyncIterator[Registries]:
    files = {f"/{rir}": (FIXTURES / f"delegated-{rir}-extended-latest").read_bytes() for rir in RIRS}
    files |= {f"{path}.md5": md5(body) for path, body in files.items() if path != "/lacnic"}
    web = Web({**files, "/ripe.db.gz": gzip.compress(RIPE), "/vrps.json": VRPS})
    ftp = Ftp({"/pub/radb.db.gz": gzip.compress(RADB)})
    async with serving(web) as one, serving(ftp) as other:
        (folder / "sources.yaml").write_text(sources(one, other))
        yield Registries(web, ftp, folder, (one, other))


async def test_all_is_renewed_and_then_unchanged(tmp_path: Path) -> None:
    async with registries(tmp_path) as made:
        ran = await made.update()
        assert (ran.status, ran.stderr) == (0, "")
        assert re.fullmatch(r"8 renewed, 0 unchanged, 0 failed; T/s: \d+ records of 8 files\n", made.said(ran.stdout))
        assert {one["source"] for one in made.status()["files"]} == {*(f"delegated/{rir}" for rir in RIRS), "irr/RIPE", "irr/RADB", "vrps"}
        assert made.status()["doubts"] == []
        asked = len(made.web.asked)
        assert asked == 7 + 5  # files, and digests; the export that is named twice once
        ran = await made.update()
        assert (ran.status, ran.stderr) == (0, "")
        assert ran.stdout.startswith("0 renewed, 8 unchanged, 0 failed; ")
        assert len(made.web.asked) == asked + 7
        assert sum(line.startswith("RETR") for line in made.ftp.said) == 1
        assert json.loads(run(*CHECK, "--registry-data", str(made.out)).stdout)["verdict"] == "configured"


async def test_the_content_is_that_of_the_files(tmp_path: Path) -> None:
    """What is said on the downloads is what is said on the same files given by name."""
    async with registries(tmp_path) as made:
        assert (await made.update()).status == 0
    words = [word for rir in RIRS for word in ("--delegated", str(FIXTURES / f"delegated-{rir}-extended-latest"))]
    words += ["--irr", f"RIPE={FIXTURES / 'RIPE.db'}", "--irr", f"RADB={FIXTURES / 'RADB.db'}", "--vrps", str(FIXTURES / "vrps.json")]
    assert run("registry", "build", *words, "--out", str(tmp_path / "by-name"), "--now", NOW).status == 0
    said = [json.loads(run(*CHECK, "--registry-data", str(tmp_path / name)).stdout) for name in ("s", "by-name")]
    assert said[0]["prefixes"][0]["irr"] == said[1]["prefixes"][0]["irr"]
    assert [one["verdict"] for one in said] == ["configured", "configured"]


def changed(path: str, body: bytes, *faults: str) -> Callable[[Registries], None]:
    """Put another file in its place, with faults."""

    def change(made: Registries) -> None:
        made.web.files[path] = body
        made.web.faults[path] = list(faults) or [""]

    return change


def over_ftp(body: bytes, *faults: str) -> Callable[[Registries], None]:
    def change(made: Registries) -> None:
        made.ftp.files["/pub/radb.db.gz"] = body
        made.ftp.faults = list(faults) or [""]
        made.ftp.modified = "20261105060000"

    return change


ARIN_LATER = ARIN.replace(b"|20261101|", b"|20261108|", 1)
RIPE_AT, VRPS_AT, ARIN_AT = "irr/RIPE: http://WEB/ripe.db.gz: ", "vrps: http://WEB/vrps.json: ", "delegated/arin: http://WEB/arin: "
RADB_AT = "irr/RADB: ftp://FTP/pub/radb.db.gz: "
# What happens → what is said, ``#`` for a number, and of which source.
FAILURES: dict[str, tuple[Callable[[Registries], None], str, str]] = {
    "404": (changed("/ripe.db.gz", b"", "status 404"), RIPE_AT + "answers 404", "irr/RIPE"),
    "busy": (changed("/ripe.db.gz", b"", "status 429 3600"), RIPE_AT + "answers 429: it wants to be left alone", "irr/RIPE"),
    "cut for ever": (
        changed("/ripe.db.gz", gzip.compress(RIPE + b"\n"), "cut", "cut", "cut"),
        RIPE_AT + "127.0.0.1 hung up in the middle of an answer",
        "irr/RIPE",
    ),
    "to loopback": (
        changed("/ripe.db.gz", b"", "to http://127.0.0.2/"),
        RIPE_AT + "refers to 127.0.0.2 (127.0.0.2), which is not on the public Internet",
        "irr/RIPE",
    ),
    "a page instead of a dump": (changed("/ripe.db.gz", HTML), RIPE_AT + "line 1: not an RPSL file: *", "irr/RIPE"),
    "an empty dump": (changed("/ripe.db.gz", b""), RIPE_AT + "holds no record at all", "irr/RIPE"),
    "half a compressed dump": (
        changed("/ripe.db.gz", gzip.compress(RIPE * 20)[:-20]),
        RIPE_AT + "truncated: the compressed data ends too early",
        "irr/RIPE",
    ),
    "a damaged dump": (
        changed("/ripe.db.gz", gzip.compress(RIPE)[:-8] + bytes(8)),
        RIPE_AT + "damaged compressed data: CRC check failed 0x0 != 0x#",
        "irr/RIPE",
    ),
    "a dump that shrank": (
        changed("/ripe.db.gz", bz2.compress(fewer(RIPE))),
        RIPE_AT + "has # rows, the last one had #: it may be cut off; to take it all the same, delete T/d/*",
        "irr/RIPE",
    ),
    "the dump of another source": (
        changed("/ripe.db.gz", RIPE.replace(b"RIPE\n", b"RIPE-GRS\n")),
        RIPE_AT + "has 0 route objects of its source, the last one had #: *",
        "irr/RIPE",
    ),
    "an export without a trust anchor": (
        changed("/vrps.json", VRPS.replace(b'"ripe"', b'"arin"')),
        VRPS_AT + "has 0 VRPs of ripe, the last one had #: *",
        "vrps",
    ),
    "an export that is none": (changed("/vrps.json", HTML), VRPS_AT + "line 1: *", "vrps"),
    "an export that shrank": (
        changed("/vrps.json", json.dumps(json.loads(VRPS) | {"roas": json.loads(VRPS)["roas"][:1]}).encode()),
        VRPS_AT + "has # rows, the last one had #: it may be cut off; to take it all the same, delete T/d/*",
        "vrps",
    ),
    "another MD5": (changed("/arin", ARIN_LATER), ARIN_AT + "has another MD5 than the registry says", "delegated/arin"),
    "another registry's file": (
        lambda made: (
            changed("/arin", made.web.files["/apnic"])(made),
            changed("/arin.md5", md5(made.web.files["/apnic"]))(made),
        )[0],
        ARIN_AT + "is the file of apnic, its name says arin",
        "delegated/arin",
    ),
    "FTP, cut for ever": (over_ftp(gzip.compress(RADB + b"\n"), "cut", "cut", "cut"), RADB_AT + "127.0.0.1 sent # of # bytes", "irr/RADB"),
    "FTP, busy": (over_ftp(b"", "busy"), RADB_AT + "127.0.0.1: 421 too many of you", "irr/RADB"),
    "FTP, gone": (lambda made: made.ftp.files.clear(), RADB_AT + "127.0.0.1: 550 no such file", "irr/RADB"),
    "FTP, a page instead of a dump": (over_ftp(HTML), RADB_AT + "line 1: not an RPSL file: *", "irr/RADB"),
}


@pytest.mark.parametrize("case", FAILURES)
async def test_a_failing_source_keeps_what_there_was(case: str, tmp_path: Path) -> None:
    change, says, source = FAILURES[case]
    async with registries(tmp_path) as made:
        assert (await made.update()).status == 0
        before = {one["source"]: one["sha256"] for one in made.status()["files"]}
        change(made)
        ran = await made.update(now=LATER)
        assert ran.status == 5
        assert ran.stdout.startswith("0 renewed, 7 unchanged, 1 failed; ")
        failures = [line for line in made.said(ran.stderr).splitlines() if "kept the file" in line]
        assert len(failures) == 1
        told = re.fullmatch(r"bgpcheck: (.*): kept the file of (2026-1\d-\d\d), (\d+) days old", failures[0])
        assert told
        assert re.fullmatch(re.escape(says).replace(r"\#", "[0-9a-f]+").replace(r"\*", ".+"), told[1]), told[1]
        assert int(told[3]) >= 7
        status = made.status(LATER)
        assert {one["source"]: one["sha256"] for one in status["files"]} == before
        (doubt,) = [one for one in status["doubts"] if one["kind"] == "kept"]
        assert doubt["source"] == source
        assert f"it is of {told[2]}, {told[3]} days old" in doubt["message"]
        assert "could not be renewed on 2026-11-09" in doubt["message"]


async def test_a_source_that_comes_back(tmp_path: Path) -> None:
    async with registries(tmp_path) as made:
        assert (await made.update()).status == 0
        made.web.faults["/ripe.db.gz"] = ["status 500"]
        assert (await made.update(now=LATER)).status == 5
        made.web.faults["/ripe.db.gz"] = [""]
        for name, marked in (("lacnic", ["irr/RIPE"]), ("RIPE", [])):  # another source's turn leaves the mark
            assert (await made.update("--only", name, now=LATER)).status == 0
            assert [one["source"] for one in made.status(LATER)["doubts"] if one["kind"] == "kept"] == marked


async def test_who_knows_better_takes_less(tmp_path: Path) -> None:
    async with registries(tmp_path) as made:
        assert (await made.update()).status == 0
        changed("/ripe.db.gz", fewer(RIPE))(made)
        ran = await made.update()
        told = re.search(r"to take it all the same, delete (\S+): kept", ran.stderr)
        assert told
        os.unlink(told[1])  # noqa: PTH108 (a name from a message)
        assert (await made.update()).status == 0
        (found,) = [one for one in made.status()["files"] if one["source"] == "irr/RIPE"]
        assert found["sha256"] == hashlib.sha256(fewer(RIPE)).hexdigest()


async def test_one_file_of_two_sources(tmp_path: Path) -> None:
    """It is downloaded once, and counts for both."""
    async with registries(tmp_path) as made:
        path = tmp_path / "sources.yaml"
        tree = yaml.safe_load(path.read_text())
        tree["irr"]["RIPE-NONAUTH"]["dumps"] = tree["irr"]["RIPE"]["dumps"] * 2
        path.write_text(yaml.safe_dump(tree))
        assert (await made.update("--only", "RIPE-NONAUTH")).stdout.startswith("1 renewed, 0 unchanged, 0 failed; ")
        assert [path for path, _ in made.web.asked] == ["/ripe.db.gz"]
        assert {one["source"]: one["routes"] > 0 for one in made.status()["files"]} == {"irr/RIPE": True, "irr/RIPE-NONAUTH": False}


async def test_progress_is_for_terminals(tmp_path: Path) -> None:
    async with registries(tmp_path) as made:
        words = command("registry", "update", "--sources", str(tmp_path / "sources.yaml"), "--downloads", str(tmp_path / "d"))
        master, terminal = pty.openpty()
        process = await asyncio.create_subprocess_exec(
            *words, "--out", str(made.out), cwd=ROOT, env=environment(TERM="xterm"), stdout=subprocess.DEVNULL, stderr=terminal
        )
        assert await process.wait() == 0
    os.close(terminal)
    shown = os.read(master, 1 << 16).decode()
    os.close(master)
    assert " of 8 files" in shown
    assert "ripe.db.gz" in shown  # the building


async def test_a_source_that_never_was(tmp_path: Path) -> None:
    async with registries(tmp_path) as made:
        made.ftp.files.clear()
        ran = await made.update()
        assert ran.status == 5
        assert made.said(ran.stderr) == (
            "bgpcheck: irr/RADB: ftp://FTP/pub/radb.db.gz: 127.0.0.1: 550 no such file: there is none of before\n"
        )
        assert ran.stdout.startswith("7 renewed, 0 unchanged, 1 failed; ")
        assert "irr/RADB" not in {one["source"] for one in made.status()["files"]}


async def test_nothing_at_all(tmp_path: Path) -> None:
    async with registries(tmp_path) as made:
        made.ftp.files.clear()
        made.web.files.clear()
        ran = await made.update()
        assert (ran.status, ran.stdout) == (5, "0 renewed, 0 unchanged, 8 failed; no snapshot: there is nothing to build one from\n")
        assert not made.out.exists()


async def test_strict_takes_nothing_that_could_not_be_renewed(tmp_path: Path) -> None:
    async with registries(tmp_path) as made:
        assert (await made.update("--strict")).status == 0
        before = made.out.read_bytes()
        made.web.faults["/ripe.db.gz"] = ["status 500"]
        ran = await made.update("--strict")
        assert ran.status == 2
        assert "kept the file of" in ran.stderr
        assert "bgpcheck: --strict: http://127.0.0.1:" in ran.stderr
        assert made.out.read_bytes() == before


async def test_a_part_of_all(tmp_path: Path) -> None:
    async with registries(tmp_path) as made:
        ran = await made.update("--only", "RADB", "--only", "ripencc")
        assert ran.stdout.startswith("2 renewed, 0 unchanged, 0 failed; ")
        assert {one["source"] for one in made.status()["files"]} == {"irr/RADB", "delegated/ripencc"}
        assert (await made.update()).stdout.startswith("6 renewed, 2 unchanged")
        made.web.asked.clear()
        (tmp_path / "slurm.json").write_text((FIXTURES / "slurm.json").read_text() if (FIXTURES / "slurm.json").exists() else SLURM)
        ran = await made.update("--only", "vrps", "--slurm", str(tmp_path / "slurm.json"))
        assert [path for path, _ in made.web.asked] == ["/vrps.json"]
        assert len(made.status()["files"]) == 9


SLURM = json.dumps(
    {
        "slurmVersion": 1,
        "validationOutputFilters": {"prefixFilters": [], "bgpsecFilters": []},
        "locallyAddedAssertions": {"prefixAssertions": [], "bgpsecAssertions": []},
    }
)


async def test_two_files_that_say_the_same(tmp_path: Path) -> None:
    """Which of them would be right? The first one is kept, and the snapshot is built."""
    async with registries(tmp_path) as made:
        path = tmp_path / "sources.yaml"
        tree = yaml.safe_load(path.read_text())
        tree["irr"]["RIPE"]["dumps"].append(tree["irr"]["RIPE"]["dumps"][0].replace("ripe.db", "again.db"))
        path.write_text(yaml.safe_dump(tree))
        made.web.files["/again.db.gz"] = made.web.files["/ripe.db.gz"]
        ran = await made.update()
        assert ran.status == 5
        assert "say what IPv4 route objects it has: give one of them: there is none of before" in ran.stderr
        assert ran.stdout.startswith("8 renewed, 0 unchanged, 1 failed; ")


async def test_killed_in_the_middle(tmp_path: Path) -> None:
    """The files of before are there, and the next update goes on where this one was."""
    async with registries(tmp_path) as made:
        assert (await made.update()).status == 0
        more = "".join(f"\nroute: 193.0.0.0/21\norigin: AS3333\ndescr: {os.urandom(5000).hex()}\nsource: RIPE\n" for _ in range(60))
        body = gzip.compress(RIPE + more.encode())
        changed("/ripe.db.gz", body, "hang", "")(made)
        before = made.out.read_bytes()
        words = command("registry", "update", "--sources", str(tmp_path / "sources.yaml"), "--downloads", str(tmp_path / "d"))
        process = await asyncio.create_subprocess_exec(
            *words, "--out", str(made.out), cwd=ROOT, env=environment(), stdout=subprocess.DEVNULL
        )
        while not any(one.stat().st_size > 100_000 for one in (tmp_path / "d").glob("*.part")):  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.05)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        assert made.out.read_bytes() == before
        made.web.asked.clear()
        ran = await made.update()
        assert (ran.status, ran.stderr) == (0, ""), ran.stderr
        ranges = [headers["range"] for path, headers in made.web.asked if path == "/ripe.db.gz"]
        assert len(ranges) == 1
        assert ranges != ["bytes=0-"]


async def test_another_one_is_at_it(tmp_path: Path) -> None:
    async with registries(tmp_path) as made:
        made.web.faults["/ripe.db.gz"] = ["hang", ""]
        first = asyncio.create_task(made.update("--only", "RIPE"))
        while not made.web.asked:  # noqa: ASYNC110 (nobody tells)
            await asyncio.sleep(0.05)
        ran = await made.update()
        assert (ran.status, ran.stdout) == (2, "")
        assert re.fullmatch(r"bgpcheck: T/d: is being updated by process \d+: wait for its end\n", made.said(ran.stderr))
        first.cancel()


WRONG = [
    (("--only", "RDAB"), "--only 'RDAB': is no source in the settings; did you mean RADB?"),
    (("--only", "TC"), "--only 'TC': has no file in the settings that could be downloaded"),
    (("--vrps", "x"), "--vrps is for registry build, not for update"),
    (("--sources", "none.yaml"), "none.yaml: No such file or directory"),
    (("--sources", "bad.yaml"), "bad.yaml:1: "),
    (("s.snapshot",), "s.snapshot: name the snapshot to be built with --out"),
    (("--now", "soon"), "--now: 'soon' is not a time"),
    (("--out", "no/s"), "there is no folder no"),
]


@pytest.mark.parametrize(("words", "says"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_use(
    words: tuple[str, ...], says: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anything is asked of anybody."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.yaml").write_text("x: 1\n")
    assert main(["registry", "update", "--downloads", "d", "--out", "s", *words]) == 2
    told = capfd.readouterr()
    assert says in told.err
    assert (told.out, told.err.count("\n")) == ("", 1)
    assert not (tmp_path / "d").exists()
