"""What the published schemas have in common: small makers of JSON Schema, and the definitions that several of them share.

The schemas are written here, from the code's own enumerations, and compared with the files of ``bgpcheck/schemas``
(``BGPCHECK_WRITE_GOLDENS=1`` writes those): a word that the code learns and the schema does not know fails a test.
"""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, Any, get_args

from bgpcheck import steps
from bgpcheck.circuit.standing import BLOCK_STATE, PREFIX_STATE
from bgpcheck.claim import CLOUDS
from bgpcheck.facts.asn import AsnKind
from bgpcheck.facts.rpki import RpkiState
from bgpcheck.facts.signature import SignatureState
from bgpcheck.model import MAX_ASN, Family
from bgpcheck.policy import Confidence, Outcome
from bgpcheck.rules.base import Severity
from bgpcheck.rules.catalogue import REASONS, RULES, Basis
from bgpcheck.situation import DOMAIN
from bgpcheck.sources.base import GapReason

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
UNKNOWN = "unknown"  # what a fact is that no source told

# ── spellings ───────────────────────────────────────────────────────────────────────────────────────────────────────────────

OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
IPV4 = rf"{OCTET}(?:\.{OCTET}){{3}}"
LENGTH4, LENGTH6 = "(?:[12]?[0-9]|3[0-2])", "(?:[1-9]?[0-9]|1[01][0-9]|12[0-8])"
DAY = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
TIME = rf"^{DAY}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$"
WORD = "^[a-z0-9]+(?:-[a-z0-9]+)*$"


def ipv6(group: str, *, dotted: bool) -> str:
    """Spell an IPv6 address (RFC 4291 s2.2): eight groups, or fewer around one ``::``; ``dotted``: its end may be an IPv4 address."""
    tail = f"|(?:{group}:){{6}}{IPV4}" if dotted else ""
    forms = [f"(?:{group}:){{7}}{group}{tail}"]
    for left in range(8):
        head = f"(?:{group}:){{{left - 1}}}{group}" if left > 1 else group if left else ""
        ends = [f"(?:(?:{group}:){{0,{6 - left}}}{group})?"] if left < 7 else [""]
        ends += [f"(?:{group}:){{0,{5 - left}}}{IPV4}"] if dotted and left < 6 else []
        forms.append(f"{head}::(?:{'|'.join(ends)})")
    return f"(?:{'|'.join(forms)})"


CANONICAL4 = rf"^{IPV4}/{LENGTH4}$"
CANONICAL6 = rf"^(?:{ipv6('(?:0|[1-9a-f][0-9a-f]{0,3})', dotted=False)}|::ffff:{IPV4})/{LENGTH6}$"

# ── makers ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def text(description: str, **more: object) -> Schema:
    """A text."""
    return {"type": "string", "description": description, **more}


def number(description: str, **more: object) -> Schema:
    """A whole number, not negative."""
    return {"type": "integer", "minimum": 0, "description": description, **more}


def truth(description: str) -> Schema:
    """True or false."""
    return {"type": "boolean", "description": description}


def one_of(words: Iterable[str | None], description: str) -> Schema:
    """One of some words; None among them is null."""
    found = [None if word is None else str(word) for word in words]
    return {"enum": list(dict.fromkeys(found)), "description": description}


def const(value: str, description: str) -> Schema:
    """One word."""
    return {"const": value, "description": description}


def ref(name: str, description: str = "") -> Schema:
    """What a definition says; ``description``: what it is here."""
    return {"$ref": f"#/$defs/{name}", **({"description": description} if description else {})}


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    inner = {key: value for key, value in schema.items() if key != "description"}
    return {"anyOf": [inner, {"type": "null"}], "description": schema["description"]}


def listing(items: Schema, description: str, **more: object) -> Schema:
    """A list."""
    return {"type": "array", "items": items, "description": description, **more}


def table(description: str, properties: Schema, *, optional: Collection[str] = (), **more: object) -> Schema:
    """An object: every key is always there but for the ``optional`` ones; keys that a reader does not know are to be ignored."""
    required = sorted(key for key in properties if key not in optional)
    return {"type": "object", "description": description, "required": required, "properties": properties, **more}


