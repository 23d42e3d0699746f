"""Routers under test: BIRD, GoBGP and FRR, each behind the same few words, on loopback and unprivileged.

    with Bird(folder, Session("127.0.0.3", 3333, "127.0.0.1", 1790), {"193.0.0.0/21": [], "193.0.10.0/23": [64512]}) as router:
        router.withdraw("193.0.0.0/21")

``prefixes``: what it announces, with the AS numbers behind its own. Each changes what it announces without losing its session.
Rule: nothing here waits for a session; a test waits for what the lab hears, with a deadline.
"""

from __future__ import annotations

import contextlib
import json
import re
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from integration.daemons import Process, daemon, free_port, listening, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

MICROSOFT = 12076
FRR_FOLDER = "/usr/lib/frr"
OWN = (f"bgp as-path access-list own deny _{MICROSOFT}_", "bgp as-path access-list own permit .*")  # what the lab told it is not told back
NEXT_HOP6 = "2001:db8::1"  # of IPv6 prefixes in a session over IPv4


@dataclass(frozen=True)
class Session:
    """Both ends as the router sees them: its own address and AS number, the lab's address, port and AS number, and an MD5 key.

    ``waits``: the lab connects to the router, at ``Router.listen``, instead of the other way round.
    """

    local: str
    asn: int
    peer: str
    port: int
    md5: str = ""
    peer_asn: int = MICROSOFT
    hold: int = 60  # seconds
    listen: int = 0  # port at which the router listens; 0: one that is free
    waits: bool = False


def run(*argv: str | Path) -> str:
    """Run a daemon's own command; gives what it wrote."""
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{argv}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


class Router:
    """What every router can do. ``shut``: administratively down, with a word to the peer where it has one; ``flap``: reset the session."""

    name: ClassVar[str]

    def __init__(self, folder: Path, session: Session, prefixes: Mapping[str, Sequence[int]]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.session, self.prefixes = folder, session, {prefix: list(path) for prefix, path in prefixes.items()}
        self.listen = session.listen or free_port(session.local)
        self.runs = 0
        self.process: Process | None = None

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def begin(self) -> None:
        """Start the daemon with everything that it announces."""
        self.runs += 1
        self.process = Process(self.argv(), log=self.folder / f"{self.name}.{self.runs}.log", ready=self.ready, seconds=60)
        self.process.__enter__()

    def end(self) -> None:
        """Stop the daemon, as an operator would."""
        if self.process is not None:
            self.process.end()
            self.process = None

    def kill(self) -> None:
        """End the daemon at once, as a crash would."""
        assert self.process is not None
        self.process.kill()
        self.process = None

    def restart(self) -> None:
        """Stop and start the daemon."""
        self.end()
        self.begin()

    def announce(self, prefix: str, path: Sequence[int] = ()) -> None:
        """Announce a prefix, or announce it otherwise."""
        self.prefixes[prefix] = list(path)
        self.change(prefix, path)

    def withdraw(self, prefix: str) -> None:
        """Withdraw a prefix."""
        path = self.prefixes.pop(prefix)
        self.change(prefix, path, gone=True)

    def log(self) -> str:
        """What all its runs have written."""
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in sorted(self.folder.glob(f"{self.name}.*.log")))

    def argv(self) -> list[str]:
        raise NotImplementedError

    def ready(self) -> bool:
        raise NotImplementedError

    def change(self, prefix: str, path: Sequence[int], *, gone: bool = False) -> None:
        raise NotImplementedError

    def shut(self, word: str = "") -> None:
        raise NotImplementedError

    def open(self) -> None:
        """Undo ``shut``."""
        raise NotImplementedError

    def flap(self) -> None:
        raise NotImplementedError

    def refresh(self) -> None:
        """Ask the lab for its routes again."""
        raise NotImplementedError

    def imported(self) -> set[str]:
        """Prefixes received from the lab."""
        raise NotImplementedError

    def status(self) -> str:
        """Its own words about the session, with the last notification."""
        raise NotImplementedError


