"""``result.schema.json``: what ``check --format json`` writes."""

from __future__ import annotations

from schemas import parts
from schemas.parts import Schema, listing, maybe, number, one_of, ref, table, text, truth

from bgpcheck.changes import DIRECTIONS
from bgpcheck.policy import Outcome
from bgpcheck.result import SCHEMA

VERDICT = one_of(
    [*Outcome, None], "The verdict of the whole: the first present of manual-validation, validation-needed, undetermined, configured; "
    "validation-needed where a blocker stands; null where nothing is validated (private peering, ST-13)."
)  # fmt: skip
AMENDMENT = {
    "family": ref("family"),
    "kinds": listing(text("A remedy, or submit-again.", pattern=parts.WORD), "What it comes from.", minItems=1),
    "customerAsn": ref("asn", "The customer ASN to write; 0: none."),
    "routingRegistryName": text("The registry name to write, or NONE.", minLength=1),
    "advertisedPublicPrefixes": listing(ref("prefix"), "The list to write.", minItems=1),
    "commands": parts.COMMANDS,
}
WAS, IS = "What it was; empty: there was none.", "What it is; empty: there is none."
CHANGE = table(
    "Something that is not as it was.",
    {
        "what": text("Its place in the result, as rpki.state; of an address family's block as ipv4.customerAsn.", minLength=1),
        "from": text(WAS),
        "to": text(IS),
    },
)
MOVED = {
    "prefix": ref("prefix"),
    "from": ref("verdict", "The verdict that it had."),
    "to": ref("verdict", "The verdict that it has."),
    "direction": one_of(
        DIRECTIONS,
        "worse or better: both verdicts say something; lost: it is undetermined now, or it looks better while something that the "
        "earlier one rested on is not there (Azure's state, what was announced, what the Internet sees, a source's answer); assumed: it "
        "looks better, or was undetermined, and objects that are only planned (--assume) were taken to be there; settled: it was "
        "undetermined; same: the verdict is the same, and facts that it rests on are not.",
    ),
    "changed": listing(ref("change"), "The facts that are not as they were."),
}
WAITED = {
    "source": text("Who was waited for.", minLength=1),
    "waitedFor": text("A prefix or an AS number that it was to say something of.", minLength=1),
    "before": maybe(text("What it said at first; null: no answer was had.", minLength=1)),
    "after": maybe(text("What it says in this result; null: no answer was had.", minLength=1)),
    "notSeenAt": maybe(ref("time", "When it was asked last and did not yet say what it says now; null where that is not known.")),
    "firstSeen": maybe(ref("time", "The look that first had what it says now, an upper bound; null where it said so from the beginning.")),
    "lastChecked": ref("time", "When it was asked last."),
}
UNTIL = {
    "wanted": parts.const("configured", "The verdict that was waited for."),
    "reached": truth("Whether it is there."),
    "readyAt": maybe(
        ref(
            "time",
            "Time of the check that it rests on: all servers were asked anew, files are as old as they say; null where that is not so.",
        )
    ),
    "since": ref("time", "When waiting began."),
    "rounds": number("How often was looked.", minimum=1),
    "sources": listing(table("A source that was waited for, or that changed.", WAITED), "All of them, by name."),
}
STANDING = {"prefix": ref("prefix"), "verdict": ref("verdict")}


def _two(items: Schema, left: str, there: str, gone: str) -> Schema:
    """What is there now and was not, and the other way round."""
    return table(f"{there[:-1]}; and the other way round.", {"new": listing(items, there), left: listing(items, gone)}, optional=())


