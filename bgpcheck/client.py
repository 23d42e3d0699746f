"""A client of the registries for other programs: what they say about prefixes and AS numbers, as facts. Waits for the network.

    async with Registries() as registries:
        found = await registries.lookup("193.0.0.0/21", [3333])
        print(found.registration.status, found.origins[3333].irr.match, found.gaps)

Rule: a registry that keeps silent is a gap among the facts, never an exception; what the caller asks wrongly is a ``UsageError``.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from bgpcheck.api import DEADLINE, DEFAULT_POLICY, data_of
from bgpcheck.engine import look_up
from bgpcheck.errors import FormatError, UsageError
from bgpcheck.fetch import as_sets
from bgpcheck.fetch.registries import Asking, Network, network
from bgpcheck.formats.as_set import set_name
from bgpcheck.model import Prefix, parse_asn
from bgpcheck.store import configs
from bgpcheck.store.clock import now_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

    from bgpcheck.as_set import AsSet
    from bgpcheck.asked import Tally
    from bgpcheck.lookup import LookedUp

    Asns = Iterable[str | int] | str | int  # AS numbers, or one


class Registries:
    """The live registries, politely and within limits. Use as ``async with``.

    The ``limits`` of the settings hold for as long as it is open, and a server that has had enough stays alone: open one for each batch.

    ``sources``: a file in the place of ``configs/sources.yaml``. ``registry_data``: snapshot or folder for what is not asked live, such
    as delegated-extended files. ``seconds``: for each look-up as a whole. ``refresh``: take no answer from the cache.
    """

    def __init__(self, sources: str = "", *, registry_data: str = "", seconds: float = DEADLINE, refresh: bool = False) -> None:
        """Read the settings; ``FormatError`` where they can't be read."""
        self._settings = configs.settings(sources)
        self._policy = configs.policy(DEFAULT_POLICY)
        self._below = data_of(registry_data, None)
        self._asking = Asking(seconds, refresh)
        self._stack = AsyncExitStack()
        self._network: Network | None = None

    async def __aenter__(self) -> Self:
        """Begin."""
        if self._network is not None:
            raise RuntimeError("begun already: one client for each async with")
        self._network = await self._stack.enter_async_context(network(self._settings, self._asking))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End."""
        self._network = None
        await self._stack.aclose()

    async def lookup(self, prefix: str | Prefix, asns: Asns) -> LookedUp:
        """Look up a prefix and the AS numbers that may originate it: the facts about each pair."""
        (found,) = await self.lookup_many([(prefix, asns)])
        return found

    async def lookup_many(self, pairs: Iterable[tuple[str | Prefix, Asns]]) -> list[LookedUp]:
        """Look up many at once, equal questions only once; the facts about each, in order."""
        about = [(_prefix(prefix), _asns(asns)) for prefix, asns in pairs]
        return await look_up(about, self._open.fetcher(self._below, now_of(None)), self._policy, self._settings)

    async def expand(self, name: str, source: str) -> AsSet:
        """Expand an as-set (RFC 2622 s5.1) of one IRR source (``RIPE``); ``FetchError`` where its server does not answer.

        Raises:
            UsageError: there is no such source, or no such name.
        """
        if source not in self._settings.irr:
            raise UsageError(f"{source!r} is not one of the IRR sources {', '.join(self._settings.irr)}")
        try:
            return await as_sets.expand(self._open.session(), self._settings.irr[source], set_name(name))
        except FormatError as error:
            raise UsageError(str(error)) from error

    @property
    def tally(self) -> Tally:
        """What was asked since the beginning."""
        return self._open.tally()

    @property
    def _open(self) -> Network:
        """The way to the registries."""
        if self._network is None:
            raise RuntimeError("not begun: use async with")
        return self._network


class SyncRegistries:
    """The same for callers that do not await. Use as ``with``; one thread at a time."""

    def __init__(self, sources: str = "", *, registry_data: str = "", seconds: float = DEADLINE, refresh: bool = False) -> None:
        """Take what ``Registries`` takes."""
        if asyncio._get_running_loop() is not None:  # noqa: SLF001 (asyncio's own documented way to ask without raising)
            raise RuntimeError("an event loop is running: use Registries")
        self._client = Registries(sources, registry_data=registry_data, seconds=seconds, refresh=refresh)
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        """Begin."""
        self._runner.run(self._client.__aenter__())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """End."""
        self._runner.run(self._client.__aexit__(kind, error, trace))
        self._runner.close()

    def lookup(self, prefix: str | Prefix, asns: Asns) -> LookedUp:
        """Look up a prefix and AS numbers."""
        return self._runner.run(self._client.lookup(prefix, asns))

    def lookup_many(self, pairs: Iterable[tuple[str | Prefix, Asns]]) -> list[LookedUp]:
        """Look up many at once."""
        return self._runner.run(self._client.lookup_many(pairs))

    def expand(self, name: str, source: str) -> AsSet:
        """Expand an as-set."""
        return self._runner.run(self._client.expand(name, source))

    @property
    def tally(self) -> Tally:
        """What was asked since the beginning."""
        return self._client.tally


def _prefix(prefix: str | Prefix) -> Prefix:
    """Read a prefix."""
    try:
        found = Prefix.parse(prefix) if isinstance(prefix, str) else prefix
    except FormatError as error:
        raise UsageError(str(error)) from error
    if not isinstance(found, Prefix):
        raise UsageError(f"{found!r} is no prefix")
    return found


def _asns(asns: Asns) -> Sequence[int]:
    """Read AS numbers, each once; at least one."""
    try:
        found = tuple(dict.fromkeys(parse_asn(one) for one in ([asns] if isinstance(asns, (str, int)) else asns)))
    except FormatError as error:
        raise UsageError(str(error)) from error
    if not found:
        raise UsageError("name at least one AS number")
    return found
