"""``bgpcheck lab``: play Microsoft's edge on ExaBGP, so that a real router can try its peering before the circuit exists."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bgpcheck.cli import listening, outlets, streams
from bgpcheck.cli.lab_plan import INTERNET_ASN, plan_of
from bgpcheck.errors import UsageError
from bgpcheck.lab.state import Lab
from bgpcheck.peering import INTERNET
from bgpcheck.speaker.inbox import Inbox
from bgpcheck.speaker.launch import Speaker
from bgpcheck.speaker.notices import notice
from bgpcheck.speaker.reader import Reader
from bgpcheck.speaker.signatures import counts, hints
from bgpcheck.stage import ready
from bgpcheck.store.transcript import Transcript
from bgpcheck.watching import Watching

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Iterator, Mapping

    from bgpcheck.plan import Plan
    from bgpcheck.speaker.config import SpeakerPlan

PORT = 1790  # above 1023: no privilege is needed
MOST_NOTICES = 100
HINT_EVERY = 3.0  # seconds
TELL_EVERY = 30.0  # seconds between lines that say who is waited for
LOCAL = "our address; once, once a family, or for each neighbor in order (default: that by which the router is reached)"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    listening.options(parser)
    edge = parser.add_argument_group("sessions")
    edge.add_argument("--neighbor", action="append", default=[], metavar="ADDRESS", help="the router; twice: primary, then secondary")
    edge.add_argument("--local", action="append", default=[], metavar="ADDRESS", help=LOCAL)
    edge.add_argument("--port", metavar="PORT", default=str(PORT), help=f"where we listen (default: {PORT})")
    edge.add_argument("--connect", metavar="PORT", help="connect to this port of the router, instead of waiting for it")
    edge.add_argument("--both-families", action="store_true", help="carry IPv4 and IPv6 on each session; Microsoft has one for each")
    edge.add_argument("--internet-neighbor", metavar="ADDRESS", help="the router's other session, as its Internet provider (PFX-4)")
    edge.add_argument("--internet-asn", metavar="ASN", help=f"the provider's AS number on that session (default: {INTERNET_ASN})")
    edge.add_argument("--announce", action="store_true", help="announce sample prefixes that the preflight file's routeFilter allows")


def run(args: argparse.Namespace) -> int:
    """Play the edge until the user ends it.

    Raises:
        UsageError: no neighbor is named.
    """
    listening.refuse(args)
    if not args.neighbor:
        raise UsageError("--neighbor is missing: give the address that the router speaks from")
    return asyncio.run(_play(args))


async def _play(args: argparse.Namespace) -> int:
    """Play the edge."""
    progress = listening.Progress()
    async with ready(listening.chosen(args), progress) as stage, AsyncExitStack() as closing:
        progress.end()
        plan = plan_of(args, stage.made)
        addresses = {one.address for one in plan.neighbors}
        lab = Lab(stage.made.peering, {one.address: one.role for one in plan.neighbors})
        stage.concerns = lab.concerns
        lab.expected.update(_expected(plan, keys := _keys(plan, stage.made)))
        ways = await outlets.outlets_of(args, closing, lab, to_stdout=True, only=addresses)
        transcript = closing.enter_context(Transcript.begin()) if args.evidence else None
        watching = Watching(lab, Inbox(), stage.judging, ways, enforce=True)
        listening.limit(watching, args)
        listening.stop_on_signals(watching)
        speaker = await closing.enter_async_context(Speaker.start(plan, md5=keys, told=_noticing(watching, addresses)))
        watching.connect(speaker.command)
        running = listening.Run(args, stage, watching, transcript)
        Reader(speaker.fileno(), watching.inbox, watching.heard, watching.over, transcript.keep if transcript else None).start()
        streams.complain(_invitation(plan))
        hinting = asyncio.create_task(_hint(watching))
        try:
            await watching.run()
        finally:
            hinting.cancel()
        if not watching.interrupted:  # nobody wanted the end
            running.broken = (await speaker.ended()).words
            await watching.lament(running.broken)
        return await running.conclude()


def _noticing(watching: Watching, neighbors: Collection[str]) -> Callable[[str], None]:
    """Make what hears ExaBGP's log: what no event says becomes a gap, each sentence once."""
    seen: set[str] = set()

    def told(line: str) -> None:
        words = notice(line, neighbors)
        if words and words not in seen and len(seen) < MOST_NOTICES:
            seen.add(words)
            watching.notice(words)

    return told


async def _hint(watching: Watching) -> None:
    """Say what is waited for, and what the kernel's counters let guess: it drops segments with a wrong MD5 key in silence."""
    before, seen, waited = counts(), set[str](), 0.0
    while True:
        await asyncio.sleep(HINT_EVERY)
        waited += HINT_EVERY
        missing = [one.peer for one in watching.lab.awaited() if not one.ups]
        for words in set(hints(before, counts())) - seen if missing else ():
            seen.add(words)
            watching.notice(words)
        if missing and waited >= TELL_EVERY and not streams.is_terminal():
            waited = 0.0
            streams.complain(f"still waiting for {', '.join(missing)}: {watching.lab.expected.get(missing[0], '')}")


def _expected(plan: SpeakerPlan, keys: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Say of every neighbor what has to happen before its session can come up."""
    for one in plan.neighbors:
        key = "an MD5 key is set here" if one.address in keys else "no MD5 key is set here"
        if one.passive:
            words = (
                f"nothing came from {one.address} to {one.local} port {plan.port}: look at the router's neighbor address, port and multihop"
            )
        else:
            words = f"{one.address} port {one.port} did not answer: does the router listen there, and take {one.local} for its neighbor?"
        yield one.address, f"{words}; {key}, and another or none at the router looks just like this"


def _invitation(plan: SpeakerPlan) -> str:
    """Say what the router has to be configured with."""
    passive = [one for one in plan.neighbors if one.passive]
    ways = [f"{one.address} → {one.local} port {plan.port}" for one in passive]
    ways += [f"{one.address} port {one.port} ← {one.local}" for one in plan.neighbors if not one.passive]
    return f"playing AS12076 for AS{plan.neighbors[0].peer_asn}: {', '.join(ways)} (Ctrl-C ends it)"


def _keys(plan: SpeakerPlan, made: Plan) -> dict[str, str]:
    """Give the MD5 key that the environment holds (LNK-3) to every session."""
    key = os.environ.get(made.secret_variable) if made.secret_variable else None
    return {one.address: key for one in plan.neighbors if one.role != INTERNET} if key else {}
