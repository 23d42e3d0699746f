"""Where a snapshot says that VRPs lie that had expired when their export was made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bgpcheck.model import Prefix, Vrp
from bgpcheck.table.collect import Collector
from bgpcheck.table.layers import MOST_LAPSED, lapsed

DATED = datetime(2026, 11, 1, tzinfo=UTC)
OLD, GOOD = 1000000000, 1793600000
MOST = range(MOST_LAPSED)
V6 = 0x20010DB8 << 96

CASES = [
    ([("10.0.0.0/8", OLD), ("10.0.0.0/8", OLD), ("11.0.0.0/8", GOOD), ("12.0.0.0/8", None)], [[4, 10 << 24, (11 << 24) - 1]]),
    ([("2001:db8::/32", OLD), ("10.0.0.0/8", GOOD)], [[6, V6, V6 + (1 << 96) - 1]]),
    ([(f"10.{one}.0.0/16", OLD) for one in MOST], [[4, (2560 + one) << 16, ((2561 + one) << 16) - 1] for one in MOST]),
    ([*((f"10.0.{one}.0/24", OLD) for one in MOST), ("10.0.0.0/8", OLD)], [[4, 10 << 24, (11 << 24) - 1]]),
]  # fmt: skip


@pytest.mark.parametrize(("vrps", "expected"), CASES)
def test_where_they_lie(vrps: list[tuple[str, int | None]], expected: list[list[int]]) -> None:
    one = Collector("vrps", lambda _: None)
    for prefix, ends in vrps:
        net = Prefix.parse(prefix)
        one.add(1, "", Vrp(net, net.length, 1, "ripe", ends))
    assert lapsed(one, DATED) == expected
    assert lapsed(one, None) == []
