"""ExaBGP's event lines (JSON of 4.x and 5.x, all modes) as typed events. Pure.

Rule: a line is an event, a reply to a command, or a ``FormatError`` that names file, line and field; nothing else escapes.
Texts from outside are cut to ``TEXT_LIMIT`` characters and otherwise raw: whoever prints them escapes them.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from bgpcheck.errors import FormatError
from bgpcheck.formats import exabgp_update
from bgpcheck.formats.exabgp_events import (
    Direction,
    EndOfRib,
    Event,
    Notification,
    Open,
    Other,
    Refresh,
    Reply,
    Session,
    Shutdown,
    State,
    Update,
)
from bgpcheck.formats.json_fields import Fields, decode, text
from bgpcheck.model import MAX_ASN, Route, address_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bgpcheck.formats.bgp_update import Body

__all__ = [
    "EndOfRib",
    "Event",
    "Notification",
    "Open",
    "Other",
    "Refresh",
    "Reply",
    "Session",
    "Shutdown",
    "Update",
    "event",
    "events",
]

LATEST = 1 << 33  # Unix seconds, the year 2242: no recording is younger
OPENING = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{.*"exabgp"', re.DOTALL)
VERSIONS = ("4", "5")
DIRECTIONS: dict[str, Direction] = {"receive": "receive", "in": "receive", "send": "send", "out": "send"}  # in, out: exabgp decode
STATES: dict[str, State] = {"connected": "connected", "up": "up", "down": "down"}
QUIET = ("fsm", "keepalive", "negotiated", "signal", "operational", "route-refresh")  # the last: a refresh in packets mode
REFRESH_FAULT = re.compile(r'": ""([a-z0-9-]*)""')
MESSAGE = ', "message": '


def events(lines: Iterable[tuple[int, bytes]], *, file: str) -> Iterator[Event]:
    """Read numbered lines, as ``formats.lines.lines`` gives them; see ``event``."""
    for number, line in lines:
        yield event(line, file=file, number=number)


def event(line: bytes, *, file: str = "", number: int = 0) -> Event:
    """Read one line. ``FormatError`` where it begins like an event and cannot be read; ``file`` and ``number`` say where."""
    try:
        found = _decode(line) if OPENING.match(line) else None
        if found is None:
            return Reply(text(line.decode("utf-8", "replace"), ""), number)
        return _event(found, number)
    except FormatError as error:
        raise error.at(file=file or None, line=number or None) from error


def _decode(line: bytes) -> Fields | None:
    """Read JSON, mending ExaBGP's known faults; None is an object that is no event."""
    try:
        written = line.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FormatError(f"not UTF-8 (octet {error.start + 1})") from error
    try:
        found = decode(written)
    except FormatError:
        mended = _mended(written)
        if mended == written:
            raise
        found = decode(mended)
    return Fields(found) if isinstance(found, dict) and "exabgp" in found else None


def _mended(written: str) -> str:
    """Mend the two faults of 4.x and of 5.x up to 5.0.9 at least.

    A refresh quotes its words twice. A notification ends in the peer's text, unescaped: it is cut off, with whatever it
    forges; its octets stand in ``data`` before it.
    """
    if '"type": "notification"' in written:
        whole = MESSAGE in written and "".join(written[-16:].split()).endswith("}}}")
        return written.partition(MESSAGE)[0] + "}}}" if whole else written
    return REFRESH_FAULT.sub(r'": "\1"', written) if '"type": "refresh"' in written else written


def _event(found: Fields, line: int) -> Event:
    version = found.text("exabgp")
    if version.partition(".")[0] not in VERSIONS:
        raise FormatError(f"{version[:40]!r} is not known: written by ExaBGP 4 and 5 are 4.… and 5.…", field="exabgp")
    kind = found.word("type", (*READERS, *QUIET))
    if kind in QUIET:
        return Other(kind, line)
    if kind == "notification" and "neighbor" not in found:
        found.word("notification", ("shutdown",))
        return Shutdown(_time(found), line)
    return READERS[kind](_Head(found, found.table("neighbor"), line))


