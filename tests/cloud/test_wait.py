"""Waiting for a circuit, on a clock that nobody waits for."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cloud.arm_server import CIRCUIT, circuit, peering

from bgpcheck.circuit.changes import Want
from bgpcheck.cloud import wait as waiting
from bgpcheck.cloud.faults import LaterError
from bgpcheck.cloud.wait import Waited, wait
from bgpcheck.errors import FetchError, UsageError
from bgpcheck.waiting import Clock, Tell

if TYPE_CHECKING:
    from bgpcheck.cloud.places import Document

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Time:
    """A clock that sleeping moves."""

    naps: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return BEGIN + timedelta(seconds=sum(self.naps))

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)


@dataclass
class Film:
    """Readings, one after the other, the last again and again; with the seconds that each might take."""

    rows: list[object]
    limits: list[float] = field(default_factory=list)

    async def __call__(self, seconds: float) -> Document:
        self.limits.append(seconds)
        row = self.rows.pop(0) if len(self.rows) > 1 else self.rows[0]
        if isinstance(row, Exception):
            raise row
        return row if isinstance(row, bytes) else json.dumps(row).encode(), CIRCUIT


async def watched(rows: list[object], want: Want, limit: float = 3600.0) -> tuple[Waited, list[str], Time, Film]:
    time, film, lines = Time(), Film(rows), list[str]()
    ended = await wait(film, want, limit, Tell(lines.append, str), Clock(time.now, time.sleep))
    return ended, lines, time, film


UPDATING = circuit(peering("NotConfigured", provisioning="Updating"))
NEEDED, DONE = circuit(peering("ValidationNeeded")), circuit(peering("Configured"))


async def test_it_is_there_already() -> None:
    ended, lines, time, film = await watched([DONE], Want.CONFIGURED)
    assert (ended.reached, lines, time.naps, film.limits) == (True, [], [], [60.0])
    assert (json.loads(ended.document[0]), ended.document[1]) == (DONE, CIRCUIT)


async def test_every_change_is_told_once_with_its_time() -> None:
    ended, lines, time, _ = await watched([UPDATING, UPDATING, NEEDED, NEEDED, NEEDED, DONE], Want.CONFIGURED)
    assert ended.reached
    stuck = "prefixes stand at ValidationNeeded: this changes when a registry or the list is mended and the list is submitted again"
    assert lines == [
        "2026-01-01T00:00:37Z MicrosoftPeering.provisioningState: Updating → Succeeded",
        "2026-01-01T00:00:37Z MicrosoftPeering.ipv4.advertisedPublicPrefixesState: NotConfigured → ValidationNeeded",
        f"2026-01-01T00:00:37Z nothing changes by itself now; {stuck}",
        "2026-01-01T00:01:48Z MicrosoftPeering.ipv4.advertisedPublicPrefixesState: ValidationNeeded → Configured",
    ]
    assert time.naps == [15.0, 22.5, 15.0, 22.5, 33.75]  # slower and slower, and quick again after a change


async def test_it_gets_slower_to_a_limit_and_ends_in_time() -> None:
    ended, lines, time, film = await watched([NEEDED], Want.CONFIGURED, 3600.0)
    assert not ended.reached
    assert ended.circuit.name == "ams-1"
    assert len(lines) == 1  # that it is stuck, once
    assert time.naps[:4] == [15.0, 22.5, 33.75, 50.625]
    assert max(time.naps) == waiting.LONGEST
    assert sum(time.naps) == 3600.0  # a last look at the very end
    assert film.limits[-1] == waiting.LEAST
    assert len(film.limits) == len(time.naps) + 1


async def test_answers_that_are_not_had_end_nothing() -> None:
    rows = [FetchError("no net"), FetchError("no net"), b"[]", b"<html>", UPDATING, FetchError("no net"), DONE]
    ended, lines, time, _ = await watched(rows, Want.CONFIGURED)
    assert ended.reached
    told = [line.partition(" ")[2] for line in lines]
    assert told[:2] == ["no net", f"{CIRCUIT}: 0 circuits where one was asked for"]
    assert told[2].startswith(f"{CIRCUIT}: neither JSON nor text of PowerShell")
    assert len(lines) == 5  # the same fault is told once, and the two changes
    assert len(time.naps) == 6


async def test_what_hinders_is_said_again_after_a_change() -> None:
    stuck = circuit(peering("ValidationNeeded"))
    _, lines, *_ = await watched([stuck, UPDATING, stuck, stuck], Want.CONFIGURED)
    assert ["nothing changes by itself" in line for line in lines] == [True, False, False, False, False, True]


async def test_azure_is_left_alone_for_as_long_as_it_says() -> None:
    _, lines, time, _ = await watched([LaterError("busy", 400.0), DONE], Want.CONFIGURED)
    assert (time.naps, lines) == ([400.0], ["2026-01-01T00:00:00Z busy"])
    time, film = Time(), Film([LaterError("busy", 400.0)])
    with pytest.raises(LaterError, match="busy"):
        await wait(film, Want.CONFIGURED, 300.0, Tell(str, str), Clock(time.now, time.sleep))
    assert time.naps == []


@pytest.mark.parametrize("row", [FetchError("no net"), b"[]"])
async def test_there_never_was_an_answer(row: object) -> None:
    with pytest.raises(FetchError, match=r"no net|0 circuits"):
        await watched([row], Want.SETTLED, 100.0)


async def test_what_only_the_user_can_mend_ends_it() -> None:
    with pytest.raises(UsageError, match="sign in"):
        await watched([UPDATING, UsageError("sign in")], Want.SETTLED)


@pytest.mark.parametrize(
    ("want", "rows", "there"),
    [
        (Want.SETTLED, [UPDATING, NEEDED], True),
        (Want.SETTLED, [UPDATING], False),
        (Want.PROVISIONED, [circuit(provider="NotProvisioned"), circuit(provider="Provisioning"), circuit()], True),
        (Want.PROVISIONED, [circuit(provider="NotProvisioned")], False),
        (Want.CONFIGURED, [circuit(), NEEDED], False),
    ],
)
async def test_what_can_be_awaited(want: Want, rows: list[object], *, there: bool) -> None:
    ended, *_ = await watched(rows, want)
    assert ended.reached is there


async def test_progress_names_what_is_awaited() -> None:
    time, said = Time(), list[str]()
    await wait(Film([UPDATING, DONE]), Want.CONFIGURED, 600.0, Tell(str, said.append), Clock(time.now, time.sleep))
    assert said[:2] == ["waiting for configured: asking Azure", "waiting for configured: asking again in 15 s, 10 min left"]


def test_the_usual_clock_is_utc() -> None:
    clock: Any = Clock()
    assert clock.now().tzinfo is UTC
