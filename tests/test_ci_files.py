"""``configs/ci`` and the pre-commit hook: what they say is true, and every script in them runs as GitHub and pre-commit would run it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from program import ROOT, environment

from bgpcheck.cli import parse, parser
from bgpcheck.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CI = ROOT / "configs" / "ci"
FILES = [*sorted(CI.iterdir()), ROOT / ".pre-commit-hooks.yaml"]
EXAMPLES = {"ready": 0, "needs-work": 3, "private-asn": 4, "silent-source": 5}
BROKEN = "peering:\n  peerAsn: x\n"
PINNED = re.compile(r"(?:\./[\w./-]+|[\w.-]+/[\w./-]+@[0-9a-f]{40})")


def loaded(path: Path) -> Any:  # noqa: ANN401 (YAML)
    """Read YAML as GitHub does: ``on`` is a word, and so is everything else."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 (makes text, lists and mappings only)


ACTION, WORKFLOW = loaded(CI / "action.yml"), loaded(CI / "workflow.yml")
JOBS = WORKFLOW["jobs"]
STEPS = [*ACTION["runs"]["steps"], *(step for job in JOBS.values() for step in job["steps"])]


def test_each_file_is_read() -> None:
    assert {path.name for path in FILES} == {"action.yml", "workflow.yml", "pre-commit-config.yaml", ".pre-commit-hooks.yaml"}
    assert all(loaded(path) for path in FILES)


def test_actions_are_pinned_and_say_their_version() -> None:
    used = [step["uses"] for step in STEPS if "uses" in step]
    assert len(used) >= 4
    assert [one for one in used if not PINNED.fullmatch(one)] == []
    lines = [
        line for name in ("action.yml", "workflow.yml") for line in (CI / name).read_text().splitlines() if re.search(r"uses: \w", line)
    ]
    assert len(lines) == 4
    assert [line for line in lines if not re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []


def test_rights_are_as_few_as_can_be() -> None:
    assert WORKFLOW["permissions"] == {}
    assert [job["permissions"] for job in JOBS.values()] == [{"contents": "read", "security-events": "write"}]
    assert "pull_request_target" not in WORKFLOW["on"]
    (checkout,) = [step for step in STEPS if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"] == {"persist-credentials": "false"}


def test_no_expression_stands_in_a_script() -> None:
    scripts = [step["run"] for step in STEPS if "run" in step]
    assert len(scripts) == 3
    assert [script for script in scripts if "${{" in script] == []


def test_inputs_and_files_fit_together() -> None:
    mine = next(step for step in STEPS if step.get("uses", "").startswith("./"))
    assert f"{mine['uses'].removeprefix('./')}/action.yml" in (CI / "action.yml").read_text()
    assert mine["with"].keys() <= ACTION["inputs"].keys()
    folder = ACTION["inputs"]["folder"]["default"]
    paths = [one for step in STEPS for one in (step.get("with", {}).get("path"), step.get("with", {}).get("sarif_file")) if one]
    assert len(paths) == 2
    assert all(one.startswith(f"{folder}/") for one in paths)
    assert all(one["description"] for one in ACTION["inputs"].values())
    used = set(re.findall(r"inputs\.([\w-]+)", (CI / "action.yml").read_text()))
    assert used == ACTION["inputs"].keys()


def test_the_version_is_this_one() -> None:
    assert ACTION["inputs"]["requirement"]["default"] == f"bgpcheck=={__version__}"
    (repo,) = loaded(CI / "pre-commit-config.yaml")["repos"]
    assert repo["rev"] == f"v{__version__}"


def test_options_exist() -> None:
    known = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", parser("check").format_help()))
    lines = [line for step in STEPS for line in step.get("run", "").splitlines() if "bgpcheck check" in line or "options" in line]
    assert len(lines) >= 8
    assert {word for line in lines for word in re.findall(r"(?<![\w-])--[a-z][a-z-]+", line)} <= known


# ── the action ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Runner:
    """A folder in which the scripts of the action run as GitHub runs them; ``calls``: each start of bgpcheck."""

    folder: Path
    calls: list[list[str]] = field(default_factory=list)
    written: str = ""  # standard output
    told: str = ""  # standard error

    def git(self, *words: str) -> None:
        env = environment(HOME=str(self.folder), GIT_CONFIG_GLOBAL=os.devnull)
        subprocess.run(["git", "-C", self.folder / "checkout", *words], env=env, capture_output=True, check=True)

    def add(self, **files: str) -> None:
        """Put files under version control; ``__`` in a name is a slash."""
        for name, text in files.items():
            self.put(name.replace("__", "/") + ".yaml", text)

    def put(self, name: str, text: str) -> None:
        path = self.folder / "checkout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        self.git("add", "--", name)

    def run(self, step: Mapping[str, Any], inputs: Mapping[str, str]) -> int:
        """Run the script of a step with the shell and the options that GitHub gives it."""
        given = {name: one["default"] for name, one in ACTION["inputs"].items()} | dict(inputs)
        values = {name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: given[m[1]], text) for name, text in step["env"].items()}
        script, log = self.folder / "script.sh", self.folder / "calls"
        script.write_text(step["run"])
        log.write_bytes(b"")
        tools = {"PATH": f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "CALLS": str(log), "HOME": str(self.folder)}
        files = {"GITHUB_OUTPUT": str(self.folder / "outputs"), "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md")}
        workspace = {"GITHUB_WORKSPACE": str(self.folder / "checkout"), "GITHUB_ACTIONS": "true"}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script],
            cwd=self.folder / "checkout",
            env=environment(**tools, **files, **workspace, **values),
            capture_output=True,
            text=True,
            check=False,
        )
        self.written, self.told = done.stdout, done.stderr
        self.calls = [json.loads(line) for line in log.read_text().splitlines()]
        return done.returncode

    def result(self, name: str) -> Path:
        return self.folder / "checkout" / "bgpcheck-results" / name


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    """A checkout under git, and bgpcheck and python on PATH: they note how they are called, and bgpcheck is the real one."""
    if not all(map(shutil.which, ("bash", "git", "jq"))):
        (pytest.fail if os.environ.get("BGPCHECK_NO_SKIP") == "1" else pytest.skip)("needs bash, git and jq: apt-get install git jq")
    for name, then in {"bgpcheck": f"os.execv({sys.executable!r}, [{sys.executable!r}, '-m', *sys.argv])", "python": ""}.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(
            f"#!{sys.executable}\nimport json, os, sys\nsys.argv[0] = {name!r}\n"
            f"with open(os.environ['CALLS'], 'a') as file:\n    file.write(json.dumps(sys.argv) + '\\n')\n{then}\n"
        )
        program.chmod(0o755)
    (tmp_path / "checkout").mkdir()
    made = Runner(tmp_path)
    made.git("init", "-q")
    return made