class Bird(Router):
    """BIRD 2. What it announces is in its configuration, which it reads again at every change."""

    name = "bird"

    def argv(self) -> list[str]:
        self.write()
        return [daemon("bird"), "-f", "-c", str(self.folder / "bird.conf"), "-s", str(self.control), "-P", str(self.folder / "bird.pid")]

    @property
    def control(self) -> Path:
        return self.folder / "bird.ctl"

    def write(self) -> None:
        """Write the configuration."""
        parts = ["log stderr all;\nrouter id 127.0.0.3;\nprotocol device {}\n"]
        for family, mark in ((4, "."), (6, ":")):
            parts.append(f"protocol static s{family} {{ ipv{family};\n")
            parts += [f"  route {prefix} blackhole{self.filter(path)};\n" for prefix, path in self.prefixes.items() if mark in prefix]
            parts.append("}\n")
        one = self.session
        six = "next hop self" if ":" in one.local else f"next hop address {NEXT_HOP6}"
        four = f"next hop address {'127.0.0.3' if ':' in one.local else one.local}"
        parts.append(f"""\
protocol bgp edge {{
  local {one.local} port {self.listen} as {one.asn}; neighbor {one.peer} port {one.port} as {one.peer_asn};
  {f'password "{one.md5}";' if one.md5 else ""}
  multihop; strict bind yes; connect retry time 1; connect delay time 1; error wait time 1, 2; hold time {one.hold};
  ipv4 {{ import all; export where source = RTS_STATIC; {four}; }};
  ipv6 {{ import all; export where source = RTS_STATIC; {six}; }};
}}
""")
        (self.folder / "bird.conf").write_text("".join(parts), encoding="ascii")

    @staticmethod
    def filter(path: Sequence[int]) -> str:
        """Give the part of a route that makes its path."""
        return f" {{ {' '.join(f'bgp_path.prepend({asn});' for asn in reversed(path))} }}" if path else ""

    def birdc(self, *words: str) -> str:
        return run(daemon("birdc"), "-s", self.control, *words)

    def ready(self) -> bool:
        try:
            return "Daemon is up and running" in self.birdc("show", "status")
        except AssertionError:
            return False

    def change(self, prefix: str, path: Sequence[int], *, gone: bool = False) -> None:
        del prefix, path, gone  # all of it is in the file
        self.write()
        assert re.search("Reconfigured|Reconfiguration in progress", self.birdc("configure"))

    def shut(self, word: str = "") -> None:
        self.birdc("disable", "edge", *([f'"{word}"'] if word else []))

    def open(self) -> None:
        self.birdc("enable", "edge")

    def flap(self) -> None:
        self.birdc("restart", "edge")

    def refresh(self) -> None:
        self.birdc("reload", "in", "edge")

    def imported(self) -> set[str]:
        return set(re.findall(r"^([0-9a-f.:]+/\d+) ", self.birdc("show", "route", "protocol", "edge"), re.MULTILINE))

    def status(self) -> str:
        return self.birdc("show", "protocols", "all", "edge")


class Gobgp(Router):
    """GoBGP. What it announces is told it over its API once it runs.

    Where it connects it takes its time: 5 to 8 s, and 14 s after a Cease. Where it waits to be connected to, it is there at once.
    """

    name = "gobgp"

    def argv(self) -> list[str]:
        self.write()
        self.api = free_port()
        api = f"127.0.0.1:{self.api}"
        return [
            daemon("gobgpd"),
            "-f",
            str(self.folder / "gobgpd.toml"),
            "-t",
            "toml",
            "--api-hosts",
            api,
            "--pprof-disable",
            "-l",
            "debug",
        ]

    def write(self, *, neighbor: bool = True) -> None:
        """Write the configuration, with the lab as its neighbour or without."""
        one = self.session
        listens = f'port = {self.listen}\nlocal-address-list = ["{one.local}"]' if one.waits else "port = -1"
        text = f'[global.config]\nas = {one.asn}\nrouter-id = "127.0.0.2"\n{listens}\n'
        (self.folder / "gobgpd.toml").write_text(text + (self.neighbor() if neighbor else ""), encoding="ascii")

    def neighbor(self) -> str:
        """Give the section of the lab."""
        one = self.session
        families = "".join(
            f'[[neighbors.afi-safis]]\n[neighbors.afi-safis.config]\nafi-safi-name = "{family}-unicast"\n' for family in ("ipv4", "ipv6")
        )
        return f"""\
[[neighbors]]
[neighbors.config]
neighbor-address = "{one.peer}"
peer-as = {one.peer_asn}
{f'auth-password = "{one.md5}"' if one.md5 else ""}
[neighbors.timers.config]
hold-time = {one.hold}
[neighbors.transport.config]
local-address = "{one.local}"
{"passive-mode = true" if one.waits else f"remote-port = {one.port}"}
[neighbors.ebgp-multihop.config]
enabled = true
multihop-ttl = 2
{families}"""

    def begin(self) -> None:
        super().begin()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda one: self.change(*one), self.prefixes.items()))

    def gobgp(self, *words: str) -> str:
        return run(daemon("gobgp"), "-u", "127.0.0.1", "-p", str(self.api), *words)

    def ready(self) -> bool:
        return listening(self.api)

    def change(self, prefix: str, path: Sequence[int], *, gone: bool = False) -> None:
        family = "ipv6" if ":" in prefix else "ipv4"
        hop = NEXT_HOP6 if family == "ipv6" else "127.0.0.2"
        how = ["nexthop", hop] + (["aspath", " ".join(map(str, path))] if path else [])
        self.gobgp("global", "rib", "del" if gone else "add", prefix, "-a", family, *([] if gone else how))

    def shut(self, word: str = "") -> None:
        self.gobgp("neighbor", self.session.peer, "disable", *(["--reason", word] if word else []))

    def open(self) -> None:
        self.gobgp("neighbor", self.session.peer, "enable")

    def flap(self) -> None:
        """Take the lab out of the configuration and put it in again: after a reset GoBGP would rest for half a minute."""
        for there in (False, True):
            self.write(neighbor=there)
            self.process.child.send_signal(signal.SIGHUP)
            wait_until(lambda: (self.session.peer in self.gobgp("neighbor")) == there, what="GoBGP's new configuration")  # noqa: B023

    def refresh(self) -> None:
        self.gobgp("neighbor", self.session.peer, "softresetin")

    def imported(self) -> set[str]:
        found: set[str] = set()
        for family in ("ipv4", "ipv6"):
            with contextlib.suppress(json.JSONDecodeError):  # words where there is none
                found |= set(json.loads(self.gobgp("neighbor", self.session.peer, "adj-in", "-a", family, "-j")))
        return found

    def status(self) -> str:
        return self.log() + self.gobgp("neighbor", self.session.peer)


