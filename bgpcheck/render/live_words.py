"""Words, signs and orders that the terminal and the page of a lab share. Pure.

Rule: what matters is told by a word; signs and colours only repeat it. Texts of the view are raw here, whoever draws them cleans them.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from bgpcheck.peering import INTERNET, PRIMARY, SECONDARY
from bgpcheck.render.words import SYMBOL, capital, plural
from bgpcheck.result import FIRST
from bgpcheck.rules.base import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bgpcheck.lab.view import HeardRow, PrefixRow, SessionRow, View
    from bgpcheck.sources.base import Gap

SAME = "the same on both links"
NEAR = 180  # routes of 200 from which on the limit is near
ASKING = "asking…"  # no verdict until the registries have answered
STANDING = {"announced": "", "inside": "inside a listed one", "unlisted": "not listed", "missing": "not announced"}
FINE = ("announced", "inside")  # standings that need no attention by themselves
SESSION_SIGN = {"up": "✔", "down": "✘", "connected": "…", "waiting": "○"}
FAMILY = {"ipv4": "IPv4", "ipv6": "IPv6"}
UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))
ORDER = (PRIMARY, SECONDARY, "", INTERNET)
MOST_COUNTS = 12  # numbers in the foot
UNTOLD = {"applied", "queuedBytes", "deepestBytes"}  # numbers about our own works: in the metrics and JSON alone
COUNTED = {  # other numbers' words: one, several
    "events": ("event", "events"),
    "updates": ("update", "updates"),
    "routes": ("route", "routes"),
    "lookups": ("look-up", "look-ups"),
    "prefixes": ("prefix", "prefixes"),
}


def duration(seconds: float) -> str:
    """Say how long, in the two largest units: ``3 s``, ``2 min 5 s``, ``3 d 4 h``."""
    left = max(int(seconds), 0)
    words: list[str] = []
    for size, unit in UNITS:
        if left >= size or (size == 1 and not words):
            words.append(f"{left // size} {unit}")
        elif words:
            break
        left %= size
    return " ".join(words[:2])


def age(since: datetime | None, at: datetime) -> str:
    """Say how long ago something began; empty where it is not known."""
    return duration((at - since).total_seconds()) if since else ""


def state(one: SessionRow, at: datetime) -> str:
    """Say how a session stands: ``up for 2 h 3 min``."""
    long = age(one.since, at)
    return f"{one.state} for {long}" if long else one.state


def flaps(one: SessionRow) -> str:
    """Say how often a session went down; empty where it never did."""
    return f"went down {plural(one.flaps, 'time')}" if one.flaps else ""


def loads(one: SessionRow) -> list[tuple[str, str, str]]:
    """Say how many routes a session has: (family, ``3 of 200``, ``near the limit``, ``over the limit`` or empty)."""
    return [
        (FAMILY[family], f"{count} of {one.limit}" if one.limit else f"{count}", load(count, one.limit)) for family, count in one.routes
    ]


def load(count: int, limit: int | None) -> str:
    """Say how near a count of routes is to the limit (LIM-1)."""
    if limit is None:
        return ""
    return "over the limit" if count > limit else "near the limit" if count * 200 >= limit * NEAR else ""


def verdict_sign(one: PrefixRow) -> str:
    """Give the sign of a verdict."""
    return SYMBOL.get(one.verdict, "?") if one.verdict else "…"  # type: ignore[call-overload]


def verdict_word(one: PrefixRow) -> str:
    """Give the word of a verdict."""
    return one.verdict or ASKING


def answer_sign(view: View) -> str:
    """Give the sign of the whole."""
    return SYMBOL.get(view.verdict, "?") if view.verdict else "…"  # type: ignore[call-overload]


def answer_word(view: View) -> str:
    """Give the verdict of the whole, or that there is none yet."""
    return view.verdict or "no verdict yet"


def sentence(text: str) -> str:
    """Make a sentence of what is written without a capital and a full stop."""
    bare = text.strip().rstrip(".")
    return f"{capital(bare)}." if bare else ""


# ── who announces what ──────────────────────────────────────────────────────────────────────────────────────────────────


def by_link(heard: Sequence[HeardRow]) -> list[tuple[str, list[HeardRow]]]:
    """Put announcements together by link: (its role, or the peer's address where it has none; announcements), the primary first."""

    def key(one: HeardRow) -> tuple[int, str]:
        return (ORDER.index(one.role) if one.role in ORDER else len(ORDER), one.role or one.peer)

    return [(name, list(some)) for (_, name), some in groupby(sorted(heard, key=key), key)]


def links(view: View) -> list[str]:
    """Name the links that are compared: primary and secondary, where both are there."""
    found = [role for role in (PRIMARY, SECONDARY) if any(one.role == role for one in view.sessions)]
    return found if len(found) > 1 else []


def compared(one: PrefixRow, both: Sequence[str]) -> str:
    """Say how the announcements on ``both`` links differ; empty where there is nothing to compare."""
    paths = {role: sorted(each.path for each in one.heard if each.role == role) for role in both}
    there = [role for role in both if paths[role]]
    if not there:
        return ""
    if len(there) == 1:
        return f"only on the {there[0]} link"
    first, second = (paths[role] for role in both)
    if first == second:
        return SAME
    bare = [sorted(map(unprepended, some)) for some in (first, second)]
    return "the links differ in prepending" if bare[0] == bare[1] else "the links differ in their path"


def unprepended(path: str) -> str:
    """Write a path without repetitions of an AS number."""
    return " ".join(word for word, _ in groupby(path.split()))


def spelled(one: HeardRow) -> list[tuple[str, bool]]:
    """Split a path into words, each with whether Microsoft's edge strips it (ASN-6)."""
    left = one.stripped.split()
    words = []
    for word in one.path.split():
        stays = bool(left) and word == left[0]
        words.append((word, not stays))
        left = left[stays:]
    return words if not left else [(word, False) for word in one.path.split()]


def origin_text(one: HeardRow) -> str:
    """Write the origin (RFC 6811 s2)."""
    return f"origin {f'AS{one.origin}' if one.origin is not None else 'NONE'}"


def refused(one: HeardRow) -> str:
    """Say why the edge refuses an announcement; empty where it takes it."""
    return "" if one.accepted else f"refused ({one.rule}): {one.why}"


# ── what comes first ────────────────────────────────────────────────────────────────────────────────────────────────────


def calm(one: PrefixRow, both: Sequence[str]) -> bool:
    """Tell whether nothing about a prefix needs attention."""
    fine = one.verdict == "configured" and one.standing in FINE and all(each.accepted for each in one.heard)
    return fine and (not both or compared(one, both) == SAME)


def urgent_first(rows: Sequence[PrefixRow], both: Sequence[str]) -> list[PrefixRow]:
    """Order prefixes by what needs most attention; their own order within each."""

    def rank(one: PrefixRow) -> tuple[bool, int]:
        words: list[str] = list(FIRST)
        place = words.index(one.verdict) if one.verdict in words else words.index("undetermined")
        return calm(one, both), place if one.standing in FINE else min(place, 1)

    return sorted(rows, key=rank)


def heading(view: View) -> str:
    """Write the heading of the prefixes: how many of each verdict."""
    total = len(view.prefixes) + view.left_out
    left = f" ({view.left_out} of them {'is' if view.left_out == 1 else 'are'} not shown)" if view.left_out else ""
    return f"{plural(total, 'prefix', 'prefixes')}: {_counted(_outcomes(view))}{left}" if total else "no prefixes"


def _outcomes(view: View) -> Counter[str]:
    """Count prefixes by verdict, also those that are not shown."""
    found: Counter[str] = Counter()
    for word, _, count in view.tally:
        found[ASKING if word == "pending" else word] += count
    return found or Counter(map(verdict_word, view.prefixes))


def tally(rows: Sequence[PrefixRow]) -> str:
    """Count prefixes by verdict: ``3 configured, 1 asking…``."""
    return _counted(Counter(map(verdict_word, rows)))


def _counted(found: Counter[str]) -> str:
    """Write counts by verdict."""
    order = [*map(str, FIRST), ASKING]
    return ", ".join(f"{found[word]} {word}" for word in sorted(found, key=lambda word: order.index(word) if word in order else len(order)))


def weights(view: View) -> str:
    """Count findings by severity: ``1 blocker, 2 warnings``."""
    found = Counter(one.severity for one in view.findings)
    return ", ".join(plural(found[severity], severity) for severity in Severity if found[severity])


def silences(gaps: Sequence[Gap]) -> list[tuple[str, str, str]]:
    """Put sources together that keep silent for the same reason, with the same to do: (sources, reason, detail)."""
    alike: dict[tuple[str, str], dict[str, None]] = {}
    for one in gaps:
        alike.setdefault((one.reason, one.detail), {})[one.source] = None
    return [(", ".join(sources), reason, detail) for (reason, detail), sources in alike.items()]


def counts(view: View) -> list[tuple[str, int]]:
    """Give the numbers of the foot: (words, count), those that are not zero and mean something to who looks."""
    told = [(name, count) for name, count in view.counts.items() if count and name not in UNTOLD]
    return [(COUNTED[name][count != 1] if name in COUNTED else spaced(name), count) for name, count in told[:MOST_COUNTS]]


def spaced(name: str) -> str:
    """Write a name in camelCase as words."""
    return "".join(f" {one.lower()}" if one.isascii() and one.isupper() else one for one in name).strip()
