"""BGP sessions on loopback: ExaBGP in the place of Microsoft's edge, recording what it hears, and ExaBGP as a speaker.

Rule: a test waits for what is announced, with a deadline; never for End-of-RIB, which some speakers send first, and never just a while.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import program
from integration.daemons import Process, free_port, wait_until

from bgpcheck.events import record
from bgpcheck.formats.exabgp import events
from bgpcheck.formats.lines import lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

CHILD = Path(__file__).with_name("exabgp_child.py")
MICROSOFT = 12076  # the edge's AS number
LOOPBACK = "127.0.0.1"
MODES = {
    "parsed": "parsed;",
    "parsed and packets": "parsed; packets;",  # each update twice
    "consolidate": "parsed; packets; consolidate;",
    "packets": "packets;",
}


class Neighbor(NamedTuple):
    """A BGP neighbor: its address and AS number."""

    address: str
    asn: int


def exabgp() -> list[str]:
    """Command line of ExaBGP beside this interpreter."""
    script = Path(sys.executable).with_name("exabgp")
    return [str(script)] if script.exists() else [sys.executable, "-m", "exabgp"]


def environment(**more: str) -> dict[str, str]:
    """Environment in which ExaBGP stays who it is (it would become nobody and find no interpreter), without its command line."""
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run as somebody without a name
        user = "root"
    settings = {
        "exabgp.daemon.user": user,
        "exabgp.daemon.drop": "false",
        "exabgp.api.cli": "false",
        "exabgp.api.ack": "false",
        "exabgp.log.destination": "stdout",
    }
    return {**os.environ, **program.environment(), **settings, **more}  # the program may run as its process


def process(name: str, argv: Iterable[str | Path]) -> str:
    """Give the section of a process. ExaBGP splits its command line at blanks, and looks only absolute paths up as they are."""
    return f"process {name} {{ run {' '.join(map(str, argv))}; encoder json; }}\n"


def child(what: str, ready: Path, *files: Path) -> list[str | Path]:
    """Command line of ``exabgp_child.py``."""
    return [sys.executable, CHILD, what, ready, *files]


def neighbor_section(other: Neighbor, own: Neighbor, body: str) -> str:
    """Give the section of a neighbor with both unicast families."""
    return f"""\
neighbor {other.address} {{
  router-id {LOOPBACK if own.asn == MICROSOFT else "127.0.0.2"}; local-address {own.address}; local-as {own.asn}; peer-as {other.asn};
  hold-time 60;
  family {{ ipv4 unicast; ipv6 unicast; }}
  capability {{ asn4 enable; route-refresh enable; }}
  {body}
}}
"""


@dataclass
class Edge:
    """ExaBGP that listens at ``port`` of ``LOOPBACK`` and writes all that it hears to ``events``."""

    port: int
    events: Path
    process: Process

    def standing(self) -> dict[str, list[int]]:
        """What stands announced just now, with AS numbers of the path; a line still being written does not count."""
        name, whole = self.events.name, self.events.read_bytes().rpartition(b"\n")[0]
        routes = record(events(lines([whole], file=name), file=name)).routes
        return {str(route.prefix): [asn for segment in route.path or () for asn in segment.asns] for route in routes}

    def wait_for(self, wanted: Mapping[str, list[int]]) -> None:
        """Wait until exactly this stands announced."""
        wait_until(lambda: self.standing() == wanted, seconds=60, what=f"{wanted}, see {self.events}")

    def wait_for_text(self, text: str) -> None:
        """Wait until a line holds ``text``."""
        wait_until(lambda: text in self.events.read_text(encoding="utf-8"), seconds=60, what=f"{text!r}, see {self.events}")


@contextlib.contextmanager
def edge(
    folder: Path,
    neighbors: Iterable[Neighbor],
    *,
    mode: str = "parsed",
    also: Mapping[str, Sequence[str]] | None = None,
    copy: Path | None = None,
) -> Iterator[Edge]:
    """Run the edge for ``neighbors``; ``also`` names more processes that hear the same, ``copy`` a pipe that gets the bytes too."""
    recording, ready, port = folder / "events.jsonl", folder / "edge.ready", free_port()
    recorder = child("record", ready, recording, *([copy] if copy else []))
    processes = {"recorder": recorder, **(also or {})}
    config = folder / "edge.conf"
    hears = f"""\
