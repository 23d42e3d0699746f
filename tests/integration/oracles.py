"""Worlds of VRPs and announcements, and how BIRD, StayRTR and RTRlib's ``rpki-rov`` are given them.

Rule: nothing here knows what the right answer is.
"""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integration.daemons import Process, daemon, free_port, listening

from bgpcheck.facts.rpki import RpkiValidity, validate
from bgpcheck.model import BITS, MAX_ASN, Prefix, Vrp, address_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ASNS = [0, 1, 23456, 64496, 64511, 65535, 65536, 2147483647, 2147483648, MAX_ASN]
BIRD_REFUSES = [  # where a prefix begins that BIRD 2.0.12 takes for no unicast route, ROA or not
    Prefix.parse(text) for text in ("127.0.0.0/8", "224.0.0.0/4", "255.255.255.255/32", "::1/128", "::ffff:0:0/96", "fe80::/10", "ff00::/8")
]
STATES = {"valid": "valid", "not-found": "not-found", "invalid-length": "invalid", "invalid-asn": "invalid"}


@dataclass(frozen=True)
class Case:
    """An announcement; ``origin`` None is NONE."""

    prefix: Prefix
    origin: int | None

    def ours(self, vrps: list[Vrp]) -> RpkiValidity:
        return validate(self.prefix, () if self.origin is None else (self.origin,), vrps)


def at(version: int, address: int, length: int) -> Prefix:
    """Cut an address to ``length`` bits, held within 0 and the family's."""
    length = max(0, min(length, BITS[version]))
    shift = BITS[version] - length
    return Prefix(version, address >> shift << shift, length)


def make_vrps(rnd: random.Random, version: int, count: int, shortest: int) -> list[Vrp]:
    """VRPs that nest around few addresses, one in three of which knows AS0 only; maxLength at, near and far from the length."""
    bits = BITS[version]
    bases = [(rnd.getrandbits(bits), asns) for asns in (ASNS, ASNS, [0]) for _ in range(8)]
    made: set[Vrp] = set()
    while len(made) < count:
        base, asns = rnd.choice(bases)
        prefix = at(version, base ^ rnd.getrandbits(rnd.randint(0, bits // 2)), rnd.randint(shortest, bits))
        longest = rnd.choice([prefix.length, min(bits, prefix.length + rnd.randint(0, 8)), bits])
        made.add(Vrp(prefix, longest, rnd.choice(asns)))
    return sorted(made, key=str)


def around(rnd: random.Random, vrp: Vrp) -> Iterator[Case]:
    """Announce at every edge of a VRP, from the AS it names, AS0, another AS and NONE."""
    for length in (vrp.prefix.length - 1, vrp.prefix.length, vrp.max_length, vrp.max_length + 1, vrp.prefix.bits):
        address = vrp.prefix.network | rnd.getrandbits(vrp.prefix.bits - vrp.prefix.length)
        for origin in (vrp.asn, 0, rnd.choice(ASNS), None):
            yield Case(at(vrp.prefix.version, address, length), origin)


def make_cases(rnd: random.Random, vrps: list[Vrp]) -> list[Case]:
    """Announcements around every VRP, and some of every length there is."""
    cases = [case for vrp in vrps for case in around(rnd, vrp)]
    for version, bits in BITS.items():
        addresses = [vrp.prefix.network for vrp in vrps if vrp.prefix.version == version]
        cases += [Case(at(version, rnd.choice(addresses), n), rnd.choice(ASNS)) for n in range(bits + 1) for _ in range(8)]
    return list(dict.fromkeys(cases))


@dataclass(frozen=True)
class World:
    """VRPs, and the announcements judged by them."""

    vrps: list[Vrp]
    cases: list[Case]

    @classmethod
    def made(cls, seed: int, ipv4: int, ipv6: int, shortest: int) -> World:
        rnd = random.Random(seed)  # noqa: S311 (the same cases at every run)
        vrps = make_vrps(rnd, 4, ipv4, shortest) + make_vrps(rnd, 6, ipv6, shortest)
        return cls(vrps, make_cases(rnd, vrps))

    def ours(self, vrps: list[Vrp]) -> list[RpkiValidity]:
        return [case.ours(vrps) for case in self.cases]

    def differences(self, answers: list[str], vrps: list[Vrp]) -> list[str]:
        """Cases judged otherwise than by us."""
        rows = zip(self.cases, answers, self.ours(vrps), strict=True)
        return [f"{case}: oracle {answer}, ours {one.state}" for case, answer, one in rows if answer != STATES[one.state]]


def bird_config(vrps: list[Vrp]) -> str:
    parts = ["log stderr all;\nrouter id 127.0.0.1;\nprotocol device {}\n"]
    for version in BITS:
        parts.append(f"roa{version} table r{version};\nprotocol static {{ roa{version} {{ table r{version}; }};\n")
        parts += [f"route {vrp.prefix} max {vrp.max_length} as {vrp.asn};\n" for vrp in vrps if vrp.prefix.version == version]
        parts.append("}\n")
    return "".join(parts)


def vrp_rows(vrps: Iterable[Vrp]) -> str:
    """Write VRPs as validators export them (JSON)."""
    rows = [{"asn": one.asn, "prefix": str(one.prefix), "maxLength": one.max_length, "ta": "test"} for one in vrps]
    return json.dumps({"metadata": {}, "roas": rows})


@contextlib.contextmanager
def stayrtr(folder: Path, *, refresh: int = 1, port: int = 0) -> Iterator[tuple[int, Process]]:
    """Serve ``vrps.json`` of ``folder`` over RTR; gives the port and the process."""
    port = port or free_port()
    argv = [daemon("stayrtr"), "-bind", f"127.0.0.1:{port}", "-cache", str(folder / "vrps.json"), "-checktime=false"]
    argv += ["-refresh", str(refresh), "-metrics.addr", f"127.0.0.1:{free_port()}"]
    with Process(argv, log=folder / "stayrtr.log", ready=lambda: listening(port), seconds=120) as process:
        yield port, process


def rov(port: int, cases: list[Case]) -> list[tuple[set[str], str]]:
    """Put every case to ``rpki-rov``: the VRPs that it names, and its state."""
    asked = "".join(f"{address_text(c.prefix.version, c.prefix.network)} {c.prefix.length} {c.origin or 0}\n" for c in cases)
    argv = [daemon("rpki-rov"), "127.0.0.1", str(port)]
    done = subprocess.run(argv, input=asked, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr[-2000:]  # its way to end at the end of input
    states = {"0": "valid", "1": "not-found", "2": "invalid"}
    rows = [line.split("|") for line in done.stdout.splitlines() if line.count("|") == 2]
    return [({one.strip() for one in reasons.split(",")} - {""}, states[state]) for _, reasons, state in rows]
