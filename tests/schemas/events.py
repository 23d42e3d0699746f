"""``events.schema.json``: a line that ``watch`` and ``lab`` write."""

from __future__ import annotations

from typing import get_args

from schemas import parts
from schemas.parts import Schema, const, listing, maybe, number, one_of, ref, table, tally, text, truth

from bgpcheck.cli import OPEN as OPEN_STATUS
from bgpcheck.cli.check import STATUS
from bgpcheck.formats.exabgp_events import Direction, State
from bgpcheck.lab.summary import OPEN
from bgpcheck.lab.view import SessionState
from bgpcheck.peering import ROLES
from bgpcheck.policy import Outcome
from bgpcheck.rules.base import Severity

ROLE = one_of([*ROLES, ""], "What the session is to the peering: primary or secondary link, a view of the Internet; empty: not known.")
DIRECTION = one_of(get_args(Direction), "Whether the router sent it (receive) or bgpcheck's side did (send).")
UNICAST = text("An address family as ExaBGP names it, as ipv4 unicast.", minLength=1)
SESSION_STATE = one_of(get_args(SessionState), "The session's state; waiting: nothing was heard of it yet.")
KNOWN = {
    "state": SESSION_STATE,
    "peerAsn": maybe(ref("asn", "The router's AS number; null: not known yet.")),
    "flaps": number("How often it went down after it was up."),
}
# What each event of a session has beside its role.
PARTICULAR: Schema = {
    **{word: {**KNOWN, "reason": text("Why it went down, in words; else empty. From outside.")} for word in get_args(State)},
    "notification": {
        **KNOWN,
        "direction": DIRECTION,
        "code": number("Error code (RFC 4271 s4.5).", maximum=255),
        "subcode": number("Error subcode.", maximum=255),
        "words": text("What it means, in words."),
    },
    "open": {
        **KNOWN,
        "direction": DIRECTION,
        "asn": maybe(ref("asn", "The AS number of the OPEN, of four octets where told; null: not read.")),
        "holdTime": maybe(number("The hold time in seconds; null: not read.", maximum=65535)),
        "families": listing(UNICAST, "Address families that are offered."),
    },
    "end-of-rib": {**KNOWN, "family": UNICAST},
    "refresh": {**KNOWN, "direction": DIRECTION, "family": UNICAST, "subtype": text("query, begin or end (RFC 2918, RFC 7313).")},
    "dropped": {
        "rule": ref("rule", "LIM-1."),
        "family": ref("family"),
        "routes": number("How many routes the router announces in this family."),
        "limit": number("How many Microsoft takes."),
        "words": text("What happened and what to do."),
    },
}
HEARD = {
    "peer": text("The peer's address.", minLength=1),
    "role": ROLE,
    "path": text("The AS_PATH as received."),
    "strippedPath": text("The AS_PATH after Microsoft's stripping of private AS numbers (ASN-6)."),
    "origin": maybe(ref("asn", "The origin AS after stripping; null: NONE.")),
    "accepted": truth("Whether Microsoft's edge would take the route."),
    "rule": maybe(ref("rule", "The rule by which it would not, or null.")),
    "why": maybe(text("Why it would not, and what to do, or null.")),
}
SESSION_SUMMARY = {
    "peer": text("The peer's address."),
    "role": ROLE,
    "peerAsn": maybe(ref("asn", "The router's AS number; null: never known.")),
    "state": SESSION_STATE,
    "flaps": number("How often it went down after it was up."),
    "last": text("The last notification, or why it went down; or empty. From outside."),
    "explanation": text("What to know about its state and what to do; or empty."),
    "routes": tally(ref("family"), "Routes that stand announced, by family."),
}
SUMMARY = {
    "sessions": listing(table("A session.", SESSION_SUMMARY), "Every session."),
    "prefixes": tally(one_of([*Outcome, OPEN], "A verdict."), "Prefixes by verdict; open: no source had answered."),
    "missing": listing(ref("prefix"), "Listed prefixes that nobody announces."),
    "unlisted": listing(ref("prefix"), "Announced prefixes that are not listed, the first thousand."),
    "findings": tally(one_of(Severity, "A severity."), "Findings by severity."),
    "counts": tally(text("What was counted, as updates."), "What was counted."),
    "verdict": one_of([*Outcome, None], "The verdict of the whole, as check gives it; null where there is none."),
    "exitStatus": {"enum": sorted({*STATUS.values(), OPEN_STATUS}), "description": "The exit status that the program ends with."},
    "speaker": maybe(text("Why the speaker ended before its time, or null.")),
    "untried": maybe(text("Why no verdict was put to the test, or null.")),
    "evidence": maybe(text("The file with the evidence bundle, or null.")),
}
TYPES: Schema = {
    "session": ("Something happened to a session.", {"role": ROLE, "event": one_of(PARTICULAR, "What happened.")}),
    "verdict": (
        "A prefix got a verdict, or another one than before: the element of prefixes[] of a result, and what each peer announces.",
        {**parts.PREFIX, "heard": listing(table("A peer's announcement.", HEARD), "What each peer announces of it.")},
    ),
    "withdrawn": (
        "A peer does not announce a prefix any more.",
        {"prefix": ref("prefix"), "family": ref("family"), "listed": truth("Whether the claim lists it."), "why": text("Why it is gone.")},
    ),
    "finding": (
        "A finding is there, or not any more.",
        {**parts.FINDING, "resolved": truth("False: it is there now; true: it is not there any more.")},
    ),
    "gap": ("A source, or the speaker, did not say what it should.", parts.GAP),
    "summary": ("What it all came to; the last line.", SUMMARY),
}
MORE = {"verdict": [parts.CONFIDENT, *parts.of_family()], "withdrawn": parts.of_family()}


def _when(key: str, value: str, body: str) -> Schema:
    """What holds for the lines that have a word at a key."""
    return {"if": {"required": [key], "properties": {key: {"const": value}}}, "then": ref(body)}


def _definitions() -> Schema:
    """A definition for each type of line, and for each event of a session."""
    events = {
        f"session-{word}": table(f"Session: {word}.", {"event": const(word, "What happened."), **body}) for word, body in PARTICULAR.items()
    }
    of_session = [_when("event", word, f"session-{word}") for word in PARTICULAR]
    lines = {
        f"line-{kind}": table(about, {"type": const(kind, "The line's type."), **body}, **({"allOf": MORE[kind]} if kind in MORE else {}))
        for kind, (about, body) in TYPES.items()
    }
    lines["line-session"]["allOf"] = of_session
    return {**parts.SHARED, "vrp": parts.ELEMENTS["vrp"], **lines, **events}


WHOLE = parts.schema(
    "events",
    "bgpcheck event",
    "One line of what bgpcheck watch and bgpcheck lab write (JSON Lines). Readers must ignore keys that they do not know.",
    {
        **table(
            "One line of what bgpcheck watch and bgpcheck lab write (JSON Lines). Readers must ignore keys that they do not know.",
            {
                "type": one_of(TYPES, "What the line tells."),
                "at": ref("time", "When: of events the router's, of verdicts the decision's."),
                "peer": text("The peer's address; empty where it is about no one session."),
            },
        ),
        "allOf": [_when("type", kind, f"line-{kind}") for kind in TYPES],
    },
    _definitions(),
)
