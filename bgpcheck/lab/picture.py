"""A lab or a watch drawn as it stands: its ``View``. Pure.

Rule: of very many prefixes the list and the most urgent are drawn, the others counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bgpcheck.circuit import communities
from bgpcheck.facts.announcement import origin, spelled, strip_private
from bgpcheck.lab.view import HeardRow, PrefixRow, SessionRow, View
from bgpcheck.model import FAMILIES, asplain
from bgpcheck.peering import INTERNET
from bgpcheck.policy import Outcome
from bgpcheck.render.words import ANSWER, NEXT, plural
from bgpcheck.result import FIRST
from bgpcheck.rules.base import Severity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from bgpcheck.lab.sessions import SessionFacts
    from bgpcheck.lab.state import Lab
    from bgpcheck.lab.view import Standing
    from bgpcheck.model import Prefix, Route
    from bgpcheck.rules.base import Finding
    from bgpcheck.sources.base import Gap

MOST_ROWS = 1000  # prefixes that are drawn
MOST_COMMUNITIES = 16  # of a route


def draw(
    lab: Lab, findings: tuple[Finding, ...], gaps: tuple[Gap, ...], counts: Mapping[str, int], times: tuple[datetime, datetime]
) -> View:
    """Draw everything. ``times``: when it began, and now, aware UTC."""
    wanted = [*lab.listed, *sorted(prefix for prefix in lab.prefixes() if prefix not in lab.listed)]
    shown = wanted if len(wanted) <= MOST_ROWS else _urgent(lab, wanted)[:MOST_ROWS]
    verdict = lab.verdict(findings)
    pending = sum(prefix not in lab.judged for prefix in wanted)
    answer, step = _answer(lab, verdict, findings, pending)
    return View(
        title=lab.peering.name or f"peering of {asplain(lab.peering.peer_asn)}",
        begun=times[0],
        at=times[1],
        verdict=verdict,
        answer=answer,
        next=step,
        sessions=tuple(session_row(lab, one) for one in lab.sessions.values()),
        prefixes=tuple(prefix_row(lab, prefix) for prefix in shown),
        findings=findings,
        gaps=gaps,
        counts={**counts, "prefixes": len(wanted), "pending": pending},
        left_out=len(wanted) - len(shown),
        tally=_tally(lab, wanted),
    )


def _tally(lab: Lab, wanted: Sequence[Prefix]) -> tuple[tuple[str, Standing, int], ...]:
    """Count prefixes by verdict and standing."""
    found = Counter((_verdict_word(lab, prefix), _standing(lab, prefix)) for prefix in wanted)
    return tuple((verdict, standing, count) for (verdict, standing), count in sorted(found.items()))


def _verdict_word(lab: Lab, prefix: Prefix) -> str:
    """Give a prefix's verdict, or that it is still to come."""
    found = lab.judged.get(prefix)
    return str(found.outcome) if found else "pending"


def _urgent(lab: Lab, wanted: Sequence[Prefix]) -> list[Prefix]:
    """Put first what needs most attention: open verdicts, then by outcome; the order stays within each."""

    def rank(prefix: Prefix) -> int:
        found = lab.judged.get(prefix)
        return FIRST.index(found.outcome) if found else len(FIRST)

    return sorted(wanted, key=rank)


def _answer(lab: Lab, verdict: Outcome | None, findings: tuple[Finding, ...], pending: int) -> tuple[str, str]:
    """Answer the question in a sentence, and say what to do next."""
    blocked, warned = ({one.severity for one in findings} & {severity} for severity in (Severity.BLOCKER, Severity.WARNING))
    if not lab.prefixes():
        return "nothing is listed and nothing was announced yet", "let the router announce its prefixes"
    if verdict is None:
        return f"no verdict yet: {plural(pending, 'prefix waits', 'prefixes wait')} for the registries' answers", "wait"
    if blocked:
        return "Microsoft would refuse or drop this peering, whatever the registries say", "mend the blockers in the findings"
    if not lab.tried:
        return f"{ANSWER[verdict]}; not every session came up yet", "bring up the router's sessions"
    if verdict is Outcome.CONFIGURED and warned:
        return ANSWER[verdict], "read the warnings below, then request the peering"
    return ANSWER[verdict], NEXT[verdict]