def example(name: str) -> str:
    """An example whose registry data stand where they are."""
    text = (ROOT / "configs" / "preflight" / f"{name}.yaml").read_text()
    return text.replace("../../fixtures", (ROOT / "fixtures").as_posix())


CLEAR, INSTALL, CHECK = (step for step in ACTION["runs"]["steps"] if "run" in step)


@pytest.mark.parametrize(
    ("files", "status"),
    [
        *(({f"preflight__{name}": example(name)}, status) for name, status in EXAMPLES.items()),
        ({"preflight": example("ready")}, 0),
        ({"preflight__a": example("ready"), "preflight__b__c": example("silent-source"), "preflight__d": example("needs-work")}, 3),
        ({"preflight__a": example("ready"), "preflight__b": BROKEN}, 2),
        ({"preflight__a": BROKEN}, 2),
    ],
    ids=lambda one: "+".join(one) if isinstance(one, dict) else str(one),
)
def test_the_action_checks(files: dict[str, str], status: int, runner: Runner) -> None:
    runner.add(**files, other__flight=BROKEN)
    assert runner.run(CHECK, {}) == status
    assert (runner.folder / "outputs").read_text() == f"status={status}\n"
    assert len(runner.calls) == 3 + len(files)
    assert len({call[call.index("--now") + 1] for call in runner.calls}) == 1
    lines = runner.written.splitlines()
    assert [line for line in lines if not re.match(r"::(error|warning|notice) ", line)] == []
    assert any(line.startswith("::error ") for line in lines) == bool(status)
    suites = ET.parse(runner.result("bgpcheck.xml")).getroot()  # noqa: S314 (made here)
    assert len(suites) == len(files)
    assert (
        (suites.get("failures"), suites.get("errors")) == ("0", "0")
        if status == 0
        else (suites.get("failures"), suites.get("errors")) != ("0", "0")
    )
    bundles = [f"evidence-{number}.zip" for number, text in enumerate(files.values(), 1) if text != BROKEN]
    assert sorted(path.name for path in runner.result("").glob("*.zip")) == bundles
    assert "Not judged" in (runner.folder / "summary.md").read_text() or BROKEN not in files.values()