def tally(keys: Schema, description: str) -> Schema:
    """An object of counts by name."""
    return {"type": "object", "propertyNames": keys, "additionalProperties": {"type": "integer", "minimum": 0}, "description": description}


def schema(name: str, title: str, description: str, body: Schema, definitions: Schema) -> Schema:
    """A whole schema; it needs no other file."""
    head = {"$schema": DRAFT, "$id": f"urn:bgpcheck:schema:{name}:v1", "title": title, "description": description}
    return {**head, **body, "$defs": definitions}


# ── what several schemas share ──────────────────────────────────────────────────────────────────────────────────────────────


def remedy_kinds() -> list[str]:
    """Read from the module that makes them which kinds of remedies there are."""
    calls = [one for one in ast.walk(ast.parse(inspect.getsource(steps))) if isinstance(one, ast.Call)]
    first = [one.args[0] for one in calls if ast.unparse(one.func) == "Remedy"]
    words = (one.value for each in first for one in ast.walk(each) if isinstance(one, ast.Constant))
    return sorted({word for word in words if isinstance(word, str)})


FAMILIES = get_args(Family)
VERDICTS = {
    "configured": "an accepted registry ties the prefix to the peer or customer ASN",
    "validation-needed": "no accepted registry does, and the customer can put that right",
    "manual-validation": "Microsoft support has to do it by hand",
    "undetermined": "a source that could decide gave no answer: no verdict",
}
SHARED: Schema = {
    "time": text("A time in UTC with whole seconds, as 2026-01-31T12:00:00Z.", pattern=TIME),
    "asn": {"type": "integer", "minimum": 0, "maximum": MAX_ASN, "description": "An AS number (RFC 6793), as an integer."},
    "prefix4": text("An IPv4 prefix without host bits, as 192.0.2.0/24.", pattern=CANONICAL4),
    "prefix6": text("An IPv6 prefix without host bits in the spelling of RFC 5952, as 2001:db8::/32.", pattern=CANONICAL6),
    "prefix": {"description": "An IPv4 or IPv6 prefix.", "anyOf": [ref("prefix4"), ref("prefix6")]},
    "document": text(
        "A document of the evidence bundle, by the SHA-256 of its bytes: documents/<digest> there.", pattern="^sha256:[0-9a-f]{64}$"
    ),
    "family": one_of(FAMILIES, "An address family."),
    "verdict": one_of(Outcome, "; ".join(f"{word}: {meaning}" for word, meaning in VERDICTS.items()) + "."),
    "confidence": one_of([*Confidence, None], "How far a verdict can be trusted; null where there is none (undetermined)."),
    "azureState": text("A settled state in Azure's own spelling, as Configured (ST-9, ST-10); new words may come.", minLength=1),
    "rule": text("A rule's id: bgpcheck explain RULE says what it means.", pattern="^[A-Z][A-Z0-9]*-[0-9]+$", examples=list(RULES)),
    "reasonCode": text(
        "A reason code: bgpcheck explain CODE says what it means. The examples are all that come with bgpcheck; a policy file of one's own "
        "may have others.",
        minLength=1,
        examples=list(REASONS),
    ),
}
FINDING = {
    "rule": ref("rule"),
    "severity": one_of(Severity, "blocker: Microsoft would refuse or drop the peering; warning; note. Only a blocker changes the verdict."),
    "subject": text("What it is about: a prefix, an AS number, a file, a field."),
    "message": text("What was found, in a sentence. May quote text from outside: escape it where it is shown."),
    "remedy": text("What to do, in a sentence."),
    "basis": one_of(Basis, "On what the rule rests: documented by Microsoft, taken from its API, observed, or inferred by bgpcheck."),
}
GAP = {
    "source": text("The source that gave no answer, as irr/RIPE, vrps, rdap/ip, whois.radb.net.", minLength=1),
    "reason": one_of(GapReason, "Why it gave none."),
    "deciding": truth("Whether its answer could change an undetermined verdict."),
    "detail": text("What happened or what to do about it, in words. May quote text from outside."),
}
ROUTE_OBJECT = {
    "source": text("The IRR database (RPSL source), in upper case, as RIPE."),
    "prefix": ref("prefix", "The prefix of the route or route6 object."),
    "origin": ref("asn", "Its origin AS."),
    "maintainers": listing(text("A maintainer's handle."), "Its mnt-by."),
    "hidden": truth("Whether its server does not show it, since ROAs make it invalid."),
}
VRP = {
    "prefix": ref("prefix", "The VRP's prefix."),
    "maxLength": number("The longest prefix that it allows, in bits (RFC 6811).", maximum=128),
    "asn": ref("asn", "The AS number that it names; 0 forbids (RFC 6483)."),
    "trustAnchor": text("The trust anchor, as the validator names it; may be empty."),
}
REMEDY = {
    "kind": text("What kind of step it is; the examples are all that this version knows.", pattern=WORD, examples=remedy_kinds()),
    "registry": maybe(text("The IRR database that it is done in, as RIPE, or null.")),
    "who": text("Who can do it, and where or with whose credential."),
    "text": text("What to write or do; may have several lines, such as the text of a route object."),
}
ANNOUNCED = {
    "peer": text("The peer's address.", minLength=1),
    "asPath": listing(ref("asn"), "The AS_PATH as received, flat."),
    "origin": maybe(
        ref("asn", "The origin AS after Microsoft's stripping of private AS numbers (ASN-6); null where it is NONE (RFC 6811).")
    ),
    "at": ref("time", "When it was observed."),
}
SPECIAL = {
    "prefix": ref("prefix", "The special-purpose block that it overlaps."),
    "name": text("IANA's name of the block."),
    "rfc": text("Where the block is defined."),
}
PREDICTED = one_of(dict.fromkeys(PREFIX_STATE.values()), "The state that Azure is expected to show; null where there is no verdict.")
PREDICTED_BLOCK = one_of(dict.fromkeys(BLOCK_STATE.values()), "The state that Azure is expected to show; null where there is no verdict.")
ACTUAL = maybe(ref("azureState", "What Azure says of this very claim, where it was asked and its state is settled; else null."))
DIFFERENCE = listing(
    text("A sentence."), "Both states, then what could explain that Azure's is another than the predicted one; often empty."
)
# RFC 6811: an IPv4 prefix has 32 bits.
NO_LONGER = {
    "if": {"required": ["prefix"], "properties": {"prefix": {"type": "string", "pattern": CANONICAL4}}},
    "then": {"properties": {"maxLength": {"maximum": 32}}},
}


