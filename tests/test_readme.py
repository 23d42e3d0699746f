"""The README against the program: its commands run, and every name in it exists."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from integration.daemons import daemon
from program import ROOT, environment

from bgpcheck import cli
from bgpcheck.cli import COMMANDS, parser
from bgpcheck.manual.facts import STATUSES
from bgpcheck.policy import Outcome
from bgpcheck.render import FORMATS
from bgpcheck.store import configs

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"<!-- (run: (?:status \d+|python)|test command) -->\n```(\w+)\n(.*?)\n```", README, re.DOTALL)
TOOLS = ("openssl", "unzip")  # that commands of the README call besides bgpcheck
RUN = [(int(kind.rpartition(" ")[2]), text) for kind, _, text in BLOCKS if kind.startswith("run: status")]


def options(command: str) -> set[str]:
    return {word for one in parser(command)._actions for word in one.option_strings if word.startswith("--")}  # noqa: SLF001 (argparse has no other list)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme")


@pytest.fixture(scope="module")
def path(folder: Path) -> str:
    """PATH with the console script in front: the installed one, or one that does the same."""
    if shutil.which("bgpcheck", path=Path(sys.executable).parent.as_posix()):
        return f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    script = folder / "bin" / "bgpcheck"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m bgpcheck "$@"\n')
    script.chmod(0o755)
    return f"{script.parent}{os.pathsep}{os.environ['PATH']}"


def test_there_are_commands_to_run() -> None:
    assert len(RUN) >= 6
    assert len(BLOCKS) == README.count("<!-- run") + README.count("<!-- test command -->")


@pytest.mark.parametrize(("status", "text"), RUN, ids=[text.split()[1] + str(number) for number, (_, text) in enumerate(RUN)])
def test_command_ends_as_the_readme_says(status: int, text: str, folder: Path, path: str) -> None:
    for name in TOOLS:
        if f"{name} " in text:
            daemon(name)
    text = text.replace("/tmp/", f"{folder.as_posix()}/")  # noqa: S108 (what the README calls it)
    done = subprocess.run(["sh", "-euc", text], cwd=ROOT, env=environment(PATH=path), capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr


def test_output_begins_as_the_readme_shows(path: str) -> None:
    shown = re.findall(r"<!-- output -->\n```text\n(.*?\n)```", README, re.DOTALL)
    assert len(shown) == 1
    command = re.sub(r" --evidence \S+", "", RUN[0][1])
    done = subprocess.run(["sh", "-euc", command], cwd=ROOT, env=environment(PATH=path), capture_output=True, text=True, check=False)
    assert done.stdout.startswith(shown[0])


def test_the_manifest_is_for_standard_tools(folder: Path) -> None:
    """What the README says of ``sha256sum -c``, on the bundle that the first command wrote."""
    target = folder / "unpacked"
    shutil.unpack_archive(folder / "evidence.zip", target)
    done = subprocess.run(["sha256sum", "-c", "--strict", "MANIFEST.sha256"], cwd=target, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    listed = len(done.stdout.splitlines())
    assert listed == sum(one.is_file() for one in target.rglob("*")) - 1


def test_python_examples(folder: Path) -> None:
    """The first verifies what the commands before have signed."""
    daemon("openssl")
    texts = [text.replace("/tmp/", f"{folder.as_posix()}/") for kind, _, text in BLOCKS if kind == "run: python"]  # noqa: S108 (as above)
    for text, says in zip(texts, ("signed by [0-9a-f]{64}\n", r"configured \['route-object-exact'\]\n"), strict=True):
        done = subprocess.run([sys.executable, "-c", text], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert re.fullmatch(says, done.stdout)


def test_who_verifies_by_the_readme_finds_other_members_and_other_keys(folder: Path, path: str) -> None:
    """The README's ways, with openssl and with Python, on bundles that they must refuse."""
    for name in TOOLS:
        daemon(name)
    [shell] = [text for _, text in RUN if "pkeyutl" in text]
    python = next(text for kind, _, text in BLOCKS if kind == "run: python")
    spoilt, signed = folder / "spoilt", folder / "signed.zip"
    shutil.unpack_archive(signed, spoilt)
    ticket = (spoilt / "ticket.md").read_bytes()
    (spoilt / "ticket.md").write_bytes(ticket + b"!")
    listed = (spoilt / "MANIFEST.sha256").read_text()
    old, new = (hashlib.sha256(one).hexdigest() for one in (ticket, ticket + b"!"))
    (spoilt / "MANIFEST.sha256").write_text(listed.replace(old, new))
    shutil.make_archive(str(spoilt), "zip", spoilt)
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", folder / "other.pem"], check=True)
    subprocess.run(["openssl", "pkey", "-in", folder / "other.pem", "-pubout", "-out", folder / "other-pub.pem"], check=True)
    for bundle, key, good in (("signed", "pub", True), ("spoilt", "pub", False), ("signed", "other-pub", False)):
        for command in (["sh", "-euc", shell], [sys.executable, "-c", python]):
            text = command[-1].replace("/tmp/signed.zip", f"{folder}/{bundle}.zip").replace("/tmp/pub.pem", f"{folder}/{key}.pem")  # noqa: S108
            done = subprocess.run([*command[:-1], text], cwd=ROOT, env=environment(PATH=path), capture_output=True, check=False)
            assert (done.returncode == 0) is good, (bundle, key, command[0], done.stderr)


