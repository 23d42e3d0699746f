"""When a peer that began anew is through with what it has to say. Pure; seconds are whatever clock the caller has.

Rule: an End-of-RIB decides nothing (some peers send none, some send it before their routes): a peer is through when it has been quiet.
"""

from __future__ import annotations

from dataclasses import dataclass, field

QUIET = 10.0  # seconds without an update
PATIENCE = 60.0  # seconds that an answer to a refresh may take to begin


@dataclass(slots=True)
class _Anew:
    """A peer that began anew: when, when it last spoke, and whether it was asked to (``asked``) and has answered since."""

    began: float
    last: float
    asked: bool
    answered: bool = False


@dataclass(slots=True)
class Quiet:
    """Peers that began anew and are not known to be through."""

    _anew: dict[str, _Anew] = field(default_factory=dict)

    def begin(self, peer: str, now: float, *, asked: bool = False) -> None:
        """Take note that a session came up, or that a refresh was ``asked`` for."""
        self._anew[peer] = _Anew(now, now, asked)

    def spoke(self, peer: str, now: float) -> None:
        """Take note of an update."""
        if peer in self._anew:
            self._anew[peer].last, self._anew[peer].answered = now, True

    def end(self, peer: str) -> None:
        """Take note that a peer is through, or gone."""
        self._anew.pop(peer, None)

    def due(self, now: float) -> list[tuple[str, bool]]:
        """Give the peers that are through, and forget them; False beside one that was asked and has said nothing at all."""
        found = []
        for peer, one in list(self._anew.items()):
            silent = one.asked and not one.answered
            if now - one.last >= (PATIENCE if silent else QUIET):
                found.append((peer, not silent))
                del self._anew[peer]
        return found
