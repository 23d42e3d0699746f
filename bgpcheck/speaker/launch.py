"""ExaBGP as a process of bgpcheck's: started, heard, told, and ended without a trace. Waits for it.

Rule: it either speaks to us or has ended with its reason said; no process outlives bgpcheck, whatever ends that: ExaBGP watches its
standard input, which we hold open, and its relay the socket, and each ends the other.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import signal
import socket
import sys
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Self

from bgpcheck.errors import FetchError, UsageError
from bgpcheck.speaker.config import address_of, configuration
from bgpcheck.speaker.folder import Folder
from bgpcheck.speaker.places import try_places
from bgpcheck.speaker.spoken import Log

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Mapping

    from bgpcheck.speaker.config import Neighbor, SpeakerPlan

SECONDS = 20.0  # that ExaBGP may take to read its configuration, and then with its relay to come up
PATIENCE = 8.0  # seconds that ExaBGP has to end in; more than it gives itself
LAST = 5  # lines of its log that an error quotes
LIMIT = 1 << 16  # bytes of a command


@dataclass(frozen=True, slots=True)
class Ended:
    """How ExaBGP ended. ``status``: its exit status, or minus the signal's number; ``words``: one sentence; ``lines``: its last words."""

    status: int
    words: str
    lines: tuple[str, ...]


class Speaker:
    """A running ExaBGP, from ``async with Speaker.start(plan) as speaker``."""

    def __init__(self, neighbors: tuple[Neighbor, ...], process: Process, log: Log, channel: socket.socket) -> None:
        self.neighbors = neighbors
        self._process, self._log, self._channel = process, log, channel
        self._source = os.dup(channel.fileno())
        self._commands: SimpleQueue[str] = SimpleQueue()
        Thread(target=self._write, name="bgpcheck-commands", daemon=True).start()

    @classmethod
    @contextlib.asynccontextmanager
    async def start(
        cls,
        plan: SpeakerPlan,
        *,
        md5: Mapping[str, str] | None = None,
        told: Callable[[str], object] = lambda _: None,
        seconds: float = SECONDS,
    ) -> AsyncIterator[Self]:
        """Run ExaBGP as ``plan`` says. ``md5``: key by neighbour's address; ``told``: hears every line of its log, in another thread.

        ``UsageError`` where the plan does not fit this machine, ``FetchError`` where ExaBGP does not come up.
        """
        keys = {address_of(address): key for address, key in (md5 or {}).items()}
        with Folder.make() as folder:
            folder.write(configuration(plan, folder.relay, keys))
            try_places(plan, keys)
            await _validate(folder, keys.values())
            with _listening(folder) as server:
                process, log = await _spawn(folder, ("server", str(folder.configuration)), keys.values(), told)
                try:
                    channel = await _handshake(server, process, log, seconds)
                    folder.forget()
                    speaker = cls(plan.neighbors, process, log, channel)
                except BaseException:
                    await _end(process)
                    raise
            try:
                yield speaker
            finally:
                await speaker.stop()

    def fileno(self) -> int:
        """Give the descriptor to read event lines from, until its end, without pause: while nobody reads, BGP stands still.

        It is never closed here, so that it becomes nobody else's while a thread still reads from it; who has read to its end may.
        """
        return self._source

    def command(self, text: str) -> None:
        """Give ExaBGP a command (``speaker/commands.py``), from any thread, without waiting.

        Raises:
            UsageError: it is not one line of ASCII, or shows the MD5 key.
        """
        if not text.isascii() or not text.isprintable() or len(text) > LIMIT or "configuration" in text:
            raise UsageError(f"{text[:60]!r} is no command: one line of ASCII, and none that shows the MD5 key")
        self._commands.put(f"{text}\n")

    def log(self) -> tuple[str, ...]:
        """Give the last lines that ExaBGP wrote to its log, oldest first, without MD5 keys."""
        return tuple(self._log.lines)

    async def ended(self) -> Ended:
        """Wait until ExaBGP has ended, for whatever reason."""
        status = await self._process.wait()
        await self._log.finished()
        return _ended(status, self.log())

    async def stop(self) -> Ended:
        """End it: every session with a Cease, then the process and its relay. Does nothing where it has ended."""
        await _end(self._process)
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)  # a relay that waits for a reader ends too
        self._commands.put("")
        return await self.ended()

    def _write(self) -> None:
        """Write commands until there is an empty one, or nobody to hear them."""
        with self._channel, contextlib.suppress(OSError):
            while text := self._commands.get():
                self._channel.sendall(text.encode("ascii"))


