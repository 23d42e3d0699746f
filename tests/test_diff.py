"""``check --diff`` as its users run it; what it writes stands in the goldens (``check-diff``)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hostile import acting
from program import NOW, ROOT, Ran, run

from bgpcheck.cli import main
from bgpcheck.render import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

OLD = "fixtures/results/tour-earlier.json"
TOUR, READY, WORK, OTHER = (f"configs/preflight/{name}.yaml" for name in ("tour", "ready", "needs-work", "private-asn"))


@pytest.fixture(autouse=True)
def _in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)


def inside(capfd: pytest.CaptureFixture[str], *words: str) -> Ran:
    status = main(["check", *words, "--now", NOW])
    told = capfd.readouterr()
    return Ran(status, told.out, told.err)


def test_without_it_there_are_no_changes(capfd: pytest.CaptureFixture[str]) -> None:
    assert "changes" not in json.loads(inside(capfd, TOUR, "--format", "json").stdout)


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_the_result_and_the_status_are_those_without_it(form: str, capfd: pytest.CaptureFixture[str]) -> None:
    plain, with_it = inside(capfd, TOUR, "--format", form), inside(capfd, TOUR, "--format", form, "--diff", OLD)
    assert (with_it.status, with_it.stderr) == (plain.status, plain.stderr)
    if form == "json":
        assert {key: value for key, value in json.loads(with_it.stdout).items() if key != "changes"} == json.loads(plain.stdout)
    else:
        assert with_it.stdout.endswith(f"\n\n{plain.stdout}")


def test_a_round_of_several_files(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    old = tmp_path / "old.json"
    assert inside(capfd, READY, WORK, "--format", "json", "--output", str(old)).status == 3
    ran = inside(capfd, WORK, READY, "--diff", str(old))
    assert ran.stdout.startswith(
        "needs-work: nothing changed since 2026-11-02T00:00:00Z\n\nready: nothing changed since 2026-11-02T00:00:00Z\n\n"
    )
    ran = inside(capfd, READY, "--diff", str(old), "--format", "json")
    assert ran.stderr == "bgpcheck: needs-work was checked then, and is not now\n"
    assert json.loads(ran.stdout)["changes"]["changed"] is False
    assert '"changes": null' in inside(capfd, READY, OTHER, "--diff", str(old), "--format", "json").stdout


def test_from_standard_input() -> None:
    piped = run("check", TOUR, "--now", NOW, "--diff", "-", given=(ROOT / OLD).read_bytes())
    assert piped == run("check", TOUR, "--now", NOW, "--diff", OLD)


def test_options_on_the_command_line_are_matched_by_peer_asn(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    old, words = tmp_path / "old.json", ("--peer-asn", "3333", "--registry-data", "fixtures/registry", "--prefix")
    inside(capfd, *words, "193.0.0.0/21", "--format", "json", "--output", str(old))
    ran = inside(capfd, *words, "193.0.18.0/23", "--diff", str(old))
    assert ran.stdout.splitlines()[1:6] == [
        "  Prefixes: 1 new, 1 not listed any more.",
        *ran.stdout.splitlines()[2:3],
        "  New in the list",
        "    193.0.18.0/23: configured",
        "  Not in the list any more",
    ]


WRONG = [
    # options, and the complaint
    *(
        (["--diff", OLD, "--format", form], f"--diff is written as table, json, markdown, not as {form}: choose one of these")
        for form in sorted(FORMATS.keys() - {"table", "json", "markdown"})
    ),
    (["--diff", OLD, "--live", "--dry-run"], "--dry-run and --diff: nothing is judged, so there is nothing to compare"),
    (["--diff", ""], "--diff is empty (a shell variable that is not set?)"),
    (["--diff", "nowhere.json"], "nowhere.json: No such file or directory"),
    (["--diff", "tests"], "tests: Is a directory: give the JSON file that check --format json --output FILE wrote"),
    (["--diff", TOUR], f"{TOUR}: not JSON: Expecting value (column 1): give what check"),
    (["--diff", "tests/golden/circuit.json"], "tests/golden/circuit.json: schema: is 'bgpcheck/circuit/v1', not bgpcheck/result/v1"),
    (["--diff", "fixtures/circuits/er-ams.json"], "fixtures/circuits/er-ams.json: schema: is 'none', not bgpcheck/result/v1"),
    (["--diff", "-", "--events", "-"], "standard input can be read once only"),
    (["--diff", OLD, "--output", OLD], f"--output {OLD}: would overwrite {OLD}: name another file"),
    (["--diff", OLD, "--peer-asn", "1", "--prefix", "193.0.0.0/21"], None),
]


@pytest.mark.parametrize(("words", "says"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_what_is_refused(words: list[str], says: str | None, capfd: pytest.CaptureFixture[str]) -> None:
    if says is None:
        ran = inside(capfd, *words, "--registry-data", "fixtures/registry")
        says = f"--diff {OLD}: holds other peerings: tour (AS3333); judged is peering of AS1"
    else:
        ran = inside(capfd, TOUR, *words)
    assert (ran.status, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"bgpcheck: {says}")
    assert ran.stderr.count("\n") == 1


def test_a_bundle_is_no_earlier_result(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert inside(capfd, TOUR, "--evidence", str(tmp_path / "e.zip")).status == 4
    ran = inside(capfd, TOUR, "--diff", str(tmp_path / "e.zip"))
    says = f"bgpcheck: {tmp_path / 'e.zip'}: is a bundle: give the JSON file that check --format json --output FILE wrote\n"
    assert ran == Ran(2, "", says)


def test_a_file_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("bgpcheck.earlier.MAX_BYTES", 1000)
    assert inside(capfd, TOUR, "--diff", OLD).stderr == f"bgpcheck: {OLD}: holds more than 1000 bytes\n"
    hostile = tmp_path / "\x1b[31mold.json"
    hostile.write_text('{"schema": "\\u001b[31m"}')
    ran = inside(capfd, TOUR, "--diff", str(hostile))
    assert ran.status == 2
    assert acting(ran.stderr) == []


def test_a_bundle_is_of_the_result_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    one, two = tmp_path / "one.zip", tmp_path / "two.zip"
    inside(capfd, TOUR, "--evidence", str(one))
    inside(capfd, TOUR, "--evidence", str(two), "--diff", OLD)
    assert one.read_bytes() == two.read_bytes()
