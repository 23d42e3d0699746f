"""A lab that is soaked: three routers that flap, each in its own ways, and registries that fail in turn, for as long as one likes.

Rule: what happens is drawn from a seed; what came of it is looked at afterwards, in the books (``ledger``) and in the samples (``vitals``).
"""

from __future__ import annotations

import contextlib
import shutil
import time
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import program
from fetch.failing import MODES, Failing
from integration.flapping import ASN, FRESH, HOLD, RIGHT, WRONG, Daemon, Scripted, Told
from integration.playing import EDGE, LISTED, PREFLIGHT, Playing, playing
from integration.routers import MICROSOFT, Bird, Gobgp, Session
from integration.tap import Tap
from integration.vitals import Sample, look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from integration.flapping import Flapping


PRIMARY, OUTSIDE, SECONDARY = "127.0.2.2", "127.0.2.3", "127.0.2.4"
PROVIDER = 64511
DEADLINE = 6  # seconds of a look-up
ANSWER = 2  # seconds that one answer of a registry may take
SETTINGS = {  # what a user may set: short patience, everything asked anew
    "cacheHours": {"rdap": 0, "irr": 0, "vrps": 0, "nir": 0},
    "limits": {"default": {"atOnce": 4, "queries": 500, "seconds": ANSWER}},
    "recheckMinutes": {"irr": 1, "rdap": 1, "nir": 1, "vrps": 1},
    "national": {},
}


def data(folder: Path) -> Path:
    """Write the registries: those of the fixtures, and a large block that has no route objects but those of ``RIGHT``."""
    shutil.copytree(program.ROOT / "fixtures" / "registry", folder)
    with (folder / "RIPE.db").open("a") as dump:
        dump.write(f"\ninetnum: {FRESH}.0.0.0 - {FRESH}.255.255.255\nnetname: X\norg: ORG-RIEN1-RIPE\nstatus: ALLOCATED PA\nsource: RIPE\n")
    name = folder / "delegated-ripencc-extended-latest"
    rows = name.read_text().splitlines()
    head = rows[0].split("|")
    like = next(row for row in rows if "|193.0.0.0|" in row).split("|")
    more = "|".join([*like[:3], f"{FRESH}.0.0.0", str(1 << 24), *like[5:]])
    counted = [row.replace(f"|{row.split('|')[4]}|", f"|{int(row.split('|')[4]) + 1}|") if "|ipv4|*|" in row else row for row in rows[1:]]
    name.write_text("\n".join(["|".join([*head[:3], str(int(head[3]) + 1), *head[4:]]), *counted, more]) + "\n")
    return folder