def test_code_scanning_gets_what_is_wrong_with_a_place(runner: Runner) -> None:
    runner.add(preflight__a=example("tour"), preflight__b=example("silent-source"))
    assert runner.run(CHECK, {}) == 4
    (run,) = json.loads(runner.result("code-scanning.sarif").read_text())["runs"]
    assert [(one["ruleId"], one["level"]) for one in run["results"] if one["level"] == "error"] == [
        ("origin-mismatch", "error"),
        ("other-holder", "error"),
        ("source-unavailable", "error"),
        ("source-unavailable", "error"),
    ]
    places = [one["locations"][0]["physicalLocation"] for one in run["results"]]
    assert {one["artifactLocation"]["uri"] for one in places} == {"preflight/a.yaml", "preflight/b.yaml"}
    assert not [one for one in run["results"] if "kind" in one]
    whole = json.loads(runner.result("bgpcheck.sarif").read_text())["runs"][0]
    assert len(whole["results"]) > len(run["results"])


def test_inputs_are_handed_on(runner: Runner) -> None:
    data = str(ROOT / "fixtures" / "registry")
    runner.put("mine/x y.yml", "peering:\n  peerAsn: 3333\n  ipv4: {prefixes: [193.0.0.0/21]}\n")
    inputs = {"files": "\nmine/*.yml\n\n", "registry-data": data, "policy": "strict", "folder": "out put"}
    assert runner.run(CHECK, inputs) == 0, runner.told
    for call in runner.calls:
        assert call[:3] == ["bgpcheck", "check", "./mine/x y.yml"]
        assert call[call.index("--registry-data") + 1] == data
        assert call[call.index("--policy") + 1] == "strict"
        assert "--live" not in call
    assert {path.name for path in (runner.folder / "checkout" / "out put").iterdir()} == {
        "bgpcheck.xml", "bgpcheck.sarif", "code-scanning.sarif", "evidence-1.txt", "evidence-1.zip",
    }  # fmt: skip


@pytest.mark.parametrize("word", ["true", "True", "TRUE"])
def test_live_is_asked_for_and_no_more(word: str, runner: Runner) -> None:
    runner.add(preflight=BROKEN)  # so that nothing is sent
    runner.run(CHECK, {"live": word})
    assert [call.count("--live") for call in runner.calls] == [1] * len(runner.calls) == [1] * 4


@pytest.mark.parametrize("word", ["yes", "1", "true x", "%"])
def test_a_word_for_live_that_is_none_is_an_error(word: str, runner: Runner) -> None:
    runner.add(preflight=example("ready"))
    assert runner.run(CHECK, {"live": word}) == 2
    assert runner.written == "::error title=bgpcheck::the input live is true or false\n"
    assert (runner.calls, (runner.folder / "outputs").read_text()) == ([], "status=2\n")


def test_code_scanning_gets_nothing_where_a_file_cannot_be_read(runner: Runner) -> None:
    """Else what was wrong with it would be closed there."""
    runner.add(preflight__a=example("tour"), preflight__b=BROKEN)
    assert runner.run(CHECK, {}) == 2
    assert (runner.result("bgpcheck.sarif").exists(), runner.result("code-scanning.sarif").exists()) == (True, False)


@pytest.mark.parametrize("folder", ["bgpcheck-results", "-x", "--output=y"])
def test_nothing_in_the_folder_is_older_than_the_run(folder: str, runner: Runner) -> None:
    runner.add(preflight=BROKEN)
    runner.put(f"{folder}/code-scanning.sarif", "{}")
    runner.put(f"{folder}/bgpcheck.xml", "old")
    assert ACTION["runs"]["steps"][0] == CLEAR
    assert runner.run(CLEAR, {"folder": folder}) == 0, runner.told
    assert not (runner.folder / "checkout" / folder).exists()
    assert runner.run(CHECK, {"folder": folder}) == 2
    assert {path.name for path in (runner.folder / "checkout" / folder).iterdir()} == {"bgpcheck.xml", "bgpcheck.sarif"}


