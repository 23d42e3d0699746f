"""BIRD, GoBGP and RTRlib's rpki-rov, asked the vector file's rows about RPKI: the two speakers by real routes with their real AS_PATH.

A session inside the speaker's own AS brings every path there is, an empty one and a confederation's too. Rows about one prefix come
over as many sessions. VRPs: BIRD has them in its configuration, the others from StayRTR.

Rule: as in ``neighbours``.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from integration.daemons import Process, bird, daemon, free_port, listening, wait_until
from integration.neighbours import NO_ANSWER, Answers, export, plain
from integration.oracles import Case, bird_config, rov, stayrtr
from integration.routers import run
from integration.talker import UPDATE, Talker, message, nlri

from bgpcheck.model import Prefix, Vrp
from vectors import OWN, vrp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from vectors import Row, Vectors

TYPES = {"as-set": 1, "as-sequence": 2, "confed-sequence": 3, "confed-set": 4}  # RFC 4271 s4.3, RFC 5065 s3
CONFEDERATION = 64498
Layer = dict[Any, Any]  # by network
FAMILIES = {4: "ipv4", 6: "ipv6"}
REASONS = {"ASN": "invalid-asn", "LENGTH": "invalid-length", "": "invalid"}
ONLY_RPKI = "knows the RPKI only"


def way(row: Row) -> bytes:
    """Encode a row's AS_PATH, AS numbers of four octets."""
    each = (struct.pack(f"!BB{len(asns)}I", TYPES[kind], len(asns), *asns) for kind, asns in row.segments)
    return b"".join(each)


def announcement(row: Row) -> bytes:
    """Encode an UPDATE of iBGP: ORIGIN, AS_PATH, NEXT_HOP, LOCAL_PREF; IPv6 in MP_REACH_NLRI (RFC 4760 s3)."""
    path = way(row)
    attributes = b"\x40\x01\x01\x00" + bytes([0x40, 2, len(path)]) + path + b"\x40\x05\x04\x00\x00\x00\x64"
    prefix = nlri(str(row.network))
    if row.network.version == 6:
        body = struct.pack("!HBB", 2, 1, 16) + socket.inet_pton(socket.AF_INET6, "2001:db8::1") + b"\x00" + prefix
        attributes, prefix = attributes + bytes([0x90, 14]) + struct.pack("!H", len(body)) + body, b""
    else:
        attributes += b"\x40\x03\x04" + socket.inet_aton("192.0.2.1")
    return message(UPDATE, struct.pack("!HH", 0, len(attributes)) + attributes + prefix)


def layers(rows: list[Row]) -> list[Layer]:
    """Deal rows to sessions so that none has a prefix twice."""
    found: list[Layer] = []
    for row in rows:
        free = next((layer for layer in found if row.network not in layer), None)
        if free is None:
            found.append(free := {})
        free[row.network] = row
    return found


def address(number: int) -> str:
    return f"127.0.1.{number + 1}"


@contextlib.contextmanager
def announced(dealt: list[Layer], port: int) -> Iterator[None]:
    """Hold one session for each layer, with everything said."""
    with contextlib.ExitStack() as stack:
        for number, layer in enumerate(dealt):
            one = stack.enter_context(Talker(address(number), OWN, "127.0.0.1", port))
            wait_until(one.up.is_set, seconds=60, what="the session")
            one.say([announcement(row) for row in layer.values()])
        yield


def as_wire(row: Row) -> str:
    """Say why a route can't be had from a row: on the wire it has no spelling."""
    return "" if row.prefix == str(row.network) else "on the wire a prefix has one spelling and no host bits"


@dataclass
class Bird:
    """BIRD 2.0.12: ``roa_check(table, net, bgp_path.last)`` on the routes that it holds."""

    name = "BIRD 2.0.12"

    def unasked(self, row: Row) -> str:
        if row.kind != "rpki":
            return ONLY_RPKI if row.kind != "silence" else "" if row.world == "unreachable" else "RTR carries neither dates nor trust anchors"
        return as_wire(row)

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        for world in vectors.worlds:
            if rows := [row for row in vectors.rows if row.world == world and not self.unasked(row)]:
                found |= self.judged(rows, [Vrp(Prefix.parse(str(net)), longest, asn) for net, longest, asn in map(vrp, vectors.worlds[world].get("vrps", []))], folder / world)
        return found

    def judged(self, rows: list[Row], vrps: list[Vrp], folder: Path) -> Answers:
        folder.mkdir(parents=True)
        dealt, port = layers(rows), free_port()
        config = bird_config(vrps) + "".join(
            f"protocol bgp l{number} {{ local 127.0.0.1 port {port} as {OWN}; neighbor {address(number)} as {OWN}; multihop; passive;"
            f" strict bind; confederation {CONFEDERATION}; confederation member yes;\n"
            + "".join(f" {family} {{ table t{number}{family}; import all; }};" for family in FAMILIES.values())
            + " }\n"
            for number in range(len(dealt))
        )
        tables = "".join(f"{family} table t{number}{family};\n" for number in range(len(dealt)) for family in FAMILIES.values())
        if rows[0].world == "unreachable":
            config += f"protocol rpki {{ roa4 {{ table r4; }}; roa6 {{ table r6; }}; remote 127.0.0.1 port {free_port()}; }}\n"
        with bird(folder, tables + config) as control, announced(dealt, port):
            ask = lambda *words: run(daemon("birdc"), "-s", control, *words)
            found: Answers = {}
            for number, layer in enumerate(dealt):
                held = lambda number=number: sum(int(re.findall(r"(\d+) of \d+ routes", ask("show", "route", "table", f"t{number}{family}", "count"))[0]) for family in FAMILIES.values())
                wait_until(lambda held=held, layer=layer: held() == len(layer), seconds=60, what=f"{len(layer)} routes in BIRD")
                for version, family in FAMILIES.items():
                    for word, state in (("VALID", "valid"), ("INVALID", "invalid"), ("UNKNOWN", "not-found")):
                        said = ask("show", "route", "table", f"t{number}{family}", "where", f"roa_check(r{version}, net, bgp_path.last) = ROA_{word}")
                        found |= {layer[ipaddress.ip_network(prefix)].id: state for prefix in re.findall(r"^(\S+/\d+) ", said, re.MULTILINE)}
            return found


