"""A BGP speaker of the tests' own: says exactly what a test wants, as fast as the other side takes it, and counts what it said.

Rule: it keeps the hold time that it asks for: who does not hear a KEEPALIVE in time sends a NOTIFICATION (RFC 4271 s6.5), and is told.
"""

from __future__ import annotations

import ipaddress
import select
import socket
import struct
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

MARKER = b"\xff" * 16
OPEN, UPDATE, NOTIFICATION, KEEPALIVE, REFRESH = 1, 2, 3, 4, 5
HEADER = 19


def message(kind: int, body: bytes = b"") -> bytes:
    """Frame a message (RFC 4271 s4.1)."""
    return MARKER + struct.pack("!HB", HEADER + len(body), kind) + body


def attributes(path: Sequence[int], hop: str, communities: Sequence[tuple[int, int]] = ()) -> bytes:
    """Encode ORIGIN, AS_PATH of four octets, NEXT_HOP, COMMUNITIES."""
    way = struct.pack("!BB", 2, len(path)) + b"".join(struct.pack("!I", asn) for asn in path) if path else b""
    found = b"\x40\x01\x01\x00" + bytes([0x40, 2, len(way)]) + way + b"\x40\x03\x04" + socket.inet_aton(hop)
    said = b"".join(struct.pack("!HH", *one) for one in communities)
    return found + (bytes([0xC0, 8, len(said)]) + said if said else b"")


def nlri(prefix: str) -> bytes:
    """Encode a prefix (RFC 4271 s4.3)."""
    net = ipaddress.ip_network(prefix)
    return bytes([net.prefixlen]) + net.network_address.packed[: (net.prefixlen + 7) // 8]


def update(announced: Iterable[str] = (), withdrawn: Iterable[str] = (), *, path: Sequence[int], hop: str = "127.0.0.1") -> bytes:
    """Make an UPDATE of IPv4 prefixes."""
    new, old = b"".join(map(nlri, announced)), b"".join(map(nlri, withdrawn))
    attrs = attributes(path, hop) if new else b""
    return message(UPDATE, struct.pack("!H", len(old)) + old + struct.pack("!H", len(attrs)) + attrs + new)


def many(count: int, each: int, path: Sequence[int]) -> list[bytes]:
    """Make UPDATEs for ``count`` /24s from 1.0.0.0 on, ``each`` of them in one, every one with a path of its own."""
    found = []
    for first in range(0, count, each):
        some = [f"{ipaddress.ip_address((1 << 24) + number * 256)}/24" for number in range(first, min(first + each, count))]
        found.append(update(some, path=[*path, 1000 + first % 50_000]))
    return found


@dataclass
class Talker:
    """One session with ``address`` at ``port``.

    ``again`` gives the UPDATEs that answer a ROUTE-REFRESH about IPv4 (RFC 2918), between BoRR and EoRR where ``enhanced`` (RFC 7313).
    ``heard``: kinds of messages and their bodies, as they came; ``sent``: UPDATEs.
    """

    own: str
    asn: int
    address: str
    port: int
    hold_time: int = 90
    again: Callable[[], Sequence[bytes]] = tuple
    enhanced: bool = False
    heard: list[tuple[int, bytes]] = field(default_factory=list)
    sent: int = 0
    expired: bool = False  # our hold timer did
    closed: threading.Event = field(default_factory=threading.Event)
    up: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _socket: socket.socket | None = None

    def __enter__(self) -> Self:
        """Connect and say OPEN."""
        deadline = time.monotonic() + 60
        while True:
            one = socket.socket()
            one.bind((self.own, 0))
            try:
                one.connect((self.address, self.port))
                break
            except OSError:
                one.close()
                assert time.monotonic() < deadline, f"nobody listens at {self.address}:{self.port}"
                time.sleep(0.1)
        self._socket = one
        able = (
            struct.pack("!BBHBB", 1, 4, 1, 0, 1) + struct.pack("!BBHBB", 1, 4, 2, 0, 1) + struct.pack("!BBI", 65, 4, self.asn) + b"\x02\x00"
        )
        able += b"\x46\x00" if self.enhanced else b""
        options = bytes([2, len(able)]) + able
        short = self.asn if self.asn < 1 << 16 else 23456
        self.raw(message(OPEN, struct.pack("!BHH4sB", 4, short, self.hold_time, socket.inet_aton(self.own), len(options)) + options))
        # Not before OPEN is sent: who speaks first would hear our KEEPALIVE for its own OPEN before ours.
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._keep_alive, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close without a word."""
        assert self._socket
        self.closed.set()
        self._socket.close()

    def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        assert self._socket
        with self._lock:
            self._socket.sendall(data)

    def say(self, updates: Sequence[bytes]) -> None:
        """Send UPDATEs, some at a time so that KEEPALIVEs get through."""
        for first in range(0, len(updates), 50):
            some = updates[first : first + 50]
            self.raw(b"".join(some))
            self.sent += len(some)

    @property
    def notifications(self) -> list[tuple[int, int]]:
        """Codes and subcodes of what the other side complained of."""
        return [(body[0], body[1]) for kind, body in self.heard if kind == NOTIFICATION]

    def _listen(self) -> None:
        """Hear the other side; without a word from it for the hold time complain."""
        assert self._socket
        last, buffer = time.monotonic(), b""
        while not self.closed.is_set():
            try:
                if not select.select([self._socket], [], [], 0.2)[0]:
                    self._expire(time.monotonic() - last)
                    continue
                data = self._socket.recv(65536)
            except (OSError, ValueError):  # closed, by them or by us
                data = b""
            if not data:
                self.closed.set()
                return
            buffer, last = buffer + data, time.monotonic()
            while len(buffer) >= HEADER and len(buffer) >= (size := int.from_bytes(buffer[16:18], "big")):
                self._hear(buffer[18], buffer[HEADER:size])
                buffer = buffer[size:]

    def _expire(self, silent: float) -> None:
        """End the session where the other side has been silent for so many seconds."""
        if silent > self.hold_time:
            self.expired = True
            self.raw(message(NOTIFICATION, b"\x04\x00"))
            self.closed.set()

    def _hear(self, kind: int, body: bytes) -> None:
        """Take one message in."""
        self.heard.append((kind, body))
        if kind == OPEN:
            self.raw(message(KEEPALIVE))
        elif kind == KEEPALIVE:
            self.up.set()
        elif kind == REFRESH and body == b"\x00\x01\x00\x01":
            threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        """Say all again, and where enhanced its beginning and end."""
        marks = [message(REFRESH, bytes([0, 1, subtype, 1])) for subtype in (1, 2)] if self.enhanced else [b"", b""]
        self.raw(marks[0])
        self.say(self.again())
        self.raw(marks[1])

    def _keep_alive(self) -> None:
        """Say that we are there, three times in a hold time."""
        while not self.closed.wait(self.hold_time / 3):
            try:
                if self.up.is_set():
                    self.raw(message(KEEPALIVE))
            except OSError:
                return
