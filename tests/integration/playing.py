"""A running ``bgpcheck lab``, as a user would start it, and what it tells."""

from __future__ import annotations

import contextlib
import json
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import program
from integration.daemons import Process, free_port, wait_until
from integration.watched import JUDGED_BY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

EDGE = "127.0.0.1"
LISTED = ("193.0.0.0/21", "193.0.18.0/23", "2001:67c:2e8::/48")
PREFLIGHT = f"""\
name: ams-primary
peering:
  peerAsn: 3333
  serviceKey: 7c44c70b-9c62-4a89-a6b2-d281b6ce7a49
  routeFilter: [12076:5010, 12076:51004]
  ipv4: {{primary: 193.0.24.0/30, secondary: 193.0.24.4/30, routingRegistryName: RIPENCC, prefixes: [{LISTED[0]}, {LISTED[1]}]}}
  ipv6: {{routingRegistryName: RIPENCC, prefixes: ["{LISTED[2]}"]}}
"""


@dataclass
class Playing:
    """A lab that plays the edge at ``port`` of ``EDGE``. ``output``: its events."""

    port: int
    output: Path
    process: Process

    def events(self, kind: str = "", **wanted: object) -> list[dict[str, Any]]:
        """What it has told so far: of one type, with these values."""
        whole = self.output.read_bytes().rpartition(b"\n")[0] if self.output.exists() else b""
        found = [json.loads(line) for line in whole.split(b"\n") if line]
        return [one for one in found if kind in {"", one["type"]} and all(one.get(key) == value for key, value in wanted.items())]

    def verdicts(self) -> dict[str, tuple[str, str, tuple[int, ...] | None]]:
        """Verdict, reason and announced path of each prefix, as told last, unless it is gone since."""
        found: dict[str, tuple[str, str, tuple[int, ...] | None]] = {}
        for one in self.events():
            if one["type"] == "verdict":
                path = one["announced"] and tuple(one["announced"]["asPath"])
                found[one["prefix"]] = one["verdict"], one["reasons"][0]["code"], path
            elif one["type"] == "withdrawn" and not one["listed"]:
                found.pop(one["prefix"], None)
        return found

    def announced(self) -> set[str]:
        """Prefixes that stand announced, by their verdicts."""
        return {prefix for prefix, (_, _, path) in self.verdicts().items() if path is not None}

    def findings(self) -> dict[str, set[str]]:
        """Subjects by rule of the findings that hold now."""
        found: dict[str, set[str]] = {}
        for one in self.events("finding"):
            subjects = found.setdefault(one["rule"], set())
            (subjects.discard if one["resolved"] else subjects.add)(one["subject"])
        return {rule: subjects for rule, subjects in found.items() if subjects}

    def sessions(self, event: str, peer: str = "") -> int:
        """Count events of sessions, of one peer or of all."""
        return sum(one["event"] == event and peer in {"", one["peer"]} for one in self.events("session"))

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something holds."""
        wait_until(condition, seconds=90, what=f"{what}, see {self.output} and {self.process.log}")

    def wait_for(self, prefixes: set[str]) -> None:
        """Wait until exactly these stand announced, and are judged."""
        self.wait(lambda: self.announced() == prefixes, f"{sorted(prefixes)} announced")

    def stop(self) -> dict[str, Any]:
        """End it as Ctrl-C does; gives its summary, with the exit status it really had."""
        self.process.child.send_signal(signal.SIGINT)
        status = self.process.child.wait(60)
        summary: dict[str, Any] = self.events("summary")[-1]
        assert summary["exitStatus"] == status
        return summary


@contextlib.contextmanager
def playing(folder: Path, neighbors: Sequence[str], *words: str, preflight: str = PREFLIGHT, **env: str) -> Iterator[Playing]:
    """Run the lab for routers at ``neighbors``."""
    folder.mkdir(exist_ok=True)
    port, output, file = free_port(), folder / "lab.jsonl", folder / "preflight.yaml"
    file.write_text(preflight, encoding="utf-8")
    sessions = [word for one in neighbors for word in ("--neighbor", one)]
    argv = program.command("lab", str(file), *sessions, "--port", str(port), "--output", str(output), "--local", EDGE, *JUDGED_BY, *words)
    log = folder / "lab.log"
    with Process(argv, log=log, ready=lambda: "playing AS12076" in log.read_text(), env=program.environment(**env), seconds=60) as process:
        yield Playing(port, output, process)
