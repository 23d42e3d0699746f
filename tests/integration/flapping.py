"""Routers that flap, each in a thread of its own that draws what it does from a seed: real ones, and one made of a script.

Rule: what was begun is brought to its end, also where all is to be over: a router that was stopped goes on again.
"""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from integration.daemons import wait_until
from integration.playing import LISTED
from integration.talker import NOTIFICATION, Talker, message, update
from integration.tap import RESET
from integration.test_rubbish import ENDING, TOLD

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from integration.routers import Router
    from integration.tap import Tap

ASN = 3333
HOLD = 9  # seconds
RIGHT = ("193.0.10.0/23", "193.0.12.0/23", "193.0.20.0/22")  # unlisted, and registered to AS3333
WRONG = ("193.0.14.0/23", "10.0.0.0/8", "193.0.24.0/30", "193.0.4.0/24")  # another's, private, a link, nobody's
MANY = 230  # routes of a burst; the edge takes 200
FRESH = "77"  # /8 of prefixes that nobody has announced before


class Told:
    """What a lab has told of sessions so far, read as it grows."""

    def __init__(self, file: Path) -> None:
        self.file, self._at, self._lock = file, 0, threading.Lock()
        self._count: Counter[tuple[str, str]] = Counter()
        self._last: dict[str, str] = {}

    def _read(self) -> None:
        with self.file.open("rb") as lines:
            lines.seek(self._at)
            whole = lines.read().rpartition(b"\n")[0]
        self._at += len(whole) + 1 if whole else 0
        for line in whole.splitlines():
            if b'"type": "session"' in line:
                one = json.loads(line)
                self._count[one["peer"], one["event"]] += 1
                if one["event"] in {"connected", "up", "down"}:
                    self._last[one["peer"]] = one["event"]

    def count(self, peer: str, event: str) -> int:
        """Count the events of a peer's sessions."""
        with self._lock:
            self._read()
            return self._count[peer, event]

    def up(self, peer: str) -> bool:
        """Tell whether a peer's session is up."""
        with self._lock:
            self._read()
            return self._last.get(peer) == "up"


@dataclass(eq=False)
class Flapping:
    """One router that does what its thread draws. ``done``: what it did, by name; ``failed``: what kept its thread from going on."""

    told: Told
    peer: str
    seed: int
    over: threading.Event = field(default_factory=threading.Event)
    done: Counter[str] = field(default_factory=Counter)
    failed: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)  # noqa: S311 (a test's choices)
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        try:
            while not self.over.is_set():
                self.turn()
        except BaseException as error:  # noqa: BLE001 (told where the soak ends)
            self.failed.append(error)

    def turn(self) -> None:
        raise NotImplementedError

    def sessions(self, event: str) -> int:
        """Count the events of its sessions."""
        return self.told.count(self.peer, event)

    def is_up(self) -> bool:
        """Tell whether its session is."""
        return self.told.up(self.peer)

    def wait(self, condition: Callable[[], object], what: str) -> None:
        """Wait, also beyond the end: what was begun is brought to its end."""
        wait_until(condition, seconds=300, what=f"{self.peer}: {what}, see {self.told.file}")


class Daemon(Flapping):
    """A real router: between flaps it changes what it announces."""

    router: Router
    pool: tuple[str, ...]
    quiet = 1.0  # seconds between two changes

    def turn(self) -> None:
        """Change routes for a while, then flap in one way."""
        for _ in range(self.random.randint(3, 8)):
            self._change()
            if self.over.wait(self.quiet):
                return
        self.wait(self.is_up, "up")
        ups, downs = self.sessions("up"), self.sessions("down")
        name, flap = list(self.flaps().items())[self.done.total() % len(self.flaps())]
        flap()
        self.wait(lambda: self.sessions("down") > downs, f"down after {name}")
        if name == "paused":
            self._signal(signal.SIGCONT)
        self.wait(lambda: self.sessions("up") > ups, f"up after {name}")
        self.done[name] += 1

    def _change(self) -> None:
        prefix = self.random.choice(self.pool)
        if prefix in self.router.prefixes and self.random.random() < 0.5:
            self.router.withdraw(prefix)
        else:
            self.router.announce(prefix, [64512 + self.random.randrange(1000)] if self.random.random() < 0.7 else [])

    def flaps(self) -> dict[str, Callable[[], object]]:
        """Give the ways in which it flaps."""
        return {
            "shut down": self._shut,
            "restarted": self.router.restart,
            "killed": self._kill,
            "reset": self.router.flap,
            "paused": self._pause,
        }

    def _shut(self) -> None:
        downs = self.sessions("down")
        self.router.shut()
        self.wait(lambda: self.sessions("down") > downs, "down after it was shut")
        self.router.open()

    def _kill(self) -> None:
        downs = self.sessions("down")
        self.router.kill()
        self.wait(lambda: self.sessions("down") > downs, "down after it was killed")
        self.router.begin()

    def _pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def _signal(self, number: int) -> None:
        assert self.router.process
        os.kill(self.router.process.child.pid, number)


