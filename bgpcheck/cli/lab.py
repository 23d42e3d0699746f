"""``bgpcheck lab``: play Microsoft's edge on ExaBGP, so that a real router can try its peering before the circuit exists."""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bgpcheck.cli import listening, streams
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.lab.state import INTERNET, Lab
from bgpcheck.model import parse_asn
from bgpcheck.speaker.config import Neighbor, SpeakerPlan
from bgpcheck.speaker.inbox import Inbox
from bgpcheck.speaker.launch import Speaker
from bgpcheck.speaker.notices import notice
from bgpcheck.speaker.reader import Reader
from bgpcheck.speaker.samples import allowed
from bgpcheck.speaker.signatures import counts, hints
from bgpcheck.stage import ready
from bgpcheck.store.transcript import Transcript
from bgpcheck.watching import Watching

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from bgpcheck.model import Family
    from bgpcheck.peering import Peering
    from bgpcheck.plan import Plan
    from bgpcheck.speaker.config import Sample

PORT = 1790  # above 1023: no privilege is needed
ROLES = ("primary", "secondary")
MOST_NOTICES = 100
HINT_EVERY = 3.0  # seconds
TELL_EVERY = 30.0  # seconds between lines that say who is waited for
INTERNET_ASN = 64511  # RFC 5398: for documentation, so that it is nobody's
EXAMPLES = """\
examples:
  bgpcheck lab preflight.yaml --neighbor 192.0.2.1 --local 192.0.2.2          the router connects to 192.0.2.2, port 1790
  bgpcheck lab preflight.yaml --neighbor 192.0.2.1 --neighbor 192.0.2.5       primary and secondary
  bgpcheck lab preflight.yaml --neighbor 192.0.2.1 --web 8080                 a live page at http://127.0.0.1:8080/
  bgpcheck lab preflight.yaml --neighbor 192.0.2.1 --once --evidence lab.zip   in a pipeline: ends when all is judged

The router's side: neighbor LOCAL, remote AS 12076, port 1790 (and multihop, where it is not on the same link). It does what
Microsoft's edge does: listed prefixes only, private AS numbers stripped, 200 routes a session and family. It announces nothing,
unless the preflight file has a routeFilter and --announce is given; then what it announces is a sample: keep it in the lab.

exit status: as of check: 0 configured, 3 validation-needed, 4 manual-validation, 5 undetermined or ExaBGP ended, 2 wrong use or input"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    listening.options(parser)
    edge = parser.add_argument_group("sessions")
    edge.add_argument("--neighbor", action="append", default=[], metavar="ADDRESS", help="the router; twice: primary, then secondary")
    edge.add_argument("--local", metavar="ADDRESS", help="our address, of each family the one that the router is reached from")
    edge.add_argument("--port", metavar="N", default=str(PORT), help=f"where we listen (default {PORT})")
    edge.add_argument("--connect", metavar="N", help="connect to this port of the router, instead of waiting for it")
    edge.add_argument("--both-families", action="store_true", help="carry IPv4 and IPv6 on each session; Microsoft has one for each")
    edge.add_argument("--internet-neighbor", metavar="ADDRESS", help="the router's other session, as its Internet provider (PFX-4)")
    edge.add_argument("--internet-asn", metavar="N", help=f"the provider's AS number on that session (default {INTERNET_ASN})")
    edge.add_argument("--announce", action="store_true", help="announce sample prefixes that the preflight file's routeFilter allows")
    parser.epilog = EXAMPLES


def run(args: argparse.Namespace) -> int:
    """Play the edge until the user ends it."""
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
        lab.expected.update(_expected(plan, keys := _keys(plan, stage.made)))
        outlets = await listening.outlets_of(args, closing, lab, to_stdout=True, only=addresses)
        transcript = closing.enter_context(Transcript.begin()) if args.evidence else None
        watching = Watching(lab, Inbox(), stage.judging, outlets, enforce=True)
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


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def plan_of(args: argparse.Namespace, made: Plan) -> SpeakerPlan:
    """Make ExaBGP's plan from options and preflight file."""
    given = [*args.neighbor, *([args.internet_neighbor] if args.internet_neighbor else [])]
    addresses = [_address("--neighbor", text) for text in given]
    roles = _roles(addresses[: len(args.neighbor)], made.peering)
    roles += [INTERNET] * (len(addresses) - len(roles))
    neighbors = tuple(_neighbor(args, address, role, made.peering) for address, role in zip(addresses, roles, strict=True))
    local = next((one.local for one in neighbors if ":" not in one.local), "192.0.2.12")  # RFC 6286: any number; RFC 5737: nobody's
    return SpeakerPlan(neighbors, listening.port("--port", args.port), local, samples=_samples(args, made))


