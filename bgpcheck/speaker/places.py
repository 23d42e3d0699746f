"""Where the speaker listens and from where it connects, tried before ExaBGP is started. Waits for sockets.

Rule: whatever of the machine stands in the way is one sentence that names the option to change.
"""

from __future__ import annotations

import errno
import socket
import struct
from typing import TYPE_CHECKING

from bgpcheck.errors import UsageError
from bgpcheck.speaker.config import address_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from bgpcheck.speaker.config import Neighbor, SpeakerPlan

TCP_MD5SIG, MOST_KEY = 14, 80  # linux/tcp.h
MISSING = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}
FORBIDDEN = {errno.EACCES, errno.EPERM}


def try_places(plan: SpeakerPlan, signed: Collection[str] = ()) -> None:
    """Bind every local address and let go of it; ``signed``: neighbours with an MD5 key. ``UsageError`` where something can't be had."""
    for local, port in dict.fromkeys((one.local, plan.port if one.passive else 0) for one in plan.neighbors):
        _try(local, port)
    for one in plan.neighbors:
        if address_of(one.address) in signed:
            _try_md5(one)


def _try(local: str, port: int) -> None:
    """Bind and listen."""
    with socket.socket(socket.AF_INET6 if ":" in local else socket.AF_INET) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((local, port))
            if port:
                sock.listen(1)
        except OSError as error:
            raise UsageError(_why(local, port, error)) from error


def _why(local: str, port: int, error: OSError) -> str:
    """Say what is in the way, and what to change."""
    if error.errno in MISSING:
        return f"{local} is not an address of this machine: give one of its own with --local"
    if error.errno in FORBIDDEN:
        return (
            f"port {port} of {local} needs rights that you do not have: choose another with --port, such as 1790, and let the router use it"
        )
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {local} is in use by another program: choose another with --port, or end that program"
    return f"port {port} of {local} can't be used ({error.strerror}): choose another with --port or --local"


def _try_md5(one: Neighbor) -> None:
    """Ask the kernel for TCP MD5 signatures (RFC 2385)."""
    six = ":" in one.address
    packed = socket.inet_pton(socket.AF_INET6 if six else socket.AF_INET, one.address)
    peer = struct.pack("HHI16sI100x", socket.AF_INET6, 0, 0, packed, 0) if six else struct.pack("HH4s120x", socket.AF_INET, 0, packed)
    with socket.socket(socket.AF_INET6 if six else socket.AF_INET) as sock:
        try:
            sock.setsockopt(socket.IPPROTO_TCP, TCP_MD5SIG, peer + struct.pack(f"2xH4x{MOST_KEY}s", 1, b"x"))
        except OSError as error:
            raise UsageError(f"this machine can't sign TCP with MD5 ({error.strerror}): unset the key here and on the router") from error
