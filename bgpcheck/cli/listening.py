"""What ``watch`` and ``lab`` have in common on the command line: options, signals, the end."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bgpcheck.cli import OPEN, inputs, keys, signals, streams
from bgpcheck.cli.check import STATUS
from bgpcheck.cli.reading import duration, port
from bgpcheck.cli.shared import add
from bgpcheck.errors import UsageError
from bgpcheck.lab import summary
from bgpcheck.resync import SPEAKER
from bgpcheck.store import atomic

if TYPE_CHECKING:
    import argparse

    from bgpcheck import api
    from bgpcheck.stage import Stage
    from bgpcheck.store.transcript import Transcript
    from bgpcheck.watching import Watching

MOST_NAMED = 4
MOST_CONCLUDED = 5000  # prefixes that the last check judges again


def options(parser: argparse.ArgumentParser) -> None:
    """Add the options that both have."""
    claim = parser.add_argument_group("what to judge")
    claim.add_argument("preflight", nargs="?", metavar="PREFLIGHT.yaml", help="the planned peering, which the options below override")
    add(claim, "--prefix", "--peer-asn", "--customer-asn", "--registry", "--internet")
    data = parser.add_argument_group("what to judge by")
    add(data, "--registry-data", "--live", "--deadline", "--sources", "--policy", "--assume", "--now", "--strict")
    out = parser.add_argument_group("what to write")
    add(out, "--output", help="append events to this file (JSON Lines)")
    out.add_argument("--journal", metavar="FILE.db", help="keep where it stands (SQLite), so that a crash loses nothing")
    out.add_argument("--web", metavar="PORT", help="show a live page, and /metrics for Prometheus, on 127.0.0.1 (0: any free port)")
    add(out, "--evidence", help="at the end write the evidence bundle, with a transcript of every event")
    add(out, "--templates", "--sign-key", "--passphrase-variable")
    end = parser.add_argument_group("when to end")
    end.add_argument("--for", dest="limit", metavar="DURATION", help="end after this time, such as 90s, 15m or 2h, up to 30d")
    end.add_argument("--once", action="store_true", help="end when sessions were up, have been quiet, and all is judged")


def refuse(args: argparse.Namespace) -> None:
    """Refuse what makes no sense, before anything is read or started.

    Raises:
        UsageError: names the option that is wrong or missing.
    """
    inputs.refuse_empty(vars(args))
    inputs.refuse_templates(args)
    if not args.preflight and args.peer_asn is None:
        raise UsageError("name a preflight file, or give --peer-asn with the AS number of your router")
    if "-" in {args.preflight, args.internet, *args.assume}:
        raise UsageError("standard input is not read for that here: name a file")
    if args.deadline is not None and not args.live:
        raise UsageError("--deadline is about live registries: add --live")
    for option, value in (("--evidence", args.evidence), ("--journal", args.journal)):
        if value == "-":
            raise UsageError(f"{option} needs the name of a file")
    if args.web is not None:
        port("--web", args.web, least=0)
    targets = [(f"--{name}", value) for name in ("output", "evidence", "journal") if (value := getattr(args, name)) and value != "-"]
    read = [args.preflight, args.policy, args.internet, args.sign_key, *args.assume, args.registry_data, args.sources, args.templates]
    streams.check_targets(targets, filter(None, read))
    atomic.check_writable([Path(value) for _, value in targets])
    keys.take(args)


def chosen(args: argparse.Namespace) -> api.Options:
    """Give the options as ``check`` has them."""
    return replace(inputs.common(args), preflight=args.preflight, listening=True)


class Progress:
    """What is being read, on the terminal's last line, until the run has begun: then others draw there."""

    def __init__(self) -> None:
        """Begin to tell."""
        self._over = False

    def __call__(self, text: str) -> None:
        """Tell."""
        if not self._over:
            streams.progress(text)

    def end(self) -> None:
        """Tell nothing more, and leave the line empty."""
        self("")
        self._over = True


# ── the run ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Run:
    """One run: what it judges by, what it has heard, and what it is told by."""

    args: argparse.Namespace
    stage: Stage
    watching: Watching
    transcript: Transcript | None = None
    broken: str = ""  # why the speaker ended before its time

    async def conclude(self) -> int:
        """Say what it came to, write the bundle; gives the exit status: that of ``check``, 5 where it was not tried out."""
        lab, args, watching = self.watching.lab, self.args, self.watching
        telling = watching.telling
        untried = self._untried()
        if untried:
            lab.note(SPEAKER, untried)
        outcomes = await self._last_check() if args.evidence else None
        verdict = outcomes.result.verdict if outcomes else lab.last_verdict(telling.findings)
        status = OPEN if self.broken or (untried and verdict == "configured") or not telling.current else STATUS[verdict]
        told = summary.of(lab, telling.findings, watching.counts(), self.stage.judging.clock())
        more = {"speaker": self.broken or None, "untried": untried or None, "evidence": args.evidence if outcomes else None}
        await telling.tell([{**told, "verdict": verdict, "exitStatus": status, **more}])
        telling.close()
        if watching.outlets.journal:
            watching.outlets.journal.ended()
        if telling.lost:
            streams.complain(f"{telling.lost} events were not taken by whoever reads standard output or --output, and are lost")
        self._write(outcomes)
        self._say(verdict, untried)
        return status

    def _untried(self) -> str:
        """Say that no verdict here was put to the test; empty where all sessions were up."""
        lab = self.watching.lab
        if lab.tried or (len(lab.heard) and not lab.awaited()):
            return ""
        down = [one.peer for one in lab.awaited() if not one.ups]
        who = f"no session with {', '.join(down[:MOST_NAMED])} came up" if down else "no session was heard of"
        return f"{who}: what a router announces was not tried out"

    def _write(self, outcomes: api.Outcomes | None) -> None:
        """Write the bundle, or say why there is none."""
        if outcomes:
            streams.put(self.args.evidence, outcomes.bundle(self.args.signer))
            streams.complain(f"evidence written to {self.args.evidence}")
        elif self.args.evidence:
            why = "more prefixes than a bundle takes" if self.watching.lab.prefixes() else "nothing is listed and nothing was announced"
            streams.complain(f"no evidence written: {why}")

    def _say(self, verdict: str | None, untried: str) -> None:
        """Say in one line what it came to, where nobody looked at it on a terminal."""
        if streams.is_terminal() or self.watching.hurry:
            return
        view = self.watching.view()
        word = verdict or "no verdict"
        streams.complain(f"{view.title}: {untried} (by the registries: {word})" if untried else f"{view.title}: {word}; {view.answer}")

    async def _last_check(self) -> api.Outcomes | None:
        """Check what stands at the end with what was answered, for the bundle; None where there is nothing, or too much of it."""
        lab = self.watching.lab
        if not 0 < len(lab.prefixes()) <= MOST_CONCLUDED:
            return None
        return await self.stage.conclude(lab, self.transcript.documents() if self.transcript else ())


def limit(watching: Watching, args: argparse.Namespace) -> None:
    """Say when it ends by itself: ``--for``, ``--once``."""
    watching.seconds = duration(args.limit, "--for") if args.limit else None
    watching.until = (lambda one: one.through(time.monotonic())) if args.once else None


def stop_on_signals(watching: Watching) -> None:
    """End politely where the user or the system says so; who says it a second time is not asked to wait."""
    loop, heeded = asyncio.get_running_loop(), signals.heeded()

    def stop() -> None:
        watching.stop()
        for one in heeded:
            loop.remove_signal_handler(one)

    for one in heeded:
        with suppress(NotImplementedError):
            loop.add_signal_handler(one, stop)
