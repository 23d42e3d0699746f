"""A lab that is soaked for a minute: nothing lost, nothing twice, nothing left behind (tests/benchmarks/soak.py soaks for longer)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from integration.daemons import wait_until
from integration.settling import books
from integration.soaking import soaking

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.daemon
SECONDS = 60.0  # of flaps and faults
SETTLING = 600.0  # in which every prefix that a silent source left open was asked about again


def test_a_minute_of_flaps_and_faults(tmp_path: Path) -> None:
    with soaking(tmp_path / "soak") as soak:
        soak.sample()
        first = soak.samples[0]
        soak.run(SECONDS, every=2, each=4)
        soak.calm()
        wait_until(soak.settled, seconds=SETTLING, what="a verdict on everything")
        soak.sample()
        last = soak.samples[-1]
        summary = soak.lab.stop()
        found = books(soak, summary)
    assert found.faults == []
    assert all(one.done.total() >= 2 for one in soak.flapping), [one.done for one in soak.flapping]
    assert len(soak.registries.met()) > 4, soak.registries.met()
    assert found.counts["updates found"] > 200, found.counts
    assert found.counts["verdicts undetermined"] > 0, found.counts
    for name in ("tasks", "connections", "open", "waiting"):
        assert last.numbers[name] <= max(first.numbers[name], 10), (name, first.numbers, last.numbers)
    for name, before in first.held.items():
        after = last.held[name]
        assert after.descriptors <= before.descriptors + 4, (name, before, after)
        assert after.threads <= before.threads + 4, (name, before, after)
        assert after.rss < 2 * before.rss, (name, before, after)
