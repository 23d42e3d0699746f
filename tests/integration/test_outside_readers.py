"""What others make of our outputs: JUnit by two readers (junitparser of PyPI, junit2json of npm), SARIF by Microsoft's validator.

The SARIF multitool runs all its rules, those of GitHub's code scanning too. It finds no error; what it would rather have stands in
``REMAINING``, with the reason why it does not get it.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import hostile
import judged
import pytest
from integration.daemons import daemon, node_package
from junitparser import JUnitXml
from program import NOW, ROOT

from bgpcheck import api
from bgpcheck.render.junit import as_junit
from bgpcheck.render.sarif import as_sarif

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bgpcheck.formats.preflight_places import Places
    from bgpcheck.render.told import Fault
    from bgpcheck.result import Result

REMAINING = {
    ("SARIF2002", "note"): "messages by id and arguments: each is a sentence of its own, made from what registries say",
    ("SARIF2003", "note"): "version control: bgpcheck does not look into the repository",
    ("SARIF2005", "warning"): "informationUri: bgpcheck has no page of its own",
    ("SARIF2006", "note"): "reachable URIs: the validator has no network here",
    ("SARIF2009", "note"): "rule ids such as CS2001: ours are the reason codes that every other output and bgpcheck explain name",
    ("SARIF2010", "note"): "snippets: a line of a preflight file can hold a service key",
    ("SARIF2011", "note"): "context regions: the same",
    ("SARIF2013", "note"): "content of files: the same",
    ("SARIF2012", "note"): "help URIs, as above; a rule id such as PFX-1 is its only name",
}
PLACELESS = {"command line", "private"}  # GitHub wants a place for each result; these have none, so GitHub's rules are not for them
READ = """\
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
const { parse } = await import(pathToFileURL(createRequire(process.argv[2] + "/").resolve("junit2json")));
console.log(JSON.stringify(await parse(readFileSync(0, "utf-8"))));
"""
LONG = 300  # seconds


@dataclass(frozen=True)
class Output:
    """Results with places and faults, as an output takes them."""

    results: Sequence[Result]
    places: Sequence[Places] = ()
    faults: Sequence[Fault] = ()


OUTCOME = {"configured": "passed", "validation-needed": "failure", "manual-validation": "failure", "undetermined": "error"}


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Output]:
    """Every kind of result: all verdicts, blockers, private peering, nothing, faults, and registries full of hostile texts."""
    folder = tmp_path_factory.mktemp("outputs")
    files = [
        str(ROOT / "configs" / "preflight" / f"{name}.yaml") for name in ("tour", "ready", "needs-work", "private-asn", "silent-source")
    ]
    made = [api.check_sync(api.Options(preflight=name, now=NOW)) for name in files]
    blocked, places = judged.blocked(folder)
    dangerous = []
    for number, text in enumerate(hostile.TEXTS.values()):
        (folder / str(number)).mkdir()
        dangerous.append(hostile.outcomes(text, folder / str(number)))
    return {
        "all": Output([one.result for one in made], [judged.of_tour(one) for one in made]),
        "command line": Output([made[0].result]),
        "blocked": Output([blocked], [places]),
        "private": Output([judged.private(folder)]),
        "faults": Output([made[1].result], [judged.of_tour(made[1])], judged.faults()),
        "faults only": Output([], faults=judged.faults()),
        "hostile": Output(
            [one.result for one in dangerous],
            [judged.of_tour(one) for one in dangerous],
            [
                judged.Fault(text, text.replace("\0", "")[:100].encode("utf-8", "replace").decode() or "x", 1)
                for text in hostile.TEXTS.values()
            ],
        ),
    }


NAMES = ("all", "command line", "blocked", "private", "faults", "faults only", "hostile")


# ── JUnit ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────

Case = tuple[str, str, str, str]  # suite, name, outcome, message


def by_junitparser(text: str) -> list[Case]:
    """What junitparser reads."""
    suites = JUnitXml.fromstring(text.encode())
    assert (suites.tests, suites.failures, suites.errors) == tuple(
        sum(getattr(one, name) for one in suites) for name in ("tests", "failures", "errors")
    )
    return [
        (suite.name, case.name, *((type(case.result[0]).__name__.lower(), case.result[0].message or "") if case.result else ("passed", "")))
        for suite in suites
        for case in suite
    ]


def by_junit2json(text: str, folder: Path) -> list[Case]:
    """What junit2json reads."""
    module = node_package("junit2json").parent.parent
    script = folder / "read.mjs"
    script.write_text(READ)
    done = subprocess.run([daemon("node"), script, module], input=text, capture_output=True, text=True, timeout=LONG, check=False)
    assert done.returncode == 0, done.stderr
    found: list[Case] = []
    for suite in json.loads(done.stdout).get("testsuite", []):
        for case in suite.get("testcase", []):
            kind = next((kind for kind in ("failure", "error", "skipped") if kind in case), "passed")
            message = (case[kind][0].get("message") or "") if kind != "passed" else ""
            found.append((suite["name"], case["name"], kind, message))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_two_readers_of_junit_agree_with_the_verdicts(name: str, outputs: dict[str, Output], tmp_path: Path) -> None:
    one = outputs[name]
    text = as_junit(one.results, one.places, one.faults)
    cases = by_junitparser(text)
    assert by_junit2json(text, tmp_path) == cases
    outcomes = [kind for _, case, kind, _ in cases]
    expected = [OUTCOME[each.verdict.outcome] for result in one.results for each in result.assessments]
    blockers = sum(len(result.blockers) for result in one.results)
    private = sum(result.verdict is None for result in one.results)
    assert sorted(outcomes) == sorted([*expected, *["failure"] * blockers, *["skipped"] * private, *["error"] * len(one.faults)])
    good = all(result.verdict in {"configured", None} for result in one.results) and not one.faults
    assert (set(outcomes) <= {"passed", "skipped"}) == good
    assert not [word for case in cases for word in case if hostile.acting(word)]


def test_readers_refuse_what_is_broken(tmp_path: Path) -> None:
    """That they agree says something."""
    with pytest.raises(Exception, match=r"invalid token|not well-formed|XML"):
        by_junitparser('<testsuites><testsuite name="\x1b"/></testsuites>')
    assert by_junit2json('<testsuites><testsuite name="a"><testcase name="b"/></testsuite></testsuites>', tmp_path) == [
        ("a", "b", "passed", "")
    ]


# ── SARIF ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


Remark = tuple[str, str, str]  # rule, level, what it says


def validated(file: Path, kinds: str = "Sarif;Ghas") -> set[Remark]:
    """What Microsoft's validator says of a log. It would ask the Internet for the schema: a proxy that is none keeps it from that."""
    asked = subprocess.run(
        [daemon("node"), "-p", "require(process.argv[1])", node_package("@microsoft/sarif-multitool")], capture_output=True, check=True
    )
    log = file.with_suffix(".log")
    env = {"PATH": os.environ["PATH"], "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HOME": str(file.parent)}
    env |= dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    words = ("--rule-kind", kinds, "--level", "Error;Warning;Note", "--log", "ForceOverwrite", "--output", log)
    done = subprocess.run(
        [asked.stdout.decode().strip(), "validate", file, *words], env=env, capture_output=True, text=True, timeout=LONG, check=False
    )
    assert log.exists(), done.stdout + done.stderr
    (run,) = json.loads(log.read_text("utf-8-sig"))["runs"]
    assert run["invocations"][0]["executionSuccessful"], done.stdout
    rules = {one["id"]: one for one in run["tool"]["driver"].get("rules", [])}
    return {
        (one["ruleId"], one.get("level", "warning"), spelled(rules[one["ruleId"].partition("/")[0]], one["message"]))
        for one in run.get("results", [])
    }


