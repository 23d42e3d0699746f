"""Whether an IRRd server may be believed about a source, by what it says of itself. Pure.

Rule: a mirror that is old, and a server that hides objects and can't be told not to, are silent; a registry's own data are never old.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bgpcheck.sources.base import Gap, GapReason

if TYPE_CHECKING:
    from datetime import datetime

    from bgpcheck.formats.irrd_status import Status
    from bgpcheck.settings import IrrSource


def distrust(status: Status, source: IrrSource, *, unfiltered: bool, now: datetime, hours: int) -> Gap | None:
    """Say why not to believe it, or None. ``unfiltered``: it agreed to hide nothing; ``hours``: how old a mirror may be."""
    name = f"irr/{source.name}"
    if status.error:
        return Gap(name, GapReason.MALFORMED, f"{source.name}: {status.error}")
    if status.filters and not unfiltered and not source.filtering:
        words = f"hides what ROAs make invalid and can't be told not to: write filtering: true for {source.name} in sources.yaml"
        return Gap(name, GapReason.MALFORMED, words)
    if status.mirrored and status.updated and now - status.updated > timedelta(hours=hours):
        words = f"mirrors {source.name}, last on {status.updated:%Y-%m-%d %H:%M} UTC: the limit is {hours} hours"
        return Gap(name, GapReason.STALE, words)
    return None
