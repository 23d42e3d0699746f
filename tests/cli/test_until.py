"""``check --until`` as it is told on the command line, interrupted, and read by people."""

from __future__ import annotations

import json
import signal
import subprocess
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from program import ROOT, command, environment
from waited import ASN, PREFIX, holders

from bgpcheck.cli import main, streams
from bgpcheck.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

JUDGE = ("check", "--peer-asn", str(ASN), "--prefix", PREFIX, "--registry", "RADB")
UNTIL = ("--until", "configured")
REFUSED = [
    (("--until", "undetermined"), "'undetermined' is not one of configured"),
    (("--timeout", "2d"), "--timeout says how long --until waits: add --until configured"),
    ((*UNTIL, "--timeout", "2w"), "--timeout '2w': write a time such as 90s, 15m, 2h or 2d, up to 30d"),
    ((*UNTIL, "--now", "2026-01-01"), "--now fixes the time, and --until lets it pass: choose one"),
    ((*UNTIL, "--assume", "planned.rpsl"), "--assume judges as if objects were there, and --until waits until they are: choose one"),
    ((*UNTIL, "--live", "--dry-run"), "--dry-run asks nothing, and --until asks again and again: choose one"),
    ((*UNTIL, "--events", "-"), "standard input can be read once only: name a file"),
    (UNTIL, "nothing here can change: add --live, --azure ID, or --registry-data that somebody renews"),
    ((*UNTIL, "one.yaml", "two.yaml"), "--until takes one preflight file: give each its own command"),
]


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text("peering: {peerAsn: 3333, ipv4: {prefixes: [193.0.0.0/21]}}\n")


@pytest.mark.parametrize(("words", "told"), REFUSED)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...], told: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main([*JUDGE, *words]) == 2
    out, err = capfd.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert told in err


def folder(tmp_path: Path, *, ready: bool) -> str:
    routes = {"RADB": [f"{PREFIX} AS{ASN}"]}
    one = replace(holders(same=ready), routes=routes, vrps=["8.0.0.0/8 AS64500"])
    return str(one.write(tmp_path / "registry"))


def test_ready_at_once(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = folder(tmp_path, ready=True)
    assert main([*JUDGE, *UNTIL, "--registry-data", data]) == 0
    out, err = capfd.readouterr()
    assert "ready at 20" in out
    assert "1 look" in out
    assert "ready: configured, by files of 2026-11-01 and files without a date of their own\n" in err
    assert ", by files of 2026-11-01 and files without a date of their own; waited since" in out
    assert main([*JUDGE, *UNTIL, "--registry-data", data, "--format", "markdown"]) == 0
    assert "### Waited for\n\n* ready at 20" in capfd.readouterr().out


def test_time_is_over(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    words = ("--registry-data", folder(tmp_path, ready=False), "--timeout", "1s", "--evidence", "e.zip", "--output", "r.json")
    assert main([*JUDGE, *UNTIL, *words, "--format", "json"]) == 4
    err = capfd.readouterr().err
    assert "bgpcheck: time is over: 1 of 1 prefixes not yet: 193.0.0.0/21 manual-validation, third-party-object" in err
    told = json.loads((tmp_path / "r.json").read_text())
    assert (told["until"]["reached"], told["until"]["readyAt"], told["verdict"]) == (False, None, "manual-validation")
    assert main(["evidence", "verify", "e.zip"]) == 0
    assert main(["evidence", "replay", "e.zip"]) == 4
    capfd.readouterr()
    assert main(["evidence", "show", "e.zip"]) == 0
    assert "\n  waited since 20" in capfd.readouterr().out


@pytest.mark.parametrize("more", [(), (*UNTIL, "--timeout", "1s")])
@pytest.mark.parametrize("out", [(), ("--output", "r.json")])
def test_evidence_that_cannot_be_written_costs_no_result(
    tmp_path: Path, out: tuple[str, ...], more: tuple[str, ...], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    put = streams.put

    def full(name: str, data: bytes) -> None:
        if name == "e.zip":
            raise UsageError(f"{name}: cannot be written: no space left on device")
        put(name, data)

    monkeypatch.setattr(streams, "put", full)
    words = ("--registry-data", folder(tmp_path, ready=False), "--format", "json", "--evidence", "e.zip", *out, *more)
    assert main([*JUDGE, *words]) == 2
    said, err = capfd.readouterr()
    assert json.loads((tmp_path / "r.json").read_text() if out else said)["verdict"] == "manual-validation"
    assert "e.zip: cannot be written" in err
    assert "evidence written" not in err


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_the_last_result_whole(tmp_path: Path, sent: signal.Signals) -> None:
    words = (*JUDGE, *UNTIL, "--registry-data", folder(tmp_path, ready=False), "--evidence", str(tmp_path / "e.zip"), "--format", "json")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "bufsize": 0}  # else readline holds back what communicate reads
    with subprocess.Popen(command(*words), cwd=ROOT, env=environment(XDG_DATA_HOME=str(tmp_path)), **pipes) as process:
        assert process.stderr
        first = process.stderr.readline()
        process.send_signal(sent)
        if sent == signal.SIGINT:
            while b"interrupted: writing what is known" not in process.stderr.readline():
                pass
            process.send_signal(sent)
        out, err = process.communicate(timeout=60)
    assert b"1 of 1 prefixes not yet" in first
    assert b"bgpcheck: interrupted: 1 of 1 prefixes not yet" in err
    assert (process.returncode, json.loads(out)["verdict"]) == (4, "manual-validation")
    assert main(["evidence", "replay", str(tmp_path / "e.zip")]) == 4


def test_nohup(tmp_path: Path) -> None:
    """Who starts it with SIGHUP ignored means it; the end still comes by SIGTERM."""
    words = (*JUDGE, *UNTIL, "--registry-data", folder(tmp_path, ready=False), "--format", "json")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "bufsize": 0}  # else readline holds back what communicate reads
    started = ("sh", "-c", 'trap "" HUP; exec "$@"', "sh", *command(*words))
    with subprocess.Popen(started, cwd=ROOT, env=environment(XDG_DATA_HOME=str(tmp_path)), **pipes) as process:
        assert process.stderr
        while b"next look at" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGHUP)
        (tmp_path / "registry" / "vrps.json").write_text('{"roas": [')
        while b"vrps.json" not in process.stderr.readline():
            pass
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    assert json.loads(out)["verdict"] == "manual-validation"


def test_the_silence_that_decides_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    data = str(ROOT / "fixtures" / "registry")
    words = ("check", "--peer-asn", "3333", "--prefix", "192.149.252.0/24", *UNTIL, "--timeout", "1s", "--registry-data", data)
    assert main(list(words)) == 5
    out, err = capfd.readouterr()
    assert "undetermined, source-unavailable: no answer (irr/ARIN rdap/autnum AS3333 rdap/ip)" in err.replace("\n", " ")
    assert "waiting for somebody to renew" in err
    assert "irr/ARIN 192.149.252.0/24: no answer, last asked at" in out
