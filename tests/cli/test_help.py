"""Help: every command has it, all of it alike, and what it shows is true: each example is run."""

from __future__ import annotations

import argparse
import bz2
import itertools
import re
import shlex
import shutil
import subprocess
import sys
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

import pytest
from mrt_files import attributes, peers, table
from program import ROOT, environment

from bgpcheck.cli import COMMANDS, main, parser, top
from bgpcheck.cli.shared import SHARED
from bgpcheck.cli.walk import commands
from bgpcheck.manual import about
from bgpcheck.manual.facts import STATUSES
from bgpcheck.manual.kinds import KINDS
from bgpcheck.render import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bgpcheck.manual.page import Example

EPOCH = "1793577600"  # a day after the files of fixtures/registry
LEAVES = tuple(commands())
GROUPS = {one.path[0] for one in LEAVES if len(one.path) > 1}
EVERYONE: list[tuple[str, ...]] = [(), *((name,) for name in sorted(GROUPS)), *(one.path for one in LEAVES)]
EXAMPLES = list({one.line: one for path in EVERYONE for one in about(*path).examples}.values())
PROPER = {"AS", "CSV", "ExaBGP", "VRPs", "JSON", "RDAP", "routingRegistryName"}  # what help may begin with, besides small letters
# Not run: only held against the command's own parser. What each begins with, and why.
PARSED = {
    "az ": "needs Azure",
    "bgpcheck circuit --azure": "needs Azure",
    "bgpcheck check preflight.yaml --live --until": "needs the registries, and hours",
    "bgpcheck doctor": "needs the registries",
    "bgpcheck lab ": "needs a router; tests/integration/test_lab.py has some",
    "bgpcheck registry update": "needs the registries; tests/cli/test_registry_update.py has servers of its own",
    "bgpcheck audit routes.csv --scheduler": "needs a Dask cluster; tests/bulk has one",
    "bgpcheck explain --man | man": "needs man; tests/manual/test_man.py has groff and mandoc",
    'eval "$(bgpcheck completion bash)"': "is for a shell; tests/manual/test_shells.py has one",
}
RUN_AFTER_ALL = ("bgpcheck doctor --offline",)


def reason(example: Example) -> str:
    """Why an example is not run; empty where it is."""
    if example.line.startswith(RUN_AFTER_ALL):
        return ""
    return next((why for begin, why in PARSED.items() if example.line.startswith(begin)), "")


