"""A tap on a BGP session: hands on what a router and the lab say to each other, and keeps each whole message that the router said.

    with Tap("127.0.2.2", "127.0.3.2", (EDGE, lab.port)) as tap:      # the router takes 127.0.3.2, port tap.port, for the lab

Rule: it adds nothing and holds nothing back; a reset on one side is one on the other.
"""

from __future__ import annotations

import contextlib
import ipaddress
import select
import socket
import struct
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from integration.talker import HEADER, MARKER, NOTIFICATION, UPDATE

if TYPE_CHECKING:
    from collections.abc import Iterator

RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with RST
REACH, UNREACH = 14, 15  # RFC 4760


@dataclass(eq=False)
class Wire:
    """One connection. ``said``: kinds and bodies of the router's whole messages; ``ended``: who ended it, empty while it lasts.

    ``spoilt``: bytes came that are no message.
    """

    said: list[tuple[int, bytes]] = field(default_factory=list)
    ended: str = ""
    spoilt: bool = False
    _rest: bytes = b""

    def take(self, data: bytes) -> None:
        """Take in bytes of the router's."""
        self._rest += data
        while not self.spoilt and len(self._rest) >= HEADER:
            size = int.from_bytes(self._rest[16:18], "big")
            if self._rest[:16] != MARKER or size < HEADER:
                self.spoilt = True
            elif len(self._rest) < size:
                return
            else:
                self.said.append((self._rest[18], self._rest[HEADER:size]))
                self._rest = self._rest[size:]

    @property
    def updates(self) -> list[frozenset[str]]:
        """The prefixes of each UPDATE; those without any, such as an End-of-RIB, are left out."""
        return [found for kind, body in self.said if kind == UPDATE and (found := prefixes(body))]

    @property
    def goodbye(self) -> bool:
        """Tell whether the router's last word was a NOTIFICATION: then all before it was heard."""
        return bool(self.said) and self.said[-1][0] == NOTIFICATION and not self.spoilt


def prefixes(body: bytes) -> frozenset[str]:
    """Name the prefixes that an UPDATE announces or withdraws, host bits masked; none where its lengths are wrong."""
    try:
        old = int.from_bytes(body[:2], "big")
        size = int.from_bytes(body[2 + old : 4 + old], "big")
        if 4 + old + size > len(body):
            return frozenset()
        found = [*_nlri(body[2 : 2 + old], 4), *_nlri(body[4 + old + size :], 4)]
        for kind, value in _attributes(body[4 + old : 4 + old + size]):
            if kind == REACH and value[1] == 2:
                found += _nlri(value[5 + value[3] :], 6)
            elif kind == UNREACH and value[1] == 2:
                found += _nlri(value[3:], 6)
        return frozenset(found)
    except (ValueError, IndexError):
        return frozenset()


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Take path attributes apart (RFC 4271 s4.3)."""
    while data:
        long = bool(data[0] & 0x10)
        size = int.from_bytes(data[2 : 4 if long else 3], "big")
        begin = 4 if long else 3
        yield data[1], data[begin : begin + size]
        data = data[begin + size :]


def _nlri(data: bytes, version: int) -> Iterator[str]:
    """Read prefixes (RFC 4271 s4.3)."""
    width = 4 if version == 4 else 16
    while data:
        count = (data[0] + 7) // 8
        address = ipaddress.ip_address(data[1 : 1 + count].ljust(width, b"\0"))
        yield str(ipaddress.ip_network((address, data[0]), strict=False))
        data = data[1 + count :]


class Tap:
    """Listens at ``here`` and speaks to ``lab`` from ``own``, the router's address. ``wires``: every connection, oldest first."""

    def __init__(self, own: str, here: str, lab: tuple[str, int]) -> None:
        self._own, self._lab, self.here = own, lab, here
        self.wires: list[Wire] = []
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        """Listen."""
        self._door = socket.create_server((self.here, 0))
        self.port: int = self._door.getsockname()[1]
        self._begin(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        """End all connections."""
        self._over.set()
        for one in self._threads:
            one.join(10)
        self._door.close()

    def _begin(self, work: object, *words: object) -> None:
        one = threading.Thread(target=work, args=words, daemon=True)  # type: ignore[arg-type]
        self._threads = [*(each for each in self._threads if each.is_alive()), one]
        one.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            if select.select([self._door], [], [], 0.2)[0]:
                self._begin(self._hand_on, self._door.accept()[0])

    def _hand_on(self, router: socket.socket) -> None:
        """Hand on until one side ends; then the other side ends in the same way."""
        lab = socket.socket()
        wire = Wire()
        with router, lab:
            try:
                lab.bind((self._own, 0))
                lab.connect(self._lab)
            except OSError:
                return
            self.wires.append(wire)
            wire.ended = self._until_the_end(router, lab, wire)
            if wire.ended.endswith("reset"):
                for one in (router, lab):
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def _until_the_end(self, router: socket.socket, lab: socket.socket, wire: Wire) -> str:
        while not self._over.is_set():
            for one in select.select([router, lab], [], [], 0.2)[0]:
                who = "router" if one is router else "lab"
                try:
                    data = one.recv(1 << 16)
                except OSError:
                    return f"{who} reset"
                if not data:
                    return who
                if one is router:
                    wire.take(data)
                with contextlib.suppress(OSError):  # whoever is gone will be read as gone
                    (lab if one is router else router).sendall(data)
        return "over"
