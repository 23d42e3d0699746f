from __future__ import annotations

import errno
import os
import socket

import pytest

from bgpcheck.errors import UsageError
from bgpcheck.speaker.config import Neighbor, SpeakerPlan
from bgpcheck.speaker.places import _why, try_places


def plan(local: str, port: int, *, address: str = "127.0.1.2", passive: bool = True) -> SpeakerPlan:
    return SpeakerPlan((Neighbor(address, 3333, local, ("ipv4",), passive=passive),), port, "127.0.1.1")


def test_a_free_port_is_left_free() -> None:
    with socket.socket() as sock:
        sock.bind(("127.0.1.1", 0))
        port = sock.getsockname()[1]
    for _ in range(2):
        try_places(plan("127.0.1.1", port))


def test_a_port_in_use() -> None:
    with socket.create_server(("127.0.1.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(UsageError, match=f"^port {port} of 127.0.1.1 is in use by another program: choose another with --port"):
            try_places(plan("127.0.1.1", port))
        try_places(plan("127.0.1.1", port, passive=False))  # who connects needs no port


@pytest.mark.parametrize(("local", "passive"), [("192.0.2.77", True), ("192.0.2.77", False), ("2001:db8::77", True)])
def test_an_address_of_another_machine(local: str, passive: bool) -> None:  # noqa: FBT001
    with pytest.raises(UsageError, match=f"^{local} is not an address of this machine: give one of its own with --local$"):
        try_places(plan(local, 17990, passive=passive))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "needs rights that you do not have: choose another with --port, such as 1790"),
        (errno.EPERM, "needs rights"),
        (errno.EADDRINUSE, "is in use"),
        (errno.EADDRNOTAVAIL, "is not an address of this machine"),
        (errno.ENOBUFS, r"can't be used \(No buffer space available\)"),
    ],
)
def test_what_is_in_the_way(number: int, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        raise UsageError(_why("127.0.1.1", 179, OSError(number, os.strerror(number))))


def test_md5_is_asked_for_where_there_is_a_key() -> None:
    try:
        try_places(plan("127.0.1.1", 17991), {"127.0.1.2"})
        try_places(plan("::1", 17991, address="::1"), {"::1"})
    except UsageError as error:
        assert "this machine can't sign TCP with MD5" in str(error)  # noqa: PT017 (a kernel without it)
