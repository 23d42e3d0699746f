"""``watch`` and ``lab`` on the command line: wrong use is one line that says what to change; a recording is judged as ``check`` does."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

import exabgp_lines as lines
import program
import pytest
from integration.daemons import wait_until
from integration.playing import PREFLIGHT

from bgpcheck.cli.watch import names_exabgp

if TYPE_CHECKING:
    from pathlib import Path

REGISTRY = str(program.ROOT / "fixtures" / "registry")
JUDGED_BY = ("--registry-data", REGISTRY, "--now", program.NOW)
CLAIM = ("--peer-asn", "3333", "--registry", "RIPENCC")
LISTED = ("--prefix", "193.0.0.0/21", "--prefix", "193.0.18.0/23")
NEIGHBOR = ("--neighbor", "127.0.0.2", "--local", "127.0.0.1")


@dataclass(frozen=True)
class Refusal:
    """Words and what is said of them; ``PRE`` is a good preflight file, ``TMP`` a folder."""

    words: tuple[str, ...]
    says: str


REFUSALS = [
    Refusal(("watch",), "name a preflight file, or give --peer-asn"),
    Refusal(("lab",), "name a preflight file, or give --peer-asn"),
    Refusal(("lab", "PRE"), "--neighbor is missing: give the address that the router speaks from"),
    Refusal(("lab", "PRE", "--neighbor", "router"), "--neighbor 'router' is not an IPv4 or IPv6 address"),
    Refusal(("lab", "PRE", "--neighbor", "127.0.0.2", "--local", "here"), "--local"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--port", "x"), "--port 'x': write a port, 1 to 65535"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--port", "0"), "--port '0': write a port, 1 to 65535"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--port", "65536"), "--port '65536'"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--web", "-1"), "--web"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--connect", "99999"), "--connect '99999'"),
    Refusal(("lab", "PRE", *NEIGHBOR, *NEIGHBOR), "--neighbor 127.0.0.2 is given twice"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--internet-neighbor", "127.0.0.2"), "--internet-neighbor 127.0.0.2 is given twice"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--local", "127.0.0.9"), "--local 127.0.0.9: no neighbor uses it: give one address a family"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--local", "::1"), "--local ::1: no neighbor has an IPv6 address"),
    Refusal(("lab", "PRE", "--neighbor", "::1", "--local", "127.0.0.1"), "--local 127.0.0.1: no neighbor has an IPv4 address"),
    Refusal(("lab", "PRE", "--neighbor", "127.0.0.1", "--local", "127.0.0.1"), "--neighbor 127.0.0.1 is our own address too"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--internet-neighbor", "127.0.0.1"), "--internet-neighbor 127.0.0.1 is our own address too"),
    Refusal(("lab", "PRE", "--neighbor", "0.0.0.0"), "--neighbor 0.0.0.0 stands for no machine"),
    Refusal(("lab", "PRE", "--neighbor", "127.0.0.2", "--local", "0.0.0.0"), "--local 0.0.0.0 stands for no machine"),
    Refusal(("lab", "PRE", "--neighbor", "::"), "--neighbor :: stands for no machine"),
    Refusal(("lab", "PRE", "--neighbor", "224.0.0.5"), "--neighbor 224.0.0.5 is a multicast address"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--internet-neighbor", "ff02::5"), "--internet-neighbor ff02::5 is a multicast address"),
    Refusal(("lab", "PRE", "--neighbor", "::ffff:127.0.5.2"), "is an IPv4 address in IPv6 form: write 127.0.5.2"),
    Refusal(("lab", "PRE", "--neighbor", "fe80::1%eth0"), "--neighbor fe80::1%eth0 has a zone"),
    Refusal(
        ("lab", "PRE", "--neighbor", "193.0.24.1", "--neighbor", "193.0.24.2"), "193.0.24.2 lies in the primary link subnet as 193.0.24.1"
    ),
    Refusal(("lab", "PRE", *NEIGHBOR, "--peer-asn", "0"), "the peer ASN is 0, which no router can have"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--peer-asn", "12076"), "12076 is Microsoft's own side"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--neighbor", "127.0.0.3", "--neighbor", "127.0.0.4"), "two sessions of a family"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--internet-neighbor", "127.0.0.3", "--internet-asn", "x"), "--internet-asn"),
    Refusal(("lab", "PRE", "--neighbor", "127.0.0.2", "--local", "192.0.2.77"), "192.0.2.77"),
    Refusal(("lab", "PRE", *NEIGHBOR, "--for", "soon"), "--for 'soon': write a time such as 90s"),
    Refusal(("lab", "nothing.yaml", *NEIGHBOR), "nothing.yaml"),
    Refusal(("watch", "PRE", "--output", "TMP/no/events.jsonl"), "there is no folder"),
    Refusal(("watch", "PRE", "--journal", "TMP"), "is a folder: name a file"),
    Refusal(("watch", "PRE", "--journal", "-"), "--journal needs the name of a file"),
    Refusal(("watch", "PRE", "--evidence", "PRE"), "would overwrite"),
    Refusal(("watch", "PRE", "--deadline", "5"), "--deadline is about live registries: add --live"),
    Refusal(("watch", "-"), "standard input is not read for that here"),
    Refusal(("watch", "PRE", "--assume", "-"), "standard input is not read for that here"),
    Refusal(("watch", "PRE", "--policy", ""), "--policy is empty"),
    Refusal(("watch", "PRE", "--for", " "), "--for is empty"),
    Refusal(("watch", " "), "a preflight file's name is empty"),
    Refusal(("watch", "PRE", "--frobnicate"), "unknown option --frobnicate"),
    Refusal(("watch", "PRE", "--registry-data", "TMP/none"), "none"),
]


def said(*words: str, folder: Path, given: bytes = b"", **env: str) -> program.Ran:
    """Run with a good preflight file in ``folder``."""
    (folder / "preflight.yaml").write_text(PREFLIGHT, encoding="utf-8")
    names = {"PRE": str(folder / "preflight.yaml")}
    return program.run(*(names.get(word, word.replace("TMP", str(folder))) for word in words), given=given, **env)


@pytest.mark.parametrize("one", REFUSALS, ids=lambda one: " ".join(one.words))
def test_refused_in_one_line(one: Refusal, tmp_path: Path) -> None:
    ran = said(*one.words, folder=tmp_path)
    assert (ran.status, ran.stdout) == (2, "")
    assert one.says in ran.stderr
    assert ran.stderr.count("\n") == 1, ran.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["preflight.yaml"]


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = str(taken.getsockname()[1])
        ran = said("lab", "PRE", *NEIGHBOR, *JUDGED_BY, "--port", number, folder=tmp_path)
    assert ran.status == 2
    assert number in ran.stderr
    assert "--port" in ran.stderr


def test_a_key_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "keyed.yaml").write_text(PREFLIGHT.replace("peerAsn:", "md5KeyVariable: NO_SUCH\n  peerAsn:"), encoding="utf-8")
    ran = program.run("lab", str(tmp_path / "keyed.yaml"), *NEIGHBOR, *JUDGED_BY)
    assert ran.status == 2
    assert "NO_SUCH, which is not set in the environment" in ran.stderr


@pytest.mark.parametrize("community", ["12076:70000", "65000:1", "12076", "12076:x", "12076:5010 "])
def test_a_route_filter(tmp_path: Path, community: str) -> None:
    (tmp_path / "f.yaml").write_text(PREFLIGHT.replace("12076:5010", f'"{community}"'), encoding="utf-8")
    ran = program.run("watch", str(tmp_path / "f.yaml"), *JUDGED_BY)
    assert (ran.status == 2) == (community.strip() != "12076:5010"), ran.stderr
    assert ("routeFilter" in ran.stderr) == (ran.status == 2)


@pytest.mark.parametrize(
    ("line", "is_it"),
    [
        ("/venv/bin/python3 /venv/bin/exabgp server a.conf", True),
        ("/usr/sbin/exabgp a.conf", True),
        ("exabgp server a.conf", True),
        ("python3 -m exabgp server a.conf", True),
        ("python3 -u -m exabgp server a.conf", True),
        ("python3 -P -m bgpcheck.speaker.exabgp server a.conf", True),
        ("python3 -m pytest tests/integration/test_exabgp_session.py", False),
        ("bash -c exabgp.sh", False),
        ("cat exabgp.jsonl", False),
        ("python3 /srv/exabgp/run.py", False),
        ("python3", False),
        ("", False),
    ],
)
def test_who_started_it(line: str, is_it: bool) -> None:  # noqa: FBT001 (a table)
    assert names_exabgp("".join(f"{word}\0" for word in line.split()).encode()) == is_it


RECORDINGS = {
    "good": (0, [lines.update(["193.0.0.0/21", "193.0.18.0/23"])]),
    "another origin": (3, [lines.update(["193.0.0.0/21"], path=[3333, 15169])]),
    "withdrawn": (0, [lines.update(["193.0.0.0/21", "193.0.14.0/23"]), lines.update((), ["193.0.14.0/23"])]),
    "not listed": (3, [lines.update(["193.0.0.0/21", "193.0.14.0/23"])]),
    "not public": (3, [lines.update(["10.0.0.0/8"])]),
    "nothing": (0, []),
}


BEGINNINGS = {"from its beginning": (lines.state("up"),), "from its middle": ()}


@pytest.mark.parametrize("begun", BEGINNINGS)
@pytest.mark.parametrize("name", [name for name in RECORDINGS if name != "nothing"])
def test_a_recording_comes_to_what_check_says(name: str, begun: str) -> None:
    status, some = RECORDINGS[name]
    stream = b"".join(line + b"\n" for line in (*BEGINNINGS[begun], *some))
    watched = program.run("watch", *CLAIM, *LISTED, *JUDGED_BY, given=stream)
    checked = program.run("check", *CLAIM, *LISTED, *JUDGED_BY, "--events", "-", "--format", "json", given=stream)
    assert (watched.status, checked.status) == (status, status), watched.stderr
    told = [json.loads(line) for line in watched.stdout.splitlines()]
    last = {one["prefix"]: one["verdict"] for one in told if one["type"] == "verdict"}
    gone = {one["prefix"] for one in told if one["type"] == "withdrawn" and not one["listed"]}
    assert {prefix: verdict for prefix, verdict in last.items() if prefix not in gone} == {
        one["prefix"]: one["verdict"] for one in json.loads(checked.stdout)["prefixes"]
    }
    assert told[-1]["type"] == "summary"
    assert (told[-1]["exitStatus"], told[-1]["verdict"]) == (status, json.loads(checked.stdout)["verdict"])
    assert all(one.keys() >= {"type", "at", "peer"} and one["at"].endswith("Z") for one in told)


def test_outputs(tmp_path: Path) -> None:
    stream = b"".join(line + b"\n" for line in (lines.state("up"), lines.update(["193.0.0.0/21"])))
    out, bundle, journal = tmp_path / "events.jsonl", tmp_path / "lab.zip", tmp_path / "watch.db"
    words = (*CLAIM, *LISTED, *JUDGED_BY, "--output", str(out), "--evidence", str(bundle), "--journal", str(journal))
    first = program.run("watch", *words, given=stream)
    assert (first.status, first.stdout) == (0, "")
    assert "evidence written" in first.stderr
    assert program.run("evidence", "verify", str(bundle)).status == 0
    assert program.run("evidence", "replay", str(bundle)).status == 0
    with zipfile.ZipFile(bundle) as found:
        assert any(found.read(name) == stream for name in found.namelist())
    lines_before = out.read_text().count("\n")
    again = program.run("watch", *words, given=b"")
    assert again.status == 0
    assert out.read_text().count("\n") > lines_before  # appended
    told = [json.loads(line) for line in out.read_text().splitlines()[lines_before:]]
    assert {one["prefix"]: (one["announced"] or {}).get("asPath") for one in told if one["type"] == "verdict"} == {
        "193.0.0.0/21": [3333],  # the journal remembered it
        "193.0.18.0/23": None,
    }


def test_what_the_internet_sees(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("prefix,asn\n193.0.0.0/21,3333\n")
    ran = program.run("watch", *CLAIM, *LISTED, *JUDGED_BY, "--internet", str(tmp_path / "table.csv"), given=lines.state("up") + b"\n")
    assert "PFX-4" in {json.loads(line).get("rule") for line in ran.stdout.splitlines()}


def test_a_reader_that_goes_away_is_no_error() -> None:
    stream = b"".join(lines.update([f"10.{number >> 8}.{number & 255}.0/24"]) + b"\n" for number in range(2000))
    argv = program.command("watch", *CLAIM, *LISTED, *JUDGED_BY)
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.environment()) as one:
        source, reading, errors = one.stdin, one.stdout, one.stderr
        source.write(stream)
        source.flush()
        os.read(reading.fileno(), 100)
        reading.close()
        source.close()
        status = one.wait(120)
        assert b"Traceback" not in errors.read()
    assert status in {3, 5}


def test_a_terminal_has_no_events(tmp_path: Path) -> None:
    """Standard input that is a terminal is refused at once, before anybody waits."""
    import pty  # noqa: PLC0415 (not everywhere)

    ours, theirs = pty.openpty()
    (tmp_path / "preflight.yaml").write_text(PREFLIGHT, encoding="utf-8")
    argv = program.command("watch", str(tmp_path / "preflight.yaml"))
    done = subprocess.run(argv, stdin=theirs, capture_output=True, env=program.environment(), timeout=60, check=False)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 2
    assert b"< FILE" in done.stderr


@pytest.mark.usefixtures("hang_up_is_heard")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_reader_that_takes_nothing_keeps_nobody_from_leaving(name: str) -> None:
    stream = b"".join(lines.update([f"10.{number >> 8}.{number & 255}.0/24"]) + b"\n" for number in range(3000))
    argv = program.command("watch", *CLAIM, *LISTED, *JUDGED_BY)
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.environment()) as one:
        source, reading, errors = one.stdin, one.stdout, one.stderr
        source.write(stream)
        source.flush()
        wait_until(lambda: select.select([reading], [], [], 0)[0], seconds=60, what="events")
        one.send_signal(signal.Signals[name])
        status = one.wait(60)
        told = errors.read()
    assert status in {3, 5}
    assert b"are lost" in told
    assert b"Traceback" not in told


def test_who_says_it_twice_does_not_wait(tmp_path: Path) -> None:
    (tmp_path / "preflight.yaml").write_text(PREFLIGHT, encoding="utf-8")
    argv = program.command("watch", str(tmp_path / "preflight.yaml"), *JUDGED_BY)
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.environment()) as one:
        one.stdin.write(lines.update(["193.0.0.0/21"]) + b"\n")
        one.stdin.flush()
        assert one.stdout.readline()  # it runs
        for _ in range(2):
            one.send_signal(signal.SIGINT)
        assert one.wait(60) in {0, 5, 130, -signal.SIGINT}  # the last where the second came when it was leaving already


def test_nothing_heard_is_nothing_tried() -> None:
    ran = program.run("watch", *CLAIM, *LISTED, *JUDGED_BY, given=b"hello\n")
    assert ran.status == 5
    assert "no session was heard of: what a router announces was not tried out" in ran.stderr
    last = json.loads(ran.stdout.splitlines()[-1])
    assert (last["verdict"], last["exitStatus"]) == ("configured", 5)
    assert "not tried out" in last["untried"]
