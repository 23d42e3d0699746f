"""Why a session with an MD5 key does not come up: the kernel drops what is signed wrongly, silently, but counts it. Waits for /proc.

Rule: the counts are of the whole machine (its network namespace), so what they say is a hint about sessions that wait, never a finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACE = "/proc/net/netstat"
# Linux's counters of TCP segments that RFC 2385 makes it drop.
WORDS = {
    "TCPMD5NotFound": "a router connects without an MD5 key, and the lab has one for it: set the same key on the router, or unset it here",
    "TCPMD5Unexpected": "a router signs with an MD5 key, and the lab has none for it: give it the same key, or unset it on the router",
    "TCPMD5Failure": "a router signs with another MD5 key than the lab's: set the same key at both ends (LNK-3)",
}


def counts() -> dict[str, int]:
    """Give how many segments the kernel has dropped so far, by counter; empty where it does not say."""
    try:
        with open(PLACE, encoding="ascii") as file:  # noqa: PTH123 (a file of the kernel's)
            return parsed(file.read(1 << 20))
    except OSError:
        return {}


def parsed(text: str) -> dict[str, int]:
    """Read the counters: lines in pairs, of names and of numbers."""
    lines = [line.split() for line in text.splitlines()]
    pairs = [pair for names, numbers in zip(lines[::2], lines[1::2], strict=False) for pair in zip(names, numbers, strict=False)]
    return {name: int(number) for name, number in pairs if name in WORDS and number.isascii() and number.isdecimal()}


def hints(before: Mapping[str, int], now: Mapping[str, int]) -> tuple[str, ...]:
    """Say what the segments that were dropped since ``before`` mean."""
    return tuple(words for name, words in WORDS.items() if now.get(name, 0) > before.get(name, 0))
