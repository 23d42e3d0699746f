"""Sockets on this machine's own addresses: 127.0.0.1 and, where there is IPv6, ::1. Waits for nobody, but asks the system for ports.

Rule: nothing outside this machine can reach them.
"""

from __future__ import annotations

import errno
import socket

from bgpcheck.errors import UsageError

TRIES = 20  # ports to try until one is free on both addresses


def sockets(port: int) -> list[socket.socket]:
    """Listen on both loopback addresses, on one port; on the first alone where there is no IPv6."""
    for left in reversed(range(TRIES)):
        first = _bound(socket.AF_INET, "127.0.0.1", port)
        try:
            return [first, _bound(socket.AF_INET6, "::1", first.getsockname()[1])]
        except UsageError:
            first.close()
            if port or not left:
                raise
        except OSError:  # no IPv6 here
            return [first]
    raise AssertionError  # the last try returns or raises


def _bound(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    """Bind a socket; ``UsageError`` where the port is taken or not ours."""
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((address, port))
        made.setblocking(False)
    except OSError as error:
        made.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            raise UsageError(f"--web {port}: {address} port {port}: {error.strerror}: name another port, or 0 for any") from error
        raise
    return made
