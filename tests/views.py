"""Views of a lab as outputs are tried on them: one as it could stand, large ones, and ones that a hostile router made."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from bgpcheck.lab.view import HeardRow, PrefixRow, SessionRow, View
from bgpcheck.rules.base import Finding, Severity
from bgpcheck.sources.base import Gap, GapReason

if TYPE_CHECKING:
    from bgpcheck.lab.view import Standing
    from bgpcheck.model import Family

BEGUN = datetime(2026, 11, 2, 8, 0, 0, tzinfo=UTC)
AT = BEGUN + timedelta(hours=2, minutes=3, seconds=4)
PRIMARY, SECONDARY, INTERNET = "193.0.16.1", "193.0.16.5", "192.0.2.9"
VERDICTS = ("configured", "validation-needed", "manual-validation", "undetermined", None)
COMMUNITIES = ("12076:51004 (Microsoft, West Europe)", "65535:65281 (NO_EXPORT)")


def heard(role: str = "primary", path: str = "3333", stripped: str | None = None, **more: Any) -> HeardRow:  # noqa: ANN401 (fields)
    """One peer's announcement."""
    peer = {"primary": PRIMARY, "secondary": SECONDARY, "internet": INTERNET}.get(role, role)
    plain = path if stripped is None else stripped
    last = plain.rsplit(" ", 1)[-1]
    origin = int(last) if last.isdecimal() else None
    return replace(HeardRow(peer, role, path, plain, origin, (), accepted=True, rule="", why="", at=BEGUN + timedelta(minutes=1)), **more)


def both(path: str = "3333", stripped: str | None = None, **more: Any) -> tuple[HeardRow, HeardRow]:  # noqa: ANN401 (fields)
    """The same announcement on both links."""
    return heard("primary", path, stripped, **more), heard("secondary", path, stripped, **more)


def row(prefix: str, verdict: str | None = "configured", standing: Standing = "announced", **more: Any) -> PrefixRow:  # noqa: ANN401
    """A prefix."""
    family: Family = "ipv6" if ":" in prefix else "ipv4"
    made = PrefixRow(prefix, family, standing, both() if standing != "missing" else (), verdict)
    why = f"A route object in RIPE ties {prefix} to AS3333"
    told = {"confidence": "high", "reason": "route-object-exact", "why": why} if verdict else {}
    return replace(made, **{**told, **more})


SESSIONS = (
    SessionRow(
        PRIMARY, "primary", 3333, "up", BEGUN + timedelta(seconds=20), routes=(("ipv4", 187), ("ipv6", 2)), limit=200, hold_time=180,
        families=("ipv4 unicast", "ipv6 unicast"),
    ),
    SessionRow(
        SECONDARY, "secondary", 3333, "down", AT - timedelta(minutes=4), flaps=3,
        last="sent: cease, maximum number of prefixes reached (6/1)",
        explanation="dropped as Microsoft does at route 201 (LIM-1): announce 200 a family at most, and it comes back",
        routes=(("ipv4", 201), ("ipv6", 2)), limit=200, hold_time=180, families=("ipv4 unicast", "ipv6 unicast"),
    ),
)  # fmt: skip
ROWS = (
    row("193.0.0.0/21"),
    row(
        "193.0.8.0/24", "validation-needed",
        heard=(heard("primary", "3333 64512 64512", "3333", communities=COMMUNITIES), heard("secondary", "3333 3333 3333")),
        reason="route-object-missing", why="No accepted registry has a route object for 193.0.8.0/24 with AS3333",
        next="create-route-object, by the maintainer of 193.0.8.0/24 at RIPE",
    ),
    row("193.0.10.0/23", None, heard=(heard("secondary"),)),
    row("193.0.12.0/24", "manual-validation", "missing", confidence="medium", reason="other-holder", next="open-ticket, by you",
        why="The prefix is held by another organisation than the AS number"),
    row("2001:67c:2e8::/48", "undetermined", confidence="low", reason="source-silent", why="RADB gave no answer, and it could decide"),
    row("193.0.20.0/24", "configured", "unlisted", heard=(
        heard("primary", "3333 25152", accepted=False, rule="PFX-5", why="no listed prefix covers it: list it, or stop announcing it"),)),
    row("193.0.1.0/24", "configured", "inside"),
)  # fmt: skip
FINDINGS = (
    Finding("PFX-5", Severity.WARNING, "193.0.20.0/24", "193.0.20.0/24 is announced, and no listed prefix covers it", "list or filter it"),
    Finding("LIM-1", Severity.BLOCKER, SECONDARY, f"{SECONDARY} announced 201 ipv4 routes, Microsoft takes 200", "announce 200 at most"),
    Finding("LNK-4", Severity.NOTE, SECONDARY, "only one session is up, and the SLA wants both", "bring the secondary up"),
)
GAPS = (Gap("whois.radb.net", GapReason.TIMEOUT, "no answer in 5 s: try again later"),)
COUNTS = {"events": 1234, "updates": 987, "coalesced": 12, "queued": 0, "queuedBytes": 0, "prefixes": 7, "pending": 1, "waiting": 1}


