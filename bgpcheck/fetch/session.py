"""What everybody who asks over the network shares for one check: whom to trust, how politely, how long, and what is known already."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import datetime

    from bgpcheck.fetch.cache import Cache, Kept
    from bgpcheck.fetch.guard import Guard
    from bgpcheck.fetch.http import Http
    from bgpcheck.fetch.politeness import Politeness
    from bgpcheck.settings import Settings

T = TypeVar("T")
PORTS = {"https": 443, "http": 80, "whois": 43, "rtr": 323, "ftp": 21}  # RFC 9110, 3912, 8210, 959


def server_of(url: str) -> tuple[str, int]:
    """Name the host and port of an address, the usual port where it has none."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)


@dataclass(frozen=True, eq=False, repr=False)
class Session:
    """One check's. ``seconds``: for all of it, counted to ``deadline``, which is the event loop's time.

    ``keep_contacts``: answers are kept with the people whom they name as contacts.
    """

    settings: Settings
    guard: Guard
    http: Http
    politeness: Politeness
    cache: Cache
    seconds: float
    deadline: float
    keep_contacts: bool = False
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)  # given up when the way to the registries is closed

    def begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin work that several may wait for; when it has ended, nothing is kept of it here."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self._end)
        return task

    def _end(self, task: asyncio.Task[Any]) -> None:
        """Let go of work that has ended; whoever waited for it may have gone, and then nobody else looks at its failure."""
        self.tasks.discard(task)
        if not task.cancelled():
            task.exception()

    def left(self) -> float:
        """Give the seconds that are left for all."""
        return max(self.deadline - asyncio.get_running_loop().time(), 0.0)

    def seconds_for(self, host: str) -> float:
        """Give the seconds that one answer of a host may take: its own limit, and no more than what is left for all."""
        return min(self.politeness.limit(host).seconds, self.left())

    def kept(self, source: str, question: str) -> Kept | None:
        """Give the cache's answer to a question, and count it."""
        found = self.find(source, question)
        if found:
            self.politeness.kept[source.partition("/")[0]] += 1
        return found

    def find(self, source: str, question: str) -> Kept | None:
        """Give the cache's answer to a question."""
        return self.cache.find(source, self._key(question))

    def keep(self, source: str, question: str, content: bytes, at: datetime) -> None:
        """Put an answer into the cache."""
        self.cache.keep(source, self._key(question), content, at)

    def _key(self, question: str) -> str:
        """Name a question in the cache: with contacts its answer is another one."""
        return f"{question}\nwith contacts" if self.keep_contacts else question
