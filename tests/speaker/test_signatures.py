from __future__ import annotations

import socket
import struct
from pathlib import Path

import pytest
from integration.daemons import wait_until

from bgpcheck.speaker import signatures
from bgpcheck.speaker.signatures import PLACE, WORDS, counts, hints, parsed

NETSTAT = """\
TcpExt: SyncookiesSent TCPMD5NotFound TCPMD5Unexpected TCPMD5Failure
TcpExt: 1 2 3 4
IpExt: InNoRoutes TCPMD5Other
IpExt: 5 6
"""
KEYS = ("TCPMD5NotFound", "TCPMD5Unexpected", "TCPMD5Failure")


def test_the_kernels_counters() -> None:
    assert parsed(NETSTAT) == dict(zip(KEYS, (2, 3, 4), strict=True))


@pytest.mark.parametrize(
    "text", ["", "TcpExt:", "TcpExt: TCPMD5Failure", "TcpExt: TCPMD5Failure\nTcpExt:", "TcpExt: TCPMD5Failure\nTcpExt: -1", "\0\n\n"]
)
def test_counters_that_are_not_there(text: str) -> None:
    assert parsed(text) == {}


@pytest.mark.parametrize(
    ("before", "now", "counters"),
    [
        ({}, {}, []),
        ({"TCPMD5Failure": 1}, {"TCPMD5Failure": 1}, []),
        ({"TCPMD5Failure": 1}, {"TCPMD5Failure": 2}, ["TCPMD5Failure"]),
        ({}, {"TCPMD5NotFound": 1, "TCPMD5Unexpected": 1}, ["TCPMD5NotFound", "TCPMD5Unexpected"]),
        ({"TCPMD5Failure": 1}, {}, []),
    ],
)
def test_what_they_mean(before: dict[str, int], now: dict[str, int], counters: list[str]) -> None:
    assert hints(before, now) == tuple(WORDS[counter] for counter in counters)


def test_a_system_without_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(signatures, "PLACE", str(tmp_path / "none"))
    assert counts() == {}


def signed(sock: socket.socket, peer: str, key: bytes) -> None:
    """Sign what goes to and comes from ``peer`` (linux/tcp.h: TCP_MD5SIG)."""
    address = struct.pack("HH4s120x", socket.AF_INET, 0, socket.inet_aton(peer))
    sock.setsockopt(socket.IPPROTO_TCP, 14, address + struct.pack("2xH4x80s", len(key), key))


@pytest.mark.skipif(not Path(PLACE).exists() or not counts(), reason="needs Linux with TCP MD5 signatures")
@pytest.mark.parametrize(
    ("ours", "theirs", "counter"),
    [(b"right", b"", "TCPMD5NotFound"), (b"", b"some", "TCPMD5Unexpected"), (b"right", b"wrong", "TCPMD5Failure")],
)
def test_the_kernel_counts_so(ours: bytes, theirs: bytes, counter: str) -> None:
    before = counts()
    with socket.socket() as server, socket.socket() as router:
        if ours:
            signed(server, "127.0.1.4", ours)
        if theirs:
            signed(router, "127.0.1.1", theirs)
        server.bind(("127.0.1.1", 0))
        server.listen(1)
        router.bind(("127.0.1.4", 0))
        router.setblocking(False)
        assert router.connect_ex(server.getsockname())  # in progress
        wait_until(lambda: WORDS[counter] in hints(before, counts()), what=counter)
