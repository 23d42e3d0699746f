"""A file over FTP: the one module that knows ftplib, which blocks, and therefore works aside. Waits for the network.

Nobody authenticates an FTP server, nor its bytes: such a file is as trustworthy as the path to the server. It passes the same parsers.
Rule: connections go to the address that the guard allowed, the one for data too, whatever address the server names.
"""

from __future__ import annotations

import ftplib
import socket
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bgpcheck.errors import FetchError
from bgpcheck.fetch.aside import aside
from bgpcheck.fetch.connect import CONNECT, refused
from bgpcheck.fetch.session import server_of
from bgpcheck.formats import transfer
from bgpcheck.formats.transfer import Version
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bgpcheck.fetch.guard import Address, Guard
    from bgpcheck.fetch.part import Order

CHUNK = 1 << 16
MOST_SAID = 1 << 16  # bytes of all replies
BUSY = "421"  # RFC 959 s4.2.1: service not available, closing
UNKNOWN = ("500", "502", "504")  # commands that a server does not have


async def renew(guard: Guard, url: str, order: Order) -> Version | None:
    """Bring what the server has into the part; None where it still has the known version. ``FetchError`` for all else."""
    host, port = server_of(url)
    session = _Session(host, port, await guard.addresses(host, port), unquote(urlsplit(url).path), order)
    try:
        return await aside(session.run)
    finally:
        session.leave()


class _Client(ftplib.FTP):
    """A client that listens to so much and no more."""

    said = 0

    def meet(self, connection: socket.socket) -> None:
        """Begin on a connection that is there."""
        self.sock, self.af = connection, connection.family
        self.file = connection.makefile("r", encoding=self.encoding)
        self.welcome = self.getresp()

    def makepasv(self) -> tuple[str, int]:
        """Ask where the data come from; a port that there is not would be another one, or no number of a socket's at all."""
        host, port = super().makepasv()
        if not 0 < port < 1 << 16:
            raise ftplib.error_proto(f"port {str(port)[:20]}")  # noqa: S321 (as below)
        return host, port

    def getline(self) -> str:
        """Read a line of a reply."""
        line = super().getline()
        self.said += len(line) + 1
        if self.said > MOST_SAID:
            raise ftplib.error_proto("replies without end")  # noqa: S321 (registries that have nothing else)
        return line


@dataclass(slots=True)
class _Session:
    """One download, in a thread of its own. ``leave`` may be called from another one."""

    host: str
    port: int
    addresses: list[Address]
    path: str
    order: Order
    _open: list[socket.socket] = field(default_factory=list)
    _left: bool = False

    def run(self) -> Version | None:
        """Download; ``FetchError`` where that fails."""
        try:
            with self._connected() as client:
                client.login()
                client.voidcmd("TYPE I")
                version = self._version(client)
                return None if transfer.same(self.order.known, version) else self._brought(client, version)
        except TimeoutError as error:
            raise FetchError(f"{self.host} was silent for {self.order.limits.silence:g} s", GapReason.TIMEOUT) from error
        except ftplib.error_proto as error:
            raise FetchError(f"{self.host} does not speak FTP: {_quoted(error)}", GapReason.MALFORMED) from error
        except ftplib.error_temp as error:
            reason = GapReason.RATE_LIMITED if str(error)[:3] == BUSY else GapReason.UNREACHABLE
            raise FetchError(f"{self.host}: {_quoted(error)}", reason) from error
        except (ftplib.Error, EOFError, OSError, ValueError) as error:
            raise FetchError(f"{self.host}: {_quoted(error) or 'hung up'}", GapReason.UNREACHABLE) from error

    def leave(self) -> None:
        """Hang up, whatever is being waited for."""
        self._left = True
        for one in self._open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _connected(self) -> Iterator[_Client]:
        """Connect to the first address that answers."""
        client = _Client(timeout=self.order.limits.silence, encoding="latin-1")  # whatever a banner is written in
        try:
            connection = self._connection()
            self._watched(connection)
            client.meet(connection)
            yield client
            with suppress(ftplib.Error, EOFError, OSError):
                client.quit()
        finally:
            client.close()

    def _connection(self) -> socket.socket:
        """Connect."""
        failure = FetchError(f"{self.host}: no address", GapReason.UNREACHABLE)
        for _, address in self.addresses:
            try:
                return socket.create_connection((address, self.port), CONNECT)
            except OSError as error:
                failure = refused(self.host, error)
        raise failure

    def _watched(self, one: socket.socket) -> None:
        """Give a connection its time, and ``leave`` the means to end it."""
        if self._left:
            one.close()
            raise ConnectionError("hung up")
        one.settimeout(self.order.limits.silence)
        self._open.append(one)

    def _version(self, client: _Client) -> Version:
        """Ask for size and time of change."""
        size, changed = self._asked(client, f"SIZE {self.path}"), self._asked(client, f"MDTM {self.path}")
        code, _, number = size.partition(" ")
        fits = code == "213" and number.isascii() and number.isdecimal() and len(number) <= transfer.MOST_DIGITS
        return Version(modified=transfer.ftp_time(changed), size=int(number) if fits else None)

    @staticmethod
    def _asked(client: _Client, command: str) -> str:
        """Ask what not every server knows; empty where it does not."""
        try:
            return client.sendcmd(command)
        except ftplib.error_perm as error:
            if str(error)[:3] not in UNKNOWN:
                raise
            return ""

    def _brought(self, client: _Client, version: Version) -> Version:
        """Download, from where it broke off if that was the same version."""
        if (version.size or 0) > self.order.limits.most:
            raise FetchError(f"{self.host} has more than {self.order.limits.most} bytes", GapReason.MALFORMED)
        goes_on = (
            self.order.part.have if transfer.same(self.order.part.version, version) and self.order.part.have < (version.size or 0) else 0
        )
        data = self._data(client, version, goes_on)
        with data, self.order.part.writing() as write:
            have = self.order.part.have
            while block := data.recv(CHUNK):
                have += len(block)
                if self._left:
                    raise ConnectionError("hung up")
                if have > self.order.limits.most:
                    self.order.part.drop()
                    raise FetchError(f"{self.host} sends more than {self.order.limits.most} bytes", GapReason.MALFORMED)
                write(block)
                self.order.came(have, version.size)
        if have != (version.size if version.size is not None else have):
            raise FetchError(f"{self.host} sent {have} of {version.size} bytes", GapReason.UNREACHABLE)
        client.voidresp()
        return replace(version, size=have)

    def _data(self, client: _Client, version: Version, goes_on: int) -> socket.socket:
        """Open the connection for data; a server that can't go on begins again."""
        command = f"RETR {self.path}"
        if goes_on:
            try:
                data = client.transfercmd(command, rest=goes_on)
            except ftplib.error_perm:
                goes_on = 0
        if not goes_on:
            self.order.part.begin(version)
            data = client.transfercmd(command)
        self._watched(data)
        return data


def _quoted(error: BaseException) -> str:
    """Quote what went wrong, in short."""
    return " ".join((getattr(error, "strerror", None) or str(error)).split())[:160]
