"""Numbers and times, as people write them."""

from __future__ import annotations

import pytest

from bgpcheck.cli.reading import duration, number, port, seconds
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


@pytest.mark.parametrize(("text", "found"), [("1", 1), ("256", 256), ("007", 7), ("0" * 5000 + "9", 9)])
def test_number(text: str, found: int) -> None:
    assert number("--workers", text, "a number from", 1, 256) == found


@pytest.mark.parametrize(
    "text", ["", "0", "257", "-1", "1.5", " 1", "1 ", "x", "\u0661", "\u00b2", "9" * 5000, "0" * 5000, "0000000001999999"]
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(UsageError) as error:
        number("--workers", text, "a number from", 1, 256)
    assert str(error.value) == f"--workers {text[:20]!r}: write a number from 1 to 256"


def test_seconds_and_ports() -> None:
    assert (seconds("3600"), port("--port", "65535"), port("--web", "0", least=0)) == (3600.0, 65535, 0)
    for read in (lambda: seconds("3601"), lambda: port("--port", "65536"), lambda: port("--port", "0")):
        with pytest.raises(UsageError, match="write "):
            read()
