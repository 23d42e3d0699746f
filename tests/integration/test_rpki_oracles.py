"""Origin validation against two implementations by other people: BIRD's ``roa_check`` and RTRlib's ``rpki-rov``.

What the oracles can't say: an origin of NONE. BIRD's filter language gives ``bgp_path.last`` as 0 for a path that ends in an
AS_SET, and ``rpki-rov`` reads numbers only; so NONE goes to both as AS0, and both judge AS0 as RFC 6811 s2 wants: never valid.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from integration.daemons import Process, bird, birdc, daemon, free_port, listening

from bgpcheck.facts.rpki import RpkiValidity, validate
from bgpcheck.model import BITS, MAX_ASN, Prefix, Vrp, address_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.daemon

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


WORLDS = {"usual": World.made(6811, 250, 150, 3), "with VRPs for default routes": World.made(6907, 60, 120, 0)}
worlds = pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)


def test_cases_are_many_and_of_every_kind() -> None:
    world = WORLDS["usual"]
    assert len(world.cases) >= 6000
    for version, bits in BITS.items():
        assert {case.prefix.length for case in world.cases if case.prefix.version == version} == set(range(bits + 1))
    origins = Counter(case.origin for case in world.cases)
    assert min(origins[0], origins[None]) >= 1000
    states = Counter(one.state for one in world.ours(world.vrps))
    assert len(states) == len(STATES)
    assert min(states.values()) >= 200, states
    assert sum(one.only_as0 for one in world.ours(world.vrps)) >= 500
    odd = WORLDS["with VRPs for default routes"].vrps
    assert {str(vrp.prefix) for vrp in odd} >= {"0.0.0.0/0", "::/0"}
    assert any(one.covers(vrp.prefix) for one in BIRD_REFUSES for vrp in odd)


def bird_config(vrps: list[Vrp]) -> str:
    parts = ["log stderr all;\nrouter id 127.0.0.1;\nprotocol device {}\n"]
    for version in BITS:
        parts.append(f"roa{version} table r{version};\nprotocol static {{ roa{version} {{ table r{version}; }};\n")
        parts += [f"route {vrp.prefix} max {vrp.max_length} as {vrp.asn};\n" for vrp in vrps if vrp.prefix.version == version]
        parts.append("}\n")
    return "".join(parts)


def first_address(vrp: Vrp) -> Prefix:
    return Prefix(vrp.prefix.version, vrp.prefix.network, vrp.prefix.bits)


@worlds
def test_bird_agrees(world: World, tmp_path: Path) -> None:
    checks = [f"eval roa_check(r{case.prefix.version}, {case.prefix}, {case.origin or 0})" for case in world.cases]
    with bird(tmp_path, bird_config(world.vrps)) as control:
        names = birdc(control, ["eval ROA_VALID", "eval ROA_INVALID", "eval ROA_UNKNOWN"])
        answers = birdc(control, checks)
    # Deviation of BIRD 2.0.12: VRPs of multicast, loopback and link-local space do not count (RFC 6811 s2 makes no such exception).
    refused = re.findall(r"Ignoring bogus route (\S+)-\d+ AS(\d+) ", (tmp_path / "bird.log").read_text(encoding="ascii"))
    held = [vrp for vrp in world.vrps if (str(vrp.prefix), str(vrp.asn)) not in refused]
    assert held == [vrp for vrp in world.vrps if not any(one.covers(first_address(vrp)) for one in BIRD_REFUSES)]
    words = dict(zip(names, ["valid", "invalid", "not-found"], strict=True))
    assert world.differences([words[answer] for answer in answers], held) == []


def rov(port: int, cases: list[Case]) -> list[tuple[set[str], str]]:
    """Put every case to ``rpki-rov``: the VRPs that it names, and its state."""
    asked = "".join(f"{address_text(c.prefix.version, c.prefix.network)} {c.prefix.length} {c.origin or 0}\n" for c in cases)
    argv = [daemon("rpki-rov"), "127.0.0.1", str(port)]
    done = subprocess.run(argv, input=asked, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1, done.stderr[-2000:]  # its way to end at the end of input
    states = {"0": "valid", "1": "not-found", "2": "invalid"}
    rows = [line.split("|") for line in done.stdout.splitlines() if line.count("|") == 2]
    return [({one.strip() for one in reasons.split(",")} - {""}, states[state]) for _, reasons, state in rows]


def in_rovs_words(vrp: Vrp) -> str:
    return f"{vrp.asn} {address_text(vrp.prefix.version, vrp.prefix.network)} {vrp.prefix.length} {vrp.max_length}"


def ask_rov(world: World, folder: Path) -> tuple[list[tuple[set[str], str]], list[str]]:
    """Answers of ``rpki-rov`` fed by StayRTR, and the prefixes whose VRPs StayRTR refused to serve."""
    cache, port = folder / "vrps.json", free_port()
    roas = [{"asn": vrp.asn, "prefix": str(vrp.prefix), "maxLength": vrp.max_length, "ta": "test"} for vrp in world.vrps]
    cache.write_text(json.dumps({"metadata": {}, "roas": roas}), encoding="ascii")
    argv = [daemon("stayrtr"), "-bind", f"127.0.0.1:{port}", "-cache", str(cache), "-checktime=false", "-refresh", "3600"]
    argv += ["-metrics.addr", f"127.0.0.1:{free_port()}"]
    with Process(argv, log=folder / "stayrtr.log", ready=lambda: listening(port)) as stayrtr:
        answers = rov(port, world.cases)
        return answers, re.findall(r'msg="(\S+) Maxlength wrong: 0 - \d+"', stayrtr.output())


@worlds
def test_rtrlib_agrees(world: World, tmp_path: Path) -> None:
    answers, refused = ask_rov(world, tmp_path)
    # Deviation of StayRTR 0.5.1, not of RTRlib: it serves no VRP for 0.0.0.0/0 or ::/0 (RFC 6811 s2 makes no such exception).
    assert sorted(refused) == sorted(str(vrp.prefix) for vrp in world.vrps if vrp.prefix.length == 0)
    served = [vrp for vrp in world.vrps if vrp.prefix.length]
    assert world.differences([state for _, state in answers], served) == []
    for (named, state), one in zip(answers, world.ours(served), strict=True):
        every = {in_rovs_words(vrp) for vrp in one.covering}
        assert named == every if state != "valid" else named <= every, one  # for a valid route it stops at the first match
