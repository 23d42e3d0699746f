"""ExaBGP that runs ``bgpcheck watch`` as its process, as a user would configure it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import program
from integration.daemons import Process, free_port, wait_until
from integration.sessions import LOOPBACK, MICROSOFT, Neighbor, environment, exabgp, neighbor_section, process

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

JUDGED_BY = ("--registry-data", str(program.ROOT / "fixtures" / "registry"), "--now", program.NOW)


@dataclass
class Watched:
    """A running watch. ``output``: its events; ``journal``: its database."""

    port: int
    output: Path
    journal: Path
    speaker: Process

    def events(self, kind: str = "") -> list[dict[str, Any]]:
        """Everything told so far, or one type of it; a line still being written does not count."""
        whole = self.output.read_bytes().rpartition(b"\n")[0] if self.output.exists() else b""
        found = [json.loads(line) for line in whole.split(b"\n") if line]
        return [one for one in found if kind in {"", one["type"]}]

    def verdicts(self) -> dict[str, tuple[str, Any]]:
        """Verdict and announced path of each prefix, as told last."""
        return {one["prefix"]: (one["verdict"], (one["announced"] or {}).get("asPath")) for one in self.events("verdict")}

    def routes(self) -> list[tuple[Any, ...]]:
        """What the journal has standing."""
        return self.ask("SELECT prefix, peer, path, communities FROM routes ORDER BY 1, 2")

    def standing_verdicts(self) -> list[tuple[Any, ...]]:
        """What the journal has as the verdict of each prefix that is listed or announced."""
        return self.ask("SELECT prefix, verdict, confidence, reason FROM verdicts ORDER BY 1")

    def whole(self) -> bool:
        """Tell whether the journal is an undamaged database."""
        return self.ask("PRAGMA integrity_check") == [("ok",)]

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """Read from the journal."""
        with contextlib.closing(sqlite3.connect(f"file:{self.journal}?mode=ro", uri=True)) as db:
            return db.execute(statement).fetchall()

    def pid(self) -> int:
        """Process id of the watch, which ExaBGP may have started again."""
        own = self.speaker.child.pid
        text = (f"/proc/{own}/task/{own}/children", "r")
        with open(*text, encoding="ascii") as children:  # noqa: PTH123 (a kernel's file)
            found = children.read().split()
        assert len(found) == 1, found
        return int(found[0])

    def kill(self) -> int:
        """End the watch as a crash would; gives the process id that it had."""
        gone = self.pid()
        os.kill(gone, signal.SIGKILL)
        return gone

    def wait_for_another(self, gone: int) -> None:
        """Wait until ExaBGP has started it again, and it listens."""
        lock = self.journal.with_name(f"{self.journal.name}.lock")
        wait_until(lambda: (text := lock.read_text().strip()) and int(text) != gone, seconds=60, what="another watch")

    def stop(self) -> dict[str, Any]:
        """Stop ExaBGP; gives the watch's summary."""
        self.speaker.end()
        wait_until(lambda: self.events("summary"), seconds=60, what=f"a summary in {self.output}")
        return self.events("summary")[-1]


def made(journal: Path) -> bool:
    """Tell whether a journal has its tables: its file is there a moment before them."""
    with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(f"file:{journal}?mode=ro", uri=True)) as db:
        return bool(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'routes'").fetchall())
    return False


@contextlib.contextmanager
def watched(folder: Path, neighbors: Iterable[Neighbor], *words: str, hold_time: int = 60) -> Iterator[Watched]:
    """Run ExaBGP for ``neighbors`` with a watch; ``words``: its options."""
    folder.mkdir(exist_ok=True)
    port, output, journal, config = free_port(), folder / "events.jsonl", folder / "watch.db", folder / "watch.conf"
    argv = program.command("watch", *words, "--output", str(output), "--journal", str(journal))
    hears = """\
passive true; adj-rib-in false; adj-rib-out false;
  api { processes [ bgpcheck ]; neighbor-changes; receive { parsed; open; update; notification; refresh; } }"""
    sections = [neighbor_section(one, Neighbor(LOOPBACK, MICROSOFT), hears) for one in neighbors]
    config.write_text((process("bgpcheck", argv) + "".join(sections)).replace("hold-time 60", f"hold-time {hold_time}"), encoding="ascii")
    env = environment(**{"exabgp.tcp.bind": LOOPBACK, "exabgp.tcp.port": str(port)})
    with Process([*exabgp(), "server", str(config)], log=folder / "watch.log", ready=lambda: made(journal), env=env, seconds=60) as running:
        yield Watched(port, output, journal, running)
