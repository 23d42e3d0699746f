"""The engine of ``watch`` and ``lab``: what comes in is judged when its facts are there, told once, and never lost."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import exabgp_lines as lines
import program
import pytest
from lab_builders import FIRST, LISTED, SECOND, lab

from bgpcheck import api, lookups
from bgpcheck.engine import answers_about
from bgpcheck.errors import FormatError
from bgpcheck.judging import Judging
from bgpcheck.lab.quiet import QUIET
from bgpcheck.lab.sessions import SessionFacts
from bgpcheck.options import Options
from bgpcheck.plan import plan
from bgpcheck.sinks.lines import ReaderGone
from bgpcheck.speaker.inbox import Inbox
from bgpcheck.store import configs
from bgpcheck.store.clock import now_of
from bgpcheck.telling import Outlets
from bgpcheck.watching import Watching

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bgpcheck.claim import Claim
    from bgpcheck.lab.view import View
    from bgpcheck.sources.base import Answer

REGISTRY = str(program.ROOT / "fixtures" / "registry")
UP, DOWN = lines.state("up"), lines.state("down", reason="reset")
UNLISTED = "193.0.14.0/23"


@dataclass
class World:
    """A watch with what is around it: registries that answer when they are let, and ears."""

    roles: Mapping[str, str] | None = None
    held: bool = False  # registries keep their answers back
    data: str = REGISTRY
    told: list[dict[str, Any]] = field(default_factory=list)
    asked: list[list[str]] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    views: list[View] = field(default_factory=list)
    kept: list[tuple[int, int, int]] = field(default_factory=list)
    fails: Exception | None = None
    gone: bool = False

    def __post_init__(self) -> None:
        self.released = asyncio.Event()
        options = Options(peer_asn=3333, registry="RIPENCC", registry_data=self.data, now=program.NOW, listening=True)
        self.source = api.data_of(self.data, None)
        self.case = api.case_of(options, plan(options), self.source)
        self.settings = configs.settings()
        judging = Judging(configs.policy("microsoft-peering"), self.settings, self.ask, lambda: now_of(program.NOW))
        outlets = Outlets((self,), (self,), self)
        self.watching = Watching(lab(roles=self.roles), Inbox(), judging, outlets, self.commands.append, enforce=True)

    async def ask(self, claims: tuple[Claim, ...]) -> Mapping[str, Answer]:
        """Answer about claims, as the fixtures do."""
        self.asked.append([str(claim.prefix) for claim in claims])
        if self.fails:
            raise self.fails
        if self.held:
            await self.released.wait()
        return await answers_about(claims, self.case, self.source, self.settings, {})

    async def put(self, happening: Mapping[str, Any]) -> None:
        """Hear."""
        json.dumps(happening)
        if self.gone:
            raise ReaderGone("nobody reads")
        self.told.append(dict(happening))

    def show(self, view: View) -> None:
        """See."""
        self.views.append(view)

    def commit(self, announced: Sequence[object], withdrawn: Sequence[object], happenings: Sequence[object]) -> None:
        """Keep."""
        self.kept.append((len(announced), len(withdrawn), len(happenings)))

    def ended(self) -> None:
        """Nothing is kept."""

    def say(self, *said: bytes) -> None:
        """Have the speaker say lines."""
        self.watching.inbox.put(said)
        self.watching.heard()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """What was told of one type."""
        return [one for one in self.told if one["type"] == kind]

    def verdicts(self) -> dict[str, tuple[str, str]]:
        """The last verdict and reason on each prefix."""
        return {one["prefix"]: (one["verdict"], one["reasons"][0]["code"]) for one in self.of("verdict")}

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(60):
            while not condition():  # noqa: ASYNC110 (conditions of many kinds)
                await asyncio.sleep(0.01)


async def ran(world: World, *said: bytes) -> World:
    """Run a whole recording."""
    world.say(*said)
    world.watching.over("")
    await world.watching.run()
    return world


async def test_a_recording_is_judged_to_its_end() -> None:
    world = await ran(World(), UP, lines.update([*LISTED, UNLISTED]), lines.update((), [LISTED[1]]), DOWN)
    assert world.verdicts() == {
        LISTED[0]: ("configured", "route-object-exact"),
        LISTED[1]: ("configured", "route-object-exact"),
        UNLISTED: ("validation-needed", "origin-mismatch"),
    }
    assert [one["event"] for one in world.of("session")] == ["up", "down"]
    assert [one["prefix"] for one in world.of("withdrawn")] == [LISTED[1]]
    assert {one["rule"] for one in world.of("finding")} >= {"PFX-5", "LIST-3"}
    assert world.kept[0] == (2, 1, 3)  # one slice: what stands at its end
    assert world.views[-1].counts["events"] == 4
    counts = world.watching.counts()
    assert (counts["updates"], counts["applied"], counts["malformed"], counts["waiting"]) == (2, 4, 0, 0)


async def test_verdicts_follow_when_facts_arrive_and_nothing_waits_for_them() -> None:
    world = World(held=True)
    running = asyncio.create_task(world.watching.run())
    world.say(UP, lines.update(LISTED))
    await world.until(lambda: world.of("session") and world.asked)
    world.say(lines.update([LISTED[0]], path=[3333, 15169]), lines.update((), [LISTED[1]]))  # while registries think
    await world.until(lambda: world.of("withdrawn"))
    assert world.verdicts() == {}
    world.held = False
    world.released.set()
    await world.until(lambda: len(world.verdicts()) == 2)
    assert world.verdicts() == {LISTED[0]: ("validation-needed", "origin-not-authorised"), LISTED[1]: ("configured", "route-object-exact")}
    assert len(world.asked) == 1  # what is known is not asked again
    world.watching.stop()
    await running


async def test_what_is_gone_when_its_facts_arrive_gets_no_verdict() -> None:
    world = World(held=True)
    running = asyncio.create_task(world.watching.run())
    world.say(UP, lines.update([UNLISTED]))
    await world.until(lambda: any(UNLISTED in batch for batch in world.asked))
    world.say(lines.update((), [UNLISTED]))
    await world.until(lambda: world.of("withdrawn"))
    world.released.set()
    await world.until(lambda: world.watching.settled and len(world.verdicts()) == 2)
    assert UNLISTED not in world.verdicts()
    world.say(lines.update([UNLISTED]))
    await world.until(lambda: UNLISTED in world.verdicts())
    world.watching.stop()
    await running


async def test_a_verdict_is_told_again_only_where_it_says_something_else() -> None:
    world = World()
    running = asyncio.create_task(world.watching.run())
    world.say(UP, lines.update([LISTED[0]]))
    await world.until(lambda: len(world.verdicts()) == 2)
    count = len(world.of("verdict"))
    for at in range(1, 4):
        world.say(lines.update([LISTED[0]], at=at))
        await world.until(lambda: world.watching.settled and not len(world.watching.inbox))
    assert len(world.of("verdict")) == count
    world.say(lines.update([LISTED[0]], path=[3333, 3333]))
    await world.until(lambda: len(world.of("verdict")) == count + 1)
    world.say(lines.update((), [LISTED[0]]))
    await world.until(lambda: len(world.of("verdict")) == count + 2 and world.of("withdrawn"))
    world.say(lines.update([LISTED[0]], path=[3333, 3333]))
    await world.until(lambda: len(world.of("verdict")) == count + 3)  # who heard that it is gone hears what it is
    world.watching.stop()
    await running


async def test_a_source_that_was_silent_is_asked_again(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(lookups, "FIRST_AGAIN", 0.1)
    world = World(data=str(tmp_path))
    running = asyncio.create_task(world.watching.run())
    await world.until(lambda: world.of("verdict"))
    assert {verdict for verdict, _ in world.verdicts().values()} == {"undetermined"}
    await world.until(lambda: {one["source"] for one in world.of("gap")} >= {"irr/RIPE", "vrps"})  # told beside the verdicts
    world.source = api.data_of(REGISTRY, None)
    await world.until(lambda: {verdict for verdict, _ in world.verdicts().values()} == {"configured"})
    assert "vrps" not in {gap.source for gap in world.watching.telling.gaps}
    world.watching.stop()
    await running


async def test_what_is_gone_is_not_left_open(tmp_path: object) -> None:
    """No source answers, so every prefix is open; one that nobody announces any more is not, at once."""
    world = World(data=str(tmp_path))
    running = asyncio.create_task(world.watching.run())
    world.say(UP, lines.update([UNLISTED]))
    await world.until(lambda: world.watching.counts()["open"] == len(LISTED) + 1)
    world.say(lines.update((), [UNLISTED]))
    await world.until(lambda: world.of("withdrawn"))
    await world.until(lambda: world.watching.counts()["open"] == len(LISTED))
    world.watching.stop()
    await running


async def test_what_can_t_be_read_is_told_and_the_rest_goes_on() -> None:
    world = await ran(
        World(),
        b'{"exabgp": "5.0.0", "type": "update", "neighbor": 7}',
        b"",
        b"{rubbish",
        b"done",
        UP,
        lines.update(LISTED),
        lines.shutdown(),
    )
    told = [one for one in world.of("gap") if one["source"] == "exabgp"]
    assert [one["reason"] for one in told] == ["malformed"] * 2
    assert "exabgp" in told[0]["detail"]
    assert world.watching.counts()["malformed"] == 2
    assert len([one for one in world.watching.telling.findings if one.rule == "LIST-4"]) == 2
    assert len(world.verdicts()) == 2


async def test_the_edge_drops_a_session_once() -> None:
    world = World()
    running = asyncio.create_task(world.watching.run())
    many = [f"193.0.{number >> 8}.{number & 255}/32" for number in range(203)]
    world.say(UP, lines.update(many[:200]))
    await world.until(lambda: world.watching.counts()["applied"] == 2)
    assert [one for one in world.commands if "teardown" in one] == []
    world.say(lines.update(many[200:201]), lines.update(many[201:]))
    await world.until(lambda: world.watching.counts()["applied"] == 4 and any("teardown" in one for one in world.commands))
    assert [one for one in world.commands if "teardown" in one] == [f"neighbor {FIRST} teardown 1"]
    assert [one["event"] for one in world.of("session")].count("dropped") == 1
    world.say(DOWN, UP, lines.update(many[:201]))
    await world.until(lambda: len([one for one in world.commands if "teardown" in one]) == 2)
    world.watching.stop()
    await running


async def test_a_speaker_that_was_there_before_is_asked_for_all() -> None:
    world = World(roles={FIRST: "primary", SECOND: "secondary"})
    running = asyncio.create_task(world.watching.run())
    await world.until(lambda: world.commands)
    assert world.commands == ["show neighbor json"]
    world.say(lines.update(["193.0.14.0/23"], peer="127.0.0.77"))
    rows = [
        {"state": "down", "fsm": fsm, "peer": {"address": peer, "as": 3333, "capabilities": {}}}
        for peer, fsm in ((FIRST, "ESTABLISHED"), (SECOND, "IDLE"))
    ]
    world.say(b"what is this", json.dumps(rows).encode(), json.dumps(rows).encode(), b"done")
    await world.until(lambda: world.watching.counts()["applied"] == 5 and world.of("withdrawn"))
    assert [(one["peer"], one["why"]) for one in world.of("withdrawn")] == [("127.0.0.77", "the speaker has no such neighbor any more")]
    assert world.watching.lab.sessions[FIRST].state == "up"
    assert world.commands[1:] == [f"neighbor {FIRST} announce route-refresh {family} unicast" for family in ("ipv4", "ipv6")]
    world.watching.stop()
    await running


async def test_what_had_no_room_is_asked_for_again() -> None:
    world = World()
    world.watching.inbox.most = 1
    running = asyncio.create_task(world.watching.run())
    world.say(UP, lines.update(LISTED))
    await world.until(lambda: any("route-refresh" in one for one in world.commands))
    assert world.watching.counts()["shed"] == 1
    world.watching.inbox.most = 1 << 20
    world.say(lines.update(LISTED))
    await world.until(lambda: len(world.verdicts()) == 2)
    world.watching.stop()
    await running


async def test_what_is_not_said_again_is_gone_when_the_peer_has_been_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bgpcheck.lab.quiet.QUIET", 0.2)
    world = World()
    running = asyncio.create_task(world.watching.run())
    world.say(UP, lines.update(LISTED), DOWN, UP, lines.update([LISTED[0]]))
    await world.until(lambda: world.of("withdrawn"))
    assert [(one["prefix"], one["why"]) for one in world.of("withdrawn")] == [(LISTED[1], "not announced again")]
    world.watching.stop()
    await running


async def test_who_never_answers_a_refresh_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bgpcheck.lab.quiet.PATIENCE", 0.2)
    world = World()
    running = asyncio.create_task(world.watching.run())
    monkeypatch.setattr("bgpcheck.lab.quiet.QUIET", 0.1)
    world.say(lines.update(LISTED))
    world.say(json.dumps([{"fsm": "ESTABLISHED", "peer": {"address": FIRST, "capabilities": {}}}]).encode(), lines.update([UNLISTED]))
    await world.until(lambda: [one for one in world.of("gap") if one["source"] == "exabgp"])
    assert len(world.watching.lab.heard) == 3  # an ordinary update is no answer: nothing is withdrawn
    [told] = [one for one in world.of("gap") if one["source"] == "exabgp"]
    assert (told["reason"], told["peer"]) == ("timeout", FIRST)
    world.watching.stop()
    await running


async def test_who_cannot_say_all_again_is_told_at_once() -> None:
    world = World()
    running = asyncio.create_task(world.watching.run())
    world.say(lines.update(LISTED))
    rows = [{"fsm": "ESTABLISHED", "peer": {"address": FIRST, "capabilities": {"route-refresh": False}}}]
    world.say(json.dumps(rows).encode())
    await world.until(lambda: any("restart its session" in one["detail"] for one in world.of("gap")))
    assert not [one for one in world.commands if "refresh" in one]
    assert any("restart its session" in gap.detail for gap in world.watching.view().gaps)  # those who look see it too
    world.watching.stop()
    await running


async def test_a_shutdown_in_the_middle_is_not_the_end() -> None:
    world = await ran(World(), UP, lines.update([LISTED[0]]), lines.shutdown(), lines.update([LISTED[0]], path=[3333, 15169]))
    assert world.verdicts()[LISTED[0]] == ("validation-needed", "origin-not-authorised")


async def test_what_is_announced_again_while_a_look_up_runs_that_left_it_out_is_judged() -> None:
    world = World(held=True)
    world.watching.judging = world.watching.judging
    running = asyncio.create_task(world.watching.run())
    await world.until(lambda: world.asked)
    world.say(UP, lines.update([UNLISTED, "193.0.10.0/24"]), lines.update((), [UNLISTED]))
    await world.until(lambda: any("193.0.10.0/24" in batch for batch in world.asked))
    world.say(lines.update([UNLISTED]))
    await world.until(lambda: world.watching.counts()["applied"] == 4)
    world.released.set()
    await world.until(lambda: UNLISTED in world.verdicts())
    world.watching.stop()
    await running


async def test_a_sink_that_takes_nothing_keeps_nothing_from_ending() -> None:
    world, never = World(), asyncio.Event()

    async def put(_: Mapping[str, Any]) -> None:
        await never.wait()

    world.put = put
    world.watching.telling.outlets = Outlets((world,))
    world.watching.hurry = True
    running = asyncio.create_task(world.watching.run())
    world.say(UP, lines.update(LISTED))
    await asyncio.sleep(0.1)
    world.watching.stop()
    async with asyncio.timeout(30):
        await running
    assert world.watching.telling.lost > 0
    world.watching.telling.close()


async def test_what_only_a_journal_says_is_told_as_such() -> None:
    before, world = World(), World(roles={})
    await ran(before, UP, lines.update(LISTED))
    world.watching.lab.heard.remember([(route, "") for route in before.watching.lab.heard.routes()])
    world.watching.lab.sessions[FIRST] = SessionFacts(FIRST, remembered=True)
    await ran(world)
    assert [one["peer"] for one in world.of("gap") if one["source"] == "exabgp"] == [FIRST]
    assert set(world.verdicts()) == {*LISTED}


async def test_it_ends_after_its_time() -> None:
    world = World(held=True)
    world.watching.seconds = 0.1
    async with asyncio.timeout(60):
        await world.watching.run()
    assert world.watching.interrupted


async def test_it_ends_when_it_is_to() -> None:
    world = World()
    world.watching.until = lambda watching: watching.counts()["applied"] > 0
    running = asyncio.create_task(world.watching.run())
    world.say(UP)
    async with asyncio.timeout(60):
        await running
    assert world.watching.interrupted
    assert not world.watching.through(world.watching.quiet_since)
    assert world.watching.through(world.watching.quiet_since + QUIET)


async def test_what_was_said_before_the_end_is_taken_in() -> None:
    world = World(held=True)
    running = asyncio.create_task(world.watching.run())
    await world.until(lambda: world.asked)
    world.say(UP, *(lines.update([LISTED[0]], path=[3333, number]) for number in range(1, 2000)))
    world.watching.stop()
    await running
    assert (len(world.watching.inbox), world.watching.lab.sessions[FIRST].state) == (0, "up")


async def test_a_reader_that_went_away_ends_it() -> None:
    world = World(gone=True)
    running = asyncio.create_task(world.watching.run())
    world.say(UP)
    async with asyncio.timeout(60):
        await running
    assert world.watching.interrupted


async def test_a_damaged_file_of_the_users_ends_it() -> None:
    world = World(fails=FormatError("is damaged", file="RIPE.db"))
    with pytest.raises(FormatError, match=r"RIPE\.db: is damaged"):
        await world.watching.run()


async def test_what_the_log_says_is_a_gap() -> None:
    world = World()
    world.watching.notice("a stranger was refused")
    running = asyncio.create_task(world.watching.run())
    await world.until(lambda: any("stranger" in one["detail"] for one in world.of("gap")))
    world.watching.stop()
    await running
    world.watching.heard()  # nothing, now that it is over


async def test_in_a_hurry_nothing_is_waited_for() -> None:
    world = World(held=True)
    world.watching.hurry = True
    world.say(UP, lines.update(LISTED))
    world.watching.over("")
    async with asyncio.timeout(30):
        await world.watching.run()
    assert world.verdicts() == {}
    assert world.watching.lab.last_verdict(()) == "undetermined"
