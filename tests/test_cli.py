"""The command line as a whole: every output, byte by byte, and every way in which a user or a file can be wrong."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hostile import TEXTS, acting, quoted
from program import NOW, ROOT, Ran, command, environment, run

from bgpcheck.cli import main, parse
from bgpcheck.render import FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

JUDGE = ("check", "--peer-asn", "3333", "--prefix", "193.0.0.0/21")
GOLDEN = Path(__file__).parent / "golden"
DATA = ("--registry-data", "fixtures/registry")
AMS = "fixtures/circuits/er-ams.json"
CIRCUIT = ("--circuit", AMS)
ASKED = ("check", "--peer-asn", "3333", "--prefix", "193.0.0.0/21", *DATA)
RECORDING = "fixtures/events/v5-consolidate.jsonl"
PREFLIGHT = """\
name: mine
peering:
  peerAsn: 3333
  ipv4:
    prefixes:
      - 193.0.0.0/21
registryData: REGISTRY
""".replace("REGISTRY", str(ROOT / "fixtures" / "registry"))


def example(name: str) -> str:
    return f"configs/preflight/{name}.yaml"


def inside(words: Sequence[str | bytes], capfd: pytest.CaptureFixture[str]) -> Ran:
    """Run a command line in this process: many times faster, and a crash shows itself."""
    status = main([os.fsdecode(word) for word in words])
    told = capfd.readouterr()
    return Ran(status, told.out, told.err)


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


# ── what is written ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Golden:
    """A run whose status, output and errors are written down in ``golden/NAME.KIND`` and ``golden/NAME.err``."""

    name: str
    status: int
    words: tuple[str, ...]
    kind: str = "txt"


def check(name: str, status: int, *words: str, kind: str = "txt") -> Golden:
    return Golden(name, status, ("check", *words, "--now", NOW), kind)


EXAMPLES = {"ready": 0, "needs-work": 3, "private-asn": 4, "silent-source": 5, "tour": 4}
GOLDENS = [
    *(check(f"check-{name}", status, example(name)) for name, status in EXAMPLES.items()),
    check("check-tour", 4, example("tour"), "--format", "json", kind="json"),
    check("check-tour", 4, example("tour"), "--format", "jsonl", kind="jsonl"),
    check("check-tour", 4, example("tour"), "--format", "csv", kind="csv"),
    check("check-tour", 4, example("tour"), "--format", "markdown", kind="md"),
    check("check-tour", 4, example("tour"), "--format", "junit", kind="xml"),
    check("check-tour", 4, example("tour"), "--format", "sarif", kind="sarif"),
    check("check-tour", 4, example("tour"), "--format", "github", kind="github"),
    check("check-several", 3, example("ready"), example("silent-source"), example("needs-work")),
    check("check-several", 3, example("ready"), example("needs-work"), "--format", "json", kind="json"),
    check("check-several", 3, example("ready"), example("needs-work"), "--format", "csv", kind="csv"),
    check("check-several", 3, example("ready"), example("needs-work"), "--format", "markdown", kind="md"),
    check("check-several", 3, example("ready"), example("needs-work"), "--format", "junit", kind="xml"),
    check("check-several", 3, example("ready"), example("needs-work"), "--format", "sarif", kind="sarif"),
    check("check-several", 2, example("ready"), "nowhere.yaml", example("needs-work"), "--format", "github", kind="github"),
    check("check-no-data", 5, "--peer-asn", "3333", "--prefix", "193.0.0.0/21"),
    check("check-blockers", 3, "--peer-asn", "65515", "--prefix", "10.0.0.0/8", "--prefix", "193.0.0.1/21", *DATA),
    check("check-blockers", 3, "--peer-asn", "65515", "--prefix", "10.0.0.0/8", *DATA, "--format", "github", kind="github"),
    check("check-blockers", 3, "--peer-asn", "65515", "--prefix", "10.0.0.0/8", *DATA, "--format", "junit", kind="xml"),
    check("check-assume", 0, "--peer-asn", "3333", "--prefix", "193.0.23.0/24", "--assume", "configs/preflight/planned.rpsl", *DATA),
    check("check-strict-policy", 4, example("tour"), "--policy", "strict", "--format", "csv", kind="csv"),
    check("check-published-criterion", 4, example("tour"), "--policy", "published-criterion", "--format", "csv", kind="csv"),
    Golden("check-strict", 0, ("check", example("ready"), "--strict", "--now", "2026-12-24T00:00:00Z")),
    Golden("check-old", 0, ("check", example("ready"), "--now", "2026-12-24T00:00:00Z")),
    check("check-events", 3, "--peer-asn", "3333", "--events", RECORDING, *DATA),
    check("check-events", 3, "--peer-asn", "3333", "--events", RECORDING, "--format", "csv", *DATA, kind="csv"),
    check("check-internet", 0, example("ready"), "--internet", "fixtures/routes.csv"),
    *(
        check("check-diff", 4, example("tour"), "--diff", "fixtures/results/tour-earlier.json", "--format", form, kind=kind)
        for form, kind in (("table", "txt"), ("json", "json"), ("markdown", "md"))
    ),
    check("check-circuit", 3, *CIRCUIT, *DATA),
    check("check-circuit", 3, *CIRCUIT, "--format", "json", *DATA, kind="json"),
    check("check-circuit", 3, *CIRCUIT, "--format", "markdown", *DATA, kind="md"),
    Golden("circuit", 0, ("circuit", AMS)),
    Golden("circuit", 0, ("circuit", AMS, *DATA, "--now", NOW, "--format", "json"), "json"),
    Golden("circuit-prediction", 0, ("circuit", AMS, *DATA, "--now", NOW)),
    Golden("circuit-several", 0, ("circuit", "fixtures/circuits/life.json")),
    Golden("circuit-peer", 0, ("circuit", AMS, "--want", "peer")),
    Golden("circuit-delete", 3, ("circuit", AMS, "--want", "delete")),
    Golden("circuit-link-updating", 5, ("circuit", "fixtures/circuits/life.json", "--circuit-name", "er-moving", "--want", "link")),
    check("check-ipv6-amendment", 4, "--peer-asn", "1103", "--registry", "RIPENCC", "--prefix", "2001:67c:2e8::/48", *DATA),
    Golden("explain", 0, ("explain",)),
    Golden("explain-route-object-covering", 0, ("explain", "route-object-covering")),
    Golden("explain-SIG-2", 0, ("explain", "SIG-2")),
    Golden("explain-PFX-1", 0, ("explain", "pfx-1")),
    Golden("help", 0, ("--help",)),
    *(Golden(f"help-{name}", 0, (name, "--help")) for name in ("check", "circuit", "doctor", "evidence", "explain", "sign")),
]


DIGEST = re.compile(r"[0-9a-f]{64}|^  [0-9a-f]{16} +[0-9]+(?=  )", re.MULTILINE)  # of documents, with their size where they are shown


def compare(golden: Golden, ran: Ran) -> None:
    """Digests are left out: they follow every comment in a policy; that they are the same each time has a test of its own."""
    plain = DIGEST.sub("(digest)", ran.stdout)
    files = {f"{golden.name}.{golden.kind}": plain, f"{golden.name}.{golden.kind}.err": ran.stderr}
    assert ran.status == golden.status, ran.stderr
    if os.environ.get("BGPCHECK_WRITE_GOLDENS") == "1":
        for name, text in files.items():
            (GOLDEN / name).write_text(text, encoding="utf-8") if text else (GOLDEN / name).unlink(missing_ok=True)
    for name, text in files.items():
        path = GOLDEN / name
        assert text == (path.read_text(encoding="utf-8") if path.exists() else "")


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda one: f"{one.name}.{one.kind}")
def test_golden(golden: Golden) -> None:
    compare(golden, run(*golden.words))


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "tour.zip"
    ran = run("check", example("tour"), "--now", NOW, "--format", "csv", "--evidence", path.as_posix())
    assert ran.status == 4
    assert ran.stderr == f"bgpcheck: evidence written to {path}\n"
    return path


@pytest.mark.parametrize(("action", "status"), [("verify", 0), ("replay", 4), ("show", 0)])
def test_golden_of_evidence(bundle: Path, action: str, status: int) -> None:
    golden = Golden(f"evidence-{action}", status, ("evidence", action, bundle.name))
    compare(golden, run(*golden.words, cwd=bundle.parent))


def test_every_golden_file_belongs_to_a_run() -> None:
    known = {f"{one.name}.{one.kind}" for one in GOLDENS} | {f"evidence-{action}.txt" for action in ("verify", "replay", "show")}
    assert {path.name.removesuffix(".err") for path in GOLDEN.iterdir()} == known


def test_every_example_has_a_golden() -> None:
    assert {path.stem for path in (ROOT / "configs" / "preflight").glob("*.yaml")} == EXAMPLES.keys()


def test_equal_runs_give_equal_bytes(tmp_path: Path) -> None:
    names = [tmp_path / "one.zip", tmp_path / "two.zip"]
    runs = [run("check", example("tour"), "--now", NOW, "--format", "json", "--evidence", name.as_posix()) for name in names]
    assert runs[0].stdout == runs[1].stdout
    assert names[0].read_bytes() == names[1].read_bytes()


def test_source_date_epoch_is_the_clock() -> None:
    assert '"decidedAt": "2026-11-02T00:00:00Z"' in run(*ASKED, "--format", "json", SOURCE_DATE_EPOCH="1793577600").stdout


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (("ready",), 0),
        (("ready", "ready"), 0),
        (("silent-source", "ready"), 5),
        (("silent-source", "ready", "needs-work"), 3),
        (("silent-source", "private-asn", "ready", "needs-work"), 4),
    ],
)
def test_of_several_files_the_first_present_status_counts(names: tuple[str, ...], status: int) -> None:
    assert run("check", *map(example, names), "--format", "csv").status == status


def test_a_bad_file_among_several_is_told_and_the_others_are_judged(tmp_path: Path) -> None:
    ran = run("check", example("ready"), "nowhere.yaml", example("needs-work"), "--format", "csv")
    assert ran.status == 2
    assert ran.stderr == "bgpcheck: nowhere.yaml: No such file or directory\n"
    assert len(ran.stdout.splitlines()) == 6
    out = tmp_path / "out.csv"
    ran = run("check", example("ready"), "nowhere.yaml", "--format", "csv", "--output", out.as_posix())
    assert (ran.status, ran.stdout, out.exists()) == (2, "", False)


def test_what_is_wrong_with_all_files_is_told_once() -> None:
    ran = run("check", example("ready"), example("tour"), "--registry", "RIPEE")
    assert ran.status == 2
    assert ran.stderr.count("\n") == 1


def test_options_may_stand_between_files() -> None:
    first = run("check", example("ready"), "--format", "csv", example("needs-work"))
    assert first == run("check", example("ready"), example("needs-work"), "--format", "csv")


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["--strict", "--", "--output=x/a.yaml", "b.yaml"], ["./--output=x/a.yaml", "b.yaml"]),
        (["a.yaml", "--strict", "--", "-x", "--"], ["a.yaml", "./-x", "./--"]),
        (["--strict", "--", "-"], ["-"]),
        (["--strict", "--"], []),
    ],
)
def test_what_stands_behind_two_dashes_is_a_name(words: list[str], names: list[str]) -> None:
    found = parse(["check", *words])
    assert (found.preflight, found.output, found.strict) == (names, None, True)


def test_options_override_the_file() -> None:
    ran = run("check", example("needs-work"), "--registry", "RIPENCC", "--prefix", "193.0.18.0/23", "--now", NOW, "--format", "csv")
    assert ran.stdout.splitlines()[1:] == ["193.0.18.0/23,3333,configured,high,valid,exact,same,allocated,route-object-exact,ipv4"]


# ── where it is written ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_output_holds_what_would_be_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out, words = tmp_path / "result.json", (*ASKED, "--now", NOW, "--format", "json")
    assert inside((*words, "--output", out.as_posix()), capfd) == Ran(0, "", "")
    assert out.read_text() == inside(words, capfd).stdout
    assert inside((*words, "--output", "-"), capfd).stdout == out.read_text()


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress], ids=["plain", "gzip", "bzip2", "xz"])
def test_a_table_of_the_internet_is_judged_and_replayed(pack: type[bytes], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    table, bundle, out = tmp_path / "t\x1b[31m.csv", tmp_path / "e.zip", tmp_path / "out.json"
    table.write_bytes(pack(TABLE))
    asked = (*ASKED, "--prefix", "2001:67c:2e8::/48", "--now", NOW, "--internet", table.as_posix())
    ran = inside((*asked, "--format", "json", "--evidence", bundle.as_posix(), "--output", out.as_posix()), capfd)
    assert ran.status == 0
    told = [one for one in json.loads(out.read_text())["findings"] if one["rule"] in {"PFX-4", "NET-1", "NET-2", "DATA-2"}]
    assert [(one["rule"], one["severity"], one["subject"]) for one in told] == [
        ("PFX-4", "warning", "193.0.0.0/21"),
        ("PFX-4", "warning", "193.0.0.0/21"),
        ("NET-1", "note", "2001:67c:2e8::/48"),
        ("DATA-2", "note", "t\x1b[31m.csv"),
        ("NET-2", "note", "t\x1b[31m.csv"),
    ]
    assert "1 rows or records could not be read" in told[3]["message"]
    assert ":5: prefix: 'x' is not an IPv4 or IPv6 prefix" in told[3]["message"]
    table.unlink()
    assert inside(("evidence", "replay", bundle.as_posix()), capfd).status == 0
    shown = inside(("evidence", "show", bundle.as_posix()), capfd)
    assert "t\\x1b[31m.csv" in shown.stdout
    assert acting(shown.stdout) == []


def test_a_table_from_standard_input_says_the_same() -> None:
    words = (*ASKED, "--now", NOW, "--format", "json", "--internet")
    piped, named = run(*words, "-", given=(ROOT / "fixtures/routes.csv").read_bytes()), run(*words, "fixtures/routes.csv")
    assert (piped.status, piped.stderr) == (named.status, named.stderr)
    assert piped.stdout.replace("standard input", "routes.csv") == named.stdout


def announced(peer: str, asn: int, at: int, *said: tuple[str, list[int]]) -> bytes:
    """Lines of ExaBGP 5: a peer announces prefixes, each along its path."""
    neighbor = {"address": {"local": "193.0.23.2", "peer": peer}, "asn": {"local": 12076, "peer": asn}, "direction": "receive"}
    lines = []
    for prefix, path in said:
        way = {"0": {"element": "as-sequence", "value": path}} if path else {}
        update = {"attribute": {"origin": "igp", "as-path": way}, "announce": {"ipv4 unicast": {peer: [{"nlri": prefix}]}}}
        line = {"exabgp": "5.0.0", "time": at, "type": "update", "neighbor": {**neighbor, "message": {"update": update}}}
        lines.append(json.dumps(line).encode() + b"\n")
    return b"".join(lines)


def test_a_recording_of_both_links_is_judged_by_every_rule(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Which session is which follows from the link subnets of the preflight file."""
    mine, events, bundle = tmp_path / "p.yaml", tmp_path / "e.jsonl", tmp_path / "e.zip"
    links = "    primary: 193.0.23.0/30\n    secondary: 193.0.23.4/30\n"
    mine.write_text(PREFLIGHT.replace("    prefixes:", f"{links}    prefixes:"))
    one = announced("193.0.23.1", 3333, 1, ("193.0.0.0/21", [3333]), ("193.0.1.0/24", [3333, 12076]), ("193.0.2.0/24", [1103, 3333]))
    two = announced(
        "193.0.23.5", 3333, 2, ("193.0.0.0/21", [3333, 3333, 64512, 64512]), ("193.0.1.0/24", [3333, 1103]), ("193.0.3.0/24", [])
    )
    events.write_bytes(one + two)
    words = ("check", str(mine), "--events", str(events), "--internet", "fixtures/routes.csv", "--now", NOW, "--format", "json")
    ran = inside((*words, "--evidence", str(bundle)), capfd)
    told = {(one["rule"], one["severity"], one["subject"]) for one in json.loads(ran.stdout)["findings"]}
    assert {one for one in told if one[0].startswith(("PATH", "BOTH", "NET", "PFX-4", "LIST", "ASN"))} == {
        ("ASN-6", "note", "193.0.0.0/21"),
        ("BOTH-1", "warning", "193.0.2.0/24"),
        ("BOTH-1", "warning", "193.0.3.0/24"),
        ("BOTH-2", "warning", "193.0.1.0/24"),
        ("BOTH-3", "note", "193.0.0.0/21"),
        ("LIST-5", "note", "193.0.0.0/21"),
        ("PATH-2", "warning", "193.0.1.0/24"),
        ("PATH-3", "warning", "193.0.2.0/24"),
        ("PATH-4", "warning", "193.0.3.0/24"),
        ("PFX-4", "warning", "193.0.0.0/21"),
    }
    assert inside(("evidence", "replay", str(bundle)), capfd).status == ran.status