def view(**more: Any) -> View:  # noqa: ANN401 (fields of a view)
    """A lab as it could stand: a session dropped at route 201, one prefix pending, one missing, one unlisted, and so on."""
    made = View(
        title="ams-primary", begun=BEGUN, at=AT, verdict=None, next="wait",
        answer="no verdict yet: 1 prefix waits for the registries' answers",
        sessions=SESSIONS, prefixes=ROWS, findings=FINDINGS, gaps=GAPS, counts=COUNTS,
    )  # fmt: skip
    return replace(made, **more)


def empty() -> View:
    """A lab that has just begun."""
    sessions = (SessionRow(PRIMARY, "primary", None, "waiting", None, explanation="no connection yet: let the router connect"),)
    return View(
        "ams-primary", BEGUN, BEGUN, None, "nothing is listed and nothing was announced yet", "let the router announce its prefixes",
        sessions, (), (), (), {},
    )  # fmt: skip


def good() -> View:
    """A lab where all is well."""
    up = tuple(replace(one, state="up", flaps=0, last="", explanation="", routes=(("ipv4", 2), ("ipv6", 1))) for one in SESSIONS)
    rows = (row("193.0.0.0/21"), row("193.0.8.0/24"), row("2001:67c:2e8::/48"))
    answer, step = "Azure is expected to accept every prefix", "nothing to do: request the peering"
    return view(verdict="configured", answer=answer, next=step, sessions=up, prefixes=rows, findings=(), gaps=())


def large(count: int = 200) -> View:
    """A lab of very many prefixes, of every verdict."""
    rows = tuple(row(f"11.{at >> 8}.{at & 255}.0/24", VERDICTS[at % 5 if at % 3 else 0]) for at in range(count))
    return view(prefixes=rows, left_out=17, counts={**COUNTS, "prefixes": count + 17})


def hostile(text: str) -> View:
    """A lab whose router, registries and file wrote ``text`` wherever they could."""
    one = heard("primary", text, text[:40], communities=(text,), accepted=False, rule="PFX-5", why=text, peer=text, origin=None)
    rows = (
        row("193.0.0.0/21", "validation-needed", heard=(one, heard("secondary", f"3333 {text}")), reason=text, why=text, next=text),
        row(text, None, heard=(replace(one, role=text, accepted=True),)),
    )
    sessions = (replace(SESSIONS[0], peer=text, role=text, last=text, explanation=text, families=(text,)), *SESSIONS)
    findings = (Finding("PFX-5", Severity.BLOCKER, text, text, text), *FINDINGS)
    gaps = (Gap(text, GapReason.MALFORMED, text),)
    counts = {text: 1, **COUNTS}
    return view(title=text, answer=text, next=text, sessions=sessions, prefixes=rows, findings=findings, gaps=gaps, counts=counts)


def all_of_them() -> dict[str, View]:
    """Every harmless view, by name."""
    return {"as it could stand": view(), "just begun": empty(), "all well": good(), "large": large()}
