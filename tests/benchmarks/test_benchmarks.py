"""The benchmarks run, on little data, and what they generate is what they say. No figure is looked at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SIZES = ("--routes", "300", "--objects", "300")


def run(name: str, *words: str, cwd: Path | None = None) -> str:
    """Run one as its docstring says."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run([sys.executable, str(HERE / name), *words], capture_output=True, text=True, check=False, cwd=cwd, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_generated_routes() -> None:
    few, many = run("generate.py", "routes", "50").splitlines(), run("generate.py", "routes", "51").splitlines()
    assert len(few) == 51
    assert few == many[:51]
    assert few[0] == "prefix,asn"


@pytest.mark.parametrize("count", [3, 40])
def test_routes_like_real_ones(count: int, tmp_path: Path) -> None:
    (tmp_path / "routes.csv").write_text("prefix,asn\n193.0.0.0/21,3333\n2001:67c:2e8::/48,3333\n1.1.1.0/24,\n")
    rows = run("generate.py", "routes", str(count), "--like", "routes.csv", cwd=tmp_path).splitlines()
    assert len(rows) == count + 1
    assert rows[1:3] == ["193.0.0.0/21,3333", "2001:67c:2e8::/48,3333"]
    assert all(row.startswith(("193.0.", "2001:67c:", "1.1.")) for row in rows[1:])


def test_generated_objects_and_vrps() -> None:
    assert run("generate.py", "objects", "20").count("\norigin:     AS") == 20
    assert len(json.loads(run("generate.py", "vrps", "20"))["roas"]) == 20


def test_whole_table() -> None:
    """Everybody who is there counts the same states."""
    told = run("whole_table.py", *SIZES)
    counts = {line[32:].split("valid", 1)[1] for line in told.splitlines() if " invalid " in line}
    assert len(counts) == 1, told
    assert "bgpcheck both, all" in told


def test_growth() -> None:
    told = run("growth.py", "--routes", "10000", "--objects", "3000")
    assert [line.split()[0] for line in told.splitlines() if line[:14].strip().isdecimal()] == [
        "100", "300", "1000", "3000", "10", "100", "1000", "10000",
    ]  # fmt: skip


def test_roofline(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "bgpcheck"]
    folder = HERE.parents[1] / "fixtures"
    built = subprocess.run([*program, "registry", "build", "--from", str(folder / "registry"), "--out", str(tmp_path / "s")], check=False)
    assert built.returncode == 0
    assert "all facts and the verdict" in run("roofline.py", str(tmp_path / "s"), str(folder / "routes.csv"))


def test_whole_process() -> None:
    assert "check, 200 prefixes, json" in run("whole_process.py", "--rounds", "1")


def test_a_live_check_beside_sequential_ipwhois() -> None:
    """The ratio, not the seconds: 80 ms of every answer are the servers', whatever the machine does."""
    found = json.loads(run("live.py", "--sample", "20"))
    assert (found["prefixes"], found["registries"], found["irr"]) == (200, 5, ["exact"])
    assert found["questions per prefix and registry"] < 1
    assert found["times faster"] >= 20


def test_reader() -> None:
    told = run("reader.py", "--routes", "300").splitlines()
    assert [line.split()[:2] for line in told[1:]] == [["1", "300"], ["3", "100"], ["100", "3"]]