# ── what help says ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", EVERYONE, ids=" ".join)
@pytest.mark.parametrize("columns", [80, 100])
def test_every_help_is_whole_and_fits(path: tuple[str, ...], columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    text = (parser(*path) if path else top()).format_help()
    page = about(*path)
    assert text.startswith(f"usage: {' '.join(('bgpcheck', *path))} ")
    assert [line for line in text.splitlines() if len(line) >= columns] == []
    assert text.count("\nexamples:\n") == text.count("\nexit status:\n") == text.count("\nsee also:\n") == 1
    joined = re.sub(r" \\\n +", " ", text)
    assert [one.line for one in page.examples if f"  {one.line}\n" not in joined] == []
    assert len(page.examples) >= 1
    assert page.see
    assert page.status.keys() <= STATUSES.keys()
    assert 0 in page.status
    assert text.isprintable() or set(re.findall(r"[^\x20-\uffff]", text)) == {"\n"}


@pytest.mark.parametrize("words", [(), *((one,) for one in COMMANDS), *(one.path for one in LEAVES)], ids=" ".join)
def test_help_is_asked_for_in_either_way(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("-h", "--help"):
        with pytest.raises(SystemExit) as ended:
            main([*words, option])
        assert ended.value.code == 0
    told = capsys.readouterr()
    assert told.out.count(f"usage: {' '.join(('bgpcheck', *words))} ") == 2
    assert told.err == ""


def test_the_help_of_an_action_is_about_that_alone() -> None:
    build, status = (parser("registry", one).format_help() for one in ("build", "status"))
    assert "--delegated" in build
    assert "--format" not in build
    assert "[SNAPSHOT]" not in build
    assert "--delegated" not in status
    assert "usage: bgpcheck registry status [OPTION]... [SNAPSHOT]\n" in status
    keygen, verify = (parser("sign", one).format_help() for one in ("keygen", "verify"))
    assert "where the certificate goes too" in keygen
    assert "one that is to be published" in verify
    assert "keygen:" not in verify


def test_every_option_of_an_action_is_in_the_command() -> None:
    for name in GROUPS:
        whole = {word for one in parser(name)._actions for word in one.option_strings}  # noqa: SLF001 (argparse has no other list)
        parts = [{word for option in one.options() for word in option.names} for one in LEAVES if one.path[0] == name]
        assert set.union(*parts) == whole


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda one: one.name)
def test_every_option_says_what_it_is_for_in_the_same_manner(leaf: object) -> None:
    for group in leaf.groups:  # type: ignore[attr-defined]
        assert re.fullmatch(r"[a-zA-Z][^.]*[^.\s]|.*\(.*\)", group.title)
        for option in group.options:
            assert re.match(r"[a-zA-Z2-]", option.text), option
            first = option.text.split()[0]
            assert first == first.lower() or first.rstrip(":,") in {"AS", "CSV", "ExaBGP", "VRPs", "JSON", "RDAP", "routingRegistryName"}, (
                option
            )
            assert not option.text.endswith((".", " ", ";")), option
            assert "may be repeated" not in option.text
            assert re.findall(r"default (?!\))", option.text) == [], option  # (default: x), or (default) alone
            if option.repeated and option.names:
                assert re.search("repeat|twice|once", option.text), option
            if option.metavar:
                assert option.metavar in KINDS, option
            else:
                assert option.names, option


def test_an_option_wants_the_same_kind_everywhere() -> None:
    kinds: dict[str, set[str]] = {}
    for one in LEAVES:
        for option in one.options():
            for name in option.names:
                kinds.setdefault(name, set()).add(option.metavar)
    differing = {name for name, metavars in kinds.items() if len(metavars) > 1}
    assert differing == {"--out", "--registry-data"}  # a key or a snapshot; audit takes no folder


def test_no_kind_is_unused() -> None:
    used = {option.metavar for one in LEAVES for option in one.options()} | {"ACTION"}
    assert KINDS.keys() == used - {""}


def test_options_stand_in_one_order() -> None:
    """There is an order of all options in which every group of every command stands."""
    before: dict[str, set[str]] = {}
    for one in LEAVES:
        for group in one.groups:
            names = [option.names[-1] for option in group.options if option.names]
            for first, second in itertools.pairwise(names):
                before.setdefault(second, set()).add(first)
    assert len(list(TopologicalSorter(before).static_order())) > 60


def test_shared_options_have_the_readers_of_the_program() -> None:
    check = {word: one for one in parser("check")._actions for word in one.option_strings}  # noqa: SLF001 (as above)
    assert [name for name in SHARED if name not in check] == []
    assert check["--format"].type.known == tuple(FORMATS)
    assert [one for one in check.values() if one.choices and not isinstance(one, argparse._HelpAction)] == []  # noqa: SLF001


# ── what its examples do ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that examples name, made from the fixtures and by the program itself."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "fixtures" / "registry", folder / "registry")
    ready = (ROOT / "configs" / "preflight" / "ready.yaml").read_text()
    (folder / "preflight.yaml").write_text(ready.replace("../../fixtures/registry", "registry"))
    copies = {
        "configs/preflight/planned.rpsl": "planned.rpsl",
        "fixtures/events/v5-consolidate.jsonl": "exabgp.jsonl",
        "fixtures/routes.csv": "routes.csv",
        "fixtures/circuits/er-ams.json": "circuit.json",
        "fixtures/registry/vrps.json": "vrps.json",
        "fixtures/registry/delegated-ripencc-extended-latest": "delegated.txt",
    }
    for source, name in copies.items():
        shutil.copy(ROOT / source, folder / name)
    seen = peers() + table("193.0.0.0/21", attributes(1103, 3333, octets=2))
    (folder / "rib.20260101.0000.bz2").write_bytes(bz2.compress(seen))
    for line in MADE:
        done = shell(line, folder)
        assert done.returncode == 0, (line, done.stderr)
    return folder


MADE = (
    "gzip -c registry/RIPE.db > ripe.db.gz",
    "bgpcheck registry build --from registry --out registry.snapshot",
    'mkdir -p "$XDG_DATA_HOME/bgpcheck" && cp registry.snapshot "$XDG_DATA_HOME/bgpcheck/"',
    "bgpcheck check preflight.yaml --format json --output result.json --evidence evidence.zip",
    "bgpcheck sign keygen --prefix 193.0.0.0/21 --asn 3333 --organisation Us --bits 2048 --out key.pem --certificate certificate.pem",
    "bgpcheck sign message --service-key 7c44c70b-9c62-4a89-a6b2-d281b6ce7a49 --prefix 193.0.0.0/21 --asn 3333 > message.txt",
    'bgpcheck sign sign --validation-id "$(cat message.txt)" --key key.pem > signature.txt',
    "bgpcheck evidence sign evidence.zip --key key.pem --output signed.zip",
    "cp certificate.pem pub.pem",
    'echo "inetnum: 193.0.0.0 - 193.0.7.255" > record.txt',
    """echo '{"value": [{"interface": "On-Prem", "ipAddress": "198.51.100.1", "macAddress": "0200.5e00.5301"}]}' > arp.json""",
    """echo '{"value": [{"network": "193.0.0.0/21", "nextHop": "198.51.100.1", "path": "3333"}]}' > routes.json""",
    """mkdir -p .zfunc .config/fish/completions""",
)


def home(folder: Path) -> dict[str, str]:
    """What a user's environment says."""
    cache = f"{ROOT}/.pytest_cache"  # where libraries keep what they like
    data = {"XDG_DATA_HOME": f"{folder}/.data", "XDG_CACHE_HOME": cache, "SOURCE_DATE_EPOCH": EPOCH}
    return {"HOME": folder.as_posix(), "PYTHON": sys.executable, "MPLCONFIGDIR": cache} | data


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as a user's shell would, in a home and a folder of its own."""
    call = 'bgpcheck() { "$PYTHON" -m bgpcheck "$@"; }; '
    words = ["sh", "-euc", call + line]
    return subprocess.run(words, cwd=folder, env=environment(**home(folder)), capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.line)
def test_an_example_does_what_it_says(
    example: Example, desk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if why := reason(example):
        for words in called(example.line):
            assert "--help" in words or parser(words[0]).parse_known_intermixed_args(words[1:])[1] == [], why
        return
    folder = tmp_path / "desk"
    shutil.copytree(desk, folder)
    before = {one.name for one in folder.iterdir()}
    if re.search(r"[|<>$~]", example.line):
        done = shell(example.line, folder)
        status, out, err = done.returncode, done.stdout, done.stderr
    else:  # in this process, which is quicker
        monkeypatch.chdir(folder)
        for name, value in home(folder).items():
            monkeypatch.setenv(name, value)
        status = main(shlex.split(example.line)[1:])
        out, err = capfd.readouterr()
    assert status == example.status, err
    assert "Traceback" not in err
    new = set(re.findall(r"\bnew\.\w+", example.line))
    assert {one.name for one in folder.iterdir()} - before == new
    assert out or new or ">" in example.line


def called(line: str) -> Iterator[list[str]]:
    """The words of each call of bgpcheck in a line, behind that name."""
    for part in re.split(r"[|<>]|\$\(|\)", line.replace('"$(', " $(").replace(')"', ")")):
        words = shlex.split(part) if part.count('"') % 2 == 0 else part.split()
        if words[:1] == ["bgpcheck"]:
            yield words[1:]


def test_what_is_not_run_is_there() -> None:
    """Each reason is for an example, and each of these calls bgpcheck."""
    left = [one for one in EXAMPLES if reason(one)]
    assert [begin for begin in PARSED if not any(one.line.startswith(begin) for one in left)] == []
    assert [one.line for one in left if not list(called(one.line))] == []
    assert len(left) < len(EXAMPLES) / 2