FINDINGS = _two(ref("finding"), "resolved", "Findings that were not there.", "Findings that are not there any more.")
FINDINGS["properties"]["reworded"] = listing(
    table(
        "A finding that was there, and says something else now.",
        {"rule": ref("rule"), "subject": text("What it is about."), "from": text("What it said."), "to": text("What it says.")},
    ),
    "Findings of the same rule, severity and subject that say something else now, such as the age of a file.",
)
FINDINGS["properties"]["lost"] = listing(
    ref("finding"),
    "Findings that are not there any more where evidence or a source's answer is not there either: whether they are resolved is not known.",
)
FINDINGS["required"] = sorted(FINDINGS["properties"])
GAPS = _two(ref("gap"), "filled", "Sources that are silent now.", "Sources that were: they answered since, or were not asked.")
GAPS["properties"]["changed"] = listing(
    ref("change"), "Sources that are silent as before, for another reason, or now deciding, or not any more."
)
GAPS["required"] = sorted(GAPS["properties"])
CHANGES = table(
    "What changed since the earlier result that --diff names; absent without --diff, null where that file has no result of this peering.",
    {
        "since": ref("time", "When the earlier result was decided."),
        "changed": {"type": "boolean", "description": "Whether anything did; other documents behind the same facts are no change."},
        "basis": listing(
            ref("change"),
            "What the two were judged by, where it differs: tool version, policy, its digest; evidence.azure, .announced, .internet: told, "
            "or empty where the result tells nothing by it; evidence.assumed: the files of planned objects; evidence.data/SOURCE: refused "
            "or taken, where it is too old or empty (--strict). Where this is not empty, like is not compared with like.",
        ),
        "claim": listing(ref("change"), "What is asked otherwise: name, AS numbers, cloud, registry."),
        "verdict": maybe(
            table("The verdict of the whole, where it is another; else null.", {"from": ref("overall"), "to": ref("overall")})
        ),
        "states": listing(
            ref("change"), "What else is said of the whole and its blocks, where it differs: reason, Azure's expected and actual states."
        ),
        "added": listing(table("A prefix.", STANDING), "Prefixes that were not judged then."),
        "removed": listing(table("A prefix.", STANDING), "Prefixes that were judged then and are not now."),
        "verdicts": listing(table("A prefix.", MOVED), "Prefixes whose verdict is another, what got worse first."),
        "facts": listing(table("A prefix.", MOVED), "Prefixes with the same verdict and other facts."),
        "findings": FINDINGS,
        "gaps": GAPS,
        "documents": table(
            "How many documents are cited by both results, by the earlier only, by the new only.",
            {key: number("How many.") for key in ("both", "earlier", "new")},
        ),
    },
)  # fmt: skip
RESULT = {
    "schema": parts.const(SCHEMA, "This schema's name and version."),
    "tool": table(
        "What decided.",
        {"name": parts.const("bgpcheck", "The tool."), "version": text("Its version.", pattern="^[0-9]+(?:\\.[0-9]+)+")},
    ),
    "decidedAt": ref("time", "The verdict's now: ages of data are counted to here."),
    "policy": table(
        "The decision table.",
        {
            "name": text("Its name.", minLength=1),
            "sha256": text("Digest of the file and all that it extends.", pattern="^[0-9a-f]{64}$"),
            "requiredSources": listing(
                text("An IRR source; named and rir stand for the registry that is named, and for that of the address space."),
                "IRR sources whose silence may decide.",
            ),
        },
    ),
    "claim": table(
        "What was asked.",
        {
            "name": maybe(text("The peering's name, where it has one.")),
            "peerAsn": ref("asn", "AS number of the router."),
            "cloud": parts.CLOUD,
        },
    ),
    "verdict": ref("overall"),
    "reason": one_of(["blocker", None], "blocker: findings of that severity decide; null: the prefixes say why."),
    "predictedAzureState": parts.PREDICTED_BLOCK,
    "actualAzureState": parts.ACTUAL,
    "blocks": listing(ref("block"), "The address families that have prefixes, IPv4 first.", maxItems=2),
    "prefixes": listing(ref("prefixResult"), "Every listed prefix in the order of the list, then every other that was announced."),
    "findings": listing(ref("finding"), "What else is to be known."),
    "amendments": listing(ref("amendment"), "What is to be written in Azure, where the remedies come to that.", maxItems=2),
    "gaps": listing(ref("gap"), "Sources that gave no answer."),
    "changes": maybe(CHANGES),
    "until": table("How waiting for it ended; only where somebody waited (--until).", UNTIL),
}
DEFINITIONS = {
    **parts.SHARED,
    **parts.ELEMENTS,
    "overall": VERDICT,
    "prefixResult": parts.ONE_PREFIX,
    "block": parts.BLOCK,
    "amendment": table("One address family's part as it should be written in Azure.", AMENDMENT),
    "change": CHANGE,
    "result": table("One result.", RESULT, optional=("changes", "until")),
}
WHOLE = parts.schema(
    "result",
    "bgpcheck result",
    "What bgpcheck check --format json writes: one result, or a list of results where several preflight files are judged. A line of "
    "--format jsonl is #/$defs/prefixResult. Readers must ignore keys that they do not know.",
    {
        "if": {"type": "array"},
        "then": {"minItems": 2, "items": ref("result")},
        "else": ref("result"),
    },
    DEFINITIONS,
)
