"""A router that sends rubbish: each kind is one clear event of the lab, which goes on."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

import pytest
from integration.playing import EDGE, playing
from integration.talker import HEADER, MARKER, UPDATE, Talker, message

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.daemon
ROUTER = "127.0.2.7"
ORIGIN, HOP = b"\x40\x01\x01\x00", b"\x40\x03\x04" + socket.inet_aton(ROUTER)
PATH = b"\x40\x02\x06\x02\x01" + struct.pack("!I", 3333)
LISTED = b"\x15\xc1\x00\x00"  # 193.0.0.0/21


def update(attributes: bytes, nlri: bytes = LISTED) -> bytes:
    """An UPDATE of these octets."""
    return message(UPDATE, struct.pack("!H", 0) + struct.pack("!H", len(attributes)) + attributes + nlri)


def segments(*some: tuple[int, int]) -> bytes:
    """An AS_PATH of one AS number a segment: (type, AS number)."""
    way = b"".join(struct.pack("!BBI", kind, 1, asn) for kind, asn in some)
    return bytes([0x40, 2, len(way)]) + way


# What ends the session, with the notification that says so.
ENDING = {
    "marker": (b"\x00" * 16 + struct.pack("!HB", HEADER, 4), (1, 1)),
    "length": (MARKER + struct.pack("!HB", 5, 4), (1, 2)),
    "type": (message(9), (1, 3)),
    "http": (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", (1, 1)),
    "truncated attributes": (message(UPDATE, b"\x00\x00\x00\xff\x40"), (3, 1)),
    "mask 33": (update(ORIGIN + PATH + HOP, b"\x21\x01\x00\x00\x00\x00"), (3, 10)),
}
# What does not, with the finding that tells of it.
TOLD = {
    "origin 7": (update(b"\x40\x01\x01\x07" + PATH + HOP), "LIST-4"),
    "no path": (update(ORIGIN + HOP), "PATH-4"),
    "empty path": (update(ORIGIN + b"\x40\x02\x00" + HOP), "PATH-4"),
    "AS 0": (update(ORIGIN + segments((2, 3333), (2, 0)) + HOP), "PATH-4"),
    "confederation": (update(ORIGIN + segments((3, 64600), (2, 3333)) + HOP), "PATH-4"),
    "set": (update(ORIGIN + segments((2, 3333), (1, 15169)) + HOP), "PATH-1"),
    "host bits": (update(ORIGIN + PATH + HOP, b"\x15\xc1\x00\x07"), "LIST-4"),
}


def test_what_ends_a_session(tmp_path: Path) -> None:
    with playing(tmp_path, [ROUTER]) as lab:
        for number, (name, (data, code)) in enumerate(ENDING.items(), 1):
            with Talker(ROUTER, 3333, EDGE, lab.port) as talker:
                assert talker.up.wait(30), name
                talker.raw(data)
                lab.wait(lambda number=number: lab.sessions("down") == number, name)
                assert talker.notifications in ([code], []), name  # the router may have gone before it heard
        told = lab.events("session", event="notification")
        assert [(one["code"], one["subcode"]) for one in told] == [code for _, code in ENDING.values()]
        assert all(one["words"].startswith("sent: ") for one in told)
        assert lab.stop()["exitStatus"] == 0


def test_what_is_told_of_a_session_that_goes_on(tmp_path: Path) -> None:
    for name, (data, rule) in TOLD.items():
        with playing(tmp_path / name.replace(" ", "-"), [ROUTER]) as lab, Talker(ROUTER, 3333, EDGE, lab.port) as talker:
            assert talker.up.wait(30), name
            talker.raw(data)
            lab.wait(lambda lab=lab, rule=rule: rule in lab.findings(), f"{name}: {rule}")
            assert not talker.notifications, name
            assert lab.stop()["exitStatus"] in {0, 3}