def _neighbor(args: argparse.Namespace, address: str, role: str, peering: Peering) -> Neighbor:
    """Describe one session."""
    own: Family = "ipv6" if ":" in address else "ipv4"
    connect = listening.port("--connect", args.connect) if args.connect is not None else None
    return Neighbor(
        address=address,
        peer_asn=peering.peer_asn,
        local=_local(args.local, address),
        families=("ipv4", "ipv6") if args.both_families else (own,),
        passive=connect is None,
        port=connect,
        role=role,
        asn=_provider(args) if role == INTERNET else None,
    )


def _provider(args: argparse.Namespace) -> int:
    """Read the AS number that we have as the router's Internet provider."""
    try:
        return parse_asn(args.internet_asn or INTERNET_ASN)
    except FormatError as error:
        raise UsageError(f"--internet-asn: {error}") from error


def _roles(addresses: Sequence[str], peering: Peering) -> list[str]:
    """Say which session is which: by the link subnet that an address lies in, else by its place among those of its family."""
    found, counted = [], {"4": 0, "6": 0}
    for address in addresses:
        family = "6" if ":" in address else "4"
        if counted[family] == len(ROLES):
            raise UsageError(f"--neighbor {address}: two sessions of a family are all that a peering has, primary and secondary")
        found.append(peering.role_of(address) or ROLES[counted[family]])
        counted[family] += 1
    return found


def _address(option: str, text: str) -> str:
    """Read an address."""
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError as error:
        raise UsageError(f"{option} {text[:60]!r} is not an IPv4 or IPv6 address") from error


def _local(given: str | None, neighbor: str) -> str:
    """Choose our address: the one that is given, else the one from which this machine reaches the router."""
    version = ":" in neighbor
    if given and (":" in given) == version:
        return _address("--local", given)
    kind = socket.AF_INET6 if version else socket.AF_INET
    try:
        with socket.socket(kind, socket.SOCK_DGRAM) as probe:
            probe.connect((neighbor, 9))  # sends nothing: the system only chooses a route
            return str(ipaddress.ip_address(probe.getsockname()[0].partition("%")[0]))
    except OSError as error:
        raise UsageError(f"--neighbor {neighbor}: this machine has no way to it ({error.strerror}): give --local") from error


def _keys(plan: SpeakerPlan, made: Plan) -> dict[str, str]:
    """Give the MD5 key that the environment holds (LNK-3) to every session."""
    key = os.environ.get(made.secret_variable) if made.secret_variable else None
    return {one.address: key for one in plan.neighbors if one.role != INTERNET} if key else {}


def _samples(args: argparse.Namespace, made: Plan) -> tuple[Sample, ...]:
    """Choose what is announced: samples that the route filter allows, and nothing without one (RF-1)."""
    if not args.announce:
        return ()
    if not made.route_filter:
        streams.complain(
            "nothing is announced: the preflight file has no peering.routeFilter, and without one Microsoft sends no routes (RF-1)"
        )
        return ()
    found = allowed(made.route_filter)
    streams.complain(f"announcing {len(found)} sample prefixes of Microsoft's: see that the router does not pass them on")
    return found