# ── sessions ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def session_row(lab: Lab, one: SessionFacts) -> SessionRow:
    """Draw a session."""
    role = lab.role_of(one.peer)
    return SessionRow(
        peer=one.peer,
        role=role,
        peer_asn=one.peer_asn,
        state=one.state,
        since=one.since,
        flaps=one.flaps,
        last=one.last,
        explanation=_explanation(lab, one),
        routes=tuple((family, lab.heard.count(one.peer, family)) for family in FAMILIES),
        limit=None if role == INTERNET else lab.edge.limit,
        hold_time=one.hold_time,
        families=one.families,
    )


def _explanation(lab: Lab, one: SessionFacts) -> str:
    """Say what to know about a session's state, and what to do."""
    limit, planned = lab.edge.limit, lab.peering.peer_asn
    said = one.offered.asn if one.offered and one.offered.asn is not None else one.peer_asn
    stale = lab.heard.stale(one.peer)
    if one.full and one.state != "up":
        return f"dropped as Microsoft does at route {limit + 1} (LIM-1): announce {limit} a family at most, and it comes back"
    if said is not None and said != planned and lab.role_of(one.peer) != INTERNET:
        return f"the router says {asplain(said)}, and the peering is planned for {asplain(planned)}: change the one or the other"
    sentences = [
        lab.expected.get(one.peer, "no connection yet") if not one.ups and one.state != "up" else "",
        f"{stale} routes from before are not announced again yet" if stale else "",
        "its routes are those of the session that ended" if one.state == "down" and one.ups and lab.heard.speaks(one.peer) else "",
    ]
    return "; ".join(filter(None, sentences))


# ── prefixes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def prefix_row(lab: Lab, prefix: Prefix) -> PrefixRow:
    """Draw a prefix."""
    said = tuple(heard_row(lab, route) for route in lab.heard.of(prefix))
    row = PrefixRow(str(prefix), prefix.family, _standing(lab, prefix), said, None)
    found = lab.judged.get(prefix)
    if found is None:
        return row
    return replace(row, verdict=found.outcome, confidence=found.confidence, reason=found.reason, why=found.why, next=found.next)


def _standing(lab: Lab, prefix: Prefix) -> Standing:
    """Say how a prefix stands between list and announcements."""
    if not lab.routes_of(prefix):
        return "missing"
    if prefix in lab.listed or not lab.listed:
        return "announced"
    return "inside" if lab.edge.lists(prefix) else "unlisted"


def heard_json(lab: Lab, prefix: Prefix) -> list[dict[str, Any]]:
    """Give what each peer announces of a prefix and what the edge makes of it, for a verdict event."""
    found = (heard_row(lab, route) for route in lab.heard.of(prefix))
    return [
        {
            "peer": one.peer,
            "role": one.role,
            "path": one.path,
            "strippedPath": one.stripped,
            "origin": one.origin,
            "accepted": one.accepted,
            "rule": one.rule or None,
            "why": one.why or None,
        }
        for one in found
    ]


def heard_row(lab: Lab, route: Route) -> HeardRow:
    """Draw one peer's announcement."""
    role = lab.role_of(route.peer)
    ruling = lab.edge.rule_on(route)
    return HeardRow(
        peer=route.peer,
        role=role,
        path=spelled(route.path or ()),
        stripped=spelled(strip_private(route.path or ())),
        origin=origin(route.path),
        communities=tuple(map(named, route.communities[:MOST_COMMUNITIES])),
        accepted=role == INTERNET or ruling.accepted,
        rule="" if role == INTERNET else ruling.rule,
        why="" if role == INTERNET else ruling.why,
        at=route.observed_at,
    )


WELL_KNOWN = {  # RFC 1997, RFC 3765, RFC 7999, RFC 8326
    "65535:65281": "NO_EXPORT",
    "65535:65282": "NO_ADVERTISE",
    "65535:65283": "NO_EXPORT_SUBCONFED",
    "65535:65284": "NOPEER",
    "65535:666": "BLACKHOLE",
    "65535:0": "GRACEFUL_SHUTDOWN",
}


def named(community: str) -> str:
    """Spell a community with its name, where it has one (RF-3)."""
    name = WELL_KNOWN.get(community) or communities.name(community)
    return f"{community} ({name})" if name else community
