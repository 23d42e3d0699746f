"""How long to wait, as people write it."""

from __future__ import annotations

import pytest

from bgpcheck.cli import duration
from bgpcheck.errors import UsageError


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("2d", 172_800), ("30d", 2_592_000), ("1s", 1)])
def test_duration(text: str, seconds: int) -> None:
    assert duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "s", "90", "0s", "-1h", "1.5h", "2 h", "2H", "1w", "31d", "2592001s", "9" * 5000 + "s", "\u0661h", "1h30m"]
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(UsageError, match="write a time such as 90s, 15m, 2h or 2d"):
        duration(text)
