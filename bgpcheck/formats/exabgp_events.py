"""What ExaBGP reports, as types; ``formats.exabgp`` reads them. Pure.

Rule: ``kind`` names the event for counting, ``line`` is its 1-based line (0: not known), ``at`` is an aware time in UTC.
Texts come from outside: cut to ``TEXT_LIMIT`` characters, otherwise raw. Whoever prints them escapes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from datetime import datetime

    from bgpcheck.model import Prefix, Route

Direction = Literal["receive", "send"]
State = Literal["connected", "up", "down"]


@dataclass(frozen=True, slots=True)
class Session:
    """A session with ``peer`` (address, AS number) came to a ``state``; ``reason`` says why it went down, or is empty."""

    kind: ClassVar[str] = "session"
    peer: str
    local: str
    peer_asn: int
    state: State
    reason: str
    at: datetime
    line: int = 0


@dataclass(frozen=True, slots=True)
class Update:
    """What a peer announced and withdrew in one UPDATE; withdrawn first (RFC 4271 s4.3: the announcement counts).

    ``announced_ids`` and ``withdrawn_ids`` are path identifiers (RFC 7911), one a prefix, empty where there is none.
    ``notes`` tell what was masked, left out or could not be told.
    """

    kind: ClassVar[str] = "update"
    peer: str
    peer_asn: int
    at: datetime
    announced: tuple[Route, ...]
    withdrawn: tuple[Prefix, ...]
    notes: tuple[str, ...] = ()
    announced_ids: tuple[str, ...] = ()
    withdrawn_ids: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class EndOfRib:
    """A peer has sent all it had of a ``family`` such as ``ipv4 unicast`` (RFC 4724 s2). Some peers never say so."""

    kind: ClassVar[str] = "end-of-rib"
    peer: str
    family: str
    at: datetime
    line: int = 0


@dataclass(frozen=True, slots=True)
class Notification:
    """A NOTIFICATION (RFC 4271 s4.5), sent or received; ``message`` is its data as text, such as a shutdown communication."""

    kind: ClassVar[str] = "notification"
    peer: str
    direction: Direction
    code: int
    subcode: int
    message: str
    at: datetime
    line: int = 0


@dataclass(frozen=True, slots=True)
class Refresh:
    """A ROUTE-REFRESH (RFC 2918, RFC 7313): ``subtype`` is ``query``, ``begin`` or ``end``."""

    kind: ClassVar[str] = "refresh"
    peer: str
    direction: Direction
    family: str
    subtype: str
    at: datetime
    line: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """An OPEN (RFC 4271 s4.2): AS number of four octets where told, hold time in seconds, families as ``ipv4 unicast``.

    In ``packets`` mode these are not read: ``asn`` and ``hold_time`` are None, ``families`` is empty.
    """

    kind: ClassVar[str] = "open"
    peer: str
    direction: Direction
    asn: int | None
    hold_time: int | None
    families: tuple[str, ...]
    at: datetime
    line: int = 0


@dataclass(frozen=True, slots=True)
class Other:
    """An event that says nothing about routes: ``fsm``, ``keepalive``, ``negotiated``, ``signal``… or ``sent update``."""

    kind: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """A line that is no event: ExaBGP's answer to a command, or anything else on the same pipe."""

    kind: ClassVar[str] = "reply"
    text: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Shutdown:
    """ExaBGP ends."""

    kind: ClassVar[str] = "shutdown"
    at: datetime
    line: int = 0


Event = Session | Update | EndOfRib | Notification | Refresh | Open | Other | Reply | Shutdown