class Quiet(Talker):
    """A talker that can fall silent."""

    muted = False

    def raw(self, data: bytes) -> None:
        """Send, unless it is silent."""
        if not self.muted:
            super().raw(data)


@dataclass(eq=False)
class Scripted(Flapping):
    """A router made of a script: many changes, each announcement by a path of its own, rubbish, bursts, and every kind of end."""

    tap: Tap | None = None
    last: Quiet | None = None
    serial: int = 0
    fresh: int = 0
    most_fresh: int = 1000  # then the first is announced again: a router has so many routes, and not ever more
    rate: float = 0.1  # seconds between two updates

    ends = ("reset", "closed", "goodbye", "silent", "burst", *ENDING)

    def turn(self) -> None:
        """One session."""
        downs = self.sessions("down")
        name = self.ends[sum(self.done[one] for one in self.ends) % len(self.ends)]
        with self.session() as talker:
            self.wait(lambda: talker.up.is_set() or talker.closed.is_set(), "a session")
            if not talker.up.is_set():  # the old session was not over yet: a router tries again
                self.done["refused"] += 1
                return
            self.churn(talker, self.random.randint(20, 60))
            self._end(talker, name)
            if name not in {"reset", "closed", "goodbye"}:
                self.wait(lambda: self.sessions("down") > downs, f"down after {name}")
        self.wait(lambda: self.sessions("down") > downs, f"down after {name}")
        self.done[name] += 1

    def session(self) -> Quiet:
        """Begin a session."""
        assert self.tap
        return Quiet(self.peer, ASN, self.tap.here, self.tap.port, hold_time=HOLD)

    def stay(self) -> None:
        """Begin the last session, which lasts: with what is listed, what is right, and one of each that is not."""
        ups = self.sessions("up")
        self.last = self.session()
        self.last.__enter__()
        self.wait(lambda: self.sessions("up") > ups, "the last session")
        new = [f"{FRESH}.{255 - number}.0.0/24" for number in range(20)]
        self.last.say([update([prefix], path=self.path()) for prefix in (*LISTED[:2], *RIGHT, *WRONG, *new)])

    def leave(self) -> None:
        """End the last session, where there is one."""
        if self.last:
            self.last.__exit__()

    def path(self) -> list[int]:
        """Give a path that none had before: of private AS numbers behind its own, which the edge strips."""
        self.serial += 1
        return [ASN, 64512 + self.serial // 1000, 64512 + self.serial % 1000]

    def churn(self, talker: Talker, count: int) -> None:
        """Announce and withdraw, one prefix or some in an update; among them what is refused, what is new, and rubbish."""
        for _ in range(count):
            draw = self.random.random()
            if draw < 0.05:
                talker.raw(self.random.choice(list(TOLD.values()))[0])
                self.done["rubbish"] += 1
            elif draw < 0.3:
                self.fresh = (self.fresh + 1) % self.most_fresh
                talker.say([update([f"{FRESH}.{self.fresh >> 8}.{self.fresh & 255}.0/24"], path=self.path())])
            else:
                some = self.random.sample([*LISTED[:2], *RIGHT, *WRONG], self.random.randint(1, 3))
                gone = [] if draw < 0.7 else some
                talker.say([update([] if gone else some, gone, path=self.path())])
            if self.over.wait(self.rate):
                return

    def _end(self, talker: Quiet, name: str) -> None:
        if name in ENDING:
            talker.raw(ENDING[name][0])
        elif name == "goodbye":
            talker.raw(message(NOTIFICATION, b"\x06\x02"))
        elif name == "silent":
            talker.muted = True
        elif name == "burst":
            talker.say([update([f"193.0.{number >> 8}.{number & 255}/32"], path=self.path()) for number in range(MANY)])
        elif name == "reset":
            talker._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)  # type: ignore[union-attr]  # noqa: SLF001 (closed by it)
