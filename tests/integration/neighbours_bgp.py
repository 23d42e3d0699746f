"""BIRD, GoBGP and RTRlib's rpki-rov, asked the vector file's rows about RPKI: the two speakers by real routes with their real AS_PATH.

A session inside the speaker's own AS brings every path there is, an empty one and a confederation's too. Rows about one prefix come
over as many sessions. VRPs: BIRD has them in its configuration, the others from StayRTR.

Rule: as in ``neighbours``.
"""

from __future__ import annotations

import contextlib
import re
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING

from integration.daemons import Process, bird, daemon, free_port, listening, wait_until
from integration.neighbours import A_NUMBER, NO_ANSWER, ONLY_RPKI, Answers, by_world, export, plain
from integration.oracles import Case, bird_config, rov, stayrtr
from integration.routers import run
from integration.talker import UPDATE, Talker, message, nlri
from vectors import OWN, vrp

from bgpcheck.model import Prefix, Vrp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vectors import Row, Vectors

Layer = dict[IPv4Network | IPv6Network, "Row"]  # what one session says: no prefix twice
TYPES = {"as-set": 1, "as-sequence": 2, "confed-sequence": 3, "confed-set": 4}  # RFC 4271 s4.3, RFC 5065 s3
CONFEDERATION = 64498
FAMILIES = {4: "ipv4", 6: "ipv6"}
BIRDS = {"VALID": "valid", "INVALID": "invalid", "UNKNOWN": "not-found"}
MARKS = {"V": "valid", "I": "invalid", "N": "not-found", " ": NO_ANSWER}
REASONS = {"ASN": "invalid-asn", "LENGTH": "invalid-length"}
LONG = 60  # seconds


def way(row: Row) -> bytes:
    """Encode a row's AS_PATH, AS numbers of four octets."""
    return b"".join(struct.pack(f"!BB{len(asns)}I", TYPES[kind], len(asns), *asns) for kind, asns in row.segments)


def announcement(row: Row) -> bytes:
    """Encode an UPDATE of iBGP: ORIGIN, AS_PATH, LOCAL_PREF, NEXT_HOP; IPv6 in MP_REACH_NLRI (RFC 4760 s3)."""
    path, prefix = way(row), nlri(str(row.network))
    attributes = b"\x40\x01\x01\x00" + bytes([0x40, 2, len(path)]) + path + b"\x40\x05\x04\x00\x00\x00\x64"
    if row.network.version == 4:  # the IP version
        attributes += b"\x40\x03\x04" + socket.inet_aton("192.0.2.1")
        return message(UPDATE, struct.pack("!HH", 0, len(attributes)) + attributes + prefix)
    reach = struct.pack("!HBB", 2, 1, 16) + socket.inet_pton(socket.AF_INET6, "2001:db8::1") + b"\x00" + prefix
    attributes += bytes([0x90, 14]) + struct.pack("!H", len(reach)) + reach
    return message(UPDATE, struct.pack("!HH", 0, len(attributes)) + attributes)


def layers(rows: list[Row]) -> list[Layer]:
    """Deal rows to sessions so that none says a prefix twice."""
    found: list[Layer] = []
    for row in rows:
        free = next((layer for layer in found if row.network not in layer), None)
        if free is None:
            found.append(free := {})
        free[row.network] = row
    return found


def address(number: int) -> str:
    """Where a session comes from."""
    return f"127.0.1.{number + 1}"


@contextlib.contextmanager
def announced(dealt: list[Layer], port: int) -> Iterator[None]:
    """Hold a session for each layer, with everything said."""
    with contextlib.ExitStack() as stack:
        for number, layer in enumerate(dealt):
            one = stack.enter_context(Talker(address(number), OWN, "127.0.0.1", port))
            wait_until(one.up.is_set, seconds=LONG, what="the session")
            one.say([announcement(row) for row in layer.values()])
        yield


