"""What one sees of a lab or a watch at one moment: the terminal, the page, the metrics and the summary are drawn from it. Pure data.

Rule: texts from outside (paths, communities, reasons) are raw here; whoever draws them cleans them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bgpcheck.model import Family
    from bgpcheck.rules.base import Finding
    from bgpcheck.sources.base import Gap

SessionState = Literal["waiting", "connected", "up", "down"]  # waiting: nothing was heard of it yet
# inside: announced, not listed itself, but a listed prefix covers it; missing: listed, and announced by nobody
Standing = Literal["announced", "inside", "unlisted", "missing"]


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A session. ``role``: ``primary``, ``secondary``, ``internet`` or empty; ``since``: of its state, aware UTC.

    ``flaps``: times that it went down after it was up; ``last``: the last notification or why it went down, in words, or empty;
    ``explanation``: what to know about its state and what to do, or empty; ``routes``: prefixes that stand announced in this session, by
    family, of which the edge takes ``limit`` (LIM-1; None where it takes any number); ``hold_time``: negotiated seconds, None if not known.
    """

    peer: str
    role: str
    peer_asn: int | None
    state: SessionState
    since: datetime | None
    flaps: int = 0
    last: str = ""
    explanation: str = ""
    routes: tuple[tuple[Family, int], ...] = ()
    limit: int | None = None
    hold_time: int | None = None
    families: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeardRow:
    """A prefix as one peer announces it. ``path``: as received; ``stripped``: as it is after Microsoft's stripping (ASN-6).

    ``origin``: after stripping, None for NONE; ``communities``: with their names, where they have any; ``accepted``: whether the edge
    takes the route, else ``rule`` and ``why`` say which rule refuses it, and what to do.
    """

    peer: str
    role: str
    path: str
    stripped: str
    origin: int | None
    communities: tuple[str, ...]
    accepted: bool
    rule: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PrefixRow:
    """A listed or announced prefix. ``verdict`` is None until the registries have answered, and a word of the contract then.

    ``reason``: its code; ``why``: the sentence for it; ``next``: the first thing to do, or empty.
    """

    prefix: str
    family: Family
    standing: Standing
    heard: tuple[HeardRow, ...]
    verdict: str | None
    confidence: str | None = None
    reason: str = ""
    why: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """Everything at one moment. ``verdict``: of the whole, ``None`` until there is one; ``answer`` and ``next``: sentences for it.

    ``prefixes``: listed ones in the order of the list, then the others; ``left_out``: how many more there are than are shown;
    ``counts``: numbers by name (``events``, ``updates``, ``queued``, ``coalesced``, ``pending``, …), for the foot and the metrics;
    ``tally``: (verdict or ``pending``, standing, how many) of all prefixes, where ``prefixes`` are not all; for the metrics.
    """

    title: str
    begun: datetime
    at: datetime
    verdict: str | None
    answer: str
    next: str
    sessions: tuple[SessionRow, ...]
    prefixes: tuple[PrefixRow, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    counts: Mapping[str, int]
    left_out: int = 0
    tally: tuple[tuple[str, Standing, int], ...] = ()