def _argv(*words: str) -> list[str]:
    """Command line of ExaBGP, mended."""
    if not sys.executable:
        raise UsageError("this Python does not know its own path, so it can't start ExaBGP: run bgpcheck from a virtual environment")
    return [sys.executable, "-m", "bgpcheck.speaker.exabgp", *words]


def _environment(folder: Folder, secrets: Collection[str]) -> dict[str, str]:
    """Environment in which ExaBGP stays who it is (it would become nobody), and hears no settings but ours, and no MD5 key.

    A key stands in its configuration alone (LNK-3), which only we can read.
    """
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run as somebody without a name
        user = "root"
    settings = {
        "BGPCHECK_FOLDER": str(folder.path),
        "EXABGP_ENVFILE": str(folder.settings),
        "exabgp.daemon.user": user,
        "exabgp.daemon.drop": "false",
        "exabgp.api.cli": "false",
        "exabgp.api.ack": "false",
        "exabgp.log.destination": "stderr",
        "exabgp.log.level": "WARNING",
        "exabgp.log.statistics": "false",
        "exabgp.log.short": "true",
    }
    kept = {name: value for name, value in os.environ.items() if not name.lower().startswith("exabgp") and value not in secrets}
    return kept | settings


async def _spawn(folder: Folder, words: tuple[str, ...], secrets: Collection[str], told: Callable[[str], object]) -> tuple[Process, Log]:
    """Start ExaBGP: with a standard input whose end is its end, in a session of its own so that Ctrl-C is ours alone."""
    source, sink = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *_argv(*words),
            stdin=asyncio.subprocess.PIPE,
            stdout=sink,
            stderr=sink,
            env=_environment(folder, secrets),
            start_new_session=True,
        )
    except BaseException:
        os.close(source)
        raise
    finally:
        os.close(sink)
    log = Log(source, secrets, told)
    log.start()
    return process, log


async def _validate(folder: Folder, secrets: Collection[str]) -> None:
    """Let ExaBGP read its configuration, and do nothing more; in ``SECONDS``."""
    process, log = await _spawn(folder, ("validate", str(folder.configuration)), secrets, lambda _: None)
    try:
        status = await asyncio.wait_for(process.wait(), SECONDS)
    except TimeoutError as error:
        raise FetchError(f"ExaBGP did not read its configuration in {SECONDS:g} s: {_last_words(log.lines, LAST)}") from error
    finally:
        await _end(process)
    await log.finished()
    if status:
        raise FetchError(f"ExaBGP can't be started: {_last_words(log.lines, 1)}")


@contextlib.contextmanager
def _listening(folder: Folder) -> Iterator[socket.socket]:
    """Wait at the folder's socket for the relay."""
    with socket.socket(socket.AF_UNIX) as server:
        server.setblocking(False)
        server.bind(str(folder.socket))
        server.listen(1)
        yield server


async def _handshake(server: socket.socket, process: Process, log: Log, seconds: float) -> socket.socket:
    """Wait for the relay; without it nobody would hear what ExaBGP says, and ExaBGP would not mind."""
    accepting = asyncio.ensure_future(asyncio.get_running_loop().sock_accept(server))
    ending = asyncio.ensure_future(process.wait())
    try:
        await asyncio.wait({accepting, ending}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if accepting.done():
            channel = accepting.result()[0]
            channel.setblocking(True)  # its reader and its writer are threads
            return channel
        if ending.done():
            await log.finished()
            raise FetchError(f"ExaBGP ended as soon as it was started: {_last_words(log.lines, LAST)}")
        raise FetchError(f"ExaBGP started, but its helper did not come up in {seconds:g} s: {_last_words(log.lines, LAST)}")
    finally:
        accepting.cancel()
        ending.cancel()


async def _end(process: Process) -> None:
    """End a process, politely at first."""
    for end, seconds in ((process.terminate, PATIENCE), (process.kill, None)):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            end()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), seconds)


def _ended(status: int, lines: tuple[str, ...]) -> Ended:
    """Say how ExaBGP ended."""
    if status < 0:
        words = f"ExaBGP was ended by signal {-status} ({signal.Signals(-status).name})"
    else:
        words = "ExaBGP ended" if status == 0 else f"ExaBGP ended with status {status}: {_last_words(lines, 1)}"
    return Ended(status, words, lines)


def _last_words(lines: Iterable[str], most: int) -> str:
    """Quote the last lines of a log."""
    return " / ".join([*lines][-most:]).removeprefix("bgpcheck: ") or "it said nothing"