def test_test_command_is_there_and_runs_the_tests() -> None:
    [text] = [text for kind, _, text in BLOCKS if kind == "test command"]
    assert "pytest" in text
    assert "coverage" in text


def test_options_exist() -> None:
    known = set.union(*map(options, COMMANDS))
    ours = re.sub(r"`python tests/[^`]+`", "", README)  # scripts, which have options of their own
    used = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", ours)) - {"--check"}  # of ruff
    assert used - known == set()


def test_every_option_of_check_is_in_its_help_with_words() -> None:
    contract = (
        "all-prefixes-of prefix peer-asn customer-asn registry circuit circuit-name events internet"
        " registry-data live offline policy assume now strict format output evidence"
    )
    signing = ("sign-key", "passphrase-variable")
    ours = (
        *signing,
        "deadline",
        "dry-run",
        "keep-contacts",
        "refresh",
        "sources",
        "azure",
        "cloud",
        "diff",
        "feedback",
        "templates",
        "timeout",
        "until",
        "help",
    )
    assert {f"--{name}" for name in (*contract.split(), *ours)} == options("check")  # interface.md, as far as this version goes
    for action in parser("check")._actions:  # noqa: SLF001 (argparse has no other list)
        assert action.help


def test_files_exist() -> None:
    named = set(re.findall(r"(?<![\w/.])(?:configs|fixtures|tests|bgpcheck|\.ci)/[\w./-]*\w", README))
    assert len(named) > 8
    assert [name for name in named if not (ROOT / name).exists()] == []
    for name in ("LICENSE", "CHANGELOG.md"):
        assert name in README
        assert (ROOT / name).is_file()


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading."""
    section = re.split(r"\n##+ ", README.partition(f"# {heading}\n")[2])[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in table[2:]]


def test_verdicts() -> None:
    table = re.findall(r"^\| `([a-z-]+)` \|", README, re.MULTILINE)
    assert table[: len(Outcome)] == list(Outcome)


def test_exit_statuses() -> None:
    """As help and the manual have them, and as the program calls them."""
    assert {int(status): meaning.replace("`", "") for status, meaning in rows("Exit status")} == STATUSES
    assert STATUSES.keys() == {cli.OK, cli.NEEDED, cli.MANUAL, cli.OPEN, cli.BROKEN, cli.USAGE, cli.INTERRUPTED}


def test_formats() -> None:
    section = README.partition("`--format` is")[2].partition(";")[0]
    assert re.findall(r"`([a-z]+)`", section) == list(FORMATS)


def test_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    packages = [re.match(r"[\w-]+", one)[0] for one in project["dependencies"]]  # type: ignore[index]
    assert [row[0] for row in rows("What each dependency is for")] == packages
    assert all(row[1] for row in rows("What each dependency is for"))


def test_extras_and_test_tools() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    packages = [(extra, re.match(r"[\w-]+", one)[0]) for extra in extras for one in extras[extra] if "bgpcheck[" not in one]  # type: ignore[index]
    assert [(row[0], row[1]) for row in rows("Extras and test tools")] == packages
    assert all(row[2] for row in rows("Extras and test tools"))


def test_pythons() -> None:
    claimed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["classifiers"]
    minors = [int(one.rpartition(".")[2]) for one in claimed if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", one)]
    assert re.findall(r"Python 3\.(\d+) to 3\.(\d+)", README) == [(str(min(minors)), str(max(minors)))]


def test_policies() -> None:
    section = README.partition("## How a verdict is reached")[2].partition("## ")[0]
    assert set(configs.policy_names()) <= set(re.findall(r"[a-z]+-?[a-z]+", section))


def test_registry_files_are_those_that_are_read() -> None:
    from bgpcheck.fetch.folder import FolderFetcher  # noqa: PLC0415 (only here)

    names = [cell for row in rows("Registry data") for cell in re.findall(r"[\w<>*./…-]+", row[0])]
    assert {"delegated-<rir>…", "vrps*.json", "vrps*.csv", "slurm*.json", "<SOURCE>.db", "<SOURCE>.rpsl"} <= set(names)
    fetcher = FolderFetcher.open(ROOT / "fixtures" / "registry")
    assert fetcher.notes == []


def test_preflight_example_is_read() -> None:
    from bgpcheck.formats import preflight  # noqa: PLC0415 (only here)

    text = README.partition("## Preflight file")[2].partition("```yaml\n")[2].partition("```")[0]
    read = preflight.parse(text.encode(), configs.settings(), file="README.md")
    assert [str(prefix) for _, prefix in read.peering.listed] == ["193.0.0.0/21", "2001:67c:2e8::/48"]


def test_the_table_of_rules_is_the_catalogues() -> None:
    """Written by ``bgpcheck explain --format markdown``."""
    (shown,) = re.findall(r"<!-- rules -->\n(.*?)<!-- /rules -->", README, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-m", "bgpcheck", "explain", "--format", "markdown"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown == done.stdout
