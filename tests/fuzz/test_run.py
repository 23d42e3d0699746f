"""The driver, as far as it can be tried without atheris: what it says where that is not installed, and how an input is run again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fuzz import run
from fuzz.target import Target

RUN = Path(run.__file__)


def test_without_atheris_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "atheris", None)
    assert run.main(["--runs", "1"]) == 2
    assert "pip install 'bgpcheck[fuzz]'" in capsys.readouterr().err


def test_help() -> None:
    done = subprocess.run([sys.executable, str(RUN), "--help"], capture_output=True, text=True, check=True)
    assert "--seconds" in done.stdout


def wrong(data: bytes) -> None:
    assert data != b"\0bad", "planted"


def test_an_input_is_run_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = Target("planted", wrong, lambda: [b"good"])
    (tmp_path / "good").write_bytes(b"good")
    (tmp_path / "bad").write_bytes(b"\0bad")
    assert run.again(target, tmp_path / "good")
    assert capsys.readouterr().out == "planted: answered\n"
    with pytest.raises(AssertionError, match="planted"):
        run.again(target, tmp_path / "bad")


def test_the_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    good = run.Ran("a", 100, (), failed=False, seconds=2.4, log=tmp_path)
    (tmp_path / "b-crash-1").write_bytes(b"\0bad")
    (tmp_path / "b-crash-2").write_bytes(bytes(run.MOST_SHOWN + 1))
    bad = run.Ran("b", 7, (tmp_path / "b-crash-1", tmp_path / "b-crash-2"), failed=True, seconds=1.0, log=tmp_path)
    assert run.told([good]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "| parser | executions | crashes | time |",
        "|---|---:|---:|---:|",
        "| a | 100 | 0 | 2 s |",
        "| all 1 | 100 | 0 | 2 s |",
    ]
    assert run.told([good, bad]) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "    python tests/fuzz/run.py --only b --input <(echo AGJhZA== | base64 -d)",
        f"    python tests/fuzz/run.py --only b --input {tmp_path}/b-crash-2",
    ]


def test_words_of_seeds_are_a_dictionary(tmp_path: Path) -> None:
    assert run.dictionary([b"route: 193.0.0.0/21\n", b"route: x"], tmp_path / "d") == [f"-dict={tmp_path / 'd'}"]
    assert (tmp_path / "d").read_text().splitlines()[0] == '"\\x72\\x6f\\x75\\x74\\x65\\x3a"'
    assert run.dictionary([b"\0\1"], tmp_path / "e") == []
