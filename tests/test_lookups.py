"""Look-ups beside everything else: what is asked again, and what is forgotten."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bgpcheck import lookups
from bgpcheck.lookups import Lookups
from bgpcheck.model import Prefix

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from bgpcheck.claim import Claim
    from bgpcheck.sources.base import Answer

PREFIXES = [Prefix.parse(f"193.0.{number}.0/24") for number in range(4)]


@dataclass(frozen=True)
class Claimed:
    """A claim, as far as look-ups care."""

    prefix: Prefix


async def nothing(_: tuple[Claim, ...]) -> Mapping[str, Answer]:
    return {}


async def found(_: list[Prefix], __: Mapping[str, Answer]) -> None:
    return None


async def test_what_nobody_announces_any_more_is_not_left_open() -> None:
    """A prefix was open because a source kept silent, and is gone when it is to be asked again: nothing is kept of it."""
    one = Lookups(nothing, lambda _: None, found)
    for prefix in PREFIXES:
        one.leave_open(prefix, 0.0)
    assert one.open == 4
    async with asyncio.TaskGroup() as group:
        one.start(group, lookups.FIRST_AGAIN + 1)
    assert (one.open, one.waiting, one.done) == (0, 0, 0)


async def test_a_prefix_that_changes_all_the_time_is_asked_again_in_time() -> None:
    """Each change has it judged by what is known, which is as open as before: that is no answer, and puts nothing off."""
    asked = list[tuple[float, int]]()

    async def ask(claims: tuple[Any, ...]) -> Mapping[str, Answer]:
        asked.append((now, len(claims)))
        return {}

    async def silent(batch: list[Prefix], _: Mapping[str, Answer]) -> None:
        for prefix in batch:
            one.leave_open(prefix, now)

    claimed: Any = Claimed
    one = Lookups(ask, claimed, silent)
    for second in range(1000):
        now = float(second)
        one.leave_open(PREFIXES[0], now)
        async with asyncio.TaskGroup() as group:
            one.start(group, now)
    assert asked == [(60, 1), (180, 1), (420, 1), (900, 1)]


def test_of_many_look_ups_the_latest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one look-up found is kept once for all its prefixes; the oldest go, with all their prefixes."""
    monkeypatch.setattr(lookups, "MOST_LOOKUPS", 2)
    one = Lookups(nothing, lambda _: None, found)
    for knowledge, some in ((object(), PREFIXES[:2]), (object(), PREFIXES[2:3]), (object(), PREFIXES[3:])):
        for prefix in some:
            one.keep(prefix, knowledge)
    assert [one.known(prefix) is not None for prefix in PREFIXES] == [False, False, True, True]


def test_of_many_prefixes_the_latest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "MOST_KNOWN", 3)
    one, knowledge = Lookups(nothing, lambda _: None, found), object()
    for prefix in (*PREFIXES, PREFIXES[1]):
        one.keep(prefix, knowledge)
    assert [one.known(prefix) for prefix in PREFIXES] == [None, knowledge, knowledge, knowledge]