CHOSEN = ["preflight.yaml", "preflight.yml", "a/b/preflight-x.yml", "preflight/.yaml", "a/preflight/b/c.yml", "--output=x/preflight.yaml"]
LEFT = ["flight.yaml", "my-preflight.yaml", "preflights/a.yaml", "preflight.yaml.txt", "preflight", "a/preflight.json"]


def test_hook_workflow_and_action_choose_the_same_files(runner: Runner) -> None:
    (hook,) = loaded(ROOT / ".pre-commit-hooks.yaml")
    assert [name for name in (*CHOSEN, *LEFT) if re.search(hook["files"], name)] == CHOSEN
    for name in CHOSEN + [name for name in LEFT if name != "preflight"]:
        runner.put(name, example("ready"))
    assert runner.run(CHECK, {}) == 0, runner.told
    assert {word for call in runner.calls for word in call if word.startswith("./")} == {f"./{name}" for name in CHOSEN}
    (line,) = [line for line in CHECK["run"].splitlines() if "usual=(" in line]
    assert re.findall(r"'([^']+)'", line) == [one for one in WORKFLOW["on"]["pull_request"]["paths"] if not one.startswith(".github/")]


def test_the_hook_takes_no_name_for_an_option() -> None:
    (hook,) = loaded(ROOT / ".pre-commit-hooks.yaml")
    name, *words = [*hook["entry"].split(), *hook["args"], "--output=x/preflight.yaml", "-v/preflight.yaml"]
    found = parse(words)
    assert (name, found.preflight, found.output) == ("bgpcheck", ["./--output=x/preflight.yaml", "./-v/preflight.yaml"], None)
    assert "args: [--registry-data, data.snapshot, --strict, --]" in (CI / "pre-commit-config.yaml").read_text()


@pytest.mark.parametrize("files", [" preflight.yaml\t", "\n  *.yaml \n\npreflight.yaml", "", "\n \n"])
def test_blanks_around_patterns_mean_nothing(files: str, runner: Runner) -> None:
    runner.add(preflight=example("needs-work"))
    assert runner.run(CHECK, {"files": files}) == 3, runner.told
    assert len(runner.calls) == 4


def test_a_default_that_fits_nothing_is_no_success(runner: Runner) -> None:
    runner.add(flight=example("ready"))
    assert runner.run(CHECK, {}) == 2
    assert runner.written == "::error title=bgpcheck::no file in git is a preflight file: name yours by the input files\n"
    assert (runner.calls, (runner.folder / "outputs").read_text()) == ([], "status=2\n")


@pytest.mark.parametrize("files", ["nowhere/*.yaml", ":(top)x", "$(touch pwned)\n`touch pwned`", "preflight.yaml\n100%/*.yaml"])
def test_no_file_is_no_success(files: str, runner: Runner) -> None:
    runner.add(preflight=example("ready"))
    assert runner.run(CHECK, {"files": files}) == 2
    assert runner.written.startswith("::error title=bgpcheck::no file in git fits the pattern ")
    assert "100%25/*.yaml" in runner.written or "%" not in files
    assert runner.written.count("\n") == 1
    assert (runner.calls, (runner.folder / "outputs").read_text()) == ([], "status=2\n")
    assert not (runner.folder / "checkout" / "pwned").exists()


@pytest.mark.parametrize("name", ["--output=pwned.yaml", "$(touch pwned).yaml", "a'b\"c;touch pwned.yaml", "x\n::error::y.yaml"])
def test_a_files_name_is_a_name(name: str, runner: Runner) -> None:
    runner.put(f"preflight/{name}", example("ready"))
    runner.put(name, example("ready"))
    assert runner.run(CHECK, {"files": "*\npreflight/*"}) == 0, runner.told
    assert {call[2] for call in runner.calls} == {f"./preflight/{name}", f"./{name}"}
    assert not [path for path in (runner.folder / "checkout").iterdir() if path.name == "pwned"]
    assert not re.search(r"^::error", runner.written, re.MULTILINE)


def test_what_is_installed_is_one_word(runner: Runner) -> None:
    word = "--index-url=x bgpcheck; touch pwned"
    assert runner.run(INSTALL, {"requirement": word}) == 0
    assert runner.calls == [["python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--", word]]
