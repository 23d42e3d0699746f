"""Outputs that point at lines of the preflight file, as a workflow calls them: names, faults, exit status, the step summary."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from program import NOW, ROOT, run

from bgpcheck.cli import placing
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.formats.preflight_places import Places
from bgpcheck.render import PLACING
from bgpcheck.render.told import Fault

if TYPE_CHECKING:
    from pathlib import Path

TEXT = f"""\
name: mine
peering:
  peerAsn: 3333
  ipv4:
    prefixes:
      - 193.0.0.1/21
registryData: {json.dumps(str(ROOT / "fixtures" / "registry"))}
"""
BROKEN = TEXT.replace("3333", "'<b>:: 1%'")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a good file, a broken one, and one in a folder with a blank."""
    for name, text in {"good.yaml": TEXT, "broken.yaml": BROKEN, "a b/good.yaml": TEXT}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "workspace", "folder", "shown"),
    [
        ("a b/good.yaml", "", ".", "a b/good.yaml"),
        ("./a b/../good.yaml", "", ".", "good.yaml"),
        ("good.yaml", "..", "a b", "a b/good.yaml"),
        ("../good.yaml", "..", "a b", "good.yaml"),
        ("../good.yaml", "", "a b", "good.yaml"),  # outside: no more than its name
        ("{here}/good.yaml", "", ".", "good.yaml"),
        ("{here}/a b/good.yaml", "{here}", "/", "a b/good.yaml"),
        ("/etc/hosts", "{here}", ".", "hosts"),
    ],
)
def test_a_file_is_named_from_the_checkout(  # noqa: PLR0913, PLR0917 (a table of four columns)
    name: str, workspace: str, folder: str, shown: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout / folder)
    monkeypatch.setenv("GITHUB_WORKSPACE", workspace.format(here=checkout))
    assert placing.shown(name.format(here=checkout)) == shown


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (FormatError("no", file="a.yaml", line=3, field="x"), Fault("x: no", "a.yaml", 3)),
        (FormatError("no", file="a.yaml"), Fault("no", "a.yaml")),
        (FormatError("no", file="other.json", line=3), Fault("other.json:3: no")),
        (UsageError("a.yaml: no"), Fault("no", "a.yaml")),
        (UsageError("--policy: no"), Fault("--policy: no")),
        (FormatError("no", file="-", line=2), Fault("-:2: no")),
    ],
    ids=str,
)
def test_a_fault_stands_in_its_preflight_file(
    error: UsageError | FormatError, fault: Fault, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    assert [*placing.told({str(error): error}, ["-", "a.yaml", "b.yaml"])] == [fault]


def test_lines_of_what_options_replace_are_left_out(checkout: Path) -> None:
    words = ("check", "good.yaml", "--now", NOW, "--format", "github")
    assert ",line=6,title=PFX-8" in run(*words, cwd=checkout).stdout
    assert "line=" not in run(*words, "--prefix", "193.0.0.0/21", cwd=checkout).stdout.partition("\n")[2]
    whole = run(*words, "--prefix", "193.0.0.1/21", cwd=checkout).stdout
    assert "::warning title=PFX-8" in whole
    assert "file=good.yaml,line=2,title=mine" in whole  # the peering is the file's


def test_what_comes_from_standard_input_stands_nowhere(checkout: Path) -> None:
    ran = run("check", "-", "--now", NOW, "--format", "github", given=TEXT.encode(), cwd=checkout)
    assert ran.status == 0
    assert "file=" not in ran.stdout
    assert run("check", "-", "--format", "github", given=BROKEN.encode(), cwd=checkout).stdout.startswith(
        "::error title=bgpcheck%3A not judged::"
    )


@pytest.mark.parametrize("form", sorted(PLACING))
@pytest.mark.parametrize("names", [("broken.yaml",), ("good.yaml", "broken.yaml")], ids=len)
@pytest.mark.parametrize("aside", [False, True])
def test_a_broken_file_is_told_in_the_output(form: str, names: tuple[str, ...], aside: bool, checkout: Path) -> None:  # noqa: FBT001
    words = ("--output", "out") if aside else ()
    ran = run("check", *names, "--now", NOW, "--format", form, *words, cwd=checkout)
    assert ran.status == 2
    assert (
        ran.stderr
        == "bgpcheck: broken.yaml:3: peering.peerAsn: '<b>:: 1%' is not an AS number: write 0 to 4294967295, with or without AS\n"
    )
    text = (checkout / "out").read_text() if aside else ran.stdout
    if form == "github":
        assert text.startswith(
            "::error file=broken.yaml,line=3,title=bgpcheck%3A not judged::broken.yaml:3: peering.peerAsn: '<b>:: 1%25' is"
        )
    elif form == "junit":
        (error,) = ET.fromstring(text).iter("error")  # noqa: S314 (made here)
        assert error.get("message", "").startswith("peering.peerAsn: '<b>:: 1%' is not an AS number")
    else:
        (invocation,) = json.loads(text)["runs"][0]["invocations"]
        assert not invocation["executionSuccessful"]
        assert invocation["toolConfigurationNotifications"][0]["locations"][0]["physicalLocation"]["region"] == {"startLine": 3}
    assert ("mine" in text) == (len(names) > 1)


@pytest.mark.parametrize("form", sorted(PLACING))
def test_an_empty_link_costs_no_answer(form: str, checkout: Path) -> None:
    (checkout / "link.yaml").write_text(TEXT.replace("    prefixes", "    primary: ''\n    prefixes").replace("mine", "yours"))
    ran = run("check", "good.yaml", "link.yaml", "--now", NOW, "--format", form, cwd=checkout)
    assert (ran.status, ran.stderr) == (0, "")
    assert "mine" in ran.stdout
    assert "yours" in ran.stdout


def test_a_file_without_places_keeps_its_name(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    assert placing.places("broken.yaml", BROKEN.encode(), ["prefixes"]) == Places("broken.yaml", replaced=frozenset({"prefixes"}))


def test_a_broken_file_makes_no_bundle(checkout: Path) -> None:
    ran = run("check", "broken.yaml", "--format", "junit", "--evidence", "e.zip", cwd=checkout)
    assert (ran.status, (checkout / "e.zip").exists()) == (2, False)


# ── the step summary ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_step_summary_has_everything(checkout: Path) -> None:
    summary = checkout / "summary.md"
    summary.write_text("before\n")
    words = ("check", "good.yaml", "broken.yaml", "--now", NOW)
    ran = run(*words, "--format", "github", cwd=checkout, GITHUB_STEP_SUMMARY=str(summary))
    assert ran.status == 2
    text = summary.read_text()
    assert text.startswith("before\n* **Not judged:** broken.yaml:3: peering.peerAsn: '\\<b\\>:: 1%' is not an AS number")
    assert text.endswith("\n\n" + run("check", "good.yaml", "--now", NOW, "--format", "markdown", cwd=checkout).stdout)


def test_a_step_summary_is_for_github_alone(checkout: Path) -> None:
    summary = checkout / "summary.md"
    for form in ("table", "junit", "markdown"):
        run("check", "good.yaml", "--format", form, cwd=checkout, GITHUB_STEP_SUMMARY=str(summary))
    assert run("check", "good.yaml", "--format", "github", cwd=checkout, GITHUB_STEP_SUMMARY="").status == 0
    assert not summary.exists()


def test_a_step_summary_takes_no_more_than_it_holds(checkout: Path) -> None:
    summary = checkout / "summary.md"
    summary.write_bytes(b"x" * ((1 << 20) - 300))
    assert run("check", "good.yaml", "--now", NOW, "--format", "github", cwd=checkout, GITHUB_STEP_SUMMARY=str(summary)).status == 0
    assert (1 << 20) - 300 < summary.stat().st_size <= 1 << 20
    assert summary.read_text()[(1 << 20) - 300 :].startswith("*More than a step summary holds: the rest is left out.*\n\n## ")


@pytest.mark.parametrize("place", ["nowhere/summary.md", "."])
def test_a_step_summary_that_cannot_be_written_is_told(place: str, checkout: Path) -> None:
    ran = run("check", "good.yaml", "--now", NOW, "--format", "github", cwd=checkout, GITHUB_STEP_SUMMARY=place)
    assert ran.status == 2
    assert ran.stdout.startswith("::notice file=good.yaml")  # what was found out is not lost
    assert ran.stderr.startswith(f"bgpcheck: GITHUB_STEP_SUMMARY {place}: cannot be written: ")
    assert ran.stderr.count("\n") == 1


def test_a_hostile_key_stops_no_commands(checkout: Path) -> None:
    """GitHub's runner takes ``##[`` anywhere in a line of either stream, unless the line is a command that begins with ``::``."""
    (checkout / "##[stop-commands]b.yaml").write_text("'##[stop-commands]x': 1\n")
    words = ("check", "good.yaml", "##[stop-commands]b.yaml", "--now", NOW, "--format", "github")
    ran = run(*words, cwd=checkout, GITHUB_ACTIONS="true")
    assert ran.status == 2
    lines = (ran.stdout + ran.stderr).splitlines()
    assert [line for line in lines if "##[" in line and not line.startswith("::error ")] == []
    assert ran.stderr.count("#\\x23[stop-commands]") == 3


def test_a_hostile_name_of_a_file_is_text(checkout: Path) -> None:
    name = "p\n::error::x,y=%0A\x1b[31m<&.yaml"
    shutil.copy(checkout / "good.yaml", checkout / name)
    made = {form: run("check", name, "--now", NOW, "--format", form, cwd=checkout).stdout for form in PLACING}
    first = made["github"].splitlines()[0]
    assert first.startswith("::notice file=p\\x0a%3A%3Aerror%3A%3Ax%2Cy=%250A\\x1b[31m<&.yaml,line=2,title=")
    assert "p\\x0a::error::x,y=%0A\\x1b[31m<&.yaml" in {case.get("file") for case in ET.fromstring(made["junit"]).iter("testcase")}  # noqa: S314
    uri = json.loads(made["sarif"])["runs"][0]["artifacts"][0]["location"]["uri"]
    assert uri == "p%0A%3A%3Aerror%3A%3Ax%2Cy%3D%250A%1B%5B31m%3C%26.yaml"
    assert os.fsdecode(os.fsencode(name)) == name