def of_family(key: str = "prefix") -> list[Schema]:
    """An IPv4 prefix where the family is ipv4, an IPv6 one where it is ipv6."""
    return [
        {
            "if": {"required": ["family"], "properties": {"family": {"const": family}}},
            "then": {"properties": {key: {"$ref": f"#/$defs/prefix{family[-1]}"}}},
        }
        for family in FAMILIES
    ]


CONFIDENT = {
    "if": {"required": ["verdict"], "properties": {"verdict": {"const": "undetermined"}}},
    "then": {"properties": {"confidence": {"type": "null"}}},
    "else": {"properties": {"confidence": {"type": "string"}, "possibleVerdicts": {"type": "null"}}},
}
PREFIX = {
    "prefix": ref("prefix", "The prefix that is judged, canonical."),
    "family": ref("family"),
    "listed": truth("Whether the claim lists it; false: it was only announced."),
    "verdict": ref("verdict"),
    "predictedAzureState": PREDICTED,
    "actualAzureState": ACTUAL,
    "prediction": table(
        "What the registries by themselves let expect, whatever Azure says.",
        {"verdict": ref("verdict"), "confidence": ref("confidence"), "reason": ref("reasonCode")},
        allOf=[CONFIDENT],
    ),
    "difference": DIFFERENCE,
    "confidence": ref("confidence"),
    "possibleVerdicts": maybe(
        listing(ref("verdict"), "What an undetermined verdict may still become, once the silent sources answer.", minItems=2)
    ),
    "reasons": listing(
        table(
            "A reason.",
            {
                "code": ref("reasonCode"),
                "message": text("The reason in a sentence, with the evidence. May quote text from outside."),
                "row": number("Row of the policy's decision table."),
                "documents": listing(ref("document"), "The documents that the facts rest on.", uniqueItems=True),
            },
        ),
        "Why it got its verdict.",
        minItems=1,
    ),
    "asns": {
        "type": "object",
        "description": "Kind of each AS number of the claim, by its name, as AS64500.",
        "propertyNames": {"pattern": "^AS[0-9]{1,10}$"},
        "additionalProperties": one_of(AsnKind, "What the number is."),
        "minProperties": 1,
    },
    "special": maybe(table("The special-purpose block that it overlaps (PFX-1), or null.", SPECIAL)),
    "registration": table(
        "What the regional registries say about the space.",
        {
            "registry": maybe(
                text("The one regional registry that answers for it, by its statistics name, as ripencc; null: none or several.")
            ),
            "status": one_of([*DOMAIN["registration"], UNKNOWN], "Whether somebody holds it."),
        },
    ),
    "rpki": table(
        "Route origin validation (RFC 6811), its Invalid told apart.",
        {
            "state": one_of([*RpkiState, UNKNOWN], "The state for the best of the claim's AS numbers; unknown: no VRPs at hand."),
            "vrps": listing(ref("vrp"), "The VRPs that cover the prefix."),
        },
    ),
    "irr": table(
        "What the routing registries say about prefix and AS number.",
        {
            "match": one_of([*DOMAIN["irr"], UNKNOWN], "How the best route object fits; unknown: a silent source could change it."),
            "authoritative": maybe(truth("Whether an exact object stands in the registry of the address space; null where not known.")),
            "possible": maybe(listing(one_of(DOMAIN["irr"], "A match."), "What an unknown match may be, sorted; else null.", minItems=2)),
            "objects": listing(table("A route object.", ROUTE_OBJECT), "All route objects that overlap it."),
        },
    ),
    "holder": table(
        "Whether prefix and AS number have one holder.",
        {
            "match": one_of([*DOMAIN["holder"], UNKNOWN], "How they compare."),
            "prefixHolder": maybe(text("Who holds the prefix, as the registry spells it.")),
            "asnHolder": maybe(text("Who holds the AS number, as the registry spells it.")),
            "chain": listing(text("A holder."), "Holders of the prefix, from the most specific registration to the direct allocation."),
        },
    ),
    "signature": one_of(SignatureState, "What is known of a submitted signature (SIG-2)."),
    "announced": maybe(table("The announcement that decides, an unauthorised one before others; null: none was heard.", ANNOUNCED)),
    "remedies": listing(table("A step.", REMEDY), "What to do, cheapest first; empty where it is configured."),
}
ELEMENTS: Schema = {
    "vrp": table("A validated ROA payload.", VRP, allOf=[NO_LONGER]),
    "finding": table("One thing to know about the peering or circuit.", FINDING),
    "gap": table("A source that gave no answer.", GAP),
}
ONE_PREFIX = table(
    "One prefix with its facts, reasons and remedies: an element of prefixes[], a line of --format jsonl.",
    PREFIX,
    allOf=[CONFIDENT, *of_family()],
)
BLOCK = table(
    "One address family's list.",
    {
        "family": ref("family"),
        "customerAsn": ref("asn", "The customer ASN; 0: none."),
        "routingRegistryName": maybe(text("The registry that is named, as Azure spells it; null: none.", minLength=1)),
        "verdict": ref("verdict"),
        "predictedAzureState": PREDICTED_BLOCK,
        "actualAzureState": ACTUAL,
    },
)
COMMANDS = listing(
    table(
        "One way to do it; bgpcheck runs none.",
        {
            "tool": text("The tool: az, powershell, rest or bgpcheck; others may come.", pattern=WORD),
            "text": text("The command; may have several lines.", minLength=1),
        },
    ),
    "Commands that do it.",
)
CLOUD = one_of(CLOUDS, "The cloud that the peering is of.")
