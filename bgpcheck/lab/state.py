"""A lab or a watch as a whole: what was heard, what was judged, and what follows from both. Pure; changes as events come in.

Rule: states are computed from what was heard and judged; nothing is remembered that could be told from it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bgpcheck import rules
from bgpcheck.events import NOTE_LIMIT
from bgpcheck.formats.exabgp_events import EndOfRib, Notification, Open, Refresh, Session, Update
from bgpcheck.lab import happenings, sessions
from bgpcheck.lab.edge import Edge
from bgpcheck.lab.heard import Heard
from bgpcheck.lab.sessions import SessionFacts
from bgpcheck.model import FAMILIES
from bgpcheck.peering import INTERNET
from bgpcheck.policy import Outcome
from bgpcheck.result import first_present
from bgpcheck.rules import data
from bgpcheck.rules.base import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from bgpcheck.bulk.internet import Table
    from bgpcheck.claim import Claim
    from bgpcheck.formats.exabgp_events import Event
    from bgpcheck.lab.happenings import Happening
    from bgpcheck.lab.heard import Place
    from bgpcheck.lab.judge import Judged
    from bgpcheck.model import Family, Prefix, Route
    from bgpcheck.peering import Block, Peering
    from bgpcheck.rules.base import Finding

AGAIN = "not announced again"
STRANGER = "the speaker has no such neighbor any more"


@dataclass(slots=True)
class Step:
    """What one event came to.

    ``announced``: routes with their path identifiers, and ``withdrawn`` (peer, prefix, path identifier), for who keeps them;
    ``changed``: prefixes whose announcement is another now, so that they are to be judged (again); ``told``: for those who listen.
    """

    announced: list[tuple[Route, str]] = field(default_factory=list)
    withdrawn: list[tuple[str, Prefix, str]] = field(default_factory=list)
    changed: dict[Prefix, str] = field(default_factory=dict)  # → the peer
    told: list[Happening] = field(default_factory=list)


class Lab:
    """Everything about one peering while somebody listens. ``roles``: of peers whose role is given; ``peering`` has no routes."""

    def __init__(self, peering: Peering, roles: Mapping[str, str] | None = None) -> None:
        """Begin with nothing heard."""
        self.peering = peering
        self.listed: dict[Prefix, Block] = {prefix: block for block, prefix in peering.listed}
        self.roles = dict(roles or {})
        self.edge = Edge(peering)
        self.heard = Heard()
        self.sessions: dict[str, SessionFacts] = {peer: SessionFacts(peer) for peer in self.roles}
        self.notes: dict[tuple[str, str, str], None] = {}  # what reading the updates noticed: (rule, peer, text)
        self.judged: dict[Prefix, Judged] = {}
        self.documents: dict[Finding, None] = {}  # what there is to know about those that answers came in
        self.looked: frozenset[Prefix] = frozenset(prefix for prefix in self.listed if peering.internet_from)
        self.expected: dict[str, str] = {}  # by peer: what has to happen before its session can come up
        self._refreshing: set[tuple[str, Family]] = set()  # peers and families between BoRR and EoRR

    # ── what is heard ───────────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, event: Event) -> Step:
        """Take an event in."""
        step = Step()
        if isinstance(event, Update):
            self._update(event, step)
        elif isinstance(event, Session | Notification | Open | EndOfRib | Refresh):
            self._session(event, step)
        return step

    def _update(self, event: Update, step: Step) -> None:
        """Take an update in."""
        if self.sessions.get(event.peer, SessionFacts(event.peer)).state == "waiting":
            self.known(event.peer, event.peer_asn, event.at)  # only a session that is up brings updates (RFC 4271 s8.2.2)
        found = self.heard.update(event)
        for note in event.notes:
            self.note(event.peer, note)
        step.announced += found.announced
        step.changed.update({route.prefix: event.peer for route, _ in found.announced})
        self._gone(event.peer, found.withdrawn, "withdrawn", event.at, step)

    def read(self, found: Iterable[Finding]) -> None:
        """Keep what there is to know about the documents that answers came in, of very many the first."""
        for one in found:
            if len(self.documents) < NOTE_LIMIT:
                self.documents[one] = None

    def see(self, prefixes: frozenset[Prefix], table: Table) -> None:
        """Take in what a table of the Internet, read for these prefixes, says of them."""
        self.looked = prefixes
        self.notes.update(dict.fromkeys(table.notes))
        self.peering = replace(self.peering, internet=table.sightings, internet_from=table.source)

    def unseen(self) -> frozenset[Prefix]:
        """Give the prefixes that no table was read for yet: it says nothing of them, not even that they are not there (NET-1)."""
        return frozenset(prefix for prefix in self.prefixes() if prefix.length and prefix not in self.looked)

    def note(self, subject: str, text: str) -> None:
        """Keep what reading noticed, of very many the first."""
        if len(self.notes) < NOTE_LIMIT:
            self.notes["LIST-4", subject, f"{subject}: {text}"] = None

    def _session(self, event: Session | Notification | Open | EndOfRib | Refresh, step: Step) -> None:
        """Take an event of a session in."""
        before = self.sessions.get(event.peer, SessionFacts(event.peer))
        self.sessions[event.peer] = after = sessions.hear(before, event)
        told = happenings.session(after, self.role_of(event.peer), event)
        step.told += [told] if told else []
        if isinstance(event, Session) and event.state == "up":
            self._gone(event.peer, self.heard.begin(event.peer), AGAIN, event.at, step)  # RFC 4271 s9: what the last session said has ended
            self._refreshing -= {(event.peer, family) for family in FAMILIES}
        if isinstance(event, Refresh) and event.direction == "receive":
            self._refresh(event, step)

    def _refresh(self, event: Refresh, step: Step) -> None:
        """RFC 7313 s4: between BoRR and EoRR a peer says all that it has; what it left out is withdrawn then."""
        family = next((family for family in FAMILIES if event.family == f"{family} unicast"), None)
        if family and event.subtype == "begin":
            self.heard.mark(event.peer, family)
            self._refreshing.add((event.peer, family))
        elif family and event.subtype == "end" and (event.peer, family) in self._refreshing:  # an end alone proves nothing
            self._refreshing.discard((event.peer, family))
            self._gone(event.peer, self.heard.sweep(event.peer, family), AGAIN, event.at, step)

    def sweep(self, peer: str, family: Family, at: datetime) -> Step:
        """Withdraw what a peer did not say again of a family, now that it is through."""
        step = Step()
        self._gone(peer, self.heard.sweep(peer, family), AGAIN, at, step)
        return step

    def leave(self, peer: str, at: datetime) -> Step:
        """Withdraw all that a peer had said which the speaker has no session with any more."""
        step = Step()
        self.heard.mark(peer)
        self._gone(peer, self.heard.sweep(peer), STRANGER, at, step)
        self.sessions.pop(peer, None)
        return step

    def known(self, peer: str, asn: int | None, at: datetime) -> None:
        """Take note that a session is up which nobody here heard come up."""
        before = self.sessions.get(peer, SessionFacts(peer))
        if before.state != "up":
            ups, number = before.ups + 1, asn or before.peer_asn
            self.sessions[peer] = replace(before, peer_asn=number, state="up", since=at, ups=ups, remembered=False)

    def _gone(self, peer: str, places: Iterable[Place], why: str, at: datetime, step: Step) -> None:
        """Take note of what a peer does not announce any more."""
        for prefix, path_id in places:
            step.withdrawn.append((peer, prefix, path_id))
            step.told.append(happenings.withdrawn(prefix, peer, why, at, listed=prefix in self.listed))
            if prefix in self.listed or self.heard.of(prefix):
                step.changed[prefix] = peer
            else:
                self.judged.pop(prefix, None)
                step.changed.pop(prefix, None)

    # ── what follows ────────────────────────────────────────────────────────────────────────────────────────────────────

    def role_of(self, peer: str) -> str:
        """Say what a peer is: ``primary``, ``secondary``, ``internet``, or empty."""
        if peer not in self.roles:
            self.roles[peer] = self.peering.role_of(peer)
        return self.roles[peer]

    def routes_of(self, prefix: Prefix) -> tuple[Route, ...]:
        """Give the routes that a prefix has towards Microsoft; what an Internet session says is not announced to the edge."""
        return tuple(route for route in self.heard.of(prefix) if self.role_of(route.peer) != INTERNET)

    def claim(self, prefix: Prefix) -> Claim:
        """Put together what is claimed of a prefix as it stands."""
        block = self.listed.get(prefix) or self.peering.block(prefix.family)
        return self.peering.claim(block, prefix, self.routes_of(prefix), listed=prefix in self.listed or not self.listed)

    def concerns(self, prefix: Prefix) -> bool:
        """Tell whether a prefix is to be judged: listed, or announced towards Microsoft."""
        return prefix in self.listed or bool(self.routes_of(prefix))

    def prefixes(self) -> list[Prefix]:
        """Give what is judged: the list in its order, then what is announced besides."""
        return [*self.listed, *(prefix for prefix in self.heard.prefixes() if prefix not in self.listed and self.routes_of(prefix))]

    def over(self, peer: str) -> tuple[Family, int] | None:
        """LIM-1: the family of which a session has more routes than the edge takes, with their count; None where there is none."""
        if self.role_of(peer) == INTERNET:
            return None
        counts = ((family, self.heard.count(peer, family)) for family in FAMILIES)
        return next(((family, count) for family, count in counts if count > self.edge.limit), None)

    def awaited(self) -> list[SessionFacts]:
        """Give the sessions that the user wants or somebody has heard of in this run; not those that only a journal remembers."""
        return [one for one in self.sessions.values() if not one.remembered]

    @property
    def tried(self) -> bool:
        """Tell whether every awaited session was up at some time: else nothing that is said here was tried out."""
        awaited = self.awaited()
        return bool(awaited) and all(one.ups for one in awaited)

    @property
    def listened(self) -> bool:
        """Tell whether there ever was a session, so that what is not announced is missing."""
        return any(one.ups for one in self.sessions.values()) or len(self.heard) > 0

    def announced(self) -> Peering:
        """Give the peering with what stands announced, as ``check`` judges a recording."""
        peers = tuple((peer, role) for peer in self.sessions if (role := self.role_of(peer)))
        return replace(self.peering, routes=self.heard.routes(), listened=self.listened, peers=peers)

    def findings(self) -> tuple[Finding, ...]:
        """Give what every rule says about the peering as it stands."""
        return self.snapshot()()

    def snapshot(self) -> Callable[[], tuple[Finding, ...]]:
        """Give what computes the findings of this moment, whatever happens in the meantime: it may take seconds for a whole table."""
        peering = self.announced()
        more = (*data.noted(tuple(self.notes)), *self.documents)
        silent = "NET-1" if peering.internet_from and self.unseen() else ""  # what no table was read for may well be there
        return lambda: tuple(one for one in (*rules.findings(peering), *more) if one.rule != silent)

    def verdict(self, findings: Iterable[Finding]) -> Outcome | None:
        """Give the verdict of the whole, as ``check`` gives it; None as long as one is awaited that could change it."""
        wanted, found = self.prefixes(), tuple(findings)
        sure = bool(wanted) and (_blocked(found) or all(prefix in self.judged for prefix in wanted))
        return self.last_verdict(found) if sure else None

    def last_verdict(self, findings: Iterable[Finding]) -> Outcome:
        """Give the verdict when nothing more will come: what has none by now is undetermined."""
        if _blocked(findings):
            return Outcome.VALIDATION_NEEDED
        judged = (self.judged.get(prefix) for prefix in self.prefixes())
        return first_present(one.outcome if one else Outcome.UNDETERMINED for one in judged)


def _blocked(findings: Iterable[Finding]) -> bool:
    """Tell whether Microsoft would refuse or drop the peering whatever the registries say (verdicts.md, Always-blockers)."""
    return any(one.severity is Severity.BLOCKER for one in findings)
