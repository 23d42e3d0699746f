"""Which hosts may be asked. Waits for name resolution.

Rule: what configuration, bootstrap or the user name may stand anywhere; whom an answer refers to must be on the public Internet, and
that is judged by the addresses that are then connected to, not by the name.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FetchError
from bgpcheck.fetch.aside import aside
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from collections.abc import Collection

Address = tuple[socket.AddressFamily, str]
MOST_ADDRESSES = 16  # of a name
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052


@dataclass(frozen=True, slots=True)
class Guard:
    """Knows the servers that were named: hosts with their port, or a host for all its ports."""

    named: frozenset[str | tuple[str, int]]

    @classmethod
    def of(cls, servers: Collection[str | tuple[str, int]]) -> Guard:
        """Take the named servers."""
        return cls(frozenset(_plain(one) if isinstance(one, str) else (_plain(one[0]), one[1]) for one in servers if one))

    def knows(self, host: str, port: int) -> bool:
        """Tell whether somebody named a server."""
        return _plain(host) in self.named or (_plain(host), port) in self.named

    async def addresses(self, host: str, port: int) -> list[Address]:
        """Resolve a host to the addresses that may be connected to; ``FetchError`` where there is none, or one is not public."""
        try:
            found = await _resolved(host, port)
        except OSError as error:
            raise FetchError(f"{host}: {error.strerror or error}", GapReason.UNREACHABLE) from error
        several: list[Address] = list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))[:MOST_ADDRESSES]
        self.check(host, port, [address for _, address in several])
        return several

    def check(self, host: str, port: int, addresses: Collection[str]) -> None:
        """Refuse a server that nobody named where one of its addresses is not public.

        Raises:
            FetchError: it is refused.
        """
        if self.knows(host, port):
            return
        for address in addresses:
            if not _public(address):
                raise FetchError(f"refers to {host} ({address}), which is not on the public Internet", GapReason.MALFORMED)


def _plain(host: str) -> str:
    """Give a host as it is compared: in lower case, an address in its one spelling (RFC 5952)."""
    text = host.lower().strip("[]").rstrip(".")
    try:
        return str(ip_address(text))
    except ValueError:
        return text


async def _resolved(host: str, port: int) -> list[Any]:
    """Resolve a name aside: the system's own resolver can take minutes."""

    def resolve() -> list[Any]:
        try:
            return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError as error:
            raise OSError(str(error)) from error

    return await aside(resolve)


def _public(text: str) -> bool:
    """Tell whether an address is on the public Internet, and so are the IPv4 addresses that it may stand for."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        inner += [IPv4Address(int(address) & 0xFFFFFFFF)] if address in NAT64 else []
        return (
            bool(int(address) >> 32)
            and address.is_global
            and all(one is None or one.is_global for one in inner)
            and not address.is_multicast
        )
    return address.is_global and not address.is_multicast