passive true; adj-rib-in false; adj-rib-out false;
  api {{ processes [ {" ".join(processes)} ]; neighbor-changes; receive {{ {MODES[mode]} open; update; notification; refresh; }} }}"""
    sections = [neighbor_section(one, Neighbor(LOOPBACK, MICROSOFT), hears) for one in neighbors]
    config.write_text("".join([process(*one) for one in processes.items()] + sections), encoding="ascii")
    env = environment(**{"exabgp.tcp.bind": LOOPBACK, "exabgp.tcp.port": str(port)})
    # ready.exists: without it ExaBGP would run on in silence with no recorder; when it is there ExaBGP listens already.
    with Process([*exabgp(), "server", str(config)], log=folder / "edge.log", ready=ready.exists, env=env) as running:
        yield Edge(port, recording, running)


@dataclass
class Speaker:
    """ExaBGP that announces static routes and takes commands, such as ``withdraw route 193.0.0.0/21 next-hop 127.0.0.1``."""

    to: str
    pipe: Path
    process: Process

    def tell(self, command: str) -> None:
        """Give a command of ExaBGP's API about its neighbor."""
        with os.fdopen(os.open(self.pipe, os.O_WRONLY | os.O_NONBLOCK), "w", encoding="ascii") as pipe:  # fails at once without a reader
            pipe.write(f"neighbor {self.to} {command}\n")


@contextlib.contextmanager
def speaker(  # noqa: PLR0913 (both ends of a session)
    folder: Path, own: Neighbor, to: Neighbor, routes: Iterable[str], *, connect: int = 0, listen: int = 0
) -> Iterator[Speaker]:
    """Run a speaker of static ``routes`` that connects to a port of ``to``, or listens at a port of its own."""
    folder.mkdir(exist_ok=True)
    pipe, ready, config = folder / "commands", folder / "speaker.ready", folder / "speaker.conf"
    os.mkfifo(pipe)
    body = f"{f'connect {connect};' if connect else 'passive true;'} api {{ processes [ teller ]; }}\n  static {{\n"
    body += "".join(f"    route {one};\n" for one in routes) + "  }"
    config.write_text(process("teller", child("tell", ready, pipe)) + neighbor_section(to, own, body), encoding="ascii")
    env = environment(**({"exabgp.tcp.bind": own.address, "exabgp.tcp.port": str(listen)} if listen else {}))
    with Process([*exabgp(), "server", str(config)], log=folder / "speaker.log", ready=ready.exists, env=env) as running:
        yield Speaker(to.address, pipe, running)


CHECK = ("check", "--peer-asn", "3333", "--registry-data", str(program.ROOT / "fixtures" / "registry"), "--now", program.NOW)


@dataclass
class Judged:
    """What bgpcheck said: its exit status, its result, and what it wrote to stderr."""

    status: int
    result: dict[str, object] = field(repr=False)
    stderr: str = ""

    @property
    def prefixes(self) -> dict[str, dict[str, object]]:
        """Each judged prefix."""
        return {one["prefix"]: one for one in self.result["prefixes"]}

    @property
    def table(self) -> dict[str, tuple[object, ...]]:
        """Verdict, first reason, AS_PATH and origin of each."""
        return {
            prefix: (one["verdict"], one["reasons"][0]["code"], one["announced"]["asPath"], one["announced"]["origin"])
            for prefix, one in self.prefixes.items()
        }


def judge(recording: Path, *more: str) -> Judged:
    """Pipe a recording into ``bgpcheck check --events -``."""
    done = program.run(*CHECK, "--events", "-", "--format", "json", *more, given=recording.read_bytes())
    assert done.stdout, done.stderr
    return Judged(done.status, json.loads(done.stdout), done.stderr)


@dataclass
class Live:
    """The edge, and bgpcheck at the other end of a pipe, reading events while they happen."""

    edge: Edge
    check: Process
    written: Path

    @property
    def waits(self) -> bool:
        """Tell whether bgpcheck is still listening and has said nothing."""
        return self.check.child.poll() is None and not self.written.exists()

    def stop(self) -> Judged:
        """Stop ExaBGP; the events end, and bgpcheck judges what it has heard."""
        self.edge.process.end()
        status = self.check.child.wait(30)
        assert self.written.exists(), self.check.output()
        return Judged(status, json.loads(self.written.read_text(encoding="utf-8")), self.check.output())


@contextlib.contextmanager
def live(folder: Path, neighbors: Iterable[Neighbor]) -> Iterator[Live]:
    """Run the edge with ``bgpcheck check --events -`` at the end of a named pipe to which the recorder writes."""
    pipe, written = folder / "pipe", folder / "result.json"
    os.mkfifo(pipe)
    with os.fdopen(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reading:  # else it would wait for a writer
        argv = program.command(*CHECK, "--events", "-", "--format", "json", "--output", str(written))
        with edge(folder, neighbors, copy=pipe) as one:
            os.set_blocking(reading.fileno(), True)  # the writer is there now: the pipe ends when it goes
            with Process(argv, log=folder / "check.log", stdin=reading.fileno(), env=program.environment()) as check:
                yield Live(one, check, written)