class Frr(Router):
    """FRR's bgpd alone, without zebra. 8.4.4 does not answer a route refresh: nothing has changed, it finds."""

    name = "frr"

    def argv(self) -> list[str]:
        one = self.session
        self.vty = self.folder / "vty"
        self.vty.mkdir(exist_ok=True)
        neighbor = f"neighbor {one.peer}"
        lines = [
            f"router bgp {one.asn}", "bgp router-id 127.0.0.4", "no bgp ebgp-requires-policy", "no bgp network import-check",
            "no bgp default ipv4-unicast", "bgp allow-martian-nexthop",
            f"{neighbor} remote-as {one.peer_asn}", f"{neighbor} port {one.port}", f"{neighbor} update-source {one.local}",
            f"{neighbor} ebgp-multihop 2", f"{neighbor} timers connect 1", f"{neighbor} timers {max(one.hold // 3, 1)} {one.hold}",
            f"{neighbor} advertisement-interval 0",
            *([f"{neighbor} password {one.md5}"] if one.md5 else []),
        ]  # fmt: skip
        for family, mark in (("ipv4", "."), ("ipv6", ":")):
            lines += [f"address-family {family} unicast", f"{neighbor} activate", f"{neighbor} filter-list own out"]
            lines += [self.network(prefix, path) for prefix, path in self.prefixes.items() if mark in prefix]
            lines.append("exit-address-family")
        lines += ["exit", *(line for path in self.prefixes.values() for line in self.route_map(path))]
        (self.folder / "frr.conf").write_text(
            "\n".join(["log stdout debugging", "bgp route-map delay-timer 1", *OWN, *lines, ""]), encoding="ascii"
        )
        bgpd = daemon("bgpd", FRR_FOLDER)
        files = ["-f", str(self.folder / "frr.conf"), "-i", str(self.folder / "frr.pid"), "--vty_socket", str(self.vty)]
        return [bgpd, *files, "-A", one.local, "-P", "0", "-p", "0", "-n", "-Z", "-S"]

    @staticmethod
    def map_name(path: Sequence[int]) -> str:
        return "path-" + "-".join(map(str, path))

    def network(self, prefix: str, path: Sequence[int]) -> str:
        return f"network {prefix}" + (f" route-map {self.map_name(path)}" if path else "")

    def route_map(self, path: Sequence[int]) -> list[str]:
        """Give the lines of the route-map that makes a path."""
        return [f"route-map {self.map_name(path)} permit 10", f"set as-path prepend {' '.join(map(str, path))}", "exit"] if path else []

    def vtysh(self, *commands: str) -> str:
        return run(daemon("vtysh"), "--vty_socket", self.vty, "-d", "bgpd", *(word for one in commands for word in ("-c", one)))

    def configure(self, lines: Iterable[str]) -> None:
        """Type lines of configuration."""
        self.vtysh("configure terminal", *lines)

    def ready(self) -> bool:
        try:
            return "BGP" in self.vtysh("show bgp summary") or True
        except AssertionError:
            return False

    def change(self, prefix: str, path: Sequence[int], *, gone: bool = False) -> None:
        family = "ipv6" if ":" in prefix else "ipv4"
        lines = [*self.route_map(path), f"router bgp {self.session.asn}", f"address-family {family} unicast"]
        self.configure([*lines, ("no " if gone else "") + self.network(prefix, path)])

    def shut(self, word: str = "") -> None:
        message = f" message {word}" if word else ""
        self.configure([f"router bgp {self.session.asn}", f"neighbor {self.session.peer} shutdown{message}"])

    def open(self) -> None:
        self.configure([f"router bgp {self.session.asn}", f"no neighbor {self.session.peer} shutdown"])

    def flap(self) -> None:
        self.vtysh(f"clear bgp {self.session.peer}")

    def refresh(self) -> None:
        self.vtysh(f"clear bgp {self.session.peer} soft in")

    def imported(self) -> set[str]:
        found: set[str] = set()
        for family in ("ipv4", "ipv6"):
            routes = json.loads(self.vtysh(f"show bgp {family} unicast json") or "{}").get("routes", {})
            found |= {prefix for prefix, paths in routes.items() if any(path.get("peerId") == self.session.peer for path in paths)}
        return found

    def status(self) -> str:
        return self.log() + self.vtysh(f"show bgp neighbors {self.session.peer}")


ROUTERS: tuple[type[Router], ...] = (Bird, Gobgp, Frr)
