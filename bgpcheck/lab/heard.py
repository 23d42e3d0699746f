"""Announcements as sessions come and go: what stands, and what nobody has said again since the session or a refresh began. Pure.

Rule: a route that was not said again is *stale*, not withdrawn: it stands until it is sure that the peer is through (RFC 7313 s4 with
its end marker; else when the peer has been quiet, since some peers send no End-of-RIB, and some send it before their routes), or until
several sessions have begun that did not say it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bgpcheck.model import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bgpcheck.formats.exabgp_events import Update
    from bgpcheck.model import Family, Prefix, Route

MOST_SESSIONS = 5  # that may begin without saying a route again: it ended with the first of them (RFC 4271 s9), whatever we waited for
Place = tuple["Prefix", str]  # with the path identifier, empty where there is none


@dataclass(slots=True)
class _Standing:
    """One route, and how many sessions have begun since it was said last; ``fresh``: it was said since the last mark."""

    route: Route
    fresh: bool = True
    sessions: int = 0


@dataclass(frozen=True, slots=True)
class Changed:
    """What an update changed: routes that are new or other than before with their path identifiers, and places that are empty now."""

    announced: tuple[tuple[Route, str], ...]
    withdrawn: tuple[Place, ...]


class Heard:
    """What peers announce."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._peers: dict[str, dict[Place, _Standing]] = {}
        self._by_prefix: dict[Prefix, dict[tuple[str, str], Route]] = defaultdict(dict)
        self._fresh: dict[str, Counter[Family]] = defaultdict(Counter)  # routes by family
        self._marked: dict[tuple[str, Family], int] = {}  # stale ones at the last mark
        self._again: Counter[tuple[str, Family]] = Counter()  # of them those that were said again since

    def __len__(self) -> int:
        """Count of routes that stand."""
        return sum(map(len, self._peers.values()))

    def update(self, event: Update) -> Changed:
        """Take an update in: withdrawals first (RFC 4271 s4.3)."""
        gone = [place for place in _places(event.withdrawn, event.withdrawn_ids) if self._remove(event.peer, place)]
        ids = event.announced_ids or [""] * len(event.announced)
        new = [(route, path_id) for route, path_id in zip(event.announced, ids, strict=True) if self._add(route, path_id)]
        said = {(route.prefix, path_id) for route, path_id in new}
        return Changed(tuple(new), tuple(place for place in gone if place not in said))

    def remember(self, routes: Iterable[tuple[Route, str]]) -> None:
        """Take in what stood when somebody was last there to listen; all of it is stale."""
        for route, path_id in routes:
            self._add(route, path_id)
        self._mark(self._peers, None)

    def mark(self, peer: str, family: Family | None = None) -> None:
        """Make all routes of a peer stale: it begins anew."""
        self._mark([peer], family)

    def begin(self, peer: str) -> tuple[Place, ...]:
        """Make all routes of a peer stale, whose session begins anew; withdraws those that several sessions did not say, and gives them."""
        self.mark(peer)
        known = self._peers.get(peer, {})
        for one in known.values():
            one.sessions += 1
        gone = tuple(place for place, one in known.items() if one.sessions >= MOST_SESSIONS)
        for place in gone:
            self._remove(peer, place)
        return gone

    def sweep(self, peer: str, family: Family | None = None) -> tuple[Place, ...]:
        """Withdraw what is stale; gives the places."""
        stale = [place for place, one in self._peers.get(peer, {}).items() if not one.fresh and family in {None, place[0].family}]
        for place in stale:
            self._remove(peer, place)
        return tuple(stale)

    def peers(self) -> tuple[str, ...]:
        """Give the peers that something stands of."""
        return tuple(peer for peer, places in self._peers.items() if places)

    def speaks(self, peer: str) -> bool:
        """Tell whether anything stands of a peer."""
        return bool(self._peers.get(peer))

    def stale(self, peer: str, family: Family | None = None) -> int:
        """Count routes of a peer that were not said again."""
        places = self._peers.get(peer, {})
        if family is None:
            return len(places) - self._fresh[peer].total()
        return sum(prefix.family == family for prefix, _ in places) - self._fresh[peer][family]

    def answered(self, peer: str, family: Family) -> bool:
        """Tell whether a peer has said again at least half of what stood when it was asked to: then it is its whole answer."""
        return 2 * self._again[peer, family] >= self._marked.get((peer, family), 0)

    def count(self, peer: str, family: Family) -> int:
        """Count the routes of a family that a peer has said since the last mark."""
        return self._fresh[peer][family]

    def of(self, prefix: Prefix) -> tuple[Route, ...]:
        """Give the routes of a prefix, in the order of peers and path identifiers."""
        return tuple(route for _, route in sorted(self._by_prefix.get(prefix, {}).items()))

    def prefixes(self) -> Iterator[Prefix]:
        """Give every prefix that stands announced, as they came."""
        return iter(tuple(self._by_prefix))

    def routes(self) -> tuple[Route, ...]:
        """Give every route that stands, in the order of (prefix, peer, path identifier), as ``events.Recording`` does."""
        return tuple(route for prefix in sorted(self._by_prefix) for route in self.of(prefix))

    def _mark(self, peers: Iterable[str], family: Family | None) -> None:
        """Make routes stale."""
        for peer in peers:
            stale: Counter[Family] = Counter()
            for (prefix, _), one in self._peers.get(peer, {}).items():
                if family in {None, prefix.family}:
                    self._fresh[peer][prefix.family] -= one.fresh
                    one.fresh = False
                    stale[prefix.family] += 1
            for each in FAMILIES:
                if family in {None, each}:
                    self._marked[peer, each], self._again[peer, each] = stale[each], 0

    def _add(self, route: Route, path_id: str) -> bool:
        """Put a route in its place; tells whether it is another than before, its time apart."""
        known = self._peers.setdefault(route.peer, {})
        place = route.prefix, path_id
        old = known.get(place)
        self._fresh[route.peer][route.prefix.family] += not (old and old.fresh)
        self._again[route.peer, route.prefix.family] += bool(old and not old.fresh)
        if old and _same(old.route, route):
            old.fresh, old.sessions = True, 0
            return False
        known[place] = _Standing(route)
        self._by_prefix[route.prefix][route.peer, path_id] = route
        return True

    def _remove(self, peer: str, place: Place) -> bool:
        """Empty a place; tells whether there was a route."""
        old = self._peers.get(peer, {}).pop(place, None)
        if old is None:
            return False
        prefix, path_id = place
        self._fresh[peer][prefix.family] -= old.fresh
        del self._by_prefix[prefix][peer, path_id]
        if not self._by_prefix[prefix]:
            del self._by_prefix[prefix]
        return True


def _places(prefixes: tuple[Prefix, ...], ids: tuple[str, ...]) -> Iterable[Place]:
    """Pair prefixes with their path identifiers."""
    return zip(prefixes, ids or [""] * len(prefixes), strict=True)


def _same(one: Route, other: Route) -> bool:
    """Tell whether two routes of one place say the same."""
    return (one.path, one.communities, one.peer_asn) == (other.path, other.communities, other.peer_asn)
