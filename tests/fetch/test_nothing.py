from __future__ import annotations

import asyncio

from bgpcheck.fetch.nothing import NoFetcher
from bgpcheck.sources.base import Gap, GapReason, Request


def test_every_answer_is_a_gap_that_says_how_to_get_one() -> None:
    requests = [Request(source, "193.0.0.0/21") for source in ("irr/RIPE", "vrps", "rdap/ip", "delegated/arin")]
    replies = asyncio.run(NoFetcher().fetch(requests))
    assert list(replies) == requests
    for request, reply in replies.items():
        assert isinstance(reply, Gap)
        assert (reply.source, reply.reason) == (request.source, GapReason.DISABLED)
        assert "--registry-data" in reply.detail


def test_nobody_has_to_have_local_exceptions() -> None:
    assert asyncio.run(NoFetcher().fetch([Request("slurm", "*")])) == {Request("slurm", "*"): ()}


def test_nothing_is_asked() -> None:
    assert asyncio.run(NoFetcher().fetch([])) == {}