@contextlib.contextmanager
def served(folder: Path, *, there: bool) -> Iterator[tuple[int, int]]:
    """Serve a folder's VRPs by StayRTR; gives the port and how many it serves. Not ``there``: nobody listens at the port."""
    if not there:
        yield free_port(), 0
        return
    with stayrtr(folder, refresh=3600) as (port, process):
        wait_until(lambda: "New update" in process.output(), seconds=LONG, what="StayRTR's data")
        yield port, int(re.findall(r"New update \((\d+) uniques", process.output())[0])


class Speaker:
    """What both speakers can be asked."""

    def unasked(self, row: Row) -> str:
        if row.kind == "rpki":
            return "" if row.prefix == str(row.network) else "on the wire a prefix has one spelling and no host bits"
        return ONLY_RPKI if row.kind != "silence" else "" if row.world == "unreachable" else "RTR carries neither dates nor trust anchors"


class Bird(Speaker):
    """BIRD 2.0.12: ``roa_check(table, net, bgp_path.last)`` on the routes that it holds, a table for each session."""

    name = "BIRD 2.0.12"

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        for world, rows in by_world(self, vectors):
            (folder / world).mkdir()
            numbers = map(vrp, vectors.worlds[world].get("vrps", []))
            config = bird_config([Vrp(Prefix.parse(str(net)), longest, asn) for net, longest, asn in numbers])
            if world == "unreachable":
                config += f"protocol rpki {{ roa4 {{ table r4; }}; roa6 {{ table r6; }}; remote 127.0.0.1 port {free_port()}; }}\n"
            dealt, port = layers(rows), free_port()
            sessions = "".join(self.session(number, port) for number in range(len(dealt)))
            with bird(folder / world, config + sessions) as control, announced(dealt, port):
                birdc = partial(run, daemon("birdc"), "-s", control)
                for number, layer in enumerate(dealt):
                    found |= {layer[network].id: state for network, state in self.judged(birdc, number, len(layer))}
        return found

    @staticmethod
    def session(number: int, port: int) -> str:
        """Configure a session with its tables."""
        tables = "".join(f"{family} table t{number}{family};\n" for family in FAMILIES.values())
        channels = "".join(f" {family} {{ table t{number}{family}; import all; }};" for family in FAMILIES.values())
        ends = f"local 127.0.0.1 port {port} as {OWN}; neighbor {address(number)} as {OWN}; multihop; passive; strict bind;"
        return f"{tables}protocol bgp l{number} {{ {ends} confederation {CONFEDERATION}; confederation member yes;{channels} }}\n"

    @staticmethod
    def judged(birdc: Callable[..., str], number: int, count: int) -> Iterator[tuple[IPv4Network | IPv6Network, str]]:
        """Wait for a session's routes, and give their states."""
        tables = {f"t{number}{family}": f"r{version}" for version, family in FAMILIES.items()}

        def held() -> int:
            said = [birdc("show", "route", "table", table, "count") for table in tables]
            return sum(int(re.findall(r"(\d+) of \d+ routes", text)[0]) for text in said)

        wait_until(lambda: held() == count, seconds=LONG, what=f"{count} routes in BIRD")
        for table, roas in tables.items():
            for word, state in BIRDS.items():
                said = birdc("show", "route", "table", table, "where", f"roa_check({roas}, net, bgp_path.last) = ROA_{word}")
                yield from ((ip_network(prefix), state) for prefix in re.findall(r"^(\S+/\d+) ", said, re.MULTILINE))