@dataclass
class Soak:
    """A soaked lab. ``samples``: of every few seconds; ``faults``: times that a server was made to fail, by way."""

    lab: Playing
    registries: Failing
    folder: Path
    taps: dict[str, Tap]
    flapping: tuple[Flapping, ...]
    scripted: Scripted
    begun: float
    samples: list[Sample] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def url(self) -> str:
        """Where the page is."""
        return self.lab.process.output().split("live page: ")[1].split()[0]

    def run(self, seconds: float, every: float, each: float) -> None:
        """Let them flap, and servers fail in turn, each for ``each`` seconds; a sample ``every`` so many."""
        for one in self.flapping:
            one.thread.start()
        end, then = time.monotonic() + seconds, 0.0
        turns = self._turns()
        while time.monotonic() < end and not any(one.failed for one in self.flapping):
            if time.monotonic() >= then:
                self._fail(next(turns))
                then = time.monotonic() + each
            self.sample()
            time.sleep(every)  # nothing is awaited: it is the distance of samples

    def sample(self) -> None:
        """Take one."""
        self.samples.append(look(self.lab.process.child.pid, self.url, time.monotonic() - self.begun))

    def _turns(self) -> Iterator[tuple[tuple[str, str], ...]]:
        """Give which servers fail how: every pair in turn, now and then none."""
        names = list(self.registries.fronts)
        for number in range(1 << 30):
            first = names[number % len(names)], MODES[number % len(MODES)]
            second = names[(number * 3 + 1) % len(names)], MODES[(number * 7 + 3) % len(MODES)]
            yield () if number % 6 == 5 else tuple({first[0]: first, second[0]: second}.values())

    def _fail(self, some: tuple[tuple[str, str], ...]) -> None:
        self.registries.recover()
        for name, mode in some:
            self.registries.fail(name, mode)
            self.faults[mode] += 1

    def calm(self) -> None:
        """Let routers finish what they do, and registries be well."""
        self.registries.recover()
        for one in self.flapping:
            one.over.set()
        for one in self.flapping:
            one.thread.join(300)
            if one.failed:
                raise one.failed[0]
            assert not one.thread.is_alive(), f"{one.peer} does not come to its end"
        self.scripted.stay()

    def settled(self) -> bool:
        """Tell whether nothing waits for an answer and no prefix is left open, by the metrics."""
        found = look(self.lab.process.child.pid, self.url, 0).numbers
        return not found["waiting"] and not found["open"] and not found["queued"]

    def transcript(self) -> bytes:
        """Give what ExaBGP said, from the bundle."""
        with zipfile.ZipFile(self.folder / "lab.zip") as found:
            texts = [found.read(name) for name in found.namelist() if name.startswith("documents/")]
        return next(text for text in texts if b'"type": "open"' in text)


def at(tap: Tap, own: str, edge: int) -> Session:
    """Both ends of a router's session with the lab behind a tap; ``edge``: the AS number that the lab has there."""
    return Session(own, ASN, tap.here, tap.port, peer_asn=edge, hold=HOLD)


@contextlib.contextmanager
def soaking(folder: Path, *, seed: int = 1, fresh: int = 1000) -> Iterator[Soak]:
    """Run registries, lab and routers, all sessions up."""
    folder.mkdir(exist_ok=True)
    registry = data(folder / "registry")
    words = [
        "--internet-neighbor", OUTSIDE, "--internet-asn", str(PROVIDER), "--both-families", "--web", "0", "--live",
        "--sources", str(folder / "sources.yaml"), "--deadline", str(DEADLINE), "--registry-data", str(registry),
        "--journal", str(folder / "lab.db"), "--evidence", str(folder / "lab.zip"),
    ]  # fmt: skip
    with contextlib.ExitStack() as stack:
        registries = stack.enter_context(Failing(registry, folder / "sources.yaml", **SETTINGS))
        env = {"XDG_CACHE_HOME": str(folder / "cache")}
        lab = stack.enter_context(playing(folder / "lab", [PRIMARY, SECONDARY], *words, preflight=PREFLIGHT, **env))
        lab_at, told = (EDGE, lab.port), Told(lab.output)
        taps = {own: stack.enter_context(Tap(own, f"127.0.3.{own[-1]}", lab_at)) for own in (PRIMARY, OUTSIDE, SECONDARY)}
        bird, gobgp = Daemon(told, PRIMARY, seed), Daemon(told, OUTSIDE, seed + 1)
        bird.router = stack.enter_context(Bird(folder / "bird", at(taps[PRIMARY], PRIMARY, MICROSOFT), dict.fromkeys(LISTED, ())))
        gobgp.router = stack.enter_context(Gobgp(folder / "gobgp", at(taps[OUTSIDE], OUTSIDE, PROVIDER), {"193.0.0.0/16": ()}))
        bird.pool, gobgp.pool = (*LISTED, *RIGHT, *WRONG[1:]), (*LISTED, *RIGHT, "2001:67c::/32", "193.0.18.0/24")
        gobgp.quiet = 2.0
        scripted = Scripted(told, SECONDARY, seed + 2, tap=taps[SECONDARY], most_fresh=fresh)
        stack.callback(scripted.leave)
        yield Soak(lab, registries, folder, taps, (bird, gobgp, scripted), scripted, time.monotonic())
