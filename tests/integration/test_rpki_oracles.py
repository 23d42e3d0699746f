"""Origin validation against two implementations by other people: BIRD's ``roa_check`` and RTRlib's ``rpki-rov``.

What the oracles can't say: an origin of NONE. BIRD's filter language gives ``bgp_path.last`` as 0 for a path that ends in an
AS_SET, and ``rpki-rov`` reads numbers only; so NONE goes to both as AS0, and both judge AS0 as RFC 6811 s2 wants: never valid.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from integration.daemons import bird, birdc
from integration.oracles import BIRD_REFUSES, STATES, World, bird_config, rov, stayrtr, vrp_rows

from bgpcheck.model import BITS, Prefix, Vrp, address_text

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.daemon

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


def in_rovs_words(vrp: Vrp) -> str:
    return f"{vrp.asn} {address_text(vrp.prefix.version, vrp.prefix.network)} {vrp.prefix.length} {vrp.max_length}"


@worlds
def test_rtrlib_agrees(world: World, tmp_path: Path) -> None:
    (tmp_path / "vrps.json").write_text(vrp_rows(world.vrps), encoding="ascii")
    with stayrtr(tmp_path, refresh=3600) as (port, process):
        answers = rov(port, world.cases)
    refused = re.findall(r'msg="(\S+) Maxlength wrong: 0 - \d+"', process.output())
    # Deviation of StayRTR 0.5.1, not of RTRlib: it serves no VRP for 0.0.0.0/0 or ::/0 (RFC 6811 s2 makes no such exception).
    assert sorted(refused) == sorted(str(vrp.prefix) for vrp in world.vrps if vrp.prefix.length == 0)
    served = [vrp for vrp in world.vrps if vrp.prefix.length]
    assert world.differences([state for _, state in answers], served) == []
    for (named, state), one in zip(answers, world.ours(served), strict=True):
        every = {in_rovs_words(vrp) for vrp in one.covering}
        assert named == every if state != "valid" else named <= every, one  # for a valid route it stops at the first match
