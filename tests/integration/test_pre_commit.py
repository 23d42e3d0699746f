"""The hook as pre-commit runs it: a repository with ``.pre-commit-hooks.yaml``, another that uses it, and changes that are to be committed.

pre-commit installs bgpcheck into an environment of its own, for which pip wants PyPI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from integration.daemons import daemon
from program import ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SOURCE = ("bgpcheck", "configs", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
LONG = 900  # seconds, for pip
WHO = ("-c", "user.name=x", "-c", "user.email=x@example.net", "-c", "commit.gpgsign=false")
EXAMPLES = {
    "ready": 0,
    "needs-work": 3,
    "private-asn": 4,
    "silent-source": 5,
    "broken": 2,
}


@dataclass(frozen=True)
class Repository:
    """A repository that uses the hook; ``env``: what git and pre-commit see of the outside."""

    folder: Path
    env: Mapping[str, str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(words, cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=LONG, check=False)
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout + done.stderr)

    def git(self, *words: str) -> str:
        done = self.run("git", *WHO, *words)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def stage(self, **names: str) -> None:
        """Change files of the list of peerings to examples, and nothing else."""
        self.git("reset", "-q", "--hard")
        for name, example in names.items():
            path = self.folder / f"{name.replace('__', '/')}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text_of(example))
        self.git("add", "-A")


def text_of(example: str) -> str:
    """An example whose registry data stand where they are, or what is none."""
    if example == "broken":
        return "peering:\n  peerAsn: x\n  ipv4: {prefixes: [193.0.0.0/21]}\n"
    return (ROOT / "configs" / "preflight" / f"{example}.yaml").read_text().replace("../../fixtures", (ROOT / "fixtures").as_posix())


def new(folder: Path, env: Mapping[str, str]) -> Repository:
    """Put a folder under version control."""
    made = Repository(folder, env)
    made.git("init", "-q")
    made.git("add", "-A")
    made.git("commit", "-q", "--no-verify", "-m", "all")
    return made


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository whose configuration is the sample, with the place of bgpcheck filled in; one commit is there."""
    daemon("git")
    folder = tmp_path_factory.mktemp("hook")
    pip = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_")) or name.lower().endswith("_proxy")}
    env = {name: value for name, value in environment(HOME=str(folder)).items() if name != "PYTHONPATH"} | pip
    env |= {"PRE_COMMIT_HOME": str(folder / "home"), "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    source, use = folder / "source", folder / "use"
    source.mkdir()
    for name in SOURCE:
        path = ROOT / name
        ignore = shutil.ignore_patterns("__pycache__")
        _ = shutil.copytree(path, source / name, ignore=ignore) if path.is_dir() else shutil.copy(path, source / name)
    sample = (ROOT / "configs" / "ci" / "pre-commit-config.yaml").read_text()
    rev = next(line.split()[1] for line in sample.splitlines() if line.strip().startswith("rev:"))
    new(source, env).git("tag", rev)
    use.mkdir()
    (use / ".pre-commit-config.yaml").write_text(sample.replace("https://github.com/OWNER/bgpcheck", source.as_posix()))
    (use / "preflight").mkdir()
    (use / "preflight" / "before.yaml").write_text(text_of("needs-work"))  # is there already, and not this commit's matter
    made = new(use, env)
    installed = made.run(sys.executable, "-m", "pre_commit", "install-hooks")
    if installed.returncode:
        reason = f"needs PyPI, from which pre-commit installs bgpcheck: {installed.stdout[-500:]}"
        (pytest.fail if os.environ.get("BGPCHECK_NO_SKIP") == "1" else pytest.skip)(reason)
    return made


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_hook_fails_with_every_status_but_0(example: str, repository: Repository) -> None:
    repository.stage(preflight__new=example)
    done = repository.run(sys.executable, "-m", "pre_commit", "run")
    status = EXAMPLES[example]
    assert done.returncode == (1 if status else 0), done.stdout
    assert ("Passed" if status == 0 else f"- exit code: {status}\n") in done.stdout
    assert "needs-work: " not in done.stdout or example == "needs-work"


@pytest.mark.parametrize(
    ("names", "status"),
    [
        ({"preflight": "ready"}, 0),
        ({"preflight-ams": "needs-work"}, 3),
        ({"circuits__preflight": "silent-source"}, 5),
        ({"preflight__a": "ready", "preflight__b": "silent-source", "preflight": "needs-work"}, 3),
        ({"preflight__a": "ready", "preflight__b": "broken", "preflight__c": "private-asn"}, 2),
    ],
    ids=str,
)
def test_all_changed_files_are_judged_in_one_run(names: dict[str, str], status: int, repository: Repository) -> None:
    repository.stage(**names)
    done = repository.run(sys.executable, "-m", "pre_commit", "run", "--verbose")
    assert done.returncode == (1 if status else 0), done.stdout
    assert f"exit code: {status}" in done.stdout or not status
    for example in names.values():
        assert f"{example}: " in done.stdout or (example == "broken" and "b.yaml:2: peering.peerAsn: 'x' is not" in done.stdout)


def test_other_files_are_no_matter(repository: Repository) -> None:
    repository.stage(other="broken")
    done = repository.run(sys.executable, "-m", "pre_commit", "run")
    assert done.returncode == 0
    assert "no files to check" in done.stdout


def test_a_commit_is_refused_and_a_good_one_is_not(repository: Repository) -> None:
    assert repository.run(sys.executable, "-m", "pre_commit", "install").returncode == 0
    repository.stage(preflight__new="silent-source")
    refused = repository.run("git", *WHO, "commit", "-q", "-m", "new")
    assert refused.returncode == 1, refused.stdout
    assert "- exit code: 5" in refused.stdout
    repository.stage(preflight__new="ready")
    assert repository.run("git", *WHO, "commit", "-q", "-m", "new").returncode == 0
