"""What a speaker said and nobody has looked at yet: a bounded queue in which the last word about a prefix stands for all before.

Rule: a line about a session is never left out; a line of updates is, as soon as later lines say something else of all its prefixes.
Where even that grows beyond ``most`` bytes, updates are shed and counted, so that their peer can be asked for all of them again; where
lines about sessions alone are as much again, who puts has to wait. One thread puts, another takes.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from threading import Condition
from typing import TYPE_CHECKING, Any

from bgpcheck.errors import FormatError
from bgpcheck.formats import bgp_update
from bgpcheck.formats.exabgp import Update, event

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MOST = 128 << 20  # bytes of lines that wait
SPARE = 1000  # keys of lines that are gone, before they are cleared away
UPDATE = b'"update"'
RECEIVED = frozenset({"receive", "in"})  # what ExaBGP itself has sent is no word of the peer's
UNICAST = frozenset(bgp_update.UNICAST)
FAULTS = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
Key = tuple[str, str]  # peer; prefix as spelled, with the path identifier where there is one


@dataclass(frozen=True, slots=True)
class Taken:
    """What was waiting: ``lines`` in the order in which they came, and how many updates of each peer were shed since the last time."""

    lines: tuple[bytes, ...]
    shed: Mapping[str, int]


@dataclass(slots=True)
class Inbox:
    """The queue.

    ``read``: lines that came, of them ``updates`` that name prefixes; ``coalesced``: those that later ones made needless; ``size`` and
    ``deepest``: bytes of what waits, now and at most.
    """

    most: int = MOST
    read: int = 0
    updates: int = 0
    coalesced: int = 0
    size: int = 0
    deepest: int = 0
    _room: Condition = field(default_factory=Condition)
    _lines: dict[int, bytes] = field(default_factory=dict)  # in order
    _live: dict[int, int] = field(default_factory=dict)  # line of updates → prefixes of which it is the last word
    _latest: dict[Key, int] = field(default_factory=dict)
    _shed: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        """Count of lines that wait."""
        return len(self._lines)

    @property
    def keys(self) -> int:
        """Count of prefixes that are kept in mind."""
        return len(self._latest)

    def put(self, lines: Iterable[bytes]) -> None:
        """Add lines as they came."""
        found = [(line, keys_of(line)) for line in lines]  # outside the lock: this is the work
        with self._room:
            self._room.wait_for(lambda: self.size <= 2 * self.most)
            for line, keys in found:
                self._add(line, keys)
            self.deepest = max(self.deepest, self.size)

    def take(self, most: int) -> Taken:
        """Give the ``most`` oldest lines at most, and forget them."""
        with self._room:
            numbers = [number for number, _ in zip(self._lines, range(most), strict=False)]
            lines = tuple(map(self._drop, numbers))
            if not self._lines:
                self._latest.clear()
            shed, self._shed = self._shed, Counter()
            self._room.notify()
        return Taken(lines, shed)

    def _add(self, line: bytes, keys: frozenset[Key] | None) -> None:
        """Add a line; what it makes needless goes."""
        self.read += 1
        self.updates += keys is not None
        number = self.read
        if keys is not None and not self._may_supersede(line, keys):
            keys = None
        if keys is not None:
            for key in keys:
                self._supersede(key)
            if self.size + len(line) > self.most:
                self._shed.update({peer: 1 for peer, _ in keys})
                return
            self._latest.update(dict.fromkeys(keys, number))
            self._live[number] = len(keys)
            if number % SPARE == 0 and len(self._latest) > 2 * sum(self._live.values()) + SPARE:
                self._latest = {key: of for key, of in self._latest.items() if of in self._live}
        self._lines[number] = line
        self.size += len(line)

    def _may_supersede(self, line: bytes, keys: frozenset[Key]) -> bool:
        """Tell whether a line may make others needless: what is read as no update says nothing about a prefix."""
        if not self._latest.keys().isdisjoint(keys):
            try:
                return isinstance(event(line), Update)
            except FormatError:
                return False
        return True

    def _supersede(self, key: Key) -> None:
        """Take note that a line is not the last word about a prefix any more."""
        old = self._latest.pop(key, 0)
        if old in self._live:
            self._live[old] -= 1
            if not self._live[old]:
                self._drop(old)
                self.coalesced += 1

    def _drop(self, number: int) -> bytes:
        """Take a line out."""
        line = self._lines.pop(number)
        self._live.pop(number, None)
        self.size -= len(line)
        return line


def keys_of(line: bytes) -> frozenset[Key] | None:
    """Name the unicast prefixes that a peer's updates speak about; None where a line is nothing else, or they can't be told so quickly.

    Two spellings of a prefix are two keys: then both lines stay, and their order decides. This is most of the reader's work.
    """
    if UPDATE not in line:
        return None
    try:
        neighbor = json.loads(line)["neighbor"]
        if neighbor["direction"] not in RECEIVED:
            return None
        said, peer = neighbor["message"]["update"], neighbor["address"]["peer"]
        lists = _lists(said)
        return frozenset([(peer, _key(nlri)) for nlris in lists for nlri in nlris]) or None
    except FAULTS:
        return None


def _lists(said: Any) -> list[Any]:  # noqa: ANN401 (JSON)
    """Give every list of prefixes, announced or withdrawn; ``ValueError`` where any is of another family: that is another thing."""
    announced, withdrawn = said.get("announce", {}), said.get("withdraw", {})
    if not UNICAST.issuperset(announced) or not UNICAST.issuperset(withdrawn):
        raise ValueError(said)
    return [*[nlris for hops in announced.values() for nlris in hops.values()], *withdrawn.values()]


def _key(nlri: Any) -> str:  # noqa: ANN401 (JSON)
    """Spell a prefix with its path identifier."""
    if isinstance(nlri, str):
        return nlri
    spelled: str = nlri["nlri"]
    return spelled if len(nlri) == 1 else f"{spelled} {nlri.get('path-information', '')}"
