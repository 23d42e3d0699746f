"""A lab's picture as metrics, in Prometheus' text format 0.0.4. Pure.

Rule: a name, its HELP and TYPE once, then its samples together; labels from outside are cleaned and escaped, and no two samples are alike.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bgpcheck.render.clean import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bgpcheck.lab.view import View

TYPE = "text/plain; version=0.0.4; charset=utf-8"
Labels = tuple[tuple[str, str], ...]
# Numbers of a view that only grow, and what they count; the others are gauges of one metric.
COUNTERS = {
    "events": "Lines that the speaker said.",
    "updates": "Lines of updates among them.",
    "applied": "Lines that were taken in.",
    "malformed": "Lines that could not be read.",
    "coalesced": "Lines of updates that later ones made needless.",
    "shed": "Updates that there was no room for; their peers are asked again.",
    "lookups": "Look-ups that are done.",
}


def as_metrics(view: View, ours: Mapping[str, int] | None = None) -> str:
    """Write the exposition. ``ours``: numbers of the process that shows it, by name."""
    return "".join(f"{line}\n" for line in _lines(view, ours or {}))


def _lines(view: View, ours: Mapping[str, int]) -> Iterator[str]:
    """Give the lines."""
    yield from _family("begun_timestamp_seconds", "gauge", "When listening began, in Unix time.", {(): view.begun.timestamp()})
    yield from _sessions(view)
    yield from _prefixes(view)
    findings: Counter[Labels] = Counter((("rule", one.rule), ("severity", str(one.severity))) for one in view.findings)
    yield from _family("findings", "gauge", "Findings that stand, by rule and severity.", findings)
    gaps: Counter[Labels] = Counter((("source", one.source), ("reason", str(one.reason))) for one in view.gaps)
    yield from _family("gaps", "gauge", "Sources that did not answer when they were asked last.", gaps)
    for name, told in COUNTERS.items():
        if name in view.counts:
            yield from _family(f"{name}_total", "counter", told, {(): view.counts[name]})
    others: dict[Labels, int] = {(("name", name),): count for name, count in {**view.counts, **ours}.items() if name not in COUNTERS}
    yield from _family("count", "gauge", "Other numbers of the moment, by name.", others)


def _sessions(view: View) -> Iterator[str]:
    """Give the metrics of sessions."""
    who: dict[str, Labels] = {one.peer: (("peer", one.peer), ("role", one.role)) for one in view.sessions}
    up = {who[one.peer]: float(one.state == "up") for one in view.sessions}
    yield from _family("session_up", "gauge", "Whether the session is up (1) or not (0).", up)
    since = {who[one.peer]: one.since.timestamp() for one in view.sessions if one.since}
    yield from _family("session_state_since_timestamp_seconds", "gauge", "When the session came to its state, in Unix time.", since)
    flaps = {who[one.peer]: one.flaps for one in view.sessions}
    yield from _family("session_flaps_total", "counter", "Times that the session went down after it was up.", flaps)
    routes = {(*who[one.peer], ("family", str(family))): count for one in view.sessions for family, count in one.routes}
    yield from _family("session_routes", "gauge", "Routes that stand announced in the session.", routes)
    limits = {who[one.peer]: one.limit for one in view.sessions if one.limit is not None}
    yield from _family("session_route_limit", "gauge", "Routes of a family that the edge takes (LIM-1).", limits)
    holds = {who[one.peer]: one.hold_time for one in view.sessions if one.hold_time is not None}
    yield from _family("session_hold_time_seconds", "gauge", "Hold time that was negotiated.", holds)


def _prefixes(view: View) -> Iterator[str]:
    """Give the metrics of prefixes."""
    counted: Counter[tuple[str, str]] = Counter({(word, standing): count for word, standing, count in view.tally})
    if not view.tally:
        counted.update((one.verdict or "pending", one.standing) for one in view.prefixes)
    found: dict[Labels, int] = {(("verdict", word), ("standing", standing)): count for (word, standing), count in counted.items()}
    yield from _family("prefixes", "gauge", "Prefixes by verdict (or pending), and as they stand between list and announcements.", found)
    if view.left_out:  # only drawn prefixes have their routes: a count of some of them would be taken for one of all
        return
    refused: Counter[Labels] = Counter(
        (("peer", each.peer), ("rule", each.rule)) for one in view.prefixes for each in one.heard if not each.accepted
    )
    yield from _family("routes_refused", "gauge", "Routes that Microsoft's edge would refuse, by peer and rule.", refused)


def _family(name: str, kind: str, told: str, samples: Mapping[Labels, float | int]) -> Iterator[str]:
    """Give one metric; nothing where it has no samples."""
    if not samples:
        return
    yield f"# HELP bgpcheck_{name} {told}"
    yield f"# TYPE bgpcheck_{name} {kind}"
    told_apart: dict[str, float] = {}  # labels that differ only in what was cleaned away are one sample
    for labels, value in samples.items():
        words = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
        told_apart[words] = told_apart.get(words, 0) + value
    for words, number in told_apart.items():
        yield f"bgpcheck_{name}{f'{{{words}}}' if words else ''} {number:.15g}"


def _escaped(text: str) -> str:
    """Clean and escape a label's value."""
    return visible(text).replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