def spelled(rule: dict[str, Any], message: dict[str, Any]) -> str:
    """What a result says, as far as the test's output needs it."""
    return str(message.get("text") or f"{rule['messageStrings'][message['id']]['text'][:300]} {message['arguments']}")


@pytest.mark.parametrize("name", NAMES)
def test_microsofts_validator_finds_no_error(name: str, outputs: dict[str, Output], tmp_path: Path) -> None:
    one, file = outputs[name], tmp_path / "x.sarif"
    file.write_text(as_sarif(one.results, one.places, one.faults))
    said = validated(file, "Sarif" if name in PLACELESS else "Sarif;Ghas")
    assert [remark for remark in sorted(said) if remark[:2] not in REMAINING] == []
    assert ("SARIF2005", "warning") in {remark[:2] for remark in said}  # it did look


BREAKING = {
    "no message": ('"message": {', '"massage": {'),
    "a line 0": ('"startLine": 17', '"startLine": 0'),
    "a rule elsewhere": ('"ruleIndex": 1,', '"ruleIndex": 99,'),
    "a name from the root": ('"uri": "configs', '"uri": "/configs'),
    "a name that is no URI": ('"uri": "configs', '"uri": "a b'),
}


@pytest.mark.parametrize(("old", "new"), BREAKING.values(), ids=BREAKING)
def test_the_validator_finds_what_is_broken(old: str, new: str, outputs: dict[str, Output], tmp_path: Path) -> None:
    """That it finds no error says something."""
    one, file = outputs["all"], tmp_path / "x.sarif"
    text = as_sarif(one.results, one.places)
    assert old in text
    file.write_text(text.replace(old, new))
    assert "error" in {level for _, level, _ in validated(file)}
