"""Answers of web servers, whole or still coming, and for how long a server wants to be left alone. Reads the clock for that.

Rule: any status is an answer here; what it means, whoever asked says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

LONGEST_WAIT = 366 * 86400.0  # seconds: what a server wants beyond it could not be told from one that does not say how long
LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


@dataclass(frozen=True, slots=True)
class Page:
    """An answer. ``url``: whose it is, after redirections; ``at``: when it was whole, UTC; ``wait``: what Retry-After asks, seconds."""

    url: str
    status: int
    body: bytes = field(repr=False)
    at: datetime
    headers: Mapping[str, str] = field(repr=False)

    @property
    def wait(self) -> float | None:
        """Seconds that the server wants to be left alone, None where it does not say."""
        return waits(self.headers, self.at)


def waits(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read Retry-After, seconds or a date (RFC 9110 s10.2.3), at most ``LONGEST_WAIT``; None where there is none that can be read."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), LONGEST_WAIT)
    try:
        return min(max((parsedate_to_datetime(text) - now).total_seconds(), 0.0), LONGEST_WAIT) if text else None
    except (ValueError, TypeError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that still comes. ``url``: whose it is, after redirections; ``chunks``: its body, as long as the server sends."""

    url: str
    status: int
    headers: Mapping[str, str] = field(repr=False)
    chunks: AsyncIterator[bytes] = field(repr=False)

    @property
    def wait(self) -> float | None:
        """Seconds that the server wants to be left alone, None where it does not say."""
        return waits(self.headers, datetime.now(UTC))