def test_a_table_is_for_prefixes(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A circuit with private peering only has none."""
    circuit = tmp_path / "c.json"
    peering = {"name": "AzurePrivatePeering", "properties": {"peeringType": "AzurePrivatePeering", "peerASN": 65001}}
    circuit.write_text(json.dumps({"name": "c", "properties": {"peerings": [peering]}}))
    ran = inside(("check", "--circuit", circuit.as_posix(), "--internet", "fixtures/routes.csv", *DATA), capfd)
    assert (ran.status, ran.stderr) == (
        2,
        "bgpcheck: --internet fixtures/routes.csv: no prefix is listed or announced, so there is nothing to look for in it\n",
    )


def test_evidence_beside_the_result(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "e\x1b[31m.zip"
    ran = inside((*ASKED, "--now", NOW, "--format", "csv", "--evidence", path.as_posix()), capfd)
    assert (ran.status, ran.stderr) == (0, f"bgpcheck: evidence written to {tmp_path}/e\\x1b[31m.zip\n")
    assert path.read_bytes().startswith(b"PK")


def test_output_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    link.symlink_to(real)
    assert run(*ASKED, "--format", "csv", "--output", link.as_posix()).status == 0
    assert link.is_symlink()
    assert real.read_text().startswith("prefix,asn,")


def test_output_to_a_device_or_pipe_does_not_replace_it(tmp_path: Path) -> None:
    assert run(*ASKED, "--format", "csv", "--output", "/dev/null").status == 0
    assert Path("/dev/null").is_char_device()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        assert run(*ASKED, "--format", "csv", "--output", pipe.as_posix()).status == 0
        assert reader.communicate()[0].startswith(b"prefix,asn,")


def test_output_that_fails_keeps_what_was_there(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "result.csv"
    out.write_text("precious")
    for words in (("--registry-data", "nowhere"), ("--registry", "RIPEE"), ("--now", "soon")):
        ran = inside(("check", "--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--output", out.as_posix(), *words), capfd)
        assert (ran.status, ran.stdout) == (2, "")
        assert out.read_text() == "precious"
    assert [path.name for path in tmp_path.iterdir()] == ["result.csv"]


@pytest.mark.parametrize("redirect", [">&-", "> /dev/null", "2>&-", ">&- 2>&-", "2> /dev/full"])
@pytest.mark.parametrize(
    ("words", "status"), [(("check", example("ready"), "--now", NOW), 0), (("check", "nowhere.yaml"), 2), (("--help",), 0)]
)
def test_closed_streams_change_no_status(redirect: str, words: tuple[str, ...], status: int) -> None:
    line = f'exec "$@" {redirect}'
    done = subprocess.run(["sh", "-c", line, "sh", *command(*words)], cwd=ROOT, env=environment(), capture_output=True, check=False)
    assert done.returncode == status
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words", [("check", example("ready")), ("explain",), ("--help",), ("check", example("ready"), "--output", "/dev/full")]
)
def test_a_full_disk_is_told(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command(*words), cwd=ROOT, env=environment(), stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert re.fullmatch(rb"bgpcheck: [^\n]*No space left on device(: make room, or name another folder)?\n", done.stderr)


def test_a_reader_that_goes_away_changes_no_status() -> None:
    words = command("check", example("tour"), "--now", NOW)
    line = 'set -o pipefail; "$@" | head -1'
    done = subprocess.run(["bash", "-c", line, "bash", *words], cwd=ROOT, env=environment(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (4, b"")
    assert done.stdout.decode() == "! tour: manual-validation\n"
    line = '"$@" | true; exit ${PIPESTATUS[0]}'
    done = subprocess.run(["bash", "-c", line, "bash", *words], cwd=ROOT, env=environment(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (4, b"")


def test_a_stream_without_the_characters_gets_others() -> None:
    done = subprocess.run(
        command("check", example("ready"), "--now", NOW),
        cwd=ROOT,
        env=environment(PYTHONIOENCODING="ascii"),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.decode("ascii").startswith("+ ready: configured\n")


# ── how it ends ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_interrupt_ends_at_once() -> None:
    words = command("check", "--peer-asn", "3333", "--events", "-", *DATA)
    with subprocess.Popen(
        words, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        process.stdin.write(b"{}\n" * 40000)  # more than a pipe holds: once it is taken, the program reads
        process.stdin.flush()
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)  # it waits for nothing: its input does not end
        assert (process.returncode, out, err) == (130, b"", b"")


def test_an_endless_line_ends_within_time_and_memory() -> None:
    line = 'ulimit -v 2000000; exec "$@"'
    words = ["sh", "-c", line, "sh", *command("check", "--peer-asn", "3333", "--events", "-", *DATA)]
    with Path("/dev/zero").open("rb") as endless:
        done = subprocess.run(words, cwd=ROOT, env=environment(), stdin=endless, capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"bgpcheck: standard input:1: line longer than 1048576 bytes\n"


def test_help_loads_nothing_that_it_does_not_need() -> None:
    heavy = (
        "asyncio",
        "yaml",
        "rich",
        "netaddr",
        "exabgp",
        "ipwhois",
        "bgpcheck.api",
        "ssl",
        "socket",
        "concurrent",
        "hashlib",
        "cryptography",
    )
    code = (
        "import sys\n"
        "from bgpcheck.cli import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "except SystemExit:\n"
        "    pass\n"
        f"sys.exit(' '.join(one for one in {heavy!r} if one in sys.modules) or 0)\n"
    )
    for words in (["--help"], ["--version"], ["check", "--help"], ["explain", "PFX-1"], ["nonsense"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *words], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_a_check_loads_nothing_that_needs_the_network() -> None:
    heavy = ("exabgp", "ipwhois", "ssl", "asyncio", "aiohttp", "multiprocessing", "cryptography", "rich", "bgpcheck.render.report")
    loaded = f"' '.join(one for one in {heavy!r} if one in sys.modules)"
    code = f"import sys\nfrom bgpcheck.cli import main\nmain(sys.argv[1:])\nsys.exit({loaded} or 0)"
    words = ["check", example("tour"), "--format", "csv"]
    done = subprocess.run([sys.executable, "-c", code, *words], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_version() -> None:
    ran = run("--version")
    assert (ran.status, ran.stderr) == (0, "")
    assert re.fullmatch(r"bgpcheck \d+\.\d+\.\d+\S*\n", ran.stdout)


# ── on a terminal ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def on_terminal(*words: str, columns: int = 100, **more: str) -> bytes:
    """Run with a terminal for output and errors; gives what it was sent."""
    import fcntl  # noqa: PLC0415 (with the next two, only here)
    import struct  # noqa: PLC0415
    import termios  # noqa: PLC0415

    ours, theirs = os.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    plain = {name: value for name, value in environment(TERM="xterm-256color").items() if name not in {"NO_COLOR", "COLUMNS"}}
    with subprocess.Popen(command(*words), cwd=ROOT, env=plain | more, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        seen = b""
        while select.select([ours], [], [], 30)[0]:
            try:
                block = os.read(ours, 65536)
            except OSError:
                break
            seen += block
        assert process.wait(timeout=30) == 4
    os.close(ours)
    return seen


def test_on_a_terminal_there_are_colours_and_progress_and_the_width_is_kept() -> None:
    seen = on_terminal("check", example("tour"), "--now", NOW, columns=72).decode()
    progress, _, drawn = seen.rpartition("\r\x1b[K")
    assert "reading RIPE.db" in progress
    assert "\x1b[1;35m! tour: manual-validation" in drawn
    plain = re.sub(r"\x1b\[[0-9;]*m", "", drawn)
    assert max(map(len, plain.splitlines())) <= 72


@pytest.mark.parametrize("more", [{"NO_COLOR": "1"}, {"NO_COLOR": "1", "TERM": "dumb"}])
def test_no_color_is_honoured(more: dict[str, str]) -> None:
    seen = on_terminal("check", example("tour"), "--now", NOW, **more).decode()
    assert "\x1b[1" not in seen
    assert "\x1b[3" not in seen
    assert more.get("TERM") != "dumb" or "\x1b" not in seen


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Refusal:
    """Something wrong: the words that ask for it (``{name}`` stands for a file of ``files``), and what the one line says."""

    title: str
    words: tuple[str | bytes, ...]
    says: str
    files: dict[str, bytes] = field(default_factory=dict)


def preflight(title: str, old: str, new: str, says: str) -> Refusal:
    assert old in PREFLIGHT
    return Refusal(title, ("check", "{p.yaml}"), f"{{p.yaml}}{says}", {"p.yaml": PREFLIGHT.replace(old, new).encode()})


def whole(title: str, content: bytes, says: str) -> Refusal:
    return Refusal(title, ("check", "{p.yaml}"), f"{{p.yaml}}{says}", {"p.yaml": content})


def option(title: str, *words: str | bytes, says: str) -> Refusal:
    return Refusal(title, (*ASKED, *words), says)


def given(title: str, flag: str, name: str, content: bytes, says: str) -> Refusal:
    return Refusal(title, (*ASKED, flag, f"{{{name}}}"), says, {name: content})


ROUTE = b"route: 193.0.0.0/21\norigin: AS3333\nsource: RIPE\n"
EVENT_LINES = (ROOT / RECORDING).read_bytes()
TABLE = b"prefix,asn\n193.0.0.0/16,3333\n193.0.0.0/21,3333\n193.0.1.0/24,64500\nx,1\n193.0.0.1/21,\n"
NO_DATA = b"peering:\n  peerAsn: 3333\n  ipv4: {prefixes: [193.0.0.0/21]}\nregistryData: nothere\n"
LONG = "a" * 400  # bytes, where a file system takes 255
RUBBISH = bytes(range(256)) * 40
ASNS = {
    "a superscript": ("²", "'²' is not an AS number"),
    "a long s": ("aſ3333", "'aſ3333' is not an AS number"),  # noqa: RUF001 (whose capital is S)
    "negative": ("-1", "'-1' is not an AS number"),
    "too large": ("4294967296", "4294967296 is not an AS number: write 0 to 4294967295"),
    "no number": ("AS", "'AS' is not an AS number"),
    "a blank inside": ("AS 3333", "'AS 3333' is not an AS number"),
    "two": ("3333,3334", "'3333,3334' is not an AS number"),
    "hexadecimal": ("0xD05", "'0xD05' is not an AS number"),
    "asdot with three parts": ("1.2.3", "'1.2.3' is not an AS number"),
    "asdot too large": ("65536.1", "'65536.1' is not an AS number: each half of asdot is at most 65535"),
}
PREFIXES = {
    "a fruit": ("banana", "'banana' is not an IPv4 or IPv6 prefix, such as 192.0.2.0/24"),
    "too long": ("193.0.0.0/33", "the length must be 0 to 32"),
    "too long for IPv6": ("2001:67c::/129", "the length must be 0 to 128"),
    "no length": ("193.0.0.0", "193.0.0.0 has no length: for the one address write 193.0.0.0/32"),
    "three octets": ("193.0.0/21", "'193.0.0/21' is not an IPv4 or IPv6 prefix"),
    "a mask": ("193.0.0.0/255.255.248.0", "the length must be 0 to 32"),
    "a range": ("193.0.0.0-193.0.7.255", "is not an IPv4 or IPv6 prefix"),
    "a zone": ("fe80::1%eth0/64", "is not an IPv4 or IPv6 prefix"),
    "an octet with a zero in front": ("193.00.0.0/21", "is not an IPv4 or IPv6 prefix"),
    "several": ("193.0.0.0/21,193.0.18.0/23", "give each prefix its own --prefix"),
    "endless": ("9" * 100_000, "is not an IPv4 or IPv6 prefix"),
}
KNOWN = "check, circuit, lab, watch, audit, registry, doctor, sign, evidence, explain, completion"
REFUSALS = [
    # commands and options
    Refusal("no arguments", (), f"name a command: {KNOWN} (see bgpcheck --help)"),
    Refusal("an empty command", ("",), f"name a command: {KNOWN}"),
    Refusal("an unknown command", ("frobnicate",), f"'frobnicate' is not a command: {KNOWN}"),
    Refusal("a command nearly", ("chekc",), "audit, registry, doctor, sign, evidence, explain, completion; did you mean check? (see"),
    Refusal("a command of another version", ("monitor", "routes.csv"), "'monitor' is not a command"),
    Refusal("an option before the command", ("--format", "csv", "check"), "options stand after the command, as in bgpcheck check --format"),
    Refusal("help as a word", ("help", "check"), "did you mean --help? (see bgpcheck --help)"),
    Refusal("version as a word", ("version",), "did you mean --version? (see bgpcheck --help)"),
    Refusal("an unknown option", ("check", "--frobnicate"), "unknown option --frobnicate (see bgpcheck check --help)"),
    Refusal("an option nearly", ("check", "--prefixs", "1"), "unknown option --prefixs; did you mean --prefix?"),
    Refusal("an option of another command", ("registry", "status", "--registry-data", "s"), "--registry-data (see bgpcheck reg"),
    Refusal("part of an option", ("check", "--asn=1"), "unknown option --asn=1; did you mean --customer-asn or --peer-asn?"),
    Refusal("an abbreviation", ("check", "--pre", "1"), "unknown option --pre"),
    Refusal("an option of another version", ("check", "--since"), "unknown option --since (see"),
    Refusal("live and offline", (*JUDGE, "--live", "--offline"), "--live and --offline: choose one"),
    Refusal("no deadline", (*JUDGE, "--live", "--deadline", "soon"), "--deadline 'soon': write seconds, 1 to 3600"),
    Refusal("too long a deadline", (*JUDGE, "--live", "--deadline", "3601"), "--deadline '3601': write seconds, 1 to 3600"),
    Refusal("no such settings", (*JUDGE, "--sources", "none.yaml"), "none.yaml: No such file or directory"),
    Refusal("an option without its value", ("check", "--peer-asn"), "argument --peer-asn: expected one argument (see bgpcheck check"),
    Refusal("an unknown format", ("check", "--format", "xml"), f"'xml' is not one of {', '.join(FORMATS)} (see"),
    Refusal("a format nearly", ("check", "--format", "markdwon"), "did you mean markdown?"),
    Refusal("nothing to judge", ("check",), "there is nothing to judge: give a preflight file, --circuit, or --peer-asn with --prefix"),
    Refusal("an AS number alone", ("check", "--peer-asn", "3333"), "there is nothing to judge"),
    Refusal("no AS number", ("check", "--prefix", "193.0.0.0/21"), "--peer-asn is missing: give the AS number of your router"),
    Refusal("a prefix in the place of a file", ("check", "193.0.0.0/21"), "no such preflight file: write --prefix 193.0.0.0/21"),
    Refusal("an AS number in the place of a file", ("check", "AS3333"), "no such preflight file: write --peer-asn AS3333"),
    Refusal("two prefixes after one option", (*ASKED, "193.0.18.0/23"), "no such preflight file: write --prefix 193.0.18.0/23"),
    Refusal("a dash of a word processor", ("check", "\u2013prefix", "193.0.0.0/21"), "this dash is not the keyboard's hyphen"),
    Refusal("an unset variable", (*ASKED, "--output", ""), "--output is empty (a shell variable that is not set?)"),
    Refusal("an unset variable for an AS number", ("check", "--peer-asn=", "--prefix", "1"), "--peer-asn is empty"),
    Refusal("an unset variable for a file", ("check", ""), "a preflight file's name is empty"),
    Refusal("an unset variable for a prefix", ("check", "--peer-asn", "1", "--prefix", ""), "--prefix is empty"),
    Refusal("standard input twice", ("check", "-", "--events", "-"), "standard input can be read once only"),
    Refusal("table and list from standard input", ("check", "-", "--internet", "-"), "standard input can be read once only"),
    Refusal("one table for two", ("check", example("ready"), example("tour"), "--internet", "-"), "--internet - takes one preflight file"),
    Refusal("evidence of two", ("check", example("ready"), example("tour"), "--evidence", "e.zip"), "--evidence takes one file to judge"),
    Refusal("evidence on a terminal", (*ASKED, "--evidence", "-"), "--evidence needs the name of a file"),
    Refusal("output over the input", ("check", "{p}", "--output", "{p}"), "would overwrite {p}: name another", {"p": PREFLIGHT.encode()}),
    Refusal("output and evidence in one", (*ASKED, "--output", "{x}", "--evidence", "{x}"), "--evidence {x}: would overwrite {x}"),
    option("output into no folder", "--output", "/nowhere/x", says="/nowhere/x: there is no folder /nowhere"),
    option("output to a folder", "--output", "/tmp", says="/tmp: is a folder: name a file"),  # noqa: S108 (it is there on every machine)
    option("output where nobody may write", "--output", "/proc/x", says="written: No such file or directory: name another folder"),
    Refusal("a name too long for a file", ("check", LONG), "File name too long"),
    option("a name too long for a folder", "--registry-data", LONG, says="File name too long"),
    option("a name too long for output", "--output", LONG, says="File name too long"),
    option("a name too long for evidence", "--evidence", f"{LONG}/e.zip", says="File name too long"),
    option("a name below a file", "--registry-data", "README.md/x", says="README.md/x: there is no such folder of registry data"),
    option("output below a file", "--output", "README.md/x", says="README.md/x: there is no folder README.md"),
    option("an unknown registry", "--registry", "RIPEE", says="--registry: 'RIPEE' is not a registry that Microsoft accepts: RIPENCC,"),
    option("an unknown policy", "--policy", "strikt", says="there is no policy 'strikt': known are microsoft-peering, published-"),
    option("a policy that is not there", "--policy", "./none.yaml", says="./none.yaml: No such file or directory"),
    option("a file for a folder", "--registry-data", "fixtures/registry/RIPE.db", says="is no registry snapshot: make one of it"),
    option("no such folder", "--registry-data", "nowhere", says="nowhere: there is no such folder of registry data, and no such snapshot"),
    Refusal("no such folder in a preflight", ("check", "{p}"), "{p}: registryData: ", {"p": NO_DATA}),
    Refusal("that folder is named", ("check", "{p}"), "nothere: there is no such folder of registry data, and no ", {"p": NO_DATA}),
    option("no recording", "--events", "nowhere", says="nowhere: No such file or directory"),
    option("a folder of recordings", "--events", "fixtures/events", says="fixtures/events: Is a directory: give a file"),
    option("no table", "--internet", "nowhere", says="nowhere: No such file or directory"),
    option("a folder of tables", "--internet", "fixtures", says="fixtures: Is a directory: give a file"),
    option("an empty name of a table", "--internet", "", says="--internet is empty"),
    option("output over a table", "--internet", "fixtures/routes.csv", "--output", "fixtures/routes.csv", says="would overwrite fixtures"),
    option("no planned objects", "--assume", "nowhere", says="nowhere: No such file or directory"),
    option("a folder of planned objects", "--assume", "fixtures", says="fixtures: Is a directory: give a file"),
    Refusal("no preflight", ("check", "nowhere.yaml"), "nowhere.yaml: No such file or directory"),
    Refusal("a folder of preflights", ("check", "configs/preflight"), "Is a directory: give the files in it: configs/preflight/*.yaml"),
    *(option(f"now: {text}", "--now", text, says=f"--now: {text!r} is not a time: write 2026-01-31T12:00:00Z") for text in
      ("tomorrow", "2026-13-01", "2026-01-01T25:00:00Z", "1793577600", "31.1.2026")),
    *(Refusal(f"AS number, {title}", ("check", "--peer-asn", text, "--prefix", "193.0.0.0/21"), f"--peer-asn: {says}")
      for title, (text, says) in ASNS.items()),
    *(option(f"customer ASN, {title}", "--customer-asn", text, says=f"--customer-asn: {says}") for title, (text, says) in ASNS.items()),
    *(option(f"prefix, {title}", "--prefix", text, says=says) for title, (text, says) in PREFIXES.items()),
    option("half a character", "--registry", b"\xff", says=r"--registry: '\udcff' is not a registry"),
    Refusal("a name that is no text", ("check", b"\xff\xfe.yaml"), r"\udcff\udcfe.yaml: No such file or directory"),
    Refusal("a name with escapes", ("check", "\x1b]8;;http://x\x07no.yaml"), r"\x1b]8;;http://x\x07no.yaml: No such file"),
    Refusal("an option with escapes", ("check", "--\x1b[31m"), r"unknown option --\x1b[31m"),
    # preflight files
    whole("nothing", b"", ": is empty"),
    whole("not YAML", b"peering: [1\n", ":2: not YAML: "),
    whole("a tabulator", b"peering:\n\tpeerAsn: 1\n", ":2: not YAML: found character '\\t' that cannot start any token: indent with"),
    whole("UTF-16", PREFLIGHT.encode("utf-16"), ":1: is not UTF-8 text: save it as UTF-8"),
    whole("UTF-16 without a mark", PREFLIGHT.encode("utf-16-le"), ":1: not YAML: character U+0000 is not allowed (is it UTF-16? save it"),
    whole("binary", RUBBISH, ":"),
    whole("a list", b"- 193.0.0.0/21\n", ":1: must be a mapping with name, peering, organisation, registryData, policy"),
    whole("two documents", PREFLIGHT.encode() + b"---\n" + PREFLIGHT.encode(), ":8: a second document begins here"),
    whole("too large", b"#" * (5 << 20), ": holds more than"),
    whole("an Azure template", b'{"$schema": "https://schema.management.azure.com/"}', ":1: $schema: unknown key '$schema': known are"),
    preflight("an unknown key", "name:", "title:", ":1: title: unknown key 'title': known are name, peering, organisation"),
    preflight("a key nearly", "peerAsn:", "peer_asn:", ":3: peering.peer_asn: unknown key 'peer_asn': known are cloud,"),
    preflight("a key in the plural", "prefixes:", "prefix:", ":5: peering.ipv4.prefix: unknown key 'prefix': known are primary,"),
    preflight("an unknown key inside", "peerAsn:", "peerASN:", ":3: peering.peerASN: unknown key 'peerASN': known are cloud, layer,"),
    preflight("a key twice", "name: mine", "name: mine\nname: yours", ":2: key 'name' is there twice"),
    preflight("no AS number", "  peerAsn: 3333\n", "", ":2: peering: peerAsn is missing"),
    preflight("an empty list", "\n      - 193.0.0.0/21", " []", ":2: peering: no prefixes: list at least one under ipv4.prefixes"),
    preflight("no list", "\n      - 193.0.0.0/21", " 193.0.0.0/21", ":5: peering.ipv4.prefixes: must be a list"),
    preflight("a fruit", "- 193.0.0.0/21", "- banana", ":6: peering.ipv4.prefixes[0]: 'banana' is not an IPv4 or IPv6 prefix"),
    preflight("no length", "- 193.0.0.0/21", "- 193.0.0.0/21\n      - 193.0.0.1", ":7: peering.ipv4.prefixes[1]: 193.0.0.1 has no length"),
    preflight("an AS number", "3333", "²", ":3: peering.peerAsn: '²' is not an AS number"),
    preflight("a VLAN id", "peerAsn: 3333", "peerAsn: 3333\n  vlanId: x", ":4: peering.vlanId: "),
    preflight("a cloud", "peerAsn: 3333", "peerAsn: 3333\n  cloud: azure", ":4: peering.cloud: 'azure' is not one of public, usgov, china"),
    preflight("the MD5 key itself", "peerAsn: 3333", "peerAsn: 3333\n  md5Key: x", ":4: peering.md5Key: unknown key"),
    preflight("a registry", "ipv4:\n", "ipv4:\n    routingRegistryName: RIPEE\n", ":5: peering.ipv4.routingRegistryName: 'RIPEE' is"),
    whole("an unknown policy in a file", PREFLIGHT.encode() + b"policy: mine\n", ": there is no policy 'mine': known are"),
    preflight("no such folder", "registry\n", "none\n", ": "),
    Refusal("two, one wrong option", ("check", example("ready"), example("tour"), "--policy", "mine"), "bgpcheck: there is no policy"),
    # planned objects, policies, recordings
    given("planned: nothing", "--assume", "a.txt", b"", "a.txt: holds no planned object: write RPSL, or a VRP such as"),
    given("planned: binary", "--assume", "a.txt", RUBBISH, "a.txt:"),
    given("planned: a VRP too short", "--assume", "a.txt", b"\n193.0.0.0/21-20 => AS3333\n", "a.txt:2: maxLength must be 21 to 32"),
    given("planned: no AS number", "--assume", "a.txt", b"193.0.0.0/21 => X\n", "a.txt:1: 'X' is not an AS number"),
    given("planned: half an object", "--assume", "a.txt", b"route: 193.0.0.0/21\n", "a.txt:1: origin: "),
    given("planned: no route", "--assume", "a.txt", b"inetnum: 193.0.0.0 - 193.0.7.255\nsource: X\n", "can't be assumed: write route or"),
    given("policy: unknown key", "--policy", "p.yaml", b"name: x\nrule: 1\n", "{p.yaml}:2: rule: unknown key 'rule'"),
    given("policy: unknown value", "--policy", "p.yaml", b"name: x\nextends: mars\n", "{p.yaml}:2: extends: a policy can extend one of"),
    given("recording: rubbish", "--events", "e.jsonl", b'{"exabgp": "5.0.0", "type": \xff}\n', "{e.jsonl}:1: "),
    given("recording: cut", "--events", "e.jsonl", EVENT_LINES[:-100], "{e.jsonl}:"),
    given("recording: packed and cut", "--events", "e.gz", gzip.compress(EVENT_LINES)[:200], "{e.gz}: truncated"),
    given("recording: packed and damaged", "--events", "e.bz2", bz2.compress(EVENT_LINES)[:-30] + b"x" * 30, "{e.bz2}: "),
    given("recording: a long line", "--events", "e.xz", lzma.compress(b"x" * (2 << 20)), "{e.xz}:1: line longer than 1048576 bytes"),
    Refusal("recording: none", ("check", "--peer-asn", "1", "--events", example("tour")), "tour.yaml: is no recording of ExaBGP"),
    option("recording: a preflight file", "--events", example("tour"), says="tour.yaml: is no recording of ExaBGP: not one line is"),
    option("recording: a table", "--events", "fixtures/routes.csv", says="routes.csv: is no recording of ExaBGP"),
    given("recording: UTF-16", "--events", "e.jsonl", EVENT_LINES.decode().encode("utf-16"), "{e.jsonl}: is no recording of ExaBGP"),
    given("table: UTF-16", "--internet", "t.csv", TABLE.decode("latin-1").encode("utf-16"), "{t.csv}: is UTF-16: save it as UTF-8"),
    # tables of the Internet
    given("table: nothing", "--internet", "t.csv", b"", "{t.csv}:1: not a list of routes"),
    given("table: no header", "--internet", "t.csv", b"193.0.0.0/21,3333\n", "{t.csv}:1: not a list of routes: the first line must name"),
    given("table: binary", "--internet", "t.mrt", RUBBISH, "{t.mrt}: "),
    given("table: a long line", "--internet", "t.csv", b"prefix,asn\n" + b"x" * 5000 + b"\n", "{t.csv}:2: line longer than 4096 bytes"),
    given("table: packed and cut", "--internet", "t.gz", gzip.compress(TABLE * 100)[:-9], "{t.gz}: truncated"),
    given("table: of no use", "--internet", "t.csv", b"asn,name\n1,x\n", "{t.csv}:1: not a list of routes"),
    # evidence, explain
    Refusal("evidence: no action", ("evidence",), "the following arguments are required: ACTION, BUNDLE (see bgpcheck evidence --help)"),
    Refusal("evidence: an unknown action", ("evidence", "verfy", "e.zip"), "'verfy' is not one of verify, replay, show, sign; did"),
    Refusal("evidence: no file", ("evidence", "verify", "nowhere.zip"), "nowhere.zip: No such file or directory"),
    Refusal("evidence: a folder", ("evidence", "replay", "fixtures"), "fixtures: Is a directory: give the bundle, its zip"),
    Refusal("evidence: two files", ("evidence", "show", "a.zip", "b.zip"), "one argument too many: b.zip (see bgpcheck evidence --help)"),
    Refusal("explain: nonsense", ("explain", "frobnicate"), "'frobnicate' is no reason code or rule id (bgpcheck explain lists all)"),
    Refusal("explain: nearly", ("explain", "PFX1"), "'PFX1' is no reason code or rule id; did you mean PFX-1"),
    Refusal("explain: empty", ("explain", ""), "'' is no reason code or rule id"),
]  # fmt: skip


def filled(text: str, folder: Path) -> str:
    return re.sub(r"\{([\w.]+)\}", lambda match: (folder / match[1]).as_posix(), text)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: one.title)
def test_refused_in_one_line(refusal: Refusal, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name, content in refusal.files.items():
        (tmp_path / name).write_bytes(content)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    ran = inside([filled(word, tmp_path) if isinstance(word, str) else word for word in refusal.words], capfd)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith("bgpcheck: ")
    assert ran.stderr.endswith("\n")
    assert ran.stderr[:-1].isprintable()
    assert len(ran.stderr) < 600
    assert filled(refusal.says, tmp_path) in ran.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("words", [(), ("check", "nowhere.yaml"), ("check", b"\xff"), ("evidence", "show", "nowhere.zip")])
def test_the_process_refuses_in_the_same_words(words: tuple[str | bytes, ...], capfd: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == inside(words, capfd)


BAD_DATA = {
    "delegated-ripencc-extended-latest": (b"2|ripencc|x\n", "delegated-ripencc-extended-latest:1: "),
    "vrps.json": (b'{"roas": [{"asn": "AS3333"}]}', "vrps.json:1: "),
    "slurm.json": (b"{", "slurm.json:1: "),
    "RIPE.db": (b"route: 193.0.0.0/21\norigin: banana\n", "RIPE.db:"),
    "RIPE.db.gz": (gzip.compress(ROUTE * 1000)[:60], "RIPE.db.gz: truncated"),
    "rdap/ip/193.0.0.0_21.json": (b"{", "193.0.0.0_21.json"),
}


@pytest.mark.parametrize("name", BAD_DATA)
@pytest.mark.parametrize("rubbish", [False, True], ids=["bad", "binary"])
def test_damaged_registry_data_is_refused_in_one_line(
    name: str,
    rubbish: bool,  # noqa: FBT001 (a parameter of the table)
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    content, says = BAD_DATA[name]
    folder = tmp_path / "registry"
    shutil.copytree(ROOT / "fixtures" / "registry", folder)
    (folder / "RIPE.db").unlink(missing_ok=name.startswith("RIPE"))
    (folder / name).write_bytes(RUBBISH if rubbish else content)
    out = tmp_path / "out.json"
    words = ("--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--registry-data", folder.as_posix(), "--output", out.as_posix())
    ran = inside(("check", *words), capfd)
    if rubbish and name == "RIPE.db":
        assert ran.status in {0, 2, 3, 5}  # RPSL has no mark by which rubbish is told from comments
    else:
        assert (ran.status, ran.stdout, out.exists()) == (2, "", False), ran.stderr
        assert ran.stderr.count("\n") == 1
        assert (name.rpartition("/")[2] if rubbish else says) in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_text_in_a_complaint_is_one_line_that_acts_on_nothing(text: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    registry = tmp_path / "registry"
    (registry / "rdap" / "ip").mkdir(parents=True)
    (registry / "rdap" / "ip" / "193.0.0.0_21.json").write_text(json.dumps({"errorCode": 500, "title": text, "description": [text]}))
    planned, mine = tmp_path / "planned.txt", tmp_path / "p.yaml"
    planned.write_bytes(b"193.0.0.0/21 => AS" + text.encode("utf-8", "replace"))
    mine.write_text(f"{quoted(text[:300])}: 1\n")
    asked = ("check", "--peer-asn", "3333", "--prefix", "193.0.0.0/21")
    for words in (
        (*asked, "--registry-data", str(registry)),
        (*asked, "--assume", str(planned), *DATA),
        ("check", str(mine)),
        ("explain", text),
    ):
        ran = inside([word.encode("utf-8", "replace") for word in words], capfd)
        assert (ran.status, ran.stdout) == (2, "")
        assert ran.stderr.startswith("bgpcheck: ")
        assert ran.stderr.count("\n") == 1
        assert acting(ran.stderr) == []
        assert len(ran.stderr) < 1200


@pytest.mark.parametrize("action", ["verify", "replay", "show"])
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", RUBBISH, PREFLIGHT.encode()], ids=["empty", "begun", "rubbish", "text"])
def test_rubbish_for_a_bundle_is_damage(action: str, content: bytes, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(content)
    ran = inside(("evidence", action, path.as_posix()), capfd)
    assert (ran.status, ran.stdout) == (6, "")
    assert re.fullmatch(r"bgpcheck: \S+/e\.zip: [^\n]+\n", ran.stderr)


# ── what is accepted with a word ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "finding"),
    [
        (("--peer-asn", "3333", "--prefix", "193.0.1.2/21"), "PFX-8"),
        (("--peer-asn", "3333", "--prefix", "2001:67C:2E8::/48"), "PFX-8"),
        (("--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--prefix", "193.0.0.0/21"), "LIST-1"),
        (("--peer-asn", "3333", "--prefix", "193.0.0.0/21", "--registry", "ripe"), "REG-2"),
        (("--peer-asn", "AS3333", "--prefix", "193.0.0.0/21"), ""),
        (("--peer-asn", "as3333", "--prefix", " 193.0.0.0/21 "), ""),
        (("--peer-asn", "0.3333", "--prefix", "193.0.0.0/21"), ""),
    ],
)
def test_accepted_with_a_finding_at_most(words: tuple[str, ...], finding: str, capfd: pytest.CaptureFixture[str]) -> None:
    ran = inside(("check", *words, *DATA, "--now", NOW), capfd)
    assert (ran.status, ran.stderr) == (0, "")
    assert finding in ran.stdout


def test_three_hundred_prefixes_are_summarised(capfd: pytest.CaptureFixture[str]) -> None:
    words = [word for number in range(300) for word in ("--prefix", f"193.0.{number // 16}.{number % 16 * 16}/28")]
    ran = inside(("check", "--peer-asn", "3333", *words, *DATA, "--now", NOW), capfd)
    assert ran.status == 3
    assert "LIM-1" in ran.stdout
    assert "  300 prefixes: " in ran.stdout
    assert "… and 240 more: " in ran.stdout
    assert len(ran.stdout.splitlines()) < 200
    assert len(inside(("check", "--peer-asn", "3333", *words, *DATA, "--format", "csv"), capfd).stdout.splitlines()) == 301


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")], ids=["byte order mark", "CRLF"])
def test_files_of_other_systems_are_read(change: object, tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_bytes(change(PREFLIGHT).encode())  # type: ignore[operator]
    assert run("check", path.as_posix()).status == 0


def test_a_preflight_from_standard_input() -> None:
    assert run("check", "-", given=PREFLIGHT.encode(), timeout=30).status == 0
    ran = run("check", "-", given=b"nonsense", timeout=30)
    assert (ran.status, ran.stdout) == (2, "")


def test_events_from_standard_input_are_judged_alike() -> None:
    words = ("check", "--peer-asn", "3333", *DATA, "--now", NOW, "--format", "csv")
    assert run(*words, "--events", "-", given=EVENT_LINES) == run(*words, "--events", RECORDING)


COLLECTED = """
import gc, importlib, sys
from bgpcheck import cli
importlib.import_module(f"bgpcheck.cli.{sys.argv[1]}").run = lambda _: int(gc.isenabled())
sys.exit(cli.main())
"""


@pytest.mark.parametrize(
    ("words", "enabled"),
    [
        (["check", "--peer-asn", "3333"], False),
        (["check", "--peer-asn", "3333", "--live", "--until", "configured"], True),
        (["circuit", "fixtures/circuits/er-ams.json"], False),
        (["circuit", "--azure", "/subscriptions/x", "--wait", "settled"], True),
        (["lab", "--peer-asn", "3333"], True),
        (["watch", "--peer-asn", "3333"], True),
    ],
)
def test_garbage_is_collected_where_a_command_lasts(words: list[str], *, enabled: bool) -> None:
    """Without that a lab grew by 11 KiB for every event that it heard."""
    done = subprocess.run([sys.executable, "-c", COLLECTED, *words], env=environment(), timeout=60, check=False)
    assert done.returncode == enabled
