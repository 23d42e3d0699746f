"""What a watch or a lab came to, in one object (interface.md, Watch and lab events: ``summary``). Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from bgpcheck.lab.picture import session_row
from bgpcheck.shape import utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from bgpcheck.lab.state import Lab
    from bgpcheck.rules.base import Finding

OPEN = "open"  # not judged: no source has answered yet


def of(lab: Lab, findings: Iterable[Finding], counts: Mapping[str, int], at: datetime) -> dict[str, Any]:
    """Sum up: sessions, prefixes by verdict, what is missing and what is not listed, findings by severity, and what was counted."""
    wanted = lab.prefixes()
    missing = [prefix for prefix in lab.listed if not lab.routes_of(prefix)]
    unlisted = [prefix for prefix in wanted if lab.listed and prefix not in lab.listed]
    verdicts = Counter(str(lab.judged[prefix].outcome) if prefix in lab.judged else OPEN for prefix in wanted)
    return {
        "type": "summary",
        "at": utc(at),
        "peer": "",
        "sessions": [_session(lab, peer) for peer in lab.sessions],
        "prefixes": dict(sorted(verdicts.items())),
        "missing": [str(prefix) for prefix in missing],
        "unlisted": [str(prefix) for prefix in sorted(unlisted)[:1000]],
        "findings": dict(sorted(Counter(str(one.severity) for one in findings).items())),
        "counts": dict(counts),
    }


def _session(lab: Lab, peer: str) -> dict[str, Any]:
    """Sum up one session."""
    row = session_row(lab, lab.sessions[peer])
    return {
        "peer": row.peer,
        "role": row.role,
        "peerAsn": row.peer_asn,
        "state": row.state,
        "flaps": row.flaps,
        "last": row.last,
        "explanation": row.explanation,
        "routes": dict(row.routes),
    }
