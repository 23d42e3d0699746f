"""Connections at once, the budget of a check, and servers that want to be left alone."""

from __future__ import annotations

import asyncio

import pytest
from fetch.servers import http, page, serving

from bgpcheck.errors import FetchError
from bgpcheck.fetch.guard import Guard
from bgpcheck.fetch.http import Http
from bgpcheck.fetch.politeness import LONGEST_WAIT, Politeness
from bgpcheck.settings import Limits
from bgpcheck.sources.base import GapReason

PLACE = ("whois.example.net", 43)


async def test_only_so_many_connections_at_once() -> None:
    polite, open_now, most = Politeness({"whois.example.net": Limits(at_once=2)}), 0, 0

    async def one() -> None:
        nonlocal open_now, most
        async with polite.turn(*PLACE):
            open_now += 1
            most = max(most, open_now)
            await asyncio.sleep(0)
            open_now -= 1

    await asyncio.gather(*(one() for _ in range(10)))
    assert most == 2


async def test_another_server_does_not_wait() -> None:
    polite = Politeness({"default": Limits(at_once=1)})
    async with polite.turn(*PLACE), polite.turn("whois.example.org", 43), polite.turn("whois.example.net", 4343):
        pass


def test_beyond_its_budget_a_server_is_not_asked() -> None:
    polite = Politeness({"default": Limits(queries=9), "whois.example.net": Limits(queries=2)})
    polite.count("WHOIS.example.net", 43)
    polite = Politeness(polite.limits)
    for _ in range(2):
        polite.count(*PLACE)
    with pytest.raises(FetchError, match="2 questions are as many as one check may ask") as caught:
        polite.count(*PLACE)
    assert caught.value.reason == GapReason.RATE_LIMITED
    assert polite.asked == {"whois.example.net:43": 2}
    polite.count("whois.example.org", 43)


async def test_a_long_run_counts_anew_after_a_while() -> None:
    """What one check may ask is not all that a lab may ask in weeks; who has had enough is asked again then."""
    polite = Politeness({"default": Limits(queries=2)}, renewed={"whois.example.net:43": 0.05})
    for _ in range(2):
        polite.count(*PLACE)
        polite.count("whois.example.org", 43)
    with pytest.raises(FetchError, match="as one check may ask"):
        polite.count(*PLACE)
    polite.close(*PLACE, None)
    polite.close("whois.example.org", 43, None)
    await asyncio.sleep(0.06)  # the while itself
    polite.count(*PLACE)
    async with polite.turn(*PLACE):
        pass
    with pytest.raises(FetchError, match="as one check may ask"):
        polite.count("whois.example.org", 43)
    with pytest.raises(FetchError, match="has had enough of us"):
        async with polite.turn("whois.example.org", 43):
            pytest.fail("asked all the same")
    assert polite.asked == {"whois.example.net:43": 3, "whois.example.org:43": 2}  # the tally is of all


@pytest.mark.parametrize("wait", [None, LONGEST_WAIT + 1])
async def test_who_has_had_enough_is_left_alone(wait: float | None) -> None:
    polite = Politeness({})
    polite.close(*PLACE, wait)
    with pytest.raises(FetchError, match="has had enough of us") as caught:
        async with polite.turn(*PLACE):
            pytest.fail("asked all the same")
    assert caught.value.reason == GapReason.RATE_LIMITED
    async with polite.turn("whois.example.org", 43):
        pass


async def test_who_asks_for_a_moment_gets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    polite = Politeness({})
    polite.close(*PLACE, 3)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    async with polite.turn(*PLACE):
        assert 2 < waited[0] <= 3


async def test_a_429_closes_the_server_for_those_who_come_after() -> None:
    asked: list[str] = []

    def answer(path: str) -> bytes:
        asked.append(path)
        return page(b"enough", "429 Too Many Requests")

    async with serving(http(answer)) as port, Http(Guard.of(["127.0.0.1"]), Politeness({"127.0.0.1": Limits(at_once=1)})) as client:
        first, *rest = await asyncio.gather(
            *(client.get(f"http://127.0.0.1:{port}/{number}", limit=100, seconds=60) for number in range(20)), return_exceptions=True
        )
    assert not isinstance(first, BaseException)
    assert first.status == 429
    assert {str(one) for one in rest} == {"127.0.0.1 has had enough of us; ask again later"}
    assert asked == ["/0"]


async def test_what_is_waited_for_is_told() -> None:
    told: list[str] = []
    polite = Politeness({}, told.append)
    async with polite.turn(*PLACE):
        polite.count(*PLACE)
        async with polite.turn("rdap.example.net", 443):
            pass
    assert told[0] == "0 questions asked, 1 open: whois.example.net"
    assert told[1] == "1 questions asked, 2 open: rdap.example.net, whois.example.net"
    assert told[-1] == ""
