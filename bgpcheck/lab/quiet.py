"""When a peer that began anew is through with what it has to say of a family. Pure; seconds are whatever clock the caller has.

Rule: an End-of-RIB decides nothing (some peers send none, some send it before their routes): a peer is through when it has been quiet.
Where it was only asked to say all again, being quiet proves nothing: it must have said again a good part of what stood.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bgpcheck.model import Family

QUIET = 10.0  # seconds without an update
PATIENCE = 60.0  # seconds that an answer to a refresh may take
LONGEST = 600.0  # seconds after which a session that is never quiet has said all that it has


@dataclass(slots=True)
class _Anew:
    """A family of a peer that began anew: when, when the peer last spoke, and whether it was ``asked`` to."""

    began: float
    last: float
    asked: bool


@dataclass(slots=True)
class Quiet:
    """Families of peers that began anew and are not known to be through."""

    _anew: dict[tuple[str, Family], _Anew] = field(default_factory=dict)

    def begin(self, peer: str, family: Family, now: float, *, asked: bool = False) -> None:
        """Take note that a session came up, or that a refresh was ``asked`` for."""
        self._anew[peer, family] = _Anew(now, now, asked)

    def spoke(self, peer: str, now: float) -> None:
        """Take note of an update."""
        for (whose, _), one in self._anew.items():
            if whose == peer:
                one.last = now

    def end(self, peer: str, family: Family | None = None) -> None:
        """Take note that a peer is through, with one family or with all, or gone."""
        for key in [key for key in self._anew if key[0] == peer and family in {None, key[1]}]:
            del self._anew[key]

    def due(self, now: float, answered: Callable[[str, Family], bool]) -> list[tuple[str, Family, bool]]:
        """Give the families of which peers are through, and forget them; False beside one that was asked for and did not come.

        ``answered`` tells whether a peer has said again what a refresh has it say.
        """
        found = []
        for (peer, family), one in list(self._anew.items()):
            if now - one.last < QUIET and (one.asked or now - one.began < LONGEST):
                continue
            through = not one.asked or answered(peer, family)
            if through or now - one.began >= PATIENCE:
                found.append((peer, family, through))
                del self._anew[peer, family]
        return found