@dataclass
class Gobgp:
    """GoBGP 3.10: the validation of what it has received; for what is invalid, also its reason."""

    name = "GoBGP 3.10"

    def unasked(self, row: Row) -> str:
        return Bird.unasked(self, row)

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        for world in vectors.worlds:
            if rows := [row for row in vectors.rows if row.world == world and not self.unasked(row)]:
                export(vectors.worlds[world], folder / world / "vrps.json")
                with served(folder / world, there=world != "unreachable") as (port, count):
                    found |= self.judged(rows, port, count, folder / world)
        return found

    def judged(self, rows: list[Row], rtr: int, count: int, folder: Path) -> Answers:
        dealt, port, api = layers(rows), free_port(), free_port()
        text = f'[global.config]\nas = {OWN}\nrouter-id = "127.0.0.2"\nport = {port}\nlocal-address-list = ["127.0.0.1"]\n'
        text += f'[[rpki-servers]]\n[rpki-servers.config]\naddress = "127.0.0.1"\nport = {rtr}\n'
        for number in range(len(dealt)):
            text += f'[[neighbors]]\n[neighbors.config]\nneighbor-address = "{address(number)}"\npeer-as = {OWN}\n[neighbors.transport.config]\npassive-mode = true\n'
            text += "".join(f'[[neighbors.afi-safis]]\n[neighbors.afi-safis.config]\nafi-safi-name = "{family}-unicast"\n' for family in FAMILIES.values())
        (folder / "gobgpd.toml").write_text(text, encoding="ascii")
        argv = [daemon("gobgpd"), "-f", str(folder / "gobgpd.toml"), "-t", "toml", "--api-hosts", f"127.0.0.1:{api}", "--pprof-disable"]
        with Process(argv, log=folder / "gobgpd.log", ready=lambda: listening(api), seconds=60):
            ask = lambda *words: run(daemon("gobgp"), "-u", "127.0.0.1", "-p", str(api), *words)
            table = lambda: sum(len(re.findall(r"^\S+/\d+ ", ask("rpki", "table", "-a", family), re.MULTILINE)) for family in FAMILIES.values())
            wait_until(lambda: table() == count, seconds=60, what=f"{count} VRPs in GoBGP")
            wait_until(lambda: ask("neighbor").count("Active") == len(dealt), seconds=60, what="GoBGP to listen")
            with announced(dealt, port):
                return {id_: word for number, layer in enumerate(dealt) for id_, word in self.layer(ask, number, layer).items()}

    @staticmethod
    def layer(ask, number: int, layer: Layer) -> Answers:
        found: Answers = {}
        for version, family in FAMILIES.items():
            want = sum(row.network.version == version for row in layer.values())
            said: dict[str, str] = {}

            def heard() -> bool:
                text = ask("neighbor", address(number), "adj-in", "-a", family)
                said.update({prefix: mark for mark, prefix in re.findall(r"^([VIN ]) +\d+ +(\S+/\d+) ", text, re.MULTILINE)})
                return len(said) == want

            wait_until(heard, seconds=60, what=f"{want} routes in GoBGP")
            invalid = [prefix for prefix, mark in said.items() if mark == "I" and layer[ipaddress.ip_network(prefix)].path]  # of a route without a path it gives no reason
            with ThreadPoolExecutor(4) as pool:
                texts = pool.map(lambda prefix: ask("neighbor", address(number), "adj-in", prefix, "validation", "-a", family), invalid)
                reasons = {prefix: re.findall(r"reason: REASON_(\w+)", text)[0] for prefix, text in zip(invalid, texts, strict=True)}
            words = {"V": "valid", "N": "not-found", " ": NO_ANSWER}
            found |= {layer[ipaddress.ip_network(prefix)].id: words.get(mark) or REASONS[reasons.get(prefix, "")] for prefix, mark in said.items()}
        return found


@contextlib.contextmanager
def served(folder: Path, *, there: bool = True) -> Iterator[tuple[int, int]]:
    """Serve a folder's VRPs by StayRTR; gives the port and how many it serves. Not ``there``: nobody listens at the port."""
    if not there:
        yield free_port(), 0
        return
    with stayrtr(folder, refresh=3600) as (port, process):
        wait_until(lambda: "New update" in process.output(), what="StayRTR's data")
        yield port, int(re.findall(r"New update \((\d+) uniques", process.output())[0])


@dataclass
class RpkiRov:
    """RTRlib's rpki-rov (rtr-tools 0.8): numbers by StayRTR."""

    name = "rpki-rov (rtr-tools 0.8)"

    def unasked(self, row: Row) -> str:
        return Bird.unasked(self, row) or ("" if plain(row) else "takes an AS number: no AS_SET, no empty path, no confederation")

    def ask(self, vectors: Vectors, folder: Path) -> Answers:
        found: Answers = {}
        for world in vectors.worlds:
            if rows := [row for row in vectors.rows if row.world == world and not self.unasked(row)]:
                export(vectors.worlds[world], folder / world / "vrps.json")
                with served(folder / world) as (port, _):
                    said = rov(port, [Case(Prefix.parse(row.prefix), row.origin) for row in rows])
                found |= {row.id: state for row, (_, state) in zip(rows, said, strict=True)}
        return found