class Gobgp(Speaker):
    """GoBGP 3.10: the validation of what each session has brought, and for what is invalid its reason."""

    name = "GoBGP 3.10"

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        for world, rows in by_world(self, vectors):
            export(vectors.worlds[world], folder / world / "vrps.json")
            with served(folder / world, there=world != "unreachable") as (rtr, count):
                found |= self.world(layers(rows), rtr, count, folder / world)
        return found

    def world(self, dealt: list[Layer], rtr: int, count: int, folder: Path) -> Answers:
        """Run it with ``count`` VRPs from the cache at port ``rtr``, and ask it about each session."""
        port, api = free_port(), free_port()
        (folder / "gobgpd.toml").write_text(self.config(len(dealt), port, rtr), encoding="ascii")
        argv = [daemon("gobgpd"), "-f", str(folder / "gobgpd.toml"), "-t", "toml", "--api-hosts", f"127.0.0.1:{api}", "--pprof-disable"]
        gobgp = partial(run, daemon("gobgp"), "-u", "127.0.0.1", "-p", str(api))

        def held() -> int:
            return sum(len(re.findall(r"^\S+/\d+ ", gobgp("rpki", "table", "-a", one), re.MULTILINE)) for one in FAMILIES.values())

        with Process(argv, log=folder / "gobgpd.log", ready=lambda: listening(api), seconds=LONG):
            wait_until(lambda: held() == count, seconds=LONG, what=f"{count} VRPs in GoBGP")
            wait_until(lambda: gobgp("neighbor").count("Active") == len(dealt), seconds=LONG, what="GoBGP to listen")
            with announced(dealt, port):
                said = [one for number, layer in enumerate(dealt) for one in Received(gobgp, number, layer).states()]
        return dict(said)

    @staticmethod
    def config(sessions: int, port: int, rtr: int) -> str:
        """Write its configuration."""
        text = f'[global.config]\nas = {OWN}\nrouter-id = "127.0.0.2"\nport = {port}\nlocal-address-list = ["127.0.0.1"]\n'
        text += f'[[rpki-servers]]\n[rpki-servers.config]\naddress = "127.0.0.1"\nport = {rtr}\n'
        families = "".join(
            f'[[neighbors.afi-safis]]\n[neighbors.afi-safis.config]\nafi-safi-name = "{family}-unicast"\n' for family in FAMILIES.values()
        )
        for number in range(sessions):
            text += f'[[neighbors]]\n[neighbors.config]\nneighbor-address = "{address(number)}"\npeer-as = {OWN}\n'
            text += f"[neighbors.transport.config]\npassive-mode = true\n{families}"
        return text


@dataclass
class Received:
    """What GoBGP has from one session."""

    gobgp: Callable[..., str]
    number: int
    layer: Layer

    def states(self) -> Iterator[tuple[str, str]]:
        """Give every row's state, with the reason where there is one."""
        for version, family in FAMILIES.items():
            wanted = {network for network in self.layer if network.version == version}
            wait_until(lambda: self.marks(family).keys() == wanted, seconds=LONG, what=f"{len(wanted)} routes in GoBGP")  # noqa: B023 (waited for here)
            marks = self.marks(family)
            with ThreadPoolExecutor(4) as pool:
                words = pool.map(partial(self.state, family), marks.items())
            yield from zip((self.layer[network].id for network in marks), words, strict=True)

    def marks(self, family: str) -> dict[IPv4Network | IPv6Network, str]:
        """Give the letter that stands before each route."""
        said = self.gobgp("neighbor", address(self.number), "adj-in", "-a", family)
        return {ip_network(prefix): mark for mark, prefix in re.findall(r"^([VIN ]) +\d+ +(\S+/\d+) ", said, re.MULTILINE)}

    def state(self, family: str, marked: tuple[IPv4Network | IPv6Network, str]) -> str:
        """Ask for the reason of what is invalid; of a route without a path it gives none ("locally generated")."""
        network, mark = marked
        if mark != "I" or not self.layer[network].path:
            return MARKS[mark]
        said = self.gobgp("neighbor", address(self.number), "adj-in", str(network), "validation", "-a", family)
        return REASONS[re.findall(r"reason: REASON_(\w+)", said)[0]]


class RpkiRov(Speaker):
    """RTRlib's rpki-rov (rtr-tools 0.8): numbers, by StayRTR."""

    name = "rpki-rov (rtr-tools 0.8)"

    def unasked(self, row: Row) -> str:
        return super().unasked(row) or ("" if plain(row) else A_NUMBER)

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        for world, rows in by_world(self, vectors):
            export(vectors.worlds[world], folder / world / "vrps.json")
            with served(folder / world, there=world != "unreachable") as (port, _):
                said = rov(port, [Case(Prefix.parse(row.prefix), row.origin) for row in rows]) or [("", NO_ANSWER)] * len(rows)
            found |= {row.id: state for row, (_, state) in zip(rows, said, strict=True)}
        return found