@dataclass(frozen=True, slots=True)
class _Head:
    """An event about one neighbor."""

    event: Fields
    neighbor: Fields
    line: int

    @property
    def at(self) -> datetime:
        return _time(self.event)

    def address(self, key: str) -> str:
        addresses = self.neighbor.table("address")
        found = _address(addresses.text(key))
        if not found:
            raise FormatError("must be an IPv4 or IPv6 address", field=addresses.name(key))
        return found

    @property
    def peer(self) -> str:
        return self.address("peer")

    @property
    def peer_asn(self) -> int:
        return self.neighbor.table("asn").integer("peer", MAX_ASN)

    @property
    def direction(self) -> Direction:
        return DIRECTIONS[self.neighbor.word("direction", DIRECTIONS)]


@lru_cache(maxsize=256)  # a recording knows few peers
def _address(word: str) -> str:
    """Spell an address canonically; empty if it is none, or has a zone, which would be free text."""
    try:
        address = ipaddress.ip_address(word)
    except ValueError:
        return ""
    return "" if "%" in word else address_text(address.version, int(address))


def _time(found: Fields) -> datetime:
    value = found.value("time")
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < LATEST:
        raise FormatError(f"must be Unix seconds, 0 to {LATEST}", field="time")
    return datetime.fromtimestamp(value, UTC)


def _session(head: _Head) -> Session:
    state = STATES[head.neighbor.word("state", STATES)]
    reason = head.neighbor.text("reason") if "reason" in head.neighbor else ""
    return Session(head.peer, head.address("local"), head.peer_asn, state, reason, head.at, head.line)


def _update(head: _Head) -> Update | EndOfRib | Other:
    if head.direction == "send":
        return Other("sent update", head.line)
    said = exabgp_update.body(head.event, head.neighbor)
    peer, peer_asn, at = head.peer, head.peer_asn, head.at
    if said.end_of_rib:
        return EndOfRib(peer, said.end_of_rib, at, head.line)
    routes = tuple(Route(peer, nlri.prefix, said.path, at, peer_asn, said.communities) for nlri in said.announced)
    withdrawn = tuple(nlri.prefix for nlri in said.withdrawn)
    ids = [tuple(nlri.path_id for nlri in nlris) for nlris in (said.announced, said.withdrawn)]
    return Update(peer, peer_asn, at, routes, withdrawn, _notes(said), ids[0], ids[1], head.line)


def _notes(said: Body) -> tuple[str, ...]:
    """Gather notes; those on the path name the first prefix that it leads to."""
    if not said.announced:
        return said.notes
    more = f" and {len(said.announced) - 1} more" if len(said.announced) > 1 else ""
    return (*said.notes, *(f"{said.announced[0].prefix}{more}: {note}" for note in said.path_notes))


def _notification(head: _Head) -> Notification:
    if "notification" in head.neighbor:
        said = head.neighbor.table("notification")
        code, subcode, data = said.integer("code", 255), said.integer("subcode", 255), exabgp_update.hexadecimal(said, "data")
    else:
        message = head.neighbor.table("message")
        content = exabgp_update.octets(message, 3)
        if len(content) < 2:  # noqa: PLR2004 (code and subcode, RFC 4271 s4.5)
            raise FormatError("must have a code and a subcode", field=message.name("body"))
        code, subcode, data = content[0], content[1], content[2:]
    return Notification(head.peer, head.direction, code, subcode, text(data.decode("utf-8", "replace"), ""), head.at, head.line)


def _refresh(head: _Head) -> Refresh:
    asked = head.neighbor.table("route-refresh")
    family = exabgp_update.family(asked)
    return Refresh(head.peer, head.direction, family, asked.text("subtype"), head.at, head.line)


def _open(head: _Head) -> Open:
    if "open" not in head.neighbor:
        head.neighbor.table("message")
        return Open(head.peer, head.direction, None, None, (), head.at, head.line)
    said = head.neighbor.table("open")
    offered = said.table("capabilities")
    able = [offered.table(key) for key, value in offered.values.items() if isinstance(value, dict)]
    asns = [one.integer("asn4", MAX_ASN) for one in able if "asn4" in one] or [said.integer("asn", MAX_ASN)]
    families = [text(word, one.name("families")) for one in able if "families" in one for word in one.items("families")]
    spelled = tuple(word.replace("/", " ") for word in families)
    return Open(head.peer, head.direction, asns[0], said.integer("hold_time", 65535), spelled, head.at, head.line)


READERS: dict[str, Callable[[_Head], Event]] = {
    "state": _session,
    "update": _update,
    "notification": _notification,
    "refresh": _refresh,
    "open": _open,
}
