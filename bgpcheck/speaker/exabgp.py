"""ExaBGP, run with faults of its 5.0 mended: ``python -m bgpcheck.speaker.exabgp server FILE``. Waits: it is ExaBGP's process.

Rule: it mends or refuses; ExaBGP never runs unmended in silence. What it mends, and how it was seen: field-notes 1.4.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

VERSION = re.compile(r"5\.0\.(1[3-9]|[2-9]\d)")  # seen at work: 13 to 15; 9 quotes a peer's words in its JSON without escapes
WANTED = "pip install 'exabgp>=5.0.13,<5.1'"
REFUSED = 70  # exit status (EX_SOFTWARE of sysexits.h); ExaBGP's own are 0 and 1
GRACE = 5.0  # seconds that ExaBGP has to end when it is asked to
ATTEMPTS = 100  # writes of a last message to a peer that may not be reading
GOODBYE = "bgpcheck lab has ended"  # RFC 9003: what the peer's operator reads


class Poller:
    """``select.poll`` that forgets closed descriptors.

    ExaBGP never unregisters the socket of a session that ended; poll then returns at once for ever, and ExaBGP, taking that for a
    busy loop, sleeps 10 ms a round: every other session gets some 90 messages a second.
    """

    def __init__(self) -> None:
        self._poll = select.poll()

    def register(self, fd: int, events: int) -> None:
        """Watch a descriptor."""
        self._poll.register(fd, events)

    def unregister(self, fd: int) -> None:
        """Stop watching a descriptor, which may be forgotten already."""
        with contextlib.suppress(KeyError, ValueError):
            self._poll.unregister(fd)

    def poll(self, milliseconds: int) -> list[tuple[int, int]]:
        """Wait for descriptors; closed ones are forgotten and left out."""
        found = self._poll.poll(milliseconds)
        for fd, event in found:
            if event & select.POLLNVAL:
                self.unregister(fd)
        return [(fd, event) for fd, event in found if not event & select.POLLNVAL]


def refusal() -> str:
    """Say why this ExaBGP can't be mended; empty where it can."""
    try:
        from exabgp.reactor import loop  # noqa: PLC0415 (heavy, and what is looked for)
        from exabgp.reactor.api import processes  # noqa: PLC0415
        from exabgp.version import release  # noqa: PLC0415
    except ImportError as error:
        return f"ExaBGP can't be used ({error}): {WANTED}"
    if not VERSION.fullmatch(str(release)):
        return f"ExaBGP {release} is not one that bgpcheck knows how to run: {WANTED}"
    return (
        ""
        if _as_expected(loop, processes)
        else f"ExaBGP {release} is built in an unknown way: pip install --force-reinstall 'exabgp==5.0.15'"
    )


def _as_expected(loop: ModuleType, processes: ModuleType) -> bool:
    """Tell whether what is mended is where it was."""
    try:
        used = loop.Reactor.__init__.__code__.co_names, loop.Reactor._wait_for_io.__code__.co_names  # noqa: SLF001 (its fault is there)
        replaced = loop.Reactor.shutdown, loop.Daemon.drop_privileges, processes.Processes.notification
        return all("_poller" in names for names in used) and all(map(callable, replaced))
    except AttributeError:
        return False


def mend() -> None:
    """Mend ExaBGP in this process."""
    from exabgp.reactor import loop  # noqa: PLC0415
    from exabgp.reactor.api.processes import Processes  # noqa: PLC0415

    reactor: Any = loop.Reactor
    begin, end, tell = reactor.__init__, reactor.shutdown, Processes.notification

    def __init__(self: Any, configuration: Any) -> None:  # noqa: ANN401, N807 (ExaBGP has no types)
        begin(self, configuration)
        self._poller = Poller()

    def shutdown(self: Any) -> None:  # noqa: ANN401
        for peer in self._peers.values():
            say_goodbye(peer)
        end(self)

    def notification(self: Any, *told: Any) -> None:  # noqa: ANN401
        # Of a message with a bad header, ExaBGP tells its helpers with arguments that nobody takes: an internal error, upon which it
        # neither answers the peer nor says why the session ended. Untold, it does both.
        with contextlib.suppress(TypeError):
            tell(self, *told)

    reactor.__init__, reactor.shutdown, Processes.notification = __init__, shutdown, notification
    loop.Daemon.drop_privileges = lambda _: True  # it stays who it is; a user of group 0 without a name, as in containers, it would refuse


def say_goodbye(peer: Any) -> None:  # noqa: ANN401
    """Send a Cease on a session that is up: ExaBGP itself just closes it when it ends."""
    from exabgp.bgp.message import Notify  # noqa: PLC0415
    from exabgp.reactor.api.processes import ProcessError  # noqa: PLC0415
    from exabgp.reactor.network.error import NetworkError  # noqa: PLC0415

    if peer.proto and peer.established():
        with contextlib.suppress(NetworkError, ProcessError):
            for _ in zip(peer.proto.new_notification(Notify(6, 2, GOODBYE)), range(ATTEMPTS), strict=False):  # RFC 4486 s4
                pass


def end_with_parent() -> None:
    """End when standard input does, which bgpcheck holds open as long as it lives; its folder, which may hold a key, goes first."""
    while os.read(0, 1024):
        pass
    if folder := os.environ.get("BGPCHECK_FOLDER"):
        shutil.rmtree(folder, ignore_errors=True)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    """Run ExaBGP with this process's arguments; gives its exit status."""
    if why := refusal():
        sys.stderr.write(f"bgpcheck: {why}\n")
        return REFUSED
    mend()
    os.environ["BGPCHECK_EXABGP"] = str(os.getpid())  # for the relay
    threading.Thread(target=end_with_parent, daemon=True).start()
    from exabgp.application.main import main as run  # noqa: PLC0415

    return int(run() or 0)


if __name__ == "__main__":
    sys.exit(main())
